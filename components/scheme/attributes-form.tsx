"use client";

import type { ReactNode } from "react";
import { MAX_ATTRIBUTES, MAX_CHOICES } from "@/lib/domain/limits";
import {
  addAttribute,
  addValue,
  attributesAt,
  type DraftAttribute,
  type Holder,
  isSame,
  moved,
  replaced,
  takeOutAttribute,
  takeOutValue,
  withAttributes,
} from "@/lib/domain/scheme-draft";
import { Button } from "../ui/button";
import { Checkbox } from "../ui/checkbox";
import { CheckboxGroup } from "../ui/choices";
import { Select, TextArea, TextField } from "../ui/field";
import { IconButton } from "../ui/icon-button";
import type { Editing } from "./editing";
import { TakenOutList } from "./taken-out";

const kinds: readonly { value: DraftAttribute["type"]; label: string }[] = [
  { value: "choice", label: "Choice of one" },
  { value: "choices", label: "Several choices" },
  { value: "boolean", label: "Yes or no" },
  { value: "number", label: "Number" },
  { value: "text", label: "Text" },
];

type Place = {
  readonly editing: Editing;
  readonly holder: Holder;
  /** Where the attributes are in the scheme: "labels.3.attributes". */
  readonly path: string;
};

/** The attributes of a label, a relation type or the article. */
export function AttributesForm({ editing, holder, path }: Place) {
  const { draft } = editing;
  const attributes = attributesAt(draft, holder);
  const out = draft.out.filter((one) => one.kind === "attribute" && isSame(one.holder, holder));
  const general = editing.errorAt(path);
  return (
    <section aria-label="Attributes" className="space-y-3">
      <h3 className="font-semibold">Attributes</h3>
      {attributes.length === 0 && <p className="text-sm text-muted">It has no attributes.</p>}
      {attributes.map((attribute, index) => (
        <AttributeForm
          key={attribute.id}
          editing={editing}
          holder={holder}
          path={`${path}.${index}`}
          attribute={attribute}
          index={index}
          count={attributes.length}
        />
      ))}
      <TakenOutList
        editing={editing}
        items={out}
        targets={attributes.map(({ id, name }) => ({ id, name }))}
      />
      {general && (
        <p role="alert" className="text-sm font-medium text-danger">
          {general}
        </p>
      )}
      <Button
        size="small"
        icon="plus"
        disabled={attributes.length >= MAX_ATTRIBUTES}
        onClick={() => {
          const { draft: more, id } = addAttribute(draft, holder);
          editing.change("add an attribute", more);
          editing.focusOn(`attribute-${id}`);
        }}
      >
        Attribute
      </Button>
    </section>
  );
}

function AttributeForm({
  editing,
  holder,
  path,
  attribute,
  index,
  count,
}: Place & { attribute: DraftAttribute; index: number; count: number }) {
  const { draft, errorAt } = editing;
  const { id, name, type } = attribute;
  const all = attributesAt(draft, holder);
  const set = (what: string, change: Partial<DraftAttribute>) =>
    editing.change(
      `${what} of attribute ${id}`,
      withAttributes(draft, holder, replaced(all, id, change)),
    );
  const move = (by: number) =>
    editing.change("move an attribute", withAttributes(draft, holder, moved(all, id, by)));
  const called = name === "" ? "new attribute" : name;
  const isChoice = type === "choice" || type === "choices";
  return (
    <fieldset className="min-w-0 space-y-3 rounded-md border border-line p-3">
      <legend className="sr-only">Attribute {called}</legend>
      <div className="flex flex-wrap items-start gap-2">
        <TextField
          id={`attribute-${id}`}
          label="Name"
          className="min-w-40 grow"
          dir="ltr"
          spellCheck={false}
          autoCapitalize="none"
          value={name}
          onChange={({ target }) => set("name", { name: nameFrom(target.value) })}
          error={errorAt(`${path}.name`)}
        />
        <Select
          label="Kind"
          className="min-w-36"
          value={type}
          options={kinds}
          onChange={({ target }) => {
            const kind = kinds.find(({ value }) => value === target.value)?.value ?? type;
            set("kind", { type: kind, given: null });
          }}
        />
        <span className="flex self-end">
          <IconButton
            icon="chevron"
            className="[&_.icon]:rotate-180"
            label={`Move ${called} up`}
            disabled={index === 0}
            onClick={() => move(-1)}
          />
          <IconButton
            icon="chevron"
            label={`Move ${called} down`}
            disabled={index === count - 1}
            onClick={() => move(1)}
          />
          <IconButton
            icon="trash"
            label={`Take out ${called}`}
            onClick={() => {
              editing.change(`take out ${called}`, takeOutAttribute(draft, holder, id));
              editing.focusOn(attribute.was === null ? "scheme-detail" : `out-${id}`);
            }}
          />
        </span>
      </div>
      {isChoice && <Values editing={editing} holder={holder} path={path} attribute={attribute} />}
      {type === "number" && (
        <div className="flex flex-wrap gap-2">
          {(["min", "max"] as const).map((end) => (
            <NumberField
              key={end}
              label={end === "min" ? "Least" : "Greatest"}
              value={attribute[end]}
              error={errorAt(`${path}.${end}`)}
              onChange={(value) => set(end, { [end]: value })}
            />
          ))}
          <Checkbox
            className="self-end pb-1.5"
            label="Whole numbers only"
            checked={attribute.integer}
            onChange={({ target }) => set("whole numbers", { integer: target.checked })}
          />
        </div>
      )}
      <div className="flex flex-wrap items-start gap-x-4 gap-y-2">
        <Checkbox
          label="Required"
          checked={attribute.required}
          onChange={({ target }) => set("required", { required: target.checked })}
        />
        <Default attribute={attribute} error={errorAt(`${path}.default`)} set={set} />
      </div>
      <Condition editing={editing} path={path} attribute={attribute} all={all} set={set} />
      <TextArea
        label="Definition"
        rows={2}
        value={attribute.definition}
        onChange={({ target }) => set("definition", { definition: target.value })}
        error={errorAt(`${path}.definition`)}
      />
    </fieldset>
  );
}

