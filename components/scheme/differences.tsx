import type { Difference } from "@/lib/domain/scheme-differences";
import { Badge } from "../ui/badge";

const kinds = {
  new: { word: "New", tone: "ok" },
  changed: { word: "Changed", tone: "accent" },
  gone: { word: "Left out", tone: "danger" },
} as const;

/** How a scheme differs from another one, in words. */
export function DifferenceList({ differences }: { differences: readonly Difference[] }) {
  if (differences.length === 0) return <p className="text-muted">Nothing is different.</p>;
  return (
    <ul className="space-y-3">
      {differences.map(({ about, kind, changes }) => (
        <li key={`${kind} ${about}`}>
          <p className="flex flex-wrap items-center gap-2">
            <span className="font-medium">{about}</span>
            <Badge tone={kinds[kind].tone}>{kinds[kind].word}</Badge>
          </p>
          {changes.length > 0 && (
            <ul className="mt-1 list-disc ps-5 text-sm">
              {changes.map((change) => (
                <li key={change} dir="auto">
                  {change}
                </li>
              ))}
            </ul>
          )}
        </li>
      ))}
    </ul>
  );
}
