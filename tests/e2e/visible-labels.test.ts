import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { aBrowser, aFrame } from "../setup/browser";
import { labelsShown, watchForLabels } from "../setup/visible-labels";

// What the benchmark of opening takes for a label on the screen, on pages that were made for it.

let browser: Browser;

beforeAll(async () => {
  browser = await aBrowser();
});

afterAll(() => browser?.close());

const style = "text-decoration: underline red; background: gold; color: black";
const label = (more = "") =>
  `<mark data-label-style="1.1" style="${style};${more}">denied it</mark>`;

async function aPage(content: string, ids: readonly string[] = []): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 800, height: 600 } });
  await watchForLabels(page, ids);
  await page.route("**/*", (route) =>
    route.fulfill({ contentType: "text/html", body: `<!doctype html><p>He ${content}.` }),
  );
  await page.goto("http://page.example/");
  await aFrame(page);
  await aFrame(page);
  return page;
}

const isLabelShown = async (page: Page) => (await labelsShown(page)).length > 0;
const noted = (page: Page) => page.evaluate(() => window.gainsayLabelShownAt !== undefined);

test.for([
  { how: "as it is", content: label() },
  { how: "with a line alone", content: label("background: none") },
  { how: "with a tint alone", content: label("text-decoration: none") },
  { how: "of which a part is in view", content: `<span>${"word ".repeat(20)}</span>${label()}` },
])("a label $how is counted", async ({ content }) => {
  const page = await aPage(content);
  expect(await isLabelShown(page)).toBe(true);
  await expect.poll(() => noted(page)).toBe(true);
  await page.close();
});

test.for([
  {
    how: "in a hidden element, as streamed pages have them",
    hide: "<div hidden>",
    content: label(),
  },
  { how: "that takes no room", hide: '<div style="display: none">', content: label() },
  { how: "that is invisible", hide: '<div style="visibility: hidden">', content: label() },
  { how: "that is fully transparent", hide: '<div style="opacity: 0">', content: label() },
  { how: "that is skipped", hide: '<div style="content-visibility: hidden">', content: label() },
  { how: "below the view", hide: '<div style="margin-top: 5000px">', content: label() },
  {
    how: "in a section that is not laid out, as it is far away",
    hide: '<div style="margin-top: 5000px; content-visibility: auto">',
    content: label(),
  },
  {
    how: "cut off by its frame",
    hide: '<div style="height: 0; overflow: clip">',
    content: label(),
  },
  { how: "in a template", hide: "<template>", content: label() },
  {
    how: "under something else",
    hide: '<div style="position: fixed; inset: 0; background: white; z-index: 1"></div><div>',
    content: label(),
  },
  {
    how: "without tint and line",
    hide: "<div>",
    content: label("background: none; text-decoration: none"),
  },
  {
    how: "of no colour",
    hide: "<div>",
    content: label("background: rgb(9 9 9 / 0); text-decoration-color: transparent"),
  },
])("a label $how is not counted", async ({ hide, content }) => {
  const page = await aPage(`${hide}${content}`);
  expect([await isLabelShown(page), await noted(page)]).toEqual([false, false]);
  await page.close();
});

test("a label is counted from when it is shown", async () => {
  const page = await aPage(`<div hidden>${label()}</div>`);
  expect(await noted(page)).toBe(false);
  const before = await page.evaluate(() => {
    document.querySelector("[hidden]")?.removeAttribute("hidden");
    return performance.now();
  });
  await page.waitForFunction(() => window.gainsayLabelShownAt !== undefined);
  expect(await page.evaluate(() => window.gainsayLabelShownAt)).toBeGreaterThanOrEqual(before);
  await page.close();
});

test("of spans that are named, all have to be seen", async () => {
  const page = await aPage(label().replace("mark ", 'mark data-span="a" '), ["a", "b"]);
  expect([await labelsShown(page), await noted(page)]).toEqual([["a"], false]);
  await page.evaluate(() => {
    const mark = document.querySelector<HTMLElement>("mark");
    const other = mark?.cloneNode(true) as HTMLElement;
    other.dataset.span = "b";
    mark?.after(other);
  });
  await page.waitForFunction(() => window.gainsayLabelShownAt !== undefined);
});