type SetAttribute = (what: string, change: Partial<DraftAttribute>) => void;

function Values({ editing, holder, path, attribute }: Place & { attribute: DraftAttribute }) {
  const { draft, errorAt } = editing;
  const { id, values } = attribute;
  const out = draft.out.filter(
    (one) => one.kind === "value" && isSame(one.holder, holder) && one.attribute === id,
  );
  const set = (what: string, next: DraftAttribute["values"]) =>
    editing.change(
      what,
      withAttributes(draft, holder, replaced(attributesAt(draft, holder), id, { values: next })),
    );
  const add = () => {
    const { draft: more, id: added } = addValue(draft, holder, attribute);
    editing.change("add a value", more);
    editing.focusOn(`value-${added}`);
  };
  return (
    <fieldset className="min-w-0">
      <legend className="mb-1.5 text-sm font-medium">Values</legend>
      <ol className="space-y-1.5">
        {values.map((value, index) => (
          <li key={value.id} className="flex items-start gap-1">
            <TextField
              id={`value-${value.id}`}
              label={`Value ${index + 1}`}
              hideLabel
              className="grow"
              dir="ltr"
              spellCheck={false}
              autoCapitalize="none"
              value={value.name}
              onChange={({ target }) =>
                set(
                  `name of value ${value.id}`,
                  replaced(values, value.id, { name: nameFrom(target.value) }),
                )
              }
              onKeyDown={(event) => {
                if (event.key === "Enter") {
                  event.preventDefault();
                  add();
                }
                if (!event.altKey || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
                event.preventDefault();
                set("move a value", [...moved(values, value.id, event.key === "ArrowUp" ? -1 : 1)]);
                editing.focusOn(`value-${value.id}`);
              }}
              error={errorAt(`${path}.values.${index}`)}
            />
            <IconButton
              icon="trash"
              label={`Take out ${value.name || `value ${index + 1}`}`}
              onClick={() => {
                const next = takeOutValue(draft, holder, attribute, value.id);
                editing.change(`take out ${value.name}`, next);
                editing.focusOn(value.was === null ? `attribute-${id}` : `out-${value.id}`);
              }}
            />
          </li>
        ))}
      </ol>
      <TakenOutList
        editing={editing}
        items={out}
        targets={values.map(({ id: target, name }) => ({ id: target, name }))}
      />
      {errorAt(`${path}.values`) && (
        <p role="alert" className="mt-1 text-sm font-medium text-danger">
          {errorAt(`${path}.values`)}
        </p>
      )}
      <Button
        className="mt-2"
        size="small"
        variant="quiet"
        icon="plus"
        disabled={values.length >= MAX_CHOICES}
        onClick={add}
      >
        Value
      </Button>
    </fieldset>
  );
}

/** What something new has. */
function Default({
  attribute,
  error,
  set,
}: {
  attribute: DraftAttribute;
  error: string | null;
  set: SetAttribute;
}): ReactNode {
  const { type, values, chosen, given } = attribute;
  switch (type) {
    case "choice":
      return (
        <Select
          label="Default"
          className="min-w-40"
          value={String(chosen[0] ?? "")}
          options={[
            { value: "", label: "None" },
            ...values.map(({ id, name }) => ({ value: String(id), label: name })),
          ]}
          onChange={({ target }) =>
            set("default", { chosen: target.value === "" ? [] : [Number(target.value)] })
          }
          error={error}
        />
      );
    case "choices":
      return (
        <CheckboxGroup
          label="Default"
          options={values.map(({ id, name }) => ({ value: String(id), label: name }))}
          chosen={new Set(chosen.map(String))}
          onChange={(now) => set("default", { chosen: [...now].map(Number) })}
          error={error}
        />
      );
    case "boolean":
      return (
        <Select
          label="Default"
          className="min-w-32"
          value={given === null ? "" : String(given)}
          options={[
            { value: "", label: "None" },
            { value: "true", label: "Yes" },
            { value: "false", label: "No" },
          ]}
          onChange={({ target }) =>
            set("default", { given: target.value === "" ? null : target.value === "true" })
          }
          error={error}
        />
      );
    case "number":
      return (
        <NumberField
          label="Default"
          value={typeof given === "number" ? given : null}
          error={error}
          onChange={(value) => set("default", { given: value })}
        />
      );
    case "text":
      return (
        <TextField
          label="Default"
          className="min-w-40"
          value={typeof given === "string" ? given : ""}
          onChange={({ target }) =>
            set("default", { given: target.value === "" ? null : target.value })
          }
          error={error}
        />
      );
  }
}

/** When an attribute is shown. */
function Condition({
  editing,
  path,
  attribute,
  all,
  set,
}: {
  editing: Editing;
  path: string;
  attribute: DraftAttribute;
  all: readonly DraftAttribute[];
  set: SetAttribute;
}) {
  const { condition } = attribute;
  const at = all.findIndex(({ id }) => id === attribute.id);
  const before = all.filter(({ id }, place) => place < at || id === condition?.attribute);
  if (before.length === 0) return null;
  const other = all.find(({ id }) => id === condition?.attribute);
  const choices: { value: string; label: string }[] =
    other?.type === "boolean"
      ? [
          { value: "true", label: "yes" },
          { value: "false", label: "no" },
        ]
      : other?.type === "choice" || other?.type === "choices"
        ? other.values.map(({ id, name }) => ({ value: String(id), label: name }))
        : [];
  const { errorAt } = editing;
  const wrong = [0, 1, 2, 3].map((place) => errorAt(`${path}.only_if.values.${place}`));
  return (
    <div className="space-y-2">
      <Select
        label="Shown"
        value={other ? String(other.id) : ""}
        options={[
          { value: "", label: "Always" },
          ...before.map(({ id, name }) => ({
            value: String(id),
            label: `Only beside ${name === "" ? "a nameless attribute" : name}`,
          })),
        ]}
        onChange={({ target }) =>
          set("condition", {
            condition:
              target.value === "" ? null : { attribute: Number(target.value), values: null },
          })
        }
        error={errorAt(`${path}.only_if.attribute`)}
      />
      {condition && choices.length > 0 && (
        <CheckboxGroup
          label="If it is"
          hint="None chosen: if it has any value."
          options={choices}
          chosen={new Set((condition.values ?? []).map(String))}
          onChange={(now) => {
            const values = [...now].map((value) =>
              value === "true" || value === "false" ? value === "true" : Number(value),
            );
            set("condition", {
              condition: { ...condition, values: values.length === 0 ? null : values },
            });
          }}
          error={errorAt(`${path}.only_if.values`) ?? wrong.find((error) => error !== null)}
        />
      )}
    </div>
  );
}

function NumberField({
  label,
  value,
  error,
  onChange,
}: {
  label: string;
  value: number | null;
  error: string | null;
  onChange: (value: number | null) => void;
}) {
  return (
    <TextField
      label={label}
      type="number"
      step="any"
      className="w-32"
      dir="ltr"
      value={value ?? ""}
      onChange={({ target }) => onChange(target.value === "" ? null : target.valueAsNumber)}
      error={error}
    />
  );
}

/** What somebody writes as a name, as far as it can be put right as they write: "Two words" is two_words. */
export function nameFrom(written: string): string {
  return written.toLowerCase().replaceAll(/[\s-]+/g, "_");
}
