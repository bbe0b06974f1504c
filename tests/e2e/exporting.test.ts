import { readFileSync } from "node:fs";
import { parse } from "csv-parse/sync";
import type { Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { operator } from "@/lib/access/actor";
import { NewRound } from "@/lib/api/rounds";
import { importFiles } from "@/lib/workflow/importing/index";
import { createRound } from "@/lib/workflow/planning-rounds";
import { aWorkbench } from "../setup/annotating";
import { barriers, pictureOf, settled } from "../setup/browser";
import { aFile, aFileOfCrossingSpans } from "../setup/files";
import { mark } from "../setup/rounds";
import { aMember, aProject } from "../setup/world";

/** From the list to a dataset of what it shows. */
const workbench = aWorkbench();

let page: Page;
let project: { id: string; slug: string };

beforeAll(async () => {
  project = await aProject();
  const records = [
    {
      source_id: "1",
      title: "The port",
      publisher: "The Post",
      language: "en",
      text: "The port is shut. They denied it.",
    },
    {
      source_id: "2",
      title: "The sea",
      publisher: "The Courier",
      language: "en",
      text: "The sea is calm. Nobody denied it.",
    },
    { source_id: "3", title: "بندر", language: "fa", text: "بندر بسته است. سفارت رد کرد." },
  ];
  const source = records.map((record) => JSON.stringify(record)).join("\n");
  await importFiles(operator, project.slug, {
    format: "jsonl",
    files: [aFile("articles.jsonl", source)],
  });
  const { context } = await workbench.aPerson({ project, role: "admin" });
  page = await context.newPage();
});

const counts = () => page.getByRole("region", { name: "The dataset" }).locator("dd");

async function downloaded() {
  const link = page.getByRole("link", { name: "Download" });
  const [download] = await Promise.all([page.waitForEvent("download"), link.click()]);
  const text = readFileSync(await download.path(), "utf8");
  return { name: download.suggestedFilename(), text };
}

test("the list is narrowed by language, publisher and round, and what it shows goes out", async () => {
  const list = `${workbench.url}/projects/${project.slug}/articles`;
  const found = (count: string) =>
    page.getByRole("status", { name: "Articles found" }).filter({ hasText: count }).waitFor();
  await page.goto(list);
  const reviewer = await aMember(project.id);
  const round = NewRound.parse({ title: "The first", reviewers: [{ user: reviewer.userId }] });
  await createRound(operator, project.slug, round);
  await page.getByRole("button", { name: "More filters" }).click();
  await page.getByLabel("Language").selectOption({ label: "English (2)" });
  await found("2 articles");
  await page.getByLabel("Publisher").selectOption({ label: "The Post (1)" });
  await found("1 article");
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await barriers(page)).toEqual([]);
    await page.screenshot({ path: pictureOf(`list-filters-${colorScheme}`) });
  }
  await page.setViewportSize({ width: 390, height: 860 });
  await page.screenshot({ path: pictureOf("list-filters-phone") });
  await page.setViewportSize({ width: 1360, height: 860 });
  await page.reload();
  await found("1 article");
  expect(await page.getByLabel("Publisher").inputValue()).toBe("The Post");
  await page.getByRole("link", { name: "Export these" }).click();
  await page.getByText("1 article that the list shows for").waitFor();
  await page.getByText("Publisher The Post", { exact: true }).waitFor();
  await page.getByText("Language en", { exact: true }).waitFor();
  await page.goto(`${list}?language=fa`);
  await found("1 article");
  await page.getByLabel("Language").selectOption("");
  await page.getByLabel("Round").selectOption({ label: "1: The first" });
  await found("3 articles");
  expect(new URL(page.url()).search).toBe("?round=1");
  await page.getByRole("button", { name: "Fewer filters" }).click();
  await page.getByRole("button", { name: "More filters" }).waitFor();
  await expect.poll(() => new URL(page.url()).search).toBe("");
});

