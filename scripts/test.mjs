// `npm test`: everything from a fresh clone to the last line of the tests' outcome.
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { ensureBrowser } from "./browser.mjs";
import { followOrders, main, node, prepare, root } from "./launch.mjs";
import { tell } from "./progress.mjs";

const output = join(root, "tests", ".output");
const report = join(output, "results.json");

await main(async (args) => {
  await prepare({ forTests: true });
  const browser = needsBrowser(args) ? await ensureBrowser() : null;
  mkdirSync(output, { recursive: true });
  rmSync(report, { force: true });
  const code = await vitest(args, browser);
  const { line, failed } = summary(code);
  process.stdout.write(`${line}\n`);
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

/** The last line, counted from vitest's own report. A file that breaks outside its tests counts as one failure. */
function summary(code) {
  let results;
  try {
    results = JSON.parse(readFileSync(report, "utf8"));
  } catch {
    return { line: "0 passed, 1 failed", failed: true };
  }
  const broken = results.testResults.filter(
    (file) =>
      file.status === "failed" && file.assertionResults.every(({ status }) => status !== "failed"),
  ).length;
  const skipped = results.numPendingTests + results.numTodoTests;
  let failures = results.numFailedTests + broken;
  if (code !== 0 && failures === 0) {
    tell("An error outside of any test made the run fail.");
    failures = 1;
  }
  const line = `${results.numPassedTests} passed, ${failures} failed`;
  return { line: skipped > 0 ? `${line}, ${skipped} skipped` : line, failed: failures > 0 };
}
