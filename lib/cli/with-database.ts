import { connect } from "@/lib/workflow/database-connection";
import { tell } from "./output";

/**
 * Runs a command's work with the database there, and leaves it as it was found: an embedded one
 * that was started for the command is stopped after it.
 *
 * @param migrated false for what works on any state of the tables
 */
export async function connected<T>(
  work: () => Promise<T>,
  { migrated = true }: { migrated?: boolean } = {},
): Promise<T> {
  const connection = await connect({ migrated, onNotice: tell });
  try {
    return await work();
  } finally {
    await connection.close();
  }
}
