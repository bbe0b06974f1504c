import type { Browser, Page } from "playwright-core";
import type { UserActor } from "@/lib/access/actor";
import { openArticle } from "@/lib/workflow/annotating";
import { labelsShown, watchForLabels, watchForNextLabels } from "../setup/visible-labels";
import { type Bench, type Figure, quantile } from "./figure";
import { measurePeers, type PeerArticle } from "./peers/peers";
import {
  aBrowser,
  anArticle,
  anImportedArticle,
  aReader,
  aWindow,
  devToolsOf,
  metric,
  type Session,
  type Size,
  signIn,
} from "./reader";

/** The articles, and what must be kept to with each, in milliseconds. */
const sizes = [
  { size: { slug: "usual", characters: 34_000, spans: 650 }, open: 350, median: 8, p95: 20 },
  { size: { slug: "long", characters: 200_000, spans: 5000 }, open: 450, median: 8, p95: 20 },
  { size: { slug: "huge", characters: 1_000_000, spans: 20_000 }, open: 600, median: 10, p95: 23 },
] as const;

/** The share of spans that begin within the one before. */
const overlapping = 0.15;

/** No frame and no task is to take longer, in milliseconds. */
const LONGEST = 50;

/** Until 20,000 copied spans are saved, in milliseconds. */
const COPIED = 5000;

/** Until the next article is there, in milliseconds. */
const NEXT = 100;

/** How many times as fast as other annotators it is to be, with the article in the middle. */
const AHEAD = 4;

/** With the largest article, once all of it is drawn, in MB. */
const HEAP = 150;

/**
 * The annotate page in Chromium. A page is opened in a browser context that has nothing of Gainsay yet,
 * on a server that has answered before.
 *
 * - Open: from the beginning of the navigation until a frame was painted in which every label is seen that
 *   is seen in that window at last. What there is to see is taken from a page that has come to rest: marks
 *   that are tinted or underlined, with something of them in the window and nothing over it.
 * - Key: a real key press on a free word, somewhere in the text; from the time stamp of its event until the
 *   task behind the frame in which the label's mark was in the document, the first one after it is painted.
 * - Busy: what the main thread does from such a press on for half a second: drawing, list, panels, saving.
 * - Scrolling: two thirds of the view in each frame, from the top to the bottom, begun as soon as the text
 *   takes keys; the longest time between two frames.
 * - Heap: what scripts hold after a collection, once all labels are drawn.
 * - Next: from the press of "Next article", some seconds after an article was opened, until a frame was painted
 *   with every label that is seen of the next one.
 * - Others: the same text and spans in annotators from npm, in a page that has them at hand.
 */
