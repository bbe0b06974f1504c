import type { Actor } from "@/lib/access/actor";
import { type SheetFormat as SheetName, sheetTypes } from "@/lib/api/adjudication";
import {
  agreedIn,
  type Cluster,
  clustersOf,
  type Decision,
  type SourceSpan,
} from "@/lib/domain/adjudication";
import { annotationsIn, sourceKey } from "@/lib/domain/decisions";
import { extentOf } from "@/lib/domain/likeness";
import type { Annotations } from "@/lib/domain/operation";
import type { AdjudicationRule } from "@/lib/domain/schemas";
import type { Attributes, Span } from "@/lib/domain/span";
import { ArticleText, type Range } from "@/lib/domain/text";
import {
  csvSheet,
  type Dispute,
  type DisputedArticle,
  htmlSheet,
  markdownSheet,
  type SheetFormat,
  sheetStyle,
} from "@/lib/formats/discussion-sheet";
import {
  type AdjudicationRow,
  adjudicationSettings,
  type CommentRow,
  listAdjudicated,
} from "@/lib/store/adjudication";
import { database, inOneSnapshot } from "@/lib/store/database";
import { workToSettle } from "./adjudicating";
import { passageAround } from "./amending";
import { findArticle } from "./annotating";
import { visibleRound } from "./assigning";
import { projectFor } from "./projects";

const formats: Readonly<Record<SheetName, SheetFormat>> = {
  html: htmlSheet,
  md: markdownSheet,
  csv: csvSheet,
};

/** How many code points of a passage are shown, and how many articles are read at a time. */
const MOST_PASSAGE = 1200;
const AT_ONCE = 50;

/**
 * What the reviewers of a round disagree on, to talk about: whether or not it has been decided. By pseudonyms, whoever
 * asks: a sheet goes from hand to hand. It is made as it is read.
 *
 * @throws Refusal "not_found", "forbidden"
 */
export async function discussionSheet(
  actor: Actor,
  ref: string,
  { number, format }: { number: string; format: SheetName },
): Promise<{
  readonly bytes: AsyncGenerator<Uint8Array>;
  readonly contentType: string;
  readonly fileName: string;
  /** The style that is in it; null where it has none. */
  readonly style: string | null;
}> {
  const project = await projectFor(actor, ref, "see_all_sets");
  const round = await visibleRound(actor, project, number);
  const { rule } = await adjudicationSettings(database().pool, project.id);
  const filter = { projectId: project.id, roundId: round.id };
  const head = { project: project.title, round: round.title };
  return {
    bytes: sheetBytes(actor, { filter, rule, head, format: formats[format] }),
    contentType: sheetTypes[format],
    fileName: `${project.slug}-round-${round.number}-disputes.${format}`,
    style: format === "html" ? sheetStyle : null,
  };
}

async function* sheetBytes(
  actor: Actor,
  {
    filter,
    rule,
    head,
    format,
  }: {
    filter: Parameters<typeof listAdjudicated>[1];
    rule: AdjudicationRule;
    head: Parameters<SheetFormat["begin"]>[0];
    format: SheetFormat;
  },
): AsyncGenerator<Uint8Array> {
  yield Buffer.from(format.begin(head));
  let disputes = 0;
  let after: { articleId: string; version: number } | null = null;
  for (;;) {
    const rows: AdjudicationRow[] = await listAdjudicated(database().pool, filter, {
      state: null,
      after,
      limit: AT_ONCE,
    });
    for (const row of rows) {
      const article = await disputedArticle(actor, row, rule);
      if (article.disputes.length === 0) continue;
      disputes += article.disputes.length;
      yield Buffer.from(format.article(article));
    }
    const last = rows.at(-1);
    if (!last || rows.length < AT_ONCE) break;
    after = { articleId: last.articleId, version: last.version };
  }
  yield Buffer.from(format.end(disputes));
}

