import { DUE_WITHIN_HOURS, type NotificationKind } from "@/lib/domain/notifications";
import type { Sql } from "./database";
import type { PartOfLatest } from "./latest-first";
import { live } from "./live";
import { isWithin } from "./reach";

/** Minutes for which what somebody is told gathers before it is mailed. */
const GATHER_MINUTES = 3;

/** More places than these are looked up all at once, not one by one. */
const MANY_PLACES = 100;

/** Minutes after which a mail is tried again whose sender has said nothing of it. */
const LOST_AFTER_MINUTES = 10;

/** Days after its date for which a round is told to be due: fewer than notifications are kept, or it would be told again. */
const DUE_FOR_DAYS = 30;

/** Something to tell some people. */
export type NewNotification = {
  readonly kind: NotificationKind;
  readonly projectId: string;
  /** Who did it, and is not told; null for the command line and the clock. */
  readonly actorId: string | null;
  readonly roundId: string | null;
  readonly articleId: string | null;
  readonly remark: string | null;
};

/** Whether mail can be sent at all, and so may wait to be. */
export type Mailing = { readonly isMailed: boolean };

/** What of a row says whether and when it is mailed: unless its user wants no mail of its kind. */
const mailColumns = (kind: string, isMailed: string) => `
  CASE WHEN ${isMailed}::boolean AND NOT ${kind} = ANY(u.unmailed_kinds) THEN 'waiting' ELSE 'none' END::mail_state,
  CASE WHEN ${isMailed}::boolean AND NOT ${kind} = ANY(u.unmailed_kinds)
    THEN now() + interval '${GATHER_MINUTES} minutes' END`;

/** Tells people something, in the transaction that does it: not those who did it, nor those who cannot sign in. */
export async function tell(
  sql: Sql,
  userIds: readonly string[],
  told: NewNotification,
  { isMailed }: Mailing,
): Promise<void> {
  if (userIds.length === 0) return;
  await sql.query(
    `INSERT INTO notifications (id, project_id, user_id, kind, actor_id, round_id, article_id, remark, mail_state, mail_after)
     SELECT gen_random_uuid(), $2, u.id, $3::notification_kind, $4, $5, $6, $7, ${mailColumns("$3::notification_kind", "$8")}
     FROM users u WHERE u.id = ANY($1::uuid[]) AND u.id IS DISTINCT FROM $4::uuid AND u.disabled_at IS NULL`,
    [
      userIds,
      told.projectId,
      told.kind,
      told.actorId,
      told.roundId,
      told.articleId,
      told.remark,
      isMailed,
    ],
  );
}

/** Who has been told of being mentioned in the note of a set, as it is or once was, by its author. */
export async function toldInNote(
  sql: Sql,
  { setId, articleId, actorId }: { setId: string; articleId: string; actorId: string },
): Promise<Set<string>> {
  const { rows } = await sql.query<{ userId: string }>(
    `SELECT DISTINCT n.user_id AS "userId" FROM notifications n
     WHERE n.article_id = $2 AND n.actor_id = $3 AND n.kind = 'mentioned' AND EXISTS (
       SELECT FROM operations o WHERE o.set_id = $1 AND o.body ->> 'type' = 'set_article_note'
         AND strpos(o.body ->> 'note', n.remark) > 0)`,
    [setId, articleId, actorId],
  );
  return new Set(rows.map(({ userId }) => userId));
}

/**
 * Tells reviewers of what they have been given of a round and have to do: one notification each, which names the
 * article if it is one.
 *
 * @param places who was given which stories, which is done already
 */
