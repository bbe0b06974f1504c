"use client";

import { PrefetchKind } from "next/dist/client/components/router-reducer/router-reducer-types";
import { useRouter } from "next/navigation";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { toast } from "@/components/ui/toast";
import { call } from "@/lib/api/client";
import type { AnnotatePage } from "./annotate-page-props";
import type { SyncedAnnotator } from "./use-annotator";

/** Submitting, reopening and going on. Each once, however often it is asked for meanwhile. */
export function useFinishing(
  annotator: SyncedAnnotator,
  { practice, project, article, version }: AnnotatePage,
) {
  const [busy, setBusy] = useState(false);
  const router = useRouter();
  const isLeft = useRef(false);
  const about = version.id;
  useEffect(() => {
    isLeft.current = false;
    return () => {
      isLeft.current = true;
      toast.leave(about);
    };
  }, [about]);
  const articles = `/projects/${project.slug}/articles`;
  const ask = useNextArticle(project.slug, article.id, {
    awaited: annotator.ownSet !== null && !practice,
  });
  const finishing = useMemo(() => {
    let isClosing = false;
    let isGoing = false;
    const close = async (how: "submit" | "reopen") => {
      if (!annotator.ownSet || isClosing) return;
      isClosing = true;
      setBusy(true);
      try {
        const outcome = await annotator.finish(how);
        const failed = how === "submit" ? "submitted" : "reopened";
        if (!outcome.ok && isLeft.current) {
          toast.error(`“${article.title}” was not ${failed}. ${outcome.reason}`, {
            duration: 15_000,
            action: {
              label: "Open it",
              onClick: () => router.push(`${articles}/${article.id}`),
            },
          });
        } else if (!outcome.ok) toast.error(`Not ${failed}. ${outcome.reason}`, { about });
        else if (how === "submit" && !isLeft.current) {
          const action = { label: "Next article", onClick: () => void next() };
          toast.success("Submitted", { about, ...(practice ? {} : { action }) });
        }
      } finally {
        isClosing = false;
        setBusy(false);
      }
    };
    const next = async () => {
      if (isGoing || practice) return;
      isGoing = true;
      try {
        const answer = await ask();
        if (isLeft.current) return;
        if (!answer.ok) {
          const isOffline = answer.code === "unreachable";
          toast.error(
            isOffline
              ? "You are offline. The next article cannot be loaded."
              : "The next article could not be found out.",
            { about },
          );
        } else if (answer.value.article === null) {
          toast("There is no further article to annotate.", { about });
        } else router.push(`${articles}/${answer.value.article.id}`);
      } finally {
        isGoing = false;
      }
    };
    return {
      submit: () => void close("submit"),
      reopen: () => void close("reopen"),
      next: () => void next(),
    };
  }, [annotator, router, ask, practice, article.id, article.title, about, articles]);
  return { busy, ...finishing };
}

/** How long after opening the next article is looked for, in milliseconds: first comes what is open. */
const READING = 1500;

/** How long what was fetched beforehand is good, in milliseconds: as long as the router keeps it. */
const FRESH = 4 * 60_000;

const askNext = (project: string, article: string) =>
  call("GET /projects/{project}/articles/next", {
    path: { project },
    query: { after: article },
    signedOut: "stay", // what is not sent yet is kept here
  });

/**
 * Which article comes next; both the answer and the article's page are fetched while the reader reads.
 *
 * @param awaited whether there is any going on
 */
function useNextArticle(project: string, article: string, { awaited }: { awaited: boolean }) {
  const router = useRouter();
  const known = useRef<{ answer: Awaited<ReturnType<typeof askNext>>; at: number } | null>(null);
  useEffect(() => {
    known.current = null;
    if (!awaited) return;
    let isLeft = false;
    const timer = setTimeout(async () => {
      const answer = await askNext(project, article);
      if (isLeft || !answer.ok || answer.value.article === null) return;
      known.current = { answer, at: Date.now() };
      const { id } = answer.value.article;
      // Its data too, which by itself the router would not fetch.
      router.prefetch(`/projects/${project}/articles/${id}`, { kind: PrefetchKind.FULL });
    }, READING);
    return () => {
      isLeft = true;
      clearTimeout(timer);
    };
  }, [router, project, article, awaited]);
  return useCallback(async () => {
    if (known.current && Date.now() - known.current.at < FRESH) return known.current.answer;
    return await askNext(project, article);
  }, [project, article]);
}
