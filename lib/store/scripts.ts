/**
 * The door by which `scripts/` come into the store, and the only one: what starts, migrates, guards and
 * leaves a database before there is an app to ask for it. All else goes through `lib/workflow`.
 */
export { closeDatabase } from "./database";
export { noFilters, openEngine } from "./schema/engine";
export { migrate } from "./schema/migrate";
export { folderTrouble } from "./server/data-folder";
export { leaveEmbedded, startEmbedded } from "./server/embedded";
export { checkServer } from "./server/reachable";
export { alone } from "./server/users";
