import type { IncomingArticle } from "@/lib/domain/article";
import type { Span } from "@/lib/domain/span";
import type { Tone } from "../ui/badge";

// What the API answers; lib/api/schemas/importing.ts says the same to machines.

export const outcomes = ["created", "updated", "unchanged", "rejected"] as const;
export type Outcome = (typeof outcomes)[number];

export type ImportState = "receiving" | "queued" | "running" | "done" | "failed";

export type ImportRun = Readonly<Record<"created" | "updated" | "unchanged", number>> & {
  readonly id: string;
  readonly state: ImportState;
  readonly format: string;
  readonly files: number;
  readonly bytes: number;
  /** From 0 to 1; null while an upload arrives. */
  readonly progress: number | null;
  readonly rejected_count: number;
  readonly failure: string | null;
  readonly created_by: string | null;
  readonly created_at: string;
  readonly finished_at: string | null;
};

export type ImportItem = {
  readonly item: number;
  readonly path: string;
  readonly line: number | null;
  readonly column: number | null;
  readonly outcome: Outcome;
  readonly reason: string | null;
  readonly article_id: string | null;
  readonly title: string | null;
};

export type PreviewItem =
  | (Pick<IncomingArticle, "title" | "publisher" | "author" | "url" | "language" | "meta"> &
      Pick<IncomingArticle, "text" | "blocks"> & {
        readonly kind: "article";
        readonly path: string;
        readonly line: number | null;
        readonly source_id: string | null;
        readonly published_at: string | null;
        readonly text_length: number;
        readonly cut: boolean;
        readonly spans: readonly (Span & { readonly annotator: string | null })[];
      })
  | {
      readonly kind: "rejected";
      readonly path: string;
      readonly line: number | null;
      readonly column: number | null;
      readonly reason: string;
    };

export type Preview = { readonly items: readonly PreviewItem[]; readonly more: boolean };

export const outcomeTones: Record<Outcome, Tone> = {
  created: "ok",
  updated: "accent",
  unchanged: "neutral",
  rejected: "danger",
};

export function countOf(run: ImportRun, outcome: Outcome): number {
  return outcome === "rejected" ? run.rejected_count : run[outcome];
}

export function isOver({ state }: ImportRun): boolean {
  return state === "done" || state === "failed";
}

const numbers = new Intl.NumberFormat("en");

/** "20,000" */
export function inFigures(value: number): string {
  return numbers.format(value);
}

/** "1 file", "20,000 files" */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${inFigures(value)} ${value === 1 ? one : many}`;
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
