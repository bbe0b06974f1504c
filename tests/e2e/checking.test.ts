import type { Page } from "playwright-core";
import { v7 as uuidv7 } from "uuid";
import { expect, test } from "vitest";
import { defaultScheme, type StoredScheme } from "@/lib/domain/scheme";
import { annotate } from "@/lib/workflow/annotating";
import { aWorkbench, ownSet, untilSaved } from "../setup/annotating";
import { barriers, pictureOf, settled } from "../setup/browser";
import { anArticle, aProject, withClaims } from "../setup/world";

/* What is looked at once more before an annotation is submitted, and what is not submitted at all. */

const workbench = aWorkbench();

const words = [
  "Marovia denies any role",
  "The plot, he said, was real. Marovia denied it.",
  "وزارت بهداشت گفت این خبر ساختگی است.",
].join("\n\n");

/** The default scheme, in which a claim has an attribute that is required, and one with a default. */
const demanding = withClaims([
  { name: "certainty", type: "choice", values: ["certain", "possible"], required: true },
  { name: "polarity", type: "choice", values: ["positive"], default: "positive" },
]);

/** An article open before a reviewer who has labelled these words already. */
async function opened(
  labelled: readonly (readonly [label: string, words: string])[],
  scheme: StoredScheme = defaultScheme,
) {
  const person = await workbench.aPerson({ project: await aProject({ scheme }) });
  const article = await anArticle(person.project.id, words);
  const page = await person.open(article.id);
  const onServer = () => ownSet(person.user, article.id);
  const { id, revision } = await onServer();
  const operations = labelled.map(([label, quote]) => {
    const start = words.indexOf(quote);
    const fragments = [{ start, end: start + quote.length }];
    const span = { id: uuidv7(), label, fragments, quote, attributes: {} };
    return { id: uuidv7(), type: "add_span" as const, span };
  });
  if (operations.length > 0) await annotate(person.user, id, { revision, operations });
  await page.reload();
  await page.locator(".article[role=document]").focus();
  await page
    .getByRole("option")
    .nth(operations.length - 1)
    .waitFor();
  return { ...person, page, onServer, spans: operations.map(({ span }) => span.id) };
}

const list = (page: Page) => page.getByRole("dialog", { name: "Before you submit" });

/** The headings with what is under them, as they stand in the list. */
const found = async (page: Page) => {
  await list(page).waitFor();
  return list(page)
    .getByRole("region")
    .evaluateAll((all) =>
      all.map((group) => [
        group.querySelector("h3")?.textContent,
        ...[...group.querySelectorAll(".quote")].map(({ textContent }) => textContent),
      ]),
    );
};

const submitted = (page: Page) => page.getByText("Submitted, so it cannot be changed.").waitFor();

test("advice is listed by kind, gone to by its digit, come back to by one key, and passed by the same", async () => {
  const { page, onServer } = await opened([
    ["denial", "Marovia denies any role"],
    ["attribution", "he said"],
    ["claim", "این خبر ساختگی است"],
  ]);
  await page.keyboard.press("Control+Enter");
  expect(await found(page)).toEqual([
    ["Denial without claim 1", "Marovia denies any role"],
    ["Attribution without claim or denial 1", "he said"],
    ["In no relation 1", "این خبر ساختگی است"],
  ]);
  await page.keyboard.press("2");
  await list(page).waitFor({ state: "detached" });
  await expect
    .poll(() => page.locator(".article mark[data-selected]").allTextContents())
    .toEqual(["he said"]);
  await expect
    .poll(() => page.evaluate(() => document.activeElement?.getAttribute("role")))
    .toBe("document");
  await page.keyboard.press("Control+Enter");
  await list(page).waitFor();
  // Where one was is where one goes on.
  await expect
    .poll(() => page.evaluate(() => document.activeElement?.textContent))
    .toContain("he said");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect
    .poll(() => page.locator(".article mark[data-selected]").allTextContents())
    .toEqual(["این خبر ساختگی است"]);
  expect((await onServer()).submitted_at).toBeNull();
  await page.keyboard.press("Control+Enter");
  await list(page).waitFor();
  await page.keyboard.press("Control+Enter");
  await submitted(page);
  expect((await onServer()).submitted_at).not.toBeNull();
});

test("Escape leads back to the text, and nothing is submitted", async () => {
  const { page, onServer } = await opened([["attribution", "he said"]]);
  await page.getByRole("button", { name: "Submit" }).click();
  await list(page).waitFor();
  await page.keyboard.press("Escape");
  await list(page).waitFor({ state: "detached" });
  await expect
    .poll(() => page.evaluate(() => document.activeElement?.getAttribute("role")))
    .toBe("document");
  expect((await onServer()).submitted_at).toBeNull();
});

