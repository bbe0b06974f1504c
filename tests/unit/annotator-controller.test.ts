import { describe, expect, test } from "vitest";
import { AnnotatorController } from "@/lib/annotator/controller";
import { dragEdge } from "@/lib/annotator/dragged-edge";
import { OWN_SET } from "@/lib/annotator/layers";
import type { ReadOnlySet } from "@/lib/annotator/working-set";
import { defaultScheme } from "@/lib/domain/scheme";
import { aPage, pictured, related, segmentationOf, UnsavedSet } from "./annotator-page";

/** A claim that is denied, and who says so; another claim beside. */
const article =
  "[c1:Tehran forged it], [a1:the ministry] said. [d1:It denied that]. [c2:Nobody knew].";

const readOnly = (
  id: string,
  kind: ReadOnlySet["kind"],
  picture = article,
  relations: readonly string[] = [],
): ReadOnlySet => ({
  id,
  kind,
  annotator: "a7",
  spans: pictured(picture).spans,
  relations: relations.map(related),
});

describe("which set is shown at first", () => {
  const sets = [readOnly("r", "reviewer"), readOnly("i", "imported"), readOnly("g", "gold")];
  test.for([
    {
      name: "the own one, if anything is in it",
      picture: article,
      readOnlySets: sets,
      shown: OWN_SET,
    },
    { name: "else the settled one", picture: "None.", readOnlySets: sets, shown: "g" },
    { name: "else the imported one", picture: "None.", readOnlySets: sets.slice(0, 2), shown: "i" },
    { name: "else the own one", picture: "None.", readOnlySets: sets.slice(0, 1), shown: OWN_SET },
    {
      name: "for readers, the first there is",
      picture: article,
      readOnlySets: sets.slice(0, 1),
      reader: true,
      shown: "r",
    },
    {
      name: "for readers of nothing, none",
      picture: article,
      readOnlySets: [],
      reader: true,
      shown: OWN_SET,
    },
  ])("$name", ({ picture, shown, ...options }) => {
    expect(aPage(picture, options).annotator.state().shown).toBe(shown);
  });
});

test("an empty set that is submitted is shown all the same", () => {
  const own = new UnsavedSet("None.", [], []);
  own.submittedAt = "2024-07-30T14:35:34.000Z";
  const annotator = new AnnotatorController(
    {
      text: "None.",
      blocks: [],
      segmentation: segmentationOf("None.", []),
      scheme: defaultScheme,
      readOnlySets: [readOnly("g", "gold")],
    },
    own,
    { problem: () => {}, notice: () => {} },
  );
  expect(annotator.state()).toMatchObject({ shown: OWN_SET, writable: false });
});

test("who may read what has no sets sees nothing, and is told nothing", () => {
  const page = aPage(article, { reader: true });
  expect([page.spans(), page.relations()]).toEqual([[], []]);
  expect(page.annotator.state().announcements).toEqual([]);
  page.stop();
});

test("a read-only set is shown in text order, with its relations, and cannot be written", () => {
  const gold = readOnly("g", "gold", article, ["d1 denies c1"]);
  const page = aPage("None.", {
    readOnlySets: [{ ...gold, spans: gold.spans.toReversed() }],
  });
  expect(page.spans()).toEqual([
    "claim:Tehran forged it",
    "attribution:the ministry",
    "denial:It denied that",
    "claim:Nobody knew",
  ]);
  expect(page.relations()).toEqual(["denies:It denied that → Tehran forged it"]);
  expect(page.annotator.state().writable).toBe(false);
});

test("showing another set leaves the selection and the link behind", () => {
  const { annotator } = aPage(article, { readOnlySets: [readOnly("g", "gold")] });
  annotator.select("d1");
  annotator.startLinking();
  annotator.show("g");
  expect(annotator.state()).toMatchObject({ shown: "g", selected: null, linking: null });
});

test("a reader is told that nothing can be changed, and nothing is", async () => {
  const page = aPage(article, { reader: true, readOnlySets: [readOnly("g", "gold")] });
  page.annotator.select("c1");
  expect(page.annotator.remove()).toBe(false);
  expect(page.problems).toEqual(["You may read this project, not annotate in it."]);
  expect(page.spans()).toHaveLength(4);
  page.annotator.undo();
  await page.annotator.copyToOwnSet();
  expect(page.annotator.state().shown).toBe("g");
});

test("in a read-only set nothing is changed by those who have their own", () => {
  const page = aPage("None.", { readOnlySets: [readOnly("g", "gold")] });
  page.annotator.select("c1");
  expect(page.annotator.label("denial", null)).toBe(false);
  expect(page.problems).toEqual([
    "This layer is read-only. Switch to your own annotation to change it.",
  ]);
});

