import { type Actor, userIdOf } from "@/lib/access/actor";
import type { AttributeValue } from "@/lib/api/projects";
import { roleMay, seesGold } from "@/lib/domain/roles";
import { setKinds } from "@/lib/domain/span";
import { beginsLike } from "@/lib/search/alike";
import { ownAnnotator } from "@/lib/store/articles";
import { recentValues } from "@/lib/store/attribute-values";
import { database } from "@/lib/store/database";
import { projectFor } from "./projects";

/** How many values are answered. */
const MOST = 20;

/**
 * The values of an attribute in the sets that the actor may see, those used most first, then those
 * used last: of their own, of what was imported, for viewers of what was settled, and for curators and admins of
 * all. Looked at are the latest sets, however many the project has.
 *
 * @param prefix what a value, or a word in it, begins with, compared as the search compares words
 * @throws Refusal "not_found" for a project that is not the actor's to see
 */
export async function attributeValues(
  actor: Actor,
  projectRef: string,
  { label, attribute, prefix }: { label: string; attribute: string; prefix: string },
): Promise<AttributeValue[]> {
  const project = await projectFor(actor, projectRef, "read");
  const sql = database().pool;
  const seesAll = roleMay(project.role, "see_all_sets");
  const userId = userIdOf(actor);
  const values = await recentValues(sql, {
    projectId: project.id,
    kinds: setKinds.filter(
      (kind) => (seesAll || kind !== "reviewer") && (kind !== "gold" || seesGold(project.role)),
    ),
    annotator: seesAll ? null : await ownAnnotator(sql, { projectId: project.id, userId }),
    label,
    attribute,
  });
  return values.filter(({ value }) => beginsLike(value, prefix)).slice(0, MOST);
}
