import { describe, expect, test } from "vitest";
import { addRelation, addSpan, relabel, removeSpan, setFragments } from "@/lib/annotator/edits";
import { linksBetween } from "@/lib/annotator/linking";
import { Annotations, type Intent } from "@/lib/domain/operation";
import { Refusal } from "@/lib/domain/refusal";
import { defaultScheme } from "@/lib/domain/scheme";
import {
  answerLost,
  aWorld,
  contentOf,
  cutOff,
  type Device,
  fine,
  newId,
  Page,
  Server,
  SUBMITTED,
  text,
  type Weather,
} from "./sync-world";

// The text begins "Tehran denied it.": 0-6 is "Tehran", 7-13 "denied".

/** Labels a range and tells the id of its span. */
function mark({ synced }: Page, label: string, start: number, end: number): string {
  const id = newId();
  synced.perform(addSpan(text, id, label, { start, end }));
  return id;
}

function link({ synced }: Page, from: string, to: string): void {
  const [one, other] = [synced.current.spans.get(from), synced.current.spans.get(to)];
  const [possible] = one && other ? linksBetween(defaultScheme, synced.current, one, other) : [];
  if (!possible) throw new Error("These two cannot be linked.");
  synced.perform(addRelation(newId(), possible));
}

// How the stories begin.

/** A page that is open on the laptop. */
function aPage() {
  const world = aWorld();
  return { ...world, page: new Page(world.laptop) };
}

/** Two pages on the set in one browser, which know of each other. */
async function twoPages() {
  const { page, ...world } = aPage();
  const other = new Page(world.laptop);
  await world.clock.pass(100);
  return { ...world, page, other };
}

/** A page without a way to the server, in which "Tehran" was marked: it is stored, and unsent. */
async function unsentWork() {
  const world = aPage();
  world.laptop.weather = () => cutOff;
  mark(world.page, "claim", 0, 6);
  await world.clock.pass(1000);
  return world;
}

/** The same, but the disk is full: the work is nowhere else. */
function workOnlyInThePage() {
  const world = aPage();
  world.laptop.weather = () => cutOff;
  world.laptop.storage = "failing";
  mark(world.page, "claim", 0, 6);
  return world;
}

/** What a page with unsent work left as it crashed. The way to the server is free again. */
async function workLeftBehind() {
  const { page, ...world } = await unsentWork();
  page.crash();
  world.laptop.weather = () => fine;
  return world;
}

/** A page in which "Tehran" was marked, and the server has it; but its answer was lost. */
async function arrivedWithoutAnswer() {
  const world = aPage();
  world.laptop.weather = () => answerLost;
  mark(world.page, "claim", 0, 6);
  await world.clock.until(() => world.server.log.length === 1);
  return world;
}

/** A page in which "Tehran" was marked after the set had been submitted elsewhere. */
async function workOnSubmittedSet() {
  const world = aPage();
  world.server.submittedAt = SUBMITTED;
  mark(world.page, "claim", 0, 6);
  await world.clock.pass(1000);
  return world;
}

const noNotes = ({ type }: Intent) => (type === "set_article_note" ? "No notes." : null);
const note = (words: string): Intent => ({ type: "set_article_note", note: words });
const quotes = (page: Page) => page.view.spans.map(({ quote }) => quote);

test("what is done is there at once and then on the server", async () => {
  const { server, laptop, page } = aPage();
  mark(page, "denial", 0, 13);
  expect(quotes(page)).toEqual(["Tehran denied"]);
  expect(page.view.saving).toMatchObject({ state: "saving", unsent: 1, stored: false });
  await page.device.clock.pass(3);
  expect(page.view.saving).toMatchObject({ state: "saving", unsent: 1, stored: true });
  await page.saved();
  expect(server.state.spans.map(({ quote }) => quote)).toEqual(["Tehran denied"]);
  await page.device.clock.pass(100);
  expect(laptop.entries.size).toBe(0);
});

test("a page that opens has nothing to complain of", () => {
  expect(aPage().page.view.saving).toEqual({
    state: "opening",
    unsent: 0,
    stored: true,
    storable: true,
    reason: null,
  });
});

test("what is done in quick succession is one batch", async () => {
  const { clock, server, page } = aPage();
  for (let at = 0; at < 5; at += 1) {
    page.synced.perform([note(`${at}`)]);
    await clock.pass(100);
  }
  await page.saved();
  expect(server.batches).toEqual([5]);
});

test("a key that is held down does not keep its first change from the server", async () => {
  const { clock, server, page } = aPage();
  for (let at = 0; at < 30; at += 1) {
    page.synced.perform([note(`${at}`)]);
    await clock.pass(50);
  }
  expect(server.log.length).toBeGreaterThan(15);
});

describe("a gesture that goes on", () => {
  const shorten = (page: Page, id: string, end: number, gesture: string) => {
    const span = page.synced.current.spans.get(id);
    if (span) page.synced.perform(setFragments(text, span, [{ start: 0, end }]), { gesture });
  };

  test("is one operation as long as it was not on its way, and one step of undo", async () => {
    const { server, laptop } = aWorld();
    const page = new Page(laptop);
    const id = mark(page, "claim", 0, 13);
    await page.saved();
    for (const end of [12, 11, 10]) shorten(page, id, end, "move");
    expect(page.view.saving.unsent).toBe(1);
    expect(quotes(page)).toEqual(["Tehran den"]);
    await page.saved();
    expect([server.log.length, server.state.spans[0]?.quote]).toEqual([2, "Tehran den"]);
    page.synced.undo();
    await page.saved();
    expect(server.state.spans[0]?.quote).toBe("Tehran denied");
    page.synced.redo();
    await page.saved();
    expect([server.log.length, server.state.spans[0]?.quote]).toEqual([4, "Tehran den"]);
    expect(page.view).toMatchObject({ canUndo: true, canRedo: false });
  });

  test("goes out once a second while it lasts, and is one step of undo all the same", async () => {
    const { clock, server, laptop } = aWorld();
    const page = new Page(laptop);
    for (let at = 0; at < 84; at += 1) {
      page.synced.perform([note(`${at}`)], { gesture: "typing" });
      await clock.pass(40);
    }
    expect(server.log.length).toBeGreaterThanOrEqual(3);
    await page.saved();
    expect(server.log.length).toBeLessThanOrEqual(5);
    expect(server.state.note).toBe("83");
    page.synced.undo();
    await page.saved();
    expect([server.state.note, page.view.canUndo]).toEqual(["", false]);
  });

  test("leaves nothing in the browser but what it has come to", async () => {
    const { clock, laptop } = aWorld();
    laptop.weather = () => cutOff;
    const page = new Page(laptop);
    for (const words of ["a", "ab", "abc"]) {
      page.synced.perform([note(words)], { gesture: "typing" });
      await clock.pass(20);
    }
    await clock.pass(20);
    expect([...laptop.entries.values()].map(({ operation }) => operation)).toMatchObject([
      { note: "abc" },
    ]);
    expect(page.view.saving).toMatchObject({ unsent: 1, stored: true });
    page.crash();
    laptop.weather = () => fine;
    const next = new Page(laptop);
    await clock.pass(1000);
    expect(next.view.note).toBe("abc");
  });

  test("another gesture, or another step between, is a step of its own", () => {
    const { laptop } = aWorld();
    const page = new Page(laptop);
    const notes = () => page.view.note;
    page.synced.perform([note("a")], { gesture: "one" });
    page.synced.perform([note("b")], { gesture: "two" });
    mark(page, "claim", 0, 6);
    page.synced.perform([note("c")], { gesture: "two" });
    const back = [1, 2, 3, 4].map(() => {
      page.synced.undo();
      return [notes(), quotes(page).length];
    });
    expect(back).toEqual([
      ["b", 1],
      ["b", 0],
      ["a", 0],
      ["", 0],
    ]);
  });

  test("keeps the attributes that it has set on the way", async () => {
    const { server, laptop } = aWorld();
    const page = new Page(laptop);
    const id = mark(page, "claim", 0, 6);
    await page.saved();
    for (const attributes of [{ polarity: "positive" }, { certainty: "certain" }]) {
      page.synced.perform([{ type: "edit_span", span: { id, attributes } }], { gesture: "g" });
    }
    shorten(page, id, 4, "g");
    await page.saved();
    expect(server.log).toHaveLength(2);
    expect(server.state.spans[0]).toMatchObject({
      quote: "Tehr",
      attributes: { polarity: "positive", certainty: "certain" },
    });
  });

  test("is undone with all that it has come to, of whichever kind", async () => {
    const { laptop } = aWorld();
    const page = new Page(laptop);
    const id = mark(page, "claim", 0, 6);
    await page.saved();
    const { spans } = page.view;
    const attributes = { certainty: "certain" };
    page.synced.perform([{ type: "edit_span", span: { id, attributes } }], { gesture: "g" });
    shorten(page, id, 4, "g");
    page.synced.undo();
    expect(page.view.spans).toEqual(spans);
  });

  test("what goes on with two changes at once is both of them", () => {
    const { laptop } = aWorld();
    const page = new Page(laptop);
    page.synced.perform([note("a")], { gesture: "g" });
    page.synced.perform([note("b"), addedSpan(newId())], { gesture: "g" });
    expect([page.view.note, ...quotes(page)]).toEqual(["b", "Tehran"]);
    page.synced.undo();
    expect([page.view.note, ...quotes(page)]).toEqual([""]);
  });

  test("does not become one with what was undone in between", () => {
    const { laptop } = aWorld();
    const page = new Page(laptop);
    const id = mark(page, "claim", 0, 6);
    const set = (attributes: Record<string, string>, gesture?: string) =>
      page.synced.perform([{ type: "edit_span", span: { id, attributes } }], { gesture });
    set({ polarity: "positive" }, "g");
    set({ certainty: "certain" });
    page.synced.undo();
    set({ polarity: "negative" }, "g");
    expect(page.view.saving.unsent).toBe(5);
  });

  test("what a rule refuses changes nothing of what it has come to", () => {
    const { laptop } = aWorld();
    const page = new Page(laptop);
    const id = mark(page, "claim", 0, 6);
    mark(page, "claim", 7, 13);
    shorten(page, id, 5, "move");
    expect(() => shorten(page, id, 9, "move")).toThrow(Refusal);
    expect(quotes(page)).toEqual(["Tehra", "denied"]);
    expect(page.view.saving.unsent).toBe(3);
    page.synced.undo();
    expect(quotes(page)).toEqual(["Tehran", "denied"]);
  });

  test("of two spans is two operations and one step", async () => {
    const { server, laptop } = aWorld();
    const page = new Page(laptop);
    const [one, other] = [mark(page, "claim", 0, 6), mark(page, "denial", 0, 13)];
    shorten(page, one, 5, "g");
    shorten(page, other, 12, "g");
    await page.saved();
    expect(server.log).toHaveLength(4);
    page.synced.undo();
    expect(quotes(page)).toEqual(["Tehran", "Tehran denied"]);
  });

  test("what goes on after a submission elsewhere is refused", async () => {
    const { clock, server, laptop } = aWorld();
    const page = new Page(laptop);
    laptop.weather = () => cutOff;
    page.synced.perform([note("a")], { gesture: "typing" });
    laptop.weather = () => fine;
    server.submittedAt = SUBMITTED;
    page.synced.refresh();
    await clock.pass(50);
    expect(() => page.synced.perform([note("ab")], { gesture: "typing" })).toThrow(Refusal);
    expect(page.view.note).toBe("a");
  });

  test("is lost as a whole, and then not undone", async () => {
    const { clock, server, laptop } = aWorld();
    const page = new Page(laptop);
    server.forbids = (operation) =>
      operation.type === "set_article_note" && operation.note === "c" ? "No." : null;
    page.synced.perform([note("a")], { gesture: "typing" });
    await clock.pass(500);
    page.synced.perform([note("b")], { gesture: "typing" });
    page.synced.perform([note("c")], { gesture: "typing" });
    await clock.pass(2000);
    expect(page.view).toMatchObject({ note: "a", canUndo: false });
    expect(page.view.lost).toHaveLength(1);
  });
});

