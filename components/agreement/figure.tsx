"use client";

import { type ReactNode, useRef } from "react";
import { saveFile } from "@/components/ui/save-file";
import { inTwoDigits } from "@/lib/domain/agreement/wording";
import { inFigures } from "@/lib/domain/figures";
import { Button } from "../ui/button";
import { InNumbers } from "../ui/in-numbers";
import { Scrollable } from "../ui/scrollable";
import { Cell, Table } from "../ui/table";
import { csvOf, type Saved, standingAlone } from "./saved-files";

/** A column of the numbers behind a drawing: words, whole numbers, or figures of agreement. */
export type NumbersColumn = { readonly name: string; readonly kind: "words" | "count" | "figure" };

/** A table that can be saved. */
type Numbers = {
  readonly title: string;
  /** The name under which it is saved, without its ending. */
  readonly file: string;
  readonly columns: readonly NumbersColumn[];
  readonly rows: readonly (readonly Saved[])[];
};

/** A drawing with its numbers beside it, for whoever wants them and for those who do not see it; both can be saved. */
export function Figure({ children, ...numbers }: Numbers & { children: ReactNode }) {
  const { title, file } = numbers;
  const drawing = useRef<HTMLDivElement>(null);
  const saveDrawing = () => {
    const svg = drawing.current?.querySelector("svg");
    if (svg) saveFile(`${file}.svg`, new Blob([standingAlone(svg)], { type: "image/svg+xml" }));
  };
  return (
    <figure className="min-w-0">
      <Scrollable
        ref={drawing}
        dir="ltr"
        label={`${title}, drawn`}
        className="relative overflow-x-auto pb-2"
      >
        {children}
      </Scrollable>
      <figcaption className="mt-2 flex flex-wrap items-start justify-between gap-x-4 gap-y-2">
        <div className="min-w-0 grow">
          <InNumbers label={`${title} in numbers`}>
            <NumbersTable {...numbers} />
          </InNumbers>
        </div>
        <div className="flex gap-2">
          <Button size="small" variant="quiet" aria-label={`${title} as SVG`} onClick={saveDrawing}>
            SVG
          </Button>
          <SaveNumbers {...numbers} columns={numbers.columns.map(({ name }) => name)} />
        </div>
      </figcaption>
    </figure>
  );
}

/** The numbers alone, which can be saved. */
export function SavedTable(numbers: Numbers) {
  return (
    <>
      <NumbersTable {...numbers} />
      <div className="mt-2 flex justify-end">
        <SaveNumbers {...numbers} columns={numbers.columns.map(({ name }) => name)} />
      </div>
    </>
  );
}

/** Saves a table, whatever else shows it. @param columns their names */
export function SaveNumbers({
  title,
  file,
  columns,
  rows,
}: Pick<Numbers, "title" | "file" | "rows"> & { columns: readonly string[] }) {
  const save = () =>
    saveFile(`${file}.csv`, new Blob([csvOf([columns, ...rows])], { type: "text/csv" }));
  return (
    <Button size="small" variant="quiet" aria-label={`${title} as CSV`} onClick={save}>
      CSV
    </Button>
  );
}

function NumbersTable({ title, columns, rows }: Numbers) {
  return (
    <Table
      label={title}
      columns={columns.map(({ name, kind }) =>
        kind === "words" ? name : { name, end: true as const },
      )}
    >
      {rows.map((row) => (
        <tr key={row.filter((value) => typeof value !== "object").join(" ")}>
          {columns.map(({ name, kind }, at) => (
            <Cell
              key={name}
              className={kind === "words" ? "min-w-28 wrap-anywhere" : "figures text-end"}
            >
              {shown(row[at] ?? null, kind)}
            </Cell>
          ))}
        </tr>
      ))}
    </Table>
  );
}

function shown(value: Saved, kind: NumbersColumn["kind"]): ReactNode {
  if (typeof value === "string") return <bdi>{value}</bdi>;
  if (value === null) return "–";
  if (typeof value === "number") return kind === "figure" ? inTwoDigits(value) : inFigures(value);
  return (
    <>
      undefined
      <span className="block min-w-36 text-sm text-muted">{value.undefined}</span>
    </>
  );
}