export const bench: Bench = async ({ startServer, scale, log }) => {
  const user = await aReader();
  const scaled = ({ slug, characters, spans }: Size): Size => ({
    slug,
    characters: Math.round(characters * scale),
    spans: Math.round(spans * scale),
    overlapping,
  });
  // The newest comes first, so this is what comes after the next one that is made.
  const following = await anArticle(user, scaled({ ...sizes[0].size, slug: "following" }));
  const articles: string[] = [];
  for (const { size } of sizes) articles.push(await anArticle(user, scaled(size)));
  const copied = scaled({ ...sizes[2].size, slug: "copied" });
  const ofOthers = await anImportedArticle(copied);
  log("articles are there");
  const { baseUrl } = await startServer();
  const browser = await aBrowser();
  const urlOf = (article: string | undefined) => `${baseUrl}/projects/corpus/articles/${article}`;
  try {
    const session = await signIn(browser, baseUrl);
    const figures: Figure[] = [];
    const inWords = ({ characters, spans }: Size) => `${characters} characters, ${spans} spans`;
    const aheadOf = inWords(scaled(sizes[1].size));
    const rounds = Math.max(3, Math.round(7 * scale));
    const presses = Math.max(12, Math.round(60 * scale));
    for (const [index, { size, ...limits }] of sizes.entries()) {
      const url = urlOf(articles[index]);
      const what = inWords(scaled(size));
      const inView = await labelsInView(browser, session, url);
      const opened: Opened[] = [];
      for (let round = 0; round < rounds; round += 1) {
        opened.push(await opening(browser, session, url, inView));
      }
      const pressed = await labelling(browser, session, url, presses);
      const scrolled = await scrolling(browser, session, url);
      log(`${what}: ${inView.length} labels in view`);
      const median = (of: (one: Opened) => number) => quantile(opened.map(of), 0.5);
      const figure = (name: string, value: number, unit: string, atMost?: number) =>
        figures.push({
          name: `${what}: ${name}`,
          value,
          unit,
          ...(atMost === undefined ? {} : { limit: { atMost } }),
        });
      figure(
        "open to all visible labels painted, median",
        median(({ shown }) => shown),
        "ms",
        limits.open,
      );
      figure(
        "until it takes keys, median",
        median(({ ready }) => ready),
        "ms",
      );
      figure(
        "until all labels are drawn, median",
        median(({ drawn }) => drawn),
        "ms",
      );
      figure(
        "sent for the page, packed",
        median(({ sent }) => sent),
        "KiB",
      );
      figure("key to painted label, median", quantile(pressed.painted, 0.5), "ms", limits.median);
      figure("key to painted label, p95", quantile(pressed.painted, 0.95), "ms", limits.p95);
      figure(
        "busy for a key, all that follows included, median",
        quantile(pressed.busy, 0.5),
        "ms",
      );
      figure("longest frame while scrolling", scrolled, "ms", LONGEST);
      figure(
        "heap",
        median(({ heap }) => heap),
        "MB",
        index === sizes.length - 1 ? HEAP : undefined,
      );
    }
    const gone: number[] = [];
    const labelsOfFollowing = await labelsInView(browser, session, urlOf(following));
    for (let round = 0; round < rounds; round += 1) {
      gone.push(await goingOn(browser, session, urlOf(articles[0]), labelsOfFollowing));
    }
    figures.push({
      name: `the next article (${inWords(scaled(sizes[0].size))}) from the press of its button, median`,
      value: quantile(gone, 0.5),
      unit: "ms",
      limit: { atMost: NEXT },
    });
    const ofOurs = (name: string) =>
      figures.find((figure) => figure.name === `${aheadOf}: ${name}`)?.value ?? Number.NaN;
    const peers = await measurePeers(browser, await asPeersGetIt(user, articles[1] ?? ""), {
      rounds: Math.max(2, Math.round(3 * scale)),
      presses: Math.max(4, Math.round(15 * scale)),
    });
    for (const [name, { opened, pressed }] of Object.entries(peers)) {
      const [open, key] = [quantile(opened, 0.5), quantile(pressed, 0.5)];
      figures.push(
        { name: `${name}, ${aheadOf}: open, median`, value: open, unit: "ms" },
        { name: `${name}, ${aheadOf}: key to painted label, median`, value: key, unit: "ms" },
        {
          name: `against ${name}, opening`,
          value: open / ofOurs("open to all visible labels painted, median"),
          unit: "× as fast",
          limit: { atLeast: AHEAD },
        },
        {
          name: `against ${name}, key to painted label`,
          value: key / ofOurs("key to painted label, median"),
          unit: "× as fast",
          limit: { atLeast: AHEAD },
        },
      );
    }
    log("compared with others");
    const copying = await copyingToMine(browser, session, urlOf(ofOthers));
    const all = `${copied.spans} spans`;
    for (const [name, { longestTask, untilDrawn, untilSaved }] of Object.entries(copying)) {
      figures.push(
        {
          name: `${name}, longest task (${all})`,
          value: longestTask,
          unit: "ms",
          limit: { atMost: LONGEST },
        },
        { name: `${name}, until seen (${all})`, value: untilDrawn, unit: "ms" },
        {
          name: `${name}, until all is saved (${all})`,
          value: untilSaved,
          unit: "ms",
          limit: { atMost: COPIED },
        },
      );
    }
    return figures;
  } finally {
    await browser.close();
  }
};

async function asPeersGetIt(user: UserActor, id: string): Promise<PeerArticle> {
  const { article } = await openArticle(user, id);
  const spans = (article.annotation_set?.spans ?? []).flatMap(({ label, fragments: [first] }) =>
    first ? [{ label, ...first }] : [],
  );
  return { text: article.text, labels: article.scheme.labels.map(({ name }) => name), spans };
}

/** The ids of the spans whose labels are seen in a window where the page at an address has come to rest. */
async function labelsInView(browser: Browser, session: Session, url: string): Promise<string[]> {
  const page = await aWindow(browser, session);
  await page.goto(url);
  await atRest(page);
  const ids = await labelsShown(page);
  await page.context().close();
  return ids;
}