test("offline, it says how much is unsent, and sends it when the network is back", async () => {
  const { clock, server, laptop, page } = aPage();
  laptop.weather = () => cutOff;
  mark(page, "claim", 0, 6);
  mark(page, "claim", 7, 13);
  await clock.pass(1000);
  expect(page.view.saving).toMatchObject({
    state: "offline",
    unsent: 2,
    stored: true,
    reason: null,
  });
  laptop.weather = () => fine;
  await page.saved();
  expect(server.state.spans).toHaveLength(2);
});

test("while the server is away, the attempts become rare, but never rarer than half a minute", async () => {
  const { clock, laptop, page } = aPage();
  laptop.weather = () => cutOff;
  mark(page, "claim", 0, 6);
  const attempts: number[] = [];
  for (let second = 0; second < 150; second += 1) {
    const before = page.asked.send;
    await clock.pass(1000);
    if (page.asked.send > before) attempts.push(second);
  }
  expect(attempts).toEqual([0, 1, 3, 7, 15, 31, 61, 91, 121]);
});

test("as long as the server wants to be left alone, nothing is sent", async () => {
  const { clock, server, page } = aPage();
  server.trouble = () => ({ kind: "later", reason: "Too many requests.", after: 20_000 });
  mark(page, "claim", 0, 6);
  await clock.pass(19_000);
  expect(page.asked.send).toBe(1);
  expect(page.view.saving).toMatchObject({ state: "failed", reason: "Too many requests." });
  server.trouble = () => null;
  await clock.pass(2000);
  expect(page.view.saving.state).toBe("saved");
});

test("what is done while the server is away waits for the next attempt, and does not call for one", async () => {
  const { clock, page } = await unsentWork();
  await clock.pass(7000);
  const { send } = page.asked;
  mark(page, "claim", 7, 13);
  await clock.pass(1000);
  expect(page.asked.send).toBe(send);
});

test("a page that is looked at again tries at once", async () => {
  const { clock, laptop, page } = await unsentWork();
  await clock.pass(39_000);
  laptop.weather = () => fine;
  page.synced.resume();
  await clock.pass(50);
  expect(page.view.saving.state).toBe("saved");
});

test("a page that is looked at after a while shows what others have done", async () => {
  const { clock, phone, page } = aPage();
  await page.saved();
  const other = new Page(phone);
  mark(other, "claim", 0, 6);
  await clock.pass(29_000);
  page.synced.resume();
  await clock.pass(100);
  expect(quotes(page)).toEqual([]);
  await clock.pass(2000);
  page.synced.resume();
  await clock.pass(100);
  expect(quotes(page)).toEqual(["Tehran"]);
});

test.for([
  { age: 0, fetches: 0 },
  { age: 30_000, fetches: 0 },
  { age: 30_001, fetches: 1 },
])(
  "looked at $age ms after it was last heard, the server is asked $fetches times",
  async ({ age, fetches }) => {
    const { clock, page } = aPage();
    await clock.pass(age);
    page.synced.resume();
    await clock.pass(100);
    expect(page.asked.fetch).toBe(fetches);
  },
);

test("a clock that was put back does not keep a page from looking", async () => {
  const { clock, laptop, phone, page } = aPage();
  mark(new Page(phone), "claim", 0, 6);
  await clock.pass(60_000);
  laptop.offset = -3_600_000;
  page.synced.resume();
  await clock.pass(100);
  expect(quotes(page)).toEqual(["Tehran"]);
});

test("two pages of one browser show each other's work without asking the server", async () => {
  const { clock, laptop } = aWorld();
  const [page, other] = [new Page(laptop), new Page(laptop)];
  mark(page, "claim", 0, 6);
  await clock.pass(1000);
  expect(quotes(other)).toEqual(["Tehran"]);
  expect(other.asked).toMatchObject({ send: 0, fetch: 0, close: 0 });
});

test("what a crashed page left unsent is sent by one that is open", async () => {
  const { clock, server, page, other } = await twoPages();
  mark(page, "claim", 0, 6);
  await clock.pass(50);
  page.crash();
  await clock.pass(1000);
  expect(server.state.spans).toHaveLength(1);
  expect(quotes(other)).toEqual(["Tehran"]);
});

test("what a crashed page left unsent is sent by the next one", async () => {
  const { clock, server, laptop, page } = aPage();
  mark(page, "claim", 0, 6);
  await clock.pass(50);
  page.crash();
  const next = new Page(laptop);
  await next.saved();
  expect(server.state.spans).toHaveLength(1);
  expect(next.view).toMatchObject({ lost: [], spans: [{ quote: "Tehran" }] });
});

test("without locks, too, the next page sends what the last one left", async () => {
  const { clock, server, laptop } = aWorld();
  const page = new Page(laptop, { shared: false });
  mark(page, "claim", 0, 6);
  await clock.pass(50);
  page.crash();
  await new Page(laptop, { shared: false }).saved();
  expect(server.state.spans).toHaveLength(1);
});

test("nobody takes over from a page that is open", async () => {
  const { clock, laptop } = await unsentWork();
  const other = new Page(laptop);
  await clock.pass(60_000);
  expect(other.view.saving.unsent).toBe(0);
  expect(other.asked.send).toBe(0);
});

test("work is sent in the order it was made, though the clock was put back", async () => {
  const { clock, server, laptop } = aWorld();
  laptop.weather = () => cutOff;
  const page = new Page(laptop);
  page.synced.perform([note("first")]);
  laptop.offset = -3_600_000;
  page.synced.perform([note("second")]);
  await clock.pass(100);
  page.crash();
  laptop.weather = () => fine;
  const next = new Page(laptop);
  await next.saved();
  expect(server.state.note).toBe("second");
});

test("what was taken over comes before what is done after it, for the next page as well", async () => {
  const { clock, server, laptop } = aWorld();
  laptop.weather = () => cutOff;
  for (const words of ["first", "second", "third"]) {
    const page = new Page(laptop);
    await clock.pass(100);
    page.synced.perform([note(words)]);
    await clock.pass(100);
    page.crash();
  }
  laptop.weather = () => fine;
  await new Page(laptop).saved();
  const notes = server.log.map((it) => (it.type === "set_article_note" ? it.note : it.type));
  expect(notes).toEqual(["first", "second", "third"]);
});

test("what is done just before the page goes to another article is still sent", async () => {
  const { clock, server, page } = aPage();
  mark(page, "claim", 0, 6);
  page.leave();
  mark(page, "claim", 7, 13);
  await clock.pass(1000);
  expect(server.state.spans).toHaveLength(2);
});

test("a page that goes to another article offline leaves its work to the next one", async () => {
  const { clock, laptop } = aWorld();
  laptop.weather = () => cutOff;
  const page = new Page(laptop);
  mark(page, "claim", 0, 6);
  page.leave();
  await clock.pass(5000);
  const next = new Page(laptop);
  await clock.pass(100);
  expect(next.view.saving.unsent).toBe(1);
  const { send } = page.asked;
  await clock.pass(60_000);
  expect(page.asked.send).toBe(send);
});

test("a page that goes to another article goes on trying with what the browser cannot store", async () => {
  const { clock, server, laptop, page } = workOnlyInThePage();
  page.leave();
  await clock.pass(10_000);
  laptop.weather = () => fine;
  await clock.pass(60_000);
  expect(server.state.spans).toHaveLength(1);
});

test("what the disk had no room for is stored when there is room again", async () => {
  const { clock, laptop, page } = workOnlyInThePage();
  await clock.pass(1000);
  expect(page.view.saving).toMatchObject({ stored: false, storable: false });
  expect(page.synced.flush()).toBe(false);
  laptop.storage = "fine";
  await clock.pass(10_000);
  expect(page.view.saving).toMatchObject({ stored: true, storable: true });
  expect(page.synced.flush()).toBe(true);
});

test("that the disk has no room is said at once", async () => {
  const { clock, page } = workOnlyInThePage();
  await clock.pass(10);
  expect(page.view.saving).toMatchObject({ state: "saving", stored: false, storable: false });
});

test.for(["failing", "slow"] as const)(
  "a page opens although the browser's storage is %s, and takes up what is there when it works again",
  async (storage) => {
    const { clock, server, laptop } = await workLeftBehind();
    laptop.storage = storage;
    const next = new Page(laptop);
    expect(next.view.saving.state).toBe("opening");
    await clock.pass(6000);
    expect(next.view.saving).toMatchObject({ state: "saved", storable: false });
    laptop.storage = "fine";
    await clock.pass(60_000);
    expect(server.state.spans).toHaveLength(1);
    expect(next.view.saving.storable).toBe(true);
  },
);

test("a page that crashed before the answer came does not report its work as lost", async () => {
  const { clock, laptop, page } = await arrivedWithoutAnswer();
  page.crash();
  laptop.weather = () => fine;
  const next = new Page(laptop);
  await next.saved();
  await clock.pass(100);
  expect(next.view).toMatchObject({ lost: [], spans: [{ quote: "Tehran" }] });
  expect(laptop.entries.size).toBe(0);
});

test("work that arrived is not lost, though the page learnt of it from the state alone", async () => {
  const { clock, laptop, phone, page } = aPage();
  laptop.weather = () => answerLost;
  mark(page, "claim", 0, 6);
  await clock.pass(200);
  laptop.weather = () => fine;
  page.synced.refresh();
  await clock.pass(20);
  const other = new Page(phone);
  mark(other, "denial", 7, 13);
  await other.saved();
  await page.saved();
  expect(page.view.lost).toEqual([]);
  expect(quotes(page)).toEqual(["Tehran", "denied"]);
  await clock.pass(100);
  expect(laptop.entries.size).toBe(0);
});

