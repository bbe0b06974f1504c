import { expect, test } from "vitest";
import { database } from "@/lib/store/database";
import { aWorkbench } from "../setup/annotating";
import { barriers, pictureOf, settled } from "../setup/browser";
import { aTeam, type Marked, markAndSubmit } from "../setup/rounds";

const workbench = aWorkbench();

/** What four people mark of "Article n of p-…. They denied it.", more alike in the second round. */
function markedBy(reviewer: number, article: number): Marked[] {
  const later = article >= 8;
  if (!later && (reviewer + article) % 5 === 4) return [];
  const spans: Marked[] = [
    ["claim", 0, later ? 9 : 7 + ((reviewer * 2 + article) % 4), { certainty: "certain" }],
  ];
  if (reviewer !== 2 || later) spans.push(["denial", 29, 40]);
  else spans.push(["attribution", 29, 33]);
  return spans;
}

/** A project with two rounds, and reviewers with names in several scripts. */
async function aProjectCompared() {
  const team = await aTeam({ reviewers: 4, articles: 14 });
  const { pool } = database();
  const names = ["Ana Lindqvist", "مریم کاظمی", "Omid R.", "Екатерина Великопольская-Новосёлова"];
  for (const [at, { userId }] of team.team.entries()) {
    await pool.query("UPDATE users SET name = $2 WHERE id = $1", [userId, names[at]]);
  }
  await pool.query("UPDATE projects SET title = $2 WHERE id = $1", [
    team.project.id,
    "شایعات انتخابات",
  ]);
  return team;
}

test("a report is made, read, followed to the passages behind it, and saved", async () => {
  const { project, admin, team, articles } = await aProjectCompared();
  for (const [place, article] of articles.entries()) {
    for (const [at, reviewer] of team.entries()) {
      if ((place + at) % 4 === 3) continue;
      await markAndSubmit(reviewer, article, markedBy(at, place));
    }
  }
  const context = await workbench.signIn(admin);
  const page = await context.newPage();
  const sent: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") sent.push(message.text());
  });
  const here = `${workbench.url}/projects/${project.slug}/agreement`;
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
  for (const summary of await page.locator("summary").all()) {
    await summary.focus();
    await page.keyboard.press("Enter");
  }
  expect(await barriers(page)).toEqual([]);
  await page.evaluate(() => document.documentElement.setAttribute("dir", "rtl"));
  await page.screenshot({ path: pictureOf("agreement-rtl"), fullPage: true });
  expect(sent).toEqual([]);
});
