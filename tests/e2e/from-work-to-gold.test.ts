import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import type { UserActor } from "@/lib/access/actor";
import type { KeptAgreement } from "@/lib/api/agreement";
import type { AgreementReport } from "@/lib/domain/agreement/report-schemas";
import { database } from "@/lib/store/database";
import { guidelinesOf } from "@/lib/workflow/guidelines";
import { loadSeeds } from "@/lib/workflow/seeding";
import { nodeArgumentsOf } from "@/scripts/launch.mjs";
import { aWorkbench, untilSaved } from "../setup/annotating";
import { barriers, pictureOf } from "../setup/browser";
import { apiClient, aToken } from "../setup/client";
import { type Marked, markAndSubmit, opened } from "../setup/rounds";
import { aMember } from "../setup/world";

const workbench = aWorkbench();
const command = await nodeArgumentsOf("lib/cli/main.ts", { joined: true });

/** What three reviewers mark in "Leaked ballot file was a forgery, election office says; Marovia denies any role". */
const readings: readonly (readonly Marked[])[] = [
  [
    ["claim", 0, 32],
    ["denial", 56, 79],
  ],
  [
    ["claim", 0, 32],
    ["claim", 56, 79],
  ],
  [
    ["claim", 0, 18],
    ["attribution", 34, 54],
  ],
];

/**
 * Krippendorff's α by the coincidence matrix, character by character, as his paper of 2011 goes through it by hand.
 *
 * @param length in code points
 */
function alphaByHand(length: number): number {
  const of = (spans: readonly Marked[], at: number) =>
    spans.find(([, start, end]) => start <= at && at < end)?.[0] ?? "nothing";
  const given = new Map<string, number>();
  let disagreeing = 0;
  for (let at = 0; at < length; at += 1) {
    const said = readings.map((spans) => of(spans, at));
    said.forEach((one, a) => {
      given.set(one, (given.get(one) ?? 0) + 1);
      said.forEach((other, b) => {
        if (a !== b && one !== other) disagreeing += 1 / (said.length - 1);
      });
    });
  }
  const n = length * readings.length;
  const alike = [...given.values()].reduce((sum, count) => sum + count * (count - 1), 0);
  return 1 - disagreeing / n / (1 - alike / (n * (n - 1)));
}

const figureOf = ({ measures }: Pick<AgreementReport, "measures">, wanted: string) =>
  measures.find(({ name }) => name === wanted)?.value ?? Number.NaN;

