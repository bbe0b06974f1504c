import { type Actor, userIdOf } from "@/lib/access/actor";
import type { Settings, SettingsChange } from "@/lib/api/second-factors";
import { Refusal } from "@/lib/domain/refusal";
import { recordEvent } from "@/lib/store/audit";
import { database, type Transaction, transaction } from "@/lib/store/database";
import {
  findFactorsRequired,
  findPagesByAddress,
  setFactorsRequired,
  setPagesByAddress,
} from "@/lib/store/settings";
import { requireSiteAdmin } from "./permissions";

/** What site admins have decided for everybody. */
export async function settingsOf(actor: Actor): Promise<Settings> {
  requireSiteAdmin(actor);
  return settingsIn(database().prisma);
}

async function settingsIn(tx: Transaction): Promise<Settings> {
  return {
    second_factors: await findFactorsRequired(tx),
    pages_by_address: await findPagesByAddress(tx),
  };
}

/** Whether articles may be fetched from the web. */
export function arePagesAllowed(): Promise<boolean> {
  return findPagesByAddress(database().prisma);
}

/** @throws Refusal "forbidden" unless a site admin has allowed it */
export async function requirePagesAllowed(): Promise<void> {
  if (await arePagesAllowed()) return;
  throw new Refusal(
    "forbidden",
    "Fetching articles from the web is switched off here. A site admin can allow it on the page People.",
    { setting: "pages_by_address" },
  );
}

/**
 * Decides what is said, and leaves the rest: of whom a second factor is asked, from their next request on, so that
 * whoever has none sets one up first; and whether articles may be fetched from the web.
 *
 * @throws Refusal "forbidden"
 */
export async function changeSettings(actor: Actor, change: SettingsChange): Promise<Settings> {
  requireSiteAdmin(actor);
  const userId = userIdOf(actor);
  return transaction(database(), async (tx) => {
    const before = await settingsIn(tx);
    const factors = change.second_factors ?? before.second_factors;
    if (factors !== before.second_factors) {
      await setFactorsRequired(tx, factors);
      const details = { from: before.second_factors, to: factors };
      await recordEvent(tx, { action: "settings.changed", userId, details });
    }
    const pages = change.pages_by_address ?? before.pages_by_address;
    if (pages !== before.pages_by_address) {
      await setPagesByAddress(tx, pages);
      const action = pages ? "pages_by_address.allowed" : "pages_by_address.forbidden";
      await recordEvent(tx, { action, userId });
    }
    return { second_factors: factors, pages_by_address: pages };
  });
}
