import { expect, test } from "vitest";
import { addRelation, addSpan, relabel, removeSpan } from "@/lib/annotator/edits";
import { linksBetween } from "@/lib/annotator/linking";
import { Annotations, type Change, type Intent } from "@/lib/domain/operation";
import { Refusal } from "@/lib/domain/refusal";
import { defaultScheme } from "@/lib/domain/scheme";
import { isIdle, stepsBetween } from "@/lib/sync/difference";
import {
  aWorld,
  contentOf,
  context,
  cutOff,
  type Dice,
  dice,
  fine,
  newId,
  Page,
  Server,
  SUBMITTED,
  text,
} from "./sync-world";

// A database that went back in time under an open page: a restored backup, a replica that was
// behind and took over. The text begins "Tehran denied it.": 0-6 is "Tehran", 7-13 "denied".

function mark({ synced }: Page, start: number, end: number, label = "claim"): string {
  const id = newId();
  synced.perform(addSpan(text, id, label, { start, end }));
  return id;
}

const note = (words: string): Intent => ({ type: "set_article_note", note: words });
const quotes = ({ view }: Page) => view.spans.map(({ quote }) => quote);

/** What is said as long as the reviewer has not decided. */
const undecided = "The server has gone back to an earlier state. Decide about what it lacks.";

/** A page whose two marks the server had, and has forgotten; what it does next finds that out. */
async function forgottenMarks() {
  const world = aWorld();
  const page = new Page(world.laptop);
  page.synced.perform([note("kept")]);
  await page.saved();
  mark(page, 0, 6);
  mark(page, 7, 13);
  await page.saved();
  world.server.goBack(1);
  return { ...world, page };
}

/** The same, and the page has noticed. */
async function noticedMarks() {
  const world = await forgottenMarks();
  world.page.synced.refresh();
  await world.clock.pass(100);
  return world;
}

test.for([
  { name: "sends", act: (page: Page) => page.synced.perform([note("new")]), unsent: 3 },
  { name: "asks how the set stands", act: (page: Page) => page.synced.refresh(), unsent: 2 },
])("a page that $name says so, keeps all it has, and waits", async ({ act, unsent }) => {
  const { clock, server, page } = await forgottenMarks();
  act(page);
  await clock.pass(60_000);
  expect(page.view).toMatchObject({
    spans: [{ quote: "Tehran" }, { quote: "denied" }],
    forgotten: [{ type: "add_span" }, { type: "add_span" }],
    lost: [],
    saving: {
      state: "failed",
      unsent,
      stored: true,
      reason: undecided,
    },
  });
  expect(server.log).toHaveLength(1);
});

test("what is sent again comes before what was done since", async () => {
  const { server, page } = await noticedMarks();
  const [first] = page.view.spans;
  page.synced.perform(removeSpan(page.synced.current, first?.id ?? ""));
  page.synced.resend();
  expect(page.view.saving.state).toBe("saving");
  await page.saved();
  expect(server.log.map(({ type }) => type)).toEqual([
    "set_article_note",
    "add_span",
    "add_span",
    "remove_span",
  ]);
  expect(page.view).toMatchObject({ forgotten: [], lost: [], spans: [{ quote: "denied" }] });
});

test("what is let go of is gone, and what needed it is listed as lost", async () => {
  const { clock, server, laptop, page } = await noticedMarks();
  const [first] = page.view.spans;
  page.synced.perform([
    { type: "edit_span", span: { id: first?.id ?? "", attributes: { certainty: "certain" } } },
  ]);
  mark(page, 14, 16);
  page.synced.letGo();
  await page.saved();
  expect(quotes(page)).toEqual(["it"]);
  expect(server.state.spans).toHaveLength(1);
  expect(page.view).toMatchObject({ forgotten: [], lost: [{ operation: { type: "edit_span" } }] });
  await clock.pass(100);
  expect([...laptop.entries.values()]).toMatchObject([{ operation: { type: "edit_span" } }]);
});

