import { z } from "zod";
import { isBlank } from "@/lib/domain/blank";
import type { ArticleRecord } from "@/lib/domain/record";
import { Refusal } from "@/lib/domain/refusal";
import { ArticleText } from "@/lib/domain/text";
import {
  type ForeignAnnotator,
  type ForeignSpan,
  isObject,
  type JsonDialect,
  type JsonObject,
  listIn,
  tellOfOtherKeys,
} from "./foreign";
import type { Warnings } from "./warnings";
import { type LostInWriting, losePartsOf, metadataOf, type RecordPart, setsIn } from "./writing";

const Offset = z.int().min(0);

/** A value of a span question. */
const Span = z
  .looseObject({
    start: Offset,
    end: Offset,
    label: z.string().min(1),
    text: z.string().nullish(),
  })
  .transform(({ start, end, label, text, ...attributes }) => ({
    label,
    start,
    end,
    quote: text ?? null,
    attributes,
  }));

/** How version 1 had a label: `["claim", 0, 8]`, with a score. */
const Triple = z
  .tuple([z.string().min(1), Offset, Offset])
  .rest(z.unknown())
  .transform(([label, start, end, score]) => ({
    label,
    start,
    end,
    quote: null,
    attributes: score === undefined ? {} : { score },
  }));

const Mark = z.union([Span, Triple]);

const Response = z.looseObject({
  value: z.unknown().optional(),
  user_id: z.unknown().optional(),
  status: z.unknown().optional(),
});
const OF_RESPONSES: ReadonlySet<string> = new Set(["value", "user_id", "status"]);
const OF_SUGGESTIONS: ReadonlySet<string> = new Set(
  "id question_id question_name value score agent type inserted_at updated_at".split(" "),
);
const Suggestion = z.looseObject({ value: z.unknown().optional(), agent: z.unknown().optional() });

const isNew = ({ fields, responses, suggestions }: JsonObject) =>
  isObject(fields) && (responses !== undefined || suggestions !== undefined);

/** Version 1: a text with what somebody or a model found in it, chose for it, or wrote of it. */
const isOld = (record: JsonObject) =>
  (typeof record.text === "string" || isObject(record.inputs)) &&
  ("annotation" in record || "prediction" in record) &&
  ("annotation_agent" in record || "prediction_agent" in record);

/** A column of a data set that was sent to Hugging Face: what people or a model said to a question. */
const COLUMN =
  /^(.+)\.(?:(responses)(?:\.(users|status))?|(suggestion)(?:\.(score|agent|type))?)$/s;

/** A row of a data set that was sent to Hugging Face: a column for each field, and several for each question. */
const isRow = (record: JsonObject) =>
  record.fields === undefined &&
  Object.keys(record).some((key) => /.\.(?:responses\.users|suggestion\.agent)$/.test(key));

/** The same of version 1: a column of answers for each question, and two of what a model suggested. */
const ABOUT_SUGGESTION = /^(.+)-suggestion-metadata$/s;
const isRowOfFeedback = (record: JsonObject) =>
  record.fields === undefined && Object.keys(record).some((key) => ABOUT_SUGGESTION.test(key));

/** Records of Argilla, of version 2 and of version 1. */
export const argilla: JsonDialect = {
  recognises: (record) =>
    isNew(record) || isRow(record) || isRowOfFeedback(record) || isOld(record),
  reading: () => ({
    read: (record, warnings) => {
      if (isRow(record)) return newArticle(recordOfRow(record), warnings);
      if (isRowOfFeedback(record)) return newArticle(recordOfFeedback(record), warnings);
      return isNew(record) ? newArticle(record, warnings) : oldArticle(record, warnings);
    },
  }),
};

/** The record of which a row was made. */
function recordOfRow(row: JsonObject): JsonObject {
  const fields: [string, unknown][] = [];
  const metadata: [string, unknown][] = [];
  const responses: JsonObject[] = [];
  const suggestions: JsonObject[] = [];
  for (const [key, value] of Object.entries(row)) {
    const [, question, ofPeople, more, ofModel] = COLUMN.exec(key) ?? [];
    if (question === undefined) {
      if (!ABOUT_RECORD.has(key))
        (typeof value === "string" ? fields : metadata).push([key, value]);
    } else if (ofPeople !== undefined && more === undefined) {
      const users = listIn(row[`${question}.responses.users`]);
      const statuses = listIn(row[`${question}.responses.status`]);
      for (const [index, answer] of listIn(value).entries()) {
        const about = { user_id: users[index], status: statuses[index] };
        responses.push({ ...about, question_name: question, value: answer });
      }
    } else if (ofModel !== undefined && key.endsWith(`.${ofModel}`)) {
      const [score, agent] = ["score", "agent"].map((name) => row[`${key}.${name}`]);
      suggestions.push({ question_name: question, value, score, agent });
    }
  }
  return {
    id: row.id,
    external_id: row.external_id,
    vectors: row.vectors,
    fields: Object.fromEntries(fields),
    metadata: Object.fromEntries(metadata),
    responses,
    suggestions,
  };
}

