import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { PrismaPg } from "@prisma/adapter-pg";
import {
  bindMigrationAwareSqlAdapterFactory,
  type SqlDriverAdapter,
  type SqlMigrationAwareDriverAdapterFactory,
} from "@prisma/driver-adapter-utils";
import * as engineModule from "@prisma/schema-engine-wasm/schema_engine_bg";
import type { Pool } from "pg";

/** Prisma's schema engine, compiled to WebAssembly: the native one would have to be downloaded. */
export type Engine = engineModule.SchemaEngine &
  AsyncDisposable & {
    /** What PostgreSQL said of the last script that failed: the engine's own words leave it out. */
    complaint(): string | null;
  };

/** Every table and type in our schema is Prisma's to know about. */
export const noFilters = { externalTables: [], externalEnums: [] };

let loaded: Promise<void> | null = null;

/** The package imports its .wasm as a module, which Node does not do by default. */
async function load(): Promise<void> {
  const file = createRequire(import.meta.url)
    .resolve("@prisma/schema-engine-wasm/schema_engine_bg")
    .replace(/\.js$/, ".wasm");
  const { instance } = await WebAssembly.instantiate(await readFile(file), {
    "./schema_engine_bg.js": { ...engineModule, ...patientTimers() },
  });
  engineModule.__wbg_set_wasm(instance.exports);
  const start = instance.exports.__wbindgen_start;
  if (typeof start !== "function") throw new Error("the schema engine has no start function");
  start();
}

/**
 * The engine gives up waiting for its lock after 10 s, by a timer that it never clears: left alone,
 * it keeps every process that migrates alive for as long.
 */
function patientTimers(): Record<string, (run: () => void, ms: number) => NodeJS.Timeout> {
  const names = Object.keys(engineModule).filter((name) => name.startsWith("__wbg_setTimeout_"));
  return Object.fromEntries(
    names.map((name) => [name, (run: () => void, ms: number) => setTimeout(run, ms).unref()]),
  );
}

/**
 * Opens the engine on a database. `schema` is the text of schema.prisma, which only comparisons need.
 */
export async function openEngine(url: string, schema?: string): Promise<Engine> {
  loaded ??= load();
  await loaded;
  const pools: Pool[] = [];
  let complaint: string | null = null;
  const onFailure = (error: unknown) => {
    complaint = error instanceof Error ? error.message : String(error);
  };
  const factory = bindMigrationAwareSqlAdapterFactory(wholeScripts(url, { pools, onFailure }));
  const datamodels: [string, string][] | undefined =
    schema === undefined ? undefined : [["schema.prisma", schema]];
  const engine = await engineModule.SchemaEngine.new({ datamodels }, () => {}, factory);
  return Object.assign(engine, {
    complaint: () => complaint,
    async [Symbol.asyncDispose]() {
      engine.free();
      await Promise.all(pools.filter((pool) => !pool.ended).map((pool) => pool.end()));
    },
  });
}

/**
 * Prisma's adapter cuts a script at every semicolon and sends the pieces one by one, which breaks
 * function bodies and leaves a failed migration half applied. PostgreSQL runs a script that is sent
 * whole in one transaction, as `prisma migrate deploy` does.
 */
function wholeScripts(
  url: string,
  { pools, onFailure }: { pools: Pool[]; onFailure: (error: unknown) => void },
): SqlMigrationAwareDriverAdapterFactory {
  const factory = new PrismaPg({ connectionString: url, max: 1 });
  const whole = (adapter: Awaited<ReturnType<PrismaPg["connect"]>>): SqlDriverAdapter => {
    const pool = adapter.underlyingDriver();
    pools.push(pool);
    adapter.executeScript = async (script) => {
      try {
        await pool.query(script);
      } catch (error) {
        onFailure(error);
        throw error;
      }
    };
    return adapter;
  };
  return {
    provider: factory.provider,
    adapterName: factory.adapterName,
    connect: async () => whole(await factory.connect()),
    connectToShadowDb: async () => whole(await factory.connectToShadowDb()),
  };
}
