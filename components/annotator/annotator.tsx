"use client";

import type { Editor } from "@tiptap/react";
import { useRouter } from "next/navigation";
import { type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { toast } from "sonner";
import { z } from "zod";
import { classNames } from "@/components/ui/class-names";
import { Icon } from "@/components/ui/icons";
import type { AnnotatorController } from "@/lib/annotator/controller";
import type { Opened } from "@/lib/annotator/opened";
import { MAX_NOTE_LENGTH } from "@/lib/domain/limits";
import { hull } from "@/lib/domain/span";
import { type ArticleHandle, ArticleView } from "./article-view";
import { DraftField } from "./draft-field";
import { Header } from "./header";
import { HelpDialog } from "./help-dialog";
import { LinkingBar } from "./linking-bar";
import { LostList } from "./lost-list";
import { Notices } from "./notices";
import { RelationArrows } from "./relation-arrows";
import { SelectionBar } from "./selection-bar";
import { SpanForm } from "./span-form";
import { SpanList } from "./span-list";
import { useAnnotator, useAnnotatorState, useSession } from "./use-annotator";
import { textActions, useKeyboard } from "./use-keyboard";

/** The annotate page: the article, its spans beside it, and everything a reviewer does to them. */
export function Annotator({ opened, user }: { opened: Opened; user: string }) {
  const annotator = useAnnotator(opened, user);
  const view = useAnnotatorState(annotator);
  const session = useSession(annotator);
  const handle = useRef<ArticleHandle>(null);
  const frame = useRef<HTMLDivElement>(null);
  const [editor, setEditor] = useState<Editor | null>(null);
  const [help, setHelp] = useState(false);
  const [top, setTop] = useState(0);
  const { busy, submit, reopen, next } = useFinishing(annotator, opened);
  const text = useMemo(() => textActions(annotator, handle), [annotator]);
  const onPick = useCallback((ids: readonly string[]) => pick(annotator, ids), [annotator]);

  useKeyboard(annotator, handle, {
    submitOrNext: () => {
      if (session?.submittedAt === null) submit();
      else if (session) next();
    },
    help: () => setHelp(true),
  });
  const scrolled = useSettled(() => setTop(handle.current?.top() ?? 0), 120);

  const article = useMemo(
    () => ({
      title: opened.article.title,
      language: opened.article.language,
      versionId: opened.version.id,
      blocks: opened.version.blocks,
    }),
    [opened],
  );
  const selected = annotator.selected;
  const place = selected ? hull(selected.fragments).start : null;
  useEffect(() => {
    // On a small screen the form has just taken the lower half of the text.
    if (place !== null) requestAnimationFrame(() => handle.current?.show(place));
  }, [place]);
  return (
    <div className="flex h-[calc(100dvh-var(--shell-height))] flex-col">
      <Header
        annotator={annotator}
        opened={opened}
        busy={busy}
        onSubmit={submit}
        onReopen={reopen}
        onNext={next}
        onHelp={() => setHelp(true)}
      />
      <div className="workspace">
        <div className="relative flex min-h-0 min-w-0 grow flex-col">
          <div
            className={classNames(
              "reading-pane min-h-0 grow overflow-y-auto",
              view.linking && "is-choosing",
            )}
            onScroll={scrolled}
          >
            <div className="mx-auto max-w-[52rem] space-y-2 px-4 pt-3 empty:hidden sm:px-14">
              <Notices annotator={annotator} opened={opened} onReopen={reopen} />
              {session && (
                <LostList lost={session.lost} onDismiss={(id) => annotator.session?.dismiss(id)} />
              )}
            </div>
            <div
              ref={frame}
              className="reading-frame relative mx-auto max-w-[52rem] px-4 pt-6 pb-32 sm:px-14"
            >
              <Facts opened={opened} />
              {opened.version.blocks.every(({ kind }) => kind !== "title") && (
                // Not in the text, so it cannot be marked; the bar has room for it on large screens.
                <p className="mb-4 font-reading text-xl text-muted lg:hidden" dir="auto">
                  {opened.article.title}
                </p>
              )}
              <ArticleView
                annotator={annotator}
                article={article}
                handle={handle}
                onReady={setEditor}
                onPick={onPick}
              />
              {editor && (
                <>
                  <RelationArrows annotator={annotator} frame={frame} />
                  <SelectionBar
                    editor={editor}
                    annotator={annotator}
                    onLabel={text.label}
                    onBoundaries={text.boundaries}
                    onFragment={text.fragment}
                  />
                </>
              )}
            </div>
          </div>
          <LinkingBar annotator={annotator} />
        </div>
        <SidePanel count={view.spans.length} selected={selected !== null}>
          <SpanList
            annotator={annotator}
            top={top}
            onPick={(id) => {
              annotator.select(id);
              text.go(id);
            }}
            onStep={(by) => text.go(annotator.step(by, handle.current?.caret() ?? 0))}
          />
          {selected ? (
            <SpanForm
              annotator={annotator}
              span={selected}
              onGo={(id) => {
                annotator.select(id);
                text.go(id);
              }}
            />
          ) : (
            <Note annotator={annotator} />
          )}
        </SidePanel>
      </div>
      <div aria-live="polite" role="log" className="sr-only">
        <p key={view.said.serial}>{view.said.words}</p>
      </div>
      <HelpDialog scheme={annotator.scheme} open={help} onOpenChange={setHelp} />
    </div>
  );
}

/**
 * The spans and what is known of the selected one: beside the text, or, where there is no room for
 * that, below it, drawn up when wanted.
 */
function SidePanel({
  count,
  selected,
  children,
}: {
  count: number;
  selected: boolean;
  children: ReactNode;
}) {
  const [open, setOpen] = useState(false);
  const shown = open || selected;
  return (
    <aside
      aria-label="Annotation"
      data-selected={selected || undefined}
      data-open={shown || undefined}
      className="side-panel flex min-h-0 shrink-0 flex-col bg-surface"
    >
      <button
        type="button"
        aria-expanded={shown}
        onClick={() => setOpen(!open)}
        className="panel-toggle flex items-center gap-2 px-4 py-2 text-sm font-medium"
      >
        <span className="figures grow text-start">
          {count === 1 ? "1 span" : `${count} spans`} and the note
        </span>
        <span className={classNames("transition-transform", !shown && "rotate-180")}>
          <Icon name="chevron" size={16} />
        </span>
      </button>
      <div className="panel-body flex min-h-0 grow flex-col">{children}</div>
    </aside>
  );
}

const calendar = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeZone: "UTC" });

