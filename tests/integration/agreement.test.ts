import { once } from "node:events";
import { beforeAll, describe, expect, test } from "vitest";
import type { UserActor } from "@/lib/access/actor";
import { measureNamed } from "@/lib/domain/agreement/wording";
import { defaultScheme } from "@/lib/domain/scheme";
import { database } from "@/lib/store/database";
import { agreementMadeHere, agreementOf, askForAgreement } from "@/lib/workflow/agreeing";
import { changeScheme } from "@/lib/workflow/changing-schemes";
import { disputedPassages } from "@/lib/workflow/disputed-passages";
import { startJobs } from "@/lib/workflow/jobs";
import { makeReport } from "@/lib/workflow/making-agreement-reports";
import { aDatabase, sql } from "../setup/database";
import { aJobsProcess, heldAtRow } from "../setup/jobs";
import { refusal } from "../setup/refusal";
import { aRound, aTeam, mark, markAndSubmit, work } from "../setup/rounds";
import { aMember, anArticle, aProject } from "../setup/world";

beforeAll(async () => {
  await aDatabase();
});

const { signal } = new AbortController();
const quiet = { signal, onProgress: () => undefined };

/** A report, made at once. */
const made = (actor: UserActor, slug: string, asking = {}) =>
  agreementMadeHere(actor, slug, { asking, ...quiet });

/** A project whose reviewers have all submitted an article of five words: "They denied it. She agreed." */
async function aSmallProject() {
  const project = await aProject();
  const curator = await aMember(project.id, "curator");
  const team = [await aMember(project.id), await aMember(project.id), await aMember(project.id)];
  const { id: article } = await anArticle(project.id, "They denied it. She agreed.");
  return { project, curator, team: team as [UserActor, UserActor, UserActor], article };
}

