import { Readable } from "node:stream";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { operator, type UserActor } from "@/lib/access/actor";
import { closeDatabase, database } from "@/lib/store/database";
import { deleteArticles, restoreArticle } from "@/lib/workflow/deleting";
import { importFiles, importOf, receiveImport } from "@/lib/workflow/importing/index";
import { annotatePage, selectWords, signedIn, untilSaved } from "../setup/annotating";
import { aBrowser, pictureOf, settled } from "../setup/browser";
import { aDatabase } from "../setup/database";
import { aFile } from "../setup/files";
import { aRunningGainsay, type RunningGainsay } from "../setup/gainsay";
import { aMember, aProject } from "../setup/world";

/** Deleting in the browser, and taking it back; and taking up what broke off. */
let gainsay: RunningGainsay;
let browser: Browser;
let admin: UserActor;
let reviewer: UserActor;
let project: { id: string; slug: string };
let importId = "";

beforeAll(async () => {
  const url = await aDatabase();
  project = await aProject();
  admin = await aMember(project.id, "admin");
  reviewer = await aMember(project.id, "reviewer");
  const files = ["Pier", "Quay", "Mole", "Lock"].map((name) =>
    aFile(`${name}.md`, `# The ${name}\n\nThe ministry denied that the ${name} sank.\n`),
  );
  importId = (await importFiles(operator, project.slug, { format: "auto", files })).id;
  [gainsay, browser] = await Promise.all([
    aRunningGainsay({ env: { DATABASE_URL: url } }),
    aBrowser(),
  ]);
  return async () => {
    await browser.close();
    await gainsay.stop();
  };
});
afterAll(() => closeDatabase());

const idOf = async (title: string): Promise<string> =>
  (await database().pool.query("SELECT id FROM articles WHERE title = $1", [title])).rows[0]?.id;

test("several are selected, by mouse and by keyboard, deleted with one question, and taken back at once", async () => {
  const context = await signedIn(browser, gainsay.url, admin);
  const page = await context.newPage();
  await page.goto(`${gainsay.url}/projects/${project.slug}/articles`);
  const boxes = page.getByRole("checkbox");
  const bar = page.getByRole("region", { name: "Selected articles" });
  await boxes.nth(0).click();
  await bar.getByText("1 selected").waitFor();
  await boxes.nth(2).click({ modifiers: ["Shift"] });
  await bar.getByText("3 selected").waitFor();
  await page.keyboard.press("Escape");
  await bar.waitFor({ state: "detached" });
  await page.getByRole("link", { name: /^The/ }).nth(1).focus();
  await page.keyboard.press("x");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Shift+X");
  await bar.getByText("2 selected").waitFor();
  await page.keyboard.press("Control+a");
  await bar.getByText("4 selected").waitFor();
  await page.keyboard.press("x");
  await bar.getByText("3 selected").waitFor();
  await page.keyboard.press("Delete");
  const dialog = page.getByRole("dialog", { name: "Delete 3 articles?" });
  await dialog.getByText("Nobody has marked anything in them.").waitFor();
  await dialog.getByRole("button", { name: "Delete", exact: true }).click();
  await page
    .getByRole("status", { name: "Articles found" })
    .getByText(/^1 article\b/)
    .waitFor();
  await page.getByRole("button", { name: "Undo" }).click();
  await page.getByRole("status", { name: "Articles found" }).getByText("4 articles").waitFor();
  await context.close();
});

test("an article is deleted by keyboard in the list, and taken back at once", async () => {
  const context = await signedIn(browser, gainsay.url, admin);
  const page = await context.newPage();
  await page.goto(`${gainsay.url}/projects/${project.slug}/articles`);
  await page.getByRole("link", { name: "The Quay" }).focus();
  const dialog = page.getByRole("dialog", { name: "Delete this article?" });
  // The page takes keys once its scripts run.
  const asked = async () => {
    if (!(await dialog.isVisible())) await page.keyboard.press("Delete");
    return dialog.isVisible();
  };
  await expect.poll(asked).toBe(true);
  await dialog.getByText("Nobody has marked anything in it.").waitFor();
  await dialog.getByRole("button", { name: "Delete", exact: true }).click();
  await page.getByRole("status", { name: "Articles found" }).getByText("3 articles").waitFor();
  expect(await page.getByRole("link", { name: "The Quay" }).count()).toBe(0);
  await page.getByRole("button", { name: "Undo" }).click();
  await page.getByRole("link", { name: "The Quay" }).waitFor();
  await page.getByRole("status", { name: "Articles found" }).getByText("4 articles").waitFor();
  await context.close();
});

