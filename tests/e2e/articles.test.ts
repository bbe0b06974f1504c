import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { aBrowser } from "../setup/browser";
import { aRunningGainsay, type RunningGainsay } from "../setup/gainsay";

/** The articles page on a project of 300 English articles, a Chinese and an Arabic one. */
const MANY = 300;

let gainsay: RunningGainsay;
let browser: Browser;
let page: Page;
const troubles: string[] = [];

const chinese = "渔场出售传言调查\n\n数百名渔民驾船聚集在北港，要求局长公开说明。";
const arabic = "شحنة القمح لم تكن فاسدة\n\nنفت الوزارة صحة الوثيقة المنشورة.";

const denial = "The harbour master denied report";

function jsonLines(): string {
  const many = Array.from({ length: MANY }, (_, index) => {
    const number = String(index).padStart(3, "0");
    return {
      source_id: `n${number}`,
      title: `Harbour bulletin ${number}`,
      text: `Harbour bulletin ${number}\n\n${denial} ${number}.`,
      language: "en",
      ...(index === 7 ? { spans: [{ label: "denial", start: 22, end: 22 + denial.length }] } : {}),
    };
  });
  const others = [
    { source_id: "zh", title: "渔场出售传言调查", text: chinese, language: "zh" },
    { source_id: "ar", title: "شحنة القمح لم تكن فاسدة", text: arabic, language: "ar" },
  ];
  return [...others, ...many].map((article) => JSON.stringify(article)).join("\n");
}

const project = "corpus";
const list = () => `${gainsay.url}/projects/${project}/articles`;
const box = () => page.getByRole("searchbox", { name: "Search in titles and texts" });
const rows = () => page.getByRole("listitem");
const found = (words: string | RegExp) =>
  page.getByRole("status", { name: "Articles found" }).filter({ hasText: words });
const isSearching = () => box().evaluate((input) => input === document.activeElement);
const patiently = { timeout: 30_000 };
const titles = () => rows().getByRole("link").allInnerTexts();
const focused = () => page.evaluate(() => document.activeElement?.textContent ?? "");

/** By its key, as soon as the page listens to keys. */
async function toTheSearchBox(): Promise<void> {
  const press = async () => {
    await page.keyboard.press("/");
    return isSearching();
  };
  await expect.poll(press, patiently).toBe(true);
}

beforeAll(async () => {
  gainsay = await aRunningGainsay();
  browser = await aBrowser();
  const context = await browser.newContext({ viewport: { width: 1200, height: 800 } });
  page = await context.newPage();
  page.on("pageerror", (error) => troubles.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error") troubles.push(`${page.url()}: ${message.text()}`);
  });
  await page.goto(/http:\S+\/setup\/\S+/.exec(gainsay.log())?.[0] ?? "");
  await page.getByLabel("Your name").fill("Ada");
  await page.getByLabel("E-mail address").fill("ada@example.org");
  await page.getByLabel("Password", { exact: true }).fill("vermilion otter 9 quilts");
  await page.getByRole("button", { name: "Set up Gainsay" }).click();
  await page.waitForURL("**/projects**");
  const headers = { origin: gainsay.url };
  const made = await context.request.post(`${gainsay.url}/api/v1/projects`, {
    headers,
    data: { slug: project, title: "Corpus" },
  });
  expect(made.status()).toBe(201);
});

afterAll(async () => {
  await browser?.close();
  await gainsay?.stop();
});

beforeEach(async ({ task }) => {
  if (task.name.startsWith("an empty")) return;
  await page.goto(list());
  await found(`${MANY + 2} articles`).waitFor();
  await toTheSearchBox();
  await box().blur();
});

test("an empty project says where articles come from", async () => {
  await page.goto(list());
  await page.getByRole("heading", { name: "No articles yet" }).waitFor();
  await page.getByRole("link", { name: "Import articles" }).waitFor();
  const answer = await page
    .context()
    .request.post(`${gainsay.url}/api/v1/projects/${project}/imports`, {
      headers: { origin: gainsay.url },
      multipart: {
        file: {
          name: "all.jsonl",
          mimeType: "application/x-ndjson",
          buffer: Buffer.from(jsonLines()),
        },
      },
    });
  expect(answer.ok()).toBe(true);
  const arrived = async () => {
    await page.goto(list());
    return found(`${MANY + 2} articles`).count();
  };
  await expect.poll(arrived, { timeout: 60_000 }).toBe(1);
});

