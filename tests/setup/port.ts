import { createServer } from "node:net";

/**
 * Ports below those that Linux gives to outgoing connections (32768 and up, net.ipv4.ip_local_port_range):
 * one that was found free there is not taken by a connection to the database a moment later.
 */
const [LOWEST, HOW_MANY] = [12_000, 18_000] as const;

// Test files run in processes of their own, and each begins elsewhere.
let last = (process.pid * 61) % HOW_MANY;

/** A port that nobody listens on; never the same one twice from one process. */
export async function aPort(): Promise<number> {
  for (;;) {
    last = (last + 1) % HOW_MANY;
    const port = LOWEST + last;
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
