import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { cache } from "react";
import { requireActorOrSignIn } from "@/app/session";
import type { AnnotatePage, OwnSet } from "@/components/annotator/annotate-page";
import { Annotator } from "@/components/annotator/annotator";
import type { AnnotationSet } from "@/lib/api/annotation-sets";
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
  if (opened.article.project !== project) notFound();
  return opened;
}

export async function generateMetadata(props: Props): Promise<Metadata> {
  return { title: (await openedBy(props)).article.title };
}

export default async function ArticlePage(props: Props) {
  const [actor, opened] = await Promise.all([requireActorOrSignIn(), openedBy(props)]);
  const { id, number } = opened.article.version;
  // Another version is another page: nothing of what was open may stay.
  return <Annotator key={`${id} ${number}`} page={pageOf(opened)} user={actor.userId} />;
}

/** What of it the browser gets. */
function pageOf({ article, projectTitle, others, earlierWork }: OpenArticle): AnnotatePage {
  return {
    project: { slug: article.project, title: projectTitle },
    article: {
      id: article.id,
      title: article.title,
      publisher: article.publisher,
      author: article.author,
      url: article.url,
      publishedAt: article.published_at,
      language: article.language,
    },
    version: {
      ...article.version,
      text: article.text,
      blocks: article.blocks,
    },
    scheme: article.scheme,
    ownSet: article.annotation_set && setOf(article.annotation_set),
    readOnlySets: others.map((other) => ({ ...setOf(other), kind: other.kind })),
    earlierVersions: earlierWork.map((earlier) => ({ number: earlier, hasMyWork: true })),
  };
}

function setOf(set: AnnotationSet): OwnSet {
  const { id, revision, note, spans, relations, annotator } = set;
  return {
    id,
    revision,
    note,
    spans,
    relations,
    submittedAt: set.submitted_at,
    annotator,
  };
}
