"use client";

import {
  type RefObject,
  useCallback,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
  useSyncExternalStore,
} from "react";
import { Button } from "@/components/ui/button";
import { IconButton } from "@/components/ui/icon-button";
import { Icon } from "@/components/ui/icons";
import { Kbd } from "@/components/ui/kbd";
import { LabelBadge } from "@/components/ui/label-badge";
import { inNextFrame } from "@/components/ui/next-frame";
import {
  type Asked,
  askedAs,
  choicesOf,
  isTyped,
  type StripState,
} from "@/lib/annotator/attribute-strip";
import type { AnnotatorCommands } from "@/lib/annotator/commands";
import { KnownValues } from "@/lib/annotator/completions";
import { appearanceOf } from "@/lib/annotator/label-appearance";
import type { Link } from "@/lib/annotator/linking";
import { promptOf } from "@/lib/annotator/strip-prompt";
import { readable } from "@/lib/annotator/wording";
import { call } from "@/lib/api/client";
import { capitalised } from "@/lib/domain/grammar";
import { type AttributeValue, excerpt, hull, type Span } from "@/lib/domain/span";
import type { ArticleEditor } from "@/lib/editor/article-editor";
import type { AnnotatePage } from "./annotate-page-props";
import { AttributeField } from "./attribute-field";
import { DirectionMark } from "./direction-mark";
import { follow, type SyncedAnnotator, useAnnotatorState } from "./use-annotator";

type Props = {
  annotator: SyncedAnnotator;
  commands: AnnotatorCommands;
  editor: ArticleEditor;
  values: KnownValues;
};

/** What is known of attributes' values in an article and its project; without a network, in the article. */
export function knownValuesOf(
  annotator: SyncedAnnotator,
  { project, article, cues }: AnnotatePage,
): KnownValues {
  const { language } = article;
  return new KnownValues(annotator, { language, cues }, async (query) => {
    const answer = await call("GET /projects/{project}/attribute-values", {
      path: { project: project.slug },
      query,
      signedOut: "stay",
    });
    return answer.ok ? answer.value.values.map(({ value }) => value) : null;
  });
}

/** The strip at the span that has just been labelled: what is asked of it, and how it is answered. */
export function AttributeStrip(props: Props) {
  const { annotator, commands, editor, values } = props;
  const { strip } = commands;
  const state = useSyncExternalStore(follow(strip), strip.state, strip.state);
  const { linking } = useAnnotatorState(annotator);
  useEffect(
    () =>
      editor.subscribe(() => {
        // Whoever selects other words is about to label those.
        if (strip.state() && !editor.selection.empty) strip.close();
      }),
    [editor, strip],
  );
  useEffect(
    () =>
      strip.offersAre(({ of, rule }) => {
        const asked = annotator.set.spans.get(of);
        return asked ? values.completionsOf(asked, rule.name, "").offered : null;
      }),
    [annotator, strip, values],
  );
  const span = state && annotator.set.spans.get(state.span);
  const shown = state && span && !linking;
  return (
    <>
      {/* There before anything is asked, or it would not be said. */}
      <p aria-live="polite" className="sr-only">
        {shown ? promptOf(annotator, state) : ""}
      </p>
      {shown && <Strip key={span.id} {...props} state={state} span={span} />}
    </>
  );
}

function Strip({
  annotator,
  commands,
  editor,
  values,
  state,
  span,
}: Props & { state: StripState; span: Span }) {
  const { strip } = commands;
  const { offer, asked } = state;
  const box = useRef<HTMLDivElement>(null);
  // Who sets attributes beside the text, or drags over it, goes on with that.
  const isFree = useCallback(() => {
    const at = document.activeElement;
    const isHere = at === document.body || at?.closest(".article, .attribute-strip") != null;
    return isHere && !editor.isPressed;
  }, [editor]);
  const place = usePlace(editor, span, { box, isFree });
  // biome-ignore lint/correctness/useExhaustiveDependencies: the focus goes with the field of what was asked before
  useEffect(() => {
    if (document.activeElement === document.body) commands.focusText();
  }, [commands, state.of, asked?.rule.name]);
  const { style, letter, name } = appearanceOf(annotator.scheme, span.label);
  const relation = annotator.set.relations.get(state.of);
  return (
    <div
      ref={box}
      role="toolbar"
      aria-label={`Attributes of the ${relation ? `relation ${readable(relation.type)}` : name}`}
      className="attribute-strip popup absolute z-10 p-2"
      style={place}
      onMouseDown={(event) => {
        // Nobody leaves the text by pressing a value.
        if (!(event.target instanceof HTMLInputElement)) event.preventDefault();
      }}
    >
      {offer && <OfferedLink annotator={annotator} link={offer} onTake={() => strip.takeOffer()} />}
      {asked && (
        <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
          {relation ? (
            <span className="flex items-center gap-1 text-sm text-muted">
              <Icon name="link" size={14} />
              {readable(relation.type)}
            </span>
          ) : (
            <LabelBadge style={style} letter={letter} name={name} compact />
          )}
          <span className="text-sm font-medium">{capitalised(readable(asked.rule.name))}</span>
          {isTyped(asked.rule) ? (
            <AttributeField
              key={askedAs(state.of, asked.rule)}
              annotator={annotator}
              strip={strip}
              values={values}
              of={state.of}
              span={relation ? null : span}
              asked={asked}
              waits={offer !== null}
              isFree={isFree}
            />
          ) : (
            <Choices asked={asked} onChoose={(number) => strip.choose(number)} />
          )}
          <span className="ms-auto flex items-center gap-1 text-sm text-muted">
            <span className="figures max-sm:hidden" aria-hidden="true">
              {asked.rank}/{asked.count}
            </span>
            <IconButton
              icon="chevron"
              label="Next attribute"
              keys="Enter"
              size="small"
              className="strip-next"
              onClick={() => strip.next()}
            />
            <IconButton
              icon="close"
              label="Close"
              keys="Escape"
              size="small"
              onClick={() => {
                strip.close();
                commands.focusText();
              }}
            />
          </span>
        </div>
      )}
    </div>
  );
}

