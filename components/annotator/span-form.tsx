"use client";

import { Button } from "@/components/ui/button";
import { Checkbox } from "@/components/ui/checkbox";
import { IconButton } from "@/components/ui/icon-button";
import { LabelBadge } from "@/components/ui/label-badge";
import type { AttributeStrip } from "@/lib/annotator/attribute-strip";
import type { KnownValues } from "@/lib/annotator/completions";
import { appearanceOf } from "@/lib/annotator/label-appearance";
import type { Span } from "@/lib/domain/span";
import { AttributeControls, AttributeList } from "./attribute-control";
import { KeyOf } from "./own-keys";
import { RelationList } from "./relation-list";
import { IN_ROW, LabelRow, SpanHead } from "./span-head";
import { type SyncedAnnotator, useAnnotatorState } from "./use-annotator";
import { useAsking } from "./use-asking";

/** The selected span: its label, attributes, parts and relations. */
export function SpanForm({
  annotator,
  strip,
  values,
  span,
  onMoreLabels,
  onGo,
  onLink,
}: {
  annotator: SyncedAnnotator;
  strip: AttributeStrip;
  /** Null as long as nobody has asked for any. */
  values: KnownValues | null;
  span: Span;
  onMoreLabels: () => void;
  onGo: (id: string) => void;
  onLink: () => void;
}) {
  const { writable } = useAnnotatorState(annotator);
  return (
    <section aria-label="Selected span" className="span-form flex shrink-0 flex-col border-line">
      <div className="min-h-0 space-y-3.5 overflow-y-auto px-4 py-3">
        <SpanHead annotator={annotator} span={span} />
        {writable ? (
          <Fields
            annotator={annotator}
            strip={strip}
            values={values}
            span={span}
            onMoreLabels={onMoreLabels}
          />
        ) : (
          <ReadOnlyFields annotator={annotator} span={span} />
        )}
        <Parts annotator={annotator} span={span} writable={writable} />
        <RelationList annotator={annotator} span={span} onGo={onGo} />
        {writable && (
          <div className="flex flex-wrap gap-2 pt-1">
            <Button size="small" icon="link" onClick={onLink}>
              Link <KeyOf action="link" />
            </Button>
            <Button size="small" variant="quiet" icon="trash" onClick={() => annotator.remove()}>
              Remove <KeyOf action="remove" />
            </Button>
          </div>
        )}
      </div>
    </section>
  );
}

function PickedLabel({
  annotator,
  span,
  onMoreLabels,
}: {
  annotator: SyncedAnnotator;
  span: Span;
  onMoreLabels: () => void;
}) {
  const { style, letter, name } = appearanceOf(annotator.scheme, span.label);
  return (
    <div>
      <h2 className="mb-1 text-sm font-medium">Label</h2>
      <Button size="small" aria-haspopup="dialog" onClick={onMoreLabels}>
        <LabelBadge style={style} letter={letter} name={name} /> <KeyOf action="pick_label" />
      </Button>
    </div>
  );
}

/** The label and the attributes, to be changed. */
function Fields({
  annotator,
  strip,
  values,
  span,
  onMoreLabels,
}: {
  annotator: SyncedAnnotator;
  strip: AttributeStrip;
  values: KnownValues | null;
  span: Span;
  onMoreLabels: () => void;
}) {
  const { scheme } = annotator;
  const asks = useAsking(strip);
  const rule = scheme.labels.find(({ name }) => name === span.label);
  return (
    <>
      {scheme.labels.length > IN_ROW ? (
        <PickedLabel annotator={annotator} span={span} onMoreLabels={onMoreLabels} />
      ) : (
        <LabelRow annotator={annotator} span={span} />
      )}
      {rule && (
        <AttributeControls
          annotator={annotator}
          of={span.id}
          holder={rule}
          attributes={span.attributes}
          completions={async ({ name }, written) => {
            await values?.learn(span.label, name, written);
            return values?.completionsOf(span, name, written).values ?? [];
          }}
          onSet={(name, value, gesture) => annotator.setAttribute(span.id, name, value, gesture)}
        />
      )}
      {rule && rule.attributes.length > 0 && (
        <Checkbox
          label="Ask for these at the span after labelling"
          className="text-sm"
          checked={asks}
          onChange={({ target }) => strip.setAsking(target.checked)}
        />
      )}
    </>
  );
}

/** The same where nothing can be changed: what is set. */
function ReadOnlyFields({ annotator, span }: { annotator: SyncedAnnotator; span: Span }) {
  const { style, letter, name: label } = appearanceOf(annotator.scheme, span.label);
  const rules = annotator.scheme.labels.find(({ name }) => name === span.label)?.attributes;
  return (
    <>
      <LabelBadge style={style} letter={letter} name={label} />
      <AttributeList rules={rules ?? []} attributes={span.attributes} />
    </>
  );
}

/** The parts of a span that has several; one of them can be taken away. */
function Parts({
  annotator,
  span,
  writable,
}: {
  annotator: SyncedAnnotator;
  span: Span;
  writable: boolean;
}) {
  if (span.fragments.length < 2) return null;
  return (
    <div>
      <h2 className="mb-1 text-sm font-medium">Parts</h2>
      <ol className="space-y-1">
        {span.fragments.map((fragment) => (
          <li key={fragment.start} className="flex items-center gap-2">
            <span className="min-w-0 grow truncate" dir="auto">
              {annotator.text.slice(fragment)}
            </span>
            {writable && (
              <IconButton
                icon="close"
                label="Remove this part"
                size="small"
                onClick={() =>
                  annotator.reshape(span.fragments.filter((other) => other !== fragment))
                }
              />
            )}
          </li>
        ))}
      </ol>
    </div>
  );
}
