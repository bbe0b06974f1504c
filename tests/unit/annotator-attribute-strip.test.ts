import { describe, expect, test } from "vitest";
import { askedAs } from "@/lib/annotator/attribute-strip";
import type { PressedKey } from "@/lib/annotator/commands";
import type { Command } from "@/lib/annotator/keymap";
import { promptOf } from "@/lib/annotator/strip-prompt";
import { defaultScheme, type Scheme } from "@/lib/domain/scheme";
import { aPage } from "./annotator-page";

const inText = { inText: true, repeat: false };
const key = (kind: Exclude<Command["kind"], "label" | "stick">): Command => ({ kind });

type Page = ReturnType<typeof aPage>;

/** Presses a key as the page does: what waits for an answer has it first. */
function press(page: Page, chord: string, how: Partial<PressedKey> = {}): void {
  const written = chord.length === 1 ? chord.toLowerCase() : null;
  const pressed = { chords: [chord], character: written, onControl: false, repeat: false };
  if (page.commands.answer({ ...pressed, single: true, ...how }) !== null) return;
  if (/^[1-9]$/.test(chord)) page.commands.run({ kind: "label", key: chord }, inText);
}

/** Labels some words by a key. */
function label(page: Page, words: string, digit: string): void {
  page.view.select(words);
  press(page, digit);
}

const asked = ({ commands }: Page) => commands.strip.state()?.asked?.rule.name ?? null;
/** What the field of what is asked is for. */
const asks = ({ commands }: Page) => {
  const { of, asked: now } = commands.strip.state() ?? {};
  return of !== undefined && now ? askedAs(of, now.rule) : "";
};
const prompt = ({ annotator, commands }: Page) => {
  const state = commands.strip.state();
  return state && promptOf(annotator, state);
};
const attributes = ({ annotator }: Page) => annotator.selectedSpan?.attributes;

describe("after labelling", () => {
  test("digits choose, and it goes on to the next without a value", () => {
    const page = aPage("Tehran forged it.");
    label(page, "Tehran", "1");
    expect(prompt(page)).toBe("Polarity: 1 positive, 2 negative");
    press(page, "2");
    expect(asked(page)).toBe("certainty");
    press(page, "1");
    press(page, "1");
    expect(asked(page)).toBe("accused_actor");
    expect(attributes(page)).toEqual({
      polarity: "negative",
      certainty: "certain",
      check_worthy: "yes",
    });
  });

  test("a digit that no value has changes nothing, not even the label", () => {
    const page = aPage("Tehran forged it.");
    label(page, "Tehran", "1");
    press(page, "3");
    expect([page.spans(), attributes(page), asked(page)]).toEqual([
      ["claim:Tehran"],
      {},
      "polarity",
    ]);
  });

  test("a digit held down chooses once", () => {
    const page = aPage("Tehran forged it.");
    label(page, "Tehran", "1");
    press(page, "1");
    press(page, "1", { repeat: true });
    expect(attributes(page)).toEqual({ polarity: "positive" });
  });

  test("Enter goes on without a value, Shift+Enter back to any", () => {
    const page = aPage("Tehran forged it.");
    label(page, "Tehran", "1");
    const seen = ["Enter", "2", "Shift+Enter", "Shift+Enter", "Shift+Enter", "Enter"].map((one) => {
      press(page, one);
      return asked(page);
    });
    expect(seen).toEqual([
      "certainty",
      "check_worthy",
      "certainty",
      "polarity",
      "polarity",
      "check_worthy",
    ]);
    expect(attributes(page)).toEqual({ certainty: "probable" });
  });

  test("after the last, the caret is behind the span", () => {
    const page = aPage("[d1:Tehran] forged it.");
    page.commands.strip.offersAre(() => null);
    page.annotator.select("d1");
    page.commands.askAttributes();
    for (const one of ["1", "1", "Enter"]) press(page, one);
    expect([page.commands.strip.state(), page.view.caret(), page.view.hasFocus]).toEqual([
      null,
      6,
      true,
    ]);
  });

  test("Escape closes it, and leaves the span selected", () => {
    const page = aPage("Tehran forged it.");
    label(page, "Tehran", "1");
    expect(page.commands.run(key("cancel"), { inText: false, repeat: false })).toBe(true);
    expect([page.commands.strip.state(), page.view.hasFocus]).toEqual([null, true]);
    expect(page.annotator.selectedSpan?.quote).toBe("Tehran");
  });

  test("other words that are selected are labelled as if it were not there", () => {
    const page = aPage("Tehran forged it.");
    label(page, "Tehran", "1");
    label(page, "forged", "2");
    expect(page.spans()).toEqual(["claim:Tehran", "denial:forged"]);
    expect(asked(page)).toBe("form");
  });

  test("with the same attributes as the last time, nothing is left to ask", () => {
    const page = aPage("Tehran forged it.");
    label(page, "Tehran", "2");
    for (const one of ["1", "1"]) press(page, one);
    page.commands.strip.set("Tehran");
    page.view.select("forged");
    page.commands.repeat();
    expect([page.spans().length, page.commands.strip.state()]).toEqual([2, null]);
  });

  test("who does not want to be asked is not, but by T", () => {
    const page = aPage("Tehran forged it.");
    page.commands.run(key("toggle_asking"), inText);
    label(page, "Tehran", "1");
    expect(page.commands.strip.state()).toBeNull();
    page.commands.run(key("attributes"), inText);
    expect(asked(page)).toBe("polarity");
    page.commands.run(key("toggle_asking"), inText);
    expect(page.commands.strip.asks()).toBe(true);
  });

  test("where keys that write do nothing by themselves, digits are not taken", () => {
    const page = aPage("Tehran forged it.");
    label(page, "Tehran", "1");
    const digit = { chords: ["1"], character: "1", onControl: false, repeat: false };
    expect(page.commands.answer({ ...digit, single: false })).toBeNull();
    expect(attributes(page)).toEqual({});
  });

  test("Enter on a button is the button's", () => {
    const page = aPage("Tehran forged it.");
    label(page, "Tehran", "1");
    press(page, "Enter", { onControl: true });
    expect(asked(page)).toBe("polarity");
  });
});

