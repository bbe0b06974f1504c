import { randomUUID } from "node:crypto";
import { Client } from "pg";
import { inject } from "vitest";
import { closeDatabase, database } from "@/lib/store/database";

const made: string[] = [];

/**
 * A migrated, empty database of its own, which the code under test uses from now on: it is this
 * process's DATABASE_URL. It is dropped after the test file.
 *
 * @returns its URL
 */
export async function aDatabase(): Promise<string> {
  const url = await anotherDatabase();
  await closeDatabase();
  process.env.DATABASE_URL = url;
  return url;
}

/** A migrated, empty database for another process: this one goes on with its own. */
export async function anotherDatabase(): Promise<string> {
  const template = new URL(inject("templateUrl"));
  const name = `gainsay_test_${randomUUID().replaceAll("-", "")}`;
  await onServer(`CREATE DATABASE ${name} TEMPLATE ${template.pathname.slice(1)}`);
  made.push(name);
  template.pathname = `/${name}`;
  return template.href;
}

export async function dropDatabases(): Promise<void> {
  await closeDatabase();
  for (const name of made.splice(0)) {
    await onServer(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  }
}

async function onServer(sql: string): Promise<void> {
  const url = new URL(inject("templateUrl"));
  url.pathname = "/postgres"; // nobody may be connected to a template while it is copied
  const client = new Client({ connectionString: url.href });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

/** Asks the database of the code under test, behind the back of that. */
export function sql(statement: string, values: unknown[] = []) {
  return database().pool.query(statement, values);
}
