import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { describe, expect, onTestFinished, test } from "vitest";
import { webAddress } from "@/lib/workflow/fetching/addresses";
import { Fetcher } from "@/lib/workflow/fetching/fetcher";
import { Visitor } from "@/lib/workflow/fetching/visitor";
import { type Answer, aWeb, html, to } from "../setup/web-site";

const NOWHERE = "The address leads to no place that is open to everybody.";
const KiB = 1024;
const small = { time: 5_000, firstByte: 2_000, size: 64 * KiB };

const textOf = ({ bytes }: { bytes: Uint8Array }) => new TextDecoder().decode(bytes);

describe("the fetcher as it is", () => {
  test.for([
    "http://127.0.0.1/",
    "http://127.1/",
    "http://2130706433/",
    "http://0x7f.1/",
    "http://0x7f000001/",
    "http://0177.0.0.1/",
    "http://017700000001/",
    "http://127.0.0.1./",
    "http://①②⑦.⓪.⓪.①/",
    "http://0/",
    "http://0.0.0.0/",
    "http://[::1]/",
    "http://[::]/",
    "http://[0:0:0:0:0:0:0:1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/",
    "http://[::127.0.0.1]/",
    "http://[64:ff9b::127.0.0.1]/",
    "http://[64:ff9b::8.8.8.8]/",
    "http://[64:ff9b:1::7f00:1]/",
    "http://[2002:7f00:1::]/",
    "http://[fe80::1]/",
    "http://[fd00:ec2::254]/",
    "http://169.254.169.254/latest/meta-data/",
    "http://168.63.129.16/",
    "http://100.64.0.1/",
    "http://10.0.0.1/",
    "http://172.16.0.1/",
    "http://192.168.0.1/",
    "http://255.255.255.255/",
    "http://224.0.0.1/",
    "http://localhost/",
    "http://LOCALHOST./",
    "https://localhost/",
    "http://ip6-localhost/",
    "http://nobody.invalid/",
  ])("goes nowhere but into the open: %s", async (address) => {
    // Whoever answers here would be what must not be reached.
    await expect(new Fetcher().fetch(webAddress(address))).rejects.toThrow(NOWHERE);
  });

  test("connects to nobody on this machine, whatever a name or a redirect says", async () => {
    let reached = 0;
    const server = createServer((_, response) => {
      reached += 1;
      response.end("secret");
    });
    server.listen(0, "127.0.0.1");
    onTestFinished(() => void server.close());
    await new Promise((resolve) => server.once("listening", resolve));
    const { port } = server.address() as AddressInfo; // of a server on a port
    for (const names of [
      ["127.0.0.1"],
      ["93.184.216.34", "127.0.0.1"],
      ["::1", "8.8.8.8"],
      ["::ffff:127.0.0.1"],
    ]) {
      const fetcher = new Fetcher({
        resolve: async () => names,
        ports: { http: port, https: port },
      });
      await expect(fetcher.fetch(webAddress("http://a.example/"))).rejects.toThrow(NOWHERE);
    }
    expect(reached).toBe(0);
  });
});

describe("an address", () => {
  test("that is looked up once is connected to where it was found", async () => {
    const found = [["127.0.0.1"], ["10.0.0.1"]];
    const { fetcher } = await aWeb({ "/": "here" }, { resolve: () => found.shift() ?? [] });
    expect(textOf(await fetcher.fetch(webAddress("http://a.example/")))).toBe("here");
    expect(found).toHaveLength(1);
  });

  test("is asked for by its name, as anybody would", async () => {
    let headers: unknown = null;
    const { fetcher } = await aWeb({
      "/a?b=1": (request, response) => {
        headers = request.headers;
        html("x")(request, response);
      },
    });
    await fetcher.fetch(webAddress("http://a.example/a?b=1#c"));
    expect(headers).toMatchObject({ host: "a.example", "user-agent": "Gainsay" });
    expect(headers).not.toHaveProperty("cookie");
  });
});

describe("redirects", () => {
  test("are followed, each looked at again", async () => {
    const { fetcher, asked } = await aWeb({
      "a.example/": to("//b.example/x"),
      "b.example/x": to("y", 301),
      "b.example/y": html("there"),
    });
    const { url, bytes } = await fetcher.fetch(webAddress("http://a.example/"));
    expect([url.href, textOf({ bytes })]).toEqual(["http://b.example/y", "there"]);
    expect(asked).toEqual(["a.example/", "b.example/x", "b.example/y"]);
  });

  test.for([
    { name: "into a network", location: "http://10.0.0.1/", reason: NOWHERE },
    { name: "to this machine", location: "http://[::1]/", reason: NOWHERE },
    { name: "to what a name of nobody is", location: "http://nobody.invalid/", reason: NOWHERE },
    {
      name: "to another port",
      location: "http://a.example:8080/",
      reason: "The site sends to an address that is not fetched.",
    },
    {
      name: "to a file",
      location: "file:///etc/passwd",
      reason: "The site sends to an address that is not fetched.",
    },
    {
      name: "with a password",
      location: "http://a:b@a.example/",
      reason: "The site sends to an address that is not fetched.",
    },
    {
      name: "round and round",
      location: "/",
      reason: "The site sends from one address to the next more than 5 times.",
    },
  ])("are refused: $name", async ({ location, reason }) => {
    const { fetcher } = await aWeb({ "/": to(location) });
    await expect(fetcher.fetch(webAddress("http://a.example/"))).rejects.toThrow(reason);
  });
});

