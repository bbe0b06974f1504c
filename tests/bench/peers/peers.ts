import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { root } from "../environment";

const folder = join(root, "tests", "bench", "peers");

/** Other annotators, what in their pages is a part of a label, and what of one that a key has made. */
const peers = {
  "v-annotator": { part: "svg line", made: 'svg line[stroke="black"]' },
  "text-annotator": { part: ".r6o-annotation", made: '[data-annotation^="made-"]' },
} as const;

/** An article as both get it. */
export type PeerArticle = {
  readonly text: string;
  readonly labels: readonly string[];
  readonly spans: readonly { label: string; start: number; end: number }[];
};

/** Milliseconds: until labels are painted, and from a key to the label it makes, one of each round. */
export type PeerTimes = { readonly opened: readonly number[]; readonly pressed: readonly number[] };

declare global {
  interface Window {
    addSpan?: (span: { label: string; start: number; end: number }) => void;
    peerPainted?: number | undefined;
  }
}

/**
 * Opens an article in other annotators from npm, in a page that holds it and nothing else, and labels
 * words at its beginning by a key. Their parts of labels that are in the window are taken for all that
 * there is to see; open is as for our own page, but for the wait for a server that knows the article.
 */
export async function measurePeers(
  browser: Browser,
  article: PeerArticle,
  { rounds, presses }: { rounds: number; presses: number },
): Promise<Record<keyof typeof peers, PeerTimes>> {
  install();
  const times: Partial<Record<keyof typeof peers, PeerTimes>> = {};
  for (const name of Object.keys(peers) as (keyof typeof peers)[]) {
    const { part, made } = peers[name];
    const server = await serve(name, article);
    try {
      const inView = await onPage(browser, server.url, (page) => settled(page, part));
      const opened: number[] = [];
      for (let round = 0; round < rounds; round += 1) {
        opened.push(await onPage(browser, server.url, (page) => painted(page), { part, inView }));
      }
      const pressed = await onPage(browser, server.url, (page) =>
        pressing(page, { part, made, presses }),
      );
      times[name] = { opened, pressed };
    } finally {
      server.close();
    }
  }
  return times as Record<keyof typeof peers, PeerTimes>;
}

function install(): void {
  if (!existsSync(join(folder, "node_modules", "vue"))) {
    execFileSync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], { cwd: folder });
  }
}

/** Serves the page of one, bundled as for production. */
async function serve(name: string, article: PeerArticle) {
  execFileSync(
    join(folder, "node_modules", ".bin", "esbuild"),
    [
      `${name}.js`,
      "--bundle",
      "--minify",
      '--define:process.env.NODE_ENV="production"',
      "--log-level=error",
      "--outdir=node_modules/.bundled",
    ],
    { cwd: folder },
  );
  const data = JSON.stringify(article).replaceAll("<", "\\u003c");
  const page = `<!doctype html><meta charset="utf-8"><title>${name}</title>
    <link rel="icon" href="data:,"><link rel="stylesheet" href="/${name}.css">
    <style>body { margin: 0 auto; max-width: 60rem; font: 18px/2 serif; white-space: pre-wrap }</style>
    <div id="article"></div><script type="application/json" id="data">${data}</script>
    <script src="/${name}.js"></script>`;
  const server = createServer(({ url = "/" }, response) => {
    const type = url.endsWith(".css") ? "css" : url.endsWith(".js") ? "javascript" : "html";
    response.setHeader("content-type", `text/${type}; charset=utf-8`);
    response.end(
      type === "html" ? page : readFileSync(join(folder, "node_modules", ".bundled", url)),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo; // it listens at one
  return { url: `http://127.0.0.1:${port}/`, close: () => server.close() };
}

async function onPage<T>(
  browser: Browser,
  url: string,
  work: (page: Page) => Promise<T>,
  watched?: { part: string; inView: number },
): Promise<T> {
  const context = await browser.newContext({ viewport: { width: 1360, height: 860 } });
  // tsx wraps functions in a helper of its own, which functions sent to the page then call.
  await context.addInitScript("globalThis.__name = (named) => named");
  const page = await context.newPage();
  if (watched) await page.addInitScript(watch, watched);
  await page.goto(url);
  const result = await work(page);
  await context.close();
  return result;
}

/** How many parts of labels are in the window once their number stays the same. */
async function settled(page: Page, part: string): Promise<number> {
  return page.evaluate(async (selector) => {
    const inView = () =>
      [...document.querySelectorAll(selector)].filter((element) => {
        const { top, bottom } = element.getBoundingClientRect();
        return bottom > 0 && top < innerHeight;
      }).length;
    let [count, still] = [0, 0];
    while (count === 0 || still < 20) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      const now = inView();
      still = now === count ? still + 1 : 0;
      count = now;
    }
    return count;
  }, part);
}

/** Sent to the page: notes when as many are there. */
function watch({ part, inView }: { part: string; inView: number }): void {
  const look = () => {
    const found = document.querySelectorAll(part);
    let count = 0;
    for (const element of found) {
      const { top, bottom } = element.getBoundingClientRect();
      if (bottom > 0 && top < innerHeight) count += 1;
      if (count >= inView) break;
    }
    if (count < inView) {
      requestAnimationFrame(look);
      return;
    }
    const note = () => {
      window.peerPainted = performance.now();
    };
    void scheduler.postTask(note, { priority: "user-blocking" });
  };
  requestAnimationFrame(look);
}

async function painted(page: Page): Promise<number> {
  const at = await page.waitForFunction(() => window.peerPainted, null, { timeout: 120_000 });
  return Number(await at.jsonValue());
}

/** Labels words in view, one after the other; a key adds the span as the page around the annotator would. */
async function pressing(
  page: Page,
  { part, made, presses }: { part: string; made: string; presses: number },
): Promise<number[]> {
  await settled(page, part);
  await page.evaluate((selector) => {
    let at = 3;
    addEventListener("keydown", ({ timeStamp }) => {
      const before = document.querySelectorAll(selector).length;
      window.addSpan?.({ label: "made", start: at, end: at + 4 });
      at += 7;
      const look = () => {
        if (document.querySelectorAll(selector).length <= before) {
          requestAnimationFrame(look);
          return;
        }
        const note = () => {
          window.peerPainted = performance.now() - timeStamp;
        };
        void scheduler.postTask(note, { priority: "user-blocking" });
      };
      requestAnimationFrame(look);
    });
  }, made);
  const times: number[] = [];
  for (let press = 0; press < presses; press += 1) {
    await page.evaluate(() => {
      window.peerPainted = undefined;
    });
    await page.keyboard.press("1");
    times.push(await painted(page));
    await page.waitForTimeout(300);
  }
  return times;
}
