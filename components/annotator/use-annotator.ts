"use client";

import { type ComponentType, useEffect, useState, useSyncExternalStore } from "react";
import { inNextFrame } from "@/components/ui/next-frame";
import { toast } from "@/components/ui/toast";
import { AnnotatorController, type AnnotatorState } from "@/lib/annotator/controller";
import type { AnnotationSet } from "@/lib/api/annotation-sets";
import type { AnnotationContext, Intent } from "@/lib/domain/operation";
import { articleHolder, defaultsOf, type Scheme } from "@/lib/domain/scheme";
import { ArticleText } from "@/lib/domain/text";
import type { ArticleEditor } from "@/lib/editor/article-editor";
import type { DeliveryOptions } from "@/lib/sync/delivery";
import { SyncedSet, type SyncedSetView } from "@/lib/sync/synced-set";
import type { ServerSet } from "@/lib/sync/transport";
import type { AnnotatePage } from "./annotate-page-props";

/** The controller of the page, whose own set is kept in step with the server. */
export type SyncedAnnotator = AnnotatorController<SyncedSet>;

/** How the set of a page is kept where that is not a reviewer's own. */
export type Keeping = {
  /** What goes in the place of what is usual. */
  readonly keeping: (set: ServerSet, context: AnnotationContext) => Partial<DeliveryOptions>;
  readonly Kept?: typeof SyncedSet;
};

/** What makes an annotate page one for practising: nothing is kept beyond the page. */
export type Practice = Keeping & {
  readonly Tour: ComponentType<{ annotator: SyncedAnnotator; editor: ArticleEditor | null }>;
};

/** The last synced set by id since this window was loaded. */
const lastSynced = new Map<string, SyncedSet>();

/** The controller of an open article, whose own set is sent while the page is shown. */
export function useAnnotator(
  page: AnnotatePage,
  user: string,
  practice?: Keeping,
): SyncedAnnotator {
  const [annotator] = useState(() => {
    const article = { ...page, text: page.version.text, blocks: page.version.blocks };
    const about = page.version.id;
    return new AnnotatorController(
      article,
      page.ownSet && syncedSetOf(page, page.ownSet, { user, practice }),
      {
        problem: (message) => toast.error(message, { about }),
        notice: (message, action) => toast(message, { about, ...(action ? { action } : {}) }),
      },
    );
  });
  useEffect(() => {
    const synced = annotator.ownSet;
    const close = synced?.start();
    if (synced && page.ownSet) {
      // Going back shows a page as it was fetched, from before what has been done on it since.
      const { id } = page.ownSet;
      const differs = lastSynced.get(id)?.differsFrom(pageState(page.ownSet)) ?? false;
      if (wasSending(id) || differs) synced.refresh();
      lastSynced.set(id, synced);
    }
    const ignore = synced && page.ownSet ? listen(synced, page.ownSet.id) : undefined;
    const stop = annotator.start();
    return () => {
      stop();
      ignore?.();
      close?.();
    };
  }, [annotator, page.ownSet]);
  // What lies where is worked out when somebody first asks: not to be the first label's wait.
  useEffect(() => whenIdle(() => annotator.set.overlapping([])), [annotator]);
  return annotator;
}

/** Does something once the page has nothing else to do; the returned function calls it off. */
function whenIdle(work: () => void): () => void {
  if (typeof requestIdleCallback !== "function") {
    const timer = setTimeout(work, 1000);
    return () => clearTimeout(timer);
  }
  const asked = requestIdleCallback(work);
  return () => cancelIdleCallback(asked);
}

function syncedSetOf(
  { project, article, version, scheme }: AnnotatePage,
  set: AnnotationSet,
  { user, practice }: { readonly user: string; readonly practice: Keeping | undefined },
): SyncedSet {
  const context = { text: new ArticleText(version.text), scheme };
  const here = `/projects/${project.slug}/articles/${article.id}`;
  return new (practice?.Kept ?? SyncedSet)({
    owner: { user, set: set.id },
    page: {
      title: article.title,
      href: version.current ? here : `${here}?version=${version.number}`,
    },
    set: lastSynced.get(set.id)?.beginningOf(pageState(set)) ?? pageState(set),
    context,
    // Gold begins with what reviewers agree on.
    begins: set.kind === "reviewer" ? articleDefaults(scheme) : [],
    ...practice?.keeping(pageState(set), context),
  });
}

/** What the scheme has a reviewer's set begin with. */
function articleDefaults(scheme: Scheme): Intent[] {
  const attributes = defaultsOf(articleHolder(scheme));
  return Object.keys(attributes).length > 0 ? [{ type: "set_article_attributes", attributes }] : [];
}

function pageState({ submitted_at: submittedAt, scheme_version: scheme, ...set }: AnnotationSet) {
  return { ...set, submittedAt, scheme };
}

/** Where a page that is left while it sends says so to the one that is loaded in its place. */
const SENDING = "gainsay:sending";

/** Whether this page may have been fetched before what the last one in this tab sent arrived. */
function wasSending(set: string): boolean {
  if (sessionStorage.getItem(SENDING) !== set) return false;
  sessionStorage.removeItem(SENDING);
  return true;
}

/** Tells a synced set what happens to its page. */
function listen(synced: SyncedSet, set: string): () => void {
  const listening = new AbortController();
  const { signal } = listening;
  const resume = () => {
    if (document.visibilityState === "visible") synced.resume();
  };
  for (const event of ["online", "focus", "pageshow"]) {
    window.addEventListener(event, resume, { signal });
  }
  document.addEventListener("visibilitychange", resume, { signal });
  const leaving = (event: BeforeUnloadEvent) => {
    if (!synced.flush()) event.preventDefault();
    if (synced.view().saving.unsent > 0) sessionStorage.setItem(SENDING, set);
  };
  window.addEventListener("beforeunload", leaving, { signal });
  return () => listening.abort();
}

/**
 * Lets the frame be painted before React hears of a change: the text draws its labels at once, and
 * the panels beside it follow a frame later, however much there is in them. Changes until then
 * become one.
 */
function afterPaint(subscribe: (listener: () => void) => () => void) {
  return (listener: () => void): (() => void) => {
    let waiting = false;
    let gone = false;
    const told = () => {
      waiting = false;
      if (!gone) listener();
    };
    const stop = subscribe(() => {
      if (waiting) return;
      waiting = true;
      inNextFrame(() => setTimeout(told));
    });
    return () => {
      gone = true;
      stop();
    };
  };
}

const subscriptions = new WeakMap<object, (listener: () => void) => () => void>();

/**
 * How React hears of what changes, a frame later. The same source gives the same function, or React
 * would subscribe anew each time.
 */
export function follow(source: {
  readonly subscribe: (listener: () => void) => () => void;
}): (listener: () => void) => () => void {
  const known = subscriptions.get(source);
  if (known) return known;
  const made = afterPaint((listener) => source.subscribe(listener));
  subscriptions.set(source, made);
  return made;
}

export function useAnnotatorState(annotator: SyncedAnnotator): AnnotatorState {
  return useSyncExternalStore(follow(annotator), annotator.state, annotator.state);
}

const never = () => () => undefined;
const nothing = () => null;

/** What the reviewer's own set shows; null for those who only read. */
export function useOwnSet(annotator: SyncedAnnotator): SyncedSetView | null {
  const { ownSet } = annotator;
  return useSyncExternalStore<SyncedSetView | null>(
    ownSet ? follow(ownSet) : never,
    ownSet?.view ?? nothing,
    ownSet?.view ?? nothing,
  );
}
