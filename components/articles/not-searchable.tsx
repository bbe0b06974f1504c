"use client";

import { useEffect, useState } from "react";
import { call } from "@/lib/api/client";
import { counted } from "@/lib/domain/figures";
import { Notice } from "../ui/notice";

/** Milliseconds between two questions how many are left. */
const ASK_EVERY = 2_000;

/** Says how many articles no search finds yet, for as long as there are any. */
export function NotSearchable({
  project,
  count,
  onChange,
}: {
  /** The slug. */
  project: string;
  count: number;
  /** Called when there are fewer: a search may find more. */
  onChange: () => void;
}) {
  const [{ left, asked }, setState] = useState({ left: count, asked: 0 });
  // biome-ignore lint/correctness/useExhaustiveDependencies: each answer is a reason to ask again
  useEffect(() => {
    if (left === 0) return;
    const controller = new AbortController();
    const { signal } = controller;
    const timer = setTimeout(async () => {
      const answer = await call("GET /projects/{project}/articles", {
        path: { project },
        query: { limit: 1 },
        signal,
      });
      if (signal.aborted) return;
      const now = answer.ok ? (answer.value.not_searchable ?? 0) : left;
      setState({ left: now, asked: asked + 1 });
      if (now < left) onChange();
    }, ASK_EVERY);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [project, asked]);
  if (left === 0) return null;
  return (
    <div className="mb-3" role="status">
      <Notice>
        {left === 1 ? "One article is" : `${counted(left, "article")} are`} not searchable yet: what
        has just come in is found in a moment.
      </Notice>
    </div>
  );
}
