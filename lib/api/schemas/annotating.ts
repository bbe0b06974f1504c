import { z } from "zod";
import { Operation, RelationShape, Scheme, SpanShape } from "@/lib/domain/schemas";
import { blockKinds } from "@/lib/domain/text";

/** `{id}` in a path. An id that is none finds nothing, so it is not checked here. */
export const IdPath = z.strictObject({ id: z.string().max(100) });

export const ArticleQuery = z.strictObject({
  /** The number of an earlier version; the current one if left out. */
  version: z.coerce.number().int().min(1).max(1_000_000).optional(),
});

/** The revision that the caller has seen, so that nothing is submitted that they have not. */
export const AtRevision = z.strictObject({ revision: z.number().int().min(0) });

export const HistoryQuery = z.strictObject({
  /** A revision, as `next_cursor` gives it. */
  cursor: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(1000).default(200),
});

const Time = z.iso.datetime();

export const AnnotationSetView = z.strictObject({
  id: z.uuid(),
  article_id: z.uuid(),
  version_id: z.uuid(),
  kind: z.enum(["reviewer", "gold", "model", "imported"]),
  annotator: z.string(),
  revision: z.number().int(),
  submitted_at: Time.nullable(),
  note: z.string(),
  spans: z.array(SpanShape),
  relations: z.array(RelationShape),
});

export const AnnotationSetsView = z.strictObject({ annotation_sets: z.array(AnnotationSetView) });

export const ArticleView = z.strictObject({
  id: z.uuid(),
  project: z.string(),
  source_id: z.string().nullable(),
  title: z.string(),
  publisher: z.string().nullable(),
  author: z.string().nullable(),
  url: z.string().nullable(),
  published_at: Time.nullable(),
  language: z.string().nullable(),
  meta: z.record(z.string(), z.unknown()),
  version: z.strictObject({ id: z.uuid(), number: z.number().int(), current: z.boolean() }),
  text: z.string(),
  text_sha256: z.string(),
  offset_unit: z.literal("code_point"),
  blocks: z.array(
    z.strictObject({
      kind: z.enum(blockKinds),
      level: z.number().int().optional(),
      start: z.number().int(),
      end: z.number().int(),
    }),
  ),
  scheme: Scheme,
  annotation_set: AnnotationSetView.nullable(),
});

export const AcknowledgementView = z.strictObject({
  revision: z.number().int(),
  operations: z.array(z.strictObject({ id: z.uuid(), revision: z.number().int() })),
});

export const HistoryView = z.strictObject({
  operations: z.array(
    z.strictObject({
      id: z.uuid(),
      revision: z.number().int(),
      created_at: Time,
      /** What was sent. */
      operation: Operation,
      /** What it did: the record before and after. */
      change: z.record(z.string(), z.unknown()),
    }),
  ),
  next_cursor: z.string().nullable(),
});
