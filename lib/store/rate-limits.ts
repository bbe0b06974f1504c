import { RateLimiterPostgres, RateLimiterRes } from "rate-limiter-flexible";
import type { Database } from "./database";

/** So many points in so many seconds, counted from the first. */
export type Limit = { readonly name: string; readonly points: number; readonly seconds: number };

const limiters = new WeakMap<Database, Map<string, RateLimiterPostgres>>();

/** Counters live in the database, so all app processes count together. */
function limiterOf(db: Database, limit: Limit): RateLimiterPostgres {
  const known = limiters.get(db) ?? new Map<string, RateLimiterPostgres>();
  limiters.set(db, known);
  let limiter = known.get(limit.name);
  if (!limiter) {
    limiter = new RateLimiterPostgres({
      storeClient: db.pool,
      storeType: "pool",
      tableName: "rate_limits",
      tableCreated: true,
      keyPrefix: limit.name,
      points: limit.points,
      duration: limit.seconds,
    });
    known.set(limit.name, limiter);
  }
  return limiter;
}

/**
 * Takes a point, before the work it pays for, so that requests sent at once cannot share one.
 *
 * @returns null if there was one left, else the seconds until there is again
 */
export async function takePoint(db: Database, limit: Limit, key: string): Promise<number | null> {
  try {
    await limiterOf(db, limit).consume(key);
    return null;
  } catch (exceeded) {
    if (exceeded instanceof RateLimiterRes) return Math.ceil(exceeded.msBeforeNext / 1000);
    throw exceeded;
  }
}

/** Gives a point back: the work turned out to be honest. */
export async function returnPoint(db: Database, limit: Limit, key: string): Promise<void> {
  await limiterOf(db, limit).reward(key);
}
