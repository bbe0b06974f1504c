"use client";

import { type RefObject, useContext, useEffect, useRef, useState } from "react";
import { AttributeControls } from "@/components/annotator/attribute-control";
import { DirectionMark } from "@/components/annotator/direction-mark";
import { RelationList } from "@/components/annotator/relation-list";
import { IN_ROW, LabelRow, SpanHead } from "@/components/annotator/span-head";
import { type SyncedAnnotator, useAnnotatorState } from "@/components/annotator/use-annotator";
import { Badge, type Tone } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { classNames } from "@/components/ui/class-names";
import { TextField } from "@/components/ui/field";
import { IconButton } from "@/components/ui/icon-button";
import { Icon } from "@/components/ui/icons";
import { Kbd } from "@/components/ui/kbd";
import { LabelBadge } from "@/components/ui/label-badge";
import type { ActionId } from "@/lib/annotator/actions";
import type { Adjudicator, Passage } from "@/lib/annotator/adjudicator";
import type { DeskActionId, DeskCommand } from "@/lib/annotator/desk-keys";
import {
  edgesOf,
  passageOf,
  type Version,
  withWordsAround,
} from "@/lib/annotator/dispute-versions";
import { appearanceOf } from "@/lib/annotator/label-appearance";
import { readable, readableValue } from "@/lib/annotator/wording";
import type { Adjudication } from "@/lib/api/adjudication";
import type { SourceSpan } from "@/lib/domain/adjudication";
import { counted, inFigures } from "@/lib/domain/figures";
import { MAX_REASON_OF_DECISION } from "@/lib/domain/limits";
import type { Decision } from "@/lib/domain/operation";
import { excerpt, type Span } from "@/lib/domain/span";
import { Comments } from "./comments";
import { DeskKeys, useAdjudicatorState, useDeskKey } from "./use-desk";

type Run = (command: DeskCommand) => boolean;

/** The dispute in hand: what each reviewer made of it, what can be decided, and what was. */
export function DisputePanel({
  ref,
  annotator,
  adjudicator,
  adjudication,
  selected,
  run,
}: {
  ref: RefObject<HTMLElement | null>;
  annotator: SyncedAnnotator;
  adjudicator: Adjudicator;
  adjudication: Adjudication;
  /** The selected span of gold. */
  selected: string | null;
  run: Run;
}) {
  const state = useAdjudicatorState(adjudicator);
  const { writable } = useAnnotatorState(annotator);
  const { inHand, passages, versions, left, disputes, last } = state;
  const walked = passages.filter((one) => one.state !== "agreed");
  const at = walked.findIndex(({ key }) => key === inHand?.key);
  const span = annotator.selectedSpan;
  return (
    <aside ref={ref} aria-label="Dispute in hand" className="desk-panel">
      <div className="flex items-center gap-2 border-b border-line px-4 py-2">
        <h2 className="figures grow font-semibold">
          {inHand === null
            ? "No dispute in hand"
            : at < 0
              ? "Agreed"
              : `Dispute ${inFigures(at + 1)} of ${inFigures(disputes)}`}
        </h2>
        {inHand && <StateBadge passage={inHand} />}
        <Step icon="back" label="Previous open dispute" action="previous" run={run} />
        <Step icon="next" label="Next open dispute" action="next" run={run} />
      </div>
      <div className="min-h-0 grow space-y-4 overflow-y-auto px-4 py-3">
        {last && writable && (
          <div className="flex items-start gap-2 rounded-md bg-ok-soft px-2.5 py-1.5 text-sm">
            <span className="mt-0.5 text-ok">
              <Icon name="check" size={16} />
            </span>
            <p className="min-w-0 grow wrap-anywhere" dir="auto">
              {last}
            </p>
            <Button
              size="small"
              variant="quiet"
              className="-my-1"
              onClick={() => adjudicator.undo()}
            >
              Undo <KeyOf action="undo" />
            </Button>
          </div>
        )}
        {span && selected !== null && (
          <GoldSpan annotator={annotator} span={span} writable={writable} />
        )}
        {inHand === null ? (
          <Nothing
            adjudication={adjudication}
            left={left}
            disputes={disputes}
            settled={!writable}
          />
        ) : (
          <>
            {left === 0 && writable && (
              <p className="rounded-md border border-line px-3 py-2">
                All disputes are decided. <Kbd>Enter</Kbd> settles the article.
              </p>
            )}
            <Versions
              annotator={annotator}
              adjudicator={adjudicator}
              passage={inHand}
              versions={versions}
              writable={writable}
              run={run}
            />
            {writable && <Deciding run={run} isDecided={inHand.state !== "open"} />}
            {inHand.state !== "open" && (
              <Decided
                adjudicator={adjudicator}
                adjudication={adjudication}
                annotator={annotator}
              />
            )}
            {writable && inHand.state !== "agreed" && (
              <Reason
                key={`${inHand.key} ${inHand.state}`}
                adjudicator={adjudicator}
                passage={inHand}
              />
            )}
            <Comments
              key={`comments ${inHand.key}`}
              gold={adjudication.gold?.id ?? ""}
              all={adjudication.comments}
              sources={inHand.cluster}
              nameOf={(source) => adjudicator.namesOf([source])}
            />
            <div>
              <Button size="small" icon="article" onClick={() => run({ kind: "amend" })}>
                Amend the guideline <KeyOf action="amend" />
              </Button>
            </div>
          </>
        )}
        <AllDisputes adjudicator={adjudicator} passages={walked} inHand={inHand?.key ?? null} />
      </div>
    </aside>
  );
}

