import type { Page } from "playwright-core";
import { ArticleCues } from "@/lib/annotator/article-cues";
import { Linker } from "@/lib/annotator/linking";
import { readable } from "@/lib/annotator/wording";
import { Annotations } from "@/lib/domain/operation";
import { inTextOrder } from "@/lib/domain/range-set";
import { defaultScheme } from "@/lib/domain/scheme";
import { Segmentation } from "@/lib/domain/segmentation";
import { segment } from "@/lib/domain/segmenting";
import { ArticleText, type Block, type Range } from "@/lib/domain/text";

/** A span to be made; an attribute that is a range has the words there for its value. */
export type PlannedSpan = {
  readonly name: string;
  readonly label: string;
  readonly fragments: readonly Range[];
  readonly attributes: Readonly<Record<string, string | readonly [number, number]>>;
};

/** What is to be made of an article; relations as type, name of the one end and of the other. */
export type Plan = {
  readonly spans: readonly PlannedSpan[];
  readonly relations: readonly (readonly [type: string, from: string, to: string])[];
};

/** What keys were pressed for; the letters of values that nothing completes are counted by themselves. */
export type Purpose = "choosing words" | "labels" | "attributes" | "letters" | "relations";

export function nothingPressed(): Record<Purpose, number> {
  return { "choosing words": 0, labels: 0, attributes: 0, letters: 0, relations: 0 };
}

const targetKeys = [
  ["r", 1, "target"],
  ["Shift+R", -1, "target"],
  ["ArrowDown", 1, "paragraph"],
  ["ArrowUp", -1, "paragraph"],
] as const;

type Way = { readonly keys: readonly string[]; readonly range: Range };

/**
 * Annotates an open article by keys alone, as somebody would who knows what is to be marked and the
 * keys: for each span the shortest way there that the grammar of the keys has, looking at the page
 * after each key. Counts what it presses.
 */
export class KeyAnnotator {
  readonly pressed = nothingPressed();
  readonly #page: Page;
  readonly #text: ArticleText;
  readonly #blocks: readonly Block[];
  readonly #segmentation: Segmentation;
  readonly #cues: ArticleCues;
  /** Ids on the page by the names of the plan. */
  readonly #ids = new Map<string, string>();
  readonly #made: PlannedSpan[] = [];

  constructor(
    page: Page,
    article: {
      readonly text: string;
      readonly blocks: readonly Block[];
      readonly language: string | null;
    },
  ) {
    this.#page = page;
    this.#text = new ArticleText(article.text);
    this.#blocks = article.blocks;
    const { text, language } = { text: this.#text, language: article.language };
    this.#segmentation = new Segmentation(
      text,
      article.blocks,
      segment(text, article.blocks, language),
    );
    this.#cues = new ArticleCues({ text, blocks: article.blocks, language }, []);
  }

  /** Makes all of it, in the order of the text, each relation once both its ends are there. */
  async carryOut({ spans, relations }: Plan): Promise<void> {
    for (const span of spans) {
      await this.#mark(span, relations);
      const pending = relations.flatMap(([type, from, to]) => {
        const other = from === span.name ? to : to === span.name ? from : null;
        const isDue = other !== null && this.#ids.has(other);
        return isDue && !this.#linked.has(`${type} ${from} ${to}`)
          ? [{ type, from, to, other }]
          : [];
      });
      // What is near goes first: then the next is the nearest.
      pending.sort((a, b) => this.#gap(span.name, a.other) - this.#gap(span.name, b.other));
      for (const { type, from, to, other } of pending) {
        await this.#link(span.name, other, type, { forth: from === span.name });
        this.#linked.add(`${type} ${from} ${to}`);
      }
    }
  }

  readonly #linked = new Set<string>();

  /** The words of a planned value. */
  valueOf(value: string | readonly [number, number]): string {
    if (typeof value === "string") return value;
    const [start, end] = value;
    return this.#text.slice({ start, end }).replace(/\s/g, " ");
  }

  async #press(purpose: Purpose, ...keys: readonly string[]): Promise<void> {
    for (const key of keys) {
      this.pressed[purpose] += 1;
      await this.#page.keyboard.press(key);
    }
  }

