import fc from "fast-check";
import { type DefaultTreeAdapterMap, parse } from "parse5";
import { describe, expect, test } from "vitest";
import type { ArticleRecord } from "@/lib/domain/record";
import { writingOf } from "@/lib/formats/index";
import { LostInWriting } from "@/lib/formats/writing";
import { written } from "../setup/foreign";
import { aRecord, records, richScheme } from "../setup/records";

type Node = DefaultTreeAdapterMap["node"];
type Element = DefaultTreeAdapterMap["element"];

function pageOf(record: ArticleRecord): string {
  const { writer } = writingOf("print");
  if (writer.kind !== "folder") throw new Error("It is a folder of pages.");
  const [page] = writer.write(record, new LostInWriting(), { scheme: richScheme });
  return page?.text ?? "";
}

/** All elements of a page, in order. */
function elementsOf(node: Node): Element[] {
  const own = "tagName" in node ? [node] : [];
  const children = "childNodes" in node ? node.childNodes : [];
  return [...own, ...children.flatMap(elementsOf)];
}

const attribute = (element: Element, name: string) =>
  element.attrs.find((one) => one.name === name)?.value ?? null;

/** What is read in an element, without the numbers of marks. */
function wordsIn(node: Node): string {
  if ("value" in node) return node.value;
  if ("attrs" in node && attribute(node, "class") === "n") return "";
  return "childNodes" in node ? node.childNodes.map(wordsIn).join("") : "";
}

describe("a page for print", () => {
  test("has the whole text for each annotator, and every mark with its words", () => {
    fc.assert(
      fc.property(records(), (record) => {
        const page = elementsOf(parse(pageOf(record)));
        const texts = page.filter((one) => one.tagName === "article");
        const annotators = new Set(record.sets.map(({ annotator }) => annotator));
        expect(texts).toHaveLength(annotators.size);
        for (const text of texts) {
          expect(wordsIn(text)).toContain(record.text.replaceAll("\r\n", "\n"));
        }
        const cells = page.filter((one) => one.tagName === "td").map(wordsIn);
        for (const { text, label } of record.spans) {
          expect(cells).toContain(text.replaceAll("\r\n", "\n"));
          expect(cells).toContain(label);
        }
        const numbers = page.filter((one) => attribute(one, "class") === "n");
        const pieces = record.spans.flatMap(({ fragments }) => fragments);
        expect(numbers).toHaveLength(2 * pieces.length);
      }),
      { numRuns: 50 },
    );
  });

  test("runs nothing and fetches nothing, whatever stands in it", () => {
    const evil = `"><script>alert(1)</script><img src=x onerror=alert(1)>'</style>`;
    const base = aRecord({ attributes: { source: evil } });
    const page = pageOf({
      ...base,
      title: evil,
      publisher: evil,
      url: "javascript:alert(1)",
      language: 'x" onload="alert(1)',
      meta: { [evil]: evil },
      text: `The ${evil} denied`,
      sets: base.sets.map((set) => ({ ...set, note: evil })),
      blocks: [],
    });
    const elements = elementsOf(parse(page));
    const tags = new Set(elements.map(({ tagName }) => tagName));
    for (const tag of ["script", "img", "link", "iframe", "object", "base"]) {
      expect(tags).not.toContain(tag);
    }
    const attributes = elements.flatMap(({ attrs }) => attrs);
    expect(attributes.filter(({ name }) => /^on|^src$/.test(name))).toEqual([]);
    expect(attributes.filter(({ name }) => name === "href")).toEqual([]);
    expect(elements.filter(({ tagName }) => tagName === "style")).toHaveLength(1);
    const policy = elements.find((one) => attribute(one, "http-equiv") !== null);
    expect(policy && attribute(policy, "content")).toMatch(
      /^default-src 'none'; style-src 'unsafe-inline'/,
    );
  });

  test("is written the way its text runs, in its language", () => {
    const page = pageOf(
      aRecord({ text: "سفارت آن را رد کرد", language: "fa", spans: [], blocks: [] }),
    );
    expect(page).toContain('<html lang="fa" dir="rtl">');
    expect(pageOf(aRecord({ language: null }))).toContain('<html dir="ltr">');
  });

  test("draws marks that overlap below each other, and pieces under one number", () => {
    const base = aRecord();
    const [span] = base.spans;
    if (!span) throw new Error("There is a span.");
    const page = pageOf({
      ...base,
      spans: [
        {
          ...span,
          fragments: [
            { start: 0, end: 3 },
            { start: 12, end: 18 },
          ],
          start: 0,
          end: 18,
        },
        {
          ...span,
          id: "01980000-0000-7000-8000-000000000009",
          label: "denial",
          start: 12,
          end: 22,
          fragments: [{ start: 12, end: 22 }],
        },
      ],
    });
    const [text] = elementsOf(parse(page)).filter((one) => one.tagName === "article");
    const signs = text ? elementsOf(text).filter((one) => attribute(one, "class") === "n") : [];
    const said = signs
      .flatMap((one) => one.childNodes)
      .map((one) => ("value" in one ? one.value : ""));
    expect(said).toEqual(["[1", "1]", "[2", "[1", "1]", "2]"]);
    expect(page).toContain("--lane: 1");
  });

  test("lists articles in an index", () => {
    const { writer } = writingOf("print");
    const index = writer.kind === "folder" ? writer.index : undefined;
    const record = aRecord({
      title: "<b>",
      publisher: "P & Q",
      published_at: "2024-07-30T14:35:34.000Z",
    });
    const page = index ? index.before + index.entry(record) + index.after : "";
    const [link] = elementsOf(parse(page)).filter((one) => one.tagName === "a");
    expect(link && attribute(link, "href")).toBe(`${record.id}.html`);
    expect(link && wordsIn(link)).toBe("<b>");
    expect(page).toContain("P &#38; Q, 2024-07-30");
  });
});

