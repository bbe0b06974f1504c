import { v7 as uuidv7 } from "uuid";
import { beforeAll, describe, expect, test } from "vitest";
import type { UserActor } from "@/lib/access/actor";
import type { AnnotationSet } from "@/lib/api/annotation-sets";
import type { ArticleListQuery } from "@/lib/api/articles";
import { Dashboard } from "@/lib/api/dashboard";
import { addDays, dayOf, mondayOf } from "@/lib/domain/utc-days";
import { fillAgreements } from "@/lib/store/agreements";
import { database } from "@/lib/store/database";
import { reopen, reportActiveTime, setAside, submit } from "@/lib/workflow/annotating";
import { listArticles } from "@/lib/workflow/articles";
import { returnWork } from "@/lib/workflow/assigning";
import { dashboardOf, reviewerName } from "@/lib/workflow/dashboard";
import { deleteArticles } from "@/lib/workflow/deleting";
import { diagnose, repair } from "@/lib/workflow/doctor";
import { aDatabase } from "../setup/database";
import { refusal } from "../setup/refusal";
import {
  aRound,
  aSecondVersion,
  aTeam,
  everything,
  mark,
  markAndSubmit,
  opened,
} from "../setup/rounds";
import { aMember, aProject } from "../setup/world";

beforeAll(async () => {
  await aDatabase();
});

const today = dayOf(new Date());

/** Has a set have been submitted so many days ago, and have been compared then. */
async function daysAgo({ id, version_id }: AnnotationSet, days: number): Promise<void> {
  const { pool } = database();
  await pool.query(
    "UPDATE annotation_sets SET submitted_at = submitted_at - $2 * interval '1 day' WHERE id = $1",
    [id, days],
  );
  await pool.query(
    `UPDATE agreements SET compared_at = (SELECT submitted_at FROM annotation_sets
       WHERE version_id = $1 AND submitted_at IS NOT NULL ORDER BY submitted_at OFFSET 1 LIMIT 1) WHERE version_id = $1`,
    [version_id],
  );
}

/** Ids of the articles of a list, by their places in the team's. */
const lister =
  ({ project, articles }: Awaited<ReturnType<typeof aTeam>>, actor: UserActor) =>
  async (query: ArticleListQuery) => {
    const page = await listArticles(actor, project.slug, query);
    return page.articles.map(({ id }) => articles.indexOf(id)).sort();
  };

test("of a project without anything it tells that", async () => {
  const project = await aProject();
  const admin = await aMember(project.id, "admin");
  const told = await dashboardOf(admin, project.slug);
  Dashboard.parse(told);
  expect(told).toMatchObject({
    progress: { articles: 0, new: 0, open: 0, submitted: 0, skipped: 0, flagged: 0 },
    throughput: { forecast: null, recent: { days: 0, submitted: 0 } },
    time: null,
    agreement: { weeks: [], labels: [], all: null },
  });
  expect(told.throughput.days).toHaveLength(57);
  expect(told.labels).toHaveLength(12);
  expect(told.reviewers).toMatchObject([
    { user: { id: admin.userId }, submitted: 0, last_active: null },
  ]);
});

test("is for those who see the work of all", async () => {
  const project = await aProject();
  for (const role of ["admin", "curator"] as const) {
    await dashboardOf(await aMember(project.id, role), project.slug);
  }
  for (const role of ["reviewer", "viewer"] as const) {
    const actor = await aMember(project.id, role);
    await expect(dashboardOf(actor, project.slug)).rejects.toEqual(refusal("forbidden"));
    await expect(listArticles(actor, project.slug, { reviewer: "anyone" })).rejects.toEqual(
      refusal("forbidden"),
    );
    await listArticles(actor, project.slug, { reviewer: actor.userId, state: "submitted" });
    expect(await reviewerName(actor, project.slug, (await aMember(project.id)).userId)).toBeNull();
  }
  const stranger = await aMember((await aProject()).id, "admin");
  await expect(dashboardOf(stranger, project.slug)).rejects.toEqual(refusal("not_found"));
});