/** The record of which a row of version 1 was made, whose metadata are JSON in a text. */
function recordOfFeedback(row: JsonObject): JsonObject {
  const questions = Object.keys(row).flatMap((key) => ABOUT_SUGGESTION.exec(key)?.[1] ?? []);
  const columns = new Set(
    questions.flatMap((name) => [name, `${name}-suggestion`, `${name}-suggestion-metadata`]),
  );
  const fields = Object.entries(row).filter(
    ([key, value]) => !columns.has(key) && !ABOUT_RECORD.has(key) && typeof value === "string",
  );
  const isField = (key: string) => fields.some(([name]) => name === key);
  const others = Object.entries(row).filter(([key]) => !columns.has(key) && !isField(key));
  return {
    ...Object.fromEntries(others),
    fields: Object.fromEntries(fields),
    metadata: objectIn(row.metadata),
    responses: Object.fromEntries(questions.map((name) => [name, row[name]])),
    suggestions: Object.fromEntries(
      questions.map((name) => [
        name,
        { ...Object(row[`${name}-suggestion-metadata`]), value: row[`${name}-suggestion`] },
      ]),
    ),
  };
}

/** An object as it is, or as JSON in a text. */
function objectIn(value: unknown): unknown {
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value);
  } catch {
    return { metadata: value };
  }
}

const ABOUT_RECORD: ReadonlySet<string> = new Set(
  "id fields metadata suggestions responses vectors _server_id status external_id inserted_at updated_at".split(
    " ",
  ),
);

function newArticle(record: JsonObject, warnings: Warnings) {
  const fields = isObject(record.fields) ? record.fields : {};
  const spans: ForeignSpan[] = [];
  const annotators = new Map<string, { attributes: Record<string, unknown> }>();
  const say = (question: string, value: unknown, annotator: string) => {
    const set = annotators.get(annotator) ?? { attributes: {} };
    annotators.set(annotator, set);
    const list: readonly unknown[] = Array.isArray(value) ? value : [];
    if (!list.some((one) => isObject(one) && "start" in one)) {
      const isSaid =
        value !== null && value !== undefined && !(Array.isArray(value) && value.length === 0);
      if (isSaid) set.attributes[question] = value;
      return;
    }
    spans.push(...marksIn(list, { place: question, annotator, warnings }));
  };
  for (const { question, user, value } of responsesIn(record.responses, warnings))
    say(question, value, user);
  for (const { question, user, value } of suggestionsIn(record.suggestions, warnings))
    say(question, value, user);
  const key = textKeyOf(fields, spans);
  const metadata = new Map(Object.entries(fields).filter(([name]) => name !== key));
  const more = Object.entries(record).filter(([name]) => !ABOUT_RECORD.has(name));
  for (const [name, value] of [...Object.entries(Object(record.metadata)), ...more]) {
    if (!metadata.has(name)) metadata.set(name, value);
  }
  if (Object.keys(Object(record.vectors)).length > 0) {
    warnings.add("detail_left_out", "Vectors have no place here.", { field: "vectors" });
  }
  const text = fields[key];
  if (typeof text !== "string")
    throw new Refusal("unprocessable", "The record has no text among its fields.");
  const note = (attributes: Record<string, unknown>) =>
    typeof attributes.note === "string" ? attributes.note : null;
  return {
    text,
    unit: "code_point" as const,
    metadata,
    recordId: idIn(record.external_id ?? record.id),
    spans,
    annotators: [...annotators].map(([annotator, { attributes }]): ForeignAnnotator => {
      const { note: _, ...others } = attributes;
      return {
        annotator,
        note: note(attributes),
        attributes: note(attributes) === null ? attributes : others,
      };
    }),
  };
}

type Said = { readonly question: string; readonly user: string; readonly value: unknown };