test("searching in Chinese and in Arabic marks what was found", async () => {
  await box().fill("渔民");
  await found(/^1 article$/).waitFor();
  expect(await titles()).toEqual(["渔场出售传言调查"]);
  expect(await rows().locator("mark").allInnerTexts()).toEqual(["渔民"]);

  await box().fill("وثيقة");
  await rows().filter({ hasText: "شحنة القمح" }).waitFor();
  expect(await rows().locator("mark").allInnerTexts()).toEqual(["الوثيقة"]);
  expect(
    await rows()
      .locator("p[dir=auto]")
      .evaluate((line) => getComputedStyle(line).direction),
  ).toBe("rtl");
});

test("a row says whose spans its counts are of", async () => {
  await box().fill("007");
  await found(/^1 article$/).waitFor();
  const counts = rows().locator(".article-labels");
  expect(await counts.textContent()).toMatch(/denial\s*1\s*imported/);
  expect(await counts.getAttribute("title")).toBe("Imported spans");
});

test("the export page says what start and end count, and where they end", async () => {
  await page.goto(`${gainsay.url}/projects/${project}/export`);
  const words = page.getByRole("region", { name: "Loading it in Python" });
  await words.getByText("code points").waitFor();
  expect(await words.textContent()).toMatch(
    /count Unicode code points of text from 0.*end is the first after the span.*fragments/s,
  );
});

test("the address holds the list; back and forward go through it", async () => {
  await page.goto(page.url().replace(/\?.*/, ""));
  await page.getByLabel("Label", { exact: true }).selectOption("denial");
  await found(/^1 article$/).waitFor();
  expect(await rows().getByText("denial").count()).toBe(1);
  await page.getByLabel("Label", { exact: true }).selectOption("");
  await found(`${MANY + 2} articles`).waitFor();

  await box().pressSequentially("bulletin 04", { delay: 20 });
  await found(/^10 articles$/).waitFor();
  const newest = await titles();
  await page.getByLabel("Order").selectOption("title");
  const byTitle = Array.from({ length: 10 }, (_, index) => `Harbour bulletin 04${index}`);
  await expect.poll(titles, patiently).toEqual(byTitle);
  expect(new URL(page.url()).search).toBe("?q=bulletin+04&sort=title");

  await page.reload();
  expect(await box().inputValue()).toBe("bulletin 04");
  expect(await titles()).toEqual(byTitle);

  await page.goBack(); // the order
  await expect.poll(titles, patiently).toEqual(newest);
  await page.goBack(); // all that was typed
  await found(`${MANY + 2} articles`).waitFor();
  expect(await box().inputValue()).toBe("");
  await page.goForward();
  await found(/10 articles/).waitFor();
  expect(await box().inputValue()).toBe("bulletin 04");
});

test("what is typed with pauses, on a slow machine, is whole and one step back", async () => {
  const slow = await page.context().newCDPSession(page);
  await slow.send("Emulation.setCPUThrottlingRate", { rate: 30 });
  try {
    const steps = await page.evaluate(() => history.length);
    await box().focus();
    // Each pause is long enough for a search of its own, and too short for the page to draw it.
    await page.keyboard.type("bulletin 04", { delay: 280 });
    await slow.send("Emulation.setCPUThrottlingRate", { rate: 1 });
    await found(/^10 articles$/).waitFor();
    expect(await box().inputValue()).toBe("bulletin 04");
    expect(new URL(page.url()).search).toBe("?q=bulletin+04");
    expect(await page.evaluate(() => history.length)).toBe(steps + 1);
    await page.goBack();
    await found(`${MANY + 2} articles`).waitFor();
  } finally {
    await slow.send("Emulation.setCPUThrottlingRate", { rate: 1 });
  }
});

test("nothing matches: one click shows all again", async () => {
  await page.getByLabel("State").selectOption("submitted");
  await page.getByRole("heading", { name: "Nothing matches" }).waitFor();
  await page.getByRole("button", { name: "Show all articles" }).click();
  await found(`${MANY + 2} articles`).waitFor();
});