describe("selecting", () => {
  test("a span is selected, told with its relations, and seen by who listens", () => {
    const { annotator } = aPage(article, { relations: ["a1 source_of c1"] });
    const seen: (string | null)[] = [];
    const stop = annotator.subscribe(() => seen.push(annotator.state().selected));
    annotator.select("c1");
    annotator.select("c1");
    expect(annotator.state().announcements.at(-1)?.words).toBe(
      "claim, 1 relation: Tehran forged it",
    );
    stop();
    annotator.select(null);
    expect(seen).toEqual(["c1"]);
  });

  test("the same words said twice are two announcements", () => {
    const { annotator } = aPage(article);
    annotator.select("c1");
    const before = annotator.state().announcements.at(-1);
    annotator.select(null);
    annotator.select("c1");
    const after = annotator.state().announcements.at(-1);
    expect(after).toEqual({ words: before?.words, serial: (before?.serial ?? 0) + 1 });
  });

  test("a span that another page removes is selected no longer, and that is told and said", () => {
    const { annotator, own, notices } = aPage(article);
    annotator.select("c1");
    own.happen({ type: "remove_span", span: { id: "c1" } });
    expect([annotator.state().selected, annotator.selectedSpan]).toEqual([null, null]);
    const words = "The selected span was removed in another tab or on another device.";
    expect(notices).toEqual([words]);
    expect(annotator.state().announcements.at(-1)?.words).toBe(words);
  });

  test("what is removed or undone here is no news", () => {
    const { annotator, notices } = aPage("Tehran [c1:forged] it.");
    annotator.label("denial", { start: 0, end: 6 });
    annotator.undo();
    annotator.redo();
    annotator.select("c1");
    annotator.label("claim", { start: 3, end: 10 }); // refused
    annotator.remove();
    expect(notices).toEqual([]);
  });

  test("one that is undone is selected no longer either", () => {
    const { annotator } = aPage("Tehran forged it.");
    annotator.label("claim", { start: 0, end: 16 });
    expect(annotator.selectedSpan?.quote).toBe("Tehran forged it");
    annotator.undo();
    expect(annotator.state().selected).toBeNull();
    annotator.redo();
    expect(annotator.selectedSpan?.quote).toBe("Tehran forged it");
  });

  test("once the page is left, it follows the set no more", () => {
    const { annotator, own, stop } = aPage(article);
    annotator.select("c1");
    stop();
    own.happen({ type: "remove_span", span: { id: "c1" } });
    expect(annotator.state().selected).toBe("c1");
  });

  test("once the page is shown again, it shows what the set has become", () => {
    const { annotator, own, stop } = aPage(article);
    annotator.select("c1");
    stop();
    own.happen({ type: "remove_span", span: { id: "c1" } });
    annotator.start();
    expect(annotator.state().selected).toBeNull();
  });

  test("what is linked with the selected span stands out with it", () => {
    const { annotator } = aPage(article, { relations: ["a1 source_of c1", "d1 denies c1"] });
    expect(annotator.emphasis()).toEqual({ selected: null, related: new Set() });
    annotator.select("c1");
    expect(annotator.emphasis()).toEqual({ selected: "c1", related: new Set(["a1", "d1"]) });
    annotator.select("a1");
    expect(annotator.emphasis()).toEqual({ selected: "a1", related: new Set(["c1"]) });
  });

  test("a span is drawn in the style and with the letter of its label", () => {
    const { annotator } = aPage("[c1:Tehran] [c2:knew].");
    const spoken = [{ opens: "claim:", closes: "end of claim" }];
    expect(annotator.state().spans.map(annotator.highlightOf)).toEqual([
      { id: "c1", fragments: [{ start: 0, end: 6 }], style: "1.1", letter: "C", spoken },
      { id: "c2", fragments: [{ start: 7, end: 11 }], style: "1.1", letter: "C", spoken },
    ]);
  });
});

describe("where spans lie over each other", () => {
  const nested = "[c1:Tehran, [a1:he said], [d1:did not]] forge it.";

  test("a press on two of the same label and words takes one after the other", () => {
    const page = aPage("[a1:Tehran] forged it.");
    page.annotator.label("attribution", { start: 0, end: 6 });
    const ids = page.annotator.state().spans.map(({ id }) => id);
    const seen = [1, 2, 3].map(() => {
      page.annotator.press(ids);
      return page.annotator.state().selected;
    });
    expect(new Set(seen.slice(0, 2))).toEqual(new Set(ids));
    expect(seen[2]).toBe(seen[0]);
  });

  test("a press on what is there no longer selects nothing", () => {
    const page = aPage(article);
    page.annotator.press(["gone"]);
    page.annotator.press(["gone", "d1"]);
    expect(page.annotator.state().selected).toBe("d1");
  });

  test("pressing goes from the shortest to the longest, and round", () => {
    const { annotator } = aPage("[c1:Tehran, [d1:as [a1:he] said]] here.");
    const pressed = ["c1", "a1", "d1"].map(() => {
      annotator.press(["c1", "a1", "d1"]);
      return annotator.state().selected;
    });
    annotator.press(["c1", "a1", "d1"]);
    expect([...pressed, annotator.state().selected]).toEqual(["a1", "d1", "c1", "a1"]);
  });

  test("pressing beside all deselects", () => {
    const { annotator } = aPage(nested);
    annotator.select("c1");
    annotator.press([]);
    expect(annotator.state().selected).toBeNull();
  });

  test("by offset it does the same, and goes round only if asked to", () => {
    const { annotator } = aPage(nested);
    const at = annotator.text.value.indexOf("said");
    const go = (around: boolean) => [
      annotator.selectAt(at, { around }),
      annotator.state().selected,
    ];
    expect(go(false)).toEqual([true, "a1"]);
    expect(go(false)).toEqual([true, "c1"]);
    expect(go(false)).toEqual([false, "c1"]);
    expect(go(true)).toEqual([true, "a1"]);
  });

  test("the words count, not the gap between the parts of a span", () => {
    const { annotator } = aPage("[c1:The] [d1:very old [c1:plot]] was.");
    annotator.selectAt(annotator.text.value.indexOf("plot"), { around: false });
    expect(annotator.state().selected).toBe("c1");
  });

  test.for([
    { name: "its first letter is in a span", offset: 0, selected: "c1" },
    { name: "the place after its last is not", offset: 6, selected: null },
  ])("$name", ({ offset, selected }) => {
    const { annotator } = aPage("[c1:Tehran] knew.");
    annotator.selectAt(offset, { around: true });
    expect(annotator.state().selected).toBe(selected);
  });

  test("a single selected span is not selected again", () => {
    const { annotator } = aPage("[c1:Tehran] knew.");
    annotator.select("c1");
    expect(annotator.selectAt(2, { around: true })).toBe(false);
  });
});

