import { stringify } from "csv-stringify/sync";
import { z } from "zod";
import { type Actor, type UserActor, userIdOf } from "@/lib/access/actor";
import type { AuditEvent, AuditFilter, AuditPage } from "@/lib/api/audit";
import { type AuditFormat, actionsOf, auditActions } from "@/lib/domain/audit";
import type { Refusal } from "@/lib/domain/refusal";
import {
  type AuditRow,
  type CountedEntry,
  countEvent,
  type EventFilter,
  listEvents,
  possibleActors,
} from "@/lib/store/audit";
import { database } from "@/lib/store/database";
import { isDatabaseTrouble } from "@/lib/store/trouble";
import { KeyTime, type PageAsked, pageOf } from "./paging";
import { requireSiteAdmin } from "./permissions";
import { projectFor } from "./projects";

/** What of the trail an actor may read: that of one project, or all of it. */
type Trail = { readonly projectId: string | null; readonly slug: string | null };

/**
 * @param projectRef whose trail is asked for, of its admins; all there is if null, of site admins
 * @throws Refusal "forbidden", "not_found"
 */
async function trailFor(actor: Actor, projectRef: string | null): Promise<Trail> {
  if (projectRef === null) {
    requireSiteAdmin(actor);
    return { projectId: null, slug: null };
  }
  const { id, slug } = await projectFor(actor, projectRef, "manage");
  return { projectId: id, slug };
}

/** Milliseconds of a day in UTC. */
const DAY = 86_400_000;

function filterOf(
  { projectId }: Trail,
  { kind, user, from, to, q = "" }: AuditFilter,
): EventFilter {
  return {
    actions: actionsOf(kind),
    projectId,
    userId: user ?? null,
    from: from === undefined ? null : new Date(from),
    until: to === undefined ? null : new Date(Date.parse(to) + DAY),
    q: q.trim() === "" ? null : q.trim().replaceAll("\0", ""),
  };
}

/**
 * A page of the trail, the latest first.
 *
 * @param projectRef whose trail is asked for, of its admins; all there is if null, of site admins
 * @throws Refusal "forbidden", "not_found", "invalid" for a cursor of another list
 */
export async function auditPage(
  actor: Actor,
  projectRef: string | null,
  { cursor, limit, ...filter }: PageAsked & AuditFilter = {},
): Promise<AuditPage> {
  const trail = await trailFor(actor, projectRef);
  const wanted = filterOf(trail, filter);
  const { rows, next_cursor } = await pageOf(
    { cursor, limit },
    {
      key: z.tuple([KeyTime, z.uuid()]),
      keyOf: ({ at, id }: AuditRow): [string, string] => [at.toISOString(), id],
      load: ({ after, limit: most }) => {
        const before = after && { at: new Date(after[0]), id: after[1] };
        return listEvents(database().pool, wanted, { before, limit: most });
      },
    },
  );
  return { events: rows.map((row) => auditEventOf(row, trail)), next_cursor };
}

/** The most people that a trail can be narrowed down to by choosing one. */
const MOST_ACTORS = 500;

/** Who can have done something that a trail tells of, by name. @throws Refusal "forbidden", "not_found" */
export async function auditActors(
  actor: Actor,
  projectRef: string | null,
): Promise<readonly { readonly id: string; readonly name: string }[]> {
  const { projectId } = await trailFor(actor, projectRef);
  return possibleActors(database().pool, projectId, MOST_ACTORS);
}

/** Entries that are read at once for a file. */
const AT_ONCE = 1000;

/**
 * All of a trail that meets a filter as one file, the latest first, made as it is read.
 *
 * @throws Refusal "forbidden", "not_found"
 */
export async function exportTrail(
  actor: Actor,
  projectRef: string | null,
  { format, ...filter }: AuditFilter & { format: AuditFormat },
): Promise<{
  readonly bytes: AsyncGenerator<Uint8Array>;
  readonly contentType: string;
  readonly fileName: string;
}> {
  const trail = await trailFor(actor, projectRef);
  return {
    bytes: trailBytes(trail, filterOf(trail, filter), format),
    contentType: format === "csv" ? "text/csv; charset=utf-8" : "application/x-ndjson",
    fileName: `${trail.slug ?? "gainsay"}-audit.${format}`,
  };
}

async function* trailBytes(
  trail: Trail,
  filter: EventFilter,
  format: AuditFormat,
): AsyncGenerator<Uint8Array> {
  let before: { at: Date; id: string } | null = null;
  if (format === "csv") yield Buffer.from(`\ufeff${stringify([csvColumns])}`); // spreadsheets go by the mark
  for (;;) {
    const rows: AuditRow[] = await listEvents(database().pool, filter, { before, limit: AT_ONCE });
    const last = rows.at(-1);
    if (!last) return;
    const events = rows.map((row) => auditEventOf(row, trail));
    yield Buffer.from(
      format === "csv"
        ? stringify(events.map(csvRowOf), { escape_formulas: true })
        : events.map((event) => `${JSON.stringify(event)}\n`).join(""),
    );
    if (rows.length < AT_ONCE) return;
    before = { at: last.at, id: last.id };
  }
}

const csvColumns = [
  "at",
  "kind",
  "action",
  "user_name",
  "user_email",
  "project",
  "subject",
  "subject_name",
  "times",
  "address",
  "details",
];

function csvRowOf({
  at,
  kind,
  action,
  user,
  project,
  subject,
  times,
  address,
  details,
}: AuditEvent) {
  return [
    at,
    kind,
    action,
    user?.name,
    user?.email,
    project?.slug,
    subject?.id,
    subject?.name,
    times,
    address,
    JSON.stringify(details),
  ];
}

/** Where people sit is for site admins alone. */
function auditEventOf(row: AuditRow, { projectId }: Trail): AuditEvent {
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
    address: projectId === null ? row.address : null,
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