export async function tellAssigned(
  sql: Sql,
  {
    roundId,
    actorId,
    places,
  }: {
    roundId: string;
    actorId: string | null;
    places: readonly { readonly userId: string; readonly story: number }[];
  },
  { isMailed }: Mailing,
): Promise<void> {
  // What the same transaction has written in bulk has no statistics yet, by which thousands of places would each be
  // looked for in all articles of the round.
  const isMany = places.length > MANY_PLACES;
  if (isMany) await sql.query("SET LOCAL enable_nestloop = off");
  await sql.query(
    `INSERT INTO notifications (id, project_id, user_id, kind, actor_id, round_id, article_id, articles, mail_state, mail_after)
     SELECT gen_random_uuid(), g.project_id, u.id, 'assigned', $2, $1, g.article_id, g.articles, ${mailColumns("'assigned'", "$5")}
     FROM (
       SELECT x.project_id, x.user_id, count(*)::int AS articles,
         CASE count(*) WHEN 1 THEN (array_agg(x.article_id))[1] END AS article_id
       FROM unnest($3::uuid[], $4::int[]) AS p (user_id, story)
       JOIN round_articles ra ON ra.round_id = $1 AND ra.story = p.story
       JOIN assignments x ON x.round_id = ra.round_id AND x.article_id = ra.article_id AND x.user_id = p.user_id
       WHERE x.state = 'queued' GROUP BY x.project_id, x.user_id) AS g
     JOIN users u ON u.id = g.user_id AND u.id IS DISTINCT FROM $2::uuid AND u.disabled_at IS NULL`,
    [
      roundId,
      actorId,
      places.map(({ userId }) => userId),
      places.map(({ story }) => story),
      isMailed,
    ],
  );
  if (isMany) await sql.query("SET LOCAL enable_nestloop = on");
}

/**
 * Tells reviewers of rounds that are due soon, or were a short while ago, that they have work left in them: once a
 * round, person and date, however many look at once.
 */
export async function tellOfDueRounds(sql: Sql, { isMailed }: Mailing): Promise<void> {
  await sql.query(
    `INSERT INTO notifications (id, project_id, user_id, kind, round_id, due_at, mail_state, mail_after)
     SELECT gen_random_uuid(), r.project_id, u.id, 'round_due', r.id, r.due_at, ${mailColumns("'round_due'", "$1")}
     FROM rounds r
     JOIN projects p ON p.id = r.project_id AND ${live("p")}
     JOIN round_reviewers v ON v.round_id = r.id AND v.removed_at IS NULL
     JOIN users u ON u.id = v.user_id AND u.disabled_at IS NULL
     LEFT JOIN members m ON m.project_id = r.project_id AND m.user_id = u.id
     WHERE r.closed_at IS NULL AND r.paused_at IS NULL AND (m.role <> 'viewer' OR u.site_admin)
       AND r.due_at < now() + interval '${DUE_WITHIN_HOURS} hours'
       AND r.due_at > now() - interval '${DUE_FOR_DAYS} days'
       AND NOT EXISTS (
         SELECT FROM notifications n WHERE n.kind = 'round_due' AND n.round_id = r.id AND n.user_id = u.id
           AND n.due_at = r.due_at)
       AND (EXISTS (
           SELECT FROM assignments x JOIN articles a ON a.id = x.article_id AND ${live("a")}
           WHERE x.round_id = r.id AND x.user_id = u.id AND x.state IN ('queued', 'open', 'returned'))
         OR r.way = 'queue' AND EXISTS (
           SELECT FROM round_stories s WHERE s.round_id = r.id AND s.places_left > 0))
     ON CONFLICT (round_id, user_id, due_at) WHERE kind = 'round_due' DO NOTHING`,
    [isMailed],
  );
}

/** A notification as it is read, with what it is about as that is called now. */
export type NotificationRow = {
  readonly id: string;
  readonly kind: NotificationKind;
  readonly createdAt: Date;
  readonly readAt: Date | null;
  readonly projectSlug: string;
  readonly projectTitle: string;
  readonly actorName: string | null;
  readonly round: number | null;
  readonly roundTitle: string | null;
  readonly articleId: string | null;
  readonly articleTitle: string | null;
  readonly articles: number;
  readonly remark: string | null;
  readonly dueAt: Date | null;
  /** Whether its reader sees the work of all. */
  readonly seesAll: boolean;
};

/**
 * Notifications `n` of a user, but none of what is not there for them any more: of a project they do not belong to,
 * of something deleted, of a round they are out of or whose date has changed; of mentions, none to whom no longer sees
 * everybody's work.
 */
