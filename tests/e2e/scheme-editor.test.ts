import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { database } from "@/lib/store/database";
import { annotate, openArticle } from "@/lib/workflow/annotating";
import { carrySets, changeScheme, schemeVersion } from "@/lib/workflow/changing-schemes";
import { projectFor } from "@/lib/workflow/projects";
import { aWorkbench, ownSet } from "../setup/annotating";
import { barriers, pictureOf } from "../setup/browser";
import { anArticle, aProject } from "../setup/world";

/* The scheme: read by all, changed by an admin in the browser, from a file and from the library. */

const workbench = aWorkbench();

async function aNewsroom() {
  const project = await aProject();
  const admin = await workbench.aPerson({ project, role: "admin" });
  const reviewer = await workbench.aPerson({ project });
  const at = (path = "") => `${workbench.url}/projects/${project.slug}/scheme${path}`;
  const holds = async () => {
    const { scheme_version: version } = await projectFor(admin.user, project.slug, "read");
    return schemeVersion(admin.user, project.slug, String(version));
  };
  return { project, admin, reviewer, at, holds };
}

async function noBarriers(page: Page): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    expect({ colorScheme, barriers: await barriers(page) }).toEqual({ colorScheme, barriers: [] });
  }
  await page.emulateMedia({ colorScheme: "light" });
}

const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });
async function rename(page: Page, label: string, name: string): Promise<void> {
  await page.getByRole("button", { name: new RegExp(`^${label}`) }).click();
  await textField(page, "Name").first().fill(name);
}

/** The drafts that a browser keeps, as they are kept. */
const drafts = (page: Page) =>
  page.evaluate(() =>
    Object.entries(localStorage).flatMap(([name, kept]) =>
      name.startsWith("scheme ") ? [String(kept)] : [],
    ),
  );

const textField = (page: Page, name: string) => page.getByRole("textbox", { name, exact: true });

test("an admin calls a label something else, adds an attribute, sees what it touches and makes a version; its undo brings the name back", async () => {
  const { project, admin, reviewer, at, holds } = await aNewsroom();
  const article = await anArticle(project.id);
  const { annotation_set: set } = (await openArticle(reviewer.user, article.id)).article;
  await annotate(reviewer.user, set?.id ?? "", {
    revision: 0,
    operations: [
      {
        id: "01980000-0000-7000-8000-000000000001",
        type: "add_span",
        span: {
          id: "01980000-0000-7000-8000-000000000002",
          label: "claim",
          fragments: [{ start: 0, end: 6 }],
          quote: "Tehran",
          attributes: {},
        },
      },
    ],
  });
  const page = await admin.context.newPage();
  await page.goto(at());
  await page.getByRole("heading", { name: "Scheme", exact: true }).waitFor();
  await noBarriers(page);
  await page.getByRole("link", { name: "Edit", exact: true }).click();

  // By keys alone, from the list on.
  await page.getByRole("button", { name: /^claim/ }).focus();
  await page.keyboard.press("Enter");
  await textField(page, "Name").first().focus();
  await page.keyboard.press("Control+a");
  await page.keyboard.type("Bold assertion");
  expect(await textField(page, "Name").first().inputValue()).toBe("bold_assertion");
  await button(page, "Attribute").focus();
  await page.keyboard.press("Enter");
  // The focus is in the name of the new one.
  await page.keyboard.type("tone");
  await button(page, "Value").last().focus();
  await page.keyboard.press("Enter");
  await page.keyboard.type("calm");
  await page.keyboard.press("Enter");
  await page.keyboard.type("heated");
  await noBarriers(page);
  await page.screenshot({ path: pictureOf("scheme-editor"), fullPage: true });

  await button(page, "Review changes").click();
  await page.getByText("It was called claim.").waitFor();
  await page.getByText("1 span of claim becomes bold_assertion.").waitFor();
  await noBarriers(page);
  await page.screenshot({ path: pictureOf("scheme-review"), fullPage: true });
  await textField(page, "What changed").fill("Assertions are what we mean.");
  await button(page, "Make version 2").click();
  // Its words are in the field, too, before it is made.
  await page.waitForURL(at());
  await page.getByText("Assertions are what we mean.").waitFor();
  const { scheme, version, note } = await holds();
  expect({ version, note }).toEqual({ version: 2, note: "Assertions are what we mean." });
  const [label] = scheme.labels;
  expect(label?.name).toBe("bold_assertion");
  expect(label?.attributes.at(-1)).toEqual({
    name: "tone",
    type: "choice",
    values: ["calm", "heated"],
  });
  await carrySets(database(), project.id, { signal: new AbortController().signal });
  expect((await ownSet(reviewer.user, article.id)).spans[0]?.label).toBe("bold_assertion");

  await page.goto(at("/versions/2"));
  await page.getByText("Beside version 1").waitFor();
  await noBarriers(page);
  await page.goto(at());
  await button(page, "Undo").click();
  await button(page, "Undo it").click();
  await page.getByText("Undoes version 2").waitFor();
  expect((await holds()).scheme.labels[0]?.name).toBe("claim");
});

