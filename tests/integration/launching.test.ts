import { spawn } from "node:child_process";
import { rmSync, symlinkSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { expect, inject, onTestFinished, test } from "vitest";
import { embeddedUrl } from "@/lib/store/server/embedded";
import { aReachableFolder } from "../setup/folder";
import { aPort } from "../setup/port";
import { processId } from "../setup/process-id";

const root = fileURLToPath(new URL("../..", import.meta.url));
const secret = "a secret of the tests, longer than 32 characters";

/** Starts Gainsay where it cannot start, or is ended when it says `endAt`, and gives its last words. */
async function lastWords(
  env: Record<string, string>,
  { script = "boot.ts", endAt }: { script?: string; endAt?: string } = {},
): Promise<{ code: number | null; said: string }> {
  const dataDir = aReachableFolder("gainsay-launch-");
  const child = spawn(
    process.execPath,
    ["--import", "tsx", join("scripts", script), "--no-seeds"],
    {
      cwd: root,
      env: {
        PATH: process.env.PATH,
        NODE_ENV: "production",
        GAINSAY_DATA_DIR: dataDir,
        PORT: String(await aPort()),
        ...env,
      },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  onTestFinished(() => {
    child.kill("SIGKILL");
    rmSync(dataDir, { recursive: true, force: true });
  });
  let said = "";
  let isTold = false; // told again, it ends at once
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (chunk: string) => {
      said += chunk;
      if (isTold || endAt === undefined || !said.includes(endAt)) return;
      isTold = true;
      child.kill("SIGTERM");
    });
  }
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  return { code, said };
}

const changed = (change: (url: URL) => void): string => {
  const url = new URL(inject("templateUrl"));
  change(url);
  return url.href;
};

test.for<{ name: string; env: () => Promise<Record<string, string>>; says: RegExp }>([
  {
    name: "a short secret",
    env: async () => ({ NEXTAUTH_SECRET: "short" }),
    says: /NEXTAUTH_SECRET has 5 characters and needs at least 32: make one with/,
  },
  {
    name: "no secret, where nodes must share one",
    env: async () => ({ DATABASE_URL: inject("templateUrl") }),
    says: /NEXTAUTH_SECRET is missing: .* make it with/i,
  },
  {
    name: "no PostgreSQL at DATABASE_URL",
    env: async () => ({ DATABASE_URL: `postgresql://a:b@127.0.0.1:${await aPort()}/gainsay` }),
    says: /No PostgreSQL answers at 127\.0\.0\.1:\d+\/gainsay .*: start it, or correct DATABASE_URL\./,
  },
  {
    name: "a wrong password",
    env: async () => ({ DATABASE_URL: changed((url) => (url.password = "wrong-one")) }),
    says: /refuses this user or password: correct them in DATABASE_URL/,
  },
  {
    name: "no such database",
    env: async () => ({ DATABASE_URL: changed((url) => (url.pathname = "/nowhere")) }),
    says: /has no such database: make it with CREATE DATABASE/,
  },
  {
    name: "no address of a PostgreSQL",
    env: async () => ({ DATABASE_URL: "mysql://somewhere" }),
    says: /DATABASE_URL is not an address of a PostgreSQL: it looks like/,
  },
  {
    name: "proxies that are no number",
    env: async () => ({ TRUST_PROXY: "yes" }),
    says: /TRUST_PROXY is the number of proxies/,
  },
  {
    name: "a data folder that is a file",
    env: async () => ({ GAINSAY_DATA_DIR: join(root, "package.json") }),
    says: /package\.json is not a folder: move it away/,
  },
  {
    name: "a data folder that is a link to nowhere",
    env: async () => ({ GAINSAY_DATA_DIR: aLinkToNowhere() }),
    says: /nowhere cannot be made: .* Name another folder in GAINSAY_DATA_DIR\./,
  },
  {
    name: "a data folder below /proc",
    env: async () => ({ GAINSAY_DATA_DIR: "/proc/gainsay" }),
    says: /^\/proc\/gainsay cannot be .* another folder in GAINSAY_DATA_DIR\.$/im,
  },
  {
    name: "a public address with a path",
    env: async () => ({ NEXTAUTH_URL: "https://example.org/gainsay" }),
    says: /NEXTAUTH_URL goes beyond a host \(\/gainsay\), .* give it a name of its own/,
  },
])("$name is told in one sentence with its remedy", async ({ env, says }) => {
  const { code, said } = await lastWords({ NEXTAUTH_SECRET: "", ...withSecret(await env()) });
  expect(said).toMatch(says);
  expect(said).not.toMatch(/^ +at /m);
  expect(said).not.toContain("wrong-one");
  expect(code).toBe(1);
});

function aLinkToNowhere(): string {
  const folder = aReachableFolder("gainsay-launch-");
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const link = join(folder, "nowhere");
  symlinkSync(join(folder, "gone"), link);
  return link;
}

/** A secret where none is what is tested. */
const withSecret = (env: Record<string, string>) =>
  "NEXTAUTH_SECRET" in env || env.DATABASE_URL === inject("templateUrl")
    ? env
    : { NEXTAUTH_SECRET: secret, ...env };

test("a taken port is told before anything else is done", async () => {
  const port = await aPort();
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(port, "127.0.0.1", resolve));
  onTestFinished(() => {
    taken.close();
  });
  const { code, said } = await lastWords({ PORT: String(port) }, { script: "start.mjs" });
  expect(said.trim()).toBe(
    `Port ${port} is taken by another program: end that one, or choose another port, as in PORT=${port + 1} npm start.`,
  );
  expect(code).toBe(1);
});

