import { v7 as uuidv7 } from "uuid";
import { beforeAll, describe, expect, test } from "vitest";
import { operator, type UserActor } from "@/lib/access/actor";
import { NewRound } from "@/lib/api/rounds";
import type { Role } from "@/lib/domain/roles";
import type { LabelRule, Scheme } from "@/lib/domain/schemas";
import type { SchemeMapping } from "@/lib/domain/scheme-change";
import { type SetRow, setColumns } from "@/lib/store/annotation-sets";
import { annotatorNumber } from "@/lib/store/annotators";
import { database, sqlTransaction } from "@/lib/store/database";
import { writeImportedSets } from "@/lib/store/imported-sets";
import { moveSets } from "@/lib/store/schemes";
import {
  annotate,
  annotationSet,
  carryOwnSet,
  historyOf,
  openArticle,
  ownSchemeChange,
  reopen,
  submit,
} from "@/lib/workflow/annotating";
import {
  carryAllSets,
  carrySets,
  changeScheme,
  schemeImpact,
  schemeVersion,
  schemeVersionsPage,
  undoScheme,
} from "@/lib/workflow/changing-schemes";
import { diagnose } from "@/lib/workflow/doctor";
import { exportDataset } from "@/lib/workflow/exporting";
import { makeGold } from "@/lib/workflow/gold";
import { importFiles } from "@/lib/workflow/importing";
import { createRound } from "@/lib/workflow/planning-rounds";
import { aDatabase } from "../setup/database";
import { aFile } from "../setup/files";
import { refusal } from "../setup/refusal";
import { aMember, anArticle, aProject, aUser } from "../setup/world";

beforeAll(async () => {
  await aDatabase();
});

const label = (name: string, rest: Partial<LabelRule> = {}): LabelRule => ({
  name,
  letter: name.slice(0, 1).toUpperCase(),
  overlap: false,
  attributes: [],
  ...rest,
});
const tones = { name: "tone", type: "choice", values: ["calm", "angry"] } as const;
const first: Scheme = {
  labels: [label("claim", { attributes: [tones] }), label("rumour")],
  relations: [{ name: "about", from: ["rumour"], to: ["claim"], symmetric: false, attributes: [] }],
  article: [],
};
const nothing: SchemeMapping = { labels: {}, relations: {}, attributes: [] };
/** Claims are statements; rumours and what they are about are gone. */
const second: Scheme = {
  labels: [label("statement", { attributes: [tones] })],
  relations: [],
  article: [],
};
const renamed: SchemeMapping = { ...nothing, labels: { claim: "statement", rumour: null } };

/** A project with an article in which a reviewer has marked a claim, and a rumour about it unless told not to. */
async function aWorld({ withRumour = true } = {}) {
  const project = await aProject({ scheme: first });
  const admin = await aMember(project.id, "admin");
  const reviewer = await aMember(project.id);
  const article = await anArticle(project.id, "One two three.");
  const setId = await open(reviewer, article.id);
  const [claim, rumour, about] = [uuidv7(), uuidv7(), uuidv7()];
  await mark(reviewer, setId, [
    spanOf(claim, "claim", 0, "One", { tone: "calm" }),
    ...(withRumour
      ? [
          spanOf(rumour, "rumour", 4, "two"),
          {
            id: uuidv7(),
            type: "add_relation" as const,
            relation: { id: about, type: "about", from: rumour, to: claim, attributes: {} },
          },
        ]
      : []),
  ]);
  return { project, admin, reviewer, article, setId, claim, rumour, about };
}

async function open(actor: UserActor, articleId: string): Promise<string> {
  const { annotation_set: set } = (await openArticle(actor, articleId)).article;
  return set?.id ?? expect.unreachable();
}

function spanOf(id: string, name: string, start: number, quote: string, attributes = {}) {
  const fragments = [{ start, end: start + quote.length }];
  return {
    id: uuidv7(),
    type: "add_span" as const,
    span: { id, label: name, fragments, quote, attributes },
  };
}

async function mark(
  actor: UserActor,
  setId: string,
  operations: Parameters<typeof annotate>[2]["operations"],
) {
  const { revision, head } = await annotationSet(actor, setId);
  return annotate(actor, setId, { revision, head, operations });
}

/** What the doctor finds; what the articles of these tests lack to be found by searching aside. */
async function breaches() {
  const findings = await diagnose();
  return findings
    .filter(({ check, breaches: count }) => count > 0 && !check.startsWith("search_"))
    .map(({ check, samples }) => ({ check, samples }));
}

const toSecond = { base: 1, scheme: second, mapping: renamed, note: "Simpler." };