const shownTo = (user: string, within: string) => `
  FROM notifications n
  JOIN users t ON t.id = n.user_id AND t.disabled_at IS NULL
  JOIN projects p ON p.id = n.project_id AND ${live("p")}
  LEFT JOIN members m ON m.project_id = n.project_id AND m.user_id = n.user_id
  LEFT JOIN rounds r ON r.id = n.round_id
  LEFT JOIN articles a ON a.id = n.article_id AND ${live("a")}
  LEFT JOIN users b ON b.id = n.actor_id
  WHERE n.user_id = ${user} AND ${isWithin("n.project_id", within)}
    AND (n.article_id IS NULL OR a.id IS NOT NULL)
    AND (t.site_admin OR CASE n.kind WHEN 'mentioned' THEN m.role IN ('admin', 'curator') ELSE m.role <> 'viewer' END)
    AND (n.kind NOT IN ('assigned', 'round_due') OR EXISTS (
      SELECT FROM round_reviewers v WHERE v.round_id = n.round_id AND v.user_id = n.user_id AND v.removed_at IS NULL))
    AND (n.kind <> 'round_due' OR r.closed_at IS NULL AND r.due_at = n.due_at)`;

/**
 * The name of who did what a notification tells of; null where its reader is a curator who is not to know who the
 * reviewers are, and it was one, or somebody who is none of the members who see everything any more.
 */
const actorName = `CASE WHEN p.reviewers_anonymous AND m.role = 'curator' AND NOT t.site_admin AND n.actor_id <> n.user_id
    AND NOT EXISTS (SELECT FROM members d WHERE d.project_id = n.project_id AND d.user_id = n.actor_id AND d.role IN ('admin', 'curator'))
    AND NOT b.site_admin
  THEN NULL ELSE b.name END`;

const columns = `n.id, n.kind, n.created_at AS "createdAt", n.read_at AS "readAt", p.slug AS "projectSlug",
  p.title AS "projectTitle", ${actorName} AS "actorName", r.number AS round, r.title AS "roundTitle",
  a.id AS "articleId", a.title AS "articleTitle", n.articles, n.remark, n.due_at AS "dueAt",
  t.site_admin OR coalesce(m.role IN ('admin', 'curator'), false) AS "seesAll"`;

/** Whose notifications a question is about, and within which projects; null for all. */
export type Reader = { readonly userId: string; readonly within: readonly string[] | null };

/** What somebody is told, the latest first. @param unread only what they have not read */
export async function listNotifications(
  sql: Sql,
  { userId, within }: Reader,
  { unread, after, limit }: PartOfLatest & { unread: boolean },
): Promise<NotificationRow[]> {
  const { rows } = await sql.query<NotificationRow>(
    `SELECT ${columns} ${shownTo("$1", "$2")} AND (NOT $3::boolean OR n.read_at IS NULL)
       AND ($4::timestamptz IS NULL OR (n.created_at, n.id) < ($4, $5::uuid))
     ORDER BY n.created_at DESC, n.id DESC LIMIT $6`,
    [userId, within, unread, after?.createdAt ?? null, after?.id ?? null, limit],
  );
  return rows;
}

/** One of those; null if it is not there for them. */
export async function findNotification(
  sql: Sql,
  { userId, within }: Reader,
  id: string,
): Promise<NotificationRow | null> {
  const { rows } = await sql.query<NotificationRow>(
    `SELECT ${columns} ${shownTo("$1", "$2")} AND n.id = $3`,
    [userId, within, id],
  );
  return rows[0] ?? null;
}

/** How many somebody has not read. @param most that are counted */
export async function countUnread(
  sql: Sql,
  { userId, within }: Reader,
  most: number,
): Promise<number> {
  const { rows } = await sql.query<{ unread: number }>(
    `SELECT count(*)::int AS unread FROM (SELECT ${shownTo("$1", "$2")} AND n.read_at IS NULL LIMIT $3) AS w`,
    [userId, within, most],
  );
  return rows[0]?.unread ?? 0;
}

/** Notes that somebody has read what they were told. @param ids which; all there is if null */
export async function markRead(
  sql: Sql,
  { userId, within }: Reader,
  ids: readonly string[] | null,
): Promise<void> {
  await sql.query(
    `UPDATE notifications n SET read_at = now()
     WHERE n.user_id = $1 AND n.read_at IS NULL AND ${isWithin("n.project_id", "$2")}
       AND ($3::uuid[] IS NULL OR n.id = ANY($3))`,
    [userId, within, ids],
  );
}

/** Forgets what was told long ago. */
export async function forgetNotifications(
  sql: Sql,
  { days }: { readonly days: number },
): Promise<void> {
  await sql.query(
    "DELETE FROM notifications WHERE created_at < now() - make_interval(days => $1)",
    [days],
  );
}

