import { cookies } from "next/headers";
import type { ReactNode } from "react";
import { requireActorOrSignIn } from "@/app/session";
import { InboxLink } from "@/components/notifications/inbox-link";
import { AppShell, type ProjectPage } from "@/components/ui/app-shell";
import { SkipLink } from "@/components/ui/skip-link";
import { readTheme, themeCookie } from "@/components/ui/theme";
import { type Role, roleMay } from "@/lib/domain/roles";
import { mayLookIntoTrash } from "@/lib/workflow/deleting";
import { MOST_COUNTED, unreadNotifications } from "@/lib/workflow/notifying";
import { projectsOf } from "@/lib/workflow/projects";

export default async function WorkbenchLayout({ children }: { children: ReactNode }) {
  const actor = await requireActorOrSignIn();
  const [projects, store, hasTrash, unread] = await Promise.all([
    projectsOf(actor),
    cookies(),
    mayLookIntoTrash(actor),
    unreadNotifications(actor),
  ]);
  return (
    <>
      <SkipLink />
      <AppShell
        user={{
          id: actor.userId,
          name: actor.name,
          email: actor.email,
          siteAdmin: actor.siteAdmin,
          hasTrash,
        }}
        projects={projects.map(({ slug, title, role }) => ({ slug, title, pages: pagesFor(role) }))}
        theme={readTheme(store.get(themeCookie)?.value)}
        inbox={<InboxLink unread={unread} most={MOST_COUNTED} />}
      >
        {children}
      </AppShell>
    </>
  );
}

function pagesFor(role: Role): ProjectPage[] {
  const pages: ProjectPage[] = ["articles", "guidelines", "scheme"];
  if (roleMay(role, "see_all_sets")) pages.push("dashboard", "agreement");
  if (roleMay(role, "annotate")) pages.push("rounds");
  if (roleMay(role, "see_all_sets")) pages.push("adjudication");
  if (roleMay(role, "import")) pages.push("import");
  if (roleMay(role, "export")) pages.push("export");
  if (roleMay(role, "manage")) pages.push("members");
  return pages;
}
