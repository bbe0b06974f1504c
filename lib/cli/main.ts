// The command line. Data goes to stdout, talk to stderr; 0 is done, 1 refused or failed,
// 2 called wrongly, 130 interrupted.
import { CommanderError } from "commander";
import { Interrupted, interrupt, onOrders } from "./interrupt";
import { complain, endQuietlyWithoutReader } from "./output";
import { program } from "./program";

endQuietlyWithoutReader();
// The launcher's channel tells us that it was killed; it must not keep us alive.
process.on("disconnect", () => process.exit(130));
process.channel?.unref();
// The embedded database's guard leaves it for us.
onOrders(interrupt);

try {
  await program().parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
  else if (error instanceof Interrupted) process.exitCode = 130;
  else {
    complain(error);
    process.exitCode = 1;
  }
}
