"use client";

import { type DraftRelation, replaced } from "@/lib/domain/scheme-draft";
import { Checkbox } from "../ui/checkbox";
import { CheckboxGroup } from "../ui/choices";
import { Select, TextArea, TextField } from "../ui/field";
import { AttributesForm, nameFrom } from "./attributes-form";
import type { Editing } from "./editing";

const many: readonly { value: DraftRelation["cardinality"]; label: string }[] = [
  { value: "many_to_many", label: "As many as one likes" },
  { value: "many_to_one", label: "At most one from each span" },
  { value: "one_to_many", label: "At most one to each span" },
  { value: "one_to_one", label: "At most one from and one to each span" },
];

/** All of a relation type. */
export function RelationForm({
  editing,
  relation,
  index,
}: {
  editing: Editing;
  relation: DraftRelation;
  index: number;
}) {
  const { draft, errorAt } = editing;
  const path = `relations.${index}`;
  const set = (what: string, change: Partial<DraftRelation>) =>
    editing.change(`${what} of relation ${relation.id}`, {
      ...draft,
      relations: replaced(draft.relations, relation.id, change),
    });
  const ends = draft.labels.map(({ id, name }) => ({
    value: String(id),
    label: name === "" ? "(no name yet)" : name.replaceAll("_", " "),
  }));
  return (
    <div className="space-y-5">
      <TextField
        id={`relation-${relation.id}`}
        label="Name"
        dir="ltr"
        spellCheck={false}
        autoCapitalize="none"
        value={relation.name}
        onChange={({ target }) => set("name", { name: nameFrom(target.value) })}
        error={errorAt(`${path}.name`)}
        {...(relation.was !== null && relation.was !== relation.name
          ? { hint: `It was ${relation.was}: what is related keeps it under this name.` }
          : {})}
      />
      <fieldset className="grid min-w-0 gap-4 sm:grid-cols-2">
        <legend className="sr-only">Ends</legend>
        {(["from", "to"] as const).map((end) => (
          <CheckboxGroup
            key={end}
            label={end === "from" ? "Leads from" : "Leads to"}
            options={ends}
            chosen={new Set(relation[end].map(String))}
            onChange={(now) => set(end, { [end]: [...now].map(Number) })}
            error={errorAt(`${path}.${end}`)}
          />
        ))}
      </fieldset>
      <Select
        label="How many"
        value={relation.cardinality}
        options={many}
        onChange={({ target }) => {
          const chosen = many.find(({ value }) => value === target.value);
          if (chosen) set("cardinality", { cardinality: chosen.value });
        }}
      />
      <div>
        <Checkbox
          label="It leads both ways (symmetric)"
          checked={relation.symmetric}
          onChange={({ target }) => set("symmetric", { symmetric: target.checked })}
        />
        <Checkbox
          label="It never leads in a circle (acyclic)"
          checked={relation.acyclic}
          onChange={({ target }) => set("acyclic", { acyclic: target.checked })}
          error={errorAt(`${path}.acyclic`)}
        />
      </div>
      <TextArea
        label="Definition"
        rows={3}
        value={relation.definition}
        onChange={({ target }) => set("definition", { definition: target.value })}
        error={errorAt(`${path}.definition`)}
      />
      <AttributesForm
        editing={editing}
        holder={{ of: "relation", id: relation.id }}
        path={`${path}.attributes`}
      />
    </div>
  );
}
