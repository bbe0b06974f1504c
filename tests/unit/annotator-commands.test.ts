import { beforeEach, describe, expect, test, vi } from "vitest";
import type { PressedKey, Walk } from "@/lib/annotator/commands";
import { setAttribute } from "@/lib/annotator/edits";
import { type Command, Keymap } from "@/lib/annotator/keymap";
import { OWN_SET } from "@/lib/annotator/layers";
import { labelAlike, nowhereElse, occurrencesOf } from "@/lib/annotator/occurrences";
import * as reworking from "@/lib/annotator/reworking";
import type { ReadOnlySet } from "@/lib/annotator/working-set";
import type { Span } from "@/lib/domain/span";
import { aPage, pictured } from "./annotator-page";

const inText = { inText: true, repeat: false };
const outside = { inText: false, repeat: false };
const held = { inText: true, repeat: true };
const key = (kind: Exclude<Command["kind"], "label" | "stick">): Command => ({ kind });
const press = (chord: string, how: Partial<PressedKey> = {}): PressedKey => ({
  chords: [chord],
  character: chord.length === 1 ? chord.toLowerCase() : null,
  onControl: false,
  repeat: false,
  single: true,
  ...how,
});
const label = (digit: string): Command => ({ kind: "label", key: digit });

function theSpan({ annotator }: ReturnType<typeof aPage>): Span {
  const span = annotator.selectedSpan;
  if (!span) throw new Error("No span is selected.");
  return span;
}

describe("going to cues of reported speech", () => {
  /** Its only cue is the word "said". */
  const cues: Walk = {
    next: ({ start, end }, by) => {
      const cue = { start: 3, end: 7 };
      return (by === 1 ? cue.start >= end : cue.end <= start) ? cue : null;
    },
  };

  test("selects the next one from the caret or what is selected, and the one before", async () => {
    const page = aPage("He said no.", { cues });
    page.commands.run(key("next_cue"), inText);
    await expect.poll(() => page.view.selected()).toEqual({ start: 3, end: 7 });
    page.view.select("no");
    page.commands.run(key("previous_cue"), outside);
    await expect.poll(() => page.view.selected()).toEqual({ start: 3, end: 7 });
    expect(page.view.hasFocus).toBe(true);
  });

  test("where there is none, that is told, and what is selected stays so", async () => {
    const page = aPage("He said no.", { cues });
    page.view.select("said");
    await page.commands.selectCue(1);
    await page.commands.selectCue(-1);
    expect(page.notices).toEqual([
      "No cue of reported speech after this.",
      "No cue of reported speech before this.",
    ]);
    expect(page.view.selected()).toEqual({ start: 3, end: 7 });
  });

  test("whoever has gone on before they are known stays there", async () => {
    const goings: ((page: ReturnType<typeof aPage>) => void)[] = [
      ({ view }) => view.select("no"),
      ({ annotator }) => annotator.select("c1"),
      ({ commands }) => void commands.run(key("help"), inText),
    ];
    for (const goOn of goings) {
      const known = Promise.withResolvers<Walk | null>();
      const page = aPage("He said no. [c1:Never].", { cues: known.promise });
      const walked = page.commands.selectCue(1);
      goOn(page);
      const before = page.view.selected();
      known.resolve(cues);
      await walked;
      expect(page.view.selected()).toEqual(before);
      page.view.select("He");
      await page.commands.selectCue(1);
      expect(page.view.selected()).toEqual({ start: 3, end: 7 });
    }
  });

  test("further steps wait with the first one, a key that is held down does not", async () => {
    const known = Promise.withResolvers<Walk | null>();
    const page = aPage("He said no.", { cues: known.promise });
    const steps: number[] = [];
    const walked = page.commands.selectCue(1);
    page.commands.run(key("next_cue"), { ...inText, repeat: true });
    page.commands.run(key("previous_cue"), inText);
    known.resolve({
      next: ({ start }, by) => {
        steps.push(by);
        return { start: start + by, end: start + by + 1 };
      },
    });
    await walked;
    expect(steps).toEqual([1, -1]);
  });

  test("without what knows them, that is told", async () => {
    const page = aPage("He said no.");
    await page.commands.selectCue(1);
    expect(page.notices).toEqual(["You are offline, and this is not loaded yet."]);
  });
});

describe("setting an article aside", () => {
  test.for(["skip", "flag"] as const)("to %s it, the page asks why", (how) => {
    const page = aPage("Tehran forged it.");
    expect(page.commands.run(key(how), outside)).toBe(true);
    expect(page.page).toEqual([how]);
  });

  test("what is submitted can be flagged, not skipped", () => {
    const page = aPage("Tehran forged it.");
    page.own.become({ submittedAt: "2024-07-30T14:35:34.000Z" });
    page.commands.setAside("skip");
    page.commands.setAside("flag");
    expect(page.notices).toEqual(["What is submitted cannot be skipped. Reopen it first."]);
    expect(page.page).toEqual(["flag"]);
  });

  test("readers do neither, and are told so", () => {
    const page = aPage("Tehran forged it.", { reader: true });
    page.commands.run(key("skip"), inText);
    page.commands.run(key("flag"), inText);
    expect(page.problems).toHaveLength(2);
    expect(page.page).toEqual([]);
  });
});

test("the guidelines are shown to readers, too", () => {
  for (const reader of [false, true]) {
    const page = aPage("Tehran forged it.", { reader });
    expect(page.commands.run(key("guidelines"), outside)).toBe(true);
    expect(page.page).toEqual(["guidelines"]);
  }
});

describe("going to sentences without a span", () => {
  /** Its sentences begin at 0, 9, 14 and 20. */
  const article = "He knew. No. [c1:So] it. End.";
  const words = ({ annotator, view }: ReturnType<typeof aPage>) => {
    const range = view.selected();
    return range && annotator.text.slice(range);
  };

  test("selects one after the other from the caret, past those that a span touches, and back", () => {
    const page = aPage(article);
    const walked = (["next", "next", "next", "previous", "previous"] as const).map((way) => {
      page.commands.run(key(`${way}_unmarked`), inText);
      return words(page);
    });
    expect(walked).toEqual(["He knew", "No", "End", "No", "He knew"]);
  });

  test("at either end that is told, and what is selected stays so", () => {
    const page = aPage(article);
    page.view.select("End.");
    page.commands.run(key("next_unmarked"), inText);
    page.view.select("He knew.");
    page.commands.run(key("previous_unmarked"), inText);
    expect(page.notices).toEqual([
      "No further sentence without a span.",
      "No earlier sentence without a span.",
    ]);
    expect(words(page)).toBe("He knew.");
  });

  test("once a sentence is labelled, the next one is next", () => {
    const page = aPage(article);
    page.commands.selectUnmarked(1);
    page.commands.run(label("1"), inText);
    page.commands.selectUnmarked(1);
    expect(words(page)).toBe("No");
    page.commands.selectUnmarked(-1);
    expect(page.notices).toEqual(["No earlier sentence without a span."]);
  });
});