test("where there is nothing to look at, it is submitted at once", async () => {
  const { page } = await opened([
    ["claim", "The plot"],
    ["attribution", "he said"],
  ]);
  await page.keyboard.press("n");
  await page.keyboard.press("r");
  await page.keyboard.press("Enter");
  await untilSaved(page);
  await page.keyboard.press("Control+Enter");
  await submitted(page);
});

test("what the scheme requires of the article is gone to with a span selected, and then submitted", async () => {
  const scheme: StoredScheme = {
    ...defaultScheme,
    article: [{ name: "harmful", type: "boolean", required: true }],
  };
  const { page, onServer } = await opened([["denial", "Marovia denied it"]], scheme);
  await page.keyboard.press("n");
  await page.getByRole("region", { name: "Selected span" }).waitFor();
  await page.keyboard.press("Control+Enter");
  expect(await found(page)).toEqual([
    ["Required, and not set 1", "The article"],
    ["Denial without claim 1", "Marovia denied it"],
  ]);
  await page.keyboard.press("1");
  const harmful = page.getByRole("group", { name: "Harmful" });
  await expect
    .poll(() => harmful.evaluate((group) => group.contains(document.activeElement)))
    .toBe(true);
  await harmful.getByText("no", { exact: true }).click();
  await untilSaved(page);
  await page.keyboard.press("Control+Enter");
  await list(page).waitFor();
  await page.keyboard.press("Control+Enter");
  await submitted(page);
  expect(await onServer()).toMatchObject({ attributes: { harmful: false } });
});

test("what the scheme requires blocks until it is set, and what it has by default is set", async () => {
  const { page, onServer, spans } = await opened(
    [
      ["claim", "The plot"],
      ["attribution", "he said"],
    ],
    demanding,
  );
  await page.keyboard.press("Control+Enter");
  expect(await found(page)).toEqual([
    ["Required, and not set 1", "The plot"],
    ["Attribution without claim or denial 1", "he said"],
    ["In no relation 1", "The plot"],
  ]);
  await list(page).getByText("certainty").waitFor();
  expect(await list(page).getByRole("button", { name: "Submit all the same" }).count()).toBe(0);
  await page.keyboard.press("Control+Enter");
  expect((await onServer()).submitted_at).toBeNull();
  await page.keyboard.press("1");
  await list(page).waitFor({ state: "detached" });
  await page.getByRole("radio", { name: "certain", exact: true }).click({ force: true });
  // The strip asks for the attributes of each label at once.
  for (const label of ["2", "1"]) {
    await page.keyboard.press(label);
    await page.keyboard.press("Escape");
  }
  await untilSaved(page);
  const claim = (await onServer()).spans.find(({ id }) => id === spans[0]);
  expect(claim?.attributes).toEqual({ polarity: "positive" });
});

test("the list is named, without barriers, and looked at in every theme and on a phone", async () => {
  const { page } = await opened(
    [
      ["denial", "Marovia denies any role"],
      ["claim", "The plot"],
      ["attribution", "he said"],
      ["claim", "این خبر ساختگی است"],
    ],
    demanding,
  );
  await page.keyboard.press("Control+Enter");
  await list(page).waitFor();
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await barriers(page)).toEqual([]);
    await page.screenshot({ path: pictureOf(`check ${colorScheme}`) });
  }
  await page.setViewportSize({ width: 390, height: 780 });
  await settled(page);
  expect(await barriers(page)).toEqual([]);
  await page.screenshot({ path: pictureOf("check phone") });
});

/** Two articles, the newer one open before a reviewer. */
async function twoArticles() {
  const person = await workbench.aPerson();
  const older = await anArticle(person.project.id, "Nothing happened.");
  const newer = await anArticle(person.project.id, words);
  const page = await person.open(newer.id);
  await page.locator(".article[role=document]").focus();
  const on = (article: { id: string }) =>
    page.waitForURL((url) => url.pathname.endsWith(article.id));
  return {
    ...person,
    page,
    older,
    newer,
    on,
    list: `${workbench.url}/projects/${person.project.slug}/articles`,
  };
}

const aside = (page: Page) => page.getByRole("region", { name: "Set aside" });

