import { expect, test } from "vitest";
import { Adjudicator } from "@/lib/annotator/adjudicator";
import { AnnotatorController } from "@/lib/annotator/controller";
import { edgesOf, passageOf, usualVersion, versionsOf } from "@/lib/annotator/dispute-versions";
import { clustersOf, preaccepting, type Source } from "@/lib/domain/adjudication";
import { Decisions } from "@/lib/domain/decisions";
import { extentOf } from "@/lib/domain/likeness";
import { Annotations } from "@/lib/domain/operation";
import { defaultScheme } from "@/lib/domain/scheme";
import { segment } from "@/lib/domain/segmenting";
import type { Relation, Span } from "@/lib/domain/span";
import { ArticleText } from "@/lib/domain/text";
import { GoldSet } from "@/lib/sync/gold-set";
import { forgetfulOutbox } from "@/lib/sync/practice";
import { pictured } from "./annotator-page";

const rule = { needed: "majority", match: "strict" } as const;

/** A server that never answers: what is done here is done in the page alone. */
const never = () => new Promise<never>(() => undefined);
const silent = { send: never, fetchSet: never, submit: never, reopen: never };

/** Three reviewers' sets on one text, each as a picture of it, with relations as "a1 source_of c1". */
function aDesk(...pictures: readonly string[]) {
  const sets = pictures.map((one, at) => {
    const [picture = "", ...sentences] = one.split("|");
    const { text, spans } = pictured(picture);
    const id = (name: string) => `${at + 1}-${name}`;
    return {
      id: `set ${at + 1}`,
      text,
      spans: spans.map((span): Span => ({ ...span, id: id(span.id) })),
      relations: sentences.map((sentence): Relation => {
        const [from = "", type = "", to = ""] = sentence.split(" ");
        return { id: id(sentence), type, from: id(from), to: id(to), attributes: {} };
      }),
    };
  });
  const value = sets[0]?.text ?? "";
  const text = new ArticleText(value);
  const deciding = (decisions: Iterable<Parameters<Decisions["commit"]>[0]["after"] & object>) =>
    new Decisions(decisions);
  const context = { text, scheme: defaultScheme, deciding };
  const gold = new Annotations({ decided: new Decisions() });
  let next = 0;
  const newId = () => `gold ${++next}`;
  const begun = preaccepting({ sets, gold, text, scheme: defaultScheme, rule, newId });
  for (const intent of begun) gold.apply(intent, context);
  const set = {
    revision: 0,
    head: null,
    note: "",
    attributes: {},
    spans: [...gold.spans.values()],
    relations: [...gold.relations.values()],
    decisions: [...(gold.decided?.all.values() ?? [])],
    submittedAt: null,
    scheme: 1,
  };
  const goldSet = new GoldSet({
    owner: { user: "curator", set: "gold" },
    page: { title: "", href: "" },
    set,
    context,
    transport: silent,
    outbox: forgetfulOutbox,
  });
  const told: string[] = [];
  const annotator = new AnnotatorController(
    {
      text: value,
      blocks: [],
      segmentation: Buffer.from(segment(text, [], null)).toString("base64"),
      scheme: defaultScheme,
      readOnlySets: [],
    },
    goldSet,
    { problem: (words) => told.push(words), notice: (words) => told.push(words) },
  );
  /** @param changed sources that are not any more what was decided on */
  const openedWith = (changed: readonly Source[]) =>
    new Adjudicator(annotator, {
      reviewers: sets.map(({ id }, at) => ({ set: id, key: `a${at + 1}`, name: null })),
      sets,
      rule,
      changed,
    });
  const desk = openedWith([]);
  annotator.start();
  desk.start();
  const shown = () =>
    annotator.state().spans.map(({ label, quote }) => `${label.charAt(0)} ${quote}`);
  const outcomes = () =>
    [...(goldSet.current.decided?.all.values() ?? [])].map(
      ({ outcome, sources }) => `${outcome} ${sources.length}`,
    );
  return { desk, openedWith, annotator, told, shown, outcomes, text };
}

const three = [
  "[c1:The plot was real], he said. [c2:The mayor] lied. Nobody saw it.",
  "[c1:The plot was real], he said. [c2:The mayor lied]. Nobody saw it.",
  "[c1:The plot was real], he said. The mayor lied. [d1:Nobody] saw it.",
];

