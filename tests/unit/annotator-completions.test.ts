import { describe, expect, test } from "vitest";
import { KnownValues, withoutCue } from "@/lib/annotator/completions";
import { cuesFor } from "@/lib/domain/cues";
import type { Span } from "@/lib/domain/span";
import { Phrases } from "@/lib/search/phrases";
import { aPage } from "./annotator-page";

describe("the words of an attribution without its cue", () => {
  test.for([
    ["en", "the ODNI official said", "the ODNI official"],
    ["en", "according to the ministry of health", "the ministry of health"],
    ["en", "said Mrs Okafor", "Mrs Okafor"],
    ["en", "as the envoy had also said on Friday", "the envoy"],
    ["en", "“The ministry” has said", "The ministry"],
    ["en", "the “Times” of Oslo reported", "the “Times” of Oslo"],
    ["en", ",” the U.S., has said", "the U.S."],
    ["en", "the mayor", "the mayor"],
    ["en", "said", null],
    ["en", "U.S. officials say", "U.S. officials"],
    ["fa", "وزارت بهداشت گفت", "وزارت بهداشت"],
    ["fa", "به گفته وزیر", "وزیر"],
    ["ar", "وقالت الوزارة", "الوزارة"],
    ["ru", "по словам представителя МИД", "представителя МИД"],
    ["ru", "заявил Петров", "Петров"],
    ["zh", "外交部发言人表示", "外交部发言人"],
  ] as const)("%s: %s", ([language, quote, source]) => {
    const { cues, others } = cuesFor({ language, text: quote }, []);
    expect(withoutCue(quote, new Phrases(cues, others))).toBe(source);
  });
});

/** A page with some values, and a project that knows others. */
function values(
  picture: string,
  given: Readonly<Record<string, Readonly<Record<string, string>>>> = {},
  project: readonly string[] | null = [],
) {
  const page = aPage(picture);
  for (const [id, attributes] of Object.entries(given)) {
    for (const [name, value] of Object.entries(attributes)) {
      page.annotator.setAttribute(id, name, value);
    }
  }
  const asked: string[] = [];
  const answers = { now: project };
  const known = new KnownValues(
    page.annotator,
    { language: null, cues: ["quoth"] },
    async ({ prefix }) => {
      asked.push(prefix);
      return answers.now;
    },
  );
  const span = (id: string): Span => {
    const found = page.annotator.set.spans.get(id);
    if (!found) throw new Error(`There is no ${id}.`);
    return found;
  };
  const of = (id: string, attribute: string, written = "") =>
    known.completionsOf(span(id), attribute, written);
  return { known, of, asked, answers };
}

describe("a source", () => {
  test("is offered from its words, then come those of the article, the nearest before it first", () => {
    const { of } = values(
      "[a1:She said] it. [a2:The mayor said] so. [a3:The envoy said] no. [a4:He wrote].",
      {
        a1: { source: "the aunt" },
        a2: { source: "the mayor" },
        a4: { source: "the poet" },
      },
    );
    expect(of("a3", "source")).toEqual({
      offered: "The envoy",
      values: ["The envoy", "the mayor", "the aunt", "the poet"],
    });
  });

  test("is without the project's own cues, and in each script without those of it", () => {
    const { of } = values("[a1:the raven quoth]. [a2:وزارت بهداشت گفت].");
    expect([of("a1", "source").offered, of("a2", "source").offered]).toEqual([
      "the raven",
      "وزارت بهداشت",
    ]);
  });

  test("that two spell alike comes once", () => {
    const { of } = values("[a1:The Mayor said] it. [a2:the mayor said] so.", {
      a1: { source: "The Mayor" },
    });
    expect(of("a2", "source").values).toEqual(["the mayor"]);
  });
});

describe("another text", () => {
  test("is offered where a name of the article or the project stands in the span, else in its sentence", async () => {
    const { known, of } = values(
      "[c1:Marovia forged it], [c2:and Tehran knew]. [c3:Nobody knew].",
      { c1: { accused_actor: "Marovia" } },
      ["Oslo", "Tehran"],
    );
    await known.learn("claim", "accused_actor", "");
    expect(of("c2", "accused_actor").values).toEqual(["Tehran", "Marovia", "Oslo"]);
    expect(of("c2", "accused_actor").offered).toBe("Tehran");
  });

  test("is offered as the nearest claim before has it, where no name stands there", () => {
    const { of } = values("[c1:Marovia forged it].\n[c2:They hid it].", {
      c1: { accused_actor: "Marovia" },
    });
    expect(of("c2", "accused_actor").offered).toBe("Marovia");
  });

  test("is not offered for the project's sake alone", async () => {
    const { known, of } = values("[c1:They hid it].", {}, ["Oslo"]);
    await known.learn("claim", "accused_actor", "");
    expect(of("c1", "accused_actor")).toEqual({ offered: null, values: ["Oslo"] });
  });

  test("is no name in the middle of a word", () => {
    const { of } = values("[c1:Iran did it].\n[c2:The tirana post].", {
      c1: { accused_actor: "Iran" },
    });
    expect(of("c2", "accused_actor").values).toEqual(["Iran"]);
  });
});

describe("what is written", () => {
  test("leaves those that begin like it, or a word in them, folded", async () => {
    const { known, of } = values("[a1:said].", {}, ["Élysée", "the elys club", "nobody"]);
    await known.learn("attribution", "source", "");
    expect(of("a1", "source", "ELYS").values).toEqual(["Élysée", "the elys club"]);
  });

  test("is asked of the project once, and again where it did not answer", async () => {
    const { known, asked, answers } = values("[a1:said].", {}, null);
    const learn = (written: string) => known.learn("attribution", "source", written);
    expect(await learn("Él")).toBe(false);
    answers.now = ["Élysée"];
    expect([await learn("él"), await learn("el "), await learn("")]).toEqual([true, false, true]);
    expect(asked).toEqual(["Él", "él", ""]);
  });

  test("finds values of a choice by their readable names", () => {
    const { known } = values("[a1:said].");
    expect(known.matching(["according_to", "adverbial", "to_do"], "to")).toEqual([
      "according_to",
      "to_do",
    ]);
  });
});
