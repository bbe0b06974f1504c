import { stringify } from "csv-stringify/sync";
import { directionOf } from "@/lib/domain/direction";
import type { Outcome } from "@/lib/domain/schemas";
import { mdWords } from "./markdown-words";

/** A passage on which reviewers disagree, with what each of them made of it and what was decided. Names nobody. */
export type Dispute = {
  /** In code points of the article's text. */
  readonly start: number;
  readonly end: number;
  /** The words with some around them, as three parts: before, of the dispute, after. */
  readonly passage: readonly [string, string, string];
  /** By pseudonym, all who submitted the article; nobody twice. */
  readonly reviewers: readonly {
    readonly key: string;
    /** None for who marked nothing here. */
    readonly marks: readonly {
      readonly label: string;
      readonly quote: string;
      readonly attributes: string;
      /** Null where nothing is decided. */
      readonly outcome: Outcome | null;
      /** "" for none. */
      readonly reason: string;
    }[];
  }[];
  /** What is in gold there: "claim “the words”". */
  readonly gold: readonly string[];
  readonly comments: readonly { readonly by: string; readonly text: string }[];
};

/** The disputes of one article version. */
export type DisputedArticle = {
  readonly id: string;
  readonly title: string;
  readonly version: number;
  /** A BCP 47 tag, as its file has it; null where it says none. */
  readonly language: string | null;
  readonly disputes: readonly Dispute[];
};

export type SheetHead = { readonly project: string; readonly round: string };

/** How a sheet is written, part by part. */
export type SheetFormat = {
  readonly begin: (head: SheetHead) => string;
  readonly article: (article: DisputedArticle) => string;
  /** @param disputes how many there were */
  readonly end: (disputes: number) => string;
};

const nothing = "nothing marked";
const none = "The reviewers of this round disagree on nothing.";

/** Written so that spreadsheets take nothing for a formula; a line for each mark, or for who marked nothing. */
export const csvSheet: SheetFormat = {
  // Spreadsheets go by the mark.
  begin: () =>
    `\ufeff${stringify([
      [
        "article",
        "article_id",
        "version",
        "start",
        "end",
        "passage",
        "reviewer",
        "label",
        "quote",
        "attributes",
        "outcome",
        "reason",
        "gold",
        "comments",
      ],
    ])}`,
  article: ({ id, title, version, disputes }) =>
    stringify(
      disputes.flatMap(({ start, end, passage, reviewers, gold, comments }) =>
        reviewers.flatMap(({ key, marks }) => {
          const before = [title, id, version, start, end, passage.join(""), key];
          const after = [
            gold.join("; "),
            comments.map(({ by, text }) => `${by}: ${text}`).join("\n"),
          ];
          if (marks.length === 0) return [[...before, "", "", "", "", "", ...after]];
          return marks.map(({ label, quote, attributes, outcome, reason }) => [
            ...before,
            label,
            quote,
            attributes,
            outcome ?? "",
            reason,
            ...after,
          ]);
        }),
      ),
      { escape_formulas: true },
    ),
  end: () => "",
};