test("what does not fit any more is listed with its reason, the rest is kept", async () => {
  const { clock, server, laptop, phone, page: mine } = aPage();
  const span = mark(mine, "claim", 0, 6);
  await mine.saved();
  laptop.weather = () => cutOff;
  const relabelled = { id: span, attributes: { certainty: "certain" } };
  mine.synced.perform([{ type: "edit_span", span: relabelled }]);
  mark(mine, "denial", 7, 13);
  const other = new Page(phone);
  other.synced.perform(removeSpan(other.synced.current, span));
  await other.saved();
  laptop.weather = () => fine;
  await mine.saved();
  expect(server.state.spans.map(({ label }) => label)).toEqual(["denial"]);
  const [lost] = mine.view.lost;
  expect(mine.view.lost).toMatchObject([
    {
      operation: { type: "edit_span" },
      reason: "This span is no longer there.",
      mentioned: { spans: [{ quote: "Tehran" }], relations: [] },
    },
  ]);
  await clock.pass(100);
  expect(laptop.entries.get(lost?.id ?? "")?.refused).toBe("This span is no longer there.");
  mine.synced.dismiss(lost?.id ?? "");
  expect(mine.view.lost).toEqual([]);
  await clock.pass(100);
  expect(laptop.entries.size).toBe(0);
});

test("what could not be kept is shown by the next page with its words, until it is dismissed", async () => {
  const { clock, server, laptop, page } = aPage();
  server.forbids = ({ type }) => (type === "remove_span" ? "Not today." : null);
  const span = mark(page, "claim", 0, 6);
  page.synced.perform(removeSpan(page.synced.current, span));
  await page.saved();
  await clock.pass(100);
  page.crash();
  const next = new Page(laptop, { set: { ...server.state, spans: [] } });
  await clock.pass(100);
  expect(next.view.lost).toMatchObject([
    { reason: "Not today.", mentioned: { spans: [{ quote: "Tehran" }] } },
  ]);
  next.synced.dismiss(next.view.lost[0]?.id ?? "");
  await clock.pass(100);
  next.crash();
  const last = new Page(laptop);
  await last.saved();
  expect(last.view.lost).toEqual([]);
});

test("after another page ended the trouble, the next change is sent", async () => {
  const { clock, server, laptop, page: mine } = aPage();
  const span = mark(mine, "claim", 0, 6);
  await mine.saved();
  const other = new Page(laptop);
  await other.saved();
  laptop.weather = () => cutOff;
  mine.synced.perform([
    { type: "edit_span", span: { id: span, attributes: { polarity: "negative" } } },
  ]);
  await clock.pass(1000);
  expect(mine.view.saving.state).toBe("offline");
  laptop.weather = () => fine;
  other.synced.perform(removeSpan(other.synced.current, span));
  await clock.until(() => mine.view.lost.length === 1);
  await clock.pass(5000);
  mark(mine, "denial", 7, 13);
  expect(mine.view.saving.state).toBe("saving");
  await mine.saved();
  expect(server.state.spans).toHaveLength(1);
});

test("what the server refuses is listed with what needs it, the rest is saved", async () => {
  const { server, page } = aPage();
  server.forbids = (it) =>
    it.type === "add_span" && it.span.label === "denial" ? "No denials here." : null;
  const denial = mark(page, "denial", 7, 13);
  const claim = mark(page, "claim", 0, 6);
  link(page, denial, claim);
  await page.saved();
  expect(server.state.spans.map(({ label }) => label)).toEqual(["claim"]);
  expect(page.view.lost).toMatchObject([
    { operation: { type: "add_span" }, reason: "No denials here." },
    {
      operation: { type: "add_relation" },
      mentioned: { spans: [{ quote: "denied" }, { quote: "Tehran" }] },
    },
  ]);
  expect(contentOf(page.synced.current)).toEqual(contentOf(new Annotations(server.state)));
});

test("of one gesture, nothing is kept if the server refuses a part", async () => {
  const { server, page } = aPage();
  server.forbids = noNotes;
  page.synced.perform([...addSpan(text, newId(), "claim", { start: 0, end: 6 }), note("x")]);
  mark(page, "claim", 7, 13);
  await page.saved();
  expect(server.state.spans.map(({ quote }) => quote)).toEqual(["denied"]);
  expect(page.view.lost.map(({ reason }) => reason)).toEqual([
    "Belongs to a change that was refused: No notes.",
    "No notes.",
  ]);
});

test("of independent changes, only the refused one is lost", async () => {
  const { server, page } = aPage();
  server.forbids = noNotes;
  page.synced.perform([...addSpan(text, newId(), "claim", { start: 0, end: 6 }), note("x")], {
    independent: true,
  });
  await page.saved();
  expect(server.state.spans).toHaveLength(1);
  expect(page.view.lost).toHaveLength(1);
});

test("a refusal that names nobody makes the batches smaller until it is clear whom it means", async () => {
  const { server, page } = aPage();
  server.chokes = (all) => all.some((it) => it.type === "set_article_note" && it.note === "5");
  for (let at = 0; at < 8; at += 1) page.synced.perform([note(`${at}`)]);
  await page.saved();
  expect(page.view.lost).toMatchObject([{ operation: { note: "5" }, reason: "Too much." }]);
  expect(server.log).toHaveLength(7);
  expect(server.batches).toEqual([8, 4, 4, 2, 1, 2, 1, 1, 1]);
});

test("a batch that is too much for the server is sent in parts", async () => {
  const { server, page } = aPage();
  server.chokes = (all) => all.length > 100;
  for (let at = 0; at < 450; at += 1) page.synced.perform([note(`${at}`)]);
  await page.saved();
  expect(server.log).toHaveLength(450);
  expect(page.view.lost).toEqual([]);
});

test("a batch ends with a gesture, not in it", async () => {
  const { server, page } = aPage();
  const notes = (count: number) => Array.from({ length: count }, (_, at) => note(`${at}`));
  page.synced.perform(notes(300));
  page.synced.perform(notes(300));
  page.synced.perform(notes(700));
  await page.saved();
  expect(server.batches).toEqual([300, 300, 500, 200]);
});

test("signed out, the work is kept and goes on after signing in", async () => {
  const { clock, server, laptop, page } = aPage();
  laptop.signedIn = false;
  mark(page, "claim", 0, 6);
  await clock.pass(1000);
  expect(page.view.saving).toMatchObject({ state: "signed_out", stored: true });
  laptop.signedIn = true;
  await page.saved();
  expect(server.state.spans).toHaveLength(1);
});

test("submitting waits for what is unsent, and makes the set read-only until it is reopened", async () => {
  const { clock, server, page } = aPage();
  mark(page, "claim", 0, 6);
  const submitted = page.synced.submit();
  await clock.pass(1000);
  expect(await submitted).toEqual({ ok: true });
  expect(server).toMatchObject({ submittedAt: SUBMITTED, log: { length: 1 } });
  expect(page.view.submittedAt).toBe(SUBMITTED);
  expect(() => mark(page, "claim", 7, 13)).toThrow(Refusal);
  const reopened = page.synced.reopen();
  await clock.pass(1000);
  expect(await reopened).toEqual({ ok: true });
  mark(page, "claim", 7, 13);
  await page.saved();
  expect(server.state.spans).toHaveLength(2);
});

test("a submission is seen by the other page at once", async () => {
  const { clock, page, other } = await twoPages();
  void page.synced.submit();
  await clock.pass(100);
  expect(other.view.submittedAt).toBe(SUBMITTED);
});

test("an answer that was asked for before submitting does not open the set again", async () => {
  const { clock, laptop, page } = aPage();
  await page.saved();
  laptop.weather = () => ({ there: 5, back: 500, again: null });
  page.synced.refresh();
  await clock.pass(10);
  laptop.weather = () => fine;
  void page.synced.submit();
  await clock.pass(100);
  expect(page.view.submittedAt).toBe(SUBMITTED);
  await clock.pass(600);
  expect(page.view.submittedAt).toBe(SUBMITTED);
});

test("of two answers, the later one is not undone by the one that is overtaken", async () => {
  const { clock, server, laptop, page } = aPage();
  await page.saved();
  laptop.weather = () => ({ there: 5, back: 300, again: null });
  page.synced.refresh();
  await clock.pass(10);
  server.submittedAt = SUBMITTED;
  page.synced.refresh();
  await clock.pass(1000);
  expect(page.view.submittedAt).toBe(SUBMITTED);
});

test("submitting a set that has moved on elsewhere takes in what is new first", async () => {
  const { clock, server, phone, page } = aPage();
  const other = new Page(phone);
  mark(other, "claim", 0, 6);
  await other.saved();
  const submitted = page.synced.submit();
  await clock.pass(100);
  expect(await submitted).toEqual({ ok: true });
  expect(quotes(page)).toEqual(["Tehran"]);
  expect(server.submittedAt).toBe(SUBMITTED);
});

test("submitting what another device has changed and submitted meanwhile is done with", async () => {
  const { clock, phone, page } = aPage();
  const other = new Page(phone);
  mark(other, "claim", 0, 6);
  void other.synced.submit();
  await clock.pass(1000);
  const submitted = page.synced.submit();
  await clock.pass(100);
  expect(await submitted).toEqual({ ok: true });
  expect(page.asked.close).toBe(1);
  expect(page.view.submittedAt).toBe(SUBMITTED);
});

test("submitting offline is refused and says why", async () => {
  const { clock, laptop, page } = aPage();
  laptop.weather = () => cutOff;
  mark(page, "claim", 0, 6);
  const submitted = page.synced.submit();
  await clock.pass(1000);
  expect(await submitted).toEqual({
    ok: false,
    reason: "You are offline. Your changes are kept here until the server can be reached.",
  });
});

test("submitting with nothing unsent fails offline, too", async () => {
  const { clock, laptop, page } = aPage();
  await page.saved();
  laptop.weather = () => cutOff;
  const submitted = page.synced.submit();
  await clock.pass(1000);
  expect(await submitted).toMatchObject({ ok: false });
  expect(page.view.submittedAt).toBe(null);
});

test("nothing is submitted before the reviewer has seen what is lost", async () => {
  const { clock, server, page } = aPage();
  server.forbids = () => "No.";
  mark(page, "claim", 0, 6);
  const submitted = page.synced.submit();
  await clock.pass(1000);
  expect(await submitted).toEqual({
    ok: false,
    reason: "Some changes could not be kept. Look at them first.",
  });
  page.synced.dismiss(page.view.lost[0]?.id ?? "");
  void page.synced.submit();
  await clock.pass(1000);
  expect(server.submittedAt).toBe(SUBMITTED);
});

test("a set submitted elsewhere keeps what is unsent until it is reopened", async () => {
  const { server, page } = await workOnSubmittedSet();
  expect(page.view).toMatchObject({
    lost: [],
    saving: {
      state: "failed",
      unsent: 1,
      reason: "It was submitted in another tab or on another device. Reopen it to save these.",
    },
  });
  void page.synced.reopen();
  await page.saved();
  expect(server.state.spans).toHaveLength(1);
});

test("submitting a set that was submitted elsewhere with something unsent says so", async () => {
  const { clock, page } = await workOnSubmittedSet();
  const submitted = page.synced.submit();
  await clock.pass(1000);
  expect(await submitted).toEqual({
    ok: false,
    reason: "It was submitted in another tab or on another device. Reopen it to save these.",
  });
});