test("each article is as far as the reviewer who is furthest, and each number is that of its list", async () => {
  const team = await aTeam({ articles: 8 });
  const { project, admin, articles } = team;
  const [ana, omid] = team.team as [UserActor, UserActor];
  const at = (place: number) => articles[place] ?? "";
  await markAndSubmit(ana, at(0), [["claim", 0, 7]]);
  await mark(omid, at(0), [["claim", 0, 7]]);
  await mark(ana, at(1), [["claim", 0, 7]]);
  await setAside(omid, (await opened(omid, at(1))).id, { skip_reason: "Too long." });
  await setAside(ana, (await opened(ana, at(2))).id, { skip_reason: "Too long." });
  await opened(ana, at(3)); // looked at, no more
  await markAndSubmit(omid, at(4), [["claim", 0, 7]]);
  await aSecondVersion(at(4));
  await setAside(omid, (await opened(omid, at(5))).id, { flag_reason: "Odd." });
  await markAndSubmit(omid, at(6), []);
  await deleteArticles(admin, [at(6)], { force: true });
  const { progress, reviewers } = await dashboardOf(admin, project.slug);
  expect(progress).toEqual({ articles: 7, new: 4, open: 1, submitted: 1, skipped: 1, flagged: 1 });
  const list = lister(team, admin);
  expect(await list({ reviewer: "anyone", state: "submitted" })).toEqual([0]);
  expect(await list({ reviewer: "anyone", state: "open" })).toEqual([1]);
  expect(await list({ reviewer: "anyone", state: "skipped" })).toEqual([2]);
  expect(await list({ reviewer: "anyone", state: "new" })).toEqual([3, 4, 5, 7]);
  expect(await list({ state: "flagged" })).toEqual([5]);
  for (const { user, submitted, open, skipped } of reviewers) {
    for (const [state, count] of Object.entries({ submitted, open, skipped })) {
      const shown = await list({ reviewer: user.id, state: state as "open" });
      expect(shown, `${state} by ${user.name}`).toHaveLength(count);
    }
  }
});

test("articles count on the day on which they were first submitted, and the rest is forecast from that", async () => {
  const team = await aTeam({ articles: 30 });
  const { project, admin, articles } = team;
  const [ana, omid] = team.team as [UserActor, UserActor];
  for (let days = 1; days <= 10; days += 1) {
    await daysAgo(await markAndSubmit(ana, articles[days] ?? "", []), days);
  }
  await daysAgo(await markAndSubmit(omid, articles[1] ?? "", []), 4);
  await markAndSubmit(ana, articles[11] ?? "", []);
  const { throughput } = await dashboardOf(admin, project.slug);
  const done = throughput.days.filter(({ submitted }) => submitted > 0);
  // The first article was submitted four days ago by one, and yesterday by another.
  expect(done.map(({ day, submitted }) => [day, submitted])).toEqual(
    [10, 9, 8, 7, 6, 5, 4, 3, 2, 0].map((days) => [addDays(today, -days), days === 4 ? 2 : 1]),
  );
  expect(throughput.recent).toEqual({ days: 10, submitted: 10 });
  expect(throughput.forecast?.rest).toBe(19);
  const { early, likely, late } = throughput.forecast ?? {};
  expect([early, likely, late].every((day) => (day ?? "") >= addDays(today, 15))).toBe(true);
  const list = lister(team, admin);
  const onDay = (days: number) => ({
    reviewer: "anyone" as const,
    state: "submitted" as const,
    from: addDays(today, -days),
    until: addDays(today, 1 - days),
  });
  expect(await list(onDay(4))).toEqual([1, 4]);
  expect(await list(onDay(1))).toEqual([]);
  expect(await list(onDay(0))).toEqual([11]);
});