/** By question, each a list of answers; or a list of people, each with answers by question, as the server has them. */
function responsesIn(given: unknown, warnings: Warnings): Said[] {
  const odd = () => {
    const message = "It is not of a form that is read as an answer.";
    warnings.add("annotations_left_out", message, { field: "responses" });
    return [];
  };
  const isUnfinished = (status: unknown) => {
    if (typeof status !== "string" || status === "submitted") return false;
    const message = `An answer that is "${status.slice(0, 40)}" was left out.`;
    warnings.add("annotations_left_out", message, { field: "responses" });
    return true;
  };
  if (Array.isArray(given)) {
    return given.flatMap((one: unknown) => {
      if (!isObject(one)) return odd();
      if (isUnfinished(one.status)) return [];
      const user = userIn(one.user_id);
      if (typeof one.question_name === "string")
        return [{ question: one.question_name, user, value: one.value }];
      return Object.entries(Object(one.values)).map(([question, answer]) => ({
        question,
        user,
        value: isObject(answer) ? answer.value : answer,
      }));
    });
  }
  return Object.entries(Object(given)).flatMap(([question, answers]) =>
    (Array.isArray(answers) ? answers : [answers]).flatMap((answer: unknown): Said[] => {
      if (answer == null) return [];
      const { data } = Response.safeParse(answer);
      if (!data) return odd();
      if (isUnfinished(data.status)) return [];
      tellOfOtherKeys(data, OF_RESPONSES, `responses.${question}`, warnings);
      return [{ question, user: userIn(data.user_id), value: data.value }];
    }),
  );
}

function suggestionsIn(given: unknown, warnings: Warnings): Said[] {
  const entries: [string, unknown][] = Array.isArray(given)
    ? given.map((one: unknown) => [isObject(one) ? String(one.question_name ?? "") : "", one])
    : Object.entries(Object(given));
  return entries.flatMap(([question, suggestion]): Said[] => {
    const { data } = Suggestion.safeParse(suggestion);
    if (data) tellOfOtherKeys(data, OF_SUGGESTIONS, `suggestions.${question}`, warnings);
    else if (suggestion != null) {
      const message = "It is not of a form that is read as a suggestion.";
      warnings.add("annotations_left_out", message, { field: "suggestions" });
    }
    if (!data || data.value === null || data.value === undefined) return [];
    if (data.score !== null && data.score !== undefined) {
      const message = "The score of a suggestion has no place here.";
      warnings.add("detail_left_out", message, { field: "suggestions" });
    }
    return [{ question, user: nameIn(data.agent, "suggestion"), value: data.value }];
  });
}

function marksIn(
  list: readonly unknown[],
  { place: of, annotator, warnings }: { place: string; annotator: string; warnings: Warnings },
): ForeignSpan[] {
  return list.flatMap((one, index): ForeignSpan[] => {
    const place = `${of}[${index}]`;
    const { data: mark } = Mark.safeParse(one);
    if (mark) {
      const { start, end, ...said } = mark;
      return [{ ...said, fragments: [{ start, end }], annotator, place }];
    }
    const message = "It is not of a form that is read as a span.";
    warnings.add("span_left_out", message, { place, field: place });
    return [];
  });
}

/** The field that spans are of: each reaches into it, and it is called a text, or is the longest. */
function textKeyOf(fields: JsonObject, spans: readonly ForeignSpan[]): string {
  const reach = spans.reduce((most, { fragments: [range] }) => Math.max(most, range?.end ?? 0), 0);
  const texts = Object.entries(fields).flatMap(([key, value]) =>
    typeof value === "string" ? [{ key, length: new ArticleText(value).length }] : [],
  );
  texts.sort(
    (a, b) =>
      Number(b.length >= reach) - Number(a.length >= reach) ||
      Number(b.key === "text") - Number(a.key === "text") ||
      b.length - a.length,
  );
  const [first] = texts;
  if (!first) throw new Refusal("unprocessable", "The record has no text among its fields.");
  return first.key;
}

/** What a record of version 1 says of its text beside metadata, or of Argilla's own work. */
const OF_OLD_RECORD: ReadonlySet<string> = new Set(
  (
    "id text inputs tokens annotation annotation_agent prediction prediction_agent metadata vectors status " +
    "event_timestamp metrics search_keywords multi_label"
  ).split(" "),
);

/** What a model thinks of a text as a whole, and how sure it is: as lists, and as they are sent to Hugging Face. */
const Guess = z.union([
  z.tuple([z.string(), z.number().nullable()]).transform(([label, score]) => ({ label, score })),
  z.looseObject({ label: z.string(), score: z.number().nullish() }),
  z
    .looseObject({ text: z.string(), score: z.number().nullish() })
    .transform(({ text, score }) => ({ label: text, score })),
]);
type Guess = z.infer<typeof Guess>;

