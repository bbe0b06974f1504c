import { beforeAll, describe, expect, test } from "vitest";
import type { UserActor } from "@/lib/access/actor";
import { NewRound, type WrittenRound } from "@/lib/api/rounds";
import type { Role } from "@/lib/domain/roles";
import { defaultScheme } from "@/lib/domain/scheme";
import {
  annotationSet,
  historyOf,
  openArticle,
  reopen,
  setsOf,
  submit,
} from "@/lib/workflow/annotating";
import { listArticles } from "@/lib/workflow/articles";
import {
  assignmentsPage,
  changeRound,
  nextOfRound,
  ownWork,
  returnWork,
  round,
  roundsPage,
} from "@/lib/workflow/assigning";
import { attributeValues } from "@/lib/workflow/attribute-values";
import { changeScheme } from "@/lib/workflow/changing-schemes";
import { diagnose } from "@/lib/workflow/doctor";
import { exportDataset } from "@/lib/workflow/exporting";
import { feedbackOn, makeGold, roundScores, scoredArticles } from "@/lib/workflow/gold";
import { noteGuidelinesRead, saveGuidelines } from "@/lib/workflow/guidelines";
import { createRound, previewRound } from "@/lib/workflow/planning-rounds";
import { aDatabase, sql } from "../setup/database";
import { refusal } from "../setup/refusal";
import { aRound, aTeam, everything, type Marked, mark, markAndSubmit, work } from "../setup/rounds";
import { aMember, anArticle, aProject } from "../setup/world";

beforeAll(async () => {
  await aDatabase();
});

async function marked(...given: Parameters<typeof mark>): Promise<string> {
  return (await markAndSubmit(...given)).id;
}

/** "Article n of p-…. They denied it.": a claim and a denial, of the beginning and the end. */
const truth = [
  ["claim", 0, 7, { certainty: "certain" }],
  ["denial", 8, 9],
] as const satisfies readonly Marked[];

/** A team, with gold for the first articles that somebody else has made. */
async function withGold(gold: number, of: Parameters<typeof aTeam>[0] = {}) {
  const world = await aTeam(of);
  const expert = await aMember(world.project.id);
  const curator = await aMember(world.project.id, "curator");
  for (const article of world.articles.slice(0, gold)) {
    await makeGold(curator, await marked(expert, article, truth), { replace: false });
  }
  return { ...world, expert, curator };
}

