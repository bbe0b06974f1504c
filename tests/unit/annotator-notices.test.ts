import { describe, expect, test } from "vitest";
import { OWN_SET } from "@/lib/annotator/layers";
import { canRedo, redo, visit } from "@/lib/annotator/lost-changes";
import type { LostChange, SavingState } from "@/lib/annotator/notices";
import type { ReadOnlySet } from "@/lib/annotator/working-set";
import type { Operation } from "@/lib/domain/operation";
import type { Span } from "@/lib/domain/span";
import { aPage, pictured, related } from "./annotator-page";

/** Goes to the place of a lost change, as its button does. */
function show({ annotator, commands }: ReturnType<typeof aPage>, change: LostChange): void {
  const place = visit(annotator, change);
  if (place) commands.revealAt(place.offset);
}

const article = "[c1:Tehran forged it], [a1:the ministry] said. [d1:It denied that].";
const saved: SavingState = {
  state: "saved",
  unsent: 0,
  stored: true,
  storable: true,
  reason: null,
};
const imported: ReadOnlySet = {
  id: "i",
  kind: "imported",
  annotator: "a9",
  spans: pictured(article).spans,
  relations: [],
};

const spanNamed = (id: string): Span => {
  const span = pictured(article).spans.find((one) => one.id === id);
  if (!span) throw new Error(`No ${id}.`);
  return span;
};

/** A change of the article's picture that could not be kept, because what it changes is gone. */
function lost(
  operation: Operation,
  spans: readonly Span[] = [],
  relations: readonly string[] = [],
) {
  return {
    id: operation.id,
    operation,
    reason: "This span is no longer there.",
    mentioned: { spans, relations: relations.map(related) },
  } satisfies LostChange;
}

const certain = lost(
  { id: "o1", type: "edit_span", span: { id: "c1", attributes: { certainty: "certain" } } },
  [spanNamed("c1")],
);

const said = ({ annotator }: ReturnType<typeof aPage>) =>
  annotator.state().announcements.map(({ words }) => words);
const told = ({ annotator }: ReturnType<typeof aPage>) =>
  annotator.state().notices.map(({ words }) => words);

