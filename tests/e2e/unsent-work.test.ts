import type { Page } from "playwright-core";
import { v7 as uuidv7 } from "uuid";
import { expect, test } from "vitest";
import { database } from "@/lib/store/database";
import { annotate, submit } from "@/lib/workflow/annotating";
import { aWorkbench, ownSet, type Person, selectWords, untilSaved } from "../setup/annotating";
import { barriers, pictureOf, settled } from "../setup/browser";
import { aMember, anArticle } from "../setup/world";

// What a closed window left unsent, as every page tells and sends it; and what a page keeps that the
// server has forgotten.

const workbench = aWorkbench();

/** Marks some words offline, and closes the window. */
async function leaveUnsent({ context, open }: Person, article: { id: string }, words: string) {
  await context.route("**/operations", (route) => route.abort());
  const page = await open(article.id);
  await selectWords(page, words);
  await page.keyboard.press("1");
  await page.getByText(/1 change is kept in this browser/).waitFor();
  await page.close();
}

async function listOf({ context, project }: Person) {
  const page = await context.newPage();
  await page.goto(`${workbench.url}/projects/${project.slug}/articles`);
  await page.getByRole("heading", { name: "Articles", exact: true }).waitFor();
  return page;
}

const bar = (page: Page) => page.getByRole("status", { name: "Unsent work" });

test("what a closed window left unsent is sent by the list, which says so", async () => {
  const reviewer = await workbench.aPerson();
  const article = await anArticle(reviewer.project.id, "The plot was real. He denied it.");
  await leaveUnsent(reviewer, article, "The plot");
  await reviewer.context.unroute("**/operations");
  const page = await listOf(reviewer);
  await bar(page)
    .getByText("1 change to “The plot was real. He denied it.” is saved now.")
    .waitFor();
  expect((await ownSet(reviewer.user, article.id)).spans).toMatchObject([{ quote: "The plot" }]);
  await settled(page);
  await page.screenshot({ path: pictureOf("unsent work is saved") });
});

test("while the server cannot be reached, every page says what waits, and sends it once it can", async () => {
  const reviewer = await workbench.aPerson();
  const { project, context } = reviewer;
  const one = await anArticle(project.id, "The plot was real. He denied it.");
  const other = await anArticle(project.id, "وزارت بهداشت گفت این خبر ساختگی است.");
  await leaveUnsent(reviewer, one, "The plot");
  await leaveUnsent(reviewer, other, "وزارت بهداشت");
  const page = await context.newPage();
  await page.goto(`${workbench.url}/projects`);
  await bar(page).getByText("2 changes to 2 articles are not saved yet.").waitFor();
  await bar(page).getByText("Show them").click();
  await expect
    .poll(() => bar(page).getByRole("listitem").allInnerTexts())
    .toEqual([
      expect.stringMatching(/kept in this browser: the server cannot be reached/),
      expect.stringMatching(/kept in this browser: the server cannot be reached/),
    ]);
  await settled(page);
  await page.screenshot({ path: pictureOf("unsent work waits") });
  await context.unroute("**/operations");
  await page.evaluate(() => dispatchEvent(new Event("online")));
  await bar(page).getByText("2 changes to 2 articles are saved now.").waitFor();
  for (const { id } of [one, other]) {
    expect((await ownSet(reviewer.user, id)).spans).toHaveLength(1);
  }
});

test("what cannot be sent without the reviewer leads to its article", async () => {
  const reviewer = await workbench.aPerson();
  const { project, context, user } = reviewer;
  const article = await anArticle(project.id, "The plot was real. He denied it.");
  await leaveUnsent(reviewer, article, "The plot");
  await context.unroute("**/operations");
  const set = await ownSet(user, article.id);
  await submit(user, set.id, { revision: set.revision });
  const page = await listOf(reviewer);
  await bar(page)
    .getByText(/1 change to .* cannot be sent without you/)
    .waitFor();
  expect(await barriers(page)).toEqual([]);
  await picturesOf(page, "unsent work needs you");
  await bar(page).getByRole("link", { name: "Open the article" }).click();
  await page.getByText(/Not saved: It was submitted/).waitFor();
  expect(await bar(page).textContent()).toBe("");
  await page.getByRole("button", { name: "Reopen" }).first().click();
  await untilSaved(page);
  expect((await ownSet(user, article.id)).spans).toHaveLength(1);
});

test("on a shared browser, nobody sends or sees what another has left", async () => {
  const reviewer = await workbench.aPerson();
  const article = await anArticle(reviewer.project.id, "The plot was real. He denied it.");
  await leaveUnsent(reviewer, article, "The plot");
  const { context, project } = reviewer;
  await context.unroute("**/operations");
  const sent: string[] = [];
  context.on("request", (request) => {
    if (request.url().endsWith("/operations")) sent.push(request.url());
  });
  const next = await aMember(project.id);
  const theirs = await workbench.signIn(next);
  await context.clearCookies();
  await context.addCookies(await theirs.cookies());
  const page = await listOf(reviewer);
  await page.waitForLoadState("networkidle");
  expect([await bar(page).textContent(), sent]).toEqual(["", []]);
  // It is there still for who has left it.
  const again = await workbench.signIn(reviewer.user);
  await context.clearCookies();
  await context.addCookies(await again.cookies());
  await bar(await listOf(reviewer))
    .getByText(/1 change to .* is saved now/)
    .waitFor();
});

