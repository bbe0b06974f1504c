import { directionOf } from "@/lib/domain/direction";
import { isWebAddress } from "@/lib/domain/link";
import type { ArticleRecord } from "@/lib/domain/record";
import { ArticleText, codePointLength, type Range, shownBlocks } from "@/lib/domain/text";
import type { Row } from "./columns";
import { type DatasetAbout, stemOf, type WrittenFile } from "./writing";

// Articles as pages for paper: a document of HTML each that needs nothing else, runs nothing and fetches nothing.

type Span = ArticleRecord["spans"][number];

/** Text as HTML shows it, in elements and in attributes. */
const escaped = (text: string) => text.replaceAll(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

/** Lines that can be told apart without colour, nine of them; further labels look alike, and are told by their letter. */
const LINES = [
  "2px solid",
  "2px dashed",
  "3px double",
  "2px dotted",
  "4px solid",
  "1px solid",
  "4px dotted",
  "1px dashed",
  "4px dashed",
];

const STYLE = `
:root { color-scheme: light dark; }
body { max-width: 44rem; margin: 2rem auto; padding: 0 1rem; font: 1rem/1.9 Georgia, "Noto Serif", serif; overflow-wrap: anywhere; }
h1, h2, h3, h4, h5, h6 { line-height: 1.3; break-after: avoid; }
.text p, .text li, .text blockquote, .text h1, .text h2, .text h3, .text h4, .text h5, .text h6 { white-space: pre-wrap; }
blockquote { margin-inline: 1.5rem; padding-inline-start: 1rem; border-inline-start: 2px solid; }
.m { border-bottom-color: currentColor; padding-bottom: calc(var(--lane, 0) * 5px); -webkit-box-decoration-break: clone; box-decoration-break: clone; }
.n { font: 600 0.65em/1 system-ui, sans-serif; vertical-align: super; unicode-bidi: isolate; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0 1rem; font-size: 0.875rem; line-height: 1.5; }
dt { font-weight: 600; } dd { margin: 0; }
table { width: 100%; border-collapse: collapse; font-size: 0.875rem; line-height: 1.4; }
th, td { text-align: start; vertical-align: top; padding: 0.3rem 0.5rem; border-bottom: 1px solid; overflow-wrap: break-word; }
tr { break-inside: avoid; }
.legend { padding: 0; list-style: none; display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; font-size: 0.875rem; }
@media print { :root { color-scheme: light; } body { max-width: none; margin: 0; } a { color: inherit; text-decoration: none; } section + section { break-before: page; } }
`;

function documentOf(
  { title, language, direction }: { title: string; language: string | null; direction: string },
  body: string,
): string {
  const lang = language === null ? "" : ` lang="${escaped(language)}"`;
  return `<!doctype html>
<html${lang} dir="${direction}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<style>${STYLE}</style>
</head>
<body>
${body}
</body>
</html>
`;
}

/** A page for an article, with its text once for each annotator. */
export function writePrinted(
  record: ArticleRecord,
  _lost: unknown,
  about: DatasetAbout,
): readonly WrittenFile[] {
  return [{ path: `${stemOf(record)}.html`, text: printedPage(record, about) }];
}

/** The same as one document. */
export function printedPage(record: ArticleRecord, { scheme }: DatasetAbout): string {
  const text = new ArticleText(record.text);
  const names = [...new Set(record.sets.map(({ annotator }) => annotator))];
  const labels = [...new Set([...scheme.labels.map(({ name }) => name), ...labelsIn(record)])];
  const isThere = record.blocks.some(({ kind }) => kind === "title");
  const sections = (names.length > 0 ? names : [null]).map((annotator) =>
    sectionOf({ record, text, labels, annotator, isTitled: isThere }),
  );
  const page = { ...record, direction: directionOf(record.text) };
  const body = `${metadataOf(record)}\n${sections.join("\n")}`;
  return documentOf(page, body);
}

const labelsIn = ({ spans }: ArticleRecord) => spans.map(({ label }) => label);

/** Stands where the lines of all articles come. */
const ENTRIES = "\0";

const [beforeEntries = "", afterEntries = ""] = documentOf(
  { title: "Articles", language: "en", direction: "ltr" },
  `<h1>Articles</h1>\n<ol>\n${ENTRIES}</ol>`,
).split(ENTRIES);

/** The list of all articles, put together of a line for each. */
export const printedIndex = {
  path: "index.html",
  before: beforeEntries,
  entry: (record: ArticleRecord): string => {
    const { title, publisher, published_at, language } = record;
    const about = [publisher, published_at?.slice(0, 10)].filter((one) => one != null).join(", ");
    const lang = language === null ? "" : ` lang="${escaped(language)}"`;
    const link = `<a href="${stemOf(record)}.html"${lang}><bdi>${escaped(title)}</bdi></a>`;
    return `<li>${link}${about === "" ? "" : ` <bdi>${escaped(about)}</bdi>`}</li>\n`;
  },
  after: afterEntries,
};

function metadataOf(record: ArticleRecord): string {
  const { title, publisher, author, url, published_at, language, source_id, version } = record;
  const known: [string, string | null][] = [
    ["Title", title],
    ["Publisher", publisher],
    ["Author", author],
    ["Published", published_at],
    ["Language", language],
    ["Source", source_id],
    ["Version", version === 1 ? null : String(version)],
    ...Object.entries(record.meta).map(([name, value]): [string, string] => [name, inWords(value)]),
  ];
  const rows = known.flatMap(([name, value]) =>
    value === null ? [] : [row(name, escaped(value))],
  );
  if (url !== null) {
    const shown = escaped(url);
    rows.push(
      row(
        "Address",
        isWebAddress(url) ? `<a href="${shown}" rel="noreferrer">${shown}</a>` : shown,
      ),
    );
  }
  return `<header lang="en" dir="ltr"><dl>\n${rows.join("\n")}\n</dl></header>`;
}

const row = (name: string, value: string) =>
  `<dt><bdi>${escaped(name)}</bdi></dt><dd><bdi>${value}</bdi></dd>`;

const inWords = (value: unknown): string =>
  typeof value === "string"
    ? value
    : Array.isArray(value) && value.every((one) => typeof one === "string")
      ? value.join(", ")
      : JSON.stringify(value);

type Section = {
  readonly record: ArticleRecord;
  readonly text: ArticleText;
  /** In the order of the scheme. */
  readonly labels: readonly string[];
  /** Null for an article that nobody annotated. */
  readonly annotator: string | null;
  /** Whether the title is in the text. */
  readonly isTitled: boolean;
};

/** The text with what one annotator marked, and all that they said of it. */
function sectionOf({ record, text, labels, annotator, isTitled }: Section): string {
  const spans = record.spans.filter((span) => span.annotator === annotator);
  const numbers = new Map(spans.map((span, index) => [span.id, index + 1]));
  const styleOf = (label: string) => LINES[labels.indexOf(label) % LINES.length] ?? LINES[0] ?? "";
  const used = labels.filter((label) => spans.some((span) => span.label === label));
  const legend = used.map(
    (label) =>
      `<li><span class="m" style="border-bottom: ${styleOf(label)}"><bdi>${escaped(label)}</bdi></span></li>`,
  );
  const marks = marksOf(spans, (span) => ({
    number: numbers.get(span.id) ?? 0,
    style: styleOf(span.label),
  }));
  const title = isTitled ? "" : `<h1>${escaped(record.title)}</h1>\n`;
  return `<section>
${annotator === null ? "" : `<p lang="en" dir="ltr">Annotated by <b>${escaped(annotator)}</b></p>`}
${legend.length === 0 ? "" : `<ul class="legend" dir="ltr" aria-label="Labels">${legend.join("")}</ul>`}
<article class="text">
${title}${textWith(record, text, marks)}
</article>
<div lang="en" dir="ltr">
${saidIn(record, annotator)}
${tableOf(
  "Marked",
  ["", "Label", "Words", "Attributes"],
  spans.map((span) => [
    String(numbers.get(span.id)),
    span.label,
    span.text,
    attributesIn(span.attributes),
  ]),
)}
${tableOf(
  "Relations",
  ["From", "", "To", "Attributes"],
  record.relations
    .filter((relation) => relation.annotator === annotator)
    .map((relation) => [
      endIn(spans, numbers, relation.from),
      relation.type,
      endIn(spans, numbers, relation.to),
      attributesIn(relation.attributes),
    ]),
)}
</div>
</section>`;
}

function endIn(spans: readonly Span[], numbers: ReadonlyMap<string, number>, id: string): string {
  const span = spans.find((one) => one.id === id);
  return span ? `${numbers.get(id)} ${span.label}: ${span.text}` : id;
}

const attributesIn = (attributes: Row) =>
  Object.entries(attributes)
    .map(([name, value]) => `${name}: ${inWords(value)}`)
    .join("; ");

/** What somebody wrote of the article as a whole. */
function saidIn({ sets }: ArticleRecord, annotator: string | null): string {
  const said = sets
    .filter((set) => set.annotator === annotator)
    .flatMap(({ note, attributes }) => [
      ...(note === "" ? [] : [row("Note", escaped(note))]),
      ...Object.entries(attributes).map(([name, value]) => row(name, escaped(inWords(value)))),
    ]);
  return said.length === 0 ? "" : `<dl>${said.join("")}</dl>`;
}

function tableOf(
  name: string,
  head: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  if (rows.length === 0) return "";
  const cells = (tag: string, all: readonly string[]) =>
    all.map((cell) => `<${tag}><bdi>${escaped(cell)}</bdi></${tag}>`).join("");
  const body = rows.map((one) => `<tr>${cells("td", one)}</tr>`).join("\n");
  return `<h2>${name}</h2>\n<table><thead><tr>${cells("th", head)}</tr></thead><tbody>\n${body}\n</tbody></table>`;
}

/** A piece of a span as it is drawn. */
type Mark = Range & {
  readonly number: number;
  readonly style: string;
  /** How far below the text its line runs, from 0 on: marks that overlap have different ones. */
  readonly lane: number;
};

function marksOf(
  spans: readonly Span[],
  look: (span: Span) => Pick<Mark, "number" | "style">,
): Mark[] {
  const pieces = spans
    .flatMap((span) => span.fragments.map((piece) => ({ ...piece, ...look(span) })))
    .toSorted((a, b) => a.start - b.start || b.end - a.end);
  /** Where each lane is free again. */
  const free: number[] = [];
  return pieces.map((piece) => {
    const found = free.findIndex((end) => end <= piece.start);
    const lane = found < 0 ? free.length : found;
    free[lane] = piece.end;
    return { ...piece, lane };
  });
}

/** The text in its blocks, and what lies between them, with marks drawn on it. */
function textWith(record: ArticleRecord, text: ArticleText, marks: readonly Mark[]): string {
  const parts: string[] = [];
  let at = 0;
  const beside = (end: number) => {
    const words = text.slice({ start: at, end: Math.max(at, end) });
    if (words.trim() === "") return;
    const start = at + codePointLength(words) - codePointLength(words.trimStart());
    const range = { start, end: start + codePointLength(words.trim()) };
    parts.push(`<p>${drawn(text, range, marks)}</p>`);
  };
  for (const block of shownBlocks(text, record.blocks)) {
    beside(block.start);
    const inner = drawn(text, block, marks);
    switch (block.kind) {
      case "title":
        parts.push(`<h1>${inner}</h1>`);
        break;
      case "heading": {
        const level = Math.min(6, (block.level ?? 1) + 1);
        parts.push(`<h${level}>${inner}</h${level}>`);
        break;
      }
      case "list_item":
        parts.push(`<ul><li>${inner}</li></ul>`);
        break;
      case "quote":
        parts.push(`<blockquote>${inner}</blockquote>`);
        break;
      case "paragraph":
        parts.push(`<p>${inner}</p>`);
        break;
    }
    at = block.end;
  }
  beside(text.length);
  return parts.join("\n");
}

/** A range of the text, in which every mark has its number where it begins and ends, and its line in between. */
function drawn(text: ArticleText, { start, end }: Range, all: readonly Mark[]): string {
  const marks = all.filter((mark) => mark.start < end && start < mark.end);
  const edges = new Set([start, end]);
  for (const mark of marks) {
    for (const edge of [mark.start, mark.end]) if (edge > start && edge < end) edges.add(edge);
  }
  const stops = [...edges].toSorted((a, b) => a - b);
  const sign = (words: string) => `<span class="n">${words}</span>`;
  return stops
    .slice(0, -1)
    .map((from, index) => {
      const to = stops[index + 1] ?? end;
      const within = marks
        .filter((mark) => mark.start <= from && to <= mark.end)
        .toSorted((a, b) => b.lane - a.lane);
      const words = within.reduceRight(
        (inner, { style, lane }) =>
          `<span class="m" style="border-bottom: ${style}; --lane: ${lane}">${inner}</span>`,
        escaped(text.slice({ start: from, end: to })),
      );
      const opening = marks.filter((mark) => mark.start === from);
      const closing = marks.filter((mark) => mark.end === to).toReversed();
      const before = opening.map(({ number }) => sign(`[${number}`)).join("");
      const behind = closing.map(({ number }) => sign(`${number}]`)).join("");
      return `${before}${words}${behind}`;
    })
    .join("");
}