describe("what is told", () => {
  test.for([
    { name: "nothing, while all is well", become: {}, notices: [] },
    {
      name: "that a change is lost, and then that more are",
      become: { lost: [certain] },
      notices: ["A change could not be kept"],
    },
    {
      name: "how many are lost",
      become: { lost: [certain, { ...certain, id: "o2" }] },
      notices: ["2 changes could not be kept"],
    },
    {
      name: "that the server is away, and where the work is",
      become: { saving: { ...saved, state: "offline", unsent: 1 } },
      notices: [
        "The server cannot be reached. 1 change is kept in this browser; sent as soon as it can.",
      ],
    },
    {
      name: "that the work is only here, if it is",
      become: { saving: { ...saved, state: "offline", unsent: 2, stored: false } },
      notices: [
        "The server cannot be reached. 2 changes are only in this open page: do not close it; sent as soon as it can.",
      ],
    },
    {
      name: "that one is signed out",
      become: { saving: { ...saved, state: "signed_out", unsent: 2 } },
      notices: ["You are signed out. 2 changes are kept in this browser; sign in again to save."],
    },
    {
      name: "why it is not saved",
      become: { saving: { ...saved, state: "failed", unsent: 2, reason: "The disk is full." } },
      notices: ["Not saved: The disk is full. 2 changes are kept in this browser."],
    },
    {
      name: "that the server gives no reason",
      become: { saving: { ...saved, state: "failed", unsent: 1 } },
      notices: ["Not saved: the server refused. 1 change is kept in this browser."],
    },
    {
      name: "that the server has forgotten something, instead of that it is not saved",
      become: {
        forgotten: ["a"],
        saving: { ...saved, state: "failed", unsent: 1, reason: "It is older." },
      },
      notices: [
        "The server has gone back to an earlier state, as after a restored backup, and lacks 1 change that had been saved. Nothing is sent until you decide.",
      ],
    },
    {
      name: "how much the server has forgotten",
      become: { forgotten: ["a", "b"] },
      notices: [
        "The server has gone back to an earlier state, as after a restored backup, and lacks 2 changes that had been saved. Nothing is sent until you decide.",
      ],
    },
    {
      name: "that something stored cannot be read",
      become: { unreadable: ["a"] },
      notices: [
        "1 change from an earlier visit cannot be read: damaged, or of another version of Gainsay. It stays in this browser; you can go on working.",
      ],
    },
    {
      name: "how much cannot be read",
      become: { unreadable: ["a", "b"] },
      notices: [
        "2 changes from an earlier visit cannot be read: damaged, or of another version of Gainsay. They stay in this browser; you can go on working.",
      ],
    },
    {
      name: "that the browser stores nothing",
      become: { saving: { ...saved, storable: false } },
      notices: [
        "This browser stores nothing for Gainsay: its storage is full or switched off. What is not saved yet is only in this page.",
      ],
    },
    {
      name: "that it was submitted by somebody else",
      become: { submittedAt: "2024-07-30T14:35:34.000Z" },
      notices: ["Submitted in another tab or on another device, so it cannot be changed."],
    },
    {
      name: "of work that a submission has overtaken, the submission as the reason alone",
      become: {
        submittedAt: "2024-07-30T14:35:34.000Z",
        saving: { ...saved, state: "failed", unsent: 1, reason: "It was submitted." },
      },
      notices: ["Not saved: It was submitted. 1 change is kept in this browser."],
    },
  ] as const)("$name", ({ become, notices }) => {
    const page = aPage(article);
    page.own.become(become);
    expect(told(page)).toEqual(notices);
  });

  test("the most urgent comes first", () => {
    const page = aPage(article, { readOnlySets: [imported] });
    page.annotator.show("i");
    page.own.become({ lost: [certain], saving: { ...saved, state: "offline", storable: false } });
    expect(page.annotator.state().notices.map(({ kind }) => kind)).toEqual([
      "lost",
      "offline",
      "not_stored",
      "other_layer",
    ]);
  });

  test("of a layer, what it is, and to a reader that it can only be read", () => {
    expect(told(aPage("None.", { readOnlySets: [imported] }))).toEqual([
      "Imported annotations, read-only",
    ]);
    expect(told(aPage("None.", { readOnlySets: [imported], reader: true }))).toEqual([
      "Imported annotations, read-only. You may read this article, not annotate it.",
    ]);
    expect(told(aPage("None.", { reader: true }))).toEqual([
      "You may read this article, not annotate it.",
    ]);
  });

  test("one's own submission, as such, and that it is open again", async () => {
    const page = aPage(article);
    await page.annotator.finish("submit");
    expect([told(page), said(page)]).toEqual([["Submitted, so it cannot be changed."], []]);
    await page.annotator.finish("reopen");
    expect(told(page)).toEqual([]);
  });

  test("the same list as long as it says the same", () => {
    const page = aPage(article);
    page.own.become({ lost: [certain] });
    const { notices } = page.annotator.state();
    page.annotator.select("d1");
    expect(page.annotator.state().notices).toBe(notices);
  });
});

