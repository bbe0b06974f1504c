import { writeFile } from "node:fs/promises";
import type { BrowserContext, Page } from "playwright-core";
import { expect, test } from "vitest";
import type { UserActor } from "@/lib/access/actor";
import type { Guideline } from "@/lib/domain/guideline";
import { database } from "@/lib/store/database";
import { adjudicationOf, changeAdjudication } from "@/lib/workflow/adjudicating";
import { guidelinesOf, saveGuidelines } from "@/lib/workflow/guidelines";
import { aWorkbench, selectWords, untilSaved } from "../setup/annotating";
import { barriers, pictureOf } from "../setup/browser";
import { aRound, type Marked, markAndSubmit } from "../setup/rounds";
import { aMember, anArticle, aProject } from "../setup/world";

/** Curators settle into gold what reviewers disagree on, and reviewers see how it was decided. */
const workbench = aWorkbench();

const sentence = "The harbour master said the plot was real and nobody saw it.";

/** What three reviewers make of the nth sentence, beginning at an offset: every third they agree on. */
function readings(nth: number, at: number): readonly Marked[] {
  const claim = (start: number, end: number): Marked => ["claim", at + start, at + end];
  switch (nth % 3) {
    case 0:
      return [claim(24, 41), claim(24, 41), claim(24, 41)];
    case 1: // other boundaries
      return [claim(24, 41), claim(28, 41), claim(24, 59)];
    default: // another label, and one who marked something else
      return [claim(24, 41), ["denial", at + 24, at + 41], claim(46, 59)];
  }
}

type Team = {
  readonly project: { readonly id: string; readonly slug: string };
  readonly curator: UserActor;
  readonly reviewers: readonly UserActor[];
};

async function aTeam(): Promise<Team> {
  const project = await aProject();
  const curator = await aMember(project.id, "curator");
  const reviewers: UserActor[] = [];
  for (const name of ["Reviewer Ruth", "Reviewer Omar", "Reviewer Lena"]) {
    const user = await aMember(project.id);
    await database().pool.query("UPDATE users SET name = $2 WHERE id = $1", [user.userId, name]);
    reviewers.push({ ...user, name });
  }
  return { project, curator, reviewers };
}

/** An article of some sentences that three reviewers have submitted. */
async function submitted({ project, reviewers }: Team, sentences: number): Promise<string> {
  const text = Array.from({ length: sentences }, () => sentence).join("\n\n");
  const { id } = await anArticle(project.id, text);
  for (const [at, reviewer] of reviewers.entries()) {
    const spans = Array.from({ length: sentences }, (_, nth) => {
      return readings(nth, nth * (sentence.length + 2))[at];
    });
    await markAndSubmit(
      reviewer,
      id,
      spans.filter((span) => span !== undefined),
    );
  }
  return id;
}

/** The desk of an article, ready for keys. */
async function desk(context: BrowserContext, { project }: Team, article: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`${workbench.url}/projects/${project.slug}/adjudication/${article}`);
  await page.locator(".desk .article[role=document]").waitFor();
  return page;
}

const progress = (page: Page, words: string) => page.locator(".desk").getByText(words).first();

async function goldOf({ curator }: Team, article: string) {
  const { gold } = await adjudicationOf(curator, article);
  if (!gold) throw new Error("Nobody has begun.");
  const spans = gold.spans.map(({ label, quote }) => `${label}: ${quote}`);
  return { ...gold, decisions: gold.decisions ?? [], words: spans };
}

