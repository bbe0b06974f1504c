import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { makeGold } from "@/lib/workflow/gold";
import { saveGuidelines } from "@/lib/workflow/guidelines";
import { aWorkbench, type Person, selectWords, untilSaved } from "../setup/annotating";
import { barriers, pictureOf } from "../setup/browser";
import { anArticle } from "../setup/world";

const workbench = aWorkbench();

const english =
  "Harbour sold in secret, account claims\n\nThe harbour of Lowmere was sold last week, an account claimed. Nobody has sold it, the mayor said.";
const persian =
  "شایعه آب مسموم\n\nیک حساب ناشناس ادعا کرد آب شهر مسموم است. وزارت بهداشت گفت این خبر ساختگی است.";

async function at(person: Pick<Person, "context">, path: string): Promise<Page> {
  const page = await person.context.newPage();
  await page.goto(`${workbench.url}${path}`);
  return page;
}

/** Marks words by keys, each with the digit of its label. */
async function markWords(page: Page, marks: readonly (readonly [string, string])[]): Promise<void> {
  for (const [words, digit] of marks) {
    await selectWords(page, words);
    await page.keyboard.press(digit);
    await page.keyboard.press("Escape");
  }
  await untilSaved(page);
}

async function submitOpen(page: Page): Promise<void> {
  await page.getByRole("button", { name: /^Submit/ }).click();
  const anyway = page.getByRole("button", { name: /^Submit all the same/ });
  const reopen = page.getByRole("button", { name: "Reopen" }).first();
  await anyway.or(reopen).first().waitFor();
  if (await anyway.isVisible()) await anyway.click();
  await reopen.waitFor();
}

/** The page as people see it: light and dark, and on a phone. */
async function pictures(page: Page, name: string): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await barriers(page)).toEqual([]);
    await page.screenshot({ path: pictureOf(`${name} ${colorScheme}`), fullPage: true });
  }
  const size = page.viewportSize();
  await page.emulateMedia({ colorScheme: "light" });
  await page.setViewportSize({ width: 390, height: 844 });
  await page.screenshot({ path: pictureOf(`${name} phone`), fullPage: true });
  if (size) await page.setViewportSize(size);
}

