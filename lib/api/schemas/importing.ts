import { z } from "zod";
import { SpanShape } from "@/lib/domain/schemas";
import { blockKinds } from "@/lib/domain/text";

const Time = z.iso.datetime();
const Count = z.number().int().min(0);

export const importStates = ["receiving", "queued", "running", "done", "failed"] as const;
export const importOutcomes = ["created", "updated", "unchanged", "rejected"] as const;

export const ImportsPath = z.strictObject({ project: z.string().max(100) });
export const ImportPath = z.strictObject({
  project: z.string().max(100),
  id: z.string().max(100),
});

/** What an upload is. Which formats there are is checked where they are known. */
export const UploadQuery = z.strictObject({
  /** A format's name, or "auto" to find out for each file. */
  format: z.string().max(20).default("auto"),
  /**
   * What the file in a raw body is called: the same name later is the same article. Without one,
   * only the same text is.
   */
  filename: z.string().max(4000).optional(),
});

export const ImportsQuery = z.strictObject({
  cursor: z.string().max(100).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

export const ImportItemsQuery = z.strictObject({
  cursor: z
    .string()
    .regex(/^\d{1,10}$/)
    .optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(200),
  outcome: z.enum(importOutcomes).optional(),
});

/** Where in a file something is wrong; 1-based, null where the whole file is meant. */
const place = {
  path: z.string(),
  line: z.number().int().nullable(),
  column: z.number().int().nullable(),
};

export const RejectedView = z.strictObject({ ...place, reason: z.string() });

export const ImportView = z.strictObject({
  id: z.uuid(),
  state: z.enum(importStates),
  format: z.string(),
  files: Count,
  bytes: Count,
  /** From 0 to 1; null while an upload arrives. */
  progress: z.number().min(0).max(1).nullable(),
  created: Count,
  updated: Count,
  unchanged: Count,
  rejected_count: Count,
  /** Why the whole import failed; null if it did not. */
  failure: z.string().nullable(),
  /** The name of whoever began it; null for the command line. */
  created_by: z.string().nullable(),
  created_at: Time,
  finished_at: Time.nullable(),
});
export type ImportView = z.infer<typeof ImportView>;

export const ImportDetailView = ImportView.extend({
  /** The first thousand; the items have them all. */
  rejected: z.array(RejectedView),
});
export type ImportDetailView = z.infer<typeof ImportDetailView>;

export const ImportsView = z.strictObject({
  imports: z.array(ImportView),
  next_cursor: z.string().nullable(),
});
export type ImportsView = z.infer<typeof ImportsView>;

export const ImportItemView = z.strictObject({
  /** Counts from 0 through all files. */
  item: Count,
  ...place,
  outcome: z.enum(importOutcomes),
  reason: z.string().nullable(),
  article_id: z.uuid().nullable(),
  title: z.string().nullable(),
});
export type ImportItemView = z.infer<typeof ImportItemView>;

export const ImportItemsView = z.strictObject({
  items: z.array(ImportItemView),
  next_cursor: z.string().nullable(),
});
export type ImportItemsView = z.infer<typeof ImportItemsView>;

export const PreviewedArticleView = z.strictObject({
  kind: z.literal("article"),
  path: z.string(),
  line: z.number().int().nullable(),
  source_id: z.string().nullable(),
  title: z.string(),
  publisher: z.string().nullable(),
  author: z.string().nullable(),
  url: z.string().nullable(),
  published_at: Time.nullable(),
  language: z.string().nullable(),
  meta: z.record(z.string(), z.unknown()),
  /** At most the first 20,000 characters. */
  text: z.string(),
  /** Of the whole text, in code points. */
  text_length: Count,
  cut: z.boolean(),
  blocks: z.array(
    z.strictObject({
      kind: z.enum(blockKinds),
      start: Count,
      end: Count,
      level: z.number().int().optional(),
    }),
  ),
  spans: z.array(SpanShape.extend({ annotator: z.string().nullable() })),
});
export type PreviewedArticleView = z.infer<typeof PreviewedArticleView>;

export const PreviewView = z.strictObject({
  items: z.array(
    z.discriminatedUnion("kind", [
      PreviewedArticleView,
      RejectedView.extend({ kind: z.literal("rejected") }),
    ]),
  ),
  /** Whether there is more than is shown. */
  more: z.boolean(),
});
export type PreviewView = z.infer<typeof PreviewView>;
