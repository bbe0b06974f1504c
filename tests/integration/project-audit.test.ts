import { buffer } from "node:stream/consumers";
import { beforeAll, describe, expect, test } from "vitest";
import { operator, type UserActor } from "@/lib/access/actor";
import type { AuditFilter } from "@/lib/api/audit";
import { changeRound, setReviewer } from "@/lib/workflow/assigning";
import { auditActors, auditPage, exportTrail } from "@/lib/workflow/audit";
import { changeRole } from "@/lib/workflow/members";
import { renameProject } from "@/lib/workflow/projects";
import { aDatabase, sql } from "../setup/database";
import { aRound, aTeam } from "../setup/rounds";
import { aMember, aUser } from "../setup/world";

beforeAll(async () => {
  await aDatabase();
});

/** Two projects in which something was done, the first by its admin and by a site admin. */
async function twoProjects() {
  const one = await aTeam({ reviewers: 2, articles: 2 });
  const other = await aTeam({ reviewers: 1, articles: 1 });
  const site = await aUser({ siteAdmin: true, name: "Site" });
  const [ana, ben] = one.team as [UserActor, UserActor];
  await aRound({ ...one, team: [ana] });
  await changeRound(one.admin, one.project.slug, "1", { title: "Spring", paused: true });
  const reviewer = { number: "1", userId: ben.userId, languages: [] };
  await setReviewer(site, one.project.slug, reviewer);
  await changeRole(site, one.project.slug, { userId: ben.userId, role: "curator" });
  await renameProject(other.admin, other.project.slug, "The other");
  return { ...one, other, site, ana, ben };
}

const actionsIn = async (actor: UserActor, project: string, filter: AuditFilter = {}) =>
  (await auditPage(actor, project, filter)).events.map(({ action }) => action);

async function exported(actor: UserActor, project: string | null, asked = {}) {
  const { bytes, ...about } = await exportTrail(actor, project, { format: "csv", ...asked });
  const whole = await buffer(bytes);
  return { ...about, whole, content: whole.toString("utf8").replace(/^\ufeff/, "") };
}

describe("the trail of a project", () => {
  test("has what was done in it and nothing else, the latest first", async () => {
    const { admin, project, other } = await twoProjects();
    expect(await actionsIn(admin, project.slug)).toEqual([
      "member.role_changed",
      "round.reviewer_set",
      "round.paused",
      "round.changed",
      "round.created",
    ]);
    expect(await actionsIn(other.admin, other.project.slug)).toEqual(["project.renamed"]);
  });

  test("is for its admins and those above", async () => {
    const { admin, site, project, ana, ben, other } = await twoProjects();
    const viewer = await aMember(project.id, "viewer");
    for (const actor of [admin, site, operator]) {
      expect((await auditPage(actor, project.slug)).events).toHaveLength(5);
    }
    for (const ask of [auditPage, auditActors, exported]) {
      for (const actor of [ana, ben, viewer]) {
        await expect(ask(actor, project.slug)).rejects.toMatchObject({ code: "forbidden" });
      }
      await expect(ask(other.admin, project.slug)).rejects.toMatchObject({ code: "not_found" });
      await expect(ask(admin, null)).rejects.toMatchObject({ code: "forbidden" });
    }
  });

  test("is narrowed down by kind, person, days and words, and by all of them", async () => {
    const { admin, site, project, ben } = await twoProjects();
    const asked = (filter: AuditFilter) => actionsIn(admin, project.slug, filter);
    expect(await asked({ kind: "member" })).toEqual(["member.role_changed"]);
    expect(await asked({ user: site.userId })).toEqual([
      "member.role_changed",
      "round.reviewer_set",
    ]);
    expect(await asked({ user: site.userId, kind: "round" })).toEqual(["round.reviewer_set"]);
    expect(await asked({ q: "  SPRING " })).toHaveLength(3);
    expect(await asked({ q: ben.email.toUpperCase() })).toHaveLength(2);
    expect(await asked({ q: "others%" })).toEqual([]);
    await sql(
      `INSERT INTO audit_events (id, at, project_id, action)
       VALUES (gen_random_uuid(), '2026-03-01T23:59:59.999Z', $1, 'guidelines.saved')`,
      [project.id],
    );
    expect(await asked({ to: "2026-03-01" })).toEqual(["guidelines.saved"]);
    expect(await asked({ from: "2026-03-01", to: "2026-03-01" })).toEqual(["guidelines.saved"]);
    expect(await asked({ from: "2026-03-02" })).not.toContain("guidelines.saved");
    expect(await asked({ to: "2026-02-28" })).toEqual([]);
  });

  test("is read page by page, each entry once", async () => {
    const { admin, project } = await twoProjects();
    const seen: string[] = [];
    for (let cursor: string | undefined, page = 0; page < 5; page += 1) {
      const asked = { kind: "round", limit: 2, ...(cursor ? { cursor } : {}) } as const;
      const { events, next_cursor } = await auditPage(admin, project.slug, asked);
      seen.push(...events.map(({ action }) => action));
      if (next_cursor === null) break;
      cursor = next_cursor;
    }
    expect(seen).toEqual(["round.reviewer_set", "round.paused", "round.changed", "round.created"]);
  });

  test("says nothing of where people sit, which that of the site does", async () => {
    const { admin, site, project } = await twoProjects();
    await sql("UPDATE audit_events SET address = '192.0.2.7' WHERE project_id = $1", [project.id]);
    const own = await auditPage(admin, project.slug);
    expect(new Set(own.events.map(({ address }) => address))).toEqual(new Set([null]));
    expect((await exported(admin, project.slug)).content).not.toContain("192.0.2.7");
    expect((await exported(site, null)).content).toContain("192.0.2.7");
  });

  test("offers to choose among its members and whoever did something in it", async () => {
    const { admin, site, project, other } = await twoProjects();
    const ids = (await auditActors(admin, project.slug)).map(({ id }) => id);
    expect(ids).toContain(site.userId);
    expect(ids).toContain(admin.userId);
    expect(ids).not.toContain(other.admin.userId);
  });
});

