import { type Actor, userIdOf } from "@/lib/access/actor";
import type { PublishingChange } from "@/lib/api/projects";
import { checkedPublishing, nothingPublished } from "@/lib/domain/publishing";
import { Publishing } from "@/lib/domain/publishing-schemas";
import { Refusal } from "@/lib/domain/refusal";
import { logEvent } from "@/lib/store/audit";
import { database, type Sql, sqlTransaction } from "@/lib/store/database";
import { changeProjectPublishing, publishingOfProject } from "@/lib/store/projects";
import { projectFor } from "./projects";

/**
 * What a project says for its datasets.
 *
 * @throws Refusal "not_found"
 */
export async function publishingOf(actor: Actor, ref: string): Promise<Publishing> {
  const { id } = await projectFor(actor, ref, "read");
  return publishingIn(database().pool, id);
}

/**
 * Changes it; what is left out stays.
 *
 * @throws Refusal "not_found", "forbidden", and what {@link checkedPublishing} throws
 */
export async function changePublishing(
  actor: Actor,
  ref: string,
  change: PublishingChange,
): Promise<Publishing> {
  const { id } = await projectFor(actor, ref, "manage");
  const said = Object.entries(change).filter(([, value]) => value !== undefined);
  if (said.length === 0) return publishingOf(actor, ref);
  return sqlTransaction(database(), async (sql) => {
    const before = await publishingIn(sql, id, { lock: true });
    const publishing = checkedPublishing({ ...before, ...Object.fromEntries(said) });
    await changeProjectPublishing(sql, id, publishing);
    await logEvent(sql, {
      action: "project.publishing_changed",
      userId: userIdOf(actor),
      projectId: id,
      subject: id,
      // Creators have names, which may have to be forgotten: which parts changed is enough.
      details: { fields: said.map(([field]) => field).toSorted() },
    });
    return publishing;
  });
}

/**
 * What a project says for its datasets, for whoever may have them.
 *
 * @throws Refusal "not_found" for a project that is not there any more
 */
export async function publishingIn(
  sql: Sql,
  projectId: string,
  { lock = false } = {},
): Promise<Publishing> {
  const kept = await publishingOfProject(sql, projectId, { lock });
  if (typeof kept !== "object" || kept === null) {
    throw new Refusal("not_found", "There is no such project.");
  }
  return Publishing.parse({ ...nothingPublished, ...kept });
}
