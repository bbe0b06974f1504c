import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll } from "vitest";
import { type Person, sessionCookieOf } from "./annotating";
import { aBrowser } from "./browser";
import { aFirefox, type Firefox, type FirefoxPage, findFirefox } from "./firefox";

/** A place on the screen, in pixels of the window. */
export type Place = readonly [x: number, y: number];

/** What a reader does with an annotate page, in whichever browser. */
export class Hands {
  readonly #page: Hand;

  constructor(page: Hand) {
    this.#page = page;
  }

  /** A little within the first character of some words of a block. */
  start(block: number, words: string): Promise<Place> {
    return this.#place(block, words, "start");
  }

  /** A little within the last one. */
  end(block: number, words: string): Promise<Place> {
    return this.#place(block, words, "end");
  }

  /** The middle of the second character. */
  under(block: number, words: string): Promise<Place> {
    return this.#place(block, words, "second");
  }

  async #place(block: number, words: string, which: string): Promise<Place> {
    const [x = 0, y = 0] = await this.#page.evaluate(
      (index, wanted, edge) => {
        const element = document.querySelectorAll(".article [data-block]")[Number(index)];
        if (!element) throw new Error(`There is no block ${index}.`);
        const at = element.textContent.indexOf(wanted);
        if (at < 0) throw new Error(`"${wanted}" is not in block ${index}.`);
        element.scrollIntoView({ block: "nearest" });
        const first = edge === "start" ? at : edge === "end" ? at + wanted.length - 1 : at + 1;
        const range = document.createRange();
        const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
        let rest = first;
        for (let node = walker.nextNode(); node; node = walker.nextNode()) {
          const { length } = node.nodeValue ?? "";
          if (rest < length) {
            range.setStart(node, rest);
            range.setEnd(node, rest + 1);
            break;
          }
          rest -= length;
        }
        const { left, right, top, bottom } = range.getBoundingClientRect();
        const isRtl = getComputedStyle(element).direction === "rtl";
        const share = edge === "start" ? 0.1 : edge === "end" ? 0.9 : 0.7;
        const x = isRtl ? right - (right - left) * share : left + (right - left) * share;
        return [x, (top + bottom) / 2];
      },
      String(block),
      words,
      which,
    );
    return [x, y];
  }

  /** The middle of the handle at an edge of the selected span, once it is there. */
  async handle(edge: "start" | "end"): Promise<Place> {
    for (;;) {
      const [x, y] = await this.#page.evaluate((which) => {
        const box = document.querySelector(`.edge-handle[data-edge=${which}]`);
        const { left = 0, right = 0, top = 0, bottom = 0 } = box?.getBoundingClientRect() ?? {};
        return box ? [(left + right) / 2, (top + bottom) / 2] : [];
      }, edge);
      if (x !== undefined && y !== undefined) return [x, y];
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  async drag(from: Place, to: Place): Promise<void> {
    await this.hold(from, to);
    await this.letGo();
  }

  /** As {@link drag}, and the button is still pressed. */
  async hold(from: Place, to: Place): Promise<void> {
    await this.#page.move(from);
    await this.#page.buttonDown();
    await this.#page.move([(from[0] + to[0]) / 2, (from[1] + to[1]) / 2]);
    await this.#page.move(to);
  }

  letGo(): Promise<void> {
    return this.#page.buttonUp();
  }

  /** Presses so many times in a place, in quick succession; dragged on from the last one if told. */
  async presses(place: Place, times: number, to?: Place): Promise<void> {
    // Not in a row with the presses before.
    await this.#page.move([place[0], place[1] + 200]);
    await new Promise((resolve) => setTimeout(resolve, 600));
    await this.#page.move(place);
    await this.#page.press(times, to ?? null);
  }

  /** Leaves the strip at a span; what lies under it can be had from then on. */
  async leaveStrip(): Promise<void> {
    await this.press("Escape");
    while (await this.#page.evaluate(() => document.querySelector(".attribute-strip") !== null)) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** A key, with others held as in "Shift+ArrowRight". */
  async press(chord: string): Promise<void> {
    const keys = chord.split("+");
    for (const key of keys) await this.#page.keyDown(key);
    for (const key of keys.toReversed()) await this.#page.keyUp(key);
  }

  async held(modifier: string, keys: readonly string[]): Promise<void> {
    await this.#page.keyDown(modifier);
    for (const key of keys) {
      await this.#page.keyDown(key);
      await this.#page.keyUp(key);
    }
    await this.#page.keyUp(modifier);
  }

  keyDown(key: string): Promise<void> {
    return this.#page.keyDown(key);
  }

  keyUp(key: string): Promise<void> {
    return this.#page.keyUp(key);
  }

  selection(): Promise<string> {
    return this.#page.evaluate(() => getSelection()?.toString() ?? "");
  }

  /** What has the focus: "the text", or the words of what else. */
  focus(): Promise<string> {
    return this.#page.evaluate(() => {
      const { activeElement } = document;
      if (activeElement?.matches(".article")) return "the text";
      return activeElement?.textContent ?? "";
    });
  }

  /** Whether some words are anywhere on the page. */
  words(words: string): Promise<boolean> {
    return this.#page.evaluate((wanted) => document.body.textContent.includes(wanted), words);
  }

  /** The words of the spans that are drawn, mark by mark. */
  spans(): Promise<string[]> {
    return this.#page.evaluate(() =>
      [...document.querySelectorAll(".article mark[data-span]")].map((mark) => mark.textContent),
    );
  }

  evaluate<T>(work: (...args: string[]) => T, ...args: string[]): Promise<T> {
    return this.#page.evaluate(work, ...args);
  }
}

