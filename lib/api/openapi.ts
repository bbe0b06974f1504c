import { z } from "zod";
import { contract } from "./contract";
import { type Access, type Endpoint, isOptional, Problem } from "./endpoint";

type Json = { readonly [key: string]: unknown };

/** One endpoint with its method and path. */
type Described = Endpoint & {
  readonly method: string;
  readonly path: string;
  readonly known: Readonly<Record<string, Json>>;
};

/** What is known of query parameters beside their schemas, as JSON Schema: by the endpoint's name, then theirs. */
export type KnownOfParameters = {
  readonly [Name in keyof typeof contract]?: Readonly<Record<string, Json>>;
};

/**
 * The OpenAPI 3.1 document of the API, made from the schemas that validate.
 *
 * @param version of the app
 */
export function openApiDocument(version: string, known: KnownOfParameters = {}) {
  const paths: Record<string, Record<string, Json>> = {};
  for (const [name, endpoint] of Object.entries<Endpoint>(contract)) {
    const [method = "", path = ""] = name.split(" ");
    const described = operation({
      ...endpoint,
      method: method.toLowerCase(),
      path,
      known: known[name as keyof typeof contract] ?? {}, // the names are the contract's own
    });
    paths[path] = { ...paths[path], [method.toLowerCase()]: described };
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
      schemas: {
        Problem: {
          ...schemaOf(Problem),
          description:
            "Expected trouble. `code` is stable, `detail` is for people; further members say where the trouble is.",
        },
      },
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

function operation(endpoint: Described): Json {
  const statuses = [endpoint.status].flat();
  return {
    operationId: operationId(endpoint),
    summary: endpoint.summary,
    description: needs[endpoint.access] + tokens(endpoint),
    security: securityOf(endpoint),
    ...parameters(endpoint),
    ...requestBody(endpoint),
    responses: {
      ...Object.fromEntries(statuses.map((status) => [String(status), response(endpoint)])),
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
  write_guidelines: inProject("write_guidelines"),
  manage: inProject("manage"),
  anyone: "Open to everybody.",
  second_step: "For somebody who signs in and still has to show a second factor.",
  signed_in: "For everybody with an account.",
  site_admin: "For site admins.",
};

/** What an API token has to be made for. */
function tokens({ access, scope, inPerson }: Endpoint): string {
  if (scope !== null) return ` An API token needs the scope \`${scope}\`.`;
  if (access === "anyone") return "";
  const bySession = " With a session only: an API token may not do this.";
  return inPerson === "proven"
    ? `${bySession} Refused as \`proof_needed\` where its user has not shown within the last ten minutes who they are.`
    : bySession;
}

/** A bearer token has its scope where OpenAPI has the roles that a scheme is to give. */
function securityOf({ access, scope }: Endpoint): Json[] {
  if (access === "anyone") return [];
  return [...(scope === null ? [] : [{ token: [scope] }]), { session: [] }];
}

/** `get_projects_project_articles` of `GET /projects/{project}/articles`. */
function operationId({ method, path }: Described): string {
  const words = path.split(/[^A-Za-z0-9]+/).filter((word) => word !== "");
  return [method, ...words].join("_");
}

function parameters({ path, query, known }: Described): Json {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => ({
    name,
    in: "path",
    required: true,
    schema: { type: "string" },
    ...(name === "project" ? { description: "The project's slug or id." } : {}),
  }));
  const inQuery = query === undefined ? [] : queryParameters(query, known);
  const all = [...inPath, ...inQuery];
  return all.length === 0 ? {} : { parameters: all };
}

function queryParameters({ shape }: z.ZodObject, known: Described["known"]): Json[] {
  return Object.entries(shape).map(([name, schema]) => {
    const required = isOptional(schema) ? {} : { required: true };
    return { name, in: "query", ...required, schema: { ...schemaOf(schema), ...known[name] } };
  });
}

function requestBody({ body, upload }: Described): Json {
  const content: Record<string, Json> = {};
  if (body) content["application/json"] = { schema: schemaOf(body) };
  for (const type of upload?.contentTypes ?? []) content[type] = {};
  if (Object.keys(content).length === 0) return {};
  return {
    requestBody: {
      required: upload !== undefined || !isOptional(body),
      ...(upload ? { description: upload.description } : {}),
      content,
    },
  };
}

function response({ answer, answerType }: Described): Json {
  if (!answer && answerType === undefined) return { description: "Done" };
  const content = answer ? { schema: schemaOf(answer, "output") } : {};
  return { description: "Done", content: { [answerType ?? "application/json"]: content } };
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
