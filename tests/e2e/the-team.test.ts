import { v7 as uuidv7 } from "uuid";
import { expect, test } from "vitest";
import type { UserActor } from "@/lib/access/actor";
import type { AnnotationSet } from "@/lib/api/annotation-sets";
import type { Article } from "@/lib/api/articles";
import type { Dashboard } from "@/lib/api/dashboard";
import type { AssignmentPage, OwnWork, Round } from "@/lib/api/rounds";
import type { SchemeVersion } from "@/lib/api/schemes";
import { database } from "@/lib/store/database";
import { loadSeeds } from "@/lib/workflow/seeding";
import { aWorkbench } from "../setup/annotating";
import { apiClient, aToken } from "../setup/client";
import { aMember } from "../setup/world";

const workbench = aWorkbench();

/** Somebody who asks the API; what is refused is an error. */
async function aCaller(actor: UserActor) {
  const ask = apiClient(workbench.url, await aToken(actor));
  return async <Answer>(method: string, path: string, body?: object): Promise<Answer> => {
    const answer = await ask(path, { method, ...(body ? { body } : {}) });
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${JSON.stringify(answer.body)}`);
    return answer.body as Answer;
  };
}
type Caller = Awaited<ReturnType<typeof aCaller>>;

/** Opens an article, labels its first word and submits. @returns the set's id */
async function mark(ask: Caller, articleId: string, label: string): Promise<string> {
  const article = await ask<Article>("GET", `/articles/${articleId}`);
  const set = article.annotation_set ?? expect.unreachable("They may annotate.");
  const [word] = /\p{L}+/u.exec(article.text) ?? expect.unreachable("There is a word.");
  const start = [...article.text.slice(0, article.text.indexOf(word))].length;
  const fragments = [{ start, end: start + [...word].length }];
  const span = { id: uuidv7(), label, fragments, quote: word, attributes: {} };
  const { revision } = await ask<{ revision: number }>(
    "POST",
    `/annotation-sets/${set.id}/operations`,
    { revision: set.revision, operations: [{ id: uuidv7(), type: "add_span", span }] },
  );
  await ask("POST", `/annotation-sets/${set.id}/submit`, { revision });
  return set.id;
}

test("a scheme, practice, a doubled round over the samples, what is returned, and how far it all is", async () => {
  await loadSeeds();
  const { rows } = await database().pool.query<{ id: string; slug: string }>(
    "SELECT id, slug FROM projects",
  );
  const [project] = rows;
  if (!project) return expect.unreachable("There are samples.");
  const here = `/projects/${project.slug}`;
  const admin = await aMember(project.id, "admin");
  const team = [await aMember(project.id), await aMember(project.id), await aMember(project.id)];
  const asAdmin = await aCaller(admin);
  const callers = await Promise.all(team.map(aCaller));
  const reviewers = team.map(({ userId }) => ({ user: userId }));

  // A scheme with a label more.
  const { scheme } = await asAdmin<SchemeVersion>("GET", `${here}/schemes/1`);
  const rumour = { name: "rumour", letter: "R", overlap: false, attributes: [] };
  const made = await asAdmin<SchemeVersion>("POST", `${here}/schemes`, {
    base: 1,
    scheme: { ...scheme, labels: [...scheme.labels, rumour] },
    note: "Rumours.",
  });
  expect(made.version).toBe(2);

  // Practice over what has gold, by all three at the same time.
  const { articles } = await asAdmin<{ articles: { id: string }[] }>(
    "GET",
    `${here}/articles?limit=50`,
  );
  expect(articles.length).toBeGreaterThanOrEqual(12);
  const practised = articles.slice(0, 2).map(({ id }) => id);
  for (const id of practised) {
    await asAdmin("POST", `/annotation-sets/${await mark(asAdmin, id, "rumour")}/gold`, {});
  }
  const practice = await asAdmin<Round>("POST", `${here}/rounds`, {
    title: "Practice",
    kind: "practice",
    overlap: 3,
    articles: { ids: practised },
    reviewers,
  });
  expect(practice.progress.queued).toBe(6);
  await Promise.all(
    callers.map(async (ask, at) => {
      for (const id of practised) {
        const sets = `/articles/${id}/annotation-sets`;
        const before = await ask<{ annotation_sets: AnnotationSet[] }>("GET", sets);
        expect(JSON.stringify(before)).not.toContain('"gold"');
        await mark(ask, id, at === 0 ? "claim" : "rumour");
        const feedback = `${here}/rounds/${practice.number}/feedback/${id}`;
        const { spans } = await ask<{ spans: { finding: string }[] }>("GET", feedback);
        expect(spans.map(({ finding }) => finding)).toEqual([at === 0 ? "label" : "agrees"]);
      }
    }),
  );

  // All others twice, again by all at the same time.
  const rest = articles.slice(2).map(({ id }) => id);
  const round = await asAdmin<Round>("POST", `${here}/rounds`, {
    title: "First round",
    overlap: 2,
    articles: { ids: rest },
    reviewers,
  });
  expect(round.progress.queued).toBe(2 * rest.length);
  const path = `${here}/rounds/${round.number}`;
  const taken = await Promise.all(
    callers.map(async (ask) => {
      const own: string[] = [];
      for (;;) {
        const { article } = await ask<{ article: { id: string } | null }>("POST", `${path}/next`);
        if (!article) return own;
        await mark(ask, article.id, "rumour");
        own.push(article.id);
      }
    }),
  );
  for (const own of taken) expect(new Set(own).size).toBe(own.length);
  expect(taken.flat().toSorted()).toEqual([...rest, ...rest].toSorted());

  // One comes back with a comment, and is done again.
  const { assignments } = await asAdmin<AssignmentPage>("GET", `${path}/assignments?limit=200`);
  const [returned] = assignments;
  if (!returned) return expect.unreachable("There are assignments.");
  const comment = "Mark the title, too.";
  await asAdmin("POST", `${path}/assignments/${returned.id}/return`, { comment });
  const whose = team.findIndex(({ userId }) => userId === returned.user.id);
  const again = callers[whose] ?? expect.unreachable("It is one of theirs.");
  const work = await again<OwnWork>("GET", "/me/work");
  expect(JSON.stringify(work.returned)).toContain(comment);
  const dashboard = () => asAdmin<Dashboard>("GET", `${here}/dashboard`);
  const all = (figures: Dashboard) =>
    team.map(({ userId }) => figures.reviewers.find(({ user }) => user.id === userId));
  const between = await dashboard();
  expect(all(between)[whose]).toMatchObject({ returned: 1 });

  const { annotation_set: set } = await again<Article>("GET", `/articles/${returned.article.id}`);
  await again("POST", `/annotation-sets/${set?.id}/submit`, { revision: set?.revision });
  const after = await dashboard();
  expect(after.progress).toMatchObject({ articles: articles.length, submitted: articles.length });
  expect(all(after).map((one) => one?.submitted)).toEqual(taken.map((own) => own.length + 2));
  expect(all(after).map((one) => one?.returned)).toEqual([0, 0, 0]);
  // Whoever submitted the same article labelled the same word as a rumour, but for one in practice.
  expect(after.agreement.all?.exact).toBeLessThan(1);
  expect(after.labels.at(-1)?.spans).toEqual({
    claim: 2,
    rumour: 2 * rest.length + 6,
  });

  // And so it is on the page.
  const page = await (await workbench.signIn(admin)).newPage();
  await page.goto(`${workbench.url}${here}/dashboard`);
  await page.getByRole("heading", { level: 1, name: "Dashboard" }).waitFor();
  const submitted = page.getByRole("link", { name: String(articles.length), exact: true });
  await submitted.first().click();
  await page.getByText(`${articles.length} articles`).first().waitFor();
});
