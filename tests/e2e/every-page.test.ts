import { globSync } from "node:fs";
import { platform } from "node:os";
import type { BrowserContext, Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { operator, type UserActor } from "@/lib/access/actor";
import { NewRound } from "@/lib/api/rounds";
import type { Guideline } from "@/lib/domain/guideline";
import { database } from "@/lib/store/database";
import { makeGold } from "@/lib/workflow/gold";
import { saveGuidelines } from "@/lib/workflow/guidelines";
import { importFiles } from "@/lib/workflow/importing/index";
import { createRound } from "@/lib/workflow/planning-rounds";
import { annotatePage, aWorkbench, selectWords, untilSaved } from "../setup/annotating";
import { aBrowser, barriers, fontsAreThere } from "../setup/browser";
import { aFile } from "../setup/files";
import { work } from "../setup/rounds";
import { aMember, anArticle, aProject, aUser } from "../setup/world";

/** What is asked of all pages alike, as an admin meets them in a project with a long name. */
const workbench = aWorkbench({
  // Elsewhere fonts are not to be taken away from a browser.
  start: () => aBrowser({ withoutFonts: platform() === "linux" }),
});

const text = "Marovia denies any role\n\nThe plot, he said, was real. Nobody denied a word of it.";

const guidelines: Guideline = {
  blocks: [
    { type: "heading", level: 1, label: "claim", words: [{ text: "Claims" }] },
    { type: "list", items: [{ depth: 0, ordered: false, words: [{ text: "One" }] }] },
    {
      type: "example",
      text: "The plot was real.",
      spans: [{ label: "claim", start: 0, end: 17 }],
    },
  ],
};

let admin: UserActor;
let context: BrowserContext;
let place: { project: string; article: string; import: string; compared: string };

beforeAll(async () => {
  const project = await aProject();
  admin = await aUser({ siteAdmin: true });
  const { pool } = database();
  await pool.query("UPDATE projects SET title = $2 WHERE id = $1", [
    project.id,
    "Elections and referendums of the coastal provinces, 2024 to 2027",
  ]);
  await pool.query("INSERT INTO members (project_id, user_id, role) VALUES ($1, $2, 'admin')", [
    project.id,
    admin.userId,
  ]);
  const record = {
    title: "Marovia denies any role",
    publisher: "Harbour Post",
    published_at: "2026-05-12",
    text,
    spans: [{ label: "denial", start: 0, end: 14 }],
  };
  const { id } = await importFiles(operator, project.slug, {
    format: "jsonl",
    files: [aFile("one.jsonl", JSON.stringify(record))],
  });
  await saveGuidelines(admin, project.slug, { from: 0, content: guidelines, note: "" });
  const { rows } = await pool.query<{ id: string }>(
    "SELECT id FROM articles WHERE project_id = $1",
    [project.id],
  );
  // The first round is of practice, with an article that somebody has compared.
  const practised = await anArticle(
    project.id,
    "Nobody denied a word of it, the harbour master said.",
  );
  const ben = await aMember(project.id);
  await makeGold(admin, await work(await aMember(project.id), practised.id), { replace: false });
  const reviewers = [{ user: admin.userId, languages: ["fa"] }, { user: ben.userId }];
  const round = { title: "The first round", kind: "practice", overlap: 2, reviewers };
  await createRound(admin, project.slug, NewRound.parse(round));
  // Something to read at the bell, by somebody else.
  await createRound(
    operator,
    project.slug,
    NewRound.parse({ title: "The second round", way: "queue", reviewers }),
  );
  await work(ben, practised.id);
  place = {
    project: project.slug,
    article: rows[0]?.id ?? "",
    import: id,
    compared: `${practised.id}?user=${ben.userId}`,
  };
  context = await workbench.signIn(admin);
});

const files = globSync("app/**/page.tsx").sort();

/** How far somebody has come in signing in who meets a page outside the shell; the others are met by nobody known. */
const halfWay: Readonly<Record<string, (user: UserActor) => Promise<unknown>>> = {
  "/second-step": async ({ userId }) => {
    await database().pool.query(
      `INSERT INTO second_factors (id, user_id, kind, name, secret, last_step)
       VALUES (gen_random_uuid(), $1, 'totp', 'App', '', 0)`,
      [userId],
    );
    await database().pool.query("UPDATE sessions SET awaits_factor = true WHERE user_id = $1", [
      userId,
    ]);
  },
  "/second-step/set-up": ({ userId }) =>
    database().pool.query("UPDATE users SET factor_required = true WHERE id = $1", [userId]),
  "/prove": async () => undefined,
};

/** A page outside the shell, as those meet it who have come so far. */
async function aPageOutside(path: string): Promise<Page> {
  const user = await aUser();
  const outside = await workbench.signIn(user);
  const comes = halfWay[path];
  if (comes) await comes(user);
  else await outside.clearCookies();
  return outside.newPage();
}

/** The address of a page's file, with what is there in the places of its parameters. */
function addressOf(file: string): string {
  const path = file
    .replaceAll("\\", "/")
    .replaceAll(/^app|\/\(\w+\)|\/page\.tsx$/g, "")
    .replace("[project]", place.project)
    .replace("feedback/[article]", `feedback/${place.compared}`)
    .replace("adjudication/[article]", `adjudication/${place.compared}`)
    .replace("[article]", place.article)
    .replace("[id]", place.import)
    .replace("[number]", "1")
    .replace("[version]", "1")
    .replace("[token]", "x");
  return `${workbench.url}${path || "/"}`;
}

/** The widths at which the bar changes, and those of a phone and of 1360 pixels at 200 %; high and low. */
const sizes = [320, 390, 639, 640, 680, 767, 768, 820, 1023, 1024, 1360].flatMap((width) => [
  { width, height: 860 },
  { width, height: 430 },
]);

/** What of a page cannot be seen without scrolling sideways, at each size. */
async function cutOff(page: Page): Promise<string[]> {
  const found: string[] = [];
  for (const { width, height } of sizes) {
    await page.setViewportSize({ width, height });
    const cut = await page.evaluate(() =>
      [...document.querySelectorAll(".shell-bar :is(a, button)")].flatMap((element) => {
        const box = element.getBoundingClientRect();
        const around = element.parentElement?.getBoundingClientRect();
        const isSeen =
          box.left >= Math.max(0, around?.left ?? 0) - 1 &&
          box.right <= Math.min(innerWidth, around?.right ?? 0) + 1;
        return isSeen ? [] : [element.textContent];
      }),
    );
    found.push(...cut.map((words) => `${words} at ${width} × ${height}`));
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    if (wide > 0) found.push(`${wide} pixels of the page at ${width} × ${height}`);
    // What scrolls in its own frame shows no bar on a phone: nobody knows of a column that is not seen.
    const tables = await page.evaluate(() =>
      [...document.querySelectorAll("table")]
        .filter(({ parentElement: frame }) => frame && frame.scrollWidth > frame.clientWidth)
        .map(({ parentElement: frame }) => frame?.ariaLabel),
    );
    if (width >= 390) found.push(...tables.map((name) => `${name} at ${width} × ${height}`));
  }
  return found;
}

/**
 * Names that several buttons or fields of a page share: who hears one does not know which it is. What is in a row, an
 * item of a list or a group is told apart by that.
 */
async function sharedNames(page: Page): Promise<string[]> {
  const lines = (await page.locator("body").ariaSnapshot()).split("\n");
  const depthOf = (line: string) => line.search(/\S/);
  let within = Number.POSITIVE_INFINITY;
  const alone = lines.filter((line) => {
    if (depthOf(line) > within) return false;
    within = /^ *- (?:row|listitem|group)\b/.test(line) ? depthOf(line) : Number.POSITIVE_INFINITY;
    return true;
  });
  const heard = alone.join("\n");
  const controls = heard.match(
    /(?<=^ *- )(?:button|textbox|combobox|checkbox|searchbox) "[^"]*"/gm,
  );
  const seen = new Set<string>();
  return (controls ?? []).filter((control) => seen.size === seen.add(control).size);
}