test("what is let go of is gone at once", async () => {
  const { page } = await noticedMarks();
  page.synced.letGo();
  expect(page.view).toMatchObject({ spans: [], forgotten: [] });
});

test("the next page asks the same, with all that was there", async () => {
  const { clock, server, laptop, page } = await noticedMarks();
  mark(page, 14, 16);
  await clock.pass(100);
  page.crash();
  const next = new Page(laptop);
  await clock.pass(60_000);
  expect(quotes(next)).toEqual(["Tehran", "denied", "it"]);
  expect(next.view).toMatchObject({
    forgotten: { length: 2 },
    saving: { unsent: 3, stored: true },
  });
  expect(server.log).toHaveLength(1);
  next.synced.resend();
  await next.saved();
  await clock.pass(100);
  expect(server.state.spans).toHaveLength(3);
  expect(laptop.entries.size).toBe(0);
});

test("who goes to another article and back begins with what was known, and notices", async () => {
  const { clock, server, laptop, page } = await forgottenMarks();
  page.leave();
  await clock.pass(1000);
  const fetched = server.state;
  const next = new Page(laptop, { set: page.synced.beginningOf(fetched) });
  next.synced.refresh();
  await clock.pass(100);
  expect(next.view).toMatchObject({ forgotten: { length: 2 }, spans: { length: 2 } });
});

test.for([
  { name: "further on", others: 0, fetched: 4, forgotten: 0 },
  { name: "as long, and another one", others: 2, fetched: 3, forgotten: 2 },
  { name: "longer, and another one", others: 5, fetched: 6, forgotten: 2 },
])("who comes back to a history that is $name, finds that out", async (kind) => {
  const { clock, server, laptop, page } = await forgottenMarks();
  if (kind.others === 0) {
    page.synced.refresh();
    await clock.pass(100);
    page.synced.resend();
    await page.saved();
  }
  page.leave();
  for (let other = 0; other < Math.max(1, kind.others); other += 1) {
    server.apply(server.log.length, [{ id: newId(), ...note(`${other}`) }]);
  }
  const fetched = server.state;
  expect(fetched.revision).toBe(kind.fetched);
  expect(page.synced.differsFrom(fetched)).toBe(true);
  const next = new Page(laptop, { set: page.synced.beginningOf(fetched) });
  next.synced.refresh();
  await clock.pass(100);
  expect(next.view).toMatchObject({
    forgotten: { length: kind.forgotten },
    spans: { length: 2 },
    note: `${Math.max(0, kind.others - 1)}`,
  });
});

test("what was fetched is begun with where it is what is known", async () => {
  const { server, page } = await forgottenMarks();
  expect(page.synced.beginningOf(server.state)).toMatchObject({ revision: 3, note: "kept" });
  page.synced.letGo();
  const same = { ...server.state, head: page.synced.beginningOf(server.state).head };
  expect(page.synced.beginningOf(same)).toBe(same);
});

test("what was decided is not asked again by the next page", async () => {
  const { clock, laptop, page } = await noticedMarks();
  laptop.weather = () => cutOff;
  page.synced.resend();
  await clock.pass(1000);
  page.crash();
  const next = new Page(laptop);
  await clock.pass(100);
  expect(next.view).toMatchObject({ forgotten: [], saving: { unsent: 2 } });
  laptop.weather = () => fine;
  await next.saved();
});

test("of two pages of a browser, both ask; what the one has sent again, the other does not offer", async () => {
  const { clock, server, laptop, page } = await forgottenMarks();
  const fresh = server.state;
  const other = new Page(laptop, { set: page.view.spans.length ? { ...fresh } : fresh });
  await clock.pass(100);
  const third = new Page(laptop, {
    set: { ...fresh, revision: 3, spans: [...page.view.spans], relations: [] },
  });
  await clock.pass(100);
  page.synced.refresh();
  await clock.pass(100);
  expect([page, other, third].map(({ view }) => view.forgotten.length)).toEqual([2, 0, 2]);
  page.synced.resend();
  await page.saved();
  await clock.pass(1000);
  expect([page, other, third].map(({ view }) => view.forgotten.length)).toEqual([0, 0, 0]);
  expect(server.log).toHaveLength(3);
  expect(laptop.entries.size).toBe(0);
});