test.for([
  { kind: "find", done: "find" },
  { kind: "find_next", done: "find 1" },
  { kind: "find_previous", done: "find -1" },
] as const)("$kind is for the page to do", ({ kind, done }) => {
  const page = aPage("Tehran forged it.", { reader: true });
  expect(page.commands.run(key(kind), inText)).toBe(true);
  expect(page.page).toEqual([done]);
});

describe("labelling by key", () => {
  test("the selected text becomes a span of its words, and the selection a caret", () => {
    const page = aPage("Tehran forged it.");
    page.view.select("Tehran ");
    expect(page.commands.run(label("2"), outside)).toBe(true);
    expect([page.spans(), page.view.selected()]).toEqual([["denial:Tehran"], null]);
  });

  test("with text selected, the selected span keeps its label", () => {
    const page = aPage("[c1:Tehran] forged it.");
    page.annotator.select("c1");
    page.view.select("forged");
    page.commands.label("denial");
    expect(page.spans()).toEqual(["claim:Tehran", "denial:forged"]);
  });

  test("with a caret only, the selected span gets the label", () => {
    const page = aPage("[c1:Tehran] forged it.");
    page.annotator.select("c1");
    page.commands.run(label("3"), inText);
    expect(page.spans()).toEqual(["attribution:Tehran"]);
  });

  test("text without a letter or digit is no span, nor is the selected one changed", () => {
    const page = aPage("[c1:Tehran] … it.");
    page.annotator.select("c1");
    page.view.select(" … ");
    page.commands.label("denial");
    expect(page.spans()).toEqual(["claim:Tehran"]);
    expect(page.notices).toEqual(["A span covers at least one letter or digit."]);
  });

  test("a key that no label has is the browser's", () => {
    const page = aPage("Tehran forged it.");
    page.view.select("Tehran");
    expect([page.commands.run(label("9"), inText), page.spans()]).toEqual([false, []]);
  });

  test("as the last time, it asks for no attributes: they are as the last time, too", () => {
    const page = aPage("Tehran forged it. Moscow denied it.");
    page.view.select("Tehran forged it");
    page.commands.label("claim");
    expect(page.commands.strip.state()).not.toBeNull();
    page.view.select("Moscow denied it");
    page.commands.run(key("repeat"), inText);
    expect(page.commands.strip.state()).toBeNull();
  });

  test("as the last time, with the attributes that span has got since", () => {
    const page = aPage("Tehran forged it. Moscow denied it.");
    page.view.select("Tehran forged it");
    page.commands.run(label("1"), inText);
    page.annotator.perform(setAttribute(theSpan(page), "certainty", "probable"));
    page.view.select("Moscow denied it");
    expect(page.commands.run(key("repeat"), inText)).toBe(true);
    expect(page.spans()).toEqual(["claim:Tehran forged it", "claim:Moscow denied it"]);
    expect(theSpan(page).attributes).toEqual({ certainty: "probable" });
    page.annotator.undo();
    expect(page.spans()).toEqual(["claim:Tehran forged it"]);
  });

  test("as the last time, though that span has been removed", () => {
    const page = aPage("Tehran forged it. Moscow denied it.");
    page.view.select("Tehran");
    page.commands.run(label("2"), inText);
    page.annotator.perform(setAttribute(theSpan(page), "form", "direct"));
    page.commands.run(key("remove"), inText);
    page.view.select("Moscow");
    page.commands.run(key("repeat"), inText);
    expect(page.spans()).toEqual(["denial:Moscow"]);
    expect(theSpan(page).attributes).toEqual({ form: "direct" });
  });

  test("as the last time, with a caret only, for the selected span, in one step", () => {
    const page = aPage("[c1:Tehran] forged it. [a1:Moscow] denied it.");
    page.annotator.select("c1");
    page.commands.run(label("2"), inText);
    page.annotator.perform(setAttribute(theSpan(page), "form", "direct"));
    page.annotator.select("a1");
    page.commands.run(key("repeat"), inText);
    page.commands.run(key("repeat"), inText);
    expect(page.spans()).toEqual(["denial:Tehran", "denial:Moscow"]);
    expect(theSpan(page).attributes).toEqual({ form: "direct" });
    page.annotator.undo();
    expect(page.spans()).toEqual(["denial:Tehran", "attribution:Moscow"]);
  });

  test("as the last time, where there was none: that is told", () => {
    const page = aPage("[c1:Tehran] forged it.");
    page.view.select("forged");
    page.commands.run(key("repeat"), inText);
    expect(page.spans()).toEqual(["claim:Tehran"]);
    expect(page.notices).toEqual(["Nothing to repeat yet."]);
  });

  test("while a link waits for its type, digits choose that", () => {
    const page = aPage("[a1:He] said [a2:she] knew.");
    page.annotator.select("a1");
    page.commands.run(key("link"), inText);
    page.annotator.select("a2");
    expect(page.commands.run(label("2"), inText)).toBe(true);
    expect(page.annotator.state().linking?.choice).toBe(1);
    expect(page.spans()).toEqual(["attribution:He", "attribution:she"]);
  });
});

describe("the parts of a span", () => {
  test.for([
    {
      name: "the selected text becomes its boundaries",
      kind: "boundaries",
      spans: ["claim:forged"],
    },
    {
      name: "the selected text becomes a part of it",
      kind: "fragment",
      spans: ["claim:Tehran forged"],
    },
  ] as const)("$name", async ({ kind, spans }) => {
    const page = aPage("[c1:Tehran] has forged it.");
    page.annotator.select("c1");
    page.view.select(" forged");
    expect(page.commands.run(key(kind), outside)).toBe(true);
    await page.fetched();
    expect([page.spans(), page.view.selected(), page.notices]).toEqual([spans, null, []]);
  });

  test.for(["boundaries", "fragment"] as const)(
    "without text, or without a span, %s are asked for",
    async (kind) => {
      const page = aPage("[c1:Tehran] forged it.");
      page.view.select("forged");
      page.commands.run(key(kind), inText);
      await page.fetched();
      page.view.collapse();
      page.annotator.select("c1");
      page.commands.run(key(kind), inText);
      await page.fetched();
      expect(page.notices).toHaveLength(2);
      expect(page.notices[0]).toContain("Select a span first");
      expect(page.notices[1]).toContain("Select the text");
      expect(page.spans()).toEqual(["claim:Tehran"]);
    },
  );
});