  async #mark(span: PlannedSpan, relations: Plan["relations"]): Promise<void> {
    const [first, ...further] = span.fragments;
    if (!first) throw new Error(`${span.name} is nowhere.`);
    const rule = defaultScheme.labels.find(({ name }) => name === span.label);
    await this.#select(first, span.name);
    const last = this.#made.at(-1);
    const isSame =
      last?.label === span.label &&
      JSON.stringify(last.attributes) === JSON.stringify(span.attributes);
    const before = await this.#selectedSpan();
    await this.#press("labels", isSame ? "." : (rule?.key ?? ""));
    const id = await this.#until(async () => {
      const now = await this.#selectedSpan();
      return now !== before && now !== null ? now : null;
    }, `${span.name} to be there`);
    this.#ids.set(span.name, id);
    this.#made.push(span);
    for (const fragment of further) {
      await this.#press("choosing words", "Escape");
      await this.#select(fragment, span.name);
      await this.#press("labels", "+");
      await this.#until(
        async () => ((await this.#marks(id)) > 1 ? true : null),
        `${span.name} to have two parts`,
      );
    }
    if (isSame) return;
    if (further.length > 0) await this.#press("attributes", "t");
    await this.#describe(span, relations);
  }

  /** Answers the strip, as long as it asks for something that is planned. */
  async #describe(span: PlannedSpan, relations: Plan["relations"]): Promise<void> {
    const wanted = new Map(Object.entries(span.attributes));
    for (;;) {
      const asked = await this.#asked();
      if (asked === null) {
        if (wanted.size === 0) return;
        // Where the text had the keys in between, it has to be asked for.
        for (let look = 0; (await this.#asked()) === null; look += 1) {
          if (look > 400) throw new Error("It took too long for the strip.");
          if (look % 100 === 99) await this.#press("attributes", "t");
          await this.#page.waitForTimeout(10);
        }
        continue;
      }
      if (asked.offer !== null) {
        const planned = relations.find(([type, from, to]) => {
          const other = from === span.name ? to : to === span.name ? from : null;
          const isOffered = asked.offer?.includes(readable(type)) === true;
          return (
            other !== null && isOffered && asked.offer?.includes(this.#quoteOf(other)) === true
          );
        });
        if (planned && !this.#linked.has(planned.join(" "))) {
          await this.#press("relations", "Enter");
          this.#linked.add(planned.join(" "));
          const { offer } = asked;
          await this.#until(
            async () => ((await this.#asked())?.offer === offer ? null : true),
            "the offer to go",
          );
          continue;
        }
        if (asked.options.length > 0) {
          await this.#press("relations", "ArrowDown");
          await this.#until(
            async () => ((await this.#asked())?.offer == null ? true : null),
            "the offer to be left",
          );
        }
      }
      if (asked.name === null) return;
      const value = wanted.get(asked.name);
      wanted.delete(asked.name);
      if (value === undefined) {
        // What is left is not known.
        if (wanted.size > 0) await this.#press("attributes", "Enter");
        else {
          await this.#press("attributes", "Escape");
          await this.#until(async () => ((await this.#asked()) ? null : true), "the strip to go");
          return;
        }
      } else if (asked.values.length > 0) {
        await this.#press("attributes", String(asked.values.indexOf(readable(String(value))) + 1));
      } else await this.#write(this.valueOf(value));
      await this.#until(async () => {
        const now = await this.#asked();
        return now?.name === asked.name ? null : true;
      }, `the strip to go on from ${asked.name}`);
    }
  }

  /** Has a text taken: from what completes it if that takes fewer keys than writing on, else as it is written. */
  async #write(value: string): Promise<void> {
    for (let letters = 0; letters <= value.length; letters += 1) {
      if (letters > 0) {
        this.pressed.letters += 1;
        await this.#page.keyboard.type(value.charAt(letters - 1));
      }
      let downs: number | null = null;
      // Completions of the project come a moment later than those of the article.
      for (let look = 0; look < (letters === 0 ? 8 : 1); look += 1) {
        const { options = [] } = (await this.#asked()) ?? {};
        const at = options.findIndex(({ words }) => words === value);
        if (at >= 0) downs = at - options.findIndex(({ isMarked }) => isMarked);
        if (downs !== null) break;
        await this.#page.waitForTimeout(30);
      }
      if (downs !== null && downs >= 0 && downs < value.length - letters) {
        await this.#press("attributes", ...Array<string>(downs).fill("ArrowDown"));
        break;
      }
    }
    await this.#press("attributes", "Enter");
  }

  async #link(
    name: string,
    other: string,
    type: string,
    { forth }: { forth: boolean },
  ): Promise<void> {
    const id = this.#ids.get(name) ?? "";
    for (let look = 0; (await this.#selectedSpan()) !== id; look += 1) {
      if (look > 40) throw new Error(`${name} cannot be selected by keys.`);
      await this.#press("relations", look === 0 ? "Enter" : "n");
      await this.#page.waitForTimeout(30);
    }
    await this.#press("relations", "r");
    await this.#page
      .getByRole("region", { name: "Linking" })
      .waitFor({ timeout: 20_000 })
      .catch(async () => {
        const said = await this.#page.evaluate(() =>
          [
            document.activeElement?.outerHTML.slice(0, 120),
            ...[...document.querySelectorAll("[data-sonner-toast]")].map(
              ({ textContent }) => textContent,
            ),
          ].join("; "),
        );
        throw new Error(`No linking of ${name} with ${other} has begun; it was said: ${said}`);
      });
    const target = this.#ids.get(other);
    await this.#press("relations", ...this.#wayToTarget(name, other));
    await this.#until(
      async () => ((await this.#target()) === target ? true : null),
      `${name} to be aimed at ${other}`,
    );
    // The bar follows the text a frame later.
    const way = await this.#until(async () => {
      const ways = await this.#page
        .getByRole("region", { name: "Linking" })
        .locator("button[class*=primary], button[class*=secondary]")
        .allTextContents();
      const fitting = ways.flatMap((words, at) => (words.includes(readable(type)) ? [at] : []));
      // Of two, the first leads from the span that linking began at.
      return (forth ? fitting[0] : fitting.at(-1)) ?? null;
    }, `${name} ${type} ${other} to be offered`);
    if (way > 0) await this.#press("relations", String(way + 1));
    await this.#press("relations", "Enter");
    await this.#page.getByRole("region", { name: "Linking" }).waitFor({ state: "hidden" });
  }

  /** The fewest keys from the target that is aimed at first to another one. */
  #wayToTarget(name: string, other: string): string[] {
    const spans = this.#made
      .map(({ name: id, label, fragments }) => ({
        id,
        label,
        fragments,
        quote: "",
        attributes: {},
      }))
      .sort(inTextOrder);
    const relations = [...this.#linked].map((id) => {
      const [type = "", from = "", to = ""] = id.split(" ");
      return { id, type, from, to, attributes: {} };
    });
    const shown = { set: new Annotations({ spans, relations, note: "" }), spans, relations };
    const linker = new Linker(defaultScheme, () => this.#segmentation);
    const from = spans.find(({ id }) => id === name);
    const first = from && linker.targets(from, shown)[0];
    const ways = first ? [{ at: first, keys: [] as string[] }] : [];
    // It grows while it is gone through: the shortest ways come first.
    for (const { at, keys } of ways) {
      if (at.id === other) return keys;
      const aimed = from && linker.aim(from, at, shown);
      for (const [key, by, unit] of targetKeys) {
        const next = aimed && linker.next(aimed, by, unit, shown);
        if (next && !ways.some((way) => way.at === next)) {
          ways.push({ at: next, keys: [...keys, key] });
        }
      }
    }
    throw new Error(`${name} cannot be linked with ${other}.`);
  }

  /** The text between two spans that are there, in code points. */
  #gap(name: string, other: string): number {
    const [one, two] = [name, other].map(
      (wanted) => this.#made.find((span) => span.name === wanted)?.fragments ?? [],
    );
    const [a, b] = [one?.[0], two?.[0]];
    return a && b ? Math.max(0, a.start - b.end, b.start - a.end) : 0;
  }

  /** Selects exactly a range, by the fewest keys that the ways there and word by word take. */
  async #select(wanted: Range, name: string): Promise<void> {
    const from = await this.#selection();
    const ways = this.#waysFrom(from);
    for (let arrows = 1; arrows <= 12; arrows += 1) ways.push(...this.#byArrows(from, arrows));
    const cost = ({ keys, range }: Way) => keys.length + this.#steps(range, wanted);
    const [best] = ways.sort((a, b) => cost(a) - cost(b));
    if (!best) throw new Error(`There is no way to ${name}.`);
    await this.#press("choosing words", ...best.keys);
    let last = "";
    for (let look = 0; look < 120; look += 1) {
      const { start, end } = await this.#selection();
      if (start === wanted.start && end === wanted.end) return;
      const seen = `${start}-${end}`;
      if (seen === last) await this.#page.waitForTimeout(20);
      last = seen;
      // The end first where the start would go past it.
      const isStart = start !== wanted.start && !(wanted.start >= end);
      if (start === end) await this.#press("choosing words", "w");
      else if (isStart)
        await this.#press("choosing words", start < wanted.start ? "BracketRight" : "BracketLeft");
      else
        await this.#press(
          "choosing words",
          end < wanted.end ? "Shift+BracketRight" : "Shift+BracketLeft",
        );
    }
    throw new Error(`${name} cannot be selected by keys from ${JSON.stringify(from)}.`);
  }

  /** How many words lie between the edges of two ranges: each is a key. */
  #steps(range: Range, wanted: Range): number {
    const between = (one: number, other: number) => {
      const [low, high] = [Math.min(one, other), Math.max(one, other)];
      return this.#segmentation.words.filter(({ start, end }) => start < high && end > low).length;
    };
    return between(range.start, wanted.start) + between(range.end, wanted.end);
  }

  /** Where one or two keys lead. */
  #waysFrom(from: Range): Way[] {
    const steps: Readonly<Record<string, (range: Range) => Range | null>> = {
      w: (range) => this.#segmentation.grown(range, "word"),
      s: (range) => this.#segmentation.grown(range, "sentence"),
      p: (range) => this.#segmentation.grown(range, "paragraph"),
      c: (range) => this.#cues.next(range, 1),
      e: (range) =>
        this.#segmentation.sentences.find(
          ({ start, end }) =>
            start >= range.end &&
            !this.#made.some(({ fragments }) =>
              fragments.some((one) => one.start < end && one.end > start),
            ),
        ) ?? null,
    };
    const ways: Way[] = [];
    const go = (way: Way, left: number) => {
      for (const [key, step] of Object.entries(steps)) {
        const range = step(way.range);
        if (!range) continue;
        const next = { keys: [...way.keys, key], range };
        ways.push(next);
        if (left > 1) go(next, left - 1);
      }
    };
    go({ keys: [], range: from }, 3);
    return ways;
  }

  /** By words with Ctrl and an arrow, then the word there. */
  #byArrows(from: Range, arrows: number): Way[] {
    const { words } = this.#segmentation;
    const at = words.findIndex(({ end }) => end > from.end);
    const ways: Way[] = [];
    // The caret comes to stand behind each word.
    const on = words[at + arrows - 1];
    if (on) ways.push({ keys: [...Array(arrows).fill("Control+ArrowRight"), "w"], range: on });
    const first = words.findLastIndex(({ start }) => start < from.end);
    const back = words[first - arrows + 1];
    if (back) ways.push({ keys: [...Array(arrows).fill("Control+ArrowLeft"), "w"], range: back });
    return ways;
  }

  #quoteOf(name: string): string {
    const span = this.#made.find((one) => one.name === name);
    return span
      ? span.fragments
          .map((one) => this.#text.slice(one))
          .join(" ")
          .slice(0, 60)
      : "\0";
  }

  async #until<T>(look: () => Promise<T | null>, what: string): Promise<T> {
    for (let turn = 0; turn < 400; turn += 1) {
      const found = await look();
      if (found !== null) return found;
      await this.#page.waitForTimeout(10);
    }
    throw new Error(`It took too long for ${what}.`);
  }

  #selectedSpan(): Promise<string | null> {
    return this.#page.evaluate(
      () => document.querySelector<HTMLElement>("mark[data-selected]")?.dataset.span ?? null,
    );
  }

  #marks(id: string): Promise<number> {
    return this.#page.locator(`mark[data-span="${id}"]`).count();
  }

  #target(): Promise<string | null> {
    return this.#page.evaluate(
      () => document.querySelector<HTMLElement>("mark[data-related]")?.dataset.span ?? null,
    );
  }

  /** What the strip asks for; null where it is not there. */
  async #asked() {
    const seen = await this.#page.evaluate(() => {
      const strip = document.querySelector(".attribute-strip");
      if (!strip) return null;
      const title = strip.querySelector(".text-sm.font-medium")?.textContent ?? null;
      const offer = strip.querySelector("button[class*=primary]")?.textContent ?? null;
      const values = [...strip.querySelectorAll("button[aria-pressed]")].map((button) =>
        (button.textContent ?? "").replace(/^\d/, "").trim(),
      );
      return {
        title,
        offer,
        values,
        options: [...strip.querySelectorAll("[role=option]")].map((option) => ({
          words: option.querySelector("bdi")?.textContent ?? "",
          isMarked: option.getAttribute("aria-selected") === "true",
        })),
      };
    });
    if (!seen) return null;
    const rule = defaultScheme.labels
      .flatMap(({ attributes }) => attributes)
      .find(({ name }) => readable(name).toLowerCase() === seen.title?.toLowerCase());
    return { ...seen, name: rule?.name ?? null };
  }

  /** What is selected, or where the caret is, in code points of the article. */
  async #selection(): Promise<Range> {
    const ends = await this.#page.evaluate(() => {
      const blocks = [...document.querySelectorAll(".article[role=document] [data-block]")];
      const place = (node: Node | null, offset: number) => {
        const block = blocks.findIndex((one) => node !== null && one.contains(node));
        const element = blocks[block];
        if (!element || !node) return null;
        const range = document.createRange();
        range.setStart(element, 0);
        range.setEnd(node, offset);
        return { block, words: range.toString() };
      };
      const selection = getSelection();
      const range = selection?.rangeCount ? selection.getRangeAt(0) : null;
      if (!range) return null;
      return [
        place(range.startContainer, range.startOffset),
        place(range.endContainer, range.endOffset),
      ];
    });
    const [start = 0, end = 0] = (ends ?? []).map((one) =>
      one ? (this.#blocks[one.block]?.start ?? 0) + [...one.words].length : 0,
    );
    return { start, end };
  }
}
