/** What is thrown when the person at the terminal wants to stop. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
}

let current: AbortController | null = null;

/** Runs work that can stop at a good place, which it is asked to on the first Ctrl-C. */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  current = controller;
  try {
    return await work(controller.signal);
  } finally {
    current = null;
  }
}

/** Stops at a good place where there is one; the second time, and elsewhere, at once. */
export function interrupt(): void {
  if (current === null || current.signal.aborted) process.exit(130);
  current.abort(new Interrupted("Stopped."));
}

/**
 * Milliseconds within which two signals are one order: a terminal sends Ctrl-C to a whole group, and
 * the launcher, which may have got it alone, passes it on.
 */
const oneOrder = 500;

/** Hears each order to end once, whoever brings it. */
export function onOrders(hear: (signal: NodeJS.Signals) => void): void {
  let last = Number.NEGATIVE_INFINITY;
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      const now = performance.now();
      const same = now - last < oneOrder;
      last = now;
      if (!same) hear(signal);
    });
  }
}
