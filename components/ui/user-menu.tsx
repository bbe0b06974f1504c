"use client";

import { useState } from "react";
import { Button } from "./button";
import { Icon } from "./icons";
import { Menu } from "./menu";
import { onDemand, useOnDemand } from "./on-demand";
import type { ShellUser } from "./shell-menu-items";
import { shellMenus } from "./shell-menus";
import type { Theme } from "./theme";

const signingOut = onDemand(() => import("./sign-out-everywhere"));

/** Who is in, and what concerns them rather than a project. */
export function UserMenu({ user, theme }: { user: ShellUser; theme: Theme }) {
  const [asking, setAsking] = useState(false);
  const code = useOnDemand(signingOut, asking);
  const menus = useOnDemand(shellMenus, false);

  return (
    <>
      <Menu
        align="end"
        onOpen={shellMenus.load}
        trigger={
          <Button variant="quiet" size="small" aria-label={`Your account: ${user.name}`}>
            <Icon name="user" />
            <span className="shell-user-name" dir="auto">
              {user.name}
            </span>
            <Icon name="chevron" size={16} />
          </Button>
        }
      >
        {menus && (
          <menus.UserMenuItems user={user} theme={theme} onAskEverywhere={() => setAsking(true)} />
        )}
      </Menu>
      {code && <code.SignOutEverywhereDialog open={asking} onOpenChange={setAsking} />}
    </>
  );
}
