import type { Page } from "playwright-core";
import { v7 as uuidv7 } from "uuid";
import { expect, test } from "vitest";
import { annotate } from "@/lib/workflow/annotating";
import { aWorkbench, ownSet, selectWords } from "../setup/annotating";
import { barriers, pictureOf, settled } from "../setup/browser";
import { anArticle } from "../setup/world";

const workbench = aWorkbench();

/** An article that has just been opened and not been touched. */
async function opened({ spans = 0 } = {}) {
  const words = Array.from({ length: Math.max(spans, 20) }, (_, index) => `claim${index}`);
  const { project, user, context, open } = await workbench.aPerson();
  const article = await anArticle(project.id, words.join("\n\n"));
  const set = await ownSet(user, article.id);
  const operations = words.slice(0, spans).map((quote) => {
    const start =
      article.text.value.indexOf(`${quote}\n`) < 0
        ? article.text.value.lastIndexOf(quote)
        : article.text.value.indexOf(`${quote}\n`);
    const fragments = [{ start, end: start + quote.length }];
    const span = { id: uuidv7(), label: "claim", fragments, quote, attributes: {} };
    return { id: uuidv7(), type: "add_span" as const, span };
  });
  if (spans > 0) await annotate(user, set.id, { revision: set.revision, operations });
  const page = await open(article.id);
  return { page, context };
}

const focused = (page: Page) =>
  page.evaluate(
    () => document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.textContent,
  );

test("a menu opens by keyboard as the first thing on a page, and gives the focus back", async () => {
  const { page } = await opened();
  const button = page.getByRole("button", { name: /^Your account/ });
  await button.focus();
  await page.keyboard.press("Enter");
  await page.getByRole("menu").waitFor(); // its code comes with the first use
  expect(await focused(page)).toBe("Account and tokens");
  expect(await button.getAttribute("aria-expanded")).toBe("true");
  await page.keyboard.press("ArrowUp");
  expect(await focused(page)).toBe("Sign out everywhere…");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("d");
  expect(await focused(page)).toBe("Dark");
  await page.keyboard.press("Enter");
  expect(await page.getByRole("menuitemradio", { name: "Dark" }).getAttribute("aria-checked")).toBe(
    "true",
  );
  await settled(page);
  await page.screenshot({ path: pictureOf("menu dark") });
  await page.keyboard.press("Escape");
  await page.getByRole("menu").waitFor({ state: "detached" });
  expect(await button.evaluate((element) => element === document.activeElement)).toBe(true);
});

test("an open menu and a tooltip keep to the accessibility rules", async () => {
  const { page } = await opened({ spans: 2 });
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    await page.getByRole("button", { name: /^Your account/ }).press("Enter");
    await page.getByRole("menu").waitFor();
    expect({ colorScheme, barriers: await barriers(page) }).toEqual({ colorScheme, barriers: [] });
    await page.keyboard.press("Escape");
    await page.getByRole("menu").waitFor({ state: "detached" });
    await page.mouse.move(400, 500);
    await page.getByRole("button", { name: "Keys" }).hover();
    await page.locator("body > div", { hasText: /^Keys\?$/ }).waitFor();
    expect({ colorScheme, barriers: await barriers(page) }).toEqual({ colorScheme, barriers: [] });
  }
});

test("a tooltip waits for a pointer that rests, also while the focus moves, and not for one that has left", async () => {
  const { page } = await opened();
  const word = page.locator("body > div", { hasText: /^Keys\?$/ });
  const button = page.getByRole("button", { name: "Keys" });
  await page.getByRole("button", { name: /^Your account/ }).focus();
  await button.hover();
  await page.getByRole("button", { name: /^Your account/ }).blur();
  await word.waitFor();
  await page.mouse.move(400, 500);
  await word.waitFor({ state: "detached" });
  await page.waitForTimeout(600); // the next one would come at once
  await button.hover();
  await page.mouse.move(400, 500);
  await page.waitForTimeout(900);
  expect(await word.count()).toBe(0);
});

test("a menu opens by mouse, closes beside it, and a second press closes it too", async () => {
  const { page } = await opened();
  const menu = page.getByRole("menu");
  const button = page.getByRole("button", { name: /^Your account/ });
  await button.click();
  await menu.waitFor();
  await page.screenshot({ path: pictureOf("menu") });
  await button.click();
  await menu.waitFor({ state: "detached" });
  await button.click();
  await page.mouse.click(400, 500);
  await menu.waitFor({ state: "detached" });
});

