import type { ReactNode } from "react";
import type { Excerpt } from "@/lib/domain/schemas";

/** Text with the places in it that were searched for. */
export function Marked({ excerpt: { text, highlights } }: { excerpt: Excerpt }) {
  const characters = Array.from(text); // highlights count code points
  const parts: ReactNode[] = [];
  let at = 0;
  for (const { start, end } of highlights) {
    if (start < at) continue;
    parts.push(
      characters.slice(at, start).join(""),
      <mark
        key={start}
        className="rounded-xs bg-accent-soft font-semibold text-accent-strong forced-colors:bg-[Mark] forced-colors:text-[MarkText]"
      >
        {characters.slice(start, end).join("")}
      </mark>,
    );
    at = end;
  }
  parts.push(characters.slice(at).join(""));
  return parts;
}