test("a version says what it changed, in the words before and after, in whatever script", async () => {
  const { project, admin, at, holds } = await aNewsroom();
  const { scheme } = await holds();
  const [claim, ...others] = scheme.labels;
  if (!claim) throw new Error("There is no label.");
  const before = "کوچک‌ترین جمله‌ای که می‌توان درستی آن را جداگانه سنجید.";
  const first = {
    ...claim,
    definition: before,
    examples: ["The plot was real.", "طرح واقعی بود."],
  };
  const noMapping = { labels: {}, relations: {}, attributes: [] };
  const written = { base: 1, note: "", mapping: noMapping };
  await changeScheme(admin.user, project.slug, {
    ...written,
    scheme: { ...scheme, labels: [first, ...others] },
  });
  const second = {
    ...first,
    name: "assertion",
    style: 23,
    definition: `${before} نه پرسش.`,
    examples: ["The plot was real.", "Nobody saw it."],
  };
  const relations = scheme.relations.map((rule) => ({
    ...rule,
    from: rule.from.map((name) => (name === "claim" ? "assertion" : name)),
    to: rule.to.map((name) => (name === "claim" ? "assertion" : name)),
  }));
  await changeScheme(admin.user, project.slug, {
    ...written,
    base: 2,
    mapping: { ...noMapping, labels: { claim: "assertion" } },
    scheme: { ...scheme, labels: [second, ...others], relations },
  });
  const page = await admin.context.newPage();
  await page.goto(at("/versions/3"));
  const told = page.locator("main").filter({ has: page.getByText("Beside version 2") });
  await told.getByText("It was called claim.").waitFor();
  await told.getByText("Its colour is 3, not 1.").waitFor();
  expect(await told.locator("del").allInnerTexts()).toEqual([
    `Before\n${before}`,
    "Before\nطرح واقعی بود.",
  ]);
  expect(await told.locator("ins").allInnerTexts()).toEqual([
    `Now\n${second.definition}`,
    "Now\nNobody saw it.",
  ]);
  expect(await told.getByText("Left out", { exact: true }).count()).toBe(0);
  await noBarriers(page);
  await page.screenshot({ path: pictureOf("scheme-version") });
  await page.emulateMedia({ colorScheme: "dark" });
  await page.setViewportSize({ width: 390, height: 844 });
  await page.screenshot({ path: pictureOf("scheme-version-phone-dark") });
});

test("what is wrong stands beside its fields, and nothing can be made of it", async () => {
  const { admin, at } = await aNewsroom();
  const page = await admin.context.newPage();
  await page.goto(at("/edit"));
  await button(page, "Label").click();
  await button(page, "Review changes").click();
  expect(await page.getByText("A label has no name.").count()).toBeGreaterThan(1);
  await page.getByText("1 thing to put right").waitFor();
  await noBarriers(page);
  // Typed at once: the focus came with the label.
  await textField(page, "Name").first().fill("denial");
  await page.getByText('There are two labels "denial".').first().waitFor();
});

