import type { z } from "zod";
import type { Permission } from "@/lib/domain/roles";

/** Who may call a route: a permission in the project it speaks of, or something wider. */
export type Access = Permission | "anyone" | "signed_in" | "site_admin";

/** A body that is no JSON: a file, or a form with files. */
export type BinaryBody = {
  /** The media types it may have, such as "text/markdown" or "multipart/form-data". */
  readonly contentTypes: readonly string[];
  /** One sentence for people. */
  readonly description: string;
};

/**
 * One method of one route, as `/api/v1/openapi.json` describes it. The schemas are the ones that
 * the handler validates with.
 */
export type RouteDescription = {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Below `/api/v1`, parameters in braces: `/projects/{project}/articles`. */
  readonly path: `/${string}`;
  /** One sentence, no full stop. */
  readonly summary: string;
  readonly permission: Access;
  readonly query?: z.ZodObject;
  /** A JSON body. */
  readonly request?: z.ZodType;
  readonly requestBody?: BinaryBody;
  /** The body of the answer; left out where there is none, or where it is no JSON. */
  readonly response?: z.ZodType;
  /** The media type of the answer where it is another than JSON's own, such as "application/x-ndjson". */
  readonly responseType?: string;
  /** Of the usual good answer; several where a route has several. */
  readonly status: number | readonly number[];
};
