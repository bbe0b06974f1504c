import { generateSync } from "otplib";
import { Client } from "pg";
import { v7 as uuidv7 } from "uuid";
import { expect, onTestFinished, test } from "vitest";
import { urlOf } from "@/lib/api/client";
import {
  type AnswerOf,
  contract,
  type EndpointKey,
  endpointOf,
  type PathOf,
  type QueryOf,
} from "@/lib/api/contract";
import { SCHEMA_FILE } from "@/lib/domain/record";
import { type TokenScope, tokenScopes } from "@/lib/domain/roles";
import { PagelessBrowser } from "../setup/client";
import { answered } from "../setup/contract";
import { anotherDatabase } from "../setup/database";
import { aRunningGainsay } from "../setup/gainsay";

/* Every endpoint, asked once for a good answer, which the contract has to describe. */

const password = "lantern gravel tuesday moss";
const another = "harbour velvet nineteen crow";

/** Somebody who asks endpoints by their names: in a session, or with tokens where there is one. */
class Caller extends PagelessBrowser {
  /** A token for each scope, and no other. */
  readonly tokens = new Map<TokenScope, string>();

  async ask<Key extends EndpointKey>(
    key: Key,
    path: PathOf<Key>,
    body?: unknown,
    query?: QueryOf<Key, "input">,
  ): Promise<AnswerOf<Key>> {
    const [method = ""] = key.split(" ");
    const url = urlOf<EndpointKey>(key, query ? { path, query } : { path });
    const token = this.tokens.get(endpointOf(key).scope ?? "read");
    const isForTokens = token !== undefined && endpointOf(key).scope !== null;
    const bearer = isForTokens ? { authorization: `Bearer ${token}` } : undefined;
    const response = await this.send(method, url, body, bearer);
    if (!response.ok) throw new Error(`${key}: ${response.status} ${await response.text()}`);
    const isJson = /[/+]json\b/.test(response.headers.get("content-type") ?? "");
    if (!isJson) await response.arrayBuffer();
    return (isJson ? await response.json() : null) as AnswerOf<Key>;
  }
}

/** Has the rest asked with tokens, each for no more than what the endpoint says. */
async function withTokens(caller: Caller): Promise<void> {
  for (const scope of tokenScopes) {
    const { token } = await caller.ask("POST /tokens", {}, { name: scope, scopes: [scope] });
    caller.tokens.set(scope, token);
  }
}

const tokenIn = (path: string) => path.split("/").at(-1) ?? "";

/** Makes of an import one that failed and kept a file. */
async function failed(id: string, databaseUrl: string): Promise<void> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query(
    `WITH failed AS (UPDATE imports SET state = 'failed', failure = 'It broke off.' WHERE id = $1),
       file AS (INSERT INTO import_files (import_id, file, path) VALUES ($1, 1, 'b.txt'))
     INSERT INTO import_chunks (import_id, file, chunk, bytes) VALUES ($1, 1, 0, 'They did.')`,
    [id],
  );
  await client.end();
}