/** Waits until the text takes keys and no mark comes to it any more. */
async function atRest(page: Page): Promise<void> {
  await page.locator(".article[role=document]").waitFor();
  await page.evaluate(async () => {
    const marks = document.getElementsByTagName("mark");
    for (let [count, still] = [-1, 0]; still < 10; ) {
      still = marks.length === count ? still + 1 : 0;
      count = marks.length;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  });
}

/** Milliseconds from the beginning of the navigation; `sent` is KiB, `heap` MB. */
type Opened = {
  readonly shown: number;
  readonly ready: number;
  readonly drawn: number;
  readonly sent: number;
  readonly heap: number;
};

async function opening(
  browser: Browser,
  session: Session,
  url: string,
  inView: readonly string[],
): Promise<Opened> {
  const page = await aWindow(browser, session);
  await watchForLabels(page, inView);
  await page.addInitScript(watchForEditor);
  await page.goto(url);
  await atRest(page);
  const times = await page.evaluate(() => {
    const sent = performance
      .getEntries()
      .filter((entry) => entry instanceof PerformanceResourceTiming)
      // Navigations are among them; scripts and fonts are another bench's business.
      .filter(({ initiatorType }) => !/^(?:script|link|css)$/.test(initiatorType))
      .reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0);
    const { gainsayLabelShownAt: shown = Number.NaN, gainsayOpening } = window;
    return { ...gainsayOpening, shown, sent: sent / 1024 };
  });
  const devTools = await devToolsOf(page);
  await devTools.send("HeapProfiler.collectGarbage");
  const heap = (await metric(devTools, "JSHeapUsedSize")) / 1e6;
  await page.context().close();
  return { ready: Number.NaN, drawn: Number.NaN, ...times, heap };
}

declare global {
  interface Window {
    gainsayOpening?: { ready?: number; drawn?: number };
    /** What is to be labelled next lies in it. */
    gainsayBlock?: Element;
    /** From the key to the label, of the last press. */
    gainsayPainted?: number | undefined;
  }
}

