import { createHash } from "node:crypto";
import { v7 as uuidv7 } from "uuid";
import type { Person, UserActor } from "@/lib/access/actor";
import { paragraphsOf } from "@/lib/domain/article";
import type { Role } from "@/lib/domain/roles";
import { defaultScheme, type LabelRule, type Scheme, type StoredScheme } from "@/lib/domain/scheme";
import { ArticleText } from "@/lib/domain/text";
import { database } from "@/lib/store/database";
import { insertSession } from "@/lib/store/sessions";

/** A person, as a row and as who acts. */
export async function aUser({ siteAdmin = false, name = "Ana" } = {}): Promise<UserActor> {
  const userId = uuidv7();
  const email = `${userId}@example.org`;
  await database().pool.query(
    "INSERT INTO users (id, email, name, site_admin) VALUES ($1, $2, $3, $4)",
    [userId, email, name, siteAdmin],
  );
  return { kind: "user", userId, email, name, siteAdmin };
}

/** Somebody in a browser, in a session that has just begun. */
export async function inSession(user: UserActor): Promise<Person> {
  const { pool } = database();
  const { rows } = await pool.query("SELECT session_version FROM users WHERE id = $1", [
    user.userId,
  ]);
  const session = await insertSession(pool, {
    userId: user.userId,
    sessionVersion: rows[0]?.session_version,
    browser: "Firefox on Linux",
  });
  if (!session || session.awaitsFactor) throw new Error("They do not get in like this.");
  return { ...user, session: { id: session.id, isProven: true } };
}

/** The default scheme, in which claims have other attributes. */
export function withClaims(attributes: LabelRule["attributes"]): Scheme {
  const labels = defaultScheme.labels.map((label) =>
    label.name === "claim" ? { ...label, attributes } : label,
  );
  return { ...defaultScheme, labels };
}

/** A project with the default scheme or another. */
export async function aProject({ scheme = defaultScheme }: { scheme?: StoredScheme } = {}) {
  const id = uuidv7();
  const slug = `p-${id.slice(-12)}`;
  const client = await database().pool.connect();
  try {
    await client.query("BEGIN");
    await client.query("INSERT INTO projects (id, slug, title) VALUES ($1, $2, $2)", [id, slug]);
    await client.query(
      "INSERT INTO scheme_versions (project_id, version, definition) VALUES ($1, 1, $2)",
      [id, JSON.stringify(scheme)],
    );
    await client.query("COMMIT");
  } finally {
    client.release();
  }
  return { id, slug };
}

/** A member of a project, with a role. */
export async function aMember(projectId: string, role: Role = "reviewer"): Promise<UserActor> {
  const user = await aUser();
  await database().pool.query(
    "INSERT INTO members (project_id, user_id, role) VALUES ($1, $2, $3)",
    [projectId, user.userId, role],
  );
  return user;
}

/** An article whose blocks are the paragraphs of its text; its title is the first one's beginning. */
export async function anArticle(projectId: string, text = "Tehran denied it. She said so.") {
  const id = uuidv7();
  const client = await database().pool.connect();
  try {
    await client.query("BEGIN");
    await client.query(
      "INSERT INTO articles (id, project_id, source_key, title) VALUES ($1, $2, $3, $4)",
      [id, projectId, id, text.slice(0, 40)],
    );
    await client.query(
      `INSERT INTO article_versions (id, project_id, article_id, number, title, text, text_sha256, text_length, blocks)
       VALUES ($1, $2, $3, 1, $8, $4, $5, $6, $7)`,
      [
        uuidv7(),
        projectId,
        id,
        text,
        createHash("sha256").update(text).digest("hex"),
        new ArticleText(text).length,
        JSON.stringify(paragraphsOf(text)),
        text.slice(0, 40),
      ],
    );
    await client.query("COMMIT");
  } finally {
    client.release();
  }
  return { id, text: new ArticleText(text) };
}
