import { z } from "zod";
import { Refusal } from "@/lib/domain/refusal";
import type { PartOfLatest } from "@/lib/store/latest-first";

/** Which page of a list is wanted. */
export type PageAsked = {
  /** As the page before gave it; the first page if left out. */
  readonly cursor?: string | undefined;
  /** How many items it may have. */
  readonly limit?: number | undefined;
};

const USUAL_LIMIT = 50;

/** Text in a key, as PostgreSQL can compare it. */
export const KeyText = z
  .string()
  .max(1000)
  .refine((text) => text.isWellFormed() && !text.includes("\0"));

/** A time in a key, to the millisecond, as all of ours are. */
export const KeyTime = z.iso.datetime({ precision: 3 });

/**
 * A page of a list in which each item has a place, its key, that is no other's: the next page begins
 * after the key of the last item, whatever came or went meanwhile.
 *
 * @param key the shape of a key
 * @param load the items after a key, or the first, in their order
 * @throws Refusal "invalid" for a cursor that is none of this list's
 */
export async function pageOf<Row, Key extends z.ZodType>(
  { cursor, limit = USUAL_LIMIT }: PageAsked,
  {
    key,
    keyOf,
    load,
  }: {
    readonly key: Key;
    readonly keyOf: (row: Row) => z.infer<Key>;
    readonly load: (part: {
      readonly after: z.infer<Key> | null;
      readonly limit: number;
    }) => Promise<Row[]>;
  },
): Promise<{ readonly rows: readonly Row[]; readonly next_cursor: string | null }> {
  const after = cursor === undefined ? null : readCursor(cursor, key);
  const rows = await load({ after, limit: limit + 1 });
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const next_cursor = rows.length > limit && last !== undefined ? writeCursor(keyOf(last)) : null;
  return { rows: shown, next_cursor };
}

/** A page of a list that has the latest first. */
export function latestPage<Row extends { readonly createdAt: Date; readonly id: string }>(
  asked: PageAsked,
  load: (part: PartOfLatest) => Promise<Row[]>,
) {
  return pageOf(asked, {
    key: z.tuple([KeyTime, z.uuid()]),
    keyOf: ({ createdAt, id }: Row): [string, string] => [createdAt.toISOString(), id],
    load: ({ after, limit }) => {
      const place = after && { createdAt: new Date(after[0]), id: after[1] };
      return load({ after: place, limit });
    },
  });
}

/** A key as the `cursor` of a page. */
export const writeCursor = (key: unknown) => Buffer.from(JSON.stringify(key)).toString("base64url");

/** @throws Refusal "invalid" for a cursor that is none of this list's */
export function readCursor<Key extends z.ZodType>(cursor: string, key: Key): z.infer<Key> {
  let content: unknown = null;
  try {
    content = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
  } catch {
    // told below, as every cursor that is none of ours
  }
  const { success, data } = key.safeParse(content);
  if (success) return data;
  throw new Refusal("invalid", "This cursor belongs to another list.", { field: "cursor" });
}
