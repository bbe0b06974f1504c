import type { Actor, UserActor } from "@/lib/access/actor";
import { limitsOf, userIdOf } from "@/lib/access/actor";
import type { MailChoices, Notification, NotificationPage } from "@/lib/api/notifications";
import {
  headlineOf,
  linesWithMentions,
  mentionsIn,
  type NotificationKind,
  notificationKinds,
} from "@/lib/domain/notifications";
import { database, type Sql } from "@/lib/store/database";
import { membersWhoSeeAll } from "@/lib/store/members";
import {
  countUnread,
  findNotification,
  listNotifications,
  markRead,
  type NotificationRow,
  setUnmailedKinds,
  tell,
  tellAssigned,
  toldInNote,
  unmailedKinds,
} from "@/lib/store/notifications";
import { isUuid } from "@/lib/store/projects";
import { latestPage, type PageAsked } from "./paging";
import { requireWholeSite } from "./permissions";

/** More unread notifications than these are not counted. */
export const MOST_COUNTED = 99;

/** Whether mail can be sent, so that it may wait to be: what else has to be right is asked when a node starts. */
const isMailed = () => Boolean(process.env.SMTP_URL);

const readerOf = (actor: UserActor) => ({ userId: actor.userId, within: limitsOf(actor) });

/**
 * A page of what the actor is told, the latest first: nothing about what is not there for them any more.
 *
 * @throws Refusal "invalid" for a cursor of another list
 */
export async function notificationsPage(
  actor: UserActor,
  { unread = false, ...asked }: PageAsked & { unread?: boolean } = {},
): Promise<NotificationPage> {
  const { rows, next_cursor } = await latestPage(asked, (part) =>
    listNotifications(database().pool, readerOf(actor), { ...part, unread }),
  );
  return { notifications: rows.map(asNotification), next_cursor };
}

/** How many the actor has not read; one more than {@link MOST_COUNTED} for all that is more. */
export function unreadNotifications(actor: UserActor): Promise<number> {
  return countUnread(database().pool, readerOf(actor), MOST_COUNTED + 1);
}

/** Notes that the actor has read what they were told. @param ids which; all if left out. Others' are left alone */
export async function readNotifications(
  actor: UserActor,
  ids: readonly string[] | undefined,
): Promise<void> {
  await markRead(database().pool, readerOf(actor), ids ?? null);
}

/**
 * Has the actor have read one thing that they were told.
 *
 * @param id as it stands in an address
 * @returns the page of what it is about; null if there is no such notification, or not for them any more
 */
export async function openNotification(actor: UserActor, id: string): Promise<string | null> {
  if (!isUuid(id)) return null;
  const sql = database().pool;
  const row = await findNotification(sql, readerOf(actor), id);
  if (!row) return null;
  await markRead(sql, readerOf(actor), [id]);
  return pathOfNotification(row);
}

/** What the actor gets by mail. */
export async function mailChoicesOf(actor: UserActor): Promise<MailChoices & { offered: boolean }> {
  const unwanted = await unmailedKinds(database().pool, actor.userId);
  const kinds = notificationKinds.filter((kind) => !unwanted.includes(kind));
  return { offered: isMailed(), kinds };
}

/** Has the actor get mail of these kinds, and of no others. @throws Refusal "forbidden" with a token for some projects */
export async function changeMailChoices(
  actor: UserActor,
  { kinds }: MailChoices,
): Promise<MailChoices & { offered: boolean }> {
  requireWholeSite(actor);
  const unwanted = notificationKinds.filter((kind) => !kinds.includes(kind));
  await setUnmailedKinds(database().pool, actor.userId, unwanted);
  return mailChoicesOf(actor);
}

/** Where what a notification is about is found. */
export function pathOfNotification({
  kind,
  projectSlug,
  articleId,
  round,
  seesAll,
}: Pick<NotificationRow, "kind" | "projectSlug" | "articleId" | "round" | "seesAll">): string {
  const project = `/projects/${projectSlug}`;
  if (kind === "commented" && seesAll) return `${project}/adjudication/${articleId}`;
  if (kind === "decided" || kind === "commented") {
    return `${project}/articles/${articleId}/decisions`;
  }
  return articleId === null ? `${project}/rounds/${round}` : `${project}/articles/${articleId}`;
}

function asNotification(row: NotificationRow): Notification {
  const { id, kind, articles, remark } = row;
  return {
    id,
    kind,
    headline: headlineOf({ kind, by: row.actorName, articles, dueAt: row.dueAt }),
    by: row.actorName,
    project: { slug: row.projectSlug, title: row.projectTitle },
    round:
      row.round === null ? null : { number: row.round, title: row.roundTitle ?? `${row.round}` },
    article:
      row.articleId === null
        ? null
        : { id: row.articleId, title: row.articleTitle ?? row.articleId },
    articles,
    remark,
    due_at: row.dueAt?.toISOString() ?? null,
    path: pathOfNotification(row),
    created_at: row.createdAt.toISOString(),
    read_at: row.readAt?.toISOString() ?? null,
  };
}

