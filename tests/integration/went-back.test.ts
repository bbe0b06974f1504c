import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { v7 as uuidv7 } from "uuid";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { UserActor } from "@/lib/access/actor";
import { addSpan } from "@/lib/annotator/edits";
import { annotationSetEndpoints } from "@/lib/api/annotation-sets";
import type { Operation } from "@/lib/domain/operation";
import { defaultScheme } from "@/lib/domain/scheme";
import type { ArticleText } from "@/lib/domain/text";
import type { Outbox, UnsentOperation } from "@/lib/sync/outbox";
import { SyncedSet } from "@/lib/sync/synced-set";
import { HttpTransport } from "@/lib/sync/transport";
import { json, respond } from "@/lib/web/respond";
import { annotate, annotationSet, openArticle, reopen, submit } from "@/lib/workflow/annotating";
import { backUp, restore } from "@/lib/workflow/backup";
import { diagnose } from "@/lib/workflow/doctor";
import { aDatabase } from "../setup/database";
import { aMember, anArticle, aProject } from "../setup/world";

// A page of the browser's own engine before a PostgreSQL that is really restored from a backup, while
// another device works on from there. Only the way between them is short: no HTTP, the same shapes.

const folder = await mkdtemp(join(tmpdir(), "gainsay-went-back-"));
afterAll(() => rm(folder, { recursive: true }));

beforeAll(async () => {
  await aDatabase();
});

/** The server's side of the requests of a page. */
function serverOf(actor: UserActor): typeof fetch {
  const key = "POST /annotation-sets/{id}/operations";
  return (address, init = {}) =>
    respond(async () => {
      const { pathname, searchParams } = new URL(String(address), "http://localhost");
      const [, , , , id = "", what] = pathname.split("/");
      const body: unknown = typeof init.body === "string" ? JSON.parse(init.body) : {};
      const close = annotationSetEndpoints["POST /annotation-sets/{id}/submit"].body;
      if (what === "operations") {
        return json(await annotate(actor, id, annotationSetEndpoints[key].body.parse(body)));
      }
      if (what === "submit") return json(await submit(actor, id, close.parse(body)));
      if (what === "reopen") return json(await reopen(actor, id, close.parse(body)));
      const { query, answer } = annotationSetEndpoints["GET /annotation-sets/{id}"];
      const asked = query.parse(Object.fromEntries(searchParams));
      return json(answer.parse(await annotationSet(actor, id, asked)));
    });
}

/** A browser's storage that lasts as long as the page. */
function anOutbox(): Outbox {
  const stored = new Map<string, UnsentOperation>();
  const all = async () => ({ operations: [...stored.values()], unreadable: [] });
  return {
    put: async (entries) => {
      for (const entry of entries) stored.set(entry.id, entry);
    },
    remove: async (ids) => {
      for (const id of ids) stored.delete(id);
    },
    all,
    allOf: all,
    reconnect: () => undefined,
  };
}

/** A reviewer's page on "Tehran denied it. She said so." */
async function aPage() {
  const project = await aProject();
  const article = await anArticle(project.id);
  const reviewer = await aMember(project.id);
  const { annotation_set: set } = (await openArticle(reviewer, article.id)).article;
  if (!set) throw new Error("A reviewer has a set.");
  const page = new SyncedSet({
    owner: { user: reviewer.userId, set: set.id },
    page: { title: "Article", href: "/" },
    set: { ...set, submittedAt: set.submitted_at, scheme: set.scheme_version },
    context: { text: article.text, scheme: defaultScheme },
    transport: new HttpTransport(set.id, serverOf(reviewer)),
    outbox: anOutbox(),
    pace: { coalesce: 0 },
  });
  page.start();
  return { page, reviewer, set: set.id, text: article.text };
}

function mark(page: SyncedSet, text: ArticleText, start: number, end: number): void {
  page.perform(addSpan(text, uuidv7(), "claim", { start, end }));
}

const stateOf = (page: SyncedSet) => expect.poll(() => page.view().saving.state);

/** Others' work, as another device of the reviewer sends it. */
async function workOn(actor: UserActor, set: string, notes: readonly string[]): Promise<void> {
  for (const note of notes) {
    const { revision, head } = await annotationSet(actor, set);
    const operations: Operation[] = [{ id: uuidv7(), type: "set_article_note", note }];
    await annotate(actor, set, { revision, head, operations });
  }
}

