import { request } from "node:http";
import { v7 as uuidv7 } from "uuid";
import { beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { contract, type EndpointKey, endpointOf } from "@/lib/api/contract";
import { Problem } from "@/lib/api/endpoint";
import { PagelessBrowser } from "../setup/client";
import { aRunningGainsay, type RunningGainsay } from "../setup/gainsay";

/** Whatever is sent: nobody outside can make the server say that something went wrong on its side. */
let gainsay: RunningGainsay;
let ana: PagelessBrowser;
let article: string;
let set: string;

beforeAll(async () => {
  gainsay = await aRunningGainsay({ env: { TRUST_PROXY: "1" } });
  ana = new PagelessBrowser(gainsay.url);
  const token = /\/setup\/(\S+)/.exec(gainsay.log())?.[1];
  const newcomer = {
    name: "Ana",
    email: "ana@example.org",
    password: "lantern gravel tuesday moss",
  };
  await ana.send("POST", "/api/v1/setup", { token, ...newcomer });
  await ana.send("POST", "/api/v1/projects", { slug: "corpus", title: "Corpus" });
  const form = new FormData();
  form.append("files", new Blob(["She did."]), "a.txt");
  await ana.send("POST", "/api/v1/projects/corpus/imports", form);
  const next = await ana.send("GET", "/api/v1/projects/corpus/articles/next");
  article = (await next.json()).article.id;
  const opened = await ana.send("GET", `/api/v1/articles/${article}`);
  set = (await opened.json()).annotation_set.id;
  return async () => void (await gainsay.stop());
});

const endpoints = Object.keys(contract) as EndpointKey[];

/** What a path may name that is none of ours. */
const oddNames = [
  "%ff",
  "%00",
  "%",
  "%ud800",
  "..%2f..",
  "\u{1F600}",
  "0",
  "null",
  "x".repeat(3000),
];

const oddTexts = ["", "\0", "\ud800", "%ff", "x".repeat(5000), "__proto__", "9".repeat(30)];
const oddNumbers = [-1, 0.5, 2 ** 31, 2 ** 53, 1e300];
const oddTimes = ["-271821-04-20T00:00:00Z", "+275760-09-13T00:00:00Z", "2024-02-30"];
const oddValues: unknown[] = [null, true, [], {}, ...oddTexts, ...oddNumbers, ...oddTimes];

/** The path of an endpoint with what there is in this test's world; nothing of that is a user's or an import's. */
function pathOf(key: EndpointKey, name?: string): string {
  const [, path = ""] = key.split(" ");
  const real = (parameter: string) => {
    if (parameter === "project") return "corpus";
    if (path.startsWith("/articles/")) return article;
    return path.startsWith("/annotation-sets/") ? set : uuidv7();
  };
  return `/api/v1${path.replace(/\{(\w+)\}/g, (_, parameter) => name ?? real(parameter))}`;
}

/** A request that no browser would send, as it stands. */
function raw(method: string, path: string, body?: string) {
  const { hostname, port } = new URL(gainsay.url);
  const headers = {
    cookie: ana.cookieHeader(),
    // From somewhere else each time, so that it is not refused for coming too often.
    "x-forwarded-for": uuidv7().replace(
      /^(.{4})(.{4})-(.{4})-(.{4})-(.{4})-(.{4})(.{4})(.{4})$/,
      "$1:$2:$6:$7:$8:$3:$4:$5",
    ),
    origin: gainsay.url,
    ...(body === undefined ? {} : { "content-type": "application/json" }),
  };
  return new Promise<{ status: number; allow: string | undefined; type: string; body: string }>(
    (resolve, reject) => {
      const asking = request({ hostname, port, method, path, headers }, (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (chunk: string) => {
          text += chunk;
        });
        response.on("end", () => {
          const { allow, "content-type": type = "" } = response.headers;
          resolve({ status: response.statusCode ?? 0, allow, type, body: text });
        });
      });
      asking.on("error", reject);
      asking.end(body);
    },
  );
}

/** Asks for each in turn, and says which of them broke. */
async function brokenBy(asked: readonly { method: string; path: string; body?: string }[]) {
  const broken: string[] = [];
  for (const { method, path, body } of asked) {
    const answer = await raw(method, path, body);
    const isProblem = () => answer.type.startsWith("application/problem+json");
    const isFine = answer.status < 400 || (path.startsWith("/api/v1/") ? isProblem() : true);
    if (answer.status >= 500 || !isFine) {
      broken.push(`${method} ${path} ${body ?? ""}: ${answer.status} ${answer.body}`.slice(0, 300));
    } else if (isProblem() && method !== "HEAD") Problem.parse(JSON.parse(answer.body));
  }
  return broken;
}

const methodOf = (key: EndpointKey) => key.split(" ")[0] ?? "";

test("odd names in paths", async () => {
  const asked = endpoints
    .filter((key) => key.includes("{"))
    .flatMap((key) =>
      oddNames.map((name) => ({
        method: methodOf(key),
        path: encodeURI(pathOf(key, "§")).replaceAll(
          "%C2%A7",
          name.includes("\u{1F600}") ? encodeURIComponent(name) : name,
        ),
      })),
    );
  expect(await brokenBy(asked)).toEqual([]);
});

test("odd values in queries", async () => {
  const asked = endpoints.flatMap((key) => {
    const names = Object.keys(endpointOf(key).query?.shape ?? {});
    const values = [...oddTexts.filter((text) => text.isWellFormed()), ...oddNumbers, ...oddTimes];
    const encoded = ["%ff", "%", ...values.map((value) => encodeURIComponent(String(value)))];
    const cursors = [
      "W10",
      Buffer.from('{"l":"","k":8.64e15,"i":"","w":false}').toString("base64url"),
    ];
    return names.flatMap((name) =>
      [...encoded, ...cursors].map((value) => ({
        method: methodOf(key),
        path: `${pathOf(key)}?${name}=${value}`,
      })),
    );
  });
  expect(await brokenBy(asked)).toEqual([]);
});

