import type { Import } from "@/lib/api/imports";
import type { ImportOutcome } from "@/lib/domain/imports";
import type { Tone } from "../ui/badge";

export const outcomeTones: Record<ImportOutcome, Tone> = {
  created: "ok",
  updated: "accent",
  unchanged: "neutral",
  rejected: "danger",
};

/** What an article would become, before it is imported. */
export const forecastNames: Record<ImportOutcome, string> = {
  created: "new",
  updated: "update",
  unchanged: "unchanged",
  rejected: "rejected",
};

export function countOf(run: Import, outcome: ImportOutcome): number {
  return outcome === "rejected" ? run.rejected_count : run[outcome];
}

/** What a list of items can show: those with one outcome, or those that are in with a warning. */
export type ItemChoice = ImportOutcome | "warned";

/** In the order in which they are worth a look. */
export const itemChoices: readonly ItemChoice[] = [
  "rejected",
  "warned",
  "created",
  "updated",
  "unchanged",
];

export function countOfChoice(run: Import, choice: ItemChoice): number {
  return choice === "warned" ? run.warned_count : countOf(run, choice);
}

export const choiceNames: Record<ItemChoice, string> = {
  rejected: "rejected",
  warned: "with warnings",
  created: "created",
  updated: "updated",
  unchanged: "unchanged",
};

export function isOver({ state }: Import): boolean {
  return state === "done" || state === "failed";
}

/** "4.2 MB" */
export function inBytes(bytes: number): string {
  const units = ["bytes", "kB", "MB", "GB"];
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 || value >= 99.5 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

/** Where in a file something is: "line 3, column 7". */
export function placeIn({
  line,
  column,
}: {
  line: number | null;
  column: number | null;
}): string | null {
  if (line === null) return null;
  return column === null ? `line ${line}` : `line ${line}, column ${column}`;
}
