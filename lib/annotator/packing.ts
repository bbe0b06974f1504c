import { type Attributes, type Fragment, quoteOf, type Span } from "@/lib/domain/span";
import { type ArticleText, type Block, type BlockKind, blockKinds } from "@/lib/domain/text";

/**
 * Spans on their way to a page, in a tenth of the room: no quotes, which are in the text, and no names
 * that say the same for each of thousands.
 */
export type PackedSpans = {
  /** One behind the other; all have the length of the first. */
  readonly ids: string;
  /** Each label once. */
  readonly labels: readonly string[];
  /**
   * For each span the index of its label and, for each of its fragments, how far that starts behind
   * the start of the span before or the end of the fragment before, and how long it is: "0,1f,8;2,a,3".
   * Numbers have the base 36.
   */
  readonly places: string;
  /** Of those that have any, by index. */
  readonly attributes: readonly (readonly [index: number, attributes: Attributes])[];
};

/** @param spans ids are as long as each other, and quotes are the text under the fragments */
export function packSpans(spans: readonly Span[]): PackedSpans {
  const labels = [...new Set(spans.map(({ label }) => label))];
  const indices = new Map(labels.map((label, index) => [label, index]));
  let last = 0;
  const places = spans.map(({ label, fragments }) => {
    const numbers = [indices.get(label) ?? 0];
    for (const { start, end } of fragments) {
      numbers.push(start - last, end - start);
      last = end;
    }
    last = fragments[0]?.start ?? 0;
    return numbers.map((number) => number.toString(36)).join();
  });
  return {
    ids: spans.map(({ id }) => id).join(""),
    labels,
    places: places.join(";"),
    attributes: spans.flatMap(({ attributes }, index) =>
      Object.keys(attributes).length > 0 ? [[index, attributes] as const] : [],
    ),
  };
}

/** @throws RangeError if a span leaves the text */
export function unpackSpans(
  { ids, labels, places, attributes }: PackedSpans,
  text: ArticleText,
): Span[] {
  if (places === "") return [];
  const all = places.split(";");
  const width = ids.length / all.length;
  const attributesAt = new Map(attributes);
  let last = 0;
  return all.map((place, index) => {
    const [label = 0, ...numbers] = place.split(",").map((number) => Number.parseInt(number, 36));
    const fragments: Fragment[] = [];
    for (let at = 0; at < numbers.length; at += 2) {
      const start = last + (numbers[at] ?? 0);
      last = start + (numbers[at + 1] ?? 0);
      fragments.push({ start, end: last });
    }
    last = fragments[0]?.start ?? 0;
    return {
      id: ids.slice(index * width, (index + 1) * width),
      label: labels[label] ?? "",
      fragments,
      quote: quoteOf(text, fragments),
      attributes: attributesAt.get(index) ?? {},
    };
  });
}

/** For each block how far it starts behind the one before, its length, its kind, and its level if it has one. */
export function packBlocks(blocks: readonly Block[]): string {
  let last = 0;
  return blocks
    .map(({ kind, start, end, level }) => {
      const numbers = [start - last, end - start, blockKinds.indexOf(kind)];
      last = end;
      return [...numbers, ...(level === undefined ? [] : [level])]
        .map((number) => number.toString(36))
        .join();
    })
    .join(";");
}

export function unpackBlocks(packed: string): Block[] {
  if (packed === "") return [];
  let last = 0;
  return packed.split(";").map((block) => {
    const [behind = 0, length = 0, kind = 0, level] = block
      .split(",")
      .map((number) => Number.parseInt(number, 36));
    const start = last + behind;
    last = start + length;
    return {
      kind: kindAt(kind),
      start,
      end: last,
      ...(level === undefined ? {} : { level }),
    };
  });
}

function kindAt(index: number): BlockKind {
  return blockKinds[index] ?? "paragraph";
}
