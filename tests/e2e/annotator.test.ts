import type { Page } from "playwright-core";
import { v7 as uuidv7 } from "uuid";
import { expect, test } from "vitest";
import { operator } from "@/lib/access/actor";
import { database } from "@/lib/store/database";
import { annotate } from "@/lib/workflow/annotating";
import { importFiles } from "@/lib/workflow/importing/index";
import {
  aWorkbench,
  copyToMine,
  ownSet,
  selectWords,
  submitAllTheSame,
  untilSaved,
} from "../setup/annotating";
import { barriers, pictureOf, settled } from "../setup/browser";
import { aFile } from "../setup/files";
import { anArticle } from "../setup/world";

const workbench = aWorkbench();

const words = [
  "Marovia denies any role",
  "The plot, 😀 he said, was real. Marovia denied it.",
  "وزارت بهداشت گفت این خبر ساختگی است.",
].join("\n\n");

/** An article open before a reviewer, with what the server knows of it. */
async function opened(text = words) {
  const person = await workbench.aPerson();
  const article = await anArticle(person.project.id, text);
  const open = () => person.open(article.id);
  const page = await open();
  const onServer = () => ownSet(person.user, article.id);
  return { ...person, page, open, text: article.text, onServer };
}

const quotes = ({ spans }: { spans: readonly { label: string; quote: string }[] }) =>
  spans.map(({ label, quote }) => `${label}: ${quote}`);

const rows = (page: Page) =>
  page.getByRole("listbox", { name: "Spans in text order" }).getByRole("option");

test("the whole work by keyboard alone", async () => {
  const { page, onServer } = await opened();
  await page.locator(".article[role=document]").focus();
  await page.keyboard.press("Control+Home");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Home");
  await page.keyboard.press("Control+Shift+ArrowRight");
  await page.keyboard.press("Control+Shift+ArrowRight");
  await page.keyboard.press("1");
  await rows(page).getByText("The plot").waitFor();
  // Its end, over the comma and the emoji to the next word.
  await page.keyboard.press("Control+Alt+ArrowRight");
  await untilSaved(page);
  expect(quotes(await onServer())).toEqual(["claim: The plot, 😀 he"]);

  await page.keyboard.press("Control+z");
  await page.keyboard.press("End");
  await page.keyboard.press("Control+Shift+ArrowLeft");
  await page.keyboard.press("Control+Shift+ArrowLeft");
  await page.keyboard.press("Control+Shift+ArrowLeft");
  await page.keyboard.press("2");
  await page.keyboard.press("r");
  await page.keyboard.press("Shift+N");
  await page.keyboard.press("Enter");
  await untilSaved(page);
  const linked = await onServer();
  expect(linked.relations.map(({ type }) => type)).toEqual(["denies"]);

  await page.keyboard.press("Escape"); // the strip has the digits as long as it asks
  await page.keyboard.press("3");
  await page.getByText("do not fit").or(page.getByText("does not fit")).waitFor();
  await untilSaved(page);
  expect((await onServer()).relations).toEqual([]);
  await page.keyboard.press("Control+z");
  await page.keyboard.press("Delete");
  await page.keyboard.press("Control+z");
  await untilSaved(page);
  const restored = await onServer();
  expect({ spans: restored.spans, relations: restored.relations }).toEqual({
    spans: linked.spans,
    relations: linked.relations,
  });

  await page.keyboard.press("Control+Enter");
  await page.getByText("Submitted, so it cannot be changed.").waitFor();
  expect((await onServer()).submitted_at).not.toBeNull();
});

test("a full stop labels as the last time, with the same attributes", async () => {
  const { page, onServer } = await opened();
  await selectWords(page, "The plot");
  await page.keyboard.press("1");
  await page.getByRole("radio", { name: "probable" }).click({ force: true });
  await selectWords(page, "Marovia denied it");
  await page.keyboard.press(".");
  await untilSaved(page);
  const { spans } = await onServer();
  expect(spans.map(({ label, quote, attributes }) => ({ label, quote, attributes }))).toEqual([
    { label: "claim", quote: "The plot", attributes: { certainty: "probable" } },
    { label: "claim", quote: "Marovia denied it", attributes: { certainty: "probable" } },
  ]);
});

