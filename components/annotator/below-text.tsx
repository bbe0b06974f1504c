"use client";

import { useActiveTime } from "./active-time";
import type { AnnotatePage } from "./annotate-page-props";
import { LinkingBar } from "./linking-bar";
import type { SyncedAnnotator } from "./use-annotator";

/** What is at the foot of the text while linking; and, unseen, the counting of how long one is at work on it. */
export function BelowText({
  annotator,
  page: { practice, ownSet },
  user,
}: {
  annotator: SyncedAnnotator;
  page: AnnotatePage;
  user: string;
}) {
  useActiveTime(annotator, practice ? null : (ownSet?.id ?? null), user);
  return <LinkingBar annotator={annotator} />;
}
