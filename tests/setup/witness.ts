import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterEach, beforeEach } from "vitest";

/** Where screenshots and traces go. */
export const outputDir = fileURLToPath(new URL("../.output/", import.meta.url));

/** What is told of a failure: no more lines of a page's log than these, its last ones. */
const LINES = 20;

const logs = new Map<Page, string[]>();
/** Pages of tests before: they stay open until their file ends. */
const before = new Set<Page>();

/** Listens to all pages of a browser, so that a test that fails can say what they were at. */
export function watch(browser: Browser): void {
  browser.on("context", (context: BrowserContext) => {
    context.on("page", (page) => {
      const log: string[] = [];
      logs.set(page, log);
      page.on("close", () => logs.delete(page));
      page.on("pageerror", (error) => log.push(`threw: ${error}`));
      page.on("console", (message) => log.push(`${message.type()}: ${message.text()}`));
      page.on("requestfailed", (request) =>
        log.push(`${request.failure()?.errorText}: ${request.method()} ${request.url()}`),
      );
      page.on("response", (response) => {
        if (response.status() >= 400) log.push(`${response.status()}: ${response.url()}`);
      });
    });
  });
}

beforeEach(() => {
  for (const [page, log] of logs) {
    before.add(page);
    log.length = 0;
  }
});

afterEach(async ({ task }) => {
  if (task.result?.state !== "fail") return;
  const folder = join(outputDir, "failed");
  mkdirSync(folder, { recursive: true });
  const own = [...logs].filter(([page]) => !before.has(page));
  let number = 0;
  for (const [page, log] of own.length > 0 ? own : logs) {
    number += 1;
    const name = `${task.name.replaceAll(/[^a-z0-9]+/gi, "-").slice(0, 80)}-${number}`;
    try {
      const focused = await page.evaluate(() => document.activeElement?.outerHTML.slice(0, 200));
      await page.screenshot({ path: join(folder, `${name}.png`), timeout: 10_000 });
      writeFileSync(join(folder, `${name}.html`), await page.content());
      const why = task.result.errors?.map(({ message }) => message.split("\n")[0]) ?? [];
      const lines = [...why, page.url(), `focus: ${focused}`, ...log.slice(-LINES)];
      process.stdout.write(`\n${task.name}, page ${number}\n  ${lines.join("\n  ")}\n`);
    } catch (error) {
      process.stdout.write(`\n${task.name}, page ${number}: nothing to be had of it: ${error}\n`);
    }
  }
});