test("labels are in the page that the server sends", async () => {
  const { page, context } = await opened();
  await selectWords(page, "The plot");
  await page.keyboard.press("1");
  await untilSaved(page);
  const html = await (await context.request.get(page.url())).text();
  expect(html).toMatch(/<mark [^>]*data-letter="C"[^>]*>The plot<\/mark>/);
});

test("every script and emoji is stored as it was selected", async () => {
  const { page, onServer, text } = await opened();
  for (const [quote, key] of [
    ["😀 he said", "3"],
    ["این خبر ساختگی است", "1"],
    ["denied it", "2"],
  ] as const) {
    await selectWords(page, quote);
    await page.keyboard.press(key);
  }
  await untilSaved(page);
  const { spans } = await onServer();
  // An emoji alone is no word, and no part of one.
  expect(spans.map(({ quote }) => quote)).toEqual([
    "😀 he said",
    "denied it",
    "این خبر ساختگی است",
  ]);
  for (const { fragments, quote } of spans) {
    expect(fragments.map((fragment) => text.slice(fragment)).join(" ")).toBe(quote);
  }
});

test("the text is copied as it is, and nothing that is typed, pasted or dropped changes it", async () => {
  const paragraphs = Array.from({ length: 40 }, (_, index) => `It denied this ${index} times.`);
  const { page, text } = await opened(paragraphs.join("\n\n"));
  const article = page.locator(".article[role=document]");
  await article.focus();
  await page.keyboard.press("Control+a");
  await page.getByRole("toolbar", { name: "Label the selected text" }).waitFor();
  const copied = await article.evaluate((element) => {
    const clipboardData = new DataTransfer();
    const how = { clipboardData, bubbles: true, cancelable: true };
    element.dispatchEvent(new ClipboardEvent("copy", how));
    return clipboardData.getData("text/plain");
  });
  expect(copied).toBe(text.value);

  for (const key of ["z", "Backspace", "Enter", "Control+x"]) await page.keyboard.press(key);
  await page.keyboard.insertText("否认");
  await article.evaluate((element) => {
    const data = new DataTransfer();
    data.setData("text/plain", "Forged.");
    const how = { bubbles: true, cancelable: true };
    element.dispatchEvent(new ClipboardEvent("paste", { ...how, clipboardData: data }));
    element.dispatchEvent(new DragEvent("drop", { ...how, dataTransfer: data }));
  });
  await settled(page);
  const blocks = await article.locator("[data-block]").allTextContents();
  expect(blocks.join("\n\n")).toBe(text.value);
});

test("offline, nothing is lost and nothing is claimed to be saved", async () => {
  const { page, context, onServer } = await opened();
  await context.setOffline(true);
  await selectWords(page, "The plot");
  await page.keyboard.press("1");
  await selectWords(page, "Marovia denied it");
  await page.keyboard.press("2");
  await page.getByText(/Offline with 2 unsent/).waitFor();
  await page.keyboard.press("Control+Enter");
  await page.getByText(/Not submitted\. You are offline/).waitFor();
  await page.screenshot({ path: pictureOf("annotate offline") });
  await context.setOffline(false);
  await untilSaved(page);
  expect(quotes(await onServer())).toEqual(["claim: The plot", "denial: Marovia denied it"]);
});

test("what a closed window left unsent is sent when the article is opened again", async () => {
  const { page, open, context, onServer } = await opened();
  await context.route("**/operations", (route) => route.abort());
  await selectWords(page, "The plot");
  await page.keyboard.press("1");
  await page.getByText(/1 change is kept in this browser/).waitFor();
  await page.close();
  await context.unroute("**/operations");
  const again = await open();
  await rows(again).getByText("The plot").waitFor();
  await untilSaved(again);
  expect(quotes(await onServer())).toEqual(["claim: The plot"]);
});