describe("moving an edge by arrow", () => {
  const arrow = (edge: "start" | "end", towards: "left" | "right"): Command => {
    return { kind: `${edge}_word_${towards}` };
  };

  test.for([
    {
      name: "right is on",
      direction: "ltr",
      command: arrow("end", "right"),
      words: "claim:said it was",
    },
    {
      name: "left is back",
      direction: "ltr",
      command: arrow("start", "left"),
      words: "claim:he said it",
    },
    {
      name: "from right to left, left is on",
      direction: "rtl",
      command: arrow("end", "left"),
      words: "claim:said it was",
    },
    {
      name: "and right is back",
      direction: "rtl",
      command: arrow("start", "right"),
      words: "claim:he said it",
    },
  ] as const)("$name", ({ direction, command, words }) => {
    const page = aPage("Yes, he [c1:said it] was so.");
    page.annotator.select("c1");
    page.view.direction = direction;
    expect(page.commands.run(command, outside)).toBe(true);
    expect(page.spans()).toEqual([words]);
  });

  test("the direction is that of the letter at the edge, within the span", () => {
    const page = aPage("Yes, he [c1:said it] was so.");
    page.annotator.select("c1");
    page.commands.run(arrow("start", "left"), outside);
    page.commands.run(arrow("end", "right"), outside);
    expect(page.view.asked).toEqual([8, 14]);
  });

  test("without a span it is the browser's", () => {
    const page = aPage("[c1:Tehran] forged it.");
    expect(page.commands.run(arrow("end", "right"), inText)).toBe(false);
  });
});

describe("removing by key", () => {
  test("the selected span goes", () => {
    const page = aPage("[c1:Tehran] forged it.");
    page.annotator.select("c1");
    expect([page.commands.run(key("remove"), outside), page.spans()]).toEqual([true, []]);
  });

  test("with text selected nothing goes, for text cannot be deleted", () => {
    const page = aPage("[c1:Tehran] forged it.");
    page.annotator.select("c1");
    page.view.select("forged");
    expect(page.commands.run(key("remove"), inText)).toBe(true);
    expect(page.commands.run(key("remove"), outside)).toBe(false);
    expect(page.spans()).toEqual(["claim:Tehran"]);
  });

  test("with nothing to remove, the key is used in the text alone", () => {
    const page = aPage("[c1:Tehran] forged it.");
    expect([
      page.commands.run(key("remove"), inText),
      page.commands.run(key("remove"), outside),
    ]).toEqual([true, false]);
  });
});

describe("going about", () => {
  test("the next and the previous span come into view at their start", () => {
    const page = aPage("Yes, [c1:Tehran] forged [c2:it].");
    expect(page.commands.run(key("next"), outside)).toBe(true);
    page.commands.run(key("next"), outside);
    expect([page.annotator.state().selected, page.view.revealed]).toEqual(["c2", 19]);
    expect(page.commands.run(key("previous"), outside)).toBe(true);
    expect([page.annotator.state().selected, page.view.revealed]).toEqual(["c1", 5]);
  });

  test("the caret is where it begins", () => {
    const page = aPage("Yes, [c1:Tehran] forged [c2:it].");
    page.view.putCaret("forged");
    page.commands.step(1);
    expect(page.annotator.state().selected).toBe("c2");
  });

  test("where there is no next one, the view stays", () => {
    const page = aPage("Yes.");
    page.commands.step(1);
    page.commands.reveal("c1");
    expect(page.view.revealed).toBeNull();
  });
});

describe("choosing at the caret", () => {
  const nested = "[c1:Tehran, [a1:he said], forged] it.";

  test("Enter goes round the spans there", () => {
    const page = aPage(nested);
    page.view.putCaret("said");
    const chosen = [1, 2, 3].map(() => [
      page.commands.run(key("choose"), inText),
      page.annotator.state().selected,
    ]);
    expect(chosen).toEqual([
      [true, "a1"],
      [true, "c1"],
      [true, "a1"],
    ]);
  });

  test("Tab leaves the text after the last one", () => {
    const page = aPage(nested);
    page.view.putCaret("said");
    expect(page.commands.run(key("cycle"), inText)).toBe(false);
    page.annotator.select("a1");
    expect([page.commands.run(key("cycle"), inText), page.annotator.state().selected]).toEqual([
      true,
      "c1",
    ]);
    expect(page.commands.run(key("cycle"), inText)).toBe(false);
  });

  test("a caret right after a span is at it, one at the very start is at nothing before", () => {
    const page = aPage("It [c1:knew].");
    page.view.putCaret(".");
    page.commands.run(key("choose"), inText);
    expect(page.annotator.state().selected).toBe("c1");
    page.annotator.select(null);
    page.view.putCaret("It");
    expect([page.commands.run(key("choose"), inText), page.annotator.state().selected]).toEqual([
      true,
      null,
    ]);
  });

  test("outside the text these keys are the browser's", () => {
    const page = aPage(nested);
    page.view.putCaret("said");
    page.annotator.select("a1");
    expect([
      page.commands.run(key("choose"), outside),
      page.commands.run(key("cycle"), outside),
    ]).toEqual([false, false]);
    expect(page.annotator.state().selected).toBe("a1");
  });

  test("with text selected, Tab leads on to the bar", () => {
    const page = aPage(nested);
    page.annotator.select("a1");
    page.view.select("said");
    expect([page.commands.run(key("cycle"), inText), page.annotator.state().selected]).toEqual([
      false,
      "a1",
    ]);
  });

  test("while linking, Enter links from anywhere", () => {
    const page = aPage(nested);
    page.annotator.select("a1");
    page.commands.run(key("link"), outside);
    expect(page.commands.run(key("choose"), outside)).toBe(true);
    expect(page.relations()).toEqual(["source_of:he said → Tehran, he said, forged"]);
  });
});

