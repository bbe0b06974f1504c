import { useCallback, useRef, useState } from "react";
import type { ListedArticle } from "@/lib/api/articles";

/** Nothing selected, and nothing gone. */
export const none: ReadonlySet<string> = new Set();

/** Which articles of a list are selected, and whether it is asked if they may be deleted. */
export function useSelection(articles: readonly ListedArticle[]) {
  const [ids, setIds] = useState(none);
  const [isAsking, setAsking] = useState(false);
  const last = useRef<string | null>(null);
  const shown = useRef(articles);
  shown.current = articles;
  const select = useCallback((id: string, toHere: boolean) => {
    const all = shown.current.map((article) => article.id);
    const ends = [all.indexOf(last.current ?? ""), all.indexOf(id)] as const;
    last.current = id;
    const range = all.slice(Math.min(...ends), Math.max(...ends) + 1);
    setIds((before) => {
      if (toHere && ends[0] >= 0) return new Set([...before, ...range]);
      return new Set(before.has(id) ? [...before].filter((one) => one !== id) : [...before, id]);
    });
  }, []);
  return {
    ids,
    setIds,
    isAsking,
    setAsking,
    select,
    ask: (id: string) => {
      if (!articles.some((article) => ids.has(article.id))) setIds(new Set([id]));
      setAsking(true);
    },
  };
}

export type Selection = ReturnType<typeof useSelection>;
