import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { type IncomingMessage, request } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { expect, onTestFinished, test } from "vitest";
import { packAssets, packedAssets } from "@/scripts/packed-assets";
import { makeServer } from "@/scripts/serve";

const script = "export const words = ['claims', 'denials', 'attributions'];\n".repeat(200);

/** A server of a build with one script, in the place of Next one that finds nothing. */
async function aServer({ packed = true } = {}) {
  const dist = await mkdtemp(join(tmpdir(), "gainsay-assets-"));
  onTestFinished(() => rm(dist, { recursive: true }));
  await mkdir(join(dist, "static/chunks"), { recursive: true });
  await mkdir(join(dist, "server"));
  await writeFile(join(dist, "static/chunks/a.js"), script);
  await writeFile(join(dist, "static/chunks/a.js.map"), "{}");
  await writeFile(join(dist, "static/style.css"), "p { margin: 0 }");
  await writeFile(join(dist, "server/secret.js"), "secret");
  if (packed) await packAssets(dist);
  const answer = packedAssets(dist);
  const server = makeServer().on("request", (asked, response) => {
    if (!answer(asked, response)) response.writeHead(404).end("Next's");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo; // it listens on one
  return async (path: string, encoding?: string, method = "GET") => {
    const headers = encoding === undefined ? {} : { "accept-encoding": encoding };
    const asking = request({ port, host: "127.0.0.1", path, method, headers, agent: false }).end();
    const [response]: IncomingMessage[] = await once(asking, "response");
    if (!response) return expect.unreachable("It has answered.");
    return { headers: response.headers, body: await buffer(response) };
  };
}

test("scripts come packed as whoever asks takes them, the better way first", async () => {
  const ask = await aServer();
  const best = await ask("/_next/static/chunks/a.js", "gzip, deflate, br");
  expect(best.headers).toMatchObject({
    "content-type": "application/javascript; charset=UTF-8",
    "content-encoding": "br",
    "cache-control": "public, max-age=31536000, immutable",
    vary: "Accept-Encoding",
  });
  expect(brotliDecompressSync(best.body).toString()).toBe(script);
  for (const accepted of ["gzip", "GZIP;q=0.5, br;q=0", "br;q=0.000,gzip"]) {
    const { headers, body } = await ask("/_next/static/chunks/a.js?dpl=1", accepted);
    expect(headers).toMatchObject({ "content-encoding": "gzip" });
    expect(gunzipSync(body).toString()).toBe(script);
  }
  const head = await ask("/_next/static/chunks/a.js", "br", "HEAD");
  expect(head.body.length).toBe(0);
  expect(head.headers).toMatchObject({ "content-length": String(best.body.length) });
  expect((await ask("/_next/static/style.css", "br")).headers).toMatchObject({
    "content-type": "text/css; charset=UTF-8",
  });
});

test.for([
  { path: "/_next/static/chunks/a.js" },
  { path: "/_next/static/chunks/a.js", encoding: "identity" },
  { path: "/_next/static/chunks/a.js", encoding: "br", method: "POST" },
  { path: "/_next/static/chunks/a.js.map", encoding: "br" },
  { path: "/_next/static/chunks/b.js", encoding: "br" },
  { path: "/_next/static/../server/secret.js", encoding: "br" },
  { path: "/_next/static/%2e%2e/server/secret.js", encoding: "br" },
  { path: "/_next/static/constructor", encoding: "br" },
  { path: "/chunks/a.js", encoding: "br" },
])("all else is left to Next: $method $path $encoding", async ({ path, encoding, method }) => {
  const ask = await aServer();
  expect((await ask(path, encoding, method)).body.toString()).toBe("Next's");
});

test("of a build that packed nothing, everything is left to Next", async () => {
  const ask = await aServer({ packed: false });
  expect((await ask("/_next/static/chunks/a.js", "br")).body.toString()).toBe("Next's");
});