test("a curator settles an article of three reviewers by keys alone, one for a dispute", async () => {
  const team = await aTeam();
  const article = await submitted(team, 20);
  const context = await workbench.signIn(team.curator);
  const page = await desk(context, team, article);
  // Of 20 sentences 7 are agreed on; the third kind has two passages in dispute.
  await progress(page, "19 of 19 disputes left").waitFor();
  expect(await barriers(page)).toEqual([]);
  let keys = 0;
  const press = async (key: string) => {
    keys += 1;
    await page.keyboard.press(key);
  };
  // The words in hand are cut differently; then a label is another; then somebody is alone.
  const plan = ["2", "1", "x", "m", "2", "a", "3", "1", "3", "1", "1", "x"];
  for (let left = 19; left > 0; left -= 1) {
    await progress(page, `${left} of 19 disputes left`).waitFor();
    await press(plan[19 - left] ?? "a");
  }
  await progress(page, "All 19 decided").waitFor();
  await press("Control+Enter");
  await page.getByRole("button", { name: "Open again" }).waitFor();
  expect(keys).toBe(19 + 1);
  const { words, submitted_at: settled, decisions } = await goldOf(team, article);
  expect(settled).not.toBeNull();
  expect(words.slice(0, 4)).toEqual([
    "claim: the plot was real",
    "claim: plot was real",
    "claim: the plot was real",
    "claim: the plot was real",
  ]);
  expect(decisions.filter(({ outcome }) => outcome === "agreed").length).toBe(7);
  expect(new Set(decisions.flatMap(({ sources }) => sources.map(({ span }) => span))).size).toBe(
    60,
  );
  expect(await barriers(page)).toEqual([]);
  await context.close();
});

test("what is decided is undone, taken up again, changed, and opened again once settled", async () => {
  const team = await aTeam();
  const article = await submitted(team, 3);
  const context = await workbench.signIn(team.curator);
  const page = await desk(context, team, article);
  await progress(page, "3 of 3 disputes left").waitFor();
  await page.keyboard.press("1");
  await page.getByText("Accepted claim “the plot was real” (Reviewer Ruth)").first().waitFor();
  await progress(page, "2 of 3 disputes left").waitFor();
  await page.keyboard.press("u");
  await progress(page, "3 of 3 disputes left").waitFor();
  await page.keyboard.press("Control+y");
  await progress(page, "2 of 3 disputes left").waitFor();
  // Edited: the span's end goes one word on.
  await page.keyboard.press("e");
  await page.getByRole("region", { name: "Selected span of gold" }).waitFor();
  await page.keyboard.press("Shift+BracketRight");
  await untilSaved(page);
  expect((await goldOf(team, article)).words).toContain("claim: the plot was real and");
  await page.keyboard.press("n");
  // An own one, of the words that are selected.
  await selectWords(page, "nobody saw");
  await page.keyboard.press("o");
  await page.getByRole("combobox", { name: "Choose a label" }).waitFor();
  await page.keyboard.type("denial");
  await page.keyboard.press("Enter");
  await page
    .getByText(/denial “nobody saw”/)
    .first()
    .waitFor();
  await untilSaved(page);
  expect((await goldOf(team, article)).words).toContain("denial: nobody saw");
  while (!(await progress(page, "All 3 decided").isVisible())) {
    await page.keyboard.press("a");
    await untilSaved(page);
  }
  await page.keyboard.press("Control+Enter");
  await page.getByRole("button", { name: "Open again" }).click();
  await page.getByRole("button", { name: /^Settle/ }).waitFor();
  await page.keyboard.press("Shift+P");
  await page.keyboard.press("b");
  await progress(page, "1 of 3 disputes left").waitFor();
  await untilSaved(page);
  expect((await goldOf(team, article)).submitted_at).toBeNull();
  await context.close();
});

test("an article is settled with disputes left once that is said, and goes on saying so", async () => {
  const team = await aTeam();
  const article = await submitted(team, 3);
  const context = await workbench.signIn(team.curator);
  const page = await desk(context, team, article);
  await progress(page, "3 of 3 disputes left").waitFor();
  await page.keyboard.press("1");
  await progress(page, "2 of 3 disputes left").waitFor();
  await page.keyboard.press("Control+Enter");
  const dialog = page.getByRole("dialog", { name: "2 disputes are left" });
  await dialog.waitFor();
  expect(await barriers(page)).toEqual([]);
  // Enter goes on to the next one, and nothing is settled.
  await page.keyboard.press("Enter");
  await dialog.waitFor({ state: "detached" });
  await untilSaved(page);
  expect((await goldOf(team, article)).submitted_at).toBeNull();
  await page.keyboard.press("Control+Enter");
  await dialog.getByRole("button", { name: "Settle all the same" }).click();
  await progress(page, "Settled, 2 disputes left open").waitFor();
  expect((await goldOf(team, article)).submitted_at).not.toBeNull();
  await page.getByRole("link", { name: "Back to adjudication" }).click();
  await page.getByText("2 disputes left").waitFor();
  await context.close();
});

