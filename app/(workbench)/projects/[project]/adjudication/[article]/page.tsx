import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { orNotFound } from "@/app/or-not-found";
import { requireActorOrSignIn } from "@/app/session";
import { Begin } from "@/components/adjudication/begin";
import { Workbench } from "@/components/adjudication/workbench";
import { type PackedPage, packPage } from "@/components/annotator/annotate-page-props";
import { ButtonLink } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { Page } from "@/components/ui/page";
import type { KeySettings } from "@/lib/api/people";
import { type OpenDesk, openDesk } from "@/lib/workflow/desk";
import { projectFor } from "@/lib/workflow/projects";
import { keySettingsOf } from "@/lib/workflow/users";

export const metadata: Metadata = { title: "Adjudication" };

export default async function DeskPage({
  params,
  searchParams,
}: PageProps<"/projects/[project]/adjudication/[article]">) {
  const actor = await requireActorOrSignIn();
  const [{ project: ref, article: articleId }, asked] = await Promise.all([params, searchParams]);
  const project = await orNotFound(projectFor(actor, ref, "see_all_sets"));
  const version =
    typeof asked.version === "string" && /^[1-9]\d{0,6}$/.test(asked.version)
      ? Number(asked.version)
      : undefined;
  const [desk, keys] = await Promise.all([
    orNotFound(openDesk(actor, articleId, { version })),
    keySettingsOf(actor),
  ]);
  const { article, adjudication } = desk;
  if (article.projectId !== project.id) notFound();
  const list = `/projects/${project.slug}/adjudication`;
  if (adjudication.sources.length === 0 && adjudication.gold === null) {
    return (
      <Page>
        <EmptyState
          level={1}
          title="Nothing submitted yet"
          action={
            <>
              <ButtonLink href={list}>Back to adjudication</ButtonLink>
              <ButtonLink href={`/projects/${project.slug}/articles/${articleId}`}>
                Go to the article
              </ButtonLink>
            </>
          }
        >
          No reviewer has submitted <bdi>{article.title}</bdi>. What they submit is settled here.
        </EmptyState>
      </Page>
    );
  }
  if (adjudication.gold === null) {
    return <Begin article={articleId} version={article.number} title={article.title} />;
  }
  return (
    <Workbench
      key={`${adjudication.gold.id} ${adjudication.sources.map(({ id, submitted_at }) => `${id} ${submitted_at}`).join()}`}
      page={pageOf(desk, keys)}
      adjudication={adjudication}
      user={actor.userId}
      list={list}
    />
  );
}

/** What the browser gets of the article. */
function pageOf(
  { article, adjudication, scheme, segmentation }: OpenDesk,
  keys: KeySettings,
): PackedPage {
  const { publisher, author, url, publishedAt, language, title, text, blocks } = article;
  return packPage({
    practice: false,
    project: { slug: article.projectSlug, title: article.projectTitle },
    article: {
      id: article.articleId,
      title,
      publisher,
      author,
      url,
      published_at: publishedAt?.toISOString() ?? null,
      language,
    },
    version: { ...adjudication.version, text, blocks: [...blocks] },
    segmentation: Buffer.from(segmentation).toString("base64"),
    scheme,
    cues: [],
    ownSet: adjudication.gold,
    readOnlySets: [],
    keys,
    earlierVersions: [],
  });
}
