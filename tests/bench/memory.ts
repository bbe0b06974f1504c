import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { operator } from "@/lib/access/actor";
import { exportChoices } from "@/lib/workflow/exporting";
import { createProject } from "@/lib/workflow/projects";
import { nodeArgumentsOf, nodeEnvironment, nodeFlags } from "@/scripts/launch.mjs";
import { root } from "./environment";
import { fillWithAnnotated } from "./exporting";
import type { Bench, Figure } from "./figure";

const ARTICLES = 100_000;
const SPANS = 10;

/** What is read again of what was written: a record a line, a table, and folders in archives. */
const imported = ["jsonl", "label-studio", "brat", "web-annotation"] as const;

/** What a process of its own is to do; see memory-of.ts. */
export type Task =
  | {
      readonly kind: "export";
      readonly format: string;
      readonly shape: string;
      readonly to: string | null;
    }
  | {
      readonly kind: "import";
      readonly format: string;
      readonly slug: string;
      readonly from: string;
    };

/**
 * Resident memory of exports in every format and shape, and of imports, at 100,000 articles of some 4,300 characters
 * with 10 spans each; every one in a process of its own, as a command is.
 */
export const bench: Bench = async ({ databaseUrl, scale, log }) => {
  const articles = Math.round(ARTICLES * scale);
  log(`making ${articles} articles with ${SPANS} spans each`);
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await fillWithAnnotated(client, { articles, spans: SPANS });
  } finally {
    await client.end();
  }
  const folder = mkdtempSync(join(tmpdir(), "gainsay-bench-memory-"));
  const figures: Figure[] = [];
  const measure = async (name: string, task: Task) => {
    const began = performance.now();
    const value = await memoryOf(task, databaseUrl);
    const seconds = Math.round((performance.now() - began) / 1000);
    log(`${name}: ${Math.round(value)} MB, ${seconds} s`);
    figures.push({ name, value, unit: "MB", limit: { atMost: 400 } });
  };
  try {
    for (const { name: format, shapes } of exportChoices) {
      for (const { name: shape } of shapes) {
        const isRead = (imported as readonly string[]).includes(format);
        const to = isRead && shape === shapes[0]?.name ? join(folder, format) : null;
        await measure(`export as ${format}, ${shape}`, { kind: "export", format, shape, to });
      }
    }
    for (const format of imported) {
      const from = join(folder, format);
      if (!existsSync(from)) throw new Error(`${format} was not written.`);
      await createProject(operator, { slug: format, title: format });
      await measure(`import of ${format}`, { kind: "import", format, slug: format, from });
    }
    return figures;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

/** @returns megabytes */
async function memoryOf(task: Task, databaseUrl: string): Promise<number> {
  const child: ChildProcess = spawn(
    process.execPath,
    [
      ...nodeFlags,
      ...(await nodeArgumentsOf(join("tests", "bench", "memory-of.ts"), { joined: true })),
      JSON.stringify(task),
    ],
    {
      cwd: root,
      env: { ...process.env, ...nodeEnvironment, DATABASE_URL: databaseUrl },
      stdio: ["ignore", 2, "inherit", "ipc"],
    },
  );
  let memory = Number.NaN;
  child.on("message", (sent) => {
    memory = Number(sent);
  });
  const [code, signal] = await once(child, "close");
  if (code !== 0) throw new Error(`${task.kind} of ${task.format} ended with ${signal ?? code}.`);
  return memory;
}