describe("what is said aloud", () => {
  test("of a selected span that could not be kept, that, and not that somebody removed it", () => {
    const page = aPage("[c1:Tehran] forged it.");
    page.annotator.select("c1");
    const added = lost({ id: "o1", type: "add_span", span: spanNamed("c1") }, [spanNamed("c1")]);
    Object.assign(page.own, { lost: [added] });
    page.own.happen({ type: "remove_span", span: { id: "c1" } });
    expect([page.annotator.state().selected, page.notices]).toEqual([null, []]);
    expect(said(page).at(-1)).toMatch(/^A change could not be kept/);
    expect(said(page).join()).not.toContain("removed");
  });

  test("what is lost, beside what was done in the same moment", () => {
    const page = aPage("[c1:Tehran] forged it.");
    page.annotator.label("denial", { start: 7, end: 13 });
    page.own.become({ lost: [certain] });
    expect(said(page)).toEqual([
      "Added: denial: forged",
      "A change could not be kept. This span is no longer there.",
    ]);
  });

  test("a further loss, but not that one of them was answered", () => {
    const page = aPage(article);
    page.own.become({ lost: [certain, { ...certain, id: "o2" }] });
    page.own.dismiss("o2");
    expect(said(page)).toHaveLength(1);
    page.own.become({ lost: [certain, { ...certain, id: "o3" }] });
    expect(said(page)).toHaveLength(2);
  });

  test("that the server is away once, however much is done meanwhile, and again when it is away again", () => {
    const page = aPage(article);
    for (const unsent of [1, 2, 3]) {
      page.own.become({ saving: { ...saved, state: "offline", unsent } });
    }
    expect(said(page)).toEqual(["The server cannot be reached. Changes are not saved yet."]);
    page.own.become({ saving: saved });
    page.own.become({ saving: { ...saved, state: "offline", unsent: 4 } });
    expect(said(page)).toHaveLength(2);
  });

  test.for([
    [{ state: "signed_out" }, "You are signed out. Changes are not saved."],
    [{ state: "failed", reason: "The disk is full." }, "Not saved. The disk is full."],
    [{ state: "failed" }, "Not saved. The server refused."],
    [{ storable: false }, expect.stringContaining("stores nothing")],
  ] as const)("%j", ([saving, words]) => {
    const page = aPage(article);
    page.own.become({ saving: { ...saved, unsent: 1, ...saving } });
    expect(said(page)).toEqual([words]);
  });

  test("that it was submitted elsewhere", () => {
    const page = aPage(article);
    page.own.become({ submittedAt: "2024-07-30T14:35:34.000Z" });
    expect(said(page)).toEqual([
      "Submitted in another tab or on another device, so it cannot be changed.",
    ]);
  });

  test("that another layer is shown now", () => {
    const page = aPage(article, { readOnlySets: [imported] });
    page.annotator.show("i");
    expect(said(page)).toEqual(["Imported annotations, read-only"]);
  });

  test("nothing of what the page opened with", () => {
    expect(said(aPage("None.", { readOnlySets: [imported] }))).toEqual([]);
  });

  test("only the last few things are kept", () => {
    const page = aPage(article);
    for (let turn = 0; turn < 9; turn += 1) page.annotator.step(-1, 0);
    expect(page.annotator.state().announcements.map(({ serial }) => serial)).toEqual([
      4, 5, 6, 7, 8, 9,
    ]);
  });
});

describe("going to a lost change", () => {
  test("the span it is about is selected, in one's own set", () => {
    const page = aPage(article, { readOnlySets: [imported] });
    page.annotator.show("i");
    show(page, lost({ id: "o1", type: "remove_span", span: { id: "d1" } }));
    expect(page.annotator.state()).toMatchObject({ shown: OWN_SET, selected: "d1" });
    expect(page.view.revealed).toBe(37);
  });

  test("where the span is gone, its place is shown, and nothing selected", () => {
    const page = aPage("Tehran forged it.");
    show(page, certain);
    expect([page.view.revealed, page.annotator.state().selected]).toEqual([0, null]);
  });

  test.for([
    {
      name: "a span that could not be added",
      operation: { id: "o", type: "add_span", span: { ...spanNamed("a1"), id: "new" } },
      at: 18,
    },
    {
      name: "a link that could not be made",
      operation: {
        id: "o",
        type: "add_relation",
        relation: { id: "r", type: "denies", from: "d1", to: "c1", attributes: {} },
      },
      at: 37,
    },
    {
      name: "a link that could not be changed",
      operation: {
        id: "o",
        type: "edit_relation",
        relation: { id: "d1 denies c1", type: "denies" },
      },
      at: 37,
    },
    {
      name: "a link that could not be removed",
      operation: { id: "o", type: "remove_relation", relation: { id: "unknown" } },
      at: null,
    },
    {
      name: "a note, which has no place",
      operation: { id: "o", type: "set_article_note", note: "Well." },
      at: null,
    },
  ] as const)("$name", ({ operation, at }) => {
    const page = aPage(article, { relations: ["d1 denies c1"] });
    show(page, lost(operation));
    expect(page.view.revealed).toBe(at);
  });
});

