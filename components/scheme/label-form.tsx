"use client";

import { styleNumberOf } from "@/lib/domain/label-style";
import { MAX_EXAMPLES } from "@/lib/domain/limits";
import { type DraftLabel, replaced } from "@/lib/domain/scheme-draft";
import { Button } from "../ui/button";
import { Checkbox } from "../ui/checkbox";
import { Select, TextArea, TextField } from "../ui/field";
import { IconButton } from "../ui/icon-button";
import { AttributesForm, nameFrom } from "./attributes-form";
import type { Editing } from "./editing";
import { LabelLook } from "./label-look";

/** All of a label. */
export function LabelForm({
  editing,
  label,
  index,
}: {
  editing: Editing;
  label: DraftLabel;
  index: number;
}) {
  const { draft, errorAt } = editing;
  const path = `labels.${index}`;
  const set = (what: string, change: Partial<DraftLabel>) =>
    editing.change(`${what} of label ${label.id}`, {
      ...draft,
      labels: replaced(draft.labels, label.id, change),
    });
  const numberOf = ({ style }: DraftLabel, at: number) =>
    styleNumberOf(style === null ? {} : { style }, at);
  const taken = new Map(
    draft.labels.flatMap((other, at) =>
      other.id === label.id ? [] : [[numberOf(other, at), other.name] as const],
    ),
  );
  const keyOf = (key: string) =>
    draft.labels.find((other) => other.key === key && other.id !== label.id)?.name;
  const groups = [...new Set(draft.labels.map(({ group }) => group))].filter(
    (group) => group !== "",
  );
  return (
    <div className="space-y-5">
      <div className="grid gap-4 sm:grid-cols-2">
        <TextField
          id={`label-${label.id}`}
          label="Name"
          dir="ltr"
          spellCheck={false}
          autoCapitalize="none"
          value={label.name}
          onChange={({ target }) => set("name", { name: nameFrom(target.value) })}
          error={errorAt(`${path}.name`)}
          hint={
            label.was !== null && label.was !== label.name
              ? `It was ${label.was}: its spans keep it under this name.`
              : "As files have it; pages show _ as a space."
          }
        />
        <TextField
          label="Group"
          list="scheme-groups"
          value={label.group}
          onChange={({ target }) => set("group", { group: target.value })}
          error={errorAt(`${path}.group`)}
          hint="What it is listed under."
        />
        <datalist id="scheme-groups">
          {groups.map((group) => (
            <option key={group} value={group} />
          ))}
        </datalist>
        <Select
          label="Key"
          value={label.key}
          options={[
            { value: "", label: "None" },
            ...[..."123456789"].map((key) => {
              const owner = keyOf(key);
              return { value: key, label: owner === undefined ? key : `${key}, sets ${owner}` };
            }),
          ]}
          onChange={({ target }) => set("key", { key: target.value })}
          error={errorAt(`${path}.key`)}
        />
        <TextField
          label="Letter"
          className="w-full"
          maxLength={2}
          value={label.letter}
          onChange={({ target }) => set("letter", { letter: target.value.toUpperCase() })}
          error={errorAt(`${path}.letter`)}
          hint="Drawn where a span begins."
        />
      </div>
      <LabelLook
        number={numberOf(label, index)}
        taken={taken}
        onChange={(style) => set("look", { style })}
      />
      <Checkbox
        label="Spans of this label may overlap"
        hint="Spans of different labels always may."
        checked={label.overlap}
        onChange={({ target }) => set("overlap", { overlap: target.checked })}
      />
      <TextArea
        label="Definition"
        rows={3}
        value={label.definition}
        onChange={({ target }) => set("definition", { definition: target.value })}
        error={errorAt(`${path}.definition`)}
      />
      <fieldset className="min-w-0">
        <legend className="mb-1.5 text-sm font-medium">Examples</legend>
        <ol className="space-y-1.5">
          {label.examples.map((example, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: texts, which have nothing else
            <li key={at} className="flex items-start gap-1">
              <TextArea
                id={`example-${label.id}-${at}`}
                label={`Example ${at + 1}`}
                hideLabel
                className="grow"
                rows={2}
                value={example}
                onChange={({ target }) =>
                  set(`example ${at}`, { examples: label.examples.with(at, target.value) })
                }
                error={errorAt(`${path}.examples.${at}`)}
              />
              <IconButton
                icon="trash"
                label={`Remove example ${at + 1}`}
                onClick={() => {
                  set("examples", { examples: label.examples.toSpliced(at, 1) });
                  editing.focusOn("add-example");
                }}
              />
            </li>
          ))}
        </ol>
        <Button
          id="add-example"
          className="mt-2"
          size="small"
          variant="quiet"
          icon="plus"
          disabled={label.examples.length >= MAX_EXAMPLES}
          onClick={() => {
            set("examples", { examples: [...label.examples, ""] });
            editing.focusOn(`example-${label.id}-${label.examples.length}`);
          }}
        >
          Example
        </Button>
      </fieldset>
      <AttributesForm
        editing={editing}
        holder={{ of: "label", id: label.id }}
        path={`${path}.attributes`}
      />
    </div>
  );
}