test("a menu can be pressed, dragged into and let go on what is wanted", async () => {
  const { page } = await opened();
  const button = page.getByRole("button", { name: /^Your account/ });
  await button.hover();
  await page.mouse.down();
  await page.getByRole("menuitem", { name: "Account and tokens" }).hover();
  await page.mouse.up();
  await page.waitForURL("**/account");
});

test("a dialog opens by its key as the first thing, holds the focus, and gives it back", async () => {
  const { page } = await opened();
  await page.locator(".article").focus();
  await page.keyboard.press("?");
  const dialog = page.getByRole("dialog", { name: "Keys" });
  await dialog.waitFor();
  await page.waitForFunction(() => document.activeElement?.closest("[role=dialog]"));
  await settled(page);
  await page.screenshot({ path: pictureOf("help dialog") });
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  await page.waitForFunction(() => document.activeElement?.closest(".article"));
});

test("a question from a menu can be answered", async () => {
  const { page } = await opened();
  await page.getByRole("button", { name: /^Your account/ }).click();
  await page.getByRole("menuitem", { name: "Sign out everywhere…" }).click();
  const question = page.getByRole("alertdialog", { name: "Sign out everywhere?" });
  await question.waitFor();
  await settled(page);
  await page.screenshot({ path: pictureOf("question") });
  await question.getByRole("button", { name: "Cancel" }).click();
  await question.waitFor({ state: "detached" });
});

test("a message appears with its action, also as the first thing on a page", async () => {
  const { page } = await opened();
  await page.locator(".article").focus();
  await page.keyboard.press("Control+Enter");
  await page.getByRole("button", { name: "Submit without marks" }).click();
  await page.getByText("Submitted", { exact: true }).waitFor();
  await settled(page);
  await page.screenshot({ path: pictureOf("message") });
  await page.getByRole("button", { name: "Next article" }).last().click();
  await page.getByText("There is no further article to annotate.").waitFor();
});

test("a message appears where what draws it could not be fetched any more", async () => {
  const { page, context } = await opened();
  await context.setOffline(true);
  await page.locator(".article").focus();
  await page.keyboard.press("1");
  await page.getByText("Select some text first, or a span to give it this label.").waitFor();
  await page.getByRole("button", { name: "Close toast" }).click();
  await page
    .getByText("Select some text first, or a span to give it this label.")
    .waitFor({ state: "detached" });
});

test("what cannot be fetched is said to be missing, and is there once it can be", async () => {
  const { page, context } = await opened({ spans: 2 });
  await page.locator(".article").focus();
  await context.setOffline(true);
  for (const key of ["Control+k", "l", "?", "Control+f"]) {
    await page.keyboard.press(key);
    await page.getByText("You are offline, and this is not loaded yet.").waitFor();
    await page.keyboard.press("ArrowRight"); // goes to the text again
    await page.getByRole("button", { name: "Close toast" }).click();
    await page.getByText("You are offline, and what").waitFor({ state: "detached" });
    await page.locator(".article").focus();
  }
  await context.setOffline(false);
  await page.keyboard.press("Control+k");
  await page.getByRole("dialog", { name: "Search commands" }).waitFor();
});

test("a word about a button comes with the pointer and goes with Escape", async () => {
  const { page } = await opened();
  await page.getByRole("button", { name: "Keys" }).hover();
  const word = page.locator("body > div", { hasText: /^Keys\?$/ });
  await word.waitFor();
  await settled(page);
  await page.screenshot({ path: pictureOf("tooltip") });
  await page.keyboard.press("Escape");
  await word.waitFor({ state: "detached" });
});

test("the list beside a text has the rows that are in view, and goes to what is selected", async () => {
  const { page } = await opened({ spans: 300 });
  const row = (name: string) =>
    page.getByRole("option").filter({ hasText: new RegExp(`${name}$`) });
  await row("claim0").waitFor();
  expect(await page.getByRole("option").count()).toBeLessThan(60);
  await page.getByRole("listbox").hover();
  await page.mouse.wheel(0, 100_000);
  await row("claim299").waitFor();
  await selectWords(page, "claim150");
  await page.keyboard.press("Enter");
  await row("claim150").and(page.locator("[aria-selected=true]")).waitFor();
  await page.screenshot({ path: pictureOf("list of spans") });
});
