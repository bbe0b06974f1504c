import { z } from "zod";
import { isBlank } from "@/lib/domain/blank";
import type { ArticleRecord } from "@/lib/domain/record";
import { Refusal } from "@/lib/domain/refusal";
import { excerpt } from "@/lib/domain/span";
import { ArticleText, codePointLength } from "@/lib/domain/text";
import { readDate } from "./dates";
import {
  covers,
  type ForeignRelation,
  type ForeignSpan,
  isObject,
  type JsonDialect,
  type JsonObject,
  listIn,
} from "./foreign";
import type { Warnings } from "./warnings";
import {
  type LostInWriting,
  losePartsOf,
  metadataOf,
  type RecordPart,
  setsIn,
  type WrittenSet,
} from "./writing";

const Offset = z.int().min(0);

/** What is not named here is an attribute, as far as the scheme has such a one. */
const Span = z.looseObject({ start: Offset, end: Offset, label: z.string().min(1) });

const Ends = z.looseObject({ start: Offset, end: Offset, label: z.string().nullish() });
const Link = z.looseObject({ label: z.string().min(1), head_span: Ends, child_span: Ends });

/** What Prodigy says of a span that its start and end say as well, or that is about its own work. */
const OF_ITS_WORK: ReadonlySet<string> = new Set(
  "start end label id text quote attributes token_start token_end input_hash pattern answer type color".split(
    " ",
  ),
);

/** What Prodigy says of a relation: between which words it is, and how it is drawn. */
const OF_LINKS: ReadonlySet<string> = new Set(
  "head child head_span child_span label color".split(" "),
);

/** What a task says of its own work. */
const OF_THE_TASK: ReadonlySet<string> = new Set(
  (
    "id text spans relations tokens answer accept meta _input_hash _task_hash _annotator_id _session_id _view_id " +
    "_timestamp _is_binary config relations_disabled"
  ).split(" "),
);

/** Tasks of Prodigy with their answers: spans, relations between them, and what was chosen for the text. */
export const prodigy: JsonDialect = {
  recognises: (record) =>
    typeof record.text === "string" &&
    ("_task_hash" in record || "_input_hash" in record || isUnanswered(record)),
  reading: () => ({ read: articleIn }),
};

/** A task as it comes in, which has no hashes yet: spans that say in which tokens they begin and end. */
function isUnanswered({ tokens, spans }: JsonObject): boolean {
  if (!Array.isArray(tokens) || !tokens.every((one) => isObject(one) && "start" in one))
    return false;
  const list = listIn(spans);
  return (
    list.length > 0 && list.every((one) => isObject(one) && "token_start" in one && "label" in one)
  );
}

function articleIn(record: JsonObject, warnings: Warnings) {
  const { text, answer } = record;
  if (typeof text !== "string") throw new Refusal("unprocessable", "text must be text.");
  const named = [record._annotator_id, record._session_id].find(
    (name): name is string => typeof name === "string" && !isBlank(name),
  );
  const annotator = named?.slice(0, 200) ?? null;
  const isIn = answer !== "reject" && answer !== "ignore";
  const spans = isIn ? spansIn(record, { text, annotator, warnings }) : [];
  const relations = isIn ? relationsIn(record.relations, { spans, annotator, warnings }) : [];
  const chosen = chosenIn(record);
  if (!isIn) {
    const marks = listIn(record.spans).length + listIn(record.relations).length;
    const parts = [
      ...(marks > 0 ? [`${marks} spans and relations`] : []),
      ...chosen.map(([name, value]) => `the ${name} ${JSON.stringify(value).slice(0, 80)}`),
    ];
    const lost = parts.length > 0 ? `Left out: ${parts.join(", ")}` : "That has no place here";
    const message = `The answer is "${answer}". ${lost}.`;
    warnings.add("annotations_left_out", message, { field: marks > 0 ? "spans" : "answer" });
  }
  const isOfTheTask = (name: string) =>
    OF_THE_TASK.has(name) || chosen.some(([choice]) => choice === name);
  const metadata = new Map(Object.entries(record).filter(([name]) => !isOfTheTask(name)));
  const meta = typeof record.meta === "object" && record.meta !== null ? record.meta : {};
  for (const [name, value] of Object.entries(meta))
    if (!metadata.has(name)) metadata.set(name, value);
  const id = metadata.get("id") ?? record.id;
  metadata.delete("id");
  const time = typeof record._timestamp === "number" ? readDate(record._timestamp) : null;
  return {
    text,
    unit: "code_point" as const,
    metadata,
    recordId: typeof id === "string" || Number.isInteger(id) ? String(id) : null,
    spans,
    relations,
    annotators:
      isIn && (annotator !== null || chosen.length > 0)
        ? [
            {
              annotator,
              attributes: Object.fromEntries(chosen),
              submittedAt: time,
              updatedAt: time,
            },
          ]
        : [],
  };
}

