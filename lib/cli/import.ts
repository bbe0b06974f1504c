import { createInterface } from "node:readline/promises";
import { SingleBar } from "cli-progress";
import { type Command, Option } from "commander";
import { operator } from "@/lib/access/actor";
import { importFormats } from "@/lib/workflow/importing/format-names";
import {
  forecastImport,
  type ImportFormat,
  type ImportSummary,
  importFiles,
} from "@/lib/workflow/importing/index";
import { type Found, findFiles, sourceOf } from "./files-to-import";
import { Interrupted, interruptible } from "./interrupt";
import { printJson, tell } from "./output";
import { projectOrOnly } from "./projects";
import { addImportUndo } from "./trash";
import { connected } from "./with-database";

type ImportOptions = {
  project?: string;
  format: ImportFormat;
  strict?: true;
  update?: true;
  dryRun?: true;
  json?: true;
};

export function addImportCommand(gainsay: Command): void {
  const importing = gainsay
    .command("import")
    .description("Bring articles in. Exit 1 if one was rejected; the others are in.")
    .argument("<path...>", "files, folders, patterns such as 'articles/**/*.md', or - for stdin")
    .option("--project <project>", "its slug or id; the only project if left out")
    .addOption(
      new Option("--format <format>", "what the files are").choices(importFormats).default("auto"),
    )
    .option(
      "--strict",
      "reject what would be read with a loss, instead of letting it in with a warning",
    )
    .option(
      "--update",
      "take a file with the name of an article here, but from elsewhere and with another text, for a new version of it",
    )
    .option("--dry-run", "say what would become of each article, and write nothing")
    .option("--json", "the outcome as one JSON object")
    .action((paths: string[], options: ImportOptions) => connected(() => run(paths, options)));
  addImportUndo(importing);
}

async function run(paths: readonly string[], options: ImportOptions) {
  const { project, format, json, dryRun } = options;
  const into = await projectOrOnly(project);
  const { found, skipped } = await findFiles(paths, { everything: format !== "auto" });
  let summary = await importFound(into, found, options);
  const taken = new Set(summary.namesTaken);
  if (!dryRun && taken.size > 0 && (await areNewVersions(summary.namesTaken, options))) {
    const named = found.filter(({ name }) => taken.has(name));
    const again = await importFound(into, named, { ...options, update: true });
    summary = {
      ...again,
      created: summary.created + again.created,
      updated: summary.updated + again.updated,
      unchanged: summary.unchanged + again.unchanged,
      rejected: [...summary.rejected.filter(({ path }) => !taken.has(path)), ...again.rejected],
      warnings: [...summary.warnings, ...again.warnings],
    };
  }
  const { created, updated, unchanged, rejected, warnings } = summary;
  if (json) printJson({ created, updated, unchanged, rejected, warnings, skipped });
  else {
    for (const { path, line, column, reason } of rejected) {
      process.stdout.write(`${placeOf(path, line, column)}: ${reason}\n`);
    }
    for (const { path, line, message } of warnings) {
      process.stdout.write(`${placeOf(path, line)}: warning: ${message}\n`);
    }
    for (const { path, reason } of skipped) process.stdout.write(`${path}: skipped: ${reason}\n`);
    const counts = [
      `${created} created`,
      `${updated} updated`,
      `${unchanged} unchanged`,
      `${rejected.length} rejected`,
      ...(skipped.length > 0 ? [`${skipped.length} skipped`] : []),
    ];
    tell(
      dryRun ? `It would be ${counts.join(", ")}. Nothing was written.` : `${counts.join(", ")}.`,
    );
  }
  if (rejected.length > 0) process.exitCode = 1;
}

async function importFound(
  into: string,
  found: readonly Found[],
  { format, strict, update, dryRun }: ImportOptions,
): Promise<ImportSummary> {
  const bar = progressBar(found);
  const carryOut = dryRun ? forecastImport : importFiles;
  try {
    return await interruptible((signal) =>
      carryOut(operator, into, {
        format,
        strict: strict === true,
        update: update === true,
        files: found.map(sourceOf),
        signal,
        onProgress: ({ bytesDone, created, updated, unchanged, rejected }) =>
          bar?.update(bytesDone, { articles: created + updated + unchanged + rejected }),
      }),
    );
  } catch (error) {
    if (error instanceof Interrupted && !dryRun)
      tell("\nWhat is in stays; import the same again for the rest.");
    throw error;
  } finally {
    bar?.stop();
  }
}

/** Asks the person at the terminal; where nobody can answer, the files stay rejected. */
async function areNewVersions(names: readonly string[], { json }: ImportOptions): Promise<boolean> {
  if (json || !process.stdin.isTTY || !process.stderr.isTTY) return false;
  for (const name of names.slice(0, 20)) tell(name);
  if (names.length > 20) tell(`and ${names.length - 20} more`);
  const [these, they] =
    names.length === 1
      ? [
          "This file has the name of an article here, and another text.",
          "Is it a new version of it?",
        ]
      : [
          "These files have names of articles here, and other texts.",
          "Are they new versions of them?",
        ];
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(?:es)?$/i.test((await terminal.question(`${these} ${they} [y/N] `)).trim());
  } finally {
    terminal.close();
  }
}

/** "articles/one.md:3:7", as compilers say it. */
function placeOf(...parts: readonly (string | number | null)[]): string {
  return parts.filter((part) => part !== null).join(":");
}

/** On a terminal only: in a log it would be noise. What stdin has to say, nobody knows before. */
function progressBar(found: readonly Found[]): SingleBar | null {
  const bytes = found.reduce((sum, file) => sum + file.bytes, 0);
  if (!process.stderr.isTTY || bytes === 0) return null;
  const bar = new SingleBar({
    format: "{bar} {percentage} % | {articles} articles | {eta_formatted} left",
    stream: process.stderr,
    hideCursor: true,
    clearOnComplete: true,
  });
  bar.start(bytes, 0, { articles: 0 });
  return bar;
}
