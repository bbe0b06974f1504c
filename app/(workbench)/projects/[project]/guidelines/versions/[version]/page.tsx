import type { Metadata } from "next";
import { orNotFound } from "@/app/or-not-found";
import { requireActorOrSignIn } from "@/app/session";
import { GuidelineReading } from "@/components/guidelines/reading";
import { Page, PageHeader } from "@/components/ui/page";
import { TimeAgo } from "@/components/ui/time-ago";
import { openGuidelineVersion } from "@/lib/workflow/guidelines";

export const metadata: Metadata = { title: "A version of the guidelines" };

export default async function GuidelineVersionPage({
  params,
}: PageProps<"/projects/[project]/guidelines/versions/[version]">) {
  const actor = await requireActorOrSignIn();
  const { project: ref, version } = await params;
  const { project, scheme, shown, earlier } = await orNotFound(
    openGuidelineVersion(actor, ref, version),
  );
  return (
    <Page wide>
      <PageHeader
        title={`Guidelines, version ${shown.version}`}
        back={{ href: `/projects/${project.slug}/guidelines`, label: "The guidelines that hold" }}
        lead={
          <>
            <bdi>{project.title}</bdi> · <bdi>{shown.created_by ?? "Gainsay"}</bdi> ·{" "}
            <TimeAgo at={shown.created_at} />
            {shown.note !== "" && (
              <p dir="auto" className="mt-1 whitespace-pre-line">
                {shown.note}
              </p>
            )}
          </>
        }
      />
      <GuidelineReading
        shown={shown}
        earlier={earlier}
        scheme={scheme}
        since={(what) => (
          <>
            Changed since version {earlier?.version}: {what}
          </>
        )}
      />
    </Page>
  );
}
