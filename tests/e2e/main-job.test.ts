import { readFileSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { copyToMine, submitAllTheSame } from "../setup/annotating";
import { aBrowser, pictureOf } from "../setup/browser";
import { aReachableFolder } from "../setup/folder";
import { aRunningGainsay, type RunningGainsay } from "../setup/gainsay";

/**
 * The whole main job as a newcomer does it: set up by the link that the start prints, import,
 * annotate by mouse and by keyboard alone, submit, export, and read the dataset in a script.
 */
let dataDir: string;
let gainsay: RunningGainsay;
let browser: Browser;
let page: Page;
const troubles: string[] = [];

beforeAll(async () => {
  dataDir = aReachableFolder("gainsay-main-job-");
  gainsay = await aRunningGainsay({ env: { GAINSAY_DATA_DIR: join(dataDir, "data") }, args: [] });
  browser = await aBrowser();
  const context = await browser.newContext({ viewport: { width: 1360, height: 900 } });
  page = await context.newPage();
  page.on("pageerror", (error) => troubles.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error") troubles.push(`${page.url()}: ${message.text()}`);
  });
});

afterAll(async () => {
  await browser?.close();
  await gainsay?.stop();
  await rm(dataDir, { recursive: true, force: true });
});

const article = `# Harbour authority denies sale of Pier 9

Published :\`2025-03-04 08:30:00\`

---

The pier was sold to a foreign state 🚢 last week, an anonymous channel said on Monday.

“No such sale has taken place”, harbour master Lena Orfi told reporters. “The lease”, she added, “runs until 2040”.

---
`;

const paragraph = (text: string) => page.locator(".article p", { hasText: text }).first();

/** Where some words stand on the screen. */
async function boxOf(within: Locator, words: string) {
  const box = await within.evaluate((element, wanted) => {
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    const nodes: Text[] = [];
    while (walker.nextNode()) nodes.push(walker.currentNode as Text);
    const at = nodes
      .map((node) => node.data)
      .join("")
      .indexOf(wanted);
    if (at < 0) return null;
    const place = (offset: number, isEnd: boolean) => {
      let rest = offset;
      for (const node of nodes) {
        if (rest < node.length || (isEnd && rest === node.length)) return { node, rest };
        rest -= node.length;
      }
      throw new Error("The words leave the element.");
    };
    const range = document.createRange();
    const [start, end] = [place(at, false), place(at + wanted.length, true)];
    range.setStart(start.node, start.rest);
    range.setEnd(end.node, end.rest);
    const rects = [...range.getClientRects()];
    const [first, last] = [rects[0], rects.at(-1)];
    return first && last
      ? {
          left: first.left,
          top: first.top + first.height / 2,
          right: last.right,
          bottom: last.top + last.height / 2,
        }
      : null;
  }, words);
  if (!box) throw new Error(`"${words}" is not on the page.`);
  return box;
}

async function selectByMouse(within: Locator, words: string): Promise<void> {
  const { left, top, right, bottom } = await boxOf(within, words);
  await page.mouse.move(left + 1, top);
  await page.mouse.down();
  await page.mouse.move((left + right) / 2, (top + bottom) / 2, { steps: 4 });
  await page.mouse.move(right - 1, bottom, { steps: 4 });
  await page.mouse.up();
}

const spanList = () => page.getByRole("listbox", { name: "Spans in text order" });
const saved = () =>
  page
    .getByRole("status")
    .filter({ hasText: /^Saved$/ })
    .waitFor();

test("from the setup link to the sample project", async () => {
  const link = /http:\S+\/setup\/\S+/.exec(gainsay.log())?.[0];
  expect(link).toBeDefined();
  await page.goto(link ?? "");
  await page.getByLabel("Your name").fill("Ada");
  await page.getByLabel("E-mail address").fill("ada@example.org");
  await page.getByLabel("Password", { exact: true }).fill("vermilion otter 9 quilts");
  await page.getByRole("button", { name: "Set up Gainsay" }).click();
  await page.waitForURL("**/projects/sample/articles");
  await page.getByText("Leaked ballot file was a forgery").first().waitFor();
});

test("a newcomer sees a living page: an annotated article, drawn with its labels", async () => {
  await page.getByText("Leaked ballot file was a forgery").first().click();
  await page.waitForURL("**/articles/*");
  await spanList().getByRole("option").first().waitFor();
  expect(await page.locator(".article mark").count()).toBeGreaterThan(30);
  await copyToMine(page);
  await spanList()
    .getByRole("option", { name: /The Republic of Marovia has never/ })
    .click();
  await page.getByRole("region", { name: "Selected span" }).waitFor();
  await page.screenshot({ path: pictureOf("annotate") });
  if (process.env.UPDATE_SCREENSHOT) {
    const images = fileURLToPath(new URL("../../docs/images/", import.meta.url));
    await mkdir(images, { recursive: true });
    await page.screenshot({ path: join(images, "annotate.png") });
  }
});

