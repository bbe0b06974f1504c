"use client";

import { useRouter } from "next/navigation";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { type PackedPage, unpackPage } from "@/components/annotator/annotate-page-props";
import { type ArticleHandle, ArticleView, notYetShown } from "@/components/annotator/article-view";
import { LinkingBar } from "@/components/annotator/linking-bar";
import { NOTICES, Notices } from "@/components/annotator/notices";
import { OwnKeys } from "@/components/annotator/own-keys";
import { SaveIndicator } from "@/components/annotator/save-indicator";
import { useAnnotatorState, useOwnSet } from "@/components/annotator/use-annotator";
import { Button, ButtonLink } from "@/components/ui/button";
import { classNames } from "@/components/ui/class-names";
import { IconButton } from "@/components/ui/icon-button";
import { Kbd } from "@/components/ui/kbd";
import { inNextFrame } from "@/components/ui/next-frame";
import { onDemand, useOnDemand } from "@/components/ui/on-demand";
import { toast } from "@/components/ui/toast";
import { useEarlyKeys } from "@/components/ui/use-early-keys";
import { type DeskCommand, DeskKeymap } from "@/lib/annotator/desk-keys";
import type { Adjudication } from "@/lib/api/adjudication";
import { call } from "@/lib/api/client";
import { counted, inFigures } from "@/lib/domain/figures";
import { hull } from "@/lib/domain/span";
import type { Range } from "@/lib/domain/text";
import type { ArticleEditor } from "@/lib/editor/article-editor";
import { DisputePanel } from "./dispute-panel";
import {
  DeskKeys,
  useAdjudicator,
  useAdjudicatorState,
  useDeskKey,
  useDeskKeyboard,
} from "./use-desk";
import "./adjudication.css";

const dialogs = onDemand(() => import("./desk-dialogs"));
const amending = onDemand(() => import("./amend-dialog"));

/** What is asked over the page. */
type Asking = "help" | "palette" | "label" | "own" | "amend" | "leave" | null;

