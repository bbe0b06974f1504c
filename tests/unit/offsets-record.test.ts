import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  OFFSETS_SCHEMA_FILE,
  OffsetsRecord,
  offsetsJsonSchema,
  titleAt,
  withoutText,
  withText,
} from "@/lib/domain/offsets-record";
import type { ArticleRecord } from "@/lib/domain/record";
import { ArticleText } from "@/lib/domain/text";
import { itemsIn } from "../setup/files";
import { written } from "../setup/foreign";
import { aRecord, records } from "../setup/records";

const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(
  offsetsJsonSchema(),
);

/** A record whose title is what stands in its text, in one way or another. */
function titled(record: ArticleRecord, how: number): ArticleRecord {
  const text = new ArticleText(record.text);
  const end = text.boundaryAfter(Math.min(text.length, 9));
  const words = text.slice({ start: 0, end });
  const title = [
    record.title,
    words,
    `${words}…`,
    words.replaceAll(/\s+/gu, " ").trim() || "Nothing",
  ][how] as string;
  return { ...record, title, blocks: [{ kind: "title", start: 0, end }] };
}

describe("a record without its text", () => {
  test("is made whole again with it, byte for byte", () => {
    fc.assert(
      fc.property(records(), fc.nat(3), (base, how) => {
        const record = titled(base, how);
        const text = new ArticleText(record.text);
        const read: OffsetsRecord = JSON.parse(JSON.stringify(withoutText(record, text)));
        expect(JSON.stringify(withText(read, text))).toBe(JSON.stringify(record));
      }),
      { numRuns: 100 },
    );
  });

  test("follows its schema, and says nothing of the text but where things stand", () => {
    fc.assert(
      fc.property(records(), fc.nat(3), (base, how) => {
        const record = titled({ ...base, spans: base.spans.map(bare) }, how);
        const offsets = withoutText(record, new ArticleText(record.text));
        const line = written("jsonl", [record], { texts: false }).text;
        expect(line).toBe(`${JSON.stringify(offsets)}\n`);
        expect(validate(offsets), JSON.stringify(validate.errors)).toBe(true);
        expect(OffsetsRecord.parse(offsets)).toEqual(offsets);
        if (how > 0) expect(offsets.title).toBeNull();
      }),
      { numRuns: 50 },
    );
  });

  const bare = (span: ArticleRecord["spans"][number]) => ({ ...span, attributes: {} });

  test("is refused by whoever reads articles, with what to do", async () => {
    const { text } = written("jsonl", [aRecord()], { texts: false });
    expect(await itemsIn("a.jsonl", text)).toMatchObject([
      { kind: "rejected", reason: expect.stringContaining("gainsay rehydrate") },
    ]);
  });

  test("is refused by a text that it does not fit", () => {
    const record = aRecord();
    const offsets = withoutText(record, new ArticleText(record.text));
    expect(() => withText(offsets, new ArticleText("Short."))).toThrow();
    const accented = new ArticleText("The \u0301mbassy denied it.");
    expect(() => withText(offsets, accented)).toThrow(/character/);
  });

  test.for([
    { title: "The embassy denied it.", at: { start: 0, end: 22, as: "written" } },
    { title: "embassy…", at: { start: 4, end: 11, as: "cut" } },
    { title: "Another", at: null },
    { title: "…", at: null },
  ])("has the title $title at $at", ({ title, at }) => {
    expect(titleAt(title, new ArticleText(aRecord().text), [])).toEqual(at);
  });

  test("has its schema among the published ones", () => {
    const file = new URL(`../../docs/schemas/${OFFSETS_SCHEMA_FILE}`, import.meta.url);
    expect(JSON.parse(readFileSync(file, "utf8"))).toEqual(offsetsJsonSchema());
  });
});