test("what the list shows goes out, in a shape and without texts", async () => {
  await page.goto(`${workbench.url}/projects/${project.slug}/articles?q=denied`);
  await page
    .getByRole("status", { name: "Articles found" })
    .filter({ hasText: "2 articles" })
    .waitFor();
  const articles = await page
    .getByRole("listitem")
    .getByRole("link")
    .evaluateAll((links) =>
      links.map((link) => link.getAttribute("href")?.split("/").at(-1)?.split("?")[0] ?? ""),
    );
  const [ana, ben] = [await aMember(project.id), await aMember(project.id)];
  for (const [at, article] of articles.entries()) {
    await mark(at === 0 ? ana : ben, article, [["claim", 4, 8]]);
  }
  await page.getByRole("link", { name: "Export these" }).click();
  await page.getByRole("heading", { name: "Export", level: 1 }).waitFor();
  await page.getByText("2 articles that the list shows for").waitFor();
  expect(await page.getByText("“denied”", { exact: true }).count()).toBe(1);
  expect(await counts().first().textContent()).toBe("2");

  await page.getByRole("radio", { name: /^Reviewers/ }).check();
  await page.getByLabel("Include work that is not submitted").check();
  await page.getByLabel("Format").selectOption("csv");
  await page.getByLabel("What goes along").selectOption("50");
  const spans = await downloaded();
  expect(spans.name).toBe(`${project.slug}-reviewers-spans.csv`);
  expect(parse(spans.text, { columns: true })).toMatchObject([
    { label: "claim", version: "1" },
    { label: "claim", version: "1" },
  ]);

  await page.getByLabel("Made of").selectOption("sentence");
  await page.getByLabel("Leave the texts out").check();
  const sentences = await downloaded();
  expect(sentences.name).toBe(`${project.slug}-reviewers-sentences-without-texts.csv`);
  expect(sentences.text).not.toContain("is shut");

  await page.getByLabel("Whose work").selectOption("a1");
  await page.waitForURL("**annotator=a1**");
  await expect.poll(() => counts().allTextContents()).toEqual(["2", "1", "1", "1"]);

  await page.getByRole("link", { name: "Without “denied”" }).click();
  await page.getByText("All of the project.").waitFor();
  await expect.poll(() => counts().first().textContent()).toBe("3");
  expect(await page.getByLabel("Format").inputValue()).toBe("csv");

  await page.getByLabel("Format").selectOption("brat");
  expect(await page.getByLabel("Leave the texts out").isDisabled()).toBe(true);
  expect(await page.getByLabel("Made of").count()).toBe(0);
});

test("what becomes of spans that overlap is asked where tokens have tags, and a refusal is shown", async () => {
  const crossing = await aProject();
  await importFiles(operator, crossing.slug, { format: "jsonl", files: [aFileOfCrossingSpans()] });
  const { context } = await workbench.aPerson({ project: crossing, role: "admin" });
  page = await context.newPage();
  await page.goto(`${workbench.url}/projects/${crossing.slug}/export`);
  const choice = page.getByLabel("Spans of a label that overlap");
  await page.getByRole("radio", { name: /^All/ }).check();
  expect(await choice.count()).toBe(0);
  await page.getByLabel("Format").selectOption("token-rows");
  await page.getByLabel("Made of").selectOption("article");
  expect(await choice.inputValue()).toBe("longest");
  await page.getByText(/has no place for .* all but the longest/).waitFor();
  const tagsIn = (rows: string): string[] => JSON.parse(rows).attribution_tags;
  expect(tagsIn((await downloaded()).text).join("")).toMatch(/^OB-/);

  await choice.selectOption("split");
  await page.getByText(/which piece is of which/).waitFor();
  expect(tagsIn((await downloaded()).text).join("")).toMatch(/^B-attributionB-/);

  await choice.selectOption("refuse");
  await page.getByRole("button", { name: "Download" }).click();
  const refused = page.getByRole("alert").filter({ hasText: "overlap in “Port”" });
  await refused.waitFor();
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    await settled(page);
    await page.screenshot({ path: pictureOf(`export-overlap-${colorScheme}`), fullPage: true });
  }
  await page.setViewportSize({ width: 375, height: 800 });
  await settled(page);
  await page.screenshot({ path: pictureOf("export-overlap-phone"), fullPage: true });

  await page.getByLabel("Format").selectOption("conll");
  expect(await refused.count()).toBe(0);
  await page.getByLabel("Format").selectOption("brat");
  expect(await choice.count()).toBe(0);
});

test("a dataset that could have been refused, and is not, is saved under its name", async () => {
  const { context } = await workbench.aPerson({ project, role: "admin" });
  page = await context.newPage();
  await page.goto(`${workbench.url}/projects/${project.slug}/export`);
  await page.getByLabel("Format").selectOption("conll");
  await page.getByLabel("Spans of a label that overlap").selectOption("refuse");
  const button = page.getByRole("button", { name: "Download" });
  const [download] = await Promise.all([page.waitForEvent("download"), button.click()]);
  expect(download.suggestedFilename()).toMatch(/\.conll$/);
  expect(readFileSync(await download.path(), "utf8")).toMatch(/^-DOCSTART-/);
});
