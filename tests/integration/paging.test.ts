import { v7 as uuidv7 } from "uuid";
import { beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { operator, type UserActor } from "@/lib/access/actor";
import { database } from "@/lib/store/database";
import { deleteArticles, trashOf } from "@/lib/workflow/deleting";
import { importFiles, importsOf } from "@/lib/workflow/importing/index";
import { createInvite, openInvitesPage, revokeInvite } from "@/lib/workflow/invites";
import { membersPage } from "@/lib/workflow/members";
import { type PageAsked, pageOf } from "@/lib/workflow/paging";
import { createProject, projectsPage } from "@/lib/workflow/projects";
import { createToken, tokensPage } from "@/lib/workflow/tokens";
import { usersPage } from "@/lib/workflow/users";
import { aDatabase } from "../setup/database";
import { aFile } from "../setup/files";
import { aMember, anArticle, aProject, aUser } from "../setup/world";

type Page = { readonly ids: readonly string[]; readonly next: string | null };
type List = {
  readonly name: string;
  readonly page: (asked: PageAsked) => Promise<Page>;
  /** In the order of the list. */
  readonly all: () => Promise<string[]>;
};

let admin: UserActor;
let project: Awaited<ReturnType<typeof aProject>>;

beforeAll(async () => {
  await aDatabase();
  admin = await aUser({ siteAdmin: true });
  project = await aProject();
  for (let count = 0; count < 5; count += 1) {
    await aMember(project.id); // all of one name
    await createProject(admin, { slug: `p-${uuidv7().slice(-8)}`, title: `Corpus ${count % 2}` });
    await createToken(admin, `token ${count}`);
    const into = { ref: project.slug, role: "reviewer" } as const;
    await createInvite(admin, { siteAdmin: false, project: into, email: null });
    const files = [aFile(`${count}.txt`, `Text ${count}.`)];
    await importFiles(operator, project.slug, { format: "auto", files });
    const { id } = await anArticle(project.id, `Article ${count}.`);
    await deleteArticles(operator, [id]);
  }
  // Of the same moment, as those made by one script may be.
  for (const table of ["invites", "api_tokens"]) {
    await database().pool.query(`UPDATE ${table} SET created_at = '2024-07-30T14:35:34.120Z'`);
  }
  await database().pool.query(
    `UPDATE articles SET deleted_at = date_trunc('minute', now()) WHERE deleted_at IS NOT NULL`,
  );
});

const ids = async (sql: string) => {
  const { rows } = await database().pool.query<{ id: string }>(sql);
  return rows.map(({ id }) => id);
};

const idsOf = (items: readonly { readonly id: string }[]) => items.map(({ id }) => id);

const lists: readonly List[] = [
  {
    name: "projects",
    page: async (asked) => {
      const { projects, next_cursor } = await projectsPage(admin, asked);
      return { ids: idsOf(projects), next: next_cursor };
    },
    all: () => ids("SELECT id FROM projects ORDER BY title, id"),
  },
  {
    name: "members",
    page: async (asked) => {
      const { members, next_cursor } = await membersPage(admin, project.slug, asked);
      return { ids: members.map(({ user }) => user.id), next: next_cursor };
    },
    all: () =>
      ids(
        "SELECT u.id FROM members m JOIN users u ON u.id = m.user_id WHERE m.role = 'reviewer' ORDER BY u.name, u.id",
      ),
  },
  {
    name: "tokens",
    page: async (asked) => {
      const { tokens, next_cursor } = await tokensPage(admin, asked);
      return { ids: idsOf(tokens), next: next_cursor };
    },
    all: () => ids("SELECT id FROM api_tokens ORDER BY created_at DESC, id DESC"),
  },
  {
    name: "invites of the site",
    page: async (asked) => {
      const { invites, next_cursor } = await openInvitesPage(operator, null, asked);
      return { ids: idsOf(invites), next: next_cursor };
    },
    all: () => ids("SELECT id FROM invites ORDER BY created_at DESC, id DESC"),
  },
  {
    name: "invites of a project",
    page: async (asked) => {
      const { invites, next_cursor } = await openInvitesPage(admin, project.slug, asked);
      return { ids: idsOf(invites), next: next_cursor };
    },
    all: () => ids("SELECT id FROM invites ORDER BY created_at DESC, id DESC"),
  },
  {
    name: "users",
    page: async (asked) => {
      const { users, next_cursor } = await usersPage(admin, { q: "", ...asked });
      return { ids: idsOf(users), next: next_cursor };
    },
    all: () => ids("SELECT id FROM users ORDER BY email"),
  },
  {
    name: "imports",
    page: async (asked) => {
      const { imports, next_cursor } = await importsOf(operator, project.slug, asked);
      return { ids: idsOf(imports), next: next_cursor };
    },
    all: () => ids("SELECT id FROM imports ORDER BY id DESC"),
  },
  {
    name: "what is in the trash",
    page: async (asked) => {
      const { items, next_cursor } = await trashOf(operator, asked);
      return { ids: idsOf(items), next: next_cursor };
    },
    all: () =>
      ids("SELECT id FROM articles WHERE deleted_at IS NOT NULL ORDER BY deleted_at DESC, id DESC"),
  },
];

describe.for(lists)("the list of $name", ({ page, all }) => {
  test("has all of them, each once, whatever the length of its pages", async () => {
    const expected = await all();
    expect(expected.length).toBeGreaterThanOrEqual(5);
    for (const limit of [1, 2, expected.length, 200]) {
      const found: string[] = [];
      for (let cursor: string | undefined; ; ) {
        const { ids, next } = await page({ cursor, limit });
        // The last one, full or not, says so.
        expect(ids).toHaveLength(Math.min(limit, expected.length - found.length));
        expect(next === null).toBe(found.length + ids.length === expected.length);
        found.push(...ids);
        if (next === null) break;
        cursor = next;
      }
      expect(found).toEqual(expected);
    }
  });

  test.for([
    { name: "nonsense", cursor: "nonsense" },
    { name: "of a list with another key", cursor: written([1, 2, 3]) },
    { name: "with what PostgreSQL does not take", cursor: written(["\0", uuidv7()]) },
    { name: "with half a character", cursor: written(["\ud800", uuidv7()]) },
    { name: "with no id", cursor: written(["2024-07-30T14:35:34.120Z", "x"]) },
  ])("refuses a cursor that is $name", async ({ cursor }) => {
    await expect(page({ cursor })).rejects.toMatchObject({
      code: "invalid",
      details: { field: "cursor" },
    });
  });
});

function written(key: unknown): string {
  return Buffer.from(JSON.stringify(key)).toString("base64url");
}

test("a page begins after the last one, though that item is gone", async () => {
  const first = await openInvitesPage(admin, project.slug, { limit: 2 });
  const [, second] = first.invites;
  const all = await ids("SELECT id FROM invites ORDER BY created_at DESC, id DESC");
  await revokeInvite(admin, second?.id ?? "", project.slug);
  const cursor = first.next_cursor ?? undefined;
  const next = await openInvitesPage(admin, project.slug, { cursor, limit: 2 });
  expect(idsOf(next.invites)).toEqual(all.slice(2, 4));
});

test("a page of members says how many admins there are in all who can sign in", async () => {
  const other = await aProject();
  const admins = [await aMember(other.id, "admin"), await aMember(other.id, "admin")];
  await aMember(other.id);
  expect(await membersPage(admin, other.slug, { limit: 1 })).toMatchObject({ admins: 2 });
  await database().pool.query("UPDATE users SET disabled_at = now() WHERE id = $1", [
    admins[0]?.userId,
  ]);
  expect(await membersPage(admin, other.slug, { limit: 1 })).toMatchObject({ admins: 1 });
});

test("a page has fifty items if nobody says how many", async () => {
  const asked: number[] = [];
  const load = async ({ limit }: { limit: number }) => {
    asked.push(limit);
    return [];
  };
  const { rows } = await pageOf({}, { key: z.number(), keyOf: (row: number) => row, load });
  expect({ asked, rows }).toEqual({ asked: [51], rows: [] });
});
