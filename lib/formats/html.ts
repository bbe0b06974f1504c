import { MAX_ARTICLE_BYTES, titleFrom } from "@/lib/domain/article";
import { Refusal } from "@/lib/domain/refusal";
import { decodeUtf8 } from "@/lib/domain/text";
import { checkText, joinBlocks, type LooseBlock } from "./blocks";
import { readAll } from "./bytes";
import { readMetadata } from "./metadata";
import { plainArticle, type ReadContext, type ReadItem, type SourceFile } from "./source-file";
import { Warnings } from "./warnings";

/** Whether a file begins as a whole page does; a part of one may as well be a text with tags in it. */
export function isHtml(beginning: string): boolean {
  return /^\ufeff?\s*(?:<\?xml[^>]*>\s*)?(?:<!--[\s\S]*?-->\s*)*<(?:!doctype\s+html|html)[\s>]/i.test(
    beginning,
  );
}

/** Reads the article of one web page, its title first. */
export async function* readHtml(file: SourceFile, context: ReadContext): AsyncGenerator<ReadItem> {
  const bytes = await readAll(file.stream, MAX_ARTICLE_BYTES);
  const warnings = new Warnings(context);
  const charset = file.isRecoded ? "utf-8" : (file.origin?.charset ?? null);
  const html = decoded(bytes, charset, warnings).replace(/\r\n?/g, "\n");
  const page = await context.readPage({ html, address: file.origin?.address ?? null });
  for (const { code, message, isLoss } of page.notes) {
    if (isLoss) warnings.add(code, message);
    else warnings.tell(code, message);
  }
  const said = new Map(page.given);
  if (page.title !== null) said.set("title", page.title);
  const given = readMetadata(said, { dialect: "page", warnings });
  const title: LooseBlock[] = given.title === null ? [] : [{ kind: "title", text: given.title }];
  const { text, blocks } = joinBlocks([...title, ...page.blocks]);
  checkText(text, blocks);
  const own = titleFrom(text, given.title);
  yield plainArticle(file, { ...given, title: own, text, blocks, annotations: [] }, warnings);
}

/** How much of a page is looked at for what it says that its encoding is, in bytes. */
const HEAD = 4096;

/**
 * The text of a page, in the encoding that it says it has: by its mark, by its site, by itself; else UTF-8. Nothing is
 * guessed from the bytes.
 *
 * @throws Refusal "unprocessable" with `line` and `byte` of the first byte that is none of that encoding
 */
function decoded(bytes: Uint8Array, bySite: string | null, warnings: Warnings): string {
  const label = markOf(bytes) ?? (isKnown(bySite) ? bySite : null) ?? saidIn(bytes);
  if (label === null) return decodeUtf8(bytes);
  let decoder: TextDecoder;
  try {
    decoder = new TextDecoder(label, { fatal: true });
  } catch {
    const shown = JSON.stringify(label.slice(0, 40));
    throw new Refusal(
      "unprocessable",
      `The page says that it is in ${shown}, which is no encoding that is read. Save it as UTF-8.`,
    );
  }
  const { encoding } = decoder;
  if (encoding === "utf-8") return decodeUtf8(bytes);
  let text: string;
  try {
    text = decoder.decode(bytes);
  } catch {
    const byte = firstBad(bytes, encoding);
    const line = 1 + bytes.subarray(0, byte).filter((before) => before === 0x0a).length;
    const value = (bytes[byte] ?? 0).toString(16).padStart(2, "0");
    throw new Refusal(
      "unprocessable",
      `The page says that it is in ${encoding}, and is not: byte 0x${value} at line ${line}, byte ${byte}.`,
      { line, byte },
    );
  }
  const nul = text.indexOf("\0");
  if (nul >= 0) {
    const line = text.slice(0, nul).split("\n").length;
    throw new Refusal("unprocessable", `A NUL character cannot be stored: line ${line}.`, { line });
  }
  warnings.tell("other_encoding", `The page says that it is in ${encoding}, and was read in that.`);
  return text;
}

/** A site may say anything for all of its pages, and browsers pass over what they do not know. */
function isKnown(label: string | null): boolean {
  try {
    return label !== null && new TextDecoder(label) !== null;
  } catch {
    return false;
  }
}

function markOf([first, second]: Uint8Array): string | null {
  if (first === 0xff && second === 0xfe) return "utf-16le";
  if (first === 0xfe && second === 0xff) return "utf-16be";
  return first === 0xef && second === 0xbb ? "utf-8" : null;
}

/** What a page says of its encoding, in `meta` elements or as XML; null if it says nothing. */
function saidIn(bytes: Uint8Array): string | null {
  const head = new TextDecoder("latin1")
    .decode(bytes.subarray(0, HEAD))
    .replace(/<!--[\s\S]*?(?:-->|$)/g, "");
  const xml = /^\s*<\?xml[^>]*\bencoding\s*=\s*["']([^"'>]+)["']/i.exec(head)?.[1];
  if (xml !== undefined) return asInHtml(xml);
  for (const [meta] of head.matchAll(/<meta\b[^>]*>/gi)) {
    const own = /\bcharset\s*=\s*["']?\s*([^\s"'/>;]+)/i.exec(meta)?.[1];
    const isMeant =
      /\bhttp-equiv\s*=\s*["']?content-type\b/i.test(meta) || !/\bcontent\s*=/i.test(meta);
    if (own !== undefined && isMeant) return asInHtml(own);
  }
  return null;
}

/** A page that can say so in letters of one byte is not in UTF-16, whatever it says (HTML, 13.2.3.2). */
const asInHtml = (label: string) => (/^utf-?16/i.test(label.trim()) ? "utf-8" : label.trim());

/** Where the first bytes are that a decoder refuses, 0-based; they are not all of the encoding. */
function firstBad(bytes: Uint8Array, encoding: string): number {
  const isWhole = (length: number) => {
    try {
      new TextDecoder(encoding, { fatal: true }).decode(bytes.subarray(0, length), {
        stream: true,
      });
      return true;
    } catch {
      return false;
    }
  };
  let good = 0;
  let bad = bytes.length + 1;
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2);
    if (isWhole(middle)) good = middle;
    else bad = middle;
  }
  return Math.min(good, bytes.length - 1);
}
