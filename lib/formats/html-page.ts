import { Readability } from "@mozilla/readability";
import { parseHTML } from "linkedom";
import { Tokenizer } from "parse5";
import { counted, inFigures } from "@/lib/domain/figures";
import { Refusal } from "@/lib/domain/refusal";
import { codePointLength } from "@/lib/domain/text";
import { type LooseBlock, onOneLine } from "./blocks";
import { type PageDocument, type PageElement, pageMetadata, plain } from "./html-metadata";
import { MODES, Rendered } from "./rendered";
import type { ReadPage, WebPage } from "./source-file";
import { Warnings } from "./warnings";

/** The most elements a page may have, and how deep they may lie in one another. */
const MOST_ELEMENTS = 100_000;
const MOST_DEPTH = 1_000;

/** The most attributes an element may have. */
const MOST_ATTRIBUTES = 5_000;

/** What does not say that it is an article has to be so long, in letters of the Latin script. */
const LEAST = 140;

/** The same for a page that asks not to be found, as those of errors do. */
const LEAST_UNLISTED = 500;

/** How much more a character of Chinese or Japanese says than a letter. */
const PER_IDEOGRAPH = 2.5;

/** What links are of, if they are more of a page than this, is a list. */
const MOST_LINKED = 0.5;

/** How many of the texts left out are shown, and how much of each, in UTF-16 units. */
const SHOWN = 3;
const SHOWN_OF_EACH = 90;

/**
 * The article of a web page: its main content as blocks, and what the page says of it. Nothing of the page is run or
 * fetched. Time and memory that it takes may be out of all proportion to the page: whoever calls it sees to that.
 *
 * @throws Refusal "unprocessable" if no article is found in it, or it is no page that can be read
 */
export function readPage({ html, address }: WebPage): ReadPage {
  checkMarkup(html);
  const document = documentOf(html);
  const whole = rendered(document.body?.innerHTML ?? "");
  const { title, given, ...said } = pageMetadata(document, address);
  const marked = markedArticle(document);
  const found = mainContent(document);
  const main = found !== null && holds(found, marked) ? found : (marked?.element ?? found);
  const content = main === null ? [] : rendered(main.innerHTML);
  const blocks = withoutTitle(content, title);
  const refusal = whyNoArticle(blocks, { ...said, title, links: main === null ? 0 : linked(main) });
  if (refusal !== null) throw new Refusal("unprocessable", refusal);
  const notes: ReadPage["notes"][number][] = [];
  const around = leftOut(whole, [...content, { kind: "title", text: title ?? "" }]);
  if (around !== null) notes.push({ code: "page_parts_left_out", message: around, isLoss: false });
  if (said.isPartlyClosed) {
    notes.push({
      code: "perhaps_incomplete",
      message:
        "The page says that not all of it is free to read: this may be only the beginning of the article.",
      isLoss: true,
    });
  }
  if (said.brokenJsonLd > 0) {
    notes.push({
      code: "unreadable_field",
      message: `${counted(said.brokenJsonLd, "block")} of JSON-LD in the page cannot be read, and what it says of the article is not known.`,
      isLoss: true,
    });
  }
  return { title, blocks, given: [...given], notes };
}

/**
 * Looks at the tags of a page before it is made a tree: trees of some shapes take minutes.
 *
 * @throws Refusal "unprocessable"
 */
function checkMarkup(html: string): void {
  const open: string[] = [];
  let elements = 0;
  const tokenizer = new Tokenizer(
    {},
    {
      onStartTag: ({ tagName, attrs, selfClosing }) => {
        elements += 1;
        if (elements > MOST_ELEMENTS) {
          refuse(
            `The page has more than ${inFigures(MOST_ELEMENTS)} elements, too many to be an article.`,
          );
        }
        if (attrs.length > MOST_ATTRIBUTES) {
          refuse(`An element of the page has more than ${inFigures(MOST_ATTRIBUTES)} attributes.`);
        }
        const mode = MODES.get(tagName);
        if (mode !== undefined) tokenizer.state = mode;
        else if (!selfClosing && !UNENDED.has(tagName)) open.push(tagName);
        if (open.length > MOST_DEPTH) {
          refuse(`The page nests more than ${inFigures(MOST_DEPTH)} elements deep.`);
        }
      },
      onEndTag: ({ tagName }) => {
        const at = open.lastIndexOf(tagName);
        if (at >= 0) open.length = at;
      },
      onCharacter: () => undefined,
      onWhitespaceCharacter: () => undefined,
      onNullCharacter: () => undefined,
      onComment: () => undefined,
      onDoctype: () => undefined,
      onEof: () => undefined,
      onParseError: () => undefined,
    },
  );
  tokenizer.write(html, true);
}