export const markdownSheet: SheetFormat = {
  begin: ({ project, round }) =>
    `# ${mdWords(project)}: ${mdWords(round)}\n\nPassages on which the reviewers disagree.\n`,
  article: ({ title, version, disputes }) =>
    `\n## ${mdWords(title)} (version ${version})\n${disputes
      .map(({ start, end, passage: [before, words, after], reviewers, gold, comments }, index) =>
        [
          `\n### ${index + 1}. Characters ${start} to ${end}\n`,
          `> ${mdWords(before)} **${mdWords(words)}** ${mdWords(after)}\n`,
          ...reviewers.flatMap(({ key, marks }) =>
            marks.length === 0
              ? [`- ${key}: ${nothing}`]
              : marks.map((mark) => `- ${key}: ${markWords(mark, mdWords)}`),
          ),
          ...gold.map((words) => `- Gold: ${mdWords(words)}`),
          ...comments.map(({ by, text }) => `- Comment by ${mdWords(by)}: ${mdWords(text)}`),
          "",
        ].join("\n"),
      )
      .join("")}`,
  end: (disputes) => (disputes === 0 ? `\n${none}\n` : ""),
};

type Mark = Dispute["reviewers"][number]["marks"][number];

/** @param quoted writes the words of the article */
function markWords(
  { label, quote, attributes, outcome, reason }: Mark,
  written: (text: string) => string,
  quoted = written,
): string {
  const rest = attributes === "" ? "" : ` (${written(attributes)})`;
  const why = reason === "" ? "" : `: ${written(reason)}`;
  const decided = outcome === null ? "not decided" : outcome;
  return `${written(label)} “${quoted(quote)}”${rest}, ${decided}${why}`;
}

const escapes: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function html(text: string): string {
  return text.replaceAll(/[&<>"']/g, (found) => escapes[found] ?? "");
}

/** What language and direction words are of; the direction is their own, whatever the language says. */
function speaking(text: string, language: string | null): string {
  const isTag = language !== null && /^[A-Za-z]{2,8}(?:[-_][A-Za-z0-9]{1,8})*$/.test(language);
  const lang = isTag ? ` lang="${language.replaceAll("_", "-")}"` : ' lang=""';
  return `${lang} dir="${directionOf(text)}"`;
}

/** How the page looks that {@link htmlSheet} writes: all of the style that is in it. */
export const sheetStyle = `body{font:11pt/1.5 Georgia,"Noto Serif",serif;max-width:48rem;margin:2rem auto;padding:0 1rem;color:#111;background:#fff}
h1{font-size:1.5em}h2{font-size:1.2em;margin-top:2em}section.dispute{break-inside:avoid;border-top:1px solid #999;padding:.5em 0}
blockquote{margin:.5em 0;padding:0 1em;border-inline-start:3px solid #999}mark{background:#ffec99;color:#111}
th,td{text-align:start;vertical-align:top;padding:.15em .75em .15em 0}table{border-collapse:collapse}small{color:#444}`;

/** A page to print: each passage in the language and direction of its article. */
export const htmlSheet: SheetFormat = {
  begin: ({ project, round }) =>
    `<!doctype html>
<html lang="en" dir="ltr"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${html(project)}: ${html(round)}</title><style>${sheetStyle}</style></head><body><main>
<h1><bdi>${html(project)}</bdi>: <bdi>${html(round)}</bdi></h1>
<p>Passages on which the reviewers disagree.</p>
`,
  article: ({ title, version, language, disputes }) =>
    `<h2><span${speaking(title, language)}>${html(title)}</span> <small>version ${version}</small></h2>
${disputes.map((dispute, index) => htmlDispute(dispute, index, language)).join("")}`,
  end: (disputes) => `${disputes === 0 ? `<p>${none}</p>\n` : ""}</main></body></html>\n`,
};

function htmlDispute(
  { start, end, passage, reviewers, gold, comments }: Dispute,
  index: number,
  language: string | null,
): string {
  const spoken = speaking(passage.join(""), language);
  const [before, words, after] = passage.map(html);
  const bdi = (text: string) => `<bdi${spoken}>${html(text)}</bdi>`;
  const rows = reviewers.map(({ key, marks }) => {
    const cells =
      marks.length === 0
        ? [`<em>${nothing}</em>`]
        : marks.map((mark) => markWords(mark, (text) => `<bdi>${html(text)}</bdi>`, bdi));
    return `<tr><th scope="row">${html(key)}</th><td>${cells.join("<br>")}</td></tr>`;
  });
  return `<section class="dispute"><h3>${index + 1}. <small>characters ${start} to ${end}</small></h3>
<blockquote${spoken}>${before}<mark>${words}</mark>${after}</blockquote>
<table><tbody>${rows.join("")}</tbody></table>
${gold.map((text) => `<p>Gold: ${bdi(text)}</p>`).join("")}${comments
  .map(({ by, text }) => `<p>Comment by <bdi>${html(by)}</bdi>: <bdi>${html(text)}</bdi></p>`)
  .join("")}</section>
`;
}
