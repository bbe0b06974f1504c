import { v7 as uuidv7 } from "uuid";
import { beforeAll, describe, expect, test } from "vitest";
import type { UserActor } from "@/lib/access/actor";
import type { Adjudication } from "@/lib/api/adjudication";
import {
  accepting,
  clustersOf,
  editing,
  merging,
  rejecting,
  removing,
  type Source,
  takingBack,
} from "@/lib/domain/adjudication";
import { annotationsIn } from "@/lib/domain/decisions";
import type { Intent, Operation } from "@/lib/domain/operation";
import { defaultScheme } from "@/lib/domain/scheme";
import { ArticleText } from "@/lib/domain/text";
import { database } from "@/lib/store/database";
import {
  adjudicationOf,
  adjudicationPage,
  adjudicationSettingsOf,
  beginAdjudication,
  changeAdjudication,
  comment,
  commentsIn,
  ownDecisions,
  reopenSet,
  submitSet,
  takeCommentBack,
} from "@/lib/workflow/adjudicating";
import { agreementMadeHere } from "@/lib/workflow/agreeing";
import { amendGuidelines } from "@/lib/workflow/amending";
import { annotate, annotationSet, historyOf, openArticle, setsOf } from "@/lib/workflow/annotating";
import { listArticles } from "@/lib/workflow/articles";
import { assignmentsPage, round } from "@/lib/workflow/assigning";
import { carryAllSets, changeScheme, schemeVersionsPage } from "@/lib/workflow/changing-schemes";
import { dashboardOf, reviewerName } from "@/lib/workflow/dashboard";
import { decidedWork, isDecided } from "@/lib/workflow/desk";
import { discussionSheet } from "@/lib/workflow/discussion-sheet";
import { disputedPassages } from "@/lib/workflow/disputed-passages";
import { diagnose } from "@/lib/workflow/doctor";
import { exportDataset } from "@/lib/workflow/exporting";
import { makeGold, roundScores, scoredArticles } from "@/lib/workflow/gold";
import { guidelinesOf } from "@/lib/workflow/guidelines";
import { notificationsPage } from "@/lib/workflow/notifying";
import { aDatabase, sql } from "../setup/database";
import { refusal } from "../setup/refusal";
import { aRound, aSecondVersion, aTeam, type Marked, mark, markAndSubmit } from "../setup/rounds";
import { aMember, anArticle, aProject } from "../setup/world";

beforeAll(async () => {
  await aDatabase();
});

/** "Article 0 of p-…. They denied it." */
async function reviewed(marks: readonly (readonly Marked[])[]) {
  const world = await aTeam({ reviewers: marks.length, articles: 1 });
  const [article = ""] = world.articles;
  const sets: string[] = [];
  for (const [index, spans] of marks.entries()) {
    const reviewer = world.team[index];
    if (reviewer) sets.push((await markAndSubmit(reviewer, article, spans)).id);
  }
  const curator = await aMember(world.project.id, "curator");
  return { ...world, article, sets, curator };
}

async function deskOf(actor: UserActor, article: string, state: Adjudication) {
  const { text } = (await openArticle(actor, article)).article;
  if (!state.gold) throw new Error("Nobody has begun.");
  return {
    sets: state.sources,
    gold: annotationsIn({ ...state.gold, decisions: state.gold.decisions ?? [] }),
    text: new ArticleText(text),
    scheme: defaultScheme,
    rule: state.rule,
    newId: uuidv7,
  };
}

function operationsOf(gesture: readonly Intent[]): Operation[] {
  return gesture.map((intent): Operation => ({ id: uuidv7(), ...intent }));
}

/** Does a gesture, as the page would, and answers what there is then. */
async function gesture(
  actor: UserActor,
  article: string,
  make: (desk: Awaited<ReturnType<typeof deskOf>>) => readonly Intent[],
): Promise<Adjudication> {
  const state = await adjudicationOf(actor, article);
  const operations = operationsOf(make(await deskOf(actor, article, state)));
  await annotate(actor, state.gold?.id ?? "", { revision: state.gold?.revision ?? 0, operations });
  return adjudicationOf(actor, article);
}

async function health() {
  const breaches = (await diagnose()).filter(({ breaches }) => breaches > 0);
  // Nobody has made these articles searchable.
  return breaches.filter(({ check }) => !check.startsWith("search_"));
}

/** The sources of a label in the article's reviewers' sets, by reviewer. */
function sourcesOf(state: Adjudication, label: string): Source[] {
  return state.sources.flatMap(({ id: set, spans }) =>
    spans.filter((span) => span.label === label).map(({ id: span }) => ({ set, span })),
  );
}

const agreed = ["claim", 0, 7] as const;