test.for([
  { name: "to a lower revision", notes: [] },
  { name: "to the revision that the page knows", notes: ["a", "b"] },
  { name: "beyond it", notes: ["a", "b", "c", "d", "e"] },
])("a restored backup that was worked on $name costs nobody anything", async ({ notes }) => {
  const { page, reviewer, set, text } = await aPage();
  mark(page, text, 0, 6);
  await stateOf(page).toBe("saved");
  const file = join(folder, `${notes.length}.backup`);
  await backUp(file);
  mark(page, text, 7, 13);
  mark(page, text, 14, 16);
  await stateOf(page).toBe("saved");
  expect(await annotationSet(reviewer, set)).toMatchObject({ revision: 3 });

  await restore(file, { replace: true });
  await workOn(reviewer, set, notes);
  mark(page, text, 18, 21);
  await expect.poll(() => page.view().forgotten.length).toBe(2);
  expect(page.view()).toMatchObject({ lost: [], note: notes.at(-1) ?? "" });
  expect(page.view().spans.map(({ quote }) => quote)).toEqual(["Tehran", "denied", "it", "She"]);
  expect((await annotationSet(reviewer, set)).spans).toHaveLength(1);

  page.resend();
  await stateOf(page).toBe("saved");
  const after = await annotationSet(reviewer, set);
  expect(after).toMatchObject({ revision: 4 + notes.length, note: notes.at(-1) ?? "" });
  expect(after.spans.map(({ quote }) => quote)).toEqual(["Tehran", "denied", "it", "She"]);
  expect(
    (await diagnose()).filter(({ check, breaches }) => breaches > 0 && !/search/.test(check)),
  ).toEqual([]);
});

test("a set is not submitted that is not the one that was seen", async () => {
  const { page, reviewer, set, text } = await aPage();
  const file = join(folder, "submit.backup");
  await backUp(file);
  mark(page, text, 0, 6);
  await stateOf(page).toBe("saved");
  await restore(file, { replace: true });
  await workOn(reviewer, set, ["not seen"]);
  expect(await annotationSet(reviewer, set)).toMatchObject({ revision: 1 });
  expect(await page.submit()).toEqual({ ok: false, reason: expect.stringContaining("gone back") });
  expect(await annotationSet(reviewer, set)).toMatchObject({ submitted_at: null });
  expect(page.view().forgotten).toMatchObject([{ type: "add_span" }]);
});

test("an operation that is sent again to a restored database is another event of history", async () => {
  const { reviewer, set } = await aPage();
  const file = join(folder, "again.backup");
  await backUp(file);
  const [a, b]: [Operation, Operation] = [
    { id: uuidv7(), type: "set_article_note", note: "a" },
    { id: uuidv7(), type: "set_article_note", note: "b" },
  ];
  const known = await annotate(reviewer, set, { revision: 0, operations: [a, b] });
  await restore(file, { replace: true });
  const other: Operation = { id: uuidv7(), type: "set_article_note", note: "other" };
  // Of the same length, and with the same operation at its end.
  const there = await annotate(reviewer, set, { revision: 0, operations: [other, b] });
  expect(there.revision).toBe(known.revision);
  expect(there.head).not.toBe(known.head);
  await expect(
    annotate(reviewer, set, { revision: 2, head: known.head, operations: [{ ...a }] }),
  ).rejects.toMatchObject({ code: "other_history", details: { revision: 2 } });
  expect(await annotationSet(reviewer, set, { head: known.head })).toMatchObject({
    revision: 2,
    head: there.head,
    common: { revision: 0, note: "", spans: [] },
  });
  expect(await annotationSet(reviewer, set, { head: there.head })).toMatchObject({ common: null });
});

const head = (time: string) => `0198f0a0-0000-7000-8000-000000000001@${time}` as const;

test.for([
  { time: "9999-12-31T23:59:59.999Z", is: true },
  { time: "0000-01-01T00:00:00.000Z", is: true },
  { time: "2023-02-29T00:00:00.000Z", is: false },
  { time: "2024-99-99T99:99:99.999Z", is: false },
  { time: "2024-07-30T14:35:34Z", is: false },
])("what is of no history is refused, and what names none is none: $time", async ({ time, is }) => {
  const { reviewer, set } = await aPage();
  const { query } = annotationSetEndpoints["GET /annotation-sets/{id}"];
  expect(query.safeParse({ head: head(time) }).success).toBe(is);
  if (!is) return;
  const compared = await annotationSet(reviewer, set, { head: head(time) });
  expect(compared).toMatchObject({ common: { revision: 0 } });
  await expect(
    annotate(reviewer, set, {
      revision: 0,
      head: head(time),
      operations: [{ id: uuidv7(), type: "set_article_note", note: "x" }],
    }),
  ).rejects.toMatchObject({ code: "other_history" });
});

test("who names nothing is asked nothing, as before there were heads", async () => {
  const { reviewer, set } = await aPage();
  const first: Operation = { id: uuidv7(), type: "set_article_note", note: "a" };
  const answer = await annotate(reviewer, set, { revision: 0, operations: [first] });
  expect(answer.head).toBe((await annotationSet(reviewer, set)).head);
  const second: Operation = { id: uuidv7(), type: "set_article_note", note: "b" };
  await expect(
    annotate(reviewer, set, { revision: 0, operations: [second] }),
  ).rejects.toMatchObject({ code: "stale_revision", details: { head: answer.head } });
  await annotate(reviewer, set, { revision: 1, operations: [second] });
});