describe("a report", () => {
  test("is none until it is asked for, then made, kept, and out of date once more is submitted", async () => {
    const { project, curator, team, article } = await aSmallProject();
    const [ana, ben, eva] = team;
    await markAndSubmit(ana, article, [["denial", 0, 14]]);
    await markAndSubmit(ben, article, [["denial", 0, 11]]);
    expect(await agreementOf(curator, project.slug)).toMatchObject({ state: "none", report: null });

    const asked = await askForAgreement(curator, project.slug);
    expect(asked).toMatchObject({ state: "queued", progress: { done: 0 }, made: null });
    const report = await made(curator, project.slug);
    expect(report).toMatchObject({
      state: "done",
      made: { submitted_since: 0, current: true },
      report: { articles: 1 },
    });
    // α of five words by hand: ana DDDOO, ben DDOOO. Four coincidences differ by 2 of 10 values: D 5, O 5.
    // Do = 2/10, De = 2·5·5/(10·9) = 50/90, α = 1 − 0.2/(5/9) = 0.64.
    expect(alphaOf(report)).toBeCloseTo(0.64, 10);
    // What is kept is of the same data, so nothing is made anew.
    const { made: first } = report;
    expect(await askForAgreement(curator, project.slug)).toMatchObject({ made: first });

    await work(eva, article);
    expect(await agreementOf(curator, project.slug)).toMatchObject({
      state: "done",
      made: { submitted_since: 1, current: false },
      report: report.report,
    });
    // The one before is there while the next is made.
    const next = await askForAgreement(curator, project.slug);
    expect(next).toMatchObject({ state: "queued", report: report.report });
    expect(await made(curator, project.slug)).toMatchObject({
      made: { submitted_since: 0, current: true },
      report: { found_nothing: 1, not_annotated: 0 },
    });
  });

  test("counts who found nothing as an answer, and who has not submitted as none", async () => {
    const world = await aTeam({ reviewers: 3, articles: 2 });
    const { project, admin, articles } = world;
    const [ana, ben, eva] = world.team as [UserActor, UserActor, UserActor];
    const [first = "", second = ""] = articles;
    await aRound(world, { overlap: 3 });
    await markAndSubmit(ana, first, [["claim", 0, 7]]);
    await work(ben, first);
    await mark(eva, first, [["claim", 0, 7]]);
    await work(ana, second);
    const { report } = await made(admin, project.slug);
    expect(report).toMatchObject({
      articles: 1,
      articles_of_one: 1,
      found_nothing: 2,
      not_annotated: 3,
      pairs: [{ articles: 1 }],
    });
    const missing = report?.reviewers.map(({ not_annotated }) => not_annotated);
    expect(missing?.toSorted()).toEqual([0, 1, 2]);
    // By hand, of n words: of 2n values one is "claim", the others are nothing. Two of 2n do not agree: Do = 1/n.
    // By chance De = 2·1·(2n − 1)/(2n·(2n − 1)) = 1/n, so α = 0: no better than chance.
    expect(alphaOf({ report })).toBe(0);
  });

  test("names the versions that are disputed, and the articles of which γ is not defined, with why", async () => {
    const world = await aTeam({ reviewers: 2, articles: 2 });
    const { project, admin, articles } = world;
    const [ana, ben] = world.team as [UserActor, UserActor];
    const [first = "", second = ""] = articles;
    await markAndSubmit(ana, first, [["claim", 0, 7]]);
    await markAndSubmit(ben, first, [["denial", 0, 9]]);
    for (const who of [ana, ben]) await work(who, second);
    const kept = await made(admin, project.slug, { gamma: true });
    expect(kept.most_disputed).toMatchObject([{ article: { id: first }, version: 1, disputes: 2 }]);
    expect(kept.without_gamma).toMatchObject([
      { article: { id: second }, version: 1, why_undefined: "Nobody marked anything." },
    ]);
    expect((await made(admin, project.slug)).without_gamma).toEqual([]);
  });

  test("is of one round, one language or one label, each by itself", async () => {
    const world = await aTeam({ reviewers: 2, articles: 3 });
    const { project, admin, articles } = world;
    const [ana, ben] = world.team as [UserActor, UserActor];
    await sql("UPDATE article_versions SET language = 'fa' WHERE article_id = $1", [articles[0]]);
    await aRound(world, { overlap: 2, sample: { size: 2 }, order: "oldest" });
    const other = await anArticle(project.id, "Beside the round. They denied it.");
    for (const article of [...articles, other.id]) {
      for (const who of [ana, ben]) {
        await markAndSubmit(who, article, [
          ["claim", 0, 7],
          ["denial", 8, 11],
        ]);
      }
    }
    const of = async (asking: object) => (await made(admin, project.slug, asking)).report;
    expect((await of({}))?.articles).toBe(4);
    const round = await of({ round: 1 });
    expect(round?.articles).toBeGreaterThan(0);
    expect(round?.articles).toBeLessThan(4);
    expect(round?.rounds).toMatchObject([{ round: 1, articles: round?.articles }]);
    expect(await of({ language: "fa" })).toMatchObject({ articles: 1 });
    expect(await of({ label: "claim" })).toMatchObject({
      labels: [{ label: "claim" }],
      confusion: [{ one: "claim", other: "claim", count: 4 }],
    });
    await expect(of({ round: 2 })).rejects.toEqual(refusal("not_found"));
  });

  test("is the same, byte for byte, of the same data, whoever makes it and however often", async () => {
    const { project, curator, team, article } = await aSmallProject();
    for (const [at, who] of team.entries()) {
      await markAndSubmit(who, article, [["denial", 0, 4 + at * 3]]);
    }
    const textOf = async () => {
      await made(curator, project.slug);
      const { rows } = await sql(
        "SELECT id, report::text AS text FROM agreement_reports WHERE project_id = $1",
        [project.id],
      );
      await sql("DELETE FROM agreement_reports WHERE id = $1", [rows[0].id]);
      return rows[0].text;
    };
    expect(await textOf()).toBe(await textOf());
  });

  test("brings work in several versions of the scheme to the one that holds", async () => {
    const { project, curator, team, article } = await aSmallProject();
    const [ana, ben] = team;
    const admin = await aMember(project.id, "admin");
    await markAndSubmit(ana, article, [["denial", 0, 14]]);
    await changeScheme(admin, project.slug, {
      base: 1,
      scheme: {
        ...defaultScheme,
        labels: defaultScheme.labels.map((label) =>
          label.name === "denial" ? { ...label, name: "rejection" } : label,
        ),
        relations: [],
      },
      mapping: {
        labels: { claim: "claim", denial: "rejection", attribution: "attribution" },
        relations: { source_of: null, denies: null, nested_in: null, same_claim: null },
        attributes: [],
      },
      note: "",
    });
    await markAndSubmit(ben, article, [["rejection", 0, 14]]);
    // As one that waits for its author would be.
    await sql(
      `WITH s AS (UPDATE annotation_sets SET scheme_version = 1 WHERE project_id = $1 AND annotator = 1 RETURNING id)
       UPDATE spans SET label = 'denial' WHERE set_id IN (SELECT id FROM s)`,
      [project.id],
    );
    const { report } = await made(curator, project.slug);
    expect(report?.labels.map(({ label }) => label)).toEqual(["rejection"]);
    expect(alphaOf({ report })).toBe(1);
  });

  test("is for those who see the work of all, of their own projects", async () => {
    const { project, curator, team } = await aSmallProject();
    const admin = await aMember(project.id, "admin");
    const viewer = await aMember(project.id, "viewer");
    const foreign = await aMember((await aProject()).id, "admin");
    const ways = [
      (who: UserActor) => agreementOf(who, project.slug),
      (who: UserActor) => askForAgreement(who, project.slug),
      (who: UserActor) => disputedPassages(who, project.slug, { one: "claim" }),
    ];
    for (const way of ways) {
      for (const who of [curator, admin]) await expect(way(who)).resolves.toBeDefined();
      for (const who of [team[0], viewer]) {
        await expect(way(who)).rejects.toEqual(refusal("forbidden"));
      }
      await expect(way(foreign)).rejects.toEqual(refusal("not_found"));
    }
  });

  test("names reviewers to a curator unless the project says that it does not", async () => {
    const { project, curator, team, article } = await aSmallProject();
    const admin = await aMember(project.id, "admin");
    for (const who of team) await work(who, article);
    const named = await made(curator, project.slug);
    expect(named.reviewers).toEqual(["a1", "a2", "a3"].map((key) => ({ key, name: "Ana" })));
    await sql("UPDATE projects SET reviewers_anonymous = true WHERE id = $1", [project.id]);
    const { reviewers } = await agreementOf(curator, project.slug);
    expect(reviewers).toEqual(["a1", "a2", "a3"].map((key) => ({ key, name: null })));
    expect((await agreementOf(admin, project.slug)).reviewers).toEqual(named.reviewers);
  });
});