describe("gold", () => {
  test("is a copy of what was submitted, with a history of its own, that only curators and admins make", async () => {
    const { project, articles, curator, team } = await withGold(0, { articles: 1 });
    const [ana, ben] = team as [UserActor, UserActor];
    const [article = ""] = articles;
    const set = await marked(ana, article, truth);
    await expect(makeGold(ana, set, { replace: false })).rejects.toEqual(refusal("forbidden"));
    await expect(makeGold(ben, set, { replace: false })).rejects.toEqual(refusal("not_found"));
    const foreign = await aMember((await aProject()).id, "admin");
    await expect(makeGold(foreign, set, { replace: true })).rejects.toEqual(refusal("not_found"));

    const gold = await makeGold(curator, set, { replace: false });
    expect(gold).toMatchObject({
      kind: "gold",
      revision: 4,
      spans: [{ label: "claim" }, { label: "denial" }],
    });
    expect(gold.submitted_at).not.toBeNull();
    const made = await historyOf(curator, gold.id, { cursor: 0, limit: 10 });
    expect(made.operations.map(({ operation }) => operation.type)).toEqual([
      "add_span",
      "add_span",
      "add_decision",
      "add_decision",
    ]);

    // Another one in its place, after a question.
    const other = await marked(ben, article, [["claim", 0, 9]]);
    await expect(makeGold(curator, other, { replace: false })).rejects.toMatchObject({
      code: "conflict",
      details: { has_gold: true },
    });
    const replaced = await makeGold(curator, other, { replace: true });
    expect(replaced).toMatchObject({ id: gold.id, revision: 10, spans: [{ label: "claim" }] });
    // Of work in a later version of the scheme, gold comes to that in its history.
    await sql(
      `WITH made AS (INSERT INTO scheme_versions (project_id, version, definition)
         SELECT project_id, 2, definition FROM scheme_versions WHERE project_id = $1 RETURNING project_id)
       UPDATE projects SET scheme_version = 2 WHERE id = (SELECT project_id FROM made)`,
      [project.id],
    );
    const later = await marked(await aMember(project.id), article, [["claim", 0, 9]]);
    const moved = await makeGold(curator, later, { replace: true });
    expect(moved).toMatchObject({ id: gold.id, revision: 15, spans: [{ label: "claim" }] });
    const { operations } = await historyOf(curator, gold.id, { cursor: 10, limit: 10 });
    expect(operations.map(({ operation }) => operation.type)).toEqual([
      "remove_decision",
      "remove_span",
      "change_scheme",
      "add_span",
      "add_decision",
    ]);
    // Nobody has made it searchable.
    const breaches = (await diagnose()).filter((one) => one.breaches > 0);
    expect(breaches.filter(({ check }) => !check.startsWith("search_"))).toEqual([]);
    // What is open, or is gold, cannot be made gold.
    const { id: open } = await mark(await aMember(project.id), article, truth);
    for (const id of [open, gold.id]) {
      await expect(makeGold(curator, id, { replace: true })).rejects.toEqual(refusal("conflict"));
    }
  });

  test("of two made at once, there is one", async () => {
    const { articles, curator, admin, team } = await withGold(0, { articles: 1 });
    const [ana] = team as [UserActor];
    const set = await marked(ana, articles[0] ?? "", truth);
    const outcomes = await Promise.allSettled(
      [curator, admin].map((who) => makeGold(who, set, { replace: false })),
    );
    expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  });

  test("is told a reviewer in no way, nor hidden from whoever settles it or only reads", async () => {
    const { project, articles, curator, admin, team } = await withGold(1, { articles: 2 });
    const [ana] = team as [UserActor];
    const viewer = await aMember(project.id, "viewer");
    const [article = "", other = ""] = articles;
    const goldOf = async (who: UserActor) =>
      (await setsOf(who, article)).filter(({ kind }) => kind === "gold");
    const [gold] = await goldOf(admin);
    if (!gold) throw new Error("There is no gold.");
    for (const who of [curator, viewer]) {
      expect(await goldOf(who)).toHaveLength(1);
      expect((await openArticle(who, article)).others.some(({ kind }) => kind === "gold")).toBe(
        true,
      );
      expect((await annotationSet(who, gold.id)).id).toBe(gold.id);
    }
    expect(await goldOf(ana)).toEqual([]);
    expect((await openArticle(ana, article)).others).toEqual([]);
    await expect(annotationSet(ana, gold.id)).rejects.toEqual(refusal("not_found"));
    const page = { cursor: 0, limit: 1 };
    await expect(historyOf(ana, gold.id, page)).rejects.toEqual(refusal("not_found"));
    // In the list, with gold and without it, an article looks the same.
    await openArticle(ana, other);
    const { articles: listed } = await listArticles(ana, project.slug);
    const looks = listed.map(({ id: _, title: __, created_at: ___, ...rest }) => rest);
    expect(looks[0]).toEqual(looks[1]);
    for (const asked of [{ label: "claim" }, { state: "annotated" } as const]) {
      expect((await listArticles(ana, project.slug, asked)).articles).toEqual([]);
      expect((await listArticles(viewer, project.slug, asked)).articles).toHaveLength(1);
    }
    const asked = { label: "claim", attribute: "certainty", prefix: "" };
    expect(await attributeValues(ana, project.slug, asked)).toEqual([]);
    expect(await attributeValues(viewer, project.slug, asked)).toHaveLength(1);
    await expect(exportDataset(ana, project.slug, { layer: "gold" })).rejects.toEqual(
      refusal("forbidden"),
    );
  });
});

