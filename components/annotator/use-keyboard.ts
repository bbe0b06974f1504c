"use client";

import { useEffect, useRef } from "react";
import type { AnnotatorCommands, PressedKey } from "@/lib/annotator/commands";
import { type Command, chordsOf, type Keymap } from "@/lib/annotator/keymap";

/** Listens to the whole page, so that keys work wherever the focus is but in a field. */
export function useKeyboard(commands: AnnotatorCommands, keymap: Keymap): void {
  useEffect(() => {
    const listening = new AbortController();
    const { signal } = listening;
    /** Whether it is pressed in a field that is about to go: it is meant for what is there by then. */
    const isLate = ({ target }: Event) =>
      target instanceof HTMLElement &&
      target.dataset.asks !== undefined &&
      !commands.strip.isAsking(target.dataset.asks);
    const isUsed = (event: KeyboardEvent): boolean => {
      const late = isLate(event);
      if (late || (!isOver(event) && !isInField(event))) {
        const key = pressedKey(event, keymap);
        const answered = commands.answer(late ? { ...key, onControl: false } : key);
        if (answered !== null) return answered === "used";
      }
      const command = keymap.commandOf(event);
      // What such a field is given is not what is asked.
      if (!command) return late && characterOf(event) !== null;
      if (command.kind === "cancel" || (!late && isElsewhere(event, command))) return false;
      return commands.run(command, { inText: late || inText(event), repeat: event.repeat });
    };
    const pressed = (event: KeyboardEvent) => {
      if (!isUsed(event)) return;
      event.preventDefault();
      event.stopPropagation();
    };
    // Before the editor and the widgets see it.
    document.addEventListener("keydown", pressed, { capture: true, signal });
    const escaped = (event: KeyboardEvent) => {
      const command = keymap.commandOf(event);
      if (command?.kind !== "cancel" || isOver(event)) return;
      // The editor prevents what browsers do on Escape, whatever it means here.
      if (event.defaultPrevented && !inText(event)) return;
      // Whoever is nowhere is as good as in the text.
      const isIn = inText(event) || event.target === document.body;
      const isLeft = commands.run(command, { inText: isIn, repeat: event.repeat });
      if (event.target === document.body) commands.focusText();
      if (isLeft) event.preventDefault();
    };
    // After all that Escape closes.
    document.addEventListener("keydown", escaped, { signal });
    return () => listening.abort();
  }, [commands, keymap]);
}

/** The focus of a control that goes with what it was about comes back into the text. */
export function useReturningFocus(commands: AnnotatorCommands): void {
  const last = useRef<Element | null>(null);
  useEffect(() => {
    const focused = ({ target }: FocusEvent) => {
      last.current = target instanceof Element ? target : null;
    };
    document.addEventListener("focusin", focused);
    return () => document.removeEventListener("focusin", focused);
  }, []);
  // After each change of the page.
  useEffect(() => {
    if (document.activeElement !== document.body || last.current?.isConnected !== false) return;
    last.current = null;
    commands.focusText();
  });
}

function inText({ target }: Event): boolean {
  return target instanceof Element && target.closest(".article") !== null;
}

/** Whether a key belongs to what lies over the page. */
function isOver({ target }: Event): boolean {
  return (
    target instanceof Element &&
    target.closest("[role=dialog], [role=alertdialog], [role=menu]") !== null
  );
}

function pressedKey(event: KeyboardEvent, { settings }: Keymap): PressedKey {
  return {
    chords: chordsOf(event),
    character: characterOf(event),
    onControl: isOnControl(event),
    repeat: event.repeat,
    single: settings.single,
  };
}

/** What a key writes; see {@link PressedKey.character}. */
function characterOf({ key, ctrlKey, metaKey, altKey }: KeyboardEvent): string | null {
  if (key === "Process" || key === "Dead") return "";
  return /^.$/u.test(key) && !ctrlKey && !metaKey && !altKey ? key : null;
}

function isOnControl({ target }: Event): boolean {
  return target instanceof Element && target.closest("button, a, input") !== null;
}

/** In a field, Ctrl+Enter is about the field, too; what a radio button says is taken at once. */
function isInField({ target }: Event): boolean {
  if (!(target instanceof HTMLElement)) return false;
  const radio = target instanceof HTMLInputElement && target.type === "radio";
  return target.closest("input, textarea, select") !== null && !radio;
}

/** Whether nothing is written in a field of the strip: there is nothing of its own to undo in it. */
function isUntouched({ dataset }: HTMLElement): boolean {
  return dataset.untouched !== undefined;
}

/** Whether a key belongs to a field, a widget or a dialog rather than to the page. */
function isElsewhere(event: Event, { kind }: Command): boolean {
  const { target } = event;
  if (!(target instanceof HTMLElement)) return false;
  if (isOver(event)) return true;
  if (isInField(event)) return !((kind === "undo" || kind === "redo") && isUntouched(target));
  // Enter and Tab are the widget's own.
  return (kind === "choose" || kind === "cycle") && isOnControl(event);
}