describe("it follows the span:", () => {
  test("what undo takes away is asked for again, and with the span it goes", () => {
    const page = aPage("Tehran forged it.");
    label(page, "Tehran", "1");
    press(page, "1");
    press(page, "Enter");
    page.annotator.undo();
    expect(asked(page)).toBe("polarity");
    page.annotator.undo();
    expect([page.spans(), page.commands.strip.state()]).toEqual([[], null]);
  });

  test("what gets a value otherwise is not asked for any more, and the caret stays", () => {
    const page = aPage("[d1:Tehran] forged it.");
    page.annotator.select("d1");
    page.view.putCaret("it");
    page.commands.askAttributes();
    page.annotator.setAttribute("d1", "form", "direct");
    expect(asked(page)).toBe("scope");
    page.annotator.setAttribute("d1", "denying_actor", "Tehran");
    expect(asked(page)).toBe("scope");
    page.annotator.setAttribute("d1", "scope", "general");
    expect([page.commands.strip.state(), page.view.caret()]).toEqual([null, 14]);
  });

  test("with another label, the attributes of that are asked for", () => {
    const page = aPage("[c1:Tehran] forged it.");
    page.annotator.select("c1");
    page.commands.askAttributes();
    page.annotator.label("denial", null);
    expect(asked(page)).toBe("form");
  });

  test("another span that is selected closes it", () => {
    const page = aPage("Tehran [c1:forged] it.");
    label(page, "Tehran", "1");
    page.annotator.select("c1");
    expect(page.commands.strip.state()).toBeNull();
  });

  test("a set that is submitted closes it", () => {
    const page = aPage("Tehran forged it.");
    label(page, "Tehran", "1");
    page.own.become({ submittedAt: "2024-07-30T14:35:34.000Z" });
    expect(page.commands.strip.state()).toBeNull();
  });

  test("while a link is made the keys are the link's", () => {
    const page = aPage("Tehran. [a1:He] said.");
    label(page, "Tehran", "1");
    page.commands.run(key("link"), inText);
    press(page, "1");
    expect([attributes(page), page.annotator.state().linking?.target]).toEqual([{}, "a1"]);
  });
});