describe("a practice round", () => {
  test("has the articles with gold, and is refused where there are none", async () => {
    const world = await withGold(2, { articles: 5 });
    const written = NewRound.parse({
      title: "Practice",
      kind: "practice",
      reviewers: world.team.map(({ userId }) => ({ user: userId })),
    });
    expect(await previewRound(world.admin, world.project.slug, written)).toMatchObject({
      selected: 2,
      articles: 2,
      gold: 2,
    });
    const none = await aTeam({ articles: 1 });
    await expect(aRound(none, { kind: "practice" })).rejects.toMatchObject({
      code: "invalid",
      message: expect.stringContaining("has gold"),
    });
    await expect(
      aRound(world, { kind: "practice", order: "random", gold_percent: 10 }),
    ).rejects.toEqual(refusal("invalid"));
  });

  test("gives feedback once its article is submitted, and keeps the score of the first time", async () => {
    const world = await withGold(1, { articles: 2, reviewers: 2 });
    const { project, articles, admin, curator } = world;
    const [ana, ben] = world.team as [UserActor, UserActor];
    const [article = "", plain = ""] = articles;
    await aRound(world, { kind: "practice", overlap: 2 });
    const asked = { number: "1", articleId: article };
    await expect(feedbackOn(ana, project.slug, asked)).rejects.toEqual(refusal("conflict"));
    await expect(feedbackOn(ana, project.slug, { ...asked, articleId: plain })).rejects.toEqual(
      refusal("not_found"),
    );

    // The denial has other boundaries, the claim another certainty, and one is too many.
    const set = await marked(ana, article, [
      ["claim", 0, 7, { certainty: "possible" }],
      ["denial", 8, 12],
      ["attribution", 13, 14],
    ]);
    const { feedback } = await feedbackOn(ana, project.slug, asked);
    expect(feedback.spans).toMatchObject([
      { finding: "agrees", attributes: [{ name: "certainty", own: "possible", gold: "certain" }] },
      {
        finding: "boundary",
        own: { fragments: [{ start: 8, end: 12 }] },
        gold: { fragments: [{ start: 8, end: 9 }] },
      },
      { finding: "extra", own: { label: "attribution" }, gold: null },
    ]);
    const first = { own: 3, gold: 2, exact: 1, overlap: 2, f1_exact: 2 / 5, f1_overlap: 4 / 5 };
    expect(feedback.score).toEqual(first);
    expect(feedback.first?.score).toEqual(first);
    expect((await setsOf(ana, article)).map(({ kind }) => kind)).toContain("gold");
    expect((await setsOf(ben, article)).map(({ kind }) => kind)).not.toContain("gold");

    // Once more, which is no first time; while it is open, gold is out of sight.
    const { revision } = await annotationSet(ana, set);
    await reopen(ana, set, { revision });
    await expect(feedbackOn(ana, project.slug, asked)).rejects.toEqual(refusal("conflict"));
    expect((await setsOf(ana, article)).map(({ kind }) => kind)).not.toContain("gold");
    await marked(ana, article, truth);
    const again = (await feedbackOn(ana, project.slug, asked)).feedback;
    expect(again.score).toMatchObject({ f1_exact: 1, f1_overlap: 1 });
    expect(again.first?.score).toEqual(first);
    const own = { user: { id: ana.userId }, articles: 1, score: first };
    expect((await roundScores(ana, project.slug, "1")).reviewers).toMatchObject([own]);
    await marked(ben, article, truth);
    expect((await roundScores(ana, project.slug, "1")).reviewers).toHaveLength(1);
    for (const who of [admin, curator]) {
      expect((await roundScores(who, project.slug, "1")).reviewers).toHaveLength(2);
    }
    expect(await scoredArticles(ana, project.slug, { number: "1", user: ben.userId })).toEqual({
      articles: [],
      next_cursor: null,
    });
    const page = await scoredArticles(admin, project.slug, { number: "1", limit: 1 });
    expect(page.articles).toMatchObject([{ article: { id: article }, user: { id: ben.userId } }]);
    const rest = await scoredArticles(admin, project.slug, {
      number: "1",
      cursor: page.next_cursor ?? "",
    });
    expect(rest).toMatchObject({ articles: [{ user: { id: ana.userId } }], next_cursor: null });
  });

  test("scores what was submitted before it, or while it was closed, as it was before its author could see gold", async () => {
    const world = await withGold(2, { articles: 2, reviewers: 1 });
    const { project, articles, admin } = world;
    const [ana] = world.team as [UserActor];
    const [before = "", closed = ""] = articles;
    const wrong = [["claim", 0, 9]] as const satisfies readonly Marked[];
    const set = await marked(ana, before, wrong);
    await aRound(world, { kind: "practice", overlap: 1 });
    await changeRound(admin, project.slug, "1", { closed: true });
    const other = await marked(ana, closed, wrong);
    await changeRound(admin, project.slug, "1", { closed: false });
    expect((await setsOf(ana, before)).map(({ kind }) => kind)).toContain("gold");
    const { revision } = await annotationSet(ana, set);
    await reopen(ana, set, { revision });
    await marked(ana, before, truth);
    const given = (await everything(world, 1)).find(({ article }) => article === 1);
    await returnWork(admin, project.slug, { number: "1", id: given?.id ?? "", comment: "Again." });
    await marked(ana, closed, truth);
    expect(await annotationSet(ana, other)).toMatchObject({ spans: [{}, {}] });
    const score = { own: 1, gold: 2, exact: 0, overlap: 1 };
    const { articles: scored } = await scoredArticles(admin, project.slug, { number: "1" });
    expect(scored).toMatchObject([{ score }, { score }]);
  });

  test("compares work that waits in an earlier scheme as what it would be in that of gold", async () => {
    const world = await withGold(1, { articles: 1, reviewers: 1 });
    const { project, articles, admin } = world;
    const [ana] = world.team as [UserActor];
    const [article = ""] = articles;
    await aRound(world, { kind: "practice", overlap: 1 });
    // What is an attribution has no place any more, which is for its author to agree to.
    const { id: set } = await mark(ana, article, [...truth, ["attribution", 0, 7]]);
    const { labels, relations } = defaultScheme;
    const renamed = labels.flatMap((label) =>
      label.name === "attribution"
        ? []
        : [{ ...label, name: label.name === "claim" ? "statement" : label.name }],
    );
    await changeScheme(admin, project.slug, {
      base: 1,
      scheme: { labels: renamed, relations: [], article: [] },
      mapping: {
        labels: { claim: "statement", attribution: null },
        relations: Object.fromEntries(relations.map(({ name }) => [name, null])),
        attributes: [],
      },
      note: "",
    });
    const waiting = await annotationSet(ana, set);
    expect(waiting).toMatchObject({ scheme_version: 1 });
    await submit(ana, set, waiting);
    const { reviewers } = await roundScores(admin, project.slug, "1");
    expect(reviewers).toMatchObject([{ score: { own: 2, gold: 2, exact: 2 } }]);
    const { feedback } = await feedbackOn(ana, project.slug, { number: "1", articleId: article });
    expect(feedback.score).toMatchObject({ f1_exact: 1 });
    expect(feedback.spans.map(({ finding }) => finding)).toEqual(["agrees", "agrees"]);
  });

  test("shows each role what it may see, in its own project and in no other", async () => {
    const world = await withGold(1, { articles: 1, reviewers: 2 });
    const { project, articles, admin, curator } = world;
    const [ana, ben] = world.team as [UserActor, UserActor];
    const [article = ""] = articles;
    await aRound(world, { kind: "practice", overlap: 2 });
    await marked(ana, article, truth);
    await marked(ben, article, truth);
    const outcome = async (work: Promise<unknown>) =>
      work.then(() => "ok").catch(({ code }: { code: string }) => code);
    const asked = { number: "1", articleId: article, user: ana.userId };
    const seen = async (who: UserActor) => [
      await outcome(roundScores(who, project.slug, "1")),
      await outcome(scoredArticles(who, project.slug, { number: "1" })),
      await outcome(feedbackOn(who, project.slug, asked)),
    ];
    expect(await seen(admin)).toEqual(["ok", "ok", "ok"]);
    expect(await seen(curator)).toEqual(["ok", "ok", "ok"]);
    expect(await seen(ana)).toEqual(["ok", "ok", "ok"]);
    expect(await seen(ben)).toEqual(["ok", "ok", "not_found"]);
    // A reviewer who is not in the round, and a viewer.
    const gone = "not_found";
    expect(await seen(await aMember(project.id))).toEqual([gone, gone, gone]);
    const no = "forbidden";
    expect(await seen(await aMember(project.id, "viewer"))).toEqual([no, no, no]);
    const foreign = await aProject();
    for (const role of ["admin", "curator", "reviewer", "viewer"] satisfies Role[]) {
      expect(await seen(await aMember(foreign.id, role))).toEqual([gone, gone, gone]);
    }
  });
});

