import { generateSync } from "otplib";
import { beforeAll, expect, test } from "vitest";
import { operator, type Person, type UserActor } from "@/lib/access/actor";
import { AUDIT_DAYS, type AuditAction, auditActions, type auditKinds } from "@/lib/domain/audit";
import { Refusal } from "@/lib/domain/refusal";
import { defaultScheme } from "@/lib/domain/scheme";
import { forgetPassing } from "@/lib/store/audit";
import { database } from "@/lib/store/database";
import {
  beginAdjudication,
  changeAdjudication,
  reopenSet,
  submitSet,
} from "@/lib/workflow/adjudicating";
import {
  changeRound,
  giveFreePlaces,
  reassign,
  removeReviewer,
  returnWork,
  setReviewer,
} from "@/lib/workflow/assigning";
import { auditPage, noteRefused } from "@/lib/workflow/audit";
import { changeScheme, undoScheme } from "@/lib/workflow/changing-schemes";
import {
  deleteArticles,
  deleteProject,
  purge,
  restoreArticle,
  restoreProject,
  undoImport,
} from "@/lib/workflow/deleting";
import { exportDataset } from "@/lib/workflow/exporting";
import { makeGold } from "@/lib/workflow/gold";
import { saveGuidelines } from "@/lib/workflow/guidelines";
import { importFiles, resumeImport } from "@/lib/workflow/importing";
import { acceptInvite, createInvite, revokeInvite } from "@/lib/workflow/invites";
import { addMember, changeRole, removeMember } from "@/lib/workflow/members";
import { changePassword, makePasswordLink, setPassword } from "@/lib/workflow/passwords";
import { changeCues, createProject, renameProject } from "@/lib/workflow/projects";
import { disconnect, signInThroughProvider } from "@/lib/workflow/provider-sign-in";
import { changePublishing } from "@/lib/workflow/publishing";
import {
  addTotp,
  beginTotp,
  removeFactor,
  renewRecoveryCodes,
  resetFactors,
} from "@/lib/workflow/second-factors";
import {
  beginSession,
  endSession,
  signOutElsewhere,
  signOutEverywhere,
} from "@/lib/workflow/sessions";
import { changeSettings } from "@/lib/workflow/settings";
import { actorOfToken, signIn } from "@/lib/workflow/signing-in";
import { createToken, revokeToken } from "@/lib/workflow/tokens";
import { addUser, changeUser, myAccount, renameMyself } from "@/lib/workflow/users";
import { aDatabase, sql } from "../setup/database";
import { aFile } from "../setup/files";
import { aRound, aTeam, everything, work } from "../setup/rounds";
import { aMember, anArticle, aProject, aUser, inSession } from "../setup/world";

/* Each event that the trail has a word for, made to happen: a new one does not compile before it is here. */

const secret = "a secret of the tests, longer than 32 characters";
const password = "lantern gravel tuesday moss";
const address = "192.0.2.7";

const noMapping = { labels: {}, relations: {}, attributes: [] };

let admin: UserActor;
beforeAll(async () => {
  await aDatabase();
  admin = await aUser({ siteAdmin: true, name: "Admin" });
});

async function aPerson(): Promise<UserActor> {
  const user = await aUser();
  await setPassword(operator, user.email, password);
  return user;
}

const attempt = (email: string, given: string, from = address) =>
  signIn({ email, password: given, address: from, devices: undefined, secret });

const ignored = (work: Promise<unknown>) => work.catch(() => undefined);

async function anInvite() {
  const { slug } = await aProject();
  const offer = { siteAdmin: false, project: { ref: slug, role: "viewer" }, email: null } as const;
  const { invite, path } = await createInvite(admin, offer);
  return { slug, id: invite.id, token: path.replace("/invite/", "") };
}

/** A project whose scheme is in its second version. */
async function aChangedScheme() {
  const project = await aProject();
  const change = { base: 1, scheme: defaultScheme, mapping: noMapping, note: "" };
  await changeScheme(admin, project.slug, change);
  return project;
}

async function aMembership() {
  const { slug } = await aProject();
  const user = await aUser();
  await addMember(operator, slug, { email: user.email, role: "viewer" });
  return { slug, userId: user.userId };
}

