"use client";

import { useEffect, useMemo } from "react";
import { onDemand, useIsAway, useOnDemand } from "@/components/ui/on-demand";
import type { AttributeStrip } from "@/lib/annotator/attribute-strip";
import type { AnnotatePage } from "./annotate-page-props";
import type { SyncedAnnotator } from "./use-annotator";

const code = onDemand(() => import("./span-tools"));

/**
 * What there is to see once a span is selected, and the values that complete its attributes; null
 * until that is loaded.
 *
 * @param wanted whether it is needed now
 */
export function useSpanTools(annotator: SyncedAnnotator, page: AnnotatePage, wanted: boolean) {
  const tools = useOnDemand(code, wanted);
  const values = useMemo(
    () => tools?.knownValuesOf(annotator, page) ?? null,
    [tools, annotator, page],
  );
  return { tools, values };
}

/** Keeps the strip closed as long as it cannot be drawn: keys must not answer what nobody sees. */
export function useUndrawnStrip(strip: AttributeStrip): void {
  const isMissing = useIsAway(code) && code.get() === null;
  useEffect(() => {
    if (!isMissing) return;
    strip.close();
    return strip.subscribe(() => strip.close());
  }, [isMissing, strip]);
}
