import { beforeAll, describe, expect, test } from "vitest";
import { operator, type UserActor } from "@/lib/access/actor";
import { NewRound } from "@/lib/api/rounds";
import { database } from "@/lib/store/database";
import { purgeTrash } from "@/lib/store/trash";
import { annotationSet, openArticle, reopen, setAside, setsOf } from "@/lib/workflow/annotating";
import { nextArticle } from "@/lib/workflow/articles";
import {
  assignmentsPage,
  changeRound,
  nextOfRound,
  ownWork,
  reassign,
  removeReviewer,
  returnWork,
  round,
  roundsPage,
  setReviewer,
} from "@/lib/workflow/assigning";
import { deleteArticles, restoreArticle } from "@/lib/workflow/deleting";
import { diagnose } from "@/lib/workflow/doctor";
import { createRound, previewRound } from "@/lib/workflow/planning-rounds";
import { aDatabase, sql } from "../setup/database";
import { refusal } from "../setup/refusal";
import { aRound, aSecondVersion, aTeam, everything, letLeasesEnd, work } from "../setup/rounds";
import { aMember, anArticle } from "../setup/world";

beforeAll(async () => {
  await aDatabase();
});

async function setLanguage(articleId: string, language: string): Promise<void> {
  await sql("UPDATE articles SET language = $2 WHERE id = $1", [articleId, language]);
  await sql("UPDATE article_versions SET language = $2 WHERE article_id = $1", [
    articleId,
    language,
  ]);
}

const next = async ({ slug }: { slug: string }, actor: UserActor, after: string | null = null) =>
  (await nextArticle(actor, slug, after))?.id ?? null;

const setOf = async (actor: UserActor, article: string) =>
  (await openArticle(actor, article)).article.annotation_set ?? { id: "", revision: 0 };