describe("gold that is mixed into a round", () => {
  const mixed: Partial<WrittenRound> = { order: "random", gold_percent: 20, overlap: 2 };

  test("is so much of it, drawn by the seed, and nobody who reviews can tell", async () => {
    const world = await withGold(3, { articles: 11, reviewers: 2 });
    const { project, admin, articles, curator } = world;
    const [ana] = world.team as [UserActor];
    await expect(aRound(world, { gold_percent: 20 })).rejects.toMatchObject({
      details: { field: "gold_percent" },
    });
    const made = await aRound(world, mixed);
    expect(made).toMatchObject({ articles: 10, gold_percent: 20 });
    await aRound(world, mixed);
    const [first, second] = [await everything(world, 1), await everything(world, 2)];
    const plain = (of: typeof first) => of.map(({ id: _, ...rest }) => rest);
    expect(plain(second)).toEqual(plain(first));
    const gold = new Set(first.map(({ article }) => article).filter((article) => article < 3));
    expect(gold.size).toBe(2);

    // For a reviewer, it is as any other round.
    expect((await round(ana, project.slug, "1")).gold_percent).toBeNull();
    expect((await roundsPage(ana, project.slug)).rounds.map((one) => one.gold_percent)).toEqual([
      null,
      null,
    ]);
    expect((await ownWork(ana)).rounds.map((one) => one.gold_percent)).toEqual([null, null]);
    const ownIds = articles.filter((_, index) => gold.has(index) || index === 5);
    for (const article of ownIds)
      await marked(ana, article, [["claim", 0, 7, { certainty: "certain" }]]);
    const { assignments } = await assignmentsPage(ana, project.slug, {
      number: "1",
      state: "submitted",
    });
    const looks = assignments.map(
      ({
        id: _,
        article: __,
        annotation_set: ___,
        position: ____,
        opened_at: _____,
        submitted_at: ______,
        ...rest
      }) => rest,
    );
    expect(looks).toHaveLength(3);
    expect(new Set(looks.map((look) => JSON.stringify(look))).size).toBe(1);
    for (const article of ownIds) {
      expect((await setsOf(ana, article)).map(({ kind }) => kind)).toEqual(["reviewer"]);
      await expect(
        feedbackOn(ana, project.slug, { number: "1", articleId: article }),
      ).rejects.toEqual(refusal("not_found"));
    }
    expect(await roundScores(ana, project.slug, "1")).toEqual({ reviewers: [] });
    expect((await scoredArticles(ana, project.slug, { number: "1" })).articles).toEqual([]);

    // Those who look after the round see how it goes, week by week, and each article behind it.
    const score = { own: 2, gold: 4, exact: 2 };
    for (const who of [admin, curator]) {
      expect((await roundScores(who, project.slug, "1")).reviewers).toMatchObject([
        { user: { id: ana.userId }, articles: 2, score, weeks: [{ articles: 2, score }] },
      ]);
      const { articles: scored } = await scoredArticles(who, project.slug, { number: "1" });
      expect(scored).toHaveLength(2);
      const asked = { number: "1", articleId: scored[0]?.article.id ?? "", user: ana.userId };
      expect((await feedbackOn(who, project.slug, asked)).feedback.spans).toHaveLength(2);
    }
  });

  test("is new to its reviewers", async () => {
    const world = await withGold(2, { articles: 6, reviewers: 1 });
    const [ana] = world.team as [UserActor];
    const [known = "", other = ""] = world.articles;
    await work(ana, known);
    await aRound(world, { ...mixed, gold_percent: 50, overlap: 1 });
    const given = (await everything(world, 1)).map(({ article }) => article);
    expect(given).toContain(1);
    expect(given).not.toContain(0);
    await work(ana, other);
    await expect(aRound(world, mixed)).rejects.toMatchObject({
      details: { field: "gold_percent" },
    });
  });

  test("is not drawn for who has done a copy of its text", async () => {
    const world = await withGold(1, { articles: 3, reviewers: 1 });
    const [ana] = world.team as [UserActor];
    const { text } = (await openArticle(ana, world.articles[0] ?? "")).article;
    await work(ana, (await anArticle(world.project.id, text)).id);
    await expect(aRound(world, { ...mixed, overlap: 1 })).rejects.toMatchObject({
      details: { field: "gold_percent" },
    });
  });

  test("comes out of a queue as well, and what is submitted while it is closed has no score", async () => {
    const world = await withGold(1, { articles: 2, reviewers: 1 });
    const { project, admin } = world;
    const [ana] = world.team as [UserActor];
    await aRound(world, { ...mixed, gold_percent: 50, overlap: 1, way: "queue" });
    for (const _ of world.articles) {
      const next = await nextOfRound(ana, project.slug, "1");
      if (next) await work(ana, next.id);
    }
    expect((await roundScores(admin, project.slug, "1")).reviewers).toMatchObject([
      { articles: 1 },
    ]);
    const ben = await aMember(project.id);
    await aRound({ ...world, team: [ben] }, { kind: "practice" });
    await changeRound(admin, project.slug, "2", { closed: true });
    const [practised = ""] = world.articles;
    await work(ben, practised);
    const reopened = await changeRound(admin, project.slug, "2", { closed: false });
    expect(reopened.progress.submitted).toBe(1);
    expect((await roundScores(admin, project.slug, "2")).reviewers).toEqual([]);
    const asked = { number: "2", articleId: practised };
    expect((await feedbackOn(ben, project.slug, asked)).feedback.first).toBeNull();
  });
});