describe("a text", () => {
  const atSource = () => {
    const page = aPage("[a1:He] said.");
    page.annotator.select("a1");
    page.commands.askAttributes();
    return page;
  };

  test("what is typed before its field is there is the field's", () => {
    const page = atSource();
    for (const one of ["m", "3", "x"]) press(page, one);
    expect(page.spans()).toEqual(["attribution:He"]);
    const typed: string[] = [];
    const field = page.commands.strip.fieldIs(asks(page), () => typed.push("focus"));
    expect(field.typed).toBe("m3x");
    const pressed = { chords: ["A"], character: "a", onControl: false, repeat: false };
    expect(page.commands.answer({ ...pressed, single: true })).toBe("field");
    expect(typed).toEqual(["focus"]);
    field.gone();
    expect(page.commands.answer({ ...pressed, single: true })).toBe("used");
  });

  test("a space is the field's between what is typed, and the page's before it", () => {
    const page = atSource();
    const space = { chords: [], character: " ", onControl: false, repeat: false, single: true };
    expect(page.commands.answer(space)).toBeNull();
    press(page, "m");
    expect(page.commands.answer({ ...space, onControl: true })).toBeNull();
    expect(page.commands.answer(space)).toBe("used");
    press(page, "x");
    expect(page.commands.strip.fieldIs(asks(page), () => undefined).typed).toBe("m x");
  });

  test("the field of what was asked before gets nothing of it", () => {
    const page = aPage("[c1:Tehran forged it].");
    page.annotator.select("c1");
    page.commands.askAttributes();
    for (const one of ["1", "1", "1"]) press(page, one);
    expect(asked(page)).toBe("accused_actor");
    let hasFocus = false;
    const before = asks(page);
    page.commands.strip.fieldIs(before, () => {
      hasFocus = true;
    });
    press(page, "Shift+Enter");
    expect([asked(page), page.commands.strip.isAsking(before)]).toEqual(["check_worthy", false]);
    press(page, "Enter");
    expect(page.commands.strip.isAsking(before)).toBe(true);
    page.commands.strip.close();
    expect([page.commands.strip.focusField(), hasFocus]).toEqual([false, false]);
    expect(page.commands.strip.isAsking(before)).toBe(false);
  });

  test("Enter takes what has been typed by then", () => {
    const page = atSource();
    for (const one of ["m", "x", "Backspace", "Enter"]) press(page, one);
    expect([attributes(page), asked(page)]).toEqual([{ source: "m" }, "source_type"]);
  });

  test("Enter takes what is offered, as soon as anybody can say what that is", () => {
    const page = atSource();
    press(page, "Enter");
    expect(asked(page)).toBe("source");
    const gone = page.commands.strip.offersAre(({ of, rule }) => `${of} ${rule.name}`);
    press(page, "Enter");
    expect([attributes(page), asked(page)]).toEqual([{ source: "a1 source" }, "source_type"]);
    press(page, "Shift+Enter");
    press(page, "Enter");
    expect(asked(page)).toBe("source_type");
    gone();
  });

  test("where nothing is offered, Enter goes on", () => {
    const page = atSource();
    page.commands.strip.offersAre(() => null);
    press(page, "Enter");
    expect([attributes(page), asked(page)]).toEqual([{}, "source_type"]);
  });

  test("Backspace takes back a letter, not the span", () => {
    const page = atSource();
    press(page, "Backspace");
    page.commands.strip.fieldIs(asks(page), () => undefined);
    press(page, "Delete");
    expect(page.spans()).toEqual(["attribution:He"]);
  });

  test("keys that write nothing go on to what they do", () => {
    const page = atSource();
    const undo = { chords: ["Ctrl+Z"], character: null, onControl: false, repeat: false };
    expect(page.commands.answer({ ...undo, single: true })).toBeNull();
  });
});