async function anImport() {
  const { slug } = await aProject();
  const files = [aFile("a.md", "# A\n\nShe denied it.")];
  return { slug, id: (await importFiles(admin, slug, { format: "auto", files })).id };
}

/** Gives somebody an authenticator app. @returns its id */
async function withTotp(person: Person): Promise<string> {
  const begun = beginTotp(person, secret);
  const code = generateSync({ secret: begun.secret });
  const { factor } = await addTotp(person, { name: "App", sealed: begun.sealed, code }, secret);
  return factor.id;
}

const throughProvider = (user: UserActor) =>
  signInThroughProvider({
    provider: "github",
    subject: user.userId,
    name: null,
    email: null,
    connectTo: user,
    invite: null,
  });

/** An article whose gold somebody has begun. */
async function begun() {
  const { project, articles } = await aTeam({ reviewers: 0, articles: 1 });
  const [article = ""] = articles;
  await work(await aMember(project.id), article);
  const { gold } = await beginAdjudication(admin, article);
  if (!gold) throw new Error("There is no gold.");
  return { article, gold };
}

/** Changes a round, once or step by step. */
async function changedRound(...changes: Parameters<typeof changeRound>[3][]) {
  const world = await aTeam({ reviewers: 1, articles: 1 });
  await aRound(world);
  for (const change of changes) await changeRound(admin, world.project.slug, "1", change);
  const subject = await roundOf(world.project.id);
  return { who: admin.userId, subject, details: { round: 1 } };
}

async function roundOf(projectId: string): Promise<string> {
  const { rows } = await sql("SELECT id FROM rounds WHERE project_id = $1", [projectId]);
  return rows[0]?.id;
}

/** Makes each event happen, and says who did it and to what, where that is somebody or something of here. */
const happenings: Record<
  AuditAction,
  () => Promise<{ who?: string | null; subject?: string; from?: string; details?: object }>
