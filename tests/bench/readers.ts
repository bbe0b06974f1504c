import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import {
  createWriteStream,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import fc from "fast-check";
import { Client } from "pg";
import { operator } from "@/lib/access/actor";
import type { ArticleRecord } from "@/lib/domain/record";
import { articlesInRows, datasetFiles } from "@/lib/formats/dataset-folder";
import { writtenFormats } from "@/lib/formats/index";
import { LostInWriting } from "@/lib/formats/writing";
import { exportDataset, exportToFolder } from "@/lib/workflow/exporting";
import { aDatasetSource, aPublishing } from "../setup/dataset";
import { aReachableFolder } from "../setup/folder";
import { records, richScheme } from "../setup/records";
import { root } from "./environment";
import { fillWithAnnotated } from "./exporting";
import type { BenchEnvironment, Figure } from "./figure";
import { PROJECT } from "./project";

const run = promisify(execFile);
const readers = join(root, "tests", "bench", "peers", "readers");

/** Programs for Python are kept here from one run to the next, by what they are made of. */
const kept = join(root, "tests", ".output", "readers");

/**
 * What other programs make of what goes out: each `read_*.py` of tests/bench/peers/readers, in each of the environments
 * that its first line names. They are installed from PyPI the first time. Nothing is read where there is no Python.
 */
export async function bench(env: BenchEnvironment): Promise<Figure[]> {
  const python = await pythonHere();
  if (python === null) {
    env.log(
      "There is no python3 with venv here, so that nothing was read. Install it to run this.",
    );
    return [];
  }
  const folder = aReachableFolder("gainsay-readers-");
  try {
    await writeAll(env, folder);
    const figures: Figure[] = [];
    for (const file of readdirSync(readers).filter((name) => /^read_.*\.py$/.test(name))) {
      for (const environment of environmentsOf(file)) {
        const name = `${file.slice("read_".length, -".py".length)} in ${environment}`;
        env.log(name);
        const passed = await reads(python, { environment, file, folder, log: env.log });
        figures.push({ name, value: passed ? 1 : 0, unit: "passed", limit: { atLeast: 1 } });
      }
    }
    return figures;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function pythonHere(): Promise<string | null> {
  try {
    await run("python3", ["-c", "import venv, ensurepip"]);
    return "python3";
  } catch {
    return null;
  }
}

function environmentsOf(file: string): string[] {
  const [first = ""] = readFileSync(join(readers, file), "utf8").split("\n");
  const named = /^# environments: (.+)$/.exec(first)?.[1];
  if (named === undefined) throw new Error(`${file} does not begin with "# environments: ".`);
  return named.split(" ");
}

async function reads(
  python: string,
  {
    environment,
    file,
    folder,
    log,
  }: { environment: string; file: string; folder: string; log: (line: string) => void },
): Promise<boolean> {
  // Other programs take a database of this name for their own.
  const { DATABASE_URL: _, ...others } = process.env;
  const offline = { HF_HUB_OFFLINE: "1", HF_DATASETS_OFFLINE: "1", PYTHONDONTWRITEBYTECODE: "1" };
  try {
    const own = await installed(python, environment, log);
    const { stdout } = await run(own, [join(readers, file), folder], {
      env: { ...others, ...offline },
      maxBuffer: 64 * 1024 * 1024,
    });
    for (const line of stdout.trimEnd().split("\n")) log(`  ${line}`);
    return true;
  } catch (error) {
    const told = error instanceof Error && "stderr" in error ? String(error.stderr) : String(error);
    log(told.trimEnd().split("\n").slice(-12).join("\n  "));
    return false;
  }
}

/** The Python that has what an environment asks for. */
async function installed(
  python: string,
  environment: string,
  log: (line: string) => void,
): Promise<string> {
  const requirements = join(readers, "requirements", `${environment}.txt`);
  const sum = createHash("sha256").update(readFileSync(requirements)).digest("hex").slice(0, 12);
  const home = join(kept, `${environment}-${sum}`);
  const own = join(home, "bin", "python");
  const done = join(home, "installed");
  if (existsSync(done)) return own;
  log(`  installing ${environment}`);
  rmSync(home, { recursive: true, force: true });
  await run(python, ["-m", "venv", home]);
  const quietly = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
  await run(own, [...quietly, "--requirement", requirements], { maxBuffer: 64 * 1024 * 1024 });
  mkdirSync(done);
  return own;
}

/** Everything that is read: datasets that make it hard, and what a project exports. */
async function writeAll(env: BenchEnvironment, folder: string): Promise<void> {
  const cases = hardCases();
  const withoutTexts = "without texts";
  const [some = []] = Object.values(cases);
  for (const [name, list] of Object.entries({ ...cases, [withoutTexts]: some })) {
    const texts = name !== withoutTexts;
    const source = aDatasetSource(list, { origin: { publishing: aPublishing }, texts });
    for await (const { path, bytes } of datasetFiles(articlesInRows)(source)) {
      const file = join(folder, "datasets", name, path);
      mkdirSync(dirname(file), { recursive: true });
      await pipeline(bytes, createWriteStream(file));
    }
  }
  await writeForeign(join(folder, "foreign"));
  const client = new Client({ connectionString: env.databaseUrl });
  await client.connect();
  try {
    await fillWithAnnotated(client, {
      articles: Math.max(20, Math.round(500 * env.scale)),
      spans: 10,
    });
  } finally {
    await client.end();
  }
  const layer = "all";
  await exportToFolder(operator, PROJECT, join(folder, "datasets", "a project"), {
    format: "dataset",
    layer,
  });
  mkdirSync(join(folder, "tables"));
  for (const [format, file] of [
    ["jsonl", "articles.jsonl"],
    ["csv", "spans.csv"],
  ] as const) {
    const { bytes } = await exportDataset(operator, PROJECT, { format, layer });
    await pipeline(bytes, createWriteStream(join(folder, "tables", file)));
  }
}

/** The same records in every format that is written as text, and what they are, for the programs whose formats these are. */
async function writeForeign(folder: string): Promise<void> {
  const all = fc.sample(records(), { numRuns: 80, seed: 3 }).map((record, at) => ({
    ...record,
    id: `00000000-0000-4000-8000-${String(at).padStart(12, "0")}`, // files are called by it
    version: 1,
  }));
  const about = { scheme: richScheme };
  const lost = new LostInWriting();
  const put = (path: string, text: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  put("scheme.json", JSON.stringify(richScheme));
  put("records.jsonl", all.map((record) => `${JSON.stringify(record)}\n`).join(""));
  for (const { name, writer } of writtenFormats) {
    if (writer.kind === "file") {
      const parts = all.map((record) => writer.write(record, lost, about));
      const { before = () => "", between = "", after = "", extension } = writer;
      put(join(name, `all${extension}`), before(about) + parts.join(between) + after);
    } else if (writer.kind === "folder") {
      const files = [
        ...(writer.common?.(about) ?? []),
        ...all.flatMap((record) => writer.write(record, lost, about)),
      ];
      for (const { path, text } of files) put(join(name, path), text);
    }
  }
}

/** Records that loaders have stumbled over, by what is hard in them. */
function hardCases(): Record<string, readonly ArticleRecord[]> {
  const any = fc.sample(records(), { numRuns: 60, seed: 11 });
  const bare = any.map((record) => ({
    ...record,
    source_id: null,
    author: null,
    publisher: null,
    url: null,
    published_at: null,
    language: null,
    sets: [],
    spans: [],
    relations: [],
  }));
  const splits = ["train", "dev", "test"] as const;
  const metas: ArticleRecord["meta"][] = [
    {},
    { rank: 1 },
    { rank: "first" },
    { rank: [1, "two", null] },
    { rank: { deep: true }, "odd name": null },
  ];
  const odd = { gone: ["a", "b"], polarity: "as it was", check_worthy: true };
  return {
    "any records": any,
    "several parts": any.map((record, at) => ({ ...record, split: splits[at % 3] ?? null })),
    "a part with nothing in it that others have": any.map((record, at) =>
      at % 2 === 0 ? { ...record, split: "train" } : { ...(bare[at] ?? record), split: "test" },
    ),
    "nothing annotated": bare,
    "nothing but nulls at first": [...Array(200).fill(bare).flat(), ...any],
    "metadata of all kinds": any.map((record, at) => ({ ...record, meta: metas[at % 5] ?? {} })),
    "attributes of an earlier scheme": any.map((record) => ({
      ...record,
      spans: record.spans.map((span, at) => (at % 2 === 0 ? { ...span, attributes: odd } : span)),
    })),
  };
}
