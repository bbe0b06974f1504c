"use client";

import { useRouter } from "next/navigation";
import { type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { classNames } from "@/components/ui/class-names";
import { Icon } from "@/components/ui/icons";
import { inNextFrame } from "@/components/ui/next-frame";
import { NOT_LOADED, onDemand, useOnDemand, whenLoaded } from "@/components/ui/on-demand";
import { useEarlyKeys } from "@/components/ui/use-early-keys";
import { AnnotatorCommands, type Walk } from "@/lib/annotator/commands";
import { Keymap } from "@/lib/annotator/keymap";
import { OWN_SET } from "@/lib/annotator/layers";
import { directionOf } from "@/lib/domain/direction";
import { counted } from "@/lib/domain/figures";
import { MAX_NOTE_LENGTH } from "@/lib/domain/limits";
import { isWebAddress } from "@/lib/domain/link";
import { hull } from "@/lib/domain/span";
import type { ArticleEditor } from "@/lib/editor/article-editor";
import { type AnnotatePage, type PackedPage, PRACTICE, unpackPage } from "./annotate-page-props";
import { type ArticleHandle, ArticleView, notYetShown } from "./article-view";
import { DraftField } from "./draft-field";
import { Header } from "./header";
import { Notices } from "./notices";
import { OwnKeys } from "./own-keys";
import { SpanList } from "./span-list";
import {
  type Practice,
  type SyncedAnnotator,
  useAnnotator,
  useAnnotatorState,
  useOwnSet,
} from "./use-annotator";
import { useKeptAsking } from "./use-asking";
import { useFind } from "./use-find";
import { useFinishing } from "./use-finishing";
import { useKeyboard, useReturningFocus } from "./use-keyboard";
import { useReadingPosition } from "./use-reading-position";
import { useSpanTools, useUndrawnStrip } from "./use-span-tools";
import { useSubmitCheck } from "./use-submit-check";

const articleCode = onDemand(() => import("./article-attributes"));
const keysCode = onDemand(() => import("./keys-dialog"));
const handlesCode = onDemand(() => import("./edge-handles"));
const occurrencesCode = onDemand(() => import("./occurrences-dialog"));
const selectionCode = onDemand(() => import("./selection-bar"));
const paletteCode = onDemand(() => import("./palette"));
const reworkingCode = onDemand(() => import("@/lib/annotator/reworking"));
const guidelineCode = onDemand(async () => (await import("./guideline-panel")).GuidelinePanel);
const questionsCode = onDemand(() => import("./questions"));

/** A selection that is asked about before it becomes a span. */
type LongSelection = {
  readonly paragraphs: number;
  readonly answered: (isMeant: boolean) => void;
};

/** The annotate page: the article, its spans beside it, and everything a reviewer does to them. */
export function Annotator({
  page: packed,
  user,
  practice,
  drawn,
}: {
  page: PackedPage;
  user: string;
  practice?: Practice;
  /** What else is to be told of the work; drawn on the server. */
  drawn?: ReactNode;
}) {
  const page = useMemo(() => unpackPage(packed), [packed]);
  const annotator = useAnnotator(page, user, practice);
  const state = useAnnotatorState(annotator);
  const handle = useRef<ArticleHandle>(null);
  const pane = useRef<HTMLDivElement>(null);
  const frame = useRef<HTMLDivElement>(null);
  const [editor, setEditor] = useState<ArticleEditor | null>(null);
  const [help, setHelp] = useState(false);
  const unless = (leave: () => void) => () => {
    leave();
    annotator.told.notice(NOT_LOADED);
  };
  const keysDialog = useOnDemand(
    keysCode,
    help,
    unless(() => setHelp(false)),
  );
  const [palette, setPalette] = useState<"commands" | "labels" | "occurrences" | null>(null);
  const closePalette = () => setPalette(null);
  const isOfPalette = palette === "commands" || palette === "labels";
  const palettes = useOnDemand(paletteCode, isOfPalette, unless(closePalette));
  const occurrences = useOnDemand(occurrencesCode, palette === "occurrences", unless(closePalette));
  const [guide, setGuide] = useState(false);
  const GuidelinePanel = useOnDemand(
    guidelineCode,
    guide,
    unless(() => setGuide(false)),
  );
  const selection = useOnDemand(selectionCode, state.sticky !== null);
  useEffect(
    () =>
      editor?.subscribe(() => {
        if (editor.selection.empty) return;
        selectionCode.load();
        reworkingCode.load();
      }),
    [editor],
  );
  const [top, setTop] = useState(0);
  const router = useRouter();
  const { busy, submit, reopen, next } = useFinishing(annotator, page);
  const [isAsking, setAsking] = useState(false);
  const [long, setLong] = useState<LongSelection | null>(null);
  const { questions, whenThere } = useQuestions(annotator);
  const { SubmitCheck, check, ...checking } = useSubmitCheck(annotator, submit);
  const [asking, ask] = useState<"skip" | "flag" | null>(null);
  const SetAside = useOnDemand(
    setAside,
    asking !== null,
    unless(() => ask(null)),
  );
  useOnDemand(setAside, isSetAside(page));
  const cues = useCues(annotator, page);
  const find = useFind(annotator.text, handle);
  const FindBar = useOnDemand(
    findBar,
    find.begin !== null,
    unless(() => find.onClose(null)),
  );
  const isFindComing = find.begin !== null && !(FindBar && editor);
  const early = useEarlyKeys(palette !== null || help || asking !== null || isFindComing, () => {
    closePalette();
    setHelp(false);
    ask(null);
    if (isFindComing) find.onClose(null);
  });
  const commands = useMemo(
    () =>
      new AnnotatorCommands(annotator, () => handle.current ?? notYetShown, {
        submit: check,
        askIfNothing: () => whenThere(() => setAsking(true)),
        askIfLong: (paragraphs, answered) => whenThere(() => setLong({ paragraphs, answered })),
        next,
        help: () => setHelp(true),
        palette: () => setPalette("commands"),
        guidelines: () => setGuide((shown) => !shown),
        practise: () => router.push(PRACTICE),
        pickLabel: () => setPalette("labels"),
        cues,
        reworking: () => whenLoaded(reworkingCode),
        find: find.open,
        findNext: find.next,
        setAside: ask,
        occurrences: () => {
          setPalette("occurrences");
          void whenLoaded(occurrencesCode).then((code) => {
            if (code?.nowhereElse(annotator)) setPalette(null);
          });
        },
      }),
    [annotator, router, check, next, cues, find.open, find.next, whenThere],
  );
  const answerLong = (isMeant: boolean) => {
    setLong(null);
    // Once the dialog has given the focus back.
    if (long) inNextFrame(() => long.answered(isMeant));
  };
  const onPress = useCallback((ids: readonly string[] | null) => commands.press(ids), [commands]);
  const [keySettings, setKeySettings] = useState(page.keys);
  const keymap = useMemo(() => new Keymap(keySettings), [keySettings]);
  useEffect(() => annotator.told.keysAre(keymap), [annotator, keymap]);
  const isAtSpan = state.selected !== null || state.allRelations;
  const { tools, values } = useSpanTools(annotator, page, isAtSpan);
  useUndrawnStrip(commands.strip);
  useKeptAsking(commands.strip, user);
  useKeyboard(commands, keymap);
  useReturningFocus(commands);
  useEffect(() => editor?.followGestures(() => commands.selectionEnded()), [editor, commands]);
  useReadingPosition(pane, page.version.id, editor);
  const scrolled = useSettled(() => setTop(handle.current?.top() ?? 0), 120);

  const article = useMemo(
    () => ({
      title: page.article.title,
      language: page.article.language,
      blocks: page.version.blocks,
    }),
    [page],
  );
  const selected = annotator.selectedSpan;
  const handles = useOnDemand(handlesCode, selected !== null);
  const place = selected ? hull(selected.fragments).start : null;
  useEffect(() => {
    // On a small screen the form has just taken the lower half of the text.
    if (place !== null) return inNextFrame(() => handle.current?.show(place));
  }, [place]);
  return (
    <OwnKeys value={keymap}>
      <div className="flex h-[calc(100dvh-var(--shell-height))] flex-col">
        <Header
          annotator={annotator}
          page={page}
          busy={busy}
          onSubmit={() => commands.submit()}
          onReopen={reopen}
          onNext={next}
          onHelp={() => setHelp(true)}
          onCommands={() => setPalette("commands")}
        />
        <div className="workspace">
          <div className="relative flex min-h-0 min-w-0 grow flex-col">
            {practice && <practice.Tour annotator={annotator} editor={editor} />}
            <Notices
              annotator={annotator}
              commands={commands}
              page={page}
              pane={pane}
              onReopen={reopen}
              drawn={drawn}
            />
            {SetAside && (
              <SetAside
                {...{ annotator, page, asking, ask, early, next }}
                onLeft={() => inNextFrame(() => commands.focusText())}
              />
            )}
            {FindBar && editor && find.begin !== null && (
              <div className="relative">
                <FindBar
                  {...find}
                  begin={find.begin}
                  early={early}
                  text={annotator.text}
                  editor={editor}
                />
              </div>
            )}
            <div
              ref={pane}
              className={classNames(
                "reading-pane min-h-0 grow overflow-y-auto",
                state.linking && "is-choosing",
              )}
              onScroll={scrolled}
            >
              <div
                ref={frame}
                className="reading-frame relative mx-auto max-w-[52rem] px-4 pt-6 pb-32 sm:px-14"
              >
                <Byline article={page.article} direction={directionOf(page.version.text)} />
                {page.version.blocks.every(({ kind }) => kind !== "title") && (
                  // Not in the text, so it cannot be marked; the bar has room for it on large screens.
                  <p
                    data-margin=""
                    className="mb-4 max-w-(--measure) font-reading text-xl text-muted lg:hidden"
                    dir="auto"
                  >
                    <span>{page.article.title}</span>
                  </p>
                )}
                <ArticleView
                  annotator={annotator}
                  article={article}
                  handle={handle}
                  onReady={setEditor}
                  onPress={onPress}
                />
                {editor && (
                  <>
                    {tools && <tools.RelationArrows annotator={annotator} frame={frame} />}
                    {handles && (
                      <handles.EdgeHandles annotator={annotator} editor={editor} frame={frame} />
                    )}
                    {selection && (
                      <selection.SelectionBar
                        editor={editor}
                        annotator={annotator}
                        commands={commands}
                        onMoreLabels={() => setPalette("labels")}
                      />
                    )}
                    {tools && values && (
                      <tools.AttributeStrip
                        annotator={annotator}
                        commands={commands}
                        editor={editor}
                        values={values}
                      />
                    )}
                  </>
                )}
              </div>
            </div>
            {tools && <tools.BelowText annotator={annotator} page={page} user={user} />}
            {selection && <selection.StickyLabel annotator={annotator} />}
          </div>
          {GuidelinePanel && guide && (
            <GuidelinePanel
              {...{ annotator, page }}
              onClose={() => {
                setGuide(false);
                commands.focusText();
              }}
            />
          )}
          <SidePanel
            title={
              counted(state.spans.length, "span") +
              (annotator.ownSet && state.shown === OWN_SET ? " and the note" : "")
            }
            selected={selected !== null}
          >
            <SpanList
              annotator={annotator}
              top={top}
              onPick={(id) => {
                annotator.select(id);
                commands.reveal(id);
              }}
              onStep={(by) => commands.step(by)}
            />
            {selected && tools && (
              <tools.SpanForm
                annotator={annotator}
                strip={commands.strip}
                values={values}
                span={selected}
                onLink={() => commands.link()}
                onMoreLabels={() => setPalette("labels")}
                onGo={(id) => {
                  annotator.select(id);
                  commands.reveal(id);
                }}
              />
            )}
            {!selected && <AboutArticle annotator={annotator} />}
          </SidePanel>
        </div>
        <div aria-live="polite" role="log" className="sr-only">
          {state.announcements.map(({ words, serial }) => (
            <p key={serial}>{words}</p>
          ))}
        </div>
        {palettes && palette === "commands" && (
          <palettes.CommandPalette
            early={early}
            scheme={annotator.scheme}
            keymap={keymap}
            commands={commands}
            reader={annotator.ownSet === null}
            page={page}
            shown={annotator.state().shown}
            onClose={closePalette}
          />
        )}
        {palettes && palette === "labels" && (
          <palettes.LabelPicker
            early={early}
            scheme={annotator.scheme}
            keymap={keymap}
            commands={commands}
            onClose={closePalette}
          />
        )}
        {occurrences && palette === "occurrences" && (
          <occurrences.OccurrencesDialog
            annotator={annotator}
            commands={commands}
            onClose={closePalette}
          />
        )}
        {keysDialog && (
          <keysDialog.KeysDialog
            scheme={annotator.scheme}
            keymap={keymap}
            reader={annotator.ownSet === null}
            open={help}
            onOpenChange={setHelp}
            onChange={setKeySettings}
          />
        )}
        {SubmitCheck && checking.groups && (
          <SubmitCheck
            annotator={annotator}
            commands={commands}
            groups={checking.groups}
            at={checking.at}
            onLeave={checking.leave}
            onSubmit={() => checking.leave(0, submit)}
            onClose={() => checking.leave(0, () => commands.focusText())}
          />
        )}
        {questions && (
          <>
            <questions.NothingMarked
              open={isAsking}
              onOpenChange={setAsking}
              onConfirm={() => {
                setAsking(false);
                submit();
              }}
            />
            <questions.LongSpan paragraphs={long?.paragraphs ?? null} onAnswer={answerLong} />
          </>
        )}
      </div>
    </OwnKeys>
  );
}

/**
 * The spans and what is known of the selected one: beside the text, or, where there is no room for
 * that, below it, drawn up when wanted.
 */
function SidePanel({
  title,
  selected,
  children,
}: {
  /** What is in it, where it is not drawn up. */
  title: string;
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
        <span className="figures grow text-start">{title}</span>
        <span className={classNames("transition-transform", !shown && "rotate-180")}>
          <Icon name="chevron" size={16} />
        </span>
      </button>
      <div className="panel-body flex min-h-0 grow flex-col overflow-y-auto">{children}</div>
    </aside>
  );
}

const calendar = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeZone: "UTC" });

