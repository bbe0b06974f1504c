import { expect, test } from "vitest";
import type { Operation } from "@/lib/domain/operation";
import { HttpTransport } from "@/lib/sync/transport";

/** A server that answers every request in one way and remembers what it was asked. */
function answering(status: number, body: unknown, headers: Record<string, string> = {}) {
  const asked: { url: string; method: string; body: unknown; keepalive: boolean }[] = [];
  const way = new HttpTransport("s1", async (url, init = {}) => {
    const text = typeof init.body === "string" ? JSON.parse(init.body) : null;
    const { method = "GET", keepalive = false } = init;
    asked.push({ url: `${url}`, method, body: text, keepalive });
    expect(init.redirect).toBe("manual");
    expect(init.signal).toBeInstanceOf(AbortSignal);
    if (text !== null) {
      expect(new Headers(init.headers).get("Content-Type")).toBe("application/json");
    }
    const text2 = typeof body === "string" ? body : JSON.stringify(body);
    return new Response(text2, { status, headers });
  });
  return { way, asked };
}

const note: Operation = { id: "o1", type: "set_article_note", note: "x" };
const span = {
  id: "a",
  label: "claim",
  fragments: [{ start: 0, end: 6 }],
  quote: "Tehran",
  attributes: {},
};
const relation = { id: "r", type: "denies", from: "a", to: "b", attributes: {} };
const head = "0198f3c2-0000-7000-8000-000000000001@2024-07-30T14:35:34.123Z";
const set = {
  revision: 4,
  head,
  note: "n",
  submitted_at: null,
  spans: [span],
  relations: [relation],
};
const nonsense = { kind: "later", reason: "The server's answer makes no sense.", after: null };

test("operations go to their set with the revision they were made against", async () => {
  const answer = { revision: 1, head, operations: [{ id: "o1", revision: 1 }] };
  const { way, asked } = answering(200, answer);
  expect(await way.send(0, [note])).toEqual({
    kind: "accepted",
    revisions: new Map([["o1", 1]]),
    head,
  });
  expect(asked).toEqual([
    {
      url: "/api/v1/annotation-sets/s1/operations",
      method: "POST",
      body: { revision: 0, head: null, operations: [note] },
      keepalive: true,
    },
  ]);
});

test.for([
  { length: 19_000, keepalive: true },
  { length: 20_000, keepalive: false },
])(
  "a request of $length characters outlives the page: $keepalive",
  async ({ length, keepalive }) => {
    const { way, asked } = answering(200, {});
    await way.send(0, [{ ...note, note: "x".repeat(length) }]);
    expect(asked[0]?.keepalive).toBe(keepalive);
  },
);

test("the set is asked for without a body", async () => {
  const { way, asked } = answering(200, set);
  expect(await way.fetchSet()).toEqual({
    kind: "set",
    set: {
      revision: 4,
      head,
      note: "n",
      attributes: {},
      submittedAt: null,
      spans: [span],
      relations: [relation],
      common: null,
    },
  });
  expect(asked).toEqual([
    { url: "/api/v1/annotation-sets/s1", method: "GET", body: null, keepalive: false },
  ]);
});

test.for(["submit", "reopen"] as const)("to %s names the revision it is meant for", async (how) => {
  const { way, asked } = answering(200, { ...set, submitted_at: "2024-07-30T14:35:34.000Z" });
  expect(await way[how](4)).toMatchObject({
    kind: "set",
    set: { submittedAt: "2024-07-30T14:35:34.000Z" },
  });
  expect(asked).toMatchObject([
    { url: `/api/v1/annotation-sets/s1/${how}`, method: "POST", body: { revision: 4 } },
  ]);
});

test("what is known here is said with each request", async () => {
  const { way, asked } = answering(200, set);
  await way.send(4, [note], head);
  await way.fetchSet(head);
  await way.submit(4, head);
  await way.reopen(4, head);
  const query = new URLSearchParams({ head });
  expect(asked).toMatchObject([
    { url: "/api/v1/annotation-sets/s1/operations", body: { revision: 4, head } },
    { url: `/api/v1/annotation-sets/s1?${query}`, body: null },
    { url: "/api/v1/annotation-sets/s1/submit", body: { revision: 4, head } },
    { url: "/api/v1/annotation-sets/s1/reopen", body: { revision: 4, head } },
  ]);
});

test("a set of another history comes with what both have in common", async () => {
  const common = { revision: 2, note: "", spans: [], relations: [] };
  const { way } = answering(200, { ...set, common });
  expect(await way.fetchSet(head)).toMatchObject({ kind: "set", set: { revision: 4, common } });
});

