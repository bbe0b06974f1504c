import { expect, test } from "vitest";
import type { UserActor } from "@/lib/access/actor";
import { database } from "@/lib/store/database";
import { setAside, submit } from "@/lib/workflow/annotating";
import { annotatePage, aWorkbench } from "../setup/annotating";
import { barriers, pictureOf, settled } from "../setup/browser";
import { aRound, aTeam, mark } from "../setup/rounds";

const workbench = aWorkbench();

/** A project that has been worked on for three weeks, with names in two scripts. */
async function aProjectAtWork() {
  const team = await aTeam({ reviewers: 4, articles: 40 });
  const { pool } = database();
  const names = ["Ana Lindqvist", "مریم کاظمی", "Omid R.", "Екатерина Великопольская-Новосёлова"];
  for (const [at, { userId }] of team.team.entries()) {
    await pool.query("UPDATE users SET name = $2 WHERE id = $1", [userId, names[at]]);
  }
  await pool.query("UPDATE projects SET title = $2 WHERE id = $1", [
    team.project.id,
    "شایعات انتخابات",
  ]);
  await aRound(team, { overlap: 2 });
  for (const [place, article] of team.articles.slice(0, 28).entries()) {
    for (const reviewer of [0, 1]) {
      if (reviewer === 1 && place % 2 === 1) continue;
      const actor = team.team[(place + reviewer) % 4] as UserActor;
      const end = 7 + ((place + reviewer) % 3);
      const { id, revision } = await mark(actor, article, [
        ["claim", 0, end],
        ["denial", 12, 20 + (place % 4)],
        ["attribution", 0, 3],
      ]);
      if (place === 26) await setAside(actor, id, { skip_reason: "Too long." });
      else if (place < 26) await submit(actor, id, { revision });
    }
  }
  const when = (column: string) =>
    `${column} - (hashtext(s.article_id::text)::bigint & 1023) % 20 * interval '1 day'`;
  await pool.query(
    `UPDATE annotation_sets s SET submitted_at = ${when("submitted_at")} WHERE project_id = $1 AND submitted_at IS NOT NULL`,
    [team.project.id],
  );
  await pool.query(
    `UPDATE agreements g SET compared_at = ${when("compared_at")} FROM annotation_sets s
     WHERE s.version_id = g.version_id AND g.project_id = $1`,
    [team.project.id],
  );
  await pool.query(
    `INSERT INTO active_times SELECT id, gen_random_uuid(), project_id, 200 + (hashtext(id::text)::bigint & 511), now()
     FROM annotation_sets WHERE project_id = $1`,
    [team.project.id],
  );
  return team;
}

test("every number of the dashboard leads to as many articles", async () => {
  const { project, admin } = await aProjectAtWork();
  const context = await workbench.signIn(admin);
  const page = await context.newPage();
  const sent: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") sent.push(message.text());
  });
  await page.goto(`${workbench.url}/projects/${project.slug}/dashboard`);
  await page.getByRole("heading", { level: 1, name: "Dashboard" }).waitFor();
  await settled(page);
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width: 1360, height: 860 });
    await page.screenshot({ path: pictureOf(`dashboard-${colorScheme}`), fullPage: true });
    await page.setViewportSize({ width: 390, height: 844 });
    await page.screenshot({ path: pictureOf(`dashboard-phone-${colorScheme}`), fullPage: true });
  }
  await page.setViewportSize({ width: 1360, height: 860 });
  // What is folded is reached by keys, and has no barriers either.
  for (const summary of await page.locator("summary").all()) {
    await summary.focus();
    await page.keyboard.press("Enter");
  }
  expect(await barriers(page)).toEqual([]);
  await page.screenshot({ path: pictureOf("dashboard-unfolded"), fullPage: true });
  const counts = page.locator("main :is(dd, td, li) a:not(svg a)");
  const links = await counts.evaluateAll((found) =>
    found.map((link) => ({
      href: (link as HTMLAnchorElement).href,
      count: Number(link.textContent.replaceAll(",", "")),
      // Spans are more than the articles that have them.
      isExact: !/span/.test(link.ariaLabel ?? ""),
    })),
  );
  const leading = links.filter(({ count }) => Number.isFinite(count)); // not the names of labels
  expect(leading.length).toBeGreaterThan(40);
  const wrong: object[] = [];
  for (const link of leading) {
    const { search } = new URL(link.href);
    const answer = await context.request.get(
      `${workbench.url}/api/v1/projects/${project.slug}/articles${search}`,
    );
    const { count } = await answer.json();
    if (link.isExact ? count !== link.count : count > link.count)
      wrong.push({ ...link, is: count });
  }
  expect(wrong).toEqual([]);
  await page
    .getByRole("link", { name: /submitted, Ana Lindqvist/ })
    .first()
    .click();
  await page.getByText("Work of Ana Lindqvist").waitFor();
  await page.screenshot({ path: pictureOf("dashboard-list") });
  await page.getByRole("button", { name: "Back to my own view" }).click();
  await page.getByText("Work of Ana Lindqvist").waitFor({ state: "hidden" });
  await page.goBack();
  await page.getByText("Work of Ana Lindqvist").waitFor();
  expect(sent).toEqual([]);
});

