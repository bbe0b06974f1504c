import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { aBrowser, barriers, pictureOf } from "../setup/browser";
import { aRunningGainsay, type RunningGainsay } from "../setup/gainsay";
import { setUp } from "../setup/people-pages";

/** Tables and files of other encodings, on the import page. */
let gainsay: RunningGainsay;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  gainsay = await aRunningGainsay();
  browser = await aBrowser();
  page = await (await browser.newContext({ viewport: { width: 1360, height: 900 } })).newPage();
  await setUp(page, gainsay);
  await page.request.post(`${gainsay.url}/api/v1/projects`, {
    data: { slug: "corpus", title: "Corpus" },
    headers: { origin: gainsay.url },
  });
});

afterAll(async () => {
  await browser?.close();
  await gainsay?.stop();
});

const table = [
  "nr;Überschrift;متن;Datum;Notiz",
  "7;Hafen geschlossen;😀 Der Hafen ist seit Montag zu.;2024-07-30;geprüft",
  "8;Bürgermeisterin widerspricht;سفارت این گزارش را رد کرد.;2024-07-31;",
].join("\n");

const columns = () => page.getByRole("region", { name: /^Columns of/ });

async function choose(name: string, buffer: Buffer) {
  await page.goto(`${gainsay.url}/projects/corpus/import`);
  await page
    .getByLabel("Files", { exact: true })
    .setInputFiles([{ name, mimeType: "text/csv", buffer }]);
}

/** Chooses an option of a select by its first letters, as a keyboard does. */
async function byKeys(label: string, typed: string, value: string) {
  const select = columns().getByLabel(label, { exact: false });
  await select.focus();
  await page.keyboard.type(typed);
  await expect.poll(() => select.inputValue()).toBe(value);
}

test("columns are said by keys alone, and known again", async () => {
  await choose("articles.csv", Buffer.from(table));
  await columns().waitFor();
  expect(await columns().getByText("😀 Der Hafen ist seit Montag zu.").count()).toBe(1);
  await byKeys("متن", "te", "text");
  await byKeys("Überschrift", "ti", "title");
  await byKeys("nr", "s", "source_id");
  await byKeys("Notiz", "le", "");
  await page.getByText("2 new", { exact: true }).waitFor();
  expect(await barriers(page)).toEqual([]);
  await page.screenshot({ path: pictureOf("import-columns"), fullPage: true });
  await page.getByRole("button", { name: "Import", exact: true }).focus();
  await page.keyboard.press("Enter");
  await page.waitForURL("**/import/*");
  await page.getByText("Bürgermeisterin widerspricht").waitFor();
  // Another table with the same columns.
  await choose("more.csv", Buffer.from(table.replaceAll("Hafen", "Markt").replaceAll("7;", "9;")));
  await columns().waitFor();
  await expect.poll(() => columns().getByLabel("متن").inputValue()).toBe("text");
  expect(await columns().getByLabel("Notiz").inputValue()).toBe("");
});

test("a file that is no UTF-8 is read as it reads best", async () => {
  const bytes = Buffer.from([...Buffer.from("id,text\n1,"), 0xcf, 0xee, 0xf0, 0xf2, 0x0a]);
  await choose("port.csv", bytes);
  const encoding = page.getByRole("region", { name: "Encoding" });
  await encoding.getByText("is not UTF-8 (line 2, byte 10)").waitFor();
  await encoding.getByRole("radio", { name: /^1,Порт windows-1251/ }).check();
  await page.getByText("new", { exact: true }).waitFor();
  expect(await barriers(page)).toEqual([]);
  await page.screenshot({ path: pictureOf("import-encoding"), fullPage: true });
});
