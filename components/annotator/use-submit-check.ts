import { useCallback, useState } from "react";
import { inNextFrame } from "@/components/ui/next-frame";
import { onDemand, useOnDemand, whenLoaded } from "@/components/ui/on-demand";
import type { CheckGroup } from "@/lib/annotator/check-groups";
import type { SyncedAnnotator } from "./use-annotator";

const checkCode = onDemand(() => import("./submit-check"));

/**
 * Looks at the reviewer's own set before it is submitted, and asks if there is anything to look at.
 *
 * @param submit submits it
 */
export function useSubmitCheck(annotator: SyncedAnnotator, submit: () => void) {
  const [groups, setGroups] = useState<readonly CheckGroup[] | null>(null);
  /** The number in the list of the one that the reviewer has gone to last. */
  const [at, setAt] = useState(0);
  const code = useOnDemand(checkCode, groups !== null);
  /** Submits, or shows what there is to look at. */
  const check = useCallback(() => {
    void whenLoaded(checkCode).then((loaded) => {
      // Without the network nothing is submitted now, and what is required is for the server to say.
      const found = loaded?.checkedGroups(annotator) ?? [];
      if (found.length === 0) submit();
      else setGroups(found);
    });
  }, [annotator, submit]);
  return {
    SubmitCheck: code?.SubmitCheck ?? null,
    groups,
    at,
    check,
    /** Closes the list, and does `work` once the focus is back. */
    leave: (number: number, work: () => void) => {
      setAt(number);
      setGroups(null);
      inNextFrame(work);
    },
  };
}
