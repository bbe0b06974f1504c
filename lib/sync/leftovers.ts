import { MAX_BATCH } from "@/lib/domain/limits";
import type { Kept, Outbox, Owner, Place } from "./outbox";
import { lockOf } from "./tabs";
import type { Transport } from "./transport";

/** What could not be sent for an article that is not open. */
export type Leftover = Place & { readonly changes: number };

/**
 * Sends what earlier visits left unsent on other articles. Where that has become more than sending
 * it, because the set has changed or the server refuses, it stays for the article's own page.
 *
 * @returns what is still unsent
 */
export async function sendLeftovers(
  { user, set }: Owner,
  outbox: Outbox,
  transportOf: (set: string) => Transport,
): Promise<Leftover[]> {
  const all = await outbox.allOf(user);
  const others = all.filter((kept) => kept.set !== set && kept.refused === null);
  const left: Leftover[] = [];
  for (const [other, kept] of Map.groupBy(others, (one) => one.set)) {
    let unsent = 0;
    // A page that is open on it sends it itself.
    for (const [queue, entries] of Map.groupBy(kept, (one) => one.queue)) {
      unsent += await whileFree(queue, () => send(entries, outbox, transportOf(other)));
    }
    const place = kept[0]?.place;
    if (place && unsent > 0) left.push({ ...place, changes: unsent });
  }
  return left;
}

/** @returns how many were not sent */
async function send(
  entries: readonly Kept[],
  outbox: Outbox,
  transport: Transport,
): Promise<number> {
  let revision = Math.min(...entries.map((entry) => entry.revision));
  for (let at = 0; at < entries.length; at += MAX_BATCH) {
    const batch = entries.slice(at, at + MAX_BATCH);
    const answer = await transport.send(
      revision,
      batch.map(({ operation }) => operation),
    );
    if (answer.kind !== "accepted") return entries.length - at;
    revision = answer.revision;
    await outbox.remove(batch.map(({ id }) => id));
  }
  return 0;
}

async function whileFree(queue: string, work: () => Promise<number>): Promise<number> {
  if (!navigator.locks) return work();
  return navigator.locks.request(lockOf(queue), { ifAvailable: true }, async (lock) =>
    lock ? work() : 0,
  );
}