async function disputedArticle(
  actor: Actor,
  { articleId, version }: AdjudicationRow,
  rule: AdjudicationRule,
): Promise<DisputedArticle> {
  const article = await findArticle(actor, articleId, version);
  const { versionId, title, language, blocks } = article;
  const read = await inOneSnapshot((sql) => workToSettle(sql, versionId));
  const gold = read.gold ? annotationsIn(read.gold) : null;
  const text = new ArticleText(article.text);
  const reviewers = read.sources.map(({ id, annotator }) => ({ id, key: `a${annotator}` }));
  const order = reviewers.map(({ id }) => id);
  const disputes = clustersOf(read.sources)
    .filter((cluster) => !isAgreed(cluster, gold, { rule, order }))
    .map((cluster) =>
      asDispute(cluster, { text, blocks, gold, reviewers, comments: read.comments }),
    );
  return { id: articleId, title, version, language, disputes };
}

/** Whether reviewers agree on all of a cluster: it was settled by the rule, or would be. */
function isAgreed(
  cluster: Cluster,
  gold: Annotations | null,
  { rule, order }: { rule: AdjudicationRule; order: readonly string[] },
): boolean {
  if (gold) return cluster.every((source) => gold.decided?.on(source)?.outcome === "agreed");
  const agreed = agreedIn(cluster, rule, order).flatMap(({ sources }) => sources);
  return agreed.length === cluster.length;
}

function asDispute(
  cluster: Cluster,
  {
    text,
    blocks,
    gold,
    reviewers,
    comments,
  }: {
    text: ArticleText;
    blocks: Parameters<typeof passageAround>[1];
    gold: Annotations | null;
    reviewers: readonly { readonly id: string; readonly key: string }[];
    comments: readonly CommentRow[];
  },
): Dispute {
  const words = extentOf(cluster.map(({ content }) => content));
  const decisions = new Map<string, Decision>();
  for (const source of cluster) {
    const decision = gold?.decided?.on(source);
    if (decision) decisions.set(decision.id, decision);
  }
  const golden = new Set([...decisions.values()].flatMap(({ spans }) => spans));
  const keys = new Set(cluster.map(sourceKey));
  return {
    ...words,
    passage: passageOf(text, blocks, words),
    reviewers: reviewers.map(({ id, key }) => ({
      key,
      marks: cluster.filter(({ set }) => set === id).map((source) => asMark(source, gold)),
    })),
    gold: [...golden].flatMap((id) => {
      const span = gold?.spans.get(id);
      return span ? [inWords(span)] : [];
    }),
    comments: comments
      .filter((comment) => keys.has(sourceKey(comment)))
      .map((comment) => ({
        by: comment.fromReviewer ? `a${comment.annotator}` : "a curator",
        text: comment.text,
      })),
  };
}

function asMark(
  source: SourceSpan,
  gold: Annotations | null,
): Dispute["reviewers"][number]["marks"][number] {
  const { label, quote, attributes } = source.content;
  const decision = gold?.decided?.on(source) ?? null;
  return {
    label,
    quote,
    attributes: attributeWords(attributes),
    outcome: decision?.outcome ?? null,
    reason: decision?.reason ?? "",
  };
}

function inWords({ label, quote, attributes }: Span): string {
  const rest = attributeWords(attributes);
  return `${label} “${quote}”${rest === "" ? "" : ` (${rest})`}`;
}

function attributeWords(attributes: Attributes): string {
  return Object.entries(attributes)
    .map(([name, value]) => `${name}: ${Array.isArray(value) ? value.join(", ") : String(value)}`)
    .join("; ");
}

function passageOf(
  text: ArticleText,
  blocks: Parameters<typeof passageAround>[1],
  words: Range,
): Dispute["passage"] {
  const around = passageAround(text, blocks, words, MOST_PASSAGE);
  if (!around) {
    const end = text.boundaryBefore(words.start + MOST_PASSAGE);
    return ["", `${text.slice({ start: words.start, end })}…`, ""];
  }
  return [
    text.slice({ start: around.start, end: words.start }),
    text.slice(words),
    text.slice({ start: words.end, end: around.end }),
  ];
}
