import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { UserActor } from "@/lib/access/actor";
import { operator } from "@/lib/access/actor";
import { hashToken } from "@/lib/access/tokens";
import { database, transaction } from "@/lib/store/database";
import { spendInvite } from "@/lib/store/invites";
import {
  acceptInvite,
  createInvite,
  invitation,
  inviteForProviderSignIn,
  joinByInvite,
  openInvitesPage,
  revokeInvite,
} from "@/lib/workflow/invites";
import { addMember } from "@/lib/workflow/members";
import { projectsOf } from "@/lib/workflow/projects";
import {
  disconnect,
  type ProviderSignIn,
  signInThroughProvider,
} from "@/lib/workflow/provider-sign-in";
import { actorOfSession, beginSession } from "@/lib/workflow/sessions";
import { setUp, setupProgress, setupState } from "@/lib/workflow/setting-up";
import type { ProvenUser } from "@/lib/workflow/signing-in";
import { addUser, changeUser, myAccount, setupLink } from "@/lib/workflow/users";
import { aDatabase } from "../setup/database";
import { refusal } from "../setup/refusal";
import { aMember, aProject, aUser } from "../setup/world";

const here = "192.0.2.1";
const password = "lantern gravel tuesday moss";
let counter = 0;

/** Somebody new, with an address of their own. */
function aNewcomer() {
  counter += 1;
  return { name: "Omid", email: `omid${counter}@example.org`, password };
}

/** The token in a link. */
const tokenOf = (path: string | null) => path?.split("/").at(-1) ?? "";

beforeAll(async () => {
  await aDatabase();
});

/** Who acts in a new session of somebody. */
const begun = async (user: ProvenUser) =>
  actorOfSession(await beginSession(user, { userAgent: null, instead: null }));

describe("setting up", () => {
  beforeEach(async () => {
    await aDatabase();
  });

  test("makes the first site admin, admin of the sample project too, and then never again", async () => {
    const project = await aProject();
    await database().pool.query("UPDATE projects SET slug = 'sample' WHERE id = $1", [project.id]);
    const earlier = tokenOf(await setupLink());
    const link = await setupLink("http://localhost:3000");
    expect(link).toMatch(/^http:\/\/localhost:3000\/setup\/gainsay_setup_/);
    const { user, project: first } = await setUp({ token: tokenOf(link), ...aNewcomer() }, here);
    expect(first).toBe("sample");
    expect(await begun(user)).toMatchObject({ siteAdmin: true, name: "Omid" });
    const { rows } = await database().pool.query("SELECT user_id, role FROM members");
    expect(rows).toEqual([{ user_id: user.userId, role: "admin" }]);
    expect(await setupLink()).toBeNull();
    expect(await setupState(earlier, here)).toBe("used");
    await expect(setUp({ token: earlier, ...aNewcomer() }, here)).rejects.toEqual(
      refusal("conflict"),
    );
  });

  test("has one winner, whichever links are raced", async () => {
    const links = [await setupLink(), await setupLink(), await setupLink()];
    const tokens = [...links, ...links].map(tokenOf);
    const outcomes = await Promise.allSettled(
      tokens.map((token) => setUp({ token, ...aNewcomer() }, here)),
    );
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    for (const outcome of outcomes) {
      if (outcome.status === "rejected") expect(outcome.reason).toEqual(refusal("conflict"));
    }
    const { rows } = await database().pool.query("SELECT site_admin FROM users");
    expect(rows).toEqual([{ site_admin: true }]);
  });

  test("works again once no site admin can sign in", async () => {
    expect(await setupProgress()).toEqual({ isSetUp: false, isEmpty: true });
    await addUser(operator, { ...aNewcomer(), siteAdmin: true });
    expect(await setupLink()).toBeNull();
    expect(await setupProgress()).toEqual({ isSetUp: true, isEmpty: false });
    await aUser();
    await database().pool.query("UPDATE users SET disabled_at = now() WHERE site_admin");
    expect(await setupProgress()).toEqual({ isSetUp: false, isEmpty: false });
    expect(await setupState(tokenOf(await setupLink()), here)).toBe("open");
  });

  test("refuses an expired link, an invite, and what is none", async () => {
    const token = tokenOf(await setupLink());
    await database().pool.query("UPDATE invites SET expires_at = now() WHERE token_hash = $1", [
      hashToken(token),
    ]);
    expect(await setupState(token, here)).toBe("expired");
    const { path } = await createInvite(operator, { siteAdmin: true, project: null, email: null });
    expect(await setupState(tokenOf(path), here)).toBe("unknown");
    expect(await setupState("nonsense", here)).toBe("unknown");
    await expect(setUp({ token, ...aNewcomer() }, here)).rejects.toEqual(
      refusal("conflict", { state: "expired" }),
    );
  });

  test("a bad password costs no link", async () => {
    const token = tokenOf(await setupLink());
    await expect(setUp({ token, ...aNewcomer(), password: "password1234" }, here)).rejects.toEqual(
      refusal("invalid", { field: "password" }),
    );
    expect(await setupState(token, here)).toBe("open");
  });
});