describe("beginning", () => {
  test("pre-accepts what the rule says, and answers the same again", async () => {
    const { article, curator } = await reviewed([
      [agreed, ["denial", 8, 9]],
      [agreed, ["denial", 8, 12]],
      [agreed],
    ]);
    const before = await adjudicationOf(curator, article);
    expect(before).toMatchObject({ gold: null, disputes_left: 2, sources: [{}, {}, {}] });
    const state = await beginAdjudication(curator, article);
    expect(state).toMatchObject({
      gold: {
        kind: "gold",
        submitted_at: null,
        spans: [{ label: "claim" }],
        decisions: [{ outcome: "agreed" }],
      },
      disputes_left: 1,
      moved: [],
    });
    expect(state.gold?.decisions?.[0]?.sources).toHaveLength(3);
    expect(await beginAdjudication(curator, article)).toEqual(state);
    expect(await health()).toEqual([]);
  });

  test("is by the rule of the project", async () => {
    const { project, article, curator } = await reviewed([
      [["claim", 0, 7]],
      [["claim", 0, 9]],
      [],
    ]);
    await changeAdjudication(curator, project.slug, {
      rule: { needed: "majority", match: "partial" },
    });
    const { gold } = await beginAdjudication(curator, article);
    expect(gold?.spans).toMatchObject([{ label: "claim", fragments: [{ start: 0, end: 9 }] }]);
  });

  test("of two at the same time, there is one gold set", async () => {
    const { article, curator, admin } = await reviewed([[agreed], [agreed]]);
    const states = await Promise.all([
      beginAdjudication(curator, article),
      beginAdjudication(admin, article),
      beginAdjudication(curator, article),
    ]);
    expect(new Set(states.map(({ gold }) => gold?.id)).size).toBe(1);
    expect((await adjudicationOf(curator, article)).gold?.spans).toHaveLength(1);
    expect(await health()).toEqual([]);
  });

  test("adds what a reviewer submits later, and not what a curator took back", async () => {
    const { project, article, curator } = await reviewed([[agreed], [agreed]]);
    await beginAdjudication(curator, article);
    const late = await aMember(project.id);
    await markAndSubmit(late, article, [agreed]);
    const joined = await beginAdjudication(curator, article);
    expect(joined.gold?.spans).toHaveLength(1);
    expect(joined.disputes_left).toBe(0);
    expect(joined.gold?.decisions?.map(({ outcome }) => outcome)).toEqual(["agreed", "agreed"]);
    await gesture(curator, article, (desk) =>
      takingBack(desk, [...(desk.gold.decided?.all.keys() ?? [])]),
    );
    const again = await beginAdjudication(curator, article);
    expect(again).toMatchObject({ gold: { spans: [], decisions: [] }, disputes_left: 1 });
  });

  test("needs something submitted, of a project that the curator settles", async () => {
    const { article, team, curator } = await reviewed([[agreed]]);
    const [reviewer] = team as [UserActor];
    await expect(beginAdjudication(reviewer, article)).rejects.toEqual(refusal("forbidden"));
    await expect(adjudicationOf(reviewer, article)).rejects.toEqual(refusal("forbidden"));
    const foreign = await aMember((await aProject()).id, "admin");
    await expect(beginAdjudication(foreign, article)).rejects.toEqual(refusal("not_found"));
    const nothing = await reviewed([]);
    await expect(beginAdjudication(nothing.curator, nothing.article)).rejects.toEqual(
      refusal("conflict"),
    );
    await expect(beginAdjudication(curator, article, { version: 7 })).rejects.toEqual(
      refusal("not_found"),
    );
  });
});

