import { beforeAll, describe, expect, test } from "vitest";
import { operator, type UserActor } from "@/lib/access/actor";
import type { Guideline } from "@/lib/domain/guideline";
import { type Role, roles } from "@/lib/domain/roles";
import { database } from "@/lib/store/database";
import { deleteProject, restoreProject } from "@/lib/workflow/deleting";
import {
  guidelinesOf,
  guidelinesToEdit,
  guidelineVersion,
  guidelineVersionsPage,
  noteGuidelinesRead,
  openGuidelines,
  openGuidelineVersion,
  saveGuidelines,
} from "@/lib/workflow/guidelines";
import { aDatabase, sql } from "../setup/database";
import { broken } from "../setup/health";
import { refusal } from "../setup/refusal";
import { aMember, aProject, aUser } from "../setup/world";

beforeAll(async () => {
  await aDatabase();
});

const says = (...lines: string[]): Guideline => ({
  blocks: lines.map((text) => ({ type: "paragraph", words: [{ text }] })),
});

/** A project with as many versions of guidelines as there are texts. */
async function withGuidelines(...texts: string[]) {
  const project = await aProject();
  const admin = await aMember(project.id, "admin");
  for (const [from, text] of texts.entries()) {
    await saveGuidelines(admin, project.slug, { from, content: says(text), note: `Said ${text}` });
  }
  return { ...project, admin };
}

describe("guidelines", () => {
  test("are none at first, and then the latest version, with who wrote it and what changed", async () => {
    const { slug, admin } = await withGuidelines();
    expect(await guidelinesOf(admin, slug)).toEqual({ current: null, read_version: null });
    const content = says("One.");
    const saved = await saveGuidelines(admin, slug, { from: 0, content, note: " First. " });
    expect(saved).toMatchObject({ version: 1, note: "First.", created_by: "Ana", content });
    await saveGuidelines(admin, slug, { from: 1, content: says("Two."), note: "" });
    const { current } = await guidelinesOf(admin, slug);
    expect(current).toMatchObject({ version: 2, note: "", content: says("Two.") });
    expect(await guidelineVersion(admin, slug, "1")).toEqual(saved);
    const page = await guidelineVersionsPage(admin, slug);
    expect(page.versions.map(({ version, note }) => [version, note])).toEqual([
      [2, ""],
      [1, "First."],
    ]);
  });

  test("come in pages", async () => {
    const { slug, admin } = await withGuidelines("a", "b", "c");
    const first = await guidelineVersionsPage(admin, slug, { limit: 2 });
    expect(first.versions.map(({ version }) => version)).toEqual([3, 2]);
    const rest = await guidelineVersionsPage(admin, slug, { cursor: first.next_cursor ?? "" });
    expect(rest).toMatchObject({ versions: [{ version: 1 }], next_cursor: null });
  });

  test.for(["0", "4", "-1", "x", "1.5", "99999999999", "2147483648", ""])(
    "have no version %j",
    async (version) => {
      const { slug, admin } = await withGuidelines("a");
      await expect(guidelineVersion(admin, slug, version)).rejects.toEqual(refusal("not_found"));
    },
  );

  test("made from another version than the one that holds are refused, and nothing changes", async () => {
    const { slug, admin } = await withGuidelines("a", "b");
    for (const from of [0, 1, 3]) {
      await expect(
        saveGuidelines(admin, slug, { from, content: says("c"), note: "" }),
      ).rejects.toEqual(refusal("conflict", { version: 2 }));
    }
    expect((await guidelinesOf(admin, slug)).current).toMatchObject({ version: 2 });
  });

  test("of several that are saved at once one is written", async () => {
    const { slug, admin } = await withGuidelines("a");
    const outcomes = await Promise.allSettled(
      ["b", "c", "d"].map((text) =>
        saveGuidelines(admin, slug, { from: 1, content: says(text), note: "" }),
      ),
    );
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    for (const outcome of outcomes) {
      if (outcome.status === "rejected") expect(outcome.reason).toEqual(refusal("conflict"));
    }
  });

  test("with a label that the scheme has not are refused", async () => {
    const { slug, admin } = await withGuidelines();
    const content: Guideline = {
      blocks: [{ type: "heading", level: 2, label: "rumour", words: [{ text: "Rumours" }] }],
    };
    await expect(saveGuidelines(admin, slug, { from: 0, content, note: "" })).rejects.toEqual(
      refusal("unprocessable", { block: 0 }),
    );
  });

  test("never change, not even by other hands", async () => {
    const { id } = await withGuidelines("a");
    await expect(
      sql("UPDATE guideline_versions SET note = 'x' WHERE project_id = $1", [id]),
    ).rejects.toThrow("never change");
  });

  test("lie in the trash with their project, come back with it and go with it", async () => {
    const { id, slug, admin } = await withGuidelines("a");
    await noteGuidelinesRead(admin, slug, 1);
    await deleteProject(operator, slug);
    await expect(guidelinesOf(admin, slug)).rejects.toEqual(refusal("not_found"));
    await restoreProject(operator, id);
    expect(await guidelinesOf(admin, slug)).toMatchObject({
      current: { version: 1 },
      read_version: 1,
    });
    await sql("DELETE FROM projects WHERE id = $1", [id]);
    const left = await sql("SELECT FROM guideline_versions WHERE project_id = $1", [id]);
    expect(left.rowCount).toBe(0);
  });
});

