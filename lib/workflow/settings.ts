import { type Actor, userIdOf } from "@/lib/access/actor";
import type { Settings } from "@/lib/api/second-factors";
import { recordEvent } from "@/lib/store/audit";
import { database, transaction } from "@/lib/store/database";
import { findFactorsRequired, setFactorsRequired } from "@/lib/store/settings";
import { requireSiteAdmin } from "./permissions";

/** What site admins have decided for everybody. */
export async function settingsOf(actor: Actor): Promise<Settings> {
  requireSiteAdmin(actor);
  return { second_factors: await findFactorsRequired(database().prisma) };
}

/**
 * Decides of whom a second factor is asked, from their next request on: whoever has none sets one up first.
 *
 * @throws Refusal "forbidden"
 */
export async function changeSettings(actor: Actor, change: Settings): Promise<Settings> {
  requireSiteAdmin(actor);
  const to = change.second_factors;
  return transaction(database(), async (tx) => {
    const from = await findFactorsRequired(tx);
    if (from !== to) {
      await setFactorsRequired(tx, to);
      const event = { action: "settings.changed", userId: userIdOf(actor) } as const;
      await recordEvent(tx, { ...event, details: { from, to } });
    }
    return { second_factors: to };
  });
}
