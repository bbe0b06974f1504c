import type { Page } from "playwright-core";
import { readable } from "@/lib/annotator/wording";
import { ArticleText, type Block, type Range } from "@/lib/domain/text";
import { nothingPressed, type Plan, type PlannedSpan } from "./key-annotator";

/** In pixels of the window. */
type Point = { readonly x: number; readonly y: number };

/**
 * Annotates an open article by the pointer, with letters only where a text has to be written: drags over
 * words, presses labels and values, drags from span to span. Counts each drag and each press.
 */
export class PointerAnnotator {
  readonly pressed = nothingPressed();
  readonly #page: Page;
  readonly #text: ArticleText;
  readonly #blocks: readonly Block[];
  readonly #ids = new Map<string, string>();

  constructor(page: Page, article: { readonly text: string; readonly blocks: readonly Block[] }) {
    this.#page = page;
    this.#text = new ArticleText(article.text);
    this.#blocks = article.blocks;
  }

  async carryOut({ spans, relations }: Plan): Promise<void> {
    const linked = new Set<Plan["relations"][number]>();
    for (const span of spans) {
      await this.#mark(span);
      const due = relations.flatMap((relation) => {
        const [type, from, to] = relation;
        const name = from === span.name ? to : to === span.name ? from : null;
        const other = spans.find((one) => one.name === name && this.#ids.has(one.name));
        return other && !linked.has(relation)
          ? [{ relation, type, other, forth: from === span.name }]
          : [];
      });
      for (;;) {
        const offer = await this.#offer();
        const taken = due.find(
          ({ relation, type, other }) =>
            !linked.has(relation) &&
            offer?.includes(readable(type)) &&
            offer.includes(this.#beginningOf(other)),
        );
        if (!taken) break;
        await this.#takeOffer();
        linked.add(taken.relation);
      }
      for (const { relation, ...link } of due) {
        if (!linked.has(relation)) await this.#link(span, link);
        linked.add(relation);
      }
      await this.#describe(span);
    }
  }

  async #mark(span: PlannedSpan): Promise<void> {
    const [first, ...further] = span.fragments;
    if (!first) return;
    const before = await this.#selectedSpan();
    await this.#dragOver(first);
    await this.#page
      .getByRole("toolbar", { name: "Label the selected text" })
      .getByRole("button", { name: span.label })
      .click();
    this.pressed.labels += 1;
    const id = await this.#until(async () => {
      const now = await this.#selectedSpan();
      return now !== before ? now : null;
    }, span.name);
    this.#ids.set(span.name, id);
    for (const fragment of further) {
      await this.#dragOver(fragment);
      await this.#page.getByRole("button", { name: /Add part/ }).click();
      this.pressed.labels += 1;
    }
  }

  /** By the form beside the text, where all that can be known of the span is in view. */
  async #describe(span: PlannedSpan): Promise<void> {
    const form = this.#page.getByRole("region", { name: "Selected span" });
    for (const [name, planned] of Object.entries(span.attributes)) {
      const label = new RegExp(`^${readable(name)}$`, "i");
      if (typeof planned === "string" && name !== "accused_actor" && name !== "denying_actor") {
        await form
          .getByRole("group", { name: label })
          .getByText(readable(planned), { exact: true })
          .click();
        this.pressed.attributes += 1;
        continue;
      }
      const value =
        typeof planned === "string"
          ? planned
          : this.#text.slice({ start: planned[0], end: planned[1] }).replace(/\s/g, " ");
      const field = form.getByLabel(label);
      await field.click();
      this.pressed.attributes += 1;
      await this.#page.keyboard.type(value);
      this.pressed.letters += value.length;
      await this.#page.keyboard.press("Tab");
    }
  }

  /** The words of the link that is offered; null where none is. */
  async #offer(): Promise<string | null> {
    return await this.#page.evaluate(
      () => document.querySelector(".attribute-strip button[class*=primary]")?.textContent ?? null,
    );
  }

  async #takeOffer(): Promise<void> {
    const before = await this.#offer();
    await this.#page.locator(".attribute-strip button[class*=primary]").click();
    this.pressed.relations += 1;
    await this.#until(
      async () => ((await this.#offer()) === before ? null : true),
      "the offer to go",
    );
  }

  /**
   * By a drag where both are in view, else by the button and a press on the other one. Scrolling is
   * not counted.
   */
  async #link(
    span: PlannedSpan,
    { other, type, forth }: { other: PlannedSpan; type: string; forth: boolean },
  ): Promise<void> {
    const [from, target] = [this.#idOf(span), this.#idOf(other)];
    const there = await this.#placeOn(target, { scrolls: true });
    const here = await this.#placeOn(from, { scrolls: false });
    const bar = this.#page.getByRole("region", { name: "Linking" });
    let isAimed = false;
    if (here && there) await this.#drag(here, there);
    else {
      await this.#page.getByRole("button", { name: /^Link/ }).first().click();
      this.pressed.relations += 1;
      await bar.waitFor();
      isAimed = (await this.#target()) === target;
      const at = isAimed ? null : await this.#placeOn(target, { scrolls: true });
      if (at) await this.#page.mouse.click(at.x, at.y);
      else if (!isAimed) throw new Error(`${other.name} lies under something.`);
    }
    if (!isAimed) this.pressed.relations += 1;
    const ways = bar.locator("button[class*=primary], button[class*=secondary]");
    const asks = await this.#until(async () => {
      if ((await bar.count()) === 0) return "nothing";
      const asksNow = isAimed || (await ways.count()) > 1;
      return (await this.#target()) === target && asksNow ? "which" : null;
    }, `${span.name} ${type} ${other.name}`);
    if (asks === "nothing") return;
    const fitting = (await ways.allTextContents()).flatMap((one, at) =>
      one.includes(readable(type)) ? [at] : [],
    );
    await ways.nth((forth ? fitting[0] : fitting.at(-1)) ?? 0).click();
    this.pressed.relations += 1;
  }

  #idOf({ name }: PlannedSpan): string {
    return this.#ids.get(name) ?? "";
  }

  #beginningOf({ fragments: [first] }: PlannedSpan): string {
    return first ? this.#text.slice(first).replace(/\s/g, " ").slice(0, 40) : "";
  }

  #target(): Promise<string | null> {
    return this.#page.evaluate(
      () => document.querySelector<HTMLElement>("mark[data-related]")?.dataset.span ?? null,
    );
  }

  /** A place on a span where nothing lies over it; null where there is none in view. */
  #placeOn(id: string, { scrolls }: { scrolls: boolean }): Promise<Point | null> {
    return this.#page.evaluate(
      ({ id, scrolls }) => {
        const marks = [...document.querySelectorAll(`[role=document] mark[data-span="${id}"]`)];
        const find = () => {
          for (const mark of marks) {
            for (const { left, right, top, bottom } of mark.getClientRects()) {
              for (const part of [0.5, 0.2, 0.8]) {
                const [x, y] = [left + (right - left) * part, (top + bottom) / 2];
                const innermost = document.elementFromPoint(x, y)?.closest("mark");
                if (innermost?.getAttribute("data-span") === id) return { x, y };
              }
            }
          }
          return null;
        };
        const found = find();
        if (found || !scrolls) return found;
        marks[0]?.scrollIntoView({ block: "center", behavior: "instant" });
        return find();
      },
      { id, scrolls },
    );
  }

  async #dragOver({ start, end }: Range): Promise<void> {
    this.pressed["choosing words"] += 1;
    const places = async () => {
      // Both are scrolled to before either is read off.
      await this.#placeOf(end - 1);
      await this.#placeOf(start, { into: true });
      const to = await this.#placeOf(end - 1);
      return { from: await this.#placeOf(start, { into: true }), to };
    };
    const { from, to } = await places();
    if (await this.#isUnderStrip(from, to)) {
      // What it still asks is not known, unless it is about to go by itself.
      const close = this.#page.locator(".attribute-strip").getByRole("button", { name: "Close" });
      const isClosed = await close.click({ timeout: 1000 }).then(
        () => true,
        () => false,
      );
      if (isClosed) this.pressed["choosing words"] += 1;
    }
    const now = await places();
    await this.#drag(now.from, now.to);
  }

  #isUnderStrip(...places: readonly Point[]): Promise<boolean> {
    return this.#page.evaluate(
      (all) =>
        all.some(
          ({ x, y }) => document.elementFromPoint(x, y)?.closest(".attribute-strip") != null,
        ),
      places,
    );
  }

  async #drag(from: Point, to: Point): Promise<void> {
    await this.#page.mouse.move(from.x, from.y);
    await this.#page.mouse.down();
    await this.#page.mouse.move((from.x + to.x) / 2, (from.y + to.y) / 2);
    await this.#page.mouse.move(to.x, to.y);
    await this.#page.mouse.up();
  }

  /** The middle of a character on the screen, or with `into` just behind its beginning; scrolled to. */
  async #placeOf(offset: number, { into = false } = {}): Promise<Point> {
    const block = this.#blocks.findIndex(({ start, end }) => start <= offset && offset < end);
    const { start = 0 } = this.#blocks[block] ?? {};
    const unit = this.#text.slice({ start, end: offset }).length;
    return await this.#page.evaluate(
      ({ block, unit, into }) => {
        const element = document.querySelectorAll(".article[role=document] [data-block]")[block];
        if (!element) throw new Error(`There is no block ${block}.`);
        const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
        let rest = unit;
        for (let node = walker.nextNode(); node; node = walker.nextNode()) {
          const length = node.nodeValue?.length ?? 0;
          if (rest >= length) {
            rest -= length;
            continue;
          }
          const range = document.createRange();
          range.setStart(node, rest);
          range.setEnd(node, rest + 1);
          const pane = element.closest(".reading-pane")?.getBoundingClientRect();
          const { top, bottom } = range.getBoundingClientRect();
          const isOut = pane && (top < pane.top + 80 || bottom > pane.bottom - 160);
          if (isOut) element.scrollIntoView({ block: "center", behavior: "instant" });
          const { left, width, top: y, height } = range.getBoundingClientRect();
          return { x: left + (into ? 1 : width / 2), y: y + height / 2 };
        }
        throw new Error(`Block ${block} has no place ${unit}.`);
      },
      { block, unit, into },
    );
  }

  #selectedSpan(): Promise<string | null> {
    return this.#page.evaluate(
      () => document.querySelector<HTMLElement>("mark[data-selected]")?.dataset.span ?? null,
    );
  }

  async #until<T>(look: () => Promise<T | null>, what: string): Promise<T> {
    for (let turn = 0; turn < 500; turn += 1) {
      const found = await look();
      if (found !== null) return found;
      await this.#page.waitForTimeout(10);
    }
    throw new Error(`It took too long for ${what}.`);
  }
}
