import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ArticleRecord } from "@/lib/domain/record";
import type { TagOverlap } from "@/lib/domain/tag-overlap";
import { ArticleText } from "@/lib/domain/text";
import { readFormats, writtenFormats } from "@/lib/formats/index";
import type { ReadItem } from "@/lib/formats/source-file";
import { LostInWriting, lossesInWords, type Writer } from "@/lib/formats/writing";
import { itemsIn } from "../setup/files";
import { marksIn, marksOf, records, richScheme } from "../setup/records";

/** Every format that is both written and read, in all shapes: one that is added is tried, too. */
const both = writtenFormats
  .filter(({ name }) => readFormats.some((one) => one.name === name))
  .flatMap(({ name, shapes }) => shapes.map((one) => ({ name, ...one })));

/** Tables are read as articles without marks. Of other rows only those are read again whose format has none but these. */
const isReadAgain = ({ name, shape }: (typeof both)[number]) =>
  name !== "csv" && (shape === "article" || name === "token-rows");

/** What a writer makes of a record, by path. */
function filesOf(
  writer: Writer,
  record: ArticleRecord,
  { lost = new LostInWriting(), overlap }: { lost?: LostInWriting; overlap?: TagOverlap } = {},
): Record<string, string> {
  const about = { scheme: richScheme, ...(overlap && { overlap }) };
  if (writer.kind === "file") {
    const { before = () => "", after = "", extension } = writer;
    return { [`all${extension}`]: before(about) + writer.write(record, lost, about) + after };
  }
  if (writer.kind !== "folder") throw new Error("What is read is no folder to publish.");
  const files = [...(writer.common?.(about) ?? []), ...writer.write(record, lost, about)];
  const { index } = writer;
  if (index)
    files.push({ path: index.path, text: index.before + index.entry(record) + index.after });
  return Object.fromEntries(files.map(({ path, text }) => [path, text]));
}

/**
 * All articles that an import of these files would find; nobody says of what format they are.
 *
 * @param unit of offsets, for doccano, whose files do not say it
 */
async function itemsOf(files: Record<string, string>, unit?: "utf16"): Promise<ReadItem[]> {
  const items: ReadItem[] = [];
  const how = { beside: files, scheme: richScheme, ...(unit && { offsets: unit }) };
  for (const [path, content] of Object.entries(files)) {
    // What it is marked with is known from the folder, as that of brat.
    if (/\.conf$|TypeSystem\.xml$/.test(path)) continue;
    items.push(...(await itemsIn(path, content, how)));
  }
  return items;
}

const lettersIn = (text: string) => (text.match(/[\p{L}\p{N}]/gu) ?? []).join("");

type Marked = { readonly text: string; readonly spans: readonly { label: string; at: string }[] };

/** The letters and digits that spans of each label cover, whatever their pieces; those of an article one behind another. */
function covered(articles: readonly Marked[]): Record<string, string> {
  const labels = richScheme.labels.map(({ name }) => {
    const letters = articles.map(({ text, spans }) => {
      const whole = new ArticleText(text);
      const taken = new Set<number>();
      for (const { at } of spans.filter(({ label }) => label === name)) {
        for (const range of at.split(",")) {
          const [start = 0, end = 0] = range.split("-").map(Number);
          for (let one = start; one < end; one += 1) taken.add(one);
        }
      }
      const sorted = [...taken].toSorted((a, b) => a - b);
      return lettersIn(sorted.map((at) => whole.slice({ start: at, end: at + 1 })).join(""));
    });
    return [name, letters.join("")];
  });
  return Object.fromEntries(labels);
}

/** How many there are of each type. */
const counts = (list: readonly { readonly type: string }[]) =>
  Object.fromEntries(
    [...new Set(list.map(({ type }) => type))]
      .toSorted()
      .map((type) => [type, list.filter((one) => one.type === type).length]),
  );

describe("an article that is written and read again", () => {
  test.for(both.filter(isReadAgain))(
    "as $name by $shape has its text, marks and relations, or what is lost is said",
    async ({ name, writer }) => {
      const said = lossesInWords(writer, "split").join("; ");
      await fc.assert(
        fc.asyncProperty(records({ annotators: 1 }), async (record) => {
          const lost = new LostInWriting();
          // In tags, what overlaps is all there only if it is split.
          const how = { lost, ...(writer.hasTags && { overlap: "split" as const }) };
          const files = filesOf(writer, record, how);
          expect(filesOf(writer, record, how)).toEqual(files);
          const items = await itemsOf(files, name === "doccano" ? "utf16" : undefined);
          const read = items.map(marksIn);
          const marks = marksOf(record);
          if (!lost.list.some(({ what }) => /outside of all sentences/.test(what))) {
            expect(covered(read)).toEqual(covered([marks]));
          }
          const text = read.map((one) => one.text).join("");
          if (!/sentences/.test(said)) expect(lettersIn(text)).toBe(lettersIn(record.text));
          if (!/the text as it is written|sentences/.test(said)) expect(text).toBe(record.text);
          // A piece without letters and digits, as of a span with a gap, is no span, and its relations go with it.
          const isWhole = items.every(
            (item) =>
              item.kind === "article" &&
              item.warnings.every(({ code }) => code !== "span_left_out"),
          );
          const relations = counts(read.flatMap((one) => one.relations));
          if (writer.loses.some((part) => part === "relations")) expect(relations).toEqual({});
          else if (isWhole && !/relations, but/.test(said))
            expect(relations).toEqual(counts(marks.relations));
          const isNamed = marks.spans.length > 0 || !/who marked nothing/.test(said);
          if (isNamed && !/names of annotators(?! who)/.test(said)) {
            const names = new Set(read.flatMap(({ sets }) => sets.map((one) => one.annotator)));
            expect([...names]).toEqual(["a1"]);
          }
          if (said === "") expect(read).toEqual([marks]);
        }),
        { numRuns: 40 },
      );
    },
  );

  test("is so in as many formats as there are", () => {
    const names = new Set(both.map(({ name }) => name));
    expect(names.size).toBeGreaterThan(10);
    const readAgain = new Set(both.filter(isReadAgain).map(({ name }) => name));
    expect([...names].filter((name) => !readAgain.has(name))).toEqual(["csv"]);
  });
});
