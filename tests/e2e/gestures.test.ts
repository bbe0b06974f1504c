import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { aWorkbench, ownSet, selectWords, untilSaved } from "../setup/annotating";
import { barriers, pictureOf, settled } from "../setup/browser";
import { anArticle } from "../setup/world";

const workbench = aWorkbench();

const words = [
  "Marovia denies any role",
  "The ministry said the plot was real. Marovia had denied it, and the ministry knew.",
  "Nobody in the ministry has said a word since; Marovia is silent.",
].join("\n\n");

async function opened() {
  const person = await workbench.aPerson();
  const article = await anArticle(person.project.id, words);
  const page = await person.open(article.id);
  await page.locator(".article[role=document]:focus").waitFor();
  return { ...person, page, article };
}

/** Drags over some words of a paragraph, as a hand does. */
async function dragOver(page: Page, paragraph: number, sought: string): Promise<void> {
  const box = await page
    .locator(".article [data-block]")
    .nth(paragraph)
    .evaluate((element, wanted) => {
      const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
      for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const at = node.nodeValue?.indexOf(wanted) ?? -1;
        if (at < 0) continue;
        const range = document.createRange();
        range.setStart(node, at);
        range.setEnd(node, at + wanted.length);
        const { left, right, top, bottom } = range.getBoundingClientRect();
        return { left, right, y: (top + bottom) / 2 };
      }
      throw new Error("The words are not there.");
    }, sought);
  await page.mouse.move(box.left + 1, box.y);
  await page.mouse.down();
  await page.mouse.move((box.left + box.right) / 2, box.y);
  await page.mouse.move(box.right - 1, box.y);
  await page.mouse.up();
}

const quotes = (page: Page) =>
  page.getByRole("listbox", { name: "Spans in text order" }).getByRole("option").allTextContents();

test("with a label that sticks each drag makes a span, until Escape", async () => {
  const { page } = await opened();
  await page.keyboard.press("Shift+Digit1");
  await page.getByRole("region", { name: "Sticky label" }).waitFor();
  await dragOver(page, 1, "the plot was real");
  await expect.poll(() => quotes(page)).toHaveLength(1);
  await dragOver(page, 2, "Nobody in");
  await expect.poll(() => quotes(page)).toHaveLength(2);
  await settled(page);
  await page.screenshot({ path: pictureOf("sticky label") });
  expect(await barriers(page)).toEqual([]);
  await page.keyboard.press("Escape");
  await page.getByRole("region", { name: "Sticky label" }).waitFor({ state: "hidden" });
  await dragOver(page, 2, "has said");
  await page.getByRole("toolbar", { name: "Label the selected text" }).waitFor();
  expect(await quotes(page)).toHaveLength(2);
});

test("a press in the legend makes its label stick, and keys select what Shift lets go", async () => {
  const { page, user, article } = await opened();
  await page.getByRole("button", { name: "denial", exact: true }).click();
  await page.getByRole("button", { name: "denial", exact: true, pressed: true }).waitFor();
  await page.locator(".article").focus();
  await page.keyboard.press("Control+Home");
  await page.keyboard.down("Shift");
  await page.keyboard.press("Control+ArrowRight");
  await page.keyboard.up("Shift");
  await expect.poll(() => quotes(page)).toHaveLength(1);
  await untilSaved(page);
  const { spans } = await ownSet(user, article.id);
  expect(spans.map(({ label, quote }) => `${label}:${quote}`)).toEqual(["denial:Marovia"]);
});

test("a press on a count shows only the spans of its label", async () => {
  const { page } = await opened();
  await selectWords(page, "the plot was real");
  await page.keyboard.press("1");
  await selectWords(page, "The ministry said");
  await page.keyboard.press("3");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "1 claim: show only these" }).click();
  await expect.poll(async () => (await quotes(page)).length).toBe(1);
});

test("O shows the same words elsewhere, each in its place, and labels those that are chosen in one step", async () => {
  const { page, user, article } = await opened();
  await selectWords(page, "Marovia");
  await page.keyboard.press("1");
  await page.locator("mark[data-selected]").first().waitFor();
  await page.locator(".article").focus();
  await page.keyboard.press("o");
  const dialog = page.getByRole("dialog", { name: "The same words elsewhere" });
  await dialog.getByText("is silent").waitFor();
  await settled(page);
  await page.screenshot({ path: pictureOf("the same words") });
  expect(await barriers(page)).toEqual([]);
  expect(await dialog.getByRole("checkbox").count()).toBe(2);
  // The focus is on the first; Space leaves it out, Enter does the rest.
  await expect
    .poll(() => page.evaluate(() => document.activeElement?.getAttribute("type")))
    .toBe("checkbox");
  await page.keyboard.press("Space");
  await page.keyboard.press("Enter");
  await dialog.waitFor({ state: "hidden" });
  await expect.poll(() => quotes(page)).toHaveLength(2);
  await untilSaved(page);
  const { spans } = await ownSet(user, article.id);
  const starts = spans.map(({ fragments }) => fragments[0]?.start ?? 0).sort((a, b) => a - b);
  expect(starts).toEqual([0, words.lastIndexOf("Marovia")]);
  await page.keyboard.press("Control+z");
  await expect.poll(() => quotes(page)).toHaveLength(1);
});

test("O says so where the words are nowhere else, and the keys stay in the text", async () => {
  const { page } = await opened();
  await selectWords(page, "is silent");
  await page.keyboard.press("1");
  await page.locator("mark[data-selected]").first().waitFor();
  await page.keyboard.press("o");
  await page.getByText("These words are nowhere else without a label of this kind.").waitFor();
  expect(await page.getByRole("dialog").count()).toBe(0);
  await page.keyboard.press("Delete");
  await expect.poll(() => quotes(page)).toEqual([]);
});

test("M merges, X splits at the caret, V takes the attributes of the one before", async () => {
  const { page, user, article } = await opened();
  for (const sought of ["the plot", "was real"]) {
    await selectWords(page, sought);
    await page.keyboard.press("1");
  }
  await page.keyboard.press("Escape");
  await page.locator(".article").focus();
  await selectWords(page, "the plot was real");
  await page.keyboard.press("m");
  await expect.poll(() => quotes(page)).toHaveLength(1);
  await untilSaved(page);
  const set = await ownSet(user, article.id);
  expect(set.spans.map(({ quote }) => quote)).toEqual(["the plot was real"]);
  await page.locator(".article").focus();
  await page.keyboard.press("Home");
  await page
    .locator("mark")
    .getByText("the plot was real")
    .click({ position: { x: 60, y: 8 } });
  await page.keyboard.press("x");
  await expect.poll(() => quotes(page)).toHaveLength(2);
});

test("the next article has been fetched while this one was read, and is there at once, the caret in its text", async () => {
  const person = await workbench.aPerson();
  const next = await anArticle(person.project.id, "The harbour was closed.\n\nNobody said why.");
  const first = await anArticle(person.project.id, words);
  const page = await person.open(first.id);
  await page.locator(".article[role=document]:focus").waitFor();
  await page.waitForResponse((answer) => answer.url().includes(next.id));
  await page.waitForTimeout(1000); // for the router to take it
  await page.route(`**/${next.id}*`, (route) => route.abort());
  await page.getByRole("button", { name: "Next article" }).click();
  await page.locator(".article[role=document]:focus").getByText("Nobody said why.").waitFor();
  await page.keyboard.press("Shift+Control+ArrowRight");
  await page.keyboard.press("1");
  await page.locator("mark").getByText("The").waitFor();
});
