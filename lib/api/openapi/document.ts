import { z } from "zod";
import { refusalCodes } from "@/lib/domain/refusal";
import type { Access, RouteDescription } from "./route";

type Json = { readonly [key: string]: unknown };

/**
 * The OpenAPI 3.1 document of the API, made from the schemas that validate.
 *
 * @param version of the app
 */
export function openApiDocument(routes: readonly RouteDescription[], version: string): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const route of routes) {
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operation(route) };
  }
  return {
    openapi: "3.1.1",
    info: {
      title: "Gainsay",
      version,
      summary: "Mark who claims what, who denies it and who is said to have said it.",
      description:
        "Offsets are Unicode code points, 0-based, end-exclusive. Times are ISO 8601 in UTC. Lists come in pages: while `next_cursor` is not null, it is the `cursor` of the next page.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    jsonSchemaDialect: "https://json-schema.org/draft/2020-12/schema",
    servers: [{ url: "/api/v1" }],
    security: [{ token: [] }, { session: [] }],
    paths,
    components: {
      schemas: { Problem: problem },
      securitySchemes: {
        token: { type: "http", scheme: "bearer", description: "An API token of a user." },
        session: {
          type: "apiKey",
          in: "cookie",
          name: "gainsay-session",
          description:
            "The session of a browser; called `__Host-gainsay-session` on https. Changes must come from a page of this site: `Origin` is checked.",
        },
      },
    },
  };
}

/** What every refusal looks like (RFC 9457). */
const problem: Json = {
  type: "object",
  description:
    "Expected trouble. `code` is stable, `detail` is for people; further members say where the trouble is.",
  required: ["type", "title", "status", "code", "detail"],
  properties: {
    type: { type: "string" },
    title: { type: "string" },
    status: { type: "integer" },
    code: { type: "string", enum: [...refusalCodes, "defect"] },
    detail: { type: "string" },
  },
  additionalProperties: true,
};

function operation(route: RouteDescription): Json {
  const statuses = [route.status].flat();
  return {
    operationId: operationId(route),
    summary: route.summary,
    description: needs[route.permission],
    ...(route.permission === "anyone" ? { security: [] } : {}),
    ...parameters(route),
    ...body(route),
    responses: {
      ...Object.fromEntries(statuses.map((status) => [String(status), answer(route)])),
      default: {
        description: "Refused",
        content: {
          "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } },
        },
      },
    },
  };
}

const inProject = (what: string) => `Needs the permission \`${what}\` in the project.`;

const needs: Readonly<Record<Access, string>> = {
  read: inProject("read"),
  annotate: inProject("annotate"),
  see_all_sets: inProject("see_all_sets"),
  export: inProject("export"),
  import: inProject("import"),
  manage: inProject("manage"),
  anyone: "Open to everybody.",
  signed_in: "For everybody with an account.",
  site_admin: "For site admins.",
};

/** `get_projects_project_articles` of `GET /projects/{project}/articles`. */
function operationId({ method, path }: RouteDescription): string {
  const words = path.split(/[^A-Za-z0-9]+/).filter((word) => word !== "");
  return [method.toLowerCase(), ...words].join("_");
}

function parameters({ path, query }: RouteDescription): Json {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => ({
    name,
    in: "path",
    required: true,
    schema: { type: "string" },
    ...(name === "project" ? { description: "The project's slug or id." } : {}),
  }));
  const inQuery = query === undefined ? [] : Object.entries(query.shape).map(queryParameter);
  const all = [...inPath, ...inQuery];
  return all.length === 0 ? {} : { parameters: all };
}

function queryParameter([name, schema]: [string, z.core.$ZodType]): Json {
  const isRequired = !z.safeParse(schema, undefined).success;
  return { name, in: "query", ...(isRequired ? { required: true } : {}), schema: schemaOf(schema) };
}

function body({ request, requestBody }: RouteDescription): Json {
  const content: Record<string, Json> = {};
  if (request) content["application/json"] = { schema: schemaOf(request) };
  for (const type of requestBody?.contentTypes ?? []) content[type] = {};
  if (Object.keys(content).length === 0) return {};
  return {
    requestBody: {
      required: true,
      ...(requestBody ? { description: requestBody.description } : {}),
      content,
    },
  };
}

function answer({ response, responseType }: RouteDescription): Json {
  if (!response && responseType === undefined) return { description: "Done" };
  const content = response ? { schema: schemaOf(response, "output") } : {};
  return { description: "Done", content: { [responseType ?? "application/json"]: content } };
}

function schemaOf(schema: z.core.$ZodType, io: "input" | "output" = "input"): Json {
  const { $schema: _, ...json } = z.toJSONSchema(schema, {
    io,
    target: "draft-2020-12",
    unrepresentable: "any",
    override: ({ jsonSchema }) => {
      // A format says it shorter, and the bounds of JavaScript's numbers are nobody's rule.
      if (jsonSchema.format !== undefined) delete jsonSchema.pattern;
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
    },
  });
  return json;
}
