import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { isIP } from "node:net";
import type { Duplex } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import next from "next";
import { Refusal } from "@/lib/domain/refusal";
import { log } from "@/lib/web/log";
import { methodsOf } from "@/lib/web/methods";
import { REQUEST_NAME, takeRefusal } from "@/lib/web/refused-pages";
import { problem } from "@/lib/web/respond";
import { buildFolder } from "./build";
import { packedAssets } from "./packed-assets";

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
  /**
   * Takes itself out of service and closes. From now on `/readyz` refuses and every answer ends its
   * connection; requests are still taken until a proxy has heard of that, and those under way get a
   * while to finish.
   *
   * @param quiet milliseconds without any request after which every proxy has heard of it; 0 where
   *   there is none to wait for
   * @param patience milliseconds that requests under way get, instead of the usual: whatever is still
   *   being sent then, such as a long download, is broken off, so that nobody takes it for whole
   */
  stop(options?: { quiet?: number; patience?: number }): Promise<void>;
};

/** Milliseconds after the order to stop in which new connections are taken, if they still come. */
const takeFor = 5_000;

/**
 * Milliseconds that requests under way get to finish when we stop. What runs containers kills those that
 * are not gone after ten seconds, and the rest of stopping has to fit in there too.
 */
const finishWithin = 7_000;

/** Milliseconds that Next gets to close what it holds itself. */
const closeWithin = 500;

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
 * Serves the pages. Beside Next it does five things only: it says who the client is, it refuses what
 * Next would take for a defect or answer without a word, it sends scripts as the build has packed them, it
 * gives a page that was refused for trouble its status, and it stops without cutting anybody off.
 */
export async function serve(
  { app, server }: Pages,
  { dev, host, port, trustProxy }: ServeOptions,
): Promise<Serving> {
  const handle = app.getRequestHandler();
  const answerPacked = dev ? () => false : packedAssets(buildFolder());
  const underWay = new Set<ServerResponse>();
  let lastEnded = performance.now();
  let stopping = false;
  server.on("request", (request, response) => {
    underWay.add(response);
    const name = randomUUID();
    request.headers[REQUEST_NAME] = name;
    response.once("close", () => {
      underWay.delete(response);
      lastEnded = performance.now();
      takeRefusal(name);
    });
    if (stopping) {
      endConnectionAfter(response);
      if (pathOf(request) === "/readyz") return void refuse(response, beingStopped());
    }
    request.url = readable(request.url ?? "/");
    const methods = methodsOf(pathOf(request));
    if (methods !== null && !methods.includes(request.method ?? "")) {
      return void refuse(response, notAllowed(methods));
    }
    if (answerPacked(request, response)) return;
    identify(request, trustProxy);
    answerRefusedPage(response, name);
    handle(request, response).catch((error: unknown) => {
      log.error({ err: error }, "a request failed outside of any route");
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
    async stop({ quiet = 0, patience = finishWithin } = {}) {
      stopping = true;
      const began = performance.now();
      underWay.forEach(endConnectionAfter);
      const isQuiet = () =>
        underWay.size === 0 && performance.now() - Math.max(began, lastEnded) >= quiet;
      while (!isQuiet() && performance.now() - began < Math.min(takeFor, patience)) {
        await pause(20);
      }
      const closed = new Promise((resolve) => server.close(resolve));
      // Connections whose answer had begun before the order are kept alive by its head.
      const idle = setInterval(() => server.closeIdleConnections(), 50);
      server.closeIdleConnections();
      const late = setTimeout(
        () => server.closeAllConnections(),
        Math.max(0, began + patience - performance.now()),
      );
      await closed;
      clearInterval(idle);
      clearTimeout(late);
      await Promise.race([app.close(), pause(closeWithin, undefined, { ref: false })]);
    },
  };
}

function endConnectionAfter(response: ServerResponse): void {
  if (!response.headersSent) response.setHeader("Connection", "close");
}

const pathOf = ({ url }: IncomingMessage): string => (url ?? "/").split("?")[0] ?? "/";

/**
 * An address whose percent signs spell no UTF-8, or NUL, names nothing, and Next or the database would
 * call that a defect: what cannot be read of it becomes U+FFFD, which names nothing either.
 */
function readable(url: string): string {
  const [given = "", ...query] = url.split("?");
  const path = given.replaceAll("%00", "%EF%BF%BD");
  try {
    decodeURIComponent(path);
    return [path, ...query].join("?");
  } catch {
    const lenient = path.replace(/(?:%[0-9a-f]{2})+|%/gi, (escaped) => {
      try {
        decodeURIComponent(escaped);
        return escaped;
      } catch {
        return "%EF%BF%BD";
      }
    });
    return [lenient, ...query].join("?");
  }
}

const beingStopped = () =>
  new Refusal("unavailable", "This node is being stopped.", { retry_after_seconds: 5 });

const notAllowed = (allow: readonly string[]) =>
  new Refusal("method_not_allowed", `This address answers to ${allow.join(", ")}.`, { allow });

/** Answers without Next. */
async function refuse(response: ServerResponse, refusal: Refusal): Promise<void> {
  const { status, headers, body } = problem(refusal);
  response.writeHead(status, Object.fromEntries(headers));
  response.end(body === null ? undefined : await new Response(body).text());
}

/** Next answers 500 where a page throws, whatever it throws. */
function answerRefusedPage(response: ServerResponse, request: string): void {
  const { writeHead } = response;
  response.writeHead = (status: number, ...rest: never[]) => {
    const refusal = status === 500 ? takeRefusal(request) : undefined;
    if (!refusal) return writeHead.call(response, status, ...rest);
    const { retry_after_seconds: seconds } = refusal.details;
    if (typeof seconds === "number") response.setHeader("Retry-After", seconds);
    return writeHead.call(response, 503, ...rest);
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