test("K skips an article for a reason, goes on, and next does not come back to it until it is taken up", async () => {
  const { page, user, older, newer, on, list } = await twoArticles();
  await page.keyboard.press("k");
  const question = page.getByRole("dialog", { name: "Skip this article?" });
  await question.waitFor();
  await expect
    .poll(() => question.getByLabel("Reason").evaluate((one) => one === document.activeElement))
    .toBe(true);
  await page.keyboard.press("Control+Enter");
  await question.getByText("Say why, in a word or two.").waitFor();
  await page.keyboard.type("Not in a language I read");
  await page.keyboard.press("Control+Enter");
  await on(older);
  await page.getByText(/^Skipped “Marovia denies/).waitFor();
  expect(await ownSet(user, newer.id)).toMatchObject({ skip_reason: "Not in a language I read" });
  await page.getByRole("button", { name: "Next article" }).first().click();
  await page.getByText("There is no further article to annotate.").waitFor();

  await page.goto(`${list}?state=skipped`);
  await page.getByText("Skipped", { exact: true }).waitFor();
  await page.screenshot({ path: pictureOf("skipped list") });
  await page.getByRole("link", { name: /^Marovia denies/ }).click();
  await aside(page).getByText("Not in a language I read").waitFor();
  expect(await barriers(page)).toEqual([]);
  await page.screenshot({ path: pictureOf("skipped") });
  await aside(page).getByRole("button", { name: "Take it up again" }).click();
  await aside(page).waitFor({ state: "detached" });
  expect(await ownSet(user, newer.id)).toMatchObject({ skip_reason: null });
});

test("skipping is taken back from the message", async () => {
  const { page, user, newer, older, on } = await twoArticles();
  await page.keyboard.press("k");
  await page.getByLabel("Reason").fill("Too long");
  await page.keyboard.press("Control+Enter");
  await on(older);
  await page.getByRole("button", { name: "Undo", exact: true }).last().click();
  await expect.poll(async () => (await ownSet(user, newer.id)).skip_reason).toBeNull();
});

test("F flags an article for a second look, which is seen there, found in the list, changed and taken away", async () => {
  const { page, project, user, newer, list } = await twoArticles();
  await page.keyboard.press("f");
  const question = page.getByRole("dialog", { name: "Flag this article for a second look?" });
  await question.getByLabel("Reason").fill("Is this satire?");
  await settled(page);
  expect(await barriers(page)).toEqual([]);
  await page.screenshot({ path: pictureOf("flag question") });
  await question.getByRole("button", { name: /^Flag/ }).click();
  await aside(page).getByText("Is this satire?").waitFor();
  await expect
    .poll(() => page.evaluate(() => document.activeElement?.getAttribute("role")))
    .toBe("document");
  const curator = await workbench.aPerson({ project, role: "curator" });
  const second = await curator.open(newer.id);
  await aside(second).getByText("Is this satire?").waitFor();
  await aside(second)
    .getByText(/^Flagged for a second look by Reviewer · a1/)
    .waitFor();
  expect(await aside(second).getByRole("button").count()).toBe(0);
  await page.goto(`${list}?state=flagged`);
  await page.getByRole("link", { name: /^Marovia denies/ }).click();
  await aside(page).getByRole("button", { name: "Change" }).click();
  await page.getByLabel("Reason").fill("گمان می‌کنم طنز است");
  await page.keyboard.press("Control+Enter");
  await aside(page).getByText("گمان می‌کنم طنز است").waitFor();
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    await settled(page);
    await page.screenshot({ path: pictureOf(`flagged ${colorScheme}`) });
  }
  await page.setViewportSize({ width: 390, height: 780 });
  await settled(page);
  expect(await barriers(page)).toEqual([]);
  await page.screenshot({ path: pictureOf("flagged phone") });
  await aside(page).getByRole("button", { name: "Take the flag away" }).click();
  await aside(page).waitFor({ state: "detached" });
  expect(await ownSet(user, newer.id)).toMatchObject({ flag_reason: null });
});

test("what is submitted is not skipped, and what was skipped no longer is once it is submitted", async () => {
  const { page, user, newer, older, on } = await twoArticles();
  await page.keyboard.press("k");
  await page.getByLabel("Reason").fill("Too long");
  await page.keyboard.press("Control+Enter");
  await on(older);
  await page.getByText("Nothing happened.").first().waitFor();
  await page.goBack();
  await on(newer);
  await aside(page).getByText("Too long").waitFor();
  await page.locator(".article[role=document]").focus();
  await page.keyboard.press("Control+Enter");
  await page.getByRole("button", { name: "Submit without marks" }).click();
  await submitted(page);
  await aside(page).waitFor({ state: "detached" });
  expect(await ownSet(user, newer.id)).toMatchObject({ skip_reason: null });
  // The keys are the text's again once the question has gone.
  await page.locator(".article[role=document]:focus").waitFor();
  await page.keyboard.press("k");
  await page.getByText("What is submitted cannot be skipped. Reopen it first.").waitFor();
});
