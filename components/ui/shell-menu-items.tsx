"use client";

import { MenuItem, MenuLabel, MenuLink, MenuSeparator } from "./menu-items";
import { signOut } from "./sign-out";
import type { Theme } from "./theme";
import { ThemeChoice } from "./theme-menu";

export type ShellUser = {
  name: string;
  email: string;
  siteAdmin: boolean;
  /** Whether there is a project whose trash is theirs to look into. */
  hasTrash: boolean;
};

type LinkedProject = { slug: string; title: string };

/** The projects of the reader, and the way to all. */
export function ProjectMenuItems({
  projects,
  current,
}: {
  projects: readonly LinkedProject[];
  current: LinkedProject | undefined;
}) {
  return (
    <>
      {projects.length > 0 && <MenuLabel>Your projects</MenuLabel>}
      {projects.map((project) => (
        <MenuLink
          key={project.slug}
          href={`/projects/${project.slug}/articles`}
          current={project === current}
        >
          {project.title}
        </MenuLink>
      ))}
      {projects.length > 0 && <MenuSeparator />}
      <MenuLink href="/work" icon="check">
        Your work
      </MenuLink>
      <MenuLink href="/projects" icon="list">
        All projects
      </MenuLink>
    </>
  );
}

/** Who is in, what is theirs, and the ways out. */
export function UserMenuItems({
  user,
  theme,
  onAskEverywhere,
}: {
  user: ShellUser;
  theme: Theme;
  onAskEverywhere: () => void;
}) {
  return (
    <>
      <div className="max-w-72 px-2.5 pt-1.5 pb-2">
        <p className="truncate font-medium" dir="auto">
          {user.name}
        </p>
        <p className="truncate text-sm text-muted">{user.email}</p>
      </div>
      <MenuSeparator />
      <MenuLink href="/account" icon="user">
        Account and tokens
      </MenuLink>
      {user.siteAdmin && (
        <MenuLink href="/people" icon="people">
          People
        </MenuLink>
      )}
      {user.hasTrash && (
        <MenuLink href="/trash" icon="trash">
          Trash
        </MenuLink>
      )}
      <MenuSeparator />
      <ThemeChoice initial={theme} />
      <MenuSeparator />
      <MenuItem icon="signOut" onSelect={() => void signOut()}>
        Sign out
      </MenuItem>
      <MenuItem icon="signOut" onSelect={onAskEverywhere}>
        Sign out everywhere…
      </MenuItem>
    </>
  );
}
