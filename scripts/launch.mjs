// Gets a fresh clone ready to run: packages, generated code, and the Node that comes with them.
// Plain JavaScript with built-ins only: it runs on whatever Node ≥ 18 the machine has.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import fs, {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { complain, step, Trouble } from "./progress.mjs";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
const inRoot = (...parts) => join(root, ...parts);

const oldestNode = 18;

/** The npm that came with it; older ones do not read our lock file. */
const oldestNpm = 8;

/** Bytes that the packages take, and the room that npm needs beside them. */
const roomNeeded = 1_500_000_000;

/** Who started us, read before they can be gone. */
const parent = process.ppid;

/** The Node 24 among the packages: the machine's own may be too old for them. */
export const node = inRoot(
  "node_modules",
  "node",
  "bin",
  process.platform === "win32" ? "node.exe" : "node",
);

/**
 * Brings packages and generated code up to date, showing only what takes time.
 *
 * @param {{ forTests?: boolean }} options whether what only developers need must be there too
 */
export async function prepare({ forTests = false } = {}) {
  const major = Number(process.versions.node.split(".")[0]);
  if (major < oldestNode) {
    throw new Trouble(
      `Gainsay needs Node ${oldestNode} or newer, and this is ${process.versions.node}: install a newer one and start again.`,
    );
  }
  if (!isInstalled(forTests)) {
    await checkNpm();
    checkRoom();
    await step("Installing packages", () => install(forTests));
  }
  if (!isGenerated()) await step("Generating the database client", generate);
}

/** Compares what npm recorded when it last finished with what package-lock.json asks for. */
function isInstalled(forTests) {
  if (!existsSync(node)) return false;
  const wanted = readJson(inRoot("package-lock.json"));
  const present = readJson(inRoot("node_modules", ".package-lock.json"));
  if (present === null) return false; // npm writes it last: the installation was interrupted
  if (wanted === null) return true; // no lock file to compare with
  return Object.entries(wanted.packages).every(([path, { version, integrity, ...kind }]) => {
    const found = present.packages[path];
    if (path === "" || kind.link) return true;
    if (found === undefined) return kind.optional || (!forTests && (kind.dev || kind.devOptional));
    return found.version === version && found.integrity === integrity;
  });
}

function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return null;
  }
}

/**
 * Whether npm on this Node installs all of our packages. It leaves out, without a word, optional ones
 * that ask for a newer Node, such as the native half of what makes the style sheets.
 */
export function takesAllPackages(version) {
  const [major, minor] = version.split(".").map(Number);
  return major > 22 || (major === 22 && minor >= 12) || (major === 20 && minor >= 19);
}

