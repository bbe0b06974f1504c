import { withArticle } from "@/lib/domain/grammar";
import type { ArticleRecord } from "@/lib/domain/record";
import { Refusal } from "@/lib/domain/refusal";
import { joinBytes } from "./bytes";
import { readJson, readJsonl, writeJsonl } from "./jsonl";
import { readMarkdown } from "./markdown";
import { type ReadContext, type ReadItem, rejectionOf, type SourceFile } from "./source-file";
import { readText } from "./text";
import { extensionOf, unreadByContent, unreadByName } from "./unread";

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

/** How much of a file is looked at to guess its format, in bytes. */
const HEAD = 4096;

/** A file's name says that it is one of these. */
export function formatByName(path: string): FormatName | null {
  const extension = extensionOf(path);
  const named = formats.find(({ extensions }) =>
    (extensions as readonly string[]).includes(extension),
  );
  return named?.name ?? null;
}

/**
 * The format of a file by its name, else by how it begins. A name of another ending is taken at its word:
 * what follows is no article, however much it looks like text.
 *
 * @param head its first bytes
 * @throws Refusal "unsupported", with the format's name, if it is none that is read
 */
export function detect(path: string, head: Uint8Array): FormatName {
  const named = formatByName(path);
  const beginning = new TextDecoder("utf-8").decode(head.subarray(0, HEAD)).trimStart();
  // Records under the name of a text: as an article they would be raw JSON.
  if (named === "text" && RECORD.test(beginning)) return "json";
  if (named === "markdown" && RECORDS.test(beginning)) return "json";
  if (named !== null && named !== "text") return named;
  const unread = unreadByName(path);
  if (unread) throw unsupported(unread.title);
  const extension = extensionOf(path);
  if (named === null && extension !== "") throw unsupported(withArticle(`${extension} file`));
  const given = unreadByContent(head.subarray(0, HEAD));
  if (given !== null) throw unsupported(given.title, given.isText ? AS_TEXT : "");
  if (named !== null) return named;
  if (/^(?:\{|\[\s*[{[])/.test(beginning)) return "json";
  return /^(?:# |---\n|\+\+\+\n)/.test(beginning) ? "markdown" : "text";
}

/** An object with a key, by itself or in a list: no sentence begins so. */
const RECORD = /^(?:\[\s*)?\{\s*"(?:[^"\\]|\\.)*"\s*:/;

/** Two of them, or a list of them: one by itself may be front matter. */
const RECORDS = /^(?:\[\s*\{\s*"(?:[^"\\]|\\.)*"\s*:|\{\s*"[^\n]*\}\s*\n\s*\{\s*")/;

const AS_TEXT = "If it is an article as it stands, import it as plain text.";

function unsupported(what: string, hint = ""): Refusal {
  const message = `This is ${what}, which is not read. Articles are read from ${readable()}. ${hint}`;
  return new Refusal("unsupported", message.trim());
}

function readable(): string {
  const titles = ["Markdown", "plain text", "JSON"];
  return `${titles.slice(0, -1).join(", ")} and ${titles.at(-1)}`;
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
  const { iterator, peek, whole } = peekable(file.stream);
  try {
    const head = await peek();
    if (head.length === 0) throw new Refusal("unprocessable", "The file is empty.");
    const name = format === "auto" ? detect(file.path, head) : format;
    const found = formats.find((candidate) => candidate.name === name);
    if (!found) throw new Refusal("unsupported", `There is no format "${name}".`);
    const wholeFile = name === "markdown" || name === "text";
    if (wholeFile && skip > 0) return;
    let empty = true;
    for await (const item of found.read({ path: file.path, stream: whole() }, context)) {
      empty = false;
      yield item;
    }
    if (empty) throw new Refusal("unprocessable", "There is no article in it.");
  } catch (error) {
    const rejection = rejectionOf(error, file.path);
    if (skip === 0) yield rejection;
  } finally {
    // However it ended, the file behind the stream is let go.
    await iterator.return?.();
  }
}

/** Looks at a stream's beginning without losing it. Whoever asks for it ends the iterator. */
function peekable(stream: AsyncIterable<Uint8Array>) {
  const iterator = stream[Symbol.asyncIterator]();
  const first: Uint8Array[] = [];
  async function peek(): Promise<Uint8Array> {
    let size = 0;
    while (size < HEAD) {
      const next = await iterator.next();
      if (next.done) break;
      first.push(next.value);
      size += next.value.byteLength;
    }
    return joinBytes(first);
  }
  async function* whole(): AsyncGenerator<Uint8Array> {
    yield* first;
    for (;;) {
      const next = await iterator.next();
      if (next.done) return;
      yield next.value;
    }
  }
  return { iterator, peek, whole };
}