test("a batch on top of another history is told so", async () => {
  const { way } = answering(409, { code: "other_history", detail: "Gone back.", revision: 2 });
  expect(await way.send(4, [note], head)).toEqual({ kind: "parted" });
});

test.for([
  { name: "that is not said", named: undefined },
  { name: "that is no text", named: 7 },
])("the name of a history $name is none", async ({ named }) => {
  expect(await answering(200, { ...set, head: named }).way.fetchSet()).toMatchObject({
    set: { head: null },
  });
});

test("a set without a note has an empty one", async () => {
  const { way } = answering(200, { ...set, note: null });
  expect(await way.fetchSet()).toMatchObject({ set: { note: "" } });
});

test.for([
  { part: "an empty body", body: "" },
  { part: "a list", body: [] },
  { part: "null", body: "null" },
  { part: "text", body: '"ok"' },
  { part: "no JSON", body: "<p>Proxy</p>" },
  { part: "no revision", body: { ...set, revision: undefined } },
  { part: "half a common state", body: { ...set, common: { revision: 1 } } },
  { part: "a negative revision", body: { ...set, revision: -1 } },
  { part: "half a revision", body: { ...set, revision: 0.5 } },
  { part: "a revision in words", body: { ...set, revision: "4" } },
  { part: "a note that is none", body: { ...set, note: 1 } },
  { part: "no note", body: { ...set, note: undefined } },
  { part: "a submission that is no time", body: { ...set, submitted_at: true } },
  { part: "no word about submission", body: { ...set, submitted_at: undefined } },
  { part: "no spans", body: { ...set, spans: undefined } },
  { part: "spans that are no list", body: { ...set, spans: { 0: span } } },
  { part: "a span that is null", body: { ...set, spans: [null] } },
  { part: "a span without an id", body: { ...set, spans: [{ ...span, id: 1 }] } },
  { part: "a span without a label", body: { ...set, spans: [{ ...span, label: null }] } },
  { part: "a span without a quote", body: { ...set, spans: [{ ...span, quote: undefined }] } },
  { part: "a span without attributes", body: { ...set, spans: [{ ...span, attributes: null }] } },
  { part: "a span without fragments", body: { ...set, spans: [{ ...span, fragments: [] }] } },
  { part: "a span in no place", body: { ...set, spans: [{ ...span, fragments: "0-6" }] } },
  {
    part: "a span that starts nowhere",
    body: { ...set, spans: [{ ...span, fragments: [{ end: 6 }] }] },
  },
  {
    part: "a span that ends nowhere",
    body: { ...set, spans: [{ ...span, fragments: [{ start: 0, end: 0.5 }] }] },
  },
  { part: "one bad span of two", body: { ...set, spans: [span, {}] } },
  { part: "no relations", body: { ...set, relations: null } },
  { part: "a relation without an id", body: { ...set, relations: [{ ...relation, id: 1 }] } },
  { part: "a relation without a type", body: { ...set, relations: [{ ...relation, type: 1 }] } },
  { part: "a relation from nowhere", body: { ...set, relations: [{ ...relation, from: 1 }] } },
  { part: "a relation to nowhere", body: { ...set, relations: [{ ...relation, to: 1 }] } },
  {
    part: "a relation without attributes",
    body: { ...set, relations: [{ ...relation, attributes: 1 }] },
  },
])("a set with $part makes no sense", async ({ body }) => {
  expect(await answering(200, body).way.fetchSet()).toEqual(nonsense);
});

test.for([
  { part: "nothing", body: {} },
  { part: "no list", body: { operations: "o1" } },
  { part: "no id", body: { operations: [{ revision: 1 }] } },
  { part: "no revision", body: { operations: [{ id: "o1" }] } },
  { part: "another operation", body: { operations: [{ id: "o2", revision: 1 }] } },
])("an acknowledgement with $part makes no sense", async ({ body }) => {
  expect(await answering(200, body).way.send(0, [note])).toEqual(nonsense);
});

test("an acknowledgement of a part makes no sense", async () => {
  const body = { operations: [{ id: "o1", revision: 1 }] };
  const sent = [note, { ...note, id: "o2" }];
  expect(await answering(200, body).way.send(0, sent)).toEqual(nonsense);
});

const conflict = { code: "stale_revision", detail: "Changed.", revision: 9, head };

