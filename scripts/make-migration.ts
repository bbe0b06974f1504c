// For developers: writes what schema.prisma has and the committed migrations have not into a new one.
//   npm run make-migration -- NAME
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { noFilters, openEngine, startEmbedded } from "@/lib/store/for-scripts";
import { complain, Trouble, tell } from "./progress.mjs";

const prisma = fileURLToPath(new URL("../prisma", import.meta.url));

try {
  await makeMigration(process.argv[2]);
} catch (error) {
  complain(error);
  process.exitCode = 1;
}

async function makeMigration(name: string | undefined): Promise<void> {
  if (name === undefined || !/^[a-z][a-z0-9_]*$/.test(name)) {
    throw new Trouble("Give the migration a name, as in: npm run make-migration -- add_rounds");
  }
  const existing = readdirSync(join(prisma, "migrations")).filter((entry) => /^\d{4}_/.test(entry));
  const sql = await missingSql();
  if (sql.trim() === "" || sql.includes("This is an empty migration.")) {
    throw new Trouble("The migrations already say everything that schema.prisma says.");
  }
  const number = String(existing.length + 1).padStart(4, "0");
  const folder = join(prisma, "migrations", `${number}_${name}`);
  mkdirSync(folder);
  writeFileSync(join(folder, "migration.sql"), sql);
  tell(`Wrote ${join(folder, "migration.sql")}: read it, and add what Prisma cannot say.`);
}

/**
 * Compares the schema with what it was when the migrations were last committed. Not with a database
 * that the migrations have been run on: the engine cannot read every type of PostgreSQL's back.
 */
async function missingSql(): Promise<string> {
  const commit = git("log", "-1", "--format=%H", "--", "prisma/migrations");
  const before = commit === "" ? "" : git("show", `${commit}:prisma/schema.prisma`);
  const now = readFileSync(join(prisma, "schema.prisma"), "utf8");
  // The engine asks for a database even where it only compares two files.
  const dataDir = mkdtempSync(join(tmpdir(), "gainsay-compare-"));
  chmodSync(dataDir, 0o755); // for root, PostgreSQL runs as another user
  const server = await startEmbedded({ dataDir, settings: { fsync: "off" } });
  try {
    await using engine = await openEngine(server.url, now);
    const { stdout } = await engine.diff({
      from: before === "" ? { tag: "empty" } : { tag: "schemaDatamodel", files: asFile(before) },
      to: { tag: "schemaDatamodel", files: asFile(now) },
      script: true,
      exitCode: null,
      filters: noFilters,
    });
    return stdout ?? "";
  } finally {
    await server.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

function asFile(content: string) {
  return [{ path: "schema.prisma", content }];
}

function git(...args: string[]): string {
  return execFileSync("git", args, { cwd: join(prisma, ".."), encoding: "utf8" }).trim();
}