test.for([false, true])(
  "when the server has it after all, nobody is asked any more (by the next page: %s)",
  async (byNext) => {
    const { clock, server, laptop, page } = await noticedMarks();
    const { spans } = page.view;
    await clock.pass(100_000);
    if (byNext) page.crash();
    const asked = byNext ? new Page(laptop) : page;
    await clock.pass(100);
    expect(asked.view.forgotten).toHaveLength(2);
    // The replica has caught up.
    for (const span of spans) {
      server.apply(server.log.length, [{ id: newId(), type: "add_span", span }]);
    }
    await clock.pass(35_000);
    expect(asked.view).toMatchObject({
      forgotten: [],
      lost: [],
      spans: { length: 2 },
      saving: { state: "saved" },
    });
    expect(laptop.entries.size).toBe(0);
    const { fetch } = asked.asked;
    await clock.pass(120_000);
    expect(asked.asked.fetch).toBe(fetch);
  },
);

test("what is there after all goes, of whichever kind it is", async () => {
  const { clock, server, laptop } = aWorld();
  const page = new Page(laptop);
  const claim = mark(page, 0, 6);
  const denial = mark(page, 7, 13, "denial");
  const source = mark(page, 14, 16, "attribution");
  const other = mark(page, 19, 22);
  const link = (one: string, to: string) => {
    const { spans } = page.synced.current;
    const [from, target] = [spans.get(one), spans.get(to)];
    const [first] =
      from && target ? linksBetween(defaultScheme, page.synced.current, from, target) : [];
    if (first) page.synced.perform(addRelation(newId(), first));
  };
  link(denial, claim);
  await page.saved();
  const { length } = server.log;
  const [denies] = page.view.relations;
  page.synced.perform([{ type: "remove_relation", relation: { id: denies?.id ?? "" } }]);
  page.synced.perform(removeSpan(page.synced.current, other));
  const attributes = { certainty: "certain" };
  page.synced.perform([{ type: "edit_span", span: { id: claim, attributes } }]);
  link(source, claim);
  page.synced.perform([note("x")]);
  await page.saved();
  const late = server.log.slice(length);
  server.goBack(length);
  page.synced.refresh();
  await clock.pass(100);
  expect(page.view.forgotten.map(({ type }) => type).sort()).toEqual([
    "add_relation",
    "edit_span",
    "remove_relation",
    "remove_span",
    "set_article_note",
  ]);
  for (const { revision, ...operation } of late) server.apply(revision - 1, [operation]);
  await clock.pass(35_000);
  expect(page.view).toMatchObject({ forgotten: [], lost: [], saving: { state: "saved" } });
});

test("what the server has forgotten and does not fit any more is asked, and then lost", async () => {
  const { clock, server, laptop } = aWorld();
  const page = new Page(laptop);
  const span = mark(page, 0, 6);
  await page.saved();
  page.synced.perform([
    { type: "edit_span", span: { id: span, attributes: { certainty: "certain" } } },
  ]);
  await page.saved();
  server.goBack(1);
  page.synced.refresh();
  await clock.pass(100);
  server.apply(1, [{ id: newId(), type: "remove_span", span: { id: span } }]);
  page.synced.refresh();
  await clock.pass(100);
  expect(page.view).toMatchObject({ spans: [], forgotten: { length: 1 } });
  page.synced.resend();
  await page.saved();
  expect(page.view).toMatchObject({ forgotten: [], lost: [{ operation: { type: "edit_span" } }] });
  expect(page.defects).toEqual([]);
});

