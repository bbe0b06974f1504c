import { Lexicon } from "@/lib/search/tokens";
import { database, unhurriedConnection } from "@/lib/store/database";
import { countAllWaiting, indexWaiting, tidyWaiting } from "@/lib/store/search-index";
import { refreshStatistics } from "@/lib/store/statistics";

export type MakingSearchable = {
  /** Ends it between two steps: what is left waits for the next one. */
  readonly signal?: AbortSignal;
  /** Told after each step how many articles are done, of how many that waited at first. */
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
};

/**
 * Makes articles searchable that wait for it, a few in a transaction. Any number of processes may do so at once, each
 * takes others; what one leaves when it dies still waits. When it is over, none waits but what others have in hand.
 *
 * @throws the signal's reason
 */
export async function makeSearchable({ signal, onProgress }: MakingSearchable = {}): Promise<void> {
  const db = database();
  const total = await countAllWaiting(db.pool);
  if (total === 0) return;
  const client = await unhurriedConnection(db);
  try {
    const lexicon = new Lexicon();
    let done = 0;
    for (;;) {
      signal?.throwIfAborted();
      const count = await indexWaiting(client, lexicon);
      if (count === 0) break;
      done += count;
      onProgress?.({ done, total });
    }
    await tidyWaiting(client);
    if (done > 0) await refreshStatistics(client);
  } finally {
    client.release(true); // it is no ordinary connection any more
  }
}