describe("linking by keys", () => {
  const four = "[a1:He said] [c1:one]. [c2:Two] and [c3:three] and four.";
  const targets = (page: ReturnType<typeof aPage>) => page.annotator.state().linking?.target;

  test.for([
    { by: "R and Shift+R", on: key("link"), back: key("link_back") },
    { by: "N and Shift+N", on: key("next"), back: key("previous") },
  ])("$by go from the nearest target to the next and back", ({ on, back }) => {
    const page = aPage(four);
    page.annotator.select("a1");
    page.commands.run(key("link"), inText);
    const seen = [on, on, on, back, back].map((step) => {
      page.commands.run(step, inText);
      return targets(page);
    });
    expect(seen).toEqual(["c2", "c3", "c1", "c3", "c2"]);
    page.commands.run(key("choose"), inText);
    expect(page.relations()).toEqual(["source_of:He said → Two"]);
  });

  test("the arrows do, and without a link to be made they are the browser's", () => {
    const page = aPage(four);
    page.annotator.select("a1");
    expect(page.commands.answer(press("ArrowRight"))).toBeNull();
    page.commands.run(key("link_back"), inText);
    const seen = ["ArrowRight", "ArrowRight", "ArrowLeft", "Shift+ArrowRight"].map((chord) => [
      page.commands.answer(press(chord)),
      targets(page),
    ]);
    expect(seen).toEqual([
      ["used", "c2"],
      ["used", "c3"],
      ["used", "c2"],
      [null, "c2"],
    ]);
  });

  test("arrows up and down go by paragraphs, to what is likeliest there", () => {
    const page = aPage("[c1:One].\n[c2:Two].\nNone.\n[c3:Three] and [c4:four].\n[a1:He] said.");
    page.annotator.select("a1");
    page.commands.run(key("link"), inText);
    const up = ["ArrowUp", "ArrowUp", "ArrowUp"].map((chord) => {
      page.commands.answer(press(chord));
      return targets(page);
    });
    const down = ["ArrowDown", "ArrowDown", "ArrowDown"].map((chord) => {
      page.commands.answer(press(chord));
      return targets(page);
    });
    expect([up, down]).toEqual([
      ["c2", "c1", "c1"],
      ["c2", "c4", "c4"],
    ]);
    expect(page.view.shown).toBe(page.annotator.set.spans.get("c4")?.fragments[0]?.start);
  });

  test("what it is linked with, by one relation or two, comes last", () => {
    const page = aPage("[c1:One] [c2:two] [c3:three] [a1:he] [a2:she] said.", {
      relations: ["c2 same_claim c3", "a1 source_of c3"],
    });
    page.annotator.select("a1");
    page.commands.run(key("link"), inText);
    const seen = Array.from({ length: 4 }, () => {
      const target = targets(page);
      page.commands.run(key("link"), inText);
      return target;
    });
    expect(seen).toEqual(["a2", "c1", "c2", "a2"]);
  });

  test.for(["choose", "cancel"] as const)(
    "the target is brought into view, and after %s where it began; the caret stays",
    (end) => {
      const page = aPage(four);
      page.annotator.select("a1");
      page.view.putCaret("four");
      const caret = page.view.caret();
      page.commands.link();
      expect([page.view.shown, page.view.caret()]).toEqual([8, caret]);
      page.commands.run(key(end), inText);
      expect([page.view.shown, page.view.caret()]).toEqual([0, caret]);
    },
  );

  test("what is linked already is left out the next time", () => {
    const page = aPage(four);
    page.annotator.select("a1");
    for (const one of ["link", "choose", "link"] as const) page.commands.run(key(one), inText);
    expect(page.annotator.state().linking).toMatchObject({ target: "c2", targets: 2 });
    page.commands.run(key("choose"), inText);
    expect(page.relations()).toEqual(["source_of:He said → one", "source_of:He said → Two"]);
  });

  test("a claim finds its attribution, the other way round", () => {
    const page = aPage(four);
    page.annotator.select("c1");
    page.commands.run(key("link"), inText);
    page.commands.run(key("choose"), inText);
    expect(page.relations()).toEqual(["source_of:He said → one"]);
  });
});

test("Escape leaves the selected text first, then what is selected, then is the browser's", () => {
  const page = aPage("[c1:Tehran] forged it.");
  page.annotator.select("c1");
  page.view.select("forged");
  const left = () => [
    page.commands.run(key("cancel"), inText),
    page.view.selected() === null,
    page.annotator.state().selected,
  ];
  expect([left(), left(), left()]).toEqual([
    [true, true, "c1"],
    [true, true, null],
    [false, true, null],
  ]);
});

describe("Escape outside the text leads back to it", () => {
  test("and leaves the selected span for the next one", () => {
    const page = aPage("[c1:Tehran] forged it.");
    page.annotator.select("c1");
    expect(page.commands.run(key("cancel"), outside)).toBe(true);
    expect([page.view.hasFocus, page.annotator.state().selected]).toEqual([true, "c1"]);
  });

  test("from the bar about the selected text, which goes with it", () => {
    const page = aPage("Tehran forged it.");
    page.view.select("forged");
    page.commands.run(key("cancel"), outside);
    expect([page.view.hasFocus, page.view.selected()]).toEqual([true, null]);
  });

  test("from the strip about a link, which is called off", () => {
    const page = aPage("[c1:Tehran] [d1:forged] it.");
    page.annotator.select("d1");
    page.annotator.startLinking();
    page.commands.run(key("cancel"), outside);
    expect([page.view.hasFocus, page.annotator.state().linking]).toEqual([true, null]);
    expect(page.annotator.state().selected).toBe("d1");
  });
});

test("undo, redo, submit and help are used wherever they are pressed", () => {
  const page = aPage("[c1:Tehran] [c2:forged] it.");
  page.annotator.select("c1");
  page.annotator.remove();
  const run = (kind: "undo" | "redo" | "submit" | "help") => page.commands.run(key(kind), outside);
  expect([run("undo"), page.spans()]).toEqual([true, ["claim:Tehran", "claim:forged"]]);
  expect([run("redo"), page.spans()]).toEqual([true, ["claim:forged"]]);
  expect([run("submit"), run("help"), page.page]).toEqual([true, true, ["submit", "help"]]);
});

