import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import type { GuidelineBlock } from "@/lib/domain/guideline";
import { guidelinesOf, noteGuidelinesRead, saveGuidelines } from "@/lib/workflow/guidelines";
import { aWorkbench, selectWords } from "../setup/annotating";
import { aFrame, barriers, pictureOf, settled } from "../setup/browser";
import { anArticle, aProject } from "../setup/world";

/* Guidelines: written by an admin by keys alone, read by a reviewer, shown beside the text. */

const workbench = aWorkbench();

const text = "Marovia denies any role\n\nThe plot, he said, was real.";

async function aNewsroom() {
  const project = await aProject();
  const admin = await workbench.aPerson({ project, role: "admin" });
  const reviewer = await workbench.aPerson({ project });
  const at = (path: string) => `${workbench.url}/projects/${project.slug}/guidelines${path}`;
  const current = async () => (await guidelinesOf(admin.user, project.slug)).current;
  return { project, admin, reviewer, at, current };
}

const field = (page: Page) => page.getByRole("textbox", { name: "Guidelines" });

const saysOf = (text: string): GuidelineBlock => ({ type: "paragraph", words: [{ text }] });

/** The drafts that a browser keeps, as they are kept. */
const drafts = (page: Page) =>
  page.evaluate(() =>
    Object.entries(localStorage).flatMap(([name, kept]) =>
      name.startsWith("guidelines ") ? [String(kept)] : [],
    ),
  );

/** Opens the editor with a draft that was kept before. */
async function withDraft(
  { project, admin, at }: Awaited<ReturnType<typeof aNewsroom>>,
  blocks: readonly object[],
): Promise<Page> {
  const page = await admin.context.newPage();
  await page.goto(at(""));
  const name = `guidelines ${project.id} ${admin.user.userId}`;
  const draft = { from: 0, content: { blocks }, note: "", at: new Date().toISOString() };
  await page.evaluate(
    ([place = "", kept = ""]) => localStorage.setItem(place, kept),
    [name, JSON.stringify(draft)],
  );
  await page.goto(at("/edit"));
  await field(page).waitFor();
  return page;
}

/** Goes by arrows to a button of the toolbar, from the text, and presses it. */
async function pressTool(page: Page, name: string): Promise<void> {
  await page.keyboard.press("Escape");
  await page.locator("[role=toolbar] button:focus").waitFor();
  await page.keyboard.press("Home");
  const tool = page.getByRole("button", { name, exact: true });
  await tool.waitFor();
  for (let step = 0; step < 40; step += 1) {
    if (await tool.evaluate((button) => button === document.activeElement)) break;
    await page.keyboard.press("ArrowRight");
  }
  await page.keyboard.press("Enter");
}

/** Moves the caret, and waits until the editor knows where it is: people are slower than a frame. */
async function move(page: Page, key: string): Promise<void> {
  await page.keyboard.press(key);
  await aFrame(page);
  await aFrame(page);
}

async function noBarriers(page: Page): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    expect({ colorScheme, barriers: await barriers(page) }).toEqual({ colorScheme, barriers: [] });
  }
  await page.emulateMedia({ colorScheme: "light" });
}

