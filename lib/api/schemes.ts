import { z } from "zod";
import { MAX_INT } from "@/lib/domain/limits";
import { HistoryHead, Scheme, SchemeMapping, type Shape } from "@/lib/domain/schemas";
import { effectCauses } from "@/lib/domain/scheme-change";
import { MAX_SCHEME_FILE, MAX_SCHEME_SENT } from "@/lib/domain/scheme-file";
import { AnnotationSet } from "./annotation-sets";
import {
  Count,
  type Endpoints,
  NextCursor,
  PageQuery,
  VersionNumber,
  versionHead,
  WrittenText,
} from "./endpoint";

const head = {
  ...versionHead,
  /** The version that it was made from; null for the first. */
  base: VersionNumber.nullable(),
  /** The version whose scheme it brings back, undoing `base`; null for one that undoes nothing. */
  restores: VersionNumber.nullable(),
};

/** A version of a project's scheme, without what it says. */
export const SchemeHead = z.strictObject({ ...head, labels: Count, relations: Count });
export type SchemeHead = Shape<typeof SchemeHead>;

export const SchemeHeadPage = z.strictObject({
  versions: z.array(SchemeHead),
  /** How annotation sets come to the version that holds. */
  carrying: z.strictObject({
    /** Sets that are not there yet, and will be by themselves. */
    left: Count,
    /** Sets that would lose something, and wait for their authors: the caller's own, unless they see those of all. */
    waiting: Count,
    /** Who these authors are, with one of their articles; a hundred at most. */
    authors: z.array(
      z.strictObject({
        user: z.strictObject({ id: z.uuid(), name: z.string() }),
        sets: Count,
        article: z.strictObject({ id: z.uuid(), title: z.string() }),
      }),
    ),
  }),
  next_cursor: NextCursor,
});
export type SchemeHeadPage = Shape<typeof SchemeHeadPage>;

export const SchemeVersion = z.strictObject({
  ...head,
  scheme: Scheme,
  /** What became of the names of `base` with it. */
  mapping: SchemeMapping,
});
export type SchemeVersion = Shape<typeof SchemeVersion>;

const Effects = z.array(
  z.strictObject({
    cause: z.enum(effectCauses),
    /** What it happens to; all names but `becomes` are of the scheme before. */
    of: z.enum(["label", "relation", "article"]),
    /** The label or relation type; null for the article. */
    holder: z.string().nullable(),
    attribute: z.string().nullable(),
    value: z.string().nullable(),
    becomes: z.string().nullable(),
    /** Whether something is left out. */
    loss: z.boolean(),
    /** Spans, relations or values. */
    count: Count,
    sets: Count,
    /** Some of the articles it happens in; five at most. */
    articles: z.array(z.strictObject({ id: z.uuid(), title: z.string() })),
  }),
);

/** What a change of a scheme would touch, if it were made now. */
export const SchemeImpact = z.strictObject({
  /** The version that it would be. */
  version: VersionNumber,
  /** Sets that would be carried over. */
  sets: Count,
  /** Of these, those in which something changes. */
  changed: Count,
  /** Of these, those that would lose something; `asked` of them wait until their authors agree, in the others it is left out at once. */
  losing: Count,
  asked: Count,
  /** Spans, relations and values that are kept and change, and those that are left out. */
  kept: Count,
  lost: Count,
  /** Submitted sets that would lack what would be required; they stay submitted. */
  lacking: Count,
  /** Losses first, then what happens most; 500 at most. */
  effects: Effects,
});
export type SchemeImpact = Shape<typeof SchemeImpact>;

/** What carrying over one's own set to the version that holds would come to. */
export const OwnSchemeChange = z.strictObject({
  /** The set's version, and the one that holds; the same where there is nothing to do. */
  from: VersionNumber,
  to: VersionNumber,
  effects: Effects,
});
export type OwnSchemeChange = Shape<typeof OwnSchemeChange>;

/** A change of a scheme, to be looked at or made. */
const changed = {
  /** The version that it was made from: refused with 409 if another holds by now. */
  base: VersionNumber,
  scheme: Scheme,
  mapping: SchemeMapping.prefault({}),
};

export const schemeEndpoints = {
  "GET /projects/{project}/schemes": {
    summary: "The versions of a project's scheme, the latest first, and how sets come to it",
    access: "read",
    scope: "read",
    query: PageQuery,
    answer: SchemeHeadPage,
    status: 200,
  },
  "GET /projects/{project}/schemes/{version}": {
    summary: "A version of a project's scheme",
    access: "read",
    scope: "read",
    answer: SchemeVersion,
    status: 200,
  },
  "POST /projects/{project}/schemes/impact": {
    summary: "What a change of a project's scheme would touch; changes nothing",
    access: "manage",
    scope: "manage",
    body: z.strictObject(changed),
    bodyLimit: MAX_SCHEME_SENT,
    answer: SchemeImpact,
    status: 200,
  },
  "POST /projects/{project}/schemes/read": {
    summary:
      "Read the file of a scheme, to be looked at or changed before it is made; changes nothing",
    access: "manage",
    scope: "manage",
    body: z.strictObject({ text: z.string() }),
    bodyLimit: 2 * MAX_SCHEME_FILE,
    answer: z.strictObject({ title: z.string(), scheme: Scheme }),
    status: 200,
  },
  "POST /projects/{project}/schemes": {
    summary: "Make the next version of a project's scheme; annotation sets are carried over to it",
    access: "manage",
    scope: "manage",
    body: z.strictObject({ ...changed, note: WrittenText.default("") }),
    bodyLimit: MAX_SCHEME_SENT,
    answer: SchemeVersion,
    status: 201,
  },
  "POST /projects/{project}/schemes/{version}/undo": {
    summary:
      "Undo the version that holds: a new one brings back the scheme before it, and what was left out",
    access: "manage",
    scope: "manage",
    answer: SchemeVersion,
    status: 201,
  },
  "GET /annotation-sets/{id}/scheme": {
    summary: "What would become of the caller's own set in the scheme that holds",
    access: "annotate",
    scope: "read",
    answer: OwnSchemeChange,
    status: 200,
  },
  "POST /annotation-sets/{id}/scheme": {
    summary:
      "Carry the caller's own set over to the scheme that holds, leaving out what has no place there",
    access: "annotate",
    scope: "annotate",
    body: z.strictObject({
      /** The revision that the caller has seen, and the version of the scheme that they agree to. */
      revision: Count.max(MAX_INT),
      head: HistoryHead.nullish(),
      version: VersionNumber,
    }),
    answer: AnnotationSet,
    status: 200,
  },
} as const satisfies Endpoints;
