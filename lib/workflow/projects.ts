import { type Actor, isAlmighty, userIdOf } from "@/lib/access/actor";
import { type Permission, type Role, roleMay } from "@/lib/access/permissions";
import { Refusal } from "@/lib/domain/refusal";
import { database } from "@/lib/store/database";
import { findProject, listProjects, type ProjectRow } from "@/lib/store/projects";

/** A project as an actor sees it. `role` is what the actor may be in it. */
export type VisibleProject = ProjectRow & { readonly role: Role };

/** The projects an actor may see, by title. */
export async function projectsOf(actor: Actor): Promise<VisibleProject[]> {
  const rows = await listProjects(database(), { userId: userIdOf(actor), all: isAlmighty(actor) });
  return rows.map((row) => ({ ...row, role: effectiveRole(actor, row.role) }));
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
): Promise<VisibleProject> {
  const row = await findProject(database(), {
    ref,
    userId: userIdOf(actor),
    all: isAlmighty(actor),
  });
  if (!row) throw new Refusal("not_found", "There is no such project.");
  const role = effectiveRole(actor, row.role);
  requirePermission(role, permission);
  return { ...row, role };
}

/** @throws Refusal "forbidden" if the role does not allow it */
export function requirePermission(role: Role, permission: Permission): void {
  if (!roleMay(role, permission)) {
    throw new Refusal("forbidden", `A ${role} of this project may not do this.`, {
      role,
      permission,
    });
  }
}

function effectiveRole(actor: Actor, role: Role | null): Role {
  return isAlmighty(actor) ? "admin" : (role ?? "viewer");
}
