import type { Metadata } from "next";
import { requireActorOrSignIn } from "@/app/session";
import { NewProject } from "@/components/people/new-project";
import { ProjectList } from "@/components/people/project-list";
import { ButtonLink } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { Page, PageHeader } from "@/components/ui/page";
import { projectsPage } from "@/lib/workflow/projects";
import { libraryEntries } from "@/lib/workflow/scheme-library";

export const metadata: Metadata = { title: "Projects" };

export default async function ProjectsPage() {
  const actor = await requireActorOrSignIn();
  const projects = await projectsPage(actor);
  if (projects.projects.length === 0) {
    return (
      <Page>
        <EmptyState
          level={1}
          title="No projects yet"
          action={actor.siteAdmin ? <NewProject schemes={libraryEntries()} /> : undefined}
        >
          {actor.siteAdmin
            ? "A project is a corpus with its own articles, scheme and members."
            : "Ask an admin to invite you into one."}
        </EmptyState>
      </Page>
    );
  }
  return (
    <Page>
      <PageHeader
        title="Projects"
        actions={
          actor.siteAdmin ? (
            <>
              <ButtonLink href="/people" icon="people">
                People
              </ButtonLink>
              <NewProject schemes={libraryEntries()} />
            </>
          ) : undefined
        }
      />
      <ProjectList key={projects.next_cursor} first={projects} />
    </Page>
  );
}
