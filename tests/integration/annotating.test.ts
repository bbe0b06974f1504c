import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { v7 as uuidv7 } from "uuid";
import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { operator, type UserActor } from "@/lib/access/actor";
import type { Operation } from "@/lib/domain/operation";
import { defaultScheme, type Scheme, type StoredScheme } from "@/lib/domain/scheme";
import { quoteOf } from "@/lib/domain/span";
import { ArticleText } from "@/lib/domain/text";
import { touchedContent } from "@/lib/store/annotation-sets";
import { closeDatabase, database, type Sql } from "@/lib/store/database";
import {
  annotate,
  annotationSet,
  historyOf,
  openArticle,
  reopen,
  setsOf,
  submit,
} from "@/lib/workflow/annotating";
import { listArticles } from "@/lib/workflow/articles";
import { diagnose } from "@/lib/workflow/doctor";
import { importFiles } from "@/lib/workflow/importing";
import { aDatabase } from "../setup/database";
import { aFile } from "../setup/files";
import { aMember, anArticle, aProject, aUser, withClaims } from "../setup/world";

beforeAll(async () => {
  await aDatabase();
});

/** A reviewer with an open, empty set on "Tehran denied it. She said so." */
async function aReviewerAtWork(text?: string, scheme: StoredScheme = defaultScheme) {
  const project = await aProject({ scheme });
  const article = await anArticle(project.id, text);
  const reviewer = await aMember(project.id);
  const { annotation_set: set } = (await openArticle(reviewer, article.id)).article;
  if (!set) throw new Error("A reviewer has a set.");
  return { project, article, reviewer, setId: set.id };
}

function addSpan(
  text: ArticleText,
  label: string,
  ...pieces: [number, number][]
): Operation & { type: "add_span" } {
  const fragments = pieces.map(([start, end]) => ({ start, end }));
  const span = { id: uuidv7(), label, fragments, quote: quoteOf(text, fragments), attributes: {} };
  return { id: uuidv7(), type: "add_span", span };
}

const aNote = (note: string): Operation => ({ id: uuidv7(), type: "set_article_note", note });

const storedRevision = async (setId: string) => {
  const { rows } = await database().pool.query<{ revision: number; operations: number }>(
    `SELECT revision, (SELECT count(*)::int FROM operations WHERE set_id = s.id) AS operations
     FROM annotation_sets s WHERE id = $1`,
    [setId],
  );
  return rows[0];
};

/** What the doctor finds wrong with spans and histories; the articles here are not made for searching. */
const troubleWithSpans = async () =>
  (await diagnose()).filter(({ check, breaches }) => breaches > 0 && !check.startsWith("search"));

/** The database from far away, and how often somebody has asked it after an answer of its. */
async function aDistantDatabase() {
  const near = process.env.DATABASE_URL ?? "";
  const url = new URL(near);
  const { hostname, port } = url;
  const heard = { questions: 0 };
  const sockets: Socket[] = [];
  const way = createServer((client) => {
    const server = connect(Number(port), hostname);
    sockets.push(client, server);
    let answered = true;
    for (const socket of [client, server]) socket.on("error", () => undefined);
    client.on("data", (bytes) => {
      if (answered) heard.questions += 1;
      answered = false;
      server.write(bytes);
    });
    server.on("data", async (bytes) => {
      await pause(50);
      answered = true;
      client.write(bytes);
    });
  });
  await once(way.listen(0, "127.0.0.1"), "listening");
  url.port = String((way.address() as AddressInfo).port);
  await closeDatabase();
  process.env.DATABASE_URL = url.href;
  onTestFinished(async () => {
    await closeDatabase();
    process.env.DATABASE_URL = near;
    for (const socket of sockets) socket.destroy();
    way.close();
  });
  return heard;
}

