import { isBlank } from "@/lib/domain/blank";
import { Refusal } from "@/lib/domain/refusal";
import { excerpt } from "@/lib/domain/span";
import { ArticleText, type Block, codePointLength, type Range } from "@/lib/domain/text";
import { isObject, type JsonObject, listIn } from "./foreign";
import { Hypertext, isHypertext } from "./hypertext";
import { conversionOf, type OffsetUnit } from "./units";

/** What is looked at of a region: which control's text it is of, and where in it. */
type MarkedRegion = {
  readonly to_name?: string | undefined;
  readonly value?: JsonObject | undefined;
};

/** A text of a task, and where in it regions are. */
export type MarkedText = {
  /** Where it stands in the task's data. */
  readonly key: string;
  readonly text: string;
  /** Where it has any of its own. */
  readonly blocks?: readonly Block[];
  /** What of the data there is kept beside the text; undefined for nothing. */
  readonly rest?: unknown;
  /** Whether what a region says that it covers is still to be compared with the text. */
  readonly isQuoted: boolean;
  /** What was found out of what its offsets count, where they count something else than they should. */
  readonly inDoubt?: string;
  /**
   * The range of a region, in the unit that spans are in; why it is left out, as a sentence; null if it is none of a text
   * of this kind.
   *
   * @param words that it says it covers, if it does
   */
  readonly find: (value: JsonObject, words: string | null) => Range | string | null;
};

/** How regions say where they are: in a text by two numbers, in HTML by paths, in a dialogue by two utterances. */
type Place = "text" | "html" | "dialogue";

function placeIn({ start, startOffset, globalOffsets }: JsonObject): Place | null {
  if (isObject(globalOffsets) || (typeof start === "string" && start.startsWith("/")))
    return "html";
  if (startOffset !== undefined) {
    return offsetIn(start) === null ? null : "dialogue";
  }
  return offsetIn(start) === null ? null : "text";
}

/** An offset; some programs that make tasks write it as a text. */
const offsetIn = (value: unknown): number | null =>
  (typeof value === "string" && /^\d{1,9}$/.test(value)) || Number.isInteger(value)
    ? Number(value)
    : null;

/**
 * The text of a task: what most of its regions are of, by how they say where they are.
 *
 * @param unit what somebody said that offsets count
 * @throws Refusal "unprocessable" if there is none
 */
export function markedText(
  data: JsonObject,
  regions: readonly MarkedRegion[],
  unit: OffsetUnit | undefined,
): MarkedText {
  const places = regions.flatMap(({ value }) => (value && placeIn(value)) ?? []);
  const kinds = (["text", "html", "dialogue"] as const).map((kind) => ({
    kind,
    count: places.filter((place) => place === kind).length,
  }));
  const [most] = kinds.toSorted((one, other) => other.count - one.count);
  const dialogue = dialogueIn(data, regions);
  if (dialogue && (most?.count ? most.kind === "dialogue" : isLongest(dialogue, data))) {
    return markedDialogue(dialogue, unit);
  }
  const isHtml = most !== undefined && most.count > 0 && most.kind === "html";
  const key = textKeyIn(data, regions, isHtml);
  const text = textAt(data, key);
  if (isHtml || (places.length === 0 && isHypertext(text)))
    return markedHtml(key, text, regions, unit);
  const given = ({ start, end, startOffset }: JsonObject) => {
    const [from, to] = [offsetIn(start), offsetIn(end)];
    return from === null || to === null || startOffset !== undefined
      ? null
      : { start: from, end: to };
  };
  const plain = { key, text, isQuoted: true, find: given };
  return unit === undefined ? (inUtf16(plain, regions) ?? plain) : plain;
}

/**
 * The same where more regions have their words by UTF-16 units than by code points: the editor of before version 1.0
 * counted so, and programs in browsers do. Null where that is not so.
 */