test("an admin writes guidelines by keys, a reviewer reads them, sees what changed, and has the section of the label beside the text", async () => {
  const { project, admin, reviewer, at, current } = await aNewsroom();
  const page = await admin.context.newPage();
  await page.goto(at("/edit"));
  await field(page).focus();
  const { keyboard } = page;

  await pressTool(page, "H1, a heading");
  await keyboard.type("Claims");
  // The select is behind the toolbar's buttons.
  await keyboard.press("Escape");
  await page.locator("[role=toolbar] button:focus").waitFor();
  await keyboard.press("Tab");
  await keyboard.press("ArrowDown");
  await page.locator("[data-label-name='Section of claim']").waitFor();
  await keyboard.press("Shift+Tab");
  await keyboard.press("Escape");
  await move(page, "End");
  await keyboard.press("Enter");
  await pressTool(page, "Bulleted list");
  await keyboard.type("The smallest clause");
  await keyboard.press("Enter");
  await keyboard.press("Tab");
  await keyboard.press("Control+b");
  await keyboard.type("checkable");
  await keyboard.press("Control+b");
  await keyboard.press("Enter");
  await keyboard.press("Enter");
  await keyboard.press("Enter");
  await pressTool(page, "Insert a table");
  for (const cell of ["Is", "Is not", "a claim", "an opinion", "a denial", "😀", "one more"]) {
    await keyboard.type(cell);
    await keyboard.press("Tab");
  }
  await keyboard.type("row");
  await move(page, "Control+End");
  await page.getByRole("button", { name: "Example", exact: true }).waitFor();
  await pressTool(page, "Example");
  await keyboard.type("😀 The plot was real.");
  await move(page, "Shift+Home");
  await pressTool(page, "Label as claim");
  await move(page, "End");
  for (let step = 0; step < 5; step += 1) await move(page, "Shift+ArrowLeft");
  await keyboard.press("Alt+2");
  await move(page, "End");
  await keyboard.press("Enter");
  await keyboard.press("Control+Alt+1");
  await keyboard.type("Denials");
  await keyboard.press("Enter");
  await keyboard.type("Whoever is accused says no.");
  await page.screenshot({ path: pictureOf("guidelines editor") });
  await noBarriers(page);
  await page.getByLabel("What changed").focus();
  await keyboard.type("First words.");
  await keyboard.press("Tab");
  await keyboard.press("Enter");
  await page.waitForURL(at(""));

  expect(await current()).toMatchObject({ version: 1, note: "First words." });
  expect((await current())?.content.blocks).toEqual([
    { type: "heading", level: 1, label: "claim", words: [{ text: "Claims" }] },
    {
      type: "list",
      items: [
        { depth: 0, ordered: false, words: [{ text: "The smallest clause" }] },
        { depth: 1, ordered: false, words: [{ text: "checkable", bold: true }] },
      ],
    },
    {
      type: "table",
      rows: [
        [
          { header: true, words: [{ text: "Is" }] },
          { header: true, words: [{ text: "Is not" }] },
        ],
        ...[
          ["a claim", "an opinion"],
          ["a denial", "😀"],
          ["one more", "row"],
        ].map((row) => row.map((words) => ({ header: false, words: [{ text: words }] }))),
      ],
    },
    {
      type: "example",
      text: "😀 The plot was real.",
      spans: [
        { label: "claim", start: 0, end: 20 },
        { label: "denial", start: 15, end: 20 },
      ],
    },
    { type: "heading", level: 1, words: [{ text: "Denials" }] },
    { type: "paragraph", words: [{ text: "Whoever is accused says no." }] },
  ]);

  const theirs = await reviewer.context.newPage();
  await theirs.goto(at(""));
  await theirs.getByRole("heading", { name: /Claims/ }).waitFor();
  expect(await theirs.getByText("Changed since you last read").count()).toBe(0);
  expect(await theirs.getByRole("link", { name: "Edit" }).count()).toBe(0);
  await noBarriers(theirs);

  await page.goto(at("/edit"));
  await field(page).focus();
  await move(page, "Control+End");
  await keyboard.type(" Or whoever speaks for them.");
  await page.getByRole("button", { name: "Save as version 2" }).click();
  await page.waitForURL(at(""));

  await theirs.reload();
  const told = theirs.getByRole("note");
  expect(await told.textContent()).toBe("Changed since you last read version 1: Denials.");
  await theirs.getByRole("heading", { name: "Denials Changed" }).waitFor();
  await noBarriers(theirs);
  await theirs.screenshot({ path: pictureOf("guidelines changed") });
  await settled(theirs);
  await theirs.reload();
  await theirs.getByRole("heading", { name: "Denials", exact: true }).waitFor();

  const article = await anArticle(project.id, text);
  const annotate = await reviewer.open(article.id);
  await selectWords(annotate, "The plot");
  await annotate.keyboard.press("1");
  await annotate.keyboard.press("Escape");
  await annotate.keyboard.press("g");
  const panel = annotate.getByRole("complementary", { name: "Guidelines" });
  await panel.getByText("The smallest clause").waitFor();
  expect(await panel.getByText("Whoever is accused").count()).toBe(0);
  const [beside, words] = [
    await panel.boundingBox(),
    await annotate.locator(".reading-pane").boundingBox(),
  ];
  expect(beside?.x).toBeGreaterThanOrEqual((words?.x ?? 0) + (words?.width ?? 0));
  await annotate.screenshot({ path: pictureOf("guidelines panel") });
  await noBarriers(annotate);
  await annotate.keyboard.press("g");
  await expect.poll(() => panel.count()).toBe(0);
});

