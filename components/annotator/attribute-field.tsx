"use client";

import { useEffect, useId, useLayoutEffect, useMemo, useReducer, useRef, useState } from "react";
import { Icon } from "@/components/ui/icons";
import { Kbd } from "@/components/ui/kbd";
import { type Asked, type AttributeStrip, askedAs, DIGITS } from "@/lib/annotator/attribute-strip";
import type { KnownValues } from "@/lib/annotator/completions";
import { readable, readableValue } from "@/lib/annotator/wording";
import { notWritten, valueWritten } from "@/lib/annotator/written-values";
import { capitalised } from "@/lib/domain/grammar";
import { MAX_ATTRIBUTE_LENGTH } from "@/lib/domain/limits";
import type { Span } from "@/lib/domain/span";
import type { SyncedAnnotator } from "./use-annotator";

/** How long after the last letter the project is asked for values, in milliseconds. */
const PAUSE = 150;

type Props = {
  annotator: SyncedAnnotator;
  strip: AttributeStrip;
  values: KnownValues;
  /** The id of the span or the relation. */
  of: string;
  /** Null for a relation, of whose texts nothing is known. */
  span: Span | null;
  asked: Asked;
  /** Whether it leaves the focus in the text for now. */
  waits: boolean;
  /** Whether the focus can be had without taking it from what the reviewer is at. */
  isFree: () => boolean;
};

/**
 * The field of the strip: a text with the values it is likely to get, or the many values of a choice,
 * found by their letters. Enter takes what is marked, or what is written, or goes on. What is written
 * as it is left is taken, too.
 */
export function AttributeField({
  annotator,
  strip,
  values,
  of,
  span,
  asked,
  waits,
  isFree,
}: Props) {
  const { rule } = asked;
  /** Whether it is one or several of some values, or what is written. */
  const isChoice = rule.type === "choice" || rule.type === "choices";
  const chosen = typeof asked.value === "object" && asked.value !== null ? asked.value : [];
  const asks = askedAs(of, rule);
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const before = isChoice || asked.value === null ? "" : readableValue(rule, asked.value);
  const [written, setWritten] = useState(before);
  const [isTouched, touch] = useReducer(() => true, false);
  const [marked, setMarked] = useState<number | null>(null);
  const [withdrawn, setWithdrawn] = useState(asked.value !== null);
  const [, learnt] = useReducer((count: number) => count + 1, 0);
  const { options, offered } = optionsFor(rule, { values, span, written });
  const at = marked ?? (written === "" && !withdrawn && offered !== null ? 0 : null);
  const active = at === null ? undefined : options[at];

  const learns = span !== null && rule.type === "text";
  useLearning(values, span?.label ?? "", rule.name, learns ? written : null, learnt);

  const { draft, write, forget, settle } = useDraft(annotator, of, rule);

  useLayoutEffect(() => {
    const field = input.current;
    if (!field) return;
    const { typed, gone } = strip.fieldIs(asks, () => field.focus({ preventScroll: true }));
    if (typed !== "") {
      touch();
      setWritten(typed);
      write(typed);
    }
    return gone;
  }, [strip, asks, write]);
  // At once: what is pressed next is meant for what is seen.
  useLayoutEffect(() => {
    // On touch screens it would open the keyboard over the text.
    if (waits || !isFree() || matchMedia("(hover: none) and (pointer: coarse)").matches) return;
    input.current?.focus({ preventScroll: true });
    if (draft.current === null) input.current?.select();
  }, [waits, isFree, draft]);

  const take = (value: string) => {
    forget();
    if (rule.type === "choices") {
      strip.choose(rule.values.indexOf(value) + 1);
      setWritten("");
      setMarked(null);
      return;
    }
    const meant = valueWritten(rule, value);
    if (meant === null) annotator.told.notice(notWritten(rule));
    if ((meant === null || !strip.set(meant)) && !isChoice) write(written);
  };
  const enter = () => {
    if (active !== undefined) take(active);
    else if (isChoice && written.trim() !== "" && options[0] !== undefined) take(options[0]);
    else if (!isChoice && written !== before) take(written);
    else strip.next();
  };
  const pressed = (event: React.KeyboardEvent<HTMLInputElement>) => {
    if (event.nativeEvent.isComposing) return;
    const { key, shiftKey } = event;
    const digit = isChoice && /^[1-9]$/.test(key) ? options[Number(key) - 1] : undefined;
    if (key === "Enter") {
      if (event.repeat) return;
      if (shiftKey) strip.back();
      else enter();
    } else if (digit !== undefined) take(digit);
    else if (key === "ArrowDown") setMarked(Math.min((at ?? -1) + 1, options.length - 1));
    else if (key === "ArrowUp") {
      setWithdrawn(true);
      setMarked(at === null || at === 0 ? null : at - 1);
    } else if ((key === "Backspace" || key === "Delete") && written === "") {
      setWithdrawn(true);
      setMarked(null);
    } else return;
    event.preventDefault();
  };

  const list = `${id}-list`;
  return (
    <>
      <input
        ref={input}
        type="text"
        role="combobox"
        dir="auto"
        className="field strip-field h-8 text-sm"
        data-asks={asks}
        data-untouched={isTouched ? undefined : ""}
        aria-label={capitalised(readable(rule.name))}
        aria-expanded={options.length > 0}
        aria-controls={list}
        aria-autocomplete="list"
        aria-activedescendant={at === null || active === undefined ? undefined : `${list}-${at}`}
        autoComplete="off"
        maxLength={MAX_ATTRIBUTE_LENGTH}
        placeholder={written === "" && active !== undefined ? readableValue(rule, active) : ""}
        value={written}
        onChange={({ target }) => {
          touch();
          setMarked(null);
          setWritten(target.value);
          if (!isChoice) write(target.value);
        }}
        onBlur={({ relatedTarget }) => {
          settle();
          if (relatedTarget?.closest(".article")) strip.close();
        }}
        onKeyDown={pressed}
      />
      {options.length > 0 && (
        <div
          id={list}
          role="listbox"
          className="strip-values"
          aria-label={`Values of ${readable(rule.name)}`}
        >
          {options.map((option, index) => (
            // biome-ignore lint/a11y/useFocusableInteractive: the field has the focus and moves by arrow keys; a row is only pressed
            // biome-ignore lint/a11y/useKeyWithClickEvents: the field has the focus and moves by arrow keys; a row is only pressed
            <div
              key={option}
              id={`${list}-${index}`}
              role="option"
              className="strip-value"
              aria-selected={index === at}
              aria-checked={rule.type === "choices" ? chosen.includes(option) : undefined}
              onClick={() => take(option)}
            >
              {chosen.includes(option) && <Icon name="check" size={14} />}
              <bdi className="min-w-0 grow truncate">{readableValue(rule, option)}</bdi>
              {index === at && !waits && <Kbd>Enter</Kbd>}
              {isChoice && index < DIGITS && index !== at && <Kbd>{String(index + 1)}</Kbd>}
            </div>
          ))}
        </div>
      )}
    </>
  );
}

