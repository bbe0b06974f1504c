import { readdirSync } from "node:fs";
import { Client } from "pg";
import { beforeAll, expect, test } from "vitest";
import { operator, type UserActor } from "@/lib/access/actor";
import { tokenScopes } from "@/lib/domain/roles";
import { database } from "@/lib/store/database";
import { migrate, migrateUpTo } from "@/lib/store/schema/migrate";
import { openArticle } from "@/lib/workflow/annotating";
import { deleteProject } from "@/lib/workflow/deleting";
import { changePassword, setPassword } from "@/lib/workflow/passwords";
import { projectsOf } from "@/lib/workflow/projects";
import { actorOfToken } from "@/lib/workflow/signing-in";
import { createToken, revokeToken, type TokenLimits, tokensPage } from "@/lib/workflow/tokens";
import { aDatabase } from "../setup/database";
import { refusal } from "../setup/refusal";
import { aMember, anArticle, aProject, aUser, inSession } from "../setup/world";

beforeAll(async () => {
  await aDatabase();
});

const inDays = (days: number) => new Date(Date.now() + days * 86_400_000);

const limits = (some: Partial<TokenLimits>): TokenLimits => ({
  scopes: tokenScopes,
  projects: null,
  expiresAt: null,
  ...some,
});

async function acting(token: string): Promise<UserActor> {
  const actor = await actorOfToken(token);
  if (!actor) throw new Error("This token is nobody's.");
  return actor;
}

test("a token works until it expires, and is told then that it has", async () => {
  const ana = await aUser();
  const { id, token } = await createToken(ana, "script", limits({ expiresAt: inDays(30) }));
  await acting(token);
  await database().pool.query(
    "UPDATE api_tokens SET expires_at = '2026-03-01T10:00:00Z', last_used_at = NULL WHERE id = $1",
    [id],
  );
  await expect(actorOfToken(token)).rejects.toEqual(
    expect.objectContaining({
      code: "unauthenticated",
      message: "This API token expired on 2026-03-01. Make a new one.",
    }),
  );
  const { tokens } = await tokensPage(ana);
  expect(tokens).toMatchObject([{ expires_at: "2026-03-01T10:00:00.000Z", last_used_at: null }]);
});

test("a token that has expired leaves its place to another, and cannot be made", async () => {
  const ana = await aUser();
  const past = limits({ expiresAt: inDays(-1) });
  await expect(createToken(ana, "late", past)).rejects.toEqual(
    refusal("invalid", { field: "expires_at" }),
  );
  for (let at = 1; at <= 50; at += 1) {
    await createToken(ana, `token ${at}`, limits({ expiresAt: inDays(1) }));
  }
  await expect(createToken(ana, "one more")).rejects.toEqual(refusal("conflict"));
  await database().pool.query("UPDATE api_tokens SET expires_at = now() WHERE user_id = $1", [
    ana.userId,
  ]);
  await createToken(ana, "one more");
});

test("a token of a member is for the projects it names, while its user is in them", async () => {
  const [harbour, lantern] = [await aProject(), await aProject()];
  const ana = await aMember(harbour.id, "admin");
  await database().pool.query(
    "INSERT INTO members (project_id, user_id, role) VALUES ($1, $2, 'admin')",
    [lantern.id, ana.userId],
  );
  const { token, projects } = await createToken(
    ana,
    "script",
    limits({ projects: [harbour.slug, harbour.id] }),
  );
  expect(projects).toEqual([{ slug: harbour.slug, title: harbour.slug }]);
  const script = await acting(token);
  expect((await projectsOf(script)).map(({ slug }) => slug)).toEqual([harbour.slug]);
  const article = await anArticle(lantern.id);
  await expect(openArticle(script, article.id)).rejects.toEqual(refusal("not_found"));
  await database().pool.query("DELETE FROM members WHERE project_id = $1", [harbour.id]);
  expect(await projectsOf(await acting(token))).toEqual([]);
});

test("a token cannot be for a project that its user does not see, nor for none", async () => {
  const { slug } = await aProject();
  const ana = await aUser();
  await expect(createToken(ana, "script", limits({ projects: [slug] }))).rejects.toEqual(
    refusal("not_found"),
  );
  await expect(createToken(ana, "script", limits({ projects: [] }))).rejects.toEqual(
    refusal("invalid", { field: "projects" }),
  );
});

test("a token whose projects are gone for good is not for all others", async () => {
  const { id, slug } = await aProject();
  const admin = await aUser({ siteAdmin: true });
  const { token } = await createToken(admin, "script", limits({ projects: [slug] }));
  await deleteProject(operator, slug, { force: true });
  await database().pool.query("DELETE FROM projects WHERE id = $1", [id]);
  await aProject();
  expect(await projectsOf(await acting(token))).toEqual([]);
  expect((await tokensPage(admin)).tokens).toMatchObject([{ projects: [] }]);
});

test("a token for some projects neither sees nor ends others", async () => {
  const { slug } = await aProject();
  const admin = await aUser({ siteAdmin: true });
  const other = await createToken(admin, "other");
  const { token } = await createToken(admin, "script", limits({ projects: [slug] }));
  const script = await acting(token);
  await expect(tokensPage(script)).rejects.toEqual(refusal("forbidden"));
  await expect(revokeToken(script, other.id)).rejects.toEqual(refusal("forbidden"));
});

test("a token that only reads makes nobody an annotation set, and shows the one there is", async () => {
  const { id } = await aProject();
  const ana = await aMember(id, "reviewer");
  const article = await anArticle(id);
  const { token } = await createToken(ana, "script", limits({ scopes: ["read"] }));
  const script = await acting(token);
  const before = await openArticle(script, article.id);
  expect(before.article.annotation_set).toBeNull();
  const { article: opened } = await openArticle(ana, article.id);
  const after = await openArticle(script, article.id);
  expect(after.article.annotation_set?.id).toBe(opened.annotation_set?.id);
});

test.for([{ endTokens: true }, { endTokens: false }])(
  "tokens end with the password, if that is said: $endTokens",
  async ({ endTokens }) => {
    const ana = await inSession(await aUser());
    const stranger = await createToken(await aUser(), "theirs");
    const current = "plum tractor seventeen";
    await setPassword(operator, ana.email, current);
    const { token } = await createToken(ana, "script");
    const replacement = "another plum on a tractor";
    await changePassword(ana, { current, replacement, endTokens });
    const mine = await actorOfToken(token);
    if (endTokens) expect(mine).toBeNull();
    else expect(mine).not.toBeNull();
    await acting(stranger.token);
  },
);

test("tokens from before there were scopes keep what they could do", async () => {
  const url = await aDatabase();
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query("DROP SCHEMA public CASCADE; CREATE SCHEMA public");
  const before = readdirSync("prisma/migrations").filter((name) => /^\d{4}_/.test(name));
  await migrateUpTo(
    url,
    before.filter((name) => name < "0012"),
  );
  const id = "0198f0a0-0000-7000-8000-000000000001";
  await client.query(
    `INSERT INTO users (id, email, name) VALUES ('${id}', 'r@example.org', 'R');
     INSERT INTO api_tokens (id, user_id, name, token_hash) VALUES ('${id}', '${id}', 'old', 'hash')`,
  );
  await migrate(url);
  const { rows } = await client.query(
    "SELECT scopes::text[] AS scopes, everywhere, expires_at FROM api_tokens",
  );
  await client.end();
  expect(rows).toEqual([{ scopes: [...tokenScopes], everywhere: true, expires_at: null }]);
});