/** The curator's desk: the article with gold and what is open, and the dispute in hand beside it. */
export function Workbench({
  page: packed,
  adjudication,
  user,
  list,
}: {
  page: PackedPage;
  adjudication: Adjudication;
  user: string;
  /** Where the list of articles is that are to be settled. */
  list: string;
}) {
  const page = useMemo(() => unpackPage(packed), [packed]);
  const { annotator, adjudicator } = useAdjudicator(page, adjudication, user);
  const state = useAdjudicatorState(adjudicator);
  const { announcements, linking, selected, writable } = useAnnotatorState(annotator);
  const own = useOwnSet(annotator);
  const handle = useRef<ArticleHandle>(null);
  const pane = useRef<HTMLDivElement>(null);
  const panel = useRef<HTMLElement>(null);
  const [editor, setEditor] = useState<ArticleEditor | null>(null);
  const [asking, setAsking] = useState<Asking>(null);
  const [busy, setBusy] = useState(false);
  const covered = useRef<readonly Range[]>([]);
  const router = useRouter();
  const [keySettings, setKeySettings] = useState(page.keys);
  const keymap = useMemo(() => new DeskKeymap(keySettings), [keySettings]);
  const annotateKeys = useMemo(() => keymap.asOnAnnotatePage(), [keymap]);
  useEffect(() => annotator.told.keysAre(annotateKeys), [annotator, annotateKeys]);
  const text = () => handle.current ?? notYetShown;
  const ask = useOnDemand(dialogs, asking !== null && asking !== "amend");
  const amend = useOnDemand(amending, asking === "amend");
  const early = useEarlyKeys(asking === "palette" || asking === "label" || asking === "own", () =>
    setAsking(null),
  );

  const opened = useRef({ left: state.left, gold: page.ownSet });
  useEffect(() => {
    const { left, gold } = opened.current;
    if (left === 0 || !gold || gold.submitted_at !== null) return;
    let isGone = false;
    // What reviewers have submitted since it was begun, the rule has not been asked of yet.
    void call("POST /articles/{id}/adjudication", {
      path: { id: page.article.id },
      body: { version: page.version.number },
      signedOut: "stay",
    }).then((answer) => {
      const revision = answer.ok ? answer.value.gold?.revision : gold.revision;
      if (!isGone && revision !== gold.revision) annotator.ownSet?.refresh();
    });
    return () => {
      isGone = true;
    };
  }, [annotator, page]);

  const inHand = state.inHand?.key ?? null;
  const start = state.inHand?.range.start ?? null;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another passage may begin at the same place
  useEffect(() => {
    if (start === null || !editor) return;
    return inNextFrame(() => editor.show(start, 48));
  }, [start, inHand, editor]);

  const next = useCallback(async () => {
    setBusy(true);
    const path = { project: page.project.slug };
    const others = await Promise.all(
      (["begun", "open"] as const).map((wanted) =>
        call("GET /projects/{project}/adjudication", {
          path,
          query: { state: wanted, limit: 10 },
          signedOut: "stay",
        }),
      ),
    );
    setBusy(false);
    const failed = others.find((answer) => !answer.ok);
    const found = others
      .flatMap((answer) => (answer.ok ? answer.value.items : []))
      .find(({ article }) => article.id !== page.article.id);
    if (found)
      router.push(`${list}/${found.article.id}${found.current ? "" : `?version=${found.version}`}`);
    else if (failed && !failed.ok) toast.error(failed.message, { about: page.version.id });
    else toast("There is no further article to settle.", { about: page.version.id });
  }, [page, router, list]);

  /** Whether reviewers have submitted what is not on this page, where all is decided. */
  const hasMore = async () => {
    const now = await call("GET /articles/{id}/adjudication", {
      path: { id: page.article.id },
      query: { version: page.version.number },
      signedOut: "stay",
    });
    return now.ok && now.value.disputes_left > 0;
  };
  /** @param leaving whatever is left of it */
  const settle = async ({ leaving = false } = {}) => {
    const { ownSet } = annotator;
    if (busy || !ownSet) return;
    if (ownSet.view().submittedAt !== null) return next();
    if (adjudicator.state().left > 0 && !leaving) return setAsking("leave");
    setBusy(true);
    const outcome = await annotator.told.finishing(() =>
      ownSet.submit(leaving ? { leave_disputes: true } : {}),
    );
    const isBehind = !outcome.ok && (await hasMore());
    setBusy(false);
    if (!outcome.ok) {
      toast.error(`Not settled. ${outcome.reason}`, {
        about: page.version.id,
        ...(isBehind && {
          action: { label: "Load what is new", onClick: () => location.reload() },
        }),
      });
    } else {
      toast.success("Settled", {
        about: page.version.id,
        action: { label: "Next article", onClick: () => void next() },
      });
    }
  };
  const reopen = async () => {
    setBusy(true);
    const outcome = await annotator.finish("reopen");
    setBusy(false);
    if (!outcome.ok) toast.error(`Not opened again. ${outcome.reason}`, { about: page.version.id });
  };
  useEffect(() => () => toast.leave(page.version.id), [page.version.id]);

  const focusField = (name: string) => {
    const field = panel.current?.querySelector<HTMLElement>(`[data-desk="${name}"]`);
    field?.focus();
    return field != null;
  };
  const revealSelected = () => {
    const span = annotator.selectedSpan;
    if (span) text().show(hull(span.fragments).start);
  };
  const stepTarget = (by: -1 | 1, unit: "target" | "paragraph" = "target") => {
    annotator.stepTarget(by, unit);
    const target = annotator.set.spans.get(annotator.state().linking?.target ?? "");
    if (target) text().show(hull(target.fragments).start);
  };
  const makeOwn = () => {
    covered.current = text().pieces();
    if (covered.current.length === 0) {
      annotator.told.notice("Select some words first: they become a span of gold.");
    } else if (annotator.mayChange()) setAsking("own");
  };
  const run = (command: DeskCommand, repeat = false): boolean => {
    const isHeld = ["undo", "redo", "edge", "target"].includes(command.kind);
    if (repeat && !isHeld) return true; // a key that rests too long must not decide on what nobody has seen
    switch (command.kind) {
      case "next":
      case "previous":
      case "next_any":
      case "previous_any":
        if (linking && command.kind === "next") stepTarget(1);
        else if (linking && command.kind === "previous") stepTarget(-1);
        else
          adjudicator.step(command.kind.startsWith("next") ? 1 : -1, {
            any: command.kind.endsWith("_any"),
          });
        return true;
      case "accept":
        if (linking) annotator.confirmLink(command.reviewer);
        else adjudicator.accept(command.reviewer);
        return true;
      case "accept_usual":
        adjudicator.acceptUsual();
        return true;
      case "merge":
        adjudicator.merge();
        return true;
      case "reject":
        adjudicator.reject();
        return true;
      case "take_back":
        adjudicator.takeBack();
        return true;
      case "edit":
        adjudicator.edit();
        revealSelected();
        return true;
      case "own":
        makeOwn();
        return true;
      case "undo":
        adjudicator.undo();
        return true;
      case "redo":
        adjudicator.redo();
        return true;
      case "label":
        if (annotator.selectedSpan && annotator.mayChange()) setAsking("label");
        else annotator.told.notice("Select a span of gold first, by a click or by editing.");
        return true;
      case "link":
        if (linking) stepTarget(1);
        else annotator.startLinking();
        return true;
      case "link_back":
        if (!linking) return false;
        stepTarget(-1);
        return true;
      case "target":
        if (!linking) return false;
        stepTarget(command.by, command.unit);
        return true;
      case "remove":
        return annotator.remove();
      case "edge": {
        const { edge, towards, unit } = command.edge;
        const span = annotator.selectedSpan;
        if (!span) return false;
        const isRtl = text().directionAt(hull(span.fragments).start) === "rtl";
        const by = towards === "end" || towards === (isRtl ? "left" : "right") ? 1 : -1;
        annotator.move({ edge, by, unit }, { goesOn: repeat });
        return true;
      }
      case "cancel":
        if (document.activeElement?.closest(".desk-panel")) {
          text().focus();
          return true;
        }
        return annotator.cancel();
      case "reason":
        return focusField("reason");
      case "comment":
        return focusField("comment");
      case "amend":
        if (state.inHand) setAsking("amend");
        return true;
      case "settle":
        if (linking) annotator.confirmLink();
        else void settle();
        return true;
      case "palette":
        setAsking("palette");
        return true;
      case "help":
        setAsking("help");
        return true;
    }
  };
  useDeskKeyboard(keymap, run);

  const onPress = useCallback(
    (ids: readonly string[] | null) => {
      if (ids === null) return;
      if (annotator.state().linking)
        annotator.press(ids.filter((id) => annotator.set.spans.has(id)));
      else if (!adjudicator.press(ids)) annotator.select(null);
    },
    [adjudicator, annotator],
  );
  const article = useMemo(
    () => ({
      title: page.article.title,
      language: page.article.language,
      blocks: page.version.blocks,
    }),
    [page],
  );
  const close = () => {
    setAsking(null);
    inNextFrame(() => text().focus());
  };
  const hasTitle = page.version.blocks.some(({ kind }) => kind === "title");
  const Title = hasTitle ? "p" : "h1";
  const isSettled = own?.submittedAt != null;
  return (
    <DeskKeys value={keymap}>
      <OwnKeys value={annotateKeys}>
        <div className="desk flex h-[calc(100dvh-var(--shell-height))] flex-col">
          <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5 border-b border-line bg-surface px-3 py-2">
            <ButtonLink
              variant="quiet"
              size="small"
              icon="back"
              href={list}
              aria-label="Back to adjudication"
            >
              <span className="max-sm:sr-only">Adjudication</span>
            </ButtonLink>
            <Title className="min-w-0 flex-1 basis-40 truncate font-medium max-lg:sr-only">
              <bdi>{page.article.title}</bdi>
            </Title>
            <Progress left={state.left} disputes={state.disputes} isSettled={isSettled} />
            {own && (
              <SaveIndicator
                saving={own.saving}
                lost={own.lost.length}
                onLook={() => document.getElementById(NOTICES)?.focus()}
              />
            )}
            <div className="flex items-center gap-0.5">
              <Tool
                icon="undo"
                label="Undo"
                action="undo"
                disabled={!own?.canUndo || !writable}
                onClick={() => adjudicator.undo()}
              />
              <Tool
                icon="redo"
                label="Do again"
                action="redo"
                disabled={!own?.canRedo || !writable}
                onClick={() => adjudicator.redo()}
              />
              <Tool icon="keyboard" label="Keys" action="help" onClick={() => setAsking("help")} />
              <Tool
                icon="more"
                label="All commands"
                action="palette"
                onClick={() => setAsking("palette")}
              />
            </div>
            <div className="ms-auto flex items-center gap-2">
              {isSettled ? (
                <>
                  <Button key="reopen" size="small" busy={busy} onClick={() => void reopen()}>
                    Open again
                  </Button>
                  <Button
                    key="next"
                    size="small"
                    variant="primary"
                    busy={busy}
                    onClick={() => void next()}
                  >
                    Next article
                  </Button>
                </>
              ) : (
                <Button
                  key="settle"
                  size="small"
                  variant={state.left === 0 ? "primary" : "secondary"}
                  busy={busy}
                  onClick={() => void settle()}
                >
                  Settle{" "}
                  <span className="contents max-lg:hidden">
                    <Kbd>Ctrl+Enter</Kbd>
                  </span>
                </Button>
              )}
            </div>
          </div>
          <div className="workspace">
            <div className="relative flex min-h-0 min-w-0 grow flex-col">
              <Notices
                annotator={annotator}
                commands={{
                  revealAt: (offset) => text().reveal(offset),
                  focusText: () => text().focus(),
                }}
                page={page}
                pane={pane}
                onReopen={() => void reopen()}
                drawn={null}
              />
              <div
                ref={pane}
                className={classNames(
                  "reading-pane min-h-0 grow overflow-y-auto",
                  linking && "is-choosing",
                )}
              >
                <div className="reading-frame relative mx-auto max-w-[52rem] px-4 pt-6 pb-32 sm:px-14">
                  {!hasTitle && (
                    <p
                      className="mb-4 max-w-(--measure) font-reading text-xl text-muted lg:hidden"
                      dir="auto"
                    >
                      {page.article.title}
                    </p>
                  )}
                  <ArticleView
                    annotator={adjudicator.shown}
                    article={article}
                    handle={handle}
                    onReady={setEditor}
                    onPress={onPress}
                  />
                </div>
              </div>
              {linking && <LinkingBar annotator={annotator} />}
            </div>
            <DisputePanel
              ref={panel}
              annotator={annotator}
              adjudicator={adjudicator}
              adjudication={adjudication}
              selected={selected}
              run={run}
            />
          </div>
          <div aria-live="polite" role="log" className="sr-only">
            {announcements.map(({ words, serial }) => (
              <p key={serial}>{words}</p>
            ))}
          </div>
          {ask && asking === "help" && (
            <ask.DeskKeysDialog
              keymap={keymap}
              reviewers={adjudicator.reviewers.length}
              onClose={close}
              onChange={setKeySettings}
            />
          )}
          {ask && asking === "leave" && (
            <ask.LeaveDisputesDialog
              left={state.left}
              onClose={close}
              onNext={() => {
                close();
                adjudicator.step(1);
              }}
              onSettle={() => {
                close();
                void settle({ leaving: true });
              }}
            />
          )}
          {ask && asking === "palette" && (
            <ask.DeskPalette
              keymap={keymap}
              adjudicator={adjudicator}
              early={early}
              onClose={close}
              onChoose={run}
            />
          )}
          {ask && (asking === "label" || asking === "own") && (
            <ask.DeskLabels
              scheme={annotator.scheme}
              first={state.versions.flatMap(({ spans }) => spans)[0]?.content.label ?? null}
              early={early}
              onClose={close}
              onChoose={(label) => {
                if (asking === "label") annotator.label(label, null);
                else text().drawing(() => adjudicator.own(label, covered.current));
              }}
            />
          )}
          {amend && asking === "amend" && state.inHand && (
            <amend.AmendDialog
              project={page.project.slug}
              article={{ id: page.article.id, version: page.version.number }}
              annotator={annotator}
              passage={state.inHand}
              gold={adjudicator.decisionsInHand().flatMap(({ spans }) => spans)}
              reason={state.reason || adjudicator.reasonInHand()}
              onClose={close}
            />
          )}
        </div>
      </OwnKeys>
    </DeskKeys>
  );
}

