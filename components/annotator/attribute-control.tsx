"use client";

import { Checkbox } from "@/components/ui/checkbox";
import { Select } from "@/components/ui/field";
import { SegmentedControl } from "@/components/ui/segmented-control";
import { choicesOf } from "@/lib/annotator/attribute-strip";
import { readable, readableValue } from "@/lib/annotator/wording";
import { notWritten, valueWritten } from "@/lib/annotator/written-values";
import { capitalised } from "@/lib/domain/grammar";
import { MAX_ATTRIBUTE_LENGTH } from "@/lib/domain/limits";
import { type AttributeHolder, type AttributeRule, shownAttributes } from "@/lib/domain/scheme";
import type { Attributes, AttributeValue } from "@/lib/domain/span";
import { DraftField } from "./draft-field";
import type { SyncedAnnotator } from "./use-annotator";

/** As many values are all in view; of more, the one it has. */
const IN_ROW = 9;

/** What is written so far, completed: the likeliest first. */
type Completions = (rule: AttributeRule, written: string) => Promise<readonly string[]>;

/** The attributes that something shows, each to be given a value or none. */
export function AttributeControls({
  annotator,
  of,
  holder,
  attributes,
  completions,
  onSet,
}: {
  annotator: SyncedAnnotator;
  /** What they belong to: a draft belongs to what it was begun on. */
  of: string;
  holder: AttributeHolder;
  attributes: Attributes;
  completions?: Completions;
  /** False if it is not taken. */
  onSet: (name: string, value: AttributeValue | null, gesture?: string) => boolean;
}) {
  return shownAttributes(holder, attributes).map((rule) => (
    <AttributeControl
      key={`${of} ${rule.name}`}
      annotator={annotator}
      rule={rule}
      value={attributes[rule.name] ?? null}
      {...(completions ? { completions } : {})}
      onSet={(value, gesture) => onSet(rule.name, value, gesture)}
    />
  ));
}

function AttributeControl({
  annotator,
  rule,
  value,
  completions,
  onSet,
}: {
  annotator: SyncedAnnotator;
  rule: AttributeRule;
  value: AttributeValue | null;
  completions?: Completions;
  onSet: (value: AttributeValue | null, gesture?: string) => boolean;
}) {
  const label = capitalised(readable(rule.name));
  if (rule.type === "choices") {
    const chosen = typeof value === "object" && value !== null ? value : [];
    return (
      <fieldset className="min-w-0">
        <legend className="mb-0.5 text-sm font-medium">{label}</legend>
        <div className="grid grid-cols-2 gap-x-3">
          {rule.values.map((one) => (
            <Checkbox
              key={one}
              label={readable(one)}
              className="text-sm"
              checked={chosen.includes(one)}
              onChange={({ target }) => {
                const others = chosen.filter((other) => other !== one);
                const next = target.checked ? [...others, one] : others;
                onSet(next.length > 0 ? next : null);
              }}
            />
          ))}
        </div>
      </fieldset>
    );
  }
  if (rule.type === "choice" || rule.type === "boolean") {
    const choices = choicesOf(rule);
    const options = [
      ...choices.map((choice) => ({ value: String(choice.value), label: choice.name })),
      { value: "", label: "not set" },
    ];
    const chosen = value === null ? "" : String(value);
    const choose = (option: string) =>
      onSet(choices.find((choice) => String(choice.value) === option)?.value ?? null);
    return options.length > IN_ROW + 1 ? (
      <Select
        label={label}
        value={chosen}
        options={options}
        onChange={({ target }) => choose(target.value)}
      />
    ) : (
      <SegmentedControl label={label} value={chosen} options={options} onChange={choose} />
    );
  }
  return annotator.ownSet ? (
    <DraftField
      set={annotator.ownSet}
      label={label}
      value={value === null ? "" : readableValue(rule, value)}
      disabled={false}
      maxLength={MAX_ATTRIBUTE_LENGTH}
      onCommit={(written, gesture) => {
        if (written.trim() === "") return onSet(null, gesture);
        const meant = valueWritten(rule, written);
        if (meant === null) annotator.told.notice(notWritten(rule));
        return meant !== null && onSet(meant, gesture);
      }}
      {...(completions && rule.type === "text"
        ? { completions: (written: string) => completions(rule, written) }
        : {})}
    />
  ) : null;
}

/** The values that something has, where nothing can be changed. */
export function AttributeList({
  rules,
  attributes,
}: {
  rules: readonly AttributeRule[];
  attributes: Attributes;
}) {
  const entries = Object.entries(attributes);
  if (entries.length === 0) return null;
  return (
    <dl className="space-y-1">
      {entries.map(([name, value]) => (
        <div key={name} className="flex flex-wrap gap-x-2">
          <dt className="font-medium">{capitalised(readable(name))}</dt>
          <dd className="min-w-0 text-muted" dir="auto">
            {readableValue(
              rules.find((rule) => rule.name === name),
              value,
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}
