import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import { nodeArgumentsOf, nodeFlags } from "@/scripts/launch.mjs";
import { anotherDatabase } from "./database";
import { aPort } from "./port";

const root = fileURLToPath(new URL("../..", import.meta.url));

export type RunningGainsay = {
  readonly url: string;
  readonly pid: number;
  /** Everything it has written so far. */
  log(): string;
  /** Ends it as Ctrl-C does, and says with which exit code it ended. */
  stop(): Promise<number | null>;
  /** Ends it without warning. */
  kill(signal?: NodeJS.Signals): Promise<void>;
  /** Starts it again, on the same port and data, after it has ended. */
  restart(): Promise<RunningGainsay>;
};

export type GainsayOptions = {
  /** Over the tests' own: DATABASE_URL (a fresh database), HOST, PORT. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Flags of scripts/boot.ts; without any, no samples are loaded. */
  readonly args?: readonly string[];
};

/**
 * Gainsay as users run it, in a process of its own on the production build. Called in a test, it
 * ends with the test; elsewhere the caller stops it.
 */
export async function aRunningGainsay(options: GainsayOptions = {}): Promise<RunningGainsay> {
  const port = await aPort();
  const embedded = options.env?.GAINSAY_DATA_DIR !== undefined;
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    NODE_ENV: "production",
    HOST: "127.0.0.1",
    PORT: String(port),
    DATABASE_URL: embedded ? "" : await anotherDatabase(),
    NEXTAUTH_SECRET: "a secret of the tests, longer than 32 characters",
    ...options.env,
  };
  return launch(env, options.args ?? ["--no-seeds"]);
}

/** Node warns of it, and it is not ours to mend. */
const OF_NEXT_AUTH = "`url.parse()` behavior";

async function launch(env: NodeJS.ProcessEnv, args: readonly string[]): Promise<RunningGainsay> {
  let output = "";
  const program = await nodeArgumentsOf(join("scripts", "boot.ts"), { joined: true });
  const child = spawn(process.execPath, [...nodeFlags, ...program, ...args], {
    cwd: root,
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = once(child, "exit");
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (chunk: string) => {
      output += chunk;
    });
  }
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    await ended;
    const warned = output
      .split("\n")
      .find((line) => line.includes('"msg":"Node warns"') && !line.includes(OF_NEXT_AUTH));
    if (warned !== undefined) throw new Error(`Gainsay was warned by Node: ${warned}`);
  };
  try {
    onTestFinished(() => end("SIGTERM"));
  } catch {
    // not in a test: the caller stops it
  }
  await untilItRuns(child, () => output);
  return {
    url: `http://127.0.0.1:${env.PORT}`,
    pid: child.pid ?? 0,
    log: () => output,
    stop: async () => {
      await end("SIGTERM");
      return child.exitCode;
    },
    kill: (signal = "SIGKILL") => end(signal),
    restart: () => launch(env, args),
  };
}

async function untilItRuns(child: ChildProcess, output: () => string): Promise<void> {
  while (!/Gainsay runs at .*\n/.test(output())) {
    if (child.exitCode !== null || child.signalCode !== null) {
      throw new Error(`Gainsay ended before it served anything:\n${output()}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