test("import: a file is looked at, imported and found", async () => {
  const file = join(dataDir, "pier-9.md");
  await writeFile(file, article);
  await page.goto(`${gainsay.url}/projects/sample/import`);
  await page.getByLabel("Files", { exact: true }).setInputFiles([file]);
  await page
    .getByRole("button", { name: /preview/i })
    .first()
    .click();
  const preview = page.getByRole("dialog");
  await preview.getByText("harbour master Lena Orfi told reporters").waitFor();
  await preview.getByRole("heading", { name: /Harbour authority denies/, level: 3 }).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: /^Import/ }).click();
  await page.getByRole("link", { name: /Harbour authority denies/ }).click();
  await page.waitForURL("**/articles/*");
  await paragraph("The pier was sold").waitFor();
});

test("annotate by mouse: select, label with a key and with the bar", async () => {
  await selectByMouse(paragraph("The pier was sold"), "The pier was sold to a foreign state");
  await page.keyboard.press("1");
  await spanList()
    .getByRole("option", { name: /The pier was sold to a foreign state/ })
    .waitFor();
  await selectByMouse(paragraph("The pier was sold"), "an anonymous channel said");
  await page
    .getByRole("toolbar", { name: "Label the selected text" })
    .getByRole("button", { name: /attribution/ })
    .click();
  await spanList()
    .getByRole("option", { name: /an anonymous channel said/ })
    .waitFor();
  await saved();
});

test("annotate by keyboard alone: caret, selection, label, attribute, link", async () => {
  // Focus comes by click here only to start from a known place; from then on there are keys only.
  const { left, top } = await boxOf(paragraph("No such sale"), "No such sale has taken place");
  await page.keyboard.press("Escape");
  // It lies over the place until then.
  await page.getByRole("toolbar", { name: /^Attributes of the/ }).waitFor({ state: "hidden" });
  await page.mouse.click(left + 1, top);
  await page.keyboard.press("Home");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.down("Shift");
  for (let index = 0; index < "No such sale has taken place".length; index += 1) {
    await page.keyboard.press("ArrowRight");
  }
  await page.keyboard.up("Shift");
  await page.keyboard.press("2");
  await spanList()
    .getByRole("option", { name: /No such sale has taken place/ })
    .waitFor();
  await page.keyboard.press("r");
  const linking = page.getByRole("region", { name: "Linking" }).or(page.getByLabel("Linking"));
  await linking.first().waitFor();
  await page.keyboard.press("r"); // the attribution is nearer, then comes the claim
  await page.keyboard.press("Enter");
  await page.getByText("denies", { exact: false }).first().waitFor();
  await saved();
});

test("undo and redo, and what is saved is there after a reload", async () => {
  await page.keyboard.press("Control+z");
  await page.keyboard.press("Control+Shift+z");
  await saved();
  await page.reload();
  await spanList().getByRole("option").nth(2).waitFor();
  expect(await spanList().getByRole("option").count()).toBe(3);
});

test("submit, export, and read the dataset in a script", async () => {
  await page.getByRole("button", { name: /^Submit/ }).click();
  await submitAllTheSame(page);
  await page
    .getByRole("button", { name: /^Reopen/ })
    .first()
    .waitFor();
  await page.goto(`${gainsay.url}/projects/sample/export`);
  await page.getByRole("radio", { name: /^Reviewers/ }).click();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page
      .getByRole("button", { name: /download/i })
      .or(page.getByRole("link", { name: /download/i }))
      .first()
      .click(),
  ]);
  const lines = readFileSync(await download.path(), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(lines).toHaveLength(13);
  const record = lines.find(({ title }) => title.startsWith("Harbour authority"));
  expect(record).toMatchObject({
    schema: "gainsay.article/2",
    published_at: "2025-03-04T08:30:00.000Z",
    sets: [{ annotator: expect.stringMatching(/^a\d+$/), kind: "reviewer" }],
  });
  const characters = [...record.text];
  expect(
    record.spans.map(({ label, text }: { label: string; text: string }) => [label, text]),
  ).toEqual([
    ["claim", "The pier was sold to a foreign state"],
    ["attribution", "an anonymous channel said"],
    ["denial", "No such sale has taken place"],
  ]);
  for (const { start, end, text } of record.spans) {
    expect(characters.slice(start, end).join("")).toBe(text);
  }
  const [claim, , denial] = record.spans;
  expect(record.relations).toMatchObject([{ type: "denies", from: denial.id, to: claim.id }]);
  expect(JSON.stringify(record)).not.toMatch(/ada@example|Ada/);
});

test("nothing went wrong on the way", () => {
  expect(troubles).toEqual([]);
});