> = {
  "session.started": async () => {
    const { email, userId } = await aPerson();
    const { user } = await attempt(email, password);
    await beginSession(user, { userAgent: null, instead: null, how: "password", address });
    return { who: userId, from: address, details: { how: "password" } };
  },
  "session.awaits_factor": async () => {
    const user = await aPerson();
    await withTotp(await inSession(user));
    const { user: proven } = await attempt(user.email, password);
    await beginSession(proven, { userAgent: null, instead: null, how: "password", address });
    return { who: user.userId, from: address, details: { how: "password" } };
  },
  "factor.added": async () => {
    const person = await inSession(await aUser());
    const subject = await withTotp(person);
    return { who: person.userId, subject, details: { kind: "totp" } };
  },
  "factor.removed": async () => {
    const person = await inSession(await aUser());
    const subject = await withTotp(person);
    await removeFactor(person, subject);
    return { who: person.userId, subject, details: { kind: "totp" } };
  },
  "recovery_codes.made": async () => {
    const person = await inSession(await aUser());
    await withTotp(person);
    await renewRecoveryCodes(person);
    return { who: person.userId, subject: person.userId };
  },
  "user.factors_reset": async () => {
    const person = await inSession(await aUser());
    await withTotp(person);
    await resetFactors(admin, { id: person.userId });
    return { who: admin.userId, subject: person.userId, details: { factors: 1 } };
  },
  "user.factor_required": async () => {
    const { userId: id } = await aUser();
    await changeUser(admin, { id }, { factor_required: true });
    return { who: admin.userId, subject: id };
  },
  "user.factor_not_required": async () => {
    const { userId: id } = await aUser();
    await changeUser(admin, { id }, { factor_required: true });
    await changeUser(admin, { id }, { factor_required: false });
    return { who: admin.userId, subject: id };
  },
  "settings.changed": async () => {
    await changeSettings(admin, { second_factors: "of_site_admins" });
    const details = { from: "of_nobody", to: "of_site_admins" };
    return { who: admin.userId, details };
  },
  "pages_by_address.allowed": async () => {
    await changeSettings(admin, { pages_by_address: true });
    return { who: admin.userId };
  },
  "pages_by_address.forbidden": async () => {
    await changeSettings(admin, { pages_by_address: true });
    await changeSettings(admin, { pages_by_address: false });
    return { who: admin.userId };
  },
  "session.ended": async () => {
    const { userId, session } = await inSession(await aPerson());
    await endSession(session.id);
    return { who: userId, subject: session.id };
  },
  "session.refused": async () => {
    const user = await aPerson();
    await ignored(attempt(user.email, "not the password"));
    const details = { how: "password", reason: "wrong_password" };
    return { who: null, subject: user.userId, from: address, details };
  },
  "user.proof_refused": async () => {
    const user = await inSession(await aPerson());
    const guess = { current: "not the password", replacement: "plum tractor seventeen" };
    await ignored(changePassword(user, guess));
    return { who: user.userId, details: { how: "password" } };
  },
  "request.rate_limited": async () => {
    const user = await aPerson();
    for (let at = 0; at < 6; at += 1) await ignored(attempt(user.email, "wrong", "192.0.2.8"));
    const details = { limit: "sign-in-pair" };
    return { who: null, subject: user.userId, from: "192.0.2.8", details };
  },
  "request.forbidden": async () => {
    const { userId } = await aUser();
    const actor: UserActor = { kind: "user", userId, email: "", name: "", siteAdmin: false };
    const where = "GET /users";
    await noteRefused(actor, new Refusal("forbidden", "No."), { where, address });
    return { who: userId, from: address, details: { where } };
  },
  "user.created": async () => {
    const person = { email: "new@example.org", name: "N", siteAdmin: false, password: null };
    const { id } = await addUser(admin, person);
    return { who: admin.userId, subject: id };
  },
  "user.renamed": async () => {
    const user = await aUser();
    await renameMyself(user, "Ana M.");
    return { who: user.userId, subject: user.userId };
  },
  "user.disabled": async () => {
    const { userId: id } = await aUser();
    await changeUser(admin, { id }, { disabled: true });
    return { who: admin.userId, subject: id };
  },
  "user.enabled": async () => {
    const { userId: id } = await aUser();
    await changeUser(admin, { id }, { disabled: true });
    await changeUser(operator, { id }, { disabled: false });
    return { who: null, subject: id };
  },
  "user.password_changed": async () => {
    const user = await inSession(await aPerson());
    await changePassword(user, { current: password, replacement: "plum tractor seventeen" });
    return { who: user.userId, subject: user.userId };
  },
  "user.password_link_made": async () => {
    const { userId } = await aUser();
    await makePasswordLink(admin, userId, secret);
    return { who: admin.userId, subject: userId };
  },
  "user.signed_out_elsewhere": async () => {
    const user = await aPerson();
    await inSession(user);
    await signOutElsewhere(await inSession(user));
    return { who: user.userId, subject: user.userId };
  },
  "user.signed_out_everywhere": async () => {
    const user = await aUser();
    await signOutEverywhere(user);
    return { who: user.userId, subject: user.userId };
  },
  "user.site_admin_granted": async () => {
    const { userId: id } = await aUser();
    await changeUser(admin, { id }, { site_admin: true });
    return { who: admin.userId, subject: id };
  },
  "user.site_admin_withdrawn": async () => {
    const { userId: id } = await aUser({ siteAdmin: true });
    await changeUser(admin, { id }, { site_admin: false });
    return { who: admin.userId, subject: id };
  },
  "identity.linked": async () => {
    const user = await aUser();
    await throughProvider(user);
    return { who: user.userId, subject: user.userId };
  },
  "identity.unlinked": async () => {
    const user = await aPerson();
    await throughProvider(user);
    const { identities } = await myAccount(user);
    await disconnect(user, identities[0]?.id ?? "");
    return { who: user.userId, subject: user.userId };
  },
  "token.created": async () => {
    const { id } = await createToken(admin, "script");
    return { who: admin.userId, subject: id };
  },
  "token.revoked": async () => {
    const { id } = await createToken(admin, "script");
    await revokeToken(admin, id);
    return { who: admin.userId, subject: id };
  },
  "token.refused": async () => {
    const { id, token } = await createToken(admin, "script");
    await revokeToken(admin, id);
    await actorOfToken(token, address);
    return { who: admin.userId, subject: id, from: address, details: { reason: "revoked" } };
  },
  "invite.created": async () => {
    const { id } = await anInvite();
    return { who: admin.userId, subject: id };
  },
  "invite.accepted": async () => {
    const { id, token } = await anInvite();
    const user = await aUser();
    await acceptInvite(user, token, address);
    return { who: user.userId, subject: id };
  },
  "invite.revoked": async () => {
    const { id, slug } = await anInvite();
    await revokeInvite(admin, id, slug);
    return { who: admin.userId, subject: id };
  },
  "member.added": async () => {
    const { userId } = await aMembership();
    return { who: null, subject: userId, details: { role: "viewer" } };
  },
  "member.role_changed": async () => {
    const { userId, slug } = await aMembership();
    await changeRole(admin, slug, { userId, role: "curator" });
    return { who: admin.userId, subject: userId, details: { from: "viewer", to: "curator" } };
  },
  "member.removed": async () => {
    const { userId, slug } = await aMembership();
    await removeMember(admin, slug, userId);
    return { who: admin.userId, subject: userId };
  },
  "project.created": async () => {
    const { id } = await createProject(admin, { slug: "harbour", title: "The harbour" });
    return { who: admin.userId, subject: id };
  },
  "project.renamed": async () => {
    const { id, slug } = await aProject();
    await renameProject(admin, slug, "The old harbour");
    return { who: admin.userId, subject: id };
  },
  "project.cues_changed": async () => {
    const { id, slug } = await aProject();
    await changeCues(admin, slug, ["opined", "opines"]);
    return { who: admin.userId, subject: id, details: { count: 2 } };
  },
  "project.publishing_changed": async () => {
    const { id, slug } = await aProject();
    await changePublishing(admin, slug, { doi: "10.1000/182", description: "Ships." });
    return { who: admin.userId, subject: id, details: { fields: ["description", "doi"] } };
  },
  "scheme.changed": async () => {
    const { id } = await aChangedScheme();
    return { who: admin.userId, subject: id, details: { version: 2 } };
  },
  "scheme.change_undone": async () => {
    const { id, slug } = await aChangedScheme();
    await undoScheme(admin, slug, "2");
    return { who: admin.userId, subject: id, details: { version: 3 } };
  },
  "guidelines.saved": async () => {
    const { id, slug } = await aProject();
    const content = { blocks: [{ type: "paragraph" as const, words: [{ text: "Read." }] }] };
    await saveGuidelines(admin, slug, { from: 0, content, note: "" });
    return { who: admin.userId, subject: id, details: { version: 1 } };
  },
  "project.deleted": async () => {
    const { id, slug } = await aProject();
    await deleteProject(admin, slug);
    return { who: admin.userId, subject: id };
  },
  "project.restored": async () => {
    const { id, slug } = await aProject();
    await deleteProject(admin, slug);
    await restoreProject(admin, id);
    return { who: admin.userId, subject: id };
  },
  "project.purged": async () => {
    const { id, slug } = await aProject();
    await deleteProject(admin, slug);
    await sql("UPDATE projects SET deleted_at = now() - interval '31 days' WHERE id = $1", [id]);
    await purge(database());
    return { who: null, subject: id, details: { slug } };
  },
  "article.deleted": async () => {
    const { id } = await anArticle((await aProject()).id);
    await deleteArticles(admin, [id]);
    return { who: admin.userId, subject: id };
  },
  "article.restored": async () => {
    const { id } = await anArticle((await aProject()).id);
    await deleteArticles(admin, [id]);
    await restoreArticle(admin, id);
    return { who: admin.userId, subject: id };
  },
  "article.purged": async () => {
    const { id } = await anArticle((await aProject()).id);
    await deleteArticles(admin, [id]);
    await sql("UPDATE articles SET deleted_at = now() - interval '31 days' WHERE id = $1", [id]);
    await purge(database());
    return { who: null, details: { articles: 1, projects: 0 } };
  },
  "import.finished": async () => {
    const { id } = await anImport();
    return { who: admin.userId, subject: id };
  },
  "import.resumed": async () => {
    const { id, slug } = await anImport();
    await sql(
      `WITH failed AS (UPDATE imports SET state = 'failed', failure = 'It broke off.' WHERE id = $1),
         file AS (INSERT INTO import_files (import_id, file, path) VALUES ($1, 1, 'b.txt'))
       INSERT INTO import_chunks (import_id, file, chunk, bytes) VALUES ($1, 1, 0, 'They did.')`,
      [id],
    );
    await resumeImport(admin, slug, id);
    return { who: admin.userId, subject: id };
  },
  "gold.made": async () => {
    const { project, articles } = await aTeam({ reviewers: 0, articles: 1 });
    const [article = ""] = articles;
    const set = await work(await aMember(project.id), article);
    await makeGold(admin, set, { replace: false });
    const details = { annotation_set: set, annotator: "a1" };
    return { who: admin.userId, subject: article, details };
  },
  "gold.replaced": async () => {
    const { project, articles } = await aTeam({ reviewers: 0, articles: 1 });
    const [article = ""] = articles;
    const set = await work(await aMember(project.id), article);
    for (const replace of [false, true]) await makeGold(admin, set, { replace });
    return { who: admin.userId, subject: article };
  },
  "gold.begun": async () => {
    const { article, gold } = await begun();
    return { who: admin.userId, subject: article, details: { annotation_set: gold.id } };
  },
  "gold.settled": async () => {
    const { article, gold } = await begun();
    await submitSet(admin, gold.id, { revision: gold.revision });
    return { who: admin.userId, subject: article, details: { disputes: 0 } };
  },
  "gold.reopened": async () => {
    const { article, gold } = await begun();
    await submitSet(admin, gold.id, { revision: gold.revision });
    await reopenSet(admin, gold.id, { revision: gold.revision });
    return { who: admin.userId, subject: article, details: { annotation_set: gold.id } };
  },
  "project.adjudication_changed": async () => {
    const { id, slug } = await aProject();
    await changeAdjudication(admin, slug, {
      rule: { needed: "majority", match: "partial" },
      reviewers_anonymous: true,
    });
    const details = { needed: "majority", match: "partial", anonymous: true };
    return { who: admin.userId, subject: id, details };
  },
  "import.undone": async () => {
    const { id, slug } = await anImport();
    await undoImport(admin, slug, id);
    return { who: admin.userId, subject: id };
  },
  "round.created": async () => {
    const { project, admin: maker, ...team } = await aTeam({ reviewers: 1, articles: 1 });
    await aRound({ ...team, project, admin: maker });
    const subject = await roundOf(project.id);
    return { who: maker.userId, subject, details: { round: 1, stories: 1, reviewers: 1 } };
  },
  "round.changed": async () => {
    const happened = await changedRound({ title: "Another" });
    return { ...happened, details: { round: 1, fields: ["title"] } };
  },
  "round.paused": () => changedRound({ paused: true }),
  "round.resumed": () => changedRound({ paused: true }, { paused: false }),
  "round.closed": () => changedRound({ closed: true }),
  "round.reopened": () => changedRound({ closed: true }, { closed: false }),
  "round.reviewer_set": async () => {
    const { team, ...world } = await aTeam({ reviewers: 2, articles: 1 });
    const [ana, ben] = team as [UserActor, UserActor];
    await aRound({ ...world, team: [ana] });
    const reviewer = { number: "1", userId: ben.userId, languages: ["fa"] };
    await setReviewer(admin, world.project.slug, reviewer);
    return { who: admin.userId, subject: ben.userId, details: { round: 1 } };
  },
  "round.reviewer_removed": async () => {
    const world = await aTeam({ reviewers: 1, articles: 1 });
    await aRound(world);
    const [ana] = world.team as [UserActor];
    await removeReviewer(admin, world.project.slug, { number: "1", userId: ana.userId });
    return { who: admin.userId, subject: ana.userId, details: { round: 1 } };
  },
  "round.places_given": async () => {
    const { team, ...world } = await aTeam({ reviewers: 2, articles: 2 });
    const [ana, ben] = team as [UserActor, UserActor];
    const round = { number: "1", userId: ben.userId, languages: [] };
    await aRound({ ...world, team: [ana] }, { overlap: 2 });
    await setReviewer(admin, world.project.slug, round);
    await giveFreePlaces(admin, world.project.slug, "1");
    const subject = await roundOf(world.project.id);
    return { who: admin.userId, subject, details: { round: 1, given: 2 } };
  },
  "assignment.returned": async () => {
    const world = await aTeam({ reviewers: 1, articles: 1 });
    await aRound(world);
    const [ana] = world.team as [UserActor];
    const [article = ""] = world.articles;
    await work(ana, article);
    const [given] = await everything(world, 1);
    const path = { number: "1", id: given?.id ?? "", comment: "Once more." };
    await returnWork(admin, world.project.slug, path);
    const details = { round: 1, reviewer: ana.userId };
    return { who: admin.userId, subject: article, details };
  },
  "assignment.reassigned": async () => {
    const world = await aTeam({ reviewers: 2, articles: 1 });
    await aRound(world);
    const [given] = await everything(world, 1);
    const [from, to] = given?.reviewer === 0 ? world.team : world.team.toReversed();
    const path = { number: "1", id: given?.id ?? "", userId: to?.userId ?? "" };
    await reassign(admin, world.project.slug, path);
    const details = { round: 1, reviewer: from?.userId, instead: to?.userId };
    return { who: admin.userId, subject: world.articles[0] ?? "", details };
  },
  "dataset.exported": async () => {
    const { id, slug } = await aProject();
    const { bytes } = await exportDataset(admin, slug, { layer: "all" });
    await bytes.return(undefined);
    const details = { layer: "all", format: "jsonl", include_open: false };
    return { who: admin.userId, subject: id, details };
  },
};

