import { hashToken, newToken } from "@/lib/access/tokens";
import { database, transaction } from "@/lib/store/database";
import { insertInvite } from "@/lib/store/invites";
import { countSiteAdmins } from "@/lib/store/people";
import { inviteLasts } from "./invites";

/**
 * The path of a new one-time link for the first site admin, behind `base`; null while there is a
 * site admin who can sign in. Earlier links stay good for their seven days, or until one is used.
 */
export async function setupLink(base = ""): Promise<string | null> {
  return transaction(database(), async (tx) => {
    if ((await countSiteAdmins(tx)) > 0) return null;
    const token = newToken("setup");
    await insertInvite(tx, {
      tokenHash: hashToken(token),
      email: null,
      siteAdmin: true,
      setup: true,
      project: null,
      createdBy: null,
      expiresAt: new Date(Date.now() + inviteLasts),
    });
    return `${base}/setup/${token}`;
  });
}
