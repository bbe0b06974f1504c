import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { operator, type UserActor } from "@/lib/access/actor";
import { roles } from "@/lib/domain/roles";
import { defaultScheme } from "@/lib/domain/scheme";
import { database, transaction } from "@/lib/store/database";
import { changeMemberRole } from "@/lib/store/members";
import { addMember, changeRole, membersPage, removeMember } from "@/lib/workflow/members";
import {
  changeCues,
  createProject,
  cuesOf,
  projectFor,
  projectsOf,
  renameProject,
} from "@/lib/workflow/projects";
import { addUser, changeUser, usersPage } from "@/lib/workflow/users";
import { aDatabase } from "../setup/database";
import { refusal } from "../setup/refusal";
import { aMember, aProject, aUser } from "../setup/world";

const trail = async (projectId: string) => {
  const { rows } = await database().pool.query<{ action: string }>(
    "SELECT action FROM audit_events WHERE project_id = $1 ORDER BY id",
    [projectId],
  );
  return rows.map(({ action }) => action);
};

beforeAll(async () => {
  await aDatabase();
});

describe("a project", () => {
  test("is made by a site admin, who is its admin, with the default scheme", async () => {
    const ana = await aUser({ siteAdmin: true });
    const project = await createProject(ana, { slug: "leaks", title: "  Leaks 2024 " });
    expect(project).toMatchObject({ slug: "leaks", title: "Leaks 2024", role: "admin" });
    const { rows } = await database().pool.query(
      "SELECT version, definition FROM scheme_versions WHERE project_id = $1",
      [project.id],
    );
    expect(rows).toEqual([{ version: 1, definition: defaultScheme }]);
    expect((await membersPage(ana, "leaks")).members).toMatchObject([
      { role: "admin", user: { name: "Ana" } },
    ]);
    expect(await trail(project.id)).toEqual(["project.created", "member.added"]);
  });

  test("has a slug that nobody else has, also when raced", async () => {
    const outcomes = await Promise.allSettled(
      [1, 2, 3].map((n) => createProject(operator, { slug: "raced", title: `Raced ${n}` })),
    );
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    for (const outcome of outcomes) {
      if (outcome.status === "rejected") {
        expect(outcome.reason).toEqual(refusal("conflict", { field: "slug" }));
      }
    }
  });

  test("is made by nobody else, and renamed by its admins", async () => {
    const project = await aProject();
    const admin = await aMember(project.id, "admin");
    await expect(createProject(admin, { slug: "mine", title: "Mine" })).rejects.toEqual(
      refusal("forbidden"),
    );
    expect(await renameProject(admin, project.slug, "Neuer Titel")).toMatchObject({
      title: "Neuer Titel",
    });
    expect(await projectFor(admin, project.id, "read")).toMatchObject({ title: "Neuer Titel" });
    const curator = await aMember(project.id, "curator");
    await expect(renameProject(curator, project.slug, "x")).rejects.toEqual(refusal("forbidden"));
    await expect(renameProject(await aUser(), project.slug, "x")).rejects.toEqual(
      refusal("not_found"),
    );
    await expect(projectFor(admin, "a\0b", "read")).rejects.toEqual(refusal("not_found"));
    await expect(renameProject(admin, project.slug, " \n")).rejects.toEqual(refusal("invalid"));
  });
});

describe("words of reported speech", () => {
  test("are added by admins, tidied, and read by every member", async () => {
    const project = await aProject();
    const admin = await aMember(project.id, "admin");
    const viewer = await aMember(project.id, "viewer");
    expect(await cuesOf(viewer, project.slug)).toEqual({ cues: [] });
    const written = [" opined ", "held  that", "opined", "می‌گوید"];
    const kept = { cues: ["opined", "held that", "می‌گوید"] };
    expect(await changeCues(admin, project.slug, written)).toEqual(kept);
    expect(await cuesOf(viewer, project.slug)).toEqual(kept);
    expect(await changeCues(admin, project.slug, [])).toEqual({ cues: [] });
  });

  test("are changed by nobody else", async () => {
    const project = await aProject();
    const curator = await aMember(project.id, "curator");
    await expect(changeCues(curator, project.slug, ["x"])).rejects.toEqual(refusal("forbidden"));
    await expect(changeCues(await aUser(), project.slug, [])).rejects.toEqual(refusal("not_found"));
    await expect(cuesOf(await aUser(), project.slug)).rejects.toEqual(refusal("not_found"));
  });

  test.for([
    { name: "without a letter", cues: ["—"] },
    { name: "of 101 characters", cues: ["a".repeat(101)] },
    { name: "of two lines", cues: ["a\nb"] },
    { name: "that is the 501st", cues: Array.from({ length: 501 }, (_, n) => `word ${n}`) },
  ])("one $name is refused", async ({ cues }) => {
    const project = await aProject();
    await expect(changeCues(operator, project.slug, cues)).rejects.toEqual(refusal("invalid"));
  });

  test("500 of 100 characters are what the database takes", async () => {
    const project = await aProject();
    const cues = Array.from({ length: 500 }, (_, n) => `${n} ${"😀".repeat(96)}`);
    expect((await changeCues(operator, project.slug, cues)).cues).toHaveLength(500);
  });
});