test("labels count in the week in which their sets were submitted, and lead to the articles", async () => {
  const team = await aTeam({ articles: 3, reviewers: 2 });
  const { project, admin, articles } = team;
  const [ana, omid] = team.team as [UserActor, UserActor];
  await markAndSubmit(ana, articles[0] ?? "", [
    ["claim", 0, 7],
    ["claim", 8, 9],
    ["denial", 0, 7],
  ]);
  await daysAgo(await markAndSubmit(omid, articles[1] ?? "", [["claim", 0, 7]]), 7);
  await mark(omid, articles[2] ?? "", [["claim", 0, 7]]);
  const { labels, reviewers } = await dashboardOf(admin, project.slug);
  const week = mondayOf(today);
  expect(labels.slice(-2)).toEqual([
    { week: addDays(week, -7), spans: { claim: 1 } },
    { week, spans: { claim: 2, denial: 1 } },
  ]);
  const list = lister(team, admin);
  const asked = { reviewer: "anyone", label: "claim" } as const;
  expect(await list({ ...asked, from: week, until: addDays(week, 7) })).toEqual([0]);
  expect(await list({ ...asked, from: addDays(week, -7), until: week })).toEqual([1]);
  const spansEach = new Map(reviewers.map((row) => [row.user.id, row.spans_per_article]));
  expect([spansEach.get(ana.userId), spansEach.get(omid.userId)]).toEqual([3, 1]);
});

test("time is that of submitted sets, by quartiles and by reviewer", async () => {
  const { project, admin, articles, team } = await aTeam({ articles: 5 });
  const [ana, omid] = team as [UserActor, UserActor];
  for (const [place, seconds] of [60, 120, 180, 240].entries()) {
    const set = await markAndSubmit(place < 3 ? ana : omid, articles[place] ?? "", []);
    await database().pool.query(
      "UPDATE annotation_sets SET created_at = now() - interval '1 hour' WHERE id = $1",
      [set.id],
    );
    await reportActiveTime(place < 3 ? ana : omid, set.id, { source: uuidv7(), seconds });
  }
  const { time, reviewers } = await dashboardOf(admin, project.slug);
  expect(time).toEqual({ sets: 4, lower_quartile: 105, median: 150, upper_quartile: 195 });
  const medians = new Map(reviewers.map((row) => [row.user.id, row.median_seconds]));
  expect([medians.get(ana.userId), medians.get(omid.userId)]).toEqual([120, 240]);
});