/** Enough text that most of it is out of sight. */
const filler = (from: number) =>
  Array.from({ length: 30 }, (_, index) => `Paragraph ${from + index} says little, and long.`);
const longText = [
  words,
  ...filler(1),
  "In the midst the harbour denied it, too.",
  ...filler(31),
].join("\n\n");

/** Two changes that another device makes impossible while they wait, made in the midst of a long text. */
async function withLostChanges({ arrange = async (_: Page) => {} } = {}) {
  const { page, context, user, onServer } = await opened(longText);
  await selectWords(page, "The plot");
  await page.keyboard.press("1");
  await untilSaved(page);
  await context.route("**/operations", (route) => route.abort());
  await page.getByRole("radio", { name: "probable" }).click({ force: true });
  await page.getByRole("radio", { name: "negative" }).click({ force: true });
  await selectWords(page, "the harbour denied it");
  await page.keyboard.press("2");
  await page.getByText(/Offline with 3 unsent/).waitFor();
  const { id, revision, spans } = await onServer();
  await annotate(user, id, {
    revision,
    operations: [{ id: uuidv7(), type: "remove_span", span: { id: spans[0]?.id ?? "" } }],
  });
  await context.unroute("**/operations");
  await arrange(page);
  const before = await placeOnScreen(page, "mark[data-selected]");
  await lookAgain(page);
  await notices(page).getByText("2 changes could not be kept").waitFor();
  return { page, onServer, before };
}

/** Comes back to a page, as from another window: what waits is tried at once. */
async function lookAgain(page: Page): Promise<void> {
  await page.evaluate(() => window.dispatchEvent(new Event("focus")));
}

const notices = (page: Page) => page.getByRole("region", { name: "Notices" });

/** How far below the top of the window something stands, in pixels. */
async function placeOnScreen(page: Page, selector: string): Promise<number> {
  return (await page.locator(selector).first().boundingBox())?.y ?? Number.NaN;
}

test("what keys select at once is not taken back as the span before is let go", async () => {
  const { page, onServer } = await opened();
  await selectWords(page, "Marovia denied it");
  await page.keyboard.press("2");
  await untilSaved(page);
  for (let time = 1; time <= 5; time += 1) {
    await rows(page).first().click();
    await page.keyboard.press("Escape");
    // Beside all spans: the selected one is let go a moment later, while the keys come.
    const paragraph = page.locator("[role=document] [data-block]", { hasText: "The plot" });
    await paragraph.click({ position: { x: 2, y: 10 } });
    await page.keyboard.press("Home");
    await page.keyboard.down("Shift");
    for (let at = 0; at < "The plot".length; at += 1) await page.keyboard.press("ArrowRight");
    await page.keyboard.up("Shift");
    await page.keyboard.press("1");
    await untilSaved(page);
    expect(quotes(await onServer())[0]).toBe("claim: The plot");
    await page.keyboard.press("Control+z");
    await untilSaved(page);
  }
});

test("what could not be kept is in view wherever the text is, counted, spoken, and hides no work", async () => {
  const { page, before } = await withLostChanges();
  const after = await placeOnScreen(page, "mark[data-selected]");
  const strip = await notices(page).boundingBox();
  expect(strip?.y).toBeLessThan(200);
  expect(after).toBeGreaterThan((strip?.y ?? 0) + (strip?.height ?? 0));
  expect(after).toBeCloseTo(before, 0); // places are scrolled to in whole pixels
  await page.getByRole("status").getByText("Saved, 2 not kept", { exact: true }).waitFor();
  const log = page.getByRole("log");
  await expect.poll(() => log.textContent()).toContain("Change claim “The plot”");
  expect(await log.textContent()).toContain("2 changes could not be kept. ");
  for (const top of [0, 1500, 100_000]) {
    await page.locator(".reading-pane").evaluate((pane, to) => pane.scrollTo(0, to), top);
    expect(await notices(page).boundingBox()).toEqual(strip);
  }
  await page.screenshot({ path: pictureOf("annotate conflict") });
});