test.for([
  { name: "in a session", byToken: false },
  { name: "with a token that has its scope and no other", byToken: true },
])("what every endpoint answers $name is what the contract says", async ({ byToken }) => {
  answered.clear();
  const databaseUrl = await anotherDatabase();
  const gainsay = await aRunningGainsay({ env: { DATABASE_URL: databaseUrl } });
  onTestFinished(async () => void (await gainsay.stop()));
  const ana = new Caller(gainsay.url);
  const omid = new Caller(gainsay.url);
  const newcomer = { name: "Omid", email: "omid@example.org", password };
  const nothing = {};

  await ana.ask("GET /openapi.json", nothing);
  await ana.ask("GET /schemas/{name}", { name: SCHEMA_FILE });
  const link = /\/setup\/(\S+)/.exec(gainsay.log())?.[1];
  const first = { token: link, name: "Ana", email: "ana@example.org", password };
  await ana.ask("POST /setup", nothing, first);
  if (byToken) await withTokens(ana);
  const { id: anaId } = await ana.ask("GET /me", nothing);
  await ana.ask("PATCH /me", nothing, { name: "Ana B." });
  await ana.ask("POST /me/password", nothing, { current: password, replacement: another });
  await ana.ask("PUT /me/keys", nothing, { keys: { next: ["J"] }, single: true });
  expect((await ana.ask("GET /me/keys", nothing)).keys).toEqual({ next: ["J"] });
  await ana.ask("PUT /me/mail", nothing, { kinds: ["returned"] });
  expect((await ana.ask("GET /me/mail", nothing)).kinds).toEqual(["returned"]);
  await ana.ask("GET /me/proof", nothing);
  await ana.ask("POST /me/proof", nothing, { password: another });
  await ana.ask("POST /me/proof/provider", nothing);
  await ana.ask("POST /me/connect", nothing);
  const { secret, sealed } = await ana.ask("POST /me/factors/totp/begin", nothing);
  const app = { name: "Phone", sealed, code: generateSync({ secret }) };
  const { factor, recovery_codes } = await ana.ask("POST /me/factors/totp", nothing, app);
  await ana.ask("GET /me/factors", nothing);
  await ana.ask("POST /me/recovery-codes", nothing);
  expect(recovery_codes).toHaveLength(10);
  await ana.ask("DELETE /me/factors/{id}", { id: factor.id });
  await ana.ask("GET /settings", nothing);
  await ana.ask("PUT /settings", nothing, { second_factors: "of_nobody", pages_by_address: true });
  const { sessions } = await ana.ask("GET /me/sessions", nothing);
  expect(sessions.map(({ current }) => current)).toEqual([true]);
  await ana.ask("POST /me/sign-out-elsewhere", nothing);

  await ana.ask("POST /projects", nothing, { slug: "corpus", title: "Corpus" });
  const project = { project: "corpus" };
  await ana.ask("GET /projects", nothing);
  await ana.ask("GET /projects/{project}", project);
  await ana.ask("PATCH /projects/{project}", project, { title: "A corpus" });
  await ana.ask("PUT /projects/{project}/cues", project, { cues: ["opined"] });
  await ana.ask("GET /projects/{project}/cues", project);
  await ana.ask("PATCH /projects/{project}/publishing", project, { licence: { id: "CC-BY-4.0" } });
  const publishing = await ana.ask("GET /projects/{project}/publishing", project);
  expect(publishing.licence).toEqual({ id: "cc-by-4.0", name: null, url: null });
  const words = [{ text: "The smallest clause.", bold: true }];
  const content = { blocks: [{ type: "paragraph", words }] };
  const guidelines = { from: 0, content, note: "First words." };
  await ana.ask("POST /projects/{project}/guidelines", project, guidelines);
  await ana.ask("PUT /projects/{project}/guidelines/reading", project, { version: 1 });
  const held = await ana.ask("GET /projects/{project}/guidelines", project);
  expect(held).toMatchObject({ current: { version: 1, content }, read_version: 1 });
  await ana.ask("GET /projects/{project}/guidelines/versions", project);
  const one = { ...project, version: "1" };
  await ana.ask("GET /projects/{project}/guidelines/versions/{version}", one);
  await ana.ask("GET /projects/{project}/schemes", project);
  const { scheme } = await ana.ask("GET /projects/{project}/schemes/{version}", one);
  const file = JSON.stringify(scheme);
  const inFile = await ana.ask("POST /projects/{project}/schemes/read", project, { text: file });
  expect(inFile).toEqual({ title: "", scheme });
  const change = { base: 1, scheme: { ...scheme, article: [{ name: "genre", type: "text" }] } };
  await ana.ask("POST /projects/{project}/schemes/impact", project, change);
  await ana.ask("POST /projects/{project}/schemes", project, change);
  await ana.ask("POST /projects/{project}/schemes/{version}/undo", { ...project, version: "2" });

  const toSite = await ana.ask("POST /invites", nothing, {});
  await ana.ask("GET /invites", nothing);
  await omid.ask("POST /invites/hold", nothing, { token: tokenIn(toSite.path) });
  await omid.ask("POST /invites/accept", nothing, { token: tokenIn(toSite.path), newcomer });
  const spare = await ana.ask("POST /invites", nothing, {});
  await ana.ask("DELETE /invites/{id}", { id: spare.invite.id });
  const invite = { email: null, role: "reviewer" };
  const into = await ana.ask("POST /projects/{project}/invites", project, invite);
  await ana.ask("GET /projects/{project}/invites", project);
  await omid.ask("POST /invites/accept", nothing, { token: tokenIn(into.path) });
  const unused = await ana.ask("POST /projects/{project}/invites", project, invite);
  await ana.ask("DELETE /projects/{project}/invites/{id}", { ...project, id: unused.invite.id });

  const { users } = await ana.ask("GET /users", nothing);
  const id = users.find((user) => user.id !== anaId)?.id ?? "";
  await ana.ask("PATCH /users/{id}", { id }, { site_admin: false });
  const chosen = await ana.ask("POST /users/{id}/password-link", { id });
  await omid.ask("POST /password", nothing, { token: tokenIn(chosen.path), password: another });
  const theirs = await omid.ask("POST /me/factors/totp/begin", nothing);
  const code = generateSync({ secret: theirs.secret });
  const added = { name: "Phone", sealed: theirs.sealed, code };
  const { recovery_codes: codes } = await omid.ask("POST /me/factors/totp", nothing, added);
  const further = await ana.ask("POST /users/{id}/password-link", { id });
  await omid.ask("POST /password", nothing, { token: tokenIn(further.path), password });
  await omid.ask("POST /second-step", nothing, { recovery_code: codes?.[0] });
  await ana.ask("DELETE /users/{id}/factors", { id });
  const last = await ana.ask("POST /users/{id}/password-link", { id });
  await omid.ask("POST /password", nothing, { token: tokenIn(last.path), password: another });
  await ana.ask("GET /projects/{project}/members", project);
  await ana.ask("PATCH /projects/{project}/members/{id}", { ...project, id }, { role: "viewer" });
  await ana.ask("DELETE /projects/{project}/members/{id}", { ...project, id });
  const member = { email: newcomer.email, role: "curator" };
  await ana.ask("POST /projects/{project}/members", project, member);

  const made = await ana.ask("POST /tokens", nothing, { name: "nightly" });
  await ana.ask("GET /tokens", nothing);
  await ana.ask("DELETE /tokens/{id}", { id: made.id });

  const form = new FormData();
  const lines = '{"text":"She did.","published_at":"2024-07-30T14:35:34Z","language":"en"}\n{bad';
  form.append("files", new Blob([lines]), "a.jsonl");
  await ana.ask("POST /projects/{project}/import-previews", project, form);
  const run = await ana.ask("POST /projects/{project}/imports", project, form);
  // An address that is refused without anybody being asked.
  const pages = { urls: ["http://127.0.0.1/"] };
  await ana.ask("POST /projects/{project}/page-imports", project, pages);
  await ana.ask("GET /projects/{project}/imports", project);
  await ana.ask("GET /projects/{project}/imports/{id}", { ...project, id: run.id });
  await ana.ask("GET /projects/{project}/imports/{id}/items", { ...project, id: run.id });

  await ana.ask("GET /projects/{project}/articles", project);
  await ana.ask("GET /projects/{project}/articles/totals", project);
  await ana.ask("GET /projects/{project}/articles/facets", project);
  const next = await ana.ask("GET /projects/{project}/articles/next", project);
  const article = { id: next.article?.id ?? "" };
  // Once in person, whose set it becomes: a token that only reads makes none.
  await ana.send("GET", `/api/v1/articles/${article.id}`);
  await ana.ask("GET /articles/{id}/print", article);
  const opened = await ana.ask("GET /articles/{id}", article);
  const set = { id: opened.annotation_set?.id ?? "" };
  const span = { id: uuidv7(), label: "claim", fragments: [{ start: 0, end: 3 }], quote: "She" };
  await ana.ask("POST /annotation-sets/{id}/operations", set, {
    revision: 0,
    operations: [{ id: uuidv7(), type: "add_span", span: { ...span, attributes: {} } }],
  });
  await ana.ask("GET /annotation-sets/{id}", set);
  await ana.ask("GET /annotation-sets/{id}/history", set);
  await ana.ask("GET /annotation-sets/{id}/scheme", set);
  await ana.ask("POST /annotation-sets/{id}/scheme", set, { revision: 1, version: 3 });
  await ana.ask("PATCH /annotation-sets/{id}", set, { skip_reason: "Too long.", flag_reason: "?" });
  await ana.ask("PATCH /annotation-sets/{id}", set, { skip_reason: null });
  const time = { source: uuidv7(), seconds: 0 };
  await ana.ask("PUT /annotation-sets/{id}/active-time", set, time);
  await ana.ask("POST /annotation-sets/{id}/submit", set, { revision: 1 });
  await ana.ask("GET /projects/{project}/dashboard", project);
  await ana.ask("GET /projects/{project}/agreement", project);
  await ana.ask("POST /projects/{project}/agreement", project, { unit: "character" });
  const cell = { one: "claim", pair: "a1-a2" };
  await ana.ask("GET /projects/{project}/agreement/passages", project, undefined, cell);
  await ana.ask("POST /annotation-sets/{id}/reopen", set, { revision: 1 });
  await ana.ask("GET /articles/{id}/annotation-sets", article);
  const source = { label: "attribution", attribute: "source" };
  await ana.ask("GET /projects/{project}/attribute-values", project, undefined, source);
  await ana.ask("GET /projects/{project}/export", project);

  const reviewers = [{ user: anaId, languages: [] }];
  const batch = { title: "First", way: "queue", reviewers };
  await ana.ask("POST /projects/{project}/round-previews", project, batch);
  await ana.ask("POST /projects/{project}/rounds", project, batch);
  await ana.ask("GET /projects/{project}/rounds", project);
  const firstRound = { ...project, number: "1" };
  await ana.ask("GET /projects/{project}/rounds/{number}", firstRound);
  await ana.ask("PATCH /projects/{project}/rounds/{number}", firstRound, { title: "One" });
  const reviewer = { ...firstRound, id };
  const reads = { languages: ["en-GB"] };
  await ana.ask("PUT /projects/{project}/rounds/{number}/reviewers/{id}", reviewer, reads);
  await ana.ask("POST /projects/{project}/rounds/{number}/next", firstRound);
  const { assignments } = await ana.ask(
    "GET /projects/{project}/rounds/{number}/assignments",
    firstRound,
  );
  const assignment = { ...firstRound, id: assignments[0]?.id ?? "" };
  await ana.ask("POST /annotation-sets/{id}/submit", set, { revision: 1 });
  await ana.ask("POST /annotation-sets/{id}/gold", set);
  const practice = { title: "Practice", kind: "practice" as const, reviewers };
  await ana.ask("POST /projects/{project}/rounds", project, practice);
  const secondRound = { ...project, number: "2" };
  await ana.ask("GET /projects/{project}/rounds/{number}/scores", secondRound);
  await ana.ask("GET /projects/{project}/rounds/{number}/scored-articles", secondRound);
  const compared = { ...secondRound, ...article };
  const { spans } = await ana.ask(
    "GET /projects/{project}/rounds/{number}/feedback/{id}",
    compared,
  );
  expect(spans).toMatchObject([{ finding: "agrees" }]);
  await ana.ask("GET /projects/{project}/adjudication", project);
  await ana.ask("GET /projects/{project}/adjudication/settings", project);
  const rule = { needed: "majority", match: "partial" };
  await ana.ask("PATCH /projects/{project}/adjudication/settings", project, { rule });
  await ana.ask("POST /articles/{id}/adjudication", article);
  const { gold, sources } = await ana.ask("GET /articles/{id}/adjudication", article);
  expect(gold?.decisions).toMatchObject([{ outcome: "accepted", sources: [{ set: set.id }] }]);
  await ana.ask("GET /articles/{id}/decisions", article);
  const golden = { id: gold?.id ?? "" };
  const remark = { set: set.id, span: sources[0]?.spans[0]?.id ?? "", text: "Why?" };
  const { id: said } = await ana.ask("POST /annotation-sets/{id}/comments", golden, remark);
  await ana.ask("GET /annotation-sets/{id}/comments", golden);
  await ana.ask("DELETE /annotation-sets/{id}/comments/{comment}", { ...golden, comment: said });
  await ana.ask("GET /projects/{project}/rounds/{number}/disputes", firstRound);
  const { current } = await ana.ask("GET /projects/{project}/guidelines", project);
  const amendment = { from: current?.version ?? 0, label: "claim", text: "Headlines, too." };
  await ana.ask("POST /projects/{project}/guidelines/amendments", project, amendment);
  const comment = { comment: "Mark the title, too." };
  await ana.ask(
    "POST /projects/{project}/rounds/{number}/assignments/{id}/return",
    assignment,
    comment,
  );
  expect((await ana.ask("GET /me/work", nothing)).returned).toHaveLength(1);
  const instead = { user: id };
  await ana.ask(
    "POST /projects/{project}/rounds/{number}/assignments/{id}/reassign",
    assignment,
    instead,
  );
  const { notifications } = await omid.ask("GET /notifications", nothing, undefined, { limit: 5 });
  expect(notifications.map(({ kind }) => kind)).toEqual(["assigned", "assigned"]);
  await omid.ask("POST /notifications/read", nothing, { ids: [notifications[0]?.id] });
  const unread = await omid.ask("GET /notifications", nothing, undefined, { unread: "true" });
  expect(unread.notifications).toHaveLength(1);
  await ana.ask("DELETE /projects/{project}/rounds/{number}/reviewers/{id}", reviewer);
  const second = { title: "Second", overlap: 2, reviewers };
  await ana.ask("POST /projects/{project}/rounds", project, second);
  const thirdRound = { ...project, number: "3" };
  const free = "POST /projects/{project}/rounds/{number}/free-places";
  expect(await ana.ask(free, thirdRound)).toMatchObject({ given: 0 });
  await ana.ask("GET /articles/{id}/work", article);
  await ana.ask("DELETE /articles/{id}", article);
  await ana.ask("GET /trash", nothing);
  await ana.ask("POST /articles/{id}/restore", article);
  const some = { articles: [article.id] };
  await ana.ask("POST /projects/{project}/articles/work", project, some);
  await ana.ask("POST /projects/{project}/articles/delete", project, some);
  await ana.ask("POST /projects/{project}/articles/restore", project, some);
  const again = await ana.ask("POST /projects/{project}/imports", project, form);
  await ana.ask("GET /projects/{project}/imports/{id}/undoing", { ...project, id: again.id });
  await ana.ask("DELETE /projects/{project}/imports/{id}", { ...project, id: again.id });
  const { id: projectId } = await ana.ask("GET /projects/{project}", project);
  await ana.ask("GET /projects/{project}/work", project);
  await ana.ask("DELETE /projects/{project}", project);
  await ana.ask("POST /projects/{project}/restore", { project: projectId }, {});
  await failed(run.id, databaseUrl);
  await ana.ask("POST /projects/{project}/imports/{id}/resume", { ...project, id: run.id });
  await ana.ask("GET /audit-events", nothing);
  await ana.ask("GET /audit-events/export", nothing);
  await ana.ask("GET /projects/{project}/audit-events", project, undefined, { kind: "round" });
  const jsonl = { format: "jsonl" } as const;
  await ana.ask("GET /projects/{project}/audit-events/export", project, undefined, jsonl);
  await ana.ask("DELETE /me/sessions/{id}", { id: sessions[0]?.id ?? "" });
  await omid.ask("POST /me/sign-out-everywhere", nothing);

  // Those need an account at a provider, or a device with a passkey: people.test.ts and second-factors.test.ts have them.
  const elsewhere = [
    "DELETE /me/identities/{id}",
    "POST /me/factors/passkey",
    "POST /me/factors/passkey/begin",
    "POST /me/proof/passkey",
    "POST /second-step/passkey",
  ];
  expect([...answered, ...elsewhere].sort()).toEqual(Object.keys(contract).sort());
});