describe("members", () => {
  test("are seen and changed by admins, not by the others, and by strangers not at all", async () => {
    const project = await aProject();
    const member = await aMember(project.id, "reviewer");
    const attempts = (actor: UserActor) => [
      () => membersPage(actor, project.slug),
      () => changeRole(actor, project.slug, { userId: member.userId, role: "viewer" }),
      () => removeMember(actor, project.slug, member.userId),
      () => addMember(actor, project.slug, { email: member.email, role: "viewer" }),
    ];
    for (const role of roles.filter((role) => role !== "admin")) {
      for (const attempt of attempts(await aMember(project.id, role))) {
        await expect(attempt()).rejects.toEqual(refusal("forbidden"));
      }
    }
    for (const attempt of attempts(await aUser())) {
      await expect(attempt()).rejects.toEqual(refusal("not_found"));
    }
    const elsewhere = await aProject();
    for (const attempt of attempts(await aMember(elsewhere.id, "admin"))) {
      await expect(attempt()).rejects.toEqual(refusal("not_found"));
    }
  });

  test("cannot be reached through another project", async () => {
    const [mine, theirs] = [await aProject(), await aProject()];
    const admin = await aMember(mine.id, "admin");
    const victim = await aMember(theirs.id, "admin");
    const change = { userId: victim.userId, role: "viewer" } as const;
    await expect(changeRole(admin, mine.slug, change)).rejects.toEqual(refusal("not_found"));
    await expect(removeMember(admin, mine.slug, victim.userId)).rejects.toEqual(
      refusal("not_found"),
    );
    await expect(removeMember(admin, mine.slug, "1; DROP TABLE users")).rejects.toEqual(
      refusal("not_found"),
    );
  });

  test("change roles and go, with the next request and a trail", async () => {
    const project = await aProject();
    const admin = await aMember(project.id, "admin");
    const ana = await aMember(project.id, "reviewer");
    await changeRole(admin, project.slug, { userId: ana.userId, role: "curator" });
    expect(await projectsOf(ana)).toMatchObject([{ role: "curator" }]);
    await changeRole(admin, project.slug, { userId: ana.userId, role: "curator" });
    await removeMember(admin, project.slug, ana.userId);
    expect(await projectsOf(ana)).toEqual([]);
    await expect(projectFor(ana, project.slug, "read")).rejects.toEqual(refusal("not_found"));
    expect(await trail(project.id)).toEqual(["member.role_changed", "member.removed"]);
  });

  test("keep a role that was changed in between", async () => {
    const project = await aProject();
    const { userId } = await aMember(project.id, "curator");
    const change = { projectId: project.id, userId, from: "viewer", to: "admin" } as const;
    expect(await transaction(database(), (tx) => changeMemberRole(tx, change))).toBe(false);
  });

  test("are not added by a project's own admin, who would learn who has an account", async () => {
    const project = await aProject();
    const admin = await aMember(project.id, "admin");
    const somebody = await aUser();
    await expect(
      addMember(admin, project.slug, { email: somebody.email, role: "viewer" }),
    ).rejects.toEqual(refusal("forbidden"));
  });

  test("a project without admins is repaired by a site admin", async () => {
    const project = await aProject();
    const admin = await aMember(project.id, "admin");
    await removeMember(admin, project.slug, admin.userId);
    const siteAdmin = await aUser({ siteAdmin: true });
    const member = { email: admin.email.toUpperCase(), role: "admin" } as const;
    await addMember(siteAdmin, project.slug, member);
    await expect(addMember(siteAdmin, project.slug, member)).rejects.toEqual(refusal("conflict"));
    await expect(
      addMember(siteAdmin, project.slug, { email: "nobody@example.org", role: "viewer" }),
    ).rejects.toEqual(refusal("not_found"));
    expect((await membersPage(admin, project.slug)).members).toHaveLength(1);
  });
});

