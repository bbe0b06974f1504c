import { SingleBar } from "cli-progress";
import { type Command, Option } from "commander";
import { operator } from "@/lib/access/actor";
import { importFormats } from "@/lib/workflow/importing/format-names";
import { type ImportFormat, type ImportSummary, importFiles } from "@/lib/workflow/importing/index";
import { bytesOf, type Found, findFiles } from "./files-to-import";
import { Interrupted, interruptible } from "./interrupt";
import { printJson, tell } from "./output";
import { projectOrOnly } from "./projects";
import { connected } from "./with-database";

type ImportOptions = { project?: string; format: ImportFormat; strict?: true; json?: true };

export function addImportCommand(gainsay: Command): void {
  gainsay
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
    .option("--json", "the outcome as one JSON object")
    .action((paths: string[], options: ImportOptions) => connected(() => run(paths, options)));
}

async function run(paths: readonly string[], { project, format, strict, json }: ImportOptions) {
  const into = await projectOrOnly(project);
  const found = await findFiles(paths, { everything: format !== "auto" });
  const bar = progressBar(found);
  let summary: ImportSummary;
  try {
    summary = await interruptible((signal) =>
      importFiles(operator, into, {
        format,
        strict: strict === true,
        files: found.map((file) => ({ path: file.name, stream: bytesOf(file) })),
        signal,
        onProgress: ({ bytesDone, created, updated, unchanged, rejected }) =>
          bar?.update(bytesDone, { articles: created + updated + unchanged + rejected }),
      }),
    );
  } catch (error) {
    if (error instanceof Interrupted)
      tell("\nWhat is in stays; import the same again for the rest.");
    throw error;
  } finally {
    bar?.stop();
  }
  const { created, updated, unchanged, rejected, warnings } = summary;
  if (json) printJson({ created, updated, unchanged, rejected, warnings });
  else {
    for (const { path, line, column, reason } of rejected) {
      process.stdout.write(`${placeOf(path, line, column)}: ${reason}\n`);
    }
    for (const { path, line, message } of warnings) {
      process.stdout.write(`${placeOf(path, line)}: warning: ${message}\n`);
    }
    tell(
      `${created} created, ${updated} updated, ${unchanged} unchanged, ${rejected.length} rejected.`,
    );
  }
  if (rejected.length > 0) process.exitCode = 1;
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