describe("an assigned round", () => {
  test("gives each article to as many reviewers as its overlap, evenly, and says how far it is", async () => {
    const world = await aTeam({ reviewers: 3, articles: 6 });
    const made = await aRound(world, { overlap: 2 });
    expect(made).toMatchObject({ number: 1, articles: 6, free: 0 });
    expect(made.reviewers.map(({ progress }) => progress.queued)).toEqual([4, 4, 4]);
    const given = await everything(world, 1);
    const pairs = Map.groupBy(given, ({ article }) => article);
    expect([...pairs.values()].map(({ length }) => length)).toEqual([2, 2, 2, 2, 2, 2]);
    expect((await aRound(world)).number).toBe(2);
  });

  test("comes out the same from the same seed", async () => {
    const world = await aTeam({ reviewers: 4, articles: 8 });
    await aRound(world, { overlap: 2, seed: 9, order: "random" });
    await aRound(world, { overlap: 2, seed: 9, order: "random" });
    const [first, second] = [await everything(world, 1), await everything(world, 2)];
    const plain = (of: typeof first) => of.map(({ id: _, ...rest }) => rest);
    expect(plain(second)).toEqual(plain(first));
  });

  test("is previewed with what nobody can be given", async () => {
    const world = await aTeam({ reviewers: 2, articles: 4 });
    const [one = "", two = ""] = world.articles;
    await setLanguage(one, "ru");
    await setLanguage(two, "fa-IR");
    const [ana, ben] = world.team;
    const written = NewRound.parse({
      title: "R",
      overlap: 2,
      reviewers: [
        { user: ana?.userId, languages: ["en", "fa"] },
        { user: ben?.userId, languages: ["en"] },
      ],
    });
    expect(await previewRound(world.admin, world.project.slug, written)).toMatchObject({
      selected: 4,
      articles: 4,
      copies: 0,
      assignments: 5,
      missing: [
        { language: "fa", articles: 1, assignments: 1, readers: 1 },
        { language: "ru", articles: 1, assignments: 2, readers: 0 },
      ],
    });
    const made = await createRound(world.admin, world.project.slug, written);
    expect(made.free).toBe(3);
    expect(made.progress.queued).toBe(5);
  });

  test("gives copies of a text to the same reviewers", async () => {
    const world = await aTeam({ reviewers: 3, articles: 3 });
    const copied = `Copied in ${world.project.slug}.`;
    for (let copy = 0; copy < 3; copy += 1) {
      world.articles.push((await anArticle(world.project.id, copied)).id);
    }
    const made = await aRound(world);
    expect(made.articles).toBe(6);
    const given = await everything(world, 1);
    expect(
      new Set(given.filter(({ article }) => article >= 3).map(({ reviewer }) => reviewer)).size,
    ).toBe(1);
    expect(made.reviewers.map(({ progress }) => progress.queued).sort()).toEqual([1, 2, 3]);
  });

  test("picks by languages, by ids, by what was searched for, and by what is in no round yet; or a sample", async () => {
    const world = await aTeam({ articles: 5 });
    const [one = "", two = "", three = ""] = world.articles;
    await setLanguage(one, "fa");
    await setLanguage(two, "fa-IR");
    const count = async (given: object) => (await aRound(world, given)).articles;
    expect(await count({ articles: { languages: ["fa"] } })).toBe(2);
    expect(await count({ articles: { languages: ["und"], ids: [one, three] } })).toBe(1);
    expect(await count({ articles: { unassigned: true } })).toBe(2);
    expect(await count({ sample: { size: 3, by: ["language"] } })).toBe(3);
    await expect(count({ articles: { q: "nowhere to be found" } })).rejects.toEqual(
      refusal("invalid"),
    );
    await expect(count({ articles: { state: "submitted" } })).rejects.toEqual(refusal("invalid"));
    await work(world.admin, three);
    expect(await count({ articles: { state: "submitted" } })).toBe(1);
  });

  test("is next for its reviewers: what was returned, what is open, then the rest in its order", async () => {
    const world = await aTeam({ reviewers: 1, articles: 4 });
    const { project, articles } = world;
    const [ana] = world.team as [UserActor];
    const [one = "", two = "", three = "", four = ""] = articles;
    await aRound(world);
    expect(await next(project, ana)).toBe(one);
    await setOf(ana, three);
    expect(await next(project, ana)).toBe(three);
    await work(ana, one);
    expect(await next(project, ana, one)).toBe(three);
    // Who leaves it open goes on behind it, and comes round.
    expect(await next(project, ana, three)).toBe(two);
    await setOf(ana, two);
    expect(await next(project, ana, three)).toBe(four);
    const [given] = await everything(world, 1);
    const path = { number: "1", id: given?.id ?? "", comment: "The title is a claim too." };
    await returnWork(world.admin, project.slug, path);
    expect(await next(project, ana)).toBe(one);
    // Leaving each open visits all.
    await setOf(ana, four);
    const visited: (string | null)[] = [one];
    for (let step = 0; step < 4; step += 1) {
      visited.push(await next(project, ana, visited.at(-1) ?? null));
    }
    expect(visited).toEqual([one, two, three, four, one]);
    for (const id of articles) await work(ana, id);
    expect(await next(project, ana)).toBeNull();
    // Whoever is in no round goes through the list, as ever.
    expect(await next(project, await aMember(project.id))).toBe(four);
  });

  test("counts what was submitted before as done", async () => {
    const world = await aTeam({ reviewers: 1, articles: 2 });
    const [ana] = world.team as [UserActor];
    await work(ana, world.articles[0] ?? "");
    expect((await aRound(world)).progress).toMatchObject({ queued: 1, submitted: 1 });
  });

  test("gives nothing new while it is paused, and changes no more when it is closed", async () => {
    const world = await aTeam({ reviewers: 1, articles: 3 });
    const { project, admin, articles } = world;
    const [ana] = world.team as [UserActor];
    const [one = "", two = "", three = ""] = articles;
    await aRound(world);
    await setOf(ana, two);
    await changeRound(admin, project.slug, "1", { paused: true });
    expect(await next(project, ana)).toBe(two);
    await work(ana, two);
    expect(await next(project, ana)).toBeNull();
    await changeRound(admin, project.slug, "1", { paused: false });
    expect(await next(project, ana)).toBe(one);
    const closed = await changeRound(admin, project.slug, "1", { closed: true });
    expect(closed.closed_at).not.toBeNull();
    await work(ana, one);
    expect((await round(admin, project.slug, "1")).progress).toMatchObject({
      queued: 2,
      submitted: 1,
    });
    expect(await next(project, ana)).toBe(three);
    const [given] = await everything(world, 1);
    const path = { number: "1", id: given?.id ?? "" };
    await expect(returnWork(admin, project.slug, { ...path, comment: "x" })).rejects.toEqual(
      refusal("conflict"),
    );
    await expect(reassign(admin, project.slug, { ...path, userId: ana.userId })).rejects.toEqual(
      refusal("conflict"),
    );
  });
});

