import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { writeWebanno } from "@/lib/formats/webanno";
import { LostInWriting } from "@/lib/formats/writing";
import { itemsIn } from "../setup/files";
import { marksIn, marksOf, records, richScheme } from "../setup/records";

/** As INCEpTION writes it, each row with a tab at its end. */
const file = [
  "#FORMAT=WebAnno TSV 3.3",
  "#T_SP=webanno.custom.Statement|certainty|value",
  "#T_SP=webanno.custom.attribution|",
  "#T_RL=webanno.custom.Of|label|BT_webanno.custom.Statement",
  "",
  "",
  "#Text=😀 The port is shut.",
  "1-1\t0-2\t😀\t_\t_\t_\t_\t_\t",
  "1-2\t3-6\tThe\tprobable[1]|*[2]\tclaim[1]|denial[2]\t_\t_\t_\t",
  "1-3\t7-11\tport\tprobable[1]\tclaim[1]\t_\tdenies\t1-2[2_1]\t",
  "1-3.1\t8-10\tor\t_\t_\t*\t_\t_\t",
  "1-4\t12-14\tis\t_\t_\t_\t_\t_\t",
  "1-5\t15-19\tshut\t*\tclaim\t_\t_\t_\t",
  "1-6\t19-20\t.\t_\t_\t_\t_\t_\t",
  "",
  "#Sentence.id=s2",
  "#Text=a\\\\b _ it",
  "2-1\t22-25\ta\\b\t*\tx\\_y\\|z\t_\t_\t_\t",
  "2-2\t26-27\t_\t_\t_\t_\t_\t_\t",
  "2-3\t28-30\tit\t_\t_\t_\t_\t_\t",
  "",
].join("\n");

const byQuote = (one: { quote: string }, other: { quote: string }) =>
  one.quote < other.quote ? -1 : 1;