test("with something unsent on a set submitted elsewhere, looking again finds it reopened", async () => {
  const { server, page } = await workOnSubmittedSet();
  server.submittedAt = null;
  page.synced.resume();
  await page.saved();
  expect(server.state.spans).toHaveLength(1);
});

test("what arrived before the set was submitted is not unsent", async () => {
  const { clock, server, laptop, page } = await arrivedWithoutAnswer();
  page.crash();
  server.submittedAt = SUBMITTED;
  laptop.weather = () => fine;
  const next = new Page(laptop);
  await clock.pass(1000);
  expect(next.view).toMatchObject({ saving: { state: "saved" }, lost: [] });
});

test("nothing is called saved while an earlier visit's work is not", async () => {
  const { server, laptop } = await workLeftBehind();
  const next = new Page(laptop);
  expect(next.view.saving.state).toBe("opening");
  const early: string[] = [];
  next.synced.subscribe(() => {
    const { state } = next.view.saving;
    if (state === "saved" && server.state.spans.length === 0) early.push(state);
  });
  await next.saved();
  expect(early).toEqual([]);
});

test("a defect while an answer is read is told, and saving goes on after it", async () => {
  const { clock, server, page } = aPage();
  server.apply = () => {
    Reflect.deleteProperty(server, "apply");
    const nonsense = { kind: "stale", revision: 1, history: [{ id: "x", revision: 1 }] };
    return nonsense as unknown as ReturnType<typeof server.apply>;
  };
  mark(page, "claim", 0, 6);
  await clock.pass(200);
  expect(page.defects).toHaveLength(1);
  expect(page.view.saving).toMatchObject({ state: "failed", reason: "Something went wrong here." });
  await page.saved();
  expect(server.state.spans).toHaveLength(1);
});

test("what breaks a rule is refused as a whole and leaves nothing behind", async () => {
  const { clock, server, page } = aPage();
  mark(page, "claim", 0, 6);
  await page.saved();
  const before = page.view;
  const copied = [
    ...addSpan(text, newId(), "denial", { start: 7, end: 13 }),
    ...addSpan(text, newId(), "claim", { start: 3, end: 6 }),
  ];
  expect(() => page.synced.perform(copied, { independent: true })).toThrow(Refusal);
  expect(page.synced.view()).toBe(before);
  expect(page.synced.current.spans.size).toBe(1);
  mark(page, "claim", 7, 13);
  await clock.pass(1000);
  expect(server.state.spans.map(({ label }) => label)).toEqual(["claim", "claim"]);
});

test("a draft counts as unsaved until it is taken, and is taken when the page is left", async () => {
  const { page } = aPage();
  await page.saved();
  const release = page.synced.holdDraft(() => {
    release();
    page.synced.perform([note("typed")]);
  });
  expect(page.view.saving.state).toBe("saving");
  page.synced.flush();
  expect(page.view).toMatchObject({ note: "typed", saving: { state: "saving", unsent: 1 } });
  await page.saved();
});

test("leaving sends what waits at once", async () => {
  const { clock, server, page } = aPage();
  mark(page, "claim", 0, 6);
  page.synced.flush();
  await clock.pass(5);
  expect(server.log).toHaveLength(1);
});

test("a page knows that it is ahead of one that was fetched before its work", async () => {
  const { clock, server, page } = aPage();
  const before = server.state;
  expect(page.synced.differsFrom(before)).toBe(false);
  mark(page, "claim", 0, 6);
  expect(page.synced.differsFrom(before)).toBe(true);
  await page.saved();
  expect(page.synced.differsFrom(before)).toBe(true);
  expect(page.synced.differsFrom(server.state)).toBe(false);
  void page.synced.submit();
  await clock.pass(100);
  expect(page.synced.differsFrom({ ...server.state, submittedAt: null })).toBe(true);
});

test("a page tells by the revision what a server has that does not name its history", () => {
  const { server, page } = aPage();
  const state = { ...server.state, head: null };
  expect([0, 1].map((revision) => page.synced.differsFrom({ ...state, revision }))).toEqual([
    false,
    true,
  ]);
});

test("another label takes misfitting relations with it, and undo brings both back", () => {
  const { page } = aPage();
  const claim = mark(page, "claim", 0, 6);
  const denial = mark(page, "denial", 7, 13);
  link(page, denial, claim);
  const span = page.synced.current.spans.get(denial);
  if (!span) throw new Error("not added");
  const before = contentOf(page.synced.current);
  page.synced.perform(relabel(defaultScheme, page.synced.current, span, "claim"));
  expect(page.view).toMatchObject({ relations: [], canUndo: true, canRedo: false });
  page.synced.undo();
  expect(contentOf(page.synced.current)).toEqual(before);
  expect(page.view.canRedo).toBe(true);
});

describe("a gesture of thousands of operations", () => {
  const MANY = 1100;
  /** As many attributions, which may lie over each other, and then what else is asked for. */
  const many = (...more: Intent[]): Intent[] => [
    ...Array.from({ length: MANY }, () =>
      addSpan(text, newId(), "attribution", { start: 0, end: 6 }),
    ).flat(),
    ...more,
  ];

  test("is worked out bit by bit and done at once, and is one step of undo", async () => {
    const { clock, server, page } = aPage();
    const done = page.synced.performLarge(many(), { independent: true });
    expect([page.view.spans.length, page.view.saving.unsent]).toEqual([0, 0]);
    await clock.until(() => page.view.spans.length > 0);
    expect([page.view.spans.length, page.view.saving.unsent]).toEqual([MANY, MANY]);
    expect(await done).toHaveLength(MANY);
    await page.saved();
    expect([server.state.spans.length, Math.max(...server.batches)]).toEqual([MANY, 500]);

    const undone = page.synced.undo();
    expect(page.view.spans).toHaveLength(MANY);
    await clock.until(() => page.view.spans.length < MANY);
    expect([page.view.spans.length, page.view.canUndo, page.view.canRedo]).toEqual([
      0,
      false,
      true,
    ]);
    expect(await undone).toHaveLength(MANY);
    await page.saved();
    expect(server.state.spans).toEqual([]);

    void page.synced.redo();
    await clock.until(() => page.view.spans.length > 0);
    expect([page.view.spans.length, page.view.canUndo, page.view.canRedo]).toEqual([
      MANY,
      true,
      false,
    ]);
  });

  test.for([
    {
      asked: "another change",
      ask: (page: Page) => void mark(page, "claim", 7, 13),
      spans: MANY + 1,
    },
    { asked: "undoing", ask: ({ synced }: Page) => void synced.undo(), spans: MANY },
    { asked: "to be submitted", ask: ({ synced }: Page) => void synced.submit(), spans: MANY },
    { asked: "to be left", ask: ({ synced }: Page) => void synced.flush(), spans: MANY },
    { asked: "to go to another article", ask: (page: Page) => page.leave(), spans: MANY },
    {
      asked: "another one",
      ask: ({ synced }: Page) => void synced.performLarge(many()),
      spans: MANY,
    },
  ])("is done before $asked is", ({ ask, spans }) => {
    const { page } = aPage();
    void page.synced.performLarge(many());
    ask(page);
    expect(page.view.spans).toHaveLength(spans);
  });

  test("can be undone first what came after it", () => {
    const { page } = aPage();
    void page.synced.performLarge(many());
    mark(page, "claim", 7, 13);
    page.synced.undo();
    expect(quotes(page).filter((quote) => quote === "denied")).toEqual([]);
    expect(page.view.spans).toHaveLength(MANY);
  });

  test("of which one does not fit changes nothing, whatever was worked out before", async () => {
    const { clock, laptop, page } = aPage();
    const claim = () => addSpan(text, newId(), "claim", { start: 7, end: 13 });
    const done = page.synced.performLarge(many(...claim(), ...claim()), { independent: true });
    const refused = expect(done).rejects.toThrow("cannot overlap");
    await clock.pass(1000);
    await refused;
    expect(page.view).toMatchObject({ spans: [], canUndo: false, saving: { unsent: 0 } });
    expect(laptop.entries.size).toBe(0);
    mark(page, "claim", 7, 13);
    expect(quotes(page)).toEqual(["denied"]);
  });

  test("can leave out what does not fit and say why", async () => {
    const { clock, server, page } = aPage();
    const claim = () => addSpan(text, newId(), "claim", { start: 7, end: 13 });
    const left: string[] = [];
    const leaveOut = (intent: Intent, { message }: Refusal) =>
      left.push(`${intent.type}: ${message}`);
    const all = [...claim(), ...many(), ...claim()];
    const done = page.synced.performLarge(all, { independent: true, leaveOut });
    await clock.until(() => page.view.spans.length > 0);
    expect((await done).length).toBe(MANY + 1);
    expect(left).toEqual(["add_span: Two spans labelled claim cannot overlap."]);
    await page.saved();
    expect([server.state.spans.length, page.view.lost]).toEqual([MANY + 1, []]);
    void page.synced.undo();
    await clock.until(() => page.view.spans.length === 0);
  });

  test("of which nothing fits is no step of undo", async () => {
    const { clock, page } = aPage();
    mark(page, "claim", 7, 13);
    page.synced.undo();
    page.synced.redo();
    const claim = addSpan(text, newId(), "claim", { start: 7, end: 13 });
    const done = page.synced.performLarge(claim, { independent: true, leaveOut: () => {} });
    await clock.pass(1000);
    expect(await done).toEqual([]);
    page.synced.undo();
    expect(page.view.spans).toEqual([]);
  });

  test("is refused where the set is submitted, and can be tried again", async () => {
    const { clock, page } = aPage();
    page.synced.perform([note("mine")]);
    void page.synced.submit();
    await clock.pass(1000);
    await expect(page.synced.performLarge(many())).rejects.toThrow("Reopen it");
    void page.synced.reopen();
    await clock.pass(1000);
    void page.synced.performLarge(many());
    await clock.until(() => page.view.spans.length === MANY);
  });

  test("lets the page do something else while it is worked out", async () => {
    const { clock, page } = aPage();
    void page.synced.performLarge(many());
    const seen: number[] = [];
    clock.after(0, () => seen.push(page.view.spans.length));
    await clock.until(() => page.view.spans.length > 0);
    expect(seen).toEqual([0]);
  });

  test("is done once, though something else was asked for meanwhile", async () => {
    const { clock, page } = aPage();
    void page.synced.performLarge(Array.from({ length: MANY }, (_, at) => note(`${at}`)));
    mark(page, "claim", 0, 6);
    await clock.pass(50);
    expect(page.view.saving.unsent).toBe(MANY + 1);
  });

  test("is refused as a whole if the set is found submitted while it is worked out", async () => {
    const { clock, server, laptop, page } = aPage();
    laptop.weather = () => ({ there: 0, back: 0, again: null });
    server.submittedAt = SUBMITTED;
    page.synced.refresh();
    const refused = expect(page.synced.performLarge(many())).rejects.toThrow("Reopen it");
    expect(page.view.submittedAt).toBe(null);
    await clock.pass(100);
    await refused;
    expect(page.view).toMatchObject({ spans: [], saving: { unsent: 0 } });
  });

  test("of which the server refuses a part is lost as a whole, unless the parts are independent", async () => {
    const { clock, server, page } = aPage();
    server.forbids = noNotes;
    void page.synced.performLarge([addedSpan(newId()), note("x")]);
    await clock.pass(1000);
    expect(page.view).toMatchObject({ spans: [], lost: { length: 2 } });
  });

  test("of nothing is nothing, also where the set is submitted", async () => {
    const { server, laptop } = aWorld();
    const page = new Page(laptop, { set: { ...server.state, submittedAt: SUBMITTED } });
    expect(page.synced.perform([])).toEqual([]);
    expect(await page.synced.performLarge([])).toEqual([]);
  });

  test.for([
    { count: 400, atOnce: true },
    { count: 401, atOnce: false },
  ])("of $count changes is undone at once: $atOnce", ({ count, atOnce }) => {
    const { page } = aPage();
    page.synced.perform(Array.from({ length: count }, (_, at) => note(`${at}`)));
    expect(Array.isArray(page.synced.undo())).toBe(atOnce);
  });

  test("is in the browser before it is said to be, and survives there", async () => {
    const { clock, laptop, page } = aPage();
    laptop.weather = () => cutOff;
    void page.synced.performLarge(many());
    await clock.until(() => page.view.saving.unsent > 0);
    expect(page.view.saving.stored).toBe(false);
    await clock.until(() => page.view.saving.stored);
    expect(laptop.entries.size).toBe(MANY);
    page.crash();
    laptop.weather = () => fine;
    const next = new Page(laptop);
    await clock.pass(10_000);
    expect(next.view).toMatchObject({ saving: { state: "saved" } });
    expect(next.view.spans).toHaveLength(MANY);
  });

  test("that can no longer be undone is refused once, and nothing of it is undone", async () => {
    const { clock, phone, page } = aPage();
    void page.synced.performLarge(many(), { independent: true });
    await page.saved();
    const other = new Page(phone);
    const [first] = page.view.spans;
    other.synced.refresh();
    await clock.pass(100);
    other.synced.perform(removeSpan(other.synced.current, first?.id ?? ""));
    await other.saved();
    page.synced.refresh();
    await clock.pass(100);
    const undone = expect(page.synced.undo()).rejects.toThrow("This span is no longer there.");
    await clock.pass(100);
    await undone;
    expect(page.view.spans).toHaveLength(MANY - 1);
    expect(page.view.canUndo).toBe(false);
  });
});