function Choices({ asked, onChoose }: { asked: Asked; onChoose: (number: number) => void }) {
  const { rule, value } = asked;
  return choicesOf(rule).map(({ value: one, name }, index) => (
    <Button
      key={name}
      size="small"
      variant="quiet"
      aria-pressed={hasChoice(value, one)}
      onClick={() => onChoose(index + 1)}
    >
      <Kbd>{String(index + 1)}</Kbd> {name}
    </Button>
  ));
}

/** Whether a value is a choice, or has it among several. */
function hasChoice(value: AttributeValue | null, choice: string | boolean): boolean {
  return (
    value === choice ||
    (typeof value === "object" && value !== null && value.some((one) => one === choice))
  );
}

/** A link that is to be had for one key. */
function OfferedLink({
  annotator,
  link: { rule, from, to },
  onTake,
}: {
  annotator: SyncedAnnotator;
  link: Link;
  onTake: () => void;
}) {
  const [source, target] = [annotator.set.spans.get(from), annotator.set.spans.get(to)];
  if (!source || !target) return null;
  return (
    <Button size="small" variant="primary" className="mb-1.5 w-full justify-start" onClick={onTake}>
      <Kbd>Enter</Kbd>
      <Words annotator={annotator} span={source} />
      <span className="flex shrink-0 items-center gap-1.5 font-normal">
        {readable(rule.name)}
        <DirectionMark direction="to" />
      </span>
      <Words annotator={annotator} span={target} />
    </Button>
  );
}

function Words({ annotator, span }: { annotator: SyncedAnnotator; span: Span }) {
  return (
    <span className="min-w-0 truncate" dir="auto">
      <span className="sr-only">{appearanceOf(annotator.scheme, span.label).name} </span>
      {excerpt(span.quote)}
    </span>
  );
}

/** How far the strip keeps from the words below which it is, and above: there are their letters. */
const [BELOW, ABOVE] = [8, 20] as const;

/** How far it keeps from the edges of what the text scrolls in. */
const EDGE = 8;

/**
 * Below the last line of a span, or above the first where there is no room below it: never on its
 * words. Where there is none above it either, the text gives way, unless the reviewer is at something
 * else: it must not move under their hand.
 */
function usePlace(
  editor: ArticleEditor,
  { fragments }: Span,
  { box, isFree }: { box: RefObject<HTMLElement | null>; isFree: () => boolean },
): React.CSSProperties {
  // Not hidden in any way that would keep its field from taking the focus.
  const [place, setPlace] = useState<React.CSSProperties>({ opacity: 0 });
  useLayoutEffect(() => {
    const strip = box.current;
    const frame = editor.element.closest<HTMLElement>(".reading-frame");
    const pane = editor.element.closest<HTMLElement>(".reading-pane");
    if (!strip || !frame || !pane) return;
    const put = ({ givesWay }: { givesWay: boolean }) => {
      const { first, last } = editor.linesOf(hull(fragments));
      const around = frame.getBoundingClientRect();
      const view = pane.getBoundingClientRect();
      const { width, height } = strip.getBoundingClientRect();
      const free = around.width - width - EDGE;
      const left = Math.max(EDGE, Math.min(last.left - around.left - width / 2, free));
      const over = last.bottom + BELOW + height + EDGE - view.bottom;
      const isRoomAbove = first.top - ABOVE - height >= view.top + EDGE;
      if (over > 0 && isRoomAbove) {
        setPlace({ left, bottom: around.bottom - first.top + ABOVE });
        return;
      }
      setPlace({ left, top: last.bottom - around.top + BELOW });
      if (over > 0 && givesWay) pane.scrollBy({ top: over });
    };
    put({ givesWay: isFree() });
    const observer = new ResizeObserver(() => put({ givesWay: isFree() }));
    for (const element of [strip, pane]) observer.observe(element);
    let callOff: (() => void) | null = null;
    const scrolled = () => {
      callOff?.();
      callOff = inNextFrame(() => put({ givesWay: false }));
    };
    pane.addEventListener("scroll", scrolled, { passive: true });
    return () => {
      observer.disconnect();
      pane.removeEventListener("scroll", scrolled);
      callOff?.();
    };
  }, [editor, fragments, box, isFree]);
  return place;
}
