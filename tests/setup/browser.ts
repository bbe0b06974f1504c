import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { findBrowser } from "@/scripts/browser.mjs";

/** Where screenshots and traces go. */
export const outputDir = fileURLToPath(new URL("../.output/", import.meta.url));

/** A Chromium, which the caller closes. */
export async function aBrowser(): Promise<Browser> {
  const executablePath = findBrowser();
  if (executablePath === null) {
    throw new Error("There is no browser: run the tests with npm test, or set CHROME_PATH.");
  }
  return chromium.launch({
    executablePath,
    args: [
      "--no-sandbox", // root has none, and the pages are ours
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

/** A path for a screenshot, named after what it shows. */
export function pictureOf(what: string): string {
  mkdirSync(outputDir, { recursive: true });
  return join(outputDir, `${what.replaceAll(/[^a-z0-9]+/gi, "-")}.png`);
}

/** Waits for the next frame of a page, or a little while where none comes. */
export async function aFrame(page: Page): Promise<void> {
  await page.evaluate(
    () =>
      new Promise((resolve) => {
        // biome-ignore lint/style/noRestrictedGlobals: the page's own, and with a limit
        requestAnimationFrame(resolve);
        setTimeout(resolve, 300);
      }),
  );
}

/** Waits until nothing fades any more: colours half-way are nobody's choice. */
export async function settled(page: Page): Promise<void> {
  await aFrame(page);
  await page.evaluate(async () => {
    const finite = document
      .getAnimations()
      .filter(({ effect }) => effect?.getComputedTiming().iterations !== Number.POSITIVE_INFINITY);
    await Promise.allSettled(finite.map(({ finished }) => finished));
  });
}
