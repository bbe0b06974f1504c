// `npm run mutation`: plants mistakes in the code, one at a time, and lists those that no unit test
// notices. Takes folders and files; without any, every folder that must hold.
import { spawn } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import config, { output } from "../tests/mutation/stryker.config.mjs";
import { followOrders, main, node, prepare, root } from "./launch.mjs";
import { Trouble } from "./progress.mjs";

const report = join(root, output, "report.json");

/** In percent, of each folder by itself: a well-tested one does not make up for another. */
const least = config.thresholds.break;

/** How a mutant ends. One that does not run, or that a comment leaves out, does not count. */
const noticed = ["Killed", "Timeout"];
const unnoticed = ["Survived", "NoCoverage"];

await main(async (args) => {
  await prepare({ forTests: true });
  rmSync(report, { force: true });
  const paths = args.filter((arg) => !arg.startsWith("-")).map((path) => path.replace(/\/$/, ""));
  const code = await stryker(
    paths.map((path) => (path.endsWith(".ts") ? path : `${path}/**/*.ts`)),
    args.filter((arg) => arg.startsWith("-")),
  );
  const files = readFiles(code).filter(
    // The report has what earlier runs found out about other files, too.
    ({ path }) => paths.length === 0 || paths.some((asked) => `${path}/`.startsWith(`${asked}/`)),
  );
  for (const { path, mutants, lines } of files) {
    for (const mutant of mutants) {
      if (unnoticed.includes(mutant.status)) say(describe(path, mutant, lines));
    }
  }
  say("");
  let held = true;
  const folderOf = ({ path }) => path.split("/").slice(0, 2).join("/");
  for (const folder of new Set(files.map(folderOf))) {
    const inside = files.filter((file) => folderOf(file) === folder);
    for (const { path, mutants } of inside) say(score(path, mutants));
    const all = inside.flatMap(({ mutants }) => mutants);
    const enough = percent(all) >= least;
    say(`${score(folder, all)}${enough ? "" : `, less than ${least} %`}\n`);
    held &&= enough;
  }
  return held ? 0 : 1;
});

async function stryker(mutate, options) {
  const child = spawn(
    node,
    [
      join(root, "node_modules", "@stryker-mutator", "core", "bin", "stryker.js"),
      "run",
      "tests/mutation/stryker.config.mjs",
      ...(mutate.length > 0 ? [`--mutate=${mutate.join(",")}`] : []),
      ...options,
    ],
    { cwd: root, stdio: ["ignore", "inherit", "inherit"] },
  );
  process.on("SIGINT", () => {}); // Stryker gets it as well
  followOrders(child);
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
}

function readFiles(code) {
  let files;
  try {
    ({ files } = JSON.parse(readFileSync(report, "utf8")));
  } catch {
    throw new Trouble(`Stryker ended (${code}) without a report: what it said stands above.`);
  }
  return Object.entries(files)
    .map(([path, { source, mutants }]) => ({
      path,
      lines: source.split("\n"),
      mutants: mutants.filter(({ status }) => [...noticed, ...unnoticed].includes(status)),
    }))
    .filter(({ mutants }) => mutants.length > 0)
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** The place, what stands there, and what it was changed to, each on one line. */
function describe(path, { location: { start, end }, mutatorName, replacement, status }, lines) {
  const there = lines.slice(start.line - 1, end.line);
  there[there.length - 1] = there.at(-1).slice(0, end.column - 1);
  there[0] = there[0].slice(start.column - 1);
  const short = (text) => {
    const one = text.replace(/\s+/g, " ");
    return one.length > 90 ? `${one.slice(0, 90)}…` : one;
  };
  const reached = status === "NoCoverage" ? ", which no test reaches" : "";
  return `${path}:${start.line}:${start.column} ${mutatorName}${reached}\n    ${short(there.join("\n"))}\n    ${short(replacement)}`;
}

/** Rounded down: 84.99 is not 85. */
function percent(mutants) {
  const count = mutants.filter(({ status }) => noticed.includes(status)).length;
  return Math.floor((1000 * count) / mutants.length) / 10;
}

function score(name, mutants) {
  const left = mutants.filter(({ status }) => unnoticed.includes(status)).length;
  return `${percent(mutants).toFixed(1).padStart(6)} %  ${name}: ${left} of ${mutants.length} unnoticed`;
}

function say(line) {
  process.stdout.write(`${line}\n`);
}