describe("who has read them", () => {
  test("has them marked as changed since then, and no more once read again", async () => {
    const { id, slug, admin } = await withGuidelines("a");
    const reviewer = await aMember(id);
    expect((await openGuidelines(reviewer, slug)).earlier).toBeNull();
    await noteGuidelinesRead(reviewer, slug, 1);
    await saveGuidelines(admin, slug, { from: 1, content: says("b"), note: "" });
    await saveGuidelines(admin, slug, { from: 2, content: says("c"), note: "" });
    const opened = await openGuidelines(reviewer, slug);
    expect(opened).toMatchObject({ shown: { version: 3 }, earlier: { version: 1 } });
    await noteGuidelinesRead(reviewer, slug, 3);
    expect((await openGuidelines(reviewer, slug)).earlier).toBeNull();
    // As another window has it that was opened before.
    await noteGuidelinesRead(reviewer, slug, 2);
    expect((await guidelinesOf(reviewer, slug)).read_version).toBe(3);
  });

  test("is who wrote them, too, without more ado", async () => {
    const { slug, admin } = await withGuidelines("a", "b");
    expect((await guidelinesOf(admin, slug)).read_version).toBe(2);
    expect((await openGuidelines(admin, slug)).earlier).toBeNull();
  });

  test("has not read what there is not", async () => {
    const { slug, admin } = await withGuidelines("a");
    await expect(noteGuidelinesRead(admin, slug, 2)).rejects.toEqual(refusal("not_found"));
    await noteGuidelinesRead(operator, slug, 1);
  });

  test("sees an old version beside the one before it", async () => {
    const { slug, admin } = await withGuidelines("a", "b");
    expect((await openGuidelineVersion(admin, slug, "1")).earlier).toBeNull();
    expect(await openGuidelineVersion(admin, slug, "2")).toMatchObject({
      shown: { version: 2 },
      earlier: { version: 1 },
    });
  });
});

describe("who may", () => {
  const reads = (actor: UserActor, slug: string) => [
    () => guidelinesOf(actor, slug),
    () => guidelineVersion(actor, slug, "1"),
    () => guidelineVersionsPage(actor, slug),
    () => noteGuidelinesRead(actor, slug, 1),
    () => openGuidelines(actor, slug),
    () => openGuidelineVersion(actor, slug, "1"),
  ];
  const writes = (actor: UserActor, slug: string) => [
    () => saveGuidelines(actor, slug, { from: 1, content: says("b"), note: "" }),
    () => guidelinesToEdit(actor, slug),
  ];
  const writers: readonly Role[] = ["admin", "curator"];

  test.for(roles)("%s: reads", async (role) => {
    const { id, slug } = await withGuidelines("a");
    const member = await aMember(id, role);
    for (const attempt of reads(member, slug)) await attempt();
  });

  test.for(roles)("%s: writes or not", async (role) => {
    const { id, slug } = await withGuidelines("a");
    const member = await aMember(id, role);
    for (const attempt of writes(member, slug)) {
      if (writers.includes(role)) await attempt();
      else await expect(attempt()).rejects.toEqual(refusal("forbidden"));
    }
  });

  test("strangers and members of other projects find nothing", async () => {
    const { slug } = await withGuidelines("a");
    const elsewhere = await aMember((await aProject()).id, "admin");
    for (const actor of [await aUser(), elsewhere]) {
      for (const attempt of [...reads(actor, slug), ...writes(actor, slug)]) {
        await expect(attempt()).rejects.toEqual(refusal("not_found"));
      }
    }
  });
});

describe("the doctor", () => {
  /** Changes what never changes. */
  async function behindTheBack(statement: string, id: string): Promise<void> {
    const client = await database().pool.connect();
    try {
      await client.query("SET session_replication_role = replica");
      await client.query(statement, [id]);
    } finally {
      client.release(true);
    }
  }

  test("is needed, and not another question, where guidelines cannot be read", async () => {
    const { id, slug, admin } = await withGuidelines("a");
    await behindTheBack(`UPDATE guideline_versions SET content = '{}' WHERE project_id = $1`, id);
    // Neither a Refusal nor a ZodError, which would be answered as the fault of who asks.
    await expect(guidelinesOf(admin, slug)).rejects.toMatchObject({
      name: "Error",
      message: "Version 1 of guidelines cannot be read.",
    });
  });

  test.for([
    {
      name: "a version that is missing",
      statement: "DELETE FROM guideline_versions WHERE project_id = $1 AND version = 1",
      check: "guideline_versions_have_no_gaps",
    },
    {
      name: "a block of an unknown kind",
      statement: `UPDATE guideline_versions SET content = '{"blocks":[{"type":"image"}]}' WHERE project_id = $1`,
      check: "guidelines_can_be_read",
    },
    {
      name: "a span that leaves its example",
      statement: `UPDATE guideline_versions SET content = '{"blocks":[{"type":"example","text":"ab","spans":[{"label":"claim","start":1,"end":3}]}]}' WHERE project_id = $1`,
      check: "guidelines_can_be_read",
    },
  ])("finds $name", async ({ statement, check }) => {
    await aDatabase();
    const { id } = await withGuidelines("a", "b");
    expect(await broken()).toEqual([]);
    await behindTheBack(statement, id);
    expect(await broken()).toEqual([check]);
  });
});
