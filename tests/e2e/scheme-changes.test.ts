import { v7 as uuidv7 } from "uuid";
import { expect, test } from "vitest";
import { defaultScheme } from "@/lib/domain/scheme";
import { annotate, annotationSet, carryOwnSet } from "@/lib/workflow/annotating";
import { changeScheme, undoScheme } from "@/lib/workflow/changing-schemes";
import { aWorkbench, ownSet, selectWords, untilSaved } from "../setup/annotating";
import { barriers, pictureOf } from "../setup/browser";
import { aMember, anArticle } from "../setup/world";

const workbench = aWorkbench();

const nothing = { labels: {}, relations: {}, attributes: [] };

/** Claims are assertions, and there are no denials any more. */
const assertions = {
  base: 1,
  scheme: {
    ...defaultScheme,
    labels: defaultScheme.labels
      .filter(({ name }) => name !== "denial")
      .map((label) => (label.name === "claim" ? { ...label, name: "assertion" } : label)),
    relations: [],
  },
  mapping: { ...nothing, labels: { claim: "assertion", denial: null } },
  note: "Assertions.",
};

test("whoever is at work when the scheme changes goes on by the new one, and loses nothing", async () => {
  const person = await workbench.aPerson();
  const admin = await aMember(person.project.id, "admin");
  const article = await anArticle(person.project.id, "Tehran denied it. She said so.");
  const page = await person.open(article.id);
  await selectWords(page, "Tehran");
  await page.keyboard.press("1");
  await page.keyboard.press("Escape");
  await untilSaved(page);
  await changeScheme(admin, person.project.slug, assertions);
  expect((await ownSet(person.user, article.id)).scheme_version).toBe(2);
  // Saved by the old scheme, whose labels the new one does not have.
  const loaded = page.waitForEvent("load");
  await selectWords(page, "said");
  await page.keyboard.press("3");
  await loaded;
  await page.locator(".article[role=document]").waitFor();
  await untilSaved(page);
  const { spans } = await ownSet(person.user, article.id);
  expect(spans.map(({ label, quote }) => [label, quote])).toEqual([
    ["assertion", "Tehran"],
    ["attribution", "said"],
  ]);
  await page
    .getByRole("option", { name: /assertion/i })
    .first()
    .waitFor();
  await selectWords(page, "She");
  await page.keyboard.press("1");
  await untilSaved(page);
  expect((await ownSet(person.user, article.id)).spans).toHaveLength(3);
});

test("what has no place in a new scheme is left out once its author agrees, by keys alone, and comes back", async () => {
  const person = await workbench.aPerson();
  const admin = await aMember(person.project.id, "admin");
  const article = await anArticle(person.project.id, "Tehran denied it. She said so.");
  const { id: setId, revision, head } = await ownSet(person.user, article.id);
  const spanOf = (label: string, start: number, quote: string) => ({
    id: uuidv7(),
    type: "add_span" as const,
    span: {
      id: uuidv7(),
      label,
      fragments: [{ start, end: start + quote.length }],
      quote,
      attributes: {},
    },
  });
  const operations = [spanOf("claim", 0, "Tehran"), spanOf("denial", 7, "denied")];
  await annotate(person.user, setId, { revision, head, operations });
  const before = await annotationSet(person.user, setId);
  await changeScheme(admin, person.project.slug, assertions);
  const page = await person.open(article.id);
  await page.getByText("The scheme has changed").waitFor();
  expect(await barriers(page)).toEqual([]);
  await page.screenshot({ path: pictureOf("scheme waits") });
  await page.getByRole("link", { name: "See what would be left out" }).press("Enter");
  await page.getByText("1 span of denial is left out.").waitFor();
  await page.getByText("1 span of claim becomes assertion.").waitFor();
  expect(await barriers(page)).toEqual([]);
  await page.screenshot({ path: pictureOf("scheme agree") });
  await page.setViewportSize({ width: 360, height: 700 });
  await page.emulateMedia({ colorScheme: "dark" });
  expect(await barriers(page)).toEqual([]);
  await page.screenshot({ path: pictureOf("scheme agree on a phone") });
  const agree = page.getByRole("button", { name: "Agree and go on with version 2" });

  // What moved on since is not agreed to unseen.
  await annotate(person.user, setId, { ...before, operations: [spanOf("denial", 18, "She")] });
  await agree.press("Enter");
  await page.getByText("This annotation has changed since you opened it.").waitFor();
  await page.getByText("2 spans of denial are left out.").waitFor();
  await agree.press("Enter");
  await page.waitForURL((url) => url.pathname.endsWith(article.id));
  await page.locator(".article[role=document]").waitFor();
  expect((await ownSet(person.user, article.id)).spans).toEqual([
    expect.objectContaining({ label: "assertion", quote: "Tehran" }),
  ]);
  await page.goto(`${workbench.url}/projects/${person.project.slug}/articles/${article.id}/scheme`);
  await page.getByText("There is nothing to do.").waitFor();

  await undoScheme(admin, person.project.slug, "2");
  const after = await ownSet(person.user, article.id);
  expect(after.spans.map(({ label, quote }) => [label, quote])).toEqual([
    ["claim", "Tehran"],
    ["denial", "denied"],
    ["denial", "She"],
  ]);
});

test("the page of what a scheme changes is its author's", async () => {
  const person = await workbench.aPerson();
  const { project } = person;
  const admin = await aMember(project.id, "admin");
  const article = await anArticle(project.id);
  const set = await ownSet(person.user, article.id);
  await changeScheme(admin, project.slug, assertions);
  const address = `${workbench.url}/projects/${project.slug}/articles/${article.id}/scheme`;
  const others = [
    await workbench.aPerson({ project }),
    await workbench.aPerson({ project, role: "viewer" }),
    await workbench.aPerson(),
  ];
  for (const { context } of others) {
    const answer = await context.request.get(address);
    expect(answer.status()).toBe(404);
  }
  await expect(
    carryOwnSet(others[0]?.user ?? admin, set.id, { revision: 0, head: null, version: 2 }),
  ).rejects.toMatchObject({ code: "not_found" });
});
