import { readFileSync } from "node:fs";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { aBrowser, barriers } from "../setup/browser";
import { aRunningGainsay, type RunningGainsay } from "../setup/gainsay";
import { setUp } from "../setup/people-pages";

let gainsay: RunningGainsay;
let browser: Browser;
let page: Page;

const wordpress = readFileSync(new URL("../fixtures/pages/wordpress.html", import.meta.url));
/** The worker goes last on a busy machine. */
const patiently = { timeout: 120_000 };

const importPage = () => `${gainsay.url}/projects/corpus/import`;
const addresses = () => page.getByLabel("Addresses", { exact: true });

beforeAll(async () => {
  gainsay = await aRunningGainsay();
  browser = await aBrowser();
  page = await (await browser.newContext({ viewport: { width: 1200, height: 900 } })).newPage();
  await setUp(page, gainsay);
  const made = await page.request.post(`${gainsay.url}/api/v1/projects`, {
    headers: { origin: gainsay.url },
    data: { slug: "corpus", title: "Corpus" },
  });
  expect(made.status()).toBe(201);
});

afterAll(async () => {
  await browser?.close();
  await gainsay?.stop();
});

test("a saved page is previewed and imported, with what was left out", async () => {
  await page.goto(importPage());
  await page.getByLabel("Files", { exact: true }).setInputFiles({
    name: "board.html",
    mimeType: "text/html",
    buffer: wordpress,
  });
  await page
    .getByRole("button", { name: /board\.html/ })
    .first()
    .click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("Nobody sold anything").waitFor();
  await dialog.getByText(/214 characters in 13 passages/).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Import", exact: true }).click();
  await page.getByText("Done: 1 created, 1 with warnings.").waitFor();
});

test("addresses are fetched only once a site admin has allowed it", async () => {
  await page.goto(importPage());
  await page.getByText("Fetching articles from the web is switched off here.").waitFor();
  expect(await addresses().count()).toBe(0);
  await page.getByRole("main").getByRole("link", { name: "People" }).click();
  const allowed = page.getByRole("checkbox", { name: /fetched by their addresses/ });
  await allowed.check();
  const section = page.locator("#web");
  await section.getByRole("button", { name: "Save" }).click();
  await page.getByText("Articles may be fetched from the web.").waitFor();
  await page.goto(importPage());
  await addresses().waitFor();
  expect(await barriers(page)).toEqual([]);
});

test("a list of addresses is imported by keyboard, and each address has its reason", async () => {
  await page.goto(importPage());
  const go = page.getByRole("button", { name: "Fetch and import" });
  expect(await go.isDisabled()).toBe(true);
  await addresses().focus();
  await page.keyboard.type("http://127.1/\nhttp://169.254.169.254/latest\nnot an address");
  await page.getByText("3 lines").waitFor();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.waitForURL("**/import/*");
  await page.getByText("Done: 3 rejected.").waitFor(patiently);
  const outcomes = page.getByRole("main");
  await outcomes.getByText("This is no address of a web page.").waitFor(patiently);
  expect(await outcomes.getByText("no place that is open to everybody").count()).toBe(2);
});

test("a list is taken from a file, and trouble with it is told", async () => {
  await page.goto(importPage());
  await page.getByLabel("A list of addresses").setInputFiles({
    name: "list.csv",
    mimeType: "text/csv",
    buffer: Buffer.from('url,title\n"http://127.0.0.1/,x\n'),
  });
  await expect.poll(() => addresses().inputValue()).toContain("url,title");
  await page.getByRole("button", { name: "Fetch and import" }).click();
  await page
    .getByRole("alert")
    .getByText(/A quote stands where none can in the list/)
    .waitFor();
});