describe("saving", () => {
  test("a span goes to the database for what it needs, and to be written and committed: two ways", async () => {
    const { article, reviewer, setId } = await aReviewerAtWork();
    const heard = await aDistantDatabase();
    const save = (revision: number, operation: Operation) =>
      annotate(reviewer, setId, { revision, operations: [operation] });
    await save(0, aNote("Opens a connection, on which the text is read."));
    const before = heard.questions;
    await save(1, addSpan(article.text, "denial", [0, 6], [14, 16]));
    expect(heard.questions - before).toBe(2);
  });

  test("a batch is stored whole, and read back as it was sent", async () => {
    const { article, reviewer, setId } = await aReviewerAtWork();
    const denial = addSpan(article.text, "denial", [0, 6], [14, 16]);
    const claim = addSpan(article.text, "claim", [0, 16]);
    const relation = {
      id: uuidv7(),
      type: "denies",
      from: denial.span.id,
      to: claim.span.id,
      attributes: {},
    };
    const answer = await annotate(reviewer, setId, {
      revision: 0,
      operations: [
        denial,
        claim,
        { id: uuidv7(), type: "add_relation", relation },
        {
          id: uuidv7(),
          type: "edit_span",
          span: { id: claim.span.id, attributes: { polarity: "positive" } },
        },
        { id: uuidv7(), type: "set_article_note", note: "Check the date. ملاحظة" },
      ],
    });
    expect(answer.revision).toBe(5);
    expect(answer.operations.map(({ revision }) => revision)).toEqual([1, 2, 3, 4, 5]);
    const { annotation_set: set } = (await openArticle(reviewer, article.id)).article;
    expect(set).toMatchObject({
      revision: 5,
      note: "Check the date. ملاحظة",
      spans: expect.arrayContaining([
        denial.span,
        { ...claim.span, attributes: { polarity: "positive" } },
      ]),
      relations: [relation],
    });
    const counts = await database().pool.query(
      "SELECT label_counts FROM annotation_sets WHERE id = $1",
      [setId],
    );
    expect(counts.rows[0]?.label_counts).toEqual({ claim: 1, denial: 1 });
  });

  test("sending a batch again answers the same and changes nothing", async () => {
    const { article, reviewer, setId } = await aReviewerAtWork();
    const batch = { revision: 0, operations: [addSpan(article.text, "claim", [0, 6])] };
    const first = await annotate(reviewer, setId, batch);
    expect(await annotate(reviewer, setId, batch)).toEqual(first);
    expect(await storedRevision(setId)).toEqual({ revision: 1, operations: 1 });
  });

  test("a batch that has grown since it was sent goes on where it stopped", async () => {
    const { article, reviewer, setId } = await aReviewerAtWork();
    const [one, two] = [
      addSpan(article.text, "claim", [0, 6]),
      addSpan(article.text, "claim", [7, 13]),
    ];
    await annotate(reviewer, setId, { revision: 0, operations: [one] });
    expect(await annotate(reviewer, setId, { revision: 0, operations: [one, two] })).toEqual({
      head: expect.stringContaining(two.id),
      revision: 2,
      operations: [
        { id: one.id, revision: 1 },
        { id: two.id, revision: 2 },
      ],
    });
  });

  test("a late copy of a batch is not half applied once its sender went on without the first of it", async () => {
    const { article, reviewer, setId } = await aReviewerAtWork();
    const [given, sent] = [
      addSpan(article.text, "claim", [0, 6]),
      addSpan(article.text, "claim", [7, 13]),
    ];
    await annotate(reviewer, setId, { revision: 0, operations: [sent] });
    await expect(
      annotate(reviewer, setId, { revision: 0, operations: [given, sent] }),
    ).rejects.toMatchObject({ code: "stale_revision", details: { revision: 1 } });
    expect(await storedRevision(setId)).toEqual({ revision: 1, operations: 1 });
  });

  test("an id that somebody else used in their own set is free in this one", async () => {
    const { project, article, reviewer, setId } = await aReviewerAtWork();
    const other = await aMember(project.id);
    const { annotation_set: theirs } = (await openArticle(other, article.id)).article;
    const batch = { revision: 0, operations: [addSpan(article.text, "claim", [0, 6])] };
    await annotate(other, theirs?.id ?? "", batch);
    await annotate(reviewer, setId, batch);
    expect((await annotationSet(reviewer, setId)).spans).toHaveLength(1);
  });

  test("an id that was used for something else is refused", async () => {
    const { article, reviewer, setId } = await aReviewerAtWork();
    const operation = addSpan(article.text, "claim", [0, 6]);
    await annotate(reviewer, setId, { revision: 0, operations: [operation] });
    const other = { ...addSpan(article.text, "claim", [7, 13]), id: operation.id };
    await expect(
      annotate(reviewer, setId, { revision: 1, operations: [other] }),
    ).rejects.toMatchObject({
      code: "operation_reused",
    });
    expect(await storedRevision(setId)).toEqual({ revision: 1, operations: 1 });
  });

  test("a stale revision is refused with what has changed since", async () => {
    const { article, reviewer, setId } = await aReviewerAtWork();
    const first = addSpan(article.text, "claim", [0, 6]);
    await annotate(reviewer, setId, { revision: 0, operations: [first] });
    await expect(
      annotate(reviewer, setId, {
        revision: 0,
        operations: [addSpan(article.text, "denial", [7, 13])],
      }),
    ).rejects.toMatchObject({
      code: "stale_revision",
      details: {
        revision: 1,
        complete: true,
        operations: [{ id: first.id, revision: 1, type: "add_span", span: first.span }],
      },
    });
  });

  test("what a stale client knows already is not told again", async () => {
    const { article, reviewer, setId } = await aReviewerAtWork();
    const operations = [
      addSpan(article.text, "claim", [0, 6]),
      addSpan(article.text, "claim", [7, 13]),
    ];
    await annotate(reviewer, setId, { revision: 0, operations });
    await expect(
      annotate(reviewer, setId, { revision: 1, operations: [aNote("late")] }),
    ).rejects.toMatchObject({
      code: "stale_revision",
      details: { operations: [{ id: operations[1]?.id, revision: 2 }] },
    });
  });

  test("a history too long for one answer is told to be incomplete", async () => {
    const { reviewer, setId } = await aReviewerAtWork();
    const operations = Array.from({ length: 1001 }, (_, at) => aNote(`note ${at}`));
    await annotate(reviewer, setId, { revision: 0, operations });
    await expect(
      annotate(reviewer, setId, { revision: 0, operations: [aNote("late")] }),
    ).rejects.toMatchObject({ code: "stale_revision", details: { complete: false } });
    await expect(
      annotate(reviewer, setId, { revision: 1, operations: [aNote("late")] }),
    ).rejects.toMatchObject({ code: "stale_revision", details: { complete: true } });
  });

  test("of saves from the same revision at once, exactly one succeeds", async () => {
    const { article, reviewer, setId } = await aReviewerAtWork();
    const { pool } = database();
    const holder = await pool.connect(); // so that all have begun before one can go on
    await holder.query("BEGIN");
    await holder.query("SELECT FROM annotation_sets WHERE id = $1 FOR UPDATE", [setId]);
    const saving = Promise.allSettled(
      Array.from({ length: 8 }, () =>
        annotate(reviewer, setId, {
          revision: 0,
          operations: [addSpan(article.text, "claim", [0, 6])],
        }),
      ),
    );
    const waiting = `SELECT FROM pg_stat_activity
      WHERE datname = current_database() AND wait_event_type = 'Lock'`;
    while (((await pool.query(waiting)).rowCount ?? 0) < 8) await pause(5);
    await holder.query("COMMIT");
    holder.release();
    const outcomes = await saving;
    const refusals = outcomes.filter((outcome) => outcome.status === "rejected");
    expect(refusals.map(({ reason }) => reason.code)).toEqual(Array(7).fill("stale_revision"));
    expect(await storedRevision(setId)).toEqual({ revision: 1, operations: 1 });
  });

  test("one bad operation refuses the whole batch, and says which it is", async () => {
    const { article, reviewer, setId } = await aReviewerAtWork();
    const bad = { ...addSpan(article.text, "claim", [7, 13]) };
    bad.span = { ...bad.span, quote: "admitted" };
    await expect(
      annotate(reviewer, setId, {
        revision: 0,
        operations: [addSpan(article.text, "claim", [0, 6]), bad],
      }),
    ).rejects.toMatchObject({ code: "unprocessable", details: { operation: bad.id } });
    expect(await storedRevision(setId)).toEqual({ revision: 0, operations: 0 });
  });

  test("a label that a span beneath has already is refused", async () => {
    const { article, reviewer, setId } = await aReviewerAtWork();
    const claim = addSpan(article.text, "claim", [0, 6]);
    const denial = addSpan(article.text, "denial", [0, 16]);
    await annotate(reviewer, setId, { revision: 0, operations: [claim, denial] });
    const relabel: Operation = {
      id: uuidv7(),
      type: "edit_span",
      span: { id: denial.span.id, label: "claim" },
    };
    await expect(
      annotate(reviewer, setId, { revision: 2, operations: [relabel] }),
    ).rejects.toMatchObject({ code: "conflict", details: { overlaps: claim.span.id } });
  });

  test.each(["a\0", "\ud800"])(
    "an attribute called %j is refused, even to take it away",
    async (name) => {
      const { article, reviewer, setId } = await aReviewerAtWork();
      const claim = addSpan(article.text, "claim", [0, 6]);
      await annotate(reviewer, setId, { revision: 0, operations: [claim] });
      const patch: Operation = {
        id: uuidv7(),
        type: "edit_span",
        span: { id: claim.span.id, attributes: { [name]: null } },
      };
      await expect(
        annotate(reviewer, setId, { revision: 1, operations: [patch] }),
      ).rejects.toMatchObject({ code: "unprocessable" });
    },
  );

  test("spans of one label that trade places in one batch are stored", async () => {
    const { article, reviewer, setId } = await aReviewerAtWork();
    const [one, two] = [
      addSpan(article.text, "claim", [0, 6]),
      addSpan(article.text, "claim", [7, 13]),
    ];
    await annotate(reviewer, setId, { revision: 0, operations: [one, two] });
    const move = (id: string, start: number, end: number): Operation => ({
      id: uuidv7(),
      type: "edit_span",
      span: { id, fragments: [{ start, end }], quote: article.text.slice({ start, end }) },
    });
    await annotate(reviewer, setId, {
      revision: 2,
      operations: [move(one.span.id, 18, 21), move(two.span.id, 0, 6), move(one.span.id, 7, 13)],
    });
    const { spans } = await annotationSet(reviewer, setId);
    expect(spans.map(({ id, quote }) => [id, quote])).toEqual([
      [two.span.id, "Tehran"],
      [one.span.id, "denied"],
    ]);
  });

  test("a relation that becomes another one's double is refused, whichever the scheme allows", async () => {
    const scheme = {
      labels: defaultScheme.labels,
      relations: ["repeats", "contradicts"].map((name) => ({
        name,
        from: ["claim"],
        to: ["claim"],
        symmetric: false,
      })),
    };
    const { article, reviewer, setId } = await aReviewerAtWork(undefined, scheme);
    const [one, two] = [
      addSpan(article.text, "claim", [0, 6]),
      addSpan(article.text, "claim", [7, 13]),
    ];
    const link = (type: string, from: string, to: string): Operation => ({
      id: uuidv7(),
      type: "add_relation",
      relation: { id: uuidv7(), type, from, to, attributes: {} },
    });
    const other = link("contradicts", two.span.id, one.span.id);
    if (other.type !== "add_relation") throw new Error("It is one.");
    const operations = [one, two, link("repeats", one.span.id, two.span.id), other];
    await annotate(reviewer, setId, { revision: 0, operations });
    const edit: Operation = {
      id: uuidv7(),
      type: "edit_relation",
      relation: { id: other.relation.id, type: "repeats" },
    };
    await expect(
      annotate(reviewer, setId, { revision: 4, operations: [edit] }),
    ).rejects.toMatchObject({ code: "conflict" });
  });

  test("a relation gets another type in a batch that names no span", async () => {
    const scheme = {
      labels: defaultScheme.labels,
      relations: ["repeats", "contradicts"].map((name) => ({
        name,
        from: ["claim"],
        to: ["claim"],
        symmetric: false,
      })),
    };
    const { article, reviewer, setId } = await aReviewerAtWork(undefined, scheme);
    const [one, two] = [
      addSpan(article.text, "claim", [0, 6]),
      addSpan(article.text, "claim", [7, 13]),
    ];
    const relation = {
      id: uuidv7(),
      type: "repeats",
      from: one.span.id,
      to: two.span.id,
      attributes: {},
    };
    const link: Operation = { id: uuidv7(), type: "add_relation", relation };
    await annotate(reviewer, setId, { revision: 0, operations: [one, two, link] });
    const edit: Operation = {
      id: uuidv7(),
      type: "edit_relation",
      relation: { id: relation.id, type: "contradicts" },
    };
    await annotate(reviewer, setId, { revision: 3, operations: [edit] });
    expect((await annotationSet(reviewer, setId)).relations).toEqual([
      { ...relation, type: "contradicts" },
    ]);
  });

  test("a note stays until another one is written", async () => {
    const { article, reviewer, setId } = await aReviewerAtWork();
    await annotate(reviewer, setId, { revision: 0, operations: [aNote("Check the date.")] });
    await annotate(reviewer, setId, {
      revision: 1,
      operations: [addSpan(article.text, "claim", [0, 6])],
    });
    expect((await annotationSet(reviewer, setId)).note).toBe("Check the date.");
  });

  test("a history is read in pages, up to its end", async () => {
    const { reviewer, setId } = await aReviewerAtWork();
    const operations = [aNote("one"), aNote("two"), aNote("three")];
    await annotate(reviewer, setId, { revision: 0, operations });
    const page = async (cursor: number) => {
      const read = await historyOf(reviewer, setId, { cursor, limit: 2 });
      return [read.operations.map(({ id }) => id), read.next_cursor];
    };
    const [one, two, three] = operations.map(({ id }) => id);
    expect(await page(0)).toEqual([[one, two], "2"]);
    expect(await page(2)).toEqual([[three], null]);
  });

  test("a span added and removed in one batch leaves its history only", async () => {
    const { article, reviewer, setId } = await aReviewerAtWork();
    const added = addSpan(article.text, "claim", [0, 6]);
    await annotate(reviewer, setId, {
      revision: 0,
      operations: [added, { id: uuidv7(), type: "remove_span", span: { id: added.span.id } }],
    });
    expect((await annotationSet(reviewer, setId)).spans).toEqual([]);
    expect(
      (await historyOf(reviewer, setId, { cursor: 0, limit: 10 })).operations.map(
        ({ operation }) => operation.type,
      ),
    ).toEqual(["add_span", "remove_span"]);
  });

  test("spans of a label that may overlap lie over each other, until one is to be another", async () => {
    const { article, reviewer, setId } = await aReviewerAtWork();
    const [one, other, claim] = [
      addSpan(article.text, "attribution", [0, 6]),
      addSpan(article.text, "attribution", [0, 13]),
      addSpan(article.text, "claim", [7, 16]),
    ];
    await annotate(reviewer, setId, { revision: 0, operations: [one, claim] });
    await annotate(reviewer, setId, { revision: 2, operations: [other] });
    const relabel = (id: string, label: string): Operation => {
      return { id: uuidv7(), type: "edit_span", span: { id, label } };
    };
    await expect(
      annotate(reviewer, setId, { revision: 3, operations: [relabel(other.span.id, "claim")] }),
    ).rejects.toMatchObject({ code: "conflict", details: { overlaps: claim.span.id } });
    // What is a claim no longer is in no claim's way, in the database neither.
    await annotate(reviewer, setId, {
      revision: 3,
      operations: [relabel(claim.span.id, "attribution"), relabel(other.span.id, "claim")],
    });
    const { spans } = await annotationSet(reviewer, setId);
    expect(spans.map(({ label, quote }) => `${label} ${quote}`).sort()).toEqual([
      "attribution Tehran",
      "attribution denied it",
      "claim Tehran denied",
    ]);
    expect(await troubleWithSpans()).toEqual([]);
  });

  test("a scheme from before there was a choice lets attributions overlap, and says so", async () => {
    const silent = {
      ...defaultScheme,
      labels: defaultScheme.labels.map(({ overlap: _, ...rule }) => rule),
    };
    const { article, reviewer, setId } = await aReviewerAtWork(undefined, silent);
    const { scheme } = (await openArticle(reviewer, article.id)).article;
    expect(scheme).toEqual(defaultScheme);
    const twice = (label: string) =>
      [[0, 6] as const, [0, 13] as const].map(([start, end]) =>
        addSpan(article.text, label, [start, end]),
      );
    await annotate(reviewer, setId, { revision: 0, operations: twice("attribution") });
    await expect(
      annotate(reviewer, setId, { revision: 2, operations: twice("denial") }),
    ).rejects.toMatchObject({ code: "conflict" });
    expect(await troubleWithSpans()).toEqual([]);
  });

  test("the database itself keeps spans of one label apart", async () => {
    const { article, reviewer, setId } = await aReviewerAtWork();
    await annotate(reviewer, setId, {
      revision: 0,
      operations: [addSpan(article.text, "claim", [0, 6])],
    });
    const insert = database().pool.query(
      `INSERT INTO spans (set_id, id, project_id, label, fragments, quote)
       SELECT set_id, $2, project_id, label, '{[3,9)}', 'x' FROM spans WHERE set_id = $1`,
      [setId, uuidv7()],
    );
    await expect(insert).rejects.toMatchObject({ constraint: "spans_of_one_label_do_not_overlap" });
  });
});

