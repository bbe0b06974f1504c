import { z } from "zod";
import { MAX_INT } from "@/lib/domain/limits";
import { refusalCodes } from "@/lib/domain/refusal";
import type { Permission, TokenScope } from "@/lib/domain/roles";
import type { Shape } from "@/lib/domain/schemas";

/** Who may call an endpoint: a permission in the project it speaks of, or something wider. */
export type Access = Permission | "anyone" | "second_step" | "signed_in" | "site_admin";

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** A method and a path below `/api/v1`, parameters in braces: "GET /projects/{project}/articles". */
export type EndpointName = `${Method} /${string}`;

/** A body that is no JSON: a file, or a form with files. */
export type Upload = {
  /** The media types it may have, such as "text/markdown" or "multipart/form-data". */
  readonly contentTypes: readonly string[];
  /** One sentence for people. */
  readonly description: string;
};

/** What a caller may ask of an endpoint, and what it answers. */
export type Endpoint = {
  /** One sentence, no full stop. */
  readonly summary: string;
  readonly access: Access;
  /**
   * What an API token must be made for, to be used here; null where none can be: what is open to anyone
   * looks at no token, and what is done in person takes none.
   */
  readonly scope: TokenScope | null;
  /**
   * Whether only a session will do: an API token lets nobody in, and changes no way in. "proven": one whose
   * user has just shown who they are, by signing in or by `POST /me/proof`; "proof_needed" else.
   */
  readonly inPerson?: true | "proven";
  /** Whether it is also for people who must have a second factor and have none: by it they get one. */
  readonly lackingFactor?: true;
  readonly query?: z.ZodObject;
  /**
   * A JSON body, of 32 KiB at most unless `bodyLimit`, in bytes, says otherwise. One that says something only
   * where it has to may be left out: `.prefault({})`.
   */
  readonly body?: z.ZodType;
  readonly bodyLimit?: number;
  readonly upload?: Upload;
  /** A JSON answer; left out where there is none (204), or where it is no JSON. */
  readonly answer?: z.ZodType;
  /** The media type of the answer where it is another than JSON's own, such as "application/x-ndjson". */
  readonly answerType?: string;
  /** Of the usual good answer; several where there are several. */
  readonly status: number | readonly number[];
};

export type Endpoints = Readonly<Record<EndpointName, Endpoint>>;

/** Whether a request may be without what this describes. */
export function isOptional(schema: z.core.$ZodType | undefined): boolean {
  return schema === undefined || z.safeParse(schema, undefined).success;
}

/** A moment in UTC, such as "2024-07-30T14:35:34.000Z". */
export const Time = z.iso.datetime();

/** Yes or no in a query; no if left out. */
export const Flag = z
  .enum(["true", "false"])
  .default("false")
  .transform((value) => value === "true");

/** Of a version of guidelines or of a scheme; they are numbered from 1 on. */
export const VersionNumber = z.number().int().min(1).max(MAX_INT);

/** What a version of guidelines or of a scheme has beside what it says. */
export const versionHead = {
  version: VersionNumber,
  /** What changed with it, as its maker says; "" where they say nothing. */
  note: z.string(),
  /** Who made it, by name; null for the machine itself. */
  created_by: z.string().nullable(),
  created_at: Time,
};

export const Count = z.number().int().min(0);

/** Where the next page begins: the `cursor` to ask for it with; null after the last. */
export const NextCursor = z.string().nullable();

/** How many items a page has, as a query says it. */
export const pageSize = (most: number) => z.coerce.number<number | string>().int().min(1).max(most);

/** Which page of a list is wanted; with nothing said, the first. */
export const PageQuery = z.strictObject({
  /** As `next_cursor` gives it. */
  cursor: z.string().min(1).max(2000).optional(),
  limit: pageSize(200).default(50),
});

/** What every refusal looks like (RFC 9457); further members say where the trouble is. */
export const Problem = z.looseObject({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  /** Stable, for programs; "defect" for what nobody expected. */
  code: z.enum([...refusalCodes, "defect"]),
  /** For people, as it stands. */
  detail: z.string(),
  /** The member of the body or query that is wrong, where one is. */
  field: z.string().optional(),
  /** Of a defect: what the log knows it by. */
  id: z.string().optional(),
});
export type Problem = Shape<typeof Problem>;

/**
 * What somebody wrote: a name, an address, a title, a password. The length only bounds the work; what
 * each must be is decided in the workflow, where the command line passes too.
 */
export const WrittenText = z.string().max(4000);
