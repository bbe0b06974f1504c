// Run by the guard of lib/store/server/embedded.ts when an app has died without leaving its database.
import { leaveEmbedded } from "@/lib/store/for-scripts";

const [dataDir, userId] = process.argv.slice(2);
if (dataDir !== undefined && userId !== undefined) await leaveEmbedded(dataDir, userId);
