import { type Actor, type UserActor, userIdOf } from "@/lib/access/actor";
import { normaliseEmail } from "@/lib/access/email";
import { hashToken, newToken } from "@/lib/access/tokens";
import type { Invite, InvitePage, Newcomer, NewInvite } from "@/lib/api/people";
import { Refusal } from "@/lib/domain/refusal";
import { type Role, roles } from "@/lib/domain/roles";
import { recordEvent } from "@/lib/store/audit";
import { database, type Transaction, transaction } from "@/lib/store/database";
import {
  findInvite,
  findInviteById,
  type InviteRow,
  insertInvite,
  isStillGranted,
  listOpenInvites,
  revokeInviteRow,
  spendInvite,
} from "@/lib/store/invites";
import { changeMemberRole, findMember, insertMember } from "@/lib/store/members";
import { setSiteAdmin } from "@/lib/store/users";
import { closed, type InviteState, inviteLasts, refuseClosed, stateOf } from "./invite-links";
import { latestPage, type PageAsked } from "./paging";
import { requireId, requireSiteAdmin } from "./permissions";
import { projectFor } from "./projects";
import { countingGuesses, type ProvenUser } from "./signing-in";
import { makeUser, prepareNewcomer, type ReadyNewcomer } from "./users";

/** What an invite lets somebody be. */
export type Offer = {
  readonly siteAdmin: boolean;
  /** A project, by slug or id, and the role in it. */
  readonly project: { readonly ref: string; readonly role: Role } | null;
  /** Filled into the form; no condition, since the link is the key. */
  readonly email: string | null;
};

/**
 * Makes an invite. Project admins invite into their project, site admins anywhere.
 *
 * @returns the invite and the path of its link, which is told this once
 * @throws Refusal "forbidden", "not_found", "invalid"
 */
export async function createInvite(actor: Actor, offer: Offer): Promise<NewInvite> {
  if (offer.siteAdmin || !offer.project) requireSiteAdmin(actor);
  const project = offer.project
    ? { id: (await projectFor(actor, offer.project.ref, "manage")).id, role: offer.project.role }
    : null;
  const email = offer.email === null ? null : normaliseEmail(offer.email);
  const token = newToken("invite");
  const invite = await transaction(database(), async (tx) => {
    const made = await insertInvite(tx, {
      tokenHash: hashToken(token),
      email,
      siteAdmin: offer.siteAdmin,
      setup: false,
      project,
      createdBy: userIdOf(actor),
      expiresAt: new Date(Date.now() + inviteLasts),
    });
    await recordEvent(tx, {
      action: "invite.created",
      userId: userIdOf(actor),
      projectId: project?.id ?? null,
      subject: made.id,
      details: { site_admin: offer.siteAdmin, role: project?.role ?? null },
    });
    return made;
  });
  return { invite: inviteOf(invite), path: `/invite/${token}` };
}

/**
 * A page of the invites that are still open, the latest first: into a project for its admins, all of
 * them for site admins.
 *
 * @throws Refusal "not_found", "forbidden", "invalid" for a cursor of another list
 */
export async function openInvitesPage(
  actor: Actor,
  projectRef: string | null,
  asked: PageAsked = {},
): Promise<InvitePage> {
  const projectId = await scopeOf(actor, projectRef);
  const { rows, next_cursor } = await latestPage(asked, (part) =>
    listOpenInvites(database(), { projectId, ...part }),
  );
  return { invites: rows.map(inviteOf), next_cursor };
}

function inviteOf(row: InviteRow): Invite {
  const { project, role } = row;
  return {
    id: row.id,
    email: row.email,
    site_admin: row.siteAdmin,
    project: project && role && { slug: project.slug, title: project.title, role },
    from: row.creator?.name ?? null,
    created_at: row.createdAt.toISOString(),
    expires_at: row.expiresAt.toISOString(),
  };
}

/**
 * Withdraws an invite.
 *
 * @throws Refusal "not_found" if it is not the actor's to withdraw, "conflict" if it is used already
 */
export async function revokeInvite(
  actor: Actor,
  id: string,
  projectRef: string | null,
): Promise<void> {
  const projectId = await scopeOf(actor, projectRef);
  requireId(id, "There is no such invite.");
  await transaction(database(), async (tx) => {
    const invite = await findInviteById(tx, { id, projectId });
    if (!invite) throw new Refusal("not_found", "There is no such invite.");
    if (!(await revokeInviteRow(tx, id))) {
      throw new Refusal("conflict", "This invite has been used or withdrawn already.");
    }
    await recordEvent(tx, {
      action: "invite.revoked",
      userId: userIdOf(actor),
      projectId: invite.project?.id ?? null,
      subject: id,
    });
  });
}

/** The project whose invites the actor may see, or null for those of the whole site. */
async function scopeOf(actor: Actor, projectRef: string | null): Promise<string | null> {
  if (projectRef !== null) return (await projectFor(actor, projectRef, "manage")).id;
  requireSiteAdmin(actor);
  return null;
}

/** What somebody with a link in hand is shown. */
export type Invitation = {
  readonly state: InviteState;
  readonly email: string | null;
  readonly siteAdmin: boolean;
  readonly project: { readonly title: string; readonly role: Role } | null;
  readonly from: string | null;
};

