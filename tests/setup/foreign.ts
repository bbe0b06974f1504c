import { readFileSync } from "node:fs";
import { z } from "zod";
import type { ArticleRecord } from "@/lib/domain/record";
import { writingOf } from "@/lib/formats/index";
import type { ReadItem } from "@/lib/formats/source-file";
import { type DatasetAbout, LostInWriting } from "@/lib/formats/writing";
import { richScheme } from "./records";

const folder = new URL("../fixtures/foreign/", import.meta.url);

/** A file that another program wrote. */
export const foreignFile = (path: string): string => readFileSync(new URL(path, folder), "utf8");

const Expected = z.array(
  z.looseObject({
    file: z.string(),
    spans: z.array(z.looseObject({ article: z.string(), label: z.string(), quote: z.string() })),
    relations: z.array(
      z.looseObject({ article: z.string(), type: z.string(), from: z.string(), to: z.string() }),
    ),
  }),
);

const expected = Expected.parse(JSON.parse(foreignFile("expected.json")));

/** What a file says by those who made it: `title: label quote`, sorted, and its relations likewise. */
export function expectedOf(path: string) {
  const found = expected.find(({ file }) => file === path || file.endsWith(`/${path}`));
  if (!found) throw new Error(`Nothing is known of ${path}.`);
  return {
    spans: found.spans.map(({ article, label, quote }) => `${article}: ${label} ${quote}`).sort(),
    relations: found.relations
      .map(({ article, type, from, to }) => `${article}: ${type} ${from} → ${to}`)
      .sort(),
  };
}

/** The same of what was read; a rejection is an error. */
export function saidIn(items: readonly ReadItem[]) {
  const spans: string[] = [];
  const relations: string[] = [];
  for (const item of items) {
    if (item.kind === "rejected") throw new Error(item.reason);
    const { title, annotations } = item.article;
    for (const set of annotations) {
      const quotes = new Map(set.spans.map(({ id, quote }) => [id, quote]));
      for (const { label, quote } of set.spans) spans.push(`${title}: ${label} ${quote}`);
      for (const { type, from, to } of set.relations) {
        relations.push(`${title}: ${type} ${quotes.get(from)} → ${quotes.get(to)}`);
      }
    }
  }
  return { spans: spans.sort(), relations: relations.sort() };
}

/** What a format makes of records in one file, and what has no place in it: `count what`. */
export function written(
  format: string,
  records: readonly ArticleRecord[],
  { shape, ...how }: { readonly shape?: string } & Partial<DatasetAbout> = {},
) {
  const { writer } = writingOf(format, shape);
  if (writer.kind !== "file") throw new Error(`${format} does not write one file.`);
  const about = { scheme: richScheme, ...how };
  const lost = new LostInWriting();
  const parts = records.map((record) => writer.write(record, lost, about));
  const text =
    (writer.before?.(about) ?? "") + parts.join(writer.between ?? "") + (writer.after ?? "");
  return { text, lost: lost.list.map(({ what, count }) => `${count} ${what}`) };
}