test("a notice that would come to lie over the selected span makes the text give way", async () => {
  const { page, before } = await withLostChanges({
    arrange: (page) =>
      page.locator("mark[data-selected]").evaluate((mark) => {
        const pane = mark.closest(".reading-pane");
        const top = pane?.getBoundingClientRect().top ?? 0;
        pane?.scrollBy(0, mark.getBoundingClientRect().top - top - 10);
      }),
  });
  const strip = await notices(page).boundingBox();
  const bottom = (strip?.y ?? 0) + (strip?.height ?? 0);
  expect(before).toBeLessThan(bottom);
  await expect.poll(() => placeOnScreen(page, "mark[data-selected]")).toBeGreaterThan(bottom);
});

test("what could not be kept is gone to, done again or dismissed, and stays until then", async () => {
  const { page, onServer } = await withLostChanges();
  await page.reload();
  await page.getByText("Saved, 2 not kept", { exact: true }).waitFor();
  await page.getByRole("button", { name: "Look" }).click();
  const [probable, negative] = [/probable/, /negative/].map((words) =>
    notices(page).getByRole("listitem").filter({ hasText: words }),
  );
  await probable?.getByRole("button", { name: "Show" }).click();
  await expect.poll(() => page.getByText("The plot").first().isVisible()).toBe(true);
  await probable?.getByRole("button", { name: "Do it again" }).click();
  await page.getByText("Saved, 1 not kept", { exact: true }).waitFor();
  expect((await onServer()).spans[0]).toMatchObject({
    quote: "The plot",
    attributes: { certainty: "probable" },
  });
  await negative?.getByRole("button", { name: "Dismiss" }).click();
  await untilSaved(page);
  expect(await notices(page).isVisible()).toBe(false);
  expect(await page.evaluate(() => document.activeElement?.className)).toContain("article");
});

test("on a small screen what is to be known leaves room for the text, says that there is more, and scrolls", async () => {
  const { page } = await withLostChanges({
    arrange: (page) => page.setViewportSize({ width: 360, height: 640 }),
  });
  const more = notices(page).getByText("More below");
  await more.waitFor();
  const text = await page.locator(".reading-pane").boundingBox();
  expect(text?.height).toBeGreaterThan(60);
  await settled(page);
  await page.screenshot({ path: pictureOf("annotate notices on a phone") });
  await more.click();
  await expect.poll(() => notices(page).evaluate(({ scrollTop }) => scrollTop)).toBeGreaterThan(0);
  await notices(page).evaluate((strip) => strip.scrollTo(0, strip.scrollHeight));
  await more.waitFor({ state: "hidden" });
  const last = notices(page).getByRole("button", { name: "Dismiss" }).last();
  const [strip, answer] = [await notices(page).boundingBox(), await last.boundingBox()];
  const bottom = (box: typeof strip) => (box?.y ?? 0) + (box?.height ?? 0);
  expect(bottom(answer)).toBeLessThanOrEqual(bottom(strip));
  await last.click();
  await notices(page).getByText("A change could not be kept").waitFor();
});

test("two windows on one article follow each other", async () => {
  const { page, open, onServer } = await opened();
  const second = await open();
  await selectWords(page, "The plot");
  await page.keyboard.press("1");
  await rows(second).getByText("The plot").waitFor();
  await selectWords(second, "Marovia denied it");
  await second.keyboard.press("2");
  await rows(page).getByText("Marovia denied it").waitFor();
  await untilSaved(second);
  expect(await onServer()).toMatchObject({ revision: 2 });
});

test("going away and back shows what was done, not the page as it was fetched", async () => {
  const { page, onServer } = await opened();
  await selectWords(page, "The plot");
  await page.keyboard.press("1");
  // At once: what was just done goes out while the next page comes.
  await page.getByRole("link", { name: "Gainsay, all projects" }).click();
  await page.waitForURL("**/projects");
  await page.goBack();
  await rows(page).getByText("The plot").waitFor();
  await untilSaved(page);
  expect(quotes(await onServer())).toEqual(["claim: The plot"]);
});

