import type { Metadata } from "next";
import { orNotFound } from "@/app/reached";
import { requireActorOrSignIn } from "@/app/session";
import { ArticleList } from "@/components/articles/article-list";
import { Page, PageHeader } from "@/components/ui/page";
import { listArticles } from "@/lib/workflow/articles";
import { projectFor } from "@/lib/workflow/projects";

export const metadata: Metadata = { title: "Articles" };

export default async function ArticlesPage({ params }: PageProps<"/projects/[project]/articles">) {
  const actor = await requireActorOrSignIn();
  const { project: ref } = await params;
  const project = await orNotFound(projectFor(actor, ref, "read"));
  const { articles } = await listArticles(actor, project.id);
  return (
    <Page>
      <PageHeader title={project.title} />
      <ArticleList
        project={project.slug}
        articles={articles.map(({ id, title }) => ({ id, title }))}
      />
    </Page>
  );
}
