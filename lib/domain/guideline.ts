import { isBlank } from "./blank";
import type { Guideline, GuidelineBlock, GuidelineWords } from "./guideline-schemas";
import {
  MAX_CHANGE_NOTE_LENGTH,
  MAX_EXAMPLE_LENGTH,
  MAX_GUIDELINE_LENGTH,
  MAX_GUIDELINE_LINES,
} from "./limits";
import { Refusal, type RefusalDetails } from "./refusal";
import type { Scheme } from "./schemas";
import { ArticleText, checkStorable, codePointLength } from "./text";

export type { ExampleSpan, Guideline, GuidelineBlock, GuidelineWords } from "./guideline-schemas";

/** Guidelines in which nothing has been written yet. */
export const emptyGuideline: Guideline = { blocks: [] };

/** The words of a line, without what they look like. */
export function plainWords(words: readonly GuidelineWords[]): string {
  return words.map(({ text }) => text).join("");
}

type Heading = Extract<GuidelineBlock, { type: "heading" }>;

/** The lines of a block, in their order. */
function linesOf(block: GuidelineBlock): (readonly GuidelineWords[])[] {
  switch (block.type) {
    case "heading":
    case "paragraph":
      return [block.words];
    case "list":
      return block.items.map(({ words }) => words);
    case "table":
      return block.rows.flat().map(({ words }) => words);
    case "example":
      return [];
  }
}

/** The words of a block, line by line. */
function textsOf(block: GuidelineBlock): string[] {
  return block.type === "example" ? [block.text] : linesOf(block).map(plainWords);
}

/**
 * Guidelines as they may be kept, given some whose shape is right.
 *
 * @param scheme whose labels may be in it; null for any
 * @throws Refusal "unprocessable" with the `block` that is to blame, from 0: for what cannot be stored, is
 *   too long, for a list that skips a depth, a table whose rows differ in length, a label that the scheme
 *   has not or that has two sections, a span that leaves its example, splits a character or is there twice;
 *   and without a block where nothing is written at all
 */
export function checkedGuideline(guideline: Guideline, scheme: Scheme | null): Guideline {
  const labels = scheme && new Set(scheme.labels.map(({ name }) => name));
  const withSection = new Set<string>();
  let length = 0;
  let lines = 0;
  for (const [index, block] of guideline.blocks.entries()) {
    const at = { block: index };
    const texts = textsOf(block);
    lines += texts.length;
    for (const text of texts) {
      checkStorable(text, "The guidelines", at);
      length += codePointLength(text);
    }
    for (const { link } of linesOf(block).flat()) {
      if (link !== undefined) checkStorable(link, "A link", at);
    }
    const known = (label: string) => {
      if (!labels || labels.has(label)) return;
      throw refusal(`The scheme of this project has no label “${label.slice(0, 80)}”.`, at);
    };
    switch (block.type) {
      case "heading":
        if (block.label === undefined) break;
        known(block.label);
        if (withSection.has(block.label)) {
          throw refusal(`Two headings begin the section of the label “${block.label}”.`, at);
        }
        withSection.add(block.label);
        break;
      case "list":
        checkDepths(block.items, at);
        break;
      case "table":
        if (new Set(block.rows.map((row) => row.length)).size !== 1) {
          throw refusal("The rows of a table have as many cells each.", at);
        }
        break;
      case "example":
        for (const { label } of block.spans) known(label);
        checkExample(block, at);
        break;
      case "paragraph":
        break;
    }
  }
  const atMost = (most: number, what: string) =>
    refusal(`Guidelines may have ${most.toLocaleString("en-GB")} ${what} at most.`);
  if (length > MAX_GUIDELINE_LENGTH) throw atMost(MAX_GUIDELINE_LENGTH, "characters");
  if (lines > MAX_GUIDELINE_LINES) {
    throw atMost(MAX_GUIDELINE_LINES, "lines, items of lists and cells of tables");
  }
  if (guideline.blocks.every((block) => textsOf(block).every(isBlank))) {
    throw refusal("Nothing is written in these guidelines yet.");
  }
  return guideline;
}