test("from three reviewers' work to gold: how far they agree, a curator's keys, a dataset, an answer and a line of the guidelines", async () => {
  await loadSeeds();
  const { pool } = database();
  const { rows } = await pool.query<{ id: string; slug: string; article: string; title: string }>(
    `SELECT p.id, p.slug, a.id AS article, a.title FROM projects p JOIN articles a ON a.project_id = p.id
     WHERE a.title LIKE 'Leaked ballot file%'`,
  );
  const [project] = rows;
  if (!project) return expect.unreachable("There are samples.");
  // Where this is tried again, the try before has left its work.
  await pool.query("DELETE FROM annotation_sets WHERE kind IN ('reviewer', 'gold')");
  const curator = { ...(await aMember(project.id, "curator")), name: "Kirsten Curator" };
  await pool.query("UPDATE users SET name = $2 WHERE id = $1", [curator.userId, curator.name]);
  const names = ["Ruth Okafor", "مریم کاظمی", "Omar Haddad"];
  const team: UserActor[] = [];
  for (const name of names) {
    const user = await aMember(project.id);
    await pool.query("UPDATE users SET name = $2 WHERE id = $1", [user.userId, name]);
    team.push({ ...user, name });
  }
  for (const [at, reviewer] of team.entries()) {
    await markAndSubmit(reviewer, project.article, readings[at] ?? []);
  }
  const [first, , third] = team;
  if (!first || !third) return expect.unreachable("There are three.");
  const { text } = await opened(first, project.article);

  // How far they agree: by the API, by the command line, and on the page.
  const ask = apiClient(workbench.url, await aToken(curator));
  const here = `/projects/${project.slug}`;
  const kept = async (): Promise<KeptAgreement> => {
    const { status, body } = await ask(`${here}/agreement?unit=character`);
    expect([200, 202]).toContain(status);
    return body as KeptAgreement;
  };
  await ask(`${here}/agreement`, { method: "POST", body: { unit: "character" } });
  await expect.poll(async () => (await kept()).state, { timeout: 30_000 }).toBe("done");
  const { report } = await kept();
  if (!report) return expect.unreachable("It is done.");
  expect(report).toMatchObject({ articles: 1, articles_of_one: 0, not_annotated: 0 });
  // Pairs 1-2, 1-3, 2-3: of two spans each, one is the same in label and words, none, none.
  expect(figureOf(report, "f1_strict")).toBeCloseTo((2 * 1) / 12, 10);
  // Two have the same words whatever the label; then none, none.
  expect(figureOf(report, "f1_exact")).toBeCloseTo((2 * 2) / 12, 10);
  // And what overlaps counts half: two, a half, a half.
  expect(figureOf(report, "f1_partial")).toBeCloseTo((2 * 3) / 12, 10);
  expect(figureOf(report, "krippendorff_alpha")).toBeCloseTo(alphaByHand(text.length), 10);
  const asked = ["agreement", "--project", project.slug, "--unit", "character", "--json"];
  const { stdout } = await promisify(execFile)(process.execPath, [...command, ...asked], {
    env: { ...process.env, DATABASE_URL: process.env.DATABASE_URL ?? "" },
  });
  const told = JSON.parse(stdout);
  expect(told.report ?? told).toEqual(report);

  const context = await workbench.signIn(curator);
  const page = await context.newPage();
  await page.goto(`${workbench.url}${here}/agreement?unit=character`);
  await page.getByRole("heading", { name: "How far they agree" }).waitFor();
  await page.getByText(figureOf(report, "f1_strict").toFixed(2)).first().waitFor();
  await page.getByText(alphaByHand(text.length).toFixed(2)).first().waitFor();

  // A curator settles it by keys alone. The claim of two stands; what the third has instead, and two more, wait.
  await page.goto(`${workbench.url}${here}/adjudication/${project.article}`);
  await page.locator(".desk .article[role=document]").waitFor();
  const left = (words: string) => page.locator(".desk").getByText(words).first().waitFor();
  await left("3 of 3 disputes left");
  await page.keyboard.press("a");
  await left("2 of 3 disputes left");
  await page.keyboard.press("x");
  await left("1 of 3 disputes left");
  await page.screenshot({ path: pictureOf("gold dispute") });
  await page.keyboard.press("g");
  const dialog = page.getByRole("dialog", { name: "Amend the guideline" });
  await dialog.getByLabel("The line").waitFor();
  await page.keyboard.type("A headline that says that somebody denies it is a denial, too.");
  await dialog.getByRole("button", { name: "Add the line" }).press("Enter");
  await dialog.getByText("of the guidelines has the line").waitFor();
  await page.keyboard.press("Escape");
  await page.keyboard.press("1");
  await left("All 3 decided");
  await untilSaved(page);
  await page.keyboard.press("Control+Enter");
  await page.getByRole("button", { name: "Open again" }).waitFor();
  expect(await barriers(page)).toEqual([]);
  const { current } = await guidelinesOf(curator, project.slug);
  expect(JSON.stringify(current?.content)).toContain("A headline that says that somebody denies");

  // The gold of it as a dataset, in which nobody is named.
  const exported = await fetch(`${workbench.url}/api/v1${here}/export?format=jsonl&layer=gold`, {
    headers: { Authorization: `Bearer ${await aToken(curator)}` },
  });
  const lines = (await exported.text()).trimEnd().split("\n");
  const line = lines.find((of) => of.includes(project.article)) ?? "";
  const record = JSON.parse(line);
  expect(record).toMatchObject({ layer: "gold", sets: [{ kind: "gold" }] });
  expect(
    record.spans.map(
      ({ label, text: words }: { label: string; text: string }) => `${label}: ${words}`,
    ),
  ).toEqual(["claim: Leaked ballot file was a forgery", "denial: Marovia denies any role"]);
  for (const { name, userId, email } of [curator, ...team]) {
    for (const known of [name, userId, email]) expect(lines.join()).not.toContain(known);
  }

  // The third sees how theirs was decided, and answers; the curator reads it.
  const theirs = await workbench.signIn(third);
  const own = await theirs.newPage();
  await own.goto(`${workbench.url}${here}/articles/${project.article}/decisions`);
  await own.getByText("2 spans").first().waitFor();
  const answer = "It is the office that says so.";
  await own
    .getByRole("button", { name: /^Answer/ })
    .last()
    .click();
  await own.keyboard.type(answer);
  const sent = own.waitForResponse((response) => response.url().endsWith("/comments"));
  await own.getByRole("button", { name: "Send" }).click();
  expect((await sent).status()).toBe(201);
  await own.getByText(answer).waitFor();
  expect(await own.content()).not.toContain(first.name);
  await theirs.close();
  const { body } = await ask(`/articles/${project.article}/adjudication`);
  expect(JSON.stringify(body)).toContain(answer);
  const inbox = await ask("/notifications");
  expect(JSON.stringify(inbox.body)).toContain(project.title);
  await context.close();
});