test("a server that goes back again is looked at as often as before", async () => {
  const { clock, server, page } = await noticedMarks();
  await clock.pass(10_000);
  server.goBack(0);
  page.synced.refresh();
  await clock.pass(100);
  expect(page.view.forgotten).toHaveLength(3);
  const { fetch } = page.asked;
  await clock.pass(110_000);
  expect(page.asked.fetch).toBe(fetch + 3);
});

test("a state that is as known leaves all as it is", async () => {
  const { clock, laptop } = aWorld();
  const page = new Page(laptop);
  mark(page, 0, 6);
  await page.saved();
  const { spans } = page.view;
  page.synced.refresh();
  await clock.pass(100);
  expect(page.view.spans).toBe(spans);
});

test("a page that is left does not ask for what was forgotten", async () => {
  const { clock, page } = await noticedMarks();
  page.leave();
  const { fetch } = page.asked;
  await clock.pass(120_000);
  expect(page.asked.fetch).toBe(fetch);
});

test("a server that lost nothing but numbers is no trouble", async () => {
  const { clock, server, laptop } = aWorld();
  const page = new Page(laptop);
  mark(page, 0, 6);
  page.synced.undo();
  await page.saved();
  server.goBack(0);
  mark(page, 7, 13);
  await page.saved();
  await clock.pass(100);
  expect(page.view.forgotten).toEqual([]);
  expect(server.state.spans).toHaveLength(1);
});

test("trouble is over once a server answers that has gone back and lost nothing", async () => {
  const { clock, server, laptop } = aWorld();
  const page = new Page(laptop);
  mark(page, 0, 6);
  page.synced.undo();
  await page.saved();
  laptop.weather = () => cutOff;
  mark(page, 7, 13);
  await clock.pass(1000);
  expect(page.view.saving.state).toBe("offline");
  server.goBack(0);
  laptop.weather = () => fine;
  await page.saved();
  expect(server.state.spans).toHaveLength(1);
});

test("a server that takes the history that is known for another one is no trouble", async () => {
  const { server, laptop } = aWorld();
  const page = new Page(laptop);
  mark(page, 0, 6);
  await page.saved();
  server.compared = () => ({ ...server.state, common: server.state });
  server.apply = () => {
    Reflect.deleteProperty(server, "apply");
    return { kind: "parted" };
  };
  mark(page, 7, 13);
  await page.saved();
  expect(server.state.spans).toHaveLength(2);
  expect(page).toMatchObject({ defects: [], view: { forgotten: [] } });
});

test("what a database says that stood in for a while does not count against what was saved since", async () => {
  const { clock, server, laptop } = aWorld();
  const page = new Page(laptop);
  mark(page, 0, 6);
  await page.saved();
  const standIn = new Server();
  for (let at = 0; at < 3; at += 1) standIn.apply(at, [{ id: newId(), ...note(`${at}`) }]);
  server.compared = (head) => standIn.compared(head);
  laptop.weather = () => ({ there: 5, back: 1000, again: null });
  page.synced.refresh();
  await clock.pass(10);
  Reflect.deleteProperty(server, "compared");
  laptop.weather = () => fine;
  mark(page, 7, 13);
  await page.saved();
  await clock.pass(2000);
  expect(page.view).toMatchObject({ forgotten: [], note: "", spans: { length: 2 } });
});

const workedOn = [
  { how: "asks how the set stands", act: (page: Page) => page.synced.refresh(), sent: [] },
  {
    how: "sends",
    act: (page: Page) => void mark(page, 14, 16, "denial"),
    sent: ["it"],
  },
  { how: "submits", act: (page: Page) => void page.synced.submit(), sent: [] },
  { how: "reopens", act: (page: Page) => void page.synced.reopen(), sent: [] },
];