test.for(files)("%s has one heading above all, no barriers, and nothing cut off", async (file) => {
  const address = addressOf(file);
  const { pathname } = new URL(address);
  const page = file.includes("(auth)") ? await aPageOutside(pathname) : await context.newPage();
  await page.goto(address);
  await page.getByRole("heading", { level: 1 }).first().waitFor();
  if (pathname in halfWay) expect(new URL(page.url()).pathname).toBe(pathname);
  expect(await page.getByRole("heading", { level: 1 }).count()).toBe(1);
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    expect({ colorScheme, barriers: await barriers(page) }).toEqual({ colorScheme, barriers: [] });
  }
  expect(await sharedNames(page)).toEqual([]);
  expect(await cutOff(page)).toEqual([]);
  await page.close();
});

test("what the annotate page says itself needs no font of signs", async () => {
  const page = await annotatePage(context, workbench.url, place);
  const fonts: string[] = [];
  page.on("request", (request) => {
    if (/symbols|math/.test(request.url())) fonts.push(request.url());
  });
  await selectWords(page, "The plot");
  await page.keyboard.press("1");
  await selectWords(page, "Nobody denied");
  await page.keyboard.press("2");
  await page.keyboard.press("r");
  await page.keyboard.press("Shift+N");
  await page.getByRole("button", { name: /to .*denies/ }).waitFor();
  await fontsAreThere(page);
  await page.keyboard.press("Enter");
  await untilSaved(page);
  await page.getByRole("heading", { name: "Relations" }).waitFor();
  await fontsAreThere(page);
  await page.keyboard.press("Escape");
  await page.keyboard.press("?");
  await page.getByRole("dialog", { name: "Keys" }).waitFor();
  await fontsAreThere(page);
  expect(fonts).toEqual([]);
});

test("the line over an article runs as its text does", async () => {
  const project = await workbench.aPerson();
  const record = {
    title: "شایعه آب مسموم",
    text: "وزارت بهداشت گفت این خبر ساختگی است.",
    publisher: "Harbour Post",
    published_at: "2026-05-12",
  };
  await importFiles(operator, project.project.slug, {
    format: "jsonl",
    files: [aFile("rtl.jsonl", JSON.stringify(record))],
  });
  const { rows } = await database().pool.query<{ id: string }>(
    "SELECT id FROM articles WHERE project_id = $1",
    [project.project.id],
  );
  const page = await project.open(rows[0]?.id ?? "");
  const publisher = await page.getByText("Harbour Post").boundingBox();
  const words = await page.locator(".article [data-block]").last().boundingBox();
  const end = (box: { x: number; width: number } | null) => (box?.x ?? 0) + (box?.width ?? 0);
  expect(Math.abs(end(publisher) - end(words))).toBeLessThan(2);
});