describe("an invite", () => {
  async function anInvite(role: "admin" | "curator" | "reviewer" | "viewer" = "reviewer") {
    const project = await aProject();
    const admin = await aMember(project.id, "admin");
    const { path, invite } = await createInvite(admin, {
      siteAdmin: false,
      project: { ref: project.slug, role },
      email: "Omid@Example.org",
    });
    return { project, admin, token: tokenOf(path), invite };
  }

  test("tells its holder what it offers, and lets in one newcomer with that role", async () => {
    const { project, token } = await anInvite("curator");
    expect(await invitation(token, here)).toMatchObject({
      state: "open",
      email: "omid@example.org",
      project: { role: "curator" },
      from: "Ana",
    });
    const joined = await joinByInvite({ token, ...aNewcomer() }, here);
    expect(joined.project).toBe(project.slug);
    const actor = await begun(joined.user);
    expect(actor && (await projectsOf(actor))).toMatchObject([{ role: "curator" }]);
    expect(await invitation(token, here)).toMatchObject({ state: "used", email: null, from: null });
    await expect(joinByInvite({ token, ...aNewcomer() }, here)).rejects.toEqual(
      refusal("conflict", { state: "used" }),
    );
  });

  test("lets in one of two who race, and leaves nothing of the other", async () => {
    const { project, token } = await anInvite();
    const newcomers = [aNewcomer(), aNewcomer(), aNewcomer(), aNewcomer()];
    const outcomes = await Promise.allSettled(
      newcomers.map((newcomer) => joinByInvite({ token, ...newcomer }, here)),
    );
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    const { rows } = await database().pool.query(
      "SELECT count(*)::int AS users FROM users WHERE email = ANY($1)",
      [newcomers.map(({ email }) => email)],
    );
    expect(rows).toEqual([{ users: 1 }]);
    const members = await database().pool.query(
      "SELECT 1 FROM members WHERE project_id = $1 AND role = 'reviewer'",
      [project.id],
    );
    expect(members.rowCount).toBe(1);
  });

  test("adds a membership to somebody with an account, and raises a role but never lowers it", async () => {
    const { project, admin, token } = await anInvite("curator");
    const reviewer = await aMember(project.id, "reviewer");
    const roleOf = async (user: UserActor) => (await projectsOf(user))[0]?.role;
    expect(await acceptInvite(reviewer, token, here)).toMatchObject({ project: project.slug });
    expect(await roleOf(reviewer)).toBe("curator");
    const lower = await createInvite(admin, {
      siteAdmin: false,
      project: { ref: project.slug, role: "viewer" },
      email: null,
    });
    await acceptInvite(admin, tokenOf(lower.path), here);
    expect(await roleOf(admin)).toBe("admin");
  });

  test("does not let in by an address that has an account, and stays open for its owner", async () => {
    const { token } = await anInvite();
    const owner = await aUser();
    await expect(
      joinByInvite({ token, ...aNewcomer(), email: owner.email.toUpperCase() }, here),
    ).rejects.toEqual(refusal("conflict", { field: "email" }));
    await acceptInvite(owner, token, here);
  });

  test("is closed when withdrawn, and when expired", async () => {
    const { admin, project, token, invite } = await anInvite();
    expect((await openInvitesPage(admin, project.slug)).invites).toMatchObject([{ id: invite.id }]);
    await revokeInvite(admin, invite.id, project.slug);
    expect((await openInvitesPage(admin, project.slug)).invites).toEqual([]);
    expect((await invitation(token, here)).state).toBe("revoked");
    await expect(revokeInvite(admin, invite.id, project.slug)).rejects.toEqual(refusal("conflict"));
    const late = await anInvite();
    await database().pool.query(
      "UPDATE invites SET expires_at = now() - interval '1 second' WHERE id = $1",
      [late.invite.id],
    );
    expect((await invitation(late.token, here)).state).toBe("expired");
    await expect(joinByInvite({ token: late.token, ...aNewcomer() }, here)).rejects.toEqual(
      refusal("conflict", { state: "expired" }),
    );
  });

  test("dies with the right of whoever made it", async () => {
    const { project, admin, token } = await anInvite("admin");
    await database().pool.query("DELETE FROM members WHERE project_id = $1 AND user_id = $2", [
      project.id,
      admin.userId,
    ]);
    expect((await invitation(token, here)).state).toBe("revoked");
    await expect(acceptInvite(admin, token, here)).rejects.toEqual(refusal("conflict"));
    const siteAdmin = await aUser({ siteAdmin: true });
    const { path } = await createInvite(siteAdmin, { siteAdmin: true, project: null, email: null });
    await aUser({ siteAdmin: true });
    await changeUser(operator, { id: siteAdmin.userId }, { site_admin: false });
    expect((await invitation(tokenOf(path), here)).state).toBe("revoked");
  });

  test("dies when whoever made it is disabled", async () => {
    const { admin, token } = await anInvite();
    await changeUser(operator, { id: admin.userId }, { disabled: true });
    expect((await invitation(token, here)).state).toBe("revoked");
  });

  test("dies with the right in its own project, whatever its maker is elsewhere", async () => {
    const { project, admin, token } = await anInvite();
    const other = await aProject();
    await database().pool.query(
      "UPDATE members SET project_id = $3 WHERE project_id = $1 AND user_id = $2",
      [project.id, admin.userId, other.id],
    );
    expect((await invitation(token, here)).state).toBe("revoked");
  });

  test("to be a site admin is not kept alive by an admin of its project", async () => {
    const project = await aProject();
    const siteAdmin = await aUser({ siteAdmin: true });
    await addMember(siteAdmin, project.slug, { email: siteAdmin.email, role: "admin" });
    const { path } = await createInvite(siteAdmin, {
      siteAdmin: true,
      project: { ref: project.slug, role: "viewer" },
      email: null,
    });
    await aUser({ siteAdmin: true });
    await changeUser(operator, { id: siteAdmin.userId }, { site_admin: false });
    expect((await invitation(tokenOf(path), here)).state).toBe("revoked");
  });

  test("that has expired is not among the open ones, nor can it be spent", async () => {
    const { project, admin, invite } = await anInvite();
    await database().pool.query(
      "UPDATE invites SET expires_at = now() - interval '1 second' WHERE id = $1",
      [invite.id],
    );
    expect((await openInvitesPage(admin, project.slug)).invites).toEqual([]);
    const spent = await transaction(database(), (tx) =>
      spendInvite(tx, { id: invite.id, userId: admin.userId }),
    );
    expect(spent).toBe(false);
  });

  test("is not what a setup link is, in the list or at the door", async () => {
    await database().pool.query("UPDATE users SET site_admin = false");
    const token = tokenOf(await setupLink());
    expect((await invitation(token, here)).state).toBe("unknown");
    const { rows } = await database().pool.query("SELECT id FROM invites WHERE token_hash = $1", [
      hashToken(token),
    ]);
    const listed = (await openInvitesPage(operator, null)).invites.map(({ id }) => id);
    expect(listed).not.toContain(rows[0]?.id);
  });

  test("can be made and seen only by who may", async () => {
    const { project, invite } = await anInvite();
    const offer = { siteAdmin: false, project: { ref: project.slug, role: "viewer" }, email: null };
    const make = (actor: UserActor) =>
      createInvite(actor, { ...offer, project: { ref: project.slug, role: "viewer" } });
    for (const role of ["curator", "reviewer", "viewer"] as const) {
      const member = await aMember(project.id, role);
      await expect(make(member)).rejects.toEqual(refusal("forbidden"));
      await expect(openInvitesPage(member, project.slug)).rejects.toEqual(refusal("forbidden"));
    }
    const stranger = await aUser();
    await expect(make(stranger)).rejects.toEqual(refusal("not_found"));
    await expect(openInvitesPage(stranger, null)).rejects.toEqual(refusal("forbidden"));
    const other = await aProject();
    const otherAdmin = await aMember(other.id, "admin");
    await expect(revokeInvite(otherAdmin, invite.id, other.slug)).rejects.toEqual(
      refusal("not_found"),
    );
    await expect(revokeInvite(otherAdmin, "1", other.slug)).rejects.toEqual(refusal("not_found"));
    for (const siteAdmin of [true, false]) {
      await expect(
        createInvite(otherAdmin, { siteAdmin, project: null, email: null }),
      ).rejects.toEqual(refusal("forbidden"));
    }
  });

  test("cannot be found by trying", async () => {
    const { token } = await anInvite();
    const guesser = "203.0.113.7";
    for (let i = 0; i < 60; i += 1) {
      expect((await invitation(`guess ${i}`, guesser)).state).toBe("unknown");
    }
    await expect(invitation(token, guesser)).rejects.toEqual(refusal("rate_limited"));
    expect((await invitation(token, here)).state).toBe("open");
  });

  test("and its token leave no trace in the trail", async () => {
    const { token } = await anInvite();
    const newcomer = aNewcomer();
    await joinByInvite({ token, ...newcomer }, here);
    const { rows } = await database().pool.query<{ trail: string }>(
      "SELECT string_agg(audit_events::text, '') AS trail FROM audit_events",
    );
    for (const secret of [token, hashToken(token), newcomer.password, newcomer.email, "argon2"]) {
      expect(rows[0]?.trail).not.toContain(secret);
    }
  });
});