const states: Readonly<Record<Passage["state"], { tone: Tone; words: string }>> = {
  open: { tone: "warn", words: "Open" },
  decided: { tone: "ok", words: "Decided" },
  agreed: { tone: "neutral", words: "By the rule" },
};

function StateBadge({ passage }: { passage: Passage }) {
  const { tone, words } = states[passage.state];
  return <Badge tone={tone}>{words}</Badge>;
}

function Step({
  icon,
  label,
  action,
  run,
}: {
  icon: "back" | "next";
  label: string;
  action: "next" | "previous";
  run: Run;
}) {
  return (
    <IconButton
      icon={icon}
      label={label}
      keys={useDeskKey(action)}
      size="small"
      onClick={() => run({ kind: action })}
    />
  );
}

function KeyOf({ action }: { action: DeskActionId }) {
  const key = useDeskKey(action);
  return key === undefined ? null : <Kbd>{key}</Kbd>;
}

/** Why there is nothing to decide, and what is to be done then. */
function Nothing({
  adjudication,
  left,
  disputes,
  settled,
}: {
  adjudication: Adjudication;
  left: number;
  disputes: number;
  settled: boolean;
}) {
  const reviewers = adjudication.sources.length;
  const isNothingMarked = adjudication.sources.every(({ spans }) => spans.length === 0);
  const words =
    left > 0
      ? `${counted(left, "dispute is", "disputes are")} open.`
      : isNothingMarked
        ? reviewers === 1
          ? "The only reviewer has marked nothing here."
          : "No reviewer has marked anything here."
        : disputes === 0
          ? reviewers === 1
            ? "One reviewer has submitted this article: what they marked is gold, unless you change it."
            : "The reviewers agree on all of it by the project’s rule."
          : "All disputes are decided.";
  return (
    <div className="space-y-2">
      <p>{words}</p>
      {left === 0 && !settled && (
        <p className="text-muted">
          <Kbd>Enter</Kbd> settles the article. A span in the text can be changed, or one of your
          own added, before.
        </p>
      )}
    </div>
  );
}

