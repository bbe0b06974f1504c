import { spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { embeddedUrl } from "@/lib/store/server/embedded";
import { aReachableFolder } from "../setup/folder";
import { aPort } from "../setup/port";
import { end, root, untilItSays } from "./environment";
import { type Bench, quantile } from "./figure";

/** `npm start` on its own data folder, until the page that a newcomer is sent to has arrived. */
export const bench: Bench = async ({ scale, log }) => {
  const dataDir = aReachableFolder("gainsay-bench-start-");
  try {
    const first = await timeOfStart(dataDir);
    log(`first start of a data folder: ${first.toFixed(0)} ms`);
    const later: number[] = [];
    for (let round = 0; round < Math.max(1, Math.round(3 * scale)); round += 1) {
      later.push(await timeOfStart(dataDir));
    }
    return [
      { name: "first npm start, installed and built, to first page", value: first, unit: "ms" },
      {
        name: "second npm start to first page",
        value: quantile(later, 0.5),
        unit: "ms",
        limit: { atMost: 5000 },
      },
    ];
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
};

/** In milliseconds. */
async function timeOfStart(dataDir: string): Promise<number> {
  const port = await aPort();
  const { DATABASE_URL: _, ...env } = process.env;
  const began = performance.now();
  const child = spawn("npm", ["start", "--silent"], {
    cwd: root,
    env: { ...env, GAINSAY_DATA_DIR: dataDir, PORT: String(port), HOST: "127.0.0.1" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  try {
    await untilItSays(child, "Gainsay runs at");
    const answer = await fetch(`http://127.0.0.1:${port}/`);
    await answer.text();
    if (!answer.ok) throw new Error(`The first page answered ${answer.status}.`);
    return performance.now() - began;
  } finally {
    await end(child);
    await untilDatabaseEnds(dataDir);
  }
}

/** npm may be gone before what it started: the next start must not find a database that runs. */
async function untilDatabaseEnds(dataDir: string): Promise<void> {
  const until = performance.now() + 30_000;
  while ((await embeddedUrl(dataDir)) !== null && performance.now() < until) await pause(100);
}