/** Where the article comes from, in one line over it. */
function Byline({
  article,
  direction,
}: {
  article: AnnotatePage["article"];
  direction: "ltr" | "rtl";
}) {
  const { publisher, author, published_at: publishedAt, url } = article;
  const facts = [publisher, author].filter((fact) => fact !== null);
  const link = url && isWebAddress(url) ? url : null;
  if (facts.length === 0 && !publishedAt && !link) return null;
  return (
    <p
      dir={direction}
      data-margin="" // around its facts
      className="mb-6 flex max-w-(--measure) flex-wrap gap-x-3 text-sm text-muted"
    >
      {facts.map((fact) => (
        <span key={fact} dir="auto">
          {fact}
        </span>
      ))}
      {publishedAt && (
        <time dateTime={publishedAt} dir="ltr">
          {calendar.format(new Date(publishedAt))}
        </time>
      )}
      {link && (
        <a href={link} target="_blank" rel="noopener noreferrer">
          Source
        </a>
      )}
    </p>
  );
}

function AboutArticle({ annotator }: { annotator: SyncedAnnotator }) {
  const { writable } = useAnnotatorState(annotator);
  const own = useOwnSet(annotator);
  const attributes = useOnDemand(articleCode, annotator.scheme.article.length > 0);
  if (!annotator.ownSet || !own || annotator.state().shown !== OWN_SET) return null;
  return (
    <div className="about-article shrink-0 border-t border-line px-4 py-3">
      {attributes && <attributes.ArticleAttributes annotator={annotator} />}
      <DraftField
        set={annotator.ownSet}
        label="Note on the article"
        value={own.note}
        disabled={!writable}
        long
        maxLength={MAX_NOTE_LENGTH}
        onCommit={(note, gesture) =>
          note === annotator.set.note ||
          annotator.perform([{ type: "set_article_note", note }], { gesture })
        }
      />
    </div>
  );
}