describe("going from span to span", () => {
  test("on and back in text order, to either end", () => {
    const { annotator } = aPage(article);
    const on = [1, 1, 1, 1, 1].map(() => annotator.step(1, 0));
    expect(on).toEqual(["c1", "a1", "d1", "c2", null]);
    expect(annotator.state().announcements.at(-1)?.words).toBe("No span after this one");
    const back = [1, 1, 1, 1].map(() => annotator.step(-1, 0));
    expect(back).toEqual(["d1", "a1", "c1", null]);
    expect(annotator.state().announcements.at(-1)?.words).toBe("No span before this one");
    expect(annotator.state().selected).toBe("c1");
  });

  test.for([
    { name: "from where a span starts, on is that span", words: "the ministry", by: 1, to: "a1" },
    { name: "from within it, the next", words: "ministry", by: 1, to: "d1" },
    {
      name: "from where it starts, back is the one before",
      words: "the ministry",
      by: -1,
      to: "c1",
    },
    { name: "from within it, back is that span", words: "ministry", by: -1, to: "a1" },
  ] as const)("$name", ({ words, by, to }) => {
    const { annotator } = aPage(article);
    expect(annotator.step(by, annotator.text.value.indexOf(words))).toBe(to);
  });
});

describe("labelling", () => {
  test("a range becomes a span, which is selected and told", () => {
    const page = aPage("Tehran forged it.");
    expect(page.annotator.label("claim", { start: 0, end: 6 })).toBe(true);
    expect(page.spans()).toEqual(["claim:Tehran"]);
    expect(page.annotator.selectedSpan?.quote).toBe("Tehran");
    expect(page.annotator.state().announcements.at(-1)?.words).toBe("Added: claim: Tehran");
  });

  test("a new span has the defaults of the scheme, one that repeats another what that has", () => {
    const scheme = {
      ...defaultScheme,
      labels: defaultScheme.labels.map((label) => ({
        ...label,
        attributes: label.attributes.map((rule) =>
          rule.type === "choice" && rule.name === "certainty"
            ? { ...rule, default: "certain" }
            : rule,
        ),
      })),
    };
    const page = aPage("Tehran forged it.", { scheme });
    page.annotator.label("claim", { start: 0, end: 6 });
    expect(page.annotator.selectedSpan?.attributes).toEqual({ certainty: "certain" });
    page.annotator.perform([
      {
        type: "edit_span",
        span: { id: page.annotator.selectedSpan?.id ?? "", attributes: { certainty: null } },
      },
    ]);
    page.annotator.repeat({ start: 7, end: 13 });
    expect(page.annotator.selectedSpan?.attributes).toEqual({});
    page.annotator.label("denial", null);
    page.annotator.label("claim", null);
    expect(page.annotator.selectedSpan?.attributes).toEqual({ certainty: "certain" });
  });

  test("while another set is shown it goes to the own one, which is shown then", () => {
    const page = aPage("Tehran forged it.", {
      readOnlySets: [readOnly("g", "gold", "[c1:Tehran] forged it.")],
    });
    page.annotator.label("denial", { start: 7, end: 13 });
    expect([page.annotator.state().shown, page.spans()]).toEqual([OWN_SET, ["denial:forged"]]);
  });

  test("what breaks a rule is told, and what was selected stays so", () => {
    const page = aPage("[c1:Tehran] forged it.");
    page.annotator.select("c1");
    expect(page.annotator.label("claim", { start: 3, end: 9 })).toBe(false);
    const words = "Two spans labelled claim cannot overlap. “Tehran” is one already.";
    expect(page.problems).toEqual([words]);
    expect(page.annotator.state()).toMatchObject({
      selected: "c1",
      announcements: expect.arrayContaining([expect.objectContaining({ words })]),
    });
    expect(page.spans()).toEqual(["claim:Tehran"]);
  });

  test("over another of a label that may overlap is told, and no problem", () => {
    const page = aPage("[a1:Tehran] forged it.");
    expect(page.annotator.label("attribution", { start: 3, end: 13 })).toBe(true);
    expect(page.annotator.state().announcements.at(-1)?.words).toBe(
      "Added, over another attribution: attribution: ran forged",
    );
    expect([page.problems, page.notices]).toEqual([[], []]);
  });

  test("the very words of another is said aloud: it may be a slip", () => {
    const page = aPage("[a1:Tehran] forged it.");
    for (const _time of [1, 2]) page.annotator.label("attribution", { start: 0, end: 6 });
    expect(page.notices).toEqual([
      "These words have another labelled attribution. Undo takes this one back.",
      "These words have 2 others labelled attribution. Undo takes this one back.",
    ]);
    expect(page.spans()).toEqual(Array(3).fill("attribution:Tehran"));
  });

  test("a link that was being made is given up for a new span", () => {
    const { annotator } = aPage(article);
    annotator.select("d1");
    annotator.startLinking();
    annotator.label("attribution", { start: 7, end: 13 });
    expect(annotator.state().linking).toBeNull();
  });

  test("without a range the selected span gets the label", () => {
    const page = aPage("[c1:Tehran] forged it.");
    page.annotator.select("c1");
    expect(page.annotator.label("denial", null)).toBe(true);
    expect([page.spans(), page.annotator.state().announcements.at(-1)?.words]).toEqual([
      ["denial:Tehran"],
      "Now denial",
    ]);
    expect(page.notices).toEqual([]);
  });

  test("the label it has already is no step of undo", () => {
    const page = aPage("[c1:Tehran] forged it.");
    page.annotator.select("c1");
    expect(page.annotator.label("claim", null)).toBe(true);
    expect(page.own.undo()).toEqual([]);
  });

  test("relations that do not fit the new label go with the old one, which is told", () => {
    const page = aPage(article, {
      relations: ["a1 source_of c1", "d1 denies c1", "c1 same_claim c2"],
    });
    page.annotator.select("c1");
    page.annotator.label("denial", null);
    expect(page.relations()).toEqual(["source_of:the ministry → Tehran forged it"]);
    expect(page.notices[0]).toContain("2 relations do not fit a denial");
    page.annotator.undo();
    expect(page.relations()).toHaveLength(3);
  });

  test("a label is told with the article that it takes", () => {
    const page = aPage(article, { relations: ["d1 denies c1"] });
    page.annotator.select("c1");
    page.annotator.label("attribution", null);
    expect(page.notices[0]).toContain("does not fit an attribution and");
  });

  test("one of them is told as one", () => {
    const page = aPage(article, { relations: ["d1 denies c1"] });
    page.annotator.select("c1");
    page.annotator.label("denial", null);
    expect(page.notices[0]).toContain("One relation does not fit a denial");
  });

  test("with nothing selected it is said what to do", () => {
    const page = aPage(article);
    expect(page.annotator.label("claim", null)).toBe(false);
    expect(page.notices).toEqual(["Select some text first, or a span to give it this label."]);
  });

  test("in a submitted set nothing gets another label", () => {
    const page = aPage(article);
    page.annotator.select("c1");
    page.own.submittedAt = "2024-07-30T14:35:34.000Z";
    expect(page.annotator.label("denial", null)).toBe(false);
    expect(page.spans()).toContain("claim:Tehran forged it");
  });
});

