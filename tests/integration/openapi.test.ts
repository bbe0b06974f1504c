import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, test } from "vitest";
import { z } from "zod";
import { GET as unknown } from "@/app/api/[...unknown]/route";
import { GET } from "@/app/api/v1/openapi.json/route";
import { GET as schema } from "@/app/api/v1/schemas/[name]/route";
import { contract } from "@/lib/api/contract";
import type { Endpoint } from "@/lib/api/endpoint";
import { SCHEMA_FILE } from "@/lib/domain/record";

const api = fileURLToPath(new URL("../../app/api/v1", import.meta.url));

type Content = Record<string, { schema?: object }>;
type Operation = {
  operationId: string;
  parameters?: { name: string; in: string; required?: boolean; schema: object }[];
  requestBody?: { required: boolean; content: Content };
  responses: Record<string, { content?: Content }>;
};
type Document = {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, object> };
};

const document: Document = await (
  await GET(new Request("http://localhost/api/v1/openapi.json"), { params: Promise.resolve({}) })
).json();
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
);

/** "POST /annotation-sets/{id}/submit" for each method that a handler exports. */
function handled(): string[] {
  return readdirSync(api, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(`${sep}route.ts`))
    .flatMap((file) => {
      const path = `/${dirname(file)
        .split(sep)
        .join("/")
        .replace(/\[(?:\.\.\.)?(\w+)\]/g, "{$1}")}`;
      const source = readFileSync(join(api, file), "utf8");
      // HEAD is answered wherever GET is, and described with it.
      const methods = source.matchAll(
        /export (?:async function|const) (GET|POST|PUT|PATCH|DELETE)\b/g,
      );
      return [...methods].map(([, method]) => `${method} ${path}`);
    });
}

test("every handler is described, and everything described is handled", () => {
  const described = operations.map(({ method, path }) => `${method.toUpperCase()} ${path}`);
  expect(described.sort()).toEqual(handled().sort());
  expect(described.length).toBe(Object.keys(contract).length);
});

test("an address that is none is answered with a problem", async () => {
  const response = await unknown();
  expect(response.status).toBe(404);
  expect(response.headers.get("content-type")).toMatch("application/problem+json");
});

test("every operation has an id of its own", () => {
  const ids = operations.map(({ operation }) => operation.operationId);
  expect(new Set(ids).size).toBe(ids.length);
});

test("every parameter in a path is declared, once, and required", () => {
  for (const { path, operation } of operations) {
    const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    const declared = (operation.parameters ?? []).filter(({ in: where }) => where === "path");
    expect(declared.map(({ name }) => name)).toEqual(named);
    expect(declared.every(({ required }) => required)).toBe(true);
  }
});

test("every schema is valid JSON Schema, and every reference leads somewhere", () => {
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  const schemas = operations.flatMap(({ operation }) => [
    ...(operation.parameters ?? []).map(({ schema }) => schema),
    ...[operation.requestBody, ...Object.values(operation.responses)].flatMap((part) =>
      Object.values(part?.content ?? {}).flatMap(({ schema }) => schema ?? []),
    ),
  ]);
  expect(schemas.length).toBeGreaterThan(operations.length);
  for (const schema of schemas) {
    expect(() => ajv.compile({ ...schema, components: document.components })).not.toThrow();
  }
});

test("a body in which nothing has to be said may be left out, and every other may not", () => {
  const described = new Map(
    operations.map(({ method, path, operation }) => [`${method.toUpperCase()} ${path}`, operation]),
  );
  const optional: string[] = [];
  for (const [name, { body, upload }] of Object.entries<Endpoint>(contract)) {
    if (!body && !upload) continue;
    const saysNothing = body?.safeParse({}).success ?? false;
    expect.soft(body?.safeParse(undefined).success ?? false, name).toBe(saysNothing);
    expect.soft(described.get(name)?.requestBody?.required, name).toBe(!saysNothing);
    if (saysNothing) optional.push(name);
  }
  expect(optional).toContain("POST /projects/{project}/restore");
});

test("the schema of a record is called what its answer calls it", async () => {
  const answer = await schema(new Request("http://localhost"), {
    params: Promise.resolve({ name: SCHEMA_FILE }),
  });
  const declared = document.paths["/schemas/{name}"]?.get?.responses["200"]?.content ?? {};
  const [type] = answer.headers.get("content-type")?.split(";") ?? [];
  expect(Object.keys(declared)).toEqual([type]);
});

/** What is whole however large a project becomes, and why. */
const whole: Record<string, string> = {
  "GET /articles/{id}/adjudication": "one article, as a page works on it",
  "GET /articles/{id}/decisions": "one person's spans on one article",
  "GET /annotation-sets/{id}/comments": "what is said about one article",
  "GET /me": "the providers that somebody signs in through",
  "GET /me/proof": "the same providers",
  "GET /me/mail": "some of the few kinds of notifications",
  "GET /me/factors": "the second factors of one person, twenty at most",
  "GET /articles/{id}": "the blocks of one text",
  "GET /annotation-sets/{id}": "the spans and relations of one set",
  "GET /projects/{project}/imports/{id}":
    "the first of what went wrong; all of it is in pages beside it",
  "GET /projects/{project}/attribute-values": "suggestions, twenty at most",
  "GET /projects/{project}/articles/facets": "100 languages, publishers and rounds at most",
  "GET /projects/{project}/cues": "a project's own words, 500 at most",
  "GET /projects/{project}/publishing": "what is said for one project's datasets",
  "GET /projects/{project}/rounds/{number}": "the reviewers of one round, 500 at most",
  "GET /projects/{project}/rounds/{number}/scores": "the reviewers of one round, 500 at most",
  "GET /projects/{project}/rounds/{number}/feedback/{id}": "the spans and relations of two sets",
  "GET /me/work":
    "the rounds of one person that are not over, 200 at most, and 100 of what was returned",
  "GET /projects/{project}/guidelines": "one version of the guidelines",
  "GET /projects/{project}/guidelines/versions/{version}": "one version of the guidelines",
  "GET /projects/{project}/dashboard":
    "eight weeks of days, twelve weeks, and 500 reviewers at most",
  "GET /projects/{project}/agreement":
    "a report, which is made whole: its largest part is some figures of each compared article",
  "GET /annotation-sets/{id}/scheme": "what happens in one set, 500 kinds of it at most",
  "GET /articles/{id}/annotation-sets": "a set for each person who works on one article",
};

test.for(
  Object.entries<Endpoint>(contract).filter(([name]) => name.startsWith("GET ") && !whole[name]),
)("if %s answers with a list, it does so in pages", ([, { answer, query }]) => {
  const shape = answer instanceof z.ZodObject ? answer.shape : {};
  if (!Object.values(shape).some((part) => part instanceof z.ZodArray)) return;
  expect(Object.keys(shape)).toContain("next_cursor");
  expect(Object.keys(query?.shape ?? {})).toEqual(expect.arrayContaining(["cursor", "limit"]));
});

test("every operation says how it refuses", () => {
  for (const { operation } of operations) {
    expect(operation.responses.default?.content).toHaveProperty(["application/problem+json"]);
  }
});
