import type { Metadata } from "next";
import { orNotFound } from "@/app/or-not-found";
import { requireActorOrSignIn } from "@/app/session";
import { FeedbackView } from "@/components/rounds/feedback";
import { ButtonLink } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { Page, PageHeader } from "@/components/ui/page";
import { TimeAgo } from "@/components/ui/time-ago";
import { Refusal } from "@/lib/domain/refusal";
import { feedbackOn, type ShownFeedback } from "@/lib/workflow/gold";
import { projectFor } from "@/lib/workflow/projects";

export const metadata: Metadata = { title: "How it compares" };

export default async function FeedbackPage({
  params,
  searchParams,
}: PageProps<"/projects/[project]/rounds/[number]/feedback/[article]">) {
  const actor = await requireActorOrSignIn();
  const [{ project: ref, number, article: articleId }, asked] = await Promise.all([
    params,
    searchParams,
  ]);
  const project = await orNotFound(projectFor(actor, ref, "annotate"));
  const user = typeof asked.user === "string" ? asked.user : undefined;
  const here = `/projects/${project.slug}`;
  const shown = await orNotFound(
    shownOrNot(feedbackOn(actor, project.id, { number, articleId, user })),
  );
  if (!shown) {
    return (
      <Page>
        <EmptyState
          level={1}
          title="Not submitted"
          action={<ButtonLink href={`${here}/articles/${articleId}`}>Go to the article</ButtonLink>}
        >
          What is submitted can be compared with gold.
        </EmptyState>
      </Page>
    );
  }
  const { feedback, article, scheme } = shown;
  const isOwn = feedback.user.id === actor.userId;
  return (
    <Page>
      <PageHeader
        title={article.title}
        back={{ href: `${here}/rounds/${number}`, label: "Round" }}
        lead={
          <>
            {isOwn ? (
              "How your work compares with gold"
            ) : (
              <>
                How the work of <bdi>{feedback.user.name}</bdi> compares with gold
              </>
            )}{" "}
            · submitted <TimeAgo at={feedback.submitted_at} />
          </>
        }
        actions={
          <ButtonLink href={`${here}/articles/${articleId}`}>
            {isOwn ? "Go to your work" : "Go to the article"}
          </ButtonLink>
        }
      />
      <FeedbackView
        feedback={feedback}
        text={article.text}
        blocks={article.blocks}
        language={article.language}
        scheme={scheme}
        isOwn={isOwn}
      />
    </Page>
  );
}

/** Null for what is not submitted. */
async function shownOrNot(shown: Promise<ShownFeedback>): Promise<ShownFeedback | null> {
  try {
    return await shown;
  } catch (error) {
    if (error instanceof Refusal && error.code === "conflict") return null;
    throw error;
  }
}
