import { inNextFrame } from "@/components/ui/next-frame";

/**
 * Measures in the next frame, and again whenever what is around is laid out anew: sections get their real
 * height as they come into view, which moves everything below them.
 *
 * @returns ends it
 */
export function wheneverLaidOut(around: Element, measure: () => void): () => void {
  let callOff: (() => void) | null = null;
  const later = () => {
    callOff ??= inNextFrame(() => {
      callOff = null;
      measure();
    });
  };
  const observer = new ResizeObserver(later);
  observer.observe(around);
  later();
  return () => {
    observer.disconnect();
    callOff?.();
  };
}
