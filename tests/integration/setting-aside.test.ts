import { v7 as uuidv7 } from "uuid";
import { beforeAll, describe, expect, test } from "vitest";
import type { RefusalCode } from "@/lib/domain/refusal";
import { database } from "@/lib/store/database";
import { annotate, annotationSet, openArticle, setAside, submit } from "@/lib/workflow/annotating";
import { listArticles, nextArticle } from "@/lib/workflow/articles";
import { aDatabase } from "../setup/database";
import { refusal } from "../setup/refusal";
import { aMember, anArticle, aProject, aUser } from "../setup/world";

beforeAll(async () => {
  await aDatabase();
});

/** A reviewer who has opened the first of three articles. */
async function aReviewer() {
  const project = await aProject();
  const articles: string[] = [];
  for (const text of ["One.", "Two.", "Three."]) {
    articles.push((await anArticle(project.id, text)).id);
  }
  const reviewer = await aMember(project.id);
  const open = async (article = "") => {
    const { annotation_set: set } = (await openArticle(reviewer, article)).article;
    return set?.id ?? "";
  };
  return { project, articles, reviewer, open, setId: await open(articles[0]) };
}

const aNote = { id: uuidv7(), type: "set_article_note" as const, note: "Seen." };

describe("a skipped article", () => {
  test("keeps its reason, until that is taken back", async () => {
    const { reviewer, setId } = await aReviewer();
    const skipped = await setAside(reviewer, setId, { skip_reason: " Not in a language I read. " });
    expect(skipped).toMatchObject({ skip_reason: "Not in a language I read.", flag_reason: null });
    await setAside(reviewer, setId, { flag_reason: "Odd." });
    expect(await annotationSet(reviewer, setId)).toMatchObject({
      skip_reason: "Not in a language I read.",
      flag_reason: "Odd.",
      revision: 0,
    });
    await setAside(reviewer, setId, { skip_reason: null });
    expect(await annotationSet(reviewer, setId)).toMatchObject({
      skip_reason: null,
      flag_reason: "Odd.",
    });
  });

  test("is not next again, for who has skipped it and nobody else", async () => {
    const { project, articles, reviewer, open } = await aReviewer();
    const other = await aMember(project.id);
    const [one = "", two = "", three = ""] = articles;
    const next = async (actor: typeof reviewer, after: string) =>
      (await nextArticle(actor, project.slug, after))?.id;
    expect(await next(reviewer, three)).toBe(two);
    await setAside(reviewer, await open(two), { skip_reason: "Too long." });
    expect(await next(reviewer, three)).toBe(one);
    expect(await next(other, three)).toBe(two);
    await setAside(reviewer, await open(one), { skip_reason: "Too long." });
    expect(await next(reviewer, three)).toBeUndefined();
    await setAside(reviewer, await open(two), { skip_reason: null });
    expect(await next(reviewer, three)).toBe(two);
  });

  test("is in the list as skipped, neither new nor open, with and without work in it", async () => {
    const { project, articles, reviewer, open } = await aReviewer();
    const [one = "", two = ""] = articles;
    await setAside(reviewer, await open(one), { skip_reason: "Too long." });
    await annotate(reviewer, await open(two), { revision: 0, operations: [aNote] });
    await setAside(reviewer, await open(two), { skip_reason: "Too long." });
    const ids = async (state: "new" | "open" | "skipped" | "submitted") =>
      (await listArticles(reviewer, project.slug, { state })).articles.map(({ id }) => id).sort();
    expect(await ids("skipped")).toEqual([one, two].sort());
    expect(await ids("new")).toEqual([articles[2]]);
    expect([...(await ids("open")), ...(await ids("submitted"))]).toEqual([]);
    const { articles: all } = await listArticles(reviewer, project.slug, {});
    const states = new Map(all.map(({ id, state }) => [id, state]));
    expect(articles.map((id) => states.get(id))).toEqual(["skipped", "skipped", "new"]);
  });

  test("is one no more once it is submitted, and what is submitted is not skipped", async () => {
    const { reviewer, setId } = await aReviewer();
    await setAside(reviewer, setId, { skip_reason: "Too long." });
    expect(await submit(reviewer, setId, { revision: 0 })).toMatchObject({ skip_reason: null });
    await expect(setAside(reviewer, setId, { skip_reason: "Too long." })).rejects.toEqual(
      refusal("conflict", { submitted: true }),
    );
    const flagged = await setAside(reviewer, setId, { flag_reason: "Look again." });
    expect(flagged).toMatchObject({ flag_reason: "Look again.", skip_reason: null });
  });
});

test("who sees the work of all finds what others have flagged, and reviewers their own", async () => {
  const { project, articles, reviewer, setId } = await aReviewer();
  await setAside(reviewer, setId, { flag_reason: "Is this satire?" });
  const flagged = async (actor: typeof reviewer) =>
    (await listArticles(actor, project.slug, { state: "flagged" })).articles.map(({ id }) => id);
  expect(await flagged(reviewer)).toEqual([articles[0]]);
  expect(await flagged(await aMember(project.id, "curator"))).toEqual([articles[0]]);
  expect(await flagged(await aMember(project.id))).toEqual([]);
});

test.for<{ name: string; reason: string; code: RefusalCode }>([
  { name: "blank", reason: " \u200f", code: "invalid" },
  { name: "of 1001 characters", reason: "x".repeat(1001), code: "invalid" },
  { name: "with a NUL character", reason: "a\0b", code: "unprocessable" },
])("a reason $name is refused", async ({ reason, code }) => {
  const { reviewer, setId } = await aReviewer();
  for (const written of [{ skip_reason: reason }, { flag_reason: reason }]) {
    await expect(setAside(reviewer, setId, written)).rejects.toEqual(refusal(code));
  }
});

test("a reason of 1000 characters beyond the basic plane is kept", async () => {
  const { reviewer, setId } = await aReviewer();
  const reason = "😀".repeat(1000);
  expect(await setAside(reviewer, setId, { skip_reason: reason })).toMatchObject({
    skip_reason: reason,
  });
});

test("others set nothing aside in one's place", async () => {
  const { project, setId } = await aReviewer();
  for (const actor of [await aMember(project.id, "admin"), await aUser()]) {
    await expect(setAside(actor, setId, { skip_reason: "x" })).rejects.toEqual(
      refusal("not_found"),
    );
  }
});

test("the database itself keeps what is submitted from being skipped, and reasons from being empty", async () => {
  const { reviewer, setId } = await aReviewer();
  const write = (change: string) =>
    database().pool.query(`UPDATE annotation_sets SET ${change} WHERE id = $1`, [setId]);
  await expect(write("skip_reason = ''")).rejects.toThrow(/reasons_are_given/);
  await expect(write("flag_reason = repeat('x', 1001)")).rejects.toThrow(/reasons_are_given/);
  await submit(reviewer, setId, { revision: 0 });
  await expect(write("skip_reason = 'x'")).rejects.toThrow(/skipped_or_submitted/);
});