function oldArticle(record: JsonObject, warnings: Warnings) {
  const { annotation, prediction, metadata, id, status } = record;
  const inputs = isObject(record.inputs) ? record.inputs : {};
  const key = typeof record.text === "string" ? null : textKeyOf(inputs, []);
  const text = key === null ? record.text : inputs[key];
  if (typeof text !== "string") throw new Refusal("unprocessable", "text must be text.");
  const spans: ForeignSpan[] = [];
  const annotators: ForeignAnnotator[] = [];
  const isOfClasses = "inputs" in record || "multi_label" in record;
  const say = (annotator: string, value: unknown) =>
    annotators.push({ annotator, attributes: { [isOfClasses ? "label" : "text"]: value } });
  for (const { value, annotator, name } of [
    {
      value: annotation,
      annotator: nameIn(record.annotation_agent, "somebody"),
      name: "annotation",
    },
    {
      value: prediction,
      annotator: nameIn(record.prediction_agent, "prediction"),
      name: "prediction",
    },
  ]) {
    const list = listIn(value);
    const guesses = list.flatMap((one) => Guess.safeParse(one).data ?? []);
    const isOfTokens = list.some((one) => Mark.safeParse(one).success);
    if (typeof value === "string" && value !== "") say(annotator, value);
    else if (list.length > 0 && list.every((one) => typeof one === "string")) say(annotator, list);
    else if (!isOfTokens && list.length > 0 && guesses.length === list.length) {
      say(annotator, likeliestOf(guesses, record.multi_label === true));
      if (guesses.some(({ score }) => score != null)) {
        const message = "The score of a prediction has no place here.";
        warnings.add("detail_left_out", message, { field: name });
      }
    } else spans.push(...marksIn(list, { place: name, annotator, warnings }));
  }
  // Somebody looked, and may have found nothing.
  if (status === "Validated" && Array.isArray(annotation) && annotation.length === 0) {
    annotators.push({ annotator: nameIn(record.annotation_agent, "somebody") });
  }
  if (Object.keys(Object(record.vectors)).length > 0) {
    warnings.add("detail_left_out", "Vectors have no place here.", { field: "vectors" });
  }
  const more = Object.entries(record).filter(
    ([name, value]) => !OF_OLD_RECORD.has(name) && !(name === "explanation" && value == null),
  );
  const beside = Object.entries(inputs).filter(([name, value]) => name !== key && value !== text);
  return {
    text,
    unit: "code_point" as const,
    metadata: new Map([...beside, ...more, ...Object.entries(Object(metadata))]),
    recordId: idIn(id),
    spans,
    annotators,
  };
}

/** What a model is most sure of; of several classes that a text may have, all that are likelier than not. */
function likeliestOf(guesses: readonly Guess[], isOfSeveral: boolean): unknown {
  const sorted = guesses.toSorted((one, other) => (other.score ?? 0) - (one.score ?? 0));
  if (!isOfSeveral) return sorted[0]?.label;
  return sorted.filter(({ score }) => (score ?? 1) > 0.5).map(({ label }) => label);
}

const idIn = (id: unknown) => (typeof id === "string" || Number.isInteger(id) ? String(id) : null);

function nameIn(value: unknown, otherwise: string): string {
  return typeof value === "string" && !isBlank(value) ? value.slice(0, 200) : otherwise;
}

/** What stands before the number of an annotator of ours: Argilla knows its users by UUIDs. */
const OURS = "00000000-0000-4000-8000-";

const userOf = (pseudonym: string) => OURS + pseudonym.slice(1).padStart(12, "0");

function userIn(id: unknown): string {
  const user = nameIn(id, "somebody");
  const number = user.startsWith(OURS) ? Number(user.slice(OURS.length)) : 0;
  return Number.isInteger(number) && number > 0 ? `a${number}` : user;
}

/** What of a record has no place in it. */
export const argillaLoses = [
  "blocks",
  "span_attributes",
  "relation_attributes",
  "relations",
  "gaps",
] as const satisfies readonly RecordPart[];

/** A record a line, as `Record.from_dict` of version 2 takes it, with a span question `span`. */
export function writeArgilla(record: ArticleRecord, lost: LostInWriting): string {
  losePartsOf(record, argillaLoses, lost);
  const sets = setsIn(record, lost);
  const answers = sets.map(({ annotator, spans }) => ({
    user_id: userOf(annotator),
    value: spans.flatMap(({ label, fragments }) =>
      fragments.map(({ start, end }) => ({ start, end, label })),
    ),
  }));
  const said = new Map<string, { user_id: string; value: unknown }[]>([["span", answers]]);
  for (const { annotator, attributes, note } of sets) {
    const user_id = userOf(annotator);
    for (const [name, value] of Object.entries({
      ...attributes,
      ...(note === "" ? {} : { note }),
    })) {
      said.set(name, [...(said.get(name) ?? []), { user_id, value }]);
    }
  }
  const { id, ...metadata } = metadataOf(record, lost, ["text"]);
  const responses = Object.fromEntries(said);
  return `${JSON.stringify({ id, fields: { text: record.text }, metadata, suggestions: {}, responses })}\n`;
}