describe("doing a lost change again", () => {
  test("on the span that is there, which answers the loss and is said", () => {
    const page = aPage(article);
    page.own.become({ lost: [certain] });
    expect(canRedo(page.annotator, certain)).toBe(true);
    expect(redo(page.annotator, certain)).toBe(true);
    expect(page.own.current.spans.get("c1")?.attributes).toEqual({ certainty: "certain" });
    expect([told(page), said(page).at(-1)]).toEqual([
      [],
      "Done again: Change claim “Tehran forged it”: certainty: certain",
    ]);
  });

  test("a span that is gone comes back with the change", () => {
    const page = aPage("Tehran forged it, the ministry said. It denied that.");
    redo(page.annotator, certain);
    expect(page.own.current.spans.get("c1")).toMatchObject({
      quote: "Tehran forged it",
      attributes: { certainty: "certain" },
    });
    page.annotator.undo();
    expect(page.spans()).toEqual([]);
  });

  test("what still does not fit is told, and stays", () => {
    const page = aPage("[c2:Tehran] forged it, the ministry said. It denied that.");
    page.own.become({ lost: [certain] });
    expect(redo(page.annotator, certain)).toBe(false);
    expect(page.problems).toHaveLength(1);
    expect(told(page)).toEqual(["A change could not be kept"]);
  });

  test("one's own set is shown for it", () => {
    const page = aPage(article, { readOnlySets: [imported] });
    page.annotator.show("i");
    redo(page.annotator, certain);
    expect(page.annotator.state().shown).toBe(OWN_SET);
  });

  const denies = { id: "d1 denies c1", type: "denies", from: "d1", to: "c1", attributes: {} };
  test.for([
    {
      name: "a span is added",
      operation: {
        id: "o",
        type: "add_span",
        span: {
          ...spanNamed("c1"),
          id: "c9",
          label: "denial",
          fragments: [{ start: 0, end: 6 }],
          quote: "Tehran",
        },
      },
      spans: [
        "denial:Tehran",
        "claim:Tehran forged it",
        "attribution:the ministry",
        "denial:It denied that",
      ],
    },
    {
      name: "a span is removed with its relations",
      operation: { id: "o", type: "remove_span", span: { id: "c1" } },
      relations: ["d1 denies c1"],
      spans: ["attribution:the ministry", "denial:It denied that"],
      linked: [],
    },
    {
      name: "two spans are linked",
      operation: { id: "o", type: "add_relation", relation: denies },
      linked: ["denies:It denied that → Tehran forged it"],
    },
    {
      name: "a link is removed",
      operation: { id: "o", type: "remove_relation", relation: { id: "d1 denies c1" } },
      relations: ["d1 denies c1"],
      linked: [],
    },
    {
      name: "a link that is gone comes back changed",
      operation: { id: "o", type: "edit_relation", relation: { id: "gone", to: "c1" } },
      mentioned: { spans: pictured(article).spans, relations: [{ ...denies, id: "gone" }] },
      linked: ["denies:It denied that → Tehran forged it"],
    },
    {
      name: "a link that is there is changed",
      operation: {
        id: "o",
        type: "edit_relation",
        relation: { id: "a1 source_of c1", to: "d1" },
      },
      relations: ["a1 source_of c1"],
      linked: ["source_of:the ministry → It denied that"],
    },
  ] as const)("$name", ({ operation, ...given }) => {
    const {
      relations = [],
      spans,
      linked,
      mentioned,
    } = { mentioned: { spans: [], relations: [] }, ...given } as {
      relations?: readonly string[];
      spans?: readonly string[];
      linked?: readonly string[];
      mentioned: LostChange["mentioned"];
    };
    const page = aPage(article, { relations });
    const change: LostChange = { id: "o", operation, reason: "No.", mentioned };
    expect(redo(page.annotator, change)).toBe(true);
    if (spans) expect(page.spans()).toEqual(spans);
    if (linked) expect(page.relations()).toEqual(linked);
  });

  test("a note is written again", () => {
    const page = aPage(article);
    redo(page.annotator, lost({ id: "o", type: "set_article_note", note: "Well." }));
    expect(page.own.current.note).toBe("Well.");
  });

  test.for([
    {
      name: "a span that is there",
      operation: { id: "o", type: "add_span", span: spanNamed("c1") },
    },
    {
      name: "a change to a span that nobody knows",
      operation: { id: "o", type: "edit_span", span: { id: "x", label: "claim" } },
    },
    {
      name: "a removal of what is gone",
      operation: { id: "o", type: "remove_span", span: { id: "x" } },
    },
    {
      name: "a link to what is gone",
      operation: { id: "o", type: "add_relation", relation: { ...denies, id: "r", to: "x" } },
    },
    {
      name: "a link that is there",
      operation: { id: "o", type: "add_relation", relation: denies },
    },
    {
      name: "a change to a link that nobody knows",
      operation: { id: "o", type: "edit_relation", relation: { id: "x", type: "denies" } },
    },
    {
      name: "a removal of a link that is gone",
      operation: { id: "o", type: "remove_relation", relation: { id: "x" } },
    },
    {
      name: "a note that says so already",
      operation: { id: "o", type: "set_article_note", note: "" },
    },
  ] as const)("not possible: $name", ({ operation }) => {
    const page = aPage(article, { relations: ["d1 denies c1"] });
    expect(canRedo(page.annotator, lost(operation))).toBe(false);
    expect(redo(page.annotator, lost(operation))).toBe(false);
  });

  test("not while the set is submitted, and never for a reader", () => {
    const page = aPage(article);
    page.own.become({ submittedAt: "2024-07-30T14:35:34.000Z" });
    expect(canRedo(page.annotator, certain)).toBe(false);
    const reader = aPage(article, { reader: true }).annotator;
    expect([canRedo(reader, certain), redo(reader, certain), visit(reader, certain)]).toEqual([
      false,
      false,
      null,
    ]);
  });
});

