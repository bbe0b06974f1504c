"use client";

import { useState } from "react";
import { Button } from "./button";
import { Icon } from "./icons";
import { Menu, MenuItem, MenuLink, MenuSeparator } from "./menu";
import { onDemand, useOnDemand } from "./on-demand";
import type { Theme } from "./theme";
import { ThemeChoice } from "./theme-menu";

const signingOut = onDemand(() => import("./sign-out-everywhere"));

/** Loaded when it is used: nobody else on the page needs it. */
async function signOut(): Promise<void> {
  const { signOut: end } = await import("next-auth/react");
  await end({ callbackUrl: "/sign-in" });
}

export type ShellUser = {
  name: string;
  email: string;
  siteAdmin: boolean;
  /** Whether there is a project whose trash is theirs to look into. */
  hasTrash: boolean;
};

/** Who is in, and what concerns them rather than a project. */
export function UserMenu({ user, theme }: { user: ShellUser; theme: Theme }) {
  const [asking, setAsking] = useState(false);
  const code = useOnDemand(signingOut, asking);

  return (
    <>
      <Menu
        align="end"
        trigger={
          <Button variant="quiet" size="small" aria-label={`Your account: ${user.name}`}>
            <Icon name="user" />
            <span className="hidden max-w-40 truncate md:block" dir="auto">
              {user.name}
            </span>
            <Icon name="chevron" size={16} />
          </Button>
        }
      >
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
        <MenuItem icon="signOut" onSelect={() => setAsking(true)}>
          Sign out everywhere…
        </MenuItem>
      </Menu>
      {code && <code.SignOutEverywhereDialog open={asking} onOpenChange={setAsking} />}
    </>
  );
}