test("what the rule settles is in gold already, and the first dispute is in hand", () => {
  const { desk, shown } = aDesk(...three);
  expect(shown()).toEqual(["c The plot was real"]);
  const { left, disputes, inHand, versions } = desk.state();
  expect([left, disputes, inHand?.state]).toEqual([2, 2, "open"]);
  expect(versions.map(({ reviewers }) => reviewers)).toEqual([[0], [1], [2]]);
});

test("one action decides a dispute, and the next is in hand at once", () => {
  const { desk, shown, outcomes } = aDesk(...three);
  expect(desk.accept(1)).toBe(true);
  expect(shown()).toEqual(["c The plot was real", "c The mayor lied"]);
  expect(desk.state().inHand?.cluster[0]?.content.quote).toBe("Nobody");
  expect(desk.state().last).toBe("Accepted claim “The mayor lied” (a2)");
  expect(desk.acceptUsual()).toBe(true); // two marked nothing there
  expect(outcomes()).toEqual(["agreed 3", "accepted 1", "rejected 1", "rejected 1"]);
  expect(desk.state().left).toBe(0);
});

test("the last open dispute is not said to be none", () => {
  const { desk, annotator } = aDesk(...three);
  const said = () => annotator.state().announcements.at(-1)?.words;
  desk.accept(0);
  expect(desk.step(1)).toBe(false);
  expect(said()).toBe("There is no other dispute.");
  desk.accept(0);
  expect(desk.step(1)).toBe(false);
  expect(said()).toBe("No dispute is left.");
});

test("a reviewer who marked nothing there is accepted by leaving it out", () => {
  const { desk, shown } = aDesk(...three);
  desk.accept(2);
  expect(shown()).toEqual(["c The plot was real"]);
  expect(desk.state().left).toBe(1);
});

test("merging makes one span of what overlaps", () => {
  const { desk, shown, outcomes } = aDesk(
    "[c1:The plot] was real.",
    "The [c1:plot was] real.",
    "The plot [c1:was real].",
  );
  desk.merge();
  expect(shown()).toEqual(["c The plot was real"]);
  expect(outcomes()).toEqual(["merged 3"]);
});

test("what means other things is not merged: a claim within an attribution", () => {
  const { desk, shown } = aDesk(
    "[a1:He said that [c1:it was]] real.",
    "[a1:He said that] [c1:it was real].",
    "He said that it was real.",
  );
  desk.merge();
  expect(shown()).toEqual(["a He said that it was", "c it was real"]);
});

test("a decision is taken back by undoing, and its dispute is in hand again", () => {
  const { desk, shown } = aDesk(...three);
  const first = desk.state().inHand?.key;
  desk.accept(0);
  desk.undo();
  expect(shown()).toEqual(["c The plot was real"]);
  expect([desk.state().left, desk.state().inHand?.key]).toEqual([2, first]);
  desk.redo();
  expect(desk.state().left).toBe(1);
});

test("what was decided is decided anew", () => {
  const { desk, shown, outcomes } = aDesk(...three);
  const first = desk.state().inHand?.key ?? "";
  desk.accept(0);
  desk.take(first);
  desk.accept(1);
  expect(shown()).toEqual(["c The plot was real", "c The mayor lied"]);
  expect(outcomes()).toEqual(["agreed 3", "accepted 1", "rejected 1"]);
  desk.take(first);
  desk.takeBack();
  expect(desk.state().left).toBe(2);
});

test("a span that is changed was edited, and one that goes is open again", () => {
  const { desk, annotator, shown, outcomes } = aDesk(...three);
  expect(desk.edit()).not.toBeNull();
  expect(annotator.move({ edge: "end", by: 1, unit: "word" })).toBe(true);
  expect(shown()).toEqual(["c The plot was real", "c The mayor lied"]);
  annotator.select(annotator.state().spans[0]?.id ?? null);
  annotator.move({ edge: "start", by: 1, unit: "word" });
  expect(shown()[0]).toBe("c plot was real");
  expect(outcomes().sort()).toEqual(["edited 2", "edited 3"]);
  annotator.remove();
  expect(outcomes()).toEqual(["edited 2"]);
  expect(desk.state().left).toBe(2);
});