test("with nothing to undo or to do, nothing happens", () => {
  const { synced } = aPage().page;
  expect(synced.undo()).toEqual([]);
  expect(synced.redo()).toEqual([]);
  expect(synced.perform([])).toEqual([]);
  expect(synced.view()).toMatchObject({ canUndo: false, canRedo: false });
});

test("something new after an undo ends what could be done again", () => {
  const { synced } = aPage().page;
  synced.perform([note("one")]);
  synced.undo();
  synced.perform([note("two")]);
  expect(synced.view()).toMatchObject({ canUndo: true, canRedo: false });
});

test("what can no longer be undone is refused once, and the step before it can be undone", async () => {
  const { clock, phone, page } = aPage();
  page.synced.perform([note("mine")]);
  const span = mark(page, "claim", 0, 6);
  await page.saved();
  const other = new Page(phone);
  other.synced.perform(removeSpan(other.synced.current, span));
  await other.saved();
  page.synced.refresh();
  await clock.pass(100);
  expect(() => page.synced.undo()).toThrow("This span is no longer there.");
  page.synced.undo();
  expect(page.view.note).toBe("");
});

test("a submitted set keeps its steps of undo", async () => {
  const { clock, page } = aPage();
  page.synced.perform([note("mine")]);
  void page.synced.submit();
  await clock.pass(1000);
  expect(() => page.synced.undo()).toThrow("Reopen it");
  void page.synced.reopen();
  await clock.pass(1000);
  page.synced.undo();
  expect(page.view.note).toBe("");
});

test("what is lost cannot be undone any more", async () => {
  const { server, page } = aPage();
  server.forbids = noNotes;
  mark(page, "claim", 0, 6);
  page.synced.perform([note("mine")]);
  await page.saved();
  page.synced.undo();
  expect(page.view).toMatchObject({ spans: [], canUndo: false });
});

test("the view is the same until something changes, and the lists in it until they do", async () => {
  const { page } = aPage();
  await page.saved();
  const { view } = page;
  expect(page.synced.view()).toBe(view);
  page.synced.perform([note("mine")]);
  expect(page.view).not.toBe(view);
  expect(page.view.spans).toBe(view.spans);
  expect(page.view.relations).toBe(view.relations);
  mark(page, "claim", 0, 6);
  expect(page.view.spans).not.toBe(view.spans);
});

test("whoever stops listening hears no more", () => {
  const { synced } = aPage().page;
  let heard = 0;
  const stop = synced.subscribe(() => {
    heard += 1;
  });
  synced.perform([note("one")]);
  expect(heard).toBe(1);
  stop();
  synced.perform([note("two")]);
  expect(heard).toBe(1);
});

test("once the way was free again, the next change is not called offline", async () => {
  const { laptop, page } = await unsentWork();
  laptop.weather = () => fine;
  await page.saved();
  mark(page, "claim", 7, 13);
  expect(page.view.saving.state).toBe("saving");
});

test.for([
  { chance: 0, first: 750 },
  { chance: 0.5, first: 1000 },
  { chance: 1, first: 1250 },
])("by chance, the second attempt comes after $first ms", async ({ chance, first }) => {
  const { clock, laptop } = aWorld();
  laptop.chance = chance;
  const page = new Page(laptop);
  laptop.weather = () => cutOff;
  mark(page, "claim", 0, 6);
  await clock.pass(120 + 5 + first - 1);
  expect(page.asked.send).toBe(1);
  await clock.pass(1);
  expect(page.asked.send).toBe(2);
});

/** From now on, somebody else is always a little faster. */
function contend(server: Server): void {
  const apply = server.apply.bind(server);
  server.apply = (revision, operations) => {
    apply(server.log.length, [{ id: newId(), type: "set_article_note", note: "theirs" }]);
    return apply(revision, operations);
  };
}

test.for([
  { name: "that keeps changing elsewhere", trouble: contend },
  {
    name: "whose history is never the one that is known",
    trouble: (server: Server) => {
      server.apply = () => ({ kind: "parted" });
    },
  },
])("on a set $name, the attempts become rare", async ({ trouble }) => {
  const { clock, server, page } = aPage();
  trouble(server);
  mark(page, "claim", 0, 6);
  await clock.pass(200);
  expect(page.asked.send).toBe(3);
  await clock.pass(2800);
  expect(page.asked.send).toBe(3);
  await clock.pass(30_000);
  expect(page.asked.send).toBe(6);
});

test("a set that keeps changing elsewhere is not submitted, and that is said", async () => {
  const { clock, server, page } = aPage();
  contend(server);
  mark(page, "claim", 0, 6);
  const submitted = page.synced.submit();
  await clock.pass(1000);
  expect(await submitted).toEqual({
    ok: false,
    reason: "The annotation keeps changing in other places. Try again.",
  });
  expect(page.asked.send).toBe(13);
});

test("one operation that is refused again and again without a word is given up", async () => {
  const { clock, server, page } = aPage();
  server.apply = () => {
    return { kind: "refused", code: "conflict", reason: "Never mind.", operation: null };
  };
  mark(page, "claim", 0, 6);
  await clock.pass(3000);
  expect(page.asked.send).toBe(3);
  await clock.pass(60_000);
  expect(page.asked.send).toBe(4);
  expect(page.view.lost).toMatchObject([{ reason: "Never mind." }]);
});

test("a refusal that names a stranger names nobody", async () => {
  const { clock, server, page } = aPage();
  const apply = server.apply.bind(server);
  server.apply = (revision, operations) =>
    operations.length > 1
      ? { kind: "refused", code: "conflict", reason: "No.", operation: "stranger" }
      : apply(revision, operations);
  mark(page, "claim", 0, 6);
  mark(page, "claim", 7, 13);
  await clock.pass(1000);
  expect(server.log).toHaveLength(2);
  expect(page.view.lost).toEqual([]);
});

test("nothing is given up while nobody can say whether the set was submitted", async () => {
  const { clock, server, laptop, page } = aPage();
  server.submittedAt = SUBMITTED;
  laptop.weather = onlyWhatIsSent(page);
  mark(page, "claim", 0, 6);
  await clock.pass(120_000);
  expect(page.view).toMatchObject({ lost: [], saving: { state: "offline", unsent: 1 } });
  expect(page.asked.send).toBeLessThan(12);
});

test("nothing is sent to a set that is known as submitted", async () => {
  const { clock, page } = await workOnSubmittedSet();
  const { send } = page.asked;
  page.synced.flush();
  await clock.pass(60_000);
  expect(page.asked.send).toBe(send);
});

test("what may have arrived before a submission is asked for once", async () => {
  const { clock, server, laptop } = await workLeftBehind();
  server.submittedAt = SUBMITTED;
  const next = new Page(laptop);
  await clock.pass(60_000);
  expect(next.asked.send).toBe(1);
  expect(next.view.saving).toMatchObject({ state: "failed", unsent: 1, stored: true });
  // A page without work came and went: that is no news.
  const other = new Page(laptop);
  await clock.pass(100);
  other.crash();
  await clock.pass(60_000);
  expect(next.asked.send).toBe(1);
  void next.synced.reopen();
  await next.saved();
  expect(server.log).toHaveLength(1);
});

test("a history that is too long to be told whole is replaced by the state", async () => {
  const { clock, server, laptop, phone } = aWorld();
  server.mostHistory = 2;
  laptop.weather = () => cutOff;
  const page = new Page(laptop);
  mark(page, "claim", 0, 6);
  await clock.pass(1000);
  page.crash();
  const other = new Page(phone);
  for (let at = 0; at < 5; at += 1) other.synced.perform([note(`${at}`)]);
  await other.saved();
  laptop.weather = () => fine;
  const next = new Page(laptop);
  await next.saved();
  expect(next.asked.send).toBe(2);
  expect(contentOf(next.synced.current)).toEqual(contentOf(new Annotations(server.state)));
  expect(server.log).toHaveLength(6);
});

test("what an earlier version listed as lost is listed still", async () => {
  const { clock, laptop, page } = await unsentWork();
  page.crash();
  const [entry] = laptop.entries.values();
  if (!entry) throw new Error("not stored");
  const { sequence, ...old } = entry;
  expect(sequence).toBe(0);
  laptop.entries.set(old.id, { ...old, refused: "No." });
  const next = new Page(laptop);
  await clock.pass(100);
  expect(next.view.lost).toEqual([
    {
      id: old.id,
      operation: old.operation,
      reason: "No.",
      mentioned: { spans: [], relations: [] },
    },
  ]);
  expect(next.view.saving).toMatchObject({ state: "saved", unsent: 0 });
});

