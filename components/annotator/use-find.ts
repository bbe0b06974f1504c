import { type RefObject, useMemo, useRef, useState } from "react";
import type { ArticleText, Range } from "@/lib/domain/text";
import type { ArticleHandle } from "./article-view";

/** The search in the article while its bar is there. */
export type FindHandle = {
  /** Goes to the field, with what is in it selected. */
  readonly focus: () => void;
  /** Goes to another hit, which it answers; null where there is none. */
  readonly step: (by: -1 | 1) => Range | null;
};

/** More selected words than this are none that somebody looks for; in code points. */
const MOST_SELECTED = 100;

/** Opens and closes the search in the article, and remembers what was looked for last. */
export function useFind(text: ArticleText, view: RefObject<ArticleHandle | null>) {
  const handle = useRef<FindHandle>(null);
  const typed = useRef("");
  /** What the bar opens with; null while it is closed. */
  const [begin, setBegin] = useState<string | null>(null);
  const commands = useMemo(() => {
    const open = () => {
      const selected = view.current?.selected();
      const isShort = selected && selected.end - selected.start <= MOST_SELECTED;
      const words = isShort ? text.slice(selected) : "";
      if (handle.current) handle.current.focus();
      else setBegin(words === "" || words.includes("\n") ? typed.current : words);
    };
    return {
      open,
      /** From the text: goes to another hit and selects it. */
      next: (by: -1 | 1) => {
        if (!handle.current) open();
        const hit = handle.current?.step(by);
        if (hit) view.current?.select(hit);
      },
      onType: (now: string) => {
        typed.current = now;
      },
      onClose: (hit: Range | null) => {
        setBegin(null);
        view.current?.focus();
        if (hit) view.current?.select(hit);
      },
    };
  }, [text, view]);
  return { begin, handle, ...commands };
}