describe("a round that is opened again", () => {
  test("has followed what was done while it was closed", async () => {
    const world = await aTeam({ reviewers: 1, articles: 5 });
    const { admin, project, articles } = world;
    const [ana] = world.team as [UserActor];
    const [submitted = "", later = "", open = "", skipped = "", taken = ""] = articles;
    await aRound(world);
    await work(ana, open);
    await setAside(ana, (await setOf(ana, taken)).id, { skip_reason: "Too long." });
    await changeRound(admin, project.slug, "1", { closed: true });
    await work(ana, submitted);
    await aSecondVersion(later);
    await work(ana, later);
    await reopen(ana, (await setOf(ana, open)).id, { revision: 0 });
    await setAside(ana, (await setOf(ana, skipped)).id, { skip_reason: "Not mine." });
    await setAside(ana, (await setOf(ana, taken)).id, { skip_reason: null });
    await changeRound(admin, project.slug, "1", { closed: false });
    expect((await everything(world, 1)).map(({ state }) => state)).toEqual([
      "submitted",
      "submitted",
      "open",
      "skipped",
      "open",
    ]);
    expect((await round(admin, project.slug, "1")).free).toBe(1);
    expect(await next(project, ana)).toBe(open);
    expect(await next(project, ana, open)).toBe(taken);
  });

  test("is not closed or opened by who renames it at the same time", async () => {
    const world = await aTeam({ reviewers: 1, articles: 1 });
    const { admin, project } = world;
    await aRound(world);
    const client = await database().pool.connect();
    await client.query("BEGIN");
    await client.query("SELECT FROM rounds WHERE project_id = $1 FOR UPDATE", [project.id]);
    const both = Promise.all([
      changeRound(admin, project.slug, "1", { closed: true }),
      changeRound(admin, project.slug, "1", { title: "Renamed" }),
    ]);
    await new Promise((resolve) => setTimeout(resolve, 300));
    await client.query("COMMIT");
    client.release();
    await both;
    const made = await round(admin, project.slug, "1");
    expect([made.title, made.closed_at === null]).toEqual(["Renamed", false]);
  });
});

test("what is submitted while it is being given counts as done, also of a later version", async () => {
  const world = await aTeam({ reviewers: 2, articles: 1 });
  const [ana, ben] = world.team as [UserActor, UserActor];
  const [one = ""] = world.articles;
  await aRound(world, { reviewers: [{ user: ana.userId }, { user: ben.userId }] });
  const [given] = await everything(world, 1);
  const other = world.team[given?.reviewer === 0 ? 1 : 0] ?? ana;
  await aSecondVersion(one);
  const { id } = await setOf(other, one);
  const client = await database().pool.connect();
  await client.query("BEGIN");
  await client.query("UPDATE annotation_sets SET submitted_at = now() WHERE id = $1", [id]);
  const reassigned = reassign(world.admin, world.project.slug, {
    number: "1",
    id: given?.id ?? "",
    userId: other.userId,
  });
  await new Promise((resolve) => setTimeout(resolve, 300));
  await client.query("COMMIT");
  client.release();
  await reassigned;
  expect((await everything(world, 1)).map(({ state }) => state).sort()).toEqual([
    "skipped",
    "submitted",
  ]);
});

