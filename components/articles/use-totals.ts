"use client";

import { useEffect, useState } from "react";
import type { ArticleTotals } from "@/lib/api/articles";
import { call } from "@/lib/api/client";

/**
 * How far the work on a project has come, asked again whenever what it is told beside has changed; null
 * until that is known, and where it is not wanted.
 */
export function useTotals(
  project: string,
  wanted: boolean,
  beside: { readonly firstPage: unknown; readonly gone: unknown },
): ArticleTotals | null {
  const [totals, setTotals] = useState<ArticleTotals | null>(null);
  const { firstPage, gone } = beside;
  // biome-ignore lint/correctness/useExhaustiveDependencies: what it is told beside is a reason to ask again
  useEffect(() => {
    if (!wanted) return;
    const controller = new AbortController();
    const { signal } = controller;
    call("GET /projects/{project}/articles/totals", { path: { project }, signal }).then(
      (answer) => {
        if (answer.ok && !signal.aborted) setTotals(answer.value);
      },
    );
    return () => controller.abort();
  }, [project, wanted, firstPage, gone]);
  return wanted ? totals : null;
}