test("of what a crashed page left, the unsent is sent and the lost is listed", async () => {
  const { clock, server, laptop, page } = aPage();
  server.forbids = noNotes;
  page.synced.perform([note("mine")]);
  await page.saved();
  laptop.weather = () => cutOff;
  mark(page, "claim", 0, 6);
  await clock.pass(1000);
  page.crash();
  laptop.weather = () => fine;
  const next = new Page(laptop);
  await next.saved();
  expect(next.view.lost).toHaveLength(1);
  expect(server.batches).toEqual([1, 1]);
  // Taking up what is left once more does not list it twice.
  next.leave();
  next.comeBack();
  await clock.pass(100);
  expect(next.view.lost).toHaveLength(1);
});

test("what is taken over is stored as before", async () => {
  const { clock, laptop, page } = await unsentWork();
  page.crash();
  const next = new Page(laptop);
  await clock.pass(1000);
  expect(next.view.saving).toMatchObject({
    state: "offline",
    unsent: 1,
    stored: true,
    reason: null,
  });
});

test("each lost change is dismissed by itself", async () => {
  const { server, page } = aPage();
  server.forbids = () => "No.";
  page.synced.perform([note("one")]);
  page.synced.perform([note("two")]);
  await page.saved();
  page.synced.dismiss(page.view.lost[0]?.id ?? "");
  expect(page.view.lost).toMatchObject([{ operation: { note: "two" } }]);
});

test("what was listed as lost and arrives all the same is lost no longer", async () => {
  const { clock, server, laptop, page } = aPage();
  server.forbids = noNotes;
  page.synced.perform([note("late")]);
  page.synced.perform([note("never")]);
  await page.saved();
  server.forbids = () => null;
  const [late] = page.view.lost;
  if (late) server.apply(0, [late.operation]);
  mark(page, "claim", 0, 6);
  await page.saved();
  expect(page.view.lost).toMatchObject([{ operation: { note: "never" } }]);
  await clock.pass(100);
  expect([...laptop.entries.values()]).toMatchObject([{ operation: { note: "never" } }]);
});

test("what other pages tell while an answer is awaited is taken in after it", async () => {
  const { clock, laptop, page, other } = await twoPages();
  laptop.weather = () => ({ there: 5, back: 1000, again: null });
  mark(page, "claim", 0, 6);
  await clock.pass(130);
  laptop.weather = () => fine;
  mark(other, "claim", 7, 13);
  await clock.pass(500);
  expect(quotes(page)).toEqual(["Tehran"]);
  await clock.pass(1000);
  expect(quotes(page)).toEqual(["Tehran", "denied"]);
  expect(page.asked.fetch).toBe(0);
});

test("when they tell more than once, the server is asked", async () => {
  const { clock, laptop, page, other } = await twoPages();
  laptop.weather = () => ({ there: 5, back: 1000, again: null });
  mark(page, "claim", 0, 6);
  await clock.pass(130);
  laptop.weather = () => fine;
  mark(other, "claim", 7, 13);
  await other.saved();
  void other.synced.submit();
  await clock.pass(1500);
  expect(quotes(page)).toEqual(["Tehran", "denied"]);
  expect(page.view.submittedAt).toBe(SUBMITTED);
});

test("a page that is left sends at once what it can", async () => {
  const { clock, server, page } = aPage();
  mark(page, "claim", 0, 6);
  page.leave();
  await clock.pass(6);
  expect(server.log).toHaveLength(1);
});

test("a page that is left offline leaves its work to an open one at once", async () => {
  const { clock, laptop } = aWorld();
  const [page, other] = [new Page(laptop), new Page(laptop)];
  laptop.weather = () => cutOff;
  mark(page, "claim", 0, 6);
  await clock.pass(8000);
  const { send } = page.asked;
  page.leave();
  await clock.pass(20);
  expect(other.view.saving.unsent).toBe(1);
  await clock.pass(60_000);
  expect(page.asked.send).toBe(send);
});

test("who comes back to an article sends at once what is still unsent", async () => {
  const { clock, server, laptop, page } = await unsentWork();
  page.leave();
  await clock.pass(1000);
  laptop.weather = () => fine;
  page.comeBack();
  await clock.pass(6);
  expect(server.log).toHaveLength(1);
});

test("who does something after leaving keeps it from others until it is sent", async () => {
  const { clock, laptop } = aWorld();
  const [page, other] = [new Page(laptop), new Page(laptop)];
  await page.saved();
  page.leave();
  await clock.pass(1000);
  laptop.weather = () => ({ there: 500, back: 5, again: null });
  mark(page, "claim", 0, 6);
  await clock.pass(400);
  expect(other.view.saving.unsent).toBe(0);
  await clock.pass(1000);
  expect(other.view.saving.unsent).toBe(0);
  expect(quotes(other)).toEqual(["Tehran"]);
});

test("a page that is left on a submitted set with a full disk stores its work when there is room", async () => {
  const { clock, server, laptop } = aWorld();
  laptop.storage = "failing";
  const page = new Page(laptop);
  server.submittedAt = SUBMITTED;
  mark(page, "claim", 0, 6);
  await clock.pass(1000);
  page.leave();
  laptop.storage = "fine";
  await clock.pass(60_000);
  expect(laptop.unsent).toHaveLength(1);
  server.submittedAt = null;
  await new Page(laptop).saved();
  expect(server.log).toHaveLength(1);
});

test("reopening a set that was reopened elsewhere is done with", async () => {
  const { clock, server, laptop, phone } = aWorld();
  server.submittedAt = SUBMITTED;
  const page = new Page(laptop);
  const other = new Page(phone);
  void other.synced.reopen();
  await clock.pass(100);
  mark(other, "claim", 0, 6);
  await other.saved();
  const reopened = page.synced.reopen();
  await clock.pass(100);
  expect(await reopened).toEqual({ ok: true });
  expect(page.asked.close).toBe(1);
  expect(page.view.submittedAt).toBe(null);
});

test("reopening a set that has changed since asks once more", async () => {
  const { clock, server, laptop } = aWorld();
  const page = new Page(laptop, { set: { ...server.state, submittedAt: SUBMITTED } });
  server.apply(0, [{ id: newId(), type: "set_article_note", note: "theirs" }]);
  server.submittedAt = SUBMITTED;
  const reopened = page.synced.reopen();
  await clock.pass(100);
  expect(await reopened).toEqual({ ok: true });
  expect(page.view).toMatchObject({ submittedAt: null, note: "theirs" });
});

test("submitting while signed out says so", async () => {
  const { clock, laptop, page } = aPage();
  laptop.signedIn = false;
  mark(page, "claim", 0, 6);
  const submitted = page.synced.submit();
  await clock.pass(1000);
  expect(await submitted).toEqual({
    ok: false,
    reason: "You are signed out. Sign in again in another tab; your changes are kept here.",
  });
});

test("what is being typed is submitted, too", async () => {
  const { clock, server, page } = aPage();
  const release = page.synced.holdDraft(() => {
    release();
    page.synced.perform([note("typed")]);
  });
  void page.synced.submit();
  await clock.pass(1000);
  expect(server).toMatchObject({ submittedAt: SUBMITTED, state: { note: "typed" } });
});

test("what is being typed is taken when the reviewer goes to another article", async () => {
  const { clock, server, page } = aPage();
  const release = page.synced.holdDraft(() => {
    release();
    page.synced.perform([note("typed")]);
  });
  page.leave();
  await clock.pass(1000);
  expect(server.state.note).toBe("typed");
});

test("a draft is announced, and hides no trouble", async () => {
  const { clock, laptop, page } = aPage();
  laptop.weather = () => cutOff;
  let heard = 0;
  page.synced.subscribe(() => {
    heard += 1;
  });
  page.synced.holdDraft(() => undefined);
  expect(heard).toBe(1);
  page.synced.perform([note("one")]);
  await clock.pass(1000);
  expect(page.view.saving.state).toBe("offline");
});

test("that a draft was given up is announced, once", async () => {
  const { page } = aPage();
  await page.saved();
  const release = page.synced.holdDraft(() => undefined);
  const seen: string[] = [];
  page.synced.subscribe(() => seen.push(page.view.saving.state));
  release();
  release();
  expect(seen).toEqual(["saved"]);
});

test("of a copied set, what was kept cannot be undone without what was lost", async () => {
  const { server, page } = aPage();
  server.forbids = noNotes;
  const copied = [...addSpan(text, newId(), "claim", { start: 0, end: 6 }), note("x")];
  page.synced.perform(copied, { independent: true });
  await page.saved();
  expect(page.view.canUndo).toBe(false);
});

test("what undoes a gesture is one gesture, and is lost as one", async () => {
  const { server, page } = aPage();
  page.synced.perform([...addSpan(text, newId(), "claim", { start: 0, end: 6 }), note("x")]);
  await page.saved();
  server.forbids = ({ type }) => (type === "remove_span" ? "It stays." : null);
  page.synced.undo();
  expect(page.view.canRedo).toBe(true);
  await page.saved();
  expect(page.view).toMatchObject({ canRedo: false, lost: { length: 2 }, note: "x" });
});

test("a page that came back and crashed is taken over once more", async () => {
  const { clock, server, laptop, page, other } = await twoPages();
  laptop.weather = () => cutOff;
  mark(page, "claim", 0, 6);
  await clock.pass(5000);
  page.leave();
  await clock.pass(100);
  expect(other.view.saving.unsent).toBe(1);
  page.comeBack();
  await clock.pass(100);
  mark(page, "claim", 7, 13);
  await clock.pass(100);
  page.crash();
  laptop.weather = () => fine;
  await clock.pass(60_000);
  expect(server.state.spans).toHaveLength(2);
});

/** How many pages hold a queue or wait for one. */
const holdingOrWaiting = ({ locks }: Device) => [...locks.values()].flat().length;

test("each page holds its own queue and waits for the other's, and none once it is left", async () => {
  const { clock, laptop, page, other } = await twoPages();
  expect(holdingOrWaiting(laptop)).toBe(4);
  other.leave();
  await clock.pass(100);
  expect(holdingOrWaiting(laptop)).toBe(1);
  other.comeBack();
  await clock.pass(100);
  expect(holdingOrWaiting(laptop)).toBe(4);
  expect([page.defects, other.defects]).toEqual([[], []]);
});

test("who comes back before all is sent is one page, not two", async () => {
  const { clock, laptop, page } = workOnlyInThePage();
  page.leave();
  await clock.pass(1000);
  page.comeBack();
  await clock.pass(1000);
  expect([...laptop.channels.values()].map(({ size }) => size)).toEqual([1]);
  expect(holdingOrWaiting(laptop)).toBe(1);
});

test("who comes back takes over from a page that was open all the time", async () => {
  const { clock, server, laptop } = aWorld();
  laptop.weather = () => cutOff;
  const [page, other] = [new Page(laptop), new Page(laptop)];
  mark(page, "claim", 0, 6);
  await clock.pass(100);
  other.leave();
  other.comeBack();
  await clock.pass(100);
  page.crash();
  laptop.weather = () => fine;
  await clock.pass(1000);
  expect(server.log).toHaveLength(1);
});

