import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { operator } from "@/lib/access/actor";
import { changeCues } from "@/lib/workflow/projects";
import { aWorkbench, ownSet, untilSaved } from "../setup/annotating";
import { barriers, pictureOf, settled } from "../setup/browser";
import { anArticle, aProject } from "../setup/world";

/* Going to what matters in an article: cues of reported speech, and whatever one types. */

const workbench = aWorkbench();

const words = [
  "Marovia denies any role",
  "The plot, 😀 he said, was real. Marovia opined otherwise.",
  "به گفتهٔ وزارت بهداشت، این خبر ساختگی است. كتاب را ندیده‌اند.",
  "Nobody knew. According to Élysée aides, the plot thickened.",
].join("\n\n");

async function opened({ text = words, cues = [] as string[] } = {}) {
  const project = await aProject();
  if (cues.length > 0) await changeCues(operator, project.slug, cues);
  const person = await workbench.aPerson({ project });
  const article = await anArticle(project.id, text);
  const page = await person.open(article.id);
  await page.locator(".article[role=document]").focus();
  await page.keyboard.press("Control+Home");
  return { ...person, page, onServer: () => ownSet(person.user, article.id) };
}

const selected = (page: Page) => page.evaluate(() => String(getSelection()));

/** Presses a key, and waits until it has selected these words. */
async function selects(page: Page, key: string, expected: string): Promise<void> {
  await page.keyboard.press(key);
  await expect.poll(() => selected(page)).toBe(expected);
}

const bar = (page: Page) => page.getByRole("search", { name: "Find in the article" });
const field = (page: Page) => bar(page).getByRole("textbox");

async function told(page: Page, expected: string): Promise<void> {
  await expect.poll(() => bar(page).getByRole("status").textContent()).toBe(expected);
}

/** The words that the browser draws over, of a highlight by its name. */
const drawn = (page: Page, name: "hits" | "hit") =>
  page.evaluate((one) => [...(CSS.highlights.get(one) ?? [])].map((range) => String(range)), name);

test("C goes from cue to cue in all languages and to the project's own, and back", async () => {
  const { page, onServer } = await opened({ cues: ["opined"] });
  await selects(page, "c", "denies");
  await selects(page, "c", "said");
  await selects(page, "c", "opined");
  await selects(page, "Shift+C", "said");
  await page.keyboard.press("3");
  await page.keyboard.press("Escape"); // from the field for its source
  await untilSaved(page);
  expect((await onServer()).spans.map(({ label, quote }) => [label, quote])).toEqual([
    ["attribution", "said"],
  ]);
  await selects(page, "c", "opined");
  await selects(page, "c", "According to");
  await page.keyboard.press("c");
  await page.getByText("No cue of reported speech after this.").waitFor();
  expect(await selected(page)).toBe("According to");
});

test("an admin writes a project's own words, one a line, and is told of one that is none", async () => {
  const { page, project } = await opened();
  const admin = await workbench.aPerson({ project, role: "admin" });
  const members = await admin.context.newPage();
  await members.goto(`${workbench.url}/projects/${project.slug}/members`);
  const written = members.getByLabel("Cues of reported speech");
  const save = members.locator("form").filter({ has: written }).getByRole("button");
  await written.fill("opined\n—");
  await save.click();
  await members.getByText("Word 2 has no letter and no digit.").waitFor();
  await written.fill(" opined \n\nopined\nany  role");
  await save.click();
  await members.getByText("Saved: 2 words of the project’s own.").waitFor();
  expect(await written.inputValue()).toBe("opined\nany role");
  await page.reload();
  await page.locator(".article[role=document]").focus();
  await page.keyboard.press("Control+Home");
  await selects(page, "c", "denies");
  await selects(page, "c", "any role");
});

test("in a Persian article the cues are Persian, by its script", async () => {
  const text = "وزارت بهداشت اعلام کرد که خبر ساختگی است.\n\nسخنگو می گوید گفت‌وگو شد.";
  const { page } = await opened({ text });
  await selects(page, "c", "اعلام کرد");
  await selects(page, "c", "می گوید");
});

test("E selects the next sentence without a span, which a digit labels, and says when there is none", async () => {
  const text = "He said so. Nobody knew.\n\nاین خبر ساختگی است. او گفت!";
  const { page, onServer } = await opened({ text });
  await selects(page, "e", "He said so");
  await page.keyboard.press("1");
  await selects(page, "e", "Nobody knew");
  await selects(page, "e", "این خبر ساختگی است");
  await page.keyboard.press("1");
  await selects(page, "e", "او گفت");
  await page.keyboard.press("e");
  await page.getByText("No further sentence without a span.").waitFor();
  await selects(page, "Shift+E", "Nobody knew");
  await untilSaved(page);
  expect((await onServer()).spans.map(({ quote }) => quote)).toEqual([
    "He said so",
    "این خبر ساختگی است",
  ]);
});

