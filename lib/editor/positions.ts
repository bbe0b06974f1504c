import { type ArticleText, type Block, type Range, shownBlocks } from "@/lib/domain/text";

/**
 * Which way a place between two blocks leans: -1 to the text before it (where a range ends),
 * 1 to the text after it (where a range starts).
 */
export type Side = -1 | 1;

/** A range of one block, never empty: editor positions, end-exclusive, and the block's index. */
export type BlockRange = { readonly from: number; readonly to: number; readonly block: number };

/** Consecutive blocks that are laid out together: indices, end-exclusive. */
export type Section = { readonly first: number; readonly end: number };

/** Blocks a section has; the rest of a division joins the last one, which so has 10 to 25. */
const SECTION = 16;
const SMALLEST_SECTION = 10;

/**
 * Code point offsets of a text ⇄ positions in the editor's document, which holds only the blocks
 * (`doc > section+ > block+`); text between blocks has no position. Built once, both ways are a
 * binary search over the blocks.
 */
export class Positions {
  readonly text: ArticleText;
  readonly blocks: readonly Block[];
  readonly sections: readonly Section[];
  /** The position at which each block's content starts. */
  readonly #starts: readonly number[];
  /** The UTF-16 unit of the text at which each block starts and ends. */
  readonly #units: readonly { readonly start: number; readonly end: number }[];

  /** Blocks are sorted and disjoint; a text without any is shown as one paragraph. */
  constructor(text: ArticleText, blocks: readonly Block[]) {
    this.text = text;
    this.blocks = shownBlocks(text, blocks);
    this.sections = divide(this.blocks.length);
    this.#units = this.blocks.map(({ start, end }) => ({
      start: text.toUtf16(start),
      end: text.toUtf16(end),
    }));
    const starts: number[] = [];
    let at = 0;
    for (const { first, end } of this.sections) {
      at += 1;
      for (const { start, end: stop } of this.#units.slice(first, end)) {
        starts.push(at + 1);
        at += stop - start + 2;
      }
      at += 1;
    }
    this.#starts = starts;
  }

  /** The words of a block. */
  words(block: number): string {
    const { start, end } = this.#unit(block);
    return this.text.value.slice(start, end);
  }

  /** The positions between which a block's content lies. */
  content(block: number): { from: number; to: number } {
    const { start, end } = this.#unit(block);
    const from = this.#start(block);
    return { from, to: from + end - start };
  }

  /** The section a block is in, by index. */
  sectionOf(block: number): number {
    return Math.min(Math.floor(block / SECTION), this.sections.length - 1);
  }

  /** The position of an offset; one between two blocks goes to the end or start of a neighbour. */
  toPosition(offset: number, side: Side): number {
    const block = side === 1 ? this.#blockStarting(offset) : this.#blockEnding(offset);
    const { start, end } = this.#at(block);
    const within = Math.min(Math.max(offset, start), end);
    return this.#start(block) + this.text.toUtf16(within) - this.#unit(block).start;
  }

  /** The offset of a position; one inside a surrogate pair counts as the start of its character. */
  toOffset(position: number, side: Side): number {
    const block = lastAtMost(this.#starts.length, (index) => this.#start(index), position);
    if (block < 0) return this.#at(0).start;
    const { start, end } = this.#unit(block);
    const unit = start + position - this.#start(block);
    if (unit <= end) return this.text.fromUtf16(unit);
    return side === 1 && block + 1 < this.blocks.length
      ? this.#at(block + 1).start
      : this.#at(block).end;
  }

  /** What of a range can be shown, block by block; empty if it lies between two blocks. */
  blockRanges({ start, end }: Range): BlockRange[] {
    const ranges: BlockRange[] = [];
    for (
      let block = this.#blockStarting(start);
      block < this.blocks.length && this.#at(block).start < end;
      block += 1
    ) {
      const { start: first, end: last } = this.#at(block);
      const from = Math.max(start, first);
      const to = Math.min(end, last);
      if (from >= to) continue;
      const base = this.#start(block) - this.#unit(block).start;
      ranges.push({
        from: base + this.text.toUtf16(from),
        to: base + this.text.toUtf16(to),
        block,
      });
    }
    return ranges;
  }

  /** The last block that starts at or before the offset, or the one after the gap it is in. */
  #blockStarting(offset: number): number {
    const block = lastAtMost(this.blocks.length, (index) => this.#at(index).start, offset);
    if (block < 0) return 0;
    return offset > this.#at(block).end ? Math.min(block + 1, this.blocks.length - 1) : block;
  }

  /** The first block that ends at or after the offset, or the one before the gap it is in. */
  #blockEnding(offset: number): number {
    const block = lastAtMost(this.blocks.length, (index) => this.#at(index).end, offset - 1) + 1;
    if (block >= this.blocks.length) return this.blocks.length - 1;
    return offset < this.#at(block).start ? Math.max(block - 1, 0) : block;
  }

  #at(block: number): Block {
    const found = this.blocks[block];
    if (!found) throw new RangeError(`There is no block ${block}.`);
    return found;
  }

  #unit(block: number): { start: number; end: number } {
    const found = this.#units[block];
    if (!found) throw new RangeError(`There is no block ${block}.`);
    return found;
  }

  #start(block: number): number {
    return this.#starts[block] ?? 0;
  }
}

