import { v7 as uuidv7 } from "uuid";
import { beforeAll, describe, expect, test } from "vitest";
import { operator, type UserActor } from "@/lib/access/actor";
import { annotate, openArticle } from "@/lib/workflow/annotating";
import { attributeValues } from "@/lib/workflow/attribute-values";
import { deleteArticles } from "@/lib/workflow/deleting";
import { importFiles } from "@/lib/workflow/importing";
import { aDatabase } from "../setup/database";
import { aFile } from "../setup/files";
import { aMember, anArticle, aProject } from "../setup/world";

beforeAll(async () => {
  await aDatabase();
});

/** A reviewer's set on an article of its own, with an attribution for each of some sources. */
async function work(
  project: { id: string },
  reviewer: UserActor,
  sources: readonly string[],
): Promise<string> {
  const article = await anArticle(project.id, sources.map(() => "He said.").join(" "));
  const { annotation_set: set } = (await openArticle(reviewer, article.id)).article;
  const operations = sources.map((source, index) => {
    const fragments = [{ start: index * 9, end: index * 9 + 7 }];
    const span = { id: uuidv7(), label: "attribution", fragments, quote: "He said" };
    return { id: uuidv7(), type: "add_span" as const, span: { ...span, attributes: { source } } };
  });
  await annotate(reviewer, set?.id ?? "", { revision: 0, operations });
  return article.id;
}

const valuesFor = async (
  actor: UserActor,
  project: { slug: string },
  asked: { label?: string; attribute?: string; prefix?: string } = {},
) => {
  const all = { label: "attribution", attribute: "source", prefix: "", ...asked };
  return (await attributeValues(actor, project.slug, all)).map(
    ({ value, uses }) => `${uses} ${value}`,
  );
};

test("the most used come first, of those used as often the latest", async () => {
  const project = await aProject();
  const reviewer = await aMember(project.id);
  await work(project, reviewer, ["the mayor", "the ministry"]);
  await work(project, reviewer, ["the ministry", "an envoy"]);
  expect(await valuesFor(reviewer, project)).toEqual([
    "2 the ministry",
    "1 an envoy",
    "1 the mayor",
  ]);
});

test.for([
  { prefix: "", values: ["1 Élysée", "1 وزارت بهداشت"] },
  { prefix: "elys", values: ["1 Élysée"] },
  { prefix: " ÉLYSÉE", values: ["1 Élysée"] },
  { prefix: "lysée", values: [] },
  { prefix: "وَزارت", values: ["1 وزارت بهداشت"] },
  { prefix: "بهداشت", values: ["1 وزارت بهداشت"] },
  { prefix: "%", values: [] },
])('"$prefix" is what a value or a word in it begins with, folded', async ({ prefix, values }) => {
  const project = await aProject();
  const reviewer = await aMember(project.id);
  await work(project, reviewer, ["Élysée", "وزارت بهداشت"]);
  expect((await valuesFor(reviewer, project, { prefix })).toSorted()).toEqual(values);
});

test("other labels and attributes have their own, and unknown ones none", async () => {
  const project = await aProject();
  const reviewer = await aMember(project.id);
  await work(project, reviewer, ["the mayor"]);
  const asked = [{ label: "claim" }, { attribute: "cue" }, { label: "nothing", attribute: "x" }];
  for (const one of asked) expect(await valuesFor(reviewer, project, one)).toEqual([]);
});

describe("nobody learns from what they may not see:", () => {
  test("a reviewer or viewer not from others' work, a curator from all", async () => {
    const project = await aProject();
    const [one, other, curator, viewer] = await Promise.all([
      aMember(project.id),
      aMember(project.id),
      aMember(project.id, "curator"),
      aMember(project.id, "viewer"),
    ]);
    await work(project, one, ["the mayor"]);
    await work(project, other, ["the ministry"]);
    expect(await valuesFor(one, project)).toEqual(["1 the mayor"]);
    expect(await valuesFor(other, project)).toEqual(["1 the ministry"]);
    expect(await valuesFor(viewer, project)).toEqual([]);
    expect(await valuesFor(curator, project)).toEqual(["1 the ministry", "1 the mayor"]);
  });

  test("everybody in the project from what was imported", async () => {
    const project = await aProject();
    const viewer = await aMember(project.id, "viewer");
    const span = {
      id: "s1",
      label: "attribution",
      start: 0,
      end: 7,
      attributes: { source: "the envoy" },
    };
    const record = { text: "He said so.", spans: [span] };
    await importFiles(operator, project.slug, {
      format: "auto",
      files: [aFile("articles.jsonl", JSON.stringify(record))],
    });
    expect(await valuesFor(viewer, project)).toEqual(["1 the envoy"]);
  });

  test("nobody from another project, nor who is in none", async () => {
    const [project, elsewhere] = [await aProject(), await aProject()];
    const [one, admin] = [await aMember(project.id), await aMember(elsewhere.id, "admin")];
    await work(project, one, ["the mayor"]);
    expect(await valuesFor(admin, elsewhere)).toEqual([]);
    await expect(valuesFor(admin, project)).rejects.toMatchObject({ code: "not_found" });
  });

  test("nobody from what lies in the trash", async () => {
    const project = await aProject();
    const one = await aMember(project.id);
    const article = await work(project, one, ["the mayor"]);
    await deleteArticles(operator, [article], { force: true });
    expect(await valuesFor(one, project)).toEqual([]);
  });
});