describe("an assignment", () => {
  test("follows its set: open, submitted, open again, skipped, taken up again", async () => {
    const world = await aTeam({ reviewers: 1, articles: 1 });
    const [ana] = world.team as [UserActor];
    const [one = ""] = world.articles;
    await aRound(world);
    const state = async () => (await everything(world, 1)).map((given) => given.state);
    const free = async () => (await round(world.admin, world.project.slug, "1")).free;
    expect(await state()).toEqual(["queued"]);
    const { id, revision } = await setOf(ana, one);
    expect(await state()).toEqual(["open"]);
    await work(ana, one);
    expect(await state()).toEqual(["submitted"]);
    await reopen(ana, id, { revision });
    expect(await state()).toEqual(["open"]);
    await setAside(ana, id, { skip_reason: "Too long." });
    expect([await state(), await free()]).toEqual([["skipped"], 1]);
    await setAside(ana, id, { skip_reason: "Much too long." });
    const { assignments } = await assignmentsPage(ana, world.project.slug, { number: "1" });
    expect(assignments).toMatchObject([{ skip_cause: "reviewer", skip_reason: "Much too long." }]);
    await setAside(ana, id, { skip_reason: null });
    expect([await state(), await free()]).toEqual([["open"], 0]);
    await setAside(ana, id, { skip_reason: "Too long." });
    await work(ana, one);
    expect([await state(), await free()]).toEqual([["submitted"], 0]);
  });

  test("that is returned comes back with its comment, and goes when it is submitted again", async () => {
    const world = await aTeam({ reviewers: 1, articles: 1 });
    const { project } = world;
    const [ana] = world.team as [UserActor];
    const [one = ""] = world.articles;
    const curator = await aMember(project.id, "curator");
    await aRound(world);
    const [given] = await everything(world, 1);
    const path = { number: "1", id: given?.id ?? "" };
    await expect(returnWork(curator, project.slug, { ...path, comment: "x" })).rejects.toEqual(
      refusal("conflict"),
    );
    const setId = await work(ana, one);
    await expect(returnWork(curator, project.slug, { ...path, comment: " \n" })).rejects.toEqual(
      refusal("invalid"),
    );
    const returned = await returnWork(curator, project.slug, {
      ...path,
      comment: " Mark the title. ",
    });
    expect(returned).toMatchObject({ state: "returned", comment: "Mark the title." });
    const opened = await openArticle(ana, one);
    expect(opened.article.annotation_set).toMatchObject({ id: setId, submitted_at: null });
    expect(opened.assignments).toMatchObject([
      { round: 1, state: "returned", comment: "Mark the title." },
    ]);
    expect((await ownWork(ana)).returned).toMatchObject([
      { article: { id: one }, comment: "Mark the title." },
    ]);
    await work(ana, one);
    expect((await ownWork(ana)).returned).toEqual([]);
    expect((await openArticle(ana, one)).assignments).toMatchObject([{ state: "submitted" }]);
  });

  test("counts as done by work on a later version of the article", async () => {
    const world = await aTeam({ reviewers: 1, articles: 1 });
    const [ana] = world.team as [UserActor];
    const [one = ""] = world.articles;
    await aRound(world);
    await aSecondVersion(one);
    await work(ana, one);
    expect(await everything(world, 1)).toMatchObject([{ state: "submitted" }]);
  });

  test("can be given to another reviewer, with copies of the text, but not what is submitted", async () => {
    const world = await aTeam({ reviewers: 2, articles: 1 });
    const { project, admin } = world;
    const [ana, ben] = world.team as [UserActor, UserActor];
    const text = `Twice in ${project.slug}.`;
    world.articles.push(
      (await anArticle(project.id, text)).id,
      (await anArticle(project.id, text)).id,
    );
    await aRound(world, { reviewers: [{ user: ana.userId }] });
    const given = await everything(world, 1);
    const path = { number: "1", id: given[1]?.id ?? "", userId: ben.userId };
    await expect(reassign(admin, project.slug, path)).rejects.toEqual(refusal("conflict"));
    await setReviewer(admin, project.slug, {
      number: "1",
      userId: ben.userId,
      languages: ["EN-gb"],
    });
    await reassign(admin, project.slug, path);
    const states = (await everything(world, 1)).map(({ article, reviewer, state }) => [
      article,
      reviewer,
      state,
    ]);
    expect(new Set(states.map(String))).toEqual(
      new Set(["0,0,queued", "1,0,skipped", "1,1,queued", "2,0,skipped", "2,1,queued"]),
    );
    // What was given to somebody else does not come back by work in it.
    await work(ana, world.articles[1] ?? "");
    expect(await next(project, ana)).toBe(world.articles[0]);
    await work(ana, world.articles[0] ?? "");
    const one = { number: "1", id: given[0]?.id ?? "", userId: ben.userId };
    await expect(reassign(admin, project.slug, one)).rejects.toEqual(refusal("conflict"));
    await expect(reassign(admin, project.slug, { ...path, userId: ana.userId })).rejects.toEqual(
      refusal("conflict"),
    );
    expect((await round(admin, project.slug, "1")).free).toBe(0);
  });

  test("is not left with who is taken out of the round while it is given to them", async () => {
    const world = await aTeam({ reviewers: 2, articles: 1 });
    const { project, admin } = world;
    const [ana, ben] = world.team as [UserActor, UserActor];
    await aRound(world, { reviewers: [{ user: ana.userId }] });
    await setReviewer(admin, project.slug, { number: "1", userId: ben.userId, languages: [] });
    const [given] = await everything(world, 1);
    const holder = await database().pool.connect();
    await holder.query("BEGIN");
    await holder.query("SELECT FROM round_stories FOR UPDATE");
    const giving = reassign(admin, project.slug, {
      number: "1",
      id: given?.id ?? "",
      userId: ben.userId,
    });
    const waiting = async () => {
      const { rows } = await database().pool.query(
        "SELECT count(*)::int AS n FROM pg_locks WHERE NOT granted",
      );
      return rows[0]?.n;
    };
    await expect.poll(waiting).toBeGreaterThan(0);
    const removing = removeReviewer(admin, project.slug, { number: "1", userId: ben.userId });
    await Promise.race([removing, expect.poll(waiting).toBeGreaterThan(1)]);
    await holder.query("COMMIT");
    holder.release();
    await Promise.all([giving, removing]);
    const kept = (await everything(world, 1)).filter(({ state }) => state !== "skipped");
    expect(kept).toEqual([]);
    expect((await round(admin, project.slug, "1")).free).toBe(1);
  });

  test("goes with its article into the trash, and comes back with it", async () => {
    const world = await aTeam({ reviewers: 1, articles: 2 });
    const { project, admin } = world;
    const [ana] = world.team as [UserActor];
    const [one = "", two = ""] = world.articles;
    await aRound(world);
    await deleteArticles(admin, [one], { force: true });
    expect(await next(project, ana)).toBe(two);
    expect(await round(admin, project.slug, "1")).toMatchObject({
      articles: 1,
      progress: { queued: 1 },
    });
    expect(await everything(world, 1)).toHaveLength(1);
    await restoreArticle(admin, one);
    expect(await next(project, ana)).toBe(one);
  });

  test("goes for good with its article, and the places of the rest are counted", async () => {
    const world = await aTeam({ reviewers: 2, articles: 1 });
    const { project, admin } = world;
    const text = `Twice in ${project.slug}.`;
    const copies = [(await anArticle(project.id, text)).id, (await anArticle(project.id, text)).id];
    await aRound(world, { overlap: 2 });
    await aRound(world, { way: "queue" });
    const gone = [world.articles[0] ?? "", copies[0] ?? ""];
    await deleteArticles(admin, gone, { force: true });
    await sql("UPDATE articles SET deleted_at = now() - interval '31 days' WHERE id = ANY($1)", [
      gone,
    ]);
    expect((await purgeTrash(database())).articles).toBe(2);
    expect(await round(admin, project.slug, "1")).toMatchObject({ articles: 1, free: 0 });
    expect(await round(admin, project.slug, "2")).toMatchObject({ articles: 1, free: 1 });
    const counted = (await diagnose()).find(({ check }) => check === "places_are_counted");
    expect(counted?.breaches).toBe(0);
  });

  test("can go back to whom it was taken from, and to who let it go", async () => {
    const world = await aTeam({ reviewers: 2, articles: 1 });
    const { admin, project } = world;
    const [ana, ben] = world.team as [UserActor, UserActor];
    const [one = ""] = world.articles;
    await aRound(world, { reviewers: [{ user: ana.userId }] });
    await setReviewer(admin, project.slug, { number: "1", userId: ben.userId, languages: [] });
    const held = async () => {
      const given = (await everything(world, 1)).filter(({ state }) => state !== "skipped");
      return { id: given[0]?.id ?? "", reviewers: given.map(({ reviewer }) => reviewer) };
    };
    const give = async (to: UserActor) =>
      reassign(admin, project.slug, { number: "1", id: (await held()).id, userId: to.userId });
    await give(ben);
    await give(ana);
    expect((await held()).reviewers).toEqual([0]);
    await setAside(ana, (await setOf(ana, one)).id, { skip_reason: "Too long." });
    const [skipped] = await everything(world, 1);
    await reassign(admin, project.slug, { number: "1", id: skipped?.id ?? "", userId: ben.userId });
    await give(ana);
    expect((await held()).reviewers).toEqual([0]);
    expect(await next(project, ana)).toBe(one);
  });

  test("that was returned, skipped and taken up again is still returned, unless it was submitted since", async () => {
    const world = await aTeam({ reviewers: 1, articles: 1 });
    const [ana] = world.team as [UserActor];
    const [one = ""] = world.articles;
    await aRound(world);
    const setId = await work(ana, one);
    const [given] = await everything(world, 1);
    const path = { number: "1", id: given?.id ?? "", comment: "Once more." };
    await returnWork(world.admin, world.project.slug, path);
    const skipAndTakeUp = async () => {
      await setAside(ana, setId, { skip_reason: "Too long." });
      await setAside(ana, setId, { skip_reason: null });
      return (await everything(world, 1)).map(({ state }) => state);
    };
    expect(await skipAndTakeUp()).toEqual(["returned"]);
    await work(ana, one);
    await reopen(ana, setId, { revision: 0 });
    expect(await skipAndTakeUp()).toEqual(["open"]);
  });
});

