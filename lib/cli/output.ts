import { once } from "node:events";
import { Refusal } from "@/lib/domain/refusal";
import { fileTrouble } from "@/lib/workflow/files";

/** Something for the person at the terminal. */
export function tell(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Says what a run that was killed has left of a file. */
export function tellLeft(path: string, bytes: number): void {
  tell(`A run that was killed left ${path} (${(bytes / 1e6).toFixed(1)} MB): you may delete it.`);
}

/** Data, as one line of JSON a value. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

/** Rows for a person to read, in columns; nothing for no rows. */
export function printTable(rows: readonly (readonly string[])[]): void {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, cell.length);
    });
  }
  for (const row of rows) {
    const cells = row.map((cell, column) => cell.padEnd(widths[column] ?? 0));
    process.stdout.write(`${cells.join("  ").trimEnd()}\n`);
  }
}

/** Writes to stdout no faster than its reader reads. */
export async function printAll(chunks: AsyncIterable<Uint8Array | string>): Promise<void> {
  for await (const chunk of chunks) {
    if (!process.stdout.write(chunk)) await once(process.stdout, "drain");
  }
}

/** `gainsay export | head` is no trouble: whoever stops reading has what they wanted. */
export function endQuietlyWithoutReader(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EPIPE") process.exit(0);
      complain(fileTrouble(error, "the output"));
      process.exit(1);
    });
  }
}

/** Says what went wrong: a sentence and its details for a Refusal, else what it takes to find out. */
export function complain(error: unknown): void {
  if (error instanceof Refusal) {
    tell(error.message);
    for (const [name, value] of Object.entries(error.details)) {
      if (typeof value !== "object" || Array.isArray(value)) tell(`  ${name}: ${shown(value)}`);
    }
    return;
  }
  if (process.env.LOG_LEVEL === "debug") {
    tell(error instanceof Error && error.stack !== undefined ? error.stack : String(error));
  } else {
    tell(
      `Something went wrong that should not: ${error instanceof Error ? error.message : String(error)}`,
    );
    tell("Run the command again with LOG_LEVEL=debug to see where.");
  }
}

const shown = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));
