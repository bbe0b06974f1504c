import { MAX_ARTICLE_BYTES } from "@/lib/domain/article";
import { Refusal } from "@/lib/domain/refusal";
import { readAll } from "./bytes";
import { articleFrom, type ForeignArticle } from "./foreign";
import { MAX_LINE } from "./jsonl";
import { type ReadContext, type ReadItem, rejectionOf, type SourceFile } from "./source-file";
import { type TeiElement, TeiHeader } from "./tei-header";
import { TeiMarks } from "./tei-marks";
import { TeiText } from "./tei-text";
import { Warnings } from "./warnings";
import { decodeXml, readXml } from "./xml";

/** The namespace of TEI P5. */
const TEI = "http://www.tei-c.org/ns/1.0";

/** Whether a file begins as a document of TEI, or a corpus of them. */
export function isTei(beginning: string): boolean {
  let rest = beginning;
  for (;;) {
    const [before] =
      /^(?:\s+|<\?[^>]*>|<!--[\s\S]*?-->|<![A-Z][^>[]*(?:\[[^\]]*\]\s*)?>)/.exec(rest) ?? [];
    if (before === undefined) break;
    rest = rest.slice(before.length);
  }
  return /^<(?:[\w.-]+:)?(?:TEI|teiCorpus)[\s>]/.test(rest);
}

/** Reads the articles of a TEI file: a document, or the documents of a corpus. */
export async function* readTei(file: SourceFile, context: ReadContext): AsyncGenerator<ReadItem> {
  const source = decodeXml(await readAll(file.stream, MAX_LINE));
  let skip = context.skip ?? 0;
  const documents = documentsIn(source);
  const wholeFile = documents.length === 1;
  for (const document of documents) {
    if (skip-- > 0) continue;
    try {
      const warnings = new Warnings(context);
      const read = articleFrom(articleOf(document, warnings), context, warnings);
      yield { ...read, path: file.path, line: null, wholeFile };
    } catch (error) {
      yield rejectionOf(error, file.path);
    }
  }
}

type Document = {
  readonly header: TeiHeader;
  readonly text: TeiText;
  readonly marks: TeiMarks;
};

/** @throws Refusal "unprocessable" if it is no XML, or no TEI; "too_large" */
function documentsIn(source: string): readonly Document[] {
  const documents: Document[] = [];
  /** Those that are open, the outermost first. */
  const open: TeiElement[] = [];
  let current: Document | null = null;
  readXml(source, {
    open: ({ uri, local, attributes }) => {
      const isOwn = uri === TEI || uri === "";
      const element: TeiElement = {
        name: isOwn ? local : `{${uri}}${local}`,
        attributes: new Map(
          Object.values(attributes).map(({ name, value }) => [name, value] as const),
        ),
        parent: open.at(-1) ?? null,
      };
      open.push(element);
      if (element.name === "TEI" && current === null) {
        current = { header: new TeiHeader(), text: new TeiText(), marks: new TeiMarks() };
      }
      if (current === null) return;
      current.header.open(element);
      current.text.open(element);
      current.marks.open(element);
    },
    text: (text) => {
      const element = open.at(-1);
      if (current === null || !element) return;
      current.header.text(element, text);
      current.text.text(text);
      current.marks.text(text);
      if (current.text.length > MAX_ARTICLE_BYTES) {
        throw new Refusal("too_large", "The text of an article may have 8 MiB.");
      }
    },
    close: () => {
      const element = open.pop();
      if (current === null || !element) return;
      current.header.close(element);
      current.text.close(element);
      current.marks.close(element);
      if (element.name === "TEI" && !open.some(({ name }) => name === "TEI")) {
        documents.push(current);
        current = null;
      }
    },
  });
  if (documents.length === 0) {
    throw new Refusal("unprocessable", "This is XML, but there is no TEI document in it.");
  }
  return documents;
}

function articleOf({ header, text, marks }: Document, warnings: Warnings): ForeignArticle {
  const { metadata, notes, people, annotators: named } = header.read(warnings);
  const laidOut = text.laidOut(metadata.get("title"));
  const { spans, relations, sets } = marks.read(laidOut, people, warnings);
  const annotators = [...new Set([...named, ...notes.keys(), ...sets.keys()])];
  return {
    text: laidOut.text,
    unit: "code_point",
    metadata,
    blocks: laidOut.blocks,
    annotators: annotators.map((annotator) => ({
      annotator,
      note: notes.get(annotator) ?? null,
      attributes: sets.get(annotator) ?? {},
    })),
    spans,
    relations,
  };
}