/** The highest index whose value is at most `limit`, or -1. Values do not fall. */
function lastAtMost(length: number, value: (index: number) => number, limit: number): number {
  let low = -1;
  let high = length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (value(middle) <= limit) low = middle;
    else high = middle - 1;
  }
  return low;
}

function divide(blocks: number): Section[] {
  const sections: Section[] = [];
  for (let first = 0; first < blocks; first += SECTION) {
    const end = Math.min(first + SECTION, blocks);
    const last = sections.at(-1);
    if (last && end - first < SMALLEST_SECTION) {
      sections[sections.length - 1] = { first: last.first, end };
    } else sections.push({ first, end });
  }
  return sections;
}

/**
 * How long a section is thought to be before it has been laid out, in lines. The reading page
 * turns it into a height, so that the scroll bar is about right from the start.
 */
export function estimatedLines(positions: Positions, section: number): number {
  const { first, end } = positions.sections[section] ?? { first: 0, end: 0 };
  let lines = 0;
  for (let block = first; block < end; block += 1) {
    lines += Math.ceil(positions.words(block).length / 75) + 0.6;
  }
  return Math.ceil(lines);
}

/** Lines of a text that are there with its first paint: more than large screens show. */
const FIRST_LINES = 80;

/** How many sections of a text are there with its first paint, and the offset where the last of them ends. */
export function firstScreens(positions: Positions): { sections: number; end: number } {
  let sections = 0;
  for (let lines = 0; lines < FIRST_LINES && sections < positions.sections.length; sections += 1) {
    lines += estimatedLines(positions, sections);
  }
  const last = positions.sections[sections - 1];
  return { sections, end: positions.blocks[(last?.end ?? 1) - 1]?.end ?? 0 };
}

/**
 * The elements that blocks are shown as: the editor and the first paint agree. A page has one heading of
 * the first level, so a further title, as a file may give one, is of the second. Headings go down a
 * level at a time, for who reads by them looks for what a file has left out ("#", then "###").
 *
 * @param top the level of the text's title: 1 where the text is what the page is about
 */
export function elementsOf({ blocks }: Pick<Positions, "blocks">, top = 1): BlockElement[] {
  const title = blocks.findIndex(({ kind }) => kind === "title");
  /** The levels, as the file has them, of the headings that a block is under; without the title. */
  let above: number[] = [];
  return blocks.map(({ kind, level = 2 }, block) => {
    if (kind === "quote") return "blockquote";
    if (kind !== "title" && kind !== "heading") return "p";
    const own = kind === "title" ? 1 : level;
    above = block === title ? [] : [...above.filter((one) => one < own), own];
    return headings[top - 1 + above.length] ?? "h6";
  });
}

const headings = ["h1", "h2", "h3", "h4", "h5", "h6"] as const;

type BlockElement = (typeof headings)[number] | "p" | "blockquote";
