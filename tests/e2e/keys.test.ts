import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { actionTitles } from "@/lib/annotator/action-titles";
import { database } from "@/lib/store/database";
import { aWorkbench, selectWords, untilSaved } from "../setup/annotating";
import { barriers, pictureOf, settled } from "../setup/browser";
import { anArticle } from "../setup/world";

const workbench = aWorkbench();

const words = [
  "Marovia denies any role",
  "The plot, he said, was real, and nobody in the harbour has denied a word of it to this day.",
].join("\n\n");

async function opened({ role = "reviewer" as "reviewer" | "viewer" } = {}) {
  const person = await workbench.aPerson({ role });
  const article = await anArticle(person.project.id, words);
  const page = await person.open(article.id);
  await page.locator(".article[role=document]:focus").waitFor();
  return { ...person, page, article };
}

const palette = (page: Page) => page.getByRole("dialog", { name: "Search commands" });
const isInText = (page: Page) =>
  expect.poll(() => page.evaluate(() => document.activeElement?.className)).toContain("article");

test("a command is found by its letters, done on what was selected, and the keys are back in the text", async () => {
  const { page } = await opened();
  await selectWords(page, "The plot");
  await page.keyboard.press("Control+k");
  await palette(page).waitFor();
  await settled(page);
  await page.screenshot({ path: pictureOf("palette") });
  expect(await barriers(page)).toEqual([]);
  await page.keyboard.type("denial");
  await page.keyboard.press("Enter");
  await page.getByRole("option").getByText("The plot").waitFor();
  await isInText(page);
  await page.keyboard.press("Control+k");
  await page.keyboard.type("undo");
  await page.getByRole("option", { name: /Undo/ }).waitFor();
  await page.keyboard.press("Enter");
  await page.getByText("No spans yet.").waitFor();
  await isInText(page);
});

test("what fits best is done, whatever group it is in; nothing is done where nothing fits", async () => {
  const { page } = await opened();
  await page.keyboard.press("Control+k");
  await palette(page).waitFor();
  await page.keyboard.type("all keys");
  await expect
    .poll(() => palette(page).getByRole("option").first().textContent())
    .toContain("All keys");
  await page.keyboard.type("zzz");
  await page.getByText("Nothing fits what you have typed.").waitFor();
  await page.keyboard.press("Enter");
  await palette(page).waitFor();
  await page.keyboard.press("Escape");
  await palette(page).waitFor({ state: "hidden" });
  await isInText(page);
});

test("what is typed before the palette is there is for it, and does nothing to the page", async () => {
  const { page } = await opened();
  await selectWords(page, "The plot");
  await page.keyboard.press("Control+k");
  await page.keyboard.type("denial");
  await palette(page)
    .getByRole("option", { name: /Denial/ })
    .waitFor();
  await page.keyboard.press("Enter");
  await page.locator("mark[data-letter=D]").getByText("The plot").waitFor();
  await page.keyboard.press("Control+k");
  await page.keyboard.press("Escape");
  await palette(page).waitFor({ state: "hidden" });
  await isInText(page);
  await expect.poll(() => page.locator("mark[data-letter]").count()).toBe(1);
});

test("what is typed before a field is there is for the field: to find, to skip", async () => {
  const { page } = await opened();
  await page.keyboard.press("Control+f");
  await page.keyboard.type("denial");
  const field = page.getByRole("textbox", { name: "Find in the article" });
  await field.waitFor();
  await expect.poll(() => field.inputValue()).toBe("denial");
  await page.keyboard.press("Escape");
  expect(await page.locator("mark[data-letter]").count()).toBe(0);
  await page.reload();
  await page.locator(".article[role=document]:focus").waitFor();
  await page.keyboard.press("Control+k");
  await page.keyboard.press("Escape");
  await palette(page).waitFor({ state: "hidden" });
  await isInText(page);
  await page.keyboard.press("k");
  await page.keyboard.type("1 e");
  const reason = page.getByRole("textbox", { name: "Reason" });
  await reason.waitFor();
  await expect.poll(() => reason.inputValue()).toBe("1 e");
});

test("the palette has every command with the key that does it", async () => {
  const { page } = await opened();
  await page.keyboard.press("Control+k");
  await palette(page).waitFor();
  const shown = (await palette(page).getByRole("option").allTextContents()).join("\n");
  for (const [id, title] of Object.entries(actionTitles)) {
    if (id !== "palette") expect(shown).toContain(title);
  }
});

test("the palette opens the article as a page to print, with the spans in view", async () => {
  const { page, context } = await opened();
  await selectWords(page, "The plot");
  await page.keyboard.press("1");
  await untilSaved(page);
  await page.keyboard.press("Control+k");
  await palette(page).waitFor();
  await page.keyboard.type("print");
  const [printed] = await Promise.all([context.waitForEvent("page"), page.keyboard.press("Enter")]);
  await printed.getByRole("cell", { name: "The plot", exact: true }).waitFor();
  // Its own style holds, by which each label has another line.
  const mark = printed.locator(".text .m").first();
  expect(await mark.evaluate((piece) => getComputedStyle(piece).borderBottomStyle)).toBe("solid");
  for (const colorScheme of ["light", "dark"] as const) {
    await printed.emulateMedia({ colorScheme });
    await printed.screenshot({ path: pictureOf(`printed-${colorScheme}`) });
  }
  await isInText(page);
});

test("who has no keys finds every command by a button", async () => {
  const { page } = await opened();
  await page.getByRole("button", { name: "All commands" }).click();
  await palette(page)
    .getByRole("option", { name: /^Skip the article/ })
    .click();
  await page.getByRole("dialog", { name: "Skip this article?" }).waitFor();
});

