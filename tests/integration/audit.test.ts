import { beforeAll, expect, test } from "vitest";
import { operator } from "@/lib/access/actor";
import { tokenScopes } from "@/lib/domain/roles";
import { database } from "@/lib/store/database";
import { importFiles } from "@/lib/workflow/importing";
import { acceptInvite, createInvite, revokeInvite } from "@/lib/workflow/invites";
import { addMember, changeRole, removeMember } from "@/lib/workflow/members";
import { changePassword, makePasswordLink, setPassword } from "@/lib/workflow/passwords";
import { createProject, renameProject } from "@/lib/workflow/projects";
import { endOwnSession, signOutElsewhere, signOutEverywhere } from "@/lib/workflow/sessions";
import { createToken, createTokenFor, revokeToken } from "@/lib/workflow/tokens";
import { addUser, changeUser, renameMyself } from "@/lib/workflow/users";
import { aDatabase } from "../setup/database";
import { aFile } from "../setup/files";
import { aMember, aProject, aUser, inSession } from "../setup/world";

beforeAll(async () => {
  await aDatabase();
});

/** What the trail has of some work, in its order. */
async function trailOf(work: () => Promise<unknown>) {
  await database().pool.query("DELETE FROM audit_events");
  await work();
  const { rows } = await database().pool.query(
    `SELECT action, user_id AS who, project_id AS project, subject, details
     FROM audit_events ORDER BY at, id`,
  );
  return rows;
}

const secret = "a secret of the tests, longer than 32 characters";

test("what was done to people is in the trail: who did it, and to whom", async () => {
  const admin = await aUser({ siteAdmin: true });
  const who = admin.userId;
  const made = await addUser(admin, {
    email: "rana@example.org",
    name: "Rana",
    siteAdmin: false,
    password: null,
  });
  const subject = made.id;
  const entry = { who, project: null, subject, details: {} };
  expect(
    await trailOf(async () => {
      await changeUser(admin, { id: subject }, { disabled: true });
      await changeUser(admin, { id: subject }, { disabled: true }); // which changes nothing
      await changeUser(admin, { id: subject }, { disabled: false });
      await changeUser(admin, { id: subject }, { site_admin: true });
      await changeUser(operator, { id: subject }, { site_admin: false });
      await makePasswordLink(admin, subject, secret);
      await setPassword(operator, "rana@example.org", "plum tractor seventeen");
    }),
  ).toEqual([
    { ...entry, action: "user.disabled" },
    { ...entry, action: "user.enabled" },
    { ...entry, action: "user.site_admin_granted" },
    { ...entry, action: "user.site_admin_withdrawn", who: null },
    { ...entry, action: "user.password_link_made" },
    { ...entry, action: "user.password_changed", who: null },
  ]);
});

test("what people did to their own account is in the trail as theirs", async () => {
  const user = await aUser({ siteAdmin: true });
  await setPassword(operator, user.email, "plum tractor seventeen");
  const ana = await inSession(user);
  const others = [await inSession(user), await inSession(user), await inSession(user)];
  const entry = { who: ana.userId, project: null, subject: ana.userId, details: {} };
  let tokens: string[] = [];
  const trail = await trailOf(async () => {
    await renameMyself(ana, "Ana M.");
    const replacement = "another plum on a tractor";
    await endOwnSession(ana, others[0]?.session.id ?? "");
    await signOutElsewhere(ana);
    await signOutElsewhere(ana); // which ends nothing
    await changePassword(ana, { current: "plum tractor seventeen", replacement });
    await signOutEverywhere(ana);
    const own = await createToken(ana, "script");
    const given = await createTokenFor(ana.email, "another");
    await revokeToken(ana, own.id);
    tokens = [own.id, given.id, own.id];
  });
  const [first, second, third] = tokens;
  const everything = { scopes: tokenScopes, projects: null, expires_at: null };
  expect(trail).toEqual([
    { ...entry, action: "user.renamed" },
    { ...entry, action: "session.ended", subject: others[0]?.session.id },
    { ...entry, action: "user.signed_out_elsewhere", details: { sessions: 2 } },
    { ...entry, action: "user.password_changed" },
    { ...entry, action: "user.signed_out_everywhere" },
    { ...entry, action: "token.created", subject: first, details: everything },
    { ...entry, action: "token.created", subject: second, who: null, details: everything },
    { ...entry, action: "token.revoked", subject: third },
  ]);
});

