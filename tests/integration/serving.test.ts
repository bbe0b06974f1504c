import { Agent, type IncomingMessage, request, type ServerResponse } from "node:http";
import { expect, onTestFinished, test } from "vitest";
import { makeServer, serve } from "@/scripts/serve";

type Answer = { status: number | undefined; body: string };

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

function ask(port: number, headers: Record<string, string> = {}, agent = new Agent()) {
  return new Promise<Answer>((resolve, reject) => {
    const asking = request({ port, host: "127.0.0.1", headers, agent }, (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (chunk: string) => {
        body += chunk;
      });
      response.on("end", () => resolve({ status: response.statusCode, body }));
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

test("stopping finishes what is under way, and waits for no idle connection", async () => {
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
  const answer = ask(serving.port, { "x-slow": "1" });
  await begun.promise;
  const stopped = serving.stop();
  await expect(ask(serving.port)).rejects.toMatchObject({ code: "ECONNREFUSED" });
  release.resolve();
  expect(await answer).toEqual({ status: 200, body: "all of it" });
  await stopped;
});