test.for(Object.entries(happenings))("%s", async ([action, happen]) => {
  await sql("DELETE FROM audit_events");
  const expected = await happen();
  const { events } = await auditPage(operator, null);
  const found = events.find((event) => event.action === action);
  expect(found).toMatchObject({
    kind: auditActions[action as AuditAction],
    ...(expected.details ? { details: expected.details } : {}),
  });
  expect([found?.user?.id ?? null, found?.subject?.id, found?.address]).toEqual([
    expected.who,
    expected.subject,
    expected.from ?? null,
  ]);
});

test("an address that nobody has is told by its beginning and where it would be, never by what was typed", async () => {
  await sql("DELETE FROM audit_events");
  await ignored(attempt("nobody@example.org", "the password of nobody"));
  await ignored(attempt("my.secret@pass", "x"));
  await ignored(attempt("not an address but a password", "x"));
  const { events } = await auditPage(operator, null);
  expect(events.map(({ subject, details }) => [subject, details])).toEqual([
    [null, { how: "password", reason: "not_readable", tried: null }],
    [null, { how: "password", reason: "unknown_account", tried: "m…@…" }],
    [null, { how: "password", reason: "unknown_account", tried: "n…@example.org" }],
  ]);
  const { rows } = await sql("SELECT string_agg(e::text, '') AS all FROM audit_events e");
  expect(rows[0].all).not.toMatch(/nobody@|of nobody|secret|not an address/);
});

