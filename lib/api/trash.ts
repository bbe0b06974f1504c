import { z } from "zod";
import { MAX_ARTICLES_AT_ONCE } from "@/lib/domain/limits";
import type { Shape } from "@/lib/domain/schemas";
import { Count, type Endpoints, Flag, NextCursor, PageQuery, Time, WrittenText } from "./endpoint";
import { Project } from "./projects";

/** Of a body that names as many articles as it may, in bytes. */
const SOME_ARTICLES_BYTES = 64 * 1024;

const marks = { annotation_sets: Count, spans: Count, people: Count };

/** What would go with articles. A set that somebody only opened is no work. */
export const Work = z.strictObject({
  articles: Count,
  ...marks,
  /** Of that, what other people than the caller have done themselves. */
  of_others: z.strictObject(marks),
});
export type Work = Shape<typeof Work>;

/** Articles of a project, by their ids; what is not there (any more) is passed over. */
const SomeArticles = z.array(z.uuid()).min(1).max(MAX_ARTICLES_AT_ONCE);

/** What would go with several articles. */
export const WorkOnArticles = z.strictObject({
  ...Work.shape,
  /** Those on which other people than the caller have worked. */
  worked_on_by_others: z.array(z.strictObject({ id: z.uuid(), title: z.string() })),
});
export type WorkOnArticles = Shape<typeof WorkOnArticles>;

/** What undoing an import does. */
export const Undoing = z.strictObject({
  /** How many articles that it created go into the trash. */
  articles: Count,
  /** In how many articles the version before is current again. */
  versions: Count,
  /** How many of its articles stay as they are, and why. */
  kept: z.strictObject({
    /** A later import has changed them. */
    changed_since: Count,
    /** People have worked on the version that it brought. */
    worked: Count,
    /** It replaced annotations or what is said of them, which nothing kept. */
    overwritten: Count,
  }),
  /** What goes with the articles. */
  work: Work,
});
export type Undoing = Shape<typeof Undoing>;

const slugAndTitle = { slug: z.string(), title: z.string() };

/** Something that can be restored. */
export const TrashItem = z.strictObject({
  kind: z.enum(["article", "project"]),
  id: z.uuid(),
  title: z.string(),
  /** Of an article its project, of a project itself. */
  project: z.strictObject(slugAndTitle),
  deleted_at: Time,
  /** The name of whoever deleted it; null for the command line. */
  deleted_by: z.string().nullable(),
  /** From when on it may be deleted for good. */
  kept_until: Time,
});
export type TrashItem = Shape<typeof TrashItem>;

export const TrashPage = z.strictObject({
  items: z.array(TrashItem),
  next_cursor: NextCursor,
});
export type TrashPage = Shape<typeof TrashPage>;

/** Whether other people's work may go too; without it there is a refusal `has_work` that counts it. */
const Deletion = z.strictObject({ force: Flag });

export const trashEndpoints = {
  "GET /trash": {
    summary: "What the caller can restore, the last deleted first",
    access: "signed_in",
    scope: "manage",
    query: PageQuery,
    answer: TrashPage,
    status: 200,
  },
  "GET /articles/{id}/work": {
    summary: "What would go with an article that is deleted",
    access: "manage",
    scope: "manage",
    answer: Work,
    status: 200,
  },
  "DELETE /articles/{id}": {
    summary: "Put an article into the trash, for 30 days",
    access: "manage",
    scope: "manage",
    query: Deletion,
    status: 204,
  },
  "POST /articles/{id}/restore": {
    summary: "Take an article out of the trash",
    access: "manage",
    scope: "manage",
    status: 204,
  },
  "POST /projects/{project}/articles/work": {
    summary: "What would go with several articles that are deleted",
    access: "manage",
    scope: "manage",
    body: z.strictObject({ articles: SomeArticles }),
    bodyLimit: SOME_ARTICLES_BYTES,
    answer: WorkOnArticles,
    status: 200,
  },
  "POST /projects/{project}/articles/delete": {
    summary: "Put several articles into the trash, all or none, for 30 days",
    access: "manage",
    scope: "manage",
    body: z.strictObject({ articles: SomeArticles, force: z.boolean().default(false) }),
    bodyLimit: SOME_ARTICLES_BYTES,
    answer: z.strictObject({ deleted: Count }),
    status: 200,
  },
  "POST /projects/{project}/articles/restore": {
    summary: "Take several articles out of the trash",
    access: "manage",
    scope: "manage",
    body: z.strictObject({ articles: SomeArticles }),
    bodyLimit: SOME_ARTICLES_BYTES,
    answer: z.strictObject({
      restored: Count,
      /** How many stay in the trash, because the same article has been imported again. */
      taken: Count,
    }),
    status: 200,
  },
  "GET /projects/{project}/work": {
    summary: "What would go with a project that is deleted",
    access: "manage",
    scope: "manage",
    answer: Work,
    status: 200,
  },
  "DELETE /projects/{project}": {
    summary: "Put a project into the trash with all that is in it, for 30 days",
    access: "manage",
    scope: "manage",
    query: Deletion,
    status: 204,
  },
  "POST /projects/{project}/restore": {
    summary: "Take a project out of the trash, by its id",
    access: "manage",
    scope: "manage",
    body: z
      .strictObject({
        /** Another short name, where its own has been given to another project. */
        slug: WrittenText.optional(),
      })
      .prefault({}),
    answer: Project,
    status: 200,
  },
  "GET /projects/{project}/imports/{id}/undoing": {
    summary: "What undoing an import would do",
    access: "manage",
    scope: "manage",
    answer: Undoing,
    status: 200,
  },
  "DELETE /projects/{project}/imports/{id}": {
    summary: "Undo an import: what it created goes into the trash, what it changed is as before",
    access: "manage",
    scope: "manage",
    query: Deletion,
    answer: Undoing,
    status: 200,
  },
} as const satisfies Endpoints;
