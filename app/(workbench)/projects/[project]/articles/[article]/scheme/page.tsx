import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { orNotFound } from "@/app/or-not-found";
import { requireActorOrSignIn } from "@/app/session";
import { AgreeToScheme } from "@/components/scheme/agree";
import { Effects } from "@/components/scheme/effects";
import { ButtonLink } from "@/components/ui/button";
import { Notice } from "@/components/ui/notice";
import { Page, PageHeader } from "@/components/ui/page";
import { TextLink } from "@/components/ui/text-link";
import { ownSchemeChange, setsOf } from "@/lib/workflow/annotating";
import { projectFor } from "@/lib/workflow/projects";

export const metadata: Metadata = { title: "The scheme has changed" };

type Props = PageProps<"/projects/[project]/articles/[article]/scheme">;

/** What would become of the reader's own work on an article in the scheme that holds by now. */
export default async function OwnSchemePage({ params }: Props) {
  const actor = await requireActorOrSignIn();
  const { project: ref, article } = await params;
  const project = await orNotFound(projectFor(actor, ref, "annotate"));
  const sets = await orNotFound(setsOf(actor, article));
  const [own] = sets;
  if (own?.kind !== "reviewer") notFound();
  const change = await orNotFound(ownSchemeChange(actor, own.id));
  const here = `/projects/${project.slug}/articles/${article}`;
  const lost = change.effects.filter(({ loss }) => loss);
  const back = { href: here, label: "Back to the article" };
  if (change.from === change.to) {
    return (
      <Page>
        <PageHeader title="The scheme has changed" back={back} />
        <Notice>
          Your work on this article is by the scheme that holds. There is nothing to do.
        </Notice>
      </Page>
    );
  }
  return (
    <Page>
      <PageHeader
        title="The scheme has changed"
        lead={
          <>
            Your work on this article is by version {change.from}.{" "}
            <TextLink href={`/projects/${project.slug}/scheme/versions/${change.to}`}>
              Version {change.to}
            </TextLink>{" "}
            holds by now.
          </>
        }
        back={back}
      />
      <Notice tone={lost.length > 0 ? "warn" : "ok"}>
        {lost.length > 0
          ? "Some of your work has no place in it. It is left out only if you agree; until then you go on by the version that you have."
          : "Nothing of your work would be left out."}
      </Notice>
      <div className="mt-4">
        <Effects project={null} effects={change.effects} />
      </div>
      <p className="mt-4 text-sm text-muted">
        What is left out stays in the history. If an admin undoes the change of the scheme, it comes
        back.
      </p>
      <AgreeToScheme set={own} version={change.to} article={here} />
      <div className="mt-3">
        <ButtonLink variant="quiet" href={here}>
          Not now
        </ButtonLink>
      </div>
    </Page>
  );
}
