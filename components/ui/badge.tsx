import type { ReactNode } from "react";
import { classNames } from "./class-names";

export type Tone = "neutral" | "accent" | "ok" | "warn" | "danger";

const tones: Record<Tone, string> = {
  neutral: "bg-sunken text-muted inset-ring-line",
  accent: "bg-accent-soft text-accent-strong inset-ring-accent/30",
  ok: "bg-ok-soft text-ok inset-ring-ok/30",
  warn: "bg-warn-soft text-warn inset-ring-warn/30",
  danger: "bg-danger-soft text-danger inset-ring-danger/30",
};

/** A state in a word. The word says it; the colour only helps. */
export function Badge({ tone = "neutral", children }: { tone?: Tone; children: ReactNode }) {
  return (
    <span
      className={classNames(
        "inline-flex items-center gap-1 rounded-full px-2 py-0.5 text-xs font-medium whitespace-nowrap inset-ring forced-colors:border",
        tones[tone],
      )}
    >
      {children}
    </span>
  );
}