/** A page as a driver of its browser has it. */
type Hand = {
  evaluate<T>(work: (...args: string[]) => T, ...args: string[]): Promise<T>;
  move(to: Place): Promise<void>;
  buttonDown(): Promise<void>;
  buttonUp(): Promise<void>;
  /** Presses so many times in a row; dragged from the last one to a place if there is one. */
  press(times: number, to: Place | null): Promise<void>;
  keyDown(key: string): Promise<void>;
  keyUp(key: string): Promise<void>;
};

const signPlaces: Readonly<Record<string, string>> = { "[": "BracketLeft", "]": "BracketRight" };

function chromiumHand(page: Page): Hand {
  const { mouse, keyboard } = page;
  return {
    evaluate: <T>(work: (...args: string[]) => T, ...args: string[]) =>
      page.evaluate<T>(`(${work.toString()})(...${JSON.stringify(args)})`),
    move: ([x, y]) => mouse.move(x, y),
    buttonDown: () => mouse.down(),
    buttonUp: () => mouse.up(),
    press: async (times, to) => {
      for (let clickCount = 1; clickCount <= times; clickCount += 1) {
        await mouse.down({ clickCount });
        if (clickCount === times && to) await mouse.move(...to);
        await mouse.up({ clickCount });
      }
    },
    // By its place, a key with Shift writes what it would.
    keyDown: (key) => keyboard.down(signPlaces[key] ?? key),
    keyUp: (key) => keyboard.up(signPlaces[key] ?? key),
  };
}

/** Waits until all fonts are there: those of Chinese come late, and move the words. */
async function untilStill(hand: Hand): Promise<void> {
  const layout = () =>
    hand.evaluate(() =>
      JSON.stringify(
        [...document.querySelectorAll(".article [data-block]")].map((block) => {
          const range = document.createRange();
          range.selectNodeContents(block);
          return [document.fonts.status, ...[...range.getClientRects()].map(({ right }) => right)];
        }),
      ),
    );
  let last = "";
  for (let still = 0; still < 4; ) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    const now = await layout();
    still = now === last && now.includes("loaded") && !now.includes("loading") ? still + 1 : 0;
    last = now;
  }
}

type Opening = (url: string, person: Person, article: string) => Promise<Hand>;
type Running = { readonly open: Opening; readonly close: () => Promise<void> };

const size = { width: 1360, height: 1100 };

async function inChromium(): Promise<Running> {
  const browser: Browser = await aBrowser();
  return {
    open: async (url, { user, project }, article) => {
      const context = await browser.newContext({ viewport: size });
      await context.addCookies([{ ...(await sessionCookieOf(user)), url }]);
      const page = await context.newPage();
      await page.goto(`${url}/projects/${project.slug}/articles/${article}`);
      await page.locator(".article[role=document]").waitFor();
      const hand = chromiumHand(page);
      await untilStill(hand);
      return hand;
    },
    close: () => browser.close(),
  };
}

async function inFirefox(): Promise<Running> {
  const firefox: Firefox = await aFirefox();
  return {
    open: async (url, { user, project }, article) => {
      const page: FirefoxPage = await firefox.open({
        url: `${url}/projects/${project.slug}/articles/${article}`,
        cookie: { ...(await sessionCookieOf(user)), domain: new URL(url).hostname },
        size,
      });
      await page.until(() => document.querySelector(".article[role=document]") !== null);
      await untilStill(page);
      return page;
    },
    close: () => firefox.close(),
  };
}

/** The browsers that selecting is tried in; one that is not on the machine says so. */
export const readers: readonly {
  readonly name: string;
  readonly start: () => Promise<Running>;
  /** Why it cannot be tried; null if it can. */
  readonly missing: string | null;
}[] = [
  { name: "Chromium", start: inChromium, missing: null },
  {
    name: "Firefox",
    start: inFirefox,
    missing:
      findFirefox() === null
        ? "skipped: there is no Firefox on this machine; FIREFOX_PATH may name one"
        : null,
  },
];

/** A browser that is up while the tests of a block run. */
export function aReaderWith(start: () => Promise<Running>) {
  let running: Running | null = null;
  beforeAll(async () => {
    running = await start();
  });
  afterAll(async () => {
    await running?.close();
  });
  return {
    open: async (url: string, person: Person, article: string): Promise<Hands> => {
      if (!running) throw new Error("The browser is up once the tests run.");
      return new Hands(await running.open(url, person, article));
    },
  };
}