test("a version that somebody else saved meanwhile takes nothing from the editor", async () => {
  const { project, admin, at, current } = await aNewsroom();
  const content = { blocks: [{ type: "paragraph" as const, words: [{ text: "One." }] }] };
  await saveGuidelines(admin.user, project.slug, { from: 0, content, note: "" });
  const page = await admin.context.newPage();
  await page.goto(at("/edit"));
  await field(page).focus();
  await page.keyboard.press("Control+End");
  await page.keyboard.type(" Mine.");
  await saveGuidelines(admin.user, project.slug, { from: 1, content, note: "" });
  await page.getByRole("button", { name: "Save as version 2" }).click();
  await page.getByText("Version 2 was saved meanwhile by Ana").waitFor();
  expect(await field(page).textContent()).toBe("One. Mine.");
  // Nor does going away, or coming back.
  await page.reload();
  await page.getByText("Version 2 was saved meanwhile by Ana").waitFor();
  expect(await field(page).textContent()).toBe("One. Mine.");
  await page.getByRole("button", { name: "Mine is to follow version 2" }).click();
  await page.getByRole("button", { name: "Save as version 3" }).click();
  await page.waitForURL(at(""));
  expect(await current()).toMatchObject({
    version: 3,
    content: { blocks: [{ words: [{ text: "One. Mine." }] }] },
  });
  await page.goto(at("/edit"));
  await page.getByText("Nothing has changed.").waitFor();
});

test("whoever leaves with something unsaved is asked, and finds it again", async () => {
  const { admin, at } = await aNewsroom();
  const page = await admin.context.newPage();
  await page.goto(at("/edit"));
  await field(page).focus();
  await page.keyboard.type("What a claim is.");
  await page.getByRole("link", { name: "Articles" }).click();
  await page.getByRole("alertdialog", { name: "Leave without saving?" }).waitFor();
  await page.getByRole("button", { name: "Cancel" }).click();
  expect(new URL(page.url()).pathname).toContain("/edit");
  await page.getByRole("link", { name: "Articles" }).click();
  await page.getByRole("button", { name: "Leave" }).click();
  await page.waitForURL("**/articles");
  await page.goto(at("/edit"));
  await page.getByText("This is what you wrote").waitFor();
  expect(await field(page).textContent()).toBe("What a claim is.");
  await page.getByRole("button", { name: "Discard it" }).click();
  await page.getByRole("button", { name: "Discard", exact: true }).click();
  await expect.poll(() => field(page).textContent()).toBe("");
  expect(await drafts(page)).toEqual([]);
  await page.reload();
  await page.getByText("Nothing has changed.").waitFor();
  expect(await field(page).textContent()).toBe("");
});