describe("changing the selected span", () => {
  test("it is removed with its relations, and nothing is selected", () => {
    const page = aPage(article, { relations: ["d1 denies c1", "a1 source_of d1"] });
    page.annotator.select("c1");
    page.annotator.startLinking();
    expect(page.annotator.remove()).toBe(true);
    expect(page.relations()).toEqual(["source_of:the ministry → It denied that"]);
    expect(page.annotator.state()).toMatchObject({
      selected: null,
      linking: null,
      announcements: expect.arrayContaining([expect.objectContaining({ words: "Removed claim" })]),
    });
  });

  test("an edge moves, and the new words are told", () => {
    const page = aPage("[c1:Tehran] forged it.");
    page.annotator.select("c1");
    expect(page.annotator.move({ edge: "end", by: 1, unit: "word" })).toBe(true);
    expect(page.annotator.state().announcements.at(-1)?.words).toBe("Tehran forged");
    expect(page.annotator.move({ edge: "start", by: -1, unit: "word" })).toBe(false);
  });

  test("a part is added, and parts that touch become one", () => {
    const page = aPage("[c1:Tehran] forged it.");
    page.annotator.select("c1");
    page.annotator.reshape([
      { start: 0, end: 6 },
      { start: 14, end: 16 },
    ]);
    expect(page.annotator.selectedSpan?.quote).toBe("Tehran it");
    page.annotator.reshape([
      ...(page.annotator.selectedSpan?.fragments ?? []),
      { start: 6, end: 14 },
    ]);
    expect(page.annotator.selectedSpan?.fragments).toEqual([{ start: 0, end: 16 }]);
  });

  test("what breaks a rule changes nothing", () => {
    const page = aPage("[c1:Tehran] forged [c2:it].");
    page.annotator.select("c1");
    expect(page.annotator.reshape([{ start: 0, end: 16 }])).toBe(false);
    expect(page.annotator.state().announcements.at(-1)?.words).toBe(page.problems[0]);
    expect(page.spans()).toEqual(["claim:Tehran", "claim:it"]);
  });

  test("with nothing selected there is nothing to change", () => {
    const { annotator } = aPage(article);
    const step = { edge: "end", by: 1, unit: "word" } as const;
    const range = { start: 0, end: 3 };
    expect([annotator.remove(), annotator.move(step), annotator.reshape([range])]).toEqual([
      false,
      false,
      false,
    ]);
  });
});

describe("undoing", () => {
  test("what came back is selected, whichever set was shown", () => {
    const page = aPage(article, { readOnlySets: [readOnly("g", "gold")] });
    page.annotator.select("c1");
    page.annotator.remove();
    page.annotator.show("g");
    page.annotator.undo();
    expect(page.annotator.state()).toMatchObject({
      shown: OWN_SET,
      selected: "c1",
      announcements: expect.arrayContaining([expect.objectContaining({ words: "Undone" })]),
    });
    page.annotator.redo();
    expect(page.annotator.state()).toMatchObject({
      selected: null,
      announcements: expect.arrayContaining([expect.objectContaining({ words: "Done again" })]),
    });
  });

  test("of a relation, nothing is selected, and a link being made is given up", () => {
    const page = aPage(article);
    page.annotator.perform([{ type: "add_relation", relation: related("d1 denies c1") }]);
    page.annotator.select("a1");
    page.annotator.startLinking();
    page.annotator.undo();
    expect(page.annotator.state()).toMatchObject({ selected: null, linking: null, relations: [] });
  });

  test("of what came back and what went, the first is selected", () => {
    const page = aPage("[c1:Tehran] forged it.");
    const [span] = pictured("Tehran [d1:forged] it.").spans;
    if (!span) throw new Error("There is no span.");
    page.annotator.perform([
      { type: "add_span", span: { ...span, fragments: [...span.fragments] } },
      { type: "remove_span", span: { id: "c1" } },
    ]);
    page.annotator.undo();
    expect(page.annotator.state().selected).toBe("c1");
  });

  test("with nothing to undo, nothing happens", () => {
    const page = aPage(article);
    page.annotator.select("c1");
    const before = page.annotator.state();
    page.annotator.undo();
    page.annotator.redo();
    expect(page.annotator.state()).toBe(before);
  });

  test("what others have made impossible to undo is told", () => {
    const page = aPage(article);
    page.annotator.select("c1");
    page.annotator.label("denial", null);
    page.own.happen({ type: "remove_span", span: { id: "c1" } });
    page.annotator.undo();
    expect(page.problems).toEqual(["It cannot be undone any more. This span is no longer there."]);
  });

  test("what others have made impossible to do again is told without that", () => {
    const page = aPage(article);
    page.annotator.select("c1");
    page.annotator.label("denial", null);
    page.annotator.undo();
    page.own.happen({ type: "remove_span", span: { id: "c1" } });
    page.annotator.redo();
    expect(page.problems).toEqual(["This span is no longer there."]);
  });

  test("a defect is no problem to be told", () => {
    const page = aPage(article);
    page.own.perform = () => {
      throw new RangeError("broken");
    };
    page.annotator.select("c1");
    expect(() => page.annotator.remove()).toThrow("broken");
  });
});