/** Elements without an end, or that the next of their kind ends. */
const UNENDED: ReadonlySet<string> = new Set(
  (
    "area base br col embed hr img input link meta param source track wbr html head body p li dt dd td th tr tbody " +
    "thead tfoot colgroup caption option optgroup rp rt"
  ).split(" "),
);

type ParsedDocument = PageDocument & { readonly parsed: Document };

function documentOf(html: string): ParsedDocument {
  const { document } = parseHTML(html);
  // A file may be a part of a page only, or begin with something else: then all of it is the body.
  const isWhole = document.documentElement?.tagName === "HTML" && hasBody(document);
  const whole = isWhole ? document : parseHTML(`<html><body>${html}</body></html>`).document;
  const found = whole as unknown as PageDocument; // which is the part of it that is asked for
  return {
    documentElement: found.documentElement,
    body: found.body,
    title: found.title ?? "",
    querySelectorAll: (selector) => found.querySelectorAll(selector),
    parsed: whole,
  };
}

/** What may stand in a head; the first of anything else begins the body, if no tag has said so. */
const IN_HEAD: ReadonlySet<string> = new Set(
  "TITLE META LINK SCRIPT STYLE BASE NOSCRIPT TEMPLATE #comment".split(" "),
);

/** Whether there is a body with something in it; one whose tags are left out, as they may be, is made. */
function hasBody(document: Document): boolean {
  const root = document.documentElement;
  const children = [...root.childNodes];
  if (!children.some(({ nodeName }) => nodeName === "BODY")) {
    const body = document.createElement("body");
    const inHead = children.flatMap((child) =>
      child.nodeName === "HEAD" ? [...child.childNodes] : [],
    );
    const end = inHead.findIndex(
      (node) => !IN_HEAD.has(node.nodeName) && (node.textContent ?? "").trim() !== "",
    );
    for (const node of end < 0 ? [] : inHead.slice(end)) body.appendChild(node);
    for (const child of children) if (child.nodeName !== "HEAD") body.appendChild(child);
    root.appendChild(body);
  }
  return (document.body?.textContent ?? "").trim() !== "";
}

/** What a browser would show of a part of a page. */
function rendered(html: string): LooseBlock[] {
  const text = new Rendered(new Warnings());
  text.html(html);
  return text.end().map(({ kind, level, text }) => ({ kind, level, text }));
}

/** The element that the article is in. What is in the document may be anywhere else afterwards. */
function mainContent({ parsed }: ParsedDocument): PageElement | null {
  const reader = new Readability<PageElement>(parsed, {
    // What would be asked of JSON-LD and `meta` is read by ourselves.
    disableJSONLD: true,
    serializer: (node) => node as unknown as PageElement,
  });
  const content = reader.parse()?.content ?? null;
  if (content !== null) removeAll(content, WORDLESS);
  return content;
}

/** Pictures have no words of their own; what is written below one is its caption, and stays. */
const WORDLESS = "img, picture, svg, video, audio, template, noscript, button";

/** What stands within an article on its page, and is not of it. */
const AROUND = "script, style, nav, aside, footer, form, iframe, input, select, textarea";

/** What a page marks as its article, with its paragraphs. */
type Marked = { readonly element: PageElement; readonly paragraphs: readonly string[] };

/** Paragraphs shorter than this tell nothing, in UTF-16 units. */
const LONG = 60;

/** The one element that a page marks as the text of its article; null if it marks none, or several. */
function markedArticle(document: ParsedDocument): Marked | null {
  for (const selector of ["[itemprop~=articleBody]", "article"]) {
    const [only, another] = [...document.querySelectorAll(selector)];
    if (only === undefined || another !== undefined) continue;
    // A copy: what looks for the main content takes the document apart.
    const copy = documentOf(`<html><body>${only.innerHTML}</body></html>`).body;
    if (copy === null) return null;
    removeAll(copy, `${WORDLESS}, ${AROUND}`);
    const paragraphs = rendered(copy.innerHTML).map(({ text }) => plain(text));
    return { element: copy, paragraphs: paragraphs.filter((text) => text.length >= LONG) };
  }
  return null;
}