test("a curator has other keys at the desk, and can switch off those that write", async () => {
  const team = await aTeam();
  const article = await submitted(team, 6);
  const context = await workbench.signIn(team.curator);
  const page = await desk(context, team, article);
  await progress(page, "6 of 6 disputes left").waitFor();
  await page.keyboard.press("?");
  const dialog = page.getByRole("dialog", { name: "Keys" });
  await dialog.getByRole("button", { name: "Change keys" }).click();
  const give = async (what: string, key: string) => {
    await dialog.getByRole("button", { name: `Change the key of “${what}”` }).click();
    await page.keyboard.press(key);
  };
  await give("Leave all of it out", "1");
  await dialog.getByText("1 is for the reviewers’ versions.").waitFor();
  await give("Leave all of it out", "[");
  await dialog.getByText("[ stays what it is").waitFor();
  await give("Leave all of it out", "a");
  await dialog.getByText("A was taken from: accept what most reviewers have.").waitFor();
  const saved = page.waitForResponse((answer) => answer.url().endsWith("/me/keys"));
  await give("Accept what most reviewers have", "Control+Alt+j");
  expect((await saved).status()).toBe(200);
  expect(await barriers(page)).toEqual([]);
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  await page.keyboard.press("a");
  await page.getByText("All left out").first().waitFor();
  await untilSaved(page);
  // They are theirs wherever they sit down, and the annotate page has its own still.
  await page.reload();
  await page.locator(".desk .article[role=document]").waitFor();
  await page.keyboard.press("Control+Alt+j");
  await progress(page, "4 of 6 disputes left").waitFor();
  await page.keyboard.press("?");
  await dialog.getByRole("button", { name: "Change keys" }).click();
  const off = page.waitForResponse((answer) => answer.url().endsWith("/me/keys"));
  await dialog.getByRole("checkbox", { name: /Letters, digits and signs/ }).uncheck();
  expect((await off).status()).toBe(200);
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  for (const key of ["a", "1", "m", "x"]) await page.keyboard.press(key);
  await progress(page, "4 of 6 disputes left").waitFor();
  await page.keyboard.press("Control+Alt+j");
  await progress(page, "3 of 6 disputes left").waitFor();
  await context.close();
});

test("two tabs and two curators lose nothing", async () => {
  const team = await aTeam();
  const article = await submitted(team, 12);
  const context = await workbench.signIn(team.curator);
  const one = await desk(context, team, article);
  const two = await desk(context, team, article);
  const other = await aMember(team.project.id, "curator");
  const three = await desk(await workbench.signIn(other), team, article);
  for (const page of [one, two, three]) await progress(page, "12 of 12 disputes left").waitFor();
  await one.bringToFront();
  await one.keyboard.press("1");
  await untilSaved(one);
  // The other tab has heard of it.
  await progress(two, "11 of 12 disputes left").waitFor();
  // The other curator has not: what they do there is not silently dropped, and elsewhere it is kept.
  await three.bringToFront();
  await three.keyboard.press("2");
  await three.getByText("could not be kept").first().waitFor();
  await progress(three, "11 of 12 disputes left").waitFor();
  // The one goes on from the beginning, the other from the end.
  for (let turn = 0; turn < 6; turn += 1) {
    if (turn > 0) await three.keyboard.press("a");
    await one.keyboard.press("p");
    await one.keyboard.press("a");
  }
  await untilSaved(one);
  await expect
    .poll(async () => (await adjudicationOf(team.curator, article)).disputes_left)
    .toBe(0);
  const { decisions } = await goldOf(team, article);
  const sources = decisions.flatMap((decision) => decision.sources.map(({ span }) => span));
  expect(new Set(sources).size).toBe(sources.length);
  expect(sources.length).toBe(36);
  await context.close();
});

