"use client";

import { useState } from "react";
import { counted } from "@/lib/domain/figures";
import { ADDED } from "@/lib/domain/foreign-names";
import type { Encoding, NameKind, OffsetUnit, UnknownName } from "@/lib/domain/imports";
import type { NameMapping, TableReadings } from "@/lib/domain/schemas";
import type { Scheme } from "@/lib/domain/scheme";
import { Select } from "../ui/field";

/** What is said of how files are read. */
export type ReadingChoices = {
  readonly names: NameMapping;
  /** Null to find out. */
  readonly offsets: OffsetUnit | null;
  /** Null for UTF-8. */
  readonly encoding: Encoding | null;
  readonly tables: TableReadings;
};

/** What the files that are chosen have names for. */
export type ForeignNames = {
  readonly unknown: readonly UnknownName[];
  /** What names stand for as it is now: chosen here, or said of an earlier import. */
  readonly names: NameMapping;
  /** Whether any of the articles that were looked at has annotations. */
  readonly hasAnnotations: boolean;
};

const kinds: Record<NameKind, { one: string; of: string }> = {
  label: { one: "Label", of: "span" },
  relation: { one: "Relation type", of: "relation" },
  attribute: { one: "Attribute", of: "value" },
};

const units: readonly { value: OffsetUnit; label: string }[] = [
  { value: "code_point", label: "characters, as Python counts them" },
  { value: "utf16", label: "UTF-16 units, as JavaScript and Java count" },
  { value: "grapheme", label: "characters as one sees them" },
  { value: "utf8", label: "bytes" },
];

/** What names of files stand for in the project: asked of those that its scheme has not. */
export function ForeignNamesChoice({
  scheme,
  mayAdd,
  found,
  chosen,
  onChoose,
}: {
  scheme: Scheme;
  /** Whether they may change the scheme. */
  mayAdd: boolean;
  found: ForeignNames;
  chosen: ReadingChoices;
  onChoose: (chosen: ReadingChoices) => void;
}) {
  // One that has been settled is none of the unknown any more, and stays where it was.
  const [seen, setSeen] = useState<readonly UnknownName[]>(found.unknown);
  const isNew = (one: UnknownName) => !seen.some((other) => isSame(one, other));
  const more = found.unknown.filter(isNew);
  if (more.length > 0) setSeen([...seen, ...more]);
  const asked = [...seen, ...more];
  const before = settledBefore(found.names).filter(
    (one) => !asked.some((other) => isSame(one, other)),
  );
  const choose = (kind: NameKind, name: string, ours: string | null) =>
    onChoose({
      ...chosen,
      names: { ...chosen.names, [kind]: { ...chosen.names[kind], [name]: ours } },
    });
  const choiceOf = ({
    kind,
    name,
    count,
  }: Omit<UnknownName, "count"> & { count: number | null }) => (
    <NameChoice
      key={`${kind} ${name}`}
      scheme={scheme}
      mayAdd={mayAdd}
      kind={kind}
      name={name}
      count={count}
      ours={found.names[kind][name]}
      onChoose={(ours) => choose(kind, name, ours)}
    />
  );
  return (
    <section aria-label="Annotations in these files" className="border-t border-line p-4">
      <h2 className="font-medium">Annotations in these files</h2>
      {asked.length > 0 && (
        <>
          <p className="mt-1 max-w-prose text-sm text-muted">
            The scheme does not have these names. What is left out is told in the outcome; what you
            choose is remembered for the next import.
          </p>
          <ul className="mt-3 grid gap-3 sm:grid-cols-2 lg:grid-cols-3">{asked.map(choiceOf)}</ul>
        </>
      )}
      {before.length > 0 && (
        <details className="mt-3">
          <summary className="cursor-pointer text-sm text-muted">
            {counted(before.length, "name")} settled before
          </summary>
          <ul className="mt-3 grid gap-3 sm:grid-cols-2 lg:grid-cols-3">
            {before.map((one) => choiceOf({ ...one, count: null }))}
          </ul>
        </details>
      )}
      <div className="mt-3 sm:max-w-xs">
        <Select
          label="Offsets count"
          hint="Where a file says it itself, that holds."
          value={chosen.offsets ?? ""}
          onChange={({ target }) =>
            onChoose({
              ...chosen,
              offsets: units.find(({ value }) => value === target.value)?.value ?? null,
            })
          }
          options={[{ value: "", label: "find out" }, ...units]}
        />
      </div>
    </section>
  );
}

function NameChoice({
  scheme,
  mayAdd,
  kind,
  name,
  count,
  ours,
  onChoose,
}: {
  scheme: Scheme;
  mayAdd: boolean;
  kind: NameKind;
  name: string;
  /** How much has it, as far as was looked; null if that is not known. */
  count: number | null;
  ours: string | null | undefined;
  onChoose: (ours: string | null) => void;
}) {
  const { one, of } = kinds[kind];
  const known = namesOf(scheme, kind);
  const isAdded = ours != null && !known.includes(ours);
  const howMany = count === null ? "" : `, ${counted(count, of)}`;
  return (
    <li>
      <Select
        // Isolated: a name in Arabic letters would turn the number after it around.
        label={`${one} “\u2068${name}\u2069”${howMany}`}
        value={isAdded ? ADDED : (ours ?? "")}
        onChange={({ target }) => onChoose(target.value === "" ? null : target.value)}
        options={[
          { value: "", label: "is left out" },
          ...known.map((value) => ({ value, label: `is ${value.replaceAll("_", " ")}` })),
          ...(isAdded || (mayAdd && kind !== "attribute")
            ? [{ value: ADDED, label: "is added to the scheme" }]
            : []),
        ]}
      />
    </li>
  );
}

function namesOf(scheme: Scheme, kind: NameKind): string[] {
  if (kind === "label") return scheme.labels.map(({ name }) => name);
  if (kind === "relation") return scheme.relations.map(({ name }) => name);
  const holders = [...scheme.labels, ...scheme.relations].map(({ attributes }) => attributes);
  return [...new Set([...holders, scheme.article].flat().map(({ name }) => name))];
}

function settledBefore(names: NameMapping): { kind: NameKind; name: string }[] {
  return (["label", "relation", "attribute"] as const).flatMap((kind) =>
    Object.keys(names[kind]).map((name) => ({ kind, name })),
  );
}

function isSame(
  one: Pick<UnknownName, "kind" | "name">,
  other: Pick<UnknownName, "kind" | "name">,
): boolean {
  return one.kind === other.kind && one.name === other.name;
}
