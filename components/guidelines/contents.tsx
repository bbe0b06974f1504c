import { type Guideline, partsOf } from "@/lib/domain/guideline";

/** The headings of guidelines, to go to. */
export function GuidelineContents({
  guideline,
  changes,
  idPrefix,
}: {
  guideline: Guideline;
  changes: ReadonlyMap<number, "new" | "changed">;
  idPrefix: string;
}) {
  const parts = partsOf(guideline).filter(({ title }) => title !== "");
  return (
    <nav aria-label="Contents" className="guideline-contents text-sm">
      <ol className="space-y-1.5">
        {parts.map(({ at, title, heading }) => (
          <li key={at} style={{ paddingInlineStart: `${((heading?.level ?? 1) - 1) * 0.9}rem` }}>
            <a href={`#${idPrefix}${at}`} dir="auto" className="wrap-anywhere">
              {title}
            </a>
            {changes.has(at) && <span className="text-warn"> · {changes.get(at)}</span>}
          </li>
        ))}
      </ol>
    </nav>
  );
}