/** What is written and not taken yet; it is kept as the field is left, or the page. */
function useDraft(annotator: SyncedAnnotator, of: string, rule: Asked["rule"]) {
  const draft = useRef<string | null>(null);
  const release = useRef<(() => void) | null>(null);
  const { forget, settle, write } = useMemo(() => {
    const forget = () => {
      draft.current = null;
      release.current?.();
      release.current = null;
    };
    const settle = () => {
      const { current: value } = draft;
      forget();
      if (value === null || value.trim() === "" || !annotator.state().writable) return;
      const meant = valueWritten(rule, value);
      if (meant === null) annotator.told.notice(notWritten(rule));
      else annotator.setAttribute(of, rule.name, meant);
    };
    const write = (value: string) => {
      draft.current = value;
      release.current ??= annotator.ownSet?.holdDraft(settle) ?? null;
    };
    return { forget, settle, write };
  }, [annotator, of, rule]);
  useEffect(() => settle, [settle]);
  return { draft, write, forget, settle };
}

function optionsFor(
  rule: Asked["rule"],
  { values, span, written }: { values: KnownValues; span: Span | null; written: string },
): { options: readonly string[]; offered: string | null } {
  if (rule.type === "choice" || rule.type === "choices") {
    return { options: values.matching(rule.values, written), offered: null };
  }
  if (rule.type !== "text" || span === null) return { options: [], offered: null };
  const { values: options, offered } = values.completionsOf(span, rule.name, written);
  return { options, offered: offered !== null && options[0] === offered ? offered : null };
}

/** Has what the project knows asked for, at once and as somebody writes. */
function useLearning(
  values: KnownValues,
  label: string,
  attribute: string,
  written: string | null,
  learnt: () => void,
): void {
  useEffect(() => {
    if (written === null) return;
    let isGone = false;
    const learn = async () => {
      if ((await values.learn(label, attribute, written)) && !isGone) learnt();
    };
    const timer = setTimeout(learn, written === "" ? 0 : PAUSE);
    return () => {
      isGone = true;
      clearTimeout(timer);
    };
  }, [values, label, attribute, written, learnt]);
}
