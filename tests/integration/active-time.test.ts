import { v7 as uuidv7 } from "uuid";
import { beforeAll, describe, expect, test } from "vitest";
import { database } from "@/lib/store/database";
import { openArticle, reportActiveTime, submit } from "@/lib/workflow/annotating";
import { ownWork } from "@/lib/workflow/assigning";
import { deleteArticles } from "@/lib/workflow/deleting";
import { diagnose, repair } from "@/lib/workflow/doctor";
import { aDatabase } from "../setup/database";
import { refusal } from "../setup/refusal";
import { aMember, anArticle, aProject, aUser } from "../setup/world";

beforeAll(async () => {
  await aDatabase();
});

/** A reviewer's set that was opened so many seconds ago. */
async function aSet({ opened = 1000 } = {}) {
  const project = await aProject();
  const article = await anArticle(project.id);
  const reviewer = await aMember(project.id);
  const { annotation_set: set } = (await openArticle(reviewer, article.id)).article;
  const setId = set?.id ?? "";
  await database().pool.query(
    "UPDATE annotation_sets SET created_at = now() - $2 * interval '1 second' WHERE id = $1",
    [setId, opened],
  );
  const tell = (seconds: number, source: string) =>
    reportActiveTime(reviewer, setId, { source, seconds }).then((told) => told.seconds);
  /** Has what was told last have been told so many seconds earlier. */
  const later = (seconds: number) =>
    database().pool.query(
      "UPDATE active_times SET reported_at = reported_at - $2 * interval '1 second' WHERE set_id = $1",
      [setId, seconds],
    );
  return { project, article, reviewer, setId, tell, later };
}

describe("active time", () => {
  test("is what a browser has counted all in all, however often it says so", async () => {
    const { tell, later } = await aSet();
    const source = uuidv7();
    expect(await tell(30, source)).toBe(30);
    expect(await tell(30, source)).toBe(30);
    await later(100);
    expect(await tell(50, source)).toBe(50);
    expect(await tell(30, source)).toBe(50);
    expect(await tell(0, source)).toBe(50);
  });

  test("adds up over browsers", async () => {
    const { tell, later } = await aSet();
    expect(await tell(30, uuidv7())).toBe(30);
    await later(100);
    expect(await tell(20, uuidv7())).toBe(50);
  });

  test("is no more than has passed since the set was opened, and since it was last told", async () => {
    const { tell, later } = await aSet({ opened: 100 });
    const source = uuidv7();
    const first = await tell(36_000, source);
    expect(first).toBeGreaterThanOrEqual(100);
    expect(first).toBeLessThan(130);
    expect(await tell(72_000, uuidv7())).toBeLessThan(first + 30);
    await later(50);
    const then = await tell(36_000, source);
    expect(then).toBeGreaterThanOrEqual(first + 50);
    expect(then).toBeLessThan(first + 100);
  });

  test("is told of a submitted set, too, and of no one else's", async () => {
    const { project, reviewer, setId, tell } = await aSet();
    await submit(reviewer, setId, { revision: 0 });
    expect(await tell(10, uuidv7())).toBe(10);
    const report = { source: uuidv7(), seconds: 10 };
    for (const actor of [await aMember(project.id, "admin"), await aUser()]) {
      await expect(reportActiveTime(actor, setId, report)).rejects.toEqual(refusal("not_found"));
    }
    await expect(reportActiveTime(reviewer, "none", report)).rejects.toEqual(refusal("not_found"));
  });

  test("is not taken of what lies in the trash", async () => {
    const { project, article, tell } = await aSet();
    await deleteArticles(await aMember(project.id, "admin"), [article.id], { force: true });
    await expect(tell(10, uuidv7())).rejects.toEqual(refusal("deleted"));
  });

  test("is shown to the reviewer, as sums over what they have submitted", async () => {
    const { reviewer, setId, tell } = await aSet();
    await tell(40, uuidv7());
    expect((await ownWork(reviewer)).active_time).toEqual({
      articles: 0,
      seconds: 0,
      median_seconds: null,
    });
    await submit(reviewer, setId, { revision: 0 });
    expect((await ownWork(reviewer)).active_time).toEqual({
      articles: 1,
      seconds: 40,
      median_seconds: 40,
    });
  });

  test("is of the project of its set, which the doctor sees to", async () => {
    const { project, setId, tell } = await aSet();
    await tell(40, uuidv7());
    const sql = (statement: string) => database().pool.query(statement, [setId]);
    await sql("UPDATE active_times SET project_id = gen_random_uuid() WHERE set_id = $1");
    const findings = (await diagnose()).filter(
      ({ check }) => check === "one_project_along_the_chain",
    );
    expect(findings).toMatchObject([{ breaches: 1 }]);
    await repair(findings);
    const { rows } = await sql("SELECT project_id, seconds FROM active_times WHERE set_id = $1");
    expect(rows).toEqual([{ project_id: project.id, seconds: 40 }]);
  });

  test("keeps no hours of the day: one moment, the last one told, whatever was told before", async () => {
    const { setId, tell, later } = await aSet();
    const source = uuidv7();
    for (const seconds of [10, 20, 30]) {
      await tell(seconds, source);
      await later(60);
    }
    const { rows } = await database().pool.query("SELECT * FROM active_times WHERE set_id = $1", [
      setId,
    ]);
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({ source, seconds: 30 });
  });
});