test("a disabled user who comes back, and a token after its end, are told with why", async () => {
  await sql("DELETE FROM audit_events");
  const user = await aPerson();
  const { token } = await createToken(user, "script");
  await changeUser(operator, { id: user.userId }, { disabled: true });
  await ignored(attempt(user.email, password));
  await actorOfToken(token);
  const { events } = await auditPage(operator, null);
  expect(
    events
      .slice(0, 2)
      .map(({ action, details }) => [action, details.reason])
      .sort(),
  ).toEqual([
    ["session.refused", "disabled"],
    ["token.refused", "disabled"],
  ]);
});

/** Somebody who comes from a provider, whose address it has confirmed if it tells one. */
const fromProvider = (coming: { subject: string; email?: string; connectTo?: UserActor }) =>
  signInThroughProvider({
    provider: "github",
    name: null,
    email: null,
    connectTo: null,
    invite: null,
    address,
    ...coming,
  });

test.for([
  {
    reason: "stranger",
    come: async () => {
      await ignored(fromProvider({ subject: "a stranger" }));
      return null;
    },
  },
  {
    reason: "disabled",
    come: async () => {
      const { userId } = await aConnected("a leaver");
      await changeUser(operator, { id: userId }, { disabled: true });
      await ignored(fromProvider({ subject: "a leaver" }));
      return null;
    },
  },
  {
    reason: "connected_elsewhere",
    come: async () => {
      await aConnected("a holder");
      const connectTo = await aUser();
      await ignored(fromProvider({ subject: "a holder", connectTo }));
      return connectTo.userId;
    },
  },
])(
  "who comes from a provider and is not let in is told with why: $reason",
  async ({ reason, come }) => {
    await sql("DELETE FROM audit_events");
    const who = await come();
    const { events } = await auditPage(operator, null);
    const found = events.find(({ action }) => action === "session.refused");
    expect(found).toMatchObject({ address, details: { how: "provider", reason } });
    expect(found?.user?.id ?? null).toBe(who);
  },
);