/** Installs with this Node and npm, or, if they are too old for that, with newer ones that it gets first. */
async function install(forTests) {
  if (takesAllPackages(process.versions.node)) return installBy(npm, forTests);
  const folder = mkdtempSync(join(tmpdir(), "gainsay-npm-"));
  try {
    writeFileSync(join(folder, "package.json"), "{}");
    const lock = readJson(inRoot("package-lock.json"));
    const wanted = lock?.packages["node_modules/node"]?.version ?? "24";
    const quiet = ["--no-audit", "--no-fund", "--loglevel=error"];
    const got = await npm(["install", `node@${wanted}`, "npm@11", ...quiet], { cwd: folder });
    const newer = join(folder, "node_modules", "node", "bin");
    const program = join(newer, process.platform === "win32" ? "node.exe" : "node");
    if (got.code !== 0 || !existsSync(program)) throw new Trouble(failedInstall(got.output));
    const npmCli = join(folder, "node_modules", "npm", "bin", "npm-cli.js");
    // The packages' own scripts look for it on the PATH.
    const env = { ...installing(), PATH: `${newer}${delimiter}${process.env.PATH}` };
    await installBy((args) => run(program, [npmCli, ...args], { env }), forTests);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function installBy(npm, forTests) {
  const omitted = forTests ? [] : ["--omit=dev"];
  // `npm ci` takes exactly what the lock file names. It refuses to work at all when a registry lacks
  // a package for somebody else's platform that the lock file lacks too; `npm install` does not.
  const attempts = existsSync(inRoot("package-lock.json"))
    ? [["ci"], ["install", "--no-save"]]
    : [["install"]];
  let output = "";
  for (const attempt of attempts) {
    const result = await npm([
      ...attempt,
      ...omitted,
      "--no-audit",
      "--no-fund",
      "--loglevel=error",
    ]);
    if (result.code === 0 && existsSync(node)) return;
    output = result.output;
    if (!output.includes("EUSAGE")) break;
  }
  throw new Trouble(failedInstall(output));
}

async function checkNpm() {
  const { code, output } = await npm(["--version"]).catch(() => ({ code: 1, output: "" }));
  const version = output.trim().split("\n").at(-1) ?? "";
  if (code !== 0) {
    throw new Trouble("npm is not there, which comes with Node: install Node again, with npm.");
  }
  if (Number(version.split(".")[0]) < oldestNpm) {
    throw new Trouble(
      `Gainsay needs npm ${oldestNpm} or newer, and this is ${version}: run “npm install -g npm”, or install a newer Node.`,
    );
  }
}

function checkRoom() {
  if (fs.statfsSync === undefined) return; // before Node 18.15
  const { bavail, bsize } = fs.statfsSync(root);
  if (bavail * bsize >= roomNeeded) return;
  const free = Math.floor((bavail * bsize) / 1e6);
  throw new Trouble(
    `The packages need ${roomNeeded / 1e6} MB, and the disk of ${root} has ${free} MB free: make space and start again.`,
  );
}

/** What npm's error codes and words mean to whoever started us, the first that fits. */
const causes = [
  [/ENOSPC|EDQUOT|no space left/i, "The disk is full: make space, then start again."],
  [
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ERR_SOCKET_TIMEOUT|ERR_INVALID_URL|network/,
    "npm could not reach its registry: check the network, and the registry and proxy that “npm config list” shows, then start again.",
  ],
  [
    /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER/,
    "npm does not believe the certificate of its registry: a proxy may stand in between, whose certificate goes into NODE_EXTRA_CA_CERTS. Then start again.",
  ],
  [
    /\bE(?:401|403|407|NEEDAUTH)\b/,
    "The registry refuses access: check the registry and the sign-in that “npm config list” shows, then start again.",
  ],
  [
    /\b(?:E404|ETARGET|E5\d\d)\b/,
    "The registry does not have a package, or does not work: check which registry “npm config list” shows, and start again later.",
  ],
  [
    /EACCES|EPERM|EROFS/,
    "npm may not write to the folder named above: give this user the right to, then start again.",
  ],
  [/EINTEGRITY/, "A package came damaged: run “npm cache clean --force”, then start again."],
  [
    /EBADENGINE|EBADPLATFORM/,
    "A package does not work with this Node or on this system, as said above.",
  ],
  [
    /command failed|ELIFECYCLE/i,
    "The install script of the package named above failed, for the reason given there.",
  ],
];

/**
 * What to tell of an install that failed: npm's own error lines, and what they mean.
 *
 * @param {string} output all that npm said
 */
export function failedInstall(output) {
  const lines = output.split("\n").filter((line) => line.trim() !== "");
  const errors = lines.filter(
    (line) => /^npm (?:ERR!|error)/.test(line) && !/complete log|debug-\d/.test(line),
  );
  const said = (errors.length > 0 ? errors : lines).slice(0, 20);
  const [, meaning] = causes.find(([sign]) => sign.test(said.join("\n"))) ?? [];
  return `${said.join("\n")}\n\nThe packages could not be installed. ${meaning ?? "npm says why above."}`;
}

/** Under `npm run`, the npm that runs us; else the one on the PATH. */
export function npm(args, { cwd = root } = {}) {
  const own = process.env.npm_execpath;
  const [program, ...before] = own?.endsWith(".js") ? [process.execPath, own] : ["npm"];
  return run(program, [...before, ...args], { env: installing(), cwd });
}

/** Which packages are wanted is said by flags, whatever NODE_ENV says. */
const installing = () => ({ ...process.env, NODE_ENV: "development" });

const generated = ["lib", "store", "generated"];

function schemaHash() {
  const schema = readFileSync(inRoot("prisma", "schema.prisma"));
  const lock = readJson(inRoot("node_modules", "@prisma", "client", "package.json"));
  return createHash("sha256")
    .update(schema)
    .update(lock?.version ?? "")
    .digest("hex");
}

function isGenerated() {
  try {
    return readFileSync(inRoot(...generated, ".schema-hash"), "utf8") === schemaHash();
  } catch {
    return false;
  }
}

async function generate() {
  const { code, output } = await run(node, [inRoot("scripts", "generate.mjs")]);
  if (code !== 0) throw new Error(`The database client could not be generated:\n${output}`);
  mkdirSync(inRoot(...generated), { recursive: true });
  writeFileSync(inRoot(...generated, ".schema-hash"), schemaHash());
}

/** Runs a program to its end and collects what it says. */
export async function run(program, args, { env = process.env, cwd = root } = {}) {
  const child = spawn(program, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (chunk) => {
      output += chunk;
    });
  }
  const code = await new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  return { code, output };
}

/**
 * Left alone, V8 lets the space for short-lived objects grow to 96 MB and more, and the rest to up to four times
 * what is in use before it collects, which is most of the memory that a large import or export takes. With these,
 * and with fewer arenas of the C library, they take half of it and are as fast. Smaller ones yet (8 MB that begin
 * with less, and 40 %) cost a short import a tenth of its time; 75 % lets one of 100,000 articles come to 415 MB and more.
 */
export const nodeFlags = [
  "--min-semi-space-size=16",
  "--max-semi-space-size=16",
  "--heap-growing-percent=50",
];
export const nodeEnvironment = { MALLOC_ARENA_MAX: "2" };

/**
 * Has stacks of errors say where in the sources they are. With the flag `--enable-source-maps`, whoever asks for a caller
 * has the whole map taken apart, as the log does when it begins: 20 MB and a tenth of a second.
 */
const withSourceMaps = "data:text/javascript,process.setSourceMapsEnabled(true)";

/**
 * How Node is told to run a TypeScript program.
 *
 * @param {{ joined?: boolean }} options `joined` into one file where that can be, which starts in a fifth of the time; a
 *   program that starts others as it was started itself cannot be
 */
export async function nodeArgumentsOf(script, { joined = false } = {}) {
  // Its packages are there by now.
  const program = joined ? await (await import("./program.mjs")).programOf(root, script) : null;
  if (program !== null) return ["--import", withSourceMaps, program];
  const tsx = new URL("../node_modules/tsx/dist/loader.mjs", import.meta.url).href;
  return ["--import", tsx, inRoot(script)];
}

/**
 * Hands over to a TypeScript program on Node 24, with our terminal, and ends as it ends. Signals
 * reach it too, and it learns from the closed channel if this process is killed.
 *
 * @param {string} script below the root
 * @param {string[]} args
 * @param {{ env?: NodeJS.ProcessEnv, cwd?: string, joined?: boolean }} options `joined` as for {@link nodeArgumentsOf}
 */
export async function handOver(
  script,
  args,
  { env = process.env, cwd = process.cwd(), joined = false } = {},
) {
  const child = spawn(
    node,
    [...nodeFlags, ...(await nodeArgumentsOf(script, { joined })), ...args],
    {
      cwd,
      env: { ...nodeEnvironment, ...env, TSX_TSCONFIG_PATH: inRoot("tsconfig.json") },
      stdio: ["inherit", "inherit", "inherit", "ipc"],
    },
  );
  // A terminal sends Ctrl-C to the child as well, which takes the two for one order.
  followOrders(child, ["SIGINT", "SIGTERM", "SIGHUP"]);
  const { code, signal } = await new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code, signal) => resolve({ code, signal }));
  });
  if (signal !== null) {
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  }
  return code ?? 1;
}

/**
 * Passes on to the child what is meant for both. npm, told to end, ends the shell between us and
 * itself and no more, so under npm the loss of the parent is an order too: one, and none if an order
 * came before, since the shell may have ended by the same. A second order would end the child at once.
 *
 * @param {import("node:child_process").ChildProcess} child
 * @param {NodeJS.Signals[]} signals
 */
export function followOrders(child, signals = ["SIGTERM", "SIGHUP"]) {
  let ordered = false;
  const pass = (signal) => {
    ordered = true;
    child.kill(signal);
  };
  for (const signal of signals) process.on(signal, pass);
  if (process.env.npm_lifecycle_event === undefined) return;
  setInterval(() => {
    if (!ordered && process.ppid !== parent) pass("SIGTERM");
  }, 500).unref();
}

/** Runs a launcher: its result is the exit code, and what it throws is told to the user. */
export async function main(launcher) {
  try {
    process.exitCode = await launcher(process.argv.slice(2));
  } catch (error) {
    complain(error);
    process.exitCode = 1;
  }
}
