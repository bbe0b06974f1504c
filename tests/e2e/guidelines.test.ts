import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { guidelinesOf, saveGuidelines } from "@/lib/workflow/guidelines";
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
});