test("a ClaimReview says what is claimed, by whom, and who denies it, and rates nothing", () => {
  const base = aRecord({ url: "https://example.org/a", publisher: "The Courier" });
  const [claim] = base.spans;
  if (!claim) throw new Error("There is a claim.");
  const id = (at: number) => `01980000-0000-7000-8000-00000000000${at}`;
  const other = { ...claim, fragments: [{ start: 0, end: 3 }], start: 0, end: 3, text: "The" };
  const relation = { attributes: {}, annotator: "a1", to: claim.id };
  const { text, lost } = written("claimreview", [
    {
      ...base,
      spans: [
        claim,
        {
          ...other,
          id: id(1),
          label: "attribution",
          attributes: { source: "the ministry", source_type: "organisation" },
        },
        { ...other, id: id(2), label: "denial" },
        { ...other, id: id(3), label: "denial", text: "of nothing" },
      ],
      relations: [
        { ...relation, id: id(4), type: "source_of", from: id(1) },
        { ...relation, id: id(5), type: "denies", from: id(2) },
      ],
    },
  ]);
  const appearance = {
    "@type": "Article",
    headline: "A brief",
    url: "https://example.org/a",
    publisher: { "@type": "Organization", name: "The Courier" },
    identifier: base.id,
  };
  expect(JSON.parse(text)).toEqual({
    "@context": "https://schema.org",
    "@type": "ClaimReview",
    claimReviewed: "embassy denied",
    inLanguage: "en",
    itemReviewed: {
      "@type": "Claim",
      "@id": `urn:uuid:${claim.id}`,
      text: "embassy denied",
      inLanguage: "en",
      author: { "@type": "Organization", name: "the ministry" },
      appearance,
      subjectOf: [
        { "@type": "Claim", "@id": `urn:uuid:${id(2)}`, text: "The", inLanguage: "en", appearance },
      ],
    },
  });
  expect(lost).toContain("1 spans that are no claim and of none");
});

test("a ClaimReview leads to the web or nowhere", () => {
  const { text } = written("claimreview", [aRecord({ url: "javascript:alert(1)" })]);
  expect(JSON.parse(text).itemReviewed.appearance).not.toHaveProperty("url");
});
