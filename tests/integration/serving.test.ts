import { once } from "node:events";
import {
  Agent,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request,
  type ServerResponse,
} from "node:http";
import { Readable } from "node:stream";
import { expect, onTestFinished, test } from "vitest";
import { Refusal } from "@/lib/domain/refusal";
import { notePageError, REQUEST_NAME } from "@/lib/web/refused-pages";
import { makeServer, serve } from "@/scripts/serve";

type Answer = {
  status: number | undefined;
  headers: IncomingHttpHeaders;
  body: string;
};

/** The server around Next, with something quicker than Next in it. */
async function aServer(
  handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
  { trustProxy = 0 } = {},
) {
  const app = {
    getRequestHandler: () => handle,
    getUpgradeHandler: () => async () => {},
    close: async () => {},
  };
  const options = { dev: false, host: "127.0.0.1", port: 0, trustProxy };
  const serving = await serve({ app, server: makeServer() }, options);
  onTestFinished(() => serving.stop());
  return serving;
}

function ask(port: number, headers: Record<string, string> = {}, agent = new Agent(), path = "/") {
  return new Promise<Answer>((resolve, reject) => {
    const asking = request({ port, host: "127.0.0.1", headers, agent, path }, (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (chunk: string) => {
        body += chunk;
      });
      response.on("end", () =>
        resolve({ status: response.statusCode, headers: response.headers, body }),
      );
    });
    asking.on("error", reject);
    asking.end();
  });
}

const tellHeaders = async (asked: IncomingMessage, response: ServerResponse) => {
  response.end(JSON.stringify(asked.headers));
};

test.for([
  {
    name: "the socket's without a proxy",
    trustProxy: 0,
    forwarded: "6.6.6.6",
    client: "127.0.0.1",
  },
  { name: "what one proxy saw", trustProxy: 1, forwarded: "6.6.6.6, 1.1.1.1", client: "1.1.1.1" },
  {
    name: "what two saw",
    trustProxy: 2,
    forwarded: "6.6.6.6, 2.2.2.2, 1.1.1.1",
    client: "2.2.2.2",
  },
  { name: "the socket's for nonsense", trustProxy: 1, forwarded: "<b>", client: "127.0.0.1" },
  {
    name: "a v4 address written as v6",
    trustProxy: 1,
    forwarded: "::ffff:1.1.1.1",
    client: "1.1.1.1",
  },
])("the client's address is $name", async ({ trustProxy, forwarded, client }) => {
  const { port } = await aServer(tellHeaders, { trustProxy });
  const { body } = await ask(port, {
    "x-gainsay-client": "9.9.9.9",
    "x-forwarded-for": forwarded,
  });
  expect(JSON.parse(body)["x-gainsay-client"]).toBe(client);
});

test("a client cannot say under which name it reached us", async () => {
  const { port } = await aServer(tellHeaders);
  const { body } = await ask(port, {
    "x-forwarded-host": "evil.example",
    "x-forwarded-proto": "https",
    forwarded: "host=evil.example",
  });
  expect(body).not.toContain("evil.example");
});

test("a page that was refused for trouble is answered with 503 and when to try again", async () => {
  const { port } = await aServer(async (asked, response) => {
    notePageError(
      asked.headers[REQUEST_NAME],
      new Refusal("unavailable", "away", { retry_after_seconds: 7 }),
    );
    response.statusCode = 500; // as Next does whatever a page throws
    response.end("a page");
  });
  const { status, headers, body } = await ask(port);
  expect({ status, body }).toEqual({ status: 503, body: "a page" });
  expect(headers["retry-after"]).toBe("7");
});

test("a page that broke stays a defect", async () => {
  const { port } = await aServer(async (asked, response) => {
    notePageError(asked.headers[REQUEST_NAME], new Error("a bug"));
    response.statusCode = 500;
    response.end();
  });
  expect((await ask(port)).status).toBe(500);
});

/** A server with one request that does not end before it is let go. */
async function aBusyServer() {
  const release = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  const serving = await aServer(async (asked, response) => {
    if (asked.headers["x-slow"]) {
      begun.resolve();
      await release.promise;
    }
    response.end("all of it");
  });
  const idle = new Agent({ keepAlive: true });
  await ask(serving.port, {}, idle);
  const slow = ask(serving.port, { "x-slow": "1" }, new Agent({ keepAlive: true }));
  await begun.promise;
  return { serving, slow, idle, release: release.resolve };
}

test("told to stop, a node is no longer ready, and ends each connection with its answer", async () => {
  const { serving, slow, idle, release } = await aBusyServer();
  const stopped = serving.stop();
  const ready = await ask(serving.port, {}, idle, "/readyz");
  expect(ready).toMatchObject({ status: 503, headers: { connection: "close" } });
  expect(ready.headers["retry-after"]).toBeDefined();
  expect(JSON.parse(ready.body)).toMatchObject({ code: "unavailable" });
  const other = await ask(serving.port, {}, new Agent({ keepAlive: true }));
  expect(other).toMatchObject({ status: 200, headers: { connection: "close" } });
  release();
  expect(await slow).toMatchObject({ body: "all of it", headers: { connection: "close" } });
  await stopped;
  await expect(ask(serving.port)).rejects.toMatchObject({ code: "ECONNREFUSED" });
});

test("a node that has nothing to do stops without waiting for idle connections", async () => {
  const { serving, slow, release } = await aBusyServer();
  release();
  await slow;
  await serving.stop();
  await expect(ask(serving.port)).rejects.toMatchObject({ code: "ECONNREFUSED" });
});

test("it stays for those who have not heard yet that it stops", async () => {
  const { serving, slow, release } = await aBusyServer();
  release();
  await slow;
  const stopped = serving.stop({ quiet: 300 });
  expect(await ask(serving.port)).toMatchObject({ status: 200, headers: { connection: "close" } });
  await stopped;
});

/** A download of many chunks, each sent when the client has taken the one before. */
async function aLongDownload() {
  const chunks = Array.from({ length: 200 }, () => Buffer.alloc(64 * 1024));
  const serving = await aServer(async (_asked, response) => {
    Readable.from(chunks).pipe(response);
  });
  const asking = request({ port: serving.port, host: "127.0.0.1", agent: new Agent() });
  asking.end();
  const [response]: IncomingMessage[] = await once(asking, "response");
  if (!response) throw new Error("There is no answer.");
  return { serving, response, whole: Buffer.concat(chunks).length };
}

test("a download that goes on when the node is told to stop is sent to its end", async () => {
  const { serving, response, whole } = await aLongDownload();
  const stopped = serving.stop();
  let taken = 0;
  for await (const chunk of response) taken += chunk.length;
  expect(taken).toBe(whole);
  await stopped;
});

test("a download that nobody takes in time is broken off, never ended as if it were whole", async () => {
  const { serving, response } = await aLongDownload();
  await serving.stop({ patience: 300 });
  const read = async () => {
    for await (const _chunk of response); // what had arrived before comes first
  };
  await expect(read()).rejects.toMatchObject({ code: "ECONNRESET" });
  expect(response.complete).toBe(false);
});