describe("a key that is held down", () => {
  const kinds = [
    "remove",
    "boundaries",
    "fragment",
    "link",
    "next",
    "previous",
    "choose",
    "cycle",
    "cancel",
    "submit",
    "help",
  ] as const;
  test.for(kinds)("%s is done once, and the key stays the page's", (kind) => {
    const page = aPage("[c1:Tehran], [a1:he said], [c2:forged] [c3:it].");
    page.annotator.select("c1");
    const before = page.annotator.state();
    expect(page.commands.run(key(kind), held)).toBe(true);
    expect([page.annotator.state(), page.page, page.notices]).toEqual([before, [], []]);
  });

  test("a label is given once", () => {
    const page = aPage("[c1:Tehran] forged it.");
    page.annotator.select("c1");
    expect(page.commands.run(label("2"), held)).toBe(true);
    expect(page.spans()).toEqual(["claim:Tehran"]);
  });

  test("what is final is used up, also outside the text", () => {
    const page = aPage("[c1:Tehran] forged it.");
    expect(page.commands.run(key("submit"), { inText: false, repeat: true })).toBe(true);
    expect(page.page).toEqual([]);
  });

  test("Tab goes on through the page once it has left the text, or nothing is selected there", () => {
    const page = aPage("[c1:Tehran] forged it.");
    expect(page.commands.run(key("cycle"), held)).toBe(false);
    page.annotator.select("c1");
    expect(page.commands.run(key("cycle"), { inText: false, repeat: true })).toBe(false);
  });

  const edge = (towards: "left" | "right") => ({ kind: `end_${towards}` }) as const;

  test("an edge goes on, as one step of undo and one thing said", () => {
    const page = aPage("[c1:Tehran] forged it.");
    page.annotator.select("c1");
    page.commands.run(edge("left"), inText);
    page.commands.run(edge("left"), held);
    page.commands.run(edge("left"), held);
    expect(page.spans()).toEqual(["claim:Teh"]);
    expect(page.annotator.state().announcements.map(({ words }) => words)).toEqual([
      "claim: Tehran",
      "Teh",
    ]);
    page.annotator.undo();
    expect(page.spans()).toEqual(["claim:Tehran"]);
  });

  test("an edge that is moved by a further press is a further step", () => {
    const page = aPage("[c1:Tehran] forged it.");
    page.annotator.select("c1");
    page.commands.run(edge("left"), inText);
    page.commands.run(edge("left"), inText);
    page.annotator.undo();
    expect(page.spans()).toEqual(["claim:Tehra"]);
  });

  test("a key that is held over to another span moves that in a step of its own", () => {
    const page = aPage("[c1:Tehran] [c2:forged] it.");
    for (const id of ["c1", "c2"]) {
      page.annotator.select(id);
      page.commands.run(edge("left"), held);
    }
    page.annotator.undo();
    expect(page.spans()).toEqual(["claim:Tehra", "claim:forged"]);
  });

  test("undo and redo go on, step by step", () => {
    const page = aPage("[c1:Tehran] forged it.");
    page.annotator.select("c1");
    page.commands.run(edge("left"), inText);
    page.commands.run(edge("left"), inText);
    page.commands.run(key("undo"), held);
    page.commands.run(key("undo"), held);
    expect(page.spans()).toEqual(["claim:Tehran"]);
    page.commands.run(key("redo"), held);
    expect(page.spans()).toEqual(["claim:Tehra"]);
  });
});

describe("submitting", () => {
  const imported: ReadOnlySet = {
    id: "i",
    kind: "imported",
    annotator: "a9",
    spans: pictured("[c1:Tehran] forged it.").spans,
    relations: [],
  };

  test("of several layers, the one that is shown is named", () => {
    const other = { ...imported, id: "j", annotator: "a7" };
    const page = aPage("Tehran forged it.", { readOnlySets: [imported, other] });
    page.annotator.show("j");
    page.commands.run(key("submit"), inText);
    expect(page.notices).toEqual([expect.stringContaining("looking at Imported · a7.")]);
  });

  test("what is shown is another layer: nothing is submitted, one's own is offered", () => {
    const page = aPage("Tehran forged it.", { readOnlySets: [imported] });
    page.commands.run(key("submit"), inText);
    expect([page.page, page.notices]).toEqual([
      [],
      ["Nothing was submitted: you are looking at Imported · a9."],
    ]);
    page.remedies[0]?.onClick();
    expect(page.annotator.state().shown).toBe(OWN_SET);
    page.commands.submit();
    expect(page.page).toEqual(["ask if nothing"]);
  });

  test("one's own set is not submitted either while another layer is shown over it", () => {
    const page = aPage("[c1:Tehran] forged it.", { readOnlySets: [imported] });
    page.annotator.show("i");
    page.commands.submit();
    expect(page.page).toEqual([]);
  });

  test("an empty set asks first", () => {
    const page = aPage("Tehran forged it.");
    page.commands.run(key("submit"), inText);
    expect(page.page).toEqual(["ask if nothing"]);
  });

  test("once it is submitted, the key goes on", () => {
    const page = aPage("[c1:Tehran] forged it.");
    page.own.submittedAt = "2024-07-30T14:35:34.000Z";
    page.commands.run(key("submit"), inText);
    expect(page.page).toEqual(["next"]);
  });

  test("a reader has nothing to submit", () => {
    const page = aPage("Tehran forged it.", { reader: true, readOnlySets: [imported] });
    page.commands.run(key("submit"), inText);
    expect([page.page, page.notices]).toEqual([[], []]);
  });
});

