/**
 * One press of Enter is one press: while it is held down, browsers press the button with the focus
 * again and again, and with it what a dialog has come to ask in the meantime. In text of several lines
 * it goes on making lines.
 */
function ignoreHeldEnter(event: KeyboardEvent): void {
  const { key, repeat, target } = event;
  if (key !== "Enter" || !repeat || !(target instanceof HTMLElement)) return;
  if (target instanceof HTMLTextAreaElement || target.isContentEditable) return;
  event.preventDefault();
  event.stopPropagation();
}

// Before anything else hears of it.
if (typeof window !== "undefined") {
  addEventListener("keydown", ignoreHeldEnter, { capture: true });
}
