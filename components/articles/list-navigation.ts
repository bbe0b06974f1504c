type Key = Pick<KeyboardEvent, "key" | "code" | "altKey" | "ctrlKey" | "metaKey" | "shiftKey">;

const isPlain = ({ altKey, ctrlKey, metaKey }: Key) => !altKey && !ctrlKey && !metaKey;

/** Where a key goes in a list that has the focus. */
export function movementOf(event: Key): "next" | "previous" | "first" | "last" | null {
  if (!isPlain(event) || event.shiftKey) return null;
  switch (event.key) {
    case "ArrowDown":
      return "next";
    case "ArrowUp":
      return "previous";
    case "Home":
      return "first";
    case "End":
      return "last";
    default:
      return null;
  }
}

/**
 * The step of j and k, from anywhere on the page. Where the layout has no Latin letters on its keys
 * (Persian, Russian), the place of the key counts.
 */
export function stepOf(event: Key): 1 | -1 | null {
  if (!isPlain(event) || event.shiftKey) return null;
  if (isKey(event, "j", "KeyJ")) return 1;
  return isKey(event, "k", "KeyK") ? -1 : null;
}

/** Whether a key press selects where the reader is; with Shift, all from the last one to there. */
export function isSelectKey(event: Key): boolean {
  return isPlain(event) && isKey(event, event.shiftKey ? "X" : "x", "KeyX");
}

/** Whether a key press asks for the search box. */
export function isSearchKey(event: Key): boolean {
  return isPlain(event) && isKey(event, "/", "Slash");
}

function isKey({ key, code }: Key, sign: string, place: string): boolean {
  if (key === sign) return true;
  return code === place && !/^[!-~]$/.test(key) && [...key].length === 1;
}

/** Whether a key press belongs to a field, a menu or a dialog. */
export function isTyping({ target, defaultPrevented }: Event): boolean {
  if (defaultPrevented) return true;
  if (!(target instanceof HTMLElement)) return false;
  return (
    target.isContentEditable ||
    target.closest(
      "input:not([type=checkbox]), textarea, select, [role=menu], [role=dialog], [role=alertdialog]",
    ) !== null
  );
}