/** Where the article comes from, in one line over it. */
function Facts({ opened }: { opened: Opened }) {
  const { publisher, author, publishedAt, url } = opened.article;
  const facts = [publisher, author].filter((fact) => fact !== null);
  const link = url && /^https?:\/\//i.test(url) ? url : null;
  if (facts.length === 0 && !publishedAt && !link) return null;
  return (
    <p className="mb-3 flex flex-wrap gap-x-3 text-sm text-muted">
      {facts.map((fact) => (
        <span key={fact} dir="auto">
          {fact}
        </span>
      ))}
      {publishedAt && <time dateTime={publishedAt}>{calendar.format(new Date(publishedAt))}</time>}
      {link && (
        <a href={link} target="_blank" rel="noopener noreferrer">
          Source
        </a>
      )}
    </p>
  );
}

function Note({ annotator }: { annotator: AnnotatorController }) {
  const { writable } = useAnnotatorState(annotator);
  const session = useSession(annotator);
  if (!annotator.session || !session || annotator.view().layer !== "mine") return null;
  return (
    <div className="shrink-0 border-t border-line px-4 py-3">
      <DraftField
        session={annotator.session}
        label="Note on the article"
        value={session.note}
        disabled={!writable}
        long
        maxLength={MAX_NOTE_LENGTH}
        onCommit={(note) => {
          if (note !== session.note) annotator.perform([{ type: "set_article_note", note }]);
        }}
      />
    </div>
  );
}

/** The innermost span of a click, or the next one around it where that is selected already. */
function pick(annotator: AnnotatorController, ids: readonly string[]): void {
  const { linking, selected } = annotator.view();
  if (linking) {
    const target = ids.find((id) => id !== linking.from);
    if (!target) return;
    annotator.select(target);
    // Where the scheme leaves no choice, one click is enough.
    if (annotator.view().linking?.links.length === 1) annotator.confirmLink();
    return;
  }
  const shortest = ids.toSorted((a, b) => lengthOf(annotator, a) - lengthOf(annotator, b));
  const at = selected === null ? -1 : shortest.indexOf(selected);
  annotator.select(shortest[(at + 1) % shortest.length] ?? null);
}

function lengthOf(annotator: AnnotatorController, id: string): number {
  return annotator.set.spans.get(id)?.quote.length ?? 0;
}

const NextArticle = z.object({ article: z.object({ id: z.string() }).nullable() });

/** Submitting, reopening and going on. */
function useFinishing(annotator: AnnotatorController, { project, article }: Opened) {
  const [busy, setBusy] = useState(false);
  const router = useRouter();
  const close = async (how: "submit" | "reopen") => {
    if (!annotator.session || busy) return;
    setBusy(true);
    try {
      const outcome = await annotator.session[how]();
      if (!outcome.ok)
        toast.error(`Not ${how === "submit" ? "submitted" : "reopened"}. ${outcome.reason}`);
      else if (how === "submit") {
        toast.success("Submitted", {
          action: { label: "Next article", onClick: () => void next() },
        });
      }
    } finally {
      setBusy(false);
    }
  };
  const next = async () => {
    const articles = `/projects/${project.slug}/articles`;
    try {
      const response = await fetch(
        `/api/v1/projects/${encodeURIComponent(project.slug)}/articles/next?after=${article.id}`,
      );
      const found = NextArticle.safeParse(await response.json());
      if (!response.ok || !found.success) toast.error("The next article could not be found out.");
      else if (found.data.article === null) toast("There is no further article to annotate.");
      else router.push(`${articles}/${found.data.article.id}`);
    } catch {
      toast.error("You are offline. The next article cannot be loaded.");
    }
  };
  return {
    busy,
    submit: () => void close("submit"),
    reopen: () => void close("reopen"),
    next: () => void next(),
  };
}

/** Runs the work once what triggers it has paused for `delay` milliseconds. */
function useSettled(work: () => void, delay: number): () => void {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  return () => {
    clearTimeout(timer.current);
    timer.current = setTimeout(work, delay);
  };
}