describe("submitting", () => {
  test("closes the set until it is reopened", async () => {
    const { article, reviewer, setId } = await aReviewerAtWork();
    const batch = (revision: number) => ({
      revision,
      operations: [addSpan(article.text, "claim", [0, 6])],
    });
    const sent = batch(0);
    await annotate(reviewer, setId, sent);
    expect((await submit(reviewer, setId, { revision: 1 })).submitted_at).toEqual(
      expect.any(String),
    );
    await expect(annotate(reviewer, setId, batch(1))).rejects.toMatchObject({ code: "conflict" });
    expect((await annotate(reviewer, setId, sent)).revision).toBe(1);
    expect((await reopen(reviewer, setId, { revision: 1 })).submitted_at).toBeNull();
  });

  test("again changes nothing, not even the time", async () => {
    const { reviewer, setId } = await aReviewerAtWork();
    await submit(reviewer, setId, { revision: 0 });
    const long = "2024-07-30T14:35:34.000Z";
    await database().pool.query("UPDATE annotation_sets SET submitted_at = $2 WHERE id = $1", [
      setId,
      long,
    ]);
    expect((await submit(reviewer, setId, { revision: 0 })).submitted_at).toBe(long);
  });

  test("of a revision that the reviewer has not seen is refused", async () => {
    const { article, reviewer, setId } = await aReviewerAtWork();
    await annotate(reviewer, setId, {
      revision: 0,
      operations: [addSpan(article.text, "claim", [0, 6])],
    });
    await expect(submit(reviewer, setId, { revision: 0 })).rejects.toMatchObject({
      code: "stale_revision",
    });
  });

  test("waits for what the scheme requires", async () => {
    const scheme = withClaims([{ name: "accused_actor", type: "text", required: true }]);
    const { article, reviewer, setId } = await aReviewerAtWork(undefined, scheme);
    const span = addSpan(article.text, "claim", [0, 6]);
    const denial = addSpan(article.text, "denial", [7, 13]);
    await annotate(reviewer, setId, { revision: 0, operations: [span, denial] });
    await expect(submit(reviewer, setId, { revision: 2 })).rejects.toMatchObject({
      code: "unprocessable",
      details: { count: 1, spans: [{ id: span.span.id, attributes: ["accused_actor"] }] },
    });
    expect((await annotationSet(reviewer, setId)).submitted_at).toBeNull();
    const set: Operation = {
      id: uuidv7(),
      type: "edit_span",
      span: { id: span.span.id, attributes: { accused_actor: "Iran" } },
    };
    await annotate(reviewer, setId, { revision: 2, operations: [set] });
    const { submitted_at } = await submit(reviewer, setId, { revision: 3 });
    expect(submitted_at).toEqual(expect.any(String));
  });

  test("waits for what the scheme requires of relations and of the article", async () => {
    const needed = { name: "sure", type: "boolean" as const, required: true };
    const scheme: Scheme = {
      ...defaultScheme,
      relations: defaultScheme.relations.map((rule) => ({ ...rule, attributes: [needed] })),
      article: [needed],
    };
    const { article, reviewer, setId } = await aReviewerAtWork(undefined, scheme);
    const [claim, denial] = [
      addSpan(article.text, "claim", [0, 6]),
      addSpan(article.text, "denial", [7, 13]),
    ];
    const [from, to] = [denial.span.id, claim.span.id];
    const relation = { id: uuidv7(), type: "denies", from, to, attributes: {} };
    const link: Operation = { id: uuidv7(), type: "add_relation", relation };
    await annotate(reviewer, setId, { revision: 0, operations: [claim, denial, link] });
    await expect(submit(reviewer, setId, { revision: 3 })).rejects.toMatchObject({
      message: "The article and 1 relation lack an attribute that the scheme requires.",
      details: {
        count: 2,
        spans: [],
        relations: [{ id: relation.id, attributes: ["sure"] }],
        article: ["sure"],
      },
    });
    const attributes = { sure: false };
    const answers: Operation[] = [
      { id: uuidv7(), type: "set_article_attributes", attributes },
      { id: uuidv7(), type: "edit_relation", relation: { id: relation.id, attributes } },
    ];
    await annotate(reviewer, setId, { revision: 3, operations: answers });
    expect((await submit(reviewer, setId, { revision: 5 })).submitted_at).not.toBeNull();
  });

  test("is not taken back from a revision that the reviewer has not seen", async () => {
    const { article, reviewer, setId } = await aReviewerAtWork();
    await annotate(reviewer, setId, {
      revision: 0,
      operations: [addSpan(article.text, "claim", [0, 6])],
    });
    await submit(reviewer, setId, { revision: 1 });
    for (const unseen of [0, 2]) {
      await expect(reopen(reviewer, setId, { revision: unseen })).rejects.toMatchObject({
        code: "stale_revision",
        details: { revision: 1 },
      });
    }
    expect((await annotationSet(reviewer, setId)).submitted_at).toEqual(expect.any(String));
  });
});

