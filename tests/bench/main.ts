// `npm run bench [-- --only NAME] [--scale 0.1]`: every suite, one after the other, on one machine in
// one run. Nothing here fails because something is slow: figures over their limit are marked.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, totalmem } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startEmbedded } from "@/lib/store/server/embedded";
import { makeLogAhead } from "@/lib/store/server/log-ahead";
import { ensureBuilt } from "@/scripts/build";
import { nodeArgumentsOf, nodeEnvironment, nodeFlags } from "@/scripts/launch.mjs";
import { aReachableFolder } from "../setup/folder";
import { root } from "./environment";
import { type Figure, isWithin } from "./figure";

/** Those that need the production build, which takes a while to make. */
const onPages = ["importing", "saving", "annotating", "marking", "adjudicating", "starting"];
const suites = [
  "importing",
  "exporting",
  "parquet",
  "batches",
  "listing",
  "rounds",
  "schemes",
  "dashboard",
  "agreement",
  "adjudicating",
  "saving",
  "annotating",
  "marking",
  "page-weight",
  "readers",
  "memory",
  "starting",
];

type Result = { suite: string; figures: Figure[]; failed?: string };

const { values } = parseArgs({
  options: {
    only: { type: "string", multiple: true, default: [] },
    scale: { type: "string", default: "1" },
  },
});
const scale = Number(values.scale);
const unknown = values.only.filter((name) => !suites.includes(name));
if (unknown.length > 0 || !(scale > 0 && scale <= 1)) {
  process.stderr.write(
    unknown.length > 0
      ? `There is no suite ${unknown.join(", ")}; there are: ${suites.join(", ")}.\n`
      : "--scale is more than 0 and at most 1.\n",
  );
  process.exit(2);
}
const chosen = suites.filter(
  (name) =>
    (values.only.length === 0 || values.only.includes(name)) &&
    existsSync(join(root, "tests", "bench", `${name}.ts`)),
);

if (chosen.some((name) => onPages.includes(name))) await ensureBuilt();
const dataDir = aReachableFolder("gainsay-bench-");
const server = await startEmbedded({ dataDir, settings: { max_connections: "200" } });
const results: Result[] = [];
try {
  await makeLogAhead(server.url, { every: 0 }); // as an app has it a minute after its start
  for (const suite of chosen) {
    process.stderr.write(`${suite}\n`);
    results.push(await run(suite));
  }
} finally {
  await server.stop();
  rmSync(dataDir, { recursive: true, force: true });
}

const report = {
  at: new Date().toISOString(),
  scale,
  machine: {
    cpu: cpus()[0]?.model ?? "unknown",
    cores: availableParallelism(),
    memory_mb: Math.round(totalmem() / 1e6),
    node: process.version,
  },
  results: results.map(({ suite, figures, failed }) => ({
    suite,
    ...(failed === undefined ? {} : { failed }),
    figures: figures.map((figure) => ({ ...figure, within: isWithin(figure) })),
  })),
};
const text = `${JSON.stringify(report, null, 2)}\n`;
mkdirSync(join(root, "bench-results"), { recursive: true });
writeFileSync(join(root, "bench-results", `${report.at.replaceAll(":", "-")}.json`), text);
process.stdout.write(text);
process.stderr.write(`\n${table(results)}\n`);

async function run(suite: string): Promise<Result> {
  const child = spawn(
    process.execPath,
    [
      ...nodeFlags,
      "--expose-gc",
      ...(await nodeArgumentsOf(join("tests", "bench", "suite.ts"), { joined: true })),
      suite,
    ],
    {
      cwd: root,
      env: {
        ...nodeEnvironment,
        ...process.env,
        GAINSAY_BENCH_SERVER: server.url,
        GAINSAY_BENCH_SCALE: String(scale),
      },
      stdio: ["ignore", 2, "inherit", "ipc"],
    },
  );
  let figures: Figure[] = [];
  // What a suite sends is what its `bench` returned.
  child.on("message", (sent) => {
    figures = sent as Figure[];
  });
  const [code, signal] = await once(child, "close");
  const failed = code === 0 ? {} : { failed: `ended with ${signal ?? code}` };
  return { suite, figures, ...failed };
}

/** For people: a figure a line, its limit beside it, a mark where it is over. */
function table(of: readonly Result[]): string {
  const rows = of.flatMap(({ suite, figures, failed }) => [
    ...(failed === undefined ? [] : [[suite, "the suite failed", failed, "", "✗"]]),
    ...figures.map((figure) => [
      suite,
      figure.name,
      shown(figure),
      limitOf(figure),
      markOf(figure),
    ]),
  ]);
  const widths = [0, 1, 2, 3].map((column) =>
    Math.max(0, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

function shown({ value, unit }: Figure): string {
  const digits =
    Math.abs(value) >= 100 || Number.isInteger(value) ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return `${value.toFixed(digits)} ${unit}`;
}

function limitOf({ limit, unit }: Figure): string {
  if (limit === undefined) return "";
  return "atMost" in limit ? `≤ ${limit.atMost} ${unit}` : `≥ ${limit.atLeast} ${unit}`;
}

function markOf(figure: Figure): string {
  const within = isWithin(figure);
  return within === null ? "" : within ? "✓" : "✗ over the limit";
}
