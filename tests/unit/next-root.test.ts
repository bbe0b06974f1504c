import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";

const root = join(import.meta.dirname, "../..");

/** Reads the configuration in a folder as `next build` and `next start` do, and says which root that has. */
const program = `
  const { default: load } = require("next/dist/server/config");
  const { PHASE_PRODUCTION_BUILD, PHASE_PRODUCTION_SERVER } = require("next/constants");
  (async () => {
    for (const phase of [PHASE_PRODUCTION_BUILD, PHASE_PRODUCTION_SERVER]) {
      const { turbopack } = await load(phase, process.argv[1], { silent: false });
      console.log("root " + turbopack.root);
    }
  })();`;

/** What Next makes of a configuration in a checkout that lies below another lock file. */
function readBelowALockFile(write: (file: string) => void) {
  const above = mkdtempSync(join(tmpdir(), "gainsay-next-root-"));
  onTestFinished(() => rmSync(above, { recursive: true }));
  const checkout = join(above, "checkout");
  mkdirSync(checkout);
  for (const folder of [above, checkout]) writeFileSync(join(folder, "package-lock.json"), "{}");
  write(join(checkout, "next.config.mjs"));
  const { stdout, stderr } = spawnSync(process.execPath, ["-e", program, checkout], {
    cwd: root,
    encoding: "utf8",
    env: { ...process.env, TURBOPACK: "1" },
  });
  const lines = stdout.replaceAll(checkout, "checkout").split("\n");
  return { roots: lines.filter((line) => line.startsWith("root ")), said: stderr };
}

test("a lock file in a folder above the checkout is not taken for its root, and nothing is said of it", () => {
  const ours = (file: string) => copyFileSync(join(root, "next.config.mjs"), file);
  expect(readBelowALockFile(ours)).toEqual({ roots: ["root checkout", "root checkout"], said: "" });
  const without = (file: string) => writeFileSync(file, "export default {};\n");
  expect(readBelowALockFile(without).said).toContain("Next.js inferred your workspace root");
});
