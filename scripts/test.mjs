// `npm test`: everything from a fresh clone to the last line of the tests' outcome.
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { ensureBrowser } from "./browser.mjs";
import { followOrders, main, node, prepare, root } from "./launch.mjs";

const output = join(root, "tests", ".output");
const report = join(output, "results.json");
/** What failed and why, for whoever sees no more than the end of a long log. */
const failures = join(output, "failures.txt");
const MOST_LINES = 25;

await main(async (args) => {
  await prepare({ forTests: true });
  const browser = needsBrowser(args) ? await ensureBrowser() : null;
  mkdirSync(output, { recursive: true });
  rmSync(report, { force: true });
  const code = await vitest(args, browser);
  const { line, failed, told } = summary(code);
  writeFileSync(failures, told);
  process.stdout.write(`${told}${line}\n`);
  return failed ? 1 : 0;
});

/** Files and folders given as arguments leave the browser out if none of them is end-to-end. */
function needsBrowser(args) {
  const paths = args.filter((arg) => arg.startsWith("tests/"));
  return paths.length === 0 || paths.some((path) => path.startsWith("tests/e2e"));
}

async function vitest(args, browser) {
  const child = spawn(
    node,
    [
      join(root, "node_modules", "vitest", "vitest.mjs"),
      "run",
      "--config=tests/vitest.config.ts",
      "--reporter=default",
      "--reporter=json",
      `--outputFile.json=${report}`,
      ...args,
    ],
    {
      cwd: root,
      env: { ...process.env, ...(browser === null ? {} : { CHROME_PATH: browser }) },
      stdio: ["ignore", "inherit", "inherit"],
    },
  );
  process.on("SIGINT", () => {}); // vitest gets it as well
  followOrders(child);
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
}

/**
 * What failed, and the last line, counted from vitest's own report. A file that breaks outside its tests counts as one
 * failure.
 */
function summary(code) {
  let results;
  try {
    results = JSON.parse(readFileSync(report, "utf8"));
  } catch {
    const told = "FAILED vitest: it ended without a report\n";
    return { line: "0 passed, 1 failed", failed: true, told };
  }
  const failed = results.testResults.flatMap((file) => {
    const path = relative(root, file.name);
    const tests = file.assertionResults.filter(({ status }) => status === "failed");
    if (tests.length === 0 && file.status === "failed") return [told(path, file.message)];
    return tests.map((test) => told(`${path}: ${test.fullName}`, test.failureMessages.join("\n")));
  });
  if (code !== 0 && failed.length === 0) {
    failed.push(told("vitest", "An error outside of any test made the run fail: see above."));
  }
  const skipped = results.numPendingTests + results.numTodoTests;
  const line = `${results.numPassedTests} passed, ${failed.length} failed`;
  return {
    line: skipped > 0 ? `${line}, ${skipped} skipped` : line,
    failed: failed.length > 0,
    told: failed.join(""),
  };
}

function told(what, why) {
  const lines = stripVTControlCharacters(why).split("\n").slice(0, MOST_LINES);
  return [`FAILED ${what}`, ...lines.map((line) => `  ${line}`.trimEnd()), ""].join("\n");
}