test("what a reviewer submits while the desk is open is led to when the article is to be settled", async () => {
  const team = await aTeam();
  const article = await submitted(team, 1);
  const context = await workbench.signIn(team.curator);
  const page = await desk(context, team, article);
  await page.getByText("settles the article").waitFor();
  await markAndSubmit(await aMember(team.project.id), article, [["denial", 46, 59]]);
  await page.keyboard.press("Enter");
  await page.getByText("Not settled. 1 dispute is not decided yet.").waitFor();
  await page.getByRole("button", { name: "Load what is new" }).click();
  await progress(page, "1 of 1 dispute left").waitFor();
  await page.locator(".desk .article[role=document]").waitFor();
  await page.keyboard.press("x");
  await progress(page, "All 1 decided").waitFor();
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Open again" }).waitFor();
  await context.close();
});

test("a reviewer sees how their work was decided and answers, and the curator sees the answer", async () => {
  const team = await aTeam();
  const article = await submitted(team, 3);
  const context = await workbench.signIn(team.curator);
  const page = await desk(context, team, article);
  await progress(page, "3 of 3 disputes left").waitFor();
  await page.keyboard.press("w");
  await page.keyboard.type("The article belongs to it");
  await page.keyboard.press("Enter");
  await page.keyboard.press("1");
  await page.keyboard.press("1");
  await page.keyboard.press("x");
  await progress(page, "All 3 decided").waitFor();
  await page.keyboard.press("Control+Enter");
  await page.getByRole("button", { name: "Open again" }).waitFor();
  const omar = team.reviewers[1];
  if (!omar) throw new Error("There are three.");
  const theirs = await workbench.signIn(omar);
  const own = await theirs.newPage();
  await own.goto(`${workbench.url}/projects/${team.project.slug}/articles/${article}/decisions`);
  await own.getByText("3 spans: 1 accepted, 0 changed, 2 left out.").waitFor();
  await own.getByText("The article belongs to it").first().waitFor();
  expect(await barriers(own)).toEqual([]);
  expect(await own.content()).not.toContain("Reviewer Ruth");
  await own
    .getByRole("button", { name: /^Answer/ })
    .nth(1)
    .click();
  await own.keyboard.type("I do not think so.");
  await own.getByRole("button", { name: "Send" }).click();
  // Its words are in the field, too, before it is sent.
  await own.getByRole("button", { name: "Take back: I do not think so." }).waitFor();
  await page.reload();
  await page.locator(".desk .article[role=document]").waitFor();
  await page.keyboard.press("Shift+N");
  await page.getByText("I do not think so.").waitFor();
  await context.close();
  await theirs.close();
});

test("a dispute becomes a line of the guidelines", async () => {
  const team = await aTeam();
  const guidelines: Guideline = {
    blocks: [{ type: "heading", level: 1, label: "claim", words: [{ text: "Claims" }] }],
  };
  await saveGuidelines(team.curator, team.project.slug, { from: 0, content: guidelines, note: "" });
  const article = await submitted(team, 2);
  const context = await workbench.signIn(team.curator);
  const page = await desk(context, team, article);
  await progress(page, "1 of 1 dispute left").waitFor();
  await page.keyboard.press("g");
  const dialog = page.getByRole("dialog", { name: "Amend the guideline" });
  await dialog.getByLabel("The line").fill("A claim has its article.");
  expect(await barriers(page)).toEqual([]);
  await dialog.getByRole("button", { name: "Add the line" }).click();
  await dialog.getByText("Version 2 of the guidelines has the line.").waitFor();
  const { current } = await guidelinesOf(team.curator, team.project.slug);
  expect(JSON.stringify(current?.content)).toContain("A claim has its article.");
  expect(JSON.stringify(current?.content)).toContain("the plot was real");
  await context.close();
});

