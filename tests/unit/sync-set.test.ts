import { v7 as uuid } from "uuid";
import { expect, test, vi } from "vitest";
import {
  addRelation,
  addSpan,
  linksBetween,
  relabel,
  removeSpan,
  setAttribute,
} from "@/lib/annotator/edits";
import { Annotations } from "@/lib/domain/operation";
import { Refusal } from "@/lib/domain/refusal";
import { defaultScheme } from "@/lib/domain/scheme";
import { sendLeftovers } from "@/lib/sync/leftovers";
import { aSession, contentOf, saved, setUp, text } from "./sync-page";
import { OutboxInMemory, SetOnServer, type Weather } from "./sync-server";

test("what is done is there at once and then on the server", async () => {
  const { server, set } = setUp();
  const session = aSession(server, set);
  session.perform(addSpan(text, uuid(), "denial", { start: 0, end: 13 }));
  expect(session.view().spans.map(({ quote }) => quote)).toEqual(["Tehran denied"]);
  expect(session.view().saving).toMatchObject({ state: "saving", unsent: 1 });
  await saved(session);
  expect(server.state.spans.map(({ quote }) => quote)).toEqual(["Tehran denied"]);
  expect(session.outbox.entries.size).toBe(0);
});

test("offline, it says how much is unsent, and sends it when the network is back", async () => {
  const { server, set } = setUp();
  const session = aSession(server, set);
  server.weather = () => "before";
  session.perform(addSpan(text, uuid(), "claim", { start: 0, end: 6 }));
  session.perform(addSpan(text, uuid(), "claim", { start: 7, end: 13 }));
  await vi.waitFor(() =>
    expect(session.view().saving).toEqual({
      state: "offline",
      unsent: 2,
      kept: true,
      reason: null,
    }),
  );
  server.weather = () => "fine";
  await saved(session);
  expect(server.state.spans).toHaveLength(2);
});

test("what a closed page left unsent is sent by the next one", async () => {
  const { server, set } = setUp();
  const first = aSession(server, set);
  server.weather = () => "before";
  first.perform(addSpan(text, uuid(), "claim", { start: 0, end: 6 }));
  await vi.waitFor(() => expect(first.outbox.entries.size).toBe(1));
  first.shut();
  server.weather = () => "fine";
  const second = aSession(server, set, first.outbox);
  await vi.waitFor(() => expect(first.outbox.entries.size).toBe(0));
  expect(server.state.spans).toHaveLength(1);
  await vi.waitFor(() => expect(second.view().spans).toHaveLength(1));
  expect(second.view().lost).toEqual([]);
});

test("what is done just before the page goes to another article is still sent", async () => {
  const { server, set } = setUp();
  const session = aSession(server, set);
  session.perform(addSpan(text, uuid(), "claim", { start: 0, end: 6 }));
  session.shut();
  session.perform(addSpan(text, uuid(), "claim", { start: 7, end: 13 }));
  await vi.waitFor(() => expect(server.state.spans).toHaveLength(2));
});

test("what is left of other articles is sent, or named with the way there", async () => {
  const [one, other] = [setUp(), setUp()];
  const outbox = new OutboxInMemory();
  for (const { server, set } of [one, other]) {
    server.weather = () => "before";
    const session = aSession(server, set, outbox);
    session.perform(addSpan(text, uuid(), "claim", { start: 0, end: 6 }));
    await vi.waitFor(() => expect(session.view().saving.state).toBe("offline"));
    session.shut();
  }
  await vi.waitFor(() => expect(outbox.entries.size).toBe(2));
  one.server.weather = () => "fine";
  const servers = new Map([one, other].map(({ server, set }) => [set, server]));
  const transportOf = (set: string) => (servers.get(set) ?? one.server).transport();
  expect(await sendLeftovers({ user: "u", set: uuid() }, outbox, transportOf)).toEqual([
    { title: "Article", href: `/${other.set}`, changes: 1 },
  ]);
  expect(one.server.state.spans).toHaveLength(1);
  expect(outbox.entries.size).toBe(1);
});