describe("what is not yours", () => {
  const attempts: Record<string, (actor: UserActor, setId: string) => Promise<unknown>> = {
    save: (actor, setId) =>
      annotate(actor, setId, {
        revision: 0,
        operations: [{ id: uuidv7(), type: "set_article_note", note: "mine now" }],
      }),
    submit: (actor, setId) => submit(actor, setId, { revision: 0 }),
    reopen: (actor, setId) => reopen(actor, setId, { revision: 0 }),
    read: (actor, setId) => annotationSet(actor, setId),
    history: (actor, setId) => historyOf(actor, setId, { cursor: 0, limit: 10 }),
  };

  test.for(Object.keys(attempts))("is not found by another reviewer: %s", async (name) => {
    const { project, setId } = await aReviewerAtWork();
    const other = await aMember(project.id);
    await expect(attempts[name]?.(other, setId)).rejects.toMatchObject({ code: "not_found" });
  });

  test.for(Object.keys(attempts))("is not found from outside the project: %s", async (name) => {
    const { setId } = await aReviewerAtWork();
    const { project } = await aReviewerAtWork();
    const stranger = await aMember(project.id, "admin");
    await expect(attempts[name]?.(stranger, setId)).rejects.toMatchObject({ code: "not_found" });
  });

  test("is not found any more by somebody who has left the project", async () => {
    const { project, reviewer, setId, article } = await aReviewerAtWork();
    await database().pool.query("DELETE FROM members WHERE project_id = $1 AND user_id = $2", [
      project.id,
      reviewer.userId,
    ]);
    await expect(attempts.save?.(reviewer, setId)).rejects.toMatchObject({ code: "not_found" });
    await expect(openArticle(reviewer, article.id)).rejects.toMatchObject({ code: "not_found" });
  });

  test.for(["save", "submit", "reopen"])("is no longer yours to %s as a viewer", async (name) => {
    const { project, reviewer, setId } = await aReviewerAtWork();
    await database().pool.query(
      "UPDATE members SET role = 'viewer' WHERE project_id = $1 AND user_id = $2",
      [project.id, reviewer.userId],
    );
    await expect(attempts[name]?.(reviewer, setId)).rejects.toMatchObject({ code: "not_found" });
    expect(await annotationSet(reviewer, setId)).toMatchObject({ revision: 0, submitted_at: null });
  });

  test("a curator reads a reviewer's work, but does not write in it", async () => {
    const { project, article, reviewer, setId } = await aReviewerAtWork();
    await annotate(reviewer, setId, {
      revision: 0,
      operations: [addSpan(article.text, "claim", [0, 6])],
    });
    const curator = await aMember(project.id, "curator");
    expect((await setsOf(curator, article.id)).map(({ id }) => id)).toContain(setId);
    await expect(attempts.save?.(curator, setId)).rejects.toMatchObject({ code: "not_found" });
  });

  test("a curator is not shown sets that somebody only opened", async () => {
    const { project, article } = await aReviewerAtWork();
    const curator = await aMember(project.id, "curator");
    expect(await setsOf(curator, article.id)).toEqual([]);
  });

  test("a viewer reads the article and has no set", async () => {
    const { project, article } = await aReviewerAtWork();
    const viewer = await aMember(project.id, "viewer");
    expect(await openArticle(viewer, article.id)).toMatchObject({
      article: { annotation_set: null },
      others: [],
    });
  });

  test("no id is a reason to fail: text that is none finds nothing", async () => {
    const somebody = await aUser({ siteAdmin: true });
    await expect(openArticle(somebody, "'; DROP TABLE spans")).rejects.toMatchObject({
      code: "not_found",
    });
    await expect(annotationSet(somebody, "x")).rejects.toMatchObject({ code: "not_found" });
  });
});