test("told to stop while it starts, it leaves nothing running", async () => {
  const dataDir = aReachableFolder("gainsay-launch-");
  onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }));
  const { code, said } = await lastWords(
    { GAINSAY_DATA_DIR: dataDir },
    { endAt: "Starting the database" },
  );
  expect(said).toContain("Stopping");
  expect(said).not.toMatch(/^ +at /m);
  expect(code).toBe(0);
  expect(await embeddedUrl(dataDir)).toBeNull();
});

/** A launcher below a shell, as npm runs it, and what its child has been told. */
async function aLauncherUnderNpm() {
  const launcher = fileURLToPath(new URL("../setup/following-process.ts", import.meta.url));
  const shell = spawn(
    "sh",
    ["-c", '"$@"; exit', "sh", process.execPath, "--import", "tsx", launcher],
    {
      cwd: root,
      env: { ...process.env, npm_lifecycle_event: "start" },
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  let said = "";
  shell.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    said += chunk;
  });
  await expect.poll(() => said, { timeout: 20_000 }).toContain("follows");
  const pid = processId(/follows (\d+)/.exec(said)?.[1]);
  onTestFinished(() => {
    process.kill(pid, "SIGKILL");
  });
  return { pid, shell, orders: () => said.match(/ordered/g)?.length ?? 0 };
}

/** Milliseconds after which a loss of the parent has been noticed, and noticed again. */
const noticedTwice = 1_500;

test("a launcher whose shell was ended by npm passes that on as one order, not as one after the other", async () => {
  const { shell, orders } = await aLauncherUnderNpm();
  shell.kill("SIGKILL");
  await expect.poll(orders, { timeout: 20_000 }).toBe(1);
  await pause(noticedTwice);
  expect(orders()).toBe(1);
});

test.for(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
  "a launcher that got %s itself does not count the end of its shell as another order",
  async (signal) => {
    const { pid, shell, orders } = await aLauncherUnderNpm();
    process.kill(pid, signal);
    await expect.poll(orders, { timeout: 20_000 }).toBe(1);
    shell.kill("SIGKILL");
    await pause(noticedTwice);
    expect(orders()).toBe(1);
  },
);
