import type { ArticleRecord } from "@/lib/domain/record";
import { Refusal } from "@/lib/domain/refusal";
import { joinBytes } from "./bytes";
import { readJson, readJsonl, writeJsonl } from "./jsonl";
import { readMarkdown } from "./markdown";
import { type ReadContext, type ReadItem, rejectionOf, type SourceFile } from "./source-file";
import { readText } from "./text";

/** A way of writing articles in files. */
type Format = {
  /** What `--format` and the API call it. */
  readonly name: string;
  readonly title: string;
  /** Lower case, with the dot. */
  readonly extensions: readonly string[];
  /** What a file of it may be called in a Content-Type; the first is what we call it. */
  readonly mediaTypes: readonly string[];
  /** Whether each line is an article, so that the beginning of a file can be read alone. */
  readonly byLine?: true;
  readonly read: (file: SourceFile, context: ReadContext) => AsyncIterable<ReadItem>;
  /** Writes one record, so that records after one another are a file; missing where it is only read. */
  readonly write?: (record: ArticleRecord) => string;
};

export const formats = [
  {
    name: "markdown",
    title: "Markdown",
    extensions: [".md", ".markdown"],
    mediaTypes: ["text/markdown", "text/x-markdown"],
    read: readMarkdown,
  },
  {
    name: "text",
    title: "Plain text",
    extensions: [".txt", ".text"],
    mediaTypes: ["text/plain"],
    read: readText,
  },
  {
    name: "jsonl",
    title: "JSON, one article a line",
    extensions: [".jsonl", ".ndjson"],
    mediaTypes: ["application/x-ndjson", "application/jsonl", "application/x-jsonlines"],
    byLine: true,
    read: readJsonl,
    write: writeJsonl,
  },
  {
    name: "json",
    title: "JSON, one article or a list of them",
    extensions: [".json"],
    mediaTypes: ["application/json"],
    read: readJson,
  },
] as const satisfies readonly Format[];

/** The formats in which datasets go out. */
export const writtenFormats = formats.filter((format) => "write" in format);

export type FormatName = (typeof formats)[number]["name"];

/** What an import may be told to expect: a format, or to find out for each file. */
export const formatNames = ["auto", ...formats.map(({ name }) => name)] as const;

/** The format that a Content-Type stands for, or null. */
export function formatOfMediaType(type: string): FormatName | null {
  return (
    formats.find(({ mediaTypes }) => (mediaTypes as readonly string[]).includes(type))?.name ?? null
  );
}

const utf8 = new TextEncoder();

/** How much of a file is looked at to guess its format, in bytes. */
const HEAD = 4096;

/**
 * The format of a file by its name, else by how it begins.
 *
 * @param head its first bytes
 * @throws Refusal "unsupported" if it is no text, or text of a kind that is not read
 */
export function detect(path: string, head: Uint8Array): FormatName {
  const beginning = new TextDecoder("utf-8").decode(head.subarray(0, HEAD)).trimStart();
  const extension = /\.[^./\\]+$/.exec(path)?.[0].toLowerCase() ?? "";
  const named = formats.find(({ extensions }) =>
    (extensions as readonly string[]).includes(extension),
  );
  if (named?.name === "json" && startsWithRecord(beginning)) return "jsonl";
  if (named) return named.name;
  if (isBinary(head)) {
    throw new Refusal(
      "unsupported",
      "This is no text file: articles are read from Markdown, plain text and JSON.",
    );
  }
  if (/^<(?:!doctype|html|\?xml|svg)/i.test(beginning)) {
    throw new Refusal(
      "unsupported",
      "HTML and XML are not read: articles are read from Markdown, plain text and JSON.",
    );
  }
  if (beginning.startsWith("{")) return startsWithRecord(beginning) ? "jsonl" : "json";
  if (/^\[\s*\{/.test(beginning)) return "json";
  return /^(?:# |---\n)/.test(beginning) ? "markdown" : "text";
}

/** Whether the first line is a JSON object by itself and more lines follow: JSONL by another name. */
function startsWithRecord(beginning: string): boolean {
  if (!beginning.startsWith("{")) return false;
  const [first = "", ...more] = beginning.split("\n");
  // A first line longer than what was looked at is a record: JSON laid out for reading breaks early.
  if (more.length === 0) return utf8.encode(beginning).length >= HEAD - 3;
  const line = first.trimEnd();
  return line.endsWith("}") && line.length > 2;
}

function isBinary(head: Uint8Array): boolean {
  const controls = head.filter((byte) => byte < 32 && ![9, 10, 12, 13, 27].includes(byte)).length;
  return head.includes(0) || controls * 20 > head.length;
}

/**
 * Reads the articles of one file, one after another. Whatever is wrong with the file or a part of it
 * comes as a rejection among them; what is thrown is a defect, or trouble with the stream itself.
 */
export async function* readArticles(
  file: SourceFile,
  { format, ...context }: ReadContext & { readonly format: (typeof formatNames)[number] },
): AsyncGenerator<ReadItem> {
  // A file that fails as a whole is one item: if one is done, so is the file.
  const skip = context.skip ?? 0;
  try {
    const { head, stream } = await peek(file.stream);
    if (head.length === 0) throw new Refusal("unprocessable", "The file is empty.");
    const name = format === "auto" ? detect(file.path, head) : format;
    const found = formats.find((candidate) => candidate.name === name);
    if (!found) throw new Refusal("unsupported", `There is no format "${name}".`);
    const wholeFile = name === "markdown" || name === "text";
    if (wholeFile && skip > 0) return;
    let empty = true;
    for await (const item of found.read({ path: file.path, stream }, context)) {
      empty = false;
      yield item;
    }
    if (empty) throw new Refusal("unprocessable", "There is no article in it.");
  } catch (error) {
    const rejection = rejectionOf(error, file.path);
    if (skip === 0) yield rejection;
  }
}

/** Looks at a stream's beginning without losing it. */
async function peek(
  stream: AsyncIterable<Uint8Array>,
): Promise<{ head: Uint8Array; stream: AsyncIterable<Uint8Array> }> {
  const iterator = stream[Symbol.asyncIterator]();
  const first: Uint8Array[] = [];
  let size = 0;
  while (size < HEAD) {
    const next = await iterator.next();
    if (next.done) break;
    first.push(next.value);
    size += next.value.byteLength;
  }
  async function* whole() {
    try {
      yield* first;
      for (;;) {
        const next = await iterator.next();
        if (next.done) return;
        yield next.value;
      }
    } finally {
      await iterator.return?.();
    }
  }
  return { head: joinBytes(first), stream: whole() };
}