test("a new account is in the trail as whoever made it", async () => {
  const admin = await aUser({ siteAdmin: true });
  const person = { name: "N", siteAdmin: true, password: null };
  let made: string[] = [];
  const trail = await trailOf(async () => {
    const one = await addUser(admin, { ...person, email: "one@example.org" });
    const other = await addUser(operator, { ...person, email: "two@example.org" });
    made = [one.id, other.id];
  });
  const [one, other] = made;
  const entry = { action: "user.created", project: null, details: { site_admin: true } };
  expect(trail).toEqual([
    { ...entry, who: admin.userId, subject: one },
    { ...entry, who: other, subject: other },
  ]);
});

test("what was done in a project is in the trail: who did it, to whom, and what it was before", async () => {
  const admin = await aUser({ siteAdmin: true });
  const ana = await aUser();
  let project = "";
  const trail = await trailOf(async () => {
    project = (await createProject(admin, { slug: "harbour", title: "The harbour" })).id;
    await renameProject(admin, "harbour", "The old harbour");
    await addMember(operator, "harbour", { email: ana.email, role: "viewer" });
    await changeRole(admin, "harbour", { userId: ana.userId, role: "curator" });
    await removeMember(admin, "harbour", ana.userId);
  });
  const entry = { who: admin.userId, project, details: {} };
  expect(trail).toEqual([
    { ...entry, action: "project.created", subject: project },
    { ...entry, action: "member.added", subject: admin.userId, details: { role: "admin" } },
    { ...entry, action: "project.renamed", subject: project },
    {
      ...entry,
      action: "member.added",
      who: null,
      subject: ana.userId,
      details: { role: "viewer" },
    },
    {
      ...entry,
      action: "member.role_changed",
      subject: ana.userId,
      details: { from: "viewer", to: "curator" },
    },
    { ...entry, action: "member.removed", subject: ana.userId },
  ]);
});

test("an invite is in the trail from beginning to end", async () => {
  const { id: project, slug } = await aProject();
  const admin = await aMember(project, "admin");
  const ana = await aMember(project, "viewer");
  const into = { ref: slug, role: "reviewer" } as const;
  let invites: string[] = [];
  const trail = await trailOf(async () => {
    const first = await createInvite(admin, { siteAdmin: false, project: into, email: null });
    const second = await createInvite(admin, { siteAdmin: false, project: into, email: null });
    await revokeInvite(admin, second.invite.id, slug);
    await acceptInvite(ana, first.path.replace("/invite/", ""), "127.0.0.1");
    invites = [first.invite.id, second.invite.id];
  });
  const [first, second] = invites;
  const entry = { who: admin.userId, project, details: {} };
  const offered = { site_admin: false, role: "reviewer" };
  expect(trail).toEqual([
    { ...entry, action: "invite.created", subject: first, details: offered },
    { ...entry, action: "invite.created", subject: second, details: offered },
    { ...entry, action: "invite.revoked", subject: second },
    { ...entry, action: "invite.accepted", who: ana.userId, subject: first },
    {
      ...entry,
      action: "member.role_changed",
      who: ana.userId,
      subject: ana.userId,
      details: { from: "viewer", to: "reviewer" },
    },
  ]);
});

test("an import is in the trail as whoever began it, with what it did", async () => {
  const { id: project, slug } = await aProject();
  const importer = await aMember(project, "admin");
  let subject = "";
  const trail = await trailOf(async () => {
    const files = [aFile("a.md", "# A\n\nShe denied it."), aFile("b.md", "")];
    subject = (await importFiles(importer, slug, { format: "auto", files })).id;
  });
  expect(trail).toEqual([
    {
      action: "import.finished",
      who: importer.userId,
      project,
      subject,
      details: { state: "done", files: 2, created: 1, updated: 0, unchanged: 0, rejected: 1 },
    },
  ]);
});
