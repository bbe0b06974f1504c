import { beforeAll, expect, test } from "vitest";
import { operator } from "@/lib/access/actor";
import { printedArticle } from "@/lib/workflow/printing";
import { aDatabase } from "../setup/database";
import { refusal } from "../setup/refusal";
import { aSecondVersion, gold, mark, markAndSubmit } from "../setup/rounds";
import { aMember, anArticle, aProject, aUser } from "../setup/world";

/** An article as a page to print, for those who may see what is in it. */
beforeAll(async () => {
  await aDatabase();
});

/** An article on which two have worked, ana with a claim and ben with a denial. */
async function worked() {
  const project = await aProject();
  const [ana, ben] = [await aMember(project.id), await aMember(project.id)];
  const { id } = await anArticle(project.id, "Tehran denied it. <b>She</b> said so.");
  const hers = await mark(ana, id, [["claim", 0, 6]]);
  const his = await markAndSubmit(ben, id, [["denial", 7, 13]]);
  return { project, ana, ben, id, hers, his };
}

/** The words that are marked, by label. */
const marked = (html: string) =>
  [
    ...html.matchAll(/<td><bdi>\d+<\/bdi><\/td><td><bdi>(.*?)<\/bdi><\/td><td><bdi>(.*?)<\/bdi>/g),
  ].map(([, label, words]) => `${label}: ${words}`);

test("has one's own work, submitted or not, or else what one may see first", async () => {
  const { project, ana, ben, id, his } = await worked();
  const own = await printedArticle(ana, id, {});
  expect(own).toContain("&#60;b&#62;She&#60;/b&#62; said so.");
  expect(marked(own)).toEqual(["claim: Tehran"]);
  expect(marked(await printedArticle(ben, id, {}))).toEqual(["denial: denied"]);
  const cleo = await aMember(project.id);
  expect(marked(await printedArticle(cleo, id, {}))).toEqual([]);
  const curator = await aMember(project.id, "curator");
  expect(marked(await printedArticle(curator, id, { set: his.id }))).toEqual(["denial: denied"]);
  await gold(curator, his.id);
  const viewer = await aMember(project.id, "viewer");
  expect(marked(await printedArticle(viewer, id, {}))).toEqual(["denial: denied"]);
});

test("shows nobody a set that is not theirs to see, nor an article", async () => {
  const { project, ana, ben, id, hers, his } = await worked();
  await expect(printedArticle(ana, id, { set: his.id })).rejects.toEqual(refusal("not_found"));
  await expect(printedArticle(ben, id, { set: hers.id })).rejects.toEqual(refusal("not_found"));
  await expect(printedArticle(await aUser(), id, {})).rejects.toEqual(refusal("not_found"));
  const viewer = await aMember(project.id, "viewer");
  expect(marked(await printedArticle(viewer, id, {}))).toEqual([]);
  await expect(printedArticle(viewer, id, { version: 7 })).rejects.toEqual(refusal("not_found"));
});

test("is of the version that is asked for", async () => {
  const { ana, id, hers } = await worked();
  await aSecondVersion(id);
  expect(marked(await printedArticle(ana, id, {}))).toEqual([]);
  expect(marked(await printedArticle(ana, id, { version: 1 }))).toEqual(["claim: Tehran"]);
  await expect(printedArticle(operator, id, { set: hers.id })).rejects.toEqual(
    refusal("not_found"),
  );
});
