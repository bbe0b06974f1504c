import { useEffect, useMemo, useState } from "react";
import { onDemand, useOnDemand } from "@/components/ui/on-demand";
import { toast } from "@/components/ui/toast";
import { call } from "@/lib/api/client";
import type { AnnotatePage } from "./annotate-page-props";
import type { Reasons } from "./set-aside";
import { type SyncedAnnotator, useOwnSet } from "./use-annotator";

const code = onDemand(async () => (await import("./set-aside")).SetAside);

const none: Reasons = { skip_reason: null, flag_reason: null };

/** By set, since this window was loaded: going back shows a page as it was fetched. */
const lastKnown = new Map<string, Reasons>();

/**
 * What the reviewer says of the article beside annotating it: that they skip it, or that it needs a
 * second look.
 *
 * @param next goes to the next article
 */
export function useSetAside(annotator: SyncedAnnotator, page: AnnotatePage, next: () => void) {
  const { ownSet, article } = page;
  const id = ownSet?.id ?? "";
  const [reasons, setReasons] = useState<Reasons>(() => lastKnown.get(id) ?? ownSet ?? none);
  const [asking, setAsking] = useState<"skip" | "flag" | null>(null);
  const isSubmitted = useOwnSet(annotator)?.submittedAt != null;
  const isSkipped = reasons.skip_reason !== null && !isSubmitted;
  const commands = useMemo(() => {
    /** Whether it has been kept; why not has been told. */
    const write = async (change: Partial<Reasons>): Promise<boolean> => {
      const answer = await call("PATCH /annotation-sets/{id}", { path: { id }, body: change });
      if (!answer.ok) {
        toast.error(`Not kept. ${answer.message}`);
        return false;
      }
      const { skip_reason, flag_reason } = answer.value;
      lastKnown.set(id, { skip_reason, flag_reason });
      setReasons({ skip_reason, flag_reason });
      return true;
    };
    return {
      ask: setAsking,
      flag: write,
      skip: async (reason: string): Promise<boolean> => {
        if (!(await write({ skip_reason: reason }))) return false;
        toast(`Skipped “${article.title}”`, {
          action: { label: "Undo", onClick: () => void write({ skip_reason: null }) },
        });
        next();
        return true;
      },
      takeUp: () => void write({ skip_reason: null }),
    };
  }, [id, article.title, next]);
  useEffect(() => {
    if (!isSubmitted) return;
    // The server has taken it for done.
    setReasons((before) => {
      const after = { ...before, skip_reason: null };
      lastKnown.set(id, after);
      return after;
    });
  }, [id, isSubmitted]);
  const others = page.readOnlySets.filter((set) => set.flag_reason !== null);
  const isSaid = isSkipped || reasons.flag_reason !== null || others.length > 0;
  const SetAside = useOnDemand(code, isSaid || asking !== null);
  return { SetAside, reasons, others, asking, isSkipped, ...commands };
}
