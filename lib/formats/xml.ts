import { SaxesParser, type SaxesTagNS } from "saxes";
import { Refusal } from "@/lib/domain/refusal";
import { decodeUtf8, textOrBadByte } from "@/lib/domain/text";

/** What is told of an XML file, in its order. */
export type XmlEvents = {
  readonly open: (tag: SaxesTagNS) => void;
  readonly text?: (text: string) => void;
  readonly close?: (tag: SaxesTagNS) => void;
};

/**
 * The text of a file of XML: what is no UTF-8 is read as the file says itself.
 *
 * @throws Refusal "unprocessable"
 */
export function decodeXml(bytes: Uint8Array): string {
  const text = textOrBadByte(bytes);
  if (typeof text === "string") return text;
  const beginning = new TextDecoder("windows-1252").decode(bytes.subarray(0, 200));
  const [, label] = /^<\?xml[^>]*\sencoding=["']([\w.:-]+)["']/.exec(beginning) ?? [];
  if (label === undefined || /^utf-?8$/i.test(label)) return decodeUtf8(bytes);
  try {
    return new TextDecoder(label, { fatal: true }).decode(bytes);
  } catch {
    throw new Refusal("unprocessable", `The file says to be ${label}, and is not.`);
  }
}

/** How deep elements may nest. */
const DEEPEST = 1000;

/**
 * Reads XML with its namespaces. Entities of its own are not known, so none can grow.
 *
 * @throws Refusal "unprocessable" with line and column if it is none
 */
export function readXml(source: string, events: XmlEvents): void {
  const reader = xmlReader(events);
  reader.write(source);
  reader.end();
}

/** The same, piece by piece. */
export function xmlReader({ open, text, close }: XmlEvents): {
  readonly write: (piece: string) => void;
  readonly end: () => void;
} {
  const parser = new SaxesParser({ xmlns: true });
  let depth = 0;
  const refuse = (what: string): never => {
    const { line, column } = parser;
    throw new Refusal("unprocessable", `This is no XML as it should be: ${what}.`, {
      line,
      column: column + 1,
    });
  };
  parser.on("error", ({ message }) => refuse(message.replace(/^\d+:\d+: /, "").replace(/\.$/, "")));
  parser.on("opentag", (tag) => {
    depth += 1;
    if (depth > DEEPEST) refuse(`elements nest more than ${DEEPEST} deep`);
    open(tag);
  });
  parser.on("closetag", (tag) => {
    depth -= 1;
    close?.(tag);
  });
  if (text) {
    parser.on("text", text);
    parser.on("cdata", text);
  }
  return {
    write: (piece) => {
      parser.write(piece);
    },
    end: () => {
      parser.close();
    },
  };
}

/** A text as it stands in XML, in an attribute too; what XML cannot say becomes U+FFFD, one for one. */
export function xmlText(text: string): string {
  return text.replaceAll(NOT_IN_XML, "\ufffd").replaceAll(/[&<>"\t\n\r\u0085\u2028]/g, (one) => {
    switch (one) {
      case "&":
        return "&amp;";
      case "<":
        return "&lt;";
      case ">":
        return "&gt;";
      case '"':
        return "&quot;";
      default:
        return `&#${one.charCodeAt(0)};`;
    }
  });
}

/** How many characters of a text XML cannot say. */
export function unsaidInXml(text: string): number {
  return text.match(NOT_IN_XML)?.length ?? 0;
}

const NOT_IN_XML = /(?![\t\n\r\u0080-\u009f])[\p{Cc}\ufffe\uffff]/gu;
