import { rmSync } from "node:fs";
import { Client } from "pg";
import type { TestProject } from "vitest/node";
import { migrate } from "@/lib/store/schema/migrate";
import { startEmbedded } from "@/lib/store/server/embedded";
import { aReachableFolder } from "./folder";

declare module "vitest" {
  interface ProvidedContext {
    /** The URL of a migrated, empty database that tests copy and never change. */
    readonly templateUrl: string;
  }
}

type Shared = { users: number; ready: Promise<{ url: string; stop(): Promise<void> }> };

// Each project of vitest loads this file for itself, and they all want one server.
const shared = globalThis as typeof globalThis & { gainsayTestServer?: Shared };

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  shared.gainsayTestServer ??= { users: 0, ready: start() };
  const server = shared.gainsayTestServer;
  server.users += 1;
  const { url, stop } = await server.ready;
  project.provide("templateUrl", url);
  return async () => {
    server.users -= 1;
    if (server.users > 0) return;
    delete shared.gainsayTestServer;
    await stop();
  };
}

/** A PostgreSQL for this run: TEST_DATABASE_URL, or one of its own that ends with it. */
async function start(): Promise<{ url: string; stop(): Promise<void> }> {
  const given = process.env.TEST_DATABASE_URL;
  if (given) return withTemplate(given, async () => {});
  const dataDir = aReachableFolder("gainsay-test-");
  const server = await startEmbedded({
    dataDir,
    // Nothing in it needs to survive the machine; a crash of the server alone loses nothing even so.
    settings: { fsync: "off", full_page_writes: "off", max_connections: "300" },
  });
  return withTemplate(server.url, async () => {
    await server.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });
}

async function withTemplate(serverUrl: string, stop: () => Promise<void>) {
  const name = `gainsay_test_template_${process.pid}`;
  const run = async (sql: string) => {
    const client = new Client({ connectionString: serverUrl });
    await client.connect();
    await client.query(sql).finally(() => client.end());
  };
  const template = new URL(serverUrl);
  template.pathname = `/${name}`;
  await run(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  await run(`CREATE DATABASE ${name} TEMPLATE template0 ENCODING 'UTF8'`);
  await migrate(template.href);
  return {
    url: template.href,
    stop: async () => {
      await run(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
      await stop();
    },
  };
}