describe("a queue", () => {
  const all = async (world: Awaited<ReturnType<typeof aTeam>>, actor: UserActor) => {
    const taken: string[] = [];
    for (;;) {
      const article = await nextOfRound(actor, world.project.slug, "1");
      if (!article) return taken;
      taken.push(article.id);
      await work(actor, article.id);
    }
  };

  test("gives each article to as many as it has places, none twice to one", async () => {
    const world = await aTeam({ reviewers: 3, articles: 5 });
    const made = await aRound(world, { way: "queue", overlap: 2 });
    expect(made).toMatchObject({ free: 10, progress: { queued: 0 } });
    const [ana, ben, cem] = world.team as [UserActor, UserActor, UserActor];
    expect(await all(world, ana)).toEqual(world.articles);
    expect(await all(world, ben)).toEqual(world.articles);
    expect(await all(world, cem)).toEqual([]);
    expect(await round(world.admin, world.project.slug, "1")).toMatchObject({
      free: 0,
      progress: { submitted: 10 },
    });
  });

  test("gives the same until it is opened and left or submitted, and looks one ahead", async () => {
    const world = await aTeam({ reviewers: 2, articles: 9 });
    const { project, articles } = world;
    await aRound(world, { way: "queue" });
    const [ana, ben] = world.team as [UserActor, UserActor];
    const [one = "", two = "", three = ""] = articles;
    expect(await next(project, ana)).toBe(one);
    expect(await next(project, ana)).toBe(one);
    await setOf(ana, one);
    expect(await next(project, ana, one)).toBe(two);
    expect(await next(project, ana, one)).toBe(two);
    expect(await next(project, ben)).toBe(three);
    await work(ana, one);
    expect(await next(project, ana, one)).toBe(two);
  });

  test("does not let anybody hoard", async () => {
    const world = await aTeam({ reviewers: 1, articles: 9 });
    const [ana] = world.team as [UserActor];
    await aRound(world, { way: "queue" });
    let after: string | null = null;
    const seen = new Set<string | null>();
    for (let step = 0; step < 12; step += 1) {
      after = await next(world.project, ana, after);
      seen.add(after);
      await setOf(ana, after ?? "");
    }
    expect(seen.size).toBe(5);
  });

  test("gives only what a reviewer reads, and copies of a text to one", async () => {
    const world = await aTeam({ reviewers: 2, articles: 3 });
    const [one = "", two = "", three = ""] = world.articles;
    await setLanguage(one, "ru");
    await setLanguage(two, "fa-IR");
    await setLanguage(three, "en-US");
    const text = `Copied in ${world.project.slug}.`;
    const copies = [
      (await anArticle(world.project.id, text)).id,
      (await anArticle(world.project.id, text)).id,
    ];
    const [ana, ben] = world.team as [UserActor, UserActor];
    await aRound(world, {
      way: "queue",
      reviewers: [
        { user: ana.userId, languages: ["fa", "ru"] },
        { user: ben.userId, languages: ["en-GB"] },
      ],
    });
    await nextOfRound(ana, world.project.slug, "1");
    expect(await all(world, ben)).toEqual([three, ...copies]);
    expect(await all(world, ana)).toEqual([one, two]);
  });

  test("has what is skipped be free for others, and never again for who skipped it", async () => {
    const world = await aTeam({ reviewers: 2, articles: 1 });
    await aRound(world, { way: "queue" });
    const [ana, ben] = world.team as [UserActor, UserActor];
    const [one = ""] = world.articles;
    expect(await next(world.project, ana)).toBe(one);
    expect(await next(world.project, ben)).toBeNull();
    const { id } = await setOf(ana, one);
    await setAside(ana, id, { skip_reason: "Not mine." });
    expect(await next(world.project, ana)).toBeNull();
    expect(await next(world.project, ben)).toBe(one);
    // The place is taken, so who thinks better of it is not in the round any more.
    await setAside(ana, id, { skip_reason: null });
    await work(ana, one);
    expect(
      (await everything(world, 1)).map(({ reviewer, state }) => [reviewer, state]).sort(),
    ).toEqual([
      [0, "skipped"],
      [1, "queued"],
    ]);
  });

  test("has a lease that ended be taken over, if nothing is free and nothing was saved since", async () => {
    const world = await aTeam({ reviewers: 3, articles: 2 });
    await aRound(world, { way: "queue", lease_minutes: 30 });
    const [ana, ben, cem] = world.team as [UserActor, UserActor, UserActor];
    const [one = "", two = ""] = world.articles;
    expect(await next(world.project, ana)).toBe(one);
    await setOf(ana, one);
    await letLeasesEnd();
    expect(await next(world.project, ben)).toBe(two);
    await sql("UPDATE annotation_sets SET updated_at = now()");
    expect(await next(world.project, cem)).toBeNull();
    await letLeasesEnd();
    await sql(
      "UPDATE assignments SET lease_until = now() + interval '1 hour' WHERE article_id = $1",
      [two],
    );
    // Nobody has taken it yet, so it is still hers.
    expect(await next(world.project, ana)).toBe(one);
    expect(await next(world.project, cem)).toBe(one);
    expect(await next(world.project, ana)).toBeNull();
    await work(ana, one);
    expect(
      (await everything(world, 1))
        .map(({ article, reviewer, state }) => [article, reviewer, state].join())
        .sort(),
    ).toEqual(["0,0,skipped", "0,2,queued", "1,1,queued"]);
  });

  test("passes over what lies in the trash", async () => {
    const world = await aTeam({ reviewers: 1, articles: 2 });
    await aRound(world, { way: "queue" });
    const [ana] = world.team as [UserActor];
    const [one = "", two = ""] = world.articles;
    await deleteArticles(world.admin, [one], { force: true });
    expect(await next(world.project, ana)).toBe(two);
  });

  test("keeps to its places however many take from it at once", async () => {
    const world = await aTeam({ reviewers: 10, articles: 30 });
    await aRound(world, { way: "queue", overlap: 3, doubled_percent: null });
    await Promise.all(world.team.map((actor) => all(world, actor)));
    const given = await everything(world, 1);
    expect(given).toHaveLength(90);
    expect(new Set(given.map(({ article, reviewer }) => `${article} ${reviewer}`)).size).toBe(90);
    for (const { length } of Map.groupBy(given, ({ article }) => article).values())
      expect(length).toBe(3);
  });

  test("waits for who is just taking from the last story that has a place", async () => {
    const world = await aTeam({ reviewers: 1, articles: 1 });
    const [ana] = world.team as [UserActor];
    await aRound(world, { way: "queue", overlap: 2 });
    const client = await database().pool.connect();
    await client.query("BEGIN");
    await client.query("SELECT FROM round_stories WHERE project_id = $1 FOR NO KEY UPDATE", [
      world.project.id,
    ]);
    const taking = next(world.project, ana);
    await new Promise((resolve) => setTimeout(resolve, 200));
    await client.query("COMMIT");
    client.release();
    expect(await taking).toBe(world.articles[0]);
  });

  test("goes on behind whatever many somebody has submitted before", async () => {
    const world = await aTeam({ reviewers: 1, articles: 202 });
    const [ana] = world.team as [UserActor];
    await work(ana, world.articles[0] ?? "");
    await sql(
      `INSERT INTO annotation_sets (id, project_id, article_id, version_id, kind, annotator, scheme_version, submitted_at)
       SELECT gen_random_uuid(), v.project_id, v.article_id, v.id, s.kind, s.annotator, s.scheme_version, now()
       FROM annotation_sets s JOIN article_versions v ON v.project_id = s.project_id AND v.article_id = ANY($2)
       WHERE s.article_id = $1`,
      [world.articles[0], world.articles.slice(1, -1)],
    );
    await aRound(world, { way: "queue" });
    expect(await next(world.project, ana)).toBe(world.articles.at(-1));
  });

  test("that is paused gives nothing, and takes nothing for a token that may only read", async () => {
    const world = await aTeam({ reviewers: 1, articles: 1 });
    await aRound(world, { way: "queue" });
    const [ana] = world.team as [UserActor];
    const reading: UserActor = { ...ana, token: { id: "t", scopes: ["read"], projects: null } };
    expect(await next(world.project, reading)).toBeNull();
    await changeRound(world.admin, world.project.slug, "1", { paused: true });
    expect(await next(world.project, ana)).toBeNull();
    await changeRound(world.admin, world.project.slug, "1", { paused: false });
    expect(await next(world.project, ana)).toBe(world.articles[0]);
    expect(await next(world.project, reading)).toBe(world.articles[0]);
  });
});

