#!/usr/bin/env node
// `npm start` and, with --dev, `npm run dev`: everything from a fresh clone to a running Gainsay.
import { createServer } from "node:net";
import { handOver, main, prepare } from "./launch.mjs";
import { Trouble } from "./progress.mjs";

await main(async (args) => {
  const dev = args.includes("--dev");
  await checkPort(); // before minutes of installing and building
  await prepare();
  return handOver("scripts/boot.ts", args, {
    env: { ...process.env, NODE_ENV: dev ? "development" : "production" },
    joined: !dev,
  });
});

/** Says so at once if nothing could be served here; the port itself is taken at the end. */
async function checkPort() {
  const port = Number(process.env.PORT || 3000);
  if (!Number.isInteger(port) || port < 1 || port > 65535) {
    throw new Trouble(`PORT is “${process.env.PORT}”: give a number from 1 to 65535.`);
  }
  const host = process.env.HOST || "127.0.0.1";
  const server = createServer();
  await new Promise((resolve, reject) => {
    server.once("error", (error) => reject(portTrouble(error, host, port)));
    server.listen(port, host, () => server.close(resolve));
  });
}

function portTrouble(error, host, port) {
  switch (error.code) {
    case "EADDRINUSE":
      return new Trouble(
        `Port ${port} is taken by another program: end that one, or choose another port, as in PORT=${port + 1} npm start.`,
      );
    case "EACCES":
      return new Trouble(
        `This user may not open port ${port}: choose one above 1023, as in PORT=3000 npm start.`,
      );
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
      return new Trouble(
        `HOST is “${host}”, which is no address of this machine: leave it out, or use 0.0.0.0 for all of them.`,
      );
    default:
      return error;
  }
}