test("a window in which nothing was written keeps no draft, and leaves that of another alone", async () => {
  const { project, admin, at } = await aNewsroom();
  // The editor gives spans back in the order of the text.
  const example: GuidelineBlock = {
    type: "example",
    text: "He said it was so.",
    spans: [
      { label: "claim", start: 8, end: 17 },
      { label: "attribution", start: 0, end: 7 },
    ],
  };
  const content = { blocks: [example, saysOf("One.")] };
  await saveGuidelines(admin.user, project.slug, { from: 0, content, note: "" });
  const idle = await admin.context.newPage();
  const openIdle = async () => {
    await idle.goto(at("/edit"));
    await field(idle).waitFor();
  };
  await openIdle();
  await idle.getByText("Nothing has changed.").waitFor();
  await idle.getByRole("link", { name: "Articles" }).click();
  await idle.waitForURL("**/articles");
  await openIdle();
  await idle.goto(at(""));
  expect(await drafts(idle)).toEqual([]);

  await openIdle();
  const page = await admin.context.newPage();
  await page.goto(at("/edit"));
  await field(page).focus();
  await page.keyboard.press("Control+End");
  await page.keyboard.type(" Two.");
  await expect.poll(() => drafts(page)).toEqual([expect.stringContaining("One. Two.")]);
  await idle.getByRole("link", { name: "Articles" }).click();
  await idle.waitForURL("**/articles");
  expect(await drafts(page)).toEqual([expect.stringContaining("One. Two.")]);
  // Nor does one that has an earlier draft put that back.
  await openIdle();
  await idle.getByText("This is what you wrote").waitFor();
  await page.keyboard.type(" Three.");
  await expect.poll(() => drafts(page)).toEqual([expect.stringContaining("One. Two. Three.")]);
  idle.on("dialog", (dialog) => void dialog.accept());
  await idle.goto(at(""));
  expect(await drafts(page)).toEqual([expect.stringContaining("One. Two. Three.")]);
});

test("nothing can be written while it is saved, and a save whose answer was lost is not made twice", async () => {
  const { admin, at, current } = await aNewsroom();
  const page = await admin.context.newPage();
  await page.goto(at("/edit"));
  await field(page).focus();
  await page.keyboard.type("Kept.");
  const held = Promise.withResolvers<void>();
  await page.route("**/api/v1/projects/*/guidelines", async (route) => {
    if (route.request().method() !== "POST") return route.continue();
    await held.promise;
    await route.fetch();
    await route.abort();
  });
  const text = page.locator(".guideline-editor");
  const note = page.getByLabel("What changed");
  await page.getByRole("button", { name: "Save as version 1" }).click();
  await expect.poll(() => note.evaluate((area: HTMLTextAreaElement) => area.readOnly)).toBe(true);
  await text.click({ force: true });
  await page.keyboard.type(" Lost.");
  held.resolve();
  await page.getByText("Gainsay cannot be reached").waitFor();
  expect(await note.getAttribute("aria-invalid")).toBeNull();
  expect(await text.textContent()).toBe("Kept.");
  expect(await current()).toMatchObject({ version: 1 });
  await page.unroute("**/api/v1/projects/*/guidelines");
  await page.getByRole("button", { name: "Save as version 1" }).click();
  await page.waitForURL(at(""));
  expect(await current()).toMatchObject({ version: 1 });
  expect(await drafts(page)).toEqual([]);
});

test("a draft that the editor cannot take is none", async () => {
  const page = await withDraft(await aNewsroom(), [{ type: "paragraph" }]);
  await page.getByText("Nothing has changed.").waitFor();
  await field(page).focus();
  await page.keyboard.type("Anew.");
  await expect.poll(() => drafts(page)).toEqual([expect.stringContaining("Anew.")]);
});

test("a label that the scheme has no longer can be taken out of an example, and what is refused is told", async () => {
  const page = await withDraft(await aNewsroom(), [
    { type: "example", text: "He said so.", spans: [{ label: "rumour", start: 0, end: 7 }] },
    { type: "example", text: "a".repeat(2001), spans: [] },
  ]);
  const rumour = page.locator("[data-example-span=rumour]");
  await field(page).focus();
  for (const key of ["Control+Home", "ArrowRight", "ArrowRight"]) await move(page, key);
  await page.getByRole("button", { name: "Remove rumour" }).click();
  await expect.poll(() => rumour.count()).toBe(0);
  await expect.poll(() => page.getByRole("button", { name: "Remove rumour" }).count()).toBe(0);
  // No word is selected.
  await move(page, "End");
  await move(page, "Shift+ArrowLeft");
  await page.keyboard.press("Alt+1");
  await page.getByText("Select some words of the example first.").waitFor();
  await page.getByRole("button", { name: "Save as version 1" }).click();
  await page.getByText("An example may have 2000 characters at most.").waitFor();
  expect(await page.getByLabel("What changed").getAttribute("aria-invalid")).toBeNull();
  await page.screenshot({ path: pictureOf("guidelines refused") });
});

