import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import type { UserActor } from "@/lib/access/actor";
import { database } from "@/lib/store/database";
import { aWorkbench } from "../setup/annotating";
import { barriers, pictureOf, settled } from "../setup/browser";
import { aRound, aTeam, gold, type Marked, markAndSubmit } from "../setup/rounds";
import { aMember } from "../setup/world";

const workbench = aWorkbench();

/** What four people mark of "Article n of p-…. They denied it.", more alike in the second round. */
function markedBy(reviewer: number, article: number): Marked[] {
  const later = article >= 8;
  if (!later && (reviewer + article) % 5 === 4) return [];
  return [
    ["claim", 0, later ? 9 : 7 + ((reviewer * 2 + article) % 4), { certainty: "certain" }],
    reviewer !== 2 || later ? ["denial", 29, 40] : ["attribution", 29, 33],
  ];
}

/** A project with two rounds, of which one has hidden gold, and reviewers with names in several scripts. */
async function aProjectCompared() {
  const world = await aTeam({ reviewers: 4, articles: 14 });
  const { project, admin, team, articles } = world;
  const { pool } = database();
  const names = ["Ana Lindqvist", "مریم کاظمی", "Omid R.", "Екатерина Великопольская-Новосёлова"];
  for (const [at, { userId }] of team.entries()) {
    await pool.query("UPDATE users SET name = $2 WHERE id = $1", [userId, names[at]]);
  }
  await pool.query("UPDATE projects SET title = $2 WHERE id = $1", [project.id, "شایعات انتخابات"]);
  const expert = await aMember(project.id);
  for (const article of articles.slice(0, 4)) {
    const set = await markAndSubmit(expert, article, [
      ["claim", 0, 9],
      ["denial", 29, 40],
    ]);
    await gold(admin, set.id);
  }
  // What the expert made was for gold alone.
  await pool.query(
    "UPDATE annotation_sets SET submitted_at = NULL WHERE project_id = $1 AND kind = 'reviewer'",
    [project.id],
  );
  await aRound(world, { title: "Pilot", overlap: 3, order: "random", gold_percent: 30 });
  for (const [place, article] of articles.entries()) {
    for (const [at, reviewer] of team.entries()) {
      if ((place + at) % 4 === 3) continue;
      await markAndSubmit(reviewer, article, markedBy(at, place));
    }
  }
  await aRound(world, { title: "Second", overlap: 4 });
  for (const article of articles.slice(8)) {
    for (const reviewer of team) await markAndSubmit(reviewer, article, markedBy(0, 9));
  }
  await pool.query(
    `UPDATE gold_scores SET scored_at = scored_at - (hashtext(assignment_id::text)::bigint & 3) * interval '1 week'
     WHERE project_id = $1`,
    [project.id],
  );
  return world;
}

/** What a button has the browser save. */
async function savedBy(page: Page, name: string): Promise<string> {
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name, exact: true }).click(),
  ]);
  return readFile(await download.path(), "utf8");
}

