"use client";

import { Button } from "@/components/ui/button";
import { Kbd } from "@/components/ui/kbd";
import { LabelBadge } from "@/components/ui/label-badge";
import { appearanceOf } from "@/lib/annotator/label-appearance";
import { readable } from "@/lib/annotator/wording";
import { excerpt } from "@/lib/domain/span";
import { DirectionMark } from "./direction-mark";
import { KeyOf } from "./own-keys";
import { type SyncedAnnotator, useAnnotatorState } from "./use-annotator";

/** What is being linked, and in which ways it can be; at the foot of the text while linking. */
export function LinkingBar({ annotator }: { annotator: SyncedAnnotator }) {
  const { linking } = useAnnotatorState(annotator);
  if (!linking) return null;
  return (
    <section
      aria-label="Linking"
      className="linking-bar popup absolute inset-x-3 bottom-3 z-10 mx-auto max-w-2xl space-y-2 px-4 py-3"
    >
      <div className="flex items-center gap-3">
        <SpanWords annotator={annotator} id={linking.from} />
        <span aria-hidden="true" className="text-muted">
          …
        </span>
        <SpanWords annotator={annotator} id={linking.target} />
        <Button size="small" variant="quiet" className="ms-auto" onClick={() => annotator.cancel()}>
          Cancel <Kbd>Escape</Kbd>
        </Button>
      </div>
      <div className="flex flex-wrap items-center gap-2">
        {linking.links.map(({ rule, from }, index) => (
          <Button
            key={`${rule.name} ${from}`}
            size="small"
            variant={index === linking.choice ? "primary" : "secondary"}
            onClick={() => annotator.confirmLink(index)}
          >
            <span className="contents">
              <LetterOf annotator={annotator} id={from} />
              <DirectionMark direction={rule.symmetric ? "both" : "to"} />
              <span>
                <LetterOf
                  annotator={annotator}
                  id={from === linking.from ? linking.target : linking.from}
                />{" "}
              </span>
              <span>{readable(rule.name)}</span>
            </span>
            {linking.links.length > 1 && <Kbd>{String(index + 1)}</Kbd>}
            {index === linking.choice && <Kbd>Enter</Kbd>}
          </Button>
        ))}
        <p className="ms-auto text-sm text-muted">
          {linking.targets > 1 ? (
            <>
              <span className="figures">
                {linking.rank} of {linking.targets}
              </span>
              <span className="linking-keys">
                {" · "}
                <KeyOf action="link" /> next <KeyOf action="link_back" /> back <Kbd>↑ ↓</Kbd> by
                paragraph, or click
              </span>
            </>
          ) : (
            "The only span it can be linked with"
          )}
        </p>
      </div>
    </section>
  );
}

function SpanWords({ annotator, id }: { annotator: SyncedAnnotator; id: string }) {
  const span = annotator.set.spans.get(id);
  if (!span) return null;
  const appearance = appearanceOf(annotator.scheme, span.label);
  return (
    <span className="flex min-w-0 items-center gap-1.5">
      <LabelBadge
        style={appearance.style}
        letter={appearance.letter}
        name={appearance.name}
        compact
      />
      <span className="max-w-52 truncate" dir="auto">
        {excerpt(span.quote)}
      </span>
    </span>
  );
}

function LetterOf({ annotator, id }: { annotator: SyncedAnnotator; id: string | null }) {
  const label = id === null ? undefined : annotator.set.spans.get(id)?.label;
  return appearanceOf(annotator.scheme, label ?? "").letter;
}
