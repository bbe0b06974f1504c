import type { Page } from "playwright-core";
import { v7 as uuidv7 } from "uuid";
import { expect, test } from "vitest";
import type { Operation } from "@/lib/domain/operation";
import { quoteOf } from "@/lib/domain/span";
import { annotate } from "@/lib/workflow/annotating";
import { aWorkbench, ownSet, selectWords } from "../setup/annotating";
import { anArticle } from "../setup/world";

// What keeps the annotate page fast, as far as it can be told without a clock.

const workbench = aWorkbench();

/** Paragraphs of eight sentences, each with its number in it; of every other one the first word is a claim. */
async function longArticle(paragraphs: number) {
  const sentences = (paragraph: number) =>
    Array.from({ length: 8 }, (_, at) => `Marovia ${paragraph}-${at} denies any role in the plot.`);
  const text = Array.from({ length: paragraphs }, (_, at) => sentences(at).join(" ")).join("\n\n");
  const person = await workbench.aPerson();
  const article = await anArticle(person.project.id, text);
  const set = await ownSet(person.user, article.id);
  const starts = [...text.matchAll(/Marovia \d+-[0246]/g)].map(({ index }) => index);
  const operations = starts.map((start): Operation => {
    const fragments = [{ start, end: start + 7 }];
    const quote = quoteOf(article.text, fragments);
    const span = { id: uuidv7(), label: "claim", fragments, quote, attributes: {} };
    return { id: uuidv7(), type: "add_span", span };
  });
  await annotate(person.user, set.id, { revision: set.revision, operations });
  const url = `${workbench.url}/projects/${person.project.slug}/articles/${article.id}`;
  return { ...person, article, url, spans: starts.length };
}

const paragraph = (page: Page, number: number) =>
  page.locator(".article[role=document] [data-block]").nth(number);

test("a long text is sent once, with the first screens made ready", async () => {
  const { context, url } = await longArticle(100);
  const html = await (await context.request.get(url)).text();
  const times = (words: string) => html.split(words).length - 1;
  expect([times("Marovia</mark> 0-0 denies"), times("Marovia 99-7 denies")]).toEqual([1, 1]);
  expect(times("<mark")).toBeLessThan(80);
});

test("without scripts the first screens can be read", async () => {
  const { context, url } = await longArticle(100);
  const cookies = await context.cookies();
  const browser = context.browser();
  const reader = await browser?.newContext({ javaScriptEnabled: false });
  await reader?.addCookies(cookies);
  const page = await reader?.newPage();
  await page?.goto(url);
  await page?.getByText("Marovia 5-7 denies any role").waitFor();
  await reader?.close();
});

test("all labels are drawn at last, those that are far away as well", async () => {
  const { article, open, spans } = await longArticle(100);
  const page = await open(article.id);
  await expect
    .poll(() =>
      page.evaluate(() => {
        const marks = document.querySelectorAll<HTMLElement>("[role=document] mark[data-span]");
        return new Set([...marks].map(({ dataset }) => dataset.span)).size;
      }),
    )
    .toBe(spans);
});

test("a place far down is come back to after a reload, its labels drawn", async () => {
  const { article, open } = await longArticle(100);
  const page = await open(article.id);
  await paragraph(page, 80).evaluate((element) => element.scrollIntoView());
  await page.waitForTimeout(400); // the place is kept once it rests
  await page.reload();
  await page.locator(".article[role=document]").waitFor();
  await expect
    .poll(() =>
      paragraph(page, 80).evaluate((element) => {
        const { top } = element.getBoundingClientRect();
        const pane = element.closest(".reading-pane")?.getBoundingClientRect();
        return Math.abs(top - (pane?.top ?? 0)) < 100 && element.querySelector("mark") !== null;
      }),
    )
    .toBe(true);
});

test("a new label leaves the marks around it as they are", async () => {
  const { article, open } = await longArticle(3);
  const page = await open(article.id);
  await selectWords(page, "1-0 denies");
  await page.evaluate(() => {
    const block = document.querySelectorAll("[role=document] [data-block]")[1];
    if (!block) throw new Error("There is no second paragraph.");
    const changed: string[] = [];
    Object.assign(window, { changed });
    new MutationObserver((records) => {
      for (const { target, attributeName } of records) {
        if (target instanceof Element) changed.push(`${attributeName} ${target.textContent}`);
      }
    }).observe(block, { attributes: true, subtree: true });
  });
  await page.keyboard.press("1");
  await page.locator("mark[data-selected]").first().waitFor();
  expect(await page.evaluate(() => (window as { changed?: string[] }).changed)).toEqual([]);
});