test("a draft stays in the browser, and what was taken out can be put back", async () => {
  const { admin, at } = await aNewsroom();
  const page = await admin.context.newPage();
  await page.goto(at("/edit"));
  await button(page, "Take out claim").click();
  await page.getByText("claim is taken out.").waitFor();
  await page
    .getByRole("combobox", { name: "In annotations, spans of it" })
    .selectOption({ label: "become denial" });
  await page.waitForFunction(() =>
    Object.keys(localStorage).some(
      (name) => name.startsWith("scheme ") && /"becomes":\d/.test(localStorage.getItem(name) ?? ""),
    ),
  );
  await page.reload();
  await page.getByText("have not saved").waitFor();
  expect(
    await page
      .getByRole("combobox", { name: "In annotations, spans of it" })
      .evaluate((select) => (select as HTMLSelectElement).selectedOptions[0]?.text),
  ).toBe("become denial");
  await button(page, "Put back claim").click();
  await page.getByRole("button", { name: /^claim/ }).waitFor();
});

test("whoever leaves with changes is asked, also while they review them, and finds them again", async () => {
  const { admin, at } = await aNewsroom();
  const page = await admin.context.newPage();
  await page.goto(at("/edit"));
  await rename(page, "claim", "assertion");
  await page.getByRole("link", { name: "Articles" }).click();
  await page.getByRole("alertdialog", { name: "Leave without saving?" }).waitFor();
  await page.getByRole("button", { name: "Cancel" }).click();
  await button(page, "Review changes").click();
  await button(page, "Make version 2").waitFor();
  await page.getByRole("link", { name: "Articles" }).click();
  await page.getByRole("button", { name: "Leave" }).click();
  await page.waitForURL("**/articles");
  await page.goto(at("/edit"));
  await page.getByText("This is what you changed").waitFor();
  await page.getByRole("button", { name: /^assertion/ }).waitFor();
  await page.getByRole("button", { name: "Discard it" }).click();
  await page.getByRole("button", { name: "Discard", exact: true }).click();
  await page.getByText("Nothing has changed.").waitFor();
  await page.getByRole("button", { name: /^claim/ }).waitFor();
  expect(await drafts(page)).toEqual([]);
});

