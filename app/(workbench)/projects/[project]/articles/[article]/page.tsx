import type { Metadata } from "next";
import { headers } from "next/headers";
import { notFound } from "next/navigation";
import { cache } from "react";
import { requireActorOrSignIn } from "@/app/session";
import { DecidedNotice } from "@/components/adjudication/decided-notice";
import { type PackedPage, packPage } from "@/components/annotator/annotate-page-props";
import { Annotator } from "@/components/annotator/annotator";
import { CompareNotice } from "@/components/rounds/compare-notice";
import { ReturnedNotice } from "@/components/rounds/returned-notice";
import { SchemeNotice } from "@/components/scheme/own-change";
import type { KeySettings } from "@/lib/api/people";
import { Refusal } from "@/lib/domain/refusal";
import { type OpenArticle, openArticle } from "@/lib/workflow/annotating";
import { isDecided } from "@/lib/workflow/desk";
import { segmentationOf } from "@/lib/workflow/segmenting";
import { keySettingsOf } from "@/lib/workflow/users";

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

/** Requests to which the database did not answer: Next asks for a title again for the page that says so. */
const withoutDatabase = new WeakSet<object>();

export async function generateMetadata(props: Props): Promise<Metadata> {
  const request = await headers();
  if (withoutDatabase.has(request)) return {};
  try {
    return { title: (await openedBy(props)).article.title };
  } catch (error) {
    if (error instanceof Refusal && error.code === "unavailable") withoutDatabase.add(request);
    throw error;
  }
}

export default async function ArticlePage(props: Props) {
  const actor = await requireActorOrSignIn();
  const [opened, keys] = await Promise.all([openedBy(props), keySettingsOf(actor)]);
  const { id, number } = opened.article.version;
  const segmentation = await segmentationOf(opened.article);
  const page = pageOf(opened, { keys, segmentation });
  // Another version is another page: nothing of what was open may stay.
  const returned = opened.assignments.find(({ state }) => state === "returned");
  const { submitted_at: submittedAt = null } = opened.article.annotation_set ?? {};
  const decided = submittedAt !== null && (await isDecided(actor, opened.article.id));
  const practice = opened.assignments.find(({ kind }) => kind === "practice");
  return (
    <Annotator
      key={`${id} ${number}`}
      page={page}
      user={actor.userId}
      drawn={
        <>
          {returned?.comment && <ReturnedNotice comment={returned.comment} />}
          {opened.schemeWaits && <SchemeNotice article={opened.article} />}
          {decided && (
            <DecidedNotice
              href={`/projects/${opened.article.project}/articles/${opened.article.id}/decisions`}
            />
          )}
          {practice && opened.article.version.current && (
            <CompareNotice
              href={`/projects/${opened.article.project}/rounds/${practice.round}/feedback/${opened.article.id}`}
            />
          )}
        </>
      }
    />
  );
}

/** What of it the browser gets. */
function pageOf(
  { article, projectTitle, cues, others, earlierWork }: OpenArticle,
  { keys, segmentation }: { keys: KeySettings; segmentation: Uint8Array },
): PackedPage {
  const { project: slug, version, text, blocks, scheme, annotation_set: ownSet } = article;
  const { id, title, publisher, author, url, published_at, language } = article;
  return packPage({
    practice: false,
    project: { slug, title: projectTitle },
    article: { id, title, publisher, author, url, published_at, language },
    version: { ...version, text, blocks },
    segmentation: Buffer.from(segmentation).toString("base64"),
    scheme,
    cues,
    ownSet,
    readOnlySets: others,
    keys,
    earlierVersions: earlierWork.map((earlier) => ({ number: earlier, hasMyWork: true })),
  });
}