describe("the link that is offered", () => {
  test("Enter makes it, and what is asked comes after", () => {
    const page = aPage("[c1:Tehran forged it], he said.");
    label(page, "he said", "3");
    expect(prompt(page)).toBe("Enter links source of, claim: Tehran forged it. Source: type it");
    press(page, "Enter");
    expect(page.relations()).toEqual(["source_of:he said → Tehran forged it"]);
    expect([page.commands.strip.state()?.offer, asked(page)]).toEqual([null, "source"]);
    page.annotator.undo();
    expect([page.spans().length, page.relations()]).toEqual([2, []]);
  });

  test("anything else goes on without it", () => {
    const page = aPage("[a1:He said] that Tehran forged it.");
    label(page, "Tehran forged it", "1");
    expect(page.commands.strip.state()?.offer).not.toBeNull();
    press(page, "2");
    expect([page.relations(), attributes(page)]).toEqual([[], { polarity: "negative" }]);
    expect(page.commands.strip.state()?.offer).toBeNull();
  });

  test("Enter again makes the next one that is lacking, each a step of undo", () => {
    const page = aPage("[c1:One], [c2:two] and [c3:three], he said. [c4:Four].", {
      relations: ["c2 same_claim c1"],
    });
    label(page, "he said", "3");
    press(page, "Enter");
    press(page, "Enter");
    expect(prompt(page)).toBe("Enter links source of, claim: One. Source: type it");
    press(page, "Enter");
    expect([page.commands.strip.state()?.offer, asked(page)]).toEqual([null, "source"]);
    page.annotator.undo();
    expect(page.relations().filter((one) => one.startsWith("source_of"))).toEqual([
      "source_of:he said → three",
      "source_of:he said → two",
    ]);
  });

  test("who has got a source is offered no second one", () => {
    const page = aPage("[a1:He said] that Tehran forged it, as [a2:she said].");
    label(page, "Tehran forged it", "1");
    press(page, "Enter");
    expect([page.relations().length, page.commands.strip.state()?.offer]).toEqual([1, null]);
  });

  test.for(["ArrowDown", "ArrowUp"])("%s goes on to the field that waits", (chord) => {
    const page = aPage("[c1:Tehran forged it], he said.");
    label(page, "he said", "3");
    let hasFocus = false;
    page.commands.strip.fieldIs(asks(page), () => {
      hasFocus = true;
    });
    press(page, chord);
    expect([hasFocus, page.commands.strip.state()?.offer, page.relations()]).toEqual([
      true,
      null,
      [],
    ]);
  });

  test("a key of the page does what it does, and takes it away", () => {
    const page = aPage("[a1:He said] that Tehran forged it.");
    label(page, "Tehran forged it", "1");
    press(page, "Shift+Shift");
    expect(page.commands.strip.state()?.offer).not.toBeNull();
    press(page, "ArrowRight");
    expect([page.commands.strip.state()?.offer, asked(page)]).toEqual([null, "polarity"]);
  });

  test("where nothing is asked it is all there is", () => {
    const page = aPage("[a1:He said] that Tehran forged it.");
    page.commands.strip.setAsking(false);
    label(page, "Tehran forged it", "1");
    expect(page.commands.strip.state()).toMatchObject({ asked: null });
    press(page, "Enter");
    expect([page.relations().length, page.commands.strip.state(), page.view.caret()]).toEqual([
      1,
      null,
      29,
    ]);
  });

  test("one that another way has made is not offered any more", () => {
    const page = aPage("[a1:He said] that Tehran forged it.");
    label(page, "Tehran forged it", "1");
    page.commands.link();
    page.commands.run(key("choose"), inText);
    expect(page.commands.strip.state()?.offer).toBeNull();
  });

  test.for([
    { name: "with the nearest", picture: "[c1:One], [c2:two], he said.", link: "he said → two" },
    {
      name: "with one that has no source yet",
      picture: "[a1:She] [c2:knew], [d1:no], he said.",
      relations: ["a1 source_of d1"],
      link: "he said → knew",
    },
    {
      name: "not with another attribution",
      picture: "[a1:She said] so, he said.",
      link: null,
    },
    { name: "not with one of another sentence", picture: "[c1:One].\nTwo, he said.", link: null },
  ])("is one $name", ({ picture, relations = [], link }) => {
    const page = aPage(picture, { relations });
    label(page, "he said", "3");
    page.commands.strip.takeOffer();
    const made = page.relations().filter((one) => one.includes("he said"));
    expect(made).toEqual(link === null ? [] : [`source_of:${link}`]);
  });

  test("a denial is offered the claim of its sentence, not the claim that is denied already", () => {
    const page = aPage("[d1:No], [c1:one], [c2:two], denied it.", {
      relations: ["d1 denies c2"],
    });
    label(page, "denied it", "2");
    press(page, "Enter");
    expect(page.relations()).toContain("denies:denied it → one");
  });
});