test("a page closed before the answer came does not report its work as lost", async () => {
  const { server, set } = setUp();
  const first = aSession(server, set);
  server.weather = () => (server.log.length === 0 ? "after" : "before");
  first.perform(addSpan(text, uuid(), "claim", { start: 0, end: 6 }));
  await vi.waitFor(() => expect(server.log).toHaveLength(1));
  first.shut();
  server.weather = () => "fine";
  const second = aSession(server, set, first.outbox);
  await vi.waitFor(() => expect(first.outbox.entries.size).toBe(0));
  await saved(second);
  expect(second.view()).toMatchObject({ lost: [] });
  expect(second.view().spans).toHaveLength(1);
});

test("what does not fit any more is listed with its reason, the rest is kept", async () => {
  const { server, set } = setUp();
  let weather: Weather = "fine";
  const mine = aSession(server, set, new OutboxInMemory(), () => weather);
  const span = uuid();
  mine.perform(addSpan(text, span, "claim", { start: 0, end: 6 }));
  await saved(mine);
  weather = "before";
  const claim = mine.current.spans.get(span);
  if (claim) mine.perform(setAttribute(claim, "certainty", "certain"));
  mine.perform(addSpan(text, uuid(), "denial", { start: 7, end: 13 }));
  // Another device, which no channel leads to, removes the span.
  const other = aSession(server, `${set} elsewhere`);
  other.perform(removeSpan(other.current, span));
  await saved(other);
  weather = "fine";
  await saved(mine);
  expect(mine.view().lost).toMatchObject([{ reason: "This span is no longer there." }]);
  expect(server.state.spans.map(({ label }) => label)).toEqual(["denial"]);
  const [lost] = mine.view().lost;
  expect(mine.outbox.entries.get(lost?.id ?? "")?.refused).toBe("This span is no longer there.");
  mine.dismiss(lost?.id ?? "");
  await vi.waitFor(() => expect(mine.outbox.entries.size).toBe(0));
});

test("after another page ended the trouble, the next change is sent", async () => {
  const { server, set } = setUp();
  let weather: Weather = "fine";
  const mine = aSession(server, set, new OutboxInMemory(), () => weather);
  const span = uuid();
  mine.perform(addSpan(text, span, "claim", { start: 0, end: 6 }));
  await saved(mine);
  const other = aSession(server, set);
  weather = "before";
  const claim = mine.current.spans.get(span);
  if (claim) mine.perform(setAttribute(claim, "certainty", "certain"));
  await vi.waitFor(() => expect(mine.view().saving.state).toBe("offline"));
  other.perform(removeSpan(other.current, span));
  await vi.waitFor(() => expect(mine.view().lost).toHaveLength(1));
  weather = "fine";
  await new Promise((resolve) => setTimeout(resolve, 20));
  mine.perform(addSpan(text, uuid(), "denial", { start: 7, end: 13 }));
  await saved(mine);
  expect(server.state.spans).toHaveLength(1);
});

test("what the server refuses is listed with what needs it, the rest is saved", async () => {
  const labels = defaultScheme.labels.filter(({ name }) => name !== "denial");
  const server = new SetOnServer({ text, scheme: { ...defaultScheme, labels } });
  const session = aSession(server, uuid());
  const [claim, denial] = [uuid(), uuid()];
  session.perform(addSpan(text, denial, "denial", { start: 7, end: 13 }));
  session.perform(addSpan(text, claim, "claim", { start: 0, end: 6 }));
  const [from, to] = [session.current.spans.get(denial), session.current.spans.get(claim)];
  const [link] = from && to ? linksBetween(defaultScheme, session.current, from, to) : [];
  if (link) session.perform(addRelation(uuid(), link));
  await saved(session);
  expect(server.state.spans.map(({ label }) => label)).toEqual(["claim"]);
  expect(session.view().lost.map(({ what }) => what.slice(0, 12))).toEqual([
    "Add denial “",
    "Link denies:",
  ]);
  expect(contentOf(session.current)).toEqual(contentOf(new Annotations(server.state)));
});

