/** What a key means on the annotate page. */
export type Command =
  | { readonly kind: "label"; readonly key: string }
  | {
      readonly kind: "edge";
      readonly edge: "start" | "end";
      readonly towards: "left" | "right";
      readonly unit: "character" | "word";
    }
  | {
      readonly kind:
        | "repeat"
        | "remove"
        | "boundaries"
        | "fragment"
        | "link"
        | "next"
        | "previous"
        | "choose"
        | "cycle"
        | "cancel"
        | "undo"
        | "redo"
        | "submit"
        | "help";
    };

type Key = Pick<
  KeyboardEvent,
  "key" | "code" | "altKey" | "ctrlKey" | "metaKey" | "shiftKey" | "isComposing"
>;

/**
 * Whether a key goes on with its command while it is held down. The others do it once a press: a key
 * that rests too long must not submit, remove or go past what nobody has looked at.
 */
export function goesOnWhileHeld({ kind }: Command): boolean {
  return kind === "edge" || kind === "undo" || kind === "redo";
}

const letters = {
  b: "boundaries",
  f: "fragment",
  r: "link",
  n: "next",
  p: "previous",
} as const;

/**
 * The command of a key press, or null. Where the layout has no Latin letters or no digits on its
 * keys (Persian, Russian, French), the place of the key counts.
 */
export function commandOf(event: Key): Command | null {
  if (event.isComposing) return null;
  const modified = event.ctrlKey || event.metaKey;
  if (event.altKey) return edgeOf(event);
  const letter = letterOf(event);
  if (modified) {
    if (letter === "z") return { kind: event.shiftKey ? "redo" : "undo" };
    if (letter === "y" && !event.shiftKey) return { kind: "redo" };
    if (event.key === "Enter") return { kind: "submit" };
    return null;
  }
  switch (event.key) {
    case "Delete":
    case "Backspace":
      return { kind: "remove" };
    case "Enter":
      return { kind: "choose" };
    case ".":
    case "。":
      return { kind: "repeat" };
    case "Tab":
      return event.shiftKey ? null : { kind: "cycle" };
    case "Escape":
      return { kind: "cancel" };
    case "?":
    case "؟":
    case "？":
      return { kind: "help" };
  }
  if (event.shiftKey) return null;
  const digit = digitOf(event);
  if (digit !== null) return { kind: "label", key: digit };
  if (letter in letters) {
    // `in` has just told that it is one of these.
    return { kind: letters[letter as keyof typeof letters] };
  }
  return null;
}

function edgeOf({ key, shiftKey, ctrlKey, metaKey }: Key): Command | null {
  if (key !== "ArrowLeft" && key !== "ArrowRight") return null;
  return {
    kind: "edge",
    edge: shiftKey ? "start" : "end",
    towards: key === "ArrowLeft" ? "left" : "right",
    unit: ctrlKey || metaKey ? "word" : "character",
  };
}

/** The letter that a key stands for, in lower case; something else if it stands for none. */
function letterOf({ key, code }: Key): string {
  // A key that types an ASCII sign means that sign, wherever it is.
  // Stryker disable next-line Regex: no code but those of letters has "Key" and a capital in it
  const letter = /^[!-~]$/.test(key) ? key : code.replace(/^Key(?=[A-Z]$)/, "");
  return letter.toLowerCase();
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
