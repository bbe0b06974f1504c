import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Refusal } from "@/lib/domain/refusal";
import { alone } from "@/lib/store/for-scripts";
import { packAssets } from "./packed-assets";
import { step } from "./progress.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));

/** What a production build is made from: files, and folders with everything in them. */
const sources = [
  "app",
  "components",
  "lib",
  "public",
  "prisma/schema.prisma",
  "next.config.mjs",
  "proxy.ts",
  "instrumentation.ts",
  "package.json",
  "package-lock.json",
  "tsconfig.json",
  "scripts/packed-assets.ts",
];
/** Made from the schema, so it changes with it. */
const ignored = new Set(["lib/store/generated", "lib/cli"]);

/** Where the production build is, or will be. */
export const buildFolder = () => join(root, process.env.GAINSAY_DIST_DIR || ".next");
const stamp = () => join(buildFolder(), "gainsay-sources");

/** Whether the production build is made from the sources as they are now. */
export function isBuilt(): boolean {
  try {
    return readFileSync(stamp(), "utf8") === fingerprint();
  } catch {
    return false;
  }
}

/** A build takes some ten seconds; on a busy machine it may take minutes. */
const others = { patienceMs: 900_000, doing: "building the pages" };

/**
 * Makes the production build, unless it is up to date; `signal` ends it before its time. Where
 * another node of the same folder is making it, this one waits for it.
 */
export async function ensureBuilt(signal?: AbortSignal): Promise<void> {
  if (isBuilt()) return;
  await step("Building the pages", async () => {
    const folder = `${buildFolder()}-lock`;
    mkdirSync(folder, { recursive: true });
    const build = async () => {
      if (isBuilt()) return;
      const before = fingerprint();
      await nextBuild(signal);
      await packAssets(buildFolder());
      writeFileSync(stamp(), before);
    };
    await alone(folder, build, others);
  });
}

function fingerprint(): string {
  const hash = createHash("sha256");
  for (const source of sources) {
    for (const file of filesIn(source)) {
      hash
        .update(`${file}\0`)
        .update(readFileSync(join(root, file)))
        .update("\0");
    }
  }
  return hash.digest("hex");
}

function filesIn(path: string): string[] {
  if (ignored.has(path)) return [];
  try {
    return readdirSync(join(root, path), { withFileTypes: true })
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .flatMap((entry) => {
        const inside = `${path}/${entry.name}`;
        return entry.isDirectory() ? filesIn(inside) : [inside];
      });
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOTDIR") return [path];
    if (code === "ENOENT") return [];
    throw error;
  }
}

async function nextBuild(signal: AbortSignal | undefined): Promise<void> {
  const child = spawn(process.execPath, [join(root, "node_modules/next/dist/bin/next"), "build"], {
    cwd: root,
    env: { ...process.env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" },
    stdio: ["ignore", "pipe", "pipe"],
    ...(signal === undefined ? {} : { signal }),
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (chunk: string) => {
      output += chunk;
    });
  }
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  if (code !== 0) throw new Refusal("unavailable", `${output}\nThe pages could not be built.`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await ensureBuilt();