/** What somebody wants no mail of. */
export async function unmailedKinds(sql: Sql, userId: string): Promise<NotificationKind[]> {
  const { rows } = await sql.query<{ kinds: NotificationKind[] }>(
    "SELECT unmailed_kinds::text[] AS kinds FROM users WHERE id = $1",
    [userId],
  );
  return rows[0]?.kinds ?? [];
}

export async function setUnmailedKinds(
  sql: Sql,
  userId: string,
  kinds: readonly NotificationKind[],
): Promise<void> {
  await sql.query("UPDATE users SET unmailed_kinds = $2::notification_kind[] WHERE id = $1", [
    userId,
    kinds,
  ]);
}

/** A mail that is to be sent now: to whom, and what it tells. */
export type DueMail = {
  /** The same each time it is tried. */
  readonly id: string;
  /** This one counted. */
  readonly attempts: number;
  /** Since when it waits. */
  readonly since: Date;
  readonly userId: string;
  readonly email: string;
  readonly name: string;
};

/**
 * Takes what waits longest and everything else that waits for the same person, as one mail; one that was begun before
 * stays as it was. Until it is settled nobody else takes it, for ten minutes: who dies meanwhile has it sent again.
 *
 * @returns null where nothing is due
 */
export async function takeDueMail(sql: Sql): Promise<DueMail | null> {
  // One at a time, so that no two make mails of one person's.
  await sql.query("SELECT pg_advisory_xact_lock(hashtextextended('mail', 0))");
  const { rows } = await sql.query<DueMail>(
    `WITH due AS (
       SELECT user_id, mail_id, coalesce(mail_id, gen_random_uuid()) AS id FROM notifications
       WHERE mail_state = 'waiting' AND mail_after <= now() ORDER BY mail_after LIMIT 1),
     taken AS (
       UPDATE notifications n SET mail_id = due.id, mail_attempts = n.mail_attempts + 1,
         mail_after = now() + interval '${LOST_AFTER_MINUTES} minutes'
       FROM due WHERE n.user_id = due.user_id AND n.mail_state = 'waiting' AND n.mail_id IS NOT DISTINCT FROM due.mail_id
       RETURNING n.mail_id, n.mail_attempts, n.created_at, n.user_id)
     SELECT t.mail_id AS id, max(t.mail_attempts) AS attempts, min(t.created_at) AS since, u.id AS "userId", u.email, u.name
     FROM taken t JOIN users u ON u.id = t.user_id GROUP BY t.mail_id, u.id`,
  );
  return rows[0] ?? null;
}

/** What a mail is to tell: what of it is still there for its reader, unread, and not unwanted. The first is first. */
export async function contentOfMail(
  sql: Sql,
  { id, userId }: Pick<DueMail, "id" | "userId">,
): Promise<NotificationRow[]> {
  const { rows } = await sql.query<NotificationRow>(
    `SELECT ${columns} ${shownTo("$1", "NULL")} AND n.mail_id = $2 AND n.mail_state = 'waiting'
       AND n.read_at IS NULL AND NOT n.kind = ANY(t.unmailed_kinds)
     ORDER BY n.created_at, n.id`,
    [userId, id],
  );
  return rows;
}

/** Says what became of a mail: it was sent, there was nothing to send, or it never will be. */
export async function settleMail(
  sql: Sql,
  id: string,
  state: "sent" | "none" | "failed",
): Promise<void> {
  await sql.query(
    `UPDATE notifications SET mail_state = $2::mail_state, mail_after = NULL
     WHERE mail_id = $1 AND mail_state = 'waiting'`,
    [id, state],
  );
}

/** Has a mail be tried again. @param seconds from now */
export async function postponeMail(sql: Sql, id: string, seconds: number): Promise<void> {
  await sql.query(
    `UPDATE notifications SET mail_after = now() + make_interval(secs => $2)
     WHERE mail_id = $1 AND mail_state = 'waiting'`,
    [id, seconds],
  );
}

/** Has nothing wait that nobody will send: mail is not configured any more. */
export async function forgetWaitingMail(sql: Sql): Promise<void> {
  await sql.query(
    "UPDATE notifications SET mail_state = 'none', mail_after = NULL WHERE mail_state = 'waiting'",
  );
}