test("imported annotations are shown first and copied on request", async () => {
  const { project, user, open } = await workbench.aPerson();
  const article = await anArticle(project.id, words);
  await importSpan(project.id, article.id);
  const page = await open(article.id);
  await page.getByText("Imported annotations, read-only").waitFor();
  await page.screenshot({ path: pictureOf("annotate imported") });
  await copyToMine(page);
  expect(quotes(await ownSet(user, article.id))).toEqual(["claim: Marovia"]);
});

/** A reviewer's project of some articles, the first of them open, none with anything marked. */
async function severalOpened(count: number) {
  const { project, user, open } = await workbench.aPerson();
  const articles: string[] = [];
  for (let index = 0; index < count; index += 1) {
    articles.push((await anArticle(project.id, `Article ${index + 1}.\n\n${words}`)).id);
  }
  const page = await open(articles[0] ?? "");
  const submitted = async () => {
    const sets = await Promise.all(articles.map((id) => ownSet(user, id)));
    return sets.map((set) => set.submitted_at !== null);
  };
  return { page, user, project, articles, submitted };
}

/** Holds a key down as a keyboard does: presses that say that they are repeated. */
async function hold(page: Page, keys: string, times: number): Promise<void> {
  const [key = "", modifier] = keys.split("+").toReversed();
  if (modifier) await page.keyboard.down(modifier);
  for (let press = 0; press < times; press += 1) {
    await page.keyboard.down(key);
    await page.waitForTimeout(30);
  }
  await page.keyboard.up(key);
  if (modifier) await page.keyboard.up(modifier);
}

test("Ctrl+Enter held down submits what is open, and nothing that has not been looked at", async () => {
  const { page, submitted } = await severalOpened(3);
  await selectWords(page, "The plot");
  await page.keyboard.press("1");
  await untilSaved(page);
  const { pathname } = new URL(page.url());
  await hold(page, "Control+Enter", 20);
  await page.getByRole("dialog", { name: "Before you submit" }).waitFor();
  expect((await submitted()).filter(Boolean)).toEqual([]);
  await hold(page, "Control+Enter", 60);
  await page.getByText("Submitted, so it cannot be changed.").waitFor();
  expect(new URL(page.url()).pathname).toBe(pathname);
  expect((await submitted()).filter(Boolean)).toHaveLength(1);
});

test("an empty set asks before it is submitted, and Enter held down does not answer", async () => {
  const { page, submitted } = await severalOpened(1);
  await page.locator(".article[role=document]").focus();
  await hold(page, "Control+Enter", 20);
  const question = page.getByRole("alertdialog", { name: /no claims in this article\?/ });
  await question.waitFor();
  expect(await submitted()).toEqual([false]);
  await page.screenshot({ path: pictureOf("annotate nothing marked") });
  await question.getByRole("button", { name: "Cancel" }).click();
  await question.waitFor({ state: "hidden" });
  // Held on the button that asks, Enter must not answer what it has asked.
  await page.getByRole("button", { name: "Submit" }).focus();
  await hold(page, "Enter", 20);
  await question.waitFor();
  expect(await submitted()).toEqual([false]);
  await question.getByRole("button", { name: "Submit without marks" }).click();
  await page.getByText("Submitted, so it cannot be changed.").waitFor();
  expect(await submitted()).toEqual([true]);
});

test("who looks at an imported layer submits nothing, and is told so", async () => {
  const { page, project, articles, submitted } = await severalOpened(1);
  await importSpan(project.id, articles[0] ?? "");
  await page.reload();
  await page.getByText("Imported annotations, read-only").waitFor();
  await page.locator(".article[role=document]").focus();
  await page.keyboard.press("Control+Enter");
  await page.getByText(/Nothing was submitted: you are looking at Imported/).waitFor();
  expect(await submitted()).toEqual([false]);
  await page.getByRole("button", { name: "Show mine" }).click();
  await page.getByText("No spans yet.", { exact: false }).waitFor();
});