test("a browser without unsent work loads nothing for it, and makes no storage", async () => {
  const reviewer = await workbench.aPerson();
  const page = await listOf(reviewer);
  await page.waitForLoadState("networkidle");
  expect(await page.evaluate(async () => (await indexedDB.databases()).length)).toBe(0);
  expect(await bar(page).textContent()).toBe("");
});

/** Has the server go back to a revision of a set, as when an older backup is restored. */
async function goBack(set: string, revision: number): Promise<void> {
  const { pool } = database();
  await pool.query(
    `DELETE FROM spans WHERE set_id = $1 AND id NOT IN (
       SELECT (body->'span'->>'id')::uuid FROM operations WHERE set_id = $1 AND revision <= $2)`,
    [set, revision],
  );
  await pool.query("DELETE FROM operations WHERE set_id = $1 AND revision > $2", [set, revision]);
  await pool.query("UPDATE annotation_sets SET revision = $2 WHERE id = $1", [set, revision]);
}

test("what the server has forgotten is offered, outlives the page, and is saved again", async () => {
  const reviewer = await workbench.aPerson();
  const { project, user, open } = reviewer;
  const article = await anArticle(project.id, "The plot was real. He denied it.");
  const page = await open(article.id);
  for (const words of ["The plot", "He denied"]) {
    await selectWords(page, words);
    await page.keyboard.press("1");
    await untilSaved(page);
  }
  const set = await ownSet(user, article.id);
  await goBack(set.id, 1);
  // Somebody works on it from there, beyond what the page knows.
  const { head } = await ownSet(user, article.id);
  const operations = ["a", "b", "Worked on since."].map((note) => {
    return { id: uuidv7(), type: "set_article_note" as const, note };
  });
  await annotate(user, set.id, { revision: 1, head, operations });
  await selectWords(page, "was real");
  await page.keyboard.press("1");
  await page
    .getByText(/The server has gone back to an earlier state/)
    .first()
    .waitFor();
  await picturesOf(page, "the server has forgotten something");
  expect(await barriers(page)).toEqual([]);
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Keep a copy as a file" }).click();
  expect((await download).suggestedFilename()).toBe(`${article.id} annotation.json`);
  await page.close();

  const list = await listOf(reviewer);
  await bar(list)
    .getByText(/2 changes to .* cannot be sent without you/)
    .waitFor();
  await list.close();

  const next = await open(article.id);
  await next.getByRole("button", { name: "Save it again" }).click();
  await untilSaved(next);
  const { spans, note } = await ownSet(user, article.id);
  expect(spans.map(({ quote }) => quote)).toEqual(["The plot", "was real", "He denied"]);
  expect(note).toBe("Worked on since.");
});

test("what cannot be read is said, and the page works", async () => {
  const reviewer = await workbench.aPerson();
  const { project, context, user, open } = reviewer;
  const article = await anArticle(project.id, "The plot was real. He denied it.");
  await leaveUnsent(reviewer, article, "The plot");
  await context.unroute("**/operations");
  const page = await context.newPage();
  await page.route("**/operations", (route) => route.abort());
  await page.goto(`${workbench.url}/account`);
  await page.evaluate(
    () =>
      new Promise<void>((resolve, reject) => {
        const opening = indexedDB.open("gainsay");
        opening.onerror = reject;
        opening.onsuccess = () => {
          const store = opening.result
            .transaction("operations", "readwrite")
            .objectStore("operations");
          const reading = store.openCursor();
          reading.onsuccess = () => {
            const cursor = reading.result;
            if (!cursor) return resolve();
            cursor.update({ ...cursor.value, operation: "?" });
            cursor.continue();
          };
        };
      }),
  );
  await page.unroute("**/operations");
  const annotating = await open(article.id);
  await annotating
    .getByText(/1 change from an earlier visit cannot be read/)
    .first()
    .waitFor();
  await selectWords(annotating, "He denied");
  await annotating.keyboard.press("1");
  await untilSaved(annotating);
  expect((await ownSet(user, article.id)).spans).toHaveLength(1);
  await settled(annotating);
  await annotating.screenshot({ path: pictureOf("unreadable work") });
  await annotating.getByRole("button", { name: "Discard…" }).click();
  await annotating.getByRole("button", { name: "Discard", exact: true }).click();
  await expect.poll(() => annotating.locator("#notices").textContent()).toBe("");
});

/** As it is, dark, narrow, and from right to left. */
async function picturesOf(page: Page, what: string): Promise<void> {
  await settled(page);
  await page.screenshot({ path: pictureOf(what) });
  await page.emulateMedia({ colorScheme: "dark" });
  await settled(page);
  await page.screenshot({ path: pictureOf(`${what} dark`) });
  await page.emulateMedia({ colorScheme: "light" });
  const size = page.viewportSize();
  await page.setViewportSize({ width: 360, height: 740 });
  await settled(page);
  await page.screenshot({ path: pictureOf(`${what} narrow`) });
  if (size) await page.setViewportSize(size);
  await page.evaluate(() => document.documentElement.setAttribute("dir", "rtl"));
  await settled(page);
  await page.screenshot({ path: pictureOf(`${what} rtl`) });
  await page.evaluate(() => document.documentElement.removeAttribute("dir"));
}