describe("linking", () => {
  test("it aims at the nearest, by steps goes round among what can be linked, and Enter links", () => {
    const page = aPage(article);
    page.annotator.select("d1");
    page.annotator.startLinking();
    expect(page.annotator.state().announcements.at(-1)?.words).toBe(
      "Linking. claim: Nobody knew, 1 of 3. Enter links: denies. R goes to the next one, Escape cancels.",
    );
    const targets = ([1, 1, 1, -1, -1] as const).map((by) => {
      page.annotator.stepTarget(by);
      const { target, rank, targets: count } = page.annotator.state().linking ?? {};
      return [target, rank, count];
    });
    expect(targets).toEqual([
      ["a1", 2, 3],
      ["c1", 3, 3],
      ["c2", 1, 3],
      ["c1", 3, 3],
      ["a1", 2, 3],
    ]);
    expect(page.annotator.state().selected).toBe("d1");
    expect(page.annotator.state().announcements.at(-1)?.words).toBe(
      "attribution: the ministry, 2 of 3. Enter links: source of",
    );
    page.annotator.stepTarget(-1);
    expect(page.annotator.confirmLink()).toBe(true);
    expect(page.relations()).toEqual(["denies:It denied that → Nobody knew"]);
    expect(page.annotator.state()).toMatchObject({
      linking: null,
      announcements: expect.arrayContaining([expect.objectContaining({ words: "Linked: denies" })]),
    });
  });

  test("the target stands out, what is linked already does not", () => {
    const { annotator } = aPage(article, { relations: ["a1 source_of d1"] });
    annotator.select("d1");
    annotator.startLinking();
    expect(annotator.emphasis().related).toEqual(new Set(["c2"]));
    annotator.select("c1");
    expect(annotator.emphasis()).toEqual({ selected: "d1", related: new Set(["c1"]) });
  });

  test("a relation that is there is not offered again, whichever way it is asked", () => {
    const page = aPage(article, { relations: ["d1 denies c1", "c1 same_claim c2"] });
    for (const [from, to] of [
      ["d1", "c1"],
      ["c1", "d1"],
      ["c1", "c2"],
      ["c2", "c1"],
    ] as const) {
      page.annotator.select(null);
      page.annotator.select(from);
      page.annotator.startLinking();
      page.annotator.select(to);
      expect(page.annotator.state().linking?.target).not.toBe(to);
      page.annotator.cancel();
    }
    expect(page.notices).toEqual(
      Array(4).fill("The scheme has no further relation between these two spans."),
    );
  });

  test("where there are two ways, the second can be chosen", () => {
    const page = aPage("[a1:He] said [a2:she] knew.");
    page.annotator.select("a1");
    page.annotator.startLinking();
    expect(page.annotator.state().announcements.at(-1)?.words).toBe(
      "Linking. attribution: she. 1 nested in, 2 nested in. Enter links the first unless another is chosen. Escape cancels.",
    );
    page.annotator.chooseLink(2);
    page.annotator.chooseLink(1);
    expect(page.annotator.state().linking?.choice).toBe(1);
    page.annotator.confirmLink();
    expect(page.relations()).toEqual(["nested_in:she → He"]);
  });

  test("a press links where there is one way, and asks where there are two", () => {
    const page = aPage("[a1:He] said [a2:she] [c1:knew].");
    page.annotator.select("a1");
    page.annotator.startLinking();
    page.annotator.press(["a2"]);
    expect([page.relations(), page.annotator.state().linking?.target]).toEqual([[], "a2"]);
    page.annotator.press(["a1", "c1"]);
    expect(page.relations()).toEqual(["source_of:He → knew"]);
  });

  test("a press on the span itself or beside all changes nothing", () => {
    const page = aPage(article);
    page.annotator.select("d1");
    page.annotator.startLinking();
    page.annotator.press(["d1"]);
    page.annotator.press([]);
    expect(page.annotator.state()).toMatchObject({ selected: "d1", linking: { target: "c2" } });
    expect(page.notices).toEqual([]);
  });

  test("a press on what cannot be linked does not make the link before it", () => {
    const page = aPage("[d1:No], [c1:Tehran forged it], [d2:never].");
    page.annotator.select("d1");
    page.annotator.startLinking();
    page.annotator.press(["d2"]);
    expect([page.relations(), page.annotator.state().linking?.target]).toEqual([[], "c1"]);
  });

  test("where nothing can be linked, that is told", () => {
    const page = aPage("[d1:No], [d2:never].");
    page.annotator.select("d1");
    page.annotator.startLinking();
    expect([page.notices, page.annotator.state().linking]).toEqual([
      ["There is no span here that a denial can be linked with."],
      null,
    ]);
  });

  test("it does not begin without a span, nor in a submitted set", () => {
    const page = aPage(article);
    page.annotator.startLinking();
    page.own.submittedAt = "2024-07-30T14:35:34.000Z";
    page.annotator.select("d1");
    page.annotator.startLinking();
    expect(page.annotator.state().linking).toBeNull();
  });

  test("as long as nothing is linked there is nothing to confirm, to choose or to go on to", () => {
    const { annotator } = aPage(article);
    annotator.chooseLink(0);
    annotator.stepTarget(1);
    expect([annotator.confirmLink(), annotator.state().linking]).toEqual([false, null]);
  });

  test("it ends when another page removes either span", () => {
    for (const removed of ["d1", "c2"]) {
      const page = aPage(article);
      page.annotator.select("d1");
      page.annotator.startLinking();
      page.annotator.select("c2");
      page.own.happen({ type: "remove_span", span: { id: removed } });
      expect([page.annotator.state().linking, page.notices.length]).toEqual([null, 1]);
    }
  });

  test("a span that is not there is no target", () => {
    const page = aPage(article);
    page.annotator.select("d1");
    page.annotator.startLinking();
    page.annotator.select("nowhere");
    expect(page.annotator.state().linking?.target).toBe("c2");
  });

  test("selecting the span it starts from, or none, gives it up or leaves it", () => {
    const { annotator, notices } = aPage(article);
    annotator.select("d1");
    annotator.startLinking();
    annotator.select("d1");
    expect([annotator.state().linking?.from, notices]).toEqual(["d1", []]);
    annotator.select(null);
    expect(annotator.state()).toMatchObject({ linking: null, selected: null });
  });

  test("Escape leaves first the link, then the selection, then nothing", () => {
    const { annotator } = aPage(article);
    annotator.select("d1");
    annotator.startLinking();
    const left = () => [annotator.cancel(), annotator.state().linking, annotator.state().selected];
    expect(left()).toEqual([true, null, "d1"]);
    expect(left()).toEqual([true, null, null]);
    expect(annotator.cancel()).toBe(false);
  });
});