/** Somebody who has connected an account at a provider. */
async function aConnected(subject: string): Promise<UserActor> {
  const user = await aUser();
  await fromProvider({ subject, connectTo: user });
  return user;
}

test("a session that ends because somebody else signs in in its browser is told as theirs", async () => {
  const before = await inSession(await aPerson());
  const { user } = await attempt((await aPerson()).email, password);
  await sql("DELETE FROM audit_events");
  await beginSession(user, {
    userAgent: null,
    instead: before.session.id,
    how: "password",
    address,
  });
  const { events } = await auditPage(operator, null);
  const ended = events.find(({ action }) => action === "session.ended");
  expect([ended?.user?.id, ended?.subject?.id]).toEqual([before.userId, before.session.id]);
});

test("what is tried over and over is one entry a minute, which counts", async () => {
  await sql("DELETE FROM audit_events");
  const user = await aPerson();
  const first = Math.floor(Date.now() / 60_000);
  for (let at = 0; at < 9; at += 1) await ignored(attempt(user.email, "wrong", "2001:db8::1"));
  const minutes = Math.floor(Date.now() / 60_000) - first + 1;
  const { events } = await auditPage(operator, null, { limit: 200 });
  const entries = events.filter(({ address: from }) => from === "2001:db8:0:0::/64");
  const times = (action: string) =>
    entries.filter((one) => one.action === action).reduce((sum, one) => sum + one.times, 0);
  expect([times("session.refused"), times("request.rate_limited")]).toEqual([5, 4]);
  expect(entries.length).toBeLessThanOrEqual(2 * minutes);
});