describe("a file of INCEpTION", () => {
  test("is known for what it is where labels are called as tags are", async () => {
    const tagged = file.replaceAll("claim", "B-claim");
    const [item] = await itemsIn("a.tsv", tagged);
    expect(item).toMatchObject({ unknown: [{ name: "B-claim" }, { name: "x_y|z" }] });
    expect(marksIn(item).text).toBe("😀 The port is shut.\n\na\\b _ it");
  });

  test.for([
    { path: "harbour/annotation/port.txt/anna.tsv", expected: ["port.txt", "anna"] },
    { path: "curation/port.txt/CURATION_USER.tsv", expected: ["port.txt", "CURATION_USER"] },
    { path: "annotation/port.txt/INITIAL_CAS.tsv", expected: ["port.txt", null] },
    { path: "annotation/news/1.tsv", expected: [null, null] },
  ])("says by $path whose work on what it is", async ({ path, expected }) => {
    const [item] = await itemsIn(path, file);
    if (item?.kind !== "article") throw new Error("It is refused.");
    const { sourceId, annotations } = item.article;
    expect([sourceId, ...annotations.map(({ annotator }) => annotator)]).toEqual(expected);
  });

  test.for([
    " # de.x.ner.type.NamedEntity | value # de.x.pos.POS | PosValue\n#id=1\n#text=The port .\n1-1\tThe\tO\tDT\t\n1-2\tport\tB-LOC\tNN\t\n",
    "#id=1\n#text=The port .\n1\tThe\t_\tDT\tO\tO\t2\tNMOD\t_\t_\n2\tport\t_\tNN\tB-LOC\tO\t0\tROOT\t_\t_\n",
  ])("of an old version is refused by its name", async (source) => {
    const items = await itemsIn("a.tsv", source);
    expect(items).toMatchObject([{ kind: "rejected", line: 1 }]);
    expect(items[0]).toHaveProperty("reason", expect.stringMatching(/version 1 or 2.*TSV 3/));
  });

  test("is read with stacked spans, of several tokens and of parts, and relations", async () => {
    const [item] = await itemsIn("a.tsv", file);
    const { text, spans, relations } = marksIn(item);
    expect(text).toBe("😀 The port is shut.\n\na\\b _ it");
    expect(
      spans
        .map(({ label, quote, attributes }) => ({ label, quote, ...attributes }))
        .toSorted(byQuote),
    ).toEqual(
      [
        { label: "attribution", quote: "or" },
        { label: "claim", quote: "shut" },
        { label: "claim", quote: "The port", certainty: "probable" },
        { label: "denial", quote: "The" },
      ].toSorted(byQuote),
    );
    expect(relations.map(({ type, from, to }) => `${type} ${from} ${to}`)).toEqual([
      "denies denial 2-5 claim 2-10",
    ]);
    expect(item).toMatchObject({
      unknown: [{ kind: "label", name: "x_y|z", count: 1 }],
      warnings: [
        { message: expect.stringContaining("between sentences") },
        { code: "span_left_out" },
      ],
    });
  });

  test("is not what it says in another unit", async () => {
    const items = await itemsIn("a.tsv", file, { offsets: "code_point" });
    const quotes = items.flatMap((item) => (item.kind === "article" ? marksIn(item).spans : []));
    expect(quotes.map(({ quote }) => quote)).not.toContain("The port");
  });

  test("has slots as relations of their roles", async () => {
    const source = [
      "#FORMAT=WebAnno TSV 3.2",
      "#T_SP=webanno.custom.attribution|ROLE_webanno.custom.attribution:says_webanno.custom.AttributionSaysLink|webanno.custom.claim",
      "#T_SP=webanno.custom.claim|",
      "",
      "#Text=he lied",
      "1-1\t0-2\the\tsource_of\t1-2\t_\t",
      "1-2\t3-7\tlied\t_\t_\t*\t",
    ].join("\n");
    const [item] = await itemsIn("a.tsv", source);
    expect(marksIn(item).relations.map(({ type }) => type)).toEqual(["source_of"]);
    expect(item).toMatchObject({ warnings: [] });
  });

  describe("with chains", () => {
    /** The order of the two columns differs from version to version. */
    const chained = (columns: string, rows: readonly string[], text = "😀 he denied it all") =>
      [
        "#FORMAT=WebAnno TSV 3.3",
        `#T_CH=webanno.custom.SourceLink|${columns}`,
        "",
        "",
        `#Text=${text}`,
        ...rows,
        "",
      ].join("\n");

    test("has their mentions as spans, and what leads from each to the next as relations", async () => {
      const source = chained("referenceType|referenceRelation", [
        "1-1\t0-2\t😀\t_\t_\t",
        "1-2\t3-5\the\tattribution[1]\tsource_of->1-1\t",
        "1-3\t6-12\tdenied\tdenial[2]|claim[1]\tdenies->2-1|*->1-2\t",
        "1-4\t13-15\tit\tclaim[2]\t*->2-2\t",
        "1-5\t16-19\tall\tclaim[2]\t*->2-2\t",
      ]);
      const [item] = await itemsIn("a.tsv", source, { scheme: richScheme });
      const { spans, relations } = marksIn(item);
      expect(spans.map(({ label, quote }) => `${label} ${quote}`).sort()).toEqual([
        "attribution he",
        "claim denied",
        "claim it all",
        "denial denied",
      ]);
      expect(relations.map(({ type, from, to }) => `${type} ${from} ${to}`).sort()).toEqual([
        "denies denial 5-11 claim 12-18",
        "source_of attribution 2-4 claim 5-11",
      ]);
      expect(item).toMatchObject({ warnings: [], unknown: [] });
    });

    test("without names is called as the layer is, to be mapped, and told with counts", async () => {
      const source = chained("referenceRelation|referenceType", [
        "1-1\t0-2\t😀\t_\t_\t",
        "1-2\t3-5\the\t*->1-1\t*[1]\t",
        "1-3\t6-12\tdenied\t*->1-2\t*[1]\t",
        "1-4\t13-15\tit\tso->1-3\t*[1]\t",
        "1-5\t16-19\tall\t*\t*[1]\t",
      ]);
      const [item] = await itemsIn("a.tsv", source);
      expect(marksIn(item)).toMatchObject({ spans: [], relations: [] });
      expect(item).toMatchObject({
        unknown: [{ kind: "label", name: "SourceLink", count: 3 }],
        warnings: expect.arrayContaining([
          expect.objectContaining({ code: "relation_left_out" }),
          expect.objectContaining({ code: "span_left_out" }),
        ]),
      });
      const said = item?.kind === "article" ? item.warnings.map(({ message }) => message) : [];
      expect(said).toContainEqual(expect.stringContaining("last mention of 1 chains"));
      expect(said).toContainEqual(expect.stringContaining("Mentions at 1 tokens"));
    });
  });

  test.for([
    { name: "a line that is none", change: ["1-4\t12-14", "x\t12-14"], reason: /^Line 12 is none/ },
    { name: "a place that is none", change: ["12-14", "12"], reason: /^Line 12 is none/ },
    {
      name: "sentences that overlap",
      change: ["22-25", "2-5"],
      reason: /begins at 2; the text before it ends at 20/,
    },
    {
      name: "sentences far apart",
      change: ["22-25", "99999999-100000002"],
      reason: /begins at 99999999/,
    },
  ])("with $name is refused", async ({ change: [from = "", to = ""], reason }) => {
    const [item] = await itemsIn("a.tsv", file.replace(from, to));
    expect(item).toMatchObject({ kind: "rejected", reason: expect.stringMatching(reason) });
  });
});

test("very many tokens end", async () => {
  const rows = Array.from(
    { length: 10_000 },
    (_, at) => `1-${at + 1}\t${2 * at}-${2 * at + 1}\tx\t*[${at}]\t`,
  );
  const text = "x ".repeat(10_000).trim();
  const source = ["#FORMAT=WebAnno TSV 3.3", "#T_SP=a.claim|", "", `#Text=${text}`, ...rows].join(
    "\n",
  );
  const [item] = await itemsIn("a.tsv", source);
  expect(marksIn(item).spans).toHaveLength(10_000);
});

test("what is written is read the same", async () => {
  await fc.assert(
    fc.asyncProperty(records(), async (record) => {
      const lost = new LostInWriting();
      const [written] = writeWebanno(record, lost, { scheme: richScheme });
      const [item] = await itemsIn("a.tsv", written?.text ?? "", { scheme: richScheme });
      const { text, spans, relations } = marksIn(item);
      const own = marksOf(record);
      expect({ text, spans, relations }).toEqual({
        text: own.text,
        spans: own.spans,
        relations: own.relations,
      });
      expect(lost.list.map(({ what }) => what)).toContain("fields of metadata");
    }),
    { numRuns: 60 },
  );
});