describe("making a report", () => {
  /** A report that is asked for, and not made yet. */
  async function aWaitingReport() {
    const world = await aSmallProject();
    for (const who of world.team) await work(who, world.article);
    await askForAgreement(world.curator, world.project.slug);
    const { rows } = await sql("SELECT id FROM agreement_reports WHERE project_id = $1", [
      world.project.id,
    ]);
    return { ...world, id: rows[0].id as string };
  }

  const options = { signal, onDefect: () => undefined };
  const stateOf = async (id: string) =>
    (await sql("SELECT state, attempts FROM agreement_reports WHERE id = $1", [id])).rows[0];

  test("is done once, however many begin it", async () => {
    const { id } = await aWaitingReport();
    const begun = await Promise.all([1, 2, 3].map(() => makeReport(database(), id, options)));
    expect(begun.filter(Boolean)).toHaveLength(1);
    expect(await stateOf(id)).toMatchObject({ state: "done" });
  });

  test("asked for twice at once, it is one", async () => {
    const { project, curator, team, article } = await aSmallProject();
    for (const who of team) await work(who, article);
    const both = await Promise.all([1, 2].map(() => made(curator, project.slug)));
    for (const one of both) expect(one).toMatchObject({ state: "done", report: { articles: 1 } });
    const { rows } = await sql("SELECT id FROM agreement_reports WHERE project_id = $1", [
      project.id,
    ]);
    expect(rows).toHaveLength(1);
  });

  test("stopped, it waits for the next one, and that counts as no attempt", async () => {
    const { id } = await aWaitingReport();
    const stopped = new AbortController();
    const onProgress = () => stopped.abort(new Error("It stops."));
    const stops = { ...options, signal: stopped.signal, onProgress };
    expect(await makeReport(database(), id, stops)).toBe(false);
    expect(await stateOf(id)).toEqual({ state: "running", attempts: 0 });
    expect(await makeReport(database(), id, options)).toBe(true);
    expect(await stateOf(id)).toMatchObject({ state: "done" });
  });

  test("left by a process that died, it is made by the next jobs that look", async () => {
    const { id } = await aWaitingReport();
    await sql("UPDATE agreement_reports SET state = 'running', attempts = 1 WHERE id = $1", [id]);
    const jobs = await startJobs();
    try {
      await expect.poll(() => stateOf(id), { timeout: 20_000 }).toMatchObject({ state: "done" });
    } finally {
      await jobs.stop();
    }
  });

  test("of which a process is killed in the middle, it is made anew, the same byte for byte", async () => {
    const world = await aTeam({ reviewers: 3, articles: 12 });
    const { project, admin, team, articles } = world;
    for (const [nth, article] of articles.entries()) {
      for (const [at, who] of team.entries()) {
        await markAndSubmit(who, article, [["claim", 0, 7 + ((nth + at) % 3)]]);
      }
    }
    const textOf = async () =>
      (
        await sql("SELECT report::text AS text FROM agreement_reports WHERE project_id = $1", [
          project.id,
        ])
      ).rows[0].text as string | null;
    await made(admin, project.slug);
    const undisturbed = await textOf();
    await sql("DELETE FROM agreement_reports WHERE project_id = $1", [project.id]);
    // Words that nobody has found yet are found by whoever makes a report: there it is held.
    await sql("DELETE FROM segmentations WHERE project_id = $1", [project.id]);
    const versions = await sql("SELECT id FROM article_versions WHERE article_id = $1", [
      articles[7],
    ]);
    const held = await heldAtRow("segmentations", `NEW.version_id = '${versions.rows[0].id}'`);
    await askForAgreement(admin, project.slug);
    const first = aJobsProcess();
    await held.reached();
    first.kill("SIGKILL");
    await once(first, "exit");
    await held.letGo();
    expect(await agreementOf(admin, project.slug)).toMatchObject({
      state: "running",
      report: null,
    });
    aJobsProcess();
    await expect
      .poll(async () => (await agreementOf(admin, project.slug)).state, { timeout: 60_000 })
      .toBe("done");
    expect(await textOf()).toBe(undisturbed);
  });

  test("given up once it has ended its process three times, and then made anew on demand", async () => {
    const { id, curator, project } = await aWaitingReport();
    await sql("UPDATE agreement_reports SET state = 'running', attempts = 3 WHERE id = $1", [id]);
    const defects: unknown[] = [];
    const onDefect = (error: unknown) => defects.push(error);
    expect(await makeReport(database(), id, { ...options, onDefect })).toBe(true);
    expect(defects).toHaveLength(1);
    expect(await agreementOf(curator, project.slug)).toMatchObject({
      state: "failed",
      failure: expect.stringContaining("wrong"),
      report: null,
    });
    expect(await made(curator, project.slug)).toMatchObject({ state: "done", failure: null });
  });
});