test("a flood from a thousand addresses does not fill the trail", async () => {
  await sql("DELETE FROM audit_events");
  const first = Math.floor(Date.now() / 60_000);
  for (let at = 0; at < 1000; at += 1) {
    const from = `198.51.${at >> 8}.${at & 255}`;
    await ignored(attempt("not an address", "x", from));
  }
  const minutes = Math.floor(Date.now() / 60_000) - first + 1;
  const { rows } = await sql(
    "SELECT count(*)::int AS entries, sum(times)::int AS times FROM audit_events",
  );
  expect(rows[0].times).toBe(1000);
  expect(rows[0].entries).toBeLessThanOrEqual(101 * minutes);
  const { events } = await auditPage(operator, null, { limit: 1 });
  expect(events[0]).toMatchObject({ address: null, details: { others: true } });
});

test("who may not look at the trail is refused", async () => {
  await expect(auditPage(await aUser(), null)).rejects.toMatchObject({ code: "forbidden" });
});

test("the trail is read in pages and by kind, each entry once", async () => {
  await sql("DELETE FROM audit_events");
  for (let at = 0; at < 5; at += 1) {
    await createToken(admin, `token ${at}`);
    await aMembership();
  }
  const read = async (kind?: (typeof auditKinds)[number]) => {
    const names: unknown[] = [];
    let cursor: string | undefined;
    do {
      const page = await auditPage(admin, null, { kind, cursor, limit: 2 });
      names.push(...page.events.map(({ subject }) => subject?.name));
      cursor = page.next_cursor ?? undefined;
    } while (cursor);
    return names;
  };
  expect(await read("token")).toEqual(["token 4", "token 3", "token 2", "token 1", "token 0"]);
  expect(await read("member")).toHaveLength(5);
  expect(await read()).toHaveLength(10);
});

test("who came in and what was refused is forgotten in time; what was changed stays", async () => {
  await sql("DELETE FROM audit_events");
  const user = await aPerson();
  await ignored(attempt(user.email, "wrong"));
  const old = async (days: number) => {
    await sql("ALTER TABLE audit_events DISABLE TRIGGER audit_events_never_change");
    await sql("UPDATE audit_events SET at = now() - make_interval(days => $1)", [days]);
    await sql("ALTER TABLE audit_events ENABLE TRIGGER audit_events_never_change");
    await forgetPassing(database().pool);
    return (await auditPage(operator, null)).events.map(({ action }) => action).sort();
  };
  expect(await old(AUDIT_DAYS - 1)).toEqual(["session.refused", "user.password_changed"]);
  expect(await old(AUDIT_DAYS + 1)).toEqual(["user.password_changed"]);
});
