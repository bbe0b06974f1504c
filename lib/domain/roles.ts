/** What a member may be in a project. */
export const roles = ["admin", "curator", "reviewer", "viewer"] as const;
export type Role = (typeof roles)[number];

export const permissions = [
  /** See the project, its articles, and what was imported or settled. */
  "read",
  /** Have an annotation set of one's own. */
  "annotate",
  /** See the annotation sets of every reviewer. */
  "see_all_sets",
  "export",
  "import",
  /** Say what the labels mean: new versions of the guidelines. */
  "write_guidelines",
  /** Members, invites, the project's own settings. */
  "manage",
] as const;
export type Permission = (typeof permissions)[number];

const granted: Record<Role, readonly Permission[]> = {
  admin: permissions,
  curator: ["read", "annotate", "see_all_sets", "export", "write_guidelines"],
  reviewer: ["read", "annotate"],
  viewer: ["read"],
};

export function roleMay(role: Role, permission: Permission): boolean {
  return granted[role].includes(permission);
}

/**
 * Whether somebody sees gold wherever there is any: who settles it, and who only reads. Whoever annotates and does not
 * see the work of others sees it where a practice round shows it to them.
 */
export function seesGold(role: Role): boolean {
  return roleMay(role, "see_all_sets") || !roleMay(role, "annotate");
}

/** What an API token may be used for, of what its user may. Each stands for itself: none is part of another. */
export const tokenScopes = ["read", "annotate", "import", "export", "manage"] as const;
export type TokenScope = (typeof tokenScopes)[number];