describe("what reviewers see", () => {
  test("is their own work and their own rounds", async () => {
    const world = await aTeam({ reviewers: 2, articles: 2 });
    const [ana, ben] = world.team as [UserActor, UserActor];
    const { slug } = world.project;
    await aRound(world, { overlap: 2 });
    await aRound(world, { reviewers: [{ user: ben.userId }] });
    expect((await roundsPage(ana, slug)).rounds.map(({ number }) => number)).toEqual([1]);
    expect((await roundsPage(world.admin, slug)).rounds.map(({ number }) => number)).toEqual([
      2, 1,
    ]);
    const seen = await round(ana, slug, "1");
    expect(seen.progress.queued).toBe(2);
    expect(seen.reviewers.map(({ user }) => user.id)).toEqual([ana.userId]);
    await expect(round(ana, slug, "2")).rejects.toEqual(refusal("not_found"));
    await expect(round(ana, slug, "x")).rejects.toEqual(refusal("not_found"));
    await expect(nextOfRound(ana, slug, "2")).rejects.toEqual(refusal("not_found"));
    const listed = await assignmentsPage(ana, slug, { number: "1" });
    expect(listed.assignments.map(({ user }) => user.id)).toEqual([ana.userId, ana.userId]);
    expect(
      (await assignmentsPage(ana, slug, { number: "1", user: ben.userId })).assignments,
    ).toEqual([]);
    expect((await ownWork(ana)).rounds.map(({ number }) => number)).toEqual([1]);
  });

  test.for(["never", "when_submitted", "when_closed"] as const)(
    "of each other's work is what the round says: %s",
    async (others_seen) => {
      const world = await aTeam({ reviewers: 3, articles: 1 });
      const [ana, ben, cem] = world.team as [UserActor, UserActor, UserActor];
      const [one = ""] = world.articles;
      const { slug } = world.project;
      await aRound(world, {
        overlap: 2,
        others_seen,
        reviewers: [{ user: ana.userId }, { user: ben.userId }],
      });
      await work(ben, one);
      await work(cem, one);
      const seen = async () => (await setsOf(ana, one)).length;
      await setOf(ana, one);
      expect(await seen()).toBe(1);
      await work(ana, one);
      // Never the work of who is not in the round.
      expect(await seen()).toBe(others_seen === "when_submitted" ? 2 : 1);
      expect((await openArticle(ana, one)).others).toHaveLength(
        others_seen === "when_submitted" ? 1 : 0,
      );
      await changeRound(world.admin, slug, "1", { closed: true });
      expect(await seen()).toBe(others_seen === "never" ? 1 : 2);
      expect(await setsOf(cem, one)).toHaveLength(1);
    },
  );

  test("of each other's work is what they have submitted themselves, in that version", async () => {
    const world = await aTeam({ reviewers: 2, articles: 1 });
    const [ana, ben] = world.team as [UserActor, UserActor];
    const [one = ""] = world.articles;
    await aRound(world, { overlap: 2, others_seen: "when_submitted" });
    await work(ana, one);
    await work(ben, one);
    expect((await openArticle(ana, one)).others).toHaveLength(1);
    await aSecondVersion(one);
    const theirs = await work(ben, one);
    expect((await openArticle(ana, one)).others).toEqual([]);
    expect(await setsOf(ana, one)).toHaveLength(1);
    await expect(annotationSet(ana, theirs)).rejects.toEqual(refusal("not_found"));
  });

  test("of each other's work is nothing while they have to do the article in another round", async () => {
    const world = await aTeam({ reviewers: 2, articles: 1 });
    const [ana, ben] = world.team as [UserActor, UserActor];
    const [one = ""] = world.articles;
    await aRound(world, { overlap: 2, others_seen: "when_closed" });
    await work(ana, one);
    await changeRound(world.admin, world.project.slug, "1", { closed: true });
    expect((await openArticle(ben, one)).others).toHaveLength(1);
    await aRound(world, { reviewers: [{ user: ben.userId }], others_seen: "never" });
    expect((await openArticle(ben, one)).others).toEqual([]);
    await work(ben, one);
    expect((await openArticle(ben, one)).others).toHaveLength(1);
  });

  test("of each other's work is not what somebody did who has it no more", async () => {
    const world = await aTeam({ reviewers: 3, articles: 1 });
    const [ana, ben, cem] = world.team as [UserActor, UserActor, UserActor];
    const [one = ""] = world.articles;
    const { slug } = world.project;
    await aRound(world, {
      overlap: 2,
      others_seen: "when_submitted",
      reviewers: [{ user: ana.userId }, { user: ben.userId }],
    });
    await setReviewer(world.admin, slug, { number: "1", userId: cem.userId, languages: [] });
    const id = (await everything(world, 1)).find(({ reviewer }) => reviewer === 1)?.id ?? "";
    await reassign(world.admin, slug, { number: "1", id, userId: cem.userId });
    await work(ben, one);
    await work(ana, one);
    expect((await openArticle(ana, one)).others).toEqual([]);
    await work(cem, one);
    expect((await openArticle(ana, one)).others).toHaveLength(1);
  });
});

