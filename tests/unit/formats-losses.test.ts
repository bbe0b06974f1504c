import fc from "fast-check";
import { expect, test } from "vitest";
import { tagOverlaps } from "@/lib/domain/tag-overlap";
import { writtenFormats } from "@/lib/formats/index";
import { LostInWriting, losePartsOf, lossesInWords, recordParts } from "@/lib/formats/writing";
import { aDatasetSource } from "../setup/dataset";
import { records, richScheme } from "../setup/records";

/** What of a record is lost in a format, and how much of it there is in the record, each in the words of people. */
function losses(record: Parameters<typeof losePartsOf>[0]) {
  const all = new LostInWriting();
  losePartsOf(record, recordParts, all);
  return new Map(all.list.map(({ what, count }) => [what, count]));
}

const every = writtenFormats.flatMap(({ name, shapes }) => shapes.map((one) => ({ name, ...one })));

test.for(every)(
  "$name by $shape counts what it says to lose, and says what it counts",
  async ({ writer }) => {
    const said = lossesInWords(writer);
    await fc.assert(
      fc.asyncProperty(records(), async (record) => {
        const lost = new LostInWriting();
        const about = { scheme: richScheme };
        if (writer.kind === "bytes") writer.begin(about).add(record, lost);
        else if (writer.kind !== "dataset") writer.write(record, lost, about);
        else {
          const source = { ...aDatasetSource([record]), lost };
          for await (const { bytes } of writer.files(source)) for await (const _ of bytes);
        }
        const counted = new Map(lost.list.map(({ what, count }) => [what, count]));
        for (const [what, count] of losses(record)) {
          if (said.includes(what)) expect(counted.get(what), what).toBe(count);
          // Where each annotator has a folder, names are lost of one alone.
          else if (what !== "names of annotators") expect(counted.get(what), what).toBeUndefined();
        }
      }),
      { numRuns: 50 },
    );
  },
);

test("what becomes of spans that overlap is a loss where tokens have tags, and only there", () => {
  const ofOverlaps = (writer: (typeof every)[number]["writer"]) =>
    tagOverlaps.map((way) => lossesInWords(writer, way).filter((what) => /overlap/.test(what)));
  for (const { writer } of every) {
    expect(ofOverlaps(writer).map((all) => all.length)).toEqual(
      writer.hasTags ? [1, 1, 0] : [0, 0, 0],
    );
  }
  const tagged = every.filter(({ writer }) => writer.hasTags);
  expect(tagged.map(({ name, shape }) => `${name} ${shape}`)).toEqual([
    "jsonl token",
    "parquet token",
    "dataset token",
    "token-rows token",
    "token-rows article",
    "csv token",
    "conll article",
  ]);
});
