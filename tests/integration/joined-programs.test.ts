import { execFile } from "node:child_process";
import { mkdirSync, readdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { programOf } from "@/scripts/program.mjs";
import { aReachableFolder } from "../setup/folder";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../..", import.meta.url));
const LONG_AGO = new Date("2024-07-30T14:35:34Z");

/** A project of some files, with our packages. */
function aCheckout(files: Readonly<Record<string, string>>): string {
  const folder = aReachableFolder("gainsay-joined-");
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(join(root, "node_modules", "esbuild"), join(folder, "node_modules", "esbuild"));
  for (const [name, text] of Object.entries({
    "package-lock.json": "{}",
    "tsconfig.json": "{}",
    ...files,
  })) {
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

const said = async (program: string | null) =>
  (await run(process.execPath, [program ?? "not joined"])).stdout.trim();

test("what a program of today consists of stays, however old, and what an older one did goes", async () => {
  const folder = aCheckout({
    "server.ts": `console.log(await import("./later.ts").then(({ word }) => word));`,
    "later.ts": `export const word: string = "first";`,
    "command.ts": `console.log("one");`,
  });
  try {
    const server = await programOf(folder, "server.ts");
    const cache = join(folder, "node_modules", ".cache", "gainsay");
    const age = () => {
      for (const name of readdirSync(cache)) utimesSync(join(cache, name), LONG_AGO, LONG_AGO);
    };
    const command = await programOf(folder, "command.ts");
    age();
    writeFileSync(join(folder, "command.ts"), `console.log("another");`);
    expect(await said(await programOf(folder, "command.ts"))).toBe("another");
    expect(readdirSync(cache)).not.toContain(command?.split("/").at(-1));
    expect(await said(server)).toBe("first");
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("a module that asks where it is, in TypeScript or JavaScript, learns where it stands among the sources", async () => {
  const folder = aCheckout({
    "asks.ts": `import { other } from "./other.mjs"; console.log(import.meta.url, other);`,
    "other.mjs": "export const other = import.meta.url;",
  });
  try {
    expect(await said(await programOf(folder, "asks.ts"))).toBe(
      `${pathToFileURL(join(folder, "asks.ts"))} ${pathToFileURL(join(folder, "other.mjs"))}`,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test.each(["scripts/boot.ts", "scripts/worker.ts", "lib/cli/main.ts"])(
  "%s can be joined",
  async (script) => {
    expect(await programOf(root, script)).toMatch(/\.mjs$/);
  },
);
