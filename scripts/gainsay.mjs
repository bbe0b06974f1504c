#!/usr/bin/env node
// The command line: `npm run -s gainsay -- <command>`. Nothing but the command's own data goes to stdout.
import { handOver, main, prepare } from "./launch.mjs";

await main(async (args) => {
  await prepare();
  return handOver("lib/cli/main.ts", args, { joined: true });
});