describe("gestures", () => {
  test("settle an article by operations, with the source of each decision kept", async () => {
    const { article, curator, sets } = await reviewed([
      [
        ["claim", 0, 7],
        ["denial", 8, 9, { form: "direct" }],
      ],
      [
        ["claim", 0, 9],
        ["denial", 8, 12],
      ],
    ]);
    await beginAdjudication(curator, article);
    const [first = "", second = ""] = sets;
    const accepted = await gesture(curator, article, (desk) => {
      const claim = desk.sets[0]?.spans.find(({ label }) => label === "claim");
      return accepting(desk, { set: first, span: claim?.id ?? "" }, { reason: "The whole of it" });
    });
    expect(accepted.gold?.decisions).toMatchObject([
      { outcome: "accepted", sources: [{ set: first }], reason: "The whole of it" },
      { outcome: "rejected", sources: [{ set: second }], spans: [] },
    ]);
    expect(accepted.decided.map(({ by }) => by)).toEqual(["Ana", "Ana"]);
    const merged = await gesture(curator, article, (desk) =>
      merging(desk, sourcesOf(accepted, "denial")),
    );
    expect(merged.disputes_left).toBe(0);
    expect(merged.gold?.spans.map(({ label, fragments }) => [label, ...fragments])).toEqual([
      ["claim", { start: 0, end: 7 }],
      ["denial", { start: 8, end: 12 }],
    ]);
    const edited = await gesture(curator, article, (desk) =>
      editing(desk, sourcesOf(merged, "denial"), {
        label: "denial",
        fragments: [{ start: 8, end: 14 }],
        attributes: {},
      }),
    );
    expect(edited.gold?.spans).toHaveLength(2);
    expect(edited.gold?.decisions?.at(-1)).toMatchObject({ outcome: "edited" });
    const rejected = await gesture(curator, article, (desk) =>
      rejecting(desk, sourcesOf(edited, "claim"), "No claim"),
    );
    expect(rejected.gold?.spans.map(({ label }) => label)).toEqual(["denial"]);
    expect(rejected.disputes_left).toBe(0);
    const removed = await gesture(curator, article, (desk) =>
      removing(desk, [...desk.gold.spans.keys()][0] ?? ""),
    );
    expect(removed).toMatchObject({ gold: { spans: [] }, disputes_left: 1 });
    expect(await health()).toEqual([]);
  });

  test("of two curators who decide the same at once, the second is told what has changed", async () => {
    const { article, curator, admin } = await reviewed([[["claim", 0, 7]], [["claim", 0, 9]]]);
    const { gold, ...state } = await beginAdjudication(curator, article);
    const desk = await deskOf(curator, article, { gold, ...state });
    const [one, other] = sourcesOf({ gold, ...state }, "claim") as [Source, Source];
    const revision = gold?.revision ?? 0;
    const tries = await Promise.allSettled([
      annotate(curator, gold?.id ?? "", {
        revision,
        operations: operationsOf(accepting(desk, one)),
      }),
      annotate(admin, gold?.id ?? "", {
        revision,
        operations: operationsOf(accepting(desk, other)),
      }),
    ]);
    expect(tries.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    const refused = tries.find((one) => one.status === "rejected");
    expect(refused?.reason).toEqual(refusal("stale_revision", { revision: 3 }));
    expect(refused?.reason.details.operations.map(({ type }: Operation) => type)).toEqual([
      "add_span",
      "add_decision",
      "add_decision",
    ]);
    // Put on top of it, it does not fit.
    const operations = operationsOf(accepting(desk, other));
    await expect(annotate(admin, gold?.id ?? "", { revision: 3, operations })).rejects.toEqual(
      refusal("conflict"),
    );
    expect((await adjudicationOf(curator, article)).gold?.spans).toHaveLength(1);
  });

  test.for([
    "a source of another article",
    "a source that is not there",
    "a source of a set that is open",
    "a source of gold itself",
    "a source that is decided on",
    "a span that gold does not have",
    "a rejection that names a span",
    "an outcome without a span",
    "sources in another order",
  ])("refuse %s", async (what) => {
    const { project, article, curator, sets, team } = await reviewed([
      [agreed, ["denial", 8, 9]],
      [agreed],
    ]);
    const { gold, ...state } = await beginAdjudication(curator, article);
    const [denial] = sourcesOf({ gold, ...state }, "denial") as [Source];
    const [decided] = sourcesOf({ gold, ...state }, "claim") as [Source];
    const other = await anArticle(project.id, "They said it. They denied it.");
    const elsewhere = await markAndSubmit(team[0] as UserActor, other.id, [["claim", 0, 4]]);
    const open = await mark(await aMember(project.id), article, [["claim", 8, 14]]);
    const spanIn = async (set: string) =>
      String((await sql("SELECT id FROM spans WHERE set_id = $1 LIMIT 1", [set])).rows[0]?.id);
    const mine = gold?.spans[0]?.id ?? "";
    const rejected = { outcome: "rejected", spans: [] as string[] } as const;
    const decisions = {
      "a source of another article": {
        sources: [{ set: elsewhere.id, span: await spanIn(elsewhere.id) }],
        ...rejected,
      },
      "a source that is not there": {
        sources: [{ set: sets[0] ?? "", span: uuidv7() }],
        ...rejected,
      },
      "a source of a set that is open": {
        sources: [{ set: open.id, span: await spanIn(open.id) }],
        ...rejected,
      },
      "a source of gold itself": { sources: [{ set: gold?.id ?? "", span: mine }], ...rejected },
      "a source that is decided on": { sources: [decided], ...rejected },
      "a span that gold does not have": {
        sources: [denial],
        outcome: "accepted",
        spans: [denial.span],
      },
      "a rejection that names a span": { sources: [denial], outcome: "rejected", spans: [mine] },
      "an outcome without a span": { sources: [denial], outcome: "accepted", spans: [] },
      "sources in another order": {
        sources: [denial, { set: "00000000-0000-0000-0000-000000000000", span: denial.span }],
        ...rejected,
      },
    } as const;
    const given = decisions[what as keyof typeof decisions];
    const decision = {
      id: uuidv7(),
      reason: "",
      ...given,
      sources: [...given.sources],
      spans: [...given.spans],
    };
    const operation = { id: uuidv7(), type: "add_decision" as const, decision };
    const batch = { revision: gold?.revision ?? 0, operations: [operation] };
    await expect(annotate(curator, gold?.id ?? "", batch)).rejects.toEqual(
      expect.objectContaining({
        code: expect.stringMatching(/^(conflict|unprocessable)$/),
        details: expect.objectContaining({ operation: operation.id }),
      }),
    );
    expect(await health()).toEqual([]);
  });

  test("make no decisions in a reviewer's own set, and none for others than curators", async () => {
    const { article, curator, sets, team } = await reviewed([[agreed], [["claim", 0, 9]]]);
    const { gold, ...state } = await beginAdjudication(curator, article);
    const [source] = sourcesOf({ gold, ...state }, "claim") as [Source];
    const decision = {
      id: uuidv7(),
      sources: [source],
      outcome: "rejected",
      spans: [],
      reason: "",
    } as const;
    const operation = {
      id: uuidv7(),
      type: "add_decision",
      decision: { ...decision, sources: [source], spans: [] },
    } as const;
    const reviewer = team[1] as UserActor;
    const viewer = await aMember((await aProject()).id, "admin");
    for (const actor of [reviewer, viewer]) {
      await expect(
        annotate(actor, gold?.id ?? "", { revision: 0, operations: [operation] }),
      ).rejects.toEqual(refusal("not_found"));
    }
    await reopenSet(reviewer, sets[1] ?? "", { revision: 1 });
    await expect(
      annotate(reviewer, sets[1] ?? "", { revision: 1, operations: [operation] }),
    ).rejects.toEqual(refusal("unprocessable"));
  });

  test("keep a span that was decided for until the decision is taken back", async () => {
    const { article, curator } = await reviewed([[agreed], [agreed]]);
    const { gold } = await beginAdjudication(curator, article);
    const span = { id: gold?.spans[0]?.id ?? "" };
    const decision = { id: gold?.decisions?.[0]?.id ?? "" };
    const remove = { id: uuidv7(), type: "remove_span", span } as const;
    const takeBack = { id: uuidv7(), type: "remove_decision", decision } as const;
    const revision = gold?.revision ?? 0;
    await expect(
      annotate(curator, gold?.id ?? "", { revision, operations: [remove] }),
    ).rejects.toEqual(refusal("conflict", { decisions: [decision.id] }));
    await annotate(curator, gold?.id ?? "", { revision, operations: [takeBack, remove] });
    expect(await adjudicationOf(curator, article)).toMatchObject({
      gold: { spans: [], decisions: [] },
      disputes_left: 1,
    });
    expect(await health()).toEqual([]);
  });
});

describe("settling", () => {
  test("is refused with disputes left, unless said so, and can be taken back", async () => {
    const { article, curator, admin, team } = await reviewed([
      [["claim", 0, 7]],
      [["claim", 0, 9]],
    ]);
    const { gold } = await beginAdjudication(curator, article);
    const [id, revision] = [gold?.id ?? "", gold?.revision ?? 0];
    await expect(submitSet(curator, id, { revision })).rejects.toEqual(
      refusal("conflict", { disputes: 1 }),
    );
    await expect(submitSet(team[0] as UserActor, id, { revision })).rejects.toEqual(
      refusal("not_found"),
    );
    // A second curator goes on.
    const settled = await submitSet(admin, id, { revision, leave_disputes: true });
    expect(settled.submitted_at).not.toBeNull();
    await expect(
      annotate(curator, id, {
        revision,
        operations: [{ id: uuidv7(), type: "set_article_note", note: "x" }],
      }),
    ).rejects.toEqual(refusal("conflict"));
    await expect(submitSet(curator, id, { revision: 99 })).rejects.toEqual(
      refusal("stale_revision"),
    );
    expect((await reopenSet(curator, id, { revision })).submitted_at).toBeNull();
  });

  test("is listed with what is left", async () => {
    const { project, article, curator, admin, team } = await reviewed([
      [["claim", 0, 7]],
      [["claim", 0, 9]],
    ]);
    const listed = async (state?: "open" | "begun" | "settled") =>
      adjudicationPage(curator, project.slug, { state });
    expect(await listed()).toMatchObject({
      items: [{ article: { id: article }, reviewers: 2, disputes_left: 1, state: "open" }],
      totals: { open: 1, begun: 0, settled: 0 },
    });
    await beginAdjudication(admin, article);
    const state = await gesture(curator, article, (desk) =>
      rejecting(
        desk,
        desk.sets.flatMap(({ id, spans }) => spans.map((span) => ({ set: id, span: span.id }))),
      ),
    );
    expect((await listed("begun")).items).toMatchObject([
      { state: "begun", disputes_left: 0, decided_by: "Ana", settled_at: null },
    ]);
    const { id = "", revision = 0 } = state.gold ?? {};
    await submitSet(curator, id, { revision });
    expect((await listed("settled")).totals).toEqual({ open: 0, begun: 0, settled: 1 });
    expect((await listed("open")).items).toEqual([]);
    await expect(adjudicationPage(team[0] as UserActor, project.slug)).rejects.toEqual(
      refusal("forbidden"),
    );
  });

  test("is what an export calls gold, naming no one", async () => {
    const { project, article, curator } = await reviewed([[agreed], [agreed]]);
    const { gold } = await beginAdjudication(curator, article);
    const exported = async (layer: "gold" | "all") => {
      const { bytes } = await exportDataset(curator, project.slug, { layer });
      let text = "";
      for await (const chunk of bytes) text += Buffer.from(chunk).toString("utf8");
      return text;
    };
    expect(JSON.parse(await exported("gold")).sets).toEqual([]);
    await submitSet(curator, gold?.id ?? "", { revision: gold?.revision ?? 0 });
    for (const layer of ["gold", "all"] as const) {
      const text = await exported(layer);
      expect(text).not.toContain("Ana");
      expect(text).not.toContain(curator.userId);
      expect(text).not.toContain("decision");
      const record = JSON.parse(text);
      expect(record.sets).toHaveLength(layer === "gold" ? 1 : 3);
      expect(record.spans).toHaveLength(layer === "gold" ? 1 : 3);
    }
  });
});

describe("what reviewers do later", () => {
  async function decided() {
    const world = await reviewed([[["claim", 0, 7]], [["claim", 0, 7]]]);
    await beginAdjudication(world.curator, world.article);
    const [ana] = world.team as [UserActor];
    const [set = ""] = world.sets;
    return { ...world, ana, set };
  }

  test("opens no dispute as long as their work is open, and shows that it is", async () => {
    const { article, curator, ana, set } = await decided();
    await reopenSet(ana, set, { revision: 1 });
    expect(await adjudicationOf(curator, article)).toMatchObject({
      moved: [{ set, how: "reopened" }],
      sources: [{}],
      disputes_left: 0,
    });
    await submitSet(ana, set, { revision: 1 });
    expect((await adjudicationOf(curator, article)).moved).toEqual([]);
  });

  test("leaves a curator free to change gold while their work is open, which is told from a change of theirs", async () => {
    const { article, curator, ana, set } = await decided();
    await reopenSet(ana, set, { revision: 1 });
    const state = await adjudicationOf(curator, article);
    const [decision] = state.gold?.decisions ?? [];
    const [span] = state.gold?.spans ?? [];
    if (!decision || !span) throw new Error("Nothing was decided.");
    await mark(ana, article, [["denial", 8, 9]]);
    const edited = { ...decision, id: uuidv7(), outcome: "edited" } as const;
    await gesture(curator, article, () => [
      { type: "edit_span", span: { id: span.id, label: "denial" } },
      { type: "remove_decision", decision: { id: decision.id } },
      { type: "add_decision", decision: { ...edited, sources: [...decision.sources] } },
    ]);
    expect(await health()).toEqual([]);
    await submitSet(ana, set, { revision: 3 });
    expect(await adjudicationOf(curator, article)).toMatchObject({
      moved: [{ set, how: "gone" }],
      gold: { spans: [{ label: "denial" }], decisions: [{ outcome: "edited" }] },
    });
    const other = { ...edited, id: uuidv7(), sources: [{ set, span: uuidv7() }] };
    await expect(
      gesture(curator, article, () => [
        { type: "remove_decision", decision: { id: edited.id } },
        { type: "add_decision", decision: other },
      ]),
    ).rejects.toEqual(refusal("conflict"));
  });

  test("opens the dispute again if a span is another one than was decided on", async () => {
    const { project, article, curator, ana, set } = await decided();
    await reopenSet(ana, set, { revision: 1 });
    const { annotation_set: own } = (await openArticle(ana, article)).article;
    await annotate(ana, set, {
      revision: 1,
      operations: [
        {
          id: uuidv7(),
          type: "edit_span",
          span: { id: own?.spans[0]?.id ?? "", attributes: { certainty: "certain" } },
        },
      ],
    });
    await submitSet(ana, set, { revision: 2 });
    const state = await adjudicationOf(curator, article);
    expect(state).toMatchObject({ moved: [{ set, how: "changed" }], disputes_left: 1 });
    expect((await adjudicationPage(curator, project.slug)).items[0]?.disputes_left).toBe(1);
    const again = await gesture(curator, article, (desk) =>
      accepting(desk, { set, span: own?.spans[0]?.id ?? "" }),
    );
    expect(again).toMatchObject({ moved: [], disputes_left: 0, gold: { spans: [{}] } });
    expect(await health()).toEqual([]);
  });

  test("leaves what was decided on a span that is gone, and shows that it is", async () => {
    const { article, curator, ana, set } = await decided();
    await reopenSet(ana, set, { revision: 1 });
    await mark(ana, article, [["denial", 8, 9]]);
    await submitSet(ana, set, { revision: 3 });
    expect(await adjudicationOf(curator, article)).toMatchObject({
      moved: [{ set, how: "gone" }],
      disputes_left: 1,
      gold: { spans: [{ label: "claim" }], decisions: [{ outcome: "agreed" }] },
    });
    expect(await health()).toEqual([]);
  });
});

test("a scheme in which a label is left out takes the decisions for its spans back, and renames the sources", async () => {
  const { project, article, curator, admin } = await reviewed([
    [
      ["claim", 0, 7],
      ["denial", 8, 9],
    ],
    [
      ["claim", 0, 7],
      ["denial", 8, 9],
    ],
  ]);
  await beginAdjudication(curator, article);
  const { labels, relations, ...rest } = defaultScheme;
  const scheme = {
    ...rest,
    labels: labels
      .filter(({ name }) => name !== "denial")
      .map((label) => (label.name === "claim" ? { ...label, name: "assertion" } : label)),
    relations: relations.filter(({ name }) => name === "nested_in"),
  };
  await changeScheme(admin, project.slug, {
    base: 1,
    scheme,
    mapping: { labels: { claim: "assertion", denial: null }, relations: {}, attributes: [] },
    note: "",
  });
  await carryAllSets(database(), { signal: new AbortController().signal });
  const state = await adjudicationOf(curator, article);
  expect(state.gold?.spans).toMatchObject([{ label: "assertion" }]);
  expect(state.gold?.decisions).toMatchObject([{ outcome: "agreed" }]);
  // Those of reviewers wait for them to agree; whatever is carried over is as it was decided on.
  expect(state.moved.filter(({ how }) => how === "changed")).toEqual([]);
  expect(await health()).toEqual([]);
});

test("gold that is copied from a set is accepted from it, and can be copied again", async () => {
  const { article, curator, sets } = await reviewed([[["claim", 0, 7]], [["claim", 0, 9]]]);
  const gold = await makeGold(curator, sets[0] ?? "", { replace: false });
  const state = await adjudicationOf(curator, article);
  expect(state.gold?.decisions).toMatchObject([
    { outcome: "accepted", sources: [{ set: sets[0] }], spans: [gold.spans[0]?.id] },
  ]);
  expect(state.disputes_left).toBe(1);
  await makeGold(curator, sets[1] ?? "", { replace: true });
  expect((await adjudicationOf(curator, article)).gold?.decisions).toMatchObject([
    { sources: [{ set: sets[1] }] },
  ]);
  expect(await health()).toEqual([]);
});

describe("reviewers", () => {
  async function settled() {
    const world = await reviewed([[["claim", 0, 7]], [["claim", 0, 9]]]);
    const [ana, ben] = world.team as [UserActor, UserActor];
    const [own = "", others = ""] = world.sets;
    const begun = await beginAdjudication(world.curator, world.article);
    const [first, second] = sourcesOf(begun, "claim") as [Source, Source];
    const state = await gesture(world.curator, world.article, (desk) =>
      accepting(desk, first, { reason: "Shorter" }),
    );
    const gold = state.gold?.id ?? "";
    const settle = () => submitSet(world.curator, gold, { revision: state.gold?.revision ?? 0 });
    return { ...world, ana, ben, own, others, first, second, gold, settle };
  }

  test("see how their work was decided once it is settled, and nobody else's", async () => {
    const { project, article, ana, ben, curator, settle, own } = await settled();
    await expect(ownDecisions(ben, article)).rejects.toEqual(refusal("not_found"));
    await settle();
    const told = await ownDecisions(ana, article);
    expect(told).toMatchObject({
      set: own,
      spans: [
        { outcome: "accepted", gold: [{ label: "claim" }], reason: "Shorter", changed: false },
      ],
    });
    expect(await ownDecisions(ben, article)).toMatchObject({
      spans: [{ outcome: "rejected", gold: [] }],
    });
    await expect(ownDecisions(curator, article)).rejects.toEqual(refusal("not_found"));
    const { notifications } = await notificationsPage(ben);
    expect(notifications).toMatchObject([
      {
        kind: "decided",
        article: { id: article },
        path: `/projects/${project.slug}/articles/${article}/decisions`,
      },
    ]);
  });

  test("answer, and curators answer them", async () => {
    const { project, article, ana, ben, curator, gold, first, second, settle } = await settled();
    await expect(comment(ana, gold, { ...first, text: "Why?" })).rejects.toEqual(
      refusal("not_found"),
    );
    await comment(curator, gold, { ...second, text: "Too long" });
    expect((await notificationsPage(ben)).notifications).toEqual([]);
    await settle();
    await expect(comment(ana, gold, { ...second, text: "Why?" })).rejects.toEqual(
      refusal("not_found"),
    );
    const asked = await comment(ben, gold, { ...second, text: "Why not?" });
    expect(asked).toMatchObject({ from: "reviewer", own: true });
    expect((await commentsIn(ana, gold)).comments).toEqual([]);
    expect((await commentsIn(ben, gold)).comments).toMatchObject([
      { text: "Too long", from: "curator" },
      { text: "Why not?", own: true },
    ]);
    expect((await notificationsPage(curator)).notifications).toMatchObject([
      {
        kind: "commented",
        remark: "Why not?",
        path: `/projects/${project.slug}/adjudication/${article}`,
      },
    ]);
    const other = await aMember(project.id, "curator");
    await sql("UPDATE users SET name = 'Nora Lindt' WHERE id = $1", [other.userId]);
    await comment(curator, gold, { ...second, text: "It says so. @Nora Lindt, or does it?" });
    expect((await notificationsPage(ben)).notifications[0]).toMatchObject({ kind: "commented" });
    expect((await notificationsPage(other)).notifications).toMatchObject([
      { kind: "commented", path: `/projects/${project.slug}/adjudication/${article}` },
    ]);
    await expect(takeCommentBack(curator, gold, asked.id)).rejects.toEqual(refusal("not_found"));
    await takeCommentBack(ben, gold, asked.id);
    expect((await commentsIn(curator, gold)).comments).toHaveLength(2);
    for (const text of ["  ", "x".repeat(2001), "\0"]) {
      await expect(comment(ben, gold, { ...second, text })).rejects.toEqual(refusal("invalid"));
    }
    const foreign = await aMember((await aProject()).id, "admin");
    await expect(commentsIn(foreign, gold)).rejects.toEqual(refusal("not_found"));
    await expect(comment(foreign, gold, { ...second, text: "x" })).rejects.toEqual(
      refusal("not_found"),
    );
  });

  test("see neither gold that is not settled nor what it came of", async () => {
    const { project, article, ana, gold, settle } = await settled();
    const viewer = await aMember(project.id, "viewer");
    await expect(annotationSet(ana, gold)).rejects.toEqual(refusal("not_found"));
    await expect(annotationSet(viewer, gold)).rejects.toEqual(refusal("not_found"));
    await settle();
    const seen = await annotationSet(viewer, gold);
    expect(seen.spans).toHaveLength(1);
    expect(seen.decisions).toBeUndefined();
    const { operations } = await historyOf(viewer, gold, { cursor: 0, limit: 100 });
    expect(operations.map(({ operation }) => operation.type)).toEqual(["add_span"]);
    const listed = await setsOf(viewer, article);
    expect(listed.map(({ kind, decisions }) => [kind, decisions])).toEqual([["gold", undefined]]);
  });

  test("are pseudonyms to curators where the project says so, and names to admins", async () => {
    const world = await settled();
    const { project, article, admin, curator, ben, gold, second, settle } = world;
    await sql("UPDATE users SET name = 'Benedikt' WHERE id = $1", [ben.userId]);
    await aRound(world, { overlap: 2 });
    await expect(
      changeAdjudication(curator, project.slug, { reviewers_anonymous: true }),
    ).rejects.toEqual(refusal("forbidden"));
    await changeAdjudication(admin, project.slug, { reviewers_anonymous: true });
    await settle();
    await comment(ben, gold, { ...second, text: "Why?" });
    const answers = async (actor: UserActor) =>
      JSON.stringify([
        await adjudicationOf(actor, article),
        await adjudicationPage(actor, project.slug),
        await commentsIn(actor, gold),
        await setsOf(actor, article),
        await historyOf(actor, gold, { cursor: 0, limit: 100 }),
        await annotationSet(actor, gold),
        await notificationsPage(actor),
        await adjudicationSettingsOf(actor, project.slug),
        await round(actor, project.slug, "1"),
        await assignmentsPage(actor, project.slug, { number: "1", limit: 1 }),
        await dashboardOf(actor, project.slug),
        await roundScores(actor, project.slug, "1"),
        await scoredArticles(actor, project.slug, { number: "1" }),
        await schemeVersionsPage(actor, project.slug),
        await agreementMadeHere(actor, project.slug, {
          asking: {},
          signal: new AbortController().signal,
          onProgress: () => undefined,
        }),
        await disputedPassages(actor, project.slug, { one: "claim" }),
        await listArticles(actor, project.slug, {}),
        await openArticle(actor, article),
      ]);
    const seen = await answers(curator);
    for (const word of ["Benedikt", ben.userId, ben.email]) expect(seen).not.toContain(word);
    const cursors = [...seen.matchAll(/"next_cursor":"([^"]+)"/g)];
    expect(cursors.length).toBeGreaterThan(0);
    for (const [, cursor = ""] of cursors) {
      expect(Buffer.from(cursor, "base64url").toString("utf8")).not.toContain(ben.userId);
    }
    expect(await answers(admin)).toContain("Benedikt");
    // By what they are shown as, their work is found; by what they are called, nobody's is.
    const { reviewers } = await dashboardOf(curator, project.slug);
    const shown = reviewers.find(({ user }) => user.name === "a2")?.user.id ?? "";
    expect(await reviewerName(curator, project.slug, shown)).toBe("a2");
    expect(await reviewerName(curator, project.slug, ben.userId)).toBeNull();
    const worked = async (reviewer: string) =>
      (await listArticles(curator, project.slug, { reviewer, state: "submitted" })).articles.length;
    expect(await worked(shown)).toBe(1);
    expect(await worked(ben.userId)).toBe(0);
    const given = { number: "1", user: shown };
    expect((await assignmentsPage(curator, project.slug, given)).assignments).toHaveLength(1);
    const pages: string[] = [];
    for (let cursor: string | undefined; ; ) {
      const page = await assignmentsPage(curator, project.slug, { number: "1", limit: 1, cursor });
      pages.push(...page.assignments.map(({ id }) => id));
      if (page.next_cursor === null) break;
      cursor = page.next_cursor;
    }
    expect(new Set(pages).size).toBe(pages.length);
    expect(pages).toHaveLength(2);
  });
});

test("pseudonyms do not say who began first where reviewers are anonymous, and are nobody else's", async () => {
  const project = await aProject();
  const admin = await aMember(project.id, "admin");
  const { id: article } = await anArticle(project.id, "They denied it.");
  const early = await markAndSubmit(await aMember(project.id), article, []);
  await changeAdjudication(admin, project.slug, { reviewers_anonymous: true });
  const sets = [early.id];
  for (let nth = 0; nth < 14; nth += 1) {
    sets.push((await markAndSubmit(await aMember(project.id), article, [])).id);
  }
  const { rows } = await sql(
    "SELECT annotator FROM annotation_sets WHERE id = ANY($1::uuid[]) ORDER BY array_position($1::uuid[], id)",
    [sets],
  );
  const [first, ...drawn] = rows.map(({ annotator }) => annotator as number);
  expect(first).toBe(1);
  expect(new Set(drawn).size).toBe(14);
  expect(drawn).not.toContain(1);
  // One in fourteen factorial that chance has it so.
  expect(drawn).not.toEqual(drawn.toSorted((a, b) => a - b));
});

test("of gold that came of others alone, who submits the same article later is told nothing", async () => {
  const { project, article, curator, team } = await reviewed([[agreed]]);
  const { gold } = await beginAdjudication(curator, article);
  await submitSet(curator, gold?.id ?? "", { revision: gold?.revision ?? 0 });
  const late = await aMember(project.id);
  const { id: set } = await markAndSubmit(late, article, [agreed]);
  await expect(ownDecisions(late, article)).rejects.toEqual(refusal("not_found"));
  await expect(commentsIn(late, gold?.id ?? "")).rejects.toEqual(refusal("not_found"));
  await reopenSet(curator, gold?.id ?? "", { revision: gold?.revision ?? 0 });
  await submitSet(curator, gold?.id ?? "", { revision: gold?.revision ?? 0, leave_disputes: true });
  const [span] = (await annotationSet(curator, set)).spans;
  await comment(curator, gold?.id ?? "", { set, span: span?.id ?? "", text: "As in gold" });
  expect((await notificationsPage(late)).notifications).toEqual([]);
  expect(await decidedWork(late)).toEqual([]);
  expect(await decidedWork(team[0] as UserActor)).toMatchObject([{ article: { id: article } }]);
  expect((await notificationsPage(team[0] as UserActor)).notifications).toHaveLength(2);
});

test("whoever has the article to do once more is not told that it was decided until they have done it", async () => {
  const world = await reviewed([[agreed], [agreed]]);
  const { article, curator } = world;
  const ana = world.team[0] as UserActor;
  const { gold } = await beginAdjudication(curator, article);
  await submitSet(curator, gold?.id ?? "", { revision: gold?.revision ?? 0 });
  expect(await isDecided(ana, article)).toBe(true);
  await aSecondVersion(article);
  await aRound({ ...world, team: [ana] }, { overlap: 1 });
  expect(await isDecided(ana, article)).toBe(false);
  expect(await decidedWork(ana)).toEqual([]);
  await expect(ownDecisions(ana, article)).rejects.toEqual(refusal("not_found"));
});

describe("a round's disputes", () => {
  async function sheetOf(actor: UserActor, slug: string, format: "html" | "md" | "csv") {
    const { bytes } = await discussionSheet(actor, slug, { number: "1", format });
    let text = "";
    for await (const chunk of bytes) text += Buffer.from(chunk).toString("utf8");
    return text;
  }

  test("come as a sheet in which nothing is a name, a formula or a tag", async () => {
    const world = await aTeam({ reviewers: 2, articles: 1 });
    const { project, admin, team } = world;
    const [ana, ben] = team as [UserActor, UserActor];
    await aRound(world, { overlap: 2 });
    const [article = ""] = world.articles;
    const hostile = `=HYPERLINK("x") <img src=x onerror=alert(1)>`;
    await markAndSubmit(ana, article, [["denial", 8, 9, { denying_actor: hostile }]]);
    await markAndSubmit(ben, article, [["claim", 0, 7]]);
    const html = await sheetOf(admin, project.slug, "html");
    expect(html).toContain('lang="en" dir="ltr"');
    expect(html).not.toContain("<img");
    expect(html).toContain("nothing marked");
    const csv = await sheetOf(admin, project.slug, "csv");
    expect(csv).not.toMatch(/(^|,)"?=/m);
    expect(await sheetOf(admin, project.slug, "md")).not.toMatch(/[^\\]<img/);
    for (const text of [html, csv]) {
      expect(text).not.toContain("Ana");
      expect(text).not.toContain(ana.userId);
    }
    // Begun and decided, the dispute is still there to talk about.
    await beginAdjudication(admin, article);
    const before = await adjudicationOf(admin, article);
    await gesture(admin, article, (desk) =>
      rejecting(desk, sourcesOf(before, "claim"), '=cmd|"/C calc"!A0'),
    );
    const decided = await sheetOf(admin, project.slug, "csv");
    expect(decided).toContain("rejected");
    expect(decided).not.toMatch(/(^|,)"?=cmd/m);
    await expect(sheetOf(ana, project.slug, "md")).rejects.toEqual(refusal("forbidden"));
    const foreign = await aMember((await aProject()).id, "admin");
    await expect(sheetOf(foreign, project.slug, "md")).rejects.toEqual(refusal("not_found"));
  });

  test("become a line of the guidelines with the passage as an example", async () => {
    const { project, article, curator, team } = await reviewed([[["claim", 0, 7]]]);
    const first = await amendGuidelines(curator, project.slug, {
      from: 0,
      label: "claim",
      text: "A headline claims, too.",
      example: { article, fragments: [{ start: 0, end: 7 }] },
    });
    expect(first.content.blocks).toMatchObject([
      { type: "heading", label: "claim" },
      { type: "list", items: [{ words: [{ text: "A headline claims, too." }] }] },
      { type: "example", spans: [{ label: "claim", start: 0, end: 7 }] },
    ]);
    const amendment = { label: "claim", text: "And so does a list." };
    await expect(amendGuidelines(curator, project.slug, { from: 0, ...amendment })).rejects.toEqual(
      refusal("conflict", { version: 1 }),
    );
    await amendGuidelines(curator, project.slug, { from: 1, ...amendment });
    expect((await guidelinesOf(curator, project.slug)).current?.version).toBe(2);
    for (const wrong of [
      { label: "nonsense", text: "x" },
      { label: "claim", text: " \n " },
      { label: "claim", text: "x", example: { article, fragments: [{ start: 0, end: 999 }] } },
    ]) {
      await expect(amendGuidelines(curator, project.slug, { from: 2, ...wrong })).rejects.toEqual(
        refusal("unprocessable"),
      );
    }
    const elsewhere = await anArticle((await aProject()).id);
    const example = { article: elsewhere.id, fragments: [{ start: 0, end: 6 }] };
    await expect(
      amendGuidelines(curator, project.slug, { from: 2, ...amendment, example }),
    ).rejects.toEqual(refusal("not_found"));
    await expect(
      amendGuidelines(team[0] as UserActor, project.slug, { from: 2, ...amendment }),
    ).rejects.toEqual(refusal("forbidden"));
  });
});

test("clusters of what is stored are those that the list counts", async () => {
  const { project, article, curator } = await reviewed([
    [
      ["claim", 0, 7],
      ["denial", 5, 12],
    ],
    [
      ["claim", 14, 16],
      ["attribution", 8, 10],
    ],
  ]);
  const { sources } = await adjudicationOf(curator, article);
  const { items } = await adjudicationPage(curator, project.slug);
  expect(items[0]?.disputes_left).toBe(clustersOf(sources).length);
});