test.for([1, 2, 3, 7].flatMap((others) => workedOn.map((page) => ({ others, ...page }))))(
  "a server that was worked on since ($others operations) is found out by a page that $how",
  async ({ others, act, sent }) => {
    const { clock, server, page } = await forgottenMarks();
    for (let other = 1; other < others; other += 1) {
      server.apply(server.log.length, [{ id: newId(), ...note(`${other}`) }]);
    }
    const [span] = addSpan(text, newId(), "attribution", { start: 19, end: 22 });
    if (span) server.apply(server.log.length, [{ id: newId(), ...span }]);
    act(page);
    await clock.pass(60_000);
    expect(page.view.forgotten).toMatchObject([{ type: "add_span" }, { type: "add_span" }]);
    expect(page.view).toMatchObject({ lost: [], submittedAt: null });
    // What others did since stays, and nothing of it is offered for removal.
    expect(quotes(page)).toEqual(["Tehran", "denied", ...sent, "The"]);
    page.synced.resend();
    await page.saved();
    expect(server.state.spans).toHaveLength(3 + sent.length);
    expect(server.state.note).toBe(others === 1 ? "kept" : `${others - 1}`);
  },
);

test("what was removed before the server went back is offered for removal, though others went on", async () => {
  const { clock, server, laptop } = aWorld();
  const page = new Page(laptop);
  const [gone, edited] = [mark(page, 0, 6), mark(page, 7, 13)];
  await page.saved();
  const revision = server.log.length;
  page.synced.perform(removeSpan(page.synced.current, gone));
  page.synced.perform([
    { type: "edit_span", span: { id: edited, attributes: { certainty: "certain" } } },
  ]);
  await page.saved();
  server.goBack(revision);
  const patch = { polarity: "negative" };
  for (const id of [gone, edited]) {
    server.apply(server.log.length, [
      { id: newId(), type: "edit_span", span: { id, attributes: patch } },
    ]);
  }
  page.synced.refresh();
  await clock.pass(100);
  expect(page.view.forgotten.map(({ type }) => type).sort()).toEqual(["edit_span", "remove_span"]);
  page.synced.resend();
  await page.saved();
  expect(server.state.spans).toMatchObject([
    { id: edited, attributes: { certainty: "certain", polarity: "negative" } },
  ]);
});

test("a page that knows the lost history takes nothing from one that has gone on in the other", async () => {
  const { clock, server, laptop, page } = await forgottenMarks();
  const unaware = new Page(laptop, { set: page.synced.beginningOf(server.state) });
  server.apply(1, [{ id: newId(), ...note("a") }]);
  server.apply(2, [{ id: newId(), ...note("b") }]);
  await clock.pass(100);
  const aware = new Page(laptop);
  await clock.pass(100);
  expect(aware.view.saving.state).toBe("saved");
  aware.synced.perform([note("c")]);
  await aware.saved();
  await clock.pass(1000);
  expect(unaware.view).toMatchObject({ forgotten: { length: 2 }, spans: { length: 2 }, note: "c" });
});

test("what a server accepted before it went back is sent again by whoever noticed first", async () => {
  const { clock, server, laptop } = aWorld();
  const page = new Page(laptop);
  mark(page, 0, 6);
  await page.saved();
  laptop.weather = () => ({ ...fine, back: 5000 });
  mark(page, 7, 13);
  await clock.pass(1000);
  expect(server.log).toHaveLength(2);
  server.goBack(0);
  laptop.weather = () => fine;
  page.synced.refresh();
  await clock.pass(10_000);
  expect(quotes(page)).toEqual(["Tehran", "denied"]);
  page.synced.resend();
  await page.saved();
  expect(server.state.spans).toHaveLength(2);
});

test("nothing is submitted before the reviewer has decided", async () => {
  const { clock, server, page } = await forgottenMarks();
  const submitted = page.synced.submit();
  await clock.pass(1000);
  expect(await submitted).toEqual({ ok: false, reason: undecided });
  const again = page.synced.submit();
  await clock.pass(1000);
  expect(await again).toEqual({ ok: false, reason: undecided });
  expect(server.submittedAt).toBe(null);
  page.synced.resend();
  void page.synced.submit();
  await clock.pass(1000);
  expect(server).toMatchObject({ submittedAt: SUBMITTED, log: { length: 3 } });
});