describe("a scheme with more to say", () => {
  const rich: Scheme = {
    ...defaultScheme,
    labels: defaultScheme.labels.map((label) => ({
      ...label,
      attributes: [
        ...label.attributes,
        { name: "topics", type: "choices", values: ["war", "money"] },
        { name: "harmful", type: "boolean" },
        { name: "severity", type: "number", min: 1, max: 5 },
      ],
    })),
    relations: [
      ...defaultScheme.relations.filter(({ name }) => name !== "same_claim"),
      {
        name: "answers",
        from: ["claim", "denial"],
        to: ["claim", "denial"],
        symmetric: false,
        acyclic: true,
        cardinality: "many_to_one",
        attributes: [{ name: "certain", type: "boolean" }],
      },
    ],
    article: [{ name: "techniques", type: "choices", values: ["flood", "deny"] }],
  };
  const text = "Alpha beta gamma delta epsilon.";
  const words = [
    [0, 5],
    [6, 10],
    [11, 16],
    [17, 22],
  ] as const;

  test("keeps values of every kind, and the doctor finds the history to give them", async () => {
    const { reviewer, setId, article } = await aReviewerAtWork(text, rich);
    const claim = addSpan(new ArticleText(text), "claim", [...words[0]]);
    const denial = addSpan(new ArticleText(text), "denial", [...words[1]]);
    const relation = {
      id: uuidv7(),
      type: "answers",
      from: denial.span.id,
      to: claim.span.id,
      attributes: { certain: false },
    };
    const values = { topics: ["money", "war"], harmful: true, severity: 2.5 };
    const { revision } = await annotate(reviewer, setId, {
      revision: 0,
      operations: [
        { ...claim, span: { ...claim.span, attributes: values } },
        denial,
        { id: uuidv7(), type: "add_relation", relation },
        { id: uuidv7(), type: "set_article_attributes", attributes: { techniques: ["deny"] } },
      ],
    });
    const { annotation_set: set } = (await openArticle(reviewer, article.id)).article;
    expect(set?.spans[0]?.attributes).toEqual({ ...values, topics: ["war", "money"] });
    expect(set?.relations[0]?.attributes).toEqual({ certain: false });
    expect(set?.attributes).toEqual({ techniques: ["deny"] });
    await annotate(reviewer, setId, {
      revision,
      operations: [
        { id: uuidv7(), type: "set_article_attributes", attributes: { techniques: null } },
      ],
    });
    expect((await openArticle(reviewer, article.id)).article.annotation_set?.attributes).toEqual(
      {},
    );
    expect(await troubleWithSpans()).toEqual([]);
  });

  test("a chain that would lead back is refused, however it was saved before", async () => {
    const { reviewer, setId } = await aReviewerAtWork(text, rich);
    const spans = words.map(([start, end]) =>
      addSpan(new ArticleText(text), "claim", [start, end]),
    );
    const link = (from: number, to: number): Operation => ({
      id: uuidv7(),
      type: "add_relation",
      relation: {
        id: uuidv7(),
        type: "answers",
        from: spans[from]?.span.id ?? "",
        to: spans[to]?.span.id ?? "",
        attributes: {},
      },
    });
    await annotate(reviewer, setId, { revision: 0, operations: spans });
    // One by one: the server reads no more of the set than a batch can touch.
    for (const from of [0, 1, 2]) {
      await annotate(reviewer, setId, { revision: 4 + from, operations: [link(from, from + 1)] });
    }
    await expect(
      annotate(reviewer, setId, { revision: 7, operations: [link(3, 0)] }),
    ).rejects.toThrow('"answers" would lead in a circle.');
    await expect(
      annotate(reviewer, setId, { revision: 7, operations: [link(0, 3)] }),
    ).rejects.toThrow('A span has at most one "answers" from it.');
    expect(await troubleWithSpans()).toEqual([]);
  });
});

