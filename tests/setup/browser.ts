import { copyFileSync, globSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { AxeBuilder } from "@axe-core/playwright";
import { type Browser, chromium, type Page } from "playwright-core";
import { findBrowser } from "@/scripts/browser.mjs";
import { aReachableFolder } from "./folder";
import { outputDir, watch } from "./witness";

/**
 * A Chromium, which the caller closes.
 *
 * @param withoutFonts whether it is to be as on a machine that has none; told by fontconfig, so on Linux alone
 */
export async function aBrowser({ withoutFonts = false } = {}): Promise<Browser> {
  const executablePath = findBrowser();
  if (executablePath === null) {
    throw new Error("There is no browser: run the tests with npm test, or set CHROME_PATH.");
  }
  const fonts = withoutFonts ? noFonts(aReachableFolder("gainsay-fonts-")) : null;
  const browser = await chromium.launch({
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
    ...(fonts && { env: { ...process.env, FONTCONFIG_FILE: configurationOf(fonts) } }),
  });
  if (fonts) browser.on("disconnected", () => rmSync(fonts, { recursive: true, force: true }));
  watch(browser);
  return browser;
}

/**
 * Puts into a folder what a machine without fonts has: one without letters, as Chromium ends where there is
 * none at all. It is the icons' of Playwright.
 */
function noFonts(folder: string): string {
  const playwright = dirname(
    createRequire(import.meta.url).resolve("playwright-core/package.json"),
  );
  const [icons] = globSync("lib/vite/traceViewer/codicon*.ttf", { cwd: playwright });
  if (icons === undefined) throw new Error("Playwright has no font of icons any more.");
  copyFileSync(join(playwright, icons), join(folder, "icons.ttf"));
  return folder;
}

function configurationOf(folder: string): string {
  const file = join(folder, "fonts.conf");
  writeFileSync(
    file,
    `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig><dir>${folder}</dir><cachedir>${folder}/cache</cachedir></fontconfig>`,
  );
  return file;
}

/**
 * The fonts that the text of each element under a selector is drawn with, as Chromium says, those of
 * the machine marked by a star.
 */
export async function fontsOf(page: Page, selector: string): Promise<string[]> {
  const session = await page.context().newCDPSession(page);
  await session.send("DOM.enable");
  await session.send("CSS.enable");
  const { root } = await session.send("DOM.getDocument", { depth: -1 });
  const { nodeIds } = await session.send("DOM.querySelectorAll", {
    nodeId: root.nodeId,
    selector: `${selector}, ${selector} *`,
  });
  const names = new Set<string>();
  for (const nodeId of nodeIds) {
    const { fonts } = await session.send("CSS.getPlatformFontsForNode", { nodeId });
    for (const { familyName, isCustomFont } of fonts) {
      names.add(isCustomFont ? familyName : `${familyName}*`);
    }
  }
  await session.detach();
  return [...names].sort();
}

/** Waits until no font is on its way, nor what a page asks for because of one. */
export async function fontsAreThere(page: Page): Promise<void> {
  await page.waitForLoadState("networkidle");
  await page.evaluate(() => document.fonts.ready);
  await page.waitForLoadState("networkidle");
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
    const running = () =>
      document
        .getAnimations()
        .filter(
          ({ effect, playState }) =>
            playState === "running" &&
            effect?.getComputedTiming().iterations !== Number.POSITIVE_INFINITY,
        );
    // What inherits a colour that fades begins to fade when that has ended.
    for (let some = running(); some.length > 0; some = running()) {
      await Promise.allSettled(some.map(({ finished }) => finished));
    }
  });
}

/** What axe finds wrong with a page, as a reader would be told. */
export async function barriers(page: Page): Promise<string[]> {
  await settled(page);
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target).join(", ")}`,
  );
}
