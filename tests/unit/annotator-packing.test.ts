import fc from "fast-check";
import { expect, test } from "vitest";
import { packBlocks, packSpans, unpackBlocks, unpackSpans } from "@/lib/annotator/packing";
import { normaliseFragments, quoteOf, type Span } from "@/lib/domain/span";
import { ArticleText, type Block, blockKinds } from "@/lib/domain/text";

const text = new ArticleText(
  "Tehran denied it. “The plot”, he said, “was real” 😀 and more of it.",
);

const fragments = fc
  .array(
    fc
      .tuple(fc.nat(text.length - 1), fc.integer({ min: 1, max: 20 }))
      .map(([start, length]) => ({ start, end: Math.min(text.length, start + length) })),
    { minLength: 1, maxLength: 3 },
  )
  .map(normaliseFragments);
const spans = fc.array(
  fc
    .record({
      id: fc.uuid(),
      label: fc.constantFrom("claim", "denial", "attribution", "of\nanother; scheme"),
      fragments,
      attributes: fc.dictionary(fc.string(), fc.string(), { maxKeys: 2, noNullPrototype: true }),
    })
    .map((span): Span => ({ ...span, quote: quoteOf(text, span.fragments) })),
);

/** As it comes to the page. */
const sent = <T>(value: T): T => JSON.parse(JSON.stringify(value));

test("spans come out of the packing as they went in", () => {
  fc.assert(
    fc.property(spans, (all) => {
      expect(unpackSpans(sent(packSpans(all)), text)).toEqual(all);
    }),
  );
});

test("a span takes few characters beside its id", () => {
  const id = (index: number) => `00000000-0000-7000-8000-${String(index).padStart(12, "0")}`;
  const long = new ArticleText("word ".repeat(10_000));
  const many = Array.from({ length: 1000 }, (_, index): Span => {
    const here = [{ start: index * 50, end: index * 50 + 29 }];
    return {
      id: id(index),
      label: "claim",
      fragments: here,
      quote: quoteOf(long, here),
      attributes: {},
    };
  });
  const { ids, ...rest } = packSpans(many);
  expect(JSON.stringify(rest).length).toBeLessThan(10 * many.length);
  expect(ids.length).toBe(36 * many.length);
});

test("blocks come out of the packing as they went in", () => {
  const block = fc
    .record({
      gap: fc.nat(5),
      length: fc.nat(500),
      kind: fc.constantFrom(...blockKinds),
      level: fc.integer({ min: 1, max: 6 }),
    })
    .map(({ kind, level, ...rest }) => ({ ...rest, kind, ...(kind === "heading" && { level }) }));
  fc.assert(
    fc.property(fc.array(block), (all) => {
      let at = 0;
      const blocks = all.map(({ gap, length, ...rest }): Block => {
        const start = at + gap;
        at = start + length;
        return { ...rest, start, end: at };
      });
      expect(unpackBlocks(sent(packBlocks(blocks)))).toEqual(blocks);
    }),
  );
});
