import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { SingleBar } from "cli-progress";
import { type Command, Option } from "commander";
import { operator } from "@/lib/access/actor";
import {
  columnMeanings,
  type Encoding,
  encodings,
  type NameKind,
  type OffsetUnit,
  offsetUnits,
  tableDelimiters,
  tableQuotes,
} from "@/lib/domain/imports";
import { Refusal } from "@/lib/domain/refusal";
import type { NameMapping, TableReading, TableReadings } from "@/lib/domain/schemas";
import { fileTrouble } from "@/lib/workflow/files";
import { formatsHelp } from "@/lib/workflow/formats";
import { importFormats } from "@/lib/workflow/importing/format-names";
import {
  type AskedPage,
  askedPages,
  forecastImport,
  type ImportFormat,
  type ImportSummary,
  importFiles,
  pagesHere,
  type SourceFile,
} from "@/lib/workflow/importing/index";
import { makeSearchable } from "@/lib/workflow/making-searchable";
import { requirePagesAllowed } from "@/lib/workflow/settings";
import { inCurrentFolder } from "./argument-paths";
import { type Found, findFiles, STDIN, sourcesOf } from "./files-to-import";
import { Interrupted, interruptible } from "./interrupt";
import { printJson, tell } from "./output";
import { projectOrOnly } from "./projects";
import { canAsk, conversation, isYes } from "./question";
import { addImportUndo } from "./trash";
import { connected } from "./with-database";

type ImportOptions = {
  urls?: string;
  project?: string;
  format: ImportFormat;
  strict?: true;
  update?: true;
  map?: readonly string[];
  offsets?: OffsetUnit;
  encoding?: Encoding;
  column?: readonly string[];
  delimiter?: string;
  quote?: string;
  header: boolean;
  sheet?: string;
  dryRun?: true;
  json?: true;
};

/** With the import's id where one was carried out; a forecast has none. */
type Summary = ImportSummary & { readonly id?: string };

export function addImportCommand(gainsay: Command): void {
  const importing = gainsay
    .command("import")
    .description("Bring articles in. Exit 1 if one was rejected; the others are in.")
    .argument(
      "[path...]",
      "files, folders, patterns such as 'articles/**/*.md', - for stdin, or addresses of web pages",
    )
    .option(
      "--urls <file>",
      "a list of addresses to fetch: one a line, or a table with a column url; - for stdin",
    )
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
    .option(
      "--map <name=ours>",
      "what a label of the files is here: ORG=claim; ORG= leaves it out, ORG=+ adds it to the scheme; relation:… and attribute:… for those; it is remembered",
      (one: string, before: readonly string[] = []) => [...before, one],
    )
    .addOption(
      new Option("--offsets <unit>", "what offsets count, where the files do not say").choices(
        offsetUnits,
      ),
    )
    .addOption(
      new Option(
        "--encoding <encoding>",
        "what the files are encoded in, where they do not say it; UTF-8 if left out",
      ).choices(encodings),
    )
    .option(
      "--column <name=field>",
      `what a column of tables is: BODY=text; NOTES= leaves it out; one of ${columnMeanings.join(", ")}; it is remembered`,
      (one: string, before: readonly string[] = []) => [...before, one],
    )
    .option("--delimiter <character>", "what divides the cells of tables: , ; | or tab")
    .option("--quote <character>", "what stands around cells of tables: \" ' or none")
    .option("--no-header", "the first row of tables is data; columns are called column 1, column 2")
    .option("--sheet <name>", "which sheet of a workbook is read")
    .option("--dry-run", "say what would become of each article, and write nothing")
    .option("--json", "the outcome as one JSON object")
    .addHelpText("after", () => formatsHelp("read"))
    .action((paths: string[], options: ImportOptions) => {
      if (paths.length === 0 && options.urls === undefined) {
        importing.error("error: say what to import: a file, a folder, or an address");
      }
      return connected(() => run(paths, options));
    });
  addImportUndo(importing);
}