function inUtf16(plain: MarkedText, regions: readonly MarkedRegion[]): MarkedText | null {
  if (!/[\u{10000}-\u{10ffff}]/u.test(plain.text)) return null;
  const text = new ArticleText(plain.text);
  const { toCodePoints } = conversionOf(text, "utf16");
  const converted = (value: JsonObject): Range | string | null => {
    const range = plain.find(value, null);
    if (range === null || typeof range === "string") return range;
    const [start, end] = [toCodePoints(range.start), toCodePoints(range.end)];
    return start === null || end === null
      ? `${range.start}-${range.end} is no range of the text in UTF-16 units.`
      : { start, end };
  };
  const quoted = regions
    .flatMap(({ value }) => (value && typeof value.text === "string" ? [value] : []))
    .slice(0, 200);
  const fitting = (find: (value: JsonObject) => Range | string | null) =>
    quoted.filter((value) => {
      const range = find(value);
      return (
        typeof range === "object" && range !== null && isAt(text, { ...range, text: value.text })
      );
    }).length;
  const [units, points] = [fitting(converted), fitting((value) => plain.find(value, null))];
  if (units <= points) return null;
  const inDoubt = `Offsets were taken for UTF-16 units, as Label Studio counted before version 1.0: so ${units} of ${quoted.length} regions have the words that they say, as characters ${points}.`;
  return { ...plain, find: converted, inDoubt };
}

/** A range in code points as the spans of a task are, where somebody said what their offsets count. */
function inUnit(text: ArticleText, unit: OffsetUnit | undefined) {
  if (unit === undefined) return (range: Range) => range;
  const { fromCodePoints } = conversionOf(text, unit);
  return ({ start, end }: Range) => ({ start: fromCodePoints(start), end: fromCodePoints(end) });
}

/** A range of a text by two offsets of a unit, in code points; null if it is none. */
function rangeIn(text: ArticleText, unit: OffsetUnit) {
  const { toCodePoints } = conversionOf(text, unit);
  return (start: unknown, end: unknown): Range | null => {
    const [from, to] = [start, end].map((one) =>
      typeof one === "number" ? toCodePoints(one) : null,
    );
    return from == null || to == null || from > to ? null : { start: from, end: to };
  };
}

/**
 * A text that is HTML: what a browser shows of it. Label Studio counts code points of all text nodes (`globalOffsets`),
 * and within the text node of a path UTF-16 units; scripts write either, so that a region that says its words
 * is where those are.
 */
function markedHtml(
  key: string,
  html: string,
  regions: readonly MarkedRegion[],
  unit: OffsetUnit | undefined,
): MarkedText {
  const sample = regions.flatMap(({ value }) =>
    value && placeIn(value) === "html" ? [{ value, words: wordsOf(value) }] : [],
  );
  const read = (isPart: boolean) => {
    const page = new Hypertext(html, isPart);
    const global = (unit === undefined ? (["code_point", "utf16"] as const) : [unit]).map((one) =>
      rangeIn(page.flat, one),
    );
    const place = (value: JsonObject, words: string | null) =>
      placeInHtml(page, global, value, words);
    const fits = sample
      .slice(0, 200)
      .filter(({ value, words }) => typeof place(value, words) !== "string").length;
    return { page, place, fits };
  };
  // Shown in a frame it is a page; said to be inline, it is a part of one, and has no head that would not count.
  const frame = read(false);
  const inline = frame.fits < Math.min(sample.length, 200) ? read(true) : frame;
  const best = inline.fits > frame.fits ? inline : frame;
  const { text, blocks } = best.page;
  const spanUnit = inUnit(new ArticleText(text), unit);
  const find = (value: JsonObject, words: string | null) => {
    if (placeIn(value) !== "html") return null;
    const range = best.place(value, words);
    if (typeof range === "string") return range;
    const shown = best.page.shown(range);
    return shown === null ? "What the region covers is not shown." : spanUnit(shown);
  };
  return { key, text, blocks, isQuoted: false, find };
}

const wordsOf = ({ text }: JsonObject): string | null =>
  typeof text === "string" ? text.replaceAll("\\n", "\n") : null;

