import type { Page } from "playwright-core";

declare global {
  interface Window {
    /** Milliseconds from the beginning of the navigation; undefined until a label is on the screen. */
    gainsayLabelShownAt?: number;
  }
}

/**
 * Has a page note when the first label is on the screen: laid out in view, with something of it that
 * can be seen, nothing over it, and a frame painted with it.
 *
 * Looked at in each frame's callbacks, whose layout is what that frame paints; the task after it is the
 * first that comes when it is painted. Element timing would say when the screen shows it, too, but needs
 * an attribute on each label, and counts what is painted under something else; tracing slows down what
 * it measures.
 */
export async function watchForLabels(page: Page): Promise<void> {
  await page.addInitScript(`(${watch})(${shownLabel})`);
}

/** When the first label was on the screen, in milliseconds from the beginning of the navigation. */
export async function labelShownAt(page: Page): Promise<number> {
  const at = await page.waitForFunction(() => window.gainsayLabelShownAt);
  return Number(await at.jsonValue());
}

/** Whether a label is on the screen now, but for being painted. */
export function isLabelShown(page: Page): Promise<boolean> {
  return page.evaluate(`(${shownLabel})() !== null`);
}

// Both are sent to the page as they are written here, so they know of nothing around them.

function watch(find: () => Element | null): void {
  const look = () => {
    if (find() === null) {
      // biome-ignore lint/style/noRestrictedGlobals: the page's own; who measures has it in view
      requestAnimationFrame(look);
      return;
    }
    const painted = () => {
      window.gainsayLabelShownAt = performance.now();
    };
    void scheduler.postTask(painted, { priority: "user-blocking" });
  };
  // biome-ignore lint/style/noRestrictedGlobals: the page's own; who measures has it in view
  requestAnimationFrame(look);
}

function shownLabel(): Element | null {
  // "rgba(0, 0, 0, 0)", "color(srgb 1 0 0 / 0)"
  const isTransparent = (colour: string) => /^rgba\(.*,\s*0\)$|\/\s*0\)$/.test(colour);
  for (const mark of document.querySelectorAll("mark[data-label-style]")) {
    const isRendered = mark.checkVisibility({
      contentVisibilityAuto: true,
      opacityProperty: true,
      visibilityProperty: true,
    });
    if (!isRendered) continue;
    const { backgroundColor, backgroundImage, textDecorationLine, textDecorationColor } =
      getComputedStyle(mark);
    const isTinted = backgroundImage !== "none" || !isTransparent(backgroundColor);
    const isUnderlined = textDecorationLine !== "none" && !isTransparent(textDecorationColor);
    if (!isTinted && !isUnderlined) continue;
    for (const { left, right, top, bottom } of mark.getClientRects()) {
      // What lies out of the window has nothing at its middle.
      const there = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
      if (right > left && bottom > top && there && mark.contains(there)) return mark;
    }
  }
  return null;
}
