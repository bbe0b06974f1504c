import type { ChangeInWords, Difference } from "@/lib/domain/scheme-differences";
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
                <li key={change.says}>
                  <Change change={change} />
                </li>
              ))}
            </ul>
          )}
        </li>
      ))}
    </ul>
  );
}

function Change({ change: { says, before, after } }: { change: ChangeInWords }) {
  return (
    <>
      <p dir="auto">{says}</p>
      <Words of={before} was />
      <Words of={after} />
    </>
  );
}

/** Words that people wrote, before a change or after it, which is told by more than their colour. */
function Words({ of, was = false }: { of: readonly string[]; was?: boolean }) {
  const [Element, name, looks] = was
    ? (["del", "Before", "border-danger text-muted"] as const)
    : (["ins", "Now", "border-ok"] as const);
  return [...new Set(of)].map((words) => (
    <Element
      key={words}
      className={`my-1 block border-s-2 ps-2 wrap-anywhere whitespace-pre-line no-underline ${looks}`}
    >
      <span className="block text-muted">{name}</span>
      <span dir="auto" className="block">
        {words}
      </span>
    </Element>
  ));
}