test("a span of one's own is what the sources came to that it overlaps", () => {
  const { desk, shown, outcomes, text } = aDesk(...three);
  const start = text.value.indexOf("mayor");
  desk.own("denial", [{ start, end: start + 10 }]);
  expect(shown()).toEqual(["c The plot was real", "d mayor lied"]);
  expect(outcomes()).toEqual(["agreed 3", "edited 2"]);
  desk.own("claim", [{ start: 0, end: 3 }]);
  expect(shown()[0]).toBe("c The plot was real"); // it would lie over another claim
});

test("the reason goes with the decision, and can be given after it", () => {
  const { desk, annotator } = aDesk(...three);
  const first = desk.state().inHand?.key ?? "";
  desk.because("The verb belongs to it");
  desk.accept(1);
  desk.take(first);
  const reasons = () => desk.decisionsInHand().map(({ reason }) => reason);
  expect(reasons()[0]).toBe("The verb belongs to it");
  desk.because("Always with its verb");
  desk.giveReason();
  expect(reasons()).toEqual(["Always with its verb", "Always with its verb"]);
  expect(annotator.state().spans.length).toBe(2);
});

test("relations follow what both ends of came to gold", () => {
  const { desk, annotator } = aDesk(
    "[c1:It was real], [a1:he] said.|a1 source_of c1",
    "[c1:It was real], [a1:he said].|a1 source_of c1",
    "[c1:It was real], he [a1:said].",
  );
  desk.merge();
  expect(annotator.state().relations.map(({ type }) => type)).toEqual(["source_of"]);
  expect(desk.state().last).toBe(
    "Merged into attribution “he said” (a1, a2, a3) · 1 relation followed",
  );
});

test("who made the same of a passage is in one version, attributes and all", () => {
  const set = (id: string, words: string, certainty?: string) => ({
    id,
    spans: pictured(words).spans.map((span) => ({
      ...span,
      attributes: certainty === undefined ? {} : { certainty },
    })),
  });
  const sets = [
    set("1", "[c1:It was] so", "certain"),
    set("2", "[c1:It was] so", "possible"),
    set("3", "[c1:It was so]"),
    set("4", "[c1:It was] so", "possible"),
  ];
  const [cluster = []] = clustersOf(sets);
  const versions = versionsOf(cluster, ["1", "2", "3", "4"]);
  expect(versions.map(({ reviewers }) => reviewers)).toEqual([[0], [1, 3], [2]]);
  expect(usualVersion(versions)?.reviewers).toEqual([1, 3]);
  expect(usualVersion([])).toBe(null);
  expect(extentOf(cluster.map(({ content }) => content))).toEqual({ start: 0, end: 9 });
});

test("a passage is cut in the same places for all of its versions", () => {
  const text = new ArticleText(`It ${"very ".repeat(60)}was so`);
  const edges = edgesOf([
    { fragments: [{ start: 0, end: 309 }] },
    { fragments: [{ start: 3, end: 309 }] },
  ]);
  const within = { start: 0, end: text.length };
  const marked = [{ start: 3, end: 309 }];
  const pieces = passageOf(text, { within, edges, marked });
  expect(pieces.map(({ isMarked }) => isMarked)).toEqual([false, true]);
  expect(pieces[0]?.words).toBe("It ");
  expect(pieces[1]?.words).toContain(" … ");
});

test("a span that its reviewer has changed is in dispute until it is decided on anew", () => {
  const { openedWith, outcomes } = aDesk(...three);
  const desk = openedWith([{ set: "set 1", span: "1-c1" }]);
  desk.start();
  expect(desk.state()).toMatchObject({ left: 3, inHand: { state: "open" } });
  expect(desk.state().versions).toMatchObject([{ reviewers: [0, 1, 2] }]);
  const [, second] = desk.state().passages;
  desk.accept(0);
  expect(desk.state()).toMatchObject({ left: 2, inHand: { key: second?.key } });
  expect(outcomes()).toEqual(["accepted 3"]);
  desk.undo();
  expect(desk.state()).toMatchObject({ left: 3, inHand: { state: "open" } });
});
