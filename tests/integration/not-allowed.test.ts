import { spawn } from "node:child_process";
import { chmodSync, mkdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { aDatabase } from "../setup/database";
import { aReachableFolder } from "../setup/folder";
import { aPort } from "../setup/port";

// What a user of the machine may not write to, as an ordinary user meets it. Root may write
// anywhere, so for root the commands run as somebody else.

const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = aReachableFolder("gainsay-not-allowed-");
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The user "nobody" of every Linux. */
const NOBODY = 65_534;
const asRoot = process.getuid?.() === 0;

/** A folder that whoever runs the command may look into, and not write to. */
const closed = join(folder, "closed");
/** A file in an open folder that they may neither read nor write. */
const secret = join(folder, "open", "secret.jsonl");
/** Whose folder it is does not matter: everybody may write there. */
const open = join(folder, "open");

beforeAll(async () => {
  await aDatabase();
  mkdirSync(closed);
  mkdirSync(open);
  writeFileSync(join(closed, "kept.jsonl"), "kept\n");
  writeFileSync(secret, "secret\n");
  chmodSync(secret, 0o000);
  chmodSync(open, 0o777);
  chmodSync(closed, 0o555);
  await gainsay("project", "add", "corpus", "--title", "The corpus");
});

/** A TypeScript program of ours, to its end. */
async function run(program: string, args: readonly string[], env: Record<string, string> = {}) {
  const child = spawn(
    process.execPath,
    ["--import", import.meta.resolve("tsx"), join(root, program), ...args],
    {
      cwd: open,
      // What tsx has transpiled is kept in a folder of each user's.
      env: { ...process.env, TSX_TSCONFIG_PATH: join(root, "tsconfig.json"), TMPDIR: open, ...env },
      stdio: ["ignore", "pipe", "pipe"],
      ...(asRoot ? { uid: NOBODY, gid: NOBODY } : {}),
    },
  );
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: await ended, out, err };
}

const gainsay = (...args: readonly string[]) => run("lib/cli/main.ts", args);

/** Files of a folder that is not there to be written to. */
const inClosed = (name: string) => join(closed, name);

test.for([
  {
    name: "a dataset in a closed folder",
    args: () => ["export", "--layer", "all", "--out", inClosed("new.jsonl")],
  },
  {
    name: "a dataset over another",
    args: () => ["export", "--layer", "all", "--out", inClosed("kept.jsonl")],
  },
  { name: "a backup in a closed folder", args: () => ["db", "backup", inClosed("new.backup")] },
  { name: "a backup that cannot be read", args: () => ["db", "restore", secret] },
])("$name is refused in one sentence that names it", async ({ args }) => {
  const given = args();
  const { code, out, err } = await gainsay(...given);
  const path = given.at(-1) ?? "";
  expect({ code, out, err }).toEqual({
    code: 1,
    out: "",
    err: `This user may not use ${path}: give it the right to, or name another file.\n`,
  });
});

test("a file that cannot be read is rejected by name, and the others are in", async () => {
  writeFileSync(join(open, "fine.md"), "# Denied\n\nThe ministry denied it.\n");
  chmodSync(join(open, "fine.md"), 0o644);
  const { code, out, err } = await gainsay("import", secret, "fine.md", "--project", "corpus");
  expect(out + err).toContain("This user may not use secret.jsonl: ");
  expect(out + err).toContain("1 created");
  expect(out + err).not.toMatch(/^ +at /m);
  expect(code).toBe(1);
});

test.for([
  { name: "is closed", dataDir: () => closed },
  { name: "would lie in one that is closed", dataDir: () => join(closed, "data") },
])("a data folder that $name is told with its remedy", async ({ dataDir }) => {
  const { code, out, err } = await run("scripts/boot.ts", ["--no-seeds"], {
    DATABASE_URL: "",
    GAINSAY_DATA_DIR: dataDir(),
    NODE_ENV: "production",
    PORT: String(await aPort()),
  });
  expect(out + err).toContain(
    `Gainsay may not write to ${dataDir()}: give this user the right to, or name another folder in GAINSAY_DATA_DIR.`,
  );
  expect(out + err).not.toMatch(/^ +at /m);
  expect(code).toBe(1);
});

test("nothing is left behind, and nothing has changed", () => {
  expect(statSync(join(closed, "kept.jsonl")).size).toBe("kept\n".length);
});
