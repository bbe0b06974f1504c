// A Chromium for the end-to-end tests: the machine's, or one that is fetched once.
// Plain JavaScript with built-ins only, like the launchers.
import { accessSync, constants, existsSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";
import { npm, root, run } from "./launch.mjs";
import { step, Trouble } from "./progress.mjs";

const names = [
  "chromium",
  "chromium-browser",
  "google-chrome-stable",
  "google-chrome",
  "chrome",
  "microsoft-edge",
];

const macPrograms = [
  "Google Chrome.app/Contents/MacOS/Google Chrome",
  "Chromium.app/Contents/MacOS/Chromium",
  "Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
];

/** The browser among the packages comes in a package of its own, beside the locked ones. */
const ownFolder = join(root, "node_modules", ".cache", "gainsay-browser");
const ownPackage = "@sparticuz/chromium@153";

/** The path of a browser that can be run now, or `null`. */
export function findBrowser() {
  const given = process.env.CHROME_PATH;
  if (given) return given;
  const onPath = (process.env.PATH ?? "")
    .split(delimiter)
    .flatMap((folder) => names.map((name) => join(folder, name)));
  const onMac =
    process.platform === "darwin"
      ? ["/Applications", join(homedir(), "Applications")].flatMap((folder) =>
          macPrograms.map((program) => join(folder, program)),
        )
      : [];
  return [...onPath, ...onMac].find(isProgram) ?? null;
}

function isProgram(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Finds a browser or gets one. */
export async function ensureBrowser() {
  const found = findBrowser();
  if (found !== null) {
    if (isProgram(found)) return found;
    throw new Trouble(
      `CHROME_PATH names ${found}, which cannot be run: correct it or leave it out.`,
    );
  }
  return step("Getting a browser for the tests", async () => {
    const got = (await fromDebian()) ?? (await fromPackage());
    if (got !== null) return got;
    throw new Trouble(
      "The tests need a Chromium or Chrome, and none could be found or installed: install one (on Debian and Ubuntu: apt-get install chromium) or name it in CHROME_PATH.",
    );
  });
}

async function fromDebian() {
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) return null;
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  await run("apt-get", ["update"], { env });
  await run("apt-get", ["install", "-y", "--no-install-recommends", "chromium"], { env });
  return findBrowser();
}

async function fromPackage() {
  const entry = join(ownFolder, "node_modules", "@sparticuz", "chromium", "build", "index.js");
  try {
    if (!existsSync(entry)) {
      await npm(["install", "--prefix", ownFolder, "--no-audit", "--no-fund", ownPackage]);
    }
    const { default: chromium } = await import(pathToFileURL(entry).href);
    const path = await unpacked(chromium);
    const { code } = await run(path, ["--version"]);
    return code === 0 ? path : null; // it needs libraries of the system's, such as libnss3
  } catch {
    return null;
  }
}

/** It unpacks itself into the folder for temporary files, where another user's could lie already. */
async function unpacked(chromium) {
  const before = process.env.TMPDIR;
  process.env.TMPDIR = ownFolder;
  try {
    return await chromium.executablePath();
  } finally {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
  }
}