test("who has left takes nothing over", async () => {
  const { clock, laptop, page } = await unsentWork();
  page.crash();
  const next = new Page(laptop);
  // The storage has told what is left, and the queue is about to be free.
  await clock.pass(2);
  next.leave();
  await clock.pass(1000);
  expect(next.view.saving.unsent).toBe(0);
});

test("without locks, who comes back does not take over from itself", async () => {
  const { clock, laptop } = aWorld();
  laptop.weather = () => cutOff;
  const page = new Page(laptop, { shared: false });
  mark(page, "claim", 0, 6);
  await clock.pass(100);
  page.leave();
  await clock.pass(100);
  const { send } = page.asked;
  page.comeBack();
  await clock.pass(500);
  expect(page.asked.send).toBe(send + 1);
  expect(laptop.unsent).toMatchObject([{ sequence: 0 }]);
});

test("a defect while a queue is taken over is told", async () => {
  const { clock, laptop, page, other } = await twoPages();
  mark(page, "claim", 0, 6);
  page.crash();
  laptop.store = () => {
    throw new Error("Nobody thought of this.");
  };
  await clock.pass(1000);
  expect(other.defects).toHaveLength(1);
});

test("a defect while it is taken up what was left is told, and the page opens", async () => {
  const { laptop } = await workLeftBehind();
  const store = laptop.store.bind(laptop);
  let asked = 0;
  laptop.store = (page, work) => {
    asked += 1;
    if (asked > 1) throw new Error("Nobody thought of this.");
    return store(page, work);
  };
  const page = new Page(laptop);
  await page.saved();
  expect(page.defects).toHaveLength(1);
});

function addedSpan(id: string): Intent {
  const [added] = addSpan(text, id, "claim", { start: 0, end: 6 });
  if (!added) throw new Error("nothing added");
  return added;
}

/** Spoils the one operation that is stored. */
function spoil({ entries }: Device, spoilt: object): string {
  const [entry] = entries.values();
  if (!entry) throw new Error("not stored");
  entries.set(entry.id, { ...entry, ...spoilt });
  return entry.id;
}

test.for([
  { name: "is none", spoilt: { operation: null } },
  {
    name: "is of a kind that is not known yet",
    spoilt: { operation: { id: "x", type: "colour" } },
  },
])(
  "a stored operation that $name is set aside and kept, and the page works",
  async ({ spoilt }) => {
    const { clock, server, laptop } = await workLeftBehind();
    const id = spoil(laptop, spoilt);
    const page = new Page(laptop);
    await page.saved();
    expect(page.view.unreadable).toMatchObject([{ id, record: spoilt }]);
    mark(page, "claim", 7, 13);
    await page.saved();
    await clock.pass(100);
    expect(server.state.spans).toHaveLength(1);
    expect([...laptop.entries.keys()]).toEqual([id]);
  },
);

test("a stored operation that is nonsense within is set aside with its queue, and told of", async () => {
  const { clock, server, laptop } = await workLeftBehind();
  const span = newId();
  server.apply(0, [{ id: newId(), ...addedSpan(span) }]);
  const fragments = "0-6";
  const operation = {
    id: newId(),
    type: "edit_span",
    span: { id: span, fragments, quote: "Tehran" },
  };
  const id = spoil(laptop, { operation });
  const page = new Page(laptop);
  await page.saved();
  expect(page.view).toMatchObject({ unreadable: [{ id }], spans: [{ id: span }] });
  expect(page.defects).toHaveLength(1);
  mark(page, "claim", 7, 13);
  await page.saved();
  await clock.pass(100);
  expect([...laptop.entries.keys()]).toEqual([id]);
});

test("a storage that does not answer is connected to anew", async () => {
  const { clock, laptop } = aWorld();
  laptop.storage = "slow";
  const page = new Page(laptop);
  await clock.pass(6000);
  expect(page.asked.reconnect).toBe(1);
});

test("what nobody can read is told once, and forgotten when the reviewer says so", async () => {
  const { clock, laptop } = await workLeftBehind();
  const id = spoil(laptop, { operation: null });
  const page = new Page(laptop);
  await page.saved();
  page.leave();
  page.comeBack();
  await clock.pass(100);
  expect(page.view.unreadable).toHaveLength(1);
  page.synced.dismiss(id);
  await clock.pass(100);
  expect(page.view.unreadable).toEqual([]);
  expect(laptop.entries.size).toBe(0);
});

test("of what nobody can read, each is dismissed by itself", async () => {
  const { clock, laptop, page } = await unsentWork();
  mark(page, "claim", 7, 13);
  await clock.pass(100);
  page.crash();
  for (const [id, entry] of laptop.entries) laptop.entries.set(id, { ...entry, revision: -1 });
  const next = new Page(laptop);
  await next.saved();
  const [first, second] = next.view.unreadable;
  next.synced.dismiss(first?.id ?? "");
  expect(next.view.unreadable).toEqual([second]);
});

test("what is done gets its id from its browser's clock", async () => {
  const { clock, server, laptop, page } = aPage();
  laptop.offset = -3_600_000;
  page.synced.perform([note("one")]);
  const made = newId(clock.now - 3_600_000).slice(0, 13);
  await page.saved();
  expect(server.log.map(({ id }) => id.slice(0, 13))).toEqual([made]);
});

test("who does something after leaving offline sends all of it once there is a way", async () => {
  const { clock, server, laptop, page } = await unsentWork();
  page.leave();
  await clock.pass(1000);
  laptop.weather = () => fine;
  mark(page, "claim", 7, 13);
  await clock.pass(1000);
  expect(server.state.spans).toHaveLength(2);
});

test("who submits after leaving offline sends first what is unsent", async () => {
  const { clock, server, laptop, page } = await unsentWork();
  page.leave();
  await clock.pass(1000);
  laptop.weather = () => fine;
  const submitted = page.synced.submit();
  await clock.pass(1000);
  expect(await submitted).toEqual({ ok: true });
  expect(server.log).toHaveLength(1);
});

test("a set of which something could not be sent is not submitted", async () => {
  const { clock, server, page } = aPage();
  mark(page, "claim", 0, 6);
  server.trouble = () => {
    server.trouble = () => null;
    return { kind: "later", reason: "Busy.", after: null };
  };
  const submitted = page.synced.submit();
  await clock.pass(50);
  expect(await submitted).toEqual({ ok: false, reason: "Busy." });
  expect(server.submittedAt).toBe(null);
});

test("what surely did not arrive before the submission is not sent after it", async () => {
  const { clock, server, laptop, page } = await unsentWork();
  const { send } = page.asked;
  server.submittedAt = SUBMITTED;
  laptop.weather = () => fine;
  page.synced.refresh();
  await clock.pass(60_000);
  expect(page.asked.send).toBe(send);
  expect(page.view.saving).toMatchObject({ state: "failed", unsent: 1 });
});

test("a page that was left with a full disk tries as often as an open one", async () => {
  const { clock, server, laptop, page } = workOnlyInThePage();
  page.leave();
  await clock.pass(1000);
  laptop.weather = () => fine;
  await clock.pass(3000);
  expect(server.log).toHaveLength(1);
});

/** A weather that lets nothing through which this page sends. */
function cutOffAlone({ asked }: Page): () => Weather {
  let { send } = asked;
  return () => {
    if (asked.send === send) return fine;
    send = asked.send;
    return cutOff;
  };
}

/** A weather that lets nothing through but what this page sends: the set cannot be fetched. */
function onlyWhatIsSent({ asked }: Page): () => Weather {
  let { send } = asked;
  return () => {
    if (asked.send === send) return cutOff;
    send = asked.send;
    return fine;
  };
}

test("trouble is over when another page tells that the server has it all", async () => {
  const { clock, laptop, page, other } = await twoPages();
  const span = mark(other, "claim", 0, 6);
  await other.saved();
  await clock.pass(100);
  laptop.weather = cutOffAlone(page);
  page.synced.perform(removeSpan(page.synced.current, span));
  await clock.pass(1000);
  expect(page.view.saving.state).toBe("offline");
  other.synced.perform(removeSpan(other.synced.current, span));
  await clock.pass(10_000);
  expect(page.view).toMatchObject({ lost: { length: 1 }, saving: { state: "saved" } });
  mark(page, "claim", 7, 13);
  expect(page.view.saving.state).toBe("saving");
});

test("while it is tried again, it is offline still", async () => {
  const { clock, laptop, page } = await unsentWork();
  laptop.weather = () => ({ there: 10_000, back: 5, again: null });
  page.synced.resume();
  await clock.pass(5000);
  mark(page, "claim", 7, 13);
  expect(page.view.saving.state).toBe("offline");
  await page.saved();
});

test("what is done while an answer is awaited waits for more of it, too", async () => {
  const { clock, server, laptop, page } = aPage();
  laptop.weather = () => ({ there: 5, back: 95, again: null });
  page.synced.perform([note("one")]);
  await clock.pass(170);
  page.synced.perform([note("two")]);
  await clock.pass(100);
  page.synced.perform([note("three")]);
  await page.saved();
  expect(server.batches).toEqual([1, 2]);
});

test("work that arrived is not lost, though the history is too long to tell of it", async () => {
  const { clock, server, laptop, phone, page } = await arrivedWithoutAnswer();
  laptop.weather = () => cutOff;
  await clock.pass(100);
  mark(page, "claim", 7, 13);
  await clock.pass(100);
  page.crash();
  server.mostHistory = 0;
  const other = new Page(phone);
  other.synced.perform([note("theirs")]);
  await other.saved();
  laptop.weather = () => fine;
  const next = new Page(laptop);
  await next.saved();
  expect(next.view).toMatchObject({ lost: [], spans: { length: 2 } });
});

test("work that arrived is not lost, though the answer that told of it was overtaken", async () => {
  const { clock, server, laptop, page } = await arrivedWithoutAnswer();
  const others = (words: string) =>
    server.apply(server.log.length, [{ id: newId(), ...note(words) }]);
  others("a");
  mark(page, "claim", 7, 13);
  laptop.weather = () => ({ there: 5, back: 1000, again: null });
  await clock.until(() => page.asked.send === 2);
  await clock.pass(10);
  others("b");
  laptop.weather = () => fine;
  page.synced.refresh();
  await clock.until(() => page.asked.fetch === 2);
  // The state has left the server, and what is sent then is not there yet.
  await clock.pass(7);
  others("c");
  await page.saved();
  expect(page.view).toMatchObject({ lost: [], spans: { length: 2 }, note: "c" });
});

test("a page that hears of what does not follow asks the server", async () => {
  const { clock, server, laptop } = aWorld();
  const page = new Page(laptop);
  await clock.pass(100);
  const before = server.state;
  server.apply(0, [{ id: newId(), ...note("theirs") }]);
  const other = new Page(laptop);
  mark(other, "claim", 0, 6);
  await clock.pass(1000);
  expect(before.note).toBe("");
  expect(page.view).toMatchObject({ note: "theirs", spans: { length: 1 } });
  expect(page.asked.fetch).toBe(1);
});