test("Ctrl+F finds while one types, Enter goes on and round, and Escape leaves the hit selected", async () => {
  const { page, onServer } = await opened();
  await page.keyboard.press("Control+f");
  await expect.poll(() => field(page).evaluate((one) => one === document.activeElement)).toBe(true);
  await page.keyboard.type("plot");
  await told(page, "1 of 2");
  expect(await drawn(page, "hits")).toEqual(["plot", "plot"]);
  await page.keyboard.press("Enter");
  await told(page, "2 of 2");
  await page.keyboard.press("Enter");
  await told(page, "1 of 2, round from the other end");
  await page.keyboard.press("Shift+Enter");
  await told(page, "2 of 2, round from the other end");
  await page.keyboard.press("F3");
  await page.keyboard.press("Shift+F3");
  await page.keyboard.press("Escape");
  await bar(page).waitFor({ state: "detached" });
  expect(await selected(page)).toBe("plot");
  expect(await drawn(page, "hits")).toEqual([]);
  await page.keyboard.press("1");
  await untilSaved(page);
  const [span] = (await onServer()).spans;
  expect(span?.fragments[0]?.start).toBe([...words].join("").lastIndexOf("plot") - 1);
});

test.for([
  { typed: "كتاب", hit: "كتاب" },
  { typed: "کتاب", hit: "كتاب" },
  { typed: "ندیدهاند", hit: "ندیده‌اند" },
  { typed: "elysee AIDES,", hit: "Élysée aides," },
  { typed: "گفته وزارت", hit: "گفتهٔ وزارت" },
])("“$typed” finds “$hit”", async ({ typed, hit }) => {
  const { page } = await opened();
  await page.keyboard.press("/");
  await bar(page).waitFor();
  await page.keyboard.type(typed);
  await told(page, "1 of 1");
  await page.keyboard.press("Escape");
  await expect.poll(() => selected(page)).toBe(hit);
});

test("what is not there is said, and what is taken away comes back", async () => {
  const { page } = await opened();
  await page.keyboard.press("/");
  await bar(page).waitFor();
  await told(page, "");
  await page.keyboard.type("thickens");
  await told(page, "Not found");
  expect(await drawn(page, "hit")).toEqual([]);
  await page.keyboard.press("Backspace");
  await told(page, "1 of 1");
  await page.keyboard.press("Escape");
  await selects(page, "F3", "thicken".slice(0, 7));
  await expect.poll(() => field(page).inputValue()).toBe("thicken");
});

test("the bar looks for what is selected, and is named, without barriers, in every theme", async () => {
  const { page } = await opened();
  await selects(page, "c", "denies");
  await page.keyboard.press("Control+f");
  await told(page, "1 of 1");
  expect(await field(page).inputValue()).toBe("denies");
  await page.keyboard.press("Control+a");
  await page.keyboard.type("plot");
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    await settled(page);
    expect(await barriers(page)).toEqual([]);
    await page.screenshot({ path: pictureOf(`find ${colorScheme}`) });
  }
  await page.setViewportSize({ width: 390, height: 780 });
  await settled(page);
  await page.screenshot({ path: pictureOf("find phone") });
  expect(await barriers(page)).toEqual([]);
});

test("on a text of a million characters each key is answered at once, and the hits in view are drawn", async () => {
  const paragraph =
    "The spokesman denied it, and nobody else said a word of what was alleged. ".repeat(7);
  const text = Array.from({ length: 1900 }, (_, n) => `${n}. ${paragraph}`).join("\n\n");
  const { page } = await opened({ text });
  await page.keyboard.press("/");
  await bar(page).waitFor();
  await page.keyboard.type("1899. the");
  await told(page, "1 of 1");
  await expect.poll(() => drawn(page, "hit")).toEqual(["1899. The"]);
  const box = await page.evaluate(() => {
    const [hit] = CSS.highlights.get("hit") ?? [];
    const { top = 0, bottom = 0 } = hit instanceof Range ? hit.getBoundingClientRect() : {};
    return { top, bottom, height: innerHeight };
  });
  expect(box.top).toBeGreaterThan(0);
  expect(box.bottom).toBeLessThan(box.height);
});