/** Whether what was found is what the page marks: a short article may look like less than what begs for money below it. */
function holds(found: PageElement, marked: Marked | null): boolean {
  if (marked === null) return true;
  const text = plain(found.textContent ?? "");
  const held = marked.paragraphs.filter((paragraph) => text.includes(paragraph));
  return held.length * 2 >= marked.paragraphs.length;
}

function removeAll(from: PageElement, selector: string): void {
  for (const element of [...from.querySelectorAll(selector)]) element.remove();
}

/** Blocks without a first one, or a second behind a short first, that says the title again. */
function withoutTitle(blocks: readonly LooseBlock[], title: string | null): LooseBlock[] {
  if (title === null) return [...blocks];
  const at = blocks
    .slice(0, 2)
    .findIndex(({ kind, text }) => kind !== "list_item" && plain(text) === plain(title));
  return blocks.filter((_, index) => index !== at);
}

function whyNoArticle(
  blocks: readonly LooseBlock[],
  page: {
    readonly title: string | null;
    readonly isArticle: boolean;
    readonly isUnlisted: boolean;
    readonly links: number;
  },
): string | null {
  const text = blocks.map((block) => block.text).join("\n");
  const AS_TEXT = "If it is one, save its words as plain text and import that.";
  if (!/[\p{L}\p{N}]/u.test(text)) {
    return "No article was found on the page: there is no running text in it. It may be put there by scripts, which are not run.";
  }
  if (page.isArticle) return null;
  const weight = weightOf(text);
  const isError = page.isUnlisted || /\b404\b|\bnot found\b/i.test(page.title ?? "");
  if (weight < (isError ? LEAST_UNLISTED : LEAST)) {
    return `No article was found on the page: it does not say that it is one, and has only ${counted(codePointLength(text), "character")} of running text. ${AS_TEXT}`;
  }
  if (page.links > weight * MOST_LINKED) {
    return `No article was found on the page: most of it is links to others. ${AS_TEXT}`;
  }
  return null;
}

/** How much of running text is in links, weighed as {@link weightOf} does. */
function linked(main: PageElement): number {
  let sum = 0;
  for (const link of main.querySelectorAll("a")) sum += weightOf(onOneLine(link.textContent ?? ""));
  return sum;
}

function weightOf(text: string): number {
  const ideographs =
    text.match(/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/gu)?.length ?? 0;
  return codePointLength(text) + ideographs * (PER_IDEOGRAPH - 1);
}

/** What of a page's text is not in the article, in a sentence; null if nothing is missing. */
function leftOut(whole: readonly LooseBlock[], kept: readonly LooseBlock[]): string | null {
  const same = (text: string) => onOneLine(text).replace(/\s+/g, " ");
  const blocks = new Set(kept.map(({ text }) => same(text)));
  const all = [...blocks].join("\n");
  const dropped = whole
    .map(({ text }) => same(text))
    // Readers of pages cut paragraphs otherwise than a browser: long ones may lie within another.
    .filter((text) => !blocks.has(text) && !(text.length >= 20 && all.includes(text)));
  if (dropped.length === 0) return null;
  const characters = dropped.reduce((sum, text) => sum + codePointLength(text), 0);
  const longest = [...new Set(dropped)].sort((one, other) => other.length - one.length);
  const shown = new Set(longest.slice(0, SHOWN));
  const sample = [...new Set(dropped.filter((text) => shown.has(text)))].map(quoted).join(", ");
  return `What stands around the article on the page was left out: ${counted(characters, "character")} in ${counted(dropped.length, "passage")}, the longest of them ${sample}.`;
}

const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]/;

function quoted(text: string): string {
  const cut = [...text].slice(0, SHOWN_OF_EACH).join("");
  const shownText = `${cut}${cut.length < text.length ? "…" : ""}`;
  // What runs the other way must not turn the sentence around it.
  return `“${RIGHT_TO_LEFT.test(cut) ? `\u2068${shownText}\u2069` : shownText}”`;
}

function refuse(message: string): never {
  throw new Refusal("unprocessable", message);
}
