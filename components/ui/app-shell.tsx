"use client";

import { useParams, usePathname } from "next/navigation";
import type { ReactNode } from "react";
import { capitalised } from "@/lib/domain/grammar";
import { Button } from "./button";
import { Icon } from "./icons";
import { Link } from "./link";
import { Menu } from "./menu";
import { useOnDemand } from "./on-demand";
import type { ShellUser } from "./shell-menu-items";
import { shellMenus } from "./shell-menus";
import type { Theme } from "./theme";
import { Tooltips } from "./tooltip";
import { UnsentWorkBar } from "./unsent-work";
import { UserMenu } from "./user-menu";
import { Wordmark } from "./wordmark";

/** Pages of a project, by the names under which they are listed. */
export type ProjectPage =
  | "articles"
  | "dashboard"
  | "agreement"
  | "guidelines"
  | "scheme"
  | "rounds"
  | "adjudication"
  | "import"
  | "export"
  | "members";

/** A project the reader belongs to, with those of its pages that they may open, in order. */
type ShellProject = { slug: string; title: string; pages: readonly ProjectPage[] };

/** What surrounds every page once one is in: top bar, main landmark with the id "main". */
export function AppShell({
  user,
  projects,
  theme,
  inbox,
  children,
}: {
  user: ShellUser & { id: string };
  projects: readonly ShellProject[];
  theme: Theme;
  /** The way to what the reader is told. */
  inbox: ReactNode;
  children: ReactNode;
}) {
  const { project: slug } = useParams<{ project?: string }>();
  const current = projects.find((project) => project.slug === slug);
  return (
    <>
      <div className="shell">
        <header className="shell-bar">
          <div className="shell-place">
            <Link
              href="/projects"
              aria-label="Gainsay, all projects"
              className="rounded-sm px-1 py-1.5 no-underline"
            >
              <Wordmark />
            </Link>
            <span aria-hidden="true" className="ms-1 text-edge">
              /
            </span>
            <ProjectMenu projects={projects} current={current} />
          </div>
          {current && <ProjectNav project={current} />}
          <div className="shell-user">
            {inbox}
            <UserMenu user={user} theme={theme} />
          </div>
        </header>
        <div className="sticky top-(--bar-height) z-10">
          <UnsentWorkBar user={user.id} />
        </div>
        <main id="main" tabIndex={-1} className="outline-none">
          {children}
        </main>
      </div>
      <Tooltips />
    </>
  );
}

function ProjectMenu({
  projects,
  current,
}: {
  projects: readonly ShellProject[];
  current: ShellProject | undefined;
}) {
  const menus = useOnDemand(shellMenus, false);
  return (
    <Menu
      onOpen={shellMenus.load}
      trigger={
        <Button variant="quiet" size="small" className="min-w-0 max-w-64">
          <span className="truncate" dir="auto">
            {current?.title ?? "Projects"}
          </span>
          <Icon name="chevron" size={16} />
        </Button>
      }
    >
      {menus && <menus.ProjectMenuItems projects={projects} current={current} />}
    </Menu>
  );
}

function ProjectNav({ project }: { project: ShellProject }) {
  const path = usePathname();
  return (
    <nav aria-label={project.title} className="shell-pages">
      {project.pages.map((page) => {
        const href = `/projects/${project.slug}/${page}`;
        const here = path === href;
        return (
          <Link
            key={page}
            href={href}
            aria-current={here ? "page" : undefined}
            className={`shell-page ${here || path.startsWith(`${href}/`) ? "here" : ""}`}
          >
            {capitalised(page)}
          </Link>
        );
      })}
    </nav>
  );
}