function checkDepths(items: readonly { readonly depth: number }[], at: RefusalDetails): void {
  let before = -1;
  for (const { depth } of items) {
    if (depth > before + 1) throw refusal("An item of a list lies more than one level deeper.", at);
    before = depth;
  }
}

function checkExample(
  { text: value, spans }: Extract<GuidelineBlock, { type: "example" }>,
  at: RefusalDetails,
): void {
  const text = new ArticleText(value);
  if (text.length > MAX_EXAMPLE_LENGTH) {
    throw refusal(`An example may have ${MAX_EXAMPLE_LENGTH} characters at most.`, at);
  }
  const seen = new Set<string>();
  for (const { label, start, end } of spans) {
    if (start >= end || end > text.length) throw refusal("A span leaves its example.", at);
    if (!text.isBoundary(start) || !text.isBoundary(end)) {
      throw refusal("A span of an example begins or ends within a character.", at);
    }
    const place = `${start} ${end} ${label}`;
    if (seen.has(place)) throw refusal("An example has one span twice.", at);
    seen.add(place);
  }
}

/**
 * What somebody says has changed with a version, in one or more lines; "" where they say nothing.
 *
 * @throws Refusal "invalid" if it is too long, "unprocessable" if it cannot be stored
 */
export function checkedChangeNote(written: string): string {
  const note = written.trim();
  checkStorable(note, "The note", { field: "note" });
  if (codePointLength(note) > MAX_CHANGE_NOTE_LENGTH) {
    throw new Refusal(
      "invalid",
      `The note may have ${MAX_CHANGE_NOTE_LENGTH} characters at most.`,
      { field: "note" },
    );
  }
  return isBlank(note) ? "" : note;
}

function refusal(message: string, details: RefusalDetails = {}): Refusal {
  return new Refusal("unprocessable", message, details);
}

/** The words of a heading; those of a label, or of the kind, for one without. */
function titleOf({ words, label }: Heading): string {
  const title = plainWords(words).trim();
  return title === "" ? (label ?? "") : title;
}

/**
 * The section of a label: from the heading that has it up to the next of its level or a higher one; null
 * where it has none.
 */
export function sectionOf({ blocks }: Guideline, label: string): readonly GuidelineBlock[] | null {
  const start = blocks.findIndex((block) => block.type === "heading" && block.label === label);
  const heading = blocks[start];
  if (heading?.type !== "heading") return null;
  const next = blocks.findIndex(
    (block, index) => index > start && block.type === "heading" && block.level <= heading.level,
  );
  return blocks.slice(start, next < 0 ? undefined : next);
}

/** A line to add to the section of a label, and a passage that shows what is meant. */
export type Amending = {
  readonly label: string;
  /** Each line of it becomes an item of a list. */
  readonly text: string;
  readonly example: Extract<GuidelineBlock, { type: "example" }> | null;
};

/**
 * Guidelines with a line more at the end of a label's section: an item of the list there, or of a new one, and the
 * example behind it. Without a section of its own, the label gets one at the end.
 *
 * @throws Refusal "unprocessable" if there is no line
 */
export function amended({ blocks }: Guideline, { label, text, example }: Amending): Guideline {
  const lines = text.split(/\r\n|[\n\r\u2028\u2029]/).map((line) => line.trim());
  const items = lines
    .filter((line) => !isBlank(line))
    .map((line) => ({ depth: 0, ordered: false, words: [{ text: line }] }));
  if (items.length === 0) throw refusal("The line for the guidelines is empty.");
  const section = sectionOf({ blocks }, label);
  const start = section?.[0] ? blocks.indexOf(section[0]) : blocks.length;
  const end = start + (section?.length ?? 0);
  const heading = { type: "heading", level: 2, label, words: [{ text: label }] } as const;
  const before = section ? blocks.slice(0, end) : [...blocks, heading];
  const last = before.at(-1);
  const isListed = last?.type === "list" && last.items.every(({ ordered }) => !ordered);
  const list = { type: "list", items: isListed ? [...last.items, ...items] : items } as const;
  return {
    blocks: [
      ...(isListed ? before.slice(0, -1) : before),
      list,
      ...(example ? [example] : []),
      ...blocks.slice(end),
    ],
  };
}