test("all relations are shown or not", () => {
  const { annotator } = aPage(article);
  const seen = [false, true, false].map((_, turn) => {
    if (turn > 0) annotator.toggleAllRelations();
    return annotator.state().allRelations;
  });
  expect(seen).toEqual([false, true, false]);
});

describe("copying another set", () => {
  test("it comes with its relations, under new ids, as one step", async () => {
    const page = aPage(article.replaceAll(/\[\w\d:|\]/g, ""), {
      readOnlySets: [readOnly("g", "gold", article, ["d1 denies c1", "c1 same_claim c2"])],
    });
    const shown = page.spans();
    await page.annotator.copyToOwnSet();
    expect([page.annotator.state().shown, page.spans()]).toEqual([OWN_SET, shown]);
    expect(page.relations()).toEqual([
      "denies:It denied that → Tehran forged it",
      "same_claim:Tehran forged it → Nobody knew",
    ]);
    expect(page.annotator.set.spans.has("c1")).toBe(false);
    expect(page.notices).toEqual(["Copied 4 spans and 2 relations to your annotation."]);
    page.annotator.undo();
    expect(page.spans()).toEqual([]);
  });

  test("relations that are none are not counted", async () => {
    const page = aPage("Tehran.", { readOnlySets: [readOnly("g", "gold", "[c1:Tehran].")] });
    await page.annotator.copyToOwnSet();
    expect(page.notices).toEqual(["Copied 1 span to your annotation."]);
  });

  test("what conflicts is left out and told, what is there already is linked, and one undo takes back all", async () => {
    const layer =
      "[c1:Tehran forged it]. [c2:Nobody knew]. [d1:It denied that]. [a1:They said] so.";
    const page = aPage("Tehran [c7:forged it]. [c8:Nobody knew]. It denied that. They said so.", {
      readOnlySets: [
        readOnly("g", "gold", layer, ["d1 denies c1", "d1 denies c2", "a1 source_of d1"]),
      ],
    });
    const mine = page.spans();
    page.annotator.show("g");
    await page.annotator.copyToOwnSet();
    expect(page.annotator.state().shown).toBe(OWN_SET);
    expect(page.spans()).toEqual([
      "claim:forged it",
      "claim:Nobody knew",
      "denial:It denied that",
      "attribution:They said",
    ]);
    expect(page.relations()).toEqual([
      "denies:It denied that → Nobody knew",
      "source_of:They said → It denied that",
    ]);
    expect(page.annotator.set.spans.has("c8")).toBe(true);
    expect(page.annotator.state().notices.map(({ words }) => words)).toEqual([
      "Copied 2 spans and 2 relations to your annotation. Left out: 1 span that you have already; 1 span over one of yours with the same label (“Tehran forged it”); 1 relation of what was left out.",
    ]);
    expect(page.annotator.state().announcements.at(-1)?.words).toContain("Left out: 1 span");
    page.annotator.undo();
    expect([page.spans(), page.relations()]).toEqual([mine, []]);
    expect(page.annotator.state().notices).toEqual([]);
  });

  test("twice, it says that nothing is left to copy, and stays there", async () => {
    const page = aPage("Tehran knew.", {
      readOnlySets: [readOnly("g", "gold", "[c1:Tehran] [d1:knew].", ["d1 denies c1"])],
    });
    await page.annotator.copyToOwnSet();
    page.annotator.show("g");
    await page.annotator.copyToOwnSet();
    expect(page.annotator.state().shown).toBe("g");
    expect(page.annotator.state().notices[0]?.words).toBe(
      "Nothing was copied. Left out: 2 spans and 1 relation that you have already.",
    );
    page.annotator.dismissNotice("left_out");
    expect(page.annotator.state().notices.map(({ kind }) => kind)).toEqual(["other_layer"]);
  });

  test("one's own is not copied", async () => {
    const page = aPage(article);
    await page.annotator.copyToOwnSet();
    expect([page.spans().length, page.notices]).toEqual([4, []]);
  });

  test("what the own set refuses is told, and nothing is said of copying", async () => {
    const page = aPage("Tehran.", { readOnlySets: [readOnly("g", "gold", "[c1:Tehran].")] });
    page.own.submittedAt = "2024-07-30T14:35:34.000Z";
    await page.annotator.copyToOwnSet();
    expect([page.notices, page.problems]).toEqual([[], ["This annotation is submitted."]]);
  });
});