test("what was submitted before, too, is not called submitted before the reviewer has decided", async () => {
  const { clock, server, page } = await forgottenMarks();
  server.submittedAt = SUBMITTED;
  const submitted = page.synced.submit();
  await clock.pass(1000);
  expect(await submitted).toEqual({ ok: false, reason: undecided });
});

test("a submission that the server went back on does not count, and how the set stands is asked again", async () => {
  const { clock, server, laptop } = aWorld();
  const page = new Page(laptop);
  mark(page, 0, 6);
  await page.saved();
  laptop.weather = () => ({ there: 5, back: 1000, again: null });
  const submitted = page.synced.submit();
  await clock.pass(10);
  server.goBack(0);
  laptop.weather = () => fine;
  page.synced.refresh();
  await clock.pass(100);
  expect(page.view).toMatchObject({ submittedAt: null, forgotten: { length: 1 } });
  // As another device has it since.
  server.submittedAt = SUBMITTED;
  await clock.pass(2000);
  expect(await submitted).toEqual({ ok: false, reason: undecided });
  expect(page.view).toMatchObject({ submittedAt: SUBMITTED, forgotten: { length: 1 } });
});

test("what was submitted before, too, can be reopened at once", async () => {
  const { clock, server, page } = await forgottenMarks();
  server.submittedAt = SUBMITTED;
  const known = new Page(page.device, {
    set: { ...server.state, revision: 3, spans: page.view.spans },
  });
  const reopened = known.synced.reopen();
  await clock.pass(100);
  expect(await reopened).toEqual({ ok: true });
  expect(known.view).toMatchObject({ submittedAt: null, forgotten: { length: 2 } });
});

test("a set that was submitted then is reopened before anything is sent", async () => {
  const { clock, server, page } = await forgottenMarks();
  server.submittedAt = SUBMITTED;
  page.synced.refresh();
  await clock.pass(100);
  page.synced.resend();
  await clock.pass(1000);
  expect(page.view).toMatchObject({ submittedAt: SUBMITTED, saving: { unsent: 2 } });
  void page.synced.reopen();
  await page.saved();
  expect(server.log).toHaveLength(3);
});

test("what the disk has no room for is stored when there is", async () => {
  const { clock, laptop, page } = await forgottenMarks();
  laptop.storage = "failing";
  page.synced.refresh();
  await clock.pass(1000);
  expect(page.view.saving.stored).toBe(false);
  laptop.storage = "fine";
  await clock.pass(60_000);
  expect(page.view).toMatchObject({ forgotten: { length: 2 }, saving: { stored: true } });
});

/** A set put together at random. */
function someSet(roll: Dice): Annotations {
  const set = new Annotations();
  const ids = ["a", "b", "c", "d", "e"];
  const attempt = (intents: readonly Intent[]) => {
    try {
      for (const intent of intents) set.apply(intent, context);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
    }
  };
  for (let turn = 0; turn < 12; turn += 1) {
    const id = ids[roll(ids.length)] ?? "a";
    const span = set.spans.get(id);
    const label = defaultScheme.labels[roll(3)]?.name ?? "claim";
    const other = [...set.spans.values()][roll(5)];
    if (!span) {
      const start = text.boundaryBefore(roll(text.length - 8));
      const range = { start, end: text.boundaryAfter(start + 2 + roll(6)) };
      attempt(addSpan(text, id, label, range));
    } else if (other && roll(2)) {
      const links = linksBetween(defaultScheme, set, span, other);
      const link = links[roll(Math.max(1, links.length))];
      if (link) attempt(addRelation(`${span.id}${other.id}${link.rule.name}`, link));
    } else if (roll(2)) attempt(relabel(defaultScheme, set, span, label));
    else attempt([note(`${roll(3)}`)]);
  }
  return set;
}

