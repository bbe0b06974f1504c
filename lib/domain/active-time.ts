/** Whoever does nothing for longer is taken to be away, in milliseconds. */
export const IDLE = 60_000;

/**
 * For how long somebody was at work on one annotation set, as one browser has counted. All pages of the set
 * that are open in it share one, so that none counts what another has.
 */
export type ActiveLedger = {
  /** What the browser calls itself to the server: for this set alone, and as long as it remembers. */
  readonly source: string;
  /** Milliseconds, of which those up to {@link IDLE} behind the last act may still come. */
  readonly counted: number;
  /** When something was last done, in milliseconds since 1970; null where nobody is at it. */
  readonly last: number | null;
  /** Seconds that the server is known to have taken. */
  readonly told: number;
};

/**
 * After an act, such as a key or a movement of the pointer: what has passed since the one before counts, up to
 * {@link IDLE}, since that long one may have read. The first act after nothing counts nothing.
 */
export function acted(ledger: ActiveLedger, now: number): ActiveLedger {
  return { ...ledger, counted: ledger.counted + since(ledger, now), last: now };
}

/** After the page was left or covered: what has passed since the last act counts, and the next one begins anew. */
export function rested(ledger: ActiveLedger, now: number): ActiveLedger {
  return { ...ledger, counted: ledger.counted + since(ledger, now), last: null };
}

/** A clock that was put back tells nothing: then nothing counts. */
function since({ last }: ActiveLedger, now: number): number {
  return last === null ? 0 : Math.min(Math.max(0, now - last), IDLE);
}

/** Whole seconds, as the server is told. */
export function secondsOf({ counted }: ActiveLedger): number {
  return Math.floor(counted / 1000);
}

/** A stored ledger, or null for what is none. */
export function ledgerIn(stored: string | null): ActiveLedger | null {
  try {
    const { source, counted, last, told }: Partial<Record<keyof ActiveLedger, unknown>> =
      JSON.parse(stored ?? "{}");
    const isTime = (value: unknown): value is number =>
      typeof value === "number" && Number.isFinite(value) && value >= 0;
    const isLedger = typeof source === "string" && isTime(counted) && isTime(told);
    return isLedger && (last === null || isTime(last)) ? { source, counted, last, told } : null;
  } catch {
    return null;
  }
}

/** A length of time in words: "45 s", "4 min", "1 h 5 min". Under a minute in seconds, else to the minute. */
export function durationInWords(seconds: number): string {
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  return minutes % 60 === 0
    ? `${Math.floor(minutes / 60)} h`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
