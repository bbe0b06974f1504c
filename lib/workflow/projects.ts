import { z } from "zod";
import { type Actor, isAlmighty, userIdOf } from "@/lib/access/actor";
import type { Project, ProjectCues, ProjectPage } from "@/lib/api/projects";
import { checkedCues } from "@/lib/domain/cues";
import { capitalised, withArticle } from "@/lib/domain/grammar";
import { checkedName, checkedSlug } from "@/lib/domain/naming";
import { Refusal } from "@/lib/domain/refusal";
import { type Permission, type Role, roleMay } from "@/lib/domain/roles";
import { defaultScheme } from "@/lib/domain/scheme";
import { recordEvent } from "@/lib/store/audit";
import { database, transaction } from "@/lib/store/database";
import { insertMember } from "@/lib/store/members";
import {
  changeProjectCues,
  cuesOfProject,
  findProject,
  insertProject,
  listProjects,
  type ProjectOf,
  type ProjectRow,
  renameProjectRow,
} from "@/lib/store/projects";
import { KeyText, type PageAsked, pageOf } from "./paging";
import { reachOf, requireSiteAdmin } from "./permissions";
import { librarySchemeOf } from "./scheme-library";

/**
 * A page of the projects an actor may see, by title.
 *
 * @throws Refusal "invalid" for a cursor of another list
 */
export async function projectsPage(actor: Actor, asked: PageAsked = {}): Promise<ProjectPage> {
  const reach = reachOf(actor);
  const { rows, next_cursor } = await pageOf(asked, {
    key: z.tuple([KeyText, z.uuid()]),
    keyOf: ({ title, id }: ProjectOf): [string, string] => [title, id],
    load: ({ after, limit }) =>
      listProjects(database(), {
        ...reach,
        after: after && { title: after[0], id: after[1] },
        limit,
      }),
  });
  return {
    projects: rows.map((row) => projectOf(row, effectiveRole(actor, row.role))),
    next_cursor,
  };
}

/** All projects an actor may see, by title: for menus and commands. */
export async function projectsOf(actor: Actor): Promise<Project[]> {
  const rows = await listProjects(database(), reachOf(actor));
  return rows.map((row) => projectOf(row, effectiveRole(actor, row.role)));
}

/**
 * The project an actor wants to do something in, by slug or id.
 *
 * @throws Refusal "not_found" if it is not the actor's to see, "forbidden" if the role does not allow it
 */
export async function projectFor(
  actor: Actor,
  ref: string,
  permission: Permission,
): Promise<Project> {
  const row = await findProject(database(), { ref, ...reachOf(actor) });
  if (!row) throw new Refusal("not_found", "There is no such project.");
  const role = effectiveRole(actor, row.role);
  requirePermission(role, permission);
  return projectOf(row, role);
}

/**
 * Makes a project with a scheme of the library, or else the default one; whoever makes it is its admin. Site admins only.
 *
 * @throws Refusal "forbidden", "invalid", "unprocessable" if the library has no such scheme, "conflict" if the slug is taken
 */
export async function createProject(
  actor: Actor,
  written: { slug: string; title: string; scheme?: string | undefined },
): Promise<Project> {
  requireSiteAdmin(actor);
  const slug = checkedSlug(written.slug);
  const title = checkedName(written.title, "The title", "title");
  const scheme = written.scheme === undefined ? defaultScheme : librarySchemeOf(written.scheme);
  const userId = userIdOf(actor);
  return transaction(database(), async (tx) => {
    const project = await insertProject(tx, { slug, title, scheme });
    if (!project) {
      throw new Refusal("conflict", "There is a project with this short name already.", {
        field: "slug",
      });
    }
    const event = { userId, projectId: project.id };
    await recordEvent(tx, { ...event, action: "project.created", subject: project.id });
    if (userId !== null) {
      await insertMember(tx, { projectId: project.id, userId, role: "admin" });
      const details = { role: "admin" };
      await recordEvent(tx, { ...event, action: "member.added", subject: userId, details });
    }
    return projectOf(project, "admin");
  });
}

/**
 * Gives a project another title; its slug stays, since links and scripts hold it.
 *
 * @throws Refusal "not_found", "forbidden", "invalid"
 */
export async function renameProject(actor: Actor, ref: string, written: string): Promise<Project> {
  const project = await projectFor(actor, ref, "manage");
  const title = checkedName(written, "The title", "title");
  await transaction(database(), async (tx) => {
    await renameProjectRow(tx, project.id, title);
    await recordEvent(tx, {
      action: "project.renamed",
      userId: userIdOf(actor),
      projectId: project.id,
      subject: project.id,
    });
  });
  return { ...project, title };
}

/**
 * The words of reported speech that a project has added to the lists.
 *
 * @throws Refusal "not_found"
 */
export async function cuesOf(actor: Actor, ref: string): Promise<ProjectCues> {
  const { id } = await projectFor(actor, ref, "read");
  return { cues: await cuesOfProject(database(), id) };
}

/**
 * Has these be the words that a project adds, in place of those before.
 *
 * @throws Refusal "not_found", "forbidden", and what {@link checkedCues} throws
 */
export async function changeCues(
  actor: Actor,
  ref: string,
  written: readonly string[],
): Promise<ProjectCues> {
  const project = await projectFor(actor, ref, "manage");
  const cues = checkedCues(written);
  await transaction(database(), async (tx) => {
    await changeProjectCues(tx, project.id, cues);
    await recordEvent(tx, {
      action: "project.cues_changed",
      userId: userIdOf(actor),
      projectId: project.id,
      subject: project.id,
      details: { count: cues.length },
    });
  });
  return { cues };
}

function projectOf({ id, slug, title, schemeVersion, createdAt }: ProjectRow, role: Role): Project {
  return {
    id,
    slug,
    title,
    role,
    scheme_version: schemeVersion,
    created_at: createdAt.toISOString(),
  };
}

/** @throws Refusal "forbidden" if the role does not allow it */
export function requirePermission(role: Role, permission: Permission): void {
  if (!roleMay(role, permission)) {
    throw new Refusal(
      "forbidden",
      `${capitalised(withArticle(role))} of this project may not do this.`,
      {
        role,
        permission,
      },
    );
  }
}

function effectiveRole(actor: Actor, role: Role | null): Role {
  return isAlmighty(actor) ? "admin" : (role ?? "viewer");
}