/**
 * What an answer chooses for the whole text: the options that were picked; or, where no span has a label, the label that
 * it was asked about. Each annotator's is their own.
 */
function chosenIn({ accept, label, spans, options }: JsonObject): [string, unknown][] {
  const picked = Array.isArray(accept) ? accept : accept == null ? [] : [accept];
  if (Array.isArray(options) || picked.length > 0)
    return picked.length > 0 ? [["accept", picked]] : [];
  // What patterns found may be shown in a text that is asked about as a whole; it has no labels.
  const isOfSpans = listIn(spans).some((one) => isObject(one) && typeof one.label === "string");
  const isAsked = typeof label === "string" && label !== "" && !isOfSpans;
  return isAsked ? [["label", label]] : [];
}

function spansIn(
  { spans, tokens }: JsonObject,
  {
    text: whole,
    annotator,
    warnings,
  }: { text: string; annotator: string | null; warnings: Warnings },
): ForeignSpan[] {
  const text = new ArticleText(whole);
  const words = listIn(tokens);
  return listIn(spans).flatMap((one, index): ForeignSpan[] => {
    const place = `spans[${index}]`;
    const { data: span } = Span.safeParse(one);
    if (!span) {
      const message = "It is not of a form that is read as a span.";
      warnings.add("span_left_out", message, { place, field: place });
      return [];
    }
    const { start, end, label, text: quote, attributes, answer } = span;
    if (answer === "reject" || answer === "ignore") {
      const message = `The answer to it is "${answer}".`;
      warnings.add("span_left_out", message, { place, field: place });
      return [];
    }
    const more = Object.entries(span).filter(([name]) => !OF_ITS_WORK.has(name));
    const fragments = [{ start, end }];
    // What a pattern or a model found is moved to whole tokens, and its words stay as they were found.
    const isMoved =
      typeof quote === "string" &&
      end <= text.length &&
      isOfTokens(span, words) &&
      !covers(text, fragments, quote);
    if (isMoved) {
      const message = `It says that it covers ${JSON.stringify(excerpt(quote))}; taken is what its tokens are.`;
      warnings.add("detail_left_out", message, { place, field: `${place}.text` });
    }
    return [
      {
        id: place,
        label,
        fragments,
        quote: typeof quote === "string" && !isMoved ? quote : null,
        attributes: { ...Object.fromEntries(more), ...Object(attributes) },
        annotator,
        place,
      },
    ];
  });
}

/** Whether a span begins and ends where the tokens do that it says to begin and end with. */
function isOfTokens(
  { start, end, token_start: first, token_end: last }: z.infer<typeof Span>,
  tokens: readonly unknown[],
): boolean {
  const [from, to] = [tokens[Number(first)], tokens[Number(last)]];
  return isObject(from) && isObject(to) && from.start === start && to.end === end;
}