describe("coming from a provider", () => {
  const stranger = (over: Partial<ProviderSignIn> = {}): ProviderSignIn => {
    counter += 1;
    return {
      provider: "oidc:https://id.example",
      subject: `subject ${counter}`,
      name: "Omid",
      email: `provider${counter}@example.org`,
      connectTo: null,
      invite: null,
      ...over,
    };
  };

  async function anOpenInvite() {
    const { path } = await createInvite(operator, { siteAdmin: false, project: null, email: null });
    return inviteForProviderSignIn(tokenOf(path), here);
  }

  test("without an invite or an account, nobody comes in", async () => {
    await expect(signInThroughProvider(stranger())).rejects.toEqual(
      refusal("forbidden", { reason: "stranger" }),
    );
  });

  test("with an invite, an account is made, and the next time it is the same", async () => {
    const omid = stranger({ invite: await anOpenInvite() });
    const { userId } = await signInThroughProvider(omid);
    expect(await signInThroughProvider({ ...omid, invite: null, email: null })).toMatchObject({
      userId,
    });
  });

  test("an address that the provider has not confirmed is none", async () => {
    const invite = await anOpenInvite();
    await expect(signInThroughProvider(stranger({ invite, email: null }))).rejects.toEqual(
      refusal("forbidden", { reason: "unconfirmed" }),
    );
    await addUser(operator, {
      ...aNewcomer(),
      email: "waiting@example.org",
      siteAdmin: false,
      password: null,
    });
    await expect(signInThroughProvider(stranger({ email: null }))).rejects.toEqual(
      refusal("forbidden", { reason: "stranger" }),
    );
    await signInThroughProvider(stranger({ email: "Waiting@Example.org" }));
  });

  test("a confirmed address does not open an account that has a password", async () => {
    const { email, ...rest } = aNewcomer();
    await addUser(operator, { email, ...rest, siteAdmin: false });
    await expect(signInThroughProvider(stranger({ email }))).rejects.toEqual(refusal("forbidden"));
    const invite = await anOpenInvite();
    await expect(signInThroughProvider(stranger({ email, invite }))).rejects.toEqual(
      refusal("conflict", { reason: "address_taken" }),
    );
  });

  test("nor one that another account at the provider has claimed", async () => {
    const { email } = aNewcomer();
    await addUser(operator, { email, name: "Omid", siteAdmin: false, password: null });
    await signInThroughProvider(stranger({ email }));
    await expect(signInThroughProvider(stranger({ email }))).rejects.toEqual(refusal("forbidden"));
  });

  test("whoever is signed in connects it to their account, and nobody else's", async () => {
    const ana = await aUser();
    const bela = await aUser();
    const account = stranger();
    expect(await signInThroughProvider({ ...account, connectTo: ana })).toMatchObject({
      userId: ana.userId,
    });
    await expect(signInThroughProvider({ ...account, connectTo: bela })).rejects.toEqual(
      refusal("conflict", { reason: "connected_elsewhere" }),
    );
    expect(await signInThroughProvider(account)).toMatchObject({ userId: ana.userId });
  });

  test("nobody disconnects the only way they can sign in, not even both of two at once", async () => {
    const ana = await aUser();
    await signInThroughProvider(stranger({ connectTo: ana }));
    await signInThroughProvider(stranger({ connectTo: ana, provider: "github" }));
    const { identities } = await myAccount(ana);
    const outcomes = await Promise.allSettled(identities.map(({ id }) => disconnect(ana, id)));
    expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    const left = (await myAccount(ana)).identities;
    expect(left).toHaveLength(1);
    const bela = await aUser();
    await expect(disconnect(bela, left[0]?.id ?? "")).rejects.toEqual(refusal("not_found"));
    await expect(disconnect(ana, "1")).rejects.toEqual(refusal("not_found"));
  });

  test("the address of a disabled user opens nothing, and is not told from a stranger's", async () => {
    const { email } = aNewcomer();
    await addUser(operator, { email, name: "Omid", siteAdmin: false, password: null });
    await changeUser(operator, { email }, { disabled: true });
    await expect(signInThroughProvider(stranger({ email }))).rejects.toEqual(
      refusal("forbidden", { reason: "stranger" }),
    );
  });

  test("a disabled user stays out", async () => {
    const ana = await aUser();
    const account = stranger();
    await signInThroughProvider({ ...account, connectTo: ana });
    await changeUser(operator, { id: ana.userId }, { disabled: true });
    await expect(signInThroughProvider(account)).rejects.toEqual(
      refusal("forbidden", { reason: "disabled" }),
    );
  });
});
