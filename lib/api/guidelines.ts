import { z } from "zod";
import { Guideline } from "@/lib/domain/guideline-schemas";
import { MAX_INT } from "@/lib/domain/limits";
import type { Shape } from "@/lib/domain/schemas";
import {
  type Endpoints,
  NextCursor,
  PageQuery,
  VersionNumber,
  versionHead,
  WrittenText,
} from "./endpoint";

/** A version of a project's guidelines, without what it says. */
export const GuidelineHead = z.strictObject(versionHead);
export type GuidelineHead = Shape<typeof GuidelineHead>;

export const GuidelineVersion = z.strictObject({ ...versionHead, content: Guideline });
export type GuidelineVersion = Shape<typeof GuidelineVersion>;

/** The guidelines that hold in a project. */
export const CurrentGuidelines = z.strictObject({
  /** Null where none have been written. */
  current: GuidelineVersion.nullable(),
  /** The version that the caller has read last; null for none. */
  read_version: VersionNumber.nullable(),
});
export type CurrentGuidelines = Shape<typeof CurrentGuidelines>;

export const GuidelineHeadPage = z.strictObject({
  versions: z.array(GuidelineHead),
  next_cursor: NextCursor,
});
export type GuidelineHeadPage = Shape<typeof GuidelineHeadPage>;

export const guidelineEndpoints = {
  "GET /projects/{project}/guidelines": {
    summary: "The guidelines that hold in a project, and which version the caller has read",
    access: "read",
    scope: "read",
    answer: CurrentGuidelines,
    status: 200,
  },
  "POST /projects/{project}/guidelines": {
    summary: "Write the next version of a project's guidelines",
    access: "write_guidelines",
    scope: "manage",
    body: z.strictObject({
      /** The version that it was made from, 0 for none: refused with 409 if another holds by now. */
      from: z.number().int().min(0).max(MAX_INT),
      content: Guideline,
      /** What changed. */
      note: WrittenText.default(""),
    }),
    bodyLimit: 4 * 1024 * 1024,
    answer: GuidelineVersion,
    status: 201,
  },
  "GET /projects/{project}/guidelines/versions": {
    summary: "The versions of a project's guidelines, the latest first",
    access: "read",
    scope: "read",
    query: PageQuery,
    answer: GuidelineHeadPage,
    status: 200,
  },
  "GET /projects/{project}/guidelines/versions/{version}": {
    summary: "A version of a project's guidelines",
    access: "read",
    scope: "read",
    answer: GuidelineVersion,
    status: 200,
  },
  "PUT /projects/{project}/guidelines/reading": {
    summary: "Say that the caller has read a version of a project's guidelines",
    access: "read",
    scope: "annotate",
    body: z.strictObject({ version: VersionNumber }),
    status: 204,
  },
} as const satisfies Endpoints;