describe("a trail as a file", () => {
  test("has exactly what is filtered, beyond the first page", async () => {
    const { admin, project } = await twoProjects();
    await sql(
      `INSERT INTO audit_events (id, at, user_id, project_id, action)
       SELECT gen_random_uuid(), now() - make_interval(secs => n), $2, $1, 'dataset.exported'
       FROM generate_series(1, 2500) n`,
      [project.id, admin.userId],
    );
    const asked = { kind: "dataset", format: "jsonl" };
    const { content, contentType, fileName } = await exported(admin, project.slug, asked);
    const events = content
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(events).toHaveLength(2500);
    expect(new Set(events.map(({ id }) => id)).size).toBe(2500);
    const { events: first } = await auditPage(admin, project.slug, { kind: "dataset" });
    expect(events.slice(0, first.length)).toEqual(first);
    expect(contentType).toBe("application/x-ndjson");
    expect(fileName).toBe(`${project.slug}-audit.jsonl`);
  });

  test("is read by spreadsheets as text: no formula, any script, any line break", async () => {
    const { admin, project, ana } = await twoProjects();
    const name = '=HYPERLINK("https://evil.example","علی, \n الف")';
    await sql("UPDATE users SET name = $2 WHERE id = $1", [ana.userId, name]);
    await changeRole(admin, project.slug, { userId: ana.userId, role: "viewer" });
    await sql("UPDATE users SET name = '@SUM(1)' WHERE id = $1", [admin.userId]);
    const { content, whole } = await exported(admin, project.slug, { kind: "member" });
    expect([...whole.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
    const [head, first] = content.split("\n");
    expect(head).toBe(
      "at,kind,action,user_name,user_email,project,subject,subject_name,times,address,details",
    );
    expect(first).toContain(",member,member.role_changed,'@SUM(1),");
    expect(content).toContain(`"'=HYPERLINK(""https://evil.example"",""علی, \n الف"")`);
    expect(content).not.toMatch(/(^|,)"?[=@+]/m);
  });

  test("of nothing has its columns in CSV, and no line in JSONL", async () => {
    const { admin, project } = await twoProjects();
    const nothing = { q: "nothing has this in it" };
    const csv = await exported(admin, project.slug, nothing);
    expect(csv.content.trim().split("\n")).toHaveLength(1);
    const jsonl = await exported(admin, project.slug, { ...nothing, format: "jsonl" });
    expect(jsonl.content).toBe("");
  });
});
