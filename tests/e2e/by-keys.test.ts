import { expect, test } from "vitest";
import { operator } from "@/lib/access/actor";
import { database } from "@/lib/store/database";
import { openArticle } from "@/lib/workflow/annotating";
import { importFiles } from "@/lib/workflow/importing/index";
import { aWorkbench, ownSet, untilSaved } from "../setup/annotating";
import { aFile } from "../setup/files";
import { KeyAnnotator, type Plan } from "../setup/key-annotator";
import { realArticle, realPlan } from "../setup/real-article";

const workbench = aWorkbench();

/** The words of a plan, in brackets with their names: "[c1 The pier was sold], [a1 the envoy said]." */
function planned(
  picture: string,
  attributes: Readonly<Record<string, Readonly<Record<string, string>>>>,
  relations: Plan["relations"],
): { text: string; plan: Plan } {
  const labels = { c: "claim", d: "denial", a: "attribution" } as const;
  const places = new Map<string, { start: number; end: number }[]>();
  let text = "";
  for (const part of picture.split(/(\[[cda]\d [^\]]*\])/)) {
    const [, name, words] = /^\[([cda]\d) ([^\]]*)\]$/.exec(part) ?? [];
    const start = [...text].length;
    text += words ?? part;
    if (name !== undefined) {
      places.set(name, [...(places.get(name) ?? []), { start, end: [...text].length }]);
    }
  }
  const spans = [...places].map(([name, fragments]) => ({
    name,
    label: labels[name.charAt(0) as keyof typeof labels], // the pattern has no other letters
    fragments,
    attributes: attributes[name] ?? {},
  }));
  return { text, plan: { spans, relations } };
}

async function imported(markdown: string) {
  const person = await workbench.aPerson();
  const file = aFile("article.md", markdown);
  await importFiles(operator, person.project.slug, { format: "markdown", files: [file] });
  const { rows } = await database().pool.query<{ id: string }>(
    "SELECT id FROM articles WHERE project_id = $1",
    [person.project.id],
  );
  const id = rows[0]?.id ?? "";
  const page = await person.open(id);
  await page.locator(".article[role=document]:focus").waitFor();
  const { article } = await openArticle(person.user, id);
  return { ...person, page, article };
}

/** Annotates by keys what is planned, submits by keys, and has what the server has by then. */
async function annotatedByKeys(markdown: string, plan: Plan) {
  const { page, user, article } = await imported(markdown);
  const annotator = new KeyAnnotator(page, article);
  await annotator.carryOut(plan);
  await untilSaved(page);
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+Enter");
  // What is only advice is passed by the same keys.
  const check = page.getByRole("dialog");
  const submitted = page.getByRole("button", { name: "Reopen" }).first();
  await check.or(submitted).first().waitFor();
  if (await check.isVisible()) await page.keyboard.press("Control+Enter");
  await submitted.waitFor();
  const set = await ownSet(user, article.id);
  const nameOf = new Map(
    set.spans.map((span) => {
      const same = plan.spans.find(
        ({ label, fragments }) =>
          label === span.label && JSON.stringify(fragments) === JSON.stringify(span.fragments),
      );
      return [span.id, same?.name ?? `${span.label}: ${span.quote}`];
    }),
  );
  return {
    annotator,
    spans: Object.fromEntries(
      set.spans.map(({ id, attributes }) => [nameOf.get(id) ?? "", attributes]),
    ),
    relations: set.relations
      .map(({ type, from, to }) => [nameOf.get(from), type, nameOf.get(to)].join(" "))
      .sort(),
  };
}

function expected(annotator: KeyAnnotator, plan: Plan) {
  const symmetric = new Set(["same_claim"]);
  return {
    spans: Object.fromEntries(
      plan.spans.map(({ name, attributes }) => [
        name,
        Object.fromEntries(
          Object.entries(attributes).map(([key, value]) => [key, annotator.valueOf(value)]),
        ),
      ]),
    ),
    relations: plan.relations.map(([type, from, to]) => [from, type, to].join(" ")).sort(),
    symmetric,
  };
}

/** Either way round is the same where the relation has no direction. */
const undirected = (relations: readonly string[]) =>
  relations
    .map((one) => (one.includes("same_claim") ? one.split(" ").sort().join(" ") : one))
    .sort();

test("an article is read, marked, linked, described, checked and submitted by keys alone", async () => {
  const { text, plan } = planned(
    "# [c1 Pier sold in secret]\n\n[c2 The pier was sold for nothing], [a1 the envoy said]. “[d1 Nobody sold any pier],” [a2 the ministry said in a statement].\n\n[c3 The plot], [a3 he said], [c3 was real].\n",
    {
      c1: { polarity: "positive", certainty: "certain", check_worthy: "yes" },
      c2: { polarity: "positive", certainty: "certain", check_worthy: "yes" },
      a1: { source: "the envoy", source_type: "person", cue: "speech" },
      d1: { form: "direct", scope: "general", denying_actor: "the ministry" },
      a2: { source: "the ministry", source_type: "organisation", cue: "speech" },
      c3: { polarity: "positive", certainty: "possible", check_worthy: "no" },
      a3: { source: "he", source_type: "person", cue: "speech" },
    },
    [
      ["same_claim", "c1", "c2"],
      ["source_of", "a1", "c2"],
      ["denies", "d1", "c2"],
      ["source_of", "a2", "d1"],
      ["source_of", "a3", "c3"],
    ],
  );
  // The mark of a heading is no part of the text.
  const spans = plan.spans.map((span) => ({
    ...span,
    fragments: span.fragments.map(({ start, end }) => ({ start: start - 2, end: end - 2 })),
  }));
  const moved = { ...plan, spans };
  const done = await annotatedByKeys(text, moved);
  const wanted = expected(done.annotator, moved);
  expect(done.spans).toEqual(wanted.spans);
  expect(undirected(done.relations)).toEqual(undirected(wanted.relations));
});

const real = realArticle();

test.skipIf(real === null)(
  "a real article with 62 spans, 51 relations and their attributes is annotated by keys alone (needs the article beside the project)",
  { timeout: 600_000 },
  async () => {
    const plan = realPlan();
    const done = await annotatedByKeys(real ?? "", plan);
    const wanted = expected(done.annotator, plan);
    expect(done.spans).toEqual(wanted.spans);
    expect(undirected(done.relations)).toEqual(undirected(wanted.relations));
    const { labels, attributes, relations } = done.annotator.pressed;
    expect(labels / plan.spans.length).toBeLessThanOrEqual(2);
    const described = plan.spans.flatMap((span) => Object.keys(span.attributes)).length;
    expect(attributes / described).toBeLessThanOrEqual(1);
    expect(relations / plan.relations.length).toBeLessThanOrEqual(2);
  },
);