/** A heading with what follows it up to the next of any level; or what stands before the first. */
export type GuidelinePart = {
  /** Where its first block is among all, from 0. */
  readonly at: number;
  readonly blocks: readonly GuidelineBlock[];
  /** Null before the first heading. */
  readonly heading: Heading | null;
  /** "" before the first heading, and where a heading has no words and no label. */
  readonly title: string;
};

/** All parts of guidelines, in their order: together they are all its blocks. */
export function partsOf({ blocks }: Guideline): GuidelinePart[] {
  const starts = blocks.flatMap((block, index) =>
    block.type === "heading" || index === 0 ? [index] : [],
  );
  return starts.map((at, index) => {
    const part = blocks.slice(at, starts[index + 1]);
    const heading = part[0]?.type === "heading" ? part[0] : null;
    return { at, blocks: part, heading, title: heading ? titleOf(heading) : "" };
  });
}

/** What became of the parts of an earlier version. */
export type GuidelineChanges = {
  /** By where they begin in the later version; those that are as they were are not in it. */
  readonly parts: ReadonlyMap<number, "new" | "changed">;
  /** Those of the earlier one that are not there any more. */
  readonly gone: readonly GuidelinePart[];
};

/**
 * What has changed from one version to another, part by part. A part is the same one where it is of the same
 * label, else where it is the same word for word, else where it is called the same, else where all it says
 * below its heading is the same. Where the parts stand makes no difference.
 */
export function compareGuidelines(earlier: Guideline, later: Guideline): GuidelineChanges {
  const gone = new Set(partsOf(earlier));
  const parts = new Map<number, "new" | "changed">();
  let unmatched = partsOf(later);
  for (const keyOf of partKeys) {
    const known = new Map<string, GuidelinePart[]>();
    for (const part of gone) {
      const key = keyOf(part);
      if (key !== null) known.set(key, [...(known.get(key) ?? []), part]);
    }
    unmatched = unmatched.filter((part) => {
      const key = keyOf(part);
      const same = key === null ? undefined : known.get(key)?.shift();
      if (!same) return true;
      gone.delete(same);
      if (contentOf(same.blocks) !== contentOf(part.blocks)) parts.set(part.at, "changed");
      return false;
    });
  }
  for (const { at } of unmatched) parts.set(at, "new");
  return { parts, gone: [...gone] };
}

/** What a part is known again by, the surest first; null where it has nothing of the kind. */
const partKeys: readonly ((part: GuidelinePart) => string | null)[] = [
  ({ heading }) => heading?.label ?? null,
  ({ blocks }) => contentOf(blocks),
  ({ heading, title }) => (heading ? `title ${title}` : ""),
  ({ heading, blocks }) => {
    const body = heading ? blocks.slice(1) : blocks;
    return body.length > 0 ? contentOf(body) : null;
  },
];

/** As text in which the same is written the same way, whichever order a database gives its keys in. */
function contentOf(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

/** A part that differs, as a reader is told of it. */
export type ToldPart = {
  readonly title: string;
  readonly what: "new" | "changed" | "gone";
  /** Where it begins in the later version; null where it is gone. */
  readonly at: number | null;
};

/** The parts that differ: those that are there in their order, then those that are gone. */
export function toldParts(
  { parts, gone }: GuidelineChanges,
  later: Guideline,
): readonly ToldPart[] {
  const there = partsOf(later).flatMap(({ at, title }): ToldPart[] => {
    const what = parts.get(at);
    return what ? [{ title, what, at }] : [];
  });
  return [...there, ...gone.map(({ title }) => ({ title, what: "gone" as const, at: null }))];
}
