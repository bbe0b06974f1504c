import { z } from "zod";
import { Refusal } from "@/lib/domain/refusal";
import { classesIn } from "./token-rows";

/** What the viewer of datasets of Hugging Face answers to `/rows`, `/first-rows`, `/filter` and `/search`. */
const Answer = z.looseObject({
  features: z.array(z.looseObject({ name: z.string(), type: z.unknown() })),
  rows: z.array(
    z.looseObject({
      row_idx: z.int(),
      row: z.record(z.string(), z.unknown()),
      truncated_cells: z.array(z.string()).optional(),
    }),
  ),
});

/**
 * The rows that an answer of the viewer holds, each as a record, with names for the numbers of classes; null if it is no
 * such answer. Reading a row of which the viewer left cells out or cut them short is a Refusal "unprocessable".
 */
export function rowsOfAnswer(value: unknown): readonly (() => unknown)[] | null {
  // All of it is looked at only where it may be one.
  if (typeof value !== "object" || value === null || !("rows" in value) || !("features" in value))
    return null;
  const { data: answer } = Answer.safeParse(value);
  if (!answer) return null;
  const classes = new Map(
    answer.features.flatMap(({ name, type }) => {
      const names = classesIn(type);
      return names ? [[name, names] as const] : [];
    }),
  );
  return answer.rows.map(({ row_idx: number, row, truncated_cells: cut = [] }) => () => {
    if (cut.length > 0) {
      const cells = cut.slice(0, 5).map((cell) => JSON.stringify(cell.slice(0, 80)));
      throw new Refusal(
        "unprocessable",
        `Row ${number} is not whole: the viewer cut ${cells.join(", ")} short. Take it from the dataset's own files.`,
      );
    }
    const cells = Object.entries(row).map(([name, cell]) => [name, named(cell, classes.get(name))]);
    return Object.fromEntries(cells);
  });
}

/** Names for the numbers of classes, if there is one for each. */
function named(cell: unknown, names: readonly string[] | undefined): unknown {
  if (!names) return cell;
  if (!Array.isArray(cell)) return (typeof cell === "number" ? names[cell] : undefined) ?? cell;
  const found = cell.map((one: unknown) => (typeof one === "number" ? names[one] : undefined));
  return found.every((one) => one !== undefined) ? found : cell;
}