test("Ctrl+Enter in a field takes what is written there, not the article", async () => {
  const { page, onServer } = await opened();
  await selectWords(page, "The plot");
  await page.keyboard.press("1");
  await page.getByLabel("Accused actor").fill("Marovia");
  await page.keyboard.press("Control+Enter");
  await untilSaved(page);
  expect((await onServer()).spans[0]?.attributes).toEqual({ accused_actor: "Marovia" });
  await page.getByRole("button", { name: "Deselect" }).click();
  await page.getByLabel("Note on the article").fill("Read twice.");
  await page.keyboard.press("Control+Enter");
  await untilSaved(page);
  expect(await onServer()).toMatchObject({ note: "Read twice.", submitted_at: null });
});

test("a copied layer of many spans is drawn whole, and nothing of the other is left", async () => {
  const { project, user, open } = await workbench.aPerson();
  const sentence = "Marovia denied it, he said. ";
  const text = `${`${sentence.repeat(2).trim()}\n\n`.repeat(120)}The end.`;
  const spans = [...text.matchAll(/Marovia denied|he said/g)].map(({ index, 0: words }) => {
    const label = words === "he said" ? "attribution" : "denial";
    return { label, start: index, end: index + words.length };
  });
  const file = aFile("many.jsonl", JSON.stringify({ text, spans }));
  await importFiles(operator, project.slug, { format: "jsonl", files: [file] });
  const { rows: articles } = await database().pool.query<{ id: string }>(
    "SELECT id FROM articles WHERE project_id = $1",
    [project.id],
  );
  const article = articles[0]?.id ?? "";
  const page = await open(article);
  const drawn = () =>
    page.evaluate(() => [
      ...new Set([...document.querySelectorAll("mark")].map((mark) => mark.dataset.span)),
    ]);
  await expect.poll(async () => (await drawn()).length).toBe(spans.length);
  const before = new Set(await drawn());
  await copyToMine(page);
  const mine = (await ownSet(user, article)).spans.map(({ id }) => id).sort();
  await expect.poll(async () => (await drawn()).sort()).toEqual(mine);
  expect(mine.filter((id) => before.has(id))).toEqual([]);
});

test("an edge that a held key moves is one step of undo, and saved before the key is let go", async () => {
  const { page, onServer } = await opened(
    "The plot was real, and no one denied a single word of it.",
  );
  await selectWords(page, "The plot was real, and no one denied");
  await page.keyboard.press("1");
  await untilSaved(page);
  await page.keyboard.down("Alt");
  for (let press = 0; press < 25; press += 1) {
    await page.keyboard.down("ArrowLeft");
    await page.waitForTimeout(80);
  }
  // Still held down.
  await expect.poll(async () => (await onServer()).revision).toBeGreaterThan(1);
  await page.keyboard.up("ArrowLeft");
  await page.keyboard.up("Alt");
  await untilSaved(page);
  const { spans } = await onServer();
  expect(spans[0]?.quote.length).toBeLessThan("The plot was real".length);
  await page.keyboard.press("Control+z");
  await untilSaved(page);
  expect(quotes(await onServer())).toEqual(["claim: The plot was real, and no one denied"]);
});

test("what is written in a field keeps its spaces, is saved meanwhile, and is one step of undo", async () => {
  const { page, onServer } = await opened();
  const field = page.getByLabel("Note on the article");
  await field.pressSequentially("Read ", { delay: 20 });
  await expect.poll(async () => (await onServer()).note).toBe("Read ");
  await field.pressSequentially("twice ", { delay: 20 });
  await expect.poll(async () => (await onServer()).note).toBe("Read twice ");
  await page.getByRole("button", { name: "Undo" }).click();
  await untilSaved(page);
  expect((await onServer()).note).toBe("");
  expect(await field.inputValue()).toBe("");

  await selectWords(page, "The plot");
  await page.keyboard.press("1");
  const actor = page.getByLabel("Accused actor");
  await actor.pressSequentially("the ", { delay: 20 });
  await expect.poll(async () => (await onServer()).spans[0]?.attributes.accused_actor).toBe("the");
  await actor.pressSequentially("harbour", { delay: 20 });
  await actor.press("Enter");
  await untilSaved(page);
  expect((await onServer()).spans[0]?.attributes).toEqual({ accused_actor: "the harbour" });
  expect(await actor.inputValue()).toBe("the harbour");
  await actor.fill("\u200f\u2060");
  await actor.press("Enter");
  await expect.poll(async () => (await onServer()).spans[0]?.attributes).toEqual({});
});