describe("a press beside all spans", () => {
  beforeEach(() => {
    vi.useFakeTimers();
    return () => vi.useRealTimers();
  });

  const article = "[c1:Tehran] forged [d1:it].";

  test("deselects a moment later", () => {
    const page = aPage(article);
    page.annotator.select("c1");
    page.commands.press([]);
    expect(page.annotator.state().selected).toBe("c1");
    vi.advanceTimersByTime(300);
    expect(page.annotator.state().selected).toBeNull();
  });

  test("does not deselect what has been marked since by key", () => {
    const page = aPage("Tehran forged it.");
    page.commands.press([]);
    page.view.select("Tehran");
    page.commands.run(label("2"), inText);
    vi.advanceTimersByTime(300);
    expect(page.annotator.selectedSpan?.quote).toBe("Tehran");
  });

  test("nor what has been selected since in the list", () => {
    const page = aPage(article);
    page.annotator.select("c1");
    page.commands.press([]);
    page.annotator.select("d1");
    vi.advanceTimersByTime(300);
    expect(page.annotator.state().selected).toBe("d1");
  });

  test("comes before the next key, which so finds nothing to remove", () => {
    const page = aPage(article);
    page.annotator.select("c1");
    page.commands.press([]);
    page.commands.run(key("remove"), inText);
    expect([page.annotator.state().selected, page.spans().length]).toEqual([null, 2]);
  });

  test("leaves the span selected if a second one selects a word", () => {
    const page = aPage(article);
    page.annotator.select("c1");
    page.commands.press([]);
    page.commands.press(null);
    vi.advanceTimersByTime(300);
    expect(page.annotator.state().selected).toBe("c1");
  });

  test("waits its own while, whatever became of the one before", () => {
    const page = aPage(article);
    page.commands.press([]);
    vi.advanceTimersByTime(100);
    page.commands.run(key("help"), inText);
    page.annotator.select("c1");
    vi.advanceTimersByTime(150);
    page.commands.press([]);
    vi.advanceTimersByTime(100);
    expect(page.annotator.state().selected).toBe("c1");
    vi.advanceTimersByTime(200);
    expect(page.annotator.state().selected).toBeNull();
  });

  test("gives way to a press on a span", () => {
    const page = aPage(article);
    page.annotator.select("c1");
    page.commands.press([]);
    page.commands.press(["d1"]);
    vi.advanceTimersByTime(300);
    expect(page.annotator.state().selected).toBe("d1");
  });
});

test("the focus is taken back into the text", () => {
  const page = aPage("Tehran forged it.");
  page.commands.focusText();
  expect(page.view.hasFocus).toBe(true);
});

test("R is used even where no link begins, and says why", () => {
  const page = aPage("[c1:Tehran] forged it.");
  page.view.select("forged");
  expect(page.commands.run(key("link"), inText)).toBe(true);
  expect(page.notices).toEqual([
    "Select a span first, by a click or with N. R then links it with another one.",
  ]);
});

test.for([
  {
    name: "names the reviewer's keys",
    keys: { next: ["J"], link: ["U"], fragment: ["="] },
    told: [
      "Select a span first, by a click or with J. U then links it with another one.",
      "Select the text to add to the span, then press =.",
    ],
  },
  {
    name: "names none where none does it",
    keys: { next: [], link: [], fragment: [] },
    told: [
      "Select a span first, by a click. The list of commands then links it with another one.",
      "Select the text to add to the span first.",
    ],
  },
])("what is told $name", async ({ keys, told }) => {
  const page = aPage("[c1:Tehran] forged it.");
  page.annotator.told.keysAre(new Keymap({ keys, single: true }));
  page.commands.link();
  page.annotator.select("c1");
  page.commands.addFragment();
  await page.fetched();
  expect(page.notices).toEqual(told);
});

describe("where nothing can be changed, a key that would says so, and asks for nothing", () => {
  const gold: ReadOnlySet = { id: "g", kind: "gold", annotator: "a", spans: [], relations: [] };
  test.for([
    { name: "of a reader", options: { reader: true }, says: "You may read this project" },
    {
      name: "in another layer",
      options: { readOnlySets: [gold] },
      says: "This layer is read-only",
    },
    { name: "in a submitted set", options: {}, says: "This annotation is submitted. Reopen it" },
  ])("$name", async ({ name, options, says }) => {
    for (const pressed of [label("1"), key("link"), key("boundaries"), key("fragment")]) {
      for (const selected of ["", " … ", "Tehran"]) {
        // One's own is shown as soon as something is labelled.
        if (pressed.kind === "label" && selected === "Tehran" && name === "in another layer")
          continue;
        const page = aPage("Tehran … forged it.", options);
        if (page.annotator.ownSet && !("readOnlySets" in options)) {
          page.own.become({ submittedAt: "2024-07-30T14:35:34.000Z" });
        }
        if (selected !== "") page.view.select(selected);
        expect(page.commands.run(pressed, inText)).toBe(true);
        await page.fetched();
        expect([page.notices, page.problems]).toEqual([[], [expect.stringContaining(says)]]);
        const said = page.annotator.state().announcements.map(({ words }) => words);
        expect(said.at(-1)).toContain(says);
        expect(said.filter((words) => words.includes("removed"))).toEqual([]);
      }
    }
  });
});

describe("a label that sticks", () => {
  const stick = (digit: string): Command => ({ kind: "stick", key: digit });

  test("labels what is selected, and each selection as it ends, until Escape", () => {
    const page = aPage("Tehran forged it. Moscow denied it.");
    page.view.select("Tehran forged it");
    page.commands.run(stick("1"), inText);
    page.view.select("Moscow");
    page.commands.selectionEnded();
    expect(page.spans()).toEqual(["claim:Tehran forged it", "claim:Moscow"]);
    expect(page.commands.run(key("cancel"), inText)).toBe(true);
    page.view.select("denied");
    page.commands.selectionEnded();
    expect(page.spans()).toHaveLength(2);
    expect(page.annotator.state().sticky).toBeNull();
  });

  test("is taken off by the same key, and changed by another", () => {
    const page = aPage("Tehran forged it.");
    page.commands.run(stick("1"), inText);
    page.commands.run(stick("2"), inText);
    expect(page.annotator.state().sticky).toBe("denial");
    page.commands.run(stick("2"), inText);
    expect(page.annotator.state().sticky).toBeNull();
  });

  test("labels by Enter what keys have selected", () => {
    const page = aPage("Tehran forged it.");
    page.commands.run(stick("1"), inText);
    page.view.select("forged");
    page.commands.run(key("choose"), inText);
    expect(page.spans()).toEqual(["claim:forged"]);
  });

  test("does nothing at a caret, and a key that no label has is the browser's", () => {
    const page = aPage("Tehran forged it.");
    expect(page.commands.run(stick("9"), inText)).toBe(false);
    page.commands.run(stick("1"), inText);
    expect([page.commands.selectionEnded(), page.spans()]).toEqual([false, []]);
  });

  test("is not there where nothing can be changed, which is said", () => {
    const page = aPage("[c1:Tehran] forged it.");
    page.own.submittedAt = "2024-07-30T14:35:34.000Z";
    page.commands.run(stick("1"), inText);
    expect(page.annotator.state().sticky).toBeNull();
    expect(page.problems).toHaveLength(1);
  });
});