async function run(paths: readonly string[], options: ImportOptions) {
  const { project, format, json, dryRun } = options;
  const into = await projectOrOnly(project);
  const pages = await pagesIn(paths, options.urls);
  const { found, skipped } = await findFiles(
    paths.filter((path) => !isAddress(path)),
    { everything: format !== "auto" },
  );
  let summary = await importFound(into, { found, pages }, options);
  const { versions, stopped } = await newVersions(summary.namesTaken, options);
  if (versions.size > 0) {
    const onlyFiles = { found, pages: [] };
    const again = await importFound(into, onlyFiles, { ...options, update: true }, versions);
    summary = {
      ...again,
      created: summary.created + again.created,
      updated: summary.updated + again.updated,
      unchanged: summary.unchanged + again.unchanged,
      rejected: [...summary.rejected.filter(({ path }) => !versions.has(path)), ...again.rejected],
      warnings: [...summary.warnings, ...again.warnings],
    };
  }
  const { id = null, created, updated, unchanged, rejected, warnings } = summary;
  if (json) printJson({ id, created, updated, unchanged, rejected, warnings, skipped });
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
    if (rejected.some(({ reason }) => reason.startsWith("This is not UTF-8"))) {
      tell("With --encoding, files are read in another encoding, such as windows-1252.");
    }
    if (summary.namesTaken.length > 0 && (dryRun || !canAsk())) {
      tell("With --update, a file that has the name of an article here is a new version of it.");
    }
  }
  if (rejected.length > 0) process.exitCode = 1;
  if (stopped) throw stopped;
  if (!dryRun) await haveFound();
}

/** Makes what is in searchable, whether a server runs that would do it or not; if one does, the two share the work. */
async function haveFound(): Promise<void> {
  const bar = process.stderr.isTTY
    ? new SingleBar({
        format: "{bar} {percentage} % | making articles searchable | {eta_formatted} left",
        stream: process.stderr,
        hideCursor: true,
        clearOnComplete: true,
      })
    : null;
  const show = ({ done, total }: { done: number; total: number }) => {
    if (bar && !bar.isActive) bar.start(total, 0);
    bar?.update(done);
  };
  try {
    await interruptible((signal) => makeSearchable({ signal, onProgress: show }));
  } catch (error) {
    if (error instanceof Interrupted)
      tell("\nThe articles are in. The server makes those searchable that are not yet.");
    throw error;
  } finally {
    bar?.stop();
  }
}

const isAddress = (path: string) => /^https?:\/\//i.test(path);

/** The web pages that are asked for: addresses among the paths, and those of a list. */
async function pagesIn(paths: readonly string[], list: string | undefined): Promise<AskedPage[]> {
  const urls = paths.filter(isAddress);
  if (urls.length === 0 && list === undefined) return [];
  await requirePagesAllowed();
  const given = urls.length > 0 ? askedPages({ urls }) : [];
  return list === undefined ? given : [...given, ...askedPages({ list: await listIn(list) })];
}

async function listIn(file: string): Promise<string> {
  try {
    return file === STDIN
      ? await text(process.stdin)
      : await readFile(inCurrentFolder(file), "utf8");
  } catch (error) {
    throw fileTrouble(error, file);
  }
}