test("a message about one article is gone in the next", async () => {
  const { page, articles } = await severalOpened(2);
  await selectWords(page, "The plot");
  await page.keyboard.press("1");
  await untilSaved(page);
  await page.keyboard.press("Control+Enter");
  await submitAllTheSame(page);
  const message = page.getByRole("listitem").filter({ hasText: /^Submitted/ });
  // With the pointer on it, it would not go by itself.
  await message.hover();
  await page.keyboard.press("Control+Enter");
  await page.waitForURL(`**/articles/${articles[1]}`);
  await message.waitFor({ state: "hidden" });
});

test("what cannot be done is not offered", async () => {
  const { page } = await opened();
  const bar = page.getByRole("toolbar", { name: "Label the selected text" });
  await selectWords(page, "The plot");
  await bar.waitFor();
  await page.keyboard.press("1");
  await page.getByRole("button", { name: "Submit" }).click();
  await submitAllTheSame(page);
  await page.getByText("Submitted, so it cannot be changed.").waitFor();
  await selectWords(page, "denied it");
  await page.keyboard.press("1");
  await page.getByText("This annotation is submitted. Reopen it to change it.").first().waitFor();
  expect(await bar.count()).toBe(0);

  const viewer = await workbench.aPerson({ role: "viewer" });
  const read = await viewer.open((await anArticle(viewer.project.id, words)).id);
  await read.getByText("You may read this article, not annotate it.").waitFor();
  expect(await read.getByRole("button", { name: /Submit|Next article/ }).count()).toBe(0);
});

test("signing in again in another tab sends what was kept", async () => {
  const { page, context, user, onServer } = await opened();
  await context.clearCookies();
  await selectWords(page, "The plot");
  await page.keyboard.press("1");
  const link = notices(page).getByRole("link", { name: "Sign in" });
  expect(await link.getAttribute("target")).toBe("_blank");
  const again = await workbench.signIn(user);
  await context.addCookies(await again.cookies());
  await lookAgain(page);
  await untilSaved(page);
  expect(quotes(await onServer())).toEqual(["claim: The plot"]);
});

/** A set of one claim, "Marovia", as an import would have made it. */
async function importSpan(projectId: string, articleId: string): Promise<void> {
  const { pool } = database();
  const [set, span] = [uuidv7(), uuidv7()];
  await pool.query(
    "INSERT INTO annotators (project_id, number, source_name) VALUES ($1, 900, 'file')",
    [projectId],
  );
  await pool.query(
    `INSERT INTO annotation_sets (id, project_id, article_id, version_id, kind, annotator, scheme_version)
     SELECT $1, project_id, article_id, id, 'imported', 900, 1 FROM article_versions WHERE article_id = $2`,
    [set, articleId],
  );
  await pool.query(
    `INSERT INTO spans (id, set_id, project_id, label, fragments, quote)
     VALUES ($1, $2, $3, 'claim', '{[0,7)}', 'Marovia')`,
    [span, set, projectId],
  );
}

test("the page keeps to the accessibility rules", async () => {
  const { page } = await opened();
  await selectWords(page, "The plot");
  await page.keyboard.press("1");
  await selectWords(page, "plot, 😀 he said");
  await page.keyboard.press("3");
  await selectWords(page, "was real");
  for (const key of ["+", "r", "Shift+N", "Enter"]) await page.keyboard.press(key);
  for (const name of ["Parts", "Relations"]) await page.getByRole("heading", { name }).waitFor();
  await untilSaved(page);
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await barriers(page)).toEqual([]);
  }
});
