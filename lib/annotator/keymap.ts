import type { KeySettings } from "@/lib/api/people";
import { type Action, type ActionId, actionOf, actions } from "./actions";

/**
 * What a key means on the annotate page: a label's key, by the scheme's own sign for it, once or for all
 * selections to come, or an action.
 */
export type Command =
  | { readonly kind: "label" | "stick"; readonly key: string }
  | { readonly kind: ActionId };

export const usualKeys: KeySettings = { keys: {}, single: true };

export type Key = Pick<
  KeyboardEvent,
  "key" | "code" | "altKey" | "ctrlKey" | "metaKey" | "shiftKey" | "isComposing"
>;

/** Which key does what, for one person. */
export class Keymap {
  readonly settings: KeySettings;
  readonly #actions = new Map<string, ActionId>();
  readonly #keys = new Map<ActionId, readonly string[]>();

  /** Of two actions that claim one key the one that was given it has it. */
  constructor(settings: KeySettings = usualKeys) {
    this.settings = settings;
    const isGiven = ({ id }: Action) => settings.keys[id] !== undefined;
    const all: readonly Action[] = actions;
    for (const action of [...all.filter(isGiven), ...all.filter((one) => !isGiven(one))]) {
      const wanted = action.fixed ? action.keys : (settings.keys[action.id] ?? action.keys);
      const free = wanted.filter((chord) => {
        const taken = this.#actions.get(chord);
        return taken === undefined || taken === action.id;
      });
      for (const chord of free) this.#actions.set(chord, action.id);
      this.#keys.set(action.id, free);
    }
  }

  /** The keys of an action, the one to be shown first; none where it has none, or single keys are off. */
  keysOf(id: ActionId): readonly string[] {
    return (this.#keys.get(id) ?? []).filter((chord) => this.#isOn(chord));
  }

  /** The action that has a key, whether or not single ones are on; null if none has it. */
  actionAt(chord: string): ActionId | null {
    return this.#actions.get(chord) ?? null;
  }

  /** The command of a key press, or null. */
  commandOf(event: Key): Command | null {
    for (const chord of chordsOf(event)) {
      if (!this.#isOn(chord)) continue;
      const action = this.#actions.get(chord);
      if (action) return { kind: action };
      const [, shift, key] = /^(Shift\+)?([1-9])$/.exec(chord) ?? [];
      if (key !== undefined) return { kind: shift === undefined ? "label" : "stick", key };
    }
    return null;
  }

  #isOn(chord: string): boolean {
    return this.settings.single || !isSingle(chord);
  }
}

/** Whether a key goes on with its command while it is held down: see {@link Action.held}. */
export function goesOnWhileHeld({ kind }: Command): boolean {
  return kind !== "label" && kind !== "stick" && actionOf(kind)?.held === true;
}

/** Whether it is typed by one key that writes, with Shift or without. */
export function isSingle(chord: string): boolean {
  return /^(?:Shift\+)?.$/u.test(chord);
}

/**
 * What a key press may be bound as, the likeliest first; empty while it composes a character. Written
 * as in "Ctrl+Shift+Z": modifiers in the order Ctrl (or ⌘), Alt, Shift, then a capital, a digit, a
 * sign, or a key's own name ("ArrowLeft"). A sign that Shift writes is that sign alone, and after
 * that the place it is written at.
 *
 * Where the layout has no Latin letters, no digits or no such sign on its keys (Persian, Russian,
 * French), the place of the key counts.
 */
export function chordsOf(event: Key): string[] {
  if (event.isComposing) return [];
  const { key, code, altKey, shiftKey } = event;
  const modifiers = `${event.ctrlKey || event.metaKey ? "Ctrl+" : ""}${altKey ? "Alt+" : ""}`;
  const shifted = `${modifiers}${shiftKey ? "Shift+" : ""}`;
  const digit = digitOf(event);
  const letter = letterOf(event);
  if (letter !== null) return [shifted + letter];
  const sign = /^[!-~]$/.test(key) ? key : (sameSigns[key] ?? null);
  const place = signPlaces[code] ?? null;
  // What types a sign means that sign, with or without Shift.
  const signs = sign !== null && !/\d/.test(sign) ? [modifiers + sign] : [];
  const places: string[] = [];
  if (digit !== null) places.push(shifted + digit);
  else if (place !== null && (sign === null || shiftKey)) places.push(shifted + place);
  else if (sign === null && /^[A-Z]\w+$/.test(key) && key !== "Dead") places.push(shifted + key);
  // With Shift, a key that types the same as without is told apart by Shift alone.
  return shiftKey && sign === place ? [...places, ...signs] : [...signs, ...places];
}

/** Signs that scripts write in their own way. */
const sameSigns: Readonly<Record<string, string>> = { "؟": "?", "？": "?", "。": ".", "＋": "+" };

/** The signs of the keys beside the letters, by their places on a US keyboard. */
const signPlaces: Readonly<Record<string, string>> = {
  BracketLeft: "[",
  BracketRight: "]",
  Backslash: "\\",
  Comma: ",",
  Period: ".",
  Slash: "/",
  Semicolon: ";",
  Quote: "'",
  Backquote: "`",
  Minus: "-",
  Equal: "=",
};

/** The letter that a key stands for, as a capital; null if it stands for none. */
function letterOf({ key, code }: Key): string | null {
  if (/^[a-z]$/i.test(key)) return key.toUpperCase();
  // A key that types an ASCII sign means that sign, wherever it is.
  if (/^[!-~]$/.test(key)) return null;
  return /^Key([A-Z])$/.exec(code)?.[1] ?? null;
}

/**
 * The digit that a key stands for. A key of the keypad moves about as long as NumLock is off, or Shift
 * held: it has a name then ("Home", "ArrowLeft", "Clear"), where one that writes has a single character.
 */
function digitOf({ key, code }: Key): string | null {
  if (/^[1-9]$/.test(key)) return key;
  const [, row, digit] = /^(Digit|Numpad)([1-9])$/.exec(code) ?? [];
  return digit !== undefined && (row === "Digit" || /^.$/u.test(key)) ? digit : null;
}