test("pages of assignments go on where the one before ended", async () => {
  const world = await aTeam({ reviewers: 2, articles: 3 });
  await aRound(world, { overlap: 2 });
  const { slug } = world.project;
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await assignmentsPage(world.admin, slug, { number: "1", limit: 4, cursor });
    seen.push(...page.assignments.map(({ id }) => id));
    cursor = page.next_cursor ?? undefined;
  } while (cursor);
  expect(new Set(seen).size).toBe(6);
  expect(seen).toHaveLength(6);
});

test.for([
  { name: "who is no member", reviewers: ["00000000-0000-4000-8000-000000000000"] },
  { name: "nobody", reviewers: [] },
])("a round is refused with reviewers: $name", async ({ reviewers }) => {
  const world = await aTeam({ articles: 1 });
  await expect(aRound(world, { reviewers: reviewers.map((user) => ({ user })) })).rejects.toEqual(
    refusal("invalid"),
  );
});

test("a round is refused with a title of nothing, and with two overlaps", async () => {
  const world = await aTeam({ articles: 1 });
  await expect(aRound(world, { title: " " })).rejects.toEqual(refusal("invalid"));
  await expect(aRound(world, { overlap: 2, doubled_percent: 10 })).rejects.toEqual(
    refusal("invalid"),
  );
  expect((await aRound(world, { doubled_percent: 100 })).progress.queued).toBe(2);
});

test("the operator at the command line is a reviewer of nothing", async () => {
  const world = await aTeam({ articles: 1 });
  await aRound(world);
  expect((await nextArticle(operator, world.project.slug, null))?.id).toBe(world.articles[0]);
});

test("nothing of this breaks a rule of the data", async () => {
  const broken = (await diagnose()).filter(({ breaches }) => breaches > 0);
  // Articles of tests are not made searchable.
  expect(broken.filter(({ check }) => !check.startsWith("search_"))).toEqual([]);
});
