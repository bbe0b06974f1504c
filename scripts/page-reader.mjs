// The thread that takes web pages apart: it finds the program of it, joined into one file where that can be. Plain
// JavaScript, so that it is started alike from the server, the worker, commands and tests.
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { programOf } from "./program.mjs";

const script = "scripts/page-reader.ts";
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const program = await programOf(root, script);
if (program === null) {
  const { register } = await import("tsx/esm/api");
  register({ tsconfig: join(root, "tsconfig.json") });
}
await import(pathToFileURL(program ?? join(root, script)).href);
