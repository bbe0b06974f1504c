import type { Browser } from "playwright-core";
import { labelShownAt, watchForLabels } from "../setup/visible-labels";
import { type Bench, quantile } from "./figure";
import {
  aBrowser,
  anArticle,
  anImportedArticle,
  aReader,
  aWindow,
  type Session,
  type Size,
  signIn,
} from "./reader";

/** One frame at 60 a second, in milliseconds. */
const FRAME = 16.7;

/** From the beginning of the navigation to labels on the screen, in milliseconds. */
const LABELS_SHOWN = 400;

const usual: Size = { slug: "usual", characters: 34_000, spans: 650 };
const headroom: Size = { slug: "headroom", characters: 200_000, spans: 4000 };
const copied: Size = { slug: "copied", characters: 1_000_000, spans: 20_000 };

/** How long the page may go without answering while thousands of spans are copied, in milliseconds. */
const LONGEST_TASK = 200;

/**
 * The annotate page in Chromium. "Cold" is a browser that has nothing of Gainsay yet, on a server
 * that has answered before.
 */
export const bench: Bench = async ({ startServer, scale, log }) => {
  const user = await aReader();
  const articles = [await anArticle(user, usual), await anArticle(user, headroom)] as const;
  const ofOthers = await anImportedArticle({ ...copied, spans: Math.round(copied.spans * scale) });
  const { baseUrl } = await startServer();
  const browser = await aBrowser();
  try {
    const session = await signIn(browser, baseUrl);
    const rounds = Math.max(2, Math.round(7 * scale));
    const keys = Math.max(10, Math.round(60 * scale));
    const [small, large] = articles.map((id) => `${baseUrl}/projects/corpus/articles/${id}`);
    // The first answer of a server loads its modules, which is starting's business.
    await labelsShown(browser, session, small ?? "");
    const opened = await measured(rounds, () => labelsShown(browser, session, small ?? ""));
    log(`opened ${rounds} times`);
    const pressed = await labelling(browser, session, small ?? "", keys);
    const openedLarge = await measured(rounds, () => labelsShown(browser, session, large ?? ""));
    const pressedLarge = await labelling(browser, session, large ?? "", keys);
    log("labelled");
    const copying = await copyingToMine(
      browser,
      session,
      `${baseUrl}/projects/corpus/articles/${ofOthers}`,
    );
    const all = `${Math.round(copied.spans * scale)} spans`;
    const large200 = `${headroom.characters} characters, ${headroom.spans} spans`;
    return [
      {
        name: "opening an article, labels on the screen, cold, median",
        value: quantile(opened, 0.5),
        unit: "ms",
        limit: { atMost: LABELS_SHOWN },
      },
      {
        name: "labelling by a key, script and layout, median",
        value: quantile(pressed.work, 0.5),
        unit: "ms",
        limit: { atMost: FRAME },
      },
      {
        name: "labelling by a key, script and layout, p95",
        value: quantile(pressed.work, 0.95),
        unit: "ms",
        limit: { atMost: FRAME },
      },
      {
        name: "labelling by a key, frames until it is drawn, p95",
        value: quantile(pressed.frames, 0.95),
        unit: "frames",
        limit: { atMost: 1 },
      },
      {
        name: `opening, labels on the screen, cold, median (${large200})`,
        value: quantile(openedLarge, 0.5),
        unit: "ms",
      },
      {
        name: `labelling by a key, script and layout, median (${large200})`,
        value: quantile(pressedLarge.work, 0.5),
        unit: "ms",
      },
      {
        name: `labelling by a key, script and layout, p95 (${large200})`,
        value: quantile(pressedLarge.work, 0.95),
        unit: "ms",
      },
      {
        name: `copying to mine, longest time without an answer (${all})`,
        value: copying.copy.longestTask,
        unit: "ms",
        limit: { atMost: LONGEST_TASK },
      },
      {
        name: `copying to mine, until labels of one's own are drawn in view (${all})`,
        value: copying.copy.untilDrawn,
        unit: "ms",
      },
      {
        name: `copying to mine, until all is saved (${all})`,
        value: copying.copy.untilSaved,
        unit: "ms",
      },
      {
        name: `undoing the copy, longest time without an answer (${all})`,
        value: copying.undo.longestTask,
        unit: "ms",
        limit: { atMost: LONGEST_TASK },
      },
      {
        name: `undoing the copy, until all is saved (${all})`,
        value: copying.undo.untilSaved,
        unit: "ms",
      },
    ];
  } finally {
    await browser.close();
  }
};