describe("the passages behind a cell", () => {
  test("are as many as its count says, page by page, with what each of the two marked", async () => {
    const world = await aTeam({ reviewers: 3, articles: 5 });
    const { project, admin, articles } = world;
    const [ana, ben, eva] = world.team as [UserActor, UserActor, UserActor];
    for (const article of articles) {
      await markAndSubmit(ana, article, [["claim", 0, 9]]);
      await markAndSubmit(ben, article, [["denial", 0, 7]]);
      await markAndSubmit(eva, article, [["attribution", 8, 9]]);
    }
    const { report } = await made(admin, project.slug);
    for (const { one, other, count } of report?.confusion ?? []) {
      const asked = { one: one ?? undefined, other: other ?? undefined, limit: 2 };
      let cursor: string | null | undefined;
      let found = 0;
      while (cursor !== null) {
        const page = await disputedPassages(admin, project.slug, { ...asked, cursor });
        found += page.passages.length;
        for (const passage of page.passages) {
          expect(passage.one.span?.label ?? null).toBe(one);
          expect(passage.other.span?.label ?? null).toBe(other);
          expect(passage.text).toContain("Article");
        }
        cursor = page.next_cursor;
      }
      expect([one, other, found]).toEqual([one, other, count]);
    }
    expect(report?.confusion.length).toBeGreaterThan(2);
    // Of two alone, the first gave the first.
    const of = (pair: string) =>
      disputedPassages(admin, project.slug, { one: "claim", other: "denial", pair });
    expect((await of("a1-a2")).passages).toHaveLength(5);
    expect((await of("a2-a1")).passages).toEqual([]);
    await expect(
      disputedPassages(admin, project.slug, { one: "claim", cursor: "x" }),
    ).rejects.toEqual(refusal("invalid"));
  });
});

function alphaOf({
  report,
}: Pick<Awaited<ReturnType<typeof made>>, "report">): number | null | undefined {
  return measureNamed(report?.measures ?? [], "krippendorff_alpha")?.value;
}
