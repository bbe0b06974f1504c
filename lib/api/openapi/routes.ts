import { z } from "zod";
import { annotatingRoutes } from "./annotating";
import { articleRoutes } from "./articles";
import { exportingRoutes } from "./exporting";
import { importingRoutes } from "./importing";
import { peopleRoutes } from "./people";
import type { RouteDescription } from "./route";

/** Every route below `/api/v1`; tests/integration/openapi.test.ts holds it against the handlers. */
export const routes: readonly RouteDescription[] = [
  ...peopleRoutes,
  ...importingRoutes,
  ...articleRoutes,
  ...annotatingRoutes,
  ...exportingRoutes,
  {
    method: "GET",
    path: "/openapi.json",
    summary: "This description",
    permission: "anyone",
    response: z.looseObject({ openapi: z.string() }),
    status: 200,
  },
];