/** What the reviewers made of the passage: who made the same of it is in one row. */
function Versions({
  annotator,
  adjudicator,
  passage,
  versions,
  writable,
  run,
}: {
  annotator: SyncedAnnotator;
  adjudicator: Adjudicator;
  passage: Passage;
  versions: readonly Version[];
  writable: boolean;
  run: Run;
}) {
  const edges = edgesOf(passage.cluster.map(({ content }) => content));
  const within = withWordsAround(annotator.segmentation, passage.range);
  const most = Math.max(...versions.map(({ reviewers }) => reviewers.length));
  const keymap = useContext(DeskKeys);
  return (
    <ol aria-label="What reviewers made of it" className="space-y-2">
      {versions.map((version) => {
        const [first = 0] = version.reviewers;
        const names = version.reviewers.map((one) => adjudicator.nameOf(one));
        return (
          <li key={version.reviewers.join()} className="rounded-md border border-line">
            <div className="flex flex-wrap items-center gap-x-2 gap-y-1 px-3 pt-2">
              <h3 className="min-w-0 grow text-sm font-medium wrap-anywhere">
                <bdi>{names.join(", ")}</bdi>
                {version.reviewers.length > 1 && (
                  <span className="figures font-normal text-muted">
                    {" "}
                    · {version.reviewers.length} of {adjudicator.reviewers.length}
                  </span>
                )}
              </h3>
              {writable && (
                <Button
                  size="small"
                  variant={version.reviewers.length === most && most > 1 ? "primary" : "secondary"}
                  onClick={() => run({ kind: "accept", reviewer: first })}
                >
                  {version.spans.length === 0 ? "Leave out" : "Accept"}
                  <span className="sr-only">
                    {version.spans.length === 0 ? "as" : ""} {names.join(", ")}
                  </span>
                  {version.reviewers
                    .filter((one) => keymap.single && one < 9)
                    .map((one) => (
                      <Kbd key={one}>{String(one + 1)}</Kbd>
                    ))}
                </Button>
              )}
            </div>
            {version.spans.length === 0 ? (
              <p className="px-3 pt-0.5 pb-2 text-sm text-muted">Nothing marked here</p>
            ) : (
              <ul className="divide-y divide-line">
                {version.spans.map((source) => (
                  <Candidate
                    key={source.span}
                    annotator={annotator}
                    adjudicator={adjudicator}
                    source={source}
                    pieces={passageOf(annotator.text, {
                      within,
                      edges,
                      marked: source.content.fragments,
                    })}
                    differing={differingIn(versions, source)}
                    onTake={
                      writable && version.spans.length > 1
                        ? () => adjudicator.acceptSpan(source)
                        : null
                    }
                  />
                ))}
              </ul>
            )}
          </li>
        );
      })}
    </ol>
  );
}

/** The attributes that somebody else has otherwise for a span of the same label. */
function differingIn(versions: readonly Version[], { content }: SourceSpan): ReadonlySet<string> {
  const others = versions
    .flatMap(({ spans }) => spans)
    .map((one) => one.content)
    .filter((one) => one !== content && one.label === content.label);
  const names = [...others, content].flatMap(({ attributes }) => Object.keys(attributes));
  return new Set(
    names.filter((name) =>
      others.some(
        ({ attributes }) => String(attributes[name]) !== String(content.attributes[name]),
      ),
    ),
  );
}

function Candidate({
  annotator,
  adjudicator,
  source,
  pieces,
  differing,
  onTake,
}: {
  annotator: SyncedAnnotator;
  adjudicator: Adjudicator;
  source: SourceSpan;
  pieces: ReturnType<typeof passageOf>;
  differing: ReadonlySet<string>;
  onTake: (() => void) | null;
}) {
  const { scheme } = annotator;
  const { label, attributes } = source.content;
  const appearance = appearanceOf(scheme, label);
  const rules = scheme.labels.find(({ name }) => name === label)?.attributes ?? [];
  const relations = adjudicator.relationsOf(source);
  return (
    <li className="space-y-1 px-3 pt-1 pb-2">
      <div className="flex items-center gap-2">
        <LabelBadge style={appearance.style} letter={appearance.letter} name={appearance.name} />
        {onTake && (
          <Button size="small" variant="quiet" className="-my-1 ms-auto" onClick={onTake}>
            Only this
          </Button>
        )}
      </div>
      <p
        dir="auto"
        data-label-style={appearance.style}
        className="font-reading leading-relaxed text-muted wrap-anywhere"
      >
        {pieces.map(({ words, isMarked }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: pieces are never reordered: the index is who they are
          <span key={index} className={isMarked ? "passage-piece" : undefined}>
            {words}
          </span>
        ))}
      </p>
      {Object.keys(attributes).length + differing.size > 0 && (
        <dl className="flex flex-wrap gap-x-3 gap-y-0.5 text-sm">
          {rules
            .filter(({ name }) => attributes[name] !== undefined || differing.has(name))
            .map((rule) => {
              const value = attributes[rule.name];
              return (
                <div
                  key={rule.name}
                  className={classNames(
                    "flex gap-x-1",
                    differing.has(rule.name) && "rounded-sm bg-warn-soft px-1",
                  )}
                >
                  <dt className="text-muted">{readable(rule.name)}</dt>
                  <dd dir="auto" className="wrap-anywhere">
                    {value === undefined ? (
                      <em className="text-muted">not set</em>
                    ) : (
                      readableValue(rule, value)
                    )}
                  </dd>
                </div>
              );
            })}
        </dl>
      )}
      {relations.length > 0 && (
        <ul className="space-y-0.5 text-sm">
          {relations.map(({ type, isFrom, other }) => (
            <li key={`${type} ${isFrom} ${other.id}`} className="flex min-w-0 items-center gap-1.5">
              <DirectionMark direction={isFrom ? "to" : "from"} />
              <span className="whitespace-nowrap">{readable(type)}</span>
              <bdi className="min-w-0 truncate text-muted">{excerpt(other.quote)}</bdi>
            </li>
          ))}
        </ul>
      )}
    </li>
  );
}