describe("an answer", () => {
  const packed = "x".repeat(1000);
  test.for([
    { coding: "gzip", bytes: gzipSync(packed) },
    { coding: "br", bytes: brotliCompressSync(packed) },
    { coding: "deflate", bytes: deflateSync(packed) },
    { coding: "deflate", bytes: deflateRawSync(packed) },
    { coding: "identity", bytes: Buffer.from(packed) },
  ])("packed by $coding is unpacked", async ({ coding, bytes }) => {
    const { fetcher } = await aWeb({ "/": packedBy(coding, bytes) }, { limits: small });
    expect(textOf(await fetcher.fetch(webAddress("http://a.example/")))).toBe(packed);
  });

  const bomb = Buffer.alloc(8 * KiB * KiB);
  test.for([
    {
      name: "a bomb of gzip",
      answer: packedBy("gzip", gzipSync(bomb)),
      reason: /^The page has more than/,
    },
    {
      name: "a bomb of Brotli",
      answer: packedBy("br", brotliCompressSync(bomb)),
      reason: /^The page has more than/,
    },
    {
      name: "a bomb of deflate",
      answer: packedBy("deflate", deflateSync(bomb)),
      reason: /^The page has more than/,
    },
    {
      name: "too long by its length",
      answer: packedBy("identity", Buffer.alloc(65 * KiB)),
      reason: /^The page has more than/,
    },
    { name: "without an end", answer: endless, reason: /^The page has more than/ },
    {
      name: "packed twice",
      answer: packedBy("gzip, br", Buffer.from("x")),
      reason: /packed in a way that is not known/,
    },
    {
      name: "packed wrongly",
      answer: packedBy("gzip", Buffer.from("no gzip")),
      reason: /packed wrongly/,
    },
    { name: "cut off", answer: cutOff, reason: /could not be reached, or broke off/ },
    {
      name: "no answer",
      answer: (_, response) => void response.destroy(),
      reason: /could not be reached, or broke off/,
    },
  ] as { name: string; answer: Answer; reason: RegExp }[])(
    "is refused: $name",
    async ({ answer, reason }) => {
      const { fetcher } = await aWeb({ "/": answer }, { limits: small });
      await expect(fetcher.fetch(webAddress("http://a.example/"))).rejects.toThrow(reason);
    },
  );

  test("that does not begin is not waited for", async () => {
    const { fetcher } = await aWeb(
      { "/": () => undefined },
      { limits: { ...small, firstByte: 100 } },
    );
    await expect(fetcher.fetch(webAddress("http://a.example/"))).rejects.toThrow(
      "The site did not begin to answer within 0.1 seconds.",
    );
  });

  test("that goes on and on is broken off", async () => {
    const { fetcher } = await aWeb({ "/": drips }, { limits: { ...small, time: 300 } });
    await expect(fetcher.fetch(webAddress("http://a.example/"))).rejects.toThrow(
      "The site took more than 0.3 seconds to answer.",
    );
  });

  test("that nobody waits for any more is broken off with the reason", async () => {
    const { fetcher } = await aWeb({ "/": drips });
    const stop = new AbortController();
    const fetching = fetcher.fetch(webAddress("http://a.example/"), { signal: stop.signal });
    stop.abort(new Error("stopped"));
    await expect(fetching).rejects.toThrow("stopped");
  });
});

