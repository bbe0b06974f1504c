import type { Article } from "@/lib/api/articles";
import { Refusal } from "@/lib/domain/refusal";
import { segment } from "@/lib/domain/segmenting";
import { ArticleText } from "@/lib/domain/text";
import { database } from "@/lib/store/database";
import { findSegmentation, keepSegmentation } from "@/lib/store/segmentations";

/**
 * The words and sentences of an article's version, as {@link Segmentation} reads them. They are found when
 * it is first opened, and the same from then on for everybody.
 *
 * @param article as the asking user has been given it
 */
export async function segmentationOf({
  version,
  text,
  blocks,
  language,
}: Pick<Article, "version" | "text" | "blocks" | "language">): Promise<Uint8Array> {
  const sql = database().pool;
  const kept = await findSegmentation(sql, version.id);
  if (kept) return kept;
  const found = segment(new ArticleText(text), blocks, language);
  try {
    await keepSegmentation(sql, version.id, found);
  } catch (error) {
    // What can be read can be read on a database that takes no changes, too.
    if (error instanceof Refusal && error.code === "unavailable") return found;
    throw error;
  }
  // Another node may have been first.
  return (await findSegmentation(sql, version.id)) ?? found;
}
