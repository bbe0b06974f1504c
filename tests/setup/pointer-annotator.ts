import type { Page } from "playwright-core";
import { readable } from "@/lib/annotator/wording";
import { ArticleText, type Block, type Range } from "@/lib/domain/text";
import { nothingPressed, type Plan, type PlannedSpan } from "./key-annotator";

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
    const linked = new Set<string>();
    for (const span of spans) {
      await this.#mark(span);
      for (const relation of relations) {
        const [type, from, to] = relation;
        const other = from === span.name ? to : to === span.name ? from : null;
        if (other === null || !this.#ids.has(other) || linked.has(relation.join(" "))) continue;
        linked.add(relation.join(" "));
        await this.#link(span, other, type, { forth: from === span.name, spans });
      }
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
    await this.#describe(span);
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

  async #link(
    span: PlannedSpan,
    other: string,
    type: string,
    { forth, spans }: { forth: boolean; spans: readonly PlannedSpan[] },
  ): Promise<void> {
    const target = spans.find(({ name }) => name === other)?.fragments[0];
    const [from] = span.fragments;
    if (!target || !from) return;
    const button = this.#page.getByRole("button", { name: /^Link/ });
    await button.first().click();
    const there = await this.#placeOf(target.start + 1);
    await this.#page.mouse.click(there.x, there.y);
    this.pressed.relations += 2;
    const bar = this.#page.getByRole("region", { name: "Linking" });
    if ((await bar.count()) === 0) return;
    const ways = bar.locator("button[class*=primary], button[class*=secondary]");
    const fitting = (await ways.allTextContents()).flatMap((words, at) =>
      words.includes(readable(type)) ? [at] : [],
    );
    const way = forth ? fitting[0] : fitting.at(-1);
    await ways.nth(way ?? 0).click();
    this.pressed.relations += 1;
  }

  async #dragOver({ start, end }: Range): Promise<void> {
    this.pressed["choosing words"] += 1;
    const from = await this.#placeOf(start, { into: true });
    const to = await this.#placeOf(end - 1);
    await this.#page.mouse.move(from.x, from.y);
    await this.#page.mouse.down();
    await this.#page.mouse.move((from.x + to.x) / 2, (from.y + to.y) / 2);
    await this.#page.mouse.move(to.x, to.y);
    await this.#page.mouse.up();
  }

  /** The middle of a character on the screen, or with `into` just behind its beginning; scrolled to. */
  async #placeOf(offset: number, { into = false } = {}): Promise<{ x: number; y: number }> {
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
