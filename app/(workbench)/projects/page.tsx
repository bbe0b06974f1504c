import type { Metadata } from "next";
import { requireActorOrSignIn } from "@/app/session";
import { NewProject } from "@/components/people/new-project";
import { roleLabel } from "@/components/people/roles";
import { Badge } from "@/components/ui/badge";
import { ButtonLink } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { Link } from "@/components/ui/link";
import { Page, PageHeader } from "@/components/ui/page";
import { projectsOf } from "@/lib/workflow/projects";

export const metadata: Metadata = { title: "Projects" };

export default async function ProjectsPage() {
  const actor = await requireActorOrSignIn();
  const projects = await projectsOf(actor);
  if (projects.length === 0) {
    return (
      <Page>
        <EmptyState
          level={1}
          title="No projects yet"
          action={actor.siteAdmin ? <NewProject /> : undefined}
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
              <NewProject />
            </>
          ) : undefined
        }
      />
      <ul className="divide-y divide-line overflow-hidden rounded-lg border border-line bg-surface">
        {projects.map(({ id, slug, title, role }) => (
          <li key={id}>
            <Link
              href={`/projects/${slug}/articles`}
              className="flex items-center justify-between gap-4 px-4 py-3.5 text-ink no-underline hover:bg-sunken focus-visible:-outline-offset-2 sm:px-5"
            >
              <span className="min-w-0">
                <span dir="auto" className="block font-reading text-lg font-semibold wrap-anywhere">
                  {title}
                </span>
                <span dir="ltr" className="block text-sm text-muted wrap-anywhere">
                  {slug}
                </span>
              </span>
              <Badge tone={role === "admin" ? "accent" : "neutral"}>{roleLabel(role)}</Badge>
            </Link>
          </li>
        ))}
      </ul>
    </Page>
  );
}
