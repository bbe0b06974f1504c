"use client";

import { putBack, sendTo, type TakenOut } from "@/lib/domain/scheme-draft";
import { Button } from "../ui/button";
import { Select } from "../ui/field";
import type { Editing } from "./editing";

const words = {
  label: "spans of it",
  relation: "relations of it",
  attribute: "its values",
  value: "what has it",
} as const;

/** What was taken out, and what is to become of the annotations that have it. */
export function TakenOutList({
  editing,
  items,
  targets,
}: {
  editing: Editing;
  items: readonly TakenOut[];
  /** What they can become. */
  targets: readonly { readonly id: number; readonly name: string }[];
}) {
  if (items.length === 0) return null;
  const { draft } = editing;
  return (
    <ul className="mt-2 space-y-2">
      {items.map(({ kind, item, becomes }) => (
        <li
          key={item.id}
          id={`out-${item.id}`}
          tabIndex={-1}
          className="rounded-md border border-edge border-dashed bg-sunken p-2.5"
        >
          <p className="text-sm">
            <s className="font-medium">{item.was}</s> is taken out.
          </p>
          <div className="mt-1.5 flex flex-wrap items-end gap-2">
            <Select
              label={`In annotations, ${words[kind]}`}
              className="grow"
              value={String(becomes ?? "")}
              options={[
                { value: "", label: "are left out" },
                ...targets.map(({ id, name }) => ({
                  value: String(id),
                  label: `become ${name === "" ? "the nameless one" : name}`,
                })),
              ]}
              onChange={({ target }) => {
                const to = target.value === "" ? null : Number(target.value);
                editing.change(`what becomes of ${item.was}`, sendTo(draft, item.id, to));
              }}
            />
            <Button
              size="small"
              icon="undo"
              aria-label={`Put back ${item.was}`}
              onClick={() => editing.change(`put back ${item.was}`, putBack(draft, item.id))}
            >
              Put back
            </Button>
          </div>
        </li>
      ))}
    </ul>
  );
}
