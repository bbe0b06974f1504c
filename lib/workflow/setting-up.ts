import { operator } from "@/lib/access/actor";
import { hashToken } from "@/lib/access/tokens";
import type { Newcomer } from "@/lib/api/people";
import { Refusal } from "@/lib/domain/refusal";
import { recordEvent } from "@/lib/store/audit";
import { database, type Transaction, transaction } from "@/lib/store/database";
import { findInvite, type InviteRow, revokeSetupInvites, spendInvite } from "@/lib/store/invites";
import { insertMember } from "@/lib/store/members";
import { findProject } from "@/lib/store/projects";
import { countSiteAdmins, isAnybodyHere, lockSiteAdmins } from "@/lib/store/users";
import { type InviteState, refuseClosed, stateOf } from "./invite-links";
import { reachOf } from "./permissions";
import { countingGuesses, type ProvenUser } from "./signing-in";
import { makeUser, prepareNewcomer } from "./users";

/** The project that comes with a new installation. */
const sampleProject = "sample";

/**
 * How far a new installation is: whether it still waits for its first site admin, and whether anybody can sign
 * in meanwhile, as where the last site admin is gone.
 */
export async function setupProgress(): Promise<{ isSetUp: boolean; isEmpty: boolean }> {
  const { prisma } = database();
  if ((await countSiteAdmins(prisma)) > 0) return { isSetUp: true, isEmpty: false };
  return { isSetUp: false, isEmpty: !(await isAnybodyHere(prisma)) };
}

/**
 * Whether a setup link can be used.
 *
 * @throws Refusal "rate_limited"
 */
export async function setupState(token: string, address: string): Promise<InviteState> {
  try {
    return await countingGuesses(address, async () => {
      const invite = await theSetupInvite(database().prisma, token);
      const isSetUp = (await countSiteAdmins(database().prisma)) > 0;
      return isSetUp ? "used" : stateOf(invite);
    });
  } catch (error) {
    if (error instanceof Refusal && error.code === "not_found") return "unknown";
    throw error;
  }
}

/**
 * Makes the first site admin, who is admin of the sample project too.
 *
 * @returns the user, and the project to begin with, if it is there
 * @throws Refusal "not_found", "conflict" if the link is used up, expired, or somebody was quicker;
 *   "invalid", "rate_limited"
 */
export async function setUp(
  { token, ...newcomer }: Newcomer & { readonly token: string },
  address: string,
): Promise<{ user: ProvenUser; project: string | null }> {
  const invite = await countingGuesses(address, () => theSetupInvite(database().prisma, token));
  refuseClosed(stateOf(invite));
  const ready = await prepareNewcomer(newcomer);
  const sample = await findProject(database(), { ref: sampleProject, ...reachOf(operator) });
  return transaction(database(), async (tx) => {
    await lockSiteAdmins(tx);
    if ((await countSiteAdmins(tx)) > 0) {
      throw new Refusal("conflict", "Gainsay has been set up already: sign in instead.");
    }
    const user = await makeUser(tx, { ...ready, siteAdmin: true }, null);
    if (!(await spendInvite(tx, { id: invite.id, userId: user.id }))) refuseClosed("used");
    await revokeSetupInvites(tx);
    await recordEvent(tx, { action: "invite.accepted", userId: user.id, subject: invite.id });
    if (sample) {
      await insertMember(tx, { projectId: sample.id, userId: user.id, role: "admin" });
      await recordEvent(tx, {
        action: "member.added",
        userId: user.id,
        projectId: sample.id,
        subject: user.id,
        details: { role: "admin" },
      });
    }
    // A user starts with session version 1; see the schema.
    return { user: { userId: user.id, sessionVersion: 1 }, project: sample?.slug ?? null };
  });
}

async function theSetupInvite(tx: Transaction, token: string): Promise<InviteRow> {
  const invite = await findInvite(tx, hashToken(token));
  if (!invite?.setup) throw new Refusal("not_found", "There is no such setup link.");
  return invite;
}