test("what the page has to say is said as a notice", () => {
  const page = aPage(article);
  page.annotator.told.notice("Well.");
  expect(page.notices).toEqual(["Well."]);
});

test("while linking, spans that cannot be linked are passed over", () => {
  const { annotator } = aPage("[d1:No], [d2:never], [c1:he knew].");
  annotator.select("d1");
  annotator.startLinking();
  expect(annotator.state().linking).toMatchObject({ target: "c1", rank: 1, targets: 1 });
});

test("of several read-only sets, each has its own spans", () => {
  const page = aPage("None.", {
    readOnlySets: [readOnly("g", "gold", "[c1:One]."), readOnly("r", "reviewer", "[d1:Two].")],
  });
  const seen = ["g", "r", "g"].map((id) => {
    page.annotator.show(id);
    return page.spans();
  });
  expect(seen).toEqual([["claim:One"], ["denial:Two"], ["claim:One"]]);
});

test("the spans of a read-only set are the same list, whatever is selected in it", () => {
  const page = aPage("None.", { readOnlySets: [readOnly("g", "gold", "[c1:One] [d1:two].")] });
  const { spans } = page.annotator.state();
  page.annotator.select("d1");
  expect(page.annotator.state().selected).toBe("d1");
  expect(page.annotator.state().spans).toBe(spans);
});

test("what is copied may be kept in part, what one gesture does may not", async () => {
  const page = aPage("One.", { readOnlySets: [readOnly("g", "gold", "[c1:One].")] });
  await page.annotator.copyToOwnSet();
  page.annotator.label("denial", { start: 0, end: 3 });
  expect(page.own.asked).toEqual([true, false]);
});

test("what is drawn of a span is the same as long as the span is", () => {
  const { annotator } = aPage("[c1:Tehran] forged it.");
  const drawn = () => annotator.state().spans.map(annotator.highlightOf);
  const before = drawn();
  annotator.select("c1");
  expect(drawn()[0]).toBe(before[0]);
  annotator.label("denial", null);
  expect(drawn()[0]).not.toBe(before[0]);
});

test("a set that was submitted before the page was opened was submitted by nobody else", () => {
  const own = new UnsavedSet(article.replaceAll(/\[\w\d:|\]/g, ""), pictured(article).spans, []);
  own.submittedAt = "2024-07-30T14:35:34.000Z";
  const annotator = new AnnotatorController(
    {
      text: pictured(article).text,
      blocks: [],
      segmentation: segmentationOf(pictured(article).text, []),
      scheme: defaultScheme,
      readOnlySets: [],
    },
    own,
    { problem: () => {}, notice: () => {} },
  );
  annotator.start();
  expect(annotator.state().notices.map(({ words }) => words)).toEqual([
    "Submitted, so it cannot be changed.",
  ]);
  expect(annotator.state().announcements).toEqual([]);
});

describe("moving an edge", () => {
  const end = { edge: "end", by: 1, unit: "word" } as const;
  const start = { edge: "start", by: -1, unit: "word" } as const;
  const aSelectedSpan = () => {
    const page = aPage("Perhaps [c1:Tehran] forged it all.");
    page.annotator.select("c1");
    const said = () => page.annotator.state().announcements.map(({ words }) => words);
    return { ...page, said };
  };

  test("by a key held down is one step of undo, and only the last words are said", () => {
    const { annotator, spans, said } = aSelectedSpan();
    annotator.move(start);
    annotator.move(end);
    annotator.move(end, { goesOn: true });
    expect([spans(), said()]).toEqual([
      ["claim:Perhaps Tehran forged it"],
      ["claim: Tehran", "Perhaps Tehran", "Perhaps Tehran forged it"],
    ]);
    annotator.undo();
    expect(spans()).toEqual(["claim:Perhaps Tehran"]);
  });

  test("by a key pressed again is another step, and said too", () => {
    const { annotator, spans, said } = aSelectedSpan();
    annotator.move(end);
    annotator.move(end);
    expect(said().slice(-2)).toEqual(["Tehran forged", "Tehran forged it"]);
    annotator.undo();
    expect(spans()).toEqual(["claim:Tehran forged"]);
  });

  test("after the other edge is another step, however the keys are held", () => {
    const { annotator, spans } = aSelectedSpan();
    annotator.move(end);
    annotator.move(start, { goesOn: true });
    expect(spans()).toEqual(["claim:Perhaps Tehran forged"]);
    annotator.undo();
    expect(spans()).toEqual(["claim:Tehran forged"]);
  });

  test("over another of the label is refused, and what was said stays", () => {
    const page = aPage("[c1:Tehran] forged [c2:it].");
    page.annotator.select("c1");
    page.annotator.move(end);
    expect(page.annotator.move(end, { goesOn: true })).toBe(false);
    expect(page.annotator.state().announcements.map(({ words }) => words)).toEqual([
      "claim: Tehran",
      "Tehran forged",
      page.problems[0],
    ]);
  });
});

