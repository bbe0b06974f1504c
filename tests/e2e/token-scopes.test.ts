import { v7 as uuidv7 } from "uuid";
import { beforeAll, describe, expect, test } from "vitest";
import { contract, type EndpointKey, endpointOf } from "@/lib/api/contract";
import { SCHEMA_FILE } from "@/lib/domain/record";
import { permissions, roleMay, roles, type TokenScope, tokenScopes } from "@/lib/domain/roles";
import { defaultScheme } from "@/lib/domain/scheme";
import { PagelessBrowser } from "../setup/client";
import { aRunningGainsay } from "../setup/gainsay";

/* Every endpoint of the contract against every scope, and against a token of another project. */

const endpoints = Object.keys(contract) as EndpointKey[];
const password = "lantern gravel tuesday moss";

/** What there is in a project, by where its id stands in a path. */
type Contents = {
  readonly project: string;
  readonly articles: string;
  readonly "annotation-sets": string;
  readonly imports: string;
  readonly invites: string;
  readonly members: string;
};

let url = "";
let admin: PagelessBrowser;
let harbour: Contents;
let lantern: Contents;

async function told(response: Response) {
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.url}: ${response.status} ${text}`);
  return JSON.parse(text);
}

async function aProject(slug: string, member: string): Promise<Contents> {
  const post = async (path: string, body: unknown) =>
    told(await admin.send("POST", `/api/v1${path}`, body));
  await post("/projects", { slug, title: `The ${slug}` });
  await post(`/projects/${slug}/guidelines`, aGuideline);
  const form = new FormData();
  form.append("files", new Blob([JSON.stringify({ text: `She denied the ${slug}.` })]), "a.jsonl");
  const imported = await post(`/projects/${slug}/imports`, form);
  const { articles } = await told(await admin.send("GET", `/api/v1/projects/${slug}/articles`));
  const [article] = articles;
  const opened = await told(await admin.send("GET", `/api/v1/articles/${article.id}`));
  const me = await told(await admin.send("GET", "/api/v1/me"));
  await post(`/projects/${slug}/rounds`, {
    title: `Round of the ${slug}`,
    reviewers: [{ user: me.id }],
  });
  const { invite } = await post(`/projects/${slug}/invites`, { role: "viewer" });
  return {
    project: slug,
    articles: article.id,
    "annotation-sets": opened.annotation_set.id,
    imports: imported.id,
    invites: invite.id,
    members: member,
  };
}

async function aToken(limits: { scopes?: readonly TokenScope[]; projects?: string[] }) {
  const answer = await admin.send("POST", "/api/v1/tokens", { name: "script", ...limits });
  return (await told(answer)).token as string;
}

/** What has to be asked for in the address. */
const queries: Partial<Record<EndpointKey, string>> = {
  "GET /projects/{project}/attribute-values": "?label=attribution&attribute=source",
};

/** Asks an endpoint, with a token or in a session; an id stands for what the path says before it. */
async function ask(key: EndpointKey, by: string | PagelessBrowser, ids: Partial<Contents>) {
  const [method = "", path = ""] = key.split(" ");
  const filled = path
    .replace("{project}", ids.project ?? uuidv7())
    .replace("{number}", "1")
    .replace(/([\w-]+)\/\{id\}/, (_, of: string) => `${of}/${idOf(of, ids)}`)
    .replace("{version}", "1")
    .replace("{comment}", uuidv7())
    .replace("{name}", SCHEMA_FILE);
  const response = await fetch(`${url}/api/v1${filled}${queries[key] ?? ""}`, {
    method,
    headers: {
      ...(typeof by === "string"
        ? { authorization: `Bearer ${by}` }
        : { cookie: by.cookieHeader(), origin: url }),
      ...(endpointOf(key).body ? { "content-type": "application/json" } : {}),
    },
    ...(endpointOf(key).body ? { body: JSON.stringify(bodies[key] ?? {}) } : {}),
    ...(endpointOf(key).upload ? { body: anUpload() } : {}),
  });
  const text = await response.text();
  const isProblem = response.headers.get("content-type")?.includes("problem");
  return { status: response.status, text, problem: isProblem ? JSON.parse(text) : null };
}

/** The id of something in a project; of anything else, such as a user, one that nothing has. */
function idOf(of: string, ids: Partial<Contents>): string {
  return new Map(Object.entries(ids)).get(of) ?? uuidv7();
}

function anUpload() {
  const form = new FormData();
  form.append("files", new Blob(["She did."]), "b.txt");
  return form;
}

const aGuideline = {
  from: 0,
  content: { blocks: [{ type: "paragraph", words: [{ text: "Read." }] }] },
};

/** What is asked in good form; without one, an empty object. */
const bodies: Partial<Record<EndpointKey, unknown>> = {
  "PATCH /me": { name: "Ana" },
  "PUT /me/keys": { keys: {}, single: true },
  "PUT /me/mail": { kinds: [] },
  "POST /projects": { slug: "pier", title: "The pier" },
  "PATCH /projects/{project}": { title: "Another title" },
  "PUT /projects/{project}/cues": { cues: ["opined"] },
  "PATCH /projects/{project}/publishing": { licence: { id: "mit" } },
  "POST /projects/{project}/guidelines": aGuideline,
  "POST /projects/{project}/guidelines/amendments": {
    from: 1,
    label: "claim",
    text: "Read twice.",
  },
  "POST /annotation-sets/{id}/comments": { set: uuidv7(), span: uuidv7(), text: "Why?" },
  "PUT /projects/{project}/guidelines/reading": { version: 1 },
  "POST /projects/{project}/members": { email: "omid@example.org", role: "viewer" },
  "PATCH /projects/{project}/members/{id}": { role: "viewer" },
  "POST /projects/{project}/invites": { email: null, role: "viewer" },
  "POST /invites": { email: null },
  "PATCH /users/{id}": { disabled: true },
  "PUT /settings": { second_factors: "of_nobody" },
  "POST /projects/{project}/page-imports": { urls: ["http://127.0.0.1/"] },
  "POST /projects/{project}/rounds": { title: "Round", reviewers: [] },
  "POST /projects/{project}/round-previews": { title: "Round", reviewers: [] },
  "POST /projects/{project}/rounds/{number}/assignments/{id}/return": { comment: "Once more." },
  "POST /projects/{project}/rounds/{number}/assignments/{id}/reassign": { user: uuidv7() },
  "POST /projects/{project}/articles/work": { articles: [uuidv7()] },
  "POST /projects/{project}/articles/delete": { articles: [uuidv7()] },
  "POST /projects/{project}/articles/restore": { articles: [uuidv7()] },
  "PUT /annotation-sets/{id}/active-time": { source: uuidv7(), seconds: 1 },
  "POST /annotation-sets/{id}/operations": {
    revision: 0,
    operations: [{ id: uuidv7(), type: "set_article_note", note: "Seen." }],
  },
  "POST /projects/{project}/schemes": { base: 1, scheme: defaultScheme },
  "POST /projects/{project}/schemes/impact": { base: 1, scheme: defaultScheme },
  "POST /projects/{project}/schemes/read": { text: "{}" },
  "POST /annotation-sets/{id}/scheme": { revision: 0, version: 1 },
  "PATCH /annotation-sets/{id}": { flag_reason: "Look again." },
  "POST /annotation-sets/{id}/submit": { revision: 0 },
  "POST /annotation-sets/{id}/reopen": { revision: 0 },
};

beforeAll(async () => {
  const gainsay = await aRunningGainsay();
  url = gainsay.url;
  admin = new PagelessBrowser(url);
  const link = /\/setup\/(\S+)/.exec(gainsay.log())?.[1];
  const ana = { token: link, name: "Ana", email: "ana@example.org", password };
  await admin.send("POST", "/api/v1/setup", ana);
  // Or nobody may, whatever their role.
  await told(await admin.send("PUT", "/api/v1/settings", { pages_by_address: true }));
  const { path } = await told(await admin.send("POST", "/api/v1/invites", {}));
  const omid = { name: "Omid", email: "omid@example.org", password };
  const invite = { token: path.split("/").at(-1), newcomer: omid };
  await new PagelessBrowser(url).send("POST", "/api/v1/invites/accept", invite);
  const { users } = await told(await admin.send("GET", "/api/v1/users?q=omid"));
  harbour = await aProject("harbour", users[0].id);
  lantern = await aProject("lantern", users[0].id);
  return async () => void (await gainsay.stop());
});

describe.for(tokenScopes.map((scope) => ({ scope })))(
  "a token with the scope $scope alone",
  ({ scope }) => {
    let token = "";
    beforeAll(async () => {
      token = await aToken({ scopes: [scope] });
    });

    test.for(endpoints.map((key) => ({ key, needs: endpointOf(key).scope })))(
      "at $key, which needs $needs",
      async ({ key, needs }) => {
        // Of what there is nothing of, so that whatever is let through does no harm.
        const { status, problem } = await ask(key, token, {});
        if (endpointOf(key).access === "anyone") {
          expect(problem?.code).not.toBe("token_scope");
        } else if (needs === null) {
          expect([status, problem.code]).toEqual([403, "forbidden"]);
        } else if (needs === scope) {
          expect([401, 403, 500]).not.toContain(status);
        } else {
          expect([status, problem.code, problem.scope]).toEqual([403, "token_scope", needs]);
          expect(problem.detail).toContain(needs);
        }
      },
    );
  },
);

/** Whether an endpoint speaks of what is in one project. */
const isOfOneProject = (key: EndpointKey) =>
  /\{project\}|\/(?:articles|annotation-sets)\//.test(key);

/** For whoever has an account, or none: what they do there is their own, whatever their role. */
const whateverRole = (key: EndpointKey) =>
  ["anyone", "second_step", "signed_in"].includes(endpointOf(key).access);

test("whatever asks for a permission speaks of one project, in which roles give them", () => {
  const others = endpoints.filter((key) => !whateverRole(key) && !isOfOneProject(key));
  expect(others.filter((key) => endpointOf(key).access !== "site_admin")).toEqual([]);
});

describe.for(roles.map((role) => ({ role })))("a member who is $role", ({ role }) => {
  let token = "";
  let browser: PagelessBrowser;
  beforeAll(async () => {
    const { path } = await told(
      await admin.send("POST", "/api/v1/projects/lantern/invites", { role }),
    );
    const newcomer = { name: "Mina", email: `${role}@example.org`, password };
    browser = new PagelessBrowser(url);
    const invite = { token: path.split("/").at(-1), newcomer };
    await told(await browser.send("POST", "/api/v1/invites/accept", invite));
    const scopes = [...tokenScopes];
    token = (await told(await browser.send("POST", "/api/v1/tokens", { name: "all", scopes })))
      .token;
  });

  /** With the token, or in the session of who has just signed in where there is none for it. */
  const asked = (key: EndpointKey, ids: Partial<Contents>) =>
    ask(key, endpointOf(key).scope === null ? browser : token, ids);

  const cases = endpoints
    .filter((key) => !whateverRole(key))
    .map((key) => {
      const { access } = endpointOf(key);
      const permission = permissions.find((one) => one === access);
      return { key, access, allowed: permission !== undefined && roleMay(role, permission) };
    });

  test.for(cases)("$key, which takes $access: $allowed", async ({ key, access, allowed }) => {
    if (isOfOneProject(key) && access !== "site_admin") {
      const elsewhere = await asked(key, harbour);
      expect([elsewhere.status, elsewhere.problem?.code]).toEqual([404, "not_found"]);
    }
    // Who may change something is let through, to what there is nothing of; that it is changed is for tests of its own.
    const changes = !key.startsWith("GET ");
    if (allowed && changes) {
      if (key === "DELETE /projects/{project}") return;
      const { status } = await asked(key, { project: lantern.project });
      expect([401, 403, 500]).not.toContain(status);
      return;
    }
    const { status } = await asked(key, lantern);
    // Work of others is not there for whoever may not see it, nor the trash, nor what nothing was compared with.
    const isUnseen = /annotation-sets|restore/.test(key);
    if (allowed) expect([200, 404]).toContain(status);
    else expect(isUnseen ? [403, 404] : [403]).toContain(status);
  });
});

describe("a token for one project, of a site admin", () => {
  let token = "";
  beforeAll(async () => {
    token = await aToken({ projects: ["lantern"] });
  });

  const forTokens = endpoints.filter((key) => endpointOf(key).scope !== null);
  const inOne = forTokens.filter(isOfOneProject);
  const inNone = forTokens.filter((key) => !inOne.includes(key));

  test.for(inOne)("finds nothing of another: %s", async (key) => {
    const { status, problem } = await ask(key, token, harbour);
    expect([status, problem?.code]).toEqual([404, "not_found"]);
    // What is not there at all is told in the same words.
    expect(problem.detail).toBe((await ask(key, token, {})).problem.detail);
  });

  test.for(inNone)(
    "is told nothing of another, and does nothing to the whole site: %s",
    async (key) => {
      const { status, text } = await ask(key, token, {});
      expect(text).not.toMatch(/harbour/);
      const isOfPeople =
        endpointOf(key).access === "site_admin" || /tokens|(?:PATCH|PUT) \/me/.test(key);
      if (isOfPeople) expect(status).toBe(403);
      else expect(status).toBe(endpointOf(key).status);
    },
  );

  const reads = inOne.filter((key) => key.startsWith("GET "));
  test.for(reads)("reads its own: %s", async (key) => {
    const { status } = await ask(key, token, lantern);
    // There is no practice in it, and so nothing to compare; and no gold, on which anything were decided.
    const isOfNothing = /\/feedback\/|\/decisions$|\/comments$/.test(key);
    expect(status).toBe(isOfNothing ? 404 : 200);
  });

  test("sees its own alone in lists, and nothing at all once that is gone", async () => {
    const { text } = await ask("GET /projects", token, {});
    expect(JSON.parse(text).projects.map(({ slug }: { slug: string }) => slug)).toEqual([
      "lantern",
    ]);
    await admin.send("DELETE", "/api/v1/projects/harbour?force=true");
    const trash = await ask("GET /trash", token, {});
    expect(JSON.parse(trash.text).items).toEqual([]);
    await admin.send("DELETE", "/api/v1/projects/lantern?force=true");
    const projects = await ask("GET /projects", token, {});
    expect(JSON.parse(projects.text).projects).toEqual([]);
  });
});