test("a table grows to 200 rows and 12 columns, and a link to 2000 characters", async () => {
  const row = Array.from({ length: 12 }, () => ({ header: false, words: [{ text: "a" }] }));
  const rows = Array.from({ length: 200 }, () => row);
  const page = await withDraft(await aNewsroom(), [{ type: "table", rows }]);
  const cells = page.locator(".guideline-editor td");
  await cells.last().click();
  const tool = (name: string) => page.getByRole("button", { name });
  await expect.poll(() => tool("Insert a row below").isDisabled()).toBe(true);
  expect(await tool("Insert a column after").isDisabled()).toBe(true);
  await page.keyboard.press("Tab");
  expect(await cells.count()).toBe(2400);
  await cells.last().click();
  await tool("Delete the row").click();
  await expect.poll(() => cells.count()).toBe(2388);
  await cells.last().click();
  await expect.poll(() => tool("Insert a row below").isDisabled()).toBe(false);
  await cells.first().click();
  await page.keyboard.press("Control+k");
  await page.getByLabel("Address").fill(`https://example.org/${"a".repeat(2000)}`);
  await page.getByRole("button", { name: "Set the link" }).click();
  await page.getByText("An address may have 2000 characters at most.").waitFor();
});

test("a part that begins with a list is marked as changed", async () => {
  const { project, admin, reviewer, at } = await aNewsroom();
  const listOf = (text: string): GuidelineBlock => ({
    type: "list",
    items: [{ depth: 0, ordered: false, words: [{ text }] }],
  });
  for (const [from, text] of ["One.", "Two."].entries()) {
    const content = { blocks: [listOf(text), saysOf("Same.")] };
    await saveGuidelines(admin.user, project.slug, { from, content, note: "" });
  }
  await noteGuidelinesRead(reviewer.user, project.slug, 1);
  const page = await reviewer.context.newPage();
  await page.goto(at(""));
  await page.locator("section[data-change=changed] .change-mark", { hasText: "Changed" }).waitFor();
  expect(await page.getByRole("link", { name: "the beginning" }).getAttribute("href")).toBe(
    "#part-0",
  );
  await noBarriers(page);
  await page.screenshot({ path: pictureOf("guidelines changed list") });
});

test("the panel asks again once the network is back, and Escape closes it where that ends nothing else", async () => {
  const { project, admin, reviewer } = await aNewsroom();
  const content = { blocks: [saysOf("One.")] };
  await saveGuidelines(admin.user, project.slug, { from: 0, content, note: "" });
  const page = await reviewer.open((await anArticle(project.id, text)).id);
  const address = "**/api/v1/projects/*/guidelines";
  await page.route(address, (route) => route.abort());
  const panel = page.getByRole("complementary", { name: "Guidelines" });
  await page.keyboard.press("g");
  await panel.getByText("Gainsay cannot be reached").waitFor();
  await page.unroute(address);
  await page.evaluate(() => window.dispatchEvent(new Event("online")));
  await panel.getByText("Select a span").waitFor();

  await selectWords(page, "The plot");
  const selected = () => page.evaluate(() => String(getSelection()));
  expect(await selected()).toBe("The plot");
  await page.keyboard.press("Escape");
  await expect.poll(selected).toBe("");
  expect(await panel.count()).toBe(1);
  await page.keyboard.press("Escape");
  await expect.poll(() => panel.count()).toBe(0);

  await page.keyboard.press("g");
  await panel.getByRole("region", { name: "What the guidelines say" }).focus();
  await page.keyboard.press("Escape");
  await expect.poll(() => panel.count()).toBe(0);
  await page.locator(".article:focus").waitFor();
});
