import { z } from "zod";
import { isBlank } from "@/lib/domain/blank";
import { type GivenAnnotations, listIn } from "./annotations";
import type { Warnings } from "./warnings";

/** What a record of another program says of its text, in our words, and the keys that said it. */
export type ForeignAnnotations = {
  readonly given: Omit<GivenAnnotations, "sets">;
  readonly keys: ReadonlySet<string>;
};

const Offset = z.int().min(0);
const Label = z.string().min(1);

/** doccano before version 1.6, and many others: `[0, 2, "ORG"]`. */
const Triple = z
  .tuple([Offset, Offset, Label])
  .transform(([start, end, label]) => ({ id: undefined, start, end, label }));

/** doccano since version 1.6. */
const OffsetEntity = z
  .looseObject({
    id: z.union([z.string(), z.int()]).nullish(),
    label: Label,
    start_offset: Offset,
    end_offset: Offset,
  })
  .transform(({ start_offset: start, end_offset: end, ...entity }) => ({ ...entity, start, end }));

/** spaCy, and many others. */
const Entity = z.looseObject({
  id: z.union([z.string(), z.int()]).nullish(),
  label: Label,
  start: Offset,
  end: Offset,
});

const Marks = z.array(z.union([Triple, OffsetEntity, Entity]));

const Link = z
  .looseObject({
    id: z.union([z.string(), z.int()]).nullish(),
    from_id: z.union([z.string(), z.int()]),
    to_id: z.union([z.string(), z.int()]),
    type: z.string().min(1),
  })
  .transform(({ from_id: from, to_id: to, ...link }) => ({ ...link, from, to }));

/** Where programs keep marks, none of which is a name of ours. */
const MARKS = ["label", "labels", "entities", "ents"] as const;

/** What Prodigy says of a span that its start and end say as well, or that is about its own work. */
const PRODIGY_KEYS: ReadonlySet<string> = new Set(
  "token_start token_end input_hash source rank score answer type color".split(" "),
);

/**
 * Finds the marks of a record that is not ours: those of doccano, spaCy and Prodigy, and spans of our
 * own form.
 *
 * Only Prodigy and spaCy say what their offsets count, code points. Others are read where every way of
 * counting gives the same.
 *
 * @param warnings told of what is not read
 */
export function foreignAnnotations(
  fields: ReadonlyMap<string, unknown>,
  text: string,
  warnings: Warnings,
): ForeignAnnotations {
  const keys = new Set(["spans", "relations", "annotators"]);
  const { spans, annotator } = spansIn(fields, warnings);
  const found = marksIn(fields, text, warnings);
  if (found) keys.add(found.key);
  const named = fields.get("annotators");
  return {
    keys,
    given: {
      spans: found ? [...listIn({ spans }, "spans", warnings), ...found.marks] : spans,
      relations: relationsIn(fields.get("relations"), warnings),
      annotators: named ?? (annotator === null ? named : [annotator]),
    },
  };
}

function marksIn(
  fields: ReadonlyMap<string, unknown>,
  text: string,
  warnings: Warnings,
): { key: string; marks: readonly unknown[] } | null {
  for (const key of MARKS) {
    const value = fields.get(key);
    // A list of words classifies the article; that is no mark, and is kept with the other keys.
    if (!Array.isArray(value) || !value.some((entry) => typeof entry === "object")) continue;
    const parsed = Marks.safeParse(value);
    if (!parsed.success) {
      leaveOut(`What "${key}" holds is not of a form that is read as spans.`, key);
      continue;
    }
    if (!countsAlike(text)) {
      leaveOut(
        `"${key}" does not say what its offsets count, and in this text code points, UTF-16 units and characters differ.`,
        key,
      );
      continue;
    }
    return { key, marks: parsed.data };
  }
  return null;

  function leaveOut(message: string, key: string) {
    warnings.add("annotations_left_out", `${message} It is kept among the article's metadata.`, {
      field: key,
    });
  }
}

/** Whether code points, UTF-16 units and grapheme clusters of a text are the same. */
function countsAlike(text: string): boolean {
  return !/[\u{10000}-\u{10ffff}]|\p{M}|\u200c|\u200d|\r\n|[\u1100-\u11ff]/u.test(text);
}

function spansIn(
  fields: ReadonlyMap<string, unknown>,
  warnings: Warnings,
): { spans: unknown; annotator: string | null } {
  const spans = fields.get("spans");
  if (!Array.isArray(spans)) return { spans, annotator: null };
  const isProdigy = fields.has("_task_hash") || fields.has("_input_hash");
  const answer = fields.get("answer");
  if (isProdigy && (answer === "reject" || answer === "ignore") && spans.length > 0) {
    const message = `The answer is "${answer}": its ${spans.length} spans were left out.`;
    warnings.add("annotations_left_out", message, { field: "spans" });
    return { spans: [], annotator: null };
  }
  const by = isProdigy ? fields.get("_annotator_id") : undefined;
  const annotator = typeof by === "string" && !isBlank(by) ? by.slice(0, 200) : null;
  if (!isProdigy) return { spans, annotator };
  const told = spans.map((span: unknown) => {
    if (typeof span !== "object" || span === null || Array.isArray(span)) return span;
    const entries = Object.entries(span).filter(([key]) => !PRODIGY_KEYS.has(key));
    return { ...(annotator === null ? {} : { annotator }), ...Object.fromEntries(entries) };
  });
  return { spans: told, annotator };
}

function relationsIn(relations: unknown, warnings: Warnings): unknown {
  if (!Array.isArray(relations)) return relations;
  const links = z.array(Link).safeParse(relations);
  if (links.success) return links.data;
  const isOurs = relations.every(
    (relation) => typeof relation === "object" && relation !== null && "from" in relation,
  );
  if (isOurs) return relations;
  const message = `Its ${relations.length} relations are not of a form that is read, and were left out.`;
  warnings.add("annotations_left_out", message, { field: "relations" });
  return [];
}