test("what is known already is no reason to ask", async () => {
  const { clock, server, laptop } = aWorld();
  server.apply(0, [{ id: newId(), ...note("theirs") }]);
  const page = new Page(laptop);
  await clock.pass(100);
  const [listening] = [...laptop.channels.values()].flatMap((one) => [...one]);
  listening?.receive({ kind: "applied", history: [], revision: 0 });
  await clock.pass(100);
  expect(page.asked.fetch).toBe(0);
});

test("of several things told while an answer is awaited, none is missed", async () => {
  const { clock, server, laptop, page } = await arrivedWithoutAnswer();
  page.crash();
  server.submittedAt = SUBMITTED;
  laptop.weather = () => ({ there: 100_000, back: 5, again: null });
  const next = new Page(laptop);
  await clock.pass(100);
  expect(next.asked.send).toBe(1);
  laptop.weather = () => fine;
  const other = new Page(laptop);
  await clock.pass(100);
  void other.synced.reopen();
  await clock.pass(100);
  mark(other, "denial", 7, 13);
  // Until nobody waits for the answer any more, and before it is tried again.
  await clock.pass(29_900);
  expect(next.view).toMatchObject({ submittedAt: null, spans: { length: 2 } });
});

test.for([
  { name: "was saved here", act: ({ page }: { page: Page }) => page },
  { name: "another page has saved", act: ({ other }: { other: Page }) => other },
])("an answer that lacks what $name meanwhile is no server that went back", async ({ act }) => {
  const { clock, laptop, page, other } = await twoPages();
  laptop.weather = () => ({ there: 5, back: 1000, again: null });
  page.synced.refresh();
  await clock.pass(10);
  laptop.weather = () => fine;
  mark(act({ page, other }), "claim", 0, 6);
  await clock.pass(2000);
  expect(page.view).toMatchObject({ forgotten: [], spans: [{ quote: "Tehran" }] });
});

test("where an answer may be old, how the set stands is asked again", async () => {
  const { clock, server, laptop, page } = aPage();
  await page.saved();
  laptop.weather = () => ({ there: 5, back: 1000, again: null });
  page.synced.refresh();
  await clock.pass(10);
  laptop.weather = () => fine;
  mark(page, "claim", 0, 6);
  await page.saved();
  server.submittedAt = SUBMITTED;
  await clock.pass(2000);
  expect(page.view.submittedAt).toBe(SUBMITTED);
});

/** A page that learnt from the state alone that its "Tehran" has arrived: it is unsent still. */
async function arrivedAndFetched() {
  const world = await arrivedWithoutAnswer();
  world.laptop.weather = () => fine;
  world.page.synced.refresh();
  await world.clock.pass(100);
  return world;
}

test("what turns out to have arrived long ago is told to the other pages", async () => {
  const { clock, laptop, page } = await arrivedAndFetched();
  const other = new Page(laptop, { set: new Server().state });
  await clock.pass(100);
  expect(quotes(other)).toEqual([]);
  await page.saved();
  await clock.pass(100);
  expect(quotes(other)).toEqual(["Tehran"]);
});

test("while nobody can tell what the server has of it, a page begins with what was fetched", async () => {
  const { clock, server, laptop, page } = await arrivedAndFetched();
  laptop.weather = onlyWhatIsSent(page);
  await clock.until(() => page.view.saving.unsent === 0);
  const fetched = server.state;
  expect(page.synced.beginningOf(fetched)).toBe(fetched);
});

test("an answer that is newer than all that was learnt meanwhile is taken at once", async () => {
  const { clock, server, laptop, page } = aPage();
  await page.saved();
  laptop.weather = () => ({ there: 500, back: 5, again: null });
  page.synced.refresh();
  await clock.pass(1);
  laptop.weather = () => fine;
  mark(page, "claim", 0, 6);
  await page.saved();
  server.apply(1, [{ id: newId(), ...note("theirs") }]);
  await clock.pass(1000);
  expect(page.view.note).toBe("theirs");
  expect(page.asked.fetch).toBe(1);
});

test("what was taken over and could not be kept is listed in its order by the next page", async () => {
  const { clock, server, laptop, page } = aPage();
  laptop.weather = () => cutOff;
  page.synced.perform([note("one")]);
  await clock.pass(100);
  page.crash();
  const next = new Page(laptop);
  next.synced.perform([note("two")]);
  await clock.pass(100);
  server.forbids = noNotes;
  laptop.weather = () => fine;
  await next.saved();
  await clock.pass(100);
  next.crash();
  const last = new Page(laptop);
  await last.saved();
  expect(last.view.lost).toMatchObject([
    { operation: { note: "one" } },
    { operation: { note: "two" } },
  ]);
});

test("what was taken over is shown while it is on its way", async () => {
  const { clock, laptop } = await workLeftBehind();
  laptop.weather = () => ({ there: 20_000, back: 5, again: null });
  const page = new Page(laptop);
  const seen: string[][] = [];
  page.synced.subscribe(() => seen.push(quotes(page)));
  await clock.pass(100);
  expect(seen.at(-1)).toEqual(["Tehran"]);
});

test("what an open page takes over is shown while it is on its way", async () => {
  const { clock, laptop, page, other } = await twoPages();
  laptop.weather = () => ({ there: 20_000, back: 5, again: null });
  mark(page, "claim", 0, 6);
  await clock.pass(50);
  page.crash();
  await clock.pass(100);
  expect(quotes(other)).toEqual(["Tehran"]);
});

/** Counts what is asked of the storage from now on. */
function countingStorage(device: Device): () => number {
  let asked = 0;
  const store = device.store.bind(device);
  device.store = (page, work) => {
    asked += 1;
    return store(page, work);
  };
  return () => asked;
}

test("a storage that has told what is there is not asked again", async () => {
  const { clock, laptop, page } = aPage();
  await page.saved();
  const asked = countingStorage(laptop);
  await clock.pass(120_000);
  expect([asked(), page.asked.reconnect]).toEqual([0, 0]);
});

test("where there is nothing to store, nothing is asked of the storage", async () => {
  const { clock, laptop, page } = aPage();
  await page.saved();
  const asked = countingStorage(laptop);
  page.synced.resend();
  await clock.pass(1000);
  expect(asked()).toBe(0);
});

test("a storage that fails is asked again in half a minute, as long as the page is open", async () => {
  const { clock, laptop } = aWorld();
  laptop.storage = "failing";
  const asked = countingStorage(laptop);
  const page = new Page(laptop);
  await clock.pass(100);
  expect(page.view.saving.state).toBe("saved");
  expect(asked()).toBe(1);
  await clock.pass(30_000);
  expect(asked()).toBe(2);
  page.leave();
  await clock.pass(120_000);
  expect(asked()).toBe(2);
  expect(page.asked.reconnect).toBe(0);
});

test("what the disk had no room for at first keeps its place", async () => {
  const { clock, server, laptop, page } = aPage();
  laptop.weather = () => cutOff;
  laptop.storage = "failing";
  page.synced.perform([note("one")]);
  await clock.pass(100);
  laptop.storage = "fine";
  page.synced.perform([note("two")]);
  await clock.pass(10_000);
  expect(page.view.saving.stored).toBe(true);
  page.crash();
  laptop.weather = () => fine;
  await new Page(laptop).saved();
  expect(server.state.note).toBe("two");
});

test.for(["resend", "letGo"] as const)(
  "work that arrived before a server went back is not lost by that (%s)",
  async (decide) => {
    const { clock, server, laptop, page } = await arrivedWithoutAnswer();
    laptop.weather = cutOffAlone(page);
    for (const words of ["a", "b"]) {
      server.apply(server.log.length, [{ id: newId(), ...note(words) }]);
    }
    page.synced.refresh();
    await clock.pass(100);
    mark(page, "claim", 7, 13);
    server.goBack(2);
    laptop.weather = () => fine;
    await clock.pass(3000);
    expect(page.view).toMatchObject({ forgotten: { length: 1 }, note: "b" });
    server.apply(2, [{ id: newId(), ...note("theirs") }]);
    page.synced[decide]();
    await page.saved();
    const kept = decide === "resend" ? "b" : "theirs";
    expect(page.view).toMatchObject({ lost: [], spans: { length: 2 }, note: kept });
  },
);

test("where the set has come to another scheme, the page is opened anew and has all that was not saved", async () => {
  const world = aWorld();
  const page = new Page(world.laptop);
  mark(page, "claim", 0, 6);
  await page.saved();
  const { revision } = world.server.state;
  world.server.apply(revision, [{ id: newId(), type: "set_article_note", note: "Carried over." }]);
  world.server.scheme = 2;
  world.server.mostHistory = 0; // as where the history has a change of the scheme in it
  mark(page, "denial", 7, 13);
  await world.clock.until(() => page.reopened > 0);
  expect(page.view).toMatchObject({
    note: "",
    spans: [{ quote: "Tehran" }, { quote: "denied" }],
    lost: [],
    saving: { unsent: 1, stored: true },
  });
  page.crash();
  const again = new Page(world.laptop);
  await again.saved();
  expect(again.view).toMatchObject({
    note: "Carried over.",
    spans: [{ quote: "Tehran" }, { quote: "denied" }],
    lost: [],
  });
  expect(again.reopened).toBe(0);
});

describe("what a set begins with", () => {
  const begins: readonly Intent[] = [{ type: "set_article_note", note: "As begun." }];
  const begun = () => {
    const world = aWorld();
    return { ...world, page: new Page(world.laptop, { begins }) };
  };

  test("comes with its first change, as one step, and with no other", async () => {
    const { page, server } = begun();
    expect(page.view.note).toBe("");
    mark(page, "claim", 0, 6);
    expect(page.view.note).toBe("As begun.");
    page.synced.perform([{ type: "set_article_note", note: "" }]);
    mark(page, "denial", 7, 13);
    await page.saved();
    expect([server.state.note, server.state.spans.length, server.state.revision]).toEqual([
      "",
      2,
      4,
    ]);
    for (let steps = 0; steps < 3; steps += 1) await page.synced.undo();
    expect([page.view.note, page.view.spans]).toEqual(["", []]);
  });

  test("gives way to what the first change says itself", async () => {
    const { page, server } = begun();
    page.synced.perform([{ type: "set_article_note", note: "Mine." }]);
    await page.saved();
    expect(server.state.note).toBe("Mine.");
  });

  test("is there before it is submitted as it is, once", async () => {
    const { page, server, clock } = begun();
    page.synced.begin();
    page.synced.begin();
    const submitting = page.synced.submit();
    await clock.pass(1000);
    expect(await submitting).toEqual({ ok: true });
    expect([server.state.note, server.state.revision]).toEqual(["As begun.", 1]);
    page.synced.begin();
    expect(page.view.lost).toEqual([]);
  });

  test("is nothing to a set that somebody has worked in", async () => {
    const { page, laptop, server } = begun();
    page.synced.perform([{ type: "set_article_note", note: "" }]);
    mark(page, "claim", 0, 6);
    page.synced.perform([{ type: "set_article_note", note: "" }]);
    await page.saved();
    const later = new Page(laptop, { begins });
    later.synced.begin();
    mark(later, "denial", 7, 13);
    await later.saved();
    expect(server.state.note).toBe("");
  });
});
