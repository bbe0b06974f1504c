"use client";

import { usePathname, useSearchParams } from "next/navigation";
import { useMemo } from "react";
import { addressOf, type ListQuery, readListQuery } from "./list-query";
import { forget } from "./remembered-lists";
import type { ListLabel } from "./shapes";

export type ChangeQuery = (change: Partial<ListQuery>, how: "push" | "replace") => void;

/** What the address asks for, and how to ask for something else: without a request for the page. */
export function useListQuery(
  project: string,
  labels: readonly ListLabel[],
): { query: ListQuery; change: ChangeQuery } {
  const params = useSearchParams();
  const path = usePathname();
  const query = useMemo(() => readListQuery(new URLSearchParams(params), labels), [params, labels]);
  const change: ChangeQuery = (changed, how) => {
    // Not from `query`, which follows the address a moment later.
    const current = readListQuery(new URLSearchParams(location.search), labels);
    const address = addressOf({ ...current, ...changed });
    if (address === addressOf(current)) return;
    forget(project, address); // asked for anew, and not come back to
    if (how === "push") window.history.pushState(null, "", path + address);
    else window.history.replaceState(null, "", path + address);
  };
  return { query, change };
}
