// TypeScript programs as files that Node runs as they are: loading four hundred modules one by one, each looked for and
// translated, takes longer than most commands do.
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";

/** Milliseconds after which what an older program consisted of is needed by none that still runs; today's is by a server. */
const FORGOTTEN_AFTER = 7 * 24 * 60 * 60 * 1000;

/** Below the packages, so that a program finds them; nothing is lost with it. */
const folderIn = (root) => join(root, "node_modules", ".cache", "gainsay");

/**
 * The file to run for a TypeScript program, made anew if a file that it consists of has changed.
 *
 * @param {string} root of the project
 * @param {string} script below it
 * @returns {Promise<string | null>} null where nothing can be written, or the program is none that can be joined
 */
export async function programOf(root, script) {
  const note = join(folderIn(root), `${script.replaceAll(/[^a-z]+/g, "-")}.json`);
  const known = knownProgram(root, note);
  if (known !== null) return known;
  try {
    return await joined(root, script, note);
  } catch {
    return null;
  }
}

function knownProgram(root, note) {
  try {
    const { of, file, inputs } = JSON.parse(readFileSync(note, "utf8"));
    const isFresh =
      of === root && inputs.every(([path, stamp]) => stampOf(join(root, path)) === stamp);
    statSync(file);
    return isFresh ? file : null;
  } catch {
    return null;
  }
}

function stampOf(path) {
  const { mtimeMs, size } = statSync(path);
  return `${mtimeMs} ${size}`;
}

async function joined(root, script, note) {
  const folder = folderIn(root);
  const { build } = await import("esbuild");
  mkdirSync(folder, { recursive: true });
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [script],
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    entryNames: "[name]-[hash]",
    chunkNames: "[name]-[hash]",
    bundle: true,
    splitting: true,
    packages: "external",
    platform: "node",
    format: "esm",
    target: "node24",
    sourcemap: "linked",
    sourcesContent: false,
    metafile: true,
    logLevel: "silent",
    plugins: [ownAddresses],
  });
  // What is read while it is made may change meanwhile: then the next run finds it stale.
  const inputs = ["package-lock.json", "tsconfig.json", ...Object.keys(metafile.inputs)].map(
    (path) => [path, stampOf(join(root, path))],
  );
  const [output] = Object.entries(metafile.outputs).find(
    ([, { entryPoint }]) => entryPoint === script,
  );
  const file = join(root, output);
  const outputs = Object.keys(metafile.outputs).map((path) => basename(path));
  const mine = `${note}.${process.pid}`;
  writeFileSync(mine, JSON.stringify({ of: root, file, inputs, outputs }));
  renameSync(mine, note);
  forgetOlder(folder);
  return file;
}

/** Put together, as this file is one of those that are looked through for it. */
const OWN_ADDRESS = ["import", "meta", "url"].join(".");

/** A module that asks where it is means where it stands among the sources. */
const ownAddresses = {
  name: "own-addresses",
  setup(build) {
    build.onLoad({ filter: /\.[cm]?[jt]s$/ }, async ({ path }) => {
      const contents = await readFile(path, "utf8");
      if (!contents.includes(OWN_ADDRESS)) return null;
      const own = JSON.stringify(pathToFileURL(path).href);
      const loader = /ts$/.test(path) ? "ts" : "js";
      return { contents: contents.replaceAll(OWN_ADDRESS, own), loader };
    });
  },
};

function forgetOlder(folder) {
  const names = readdirSync(folder);
  const notes = names.filter((name) => name.endsWith(".json"));
  const kept = new Set(notes.concat(notes.flatMap((name) => outputsIn(join(folder, name)))));
  for (const name of names) {
    const path = join(folder, name);
    if (kept.has(name)) continue;
    if (Date.now() - statSync(path).mtimeMs > FORGOTTEN_AFTER) rmSync(path, { force: true });
  }
}

/** The files that a note names: none if it is of before they were named. */
function outputsIn(note) {
  try {
    return JSON.parse(readFileSync(note, "utf8")).outputs ?? [];
  } catch {
    return [];
  }
}