test.for(Array.from({ length: 200 }, (_, index) => index + 1))(
  "the steps between two sets make the one into the other (seed %i)",
  (seed) => {
    const roll = dice(seed);
    const [from, to] = [someSet(roll), someSet(roll)];
    const reached = new Annotations({
      spans: from.spans.values(),
      relations: from.relations.values(),
      note: from.note,
    });
    for (const step of stepsBetween(from, to, context)) reached.apply(step, context);
    expect(contentOf(reached)).toEqual(contentOf(to));
    expect(stepsBetween(to, reached, context)).toEqual([]);
  },
);

test("two spans that change places make way for each other, with their relations", () => {
  const [from, to] = [new Annotations(), new Annotations()];
  const at = (id: string, label: string, start: number, end: number) =>
    addSpan(text, id, label, { start, end });
  const denies = { type: "denies", id: "r", from: "c", to: "a", attributes: {} } as const;
  const relation: Intent = { type: "add_relation", relation: denies };
  const denial = at("c", "denial", 14, 16);
  const before = [...at("a", "claim", 0, 6), ...at("b", "claim", 7, 13), ...denial, relation];
  const after = [...at("a", "claim", 7, 13), ...at("b", "claim", 0, 6), ...denial, relation];
  for (const intent of before) from.apply(intent, context);
  for (const intent of after) to.apply(intent, context);
  const steps = stepsBetween(from, to, context);
  for (const step of steps) from.apply(step, context);
  expect(contentOf(from)).toEqual(contentOf(to));
  expect(steps.map(({ type }) => type)).toEqual([
    "remove_relation",
    "remove_span",
    "edit_span",
    "add_span",
    "add_relation",
  ]);
});

const addedSpan = {
  id: "a",
  label: "claim",
  fragments: [{ start: 0, end: 6 }],
  quote: "Tehran",
  attributes: {},
};

test("what the scheme does not have any more comes last", () => {
  const rumour = { ...addedSpan, label: "rumour" };
  const to = new Annotations({ spans: [rumour], relations: [], note: "x" });
  expect(stepsBetween(new Annotations(), to, context).map(({ type }) => type)).toEqual([
    "set_article_note",
    "add_span",
  ]);
});

test("a span that another one makes room for is moved after it", () => {
  const [from, to] = [new Annotations(), new Annotations()];
  const claim = (id: string, start: number, end: number) =>
    addSpan(text, id, "claim", { start, end });
  for (const step of [...claim("a", 0, 6), ...claim("b", 7, 13)]) from.apply(step, context);
  for (const step of [...claim("a", 7, 13), ...claim("b", 14, 16)]) to.apply(step, context);
  const steps = stepsBetween(from, to, context);
  expect(steps).toMatchObject([
    { type: "edit_span", span: { id: "b" } },
    { type: "edit_span", span: { id: "a" } },
  ]);
});

const denies = { id: "r", type: "denies", from: "a", to: "b", attributes: {} };
test.for([
  { name: "the same note", before: "x", after: "x", kind: "note", idle: true },
  { name: "another note", before: "x", after: "y", kind: "note", idle: false },
  { name: "a span that comes", before: null, after: addedSpan, kind: "span", idle: false },
  { name: "a span that goes", before: addedSpan, after: null, kind: "span", idle: false },
  { name: "the same span", before: addedSpan, after: { ...addedSpan }, kind: "span", idle: true },
  {
    name: "a span of another label, and with an attribute",
    before: addedSpan,
    after: { ...addedSpan, label: "denial", attributes: { scope: "general" } },
    kind: "span",
    idle: false,
  },
  { name: "a relation that comes", before: null, after: denies, kind: "relation", idle: false },
  { name: "a relation that goes", before: denies, after: null, kind: "relation", idle: false },
  { name: "the same relation", before: denies, after: denies, kind: "relation", idle: true },
  {
    name: "a relation to another span",
    before: denies,
    after: { ...denies, to: "c" },
    kind: "relation",
    idle: false,
  },
] as readonly (Change & { name: string; idle: boolean })[])(
  "$name: nothing is different: $idle",
  ({ name: _, idle, ...change }) => {
    expect(isIdle(change)).toBe(idle);
  },
);