test("a viewer's palette has nothing that only others can do", async () => {
  const { page } = await opened({ role: "viewer" });
  await page.keyboard.press("Control+k");
  await palette(page).waitFor();
  const shown = (await palette(page).getByRole("option").allTextContents()).join("\n");
  expect(shown).toContain("Next span");
  expect(shown).not.toMatch(/label|remove|submit|undo/i);
});

test("Escape in the text leaves off linking, then the selected span", async () => {
  const { page } = await opened();
  for (const [sought, key] of [
    ["The plot", "1"],
    ["he said", "3"],
  ] as const) {
    await selectWords(page, sought);
    await page.keyboard.press(key);
    await page.keyboard.press("Escape");
  }
  await page.locator(".article").focus();
  await page.keyboard.press("Shift+N");
  await page.keyboard.press("r");
  const linking = page.getByRole("region", { name: "Linking" });
  await linking.waitFor();
  await page.keyboard.press("Escape");
  await linking.waitFor({ state: "hidden" });
  await page.getByRole("region", { name: "Selected span" }).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("region", { name: "Selected span" }).waitFor({ state: "hidden" });
});

test("L chooses a label by its first letters for the selected text", async () => {
  const { page } = await opened();
  await selectWords(page, "The plot");
  await page.keyboard.press("l");
  await page.getByRole("dialog", { name: "Choose a label" }).waitFor();
  await page.keyboard.type("att");
  await page.keyboard.press("Enter");
  await page.locator("mark[data-letter=A]").getByText("The plot").waitFor();
});

test("of a scheme with 60 labels the bar has those with keys, and the picker all", async () => {
  const person = await workbench.aPerson();
  const article = await anArticle(person.project.id, words);
  const labels = Array.from({ length: 60 }, (_, index) => ({
    name: `technique_${index + 1}`,
    ...(index < 9 ? { key: String(index + 1) } : {}),
    letter: String.fromCharCode(65 + (index % 26)),
    overlap: true,
    attributes: [],
    ...(index < 20 ? { group: "Appeals" } : index < 40 ? { group: "حواس‌پرتی" } : {}),
    ...(index % 3 === 0 ? { definition: `What technique ${index + 1} is.` } : {}),
    ...(index === 21 ? { definition: "سخنی که خواننده را از موضوع دور می‌کند." } : {}),
  }));
  const { pool } = database();
  const { id } = person.project;
  await pool.query(
    "INSERT INTO scheme_versions (project_id, version, definition) VALUES ($1, 2, $2)",
    [id, JSON.stringify({ labels, relations: [] })],
  );
  await pool.query("UPDATE projects SET scheme_version = 2 WHERE id = $1", [id]);
  const page = await person.open(article.id);
  await page.locator(".article[role=document]:focus").waitFor();
  await selectWords(page, "The plot");
  const bar = page.getByRole("toolbar", { name: "Label the selected text" });
  await bar.waitFor();
  expect(await bar.getByRole("button").count()).toBe(10);
  await page.keyboard.press("l");
  await page.getByRole("dialog", { name: "Choose a label" }).waitFor();
  await settled(page);
  for (const title of ["Appeals", "حواس‌پرتی", "Without a group"]) {
    await page.getByRole("group", { name: title }).first().waitFor();
  }
  await page.getByRole("option", { name: "What technique 1 is." }).waitFor();
  expect(await barriers(page)).toEqual([]);
  await page.screenshot({ path: pictureOf("sixty labels") });
  await page.keyboard.type("technique 57");
  await page.keyboard.press("Enter");
  await page.getByRole("region", { name: "Selected span" }).getByText("technique 57").waitFor();
  await untilSaved(page);
});

test("another key does it from then on, also after reloading, and the old one is free", async () => {
  const { page } = await opened();
  await page.keyboard.press("?");
  const dialog = page.getByRole("dialog", { name: "Keys" });
  await dialog.getByRole("button", { name: "Change keys" }).click();
  await dialog.getByRole("button", { name: /^Change the key of “Link the selected span/ }).click();
  await page.keyboard.press("j");
  await dialog.getByRole("button", { name: /^Change the key of “Choose a label/ }).click();
  await page.keyboard.press("n");
  await dialog.getByText("N was taken from: next span.").waitFor();
  await settled(page);
  await page.screenshot({ path: pictureOf("own keys") });
  expect(await barriers(page)).toEqual([]);
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "hidden" });
  const works = async () => {
    await page.keyboard.press("j");
    await page.getByText("Select a span first").first().waitFor();
    await page.keyboard.press("n");
    await page.getByRole("dialog", { name: "Choose a label" }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog", { name: "Choose a label" }).waitFor({ state: "hidden" });
  };
  await works();
  await selectWords(page, "The plot");
  await page.keyboard.press("1");
  await page.getByRole("button", { name: "Link J" }).waitFor();
  await page.keyboard.press("Control+z");
  await page.reload();
  await page.locator(".article[role=document]:focus").waitFor();
  await works();
});

test("with single keys off, digits label nothing and the palette still does", async () => {
  const { page } = await opened();
  await page.keyboard.press("?");
  const dialog = page.getByRole("dialog", { name: "Keys" });
  await dialog.getByRole("button", { name: "Change keys" }).click();
  await dialog.getByRole("checkbox", { name: /Letters, digits and signs/ }).uncheck();
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "hidden" });
  await selectWords(page, "The plot");
  await page.keyboard.press("1");
  await page.keyboard.press("Control+k");
  await palette(page).waitFor();
  expect(await page.getByText("No spans yet.").count()).toBe(1);
  await page.keyboard.type("claim");
  await page.keyboard.press("Enter");
  await page.locator("mark[data-letter=C]").getByText("The plot").waitFor();
});