describe("merging, splitting and taking attributes", () => {
  test("M merges the selected span with the next of its label, one step of undo", async () => {
    const page = aPage("[c1:Tehran] [d1:x] [c2:forged] [c3:it].");
    page.annotator.select("c1");
    page.commands.run(key("merge"), inText);
    await expect.poll(page.spans).toEqual(["claim:Tehran forged", "denial:x", "claim:it"]);
    page.annotator.undo();
    expect(page.spans()).toHaveLength(4);
  });

  test("with text selected, M merges what lies on it", async () => {
    const page = aPage("[c1:Tehran] [c2:forged] [c3:it].");
    page.view.select("Tehran forged it");
    page.commands.run(key("merge"), inText);
    await expect.poll(page.spans).toEqual(["claim:Tehran forged it"]);
  });

  test("X splits the selected span at the caret", async () => {
    const page = aPage("[c1:Tehran forged it].");
    page.annotator.select("c1");
    page.view.putCaret("forged");
    page.commands.run(key("split"), inText);
    await expect.poll(page.spans).toEqual(["claim:Tehran", "claim:forged it"]);
  });

  test("V takes the attributes of the span before with the same label", async () => {
    const page = aPage("[c1:Tehran] [d1:forged] [c2:it].");
    page.annotator.select("c1");
    page.annotator.perform(setAttribute(theSpan(page), "polarity", "negative"));
    page.annotator.select("c2");
    page.commands.run(key("copy_attributes"), inText);
    await expect.poll(() => theSpan(page).attributes).toEqual({ polarity: "negative" });
  });

  test.for([
    ["merge", "Select a span first, or text across those to merge."],
    ["split", "Select a span first, and put the caret where it is to be split."],
    ["copy_attributes", "Select a span first, to give it the attributes of the one before."],
    ["occurrences", "Select a span first, whose words are to be labelled everywhere."],
  ] as const)("%s without a span says what to do first", async ([command, words]) => {
    const page = aPage("Tehran forged it.");
    expect(page.commands.run(key(command), inText)).toBe(true);
    await expect.poll(() => page.notices).toEqual([words]);
  });

  test.for([
    ["merge", "There is no further claim to merge it with."],
    ["split", "Put the caret between two words of the span, where it is to be split."],
    ["copy_attributes", "There is no claim before it."],
  ] as const)("%s where there is nothing to do says so", async ([command, words]) => {
    const page = aPage("[c1:Tehran] forged [d1:it].");
    page.annotator.select("c1");
    page.commands.run(key(command), inText);
    await expect.poll(() => [page.notices, page.page]).toEqual([[words], []]);
  });

  test("what merges where another span was selected has the first one selected", async () => {
    const page = aPage("[c1:Tehran] [c2:forged] [d1:it].");
    page.annotator.select("d1");
    page.view.select("Tehran forged");
    page.commands.run(key("merge"), inText);
    await expect.poll(() => page.annotator.selectedSpan?.id).toBe("c1");
    expect(page.annotator.state().announcements.at(-1)?.words).toBe("Merged: Tehran forged");
  });

  test.for([
    ["merge", "", ["claim:Tehran said it forged it", "denial:no"]],
    ["split", "", ["claim:Tehran", "claim:said", "claim:it forged it", "denial:no"]],
    ["fragment", "no", ["claim:Tehran said no", "claim:it forged it", "denial:no"]],
    ["boundaries", "Tehran", ["claim:Tehran", "claim:it forged it", "denial:no"]],
    ["without", "said", ["claim:Tehran", "claim:it forged it", "denial:no"]],
  ] as const)(
    "%s is done to what was selected as its key was pressed, once it is there",
    async ([command, selected, spans]) => {
      const known = Promise.withResolvers<typeof reworking | null>();
      const page = aPage("[c1:Tehran said] [c2:it forged it], [d1:no].", {
        reworking: known.promise,
      });
      page.annotator.select("c1");
      if (selected === "") page.view.putCaret("said");
      else page.view.select(selected);
      page.commands.run(key(command), inText);
      page.view.select("forged");
      page.annotator.select("d1");
      known.resolve(reworking);
      await page.fetched();
      expect([page.spans(), page.notices]).toEqual([spans, []]);
      expect([page.annotator.selectedSpan?.id, page.view.selected()]).toEqual([
        "d1",
        { start: 15, end: 21 },
      ]);
    },
  );

  test("what is gone by then is let be", async () => {
    const known = Promise.withResolvers<typeof reworking | null>();
    const page = aPage("[c1:Tehran said] [c2:it].", { reworking: known.promise });
    page.annotator.select("c1");
    page.view.putCaret("said");
    for (const command of ["split", "copy_attributes", "without", "merge"] as const) {
      page.commands.run(key(command), inText);
    }
    page.annotator.remove();
    known.resolve(reworking);
    await page.fetched();
    expect([page.spans(), page.notices]).toEqual([["claim:it"], []]);
  });

  test("what cannot be fetched is told", async () => {
    const page = aPage("[c1:Tehran] [c2:forged].", { reworking: null });
    page.annotator.select("c1");
    page.commands.run(key("merge"), inText);
    await expect.poll(() => page.notices).toEqual(["You are offline, and this is not loaded yet."]);
  });

  test("where the words of a span are nowhere else, that is told", () => {
    const page = aPage("[c1:Tehran] forged [d1:it]. Tehran said [a1:so] they [a1:said].");
    page.annotator.select("c1");
    expect([nowhereElse(page.annotator), page.notices]).toEqual([false, []]);
    page.annotator.select("d1");
    expect(nowhereElse(page.annotator)).toBe(true);
    page.annotator.select("a1");
    expect(nowhereElse(page.annotator)).toBe(true);
    expect(page.notices).toEqual([
      "These words are nowhere else without a label of this kind.",
      "These words are nowhere else in one piece without a label of this kind.",
    ]);
  });

  test("O shows where the words are besides, and labels them with the attributes in one step", () => {
    const page = aPage("[c1:Tehran] forged it, Tehran said. Tehran.");
    page.annotator.select("c1");
    page.annotator.perform(setAttribute(theSpan(page), "polarity", "negative"));
    page.commands.run(key("occurrences"), inText);
    expect(page.page).toEqual(["occurrences"]);
    labelAlike(page.annotator, occurrencesOf(page.annotator, theSpan(page)));
    expect(page.spans()).toEqual(["claim:Tehran", "claim:Tehran", "claim:Tehran"]);
    const { spans } = page.annotator.state();
    expect(spans.map(({ attributes }) => attributes.polarity)).toEqual(Array(3).fill("negative"));
    page.annotator.undo();
    expect(page.spans()).toEqual(["claim:Tehran"]);
  });
});