describe("users", () => {
  beforeEach(async () => {
    await aDatabase();
  });

  test("are listed in pages that miss nobody and repeat nobody", async () => {
    const ana = await aUser({ siteAdmin: true });
    for (let i = 0; i < 24; i += 1) await aUser({ name: `Person ${i}` });
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page = await usersPage(ana, { q: "", cursor: cursor ?? undefined, limit: 10 });
      seen.push(...page.users.map(({ email }) => email));
      cursor = page.next_cursor;
    } while (cursor !== null);
    expect(seen).toHaveLength(25);
    expect(new Set(seen).size).toBe(25);
    const found = await usersPage(ana, { q: "PERSON 2", limit: 10 });
    expect(found.users.map(({ name }) => name).sort()).toEqual([
      "Person 2",
      "Person 20",
      "Person 21",
      "Person 22",
      "Person 23",
    ]);
    expect((await usersPage(ana, { q: "%", limit: 10 })).users).toEqual([]);
    await expect(usersPage(ana, { q: "\0", limit: 10 })).rejects.toEqual(refusal("unprocessable"));
    for (const bad of ["!", "AA==", "\0"]) {
      await expect(usersPage(ana, { q: "", cursor: bad, limit: 10 })).rejects.toEqual(
        refusal("invalid"),
      );
    }
  });

  test("are nobody's business but site admins'", async () => {
    const ana = await aUser();
    await expect(usersPage(ana, { q: "", limit: 10 })).rejects.toEqual(refusal("forbidden"));
    await expect(changeUser(ana, { id: ana.userId }, { site_admin: true })).rejects.toEqual(
      refusal("forbidden"),
    );
    await expect(
      addUser(ana, { email: "x@example.org", name: "X", siteAdmin: true, password: null }),
    ).rejects.toEqual(refusal("forbidden"));
  });

  test("are not disabled by themselves, nor the last site admin by anybody", async () => {
    const ana = await aUser({ siteAdmin: true });
    const own = { id: ana.userId };
    await expect(changeUser(ana, own, { disabled: true })).rejects.toEqual(refusal("conflict"));
    await expect(changeUser(ana, own, { site_admin: false })).rejects.toEqual(refusal("conflict"));
    await expect(changeUser(operator, own, { disabled: true })).rejects.toEqual(
      refusal("conflict"),
    );
    await expect(changeUser(ana, { id: "1" }, { disabled: true })).rejects.toEqual(
      refusal("not_found"),
    );
  });

  test("the last site admin stays one, also where disabled ones are left", async () => {
    const ana = await aUser({ siteAdmin: true });
    const bela = await aUser({ siteAdmin: true });
    await changeUser(ana, { id: bela.userId }, { disabled: true });
    for (const change of [{ disabled: true }, { site_admin: false }]) {
      await expect(changeUser(operator, { id: ana.userId }, change)).rejects.toEqual(
        refusal("conflict"),
      );
    }
  });

  test("of two site admins who disable each other at once, one stays", async () => {
    for (let round = 0; round < 5; round += 1) {
      const [ana, bela] = [await aUser({ siteAdmin: true }), await aUser({ siteAdmin: true })];
      const { pool } = database();
      await pool.query("UPDATE users SET site_admin = id IN ($1, $2)", [ana.userId, bela.userId]);
      const outcomes = await Promise.allSettled([
        changeUser(ana, { id: bela.userId }, { disabled: true }),
        changeUser(bela, { id: ana.userId }, { disabled: true }),
      ]);
      expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    }
  });

  test("are made once for an address, however it is written", async () => {
    const person = { name: "Ana", siteAdmin: false, password: null };
    await addUser(operator, { ...person, email: "ana@xn--exmple-cua.org" });
    await expect(addUser(operator, { ...person, email: "ANA@EXÄMPLE.org" })).rejects.toEqual(
      refusal("conflict", { field: "email" }),
    );
  });
});
