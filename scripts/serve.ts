import { createServer, type IncomingMessage, type Server } from "node:http";
import { isIP } from "node:net";
import type { Duplex } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import next from "next";
import { Refusal } from "@/lib/domain/refusal";

export type ServeOptions = {
  readonly dev: boolean;
  readonly host: string;
  /** 0 for any free port. */
  readonly port: number;
  /** How many proxies stand in front of us and may be believed. */
  readonly trustProxy: number;
};

export type Serving = {
  readonly port: number;
  /** Takes no more requests, lets those under way finish for a while, and closes. */
  stop(): Promise<void>;
};

/** Milliseconds that requests under way get to finish when we stop. */
const finishWithin = 10_000;

/** Milliseconds that Next gets to close what it holds itself. */
const closeWithin = 2_000;

/** Next, loaded and ready, before anything is served: so it can load while the database starts. */
export async function loadPages({
  dev,
  host,
  port,
}: Pick<ServeOptions, "dev" | "host" | "port">): Promise<Pages> {
  const server = makeServer();
  const app = next({ dev, hostname: host, port, dir: root, httpServer: server, turbopack: true });
  await app.prepare();
  return { app, server };
}

export type Pages = {
  readonly app: Pick<ReturnType<typeof next>, "getRequestHandler" | "getUpgradeHandler" | "close">;
  readonly server: Server;
};

/** A server that neither a slow client nor a proxy in front of it can harm. */
export function makeServer(): Server {
  const server = createServer({ requestTimeout: 0 });
  // A request's head must arrive within 20 s; a body may take long, as long as something moves.
  server.headersTimeout = 20_000;
  server.setTimeout(300_000);
  // Longer than the 60 s after which proxies drop an idle connection, so that they drop it, not we.
  server.keepAliveTimeout = 65_000;
  return server;
}

const root = fileURLToPath(new URL("..", import.meta.url));

/**
 * Serves the pages. Beside Next it does two things only: it says who the client is, and it stops
 * without cutting anybody off.
 */
export async function serve(
  { app, server }: Pages,
  { dev, host, port, trustProxy }: ServeOptions,
): Promise<Serving> {
  const handle = app.getRequestHandler();
  server.on("request", (request, response) => {
    identify(request, trustProxy);
    handle(request, response).catch((error: unknown) => {
      console.error(error);
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });
  if (dev) {
    const upgrade = app.getUpgradeHandler();
    server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      upgrade(request, socket, head).catch(() => socket.destroy());
    });
  }
  const actualPort = await listen(server, host, port);
  return {
    port: actualPort,
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeIdleConnections();
      const late = setTimeout(() => server.closeAllConnections(), finishWithin);
      await closed;
      clearTimeout(late);
      await Promise.race([app.close(), pause(closeWithin, undefined, { ref: false })]);
    },
  };
}

/**
 * Writes the client's address into `x-gainsay-client`, over anything the client wrote there, and
 * drops what it says about proxies that we were not told of.
 */
function identify(request: IncomingMessage, trustProxy: number): void {
  const peer = request.socket.remoteAddress ?? "unknown";
  let client = peer;
  if (trustProxy > 0) {
    const forwarded = [request.headers["x-forwarded-for"] ?? []].flat().join(",");
    const hops = forwarded.split(",").map((hop) => hop.trim());
    // Each proxy appends who called it: the outermost of ours wrote the n-th from the right.
    const claimed = hops[Math.max(0, hops.length - trustProxy)] ?? "";
    if (isIP(claimed)) client = claimed;
  } else {
    for (const name of Object.keys(request.headers)) {
      if (name.startsWith("x-forwarded-") || name === "forwarded") delete request.headers[name];
    }
  }
  request.headers["x-gainsay-client"] = client.replace(/^::ffff:(?=\d+\.)/i, "");
}

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      reject(
        error.code === "EADDRINUSE"
          ? new Refusal(
              "unavailable",
              `Port ${port} is taken by another program: end that one, or choose another port, as in PORT=${port + 1} npm start.`,
            )
          : error,
      );
    });
    server.listen(port, host, () => {
      const address = server.address();
      resolve(address !== null && typeof address === "object" ? address.port : port);
    });
  });
}
