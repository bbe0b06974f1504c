import { expect, test } from "vitest";
import type { Intent } from "@/lib/domain/operation";
import { sendUnsentWork, type UnsentWork, type UnsentWorkOptions } from "@/lib/sync/unsent-work";
import { aWorld, cutOff, Device, fine, newId, Page, SUBMITTED } from "./sync-world";

const note = (words: string): Intent => ({ type: "set_article_note", note: words });

/** What a crashed page left of the set "other": so many notes, made offline. */
async function leftBehind(count: number) {
  const world = aWorld();
  const { clock, laptop } = world;
  laptop.weather = () => cutOff;
  const page = new Page(laptop, { id: "other" });
  for (let at = 0; at < count; at += 1) page.synced.perform([note(`${at}`)]);
  await clock.pass(1000);
  page.crash();
  laptop.weather = () => fine;
  const here = new Page(laptop, { id: "here" });
  const send = async (options: Partial<UnsentWorkOptions> & { shared?: boolean } = {}) => {
    const works = sendUnsentWork({
      user: "u",
      outbox: here.outbox(),
      transportTo: () => here.transport(),
      environment: here.environment(options.shared),
      ...options,
    });
    await clock.pass(1000);
    return works;
  };
  return { ...world, here, send };
}

test.for([true, false])(
  "much that is left is sent in batches, in its order (locks: %s)",
  async (shared) => {
    const { server, laptop, send } = await leftBehind(1100);
    expect(await send({ shared })).toEqual([
      {
        set: "other",
        page: { title: "Article", href: "/other" },
        changes: 1100,
        lost: 0,
        state: "sent",
      },
    ]);
    expect(server.batches).toEqual([500, 500, 100]);
    expect(server.state.note).toBe("1099");
    expect(laptop.entries.size).toBe(0);
  },
);

test("what is on its way is told", async () => {
  const { laptop, send } = await leftBehind(2);
  laptop.weather = () => ({ there: 5000, back: 5000, again: null });
  const told: UnsentWork[] = [];
  void send({ sending: (work) => told.push(work) });
  await send({ shared: true });
  expect(told).toMatchObject([{ set: "other", changes: 2, state: "sending" }]);
});

test.for([
  { name: "offline", prepare: ({ laptop }) => (laptop.weather = () => cutOff), state: "offline" },
  { name: "signed out", prepare: ({ laptop }) => (laptop.signedIn = false), state: "signed_out" },
  {
    name: "busy",
    prepare: ({ server }) => (server.trouble = () => ({ kind: "later", reason: "", after: null })),
    state: "later",
  },
  {
    name: "submitted meanwhile",
    prepare: ({ server }) => (server.submittedAt = SUBMITTED),
    state: "waiting",
  },
  {
    name: "changed meanwhile",
    prepare: ({ server }) => server.apply(0, [{ id: newId(), ...note("theirs") }]),
    state: "waiting",
  },
  {
    name: "no longer one's own",
    prepare: ({ server }) => (server.trouble = () => ({ kind: "forbidden", reason: "" })),
    state: "waiting",
  },
] as readonly {
  name: string;
  prepare: (world: Awaited<ReturnType<typeof leftBehind>>) => unknown;
  state: UnsentWork["state"];
}[])(
  "what cannot be sent for the set is $name is kept, and named so",
  async ({ prepare, state }) => {
    const world = await leftBehind(2);
    prepare(world);
    expect(await world.send()).toMatchObject([{ set: "other", changes: 2, lost: 0, state }]);
    expect(world.laptop.entries.size).toBe(2);
  },
);

test("what is left of it when the network goes is named", async () => {
  const { laptop, here, send } = await leftBehind(1100);
  laptop.weather = () => (here.asked.send > 1 ? cutOff : fine);
  expect(await send()).toMatchObject([{ changes: 600, state: "offline" }]);
  expect(laptop.entries.size).toBe(600);
});

test("what fills a batch is sent in one, and no empty one after it", async () => {
  const { server, send } = await leftBehind(500);
  expect(await send()).toMatchObject([{ changes: 500, state: "sent" }]);
  expect(server.batches).toEqual([500]);
});

test("what was made before and after others' work stays for its own page as a whole", async () => {
  const { server, laptop, send } = await leftBehind(2);
  server.apply(0, [{ id: newId(), ...note("theirs") }]);
  const [, second] = laptop.unsent;
  if (!second) throw new Error("not stored");
  laptop.entries.set(second.id, { ...second, revision: 1 });
  expect(await send()).toMatchObject([{ changes: 2, state: "waiting" }]);
  expect(server.state.note).toBe("theirs");
});

test("each set is sent by itself: trouble with one is none of another", async () => {
  const { clock, server, laptop, here, send } = await leftBehind(1);
  const [entry] = laptop.unsent;
  if (!entry) throw new Error("not stored");
  const away = {
    ...entry,
    id: newId(),
    set: "away",
    queue: "away",
    page: { title: "B", href: "/b" },
  };
  laptop.entries.set(away.id, away);
  const nobody = new Device(clock, server);
  nobody.weather = () => cutOff;
  const offline = new Page(nobody).transport();
  const works = await send({ transportTo: (set) => (set === "away" ? offline : here.transport()) });
  expect(works).toMatchObject([
    { set: "away", page: { title: "B", href: "/b" }, changes: 1, state: "offline" },
    { set: "other", state: "sent" },
  ]);
});