async function importFound(
  into: string,
  { found, pages }: { readonly found: readonly Found[]; readonly pages: readonly AskedPage[] },
  { format, strict, update, dryRun, map, offsets, encoding, ...options }: ImportOptions,
  only?: ReadonlySet<string>,
): Promise<Summary> {
  const reading = {
    offsets,
    encoding,
    names: map && mappingFrom(map),
    tables: tablesFrom(options),
  };
  const bar = progressBar(found);
  const carryOut = dryRun ? forecastImport : importFiles;
  try {
    return await interruptible((signal) =>
      carryOut(operator, into, {
        format,
        strict: strict === true,
        update: update === true,
        reading,
        files: allSources(found, pages, signal),
        only,
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

async function* allSources(
  found: readonly Found[],
  pages: readonly AskedPage[],
  signal: AbortSignal,
): AsyncGenerator<SourceFile> {
  yield* sourcesOf(found);
  yield* pagesHere(pages, { signal });
}

type NewVersions = {
  /** The names of files that are new versions of what is here under them. */
  readonly versions: ReadonlySet<string>;
  /** Ctrl-C, if the person did not want to answer any more. */
  readonly stopped: Interrupted | null;
};

/** Asks the person at the terminal of each file; where nobody can answer, the files stay rejected. */
async function newVersions(
  names: readonly string[],
  { json, dryRun }: ImportOptions,
): Promise<NewVersions> {
  const versions = new Set<string>();
  if (json || dryRun || names.length === 0 || !canAsk()) return { versions, stopped: null };
  try {
    await conversation(async (ask) => {
      const [only, another] = names;
      if (only !== undefined && another === undefined) {
        tell(`${only} has the name of an article here, and another text.`);
        if (isYes(await ask("Is it a new version of it? [y/N]"))) versions.add(only);
        return;
      }
      tell(`${names.length} files have names of articles here, and other texts.`);
      tell("Which are new versions? y: this one, n: not this one, a: all from here, q: no more.");
      for (const [at, name] of names.entries()) {
        const answer = await ask(`${name} [y/N/a/q]`);
        if (isYes(answer)) versions.add(name);
        else if (/^a(?:ll)?$/i.test(answer?.trim() ?? "")) {
          for (const one of names.slice(at)) versions.add(one);
          return;
        } else if (answer === null || /^q(?:uit)?$/i.test(answer.trim())) return;
      }
    });
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    return { versions: new Set(), stopped: error };
  }
  return { versions, stopped: null };
}

/**
 * What names stand for: `ORG=claim`, `relation:works_for=source_of`.
 *
 * @throws Refusal "invalid" for one of another form
 */
function mappingFrom(map: readonly string[]): NameMapping {
  const names: Record<NameKind, Record<string, string | null>> = {
    label: {},
    relation: {},
    attribute: {},
  };
  for (const one of map) {
    const parts = /^(?:(label|relation|attribute):)?(.{1,200})=([^=]{0,63})$/su.exec(one);
    if (!parts) throw new Refusal("invalid", `--map is given as ORG=claim, not as "${one}".`);
    const [, kind = "label", name = "", ours = ""] = parts;
    names[kind as NameKind][name] = ours === "" ? null : ours; // one of the pattern's
  }
  return names;
}

/**
 * How tables are read: `BODY=text`, `tab`.
 *
 * @throws Refusal "invalid" for what is of another form
 */
function tablesFrom({
  column = [],
  delimiter: asked,
  quote: around,
  header,
  sheet,
}: Pick<ImportOptions, "column" | "delimiter" | "quote" | "header" | "sheet">): TableReadings {
  const columns: Record<string, TableReading["columns"][string]> = {};
  for (const one of column) {
    const [, name = "", field = ""] = /^(.{1,1000})=([^=]*)$/su.exec(one) ?? [];
    const meaning = columnMeanings.find((known) => known === field) ?? null;
    if (name === "" || (meaning === null && field !== "")) {
      throw new Refusal(
        "invalid",
        `--column is given as BODY=text, not as "${one}"; there are: ${columnMeanings.join(", ")}.`,
      );
    }
    columns[name] = meaning;
  }
  const character = asked === "tab" || asked === "\\t" ? "\t" : asked;
  const delimiter = tableDelimiters.find((known) => known === character) ?? null;
  if (asked !== undefined && delimiter === null) {
    throw new Refusal("invalid", "--delimiter is one of , ; | or tab.");
  }
  const quote = tableQuotes.find((known) => known === (around === "none" ? "" : around)) ?? null;
  if (around !== undefined && quote === null) {
    throw new Refusal("invalid", "--quote is one of \" ' or none.");
  }
  const isSaid =
    column.length > 0 || delimiter !== null || quote !== null || !header || sheet !== undefined;
  return isSaid
    ? { "*": { columns, delimiter, quote, header: header ? null : false, sheet: sheet ?? null } }
    : {};
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