test("an admin makes a practice round; its reviewer sees gold, and a score, once they have submitted, and not before", async () => {
  const admin = await workbench.aPerson({ role: "admin" });
  const { project } = admin;
  const expert = await workbench.aPerson({ project });
  const articles = [await anArticle(project.id, english), await anArticle(project.id, persian)];
  const [one = "", two = ""] = articles.map(({ id }) => id);
  const content = { blocks: [{ type: "paragraph" as const, words: [{ text: "Mark claims." }] }] };
  await saveGuidelines(admin.user, project.slug, { from: 0, content, note: "" });

  // Somebody who knows marks them in a round, and the admin makes that gold.
  const making = await at(admin, `/projects/${project.slug}/rounds/new`);
  const making1 = async (title: string) => {
    await making.getByLabel("Title").fill(title);
    await making.getByLabel("Reviewers of each article").selectOption("1");
  };
  await making1("For gold");
  await making.getByRole("button", { name: "Make the round" }).click();
  await making.getByRole("heading", { level: 1, name: "For gold" }).waitFor();
  await making.getByRole("link", { name: "Guidelines, version 1" }).waitFor();
  for (const [article, marks] of [
    [
      one,
      [
        ["The harbour of Lowmere was sold last week", "1"],
        ["Nobody has sold it", "2"],
        ["an account claimed", "3"],
      ],
    ],
    [
      two,
      [
        ["آب شهر مسموم است", "1"],
        ["این خبر ساختگی است", "2"],
      ],
    ],
  ] as const) {
    const page = await expert.open(article);
    await markWords(page, marks);
    await submitOpen(page);
    await page.close();
  }
  await making.reload();
  await making.getByRole("button", { name: /^Make gold: “Harbour/ }).click();
  await making.getByText("This is the gold of the article now.").waitFor();
  await making.getByRole("button", { name: /^Make gold: “Harbour/ }).click();
  const dialog = making.getByRole("alertdialog");
  await dialog.getByRole("button", { name: "Replace gold" }).click();
  await dialog.waitFor({ state: "hidden" });
  await making.getByRole("button", { name: /^Make gold: “شایعه/ }).click();
  await making.getByText("This is the gold of the article now.").first().waitFor();

  // A practice round of what has gold, for somebody new.
  const ana = await workbench.aPerson({ project });
  await making.goto(`${workbench.url}/projects/${project.slug}/rounds/new`);
  await making1("Practice");
  await making.getByLabel("Kind").selectOption("practice");
  await making.getByText("Of what has gold: 2 articles.").waitFor();
  await making.getByText("All have gold").waitFor();
  await pictures(making, "practice form");
  for (const box of await making.getByRole("checkbox", { name: "Ana" }).all()) await box.uncheck();
  await making.getByRole("checkbox", { name: "Ana" }).last().check();
  await making.getByText("2 articles × 1 reviewer = 2 assignments").waitFor();
  await making.getByRole("button", { name: "Make the round" }).click();
  await making.getByRole("heading", { level: 1, name: "Practice" }).waitFor();

  // Whichever of the two got it, the round is hers.
  const reviewers = [ana, expert];
  const seen: Person[] = [];
  for (const person of reviewers) {
    const page = await at(person, "/work");
    await page.getByRole("heading", { level: 1 }).waitFor();
    if ((await page.getByRole("button", { name: "Continue with Practice" }).count()) > 0)
      seen.push(person);
    await page.close();
  }
  expect(seen).toHaveLength(1);
  const [reviewer = ana] = seen;
  expect(reviewer).toBe(ana);

  const page = await reviewer.open(one);
  const source = await (await page.request.get(page.url())).text();
  expect(source).not.toContain('"gold"');
  expect(await page.getByRole("link", { name: "See how it compares" }).isVisible()).toBe(false);
  const early = await at(reviewer, `/projects/${project.slug}/rounds/2/feedback/${one}`);
  await early.getByRole("heading", { name: "Not submitted" }).waitFor();
  expect(await early.content()).not.toContain("Nobody has sold it");
  await early.close();

  await markWords(page, [
    ["The harbour of Lowmere was sold last week", "1"],
    ["Nobody has sold it, the mayor", "2"],
    ["Harbour sold in secret", "1"],
  ]);
  await submitOpen(page);
  await page.screenshot({ path: pictureOf("practice submitted") });
  expect(await barriers(page)).toEqual([]);
  await page.getByRole("link", { name: "See how it compares" }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Span by span" }).waitFor();
  for (const words of ["Agrees", "Other boundaries", "Missing in yours", "Not in gold"]) {
    await page.getByText(words, { exact: true }).waitFor();
  }
  await page.getByText("1 of 3 spans of gold found exactly, 2 at least in part.").waitFor();
  await page.getByRole("cell", { name: "0.33" }).first().waitFor();
  await pictures(page, "feedback");

  const rtl = await reviewer.open(two);
  await markWords(rtl, [
    ["آب شهر مسموم است", "2"],
    ["خبر ساختگی است", "2"],
  ]);
  await submitOpen(rtl);
  await rtl.getByRole("link", { name: "See how it compares" }).click();
  await rtl.getByText("Another label", { exact: true }).waitFor();
  await pictures(rtl, "feedback rtl");

  // From where one's work is, and for whoever looks after the round.
  await page.goto(`${workbench.url}/work`);
  await page.getByText("2 of 2 submitted").waitFor();
  await pictures(page, "practice work");
  await page.getByRole("link", { name: "See how your work compares: Practice" }).click();
  await page.getByRole("heading", { name: "Beside gold" }).waitFor();
  await pictures(page, "practice round");
  await page.getByRole("link", { name: /^See how it compares: Harbour/ }).click();
  await page.getByRole("heading", { name: "Span by span" }).waitFor();
  await making.reload();
  await making.getByRole("heading", { name: "Beside gold" }).waitFor();
  await pictures(making, "practice round admin");
});

test("gold that is mixed in is seen by who looks after the round, and by nobody in it", async () => {
  const admin = await workbench.aPerson({ role: "admin" });
  const { project } = admin;
  const expert = await workbench.aPerson({ project });
  const known = await anArticle(project.id, english);
  for (const n of [1, 2, 3]) await anArticle(project.id, `Plain ${n}\n\nNobody said a word.`);
  const page = await expert.open(known.id);
  await markWords(page, [["Nobody has sold it", "2"]]);
  await submitOpen(page);
  const { annotation_set: set } = await (
    await page.request.get(`${workbench.url}/api/v1/articles/${known.id}`)
  ).json();
  await makeGold(admin.user, set.id, { replace: false });
  const ana = await workbench.aPerson({ project });

  const making = await at(admin, `/projects/${project.slug}/rounds/new`);
  await making.getByLabel("Title").fill("Real work");
  await making.getByLabel("Reviewers of each article").selectOption("1");
  await making.getByLabel("Mixed in with gold, in percent").fill("25");
  await making.getByText(/is new to these reviewers/).waitFor();
  // The expert came before.
  await making.getByRole("checkbox", { name: "Ana", exact: true }).first().uncheck();
  await making.getByText("1 has gold that reviewers do not know of.").waitFor();
  await making.getByText("4 articles × 1 reviewer = 4 assignments").waitFor();
  await making.screenshot({ path: pictureOf("mixed form"), fullPage: true });
  await making.getByRole("button", { name: "Make the round" }).click();
  await making.getByText("25 % with gold, unseen").waitFor();

  const hers = await ana.open(known.id);
  await markWords(hers, [["Nobody has sold it", "2"]]);
  await submitOpen(hers);
  expect(await hers.getByText("See how it compares").count()).toBe(0);
  await hers.goto(`${workbench.url}/projects/${project.slug}/rounds/1`);
  await hers.getByText("1 of 4 submitted").first().waitFor();
  expect(await hers.getByText(/gold/i).count()).toBe(0);

  await making.reload();
  await making.getByRole("region", { name: "Week by week, F1 in part" }).waitFor();
  await pictures(making, "mixed round");
  await making.getByRole("region", { name: "Articles beside gold" }).getByRole("link").click();
  await making.getByText("How the work of").waitFor();
  await making.getByText("Agrees", { exact: true }).waitFor();
});
