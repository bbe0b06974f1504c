import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Browser, chromium } from "playwright-core";
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