async function measured(rounds: number, work: () => Promise<number>): Promise<number[]> {
  const values: number[] = [];
  for (let round = 0; round < rounds; round += 1) values.push(await work());
  return values;
}

/** From the beginning of the navigation until a label is on the screen, in milliseconds. */
async function labelsShown(browser: Browser, session: Session, url: string): Promise<number> {
  const page = await aWindow(browser, session);
  await watchForLabels(page);
  await page.goto(url);
  const at = await labelShownAt(page);
  await page.context().close();
  return at;
}

type Pressed = { readonly work: readonly number[]; readonly frames: readonly number[] };

/**
 * Labels a free stretch of text by a key, again and again.
 *
 * @returns for each press, the milliseconds that script and layout took, and how many frames were
 *   painted before the one with the label
 */
async function labelling(
  browser: Browser,
  session: Session,
  url: string,
  presses: number,
): Promise<Pressed> {
  const page = await aWindow(browser, session);
  await page.goto(url);
  await page.locator(".article[role=document]").focus();
  await page.waitForTimeout(2000);
  const found = await page.evaluate(async (wanted) => {
    const frame = () => new Promise<void>((resolve) => requestAnimationFrame(() => resolve()));
    const pause = (time: number) => new Promise((resolve) => setTimeout(resolve, time));
    const work: number[] = [];
    const frames: number[] = [];
    const blocks = [...document.querySelectorAll("[role=document] [data-block=paragraph]")];
    for (let turn = 0; work.length < wanted && turn < wanted * 4; turn += 1) {
      const block = blocks[turn % blocks.length];
      if (!block) break;
      block.scrollIntoView({ block: "center" });
      const walker = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
      let free: Node | null = walker.nextNode();
      while (
        free &&
        ((free.nodeValue ?? "").trim().length < 6 || free.parentElement?.closest("mark"))
      ) {
        free = walker.nextNode();
      }
      if (!free) continue;
      getSelection()?.setBaseAndExtent(free, 0, free, (free.nodeValue ?? "").length);
      await pause(120);
      await frame();
      const before = document.querySelectorAll("mark[data-selected]").length;
      const began = performance.now();
      document.activeElement?.dispatchEvent(
        new KeyboardEvent("keydown", { key: "1", code: "Digit1", bubbles: true, cancelable: true }),
      );
      document.body.getBoundingClientRect();
      const took = performance.now() - began;
      let waited = 0;
      while (!document.querySelector("mark[data-selected]") && waited < 10) {
        await frame();
        waited += 1;
      }
      if (waited < 10 && before === 0) {
        work.push(took);
        frames.push(waited + 1);
      }
      await pause(150);
      document.activeElement?.dispatchEvent(
        new KeyboardEvent("keydown", { key: "Escape", code: "Escape", bubbles: true }),
      );
      await pause(50);
    }
    return { work, frames };
  }, presses);
  await page.context().close();
  return found;
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
): Promise<{ copy: Large; undo: Large }> {
  const page = await aWindow(browser, session);
  await page.goto(url);
  await page.locator(".article[role=document]").focus();
  // What a page draws of the rest while it is idle is another matter.
  await page.waitForTimeout(10_000);
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
    return { copy, undo };
  });
  await page.context().close();
  return measured;
}
