#!/usr/bin/env node
// `npm run bench`: measures the production build on a database of its own. Figures go to stdout as JSON.
import { handOver, main, prepare } from "./launch.mjs";

await main(async (args) => {
  await prepare({ forTests: true });
  return handOver("tests/bench/main.ts", args, {
    env: { ...process.env, NODE_ENV: "production" },
  });
});
