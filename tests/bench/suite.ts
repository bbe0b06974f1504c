// Runs one suite in a process of its own: `suite.ts NAME`, started by main.ts, which it sends its figures.
import { closeDatabase } from "@/lib/store/database";
import { freshDatabase, startServer } from "./environment";
import type { Bench, Server } from "./figure";

const [name = ""] = process.argv.slice(2);
const { GAINSAY_BENCH_SERVER: serverUrl = "", GAINSAY_BENCH_SCALE: scale = "1" } = process.env;
const databaseUrl = await freshDatabase(serverUrl);
process.env.DATABASE_URL = databaseUrl;

const servers: Server[] = [];
const { bench }: { bench: Bench } = await import(`./${name}.ts`);
try {
  const figures = await bench({
    databaseUrl,
    freshDatabase: () => freshDatabase(serverUrl),
    startServer: async (options) => {
      const server = await startServer(options?.databaseUrl ?? databaseUrl);
      servers.push(server);
      return server;
    },
    scale: Number(scale),
    log: (line) => process.stderr.write(`  ${line}\n`),
  });
  process.send?.(figures);
} finally {
  await Promise.all(servers.map((server) => server.stop()));
  await closeDatabase();
}
process.disconnect?.();