/** Where in an HTML text a region is: where its words are, else where its path and its offsets agree. */
function placeInHtml(
  page: Hypertext,
  global: readonly ((start: unknown, end: unknown) => Range | null)[],
  { start, end, startOffset, endOffset, globalOffsets }: JsonObject,
  words: string | null,
): Range | string {
  const given = isObject(globalOffsets) ? globalOffsets : null;
  const byOffsets = global.map((range) => given && range(given.start, given.end));
  const byPath = (["utf16", "code_point"] as const).map((unit): Range | null => {
    if (typeof start !== "string" || typeof end !== "string") return null;
    const [from, to] = [
      page.at(start, Number(startOffset), unit),
      page.at(end, Number(endOffset), unit),
    ];
    return from === null || to === null || from > to ? null : { start: from, end: to };
  });
  if (words !== null) {
    const meant = words.replaceAll(/\s+/gu, "");
    const isMeant = (range: Range | null): range is Range =>
      // What is so much longer is something else, and need not be compared.
      range !== null &&
      range.end - range.start <= 20 * words.length + 1000 &&
      page.wordsIn(range) === meant;
    return (
      [...byOffsets, ...byPath].find(isMeant) ??
      "The words that the region covers are not where it says that they are."
    );
  }
  const [offsets = null, path = null] = [byOffsets[0], byPath[0]];
  if (offsets && path && (offsets.start !== path.start || offsets.end !== path.end)) {
    return "Its path and its offsets lead to different places, and it does not say which words it covers.";
  }
  return offsets ?? path ?? "What the region refers to is not in the text.";
}

/** A list of utterances, and what in each is its text. */
type Dialogue = {
  readonly key: string;
  readonly textKey: string;
  readonly utterances: readonly JsonObject[];
};

const textsIn = ({ textKey, utterances }: Dialogue): readonly string[] =>
  utterances.map((one) => String(one[textKey]));

/** The dialogue of a task: the one in which most regions find their words; the longest, where that says nothing. */
function dialogueIn(data: JsonObject, regions: readonly MarkedRegion[]): Dialogue | null {
  const told = Object.entries(data).flatMap(([key, value]) => {
    const utterances = listIn(value);
    if (utterances.length === 0 || !utterances.every(isObject)) return [];
    const [first = {}] = utterances;
    const keys = Object.keys(first).filter((name) =>
      utterances.every((one) => typeof one[name] === "string"),
    );
    return keys.map((textKey) => {
      const dialogue: Dialogue = { key, textKey, utterances };
      const { find } = markedDialogue(dialogue, undefined);
      const quoted = regions
        .filter((region) => typeof region.value?.text === "string")
        .slice(0, 20);
      const hits = quoted.filter(
        ({ value = {} }) => typeof find(value, wordsOf(value)) === "object",
      ).length;
      const isNamed = textKey === "text";
      return { dialogue, hits, isNamed, length: lengthOf(dialogue) };
    });
  });
  told.sort(
    (a, b) => b.hits - a.hits || Number(b.isNamed) - Number(a.isNamed) || b.length - a.length,
  );
  return told[0]?.dialogue ?? null;
}

const lengthOf = (dialogue: Dialogue): number =>
  textsIn(dialogue).reduce((sum, { length }) => sum + length, 0);

/** Whether a dialogue that nobody marked is what the task is about: no text in its data is as long. */
function isLongest(dialogue: Dialogue, data: JsonObject): boolean {
  if (dialogue.textKey !== "text") return false;
  const length = lengthOf(dialogue);
  return Object.values(data).every((value) => typeof value !== "string" || value.length < length);
}