test("the discussion sheet of a round looks like what it is, on paper too, and can do nothing", async () => {
  const team = await aTeam();
  const admin = await aMember(team.project.id, "admin");
  const { id: article } = await anArticle(team.project.id, sentence);
  await aRound({ ...team, admin, team: [...team.reviewers] }, { overlap: 3 });
  for (const [nth, reviewer] of team.reviewers.entries()) {
    await markAndSubmit(reviewer, article, [["claim", 24 + nth, 41]]);
  }
  const context = await workbench.signIn(team.curator);
  const page = await context.newPage();
  const refused: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") refused.push(message.text());
  });
  const sheet = `/api/v1/projects/${team.project.slug}/rounds/1/disputes`;
  const answer = await page.goto(`${workbench.url}${sheet}`);
  const headers = (await answer?.headersArray()) ?? [];
  const named = (wanted: string) => headers.filter(({ name }) => name.toLowerCase() === wanted);
  expect(named("content-security-policy").map(({ value }) => value)).toEqual([
    expect.stringMatching(/^default-src 'none'; style-src 'sha256-[^']+'; [^;]*; sandbox/),
  ]);
  for (const name of ["x-content-type-options", "x-frame-options", "cache-control"]) {
    expect(named(name)).toHaveLength(1);
  }
  // No script runs in it, a test's neither: what it looks like is asked of the browser.
  const devTools = await context.newCDPSession(page);
  await devTools.send("DOM.enable");
  await devTools.send("CSS.enable");
  const { root } = await devTools.send("DOM.getDocument");
  const asked = { nodeId: root.nodeId, selector: "mark" };
  const { nodeId } = await devTools.send("DOM.querySelector", asked);
  const { computedStyle } = await devTools.send("CSS.getComputedStyleForNode", { nodeId });
  expect(computedStyle).toContainEqual({ name: "background-color", value: "rgb(255, 236, 153)" });
  expect(refused).toEqual([]);
  for (const media of ["screen", "print"]) {
    await devTools.send("Emulation.setEmulatedMedia", { media });
    const { data } = await devTools.send("Page.captureScreenshot", {});
    await writeFile(pictureOf(`discussion sheet on ${media}`), Buffer.from(data, "base64"));
  }
  const plain = await context.newPage();
  await plain.setContent((await answer?.text()) ?? "");
  expect(await barriers(plain)).toEqual([]);
  await context.close();
});

test("curators do not learn who the reviewers are where those are anonymous", async () => {
  const team = await aTeam();
  const admin = await aMember(team.project.id, "admin");
  await changeAdjudication(admin, team.project.slug, { reviewers_anonymous: true });
  await submitted(team, 3);
  const context = await workbench.signIn(team.curator);
  const page = await context.newPage();
  const bodies: Promise<string>[] = [];
  page.on("response", (response) => bodies.push(response.text().catch(() => "")));
  await page.goto(`${workbench.url}/projects/${team.project.slug}/adjudication`);
  await page.getByText("reviewers are anonymous").waitFor();
  await page.getByRole("link", { name: "Next to settle" }).click();
  await page.locator(".desk .article[role=document]").waitFor();
  await page
    .getByRole("button", { name: /^Accept a\d+/ })
    .first()
    .waitFor();
  await page.keyboard.press("1");
  await untilSaved(page);
  const told = [await page.content(), ...(await Promise.all(bodies))].join("\n");
  for (const { name, userId } of team.reviewers) {
    expect(told).not.toContain(name);
    expect(told).not.toContain(userId);
  }
  await context.close();
});

test("the list says what is left, and where all agree one key settles", async () => {
  const team = await aTeam();
  const agreed = await submitted(team, 1);
  const context = await workbench.signIn(team.curator);
  const page = await context.newPage();
  await page.goto(`${workbench.url}/projects/${team.project.slug}/adjudication`);
  await page.getByText("3 reviewers").waitFor();
  expect(await barriers(page)).toEqual([]);
  await page.getByRole("link", { name: "Next to settle" }).click();
  await page.getByText("The reviewers agree on all of it by the project’s rule.").waitFor();
  await page.locator(".desk .article[role=document]").waitFor();
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Open again" }).waitFor();
  expect((await goldOf(team, agreed)).words).toEqual(["claim: the plot was real"]);
  await page.getByRole("link", { name: "Back to adjudication" }).click();
  await page.getByText("1 of 1 article").waitFor();
  await context.close();
});
