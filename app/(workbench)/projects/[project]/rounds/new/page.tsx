import { randomInt } from "node:crypto";
import type { Metadata } from "next";
import { orNotFound } from "@/app/or-not-found";
import { requireActorOrSignIn } from "@/app/session";
import { RoundForm } from "@/components/rounds/round-form";
import { Page, PageHeader } from "@/components/ui/page";
import { roundChoices } from "@/lib/workflow/planning-rounds";
import { projectFor } from "@/lib/workflow/projects";

export const metadata: Metadata = { title: "New round" };

export default async function NewRoundPage({
  params,
}: PageProps<"/projects/[project]/rounds/new">) {
  const actor = await requireActorOrSignIn();
  const { project: ref } = await params;
  const project = await orNotFound(projectFor(actor, ref, "manage"));
  const choices = await roundChoices(actor, project.id);
  return (
    <Page>
      <PageHeader
        title="New round"
        lead={<bdi>{project.title}</bdi>}
        back={{ href: `/projects/${project.slug}/rounds`, label: "Rounds" }}
      />
      <RoundForm project={project.slug} choices={choices} seed={randomInt(0, 1_000_000)} />
    </Page>
  );
}
