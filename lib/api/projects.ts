import { z } from "zod";
import { MAX_ATTRIBUTE_LENGTH, MAX_CUES } from "@/lib/domain/limits";
import { Publishing } from "@/lib/domain/publishing-schemas";
import { roles } from "@/lib/domain/roles";
import type { Shape } from "@/lib/domain/schemas";
import { Count, type Endpoints, NextCursor, PageQuery, Time, WrittenText } from "./endpoint";

export const Project = z.strictObject({
  id: z.uuid(),
  slug: z.string(),
  title: z.string(),
  /** What the caller may be in it. */
  role: z.enum(roles),
  scheme_version: z.number().int(),
  created_at: Time,
});
export type Project = Shape<typeof Project>;

export const ProjectPage = z.strictObject({ projects: z.array(Project), next_cursor: NextCursor });
export type ProjectPage = Shape<typeof ProjectPage>;

/** Words and phrases of reported speech that a project adds to the lists that come with Gainsay. */
export const ProjectCues = z.strictObject({ cues: z.array(z.string()) });
export type ProjectCues = Shape<typeof ProjectCues>;

export const PublishingChange = Publishing.partial();
export type PublishingChange = Shape<typeof PublishingChange>;

export const Member = z.strictObject({
  user: z.strictObject({
    id: z.uuid(),
    email: z.string(),
    name: z.string(),
    disabled_at: Time.nullable(),
  }),
  role: z.enum(roles),
  since: Time,
});
export type Member = Shape<typeof Member>;

export const MemberPage = z.strictObject({
  members: z.array(Member),
  /** How many admins the project has who can sign in. */
  admins: Count,
  next_cursor: NextCursor,
});
export type MemberPage = Shape<typeof MemberPage>;

/** A value that an attribute has had, and in how many of the spans that were looked at. */
export const AttributeValue = z.strictObject({ value: z.string(), uses: Count });
export type AttributeValue = Shape<typeof AttributeValue>;

export const projectEndpoints = {
  "GET /projects": {
    summary: "The projects the caller may see, by title",
    access: "signed_in",
    scope: "read",
    query: PageQuery,
    answer: ProjectPage,
    status: 200,
  },
  "POST /projects": {
    summary: "Make a project, with a scheme of the library or else the default one",
    access: "site_admin",
    scope: "manage",
    body: z.strictObject({
      slug: z.string().max(200),
      title: WrittenText,
      /** Of the library: "claims", "attribution", "propaganda", "stance", "check_worthiness", "disarm". */
      scheme: z.string().max(63).optional(),
    }),
    answer: Project,
    status: 201,
  },
  "GET /projects/{project}": {
    summary: "A project, by slug or id",
    access: "read",
    scope: "read",
    answer: Project,
    status: 200,
  },
  "PATCH /projects/{project}": {
    summary: "Change a project's title",
    access: "manage",
    scope: "manage",
    body: z.strictObject({ title: WrittenText }),
    answer: Project,
    status: 200,
  },
  "GET /projects/{project}/cues": {
    summary: "The words of reported speech that a project has added to the lists",
    access: "read",
    scope: "read",
    answer: ProjectCues,
    status: 200,
  },
  "PUT /projects/{project}/cues": {
    summary:
      "Say which words of reported speech a project adds to the lists, in place of those before",
    access: "manage",
    scope: "manage",
    body: z.strictObject({ cues: z.array(z.string().max(1000)).max(10 * MAX_CUES) }),
    answer: ProjectCues,
    status: 200,
  },
  "GET /projects/{project}/publishing": {
    summary:
      "What a project says for its datasets: licence, creators, description, DOI, address, how to cite it and when it came out",
    access: "read",
    scope: "read",
    answer: Publishing,
    status: 200,
  },
  "PATCH /projects/{project}/publishing": {
    summary: "Change what a project says for its datasets; what is left out stays",
    access: "manage",
    scope: "manage",
    body: PublishingChange.prefault({}),
    bodyLimit: 1024 * 1024,
    answer: Publishing,
    status: 200,
  },
  "GET /projects/{project}/attribute-values": {
    summary:
      "Up to 20 values that an attribute has had in the latest sets the caller may see, the most used first",
    access: "read",
    scope: "read",
    query: z.strictObject({
      label: z.string().max(63),
      attribute: z.string().max(63),
      /** What a value or a word in it begins with; case and accents make no difference. */
      prefix: z.string().max(MAX_ATTRIBUTE_LENGTH).default(""),
    }),
    answer: z.strictObject({ values: z.array(AttributeValue) }),
    status: 200,
  },
  "GET /projects/{project}/members": {
    summary: "A project's members, by name",
    access: "manage",
    scope: "manage",
    query: PageQuery,
    answer: MemberPage,
    status: 200,
  },
  "POST /projects/{project}/members": {
    summary: "Make somebody with an account a member",
    access: "site_admin",
    scope: "manage",
    body: z.strictObject({ email: WrittenText, role: z.enum(roles) }),
    answer: Member,
    status: 201,
  },
  "PATCH /projects/{project}/members/{id}": {
    summary: "Give a member another role",
    access: "manage",
    scope: "manage",
    body: z.strictObject({ role: z.enum(roles) }),
    answer: Member,
    status: 200,
  },
  "DELETE /projects/{project}/members/{id}": {
    summary: "Remove a member; what they annotated stays",
    access: "manage",
    scope: "manage",
    status: 204,
  },
} as const satisfies Endpoints;
