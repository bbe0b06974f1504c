import { readFileSync } from "node:fs";
import { load as parseYaml } from "js-yaml";
import { expect, test } from "vitest";
import { z } from "zod";
import { checkedCues, cuesFor } from "@/lib/domain/cues";
import { MAX_CUE_LENGTH, MAX_CUES } from "@/lib/domain/limits";
import { Phrases } from "@/lib/search/phrases";

/** The sentence with brackets around its cues. */
function withCues(text: string, language: string | null, own: readonly string[] = []): string {
  const { cues, others } = cuesFor({ language, text }, own);
  let drawn = "";
  let at = 0;
  for (const { start, end } of new Phrases(cues, others).placesIn(text)) {
    drawn += `${text.slice(at, start)}[${text.slice(start, end)}]`;
    at = end;
  }
  return drawn + text.slice(at);
}

const sentences = [
  { language: "en", drawn: "“Invented,” Karrow [told] reporters, [according to] the summary." },
  { language: "en", drawn: "She [gave her word]; the United States has [denied] it." },
  { language: "fa", drawn: "[به گفتهٔ] سخنگو، مارویا نقش خود را [رد کرد]." },
  { language: "fa", drawn: "او [می‌گوید] و دیگری [می گوید] که گفت‌وگو شد." },
  { language: "ar", drawn: "[وقالت] الوزارة إن الوثيقة مزورة، [بحسب] النقابة." },
  { language: "ar", drawn: "[نفى] ذلك، [فأكدت] المصلحة." },
  { language: "ru", drawn: "[По словам] Стрельцовой, приказа нет, [заявили] в мэрии." },
  { language: "ru", drawn: "Он [не исключает], что консул это [отрицает]." },
  { language: "zh", drawn: "他[说]，办事处[否认]了这种说法，[据]报告。" },
  { language: "zh", drawn: "这部小说的名称有证据，發言人[否認]。" },
];

test.for(sentences)("$language: $drawn", ({ language, drawn }) => {
  expect(withCues(drawn.replaceAll(/[[\]]/g, ""), language)).toBe(drawn);
});

test.for(sentences)("by the script alone: $drawn", ({ drawn }) => {
  expect(withCues(drawn.replaceAll(/[[\]]/g, ""), null)).toBe(drawn);
});

test.for([
  { language: "en-GB", text: "he said", drawn: "he [said]" },
  { language: "prs", text: "او گفت", drawn: "او [گفت]" },
  { language: "cmn-Hant", text: "他說", drawn: "他[說]" },
  { language: "de", text: "he said", drawn: "he said" },
  { language: "no tag", text: "he said", drawn: "he said" },
])("reads the language “$language”", ({ language, text, drawn }) => {
  expect(withCues(text, language)).toBe(drawn);
});

test("without a letter to tell by, all lists are taken", () => {
  const { cues } = cuesFor({ language: null, text: "12 – 14" }, []);
  expect(cues).toEqual(expect.arrayContaining(["said", "گفت", "قال", "сказал", "说"]));
});

test("a foreign letter makes no Persian text of an Arabic one", () => {
  const text = `${"قال الوزير إن الوثيقة مزورة ".repeat(20)}چ`;
  expect(cuesFor({ language: null, text }, []).cues).not.toContain("گفت");
});

test("a project's own words are cues in every language", () => {
  expect(withCues("er behauptet das", "de", ["behauptet"])).toBe("er [behauptet] das");
  expect(withCues("he opined", null, ["opined"])).toBe("he [opined]");
});

test.for(["en", "fa", "ar", "ru", "zh"])(
  "the list of %s has no empty and no overlong form",
  (language) => {
    const { cues, others } = cuesFor({ language, text: "" }, []);
    for (const form of [...cues, ...others]) {
      expect(form).toMatch(/^\S+(?: \S+)*$/u);
      expect(form.length).toBeLessThanOrEqual(MAX_CUE_LENGTH);
    }
  },
);

/** The attributions that people have marked in the sample articles, by file. */
const annotated = z
  .object({
    articles: z.array(
      z.object({
        file: z.string(),
        spans: z.array(z.object({ label: z.string(), quote: z.array(z.string()) })),
      }),
    ),
  })
  .parse(parseYaml(readFileSync("seeds/annotations.yaml", "utf8")));

test.for(annotated.articles)("every attribution in $file has a cue in it", ({ file, spans }) => {
  const text = readFileSync(`seeds/${file}`, "utf8").split("---").slice(1).join();
  const { cues, others } = cuesFor({ language: null, text }, []);
  const phrases = new Phrases(cues, others);
  const attributions = spans.filter(({ label }) => label === "attribution");
  const without = attributions
    .map(({ quote }) => quote.join(" "))
    .filter((quote) => phrases.placesIn(quote).length === 0);
  expect(attributions.length).toBeGreaterThan(0);
  expect(without).toEqual([]);
});

test.for([
  { name: "white space around and within", written: [" held \u00a0that "], kept: ["held that"] },
  { name: "what is written twice", written: ["opined", "opined "], kept: ["opined"] },
])("of a project's words, $name is tidied", ({ written, kept }) => {
  expect(checkedCues(written)).toEqual(kept);
});

test.for([
  { name: "one too many", written: Array(MAX_CUES + 1).fill("a"), index: undefined },
  { name: "an overlong one", written: ["a", "b".repeat(MAX_CUE_LENGTH + 1)], index: 1 },
  { name: "one of signs only", written: ["«»"], index: 0 },
])("of a project's words, $name is refused", ({ written, index }) => {
  const details = index === undefined ? { field: "cues" } : { field: "cues", index };
  expect(() => checkedCues(written)).toThrow(
    expect.objectContaining({ name: "Refusal", code: "invalid", details }),
  );
});