function Progress({
  left,
  disputes,
  isSettled,
}: {
  left: number;
  disputes: number;
  isSettled: boolean;
}) {
  const words = isSettled
    ? left === 0
      ? "Settled"
      : `Settled, ${counted(left, "dispute")} left open`
    : disputes === 0
      ? "All agreed"
      : left === 0
        ? `All ${inFigures(disputes)} decided`
        : `${inFigures(left)} of ${counted(disputes, "dispute")} left`;
  return (
    <div className="flex items-center gap-2 text-sm">
      <span className="figures whitespace-nowrap">{words}</span>
      <span
        role="progressbar"
        aria-label="Disputes decided"
        aria-valuemin={0}
        aria-valuemax={Math.max(1, disputes)}
        aria-valuenow={disputes === 0 ? 1 : disputes - left}
        aria-valuetext={words}
        className="block h-1.5 w-20 overflow-hidden rounded-full bg-sunken inset-ring inset-ring-line max-sm:hidden forced-colors:border"
      >
        <span
          className="block h-full rounded-full bg-accent forced-colors:bg-[Highlight]"
          style={{ width: `${disputes === 0 ? 100 : ((disputes - left) / disputes) * 100}%` }}
        />
      </span>
    </div>
  );
}

function Tool({
  action,
  ...rest
}: { action: Parameters<typeof useDeskKey>[0] } & Omit<
  React.ComponentProps<typeof IconButton>,
  "keys" | "size"
>) {
  return <IconButton {...rest} keys={useDeskKey(action)} size="small" />;
}
