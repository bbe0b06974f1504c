import { createReadStream } from "node:fs";
import type { Command } from "commander";
import { operator } from "@/lib/access/actor";
import { counted } from "@/lib/domain/figures";
import { Refusal } from "@/lib/domain/refusal";
import { fileTrouble, writeWhole } from "@/lib/workflow/files";
import {
  type LeftOut,
  rehydrated,
  type Texts,
  textsInFiles,
  textsInProject,
  wantedIn,
} from "@/lib/workflow/rehydrating";
import { inCurrentFolder } from "./argument-paths";
import { findFiles, sourcesOf } from "./files-to-import";
import { printAll, tell, tellLeft } from "./output";
import { connected } from "./with-database";

type RehydrateOptions = {
  texts?: readonly string[];
  articles?: readonly string[];
  project?: string;
  out: string;
};

const several = (one: string, before: readonly string[] = []) => [...before, one];

export function addRehydrateCommand(gainsay: Command): void {
  gainsay
    .command("rehydrate")
    .description(
      "Put texts back into a dataset that went out without them. Exit 1 if one is missing; the others are in.",
    )
    .argument("<file>", "with an article a line, as `export --without-texts` writes it")
    .option("--texts <path>", "a folder with the articles as they were imported", several)
    .option("--articles <file>", "a file with articles, such as a dataset with texts", several)
    .option("--project <project>", "a project here that has the articles: its slug or id")
    .option("--out <file>", "where to, replaced if it is there; - for stdout", "-")
    .action((file: string, options: RehydrateOptions) =>
      options.project === undefined ? run(file, options) : connected(() => run(file, options)),
    );
}

async function run(
  file: string,
  { texts = [], articles = [], project, out }: RehydrateOptions,
): Promise<void> {
  const paths = [...texts, ...articles];
  if (paths.length === 0 && project === undefined) {
    throw new Refusal(
      "invalid",
      "Say where the texts are: --texts FOLDER, --articles FILE or --project PROJECT.",
    );
  }
  const sources: Texts[] = [];
  try {
    if (paths.length > 0) {
      const { found } = await findFiles(paths, { everything: false });
      const wanted = await wantedIn(bytesOf(file));
      sources.push(await textsInFiles(sourcesOf(found), wanted));
    }
    if (project !== undefined) sources.push(await textsInProject(operator, project));
    const leftOut: LeftOut[] = [];
    let lines = 0;
    const counting = async function* () {
      for await (const line of rehydrated(bytesOf(file), sources, (one) => leftOut.push(one))) {
        lines += 1;
        yield line;
      }
    };
    if (out === "-") await printAll(counting());
    else await writeWhole(inCurrentFolder(out), counting(), { onLeft: tellLeft });
    for (const { line, name, reason } of leftOut) {
      tell(`${file}:${line}: ${name === null ? "" : `${name}: `}${reason}`);
    }
    const unread = sources.flatMap((source) => source.unread);
    if (leftOut.length > 0) {
      for (const { path, reason } of unread) tell(`${path}: not read: ${reason}`);
      process.exitCode = 1;
    }
    tell(`${counted(lines, "article version")} whole again, ${leftOut.length} left out.`);
  } finally {
    for (const { close } of sources) await close();
  }
}

async function* bytesOf(file: string): AsyncGenerator<Uint8Array> {
  try {
    yield* createReadStream(inCurrentFolder(file));
  } catch (error) {
    throw fileTrouble(error, file);
  }
}