describe("selecting by keys", () => {
  const picture = "“It is so,” [c1:he said]. Then he left.\nNobody else was asked.\n\n\nOne more.";
  const words = (page: ReturnType<typeof aPage>) => {
    const selected = page.view.selected();
    return selected && page.annotator.text.slice(selected);
  };
  /** What is selected after each of some keys, from a caret before some words. */
  const selectedBy = (caret: string, ...keys: Parameters<typeof key>[0][]) => {
    const page = aPage(picture);
    page.view.putCaret(caret);
    return keys.map((kind) => {
      expect(page.commands.run(key(kind), inText)).toBe(true);
      return words(page);
    });
  };

  test("the word at the caret, then the next too", () => {
    expect(selectedBy("he said", "grow_word", "grow_word", "grow_word")).toEqual([
      "he",
      "he said",
      "he said. Then",
    ]);
  });

  test("the sentence, then the next too", () => {
    expect(selectedBy("is so", "grow_sentence", "grow_sentence")).toEqual([
      "“It is so,” he said",
      "“It is so,” he said. Then he left",
    ]);
  });

  test("the paragraph, then the next too", () => {
    expect(selectedBy("Then", "grow_paragraph", "grow_paragraph")).toEqual([
      "“It is so,” he said. Then he left",
      "“It is so,” he said. Then he left.\nNobody else was asked",
    ]);
  });

  test("from elsewhere on the page the focus comes into the text", () => {
    const page = aPage(picture);
    page.commands.run(key("grow_word"), outside);
    expect([page.view.hasFocus, words(page)]).toEqual([true, "It"]);
  });

  test("the edges of what is selected, by words and by characters", () => {
    expect(
      selectedBy(
        "he said",
        "grow_word",
        "start_back",
        "end_on",
        "start_on",
        "end_back",
        "start_on",
        "end_on_exact",
        "end_back_exact",
        "start_back_exact",
        "start_on_exact",
      ),
    ).toEqual(["he", "so,” he", "so,” he said", "he said", "he", "he", "he s", "he", "” he", "he"]);
  });

  test("of the word at the caret, where nothing is selected", () => {
    expect(selectedBy("said", "end_on")).toEqual(["said. Then"]);
    expect(selectedBy("said", "start_back")).toEqual(["he said"]);
    expect(selectedBy("said", "start_on")).toEqual(["said"]);
  });

  test("of the selected span where no text is, and held down in one step", () => {
    const page = aPage(picture);
    page.annotator.select("c1");
    page.commands.run(key("start_back"), inText);
    page.commands.run(key("start_back"), held);
    expect([page.spans(), words(page)]).toEqual([["claim:is so,” he said"], null]);
    page.annotator.undo();
    expect(page.spans()).toEqual(["claim:he said"]);
  });

  test("of the selected text where both are, whichever way it runs", () => {
    const page = aPage(picture);
    page.view.direction = "rtl";
    page.annotator.select("c1");
    page.view.select("left");
    page.commands.run(key("start_back"), inText);
    expect([page.spans(), words(page)]).toEqual([["claim:he said"], "he left"]);
  });

  test("a selection over two paragraphs is a span with a part in each", () => {
    const page = aPage(picture);
    page.view.select("left.\nNobody");
    page.commands.label("denial");
    expect(page.spans()).toEqual(["claim:he said", "denial:left Nobody"]);
    expect(page.page).toEqual([]);
  });

  test("over more, the page asks first, and what was selected stays selected", () => {
    const page = aPage(picture);
    page.view.select("left.\nNobody else was asked.\n\n\nOne");
    page.commands.label("denial");
    expect([page.page, page.spans()]).toEqual([["ask about 3"], ["claim:he said"]]);
    page.view.collapse();
    page.answer(false);
    expect([words(page)?.slice(0, 4), page.spans()]).toEqual(["left", ["claim:he said"]]);
    page.commands.label("denial");
    page.answer(true);
    expect(page.spans()).toEqual(["claim:he said", "denial:left Nobody else was asked One"]);
  });

  test("who may not change anything is not asked", () => {
    const page = aPage(picture, { reader: true });
    page.view.select("left.\nNobody else was asked.\n\n\nOne");
    page.commands.label("denial");
    expect(page.page).toEqual([]);
  });
});

test("once the nearest is linked, R aims at the next one", () => {
  const page = aPage("[a1:He said] [d1:no], not [c1:that].");
  page.annotator.select("d1");
  page.commands.run(key("link"), inText);
  page.commands.run(key("choose"), inText);
  page.commands.run(key("link"), inText);
  page.commands.run(key("choose"), inText);
  expect(page.relations().sort()).toEqual(["denies:no → that", "source_of:He said → no"]);
});

describe("taking text out of a span", () => {
  const without = async (picture: string, act: (page: ReturnType<typeof aPage>) => void) => {
    const page = aPage(picture);
    page.annotator.select("c1");
    act(page);
    page.commands.run(key("without"), inText);
    await page.fetched();
    return page;
  };

  test("- takes the selected words out, and what is left are its parts", async () => {
    const page = await without("[c1:The plot, he said, was real]", ({ view }) =>
      view.select("he said"),
    );
    expect(theSpan(page).quote).toBe("The plot was real");
    expect(theSpan(page).fragments).toHaveLength(2);
    page.annotator.undo();
    expect(theSpan(page).fragments).toHaveLength(1);
  });

  test("with a caret only, it takes out the part there", async () => {
    const page = await without("[c1:The plot], he said, [c1:was real]", ({ view }) =>
      view.putCaret("real"),
    );
    expect(page.spans()).toEqual(["claim:The plot"]);
  });

  test.for([
    ["[c1:The plot] was real", "The plot", "Nothing of the span would be left: Delete removes it."],
    ["[c1:The plot] was real", "real", "Select the text of the span to take out, then press -."],
  ] as const)("of %s without %s it says what to do", async ([picture, words, said]) => {
    const page = await without(picture, ({ view }) => view.select(words));
    expect([page.notices, page.spans()]).toEqual([[said], ["claim:The plot"]]);
  });

  test("without a span it says what to do first", async () => {
    const page = aPage("The plot was real");
    page.commands.run(key("without"), inText);
    await page.fetched();
    expect(page.notices).toEqual(["Select a span first, then the text to take out of it."]);
  });
});