/** A value that a JSON Schema describes, as far as it takes to reach what lies inside. */
function sampleOf(schema: z.core.JSONSchema.BaseSchema): unknown {
  const [first] = [...(schema.oneOf ?? []), ...(schema.anyOf ?? [])];
  if (typeof first === "object") return sampleOf(first);
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[0];
  if (schema.type === "object") {
    const members = Object.entries(schema.properties ?? {});
    return Object.fromEntries(
      members.map(([name, inner]) => [name, typeof inner === "object" ? sampleOf(inner) : null]),
    );
  }
  if (schema.type === "array") {
    return typeof schema.items === "object" && !Array.isArray(schema.items)
      ? [sampleOf(schema.items)]
      : [];
  }
  if (schema.type === "integer" || schema.type === "number") return 1;
  if (schema.type === "boolean") return false;
  return schema.format === "uuid" ? uuidv7() : "text";
}

/** A value with one thing in it, or all of it, replaced by each of the odd ones. */
function* oddly(value: unknown): Generator<unknown> {
  yield* oddValues;
  if (Array.isArray(value)) {
    for (const inner of oddly(value[0])) yield [inner];
  } else if (typeof value === "object" && value !== null) {
    for (const [name, member] of Object.entries(value)) {
      for (const inner of oddly(member)) yield { ...value, [name]: inner };
    }
  }
}

/** They would end the session with which all is asked, and are odd in the same ways as others. */
const ending: EndpointKey[] = ["POST /me/password", "POST /me/sign-out-everywhere"];

test("odd values in bodies", { timeout: 900_000 }, async () => {
  const asked = endpoints.flatMap((key) => {
    const { body } = endpointOf(key);
    if (!body || ending.includes(key)) return [];
    const sample = sampleOf(z.toJSONSchema(body, { io: "input", unrepresentable: "any" }));
    const bodies = [...oddly(sample)].map((odd) => JSON.stringify(odd));
    return ["", "{", '{"__proto__":1}', '"\\ud800"', ...bodies].map((text) => ({
      method: methodOf(key),
      path: pathOf(key),
      body: text,
    }));
  });
  expect(await brokenBy(asked)).toEqual([]);
});

test("odd addresses of pages", async () => {
  const pages = [
    "/projects/%",
    "/projects/%/articles",
    `/projects/corpus/articles/%`,
    "/projects/corpus/import/%",
    "/invite/%",
    "/setup/%",
    "/password/%",
    "/%",
  ];
  const asked = pages.flatMap((page) =>
    oddNames.map((name) => ({
      method: "GET",
      path: page.replace("%", encodeURI(name).replaceAll("%25", "%")),
    })),
  );
  const queries = ["q", "sort", "state", "label", "version", "next", "refused"].flatMap((name) =>
    ["%00", "%ff", "%", "99999999999", "-1", "a&x=1&x=2", "x".repeat(4000)].flatMap((value) =>
      ["/projects/corpus/articles", `/projects/corpus/articles/${article}`, "/sign-in"].map(
        (page) => ({ method: "GET", path: `${page}?${name}=${value}` }),
      ),
    ),
  );
  expect(await brokenBy([...asked, ...queries])).toEqual([]);
});

test("an article that is not there is not found, on its page as in the API", async () => {
  for (const path of [
    `/projects/corpus/articles/${uuidv7()}`,
    "/projects/corpus/articles/x",
    "/projects/none/articles",
    `/projects/none/articles/${article}`,
    `/api/v1/articles/${uuidv7()}`,
  ]) {
    expect({ path, status: (await raw("GET", path)).status }).toEqual({ path, status: 404 });
  }
});

test("a method that an address does not answer to is refused, and which it does is said", async () => {
  const paths = [
    "/",
    "/projects",
    "/healthz",
    "/readyz",
    "/sign-in",
    ...new Set(endpoints.map((key) => pathOf(key))),
  ];
  for (const path of paths) {
    const own = new Set(["OPTIONS"]);
    for (const key of endpoints) {
      if (path.startsWith("/api/") && matches(key, path)) own.add(methodOf(key));
    }
    if (!path.startsWith("/api/")) own.add("GET");
    if (own.has("GET")) own.add("HEAD");
    for (const method of ["TRACE", "PUT", "DELETE", "PATCH", "POST", "GET", "PROPFIND"].filter(
      (one) => !own.has(one),
    )) {
      const { status, allow, type, body } = await raw(method, path);
      expect({ path, method, status }).toEqual({ path, method, status: 405 });
      expect(type).toContain("application/problem+json");
      expect(Problem.parse(JSON.parse(body))).toMatchObject({ code: "method_not_allowed" });
      for (const one of own)
        if (path.startsWith("/api/")) expect(allow?.split(", ")).toContain(one);
    }
  }
});

/** Whether an address is an endpoint's, and none's whose address says more of it: "/invites/accept" is no "/invites/{id}". */
function matches(key: EndpointKey, path: string): boolean {
  const free = (one: EndpointKey) => one.split("{").length;
  return fits(key, path) && !endpoints.some((one) => fits(one, path) && free(one) < free(key));
}

function fits(key: EndpointKey, path: string): boolean {
  const [, pattern = ""] = key.split(" ");
  const parts = pattern.replaceAll(".", "\\.").replace(/\{\w+\}/g, "[^/]+");
  return new RegExp(`^/api/v1${parts}$`).test(path);
}