const ways = [
  { kind: "accept_usual", words: "What most have" },
  { kind: "merge", words: "Merge" },
  { kind: "edit", words: "Edit" },
  { kind: "own", words: "Own, of the selection" },
  { kind: "reject", words: "Leave out" },
] as const;

function Deciding({ run, isDecided }: { run: Run; isDecided: boolean }) {
  return (
    <fieldset className="flex flex-wrap gap-1.5">
      <legend className="sr-only">Decide</legend>
      {ways.map(({ kind, words }) => (
        <Button key={kind} size="small" onClick={() => run({ kind })}>
          {words} <KeyOf action={kind} />
        </Button>
      ))}
      {isDecided && (
        <Button size="small" variant="quiet" onClick={() => run({ kind: "take_back" })}>
          Take back <KeyOf action="take_back" />
        </Button>
      )}
    </fieldset>
  );
}

export const outcomeWords: Readonly<Record<Decision["outcome"], string>> = {
  agreed: "Agreed by the rule",
  accepted: "Accepted",
  merged: "Merged",
  edited: "Edited",
  rejected: "Left out",
};

/** What was decided on the passage in hand. */
function Decided({
  annotator,
  adjudicator,
  adjudication,
}: {
  annotator: SyncedAnnotator;
  adjudicator: Adjudicator;
  adjudication: Adjudication;
}) {
  const decisions = adjudicator.decisionsInHand();
  return (
    <section aria-label="Decision" className="space-y-2">
      <h3 className="text-sm font-medium">Decision</h3>
      <ul className="space-y-2">
        {decisions.map(({ id, outcome, spans, sources, reason }) => {
          const made = adjudication.decided.find(({ decision }) => decision === id);
          return (
            <li key={id} className="rounded-md border border-line px-3 py-2 text-sm">
              <p className="flex flex-wrap items-center gap-x-2">
                <Badge tone={outcome === "rejected" ? "neutral" : "ok"}>
                  {outcomeWords[outcome]}
                </Badge>
                <span className="text-muted">
                  from <bdi>{adjudicator.namesOf(sources)}</bdi>
                  {made?.by && (
                    <>
                      {" "}
                      · by <bdi>{made.by}</bdi>
                    </>
                  )}
                </span>
              </p>
              {spans.map((one) => {
                const span = annotator.set.spans.get(one);
                return (
                  span && (
                    <button
                      key={one}
                      type="button"
                      className="mt-1 flex w-full items-start gap-2 text-start hover:underline"
                      onClick={() => annotator.select(one)}
                    >
                      <LabelBadge {...appearanceOf(annotator.scheme, span.label)} compact />
                      <bdi className="min-w-0 font-reading wrap-anywhere">
                        {excerpt(span.quote)}
                      </bdi>
                    </button>
                  )
                );
              })}
              {reason !== "" && (
                <p dir="auto" className="mt-1 text-muted wrap-anywhere">
                  {reason}
                </p>
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}

/** The selected span of gold, to be changed. */
function GoldSpan({
  annotator,
  span,
  writable,
}: {
  annotator: SyncedAnnotator;
  span: Span;
  writable: boolean;
}) {
  useAnnotatorState(annotator);
  const { scheme } = annotator;
  const rule = scheme.labels.find(({ name }) => name === span.label);
  const appearance = appearanceOf(scheme, span.label);
  return (
    <section
      aria-label="Selected span of gold"
      className="space-y-3 rounded-md border border-accent px-3 py-2.5"
    >
      <SpanHead annotator={annotator} span={span} />
      {writable && scheme.labels.length <= IN_ROW ? (
        <LabelRow annotator={annotator} span={span} />
      ) : (
        <LabelBadge {...appearance} />
      )}
      {rule && writable && (
        <AttributeControls
          annotator={annotator}
          of={span.id}
          holder={rule}
          attributes={span.attributes}
          onSet={(name, value, gesture) => annotator.setAttribute(span.id, name, value, gesture)}
        />
      )}
      <RelationList annotator={annotator} span={span} onGo={(id) => annotator.select(id)} />
      {writable && (
        <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm text-muted">
          <EdgeKeys of={["start_back", "start_on"]} words="start" />
          <EdgeKeys of={["end_back", "end_on"]} words="end" />
          <Button size="small" icon="link" onClick={() => annotator.startLinking()}>
            Link <KeyOf action="link" />
          </Button>
          <Button size="small" variant="quiet" icon="trash" onClick={() => annotator.remove()}>
            Remove <KeyOf action="remove" />
          </Button>
        </p>
      )}
    </section>
  );
}

/** The keys that move an edge; nothing where none does. */
function EdgeKeys({ of, words }: { of: readonly ActionId[]; words: string }) {
  const keymap = useContext(DeskKeys);
  const keys = of.flatMap((id) => keymap.keysOfShared(id).slice(0, 1));
  return keys.length === 0 ? null : (
    <span>
      {keys.map((key) => (
        <span key={key}>
          <Kbd>{key}</Kbd>{" "}
        </span>
      ))}
      {words}
    </span>
  );
}

/** Why: of the decision that comes, or of the one that was made. */
function Reason({ adjudicator, passage }: { adjudicator: Adjudicator; passage: Passage }) {
  const isDecided = passage.state === "decided";
  const [text, setText] = useState(() =>
    isDecided ? adjudicator.reasonInHand() : adjudicator.state().reason,
  );
  const key = useDeskKey("reason");
  const isChanged = useRef(false);
  const save = () => {
    if (isDecided && isChanged.current) adjudicator.giveReason();
    isChanged.current = false;
  };
  return (
    <TextField
      label="Reason"
      hint={
        isDecided
          ? undefined
          : `Goes with the decision; it may stay empty.${key === undefined ? "" : ` ${key} comes here, Enter goes back.`}`
      }
      data-desk="reason"
      value={text}
      maxLength={MAX_REASON_OF_DECISION}
      onChange={({ target }) => {
        isChanged.current = true;
        setText(target.value);
        adjudicator.because(target.value);
      }}
      onBlur={save}
      onKeyDown={(event) => {
        if (event.key !== "Enter" || event.nativeEvent.isComposing) return;
        save();
        document
          .querySelector<HTMLElement>(".article[role=document]")
          ?.focus({ preventScroll: true });
      }}
    />
  );
}

/** All that the rule did not settle, to be gone to; there may be hundreds. */
function AllDisputes({
  adjudicator,
  passages,
  inHand,
}: {
  adjudicator: Adjudicator;
  passages: readonly Passage[];
  inHand: string | null;
}) {
  const [open, setOpen] = useState(false);
  useEffect(() => {
    if (open) document.getElementById("dispute-in-hand")?.scrollIntoView({ block: "nearest" });
  }, [open]);
  if (passages.length === 0) return null;
  return (
    <details open={open} onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary className="text-sm font-medium text-accent-strong">
        All {counted(passages.length, "dispute")}
      </summary>
      {open && (
        <ol className="mt-2 space-y-px text-sm">
          {passages.map((passage) => {
            const isHere = passage.key === inHand;
            return (
              <li
                key={passage.key}
                className="dispute-row"
                {...(isHere ? { id: "dispute-in-hand" } : {})}
              >
                <button
                  type="button"
                  aria-current={isHere ? "true" : undefined}
                  onClick={() => adjudicator.take(passage.key)}
                  className={classNames(
                    "flex w-full items-center gap-2 rounded-sm px-2 py-1.5 text-start hover:bg-sunken",
                    isHere && "bg-accent-soft",
                  )}
                >
                  <span className={passage.state === "open" ? "text-warn" : "text-ok"}>
                    <Icon name={passage.state === "open" ? "help" : "check"} size={14} />
                  </span>
                  <span className="sr-only">{passage.state === "open" ? "Open:" : "Decided:"}</span>
                  <bdi className="min-w-0 truncate">
                    {excerpt(adjudicator.annotator.text.slice(passage.range))}
                  </bdi>
                </button>
              </li>
            );
          })}
        </ol>
      )}
    </details>
  );
}
