import type { Metadata } from "next";
import { notFound, redirect } from "next/navigation";
import { orNotFound } from "@/app/or-not-found";
import { requireActorOrSignIn } from "@/app/session";
import { OwnDecisionsView } from "@/components/adjudication/own-decisions";
import { ButtonLink } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { Page, PageHeader } from "@/components/ui/page";
import { TimeAgo } from "@/components/ui/time-ago";
import { Refusal } from "@/lib/domain/refusal";
import { roleMay } from "@/lib/domain/roles";
import { type ShownDecisions, showDecisions } from "@/lib/workflow/desk";
import { projectFor } from "@/lib/workflow/projects";

export const metadata: Metadata = { title: "How your work was decided" };

export default async function DecisionsPage({
  params,
  searchParams,
}: PageProps<"/projects/[project]/articles/[article]/decisions">) {
  const actor = await requireActorOrSignIn();
  const [{ project: ref, article: articleId }, asked] = await Promise.all([params, searchParams]);
  const project = await orNotFound(projectFor(actor, ref, "annotate"));
  const version =
    typeof asked.version === "string" && /^[1-9]\d{0,6}$/.test(asked.version)
      ? Number(asked.version)
      : undefined;
  const shown = await decidedOrNot(showDecisions(actor, articleId, { version }));
  const here = `/projects/${project.slug}/articles/${articleId}`;
  if (!shown && roleMay(project.role, "see_all_sets")) {
    redirect(`/projects/${project.slug}/adjudication/${articleId}`);
  }
  if (!shown) {
    return (
      <Page>
        <EmptyState
          level={1}
          title="Nothing decided yet"
          action={
            <ButtonLink href={`/projects/${project.slug}/articles`}>Go to the articles</ButtonLink>
          }
        >
          Once a curator has settled an article that you submitted, you see here what became of your
          spans.
        </EmptyState>
      </Page>
    );
  }
  const { decisions, article, scheme, instead } = shown;
  if (article.projectId !== project.id) notFound();
  return (
    <Page>
      <PageHeader
        title={article.title}
        back={{ href: "/work", label: "Your work" }}
        lead={
          <>
            How your work was decided · settled <TimeAgo at={decisions.settled_at} />
          </>
        }
        actions={
          <ButtonLink href={decisions.version.current ? here : `${here}?version=${article.number}`}>
            Go to the article
          </ButtonLink>
        }
      />
      <OwnDecisionsView decisions={decisions} scheme={scheme} instead={instead} />
    </Page>
  );
}

/** Null where nothing is settled, or nothing there: that is told in the same words. */
async function decidedOrNot(work: Promise<ShownDecisions>): Promise<ShownDecisions | null> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Refusal && error.code === "not_found") return null;
    throw error;
  }
}
