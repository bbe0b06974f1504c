/**
 * The door by which `scripts/` come into the store, and the only one: what starts, migrates, guards and
 * leaves a database before there is an app to ask for it. All else goes through `lib/workflow`.
 */

export { noFilters, openEngine } from "@/lib/store/schema/engine";
export { migrate } from "@/lib/store/schema/migrate";
export { folderTrouble, makeFolders } from "@/lib/store/server/data-folder";
export { type Embedded, leaveEmbedded, startEmbedded } from "@/lib/store/server/embedded";
export { alone } from "@/lib/store/server/process-registry";
export { checkServer } from "@/lib/store/server/reachable";
export { afterEverybody, closeDatabase } from "./database";
export { putLast } from "./priority";
export { inOurWords, isDatabaseTrouble } from "./trouble";