describe("a change of a scheme", () => {
  test("says what it touches before it is made, and changes nothing by that", async () => {
    const { project, admin, article } = await aWorld();
    const other = await aMember(project.id);
    await mark(other, await open(other, article.id), [spanOf(uuidv7(), "claim", 8, "three")]);
    const impact = await schemeImpact(admin, project.slug, {
      base: 1,
      scheme: second,
      mapping: renamed,
    });
    expect(impact).toMatchObject({
      version: 2,
      sets: 2,
      changed: 2,
      losing: 1,
      asked: 1,
      kept: 2,
      lost: 2,
      lacking: 0,
    });
    const articles = [{ id: article.id, title: "One two three." }];
    expect(impact.effects).toEqual([
      expect.objectContaining({ cause: "label_left_out", holder: "rumour", loss: true, articles }),
      expect.objectContaining({ cause: "relation_left_out", holder: "about", count: 1, sets: 1 }),
      expect.objectContaining({
        cause: "label_renamed",
        holder: "claim",
        becomes: "statement",
        loss: false,
        count: 2,
        sets: 2,
      }),
    ]);
    expect((await schemeVersionsPage(admin, project.slug)).versions).toHaveLength(1);
  });

  test("carries sets over in one operation each, which stands in their history", async () => {
    const { project, admin, reviewer, setId, claim } = await aWorld({ withRumour: false });
    const before = await annotationSet(reviewer, setId);
    await submit(reviewer, setId, before);
    const made = await changeScheme(admin, project.slug, toSecond);
    expect(made).toMatchObject({
      version: 2,
      base: 1,
      restores: null,
      note: "Simpler.",
      scheme: second,
    });
    const after = await annotationSet(reviewer, setId);
    expect(after).toMatchObject({ scheme_version: 2, revision: before.revision + 1 });
    expect(after.submitted_at).not.toBeNull();
    expect(after.spans).toEqual([
      expect.objectContaining({ id: claim, label: "statement", attributes: { tone: "calm" } }),
    ]);
    const { operations } = await historyOf(reviewer, setId, { cursor: before.revision, limit: 10 });
    expect(operations).toEqual([
      expect.objectContaining({
        operation: expect.objectContaining({ type: "change_scheme", version: 2 }),
        change: expect.objectContaining({ kind: "scheme", before: 1, after: 2 }),
      }),
    ]);
    const { rows } = await database().pool.query(
      "SELECT label_counts AS counts FROM annotation_sets WHERE id = $1",
      [setId],
    );
    expect(rows).toEqual([{ counts: { statement: 1 } }]);
    expect(await breaches()).toEqual([]);
    await reopen(reviewer, setId, after);
    await mark(reviewer, setId, [spanOf(uuidv7(), "statement", 4, "two")]);
    await expect(mark(reviewer, setId, [spanOf(uuidv7(), "claim", 8, "three")])).rejects.toEqual(
      refusal("unprocessable"),
    );
    expect(await breaches()).toEqual([]);
  });

  test("that would leave something out waits for the set's author, who goes on by the old scheme", async () => {
    const { project, admin, reviewer, setId, claim, article } = await aWorld();
    await changeScheme(admin, project.slug, toSecond);
    await carryAllSets(database(), { signal: new AbortController().signal });
    const waits = await annotationSet(reviewer, setId);
    expect(waits).toMatchObject({ scheme_version: 1, revision: 3 });
    expect((await openArticle(reviewer, article.id)).article.scheme).toEqual(first);
    const { carrying } = await schemeVersionsPage(admin, project.slug);
    expect(carrying).toEqual({
      left: 0,
      waiting: 1,
      authors: [
        {
          user: { id: reviewer.userId, name: reviewer.name },
          sets: 1,
          article: { id: article.id, title: "One two three." },
        },
      ],
    });
    await mark(reviewer, setId, [spanOf(uuidv7(), "rumour", 8, "three")]);
    const change = await ownSchemeChange(reviewer, setId);
    expect(change).toMatchObject({ from: 1, to: 2 });
    expect(change.effects.filter(({ loss }) => loss)).toEqual([
      expect.objectContaining({ cause: "label_left_out", count: 2 }),
      expect.objectContaining({ cause: "relation_left_out", count: 1 }),
    ]);
    const { revision, head } = await annotationSet(reviewer, setId);
    const agreed = { revision, head, version: 2 };
    await expect(carryOwnSet(reviewer, setId, { ...agreed, revision: 3 })).rejects.toEqual(
      refusal("stale_revision"),
    );
    await expect(carryOwnSet(reviewer, setId, { ...agreed, version: 3 })).rejects.toEqual(
      refusal("conflict", { version: 2 }),
    );
    await expect(carryOwnSet(admin, setId, agreed)).rejects.toEqual(refusal("not_found"));
    const carried = await carryOwnSet(reviewer, setId, agreed);
    expect(carried).toMatchObject({ scheme_version: 2, revision: revision + 1, relations: [] });
    expect(carried.spans.map(({ id, label: name }) => [id, name])).toEqual([[claim, "statement"]]);
    expect(await carryOwnSet(reviewer, setId, agreed)).toEqual(carried);
    expect((await schemeVersionsPage(admin, project.slug)).carrying.waiting).toBe(0);
    expect(await breaches()).toEqual([]);
  });

  test.for<{ name: string; gone: (user: UserActor, projectId: string) => Promise<unknown> }>([
    {
      name: "have left the project",
      gone: ({ userId }) =>
        database().pool.query("DELETE FROM members WHERE user_id = $1", [userId]),
    },
    {
      name: "may only look",
      gone: ({ userId }) =>
        database().pool.query("UPDATE members SET role = 'viewer' WHERE user_id = $1", [userId]),
    },
    {
      name: "are disabled",
      gone: ({ userId }) =>
        database().pool.query("UPDATE users SET disabled_at = now() WHERE id = $1", [userId]),
    },
  ])("waits for none who $name", async ({ gone }) => {
    const { project, admin, reviewer, setId } = await aWorld();
    await gone(reviewer, project.id);
    const { asked, losing } = await schemeImpact(admin, project.slug, toSecond);
    expect({ asked, losing }).toEqual({ asked: 0, losing: 1 });
    await changeScheme(admin, project.slug, toSecond);
    expect(await annotationSet(admin, setId)).toMatchObject({ scheme_version: 2, relations: [] });
    expect(await breaches()).toEqual([]);
  });

  test("of two made from one version, one is made", async () => {
    const { project, admin } = await aWorld();
    const both = await Promise.allSettled([
      changeScheme(admin, project.slug, toSecond),
      changeScheme(admin, project.slug, { ...toSecond, scheme: first, mapping: nothing }),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(both.find(({ status }) => status === "rejected")).toMatchObject({
      reason: refusal("conflict", { version: 2 }),
    });
    expect((await schemeVersionsPage(admin, project.slug)).versions).toHaveLength(2);
  });

  test("is refused where the mapping speaks of what is not there", async () => {
    const { project, admin } = await aWorld();
    const mapping = { ...nothing, labels: { claim: "nobody" } };
    for (const attempt of [schemeImpact, changeScheme]) {
      await expect(attempt(admin, project.slug, { ...toSecond, mapping })).rejects.toEqual(
        refusal("unprocessable"),
      );
    }
  });

  test("meets a save that knows nothing of it: the set is to be loaded anew", async () => {
    const { project, admin, reviewer, setId } = await aWorld({ withRumour: false });
    const { revision, head } = await annotationSet(reviewer, setId);
    await changeScheme(admin, project.slug, toSecond);
    const operations = [spanOf(uuidv7(), "claim", 4, "two")];
    await expect(annotate(reviewer, setId, { revision, head, operations })).rejects.toEqual(
      refusal("stale_revision", { complete: false, revision: revision + 1 }),
    );
  });

  test("of saves and carrying over at the same moment, none is lost", async () => {
    const { project, admin, reviewer, setId } = await aWorld({ withRumour: false });
    const save = async (start: number, quote: string) => {
      for (;;) {
        const set = await annotationSet(reviewer, setId);
        const name = set.scheme_version === 1 ? "claim" : "statement";
        const operations = [spanOf(uuidv7(), name, start, quote)];
        try {
          return await annotate(reviewer, setId, { ...set, operations });
        } catch (error) {
          if (!refusal("stale_revision").asymmetricMatch(error)) throw error;
        }
      }
    };
    await Promise.all([
      save(4, "two"),
      changeScheme(admin, project.slug, toSecond),
      save(8, "three"),
    ]);
    await carrySets(database(), project.id, { signal: new AbortController().signal });
    const { spans } = await annotationSet(reviewer, setId);
    expect(spans.map(({ label: name, quote }) => [name, quote])).toEqual([
      ["statement", "One"],
      ["statement", "two"],
      ["statement", "three"],
    ]);
    expect(await breaches()).toEqual([]);
  });

  test("of whether spans may share characters holds for those that there are", async () => {
    const { project, admin, reviewer, setId } = await aWorld({ withRumour: false });
    const free: Scheme = {
      ...first,
      labels: [label("claim", { attributes: [tones], overlap: true }), label("rumour")],
    };
    await changeScheme(admin, project.slug, { ...toSecond, scheme: free, mapping: nothing });
    await mark(reviewer, setId, [spanOf(uuidv7(), "claim", 1, "ne")]);
    await changeScheme(admin, project.slug, { base: 2, scheme: first, mapping: nothing, note: "" });
    expect((await annotationSet(reviewer, setId)).scheme_version).toBe(2);
    const change = await ownSchemeChange(reviewer, setId);
    expect(change.effects).toEqual([expect.objectContaining({ cause: "overlap", count: 1 })]);
    expect(await breaches()).toEqual([]);
  });

  test("that requires more leaves what is submitted as it is, and says how much lacks it", async () => {
    const { project, admin, reviewer, setId, article } = await aWorld({ withRumour: false });
    await mark(reviewer, setId, [spanOf(uuidv7(), "claim", 4, "two")]);
    await submit(reviewer, setId, await annotationSet(reviewer, setId));
    const strict: Scheme = {
      ...first,
      labels: [label("claim", { attributes: [{ ...tones, required: true }] }), label("rumour")],
    };
    const change = { base: 1, scheme: strict, mapping: nothing };
    const ofArticles = { ...first, article: [{ ...tones, required: true }] };
    const other = await aMember(project.id);
    const empty = await open(other, article.id);
    await submit(other, empty, { revision: 0 });
    expect(
      await schemeImpact(admin, project.slug, { ...change, scheme: ofArticles }),
    ).toMatchObject({ lacking: 2, changed: 0 });
    expect(await schemeImpact(admin, project.slug, change)).toMatchObject({
      lacking: 1,
      changed: 0,
    });
    await changeScheme(admin, project.slug, { ...change, note: "" });
    expect((await annotationSet(reviewer, setId)).submitted_at).not.toBeNull();
  });
});

describe("undone", () => {
  test("everything is as it was, also what its author had agreed to leave out", async () => {
    const { project, admin, reviewer, setId } = await aWorld();
    const before = await annotationSet(reviewer, setId);
    await changeScheme(admin, project.slug, toSecond);
    await carryOwnSet(reviewer, setId, { ...before, version: 2 });
    const undone = await undoScheme(admin, project.slug, "2");
    expect(undone).toMatchObject({ version: 3, base: 2, restores: 1, scheme: first });
    const after = await annotationSet(reviewer, setId);
    expect(after).toMatchObject({ scheme_version: 3, revision: before.revision + 2 });
    expect(after.spans).toEqual(before.spans);
    expect(after.relations).toEqual(before.relations);
    expect(await breaches()).toEqual([]);
  });

  test("a set that never came to it goes on straight, and one made by it comes back as far as it can", async () => {
    const { project, admin, reviewer, setId, article } = await aWorld();
    await changeScheme(admin, project.slug, toSecond);
    const newcomer = await aMember(project.id);
    const newSet = await open(newcomer, article.id);
    await mark(newcomer, newSet, [spanOf(uuidv7(), "statement", 8, "three", { tone: "angry" })]);
    await undoScheme(admin, project.slug, "2");
    expect(await annotationSet(reviewer, setId)).toMatchObject({ scheme_version: 3, revision: 4 });
    expect((await annotationSet(newcomer, newSet)).spans).toEqual([
      expect.objectContaining({ label: "claim", attributes: { tone: "angry" } }),
    ]);
    expect((await schemeVersionsPage(admin, project.slug)).carrying.waiting).toBe(0);
    expect(await breaches()).toEqual([]);
  });

  test("and the undoing undone, it is as after the change", async () => {
    const { project, admin, reviewer, setId } = await aWorld({ withRumour: false });
    await changeScheme(admin, project.slug, toSecond);
    const changed = await annotationSet(reviewer, setId);
    await undoScheme(admin, project.slug, "2");
    await undoScheme(admin, project.slug, "3");
    const after = await annotationSet(reviewer, setId);
    expect(after.scheme_version).toBe(4);
    expect(after.spans).toEqual(changed.spans);
    expect((await schemeVersion(admin, project.slug, "4")).scheme).toEqual(second);
    expect(await breaches()).toEqual([]);
  });

  test("only the version that holds can be, and not the first", async () => {
    const { project, admin } = await aWorld({ withRumour: false });
    await expect(undoScheme(admin, project.slug, "1")).rejects.toEqual(refusal("conflict"));
    await changeScheme(admin, project.slug, toSecond);
    await undoScheme(admin, project.slug, "2");
    await expect(undoScheme(admin, project.slug, "2")).rejects.toEqual(
      refusal("conflict", { version: 3 }),
    );
    await expect(undoScheme(admin, project.slug, "9")).rejects.toEqual(refusal("not_found"));
    await expect(undoScheme(admin, project.slug, "x")).rejects.toEqual(refusal("not_found"));
  });
});

test("a change of everything on 10,000 spans touches what it said, and undoing it leaves the same dataset", {
  timeout: 300_000,
}, async () => {
  const [ARTICLES, SPANS] = [100, 100];
  const kinds = [
    { name: "tone", type: "choice", values: ["calm", "angry", "cold"] },
    { name: "parts", type: "choices", values: ["who", "when", "where"] },
    { name: "sure", type: "boolean" },
    { name: "why", type: "text", only_if: { attribute: "sure", values: [true] } },
    { name: "much", type: "number", min: 0, max: 100 },
  ] as const;
  const before: Scheme = {
    labels: [
      label("claim", { attributes: [...kinds] }),
      label("rumour", { attributes: [{ name: "origin", type: "text" }] }),
      label("report", { overlap: true }),
    ],
    relations: [
      {
        name: "about",
        from: ["rumour"],
        to: ["claim"],
        symmetric: false,
        attributes: [{ name: "strength", type: "choice", values: ["weak", "strong"] }],
      },
      { name: "backs", from: ["report"], to: ["claim"], symmetric: false, attributes: [] },
    ],
    article: [{ name: "mood", type: "choice", values: ["grim", "gay"] }],
  };
  // Renamed, merged, left out, of another kind, with other bounds: labels, relations, attributes and values.
  const after: Scheme = {
    labels: [
      label("statement", {
        attributes: [
          { name: "manner", type: "choice", values: ["calm", "cross"] },
          { name: "sure", type: "text" },
          { name: "much", type: "number", min: 0, max: 50 },
        ],
      }),
    ],
    relations: [
      {
        name: "on",
        from: ["statement"],
        to: ["statement"],
        symmetric: false,
        attributes: [{ name: "strength", type: "choice", values: ["some"] }],
      },
    ],
    article: [{ name: "mood", type: "choices", values: ["grim"] }],
  };
  const mapping: SchemeMapping = {
    labels: { claim: "statement", rumour: "statement", report: null },
    relations: { about: "on", backs: null },
    attributes: [
      { label: "claim", name: "tone", becomes: "manner", values: { angry: "cross", cold: null } },
      {
        relation: "about",
        name: "strength",
        becomes: "strength",
        values: { weak: "some", strong: "some" },
      },
    ],
  };
  const project = await aProject({ scheme: before });
  const admin = await aMember(project.id, "admin");
  const names = ["claim", "rumour", "report", "claim"];
  const records = Array.from({ length: ARTICLES }, (_, article) => {
    const words = Array.from({ length: SPANS }, (_, at) => `w${article}x${at}`);
    let offset = 0;
    const spans = words.map((word, at) => {
      const [start, name] = [offset, names[at % 4] ?? ""];
      offset += word.length + 1;
      const attributes =
        name === "claim"
          ? {
              tone: ["calm", "angry", "cold"][at % 3],
              parts: [["who"], ["who", "where"]][at % 2],
              sure: at % 5 > 1,
              ...(at % 5 > 1 ? { why: `So ${at}.` } : {}),
              much: at,
            }
          : name === "rumour"
            ? { origin: `He ${at}` }
            : {};
      return { id: uuidv7(), label: name, start, end: start + word.length, attributes };
    });
    const idOf = (at: number) => spans[at]?.id ?? "";
    const relations = spans.flatMap(({ label: name }, at) => {
      if (name === "claim" || at === 0) return [];
      const ends = { id: uuidv7(), from: idOf(at), to: idOf(at - (at % 4)) };
      return name === "rumour"
        ? [{ ...ends, type: "about", attributes: { strength: ["weak", "strong"][at % 2] } }]
        : [{ ...ends, type: "backs" }];
    });
    const sets = [
      { annotator: "m1", kind: "imported", attributes: { mood: ["grim", "gay"][article % 2] } },
    ];
    const about = { source_id: `${article}`, title: `Article ${article}`, text: words.join(" ") };
    return JSON.stringify({ schema: "gainsay.article/2", ...about, sets, spans, relations });
  });
  const files = [aFile("data.jsonl", records.join("\n"))];
  const run = await importFiles(operator, project.slug, { format: "jsonl", files });
  expect(run).toMatchObject({ created: ARTICLES, rejected: [] });

  /** All that is known of the work, but for how often it was touched. */
  const dataset = async () => {
    const asked = { layer: "all", includeOpen: true } as const;
    const { bytes } = await exportDataset(operator, project.slug, asked);
    const chunks: Uint8Array[] = [];
    for await (const chunk of bytes) chunks.push(chunk);
    return Buffer.concat(chunks)
      .toString("utf8")
      .replaceAll(/"(scheme_version|revision)":\d+,/g, "")
      .replaceAll(/"updated_at":"[^"]*",/g, "");
  };
  const was = await dataset();
  const written = { base: 1, scheme: after, mapping, note: "" };
  const impact = await schemeImpact(admin, project.slug, written);
  await changeScheme(admin, project.slug, written);
  const signal = new AbortController().signal;
  await carrySets(database(), project.id, { signal });
  const changed = await dataset();
  expect(changed).not.toBe(was);
  expect(changed).not.toMatch(/"(?:claim|rumour|report|backs|about|cold|parts|origin)"/);
  const { rows } = await database().pool.query<{ label: string; n: number }>(
    "SELECT label, count(*)::int AS n FROM spans WHERE project_id = $1 GROUP BY label",
    [project.id],
  );
  expect(rows).toEqual([{ label: "statement", n: (ARTICLES * SPANS * 3) / 4 }]);
  const told = (cause: string, holder: string) =>
    impact.effects
      .filter((effect) => effect.cause === cause && effect.holder === holder)
      .reduce((sum, { count }) => sum + count, 0);
  expect([
    told("label_renamed", "claim"),
    told("label_renamed", "rumour"),
    told("label_left_out", "report"),
    told("relation_left_out", "backs") + told("end_left_out", "backs"),
    told("relation_renamed", "about"),
  ]).toEqual([5000, 2500, 2500, 2500, 2500]);
  expect(await breaches()).toEqual([]);

  await undoScheme(admin, project.slug, "2");
  await carrySets(database(), project.id, { signal });
  expect((await schemeVersionsPage(admin, project.slug)).carrying).toMatchObject({
    left: 0,
    waiting: 0,
  });
  expect(await dataset()).toBe(was);
  expect(await breaches()).toEqual([]);
});

test("what is left when carrying over is stopped, the next call does", async () => {
  const { project, admin } = await aWorld({ withRumour: false });
  const sets: [UserActor, string][] = [];
  for (let n = 0; n < 3; n += 1) {
    const article = await anArticle(project.id, `One two ${n}.`);
    const reviewer = await aMember(project.id);
    sets.push([reviewer, await open(reviewer, article.id)]);
  }
  // Whoever writes in a set while the others are carried over keeps it from that for as long.
  const client = await database().pool.connect();
  await client.query("BEGIN");
  await client.query("SELECT FROM annotation_sets WHERE id = $1 FOR UPDATE", [sets[1]?.[1]]);
  await changeScheme(admin, project.slug, toSecond);
  expect((await schemeVersionsPage(admin, project.slug)).carrying).toMatchObject({ left: 1 });
  await client.query("COMMIT");
  client.release();
  await carryAllSets(database(), { signal: AbortSignal.abort() });
  expect((await schemeVersionsPage(admin, project.slug)).carrying).toMatchObject({ left: 1 });
  await carryAllSets(database(), { signal: new AbortController().signal });
  expect((await schemeVersionsPage(admin, project.slug)).carrying).toMatchObject({ left: 0 });
  for (const [reviewer, setId] of sets) {
    expect(await annotationSet(reviewer, setId)).toMatchObject({ scheme_version: 2, revision: 1 });
  }
});

test("what cannot be carried over holds up neither the rest nor other projects, and is told", async () => {
  const { project, admin, setId: claimed } = await aWorld({ withRumour: false });
  const { project: other, admin: otherAdmin, setId: elsewhere } = await aWorld();
  const sets: string[] = [];
  for (let n = 0; n < 8; n += 1) {
    const article = await anArticle(project.id, `One two ${n}.`);
    const reviewer = await aMember(project.id);
    sets.push(await open(reviewer, article.id));
  }
  // The history of two has what the sets know nothing of: one changes with the scheme, one only comes to it.
  const defective = [claimed, sets[4] ?? ""];
  await database().pool.query(
    `INSERT INTO operations (set_id, id, project_id, revision, user_id, body, change)
     SELECT s.id, gen_random_uuid(), s.project_id, s.revision + 1, NULL, '{"type": "set_article_note"}',
       '{"kind": "note", "before": "", "after": "x"}'
     FROM annotation_sets s WHERE s.id = ANY($1::uuid[])`,
    [defective],
  );
  await database().pool.query("DELETE FROM members WHERE project_id = $1 AND role = 'reviewer'", [
    other.id,
  ]);
  await changeScheme(admin, project.slug, toSecond);
  for (const id of sets) {
    const version = defective.includes(id) ? 1 : 2;
    expect(await annotationSet(admin, id)).toMatchObject({ scheme_version: version });
  }
  expect(await annotationSet(admin, claimed)).toMatchObject({ scheme_version: 1 });
  // Left for the next look, which meets the first project's defect before it.
  const client = await database().pool.connect();
  await client.query("BEGIN");
  await client.query("SELECT FROM annotation_sets WHERE id = $1 FOR UPDATE", [elsewhere]);
  await changeScheme(otherAdmin, other.slug, toSecond);
  await client.query("ROLLBACK");
  client.release();
  await expect(
    carryAllSets(database(), { signal: new AbortController().signal }),
  ).rejects.toMatchObject({ code: "23505" });
  expect(await annotationSet(otherAdmin, elsewhere)).toMatchObject({ scheme_version: 2 });
  await database().pool.query(
    `DELETE FROM operations o USING annotation_sets s
     WHERE s.id = o.set_id AND s.id = ANY($1::uuid[]) AND o.revision > s.revision`,
    [defective],
  );
  await carryAllSets(database(), { signal: new AbortController().signal });
  expect((await schemeVersionsPage(admin, project.slug)).carrying).toMatchObject({ left: 0 });
});

describe("nobody's save fails for another's", () => {
  /** Holds the comparison of a version up, until those who wait for it are so many. */
  async function holdingComparison(versionId: string) {
    const client = await database().pool.connect();
    await client.query("BEGIN");
    await client.query("SELECT pg_advisory_xact_lock(hashtextextended('agreements:' || $1, 0))", [
      versionId,
    ]);
    return {
      async waitedForBy(most: number) {
        await expect
          .poll(async () => {
            const { rows } = await database().pool.query(
              "SELECT count(*)::int AS n FROM pg_locks WHERE locktype = 'advisory' AND NOT granted",
            );
            return rows[0]?.n;
          })
          .toBeGreaterThanOrEqual(most);
      },
      async letGo() {
        await client.query("COMMIT");
        client.release();
      },
    };
  }

  /** A practice article with gold, on which one has submitted and another is about to. */
  async function aPracticeWorld() {
    const { project, admin, reviewer, article, setId } = await aWorld({ withRumour: false });
    await submit(reviewer, setId, await annotationSet(reviewer, setId));
    await makeGold(admin, setId, { replace: false });
    const second = await aMember(project.id);
    const written = { title: "Practice", kind: "practice", seed: 1 };
    const reviewers = [{ user: second.userId, languages: [] }];
    await createRound(admin, project.slug, NewRound.parse({ ...written, reviewers }));
    const secondSet = await open(second, article.id);
    await mark(second, secondSet, [spanOf(uuidv7(), "claim", 0, "One")]);
    const set = await annotationSet(second, secondSet);
    return { project, admin, setId, second, set };
  }

  test("who submits against gold, while that is replaced", async () => {
    const { admin, setId, second, set } = await aPracticeWorld();
    const comparison = await holdingComparison(set.version_id);
    const submitting = submit(second, set.id, set);
    await comparison.waitedForBy(1);
    const replacing = makeGold(admin, setId, { replace: true });
    await new Promise((resolve) => setTimeout(resolve, 300)); // it may wait, or be done by now
    await comparison.letGo();
    expect(await Promise.allSettled([submitting, replacing])).toEqual([
      expect.objectContaining({ status: "fulfilled" }),
      expect.objectContaining({ status: "fulfilled" }),
    ]);
  });

  test("who submits against gold, while that and others' work is carried over", async () => {
    const { project, admin, second, set } = await aPracticeWorld();
    const comparison = await holdingComparison(set.version_id);
    const submitting = submit(second, set.id, set);
    await comparison.waitedForBy(1);
    const changing = changeScheme(admin, project.slug, toSecond);
    await comparison.waitedForBy(2);
    await comparison.letGo();
    expect(await Promise.allSettled([submitting, changing])).toEqual([
      expect.objectContaining({ status: "fulfilled" }),
      expect.objectContaining({ status: "fulfilled" }),
    ]);
  });

  test("two that carry over at once", async () => {
    const { project, admin, reviewer, article, setId } = await aWorld({ withRumour: false });
    const other = await anArticle(project.id, "One two three.");
    const second = await aMember(project.id);
    const sets = [[reviewer, setId] as const];
    // One has them in the one order, the other in the other.
    for (const [user, { id }] of [
      [reviewer, other],
      [second, other],
      [second, article],
    ] as const) {
      const set = await open(user, id);
      await mark(user, set, [spanOf(uuidv7(), "claim", 0, "One")]);
      sets.push([user, set]);
    }
    for (const [user, id] of sets) await submit(user, id, await annotationSet(user, id));
    const [, , third, fourth] = sets;
    const client = await database().pool.connect();
    await client.query("BEGIN");
    await client.query("SELECT FROM annotation_sets WHERE id = ANY($1::uuid[]) FOR UPDATE", [
      [third?.[1], fourth?.[1]],
    ]);
    const versions = await Promise.all(
      [setId, sets[1]?.[1] ?? ""].map((id) => annotationSet(admin, id)),
    );
    const held = await Promise.all(versions.map(({ version_id: id }) => holdingComparison(id)));
    const first = changeScheme(admin, project.slug, toSecond);
    await held[0]?.waitedForBy(1);
    await client.query("COMMIT");
    client.release();
    const signal = new AbortController().signal;
    const beside = carrySets(database(), project.id, { signal });
    await held[0]?.waitedForBy(2);
    await Promise.all(held.map((one) => one.letGo()));
    expect(await Promise.allSettled([first, beside])).toEqual([
      expect.objectContaining({ status: "fulfilled" }),
      { status: "fulfilled", value: expect.any(Number) },
    ]);
    for (const [, id] of sets) {
      expect(await annotationSet(admin, id)).toMatchObject({ scheme_version: 2 });
    }
  });
});

test("what a site admin has marked is theirs to leave out, member or not", async () => {
  const { project, admin, article } = await aWorld({ withRumour: false });
  const operator = await aUser({ siteAdmin: true });
  const setId = await open(operator, article.id);
  await mark(operator, setId, [spanOf(uuidv7(), "rumour", 4, "two")]);
  expect(await schemeImpact(admin, project.slug, toSecond)).toMatchObject({ asked: 1, losing: 1 });
  await changeScheme(admin, project.slug, toSecond);
  const set = await annotationSet(operator, setId);
  expect(set).toMatchObject({ scheme_version: 1, spans: [{ label: "rumour" }] });
  expect(await carryOwnSet(operator, setId, { ...set, version: 2 })).toMatchObject({ spans: [] });
});

test("undoing brings nothing back into gold that has been replaced since", async () => {
  const { project, admin, reviewer, article, setId } = await aWorld();
  await submit(reviewer, setId, await annotationSet(reviewer, setId));
  const { id: goldId } = await makeGold(admin, setId, { replace: false });
  await changeScheme(admin, project.slug, toSecond);
  expect(await annotationSet(admin, goldId)).toMatchObject({ scheme_version: 2, relations: [] });
  const other = await aMember(project.id);
  const otherSet = await open(other, article.id);
  await mark(other, otherSet, [spanOf(uuidv7(), "statement", 8, "three")]);
  await submit(other, otherSet, await annotationSet(other, otherSet));
  await makeGold(admin, otherSet, { replace: true });
  await undoScheme(admin, project.slug, "2");
  expect((await annotationSet(admin, goldId)).spans).toEqual([
    expect.objectContaining({ label: "claim", quote: "three" }),
  ]);
  expect(await breaches()).toEqual([]);
});

test("what is imported anew while it is carried over has nothing of the history before", async () => {
  const { project, admin, article } = await aWorld({ withRumour: false });
  const { version } = (await openArticle(admin, article.id)).article;
  const db = database();
  const written = {
    id: uuidv7(),
    versionId: version.id,
    articleId: article.id,
    annotator: await sqlTransaction(db, (sql) =>
      annotatorNumber(sql, { projectId: project.id, userId: admin.userId }),
    ),
    note: "",
    attributes: {},
    spans: [],
    relations: [],
    about: null,
  };
  const of = { projectId: project.id, schemeVersion: 1, scheme: first };
  await sqlTransaction(db, (sql) => writeImportedSets(sql, of, [{ ...written, replaces: false }]));
  const carrier = await db.pool.connect();
  await carrier.query("BEGIN");
  await carrier.query("SELECT FROM annotation_sets WHERE id = $1 FOR NO KEY UPDATE", [written.id]);
  const importing = sqlTransaction(db, (sql) =>
    writeImportedSets(sql, of, [{ ...written, replaces: true }]),
  );
  await expect
    .poll(async () => {
      const { rows } = await db.pool.query(
        "SELECT count(*)::int AS n FROM pg_locks WHERE NOT granted",
      );
      return rows[0]?.n;
    })
    .toBeGreaterThan(0);
  const { rows: sets } = await carrier.query<SetRow>(
    `SELECT ${setColumns} FROM annotation_sets s WHERE s.id = $1`,
    [written.id],
  );
  await moveSets(carrier, sets, { from: 1, to: 1, userId: null });
  await carrier.query("COMMIT");
  carrier.release();
  await importing;
  expect((await historyOf(admin, written.id, { cursor: 0, limit: 10 })).operations).toEqual([]);
  expect(await breaches()).toEqual([]);
});

describe("of another project or role", () => {
  const attempts: Record<string, (actor: UserActor, slug: string) => Promise<unknown>> = {
    list: (actor, slug) => schemeVersionsPage(actor, slug),
    read: (actor, slug) => schemeVersion(actor, slug, "1"),
    impact: (actor, slug) => schemeImpact(actor, slug, toSecond),
    change: (actor, slug) => changeScheme(actor, slug, toSecond),
    undo: (actor, slug) => undoScheme(actor, slug, "2"),
  };
  const mayDo: Record<Role, readonly string[]> = {
    admin: ["list", "read", "impact", "change", "undo"],
    curator: ["list", "read"],
    reviewer: ["list", "read"],
    viewer: ["list", "read"],
  };
  test.for(
    Object.entries(mayDo).flatMap(([role, allowed]) =>
      Object.keys(attempts).map((attempt) => ({
        role: role as Role,
        attempt,
        allowed: allowed.includes(attempt),
      })),
    ),
  )("$role, $attempt: $allowed", async ({ role, attempt, allowed }) => {
    const { project, admin } = await aWorld({ withRumour: false });
    if (attempt === "undo") await changeScheme(admin, project.slug, toSecond);
    const run = attempts[attempt] ?? expect.unreachable();
    const actor = await aMember(project.id, role);
    const stranger = await aMember((await aProject()).id, role);
    await expect(run(stranger, project.slug)).rejects.toEqual(refusal("not_found"));
    if (allowed) await expect(run(actor, project.slug)).resolves.toBeDefined();
    else await expect(run(actor, project.slug)).rejects.toEqual(refusal("forbidden"));
  });

  test("who works on what is told those who see the work of all; others, what waits for them", async () => {
    const { project, admin, reviewer } = await aWorld();
    await changeScheme(admin, project.slug, toSecond);
    const told = async (actor: UserActor) => {
      const { carrying } = await schemeVersionsPage(actor, project.slug);
      return [carrying.waiting, carrying.authors.map(({ user }) => user.id)];
    };
    for (const role of ["admin", "curator"] as const) {
      expect(await told(await aMember(project.id, role))).toEqual([1, [reviewer.userId]]);
    }
    for (const role of ["reviewer", "viewer"] as const) {
      expect(await told(await aMember(project.id, role))).toEqual([0, []]);
    }
    expect(await told(reviewer)).toEqual([1, [reviewer.userId]]);
  });

  test("a set is carried over by its author alone", async () => {
    const { project, setId } = await aWorld();
    for (const actor of [
      await aMember(project.id, "admin"),
      await aMember(project.id),
      await aMember((await aProject()).id),
      await aUser({ siteAdmin: true }),
    ]) {
      await expect(ownSchemeChange(actor, setId)).rejects.toEqual(refusal("not_found"));
      await expect(
        carryOwnSet(actor, setId, { revision: 3, head: null, version: 1 }),
      ).rejects.toEqual(refusal("not_found"));
    }
  });
});