test("a report is made, read, followed to the passages behind it, and saved", async () => {
  const { project, admin } = await aProjectCompared();
  const context = await workbench.signIn(admin);
  const page = await context.newPage();
  const sent: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") sent.push(message.text());
  });
  await page.goto(`${workbench.url}/projects/${project.slug}/dashboard`);
  await page.getByRole("link", { name: "Agreement" }).first().click();
  await page.getByRole("heading", { level: 1, name: "Agreement" }).waitFor();
  await page.getByText("No report yet").waitFor();
  await page.screenshot({ path: pictureOf("agreement-none") });
  expect(await barriers(page)).toEqual([]);
  await page.getByRole("button", { name: "Make the report" }).click();
  await page.getByRole("heading", { name: "How far they agree" }).waitFor({ timeout: 30_000 });
  await settled(page);
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width: 1360, height: 860 });
    await page.screenshot({ path: pictureOf(`agreement-${colorScheme}`), fullPage: true });
    expect(await barriers(page)).toEqual([]);
    await page.setViewportSize({ width: 390, height: 844 });
    await page.screenshot({ path: pictureOf(`agreement-phone-${colorScheme}`), fullPage: true });
  }
  await page.emulateMedia({ colorScheme: "light" });
  await page.setViewportSize({ width: 1360, height: 860 });

  // A number of the matrix leads to as many passages.
  await page.getByRole("link", { name: /places: denial to one, nothing to another/ }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("region", { name: "One: denial, another: nothing" }).waitFor();
  await settled(page);
  await page.screenshot({ path: pictureOf("agreement-passages"), fullPage: true });
  const cell = page.getByRole("link", { name: /places: denial to one, nothing to another/ });
  const count = Number(/^[\d,]+/.exec((await cell.getAttribute("aria-label")) ?? "")?.[0]);
  expect(await page.locator("#passages li").count()).toBe(Math.min(count, 20));
  for (const summary of await page.locator("summary").all()) {
    await summary.focus();
    await page.keyboard.press("Enter");
  }
  expect(await barriers(page)).toEqual([]);
  await page.evaluate(() => document.documentElement.setAttribute("dir", "rtl"));
  await page.screenshot({ path: pictureOf("agreement-rtl"), fullPage: true });
  await page.evaluate(() => document.documentElement.removeAttribute("dir"));

  // What is saved stands alone, and is no formula.
  const svg = await savedBy(page, "Pairs of reviewers as SVG");
  expect(svg).toContain('xmlns="http://www.w3.org/2000/svg"');
  expect(svg).toMatch(/fill="rgb\(/);
  expect(svg).toMatch(/font-family="[^"]*Source Sans/);
  expect(svg).not.toMatch(/class=|var\(|href=/);
  const csv = await savedBy(page, "Pairs of reviewers as CSV");
  expect(csv.split("\r\n")[0]).toContain("One,Other,Articles,Krippendorff α");
  expect(csv).toContain("Ana Lindqvist,مریم کاظمی");

  await page.getByRole("button", { name: /^Work γ out/ }).click();
  await page.getByText("the mean of").waitFor({ timeout: 60_000 });
  await page.screenshot({ path: pictureOf("agreement-gamma") });
  expect(sent).toEqual([]);
});

test("a report of one round says when it is out of date, and reviewers have none", async () => {
  const world = await aTeam({ reviewers: 3, articles: 2 });
  const { project, admin, articles } = world;
  const [ana, ben, eva] = world.team as [UserActor, UserActor, UserActor];
  await aRound(world, { overlap: 3 });
  for (const who of [ana, ben]) await markAndSubmit(who, articles[0] ?? "", [["claim", 0, 7]]);
  const context = await workbench.signIn(admin);
  const page = await context.newPage();
  await page.goto(`${workbench.url}/projects/${project.slug}/rounds/1`);
  await page.getByRole("main").getByRole("link", { name: "Agreement" }).click();
  await page.getByRole("button", { name: "Make the report" }).click();
  await page.getByText("Nothing has been submitted, taken back or changed since").waitFor();
  expect(page.url()).toContain("round=1");
  await markAndSubmit(eva, articles[0] ?? "", [["denial", 0, 7]]);
  await page.reload();
  await page.getByText("1 set was submitted since").waitFor();
  await page.screenshot({ path: pictureOf("agreement-old") });
  await page.getByRole("button", { name: "Make it anew" }).click();
  await page.getByText("Nothing has been submitted, taken back or changed since").waitFor();
  // By hand: three of one word say claim, claim, denial, of the other words nothing. Strictly alike are one pair of
  // three: F1 = 2·1 / (2·3) = 0.33.
  await page.getByText("0.33").first().waitFor();

  const theirs = await (await workbench.signIn(ana)).newPage();
  await theirs.goto(`${workbench.url}/projects/${project.slug}/agreement`);
  await theirs
    .getByText("There is nothing here")
    .or(theirs.getByText(/not found/i))
    .first()
    .waitFor();
  expect(await theirs.getByRole("link", { name: "Agreement" }).count()).toBe(0);
});
