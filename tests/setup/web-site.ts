import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import { Fetcher, type FetchLimits } from "@/lib/workflow/fetching/fetcher";
import { Visitor } from "@/lib/workflow/fetching/visitor";

export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/**
 * Sites of the tests, all on one server of this machine, which the fetcher would never go to by itself: names that end
 * in `.example` lead there, and all ports are its port.
 *
 * @param answers by path, or by host and path
 */
export async function aWeb(
  answers: Readonly<Record<string, Answer | string>>,
  {
    limits,
    pause = 0,
    resolve,
  }: {
    limits?: FetchLimits;
    pause?: number;
    /** Where names lead that are not all of this server. */
    resolve?: (name: string) => readonly string[];
  } = {},
) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const { host = "" } = request.headers;
    const where = `${host}${request.url}`;
    asked.push(where);
    const answer = answers[where] ?? answers[request.url ?? ""];
    if (answer === undefined) response.writeHead(404, { "content-type": "text/html" }).end("none");
    else if (typeof answer === "string") html(answer)(request, response);
    else answer(request, response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo; // of a server on a port
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const fetcher = new Fetcher({
    ...(limits === undefined ? {} : { limits }),
    resolve: async (name) => resolve?.(name) ?? (name.endsWith(".example") ? ["127.0.0.1"] : []),
    isAllowed: (address) => address === "127.0.0.1",
    ports: { http: port, https: port },
  });
  return { asked, fetcher, visitor: new Visitor({ fetcher, pause }) };
}

/** Answers with a page. */
export const html =
  (content: string, headers: Readonly<Record<string, string>> = {}): Answer =>
  (_, response) =>
    response
      .writeHead(200, { "content-type": "text/html; charset=utf-8", ...headers })
      .end(content);

/** Sends elsewhere. */
export const to =
  (location: string, status = 302): Answer =>
  (_, response) =>
    response.writeHead(status, { location }).end("moved");
