import type { OffsetUnit } from "@/lib/domain/imports";
import { type ArticleText, codePointLength } from "@/lib/domain/text";

export type { OffsetUnit } from "@/lib/domain/imports";

/** What offsets count, as people call it. */
export const unitsInWords: Record<OffsetUnit, string> = {
  code_point: "characters",
  utf16: "UTF-16 units",
  grapheme: "characters as one sees them",
  utf8: "bytes",
};

/** Offsets of one text in another unit than code points. */
export type Conversion = {
  /** The code points before an offset of the unit; null if it is none, or lies within a code point. */
  readonly toCodePoints: (offset: number) => number | null;
  /** Of a code point offset within the text; what lies within a cluster counts as its start. */
  readonly fromCodePoints: (offset: number) => number;
};

/** @returns how to convert offsets of a text, in constant or logarithmic time each */
export function conversionOf(text: ArticleText, unit: OffsetUnit): Conversion {
  switch (unit) {
    case "code_point":
      return {
        toCodePoints: (offset) => (isWithin(offset, text.length) ? offset : null),
        fromCodePoints: (offset) => offset,
      };
    case "utf16":
      return {
        toCodePoints: (offset) => {
          if (!isWithin(offset, text.value.length)) return null;
          const found = text.fromUtf16(offset);
          return text.toUtf16(found) === offset ? found : null;
        },
        fromCodePoints: (offset) => text.toUtf16(offset),
      };
    case "grapheme":
      return byStarts(graphemeStarts(text.value));
    case "utf8":
      return byTable(byteStarts(text.value));
  }
}

const isWithin = (offset: number, length: number) =>
  Number.isInteger(offset) && offset >= 0 && offset <= length;

/** @param starts of each unit in code points, and the text's length last */
function byStarts(starts: Uint32Array): Conversion {
  return {
    toCodePoints: (offset) => starts[offset] ?? null,
    fromCodePoints: (offset) => lastAtMost(starts, offset),
  };
}

/** @param table of each code point in units, and the whole number of units last */
function byTable(table: Uint32Array): Conversion {
  return {
    toCodePoints: (offset) => {
      const at = lastAtMost(table, offset);
      return table[at] === offset ? at : null;
    },
    fromCodePoints: (offset) => table[offset] ?? table.length - 1,
  };
}

/** Where in an ascending list the last value stands that is no greater; 0 if all are. */
function lastAtMost(list: Uint32Array, value: number): number {
  let [low, high] = [0, list.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((list[middle] ?? 0) <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}

const graphemes = new Intl.Segmenter();

function graphemeStarts(text: string): Uint32Array {
  const starts: number[] = [];
  let at = 0;
  for (const { segment } of graphemes.segment(text)) {
    starts.push(at);
    at += codePointLength(segment);
  }
  return Uint32Array.from([...starts, at]);
}

function byteStarts(text: string): Uint32Array {
  const starts = [0];
  let at = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    at += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x1_0000 ? 3 : 4;
    starts.push(at);
  }
  return Uint32Array.from(starts);
}