describe("agreement", () => {
  test("is told from the second submission on, and no more once that is taken back", async () => {
    const team = await aTeam({ articles: 2 });
    const { project, admin, articles } = team;
    const [ana, omid] = team.team as [UserActor, UserActor];
    const article = articles[0] ?? "";
    const agreement = async () => (await dashboardOf(admin, project.slug)).agreement;
    await markAndSubmit(ana, article, [
      ["claim", 0, 7],
      ["denial", 8, 9],
    ]);
    expect((await agreement()).all).toBeNull();
    const { id, revision } = await markAndSubmit(omid, article, [["claim", 0, 9]]);
    // Of three spans none is the same, and the two claims overlap: 2 / (2 + 1).
    expect(await agreement()).toEqual({
      all: { articles: 1, exact: 0, overlap: 2 / 3 },
      labels: [
        { label: "claim", articles: 1, exact: 0, overlap: 1 },
        { label: "denial", articles: 1, exact: 0, overlap: 0 },
      ],
      weeks: [{ week: mondayOf(today), articles: 1, exact: 0, overlap: 2 / 3 }],
    });
    const list = lister(team, admin);
    const week = { from: mondayOf(today), until: addDays(mondayOf(today), 7) };
    expect(await list({ state: "compared", ...week })).toEqual([0]);
    expect(await list({ state: "compared", label: "denial" })).toEqual([0]);
    expect(await list({ state: "compared", label: "attribution" })).toEqual([]);
    expect(await list({ state: "compared", until: week.from })).toEqual([]);
    expect(await lister(team, ana)({ state: "compared" })).toEqual([]);
    await reopen(omid, id, { revision });
    expect((await agreement()).all).toBeNull();
  });

  test.for([
    ["is lost", "DELETE FROM agreements"],
    ["is of one label only", "DELETE FROM agreements WHERE label = ''"],
    ["is another", "UPDATE agreements SET overlap = 1, exact = 0.5"],
    ["is of another time", "UPDATE agreements SET compared_at = compared_at - interval '1 day'"],
    ["is under another project", "UPDATE agreements SET project_id = gen_random_uuid()"],
    [
      "is of a label that nobody used",
      "INSERT INTO agreements SELECT version_id, 'x', project_id, now(), 1, 1 FROM agreements WHERE label = ''",
    ],
  ] as const)("that %s is found and worked out again", async ([, breaking]) => {
    const { articles, team } = await aTeam({ articles: 1 });
    const [ana, omid] = team as [UserActor, UserActor];
    await markAndSubmit(ana, articles[0] ?? "", [
      ["claim", 0, 7],
      ["denial", 0, 7],
    ]);
    await markAndSubmit(omid, articles[0] ?? "", [["claim", 0, 9]]);
    const kept = async () =>
      (await database().pool.query("SELECT * FROM agreements ORDER BY version_id, label")).rows;
    const before = await kept();
    await database().pool.query(breaking);
    // Of other checks, the articles of these tests are no concern.
    const findings = (await diagnose()).filter(
      ({ check }) => check === "agreements_are_of_what_is_submitted",
    );
    expect(findings).toMatchObject([{ repairable: true, breaches: expect.any(Number) }]);
    expect(findings[0]?.breaches).toBeGreaterThan(0);
    await repair(findings);
    expect(await kept()).toEqual(before);
  });

  test("of what was submitted before it was kept is worked out when the database is brought up to date", async () => {
    const kept = async () =>
      (await database().pool.query("SELECT * FROM agreements ORDER BY version_id, label")).rows;
    const before = await kept();
    expect(before).not.toEqual([]);
    await database().pool.query("DELETE FROM agreements");
    await fillAgreements(database().pool);
    expect(await kept()).toEqual(before);
  });

  test("of two who submit at the same moment is told", async () => {
    const { project, admin, articles, team } = await aTeam({ articles: 5 });
    for (const article of articles) {
      const sets = await Promise.all(team.map((actor) => mark(actor, article, [["claim", 0, 7]])));
      await Promise.all(
        sets.map((set, at) => submit(team[at] as UserActor, set.id, { revision: set.revision })),
      );
    }
    const { agreement } = await dashboardOf(admin, project.slug);
    expect(agreement.all).toEqual({ articles: 5, exact: 1, overlap: 1 });
  });
});

test("what was given and returned is counted by article, and leads there", async () => {
  const team = await aTeam({ articles: 4, reviewers: 2 });
  const { project, admin } = team;
  const [ana, omid] = team.team as [UserActor, UserActor];
  await aRound(team, { overlap: 2 });
  await aRound(team, { overlap: 2, title: "Again" });
  await markAndSubmit(ana, team.articles[0] ?? "", [["claim", 0, 7]]);
  const theirs = (await everything(team, 1)).find(
    ({ article, reviewer }) => article === 0 && reviewer === 0,
  );
  await returnWork(admin, project.slug, { number: "1", id: theirs?.id ?? "", comment: "Again." });
  const { reviewers } = await dashboardOf(admin, project.slug);
  const of = (actor: UserActor) => reviewers.find(({ user }) => user.id === actor.userId);
  expect(of(ana)).toMatchObject({ assigned: 4, returned: 1, submitted: 0, last_active: today });
  expect(of(omid)).toMatchObject({ assigned: 4, returned: 0, last_active: null });
  const list = lister(team, admin);
  expect(await list({ reviewer: ana.userId, state: "assigned" })).toEqual([0, 1, 2, 3]);
  expect(await list({ reviewer: ana.userId, state: "returned" })).toEqual([0]);
  expect(await lister(team, ana)({ state: "returned" })).toEqual([0]);
  expect(await reviewerName(admin, project.slug, omid.userId)).toBe(omid.name);
});