test("of an empty project the dashboard says so, and reviewers are not offered it", async () => {
  const { project, context } = await workbench.aPerson({ role: "curator" });
  const page = await context.newPage();
  await page.goto(`${workbench.url}/projects/${project.slug}/dashboard`);
  await page.getByText("No articles yet").waitFor();
  await page.screenshot({ path: pictureOf("dashboard-empty") });
  const reviewer = await workbench.aPerson({ project });
  const theirs = await reviewer.context.newPage();
  await theirs.goto(`${workbench.url}/projects/${project.slug}/articles`);
  await theirs.getByRole("heading", { level: 1 }).first().waitFor();
  expect(await theirs.getByRole("link", { name: "Dashboard" }).count()).toBe(0);
  const answer = await theirs.goto(`${workbench.url}/projects/${project.slug}/dashboard`);
  expect(answer?.status()).not.toBe(200);
});

test("acts on an article are counted, told as the page is left, and kept over an outage", async () => {
  const { project, articles, team } = await aTeam({ articles: 1 });
  const reviewer = team[0] as UserActor;
  const context = await workbench.signIn(reviewer);
  const seconds = async () => {
    const { rows } = await database().pool.query(
      "SELECT coalesce(sum(seconds), 0)::int AS seconds FROM active_times WHERE project_id = $1",
      [project.id],
    );
    return rows[0].seconds;
  };
  const place = { project: project.slug, article: articles[0] ?? "" };
  const page = await annotatePage(context, workbench.url, place);
  await database().pool.query(
    "UPDATE annotation_sets SET created_at = now() - interval '1 day' WHERE project_id = $1",
    [project.id],
  );
  const keep = (at: typeof page) =>
    at.evaluate(() =>
      Object.keys(localStorage).filter((name) => name.startsWith("gainsay:active")),
    );
  await page.clock.install();
  await page.reload();
  await page.locator(".article[role=document]").waitFor();
  const move = async () => {
    await page.mouse.move(300 + Math.random() * 50, 300);
    await page.keyboard.press("Shift");
  };
  await move();
  await expect
    .poll(async () => {
      await page.clock.runFor(2000);
      await move();
      return (await keep(page)).length;
    })
    .toBe(1);
  await page.clock.runFor(20_000);
  await move();
  await context.setOffline(true);
  await page.clock.runFor(20_000);
  await move();
  expect(await seconds()).toBeLessThan(20);
  await context.setOffline(false);
  await page.goto(`${workbench.url}/projects`);
  await expect.poll(seconds).toBeGreaterThanOrEqual(40);
  expect(await seconds()).toBeLessThan(40 + 200);
  // What the page could not hear any more is told once more with the next article, and counts once.
  const before = await seconds();
  await annotatePage(context, workbench.url, place);
  expect(await seconds()).toBe(before);
});