test("what an open page is sending is left to it, and not named", async () => {
  const { clock, laptop, here, send } = await leftBehind(0);
  laptop.weather = () => cutOff;
  const page = new Page(laptop, { id: "open" });
  page.synced.perform([note("one")]);
  await clock.pass(1000);
  expect(await send()).toEqual([]);
  expect(here.asked.send).toBe(0);
});

test("what belongs to the page that is open is left to it", async () => {
  const { here, laptop, send } = await leftBehind(1);
  for (const entry of laptop.unsent) {
    const page = { title: "Article", href: "/other?version=2" };
    laptop.entries.set(entry.id, { ...entry, page });
  }
  expect(await send({ path: "/other" })).toEqual([]);
  expect(here.asked.send).toBe(0);
});

test("another user's work is neither sent nor named", async () => {
  const { here, laptop, send } = await leftBehind(1);
  expect(await send({ user: "v" })).toEqual([]);
  expect(here.asked.send).toBe(0);
  expect(laptop.entries.size).toBe(1);
});

test("what could not be kept is named until somebody has looked at it, and never sent", async () => {
  const { here, laptop, send } = await leftBehind(2);
  const [first, second] = laptop.unsent;
  if (!first || !second) throw new Error("not stored");
  laptop.entries.set(first.id, { ...first, refused: "No." });
  laptop.entries.set(second.id, { ...second, refused: "No." });
  expect(await send()).toMatchObject([{ changes: 0, lost: 2, state: "waiting" }]);
  expect(here.asked.send).toBe(0);
});

test("what nobody can read is named beside what is sent, and stays", async () => {
  const { laptop, send } = await leftBehind(2);
  const [first] = laptop.unsent;
  if (!first) throw new Error("not stored");
  laptop.entries.set(first.id, { ...first, group: 7 } as unknown as typeof first);
  expect(await send()).toMatchObject([{ changes: 0, lost: 1, state: "waiting" }]);
  expect([...laptop.entries.keys()]).toEqual([first.id]);
});

test("what the server has forgotten is not sent without the reviewer", async () => {
  const { here, laptop, send } = await leftBehind(1);
  for (const entry of laptop.unsent) laptop.entries.set(entry.id, { ...entry, forgotten: true });
  expect(await send()).toMatchObject([{ changes: 1, state: "waiting" }]);
  expect(here.asked.send).toBe(0);
});

test("a page that shows the set hears that something was sent", async () => {
  const { clock, laptop, send } = await leftBehind(1);
  // It does not know yet what is stored.
  laptop.storage = "failing";
  const page = new Page(laptop, { id: "other" });
  await clock.pass(100);
  laptop.storage = "fine";
  await send();
  expect([page.view.note, page.asked]).toMatchObject(["0", { fetch: 1, send: 0 }]);
  expect(laptop.channels.get("gainsay:set:other")?.size).toBe(1);
});

test("what the disk does not let go of is sent again, and changes nothing", async () => {
  const { server, laptop, here, send } = await leftBehind(1);
  const outbox = { ...here.outbox(), remove: () => Promise.reject(new Error("No.")) };
  expect(await send({ outbox })).toMatchObject([{ state: "sent" }]);
  expect(await send()).toMatchObject([{ state: "sent" }]);
  expect(server.log).toHaveLength(1);
  expect(laptop.entries.size).toBe(0);
});

test("a page that shows the set hears nothing while nothing could be sent", async () => {
  const { clock, laptop, server, send } = await leftBehind(1);
  laptop.storage = "failing";
  const page = new Page(laptop, { id: "other" });
  await clock.pass(100);
  laptop.storage = "fine";
  server.trouble = () => ({ kind: "later", reason: "", after: null });
  await send();
  expect(page.asked.fetch).toBe(0);
});

test("what cannot be read is counted with its own set", async () => {
  const { laptop, send } = await leftBehind(2);
  const [first, second] = laptop.unsent;
  if (!first || !second) throw new Error("not stored");
  const away = { ...second, set: "away", queue: "away", page: { title: "B", href: "/b" } };
  laptop.entries.set(away.id, away);
  const damaged = { ...second, id: newId(), set: "away", group: 7 };
  laptop.entries.set(damaged.id, damaged as unknown as typeof second);
  expect(await send()).toMatchObject([
    { set: "other", lost: 0 },
    { set: "away", lost: 1 },
  ]);
});

test("of two pages' work on one set, what keeps the second back is told", async () => {
  const { laptop, send } = await leftBehind(2);
  const [, second] = laptop.unsent;
  if (!second) throw new Error("not stored");
  laptop.entries.set(second.id, { ...second, queue: "another", forgotten: true });
  expect(await send()).toMatchObject([{ changes: 1, state: "waiting" }]);
});

test("where the server has forgotten some of it, none is sent without the reviewer", async () => {
  const { here, laptop, send } = await leftBehind(2);
  const [, second] = laptop.unsent;
  if (!second) throw new Error("not stored");
  laptop.entries.set(second.id, { ...second, forgotten: true });
  expect(await send()).toMatchObject([{ changes: 2, state: "waiting" }]);
  expect(here.asked.send).toBe(0);
});
