import { beforeAll, describe, expect, test } from "vitest";
import { operator, type UserActor } from "@/lib/access/actor";
import { database } from "@/lib/store/database";
import { deleteArticlesOf, restoreArticlesOf, workOnArticlesOf } from "@/lib/workflow/deleting";
import { importFiles } from "@/lib/workflow/importing";
import { aDatabase } from "../setup/database";
import { aFile } from "../setup/files";
import { aMember, aProject } from "../setup/world";

beforeAll(async () => {
  await aDatabase();
});

/** A project with so many articles, and their ids by their titles. */
async function aProjectOf(count: number) {
  const project = await aProject();
  const lines = Array.from({ length: count }, (_, at) =>
    JSON.stringify({
      id: at,
      title: `Article ${String(at).padStart(4, "0")}`,
      text: "They denied it.",
    }),
  );
  const files = [aFile("a.jsonl", lines.join("\n"))];
  await importFiles(operator, project.slug, { format: "auto", files });
  const { rows } = await database().pool.query<{ id: string }>(
    "SELECT id FROM articles WHERE project_id = $1 ORDER BY title",
    [project.id],
  );
  return { ...project, ids: rows.map(({ id }) => id), admin: await aMember(project.id, "admin") };
}

const there = async (projectId: string) =>
  (
    await database().pool.query(
      "SELECT FROM articles WHERE project_id = $1 AND deleted_at IS NULL",
      [projectId],
    )
  ).rowCount;

const trail = async (projectId: string, action: string) =>
  (
    await database().pool.query<{ subject: string }>(
      "SELECT subject FROM audit_events WHERE project_id = $1 AND action = $2 ORDER BY subject",
      [projectId, action],
    )
  ).rows.map(({ subject }) => subject);

/** Somebody marks something in an article. */
async function mark(articleId: string, { userId }: UserActor): Promise<void> {
  await database().pool.query(
    `WITH who AS (
       INSERT INTO annotators (project_id, number, user_id)
       SELECT project_id, 77, $2 FROM articles WHERE id = $1
       ON CONFLICT DO NOTHING)
     INSERT INTO annotation_sets (id, project_id, article_id, version_id, annotator, kind, revision, scheme_version, label_counts)
     SELECT gen_random_uuid(), a.project_id, a.id, v.id, 77, 'reviewer', 1, 1, '{"claim":2}'
     FROM articles a JOIN article_versions v ON v.article_id = a.id WHERE a.id = $1`,
    [articleId, userId],
  );
}

describe("several articles at once", () => {
  test("a thousand go into the trash and come back, each with an entry in the trail", async () => {
    const { id, slug, ids, admin } = await aProjectOf(1000);
    expect(await deleteArticlesOf(admin, slug, ids)).toEqual({ deleted: 1000 });
    expect(await there(id)).toBe(0);
    expect(await trail(id, "article.deleted")).toEqual([...ids].sort());
    expect(await restoreArticlesOf(admin, slug, ids)).toEqual({ restored: 1000, taken: 0 });
    expect(await there(id)).toBe(1000);
    expect(await trail(id, "article.restored")).toEqual([...ids].sort());
  });

  test("are all kept where other people have worked on one, and that is named", async () => {
    const { id, slug, ids, admin } = await aProjectOf(3);
    const reviewer = await aMember(id, "reviewer");
    await mark(ids[1] ?? "", reviewer);
    const named = [{ id: ids[1], title: "Article 0001" }];
    expect(await workOnArticlesOf(admin, slug, ids)).toMatchObject({
      articles: 3,
      of_others: { annotation_sets: 1, spans: 2, people: 1 },
      worked_on_by_others: named,
    });
    await expect(deleteArticlesOf(admin, slug, ids)).rejects.toMatchObject({
      code: "has_work",
      details: { articles: named },
    });
    expect(await there(id)).toBe(3);
    expect(await trail(id, "article.deleted")).toEqual([]);
    expect(await deleteArticlesOf(admin, slug, ids, { force: true })).toEqual({ deleted: 3 });
  });

  test("of another project are passed over, in deleting and in restoring", async () => {
    const [mine, theirs] = [await aProjectOf(1), await aProjectOf(1)];
    const both = [...mine.ids, ...theirs.ids];
    expect(await workOnArticlesOf(mine.admin, mine.slug, both)).toMatchObject({ articles: 1 });
    expect(await deleteArticlesOf(mine.admin, mine.slug, both)).toEqual({ deleted: 1 });
    expect(await there(theirs.id)).toBe(1);
    await deleteArticlesOf(theirs.admin, theirs.slug, theirs.ids);
    expect(await restoreArticlesOf(mine.admin, mine.slug, both)).toEqual({ restored: 1, taken: 0 });
    expect(await there(theirs.id)).toBe(0);
  });

  test("that have been imported again since stay in the trash", async () => {
    const { slug, ids, admin } = await aProjectOf(2);
    await deleteArticlesOf(admin, slug, ids);
    const files = [aFile("a.jsonl", JSON.stringify({ id: 0, text: "They denied it." }))];
    await importFiles(operator, slug, { format: "auto", files });
    expect(await restoreArticlesOf(admin, slug, ids)).toEqual({ restored: 1, taken: 1 });
  });

  test.for(["reviewer", "curator"] as const)("are none of a %s's business", async (role) => {
    const { id, slug, ids } = await aProjectOf(1);
    const member = await aMember(id, role);
    for (const act of [workOnArticlesOf, deleteArticlesOf, restoreArticlesOf]) {
      await expect(act(member, slug, ids)).rejects.toMatchObject({ code: "forbidden" });
    }
    expect(await there(id)).toBe(1);
  });
});
