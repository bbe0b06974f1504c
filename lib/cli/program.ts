import { Command } from "commander";
import packageJson from "@/package.json";
import { addAgreementCommand } from "./agreement";
import { addDatabaseCommands } from "./database";
import { addDoctorCommand } from "./doctor";
import { addExportCommand } from "./export";
import { addImportCommand } from "./import";
import { addPeopleCommands } from "./people";
import { addProjectCommands } from "./projects";
import { addRehydrateCommand } from "./rehydrate";
import { addProjectDeletion, addTrashCommands } from "./trash";

/** Every command. What commander finds wrong with a call is thrown, after it has been told. */
export function program(): Command {
  const gainsay = new Command("gainsay")
    .description("Mark who claims what, who denies it and who is said to have said it.")
    .version(packageJson.version)
    .exitOverride()
    .configureHelp({ sortSubcommands: false, showGlobalOptions: false })
    .addHelpText(
      "after",
      "\nThe database is the one at DATABASE_URL, or else the embedded one, which is started for a command if it does not run.",
    );
  addImportCommand(gainsay);
  addExportCommand(gainsay);
  addRehydrateCommand(gainsay);
  addAgreementCommand(gainsay);
  addProjectDeletion(addProjectCommands(gainsay));
  addTrashCommands(gainsay);
  addPeopleCommands(gainsay);
  addDoctorCommand(gainsay);
  addDatabaseCommands(gainsay);
  return gainsay;
}
