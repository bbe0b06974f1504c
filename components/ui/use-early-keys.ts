import { useEffect, useRef } from "react";

/**
 * Keeps what is typed while a dialog or a field has been asked for and has not got the focus yet: it is
 * meant for that, and must do nothing to the page.
 *
 * @param isAwaited whether one has been asked for; what is typed in any dialog is that dialog's
 * @param leave Escape, before it is there
 * @returns takes what has been typed since it was last taken
 */
export function useEarlyKeys(isAwaited: boolean, leave: () => void): () => string {
  const typed = useRef("");
  const latest = useRef(leave);
  latest.current = leave;
  useEffect(() => {
    if (!isAwaited) return;
    typed.current = "";
    const pressed = (event: KeyboardEvent) => {
      const { target, key, ctrlKey, metaKey, altKey, isComposing } = event;
      if (isComposing || (target instanceof Element && target.closest("[role=dialog]"))) return;
      if (key === "Escape") latest.current();
      else if (/^.$/u.test(key) && !ctrlKey && !metaKey && !altKey) typed.current += key;
      else if (key === "Backspace") typed.current = typed.current.slice(0, -1);
      event.preventDefault();
      event.stopPropagation();
    };
    // Before the page hears of it.
    addEventListener("keydown", pressed, { capture: true });
    return () => removeEventListener("keydown", pressed, { capture: true });
  }, [isAwaited]);
  const take = useRef(() => {
    const taken = typed.current;
    typed.current = "";
    return taken;
  });
  return take.current;
}
