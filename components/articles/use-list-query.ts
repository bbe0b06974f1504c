"use client";

import { usePathname, useSearchParams } from "next/navigation";
import { useEffect, useEffectEvent, useMemo, useRef, useState } from "react";
import type { ListLabel } from "./initial-list";
import {
  type AddressWrite,
  AddressWriter,
  addressOf,
  type ListQuery,
  readListQuery,
} from "./list-query";
import { forget } from "./remembered-lists";

/**
 * Asks for another list. "push" makes a step of the browser's history, "replace" does not.
 *
 * @returns the number of the change; later ones have greater numbers
 */
export type ChangeQuery = (change: Partial<ListQuery>, how: "push" | "replace") => number;

/**
 * Which list is asked for, and how to ask for another: at once on the page, and in the address as
 * soon as the router has drawn the last one, without a request for the page.
 */
export function useListQuery(
  project: string,
  labels: readonly ListLabel[],
): {
  query: ListQuery;
  change: ChangeQuery;
  /** Of the last change, by whomever: a step in the browser's history and a link count too. */
  serial: number;
} {
  const params = useSearchParams();
  const path = usePathname();
  const drawn = useMemo(() => readListQuery(new URLSearchParams(params), labels), [params, labels]);
  const [asked, setAsked] = useState<{ query: ListQuery | null; serial: number }>({
    query: null, // as drawn
    serial: 0,
  });
  const latest = useRef({ query: drawn, serial: 0 });
  const writer = useRef(new AddressWriter());

  const write = ({ address, how }: AddressWrite) => {
    if (how === "push") window.history.pushState(null, "", path + address);
    else window.history.replaceState(null, "", path + address);
  };
  const change: ChangeQuery = (changed, how) => {
    const { query, serial } = latest.current;
    const next = { ...query, ...changed };
    const address = addressOf(next);
    if (address === addressOf(query)) return serial;
    forget(project, address); // asked for anew, and not come back to
    latest.current = { query: next, serial: serial + 1 };
    setAsked(latest.current);
    const due = writer.current.change({ address, how });
    if (due) write(due);
    return serial + 1;
  };
  const goTo = (query: ListQuery) => {
    latest.current = { query, serial: latest.current.serial + 1 };
    setAsked(latest.current);
  };

  const follow = useEffectEvent((address: string) => {
    const { isOurs, due } = writer.current.drawn(address);
    if (due) write(due);
    else if (isOurs || address === addressOf(latest.current.query)) {
      setAsked((asked) => (asked.query ? { query: null, serial: asked.serial } : asked));
    } else goTo(drawn); // by a link
  });
  const address = addressOf(drawn);
  useEffect(() => follow(address), [address]);

  const goBack = useEffectEvent(() => {
    if (location.pathname !== path) return;
    writer.current.forget();
    goTo(readListQuery(new URLSearchParams(location.search), labels));
  });
  useEffect(() => {
    const listen = () => goBack();
    window.addEventListener("popstate", listen);
    return () => window.removeEventListener("popstate", listen);
  }, []);

  return { query: asked.query ?? drawn, change, serial: asked.serial };
}