test("a notice that is dismissed is gone until what it tells is over and comes again", () => {
  const page = aPage(article);
  page.own.become({ saving: { ...saved, storable: false } });
  page.annotator.dismissNotice("not_stored");
  page.own.become({ saving: { ...saved, storable: false, unsent: 1 } });
  expect([told(page), said(page).length]).toEqual([[], 1]);
  page.own.become({ saving: saved });
  page.own.become({ saving: { ...saved, storable: false } });
  expect([told(page).length, said(page).length]).toEqual([1, 2]);
});

test("what is let go of is dismissed, each of it", () => {
  const page = aPage(article);
  const both = [certain, { ...certain, id: "o2" }];
  page.own.become({ lost: both });
  page.annotator.dismiss(both);
  expect(told(page)).toEqual([]);
});

test("a reader submits nothing", async () => {
  const { annotator } = aPage(article, { reader: true });
  expect(await annotator.finish("submit")).toEqual({
    ok: false,
    reason: "You may read this project, not annotate in it.",
  });
});

test("a notice is gone at once when it is dismissed", () => {
  const page = aPage(article);
  page.own.become({ saving: { ...saved, storable: false } });
  page.annotator.dismissNotice("not_stored");
  expect(told(page)).toEqual([]);
});

describe("who has submitted it", () => {
  const at = "2024-07-30T14:35:34.000Z";
  const here = "Submitted, so it cannot be changed.";
  const elsewhere = "Submitted in another tab or on another device, so it cannot be changed.";

  test("was this page, whatever is done in it after", async () => {
    const page = aPage(article);
    await page.annotator.finish("submit");
    page.annotator.select("c1");
    expect(told(page)).toEqual([here]);
  });

  test("was another page, though this one did so before", async () => {
    const page = aPage(article);
    await page.annotator.finish("submit");
    page.own.become({ submittedAt: null });
    page.own.become({ submittedAt: at });
    expect(told(page)).toEqual([elsewhere]);
  });

  test("was another page, though this one tried before", async () => {
    const page = aPage(article);
    page.own.submit = async () => {
      throw new TypeError("broken");
    };
    await expect(page.annotator.finish("submit")).rejects.toThrow("broken");
    page.own.become({ submittedAt: at });
    expect(told(page)).toEqual([elsewhere]);
  });
});