test.for([
  { type: "add_span", span },
  { type: "edit_span", span: { id: "a" } },
  { type: "remove_span", span: { id: "a" } },
  { type: "add_relation", relation },
  { type: "edit_relation", relation: { id: "r" } },
  { type: "remove_relation", relation: { id: "r" } },
  { type: "set_article_note", note: "" },
])("a stale batch is answered with what others did: $type", async (operation) => {
  const applied = { id: "o9", revision: 9, ...operation };
  const { way } = answering(409, { ...conflict, operations: [applied] });
  expect(await way.send(8, [note])).toEqual({
    kind: "stale",
    revision: 9,
    head,
    history: [applied],
  });
});

test.for([
  { part: "of an unknown kind", operation: { type: "paint_span", span } },
  { part: "without a kind", operation: { span } },
  { part: "without an id", operation: { type: "add_span", span, id: 9 } },
  { part: "without a revision", operation: { type: "add_span", span, revision: null } },
  { part: "that adds nothing", operation: { type: "add_span" } },
  { part: "that adds half a span", operation: { type: "add_span", span: { id: "a" } } },
  { part: "that edits nothing", operation: { type: "edit_span", span: {} } },
  { part: "that removes nothing", operation: { type: "remove_span" } },
  { part: "that links nothing", operation: { type: "add_relation", relation: { id: "r" } } },
  { part: "that edits no link", operation: { type: "edit_relation", relation: null } },
  { part: "that removes no link", operation: { type: "remove_relation", relation: {} } },
  { part: "that notes nothing", operation: { type: "set_article_note" } },
])("a change $part is left out of the history", async ({ operation }) => {
  const applied = { id: "o9", revision: 9, ...operation };
  const { way } = answering(409, { ...conflict, operations: [applied] });
  expect(await way.send(8, [note])).toMatchObject({ kind: "stale", revision: 9, history: [] });
});

test.for([
  { part: "another code", body: { ...conflict, code: "conflict", operations: [] } },
  { part: "no revision", body: { ...conflict, revision: null, operations: [] } },
  { part: "no history", body: conflict },
])("a conflict with $part is a refusal", async ({ body }) => {
  expect(await answering(409, body).way.send(8, [note])).toMatchObject({ kind: "refused" });
});

test.for([
  { status: 401, failure: { kind: "signed_out" } },
  { status: 403, failure: { kind: "forbidden", reason: "Because." } },
  { status: 404, failure: { kind: "forbidden", reason: "Because." } },
  { status: 410, failure: { kind: "forbidden", reason: "Because." } },
  { status: 302, failure: { kind: "later", reason: "Because.", after: null } },
  { status: 399, failure: { kind: "later", reason: "Because.", after: null } },
  { status: 408, failure: { kind: "later", reason: "Because.", after: null } },
  { status: 429, failure: { kind: "later", reason: "Because.", after: null } },
  { status: 500, failure: { kind: "later", reason: "Because.", after: null } },
  { status: 503, failure: { kind: "later", reason: "Because.", after: null } },
  { status: 201, failure: { kind: "later", reason: "Because.", after: null } },
  { status: 400, failure: { kind: "refused", code: "c", reason: "Because.", operation: null } },
  { status: 409, failure: { kind: "refused", code: "c", reason: "Because.", operation: null } },
  { status: 422, failure: { kind: "refused", code: "c", reason: "Because.", operation: null } },
])("status $status is $failure.kind, whatever was asked", async ({ status, failure }) => {
  const { way } = answering(status, { code: "c", detail: "Because." });
  expect(await way.send(0, [note])).toEqual(failure);
  expect(await way.fetchSet()).toEqual(failure);
  expect(await way.submit(0)).toEqual(failure);
});

test("a refusal names the operation that is to blame", async () => {
  const { way } = answering(422, { code: "unprocessable", detail: "No.", operation: "o1" });
  expect(await way.send(0, [note])).toMatchObject({ operation: "o1" });
});

test("a refusal without a word has its status", async () => {
  const { way } = answering(413, "Too large");
  expect(await way.send(0, [note])).toEqual({
    kind: "refused",
    code: "413",
    reason: "The server answered 413.",
    operation: null,
  });
});

test.for([
  { header: "20", after: 20_000 },
  { header: "0", after: null },
  { header: "Wed, 21 Oct 2026 07:28:00 GMT", after: null },
])("Retry-After: $header", async ({ header, after }) => {
  const { way } = answering(503, {}, { "Retry-After": header });
  expect(await way.send(0, [note])).toMatchObject({ kind: "later", after });
});

test("no way to the server is no answer", async () => {
  const way = new HttpTransport("s1", () => Promise.reject(new TypeError("fetch failed")));
  expect(await way.send(0, [note])).toEqual({ kind: "unreachable" });
  expect(await way.fetchSet()).toEqual({ kind: "unreachable" });
});