/** Has a page note when the text takes keys, and when the last mark came to it. */
function watchForEditor(): void {
  const times: { ready?: number; drawn?: number } = {};
  window.gainsayOpening = times;
  const marks = document.getElementsByTagName("mark");
  let count = 0;
  const look = () => {
    const editor = document.querySelector<HTMLElement>(".article[role=document]");
    if (editor?.offsetParent) times.ready ??= performance.now();
    if (marks.length !== count) times.drawn = performance.now();
    count = marks.length;
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

type Pressed = { readonly painted: readonly number[]; readonly busy: readonly number[] };

/** Labels free words by a key, again and again, all over the text; times in milliseconds. */
async function labelling(
  browser: Browser,
  session: Session,
  url: string,
  presses: number,
): Promise<Pressed> {
  const page = await aWindow(browser, session);
  await page.goto(url);
  await atRest(page);
  await page.locator(".article[role=document]").focus();
  await page.evaluate(() => {
    addEventListener(
      "keydown",
      ({ key, timeStamp }) => {
        if (key !== "1") return;
        const look = () => {
          if (!window.gainsayBlock?.querySelector("mark[data-selected]")) {
            requestAnimationFrame(look);
            return;
          }
          const painted = () => {
            window.gainsayPainted = performance.now() - timeStamp;
          };
          void scheduler.postTask(painted, { priority: "user-blocking" });
        };
        requestAnimationFrame(look);
      },
      { capture: true },
    );
  });
  const devTools = await devToolsOf(page);
  const painted: number[] = [];
  const busy: number[] = [];
  for (let turn = 0; painted.length < presses && turn < presses * 3; turn += 1) {
    const isChosen = await page.evaluate(
      (part) => {
        window.gainsayPainted = undefined;
        const blocks = document.querySelectorAll("[role=document] [data-block=paragraph]");
        const block = blocks[Math.floor(part * blocks.length)];
        if (!block) return false;
        window.gainsayBlock = block;
        block.scrollIntoView({ block: "center" });
        const walker = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
        for (let node = walker.nextNode(); node; node = walker.nextNode()) {
          if (node.parentElement?.closest("mark")) continue;
          const word = /(?<= )[a-z]{3,}(?= )/.exec(node.nodeValue ?? "");
          if (!word) continue;
          getSelection()?.setBaseAndExtent(node, word.index, node, word.index + word[0].length);
          return true;
        }
        return false;
      },
      (turn * 0.381966) % 1,
    );
    if (!isChosen) continue;
    await page.waitForTimeout(200);
    const before = await metric(devTools, "TaskDuration");
    await page.keyboard.press("1");
    await page.waitForTimeout(500);
    busy.push(((await metric(devTools, "TaskDuration")) - before) * 1000);
    painted.push((await page.evaluate(() => window.gainsayPainted)) ?? Number.POSITIVE_INFINITY);
    await page.keyboard.press("Escape");
    await page.waitForTimeout(100);
  }
  await page.context().close();
  return { painted, busy };
}

/** The longest time between two frames, in milliseconds. */
async function scrolling(browser: Browser, session: Session, url: string): Promise<number> {
  const page = await aWindow(browser, session);
  await page.goto(url);
  await page.locator(".article[role=document]").waitFor();
  const longest = await page.evaluate(async () => {
    const frame = () => new Promise<number>((resolve) => requestAnimationFrame(resolve));
    const pane = document.querySelector(".reading-pane");
    if (!pane) throw new Error("There is no text to scroll.");
    let last = await frame();
    let found = 0;
    for (;;) {
      const was = pane.scrollTop;
      pane.scrollTop += (pane.clientHeight * 2) / 3;
      const now = await frame();
      found = Math.max(found, now - last);
      last = now;
      if (pane.scrollTop === was) return found;
    }
  });
  await page.context().close();
  return longest;
}

/** Goes on to the article after one that has been open for a while; milliseconds until its labels are there. */
async function goingOn(
  browser: Browser,
  session: Session,
  url: string,
  inView: readonly string[],
): Promise<number> {
  const page = await aWindow(browser, session);
  await page.goto(url);
  await atRest(page);
  // Nobody has read it sooner; the next one is fetched meanwhile.
  await page.waitForTimeout(4000);
  const untilShown = await watchForNextLabels(page, inView);
  await page.getByRole("button", { name: "Next article" }).press("Enter");
  const time = await untilShown();
  await page.context().close();
  return time;
}

type Large = {
  readonly longestTask: number;
  readonly untilDrawn: number;
  readonly untilSaved: number;
};

/**
 * Copies an imported layer to the reader's own set by its button, and undoes that by its key. All
 * times are in milliseconds from the press; the longest task is that of the whole time until all is
 * saved, idle slices included.
 */
async function copyingToMine(
  browser: Browser,
  session: Session,
  url: string,
): Promise<{ "copying to mine": Large; "undoing the copy": Large }> {
  const page = await aWindow(browser, session);
  await page.goto(url);
  // What a page draws of the rest while it is idle is another matter.
  await atRest(page);
  await page.locator(".article[role=document]").focus();
  const measured = await page.evaluate(async () => {
    const pause = (time: number) => new Promise((resolve) => setTimeout(resolve, time));
    const status = () => document.querySelector("[role=status] .figures")?.textContent ?? "";
    // The text is at its beginning, so the first ones are in view.
    const inView = () =>
      [...document.querySelectorAll("mark[data-span]")]
        .slice(0, 10)
        .map((mark) => mark.getAttribute("data-span"))
        .join();
    const tasks: number[] = [];
    const observer = new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) tasks.push(duration);
    });
    observer.observe({ type: "longtask" });
    const during = async (press: () => void) => {
      await pause(1000);
      tasks.length = 0;
      const before = inView();
      const began = performance.now();
      press();
      let untilDrawn = 0;
      let hasBegun = false;
      for (;;) {
        await pause(20);
        const since = performance.now() - began;
        if (untilDrawn === 0 && inView() !== before) untilDrawn = since;
        if (status().startsWith("Saving")) hasBegun = true;
        if (hasBegun && status() === "Saved") {
          await pause(500);
          return { longestTask: Math.max(0, ...tasks), untilDrawn, untilSaved: since };
        }
        if (since > 300_000) throw new Error("It was not saved within five minutes.");
      }
    };
    const buttons = [...document.querySelectorAll("button")];
    const copy = await during(() =>
      buttons.find(({ textContent }) => textContent === "Copy to mine")?.click(),
    );
    const undo = await during(() =>
      document.activeElement?.dispatchEvent(
        new KeyboardEvent("keydown", {
          key: "z",
          code: "KeyZ",
          ctrlKey: true,
          bubbles: true,
          cancelable: true,
        }),
      ),
    );
    return { "copying to mine": copy, "undoing the copy": undo };
  });
  await page.context().close();
  return measured;
}
