import { hash } from "node:crypto";
import { buffer } from "node:stream/consumers";
import ZipStream from "zip-stream";
import type { IncomingArticle } from "@/lib/domain/article";
import { defaultScheme, type Scheme } from "@/lib/domain/scheme";
import { ArticleText } from "@/lib/domain/text";
import { readPage as readPageHere } from "@/lib/formats/html-page";
import { type formatNames, readArticles } from "@/lib/formats/index";
import type { ReadContext, ReadItem, SourceFile } from "@/lib/formats/source-file";
import type { OffsetUnit } from "@/lib/formats/units";

const utf8 = new TextEncoder();

/** Without the limits that a page is read within. */
export const readPage: ReadContext["readPage"] = async (page) => readPageHere(page);

export const sha256 = (text: string): string => hash("sha256", text);

/** A file of an import; text is UTF-8. It arrives in pieces, which fall wherever they fall. */
export function aFile(path: string, content: string | Uint8Array, { piece = 1000 } = {}) {
  const bytes = typeof content === "string" ? utf8.encode(content) : content;
  async function* stream() {
    for (let at = 0; at < bytes.length; at += piece) yield bytes.subarray(at, at + piece);
  }
  return { path, stream: stream() };
}

/** A ZIP archive. @param mode of each file, as Unix has them */
export async function zipOf(
  files: Readonly<Record<string, string | Uint8Array>>,
  mode = 0o100644,
): Promise<Buffer> {
  const zip = new ZipStream();
  const bytes = buffer(zip);
  for (const [name, content] of Object.entries(files)) {
    await new Promise<void>((resolve, reject) => {
      zip.entry(Buffer.from(content), { name, mode }, (error) =>
        error ? reject(error) : resolve(),
      );
    });
  }
  zip.finish();
  return bytes;
}

/** A file of the article “Port”, in which two attributions overlap: 0-14 and 4-19. */
export function aFileOfCrossingSpans() {
  const text = "The mayor said that the port is shut.";
  const span = (start: number, end: number) => ({ label: "attribution", start, end });
  const record = { source_id: "x", title: "Port", text, spans: [span(0, 14), span(4, 19)] };
  return aFile("a.jsonl", JSON.stringify(record));
}

/**
 * What a format reads in a file, by the default scheme where no other is given.
 *
 * @param beside other files of the same import, by path
 */
export async function itemsIn(
  path: string,
  content: string | Uint8Array,
  {
    format = "auto",
    piece,
    strict,
    skip = 0,
    scheme = defaultScheme,
    offsets,
    beside = {},
    origin,
    ...more
  }: {
    format?: (typeof formatNames)[number];
    piece?: number;
    strict?: boolean;
    skip?: number;
    scheme?: Scheme;
    offsets?: OffsetUnit;
    beside?: Readonly<Record<string, string>>;
    origin?: SourceFile["origin"];
  } & Pick<ReadContext, "encoding" | "tables" | "onTable"> = {},
): Promise<ReadItem[]> {
  const file = {
    ...aFile(path, content, piece === undefined ? {} : { piece }),
    origin,
    beside: async (other: string) => {
      const found = beside[other];
      return found === undefined ? null : utf8.encode(found);
    },
  };
  const items: ReadItem[] = [];
  const context = { format, scheme, sha256, readPage, strict, skip, offsets, ...more };
  for await (const item of readArticles(file, context)) items.push(item);
  return items;
}

/** Why a file's only item is rejected, with its place: `2:5 reason`. */
export async function refusalOf(
  path: string,
  content: string | Uint8Array,
  { strict = false } = {},
): Promise<string> {
  const [item, ...more] = await itemsIn(path, content, { strict });
  if (item?.kind !== "rejected" || more.length > 0) throw new Error(`${path} is not refused.`);
  const place = [item.line, item.column].filter((part) => part !== null).join(":");
  return place === "" ? item.reason : `${place} ${item.reason}`;
}

/** The blocks of an article as people see them: `title|Tehran denies`. */
export function blocksOf({ text, blocks }: IncomingArticle): string[] {
  const whole = new ArticleText(text);
  return blocks.map(
    ({ kind, level, start, end }) => `${kind}${level ?? ""}|${whole.slice({ start, end })}`,
  );
}