test("opening twice at once makes one set, and each annotator has one pseudonym", async () => {
  const project = await aProject();
  const [one, two] = [await anArticle(project.id), await anArticle(project.id, "Another.")];
  const reviewers = [await aMember(project.id), await aMember(project.id)];
  const opened = await Promise.all(
    reviewers.flatMap((reviewer) => [one, one, two].map(({ id }) => openArticle(reviewer, id))),
  );
  expect(new Set(opened.map(({ article }) => article.annotation_set?.id)).size).toBe(4);
  const pseudonyms = opened.map(({ article }) => article.annotation_set?.annotator);
  expect(new Set(pseudonyms.slice(0, 3)).size).toBe(1);
  expect(new Set(pseudonyms)).toEqual(new Set(["a1", "a2"]));
});

describe("an article with an older text", () => {
  /** Two versions of one article, the second current, and somebody at work on it. */
  async function aChangedArticle() {
    const project = await aProject();
    const bring = (text: string) =>
      importFiles(operator, project.slug, { format: "auto", files: [aFile("x/a.md", text)] });
    await bring("She denied it.");
    await bring("She denied all of it.");
    const { articles } = await listArticles(operator, project.slug);
    const id = articles[0]?.id ?? "";
    const reviewer = await aMember(project.id);
    const { annotation_set: set } = (await openArticle(reviewer, id)).article;
    await annotate(reviewer, set?.id ?? "", { revision: 0, operations: [aNote("Looked at.")] });
    return { id, reviewer };
  }

  test("is opened in it without a new set", async () => {
    const { id, reviewer } = await aChangedArticle();
    const { article } = await openArticle(reviewer, id, { version: 1 });
    expect(article).toMatchObject({
      text: "She denied it.",
      version: { number: 1, current: false },
      annotation_set: null,
    });
  });

  test("does not take later work for earlier", async () => {
    const { id, reviewer } = await aChangedArticle();
    expect((await openArticle(reviewer, id, { version: 1 })).earlierWork).toEqual([]);
  });

  test("offers the reviewer the work on the texts before, not that on the text at hand", async () => {
    const { id, reviewer } = await aChangedArticle();
    expect((await openArticle(reviewer, id)).earlierWork).toEqual([]);
    const { project: slug } = (await openArticle(reviewer, id)).article;
    const files = [aFile("x/a.md", "She denied nothing.")];
    await importFiles(operator, slug, { format: "auto", files });
    expect((await openArticle(reviewer, id)).earlierWork).toEqual([2]);
  });
});