describe("going to what has no value yet", () => {
  const page = () => aPage("[c1:One] and [c2:two] and [c3:three].");

  test("by A and Shift+A, with the strip there", () => {
    const { commands, annotator, view } = page();
    const seen = [key("next_unset"), key("next_unset"), key("previous_unset")].map((one) => {
      commands.run(one, inText);
      return annotator.selectedSpan?.id;
    });
    expect(seen).toEqual(["c1", "c2", "c1"]);
    expect([commands.strip.state()?.span, view.revealed]).toEqual(["c1", 0]);
  });

  test("spans that have all are passed over, and where there is none that is told", () => {
    const here = aPage("[a1:One] and [a2:two].");
    for (const [name, value] of [
      ["source", "one"],
      ["source_type", "person"],
      ["cue", "speech"],
    ] as const) {
      here.annotator.setAttribute("a1", name, value);
    }
    here.view.putCaret(0);
    here.commands.run(key("next_unset"), inText);
    expect(here.annotator.selectedSpan?.id).toBe("a2");
    here.commands.run(key("next_unset"), inText);
    here.commands.run(key("previous_unset"), inText);
    expect([here.annotator.selectedSpan?.id, here.notices]).toEqual([
      "a2",
      [
        "No span after this place has an attribute without a value.",
        "No span before this place has an attribute without a value.",
      ],
    ]);
  });
});

describe("T", () => {
  test("goes through all attributes, the first without a value first", () => {
    const page = aPage("[d1:Tehran] forged it.");
    page.annotator.setAttribute("d1", "form", "direct");
    page.annotator.select("d1");
    page.commands.askAttributes();
    expect([asked(page), prompt(page)]).toEqual(["scope", "Scope: 1 specific, 2 general"]);
    press(page, "Shift+Enter");
    expect(prompt(page)).toBe(
      "Form, now direct: 1 direct, 2 reported, 3 counter accusation, 4 assurance",
    );
    press(page, "Enter");
    expect(asked(page)).toBe("scope");
  });

  test("changes one of those that all have a value, and is through", () => {
    const page = aPage("[d1:Tehran] forged it.");
    for (const [name, value] of [
      ["form", "direct"],
      ["scope", "general"],
      ["denying_actor", "Tehran"],
    ] as const) {
      page.annotator.setAttribute("d1", name, value);
    }
    page.annotator.select("d1");
    page.commands.askAttributes();
    press(page, "Enter");
    press(page, "1");
    expect([attributes(page)?.scope, page.commands.strip.state()]).toEqual(["specific", null]);
  });

  test("without a span that is told", () => {
    const page = aPage("[d1:Tehran] forged it.");
    page.commands.run(key("attributes"), inText);
    expect([page.notices, page.commands.strip.state()]).toEqual([
      ["Select a span first, by a click or with N."],
      null,
    ]);
  });

  test.for(["attributes", "next_unset", "previous_unset"] as const)(
    "who may not change anything gets no strip by %s",
    (kind) => {
      const page = aPage("[d1:Tehran] forged it.");
      page.annotator.select("d1");
      page.own.become({ submittedAt: "2024-07-30T14:35:34.000Z" });
      expect(page.commands.run(key(kind), inText)).toBe(true);
      expect([page.commands.strip.state(), page.problems.length]).toEqual([null, 1]);
    },
  );
});

