import type { Role } from "@/lib/domain/roles";

/** The roles in a project, with what they may do, the strongest first. */
export const roleOptions = [
  { value: "admin", label: "Admin", hint: "Everything: members, import, export" },
  { value: "curator", label: "Curator", hint: "Annotates, sees all reviewers' work, exports" },
  { value: "reviewer", label: "Reviewer", hint: "Annotates articles" },
  { value: "viewer", label: "Viewer", hint: "Reads only" },
] as const satisfies readonly { value: Role; label: string; hint: string }[];

export function roleLabel(role: Role): string {
  return roleOptions.find(({ value }) => value === role)?.label ?? role;
}

/** "an admin", "a reviewer": with its article. */
export function aRole(role: Role): string {
  return `${role === "admin" ? "an" : "a"} ${role}`;
}