/** Something done in a project, of which others are told in the transaction that does it. */
type Done = { readonly actor: Actor; readonly projectId: string };

/** Tells reviewers of what they were given of a round. @param places who was given which stories */
export async function tellOfWork(
  sql: Sql,
  { actor, roundId }: { actor: Actor; roundId: string },
  places: readonly { readonly userId: string; readonly story: number }[],
): Promise<void> {
  if (places.length === 0) return;
  await tellAssigned(sql, { roundId, actorId: userIdOf(actor), places }, { isMailed: isMailed() });
}

/** Tells people that they are reviewers of a queue, from which they take for themselves. */
export async function tellOfQueue(
  sql: Sql,
  { actor, projectId, roundId }: Done & { roundId: string },
  userIds: readonly string[],
): Promise<void> {
  const told = { kind: "assigned", articleId: null, remark: null } as const;
  await tellOf(sql, userIds, { ...told, projectId, roundId, actor });
}

/** Tells a reviewer that their work came back, and others whom its comment mentions. */
export async function tellOfReturn(
  sql: Sql,
  {
    reviewer,
    comment,
    ...about
  }: Done & { roundId: string; articleId: string; reviewer: string; comment: string },
): Promise<void> {
  await tellOf(sql, [reviewer], { kind: "returned", ...about, remark: comment });
  await tellMentioned(sql, { ...about, remark: comment, before: "", except: [reviewer] });
}

/**
 * Tells those who are mentioned in a remark on somebody's work, if they see everybody's: to others it is not there.
 *
 * @param before what the remark was until now: who was mentioned there has been told
 */
export async function tellMentioned(
  sql: Sql,
  {
    remark,
    before,
    except = [],
    ...about
  }: Done & {
    roundId: string | null;
    articleId: string;
    remark: string;
    before: string;
    except?: readonly string[];
  },
): Promise<void> {
  const { projectId } = about;
  const told = await mentioned(sql, projectId, remark);
  if (told.length === 0) return;
  const known = new Set([...(await mentioned(sql, projectId, before)), ...except]);
  const others = told.filter((id) => !known.has(id));
  await tellOf(sql, others, { kind: "mentioned", ...about, remark });
}

/**
 * Tells those who are mentioned in the note of a set that is submitted, which they may read from now on: each the line
 * that names them, and once, however often it is submitted.
 */
export async function tellMentionedInNote(
  sql: Sql,
  {
    setId,
    note,
    actor,
    ...about
  }: { actor: UserActor; projectId: string; articleId: string; setId: string; note: string },
): Promise<void> {
  if (!/[@＠]/.test(note)) return;
  const lines = linesWithMentions(note, await membersWhoSeeAll(sql, about.projectId));
  if (lines.length === 0) return;
  const { articleId } = about;
  const known = await toldInNote(sql, { setId, articleId, actorId: actor.userId });
  for (const { line: remark, ids } of lines) {
    const others = ids.filter((id) => !known.has(id));
    await tellOf(sql, others, { kind: "mentioned", actor, ...about, roundId: null, remark });
  }
}

/** Who of those that see everybody's work is mentioned in a remark. */
async function mentioned(sql: Sql, projectId: string, remark: string): Promise<string[]> {
  return /[@＠]/.test(remark) ? mentionsIn(remark, await membersWhoSeeAll(sql, projectId)) : [];
}

/** Tells reviewers that their work on an article was decided. */
export async function tellOfDecisions(
  sql: Sql,
  about: Done & { articleId: string },
  reviewers: readonly string[],
): Promise<void> {
  await tellOf(sql, reviewers, { kind: "decided", ...about, roundId: null, remark: null });
}

/** Tells people of a comment on what was decided on an article, and those whom it mentions, who are led to it as well. */
export async function tellOfComment(
  sql: Sql,
  about: Done & { articleId: string; remark: string },
  userIds: readonly string[],
): Promise<void> {
  const all = new Set([...userIds, ...(await mentioned(sql, about.projectId, about.remark))]);
  await tellOf(sql, [...all], { kind: "commented", ...about, roundId: null });
}

async function tellOf(
  sql: Sql,
  userIds: readonly string[],
  {
    actor,
    ...told
  }: Done & {
    kind: NotificationKind;
    roundId: string | null;
    articleId: string | null;
    remark: string | null;
  },
): Promise<void> {
  await tell(sql, userIds, { ...told, actorId: userIdOf(actor) }, { isMailed: isMailed() });
}
