import { randomUUID } from "node:crypto";
import type { Metadata } from "next";
import { orNotFound } from "@/app/or-not-found";
import { onlyFirst } from "@/app/search-params";
import { requireActorOrSignIn } from "@/app/session";
import { ArticleList } from "@/components/articles/article-list";
import { ListFrame } from "@/components/articles/list-frame";
import { addressOf, askedBy, readListQuery } from "@/components/articles/list-query";
import { ButtonLink } from "@/components/ui/button";
import { PageHeader } from "@/components/ui/page";
import type { UserActor } from "@/lib/access/actor";
import { labelStyle, styleNumberOf } from "@/lib/domain/label-style";
import { roleMay } from "@/lib/domain/roles";
import { listArticles } from "@/lib/workflow/articles";
import { reviewerName } from "@/lib/workflow/dashboard";
import { projectFor } from "@/lib/workflow/projects";
import { schemeOfProject } from "@/lib/workflow/schemes";

export const metadata: Metadata = { title: "Articles" };

export default async function ArticlesPage({
  params,
  searchParams,
}: PageProps<"/projects/[project]/articles">) {
  const actor = await requireActorOrSignIn();
  const [{ project: ref }, asked] = await Promise.all([params, searchParams]);
  const project = await orNotFound(projectFor(actor, ref, "read"));
  const scheme = await schemeOfProject(project);
  const labels = scheme.labels.map((rule, index) => ({
    name: rule.name,
    letter: rule.letter,
    style: labelStyle(styleNumberOf(rule, index)),
  }));
  const written = readListQuery(onlyFirst(asked), labels);
  const seesAll = roleMay(project.role, "see_all_sets");
  // Whoever is sent somebody else's link sees their own work.
  const isTheirs = seesAll || written.reviewer === actor.userId;
  const query = {
    ...written,
    reviewer: isTheirs ? written.reviewer : null,
    round: seesAll ? written.round : null,
  };
  const page = await listArticles(actor, project.id, askedBy(query));
  const may = {
    annotate: roleMay(project.role, "annotate"),
    import: roleMay(project.role, "import"),
    delete: roleMay(project.role, "manage"),
    export: roleMay(project.role, "export"),
  };
  return (
    <ListFrame>
      <PageHeader
        title="Articles"
        lead={<bdi>{project.title}</bdi>}
        actions={
          <>
            {seesAll && (
              <ButtonLink
                href={`/projects/${project.slug}/adjudication`}
                className="max-sm:hidden" // a row higher it stands anyway
              >
                Adjudication
              </ButtonLink>
            )}
            {may.import && (
              <ButtonLink
                href={`/projects/${project.slug}/import`}
                icon="upload"
                className="max-sm:hidden" // as above
              >
                Import
              </ButtonLink>
            )}
          </>
        }
      />
      <ArticleList
        project={project.slug}
        labels={labels}
        whose={await whoseWork(actor, project.slug, query.reviewer)}
        may={may}
        initial={{ id: randomUUID(), address: addressOf(query), page }}
      />
    </ListFrame>
  );
}

/** Whose work a list is of, in words; of somebody unknown, no name. */
async function whoseWork(
  actor: UserActor,
  project: string,
  reviewer: string | null,
): Promise<string> {
  if (reviewer === null || reviewer === "anyone") return "anyone";
  return (await reviewerName(actor, project, reviewer)) ?? "somebody unknown";
}