test("what cannot be saved because the article was deleted is kept, said, and saved once it is back", async () => {
  const article = await idOf("The Pier");
  const context = await signedIn(browser, gainsay.url, reviewer);
  const page = await annotatePage(context, gainsay.url, { project: project.slug, article });
  await selectWords(page, "ministry");
  await page.keyboard.press("1");
  await untilSaved(page);
  await deleteArticles(admin, [article], { force: true });
  await selectWords(page, "denied");
  await page.keyboard.press("2");
  await page
    .getByText(/Not saved: This article has been deleted/)
    .first()
    .waitFor();
  await restoreArticle(admin, article);
  await page.reload();
  await page.locator(".article[role=document]").waitFor();
  await untilSaved(page);
  const { rows } = await database().pool.query("SELECT quote FROM spans ORDER BY quote");
  expect(rows).toEqual([{ quote: "denied" }, { quote: "ministry" }]);
  await context.close();
});

test("an import is undone on its page only after other people's work is typed away, and restored from the trash", async () => {
  const context = await signedIn(browser, gainsay.url, admin);
  const page = await context.newPage();
  await page.goto(`${gainsay.url}/projects/${project.slug}/import/${importId}`);
  await page.getByRole("button", { name: "Undo this import…" }).click();
  const dialog = page.getByRole("dialog", { name: "Undo this import?" });
  await dialog.getByText("4 articles that it created go into the trash.").waitFor();
  await dialog.getByText(/Another person has worked on this/).waitFor();
  const button = dialog.getByRole("button", { name: "Undo the import" });
  expect(await button.isDisabled()).toBe(true);
  await dialog.getByLabel("To delete it all the same, type undo").fill("undo");
  await button.click();
  await page.getByText(/This import was undone/).waitFor();

  await page.goto(`${gainsay.url}/trash`);
  await page.getByRole("button", { name: "Restore The Pier" }).click();
  await page.getByRole("button", { name: "Open" }).click();
  await page
    .getByRole("link", { name: "The Pier" })
    .or(page.locator(".article[role=document]"))
    .first()
    .waitFor();
  await context.close();
});

test("an import that failed is taken up again on its page, by a click, and says how it went", async () => {
  const broken = await aProject();
  const importer = await aMember(broken.id, "admin");
  const line = (at: number) => JSON.stringify({ id: `${at}`, text: `Text ${at}. `.repeat(1500) });
  // Too large to be waited for, so that it is a job of the server's.
  const lines = Array.from({ length: 400 }, (_, at) => line(at)).join("\n");
  await database().pool.query(
    `CREATE FUNCTION break_off() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'broken'; END $$;
     CREATE TRIGGER break_off BEFORE INSERT ON articles FOR EACH ROW
       WHEN (NEW.project_id = '${broken.id}') EXECUTE FUNCTION break_off()`,
  );
  const run = await receiveImport(operator, broken.slug, {
    format: "auto",
    files: Readable.from([aFile("many.jsonl", lines, { piece: 100_000 })]),
  });
  expect(run.finished_at).toBeNull();
  const state = async () => (await importOf(operator, broken.slug, run.id)).state;
  await expect.poll(state, { timeout: 60_000 }).toBe("failed");

  const context = await signedIn(browser, gainsay.url, importer);
  const page = await context.newPage();
  await page.goto(`${gainsay.url}/projects/${broken.slug}/import/${run.id}`);
  await page.getByText("Its files are kept: it can go on where it stopped.").waitFor();
  await settled(page);
  await page.screenshot({ path: pictureOf("a failed import") });
  await database().pool.query("DROP TRIGGER break_off ON articles");
  await page.getByRole("button", { name: "Take it up again" }).click();
  await page.getByText("400 created").waitFor({ timeout: 60_000 });
  expect(await page.getByRole("button", { name: "Take it up again" }).count()).toBe(0);
  await settled(page);
  await page.screenshot({ path: pictureOf("an import taken up again") });
  await page.getByRole("link", { name: "To the articles" }).click();
  await page.getByRole("status", { name: "Articles found" }).getByText("400 articles").waitFor();
  await context.close();
});

test("a project is deleted by its short name, and restored from the trash", async () => {
  const context = await signedIn(browser, gainsay.url, admin);
  const page = await context.newPage();
  await page.goto(`${gainsay.url}/projects/${project.slug}/members`);
  await page.getByRole("button", { name: "Delete this project…" }).click();
  const dialog = page.getByRole("dialog", { name: "Delete this project?" });
  await dialog.getByLabel(`To delete it all the same, type ${project.slug}`).fill(project.slug);
  await page.keyboard.press("Enter");
  await page.waitForURL(`${gainsay.url}/trash`);
  await page.getByRole("button", { name: `Restore ${project.slug}` }).click();
  await page.getByRole("button", { name: "Open" }).click();
  await page.getByRole("link", { name: "The Pier" }).waitFor();
  await context.close();
});
