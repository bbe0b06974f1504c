import { v7 as uuidv7 } from "uuid";
import type { UserActor } from "@/lib/access/actor";
import type { AnnotationSet } from "@/lib/api/annotation-sets";
import { NewRound, type WrittenRound } from "@/lib/api/rounds";
import { quoteOf } from "@/lib/domain/span";
import { ArticleText } from "@/lib/domain/text";
import { database } from "@/lib/store/database";
import { annotate, openArticle, submit } from "@/lib/workflow/annotating";
import { assignmentsPage } from "@/lib/workflow/assigning";
import { makeGold } from "@/lib/workflow/gold";
import { createRound } from "@/lib/workflow/planning-rounds";
import { aMember, anArticle, aProject } from "./world";

/** A project with an admin, some reviewers and some articles, each with a text of its own. */
export async function aTeam({ reviewers = 3, articles = 6 } = {}) {
  const project = await aProject();
  const admin = await aMember(project.id, "admin");
  const team: UserActor[] = [];
  for (let n = 0; n < reviewers; n += 1) team.push(await aMember(project.id));
  const ids: string[] = [];
  for (let n = 0; n < articles; n += 1) {
    ids.push((await anArticle(project.id, `Article ${n} of ${project.slug}. They denied it.`)).id);
  }
  return { project, admin, team, articles: ids };
}

/** A round of all articles of a project, in the order in which they came. */
export function aRound(
  { project, admin, team }: Pick<Awaited<ReturnType<typeof aTeam>>, "project" | "admin" | "team">,
  given: Partial<WrittenRound> = {},
) {
  const reviewers = team.map(({ userId }) => ({ user: userId, languages: [] }));
  const written = { title: "Round", seed: 1, order: "oldest", reviewers, ...given };
  return createRound(admin, project.slug, NewRound.parse(written));
}

/** A span as tests mark it; offsets in code points. */
export type Marked = readonly [
  label: string,
  start: number,
  end: number,
  attributes?: Record<string, string>,
];

/** Somebody's own set on an article that they open, with the article's text. */
export async function opened(actor: UserActor, articleId: string) {
  const { annotation_set: set, text } = (await openArticle(actor, articleId)).article;
  if (!set) throw new Error("They may not annotate.");
  return { ...set, text: new ArticleText(text) };
}

/** Marks spans in somebody's own set, in place of what is in it; without any, it is only opened. */
export async function mark(
  actor: UserActor,
  articleId: string,
  spans: readonly Marked[],
): Promise<AnnotationSet> {
  const { text, ...set } = await opened(actor, articleId);
  if (spans.length === 0) return set;
  const { revision } = await annotate(actor, set.id, {
    revision: set.revision,
    operations: [
      ...set.spans.map(({ id }) => ({ id: uuidv7(), type: "remove_span" as const, span: { id } })),
      ...spans.map(([label, start, end, attributes = {}]) => {
        const fragments = [{ start, end }];
        const quote = quoteOf(text, fragments);
        const span = { id: uuidv7(), label, fragments, quote, attributes };
        return { id: uuidv7(), type: "add_span" as const, span };
      }),
    ],
  });
  return { ...set, revision };
}

export async function markAndSubmit(...given: Parameters<typeof mark>): Promise<AnnotationSet> {
  const { id, revision } = await mark(...given);
  return submit(given[0], id, { revision });
}

/** Opens an article and submits what is in it. @returns the set's id */
export async function work(actor: UserActor, articleId: string): Promise<string> {
  return (await markAndSubmit(actor, articleId, [])).id;
}

/** Has what somebody submitted be the gold of its version. */
export async function gold(curator: UserActor, setId: string): Promise<void> {
  await makeGold(curator, setId, { replace: false });
}

/** What everybody has of a round: "article user state", by their places in lists. */
export async function everything(
  { project, admin, team, articles }: Awaited<ReturnType<typeof aTeam>>,
  number: number,
) {
  const { assignments } = await assignmentsPage(admin, project.slug, {
    number: String(number),
    limit: 200,
  });
  return assignments.map(({ article, user, state, id }) => ({
    id,
    article: articles.indexOf(article.id),
    reviewer: team.findIndex(({ userId }) => userId === user.id),
    state,
  }));
}

/** Has an article be in a second version, with the same text. */
export async function aSecondVersion(articleId: string): Promise<void> {
  await database().pool.query(
    `WITH v AS (
       INSERT INTO article_versions (id, project_id, article_id, number, title, text, text_sha256, text_length, blocks)
       SELECT gen_random_uuid(), project_id, article_id, 2, title, text, text_sha256, text_length, blocks
       FROM article_versions WHERE article_id = $1 RETURNING article_id)
     UPDATE articles SET current_version = 2 WHERE id = (SELECT article_id FROM v)`,
    [articleId],
  );
}

/** Has every lease of a round have ended, and what was saved in it be as old. */
export async function letLeasesEnd(): Promise<void> {
  const { pool } = database();
  await pool.query(
    "UPDATE assignments SET lease_until = now() - interval '1 second' WHERE lease_until IS NOT NULL",
  );
  await pool.query("UPDATE annotation_sets SET updated_at = now() - interval '40 days'");
}
