import { z } from "zod";
import { type Actor, type UserActor, userIdOf } from "@/lib/access/actor";
import type { AuditEvent, AuditPage } from "@/lib/api/audit";
import { type AuditKind, actionsOf, auditActions } from "@/lib/domain/audit";
import type { Refusal } from "@/lib/domain/refusal";
import { type AuditRow, type CountedEntry, countEvent, listEvents } from "@/lib/store/audit";
import { database } from "@/lib/store/database";
import { isDatabaseTrouble } from "@/lib/store/trouble";
import { KeyTime, type PageAsked, pageOf } from "./paging";
import { requireSiteAdmin } from "./permissions";

/**
 * A page of the trail, the latest first. Site admins only.
 *
 * @param kind what it is about; everything if left out
 * @throws Refusal "forbidden", "invalid" for a cursor of another list
 */
export async function auditPage(
  actor: Actor,
  { kind, ...asked }: PageAsked & { kind?: AuditKind | undefined } = {},
): Promise<AuditPage> {
  requireSiteAdmin(actor);
  const { rows, next_cursor } = await pageOf(asked, {
    key: z.tuple([KeyTime, z.uuid()]),
    keyOf: ({ at, id }: AuditRow): [string, string] => [at.toISOString(), id],
    load: ({ after, limit }) => {
      const before = after && { at: new Date(after[0]), id: after[1] };
      return listEvents(database().pool, { actions: actionsOf(kind), before, limit });
    },
  });
  return { events: rows.map(auditEventOf), next_cursor };
}

function auditEventOf(row: AuditRow): AuditEvent {
  const { userId, userName, userEmail, projectSlug, projectTitle } = row;
  return {
    id: row.id,
    at: row.at.toISOString(),
    kind: auditActions[row.action],
    action: row.action,
    // Users are disabled, not deleted: a user who is there has both.
    user: userId === null ? null : { id: userId, name: userName ?? "", email: userEmail ?? "" },
    project:
      projectSlug === null ? null : { slug: projectSlug, title: projectTitle ?? projectSlug },
    subject: row.subject === null ? null : { id: row.subject, name: row.subjectName },
    address: row.address,
    times: row.times,
    details: row.details,
  };
}

/**
 * Counts something in the trail that keeps nobody from anything: where the database takes no changes, it
 * is not told.
 */
export async function note(entry: CountedEntry): Promise<void> {
  try {
    await countEvent(database(), entry);
  } catch (error) {
    if (!isDatabaseTrouble(error)) throw error;
  }
}

/**
 * Tells the trail of something that somebody with an account may not do. Other refusals are none of its
 * business.
 *
 * @param where the endpoint or page that was asked for, without what its asker may choose
 * @param address of the client
 */
export async function noteRefused(
  actor: UserActor,
  { code, details }: Pick<Refusal, "code" | "details">,
  { where, address }: { where: string; address: string },
): Promise<void> {
  const entry = { userId: userIdOf(actor), address: addressKey(address) };
  const { token } = actor;
  if (code === "token_scope") {
    const told = { reason: "scope", scope: String(details.scope), where };
    await note({
      ...entry,
      action: "token.refused",
      details: told,
      ...(token && { subject: token.id }),
    });
  } else if (code === "forbidden") {
    const told = { where, ...(token && { token: token.id }) };
    await note({ ...entry, action: "request.forbidden", details: told });
  }
}

/** An address as limits and the trail know it. An IPv6 network of 64 bits belongs to one household: its addresses count as one. */
export function addressKey(address: string): string {
  if (!address.includes(":")) return address.slice(0, 64);
  const [head = "", tail] = address.toLowerCase().split("%", 1).join("").split("::");
  const left = head ? head.split(":") : [];
  const right = tail ? tail.split(":") : [];
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length);
  const groups = [...left, ...Array<string>(zeros).fill("0"), ...right];
  return `${groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ""))
    .join(":")}::/64`.slice(0, 64);
}