test("a window in which nothing was changed leaves the draft of another alone", async () => {
  const { admin, at } = await aNewsroom();
  const page = await admin.context.newPage();
  await page.goto(at("/edit"));
  await button(page, "Take out claim").click();
  await expect.poll(() => drafts(page)).toHaveLength(1);
  const idle = await admin.context.newPage();
  await idle.goto(at("/edit"));
  await idle.getByText("This is what you changed").waitFor();
  await button(page, "Take out denial").click();
  await expect.poll(async () => (await drafts(page))[0]).toMatch(/"out":\[.*denial/);
  const [kept] = await drafts(page);
  idle.on("dialog", (dialog) => void dialog.accept());
  await idle.goto(at());
  expect(await drafts(page)).toEqual([kept]);
});

test("a version whose answer was lost is not made twice, and its draft goes", async () => {
  const { admin, at, holds } = await aNewsroom();
  const page = await admin.context.newPage();
  await page.goto(at("/edit"));
  await rename(page, "claim", "assertion");
  await button(page, "Review changes").click();
  await page.route("**/api/v1/projects/*/schemes", async (route) => {
    if (route.request().method() !== "POST") return route.continue();
    await route.fetch();
    await route.abort();
  });
  await button(page, "Make version 2").click();
  await page.getByText("Gainsay cannot be reached").waitFor();
  await page.unroute("**/api/v1/projects/*/schemes");
  await button(page, "Make version 2").click();
  await page.waitForURL(at());
  expect(await holds()).toMatchObject({ version: 2 });
  expect(await drafts(page)).toEqual([]);
});

test("a scheme goes out as a file and comes in again; one that is none is refused in words", async () => {
  const { admin, at } = await aNewsroom();
  const page = await admin.context.newPage();
  await page.goto(at("/edit"));
  const download = page.waitForEvent("download");
  await button(page, "Export as JSON").click();
  const file = readFileSync((await (await download).path()) ?? "", "utf8");
  expect(JSON.parse(file)).toMatchObject({ gainsay_scheme: 1, scheme: { article: [] } });
  const input = page.locator("input[type=file]");
  const give = (text: string) =>
    input.setInputFiles({
      name: "one.json",
      mimeType: "application/json",
      buffer: Buffer.from(text),
    });
  await give(file.replaceAll('"denial"', '"rebuttal"'));
  await page.getByRole("button", { name: /^rebuttal/ }).waitFor();
  await page.getByText("denial is taken out.").waitFor();
  await give("{\n  oops");
  await page.getByText("This is no JSON: it goes wrong in line 2.").waitFor();
  await page.keyboard.press("Escape");
  await give('{ "labels": [], "relations": [] }');
  await page.getByText("This is no scheme that can be used.").waitFor();
});

test("the library has schemes to start from, of which one is made a version", async () => {
  const { admin, at, holds } = await aNewsroom();
  const page = await admin.context.newPage();
  await page.goto(at("/edit"));
  await button(page, "Library").click();
  await page.getByText("CC BY-SA 4.0").waitFor();
  await page.screenshot({ path: pictureOf("scheme-library") });
  await button(page, "Use Persuasion techniques (SemEval-2023)").click();
  await page.getByRole("heading", { name: "Manipulative wording" }).waitFor();
  await noBarriers(page);
  await button(page, "Review changes").click();
  await button(page, "Make version 2").click();
  await page.getByRole("heading", { name: "Manipulative wording" }).waitFor();
  expect((await holds()).scheme.labels.length).toBe(23);
});

test("a reviewer reads the scheme, and does not change it", async () => {
  const { reviewer, at } = await aNewsroom();
  const page = await reviewer.context.newPage();
  await page.goto(at());
  await page.getByText("source of", { exact: true }).waitFor();
  expect(await page.getByRole("link", { name: "Edit", exact: true }).count()).toBe(0);
  await page.goto(at("/edit"));
  await page.getByRole("heading", { level: 1 }).waitFor();
  expect(await button(page, "Review changes").count()).toBe(0);
});

test("200 labels can be read and edited, on a phone too, and their words run as their script does", async () => {
  const labels = Array.from({ length: 200 }, (_, at) => ({
    name: `label_${at + 1}`,
    letter: "L",
    overlap: false,
    group: `Group ${Math.floor(at / 25) + 1}`,
    ...(at % 3 === 0 ? { definition: "ادعایی که می‌توان آن را بررسی کرد" } : {}),
    attributes: [],
  }));
  const project = await aProject({ scheme: { labels, relations: [], article: [] } });
  const { context } = await workbench.aPerson({ project, role: "admin" });
  const page = await context.newPage();
  const at = `${workbench.url}/projects/${project.slug}/scheme`;
  await page.goto(at);
  await page.screenshot({ path: pictureOf("scheme-200") });
  await page.goto(`${at}/edit`);
  await page.getByRole("searchbox", { name: "Find a label" }).fill("label 117");
  await page.getByRole("button", { name: "label 117" }).click();
  await textField(page, "Name").first().fill("one_hundred");
  await page.getByRole("searchbox", { name: "Find a label" }).fill("");
  await page.emulateMedia({ colorScheme: "dark" });
  await page.screenshot({ path: pictureOf("scheme-200-dark") });
  await page.setViewportSize({ width: 390, height: 844 });
  await page.screenshot({ path: pictureOf("scheme-200-phone"), fullPage: true });
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0);
});