test("going to a lost change in the set that is shown leaves no moment without a selection", () => {
  const page = aPage(article);
  page.annotator.select("c1");
  const seen: (string | null)[] = [];
  page.annotator.subscribe(() => seen.push(page.annotator.state().selected));
  visit(page.annotator, lost({ id: "o1", type: "remove_span", span: { id: "d1" } }));
  expect(seen).toEqual(["d1"]);
});

test("doing a lost change again leaves what is selected", () => {
  const page = aPage(article);
  page.annotator.select("a1");
  redo(page.annotator, certain);
  expect(page.annotator.state().selected).toBe("a1");
});

test("a reader lets go of nothing", () => {
  expect(() => aPage(article, { reader: true }).annotator.dismiss([certain])).not.toThrow();
});

test("a dismissed notice comes again, though another one was there all the time", () => {
  const page = aPage(article);
  page.own.become({ lost: [certain], saving: { ...saved, storable: false } });
  page.annotator.dismissNotice("not_stored");
  page.own.become({ saving: saved });
  page.own.become({ saving: { ...saved, storable: false } });
  expect(page.annotator.state().notices.map(({ kind }) => kind)).toEqual(["lost", "not_stored"]);
});

test("of a submitted set nothing is told while another layer is shown", () => {
  const gold: ReadOnlySet = { ...imported, id: "g", kind: "gold" };
  const page = aPage(article, { readOnlySets: [gold] });
  page.own.become({ submittedAt: "2024-07-30T14:35:34.000Z" });
  page.annotator.show("g");
  expect(told(page)).toEqual(["Gold, read-only"]);
});

test("what is lost already does not keep another notice from being said, nor is it said again", () => {
  const page = aPage(article);
  page.own.become({ lost: [certain, { ...certain, id: "o2" }] });
  const before = said(page).length;
  page.own.become({ saving: { ...saved, state: "offline", unsent: 1 } });
  expect(said(page).slice(before)).toEqual([
    "The server cannot be reached. Changes are not saved yet.",
  ]);
});

describe("of several that a lost change speaks of", () => {
  const { spans } = pictured(article);
  const relations = ["a1 source_of c1", "d1 denies c1"];
  const gone = "Nothing of it is left here, not one word of what was.";

  test("the place is that of the span itself", () => {
    const page = aPage(gone);
    show(page, lost({ id: "o", type: "remove_span", span: { id: "d1" } }, spans));
    expect(page.view.revealed).toBe(37);
  });

  test.for([
    { id: "a1 source_of c1", at: 18 },
    { id: "d1 denies c1", at: 37 },
  ])("the place is that of the relation itself: $id", ({ id, at }) => {
    const page = aPage(gone);
    const operation = { id: "o", type: "remove_relation", relation: { id } } as const;
    show(page, lost(operation, spans, relations));
    expect(page.view.revealed).toBe(at);
  });
});
