import type { Command } from "commander";
import { backUp, restore } from "@/lib/workflow/backup";
import {
  databaseUrl,
  migrateDatabase,
  startDatabase,
  stopDatabase,
} from "@/lib/workflow/database-connection";
import { inCurrentFolder } from "./argument-paths";
import { tell, tellLeft } from "./output";
import { connected } from "./with-database";

export function addDatabaseCommands(gainsay: Command): void {
  const db = gainsay.command("db").description("Look after the database.");
  db.command("url")
    .description("Print the database's URL, with its password.")
    .action(async () => {
      process.stdout.write(`${await databaseUrl()}\n`);
    });
  db.command("start")
    .description("Start the embedded database and leave it running.")
    .action(async () => {
      process.stdout.write(`${await startDatabase()}\n`);
    });
  db.command("stop")
    .description("Stop the embedded database.")
    .action(async () => {
      tell(
        (await stopDatabase())
          ? "The database has stopped."
          : "The database stops when the last command that uses it ends.",
      );
    });
  db.command("migrate")
    .description("Bring the tables up to this version.")
    .action(() =>
      connected(
        async () => {
          const { applied } = await migrateDatabase({ onNotice: tell });
          tell(
            applied.length === 0 ? "The tables are up to date." : `Applied ${applied.join(", ")}.`,
          );
        },
        { migrated: false },
      ),
    );
  db.command("backup")
    .description("Write everything in the database into one file, while work goes on.")
    .argument("<file>", "replaced if it is there")
    .action((file: string) =>
      connected(async () => {
        const { bytes } = await backUp(inCurrentFolder(file), { onTable, onLeft: tellLeft });
        tell(`Wrote ${file} (${(bytes / 1e6).toFixed(1)} MB).`);
      }),
    );
  db.command("restore")
    .description("Read a backup into an empty database, whole or not at all.")
    .argument("<file>")
    .option("--force", "put the backup in the place of everything in the database")
    .action((file: string, { force }: { force?: true }) =>
      connected(
        async () => {
          const { rows } = await restore(inCurrentFolder(file), {
            replace: force === true,
            onTable,
          });
          tell(`Restored ${rows} rows.`);
        },
        { migrated: false },
      ),
    );
}

function onTable(table: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[2K… ${table}\r`);
}