test("after many operations at once PostgreSQL knows how much there is", async () => {
  const sql = database().pool;
  await sql.query("ALTER TABLE operations SET (autovacuum_enabled = false)");
  const known = async () =>
    Number(
      (await sql.query("SELECT reltuples FROM pg_class WHERE oid = 'operations'::regclass")).rows[0]
        ?.reltuples,
    );
  const { reviewer, setId } = await aReviewerAtWork();
  const before = Math.max(await known(), 0);
  const operations = Array.from({ length: 200 }, (_, n) => aNote(`${n} `.repeat(300)));
  await annotate(reviewer, setId, { revision: 0, operations });
  expect(await known()).toBeGreaterThanOrEqual(before + 200);
});

test("a batch looks at what lies where it marks, of however many spans", async () => {
  const { setId } = await aReviewerAtWork();
  const sql = database().pool;
  // Of one label, side by side, by themselves: the set's operations would take a minute.
  await sql.query(
    `INSERT INTO spans (id, project_id, set_id, label, fragments, quote, attributes, exclusive)
     SELECT gen_random_uuid(), s.project_id, s.id, 'claim', int4multirange(int4range(n * 3, n * 3 + 2)), 'ab', '{}', true
     FROM annotation_sets s, generate_series(0, 19999) AS n WHERE s.id = $1`,
    [setId],
  );
  await sql.query("ANALYZE spans");
  const marks = Array.from({ length: 300 }, (_, n): Operation => {
    const span = { id: uuidv7(), label: "claim", quote: "ab", attributes: {} };
    const start = n * 180 + 1;
    return {
      id: uuidv7(),
      type: "add_span",
      span: { ...span, fragments: [{ start, end: start + 1 }] },
    };
  });
  const asked: { text: string; values: unknown[] }[] = [];
  const recording: Sql = {
    query: ((query: { text: string; values: unknown[] }) => {
      asked.push(query);
      return sql.query(query);
    }) as Sql["query"],
  };
  const { spans } = await touchedContent(recording, { setId, operations: marks });
  expect(spans).toHaveLength(300);
  for (const { text, values } of asked) {
    const { rows } = await sql.query(`EXPLAIN (ANALYZE, FORMAT JSON) ${text}`, values);
    for (const { rows: read, removed } of scans(rows[0]["QUERY PLAN"][0].Plan)) {
      expect(read + removed).toBeLessThanOrEqual(600);
    }
  }
});

type Plan = { [key: string]: unknown; Plans?: Plan[] };

/** What each part of a plan that reads a table or an index found and threw away, over all its loops. */
function scans(plan: Plan): { rows: number; removed: number }[] {
  const { Plans: inner = [] } = plan;
  const own = { rows: 0, removed: 0 };
  if (String(plan["Node Type"]).endsWith("Scan")) {
    const loops = Number(plan["Actual Loops"]);
    own.rows = Number(plan["Actual Rows"]) * loops;
    own.removed =
      (Number(plan["Rows Removed by Filter"] ?? 0) +
        Number(plan["Rows Removed by Index Recheck"] ?? 0)) *
      loops;
  }
  return [own, ...inner.flatMap(scans)];
}