test("the words of a span with a further part are said", () => {
  const page = aPage("[c1:Tehran] forged it.");
  page.annotator.select("c1");
  expect(
    page.annotator.reshape([
      { start: 0, end: 6 },
      { start: 14, end: 16 },
    ]),
  ).toBe(true);
  expect(page.annotator.state().announcements.at(-1)?.words).toBe("Tehran it");
});

test("a relation that is done again selects nothing, and nothing is missed", () => {
  const page = aPage(article);
  page.annotator.perform([{ type: "add_relation", relation: related("d1 denies c1") }]);
  page.annotator.undo();
  page.annotator.redo();
  expect(page.relations()).toEqual(["denies:It denied that → Tehran forged it"]);
  expect([page.annotator.state().selected, page.notices]).toEqual([null, []]);
});

test("what others remove after something was done here is told all the same", () => {
  const page = aPage(article);
  page.annotator.select("c1");
  page.annotator.label("denial", null);
  page.own.happen({ type: "remove_span", span: { id: "c1" } });
  expect(page.notices).toEqual([
    "The selected span was removed in another tab or on another device.",
  ]);
});

test("of a link whose target others remove, the span it begins at stays selected", () => {
  const page = aPage(article);
  page.annotator.select("d1");
  page.annotator.startLinking();
  page.annotator.select("c2");
  page.own.happen({ type: "remove_span", span: { id: "c2" } });
  expect([page.annotator.state().selected, page.notices]).toEqual([
    "d1",
    ["The span to link was removed in another tab or on another device."],
  ]);
});

test("of two spans at one place that are as long as each other, the first in the text is selected", () => {
  const { annotator } = aPage("[c2:No], [d1:ten [c1:two ]d1:six ]more.");
  expect(annotator.set.spans.get("c1")?.quote).toHaveLength(8);
  expect(annotator.set.spans.get("d1")?.quote).toHaveLength(8);
  annotator.selectAt(annotator.text.value.indexOf("two"), { around: false });
  expect(annotator.state().selected).toBe("d1");
});

describe("dragging an edge", () => {
  const picture = "He said “[c1:it is so] and not.”\n\nShe [c2:denied] it.";
  const drag = (edge: "start" | "end", offset: number, how: Partial<{ exact: boolean }> = {}) => {
    const page = aPage(picture);
    page.annotator.select("c1");
    const isMoved = dragEdge(page.annotator, edge, offset, { exact: false, goesOn: false, ...how });
    return { ...page, isMoved, quote: page.annotator.selectedSpan?.quote };
  };

  test.for([
    { name: "goes to the nearest end of a word", edge: "end", offset: 22, quote: "it is so and" },
    { name: "or the nearest start", edge: "start", offset: 4, quote: "said “it is so" },
    { name: "leaves a word at least", edge: "end", offset: 2, quote: "it is so" },
    {
      name: "goes into the next paragraph with a part",
      edge: "end",
      offset: 34,
      quote: "it is so and not She",
    },
    { name: "stays before another span of its label", edge: "end", offset: 41, quote: "it is so" },
  ] as const)("$name", ({ edge, offset, quote }) => {
    expect(drag(edge, offset).quote).toBe(quote);
  });

  test("goes just there if that is meant, but leaves a letter and no space at its end", () => {
    expect(drag("end", 19, { exact: true }).quote).toBe("it is so a");
    expect(drag("end", 18, { exact: true })).toMatchObject({ isMoved: false, quote: "it is so" });
    expect(drag("end", 9, { exact: true })).toMatchObject({ isMoved: false, quote: "it is so" });
  });

  test("is one step of undo for one gesture", () => {
    const { annotator, spans } = drag("end", 22);
    dragEdge(annotator, "end", 25, { exact: false, goesOn: true });
    expect(spans()[0]).toBe("claim:it is so and not");
    annotator.undo();
    expect(spans()[0]).toBe("claim:it is so");
  });

  test("says nothing of a place where it cannot go, and does nothing without a span", () => {
    expect(drag("end", 41).problems).toEqual([]);
    const { annotator } = aPage(picture);
    expect(dragEdge(annotator, "end", 22, { exact: false, goesOn: false })).toBe(false);
  });
});

describe("a drag from the selected span", () => {
  const begun = () => {
    const page = aPage("[a1:He said] [c1:it is so]. [a2:She [d1:never]] did.");
    page.annotator.select("a1");
    return page;
  };

  test("links with the first span that it ends on and that can be", () => {
    const page = begun();
    expect(page.annotator.dragLink(["c1"])).toBe(true);
    expect(page.annotator.state().linking?.target).toBe("c1");
    page.annotator.dropLink();
    expect(page.relations()).toEqual(["source_of:He said → it is so"]);
  });

  test("leaves off what it has begun where it goes on", () => {
    const page = begun();
    page.annotator.dragLink(["d1", "a2"]);
    expect(page.annotator.state().linking?.target).toBe("d1");
    expect(page.annotator.dragLink([])).toBe(false);
    expect(page.annotator.state()).toMatchObject({ linking: null, selected: "a1" });
    expect([page.relations(), page.notices]).toEqual([[], []]);
  });

  test("lets the way be chosen where there are several", () => {
    const page = begun();
    page.annotator.dragLink(["a2"]);
    page.annotator.dropLink();
    expect([page.relations(), page.annotator.state().linking?.links.length]).toEqual([[], 2]);
  });

  test("does nothing where nothing can be changed", () => {
    const page = aPage("None.", { reader: true });
    expect(page.annotator.dragLink([])).toBe(false);
    page.annotator.dropLink();
    expect(page.relations()).toEqual([]);
  });
});
