import type { Page } from "playwright-core";

declare global {
  interface Window {
    /** Milliseconds from the beginning of the navigation; undefined until the labels are on the screen. */
    gainsayLabelShownAt?: number;
    /** When the page was last clicked, for who waits for what comes of it. */
    gainsayClickedAt?: number;
  }
}

/**
 * Has a page note when labels are on the screen: laid out in view, with something of each that can be
 * seen, nothing over it, and a frame painted with them.
 *
 * Looked at in the task behind each frame, the first that comes when it is painted, and whose layout is what was
 * painted; what looking takes comes after the time is taken. Element timing would say when the screen shows it, too, but needs
 * an attribute on each label, and counts what is painted under something else; tracing slows down what
 * it measures.
 *
 * @param ids the spans of which a label has to be on the screen, all at once; any will do if there are none
 */
export async function watchForLabels(page: Page, ids: readonly string[] = []): Promise<void> {
  await page.addInitScript(`(${watch})(${shownLabels}, ${JSON.stringify(ids)})`);
}

/**
 * As {@link watchForLabels}, for a page that is there, which goes on to another one: from now on, and
 * from the page's latest click on.
 *
 * @returns what waits for it: milliseconds from that click
 */
export async function watchForNextLabels(
  page: Page,
  ids: readonly string[],
): Promise<() => Promise<number>> {
  await page.evaluate(`(() => {
    delete window.gainsayLabelShownAt;
    addEventListener("click", ({ timeStamp }) => { window.gainsayClickedAt = timeStamp; }, { capture: true });
    (${watch})(${shownLabels}, ${JSON.stringify(ids)});
  })()`);
  return async () => {
    const shown = await page.waitForFunction(() => {
      const { gainsayLabelShownAt: at, gainsayClickedAt: from } = window;
      return at !== undefined && from !== undefined ? { after: at - from } : null;
    });
    return (await shown.jsonValue())?.after ?? Number.NaN;
  };
}

/** The ids of the spans of which a label is on the screen now, but for being painted. */
export function labelsShown(page: Page): Promise<string[]> {
  return page.evaluate(`[...(${shownLabels})()]`);
}

// Both are sent to the page as they are written here, so they know of nothing around them.

function watch(
  find: (wanted: readonly string[]) => ReadonlySet<string>,
  ids: readonly string[],
): void {
  // To look at each mark of a page in each frame would take longer than what is measured.
  const isThere = (id: string) => document.querySelector(`mark[data-span="${id}"]`) !== null;
  const look = () => {
    const isDrawn = ids.every(isThere);
    const painted = () => {
      const now = performance.now();
      const shown = isDrawn ? find(ids) : new Set();
      if (shown.size > 0 && ids.every((id) => shown.has(id))) {
        window.gainsayLabelShownAt = now;
        return;
      }
      // biome-ignore lint/style/noRestrictedGlobals: the page's own; who measures has it in view
      requestAnimationFrame(look);
    };
    void scheduler.postTask(painted, { priority: "user-blocking" });
  };
  // biome-ignore lint/style/noRestrictedGlobals: the page's own; who measures has it in view
  requestAnimationFrame(look);
}

/** @param wanted the spans that matter; all, if there are none */
function shownLabels(wanted: readonly string[] = []): Set<string> {
  // "rgba(0, 0, 0, 0)", "color(srgb 1 0 0 / 0)"
  const isTransparent = (colour: string) => /^rgba\(.*,\s*0\)$|\/\s*0\)$/.test(colour);
  const shown = new Set<string>();
  for (const mark of document.querySelectorAll<HTMLElement>("mark[data-label-style]")) {
    if (wanted.length > 0 && !wanted.includes(mark.dataset.span ?? "")) continue;
    const isRendered = mark.checkVisibility({
      contentVisibilityAuto: true,
      opacityProperty: true,
      visibilityProperty: true,
    });
    if (!isRendered) continue;
    const box = mark.getBoundingClientRect();
    if (box.bottom <= 0 || box.top >= innerHeight) continue;
    const { backgroundColor, backgroundImage, textDecorationLine, textDecorationColor } =
      getComputedStyle(mark);
    const isTinted = backgroundImage !== "none" || !isTransparent(backgroundColor);
    const isUnderlined = textDecorationLine !== "none" && !isTransparent(textDecorationColor);
    if (!isTinted && !isUnderlined) continue;
    for (const { left, right, top, bottom } of mark.getClientRects()) {
      // What lies out of the window has nothing at its middle.
      const there = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
      if (right > left && bottom > top && there && mark.contains(there)) {
        shown.add(mark.dataset.span ?? "");
      }
    }
  }
  return shown;
}