describe("after linking", () => {
  /** Denials have attributes, of every kind that a key can answer and one that is shown for some. */
  const scheme: Scheme = {
    ...defaultScheme,
    relations: defaultScheme.relations.map((rule) =>
      rule.name === "denies"
        ? {
            ...rule,
            attributes: [
              { name: "strength", type: "choice", values: ["strong", "weak"] },
              { name: "whole", type: "boolean" },
              { name: "parts", type: "choices", values: ["who", "when"] },
              { name: "why", type: "text", only_if: { attribute: "whole", values: [false] } },
              { name: "sure", type: "number", default: 1 },
            ],
          }
        : rule,
    ),
  };
  const linkable = (picture = "[d1:No], said he of [c1:the plot].") => {
    const page = aPage(picture, { scheme, judged: scheme });
    page.annotator.select("d1");
    return page;
  };
  const linkNearest = (page: Page) => {
    for (const one of ["link", "choose"] as const) page.commands.run(key(one), inText);
  };
  const made = ({ annotator }: Page) => annotator.state().relations.map((one) => one.attributes);
  const where = ({ commands, annotator }: Page) => {
    const { of } = commands.strip.state() ?? {};
    return annotator.set.relations.get(of ?? "")?.type ?? annotator.set.spans.get(of ?? "")?.label;
  };

  test("the relation's attributes are asked for like a span's, those that are shown", () => {
    const page = linkable();
    linkNearest(page);
    expect(prompt(page)).toBe("Relation denies. Strength: 1 strong, 2 weak");
    press(page, "2");
    press(page, "1");
    press(page, "2");
    press(page, "1");
    press(page, "Enter");
    expect(made(page)).toEqual([
      { strength: "weak", whole: true, parts: ["who", "when"], sure: 1 },
    ]);
    expect([page.commands.strip.state(), attributes(page)]).toEqual([null, {}]);
  });

  test("Shift+Enter goes back, Enter goes on without, and what is typed is kept", () => {
    const page = linkable();
    linkNearest(page);
    press(page, "Enter");
    expect(asked(page)).toBe("whole");
    press(page, "Shift+Enter");
    expect(asked(page)).toBe("strength");
    press(page, "Enter");
    press(page, "2");
    press(page, "Enter");
    expect(asked(page)).toBe("why");
    for (const one of ["m", "Enter"]) press(page, one);
    expect(made(page)).toEqual([{ whole: false, why: "m", sure: 1 }]);
  });

  test.for([
    { name: "a press on the target", by: (page: Page) => page.annotator.press(["c1"]) },
    { name: "the bar below the text", by: (page: Page) => page.annotator.confirmLink(0) },
  ])("they are asked for by $name, too", ({ by }) => {
    const page = linkable();
    page.commands.run(key("link"), inText);
    by(page);
    expect([where(page), asked(page)]).toEqual(["denies", "strength"]);
  });

  test("of a link that was offered, it goes back to the span then", () => {
    const page = aPage("No, said he of [c1:the plot].", { scheme, judged: scheme });
    label(page, "No", "2");
    expect(page.commands.strip.state()?.offer?.rule.name).toBe("denies");
    press(page, "Enter");
    expect([where(page), asked(page)]).toEqual(["denies", "strength"]);
    for (let n = 0; n < 3; n += 1) press(page, "Enter");
    expect([where(page), asked(page)]).toEqual(["denial", "form"]);
    press(page, "1");
    expect(attributes(page)).toEqual({ form: "direct" });
  });

  test("of which one is taken back, nothing is asked", () => {
    const page = linkable();
    linkNearest(page);
    page.own.happen({
      type: "remove_relation",
      relation: { id: page.annotator.state().relations[0]?.id ?? "" },
    });
    expect(page.commands.strip.state()).toBeNull();
  });

  test("nothing is asked by who wants to be asked nothing, or of types without attributes", () => {
    const page = linkable();
    page.commands.strip.setAsking(false);
    linkNearest(page);
    expect([page.commands.strip.state(), made(page)]).toEqual([null, [{ sure: 1 }]]);
    const other = aPage("[a1:He] said [c1:it].", { scheme, judged: scheme });
    other.annotator.select("a1");
    linkNearest(other);
    expect([other.commands.strip.state(), other.relations()]).toEqual([
      null,
      ["source_of:He → it"],
    ]);
  });
});
