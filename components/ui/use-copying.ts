"use client";

import { useEffect, useState } from "react";

/** Milliseconds for which it is said what became of it. */
const TOLD = 3000;

/**
 * Copies text for the reader to take elsewhere.
 *
 * @returns what became of it, null when that has been said long enough; and what copies. Without https or
 *   permission there is no clipboard.
 */
export function useCopying(text: string): {
  copied: boolean | null;
  copy: () => Promise<boolean>;
} {
  const [copied, setCopied] = useState<boolean | null>(null);
  useEffect(() => {
    if (copied === null) return;
    const timer = setTimeout(() => setCopied(null), TOLD);
    return () => clearTimeout(timer);
  }, [copied]);

  async function copy() {
    let done = true;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      done = false;
    }
    setCopied(done);
    return done;
  }

  return { copied, copy };
}