describe("the guidelines that work was done by", () => {
  const guideline = (text: string) => ({
    blocks: [{ type: "paragraph" as const, words: [{ text }] }],
  });

  test("are those of the round, or else those that were read last; none before it is submitted", async () => {
    const world = await aTeam({ articles: 2, reviewers: 2 });
    const { project, admin } = world;
    const [ana, ben] = world.team as [UserActor, UserActor];
    const [one = "", two = ""] = world.articles;
    const version = async (set: string) =>
      (await sql("SELECT guideline_version AS v FROM annotation_sets WHERE id = $1", [set])).rows[0]
        ?.v;
    expect((await aRound(world, { articles: { ids: [one] } })).guideline_version).toBeNull();
    expect(await version(await work(ben, two))).toBeNull();
    await saveGuidelines(admin, project.slug, { from: 0, content: guideline("One."), note: "" });
    const made = await aRound({ ...world, team: [ana] }, { articles: { ids: [one] } });
    expect(made.guideline_version).toBe(1);
    await saveGuidelines(admin, project.slug, { from: 1, content: guideline("Two."), note: "" });
    await noteGuidelinesRead(ana, project.slug, 2);
    const open = (await openArticle(ana, one)).article.annotation_set?.id ?? "";
    expect(await version(open)).toBeNull();
    expect(await version(await work(ana, one))).toBe(1);
    expect(await version(await work(ana, two))).toBe(2);
    const { bytes } = await exportDataset(admin, project.slug, { layer: "reviewers" });
    const lines: string[] = [];
    for await (const part of bytes) lines.push(new TextDecoder().decode(part));
    expect(
      lines
        .join("")
        .match(/"guideline_version":(?:null|\d)/g)
        ?.sort(),
    ).toEqual(['"guideline_version":1', '"guideline_version":2', '"guideline_version":null']);
  });
});

test("a round without gold in it is made as before", async () => {
  const world = await aTeam({ articles: 2, reviewers: 1 });
  const written = NewRound.parse({ title: "R", reviewers: [{ user: world.team[0]?.userId }] });
  expect(await createRound(world.admin, world.project.slug, written)).toMatchObject({
    articles: 2,
    gold_percent: null,
  });
});