/** A dialogue as one text, a block for each utterance. Its offsets count UTF-16 units within an utterance. */
function markedDialogue(dialogue: Dialogue, unit: OffsetUnit | undefined): MarkedText {
  const texts = textsIn(dialogue);
  const starts: number[] = [];
  const blocks: Block[] = [];
  let at = 0;
  for (const text of texts) {
    const end = at + codePointLength(text);
    starts.push(at);
    if (!isBlank(text)) blocks.push({ kind: "paragraph", start: at, end });
    at = end + 2;
  }
  const text = texts.join("\n\n");
  const whole = new ArticleText(text);
  const spanUnit = inUnit(whole, unit);
  const conversions = new Map<number, (offset: number) => number | null>();
  const placed = (index: number, offset: unknown): number | null => {
    const own = texts[index];
    const start = starts[index];
    if (own === undefined || start === undefined || typeof offset !== "number") return null;
    const known = conversions.get(index);
    const convert = known ?? conversionOf(new ArticleText(own), unit ?? "utf16").toCodePoints;
    if (!known) conversions.set(index, convert);
    const found = convert(offset);
    return found === null ? null : start + found;
  };
  const find = (value: JsonObject, words: string | null) => {
    if (placeIn(value) !== "dialogue") return null;
    const from = placed(Number(value.start), value.startOffset);
    const to = placed(Number(value.end), value.endOffset);
    if (from === null || to === null || from > to) {
      return "What the region refers to is not in the dialogue.";
    }
    const range = { start: from, end: to };
    const bare = (one: string) => one.replaceAll(/\s+/gu, "");
    if (words !== null && bare(whole.slice(range)) !== bare(words)) {
      return "The words that the region covers are not where it says that they are.";
    }
    return spanUnit(range);
  };
  const { key, textKey, utterances } = dialogue;
  // Who says what, and when, in the order of the text.
  const beside = utterances.map(({ [textKey]: _, ...more }) => more);
  const rest = beside.some((one) => Object.keys(one).length > 0) ? beside : undefined;
  return { key, text, blocks, rest, isQuoted: false, find };
}

/**
 * Where the text stands: a task names it as its labelling form has it, which is not in the file.
 *
 * @param isHtml whether it is HTML, in which words are not where offsets of a text would be
 */
function textKeyIn(data: JsonObject, regions: readonly MarkedRegion[], isHtml: boolean): string {
  const texts = Object.entries(data).flatMap(([key, value]) =>
    typeof value === "string" ? { key, value } : [],
  );
  const quoted = regions.filter(({ value }) => typeof value?.text === "string").slice(0, 20);
  const named = new Set([...regions.flatMap(({ to_name: name }) => name ?? []), "text"]);
  const told = texts.map(({ key, value }) => {
    const text = new ArticleText(value);
    const hits = isHtml
      ? Number(isHypertext(value))
      : quoted.filter((region) => isAt(text, region.value ?? {})).length;
    return { key, hits, isNamed: named.has(key), isFile: isFile(value), length: value.length };
  });
  told.sort(
    (a, b) =>
      b.hits - a.hits ||
      Number(a.isFile) - Number(b.isFile) ||
      Number(b.isNamed) - Number(a.isNamed) ||
      b.length - a.length,
  );
  const [first] = told;
  if (!first) throw new Refusal("unprocessable", "The task has no text in its data.");
  return first.key;
}

function isAt(text: ArticleText, { start, end, text: quote }: JsonObject): boolean {
  const [from, to] = [Number(start), Number(end)];
  const isRange = Number.isInteger(from) && Number.isInteger(to) && from >= 0 && from <= to;
  return isRange && to <= text.length && text.slice({ start: from, end: to }) === quote;
}

function textAt(data: JsonObject, key: string): string {
  const text = data[key];
  if (typeof text !== "string")
    throw new Refusal("unprocessable", "The task has no text in its data.");
  if (isFile(text)) {
    throw new Refusal(
      "unprocessable",
      `The task has no text, but only where a file of it is (${excerpt(text.trim())}); a text has to be in the export itself.`,
    );
  }
  return text;
}

/** Whether it is nothing but the address of a picture, a recording or a text, in the web or where Label Studio keeps it. */
const isFile = (value: string): boolean =>
  value.length < 2000 &&
  /^\s*(?:[a-z][a-z0-9+.-]*:\/\/\S+|\/?data\/(?:upload|local-files)\/\S+|\/?upload\/\d+\/\S+|\S*[^\s.]\.(?:png|jpe?g|gif|webp|bmp|tiff?|svg|pdf|wav|mp3|flac|ogg|m4a|mp4|webm|mov|csv|txt|html?)|\/\S+)\s*$/i.test(
    value,
  );