/** What asks. It has to be on the page for a frame before it opens, or a browser closes it at once. */
function useQuestions(annotator: SyncedAnnotator) {
  const questions = useOnDemand(questionsCode, false);
  const whenThere = useCallback(
    (ask: () => void) => {
      if (questionsCode.get()) ask();
      else {
        void whenLoaded(questionsCode).then((code) => {
          if (code) inNextFrame(ask);
          else annotator.told.notice(NOT_LOADED);
        });
      }
    },
    [annotator],
  );
  return { questions, whenThere };
}

const setAside = onDemand(async () => (await import("./set-aside")).SetAside);

/** Whether somebody has skipped or flagged the article, as far as the reader may know. */
function isSetAside({ ownSet, readOnlySets }: AnnotatePage): boolean {
  const isFlagged = [ownSet, ...readOnlySets].some((set) => set?.flag_reason != null);
  return isFlagged || ownSet?.skip_reason != null;
}

const findBar = onDemand(async () => (await import("./find-bar")).FindBar);
const articleCues = onDemand(() => import("@/lib/annotator/article-cues"));

/** The cues of reported speech in the article, once somebody asks for them. */
function useCues(annotator: SyncedAnnotator, { article, version, cues }: AnnotatePage) {
  const known = useRef<Walk>(null);
  return useCallback(async () => {
    const code = known.current ? null : await whenLoaded(articleCues);
    if (code) {
      const { language } = article;
      known.current = new code.ArticleCues(
        { text: annotator.text, blocks: version.blocks, language },
        cues,
      );
    }
    return known.current;
  }, [annotator, article, version, cues]);
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
