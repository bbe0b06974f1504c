import fc from "fast-check";
import { expect, test } from "vitest";
import { writtenFormats } from "@/lib/formats/index";
import { LostInWriting, losePartsOf, lossesInWords, recordParts } from "@/lib/formats/writing";
import { records, richScheme } from "../setup/records";

/** What of a record is lost in a format, and how much of it there is in the record, each in the words of people. */
function losses(record: Parameters<typeof losePartsOf>[0]) {
  const all = new LostInWriting();
  losePartsOf(record, recordParts, all);
  return new Map(all.list.map(({ what, count }) => [what, count]));
}

test.for(writtenFormats)(
  "$name counts what it says to lose, and says what it counts",
  ({ writer }) => {
    const said = lossesInWords(writer);
    fc.assert(
      fc.property(records(), (record) => {
        const lost = new LostInWriting();
        const about = { scheme: richScheme };
        if (writer.kind === "bytes") writer.begin(about).add(record, lost);
        else if (writer.kind !== "dataset") writer.write(record, lost, about);
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
