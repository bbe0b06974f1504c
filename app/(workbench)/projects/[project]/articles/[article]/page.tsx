import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { cache } from "react";
import { requireActorOrSignIn } from "@/app/session";
import type { AnnotatePage, OwnSet } from "@/components/annotator/annotate-page";
import { Annotator } from "@/components/annotator/annotator";
import { Refusal } from "@/lib/domain/refusal";
import { type OpenArticle, openArticle } from "@/lib/workflow/annotating";

type Props = PageProps<"/projects/[project]/articles/[article]">;

const open = cache(async (articleId: string, version: number | null): Promise<OpenArticle> => {
  const actor = await requireActorOrSignIn();
  try {
    return await openArticle(actor, articleId, { version });
  } catch (error) {
    if (error instanceof Refusal && error.code === "not_found") notFound();
    throw error;
  }
});

async function openedBy({ params, searchParams }: Props): Promise<OpenArticle> {
  const [{ project, article }, { version }] = await Promise.all([params, searchParams]);
  const number = typeof version === "string" && /^[1-9]\d{0,6}$/.test(version) ? version : null;
  const opened = await open(article, number === null ? null : Number(number));
  if (opened.article.projectSlug !== project) notFound();
  return opened;
}

export async function generateMetadata(props: Props): Promise<Metadata> {
  return { title: (await openedBy(props)).article.title };
}

export default async function ArticlePage(props: Props) {
  const [actor, opened] = await Promise.all([requireActorOrSignIn(), openedBy(props)]);
  const { versionId, number } = opened.article;
  // Another version is another page: nothing of what was open may stay.
  return <Annotator key={`${versionId} ${number}`} page={pageOf(opened)} user={actor.userId} />;
}

/** What of it the browser gets. */
function pageOf({ article, scheme, set, others, earlierWork }: OpenArticle): AnnotatePage {
  return {
    project: { slug: article.projectSlug, title: article.projectTitle },
    article: {
      id: article.articleId,
      title: article.title,
      publisher: article.publisher,
      author: article.author,
      url: article.url,
      publishedAt: article.publishedAt?.toISOString() ?? null,
      language: article.language,
    },
    version: {
      id: article.versionId,
      number: article.number,
      current: article.number === article.currentVersion,
      text: article.text,
      blocks: article.blocks,
    },
    scheme,
    ownSet: set && setOf(set),
    readOnlySets: others.map((other) => ({ ...setOf(other), kind: other.kind })),
    earlierVersions: earlierWork.map((earlier) => ({ number: earlier, hasMyWork: true })),
  };
}

function setOf(set: OpenArticle["others"][number]): OwnSet {
  const { id, revision, note, spans, relations } = set;
  return {
    id,
    revision,
    note,
    spans,
    relations,
    submittedAt: set.submittedAt?.toISOString() ?? null,
    annotator: `a${set.annotator}`,
  };
}
