import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Client } from "pg";
import { migrate } from "@/lib/store/schema/migrate";
import { nodeArgumentsOf, nodeEnvironment, nodeFlags } from "@/scripts/launch.mjs";
import { aPort } from "../setup/port";
import type { Server } from "./figure";

export const root = fileURLToPath(new URL("../..", import.meta.url));

/** A new, migrated, empty database on the server of this run. */
export async function freshDatabase(serverUrl: string): Promise<string> {
  const url = new URL(serverUrl);
  const name = `bench_${randomUUID().replaceAll("-", "")}`;
  const client = new Client({ connectionString: serverUrl });
  await client.connect();
  try {
    await client.query(`CREATE DATABASE ${name} TEMPLATE template0 ENCODING 'UTF8'`);
  } finally {
    await client.end();
  }
  url.pathname = `/${name}`;
  await migrate(url.href);
  return url.href;
}

/** Starts the production build, without samples, as `npm start` does. */
export async function startServer(databaseUrl: string): Promise<Server> {
  const port = await aPort();
  const program = await nodeArgumentsOf(join("scripts", "boot.ts"), { joined: true });
  const child = spawn(process.execPath, [...nodeFlags, ...program, "--no-seeds"], {
    cwd: root,
    env: {
      ...process.env,
      ...nodeEnvironment,
      NODE_ENV: "production",
      HOST: "127.0.0.1",
      PORT: String(port),
      DATABASE_URL: databaseUrl,
      NEXTAUTH_SECRET: randomUUID() + randomUUID(),
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  await untilItSays(child, "Gainsay runs at");
  return {
    baseUrl: `http://127.0.0.1:${port}`,
    pid: child.pid ?? 0,
    stop: () => end(child),
  };
}

/** @throws Error with all that the program wrote, if it ends first */
export async function untilItSays(child: ChildProcess, words: string): Promise<void> {
  let output = "";
  const said = new Promise<void>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding("utf8").on("data", (chunk: string) => {
        output += chunk;
        if (output.includes(words)) resolve();
      });
    }
  });
  const ended = once(child, "exit").then(() => {
    throw new Error(`The program ended before it said “${words}”:\n${output}`);
  });
  await Promise.race([said, ended]);
  ended.catch(() => {}); // from here on it may
}

/** Ends a program as Ctrl-C does. */
export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  await ended;
}