test("signed out, the work is kept and goes on after signing in", async () => {
  const { server, set } = setUp();
  const session = aSession(server, set);
  server.signedIn = false;
  session.perform(addSpan(text, uuid(), "claim", { start: 0, end: 6 }));
  await vi.waitFor(() => expect(session.view().saving.state).toBe("signed_out"));
  server.signedIn = true;
  await saved(session);
  expect(server.state.spans).toHaveLength(1);
});

test("submitting waits for what is unsent, and makes the set read-only", async () => {
  const { server, set } = setUp();
  const session = aSession(server, set);
  session.perform(addSpan(text, uuid(), "claim", { start: 0, end: 6 }));
  expect(await session.submit()).toEqual({ ok: true });
  expect(server.state).toMatchObject({ revision: 1, submittedAt: expect.any(String) });
  const another = () => session.perform(addSpan(text, uuid(), "claim", { start: 7, end: 13 }));
  expect(another).toThrow(Refusal);
  expect(await session.reopen()).toEqual({ ok: true });
  expect(another).not.toThrow();
});

test("submitting offline is refused and says why", async () => {
  const { server, set } = setUp();
  const session = aSession(server, set);
  server.weather = () => "before";
  session.perform(addSpan(text, uuid(), "claim", { start: 0, end: 6 }));
  expect(await session.submit()).toMatchObject({
    ok: false,
    reason: expect.stringContaining("offline"),
  });
});

test("a set submitted elsewhere keeps what is unsent until it is reopened", async () => {
  const { server, set } = setUp();
  const session = aSession(server, set);
  server.submittedAt = "2024-07-30T14:35:34.000Z";
  session.perform(addSpan(text, uuid(), "claim", { start: 0, end: 6 }));
  await vi.waitFor(() => expect(session.view().saving.state).toBe("failed"));
  expect(session.view()).toMatchObject({ lost: [], saving: { unsent: 1 } });
  expect(await session.reopen()).toEqual({ ok: true });
  await saved(session);
  expect(server.state.spans).toHaveLength(1);
});

test("nothing is called saved while an earlier visit's work is not", async () => {
  const { server, set } = setUp();
  const first = aSession(server, set);
  server.weather = () => "before";
  first.perform(addSpan(text, uuid(), "claim", { start: 0, end: 6 }));
  await vi.waitFor(() => expect(first.view().saving).toMatchObject({ kept: true }));
  first.shut();
  server.weather = () => "fine";
  const second = aSession(server, set, first.outbox);
  expect(second.view().saving.state).toBe("opening");
  const early: string[] = [];
  second.subscribe(() => {
    const { state } = second.view().saving;
    if (state === "saved" && server.state.spans.length === 0) early.push(state);
  });
  await saved(second);
  expect(early).toEqual([]);
  expect(server.state.spans).toHaveLength(1);
});

test("a draft counts as unsaved until it is taken", async () => {
  const { server, set } = setUp();
  const session = aSession(server, set);
  await saved(session);
  const release = session.holdDraft(() => undefined);
  expect(session.view().saving.state).toBe("saving");
  release();
  expect(session.view().saving.state).toBe("saved");
});

test("another label takes misfitting relations with it, and undo brings both back", () => {
  const { server, set } = setUp();
  const session = aSession(server, set);
  const [claim, denial] = [uuid(), uuid()];
  session.perform(addSpan(text, claim, "claim", { start: 0, end: 6 }));
  session.perform(addSpan(text, denial, "denial", { start: 7, end: 13 }));
  const [from, to] = [session.current.spans.get(denial), session.current.spans.get(claim)];
  if (!from || !to) throw new Error("not added");
  const [link] = linksBetween(defaultScheme, session.current, from, to);
  if (link) session.perform(addRelation(uuid(), link));
  const before = contentOf(session.current);
  session.perform(relabel(defaultScheme, session.current, from, "claim"));
  expect(session.view().relations).toEqual([]);
  session.undo();
  expect(contentOf(session.current)).toEqual(before);
});
