import type { Metadata } from "next";
import { requireActorOrSignIn } from "@/app/session";
import { DecidedWork } from "@/components/adjudication/decided-work";
import { OwnTime, OwnWorkPage } from "@/components/rounds/own-work";
import { ButtonLink } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { Page, PageHeader } from "@/components/ui/page";
import { ownWork } from "@/lib/workflow/assigning";
import { decidedWork } from "@/lib/workflow/desk";

export const metadata: Metadata = { title: "Your work" };

export default async function WorkPage() {
  const actor = await requireActorOrSignIn();
  const [work, decided] = await Promise.all([ownWork(actor), decidedWork(actor)]);
  if (work.rounds.length === 0 && decided.length === 0) {
    return (
      <Page>
        <EmptyState
          level={1}
          title="No work given to you"
          action={<ButtonLink href="/projects">Go to your projects</ButtonLink>}
        >
          What an admin gives you in a round is here.
        </EmptyState>
        <OwnTime time={work.active_time} />
      </Page>
    );
  }
  return (
    <Page>
      <PageHeader title="Your work" />
      <OwnWorkPage work={work} />
      <DecidedWork articles={decided} />
    </Page>
  );
}
