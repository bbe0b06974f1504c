import { z } from "zod";
import type { Shape } from "@/lib/domain/schemas";
import { adjudicationEndpoints } from "./adjudication";
import { agreementEndpoints } from "./agreement";
import { annotationSetEndpoints } from "./annotation-sets";
import { articleEndpoints } from "./articles";
import { auditEndpoints } from "./audit";
import { dashboardEndpoints } from "./dashboard";
import { datasetEndpoints } from "./datasets";
import type { Endpoint, Endpoints } from "./endpoint";
import { goldEndpoints } from "./gold";
import { guidelineEndpoints } from "./guidelines";
import { importEndpoints } from "./imports";
import { notificationEndpoints } from "./notifications";
import { peopleEndpoints } from "./people";
import { projectEndpoints } from "./projects";
import { roundEndpoints } from "./rounds";
import { schemeEndpoints } from "./schemes";
import { secondFactorEndpoints } from "./second-factors";
import { sessionEndpoints } from "./sessions";
import { trashEndpoints } from "./trash";

/**
 * Every endpoint below `/api/v1`. Requests are validated by it, answers and the browser's calls take
 * their types from it, and `/api/v1/openapi.json` describes it.
 */
export const contract = {
  ...peopleEndpoints,
  ...sessionEndpoints,
  ...secondFactorEndpoints,
  ...projectEndpoints,
  ...guidelineEndpoints,
  ...importEndpoints,
  ...trashEndpoints,
  ...articleEndpoints,
  ...annotationSetEndpoints,
  ...roundEndpoints,
  ...dashboardEndpoints,
  ...goldEndpoints,
  ...agreementEndpoints,
  ...adjudicationEndpoints,
  ...schemeEndpoints,
  ...datasetEndpoints,
  ...auditEndpoints,
  ...notificationEndpoints,
  "GET /openapi.json": {
    summary: "This description",
    access: "anyone",
    scope: null,
    answer: z.looseObject({ openapi: z.string() }),
    status: 200,
  },
} as const satisfies Endpoints;

export type Contract = typeof contract;

/** An endpoint that there is, such as "GET /projects/{project}/articles". */
export type EndpointKey = keyof Contract;

/** The parameters in a path, by name. */
export type PathOf<Key extends EndpointKey> = { readonly [Name in NamesIn<Key>]: string };

type NamesIn<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Name | NamesIn<Rest>
  : never;

/** The query as a caller writes it (`io: "input"`), or with its defaults, as a handler gets it. */
export type QueryOf<Key extends EndpointKey, Io extends "input" | "output"> = PartOf<
  Contract[Key],
  "query",
  Io
>;

/** The JSON body as a caller writes it, or as a handler gets it; undefined where there is none. */
export type BodyOf<Key extends EndpointKey, Io extends "input" | "output"> = PartOf<
  Contract[Key],
  "body",
  Io
>;

type PartOf<Of, Part extends "query" | "body", Io> = Of extends {
  readonly [P in Part]: infer Schema extends z.ZodType;
}
  ? Io extends "input"
    ? Readonly<z.input<Schema>>
    : Readonly<z.output<Schema>>
  : undefined;

/** The body of a good answer; null where it has none, or is no JSON. */
export type AnswerOf<Key extends EndpointKey> = Contract[Key] extends {
  readonly answer: infer Schema extends z.ZodType;
}
  ? Shape<Schema>
  : null;

/** The endpoint under a name, its details no longer known to the compiler. */
export function endpointOf(key: EndpointKey): Endpoint {
  return contract[key];
}