/** Relations name their ends by place; some are between words that nobody marked. */
function relationsIn(
  given: unknown,
  {
    spans,
    annotator,
    warnings,
  }: { spans: readonly ForeignSpan[]; annotator: string | null; warnings: Warnings },
): ForeignRelation[] {
  const byPlace = new Map<string, ForeignSpan>();
  for (const span of spans) {
    const [range] = span.fragments;
    if (!range) continue;
    const place = `${range.start}-${range.end}`;
    byPlace.set(`${place} ${span.label}`, span);
    if (!byPlace.has(place)) byPlace.set(place, span);
  }
  const list: readonly unknown[] = Array.isArray(given) ? given : [];
  return list.flatMap((one, index): ForeignRelation[] => {
    const place = `relations[${index}]`;
    const { data: link } = Link.safeParse(one);
    const leaveOut = (message: string) => {
      warnings.add("relation_left_out", message, { place, field: place });
      return [];
    };
    if (!link) return leaveOut("It is not of a form that is read as a relation.");
    const [from, to] = [link.head_span, link.child_span].map(({ start, end, label }) =>
      byPlace.get(label == null || label === "" ? `${start}-${end}` : `${start}-${end} ${label}`),
    );
    if (from?.id == null || to?.id == null)
      return leaveOut("It is between words that are no spans.");
    const more = Object.entries(link).filter(([name]) => !OF_LINKS.has(name));
    const attributes = Object.fromEntries(more);
    return [{ type: link.label, from: from.id, to: to.id, attributes, annotator, place }];
  });
}

/** What of a record has no place in it. */
export const prodigyLoses = [
  "blocks",
  "notes",
  "article_attributes",
  "span_attributes",
  "relation_attributes",
  "gaps",
] as const satisfies readonly RecordPart[];

/** A task a line for each annotator, divided into words at which all spans begin and end. */
export function writeProdigy(record: ArticleRecord, lost: LostInWriting): string {
  losePartsOf(record, prodigyLoses, lost);
  const meta = metadataOf(record, lost);
  return setsIn(record, lost)
    .map((set) => `${JSON.stringify(taskOf(record, set, meta))}\n`)
    .join("");
}

function taskOf(
  { text }: ArticleRecord,
  { annotator, spans, relations }: WrittenSet,
  meta: object,
) {
  const edges = spans.flatMap(({ fragments }) =>
    fragments.flatMap(({ start, end }) => [start, end]),
  );
  const { tokens, tokenAt } = tokensOf(new ArticleText(text), edges);
  const piecesOf = ({ label, fragments }: WrittenSet["spans"][number]) =>
    fragments.map(({ start, end }) => ({
      start,
      end,
      label,
      token_start: tokenAt(start),
      token_end: tokenAt(end - 1),
    }));
  const byId = new Map(spans.map((span) => [span.id, piecesOf(span)[0]]));
  return {
    text,
    meta,
    tokens,
    spans: spans.flatMap(piecesOf),
    relations: relations.flatMap(({ type, from, to }) => {
      const [head, child] = [byId.get(from), byId.get(to)];
      if (!head || !child) return [];
      const ends = { head: head.token_end, child: child.token_end };
      return [{ ...ends, head_span: head, child_span: child, label: type }];
    }),
    _input_hash: hashOf(text),
    _task_hash: hashOf(`${annotator} ${text}`),
    _annotator_id: annotator,
    _session_id: annotator,
    answer: "accept",
  };
}

const SPACE = /(\s+)/u;

type Token = { text: string; start: number; end: number; id: number; ws: boolean };

/** The words of a text, and white space that is more than a space between two; all begin and end at the edges within. */
function tokensOf(text: ArticleText, edges: readonly number[]) {
  const cuts = new Set(edges);
  const tokens: Token[] = [];
  const tokenOf = new Int32Array(text.length);
  const add = (word: string, start: number, end: number) => {
    const last = tokens.at(-1);
    if (word === " " && last && !cuts.has(start) && !cuts.has(end)) {
      last.ws = true;
      return;
    }
    tokenOf.fill(tokens.length, start, end);
    tokens.push({ text: word, start, end, id: tokens.length, ws: false });
  };
  let at = 0;
  for (const run of text.value.split(SPACE)) {
    const end = at + codePointLength(run);
    let start = at;
    for (let cut = at + 1; cut < end; cut += 1) {
      if (!cuts.has(cut)) continue;
      add(text.slice({ start, end: cut }), start, cut);
      start = cut;
    }
    if (run !== "") add(start === at ? run : text.slice({ start, end }), start, end);
    at = end;
  }
  return { tokens, tokenAt: (offset: number) => tokenOf[offset] ?? 0 };
}

/** A number for a text, as Prodigy's hashes are: 32 bits with a sign (FNV-1a). */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const character of text)
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return hash | 0;
}