const noInvitation: Invitation = {
  state: "unknown",
  email: null,
  siteAdmin: false,
  project: null,
  from: null,
};

/**
 * What a link offers, and whether it still does; of a link that does not, no more than that.
 *
 * @throws Refusal "rate_limited"
 */
export async function invitation(token: string, address: string): Promise<Invitation> {
  const tx = database().prisma;
  try {
    const invite = await countingGuesses(address, () => theInvite(tx, token));
    const state = await currentState(tx, invite);
    if (state !== "open") return { ...noInvitation, state };
    return {
      state,
      email: invite.email,
      siteAdmin: invite.siteAdmin,
      project: invite.project && invite.role && { title: invite.project.title, role: invite.role },
      from: invite.creator?.name ?? null,
    };
  } catch (error) {
    if (error instanceof Refusal && error.code === "not_found") return noInvitation;
    throw error;
  }
}

async function theInvite(tx: Transaction, token: string): Promise<InviteRow> {
  const invite = await findInvite(tx, hashToken(token));
  if (!invite || invite.setup) throw closed("unknown");
  return invite;
}

async function currentState(tx: Transaction, invite: InviteRow): Promise<InviteState> {
  const state = stateOf(invite);
  return state === "open" && !(await isStillGranted(tx, invite)) ? "revoked" : state;
}

/**
 * An invite that can be used now.
 *
 * @throws Refusal "not_found", "conflict" with `state`, "rate_limited"
 */
async function usableInvite(token: string, address: string): Promise<InviteRow> {
  const tx = database().prisma;
  const invite = await countingGuesses(address, () => theInvite(tx, token));
  refuseClosed(await currentState(tx, invite));
  return invite;
}

/** Who was let in, and the project to begin with: null where the invite names none. */
export type Admission = { readonly userId: string; readonly project: string | null };

/**
 * Makes an account for whoever holds a link.
 *
 * @throws Refusal "not_found", "conflict" if the link is closed or the address taken, "invalid",
 *   "rate_limited"
 */
export async function joinByInvite(
  { token, ...newcomer }: Newcomer & { readonly token: string },
  address: string,
): Promise<{ user: ProvenUser; project: string | null }> {
  const invite = await usableInvite(token, address);
  const ready = await prepareNewcomer(newcomer);
  return transaction(database(), async (tx) => {
    const { userId, project } = await admitNewcomer(tx, invite, ready);
    return { user: { userId, sessionVersion: 1 }, project };
  });
}

/** Makes the account and uses the invite, in the caller's transaction. */
export async function admitNewcomer(
  tx: Transaction,
  invite: InviteRow,
  newcomer: ReadyNewcomer,
): Promise<Admission> {
  const user = await makeUser(tx, { ...newcomer, siteAdmin: invite.siteAdmin }, null);
  return admit(tx, invite, user.id);
}

/**
 * Gives a signed-in user what a link offers.
 *
 * @throws Refusal "not_found", "conflict" if the link is closed, "rate_limited"
 */
export async function acceptInvite(
  actor: UserActor,
  token: string,
  address: string,
): Promise<Admission> {
  const invite = await usableInvite(token, address);
  return transaction(database(), (tx) => admit(tx, invite, actor.userId));
}

/**
 * Uses an invite up and grants what it offers. A member's role is raised by it, never lowered.
 *
 * @throws Refusal "conflict" if somebody was quicker
 */
export async function admit(
  tx: Transaction,
  invite: InviteRow,
  userId: string,
): Promise<Admission> {
  if (!(await spendInvite(tx, { id: invite.id, userId }))) refuseClosed("used");
  await recordEvent(tx, {
    action: "invite.accepted",
    userId,
    projectId: invite.project?.id ?? null,
    subject: invite.id,
  });
  if (invite.siteAdmin && (await setSiteAdmin(tx, userId, true))) {
    await recordEvent(tx, { action: "user.site_admin_granted", userId, subject: userId });
  }
  if (invite.project && invite.role) {
    await grantRole(tx, { projectId: invite.project.id, userId }, invite.role);
  }
  return { userId, project: invite.project?.slug ?? null };
}

async function grantRole(
  tx: Transaction,
  membership: { projectId: string; userId: string },
  role: Role,
): Promise<void> {
  const { projectId, userId } = membership;
  const event = { userId, projectId, subject: userId };
  if (await insertMember(tx, { ...membership, role })) {
    await recordEvent(tx, { ...event, action: "member.added", details: { role } });
    return;
  }
  const member = await findMember(tx, membership);
  if (!member || roles.indexOf(member.role) <= roles.indexOf(role)) return;
  if (await changeMemberRole(tx, { ...membership, from: member.role, to: role })) {
    const details = { from: member.role, to: role };
    await recordEvent(tx, { ...event, action: "member.role_changed", details });
  }
}

/** An open invite for somebody who comes through a provider; null if the link is none any more. */
export async function inviteForProviderSignIn(
  token: string,
  address: string,
): Promise<InviteRow | null> {
  try {
    return await usableInvite(token, address);
  } catch (error) {
    if (error instanceof Refusal && ["not_found", "conflict"].includes(error.code)) return null;
    throw error;
  }
}