test("what lies in the trash is in no answer but the trash's and the trail's, and nothing else is missing", async () => {
  const own = await aRunningGainsay();
  const ana = new Caller(own.url);
  const link = /\/setup\/(\S+)/.exec(own.log())?.[1];
  const first = { token: link, name: "Ana", email: "ana@example.org", password };
  await ana.ask("POST /setup", {}, first);
  await ana.ask("POST /projects", {}, { slug: "corpus", title: "Corpus" });
  const project = { project: "corpus" };
  const content = { blocks: [{ type: "paragraph", words: [{ text: "Read." }] }] };
  await ana.ask("POST /projects/{project}/guidelines", project, { from: 0, content });
  const form = new FormData();
  const records = ["vanished", "remaining"].map((word) =>
    JSON.stringify({ source_id: `the-${word}`, title: `The ${word} pier`, text: `It ${word}.` }),
  );
  form.append("files", new Blob([records.join("\n")]), "a.jsonl");
  const run = await ana.ask("POST /projects/{project}/imports", project, form);
  const { articles } = await ana.ask("GET /projects/{project}/articles", project);
  const idOf = (title: string) => articles.find((one) => one.title === title)?.id ?? "";
  const sets = new Map<string, string>();
  for (const { id } of articles) {
    const { annotation_set: set } = await ana.ask("GET /articles/{id}", { id });
    const operations = [{ id: uuidv7(), type: "set_article_note", note: "Seen." }];
    const key = { id: set?.id ?? "" };
    await ana.ask("POST /annotation-sets/{id}/operations", key, { revision: 0, operations });
    sets.set(id, set?.id ?? "");
  }
  const [gone, left] = [idOf("The vanished pier"), idOf("The remaining pier")];
  const { id: user } = await ana.ask("GET /me", {});
  const round = { title: "Round", reviewers: [{ user }] };
  await ana.ask("POST /projects/{project}/rounds", project, round);
  await ana.ask("DELETE /articles/{id}", { id: gone });

  /** Everything that can be read, about one article where it is about one. */
  const answersAbout = async (article: string): Promise<Record<string, string>> => {
    const answers: Record<string, string> = {};
    for (const key of Object.keys(contract) as EndpointKey[]) {
      const [method, path = ""] = key.split(" ");
      if (method !== "GET" || key === "GET /trash" || key.includes("/audit-events")) continue;
      const id = path.startsWith("/articles/")
        ? article
        : path.startsWith("/annotation-sets/")
          ? (sets.get(article) ?? "")
          : run.id;
      const filled = path
        .replace("{project}", "corpus")
        .replace("{id}", id)
        .replace("{number}", "1")
        .replace("{version}", "1");
      const asked = filled.replace("{name}", SCHEMA_FILE);
      const queries = asked.endsWith("/articles")
        ? ["", "?q=pier", "?q=vanish", "?q=vanishedd", "?sort=title", "?sort=published"]
        : asked.endsWith("/export")
          ? ["?layer=all&include_open=true", "?layer=all"]
          : [""];
      for (const query of queries) {
        const response = await ana.send("GET", `/api/v1${asked}${query}`);
        answers[`${key}${query}`] = `${response.status} ${await response.text()}`;
      }
    }
    return answers;
  };
  const about = await answersAbout(gone);
  const betraying = Object.entries(about).filter(
    // That there is no such thing may say what it was asked for.
    ([, answer]) =>
      /vanished/i.test(answer) || (!answer.startsWith("404") && answer.includes(gone)),
  );
  expect(betraying).toEqual([]);
  const found = Object.entries(about).filter(([, answer]) => answer.startsWith("404"));
  expect(found.map(([key]) => key).sort()).toEqual([
    "GET /annotation-sets/{id}",
    "GET /annotation-sets/{id}/comments",
    "GET /annotation-sets/{id}/history",
    "GET /annotation-sets/{id}/scheme",
    "GET /articles/{id}",
    "GET /articles/{id}/adjudication",
    "GET /articles/{id}/annotation-sets",
    "GET /articles/{id}/decisions",
    "GET /articles/{id}/print",
    "GET /articles/{id}/work",
    "GET /projects/{project}/rounds/{number}/feedback/{id}",
  ]);
  expect(about["GET /projects/{project}/articles/totals"]).toContain('"articles":1,');
  // The other one is everywhere, so the questions do find what is there.
  const missed = Object.entries(await answersAbout(left)).filter(
    ([key, answer]) =>
      /articles|annotation-sets|export|items/.test(key) &&
      // Of work in it nothing is compared with gold, or decided.
      !/vanish|work|totals|facets|history|annotation-sets|scored|decisions/.test(key) &&
      !/remaining/.test(answer),
  );
  expect(missed).toEqual([]);
  await own.stop();
});