describe("a visit", () => {
  test.for([
    { status: 404, reason: "The site answered 404: there is no such page." },
    { status: 403, reason: "The site answered 403: it does not show this to us." },
    { status: 500, reason: "The site answered 500: it does not work just now." },
    { status: 418, reason: "The site answered 418." },
  ])("of a page that is not there ($status) says so", async ({ status, reason }) => {
    const { visitor } = await aWeb({
      "/a": (_, response) => void response.writeHead(status).end("secret"),
    });
    await expect(visitor.visit("http://a.example/a")).rejects.toThrow(reason);
  });

  test.for([
    { type: "application/pdf", reason: "It is no page or text, but application/pdf." },
    { type: "image/png", reason: "It is no page or text, but image/png." },
    { type: "", reason: "It is no page or text, but of a kind that the site does not say." },
  ])("of what is no page ($type) says what it is", async ({ type, reason }) => {
    const { visitor } = await aWeb({
      "/a": (_, response) =>
        void response.writeHead(200, type === "" ? {} : { "content-type": type }).end("x"),
    });
    await expect(visitor.visit("http://a.example/a")).rejects.toThrow(reason);
  });

  test("says the type and encoding of what came", async () => {
    const { visitor } = await aWeb({
      "/a": html("x", { "content-type": 'Text/HTML; Charset="Windows-1251"' }),
    });
    expect(await visitor.visit("http://a.example/a")).toMatchObject({
      mediaType: "text/html",
      charset: "windows-1251",
    });
  });

  const robots =
    (content: string): Answer =>
    (_, response) =>
      void response.writeHead(200, { "content-type": "text/plain" }).end(content);
  const FORBIDDEN = "The site does not let programs fetch this page (robots.txt).";
  test.for([
    {
      name: "everybody is kept out",
      answer: robots("User-agent: *\nDisallow: /"),
      reason: FORBIDDEN,
    },
    {
      name: "we are kept out",
      answer: robots("User-agent: gainsay\nDisallow: /a\n\nUser-agent: *\nAllow: /"),
      reason: FORBIDDEN,
    },
    { name: "others are kept out", answer: robots("User-agent: other\nDisallow: /"), reason: null },
    {
      name: "another folder is closed",
      answer: robots("User-agent: *\nDisallow: /b"),
      reason: null,
    },
    {
      name: "there are no rules",
      answer: ((_, response) => void response.writeHead(404).end()) as Answer,
      reason: null,
    },
    {
      name: "rules are for others only",
      answer: ((_, response) => void response.writeHead(403).end()) as Answer,
      reason: null,
    },
    {
      name: "rules cannot be had",
      answer: ((_, response) => void response.writeHead(503).end()) as Answer,
      reason: "The site does not say just now what programs may fetch (robots.txt).",
    },
    {
      name: "rules lead into a network",
      answer: to("http://10.0.0.1/robots.txt"),
      reason: NOWHERE,
    },
    {
      name: "rules are longer than is read",
      answer: robots(`User-agent: *\nDisallow: /b\n${"# x\n".repeat(400_000)}`),
      reason: null,
    },
  ])("keeps to the rules of a site: $name", async ({ answer, reason }) => {
    const { visitor } = await aWeb({ "/robots.txt": answer, "/a": "here" });
    const visiting = visitor.visit("http://a.example/a");
    if (reason === null) expect(textOf(await visiting)).toBe("here");
    else await expect(visiting).rejects.toThrow(reason);
  });

  test("asks for rules once, also those of where it is sent", async () => {
    const { visitor, asked } = await aWeb({
      "a.example/1": to("http://b.example/1"),
      "a.example/2": "two",
      "b.example/robots.txt": robots("User-agent: *\nDisallow: /1"),
      "b.example/1": "secret",
    });
    await expect(visitor.visit("http://a.example/1")).rejects.toThrow(FORBIDDEN);
    await visitor.visit("http://a.example/2");
    expect(asked).toEqual([
      "a.example/robots.txt",
      "a.example/1",
      "b.example/robots.txt",
      "a.example/2",
    ]);
  });

  test("comes after another of the same site is over, with a pause", async () => {
    let under = 0;
    let most = 0;
    const slowly: Answer = (request, response) => {
      under += 1;
      most = Math.max(most, under);
      setTimeout(() => {
        under -= 1;
        html("x")(request, response);
      }, 30);
    };
    const { visitor, asked } = await aWeb(
      { "/1": slowly, "/2": slowly, "/3": slowly },
      { pause: 20 },
    );
    await Promise.all([1, 2, 3].map((page) => visitor.visit(`http://slow.example/${page}`)));
    expect(most).toBe(1);
    expect(asked.slice(1)).toEqual(["slow.example/1", "slow.example/2", "slow.example/3"]);
  });

  test("goes nowhere by itself", async () => {
    await expect(new Visitor().visit("http://127.0.0.1/")).rejects.toThrow(NOWHERE);
    await expect(new Visitor().visit("file:///etc/passwd")).rejects.toThrow(/begin with https/);
  });
});

function packedBy(coding: string, bytes: Buffer): Answer {
  return (_, response) =>
    void response
      .writeHead(200, {
        "content-type": "text/html",
        "content-encoding": coding,
        "content-length": bytes.byteLength,
      })
      .end(bytes);
}

function endless(_: unknown, response: Parameters<Answer>[1]): void {
  response.writeHead(200, { "content-type": "text/html" });
  const more = () => {
    while (!response.destroyed && response.write("x".repeat(KiB)));
  };
  response.on("drain", more);
  more();
}

function cutOff(_: unknown, response: Parameters<Answer>[1]): void {
  response.writeHead(200, { "content-type": "text/html", "content-length": "1000" });
  response.write("half");
  setTimeout(() => response.destroy(), 20);
}

function drips(_: unknown, response: Parameters<Answer>[1]): void {
  response.writeHead(200, { "content-type": "text/html" });
  const dripping = setInterval(() => response.write("x"), 20);
  response.on("close", () => clearInterval(dripping));
}