test("by keyboard: to the search box, down the list, into an article and back to it", async () => {
  await page.keyboard.press("/");
  await page.keyboard.type("report");
  await found(`${MANY} articles`).waitFor();
  await page.keyboard.press("ArrowDown");
  const first = await focused();
  await page.keyboard.press("ArrowUp");
  expect(await isSearching()).toBe(true);
  await page.keyboard.press("ArrowDown");
  for (let step = 0; step < 60; step += 1) await page.keyboard.press(step % 2 ? "j" : "ArrowDown");
  const there = await focused();
  expect(there).not.toBe(first);
  const isSeen = () =>
    page.evaluate(() => {
      const box = document.activeElement?.getBoundingClientRect();
      return box !== undefined && box.top > 100 && box.bottom <= innerHeight;
    });
  expect(await isSeen()).toBe(true);
  expect(await rows().count()).toBeLessThan(60); // of more than sixty that were passed

  await page.keyboard.press("Enter");
  await page.waitForURL("**/articles/*");
  await page.getByText("The harbour master denied").first().waitFor();
  await page.goBack();
  await expect.poll(focused, patiently).toBe(there);
  expect(await isSeen()).toBe(true);
  await page.keyboard.press("Home");
  expect(await focused()).toBe(first);
  expect(await page.evaluate(() => scrollY)).toBe(0);
});

test("scrolling goes through all articles, each once, and only those near the screen are drawn", async () => {
  const seen = new Map<number, string>();
  let most = 0;
  await expect
    .poll(
      async () => {
        const drawn = await rows().evaluateAll((items) =>
          items.map((item) => ({
            place: Number(item.getAttribute("aria-posinset")),
            size: Number(item.getAttribute("aria-setsize")),
            title: item.querySelector("a")?.textContent ?? "",
          })),
        );
        for (const { place, size, title } of drawn) {
          expect(size).toBe(MANY + 2);
          expect(seen.get(place) ?? title).toBe(title);
          seen.set(place, title);
        }
        most = Math.max(most, drawn.length);
        await page.mouse.wheel(0, 600);
        return seen.size;
      },
      { timeout: 90_000, interval: 30 },
    )
    .toBe(MANY + 2);
  expect(new Set(seen.values()).size).toBe(MANY + 2);
  expect(most).toBeLessThan(60);
});

test("a server that does not answer is told, and asked again", async () => {
  await page.route("**/api/v1/projects/*/articles?*", (route) => route.abort());
  await box().fill("bulletin 003");
  await page.getByRole("alert").getByText("The articles could not be listed").waitFor();
  troubles.length = 0; // the browser's own words about the request that was stopped
  await page.unroute("**/api/v1/projects/*/articles?*");
  await page.getByRole("button", { name: "Try again" }).click();
  await found(/^1 article$/).waitFor();
});

test("an answer that comes late does not take the place of a newer one", async () => {
  await page.route("**/articles?q=bulletin+001", async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 1500));
    await route.continue().catch(() => undefined); // given up meanwhile
  });
  const asked = page.waitForRequest("**/articles?q=bulletin+001");
  await box().fill("bulletin 001");
  await asked;
  await box().fill("bulletin 002");
  await rows().first().filter({ hasText: "bulletin 002" }).waitFor();
  await page.waitForTimeout(2000);
  expect(await rows().allInnerTexts()).toEqual([expect.stringContaining("bulletin 002")]);
  await page.unroute("**/articles?q=bulletin+001");
});

test("the whole list says how many are submitted, and a part of it how many it has", async () => {
  const { request } = page.context();
  const api = `${gainsay.url}/api/v1`;
  const [article] = (await (await request.get(`${api}/projects/${project}/articles`)).json())
    .articles;
  const { annotation_set: set } = await (await request.get(`${api}/articles/${article.id}`)).json();
  const sent = { headers: { origin: gainsay.url }, data: { revision: set.revision } };
  const submitted = await request.post(`${api}/annotation-sets/${set.id}/submit`, sent);
  expect(submitted.ok()).toBe(true);
  await page.reload();
  await found(`${MANY + 2} articles, 1 submitted by at least one reviewer`).waitFor();
  await box().fill("渔民");
  await found(/^1 article$/).waitFor();
});

test("on a telephone nothing stands out of the screen", async () => {
  await page.setViewportSize({ width: 360, height: 740 });
  await page.reload();
  await rows().first().waitFor();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
});

test("nothing went wrong on the way", () => {
  expect(troubles).toEqual([]);
});
