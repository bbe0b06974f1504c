/** How often it is looked again meanwhile, in milliseconds. */
const EVERY = 30_000;

/**
 * Runs `look` now, every half minute, and whenever the reader comes back to the page or the network
 * comes back; never while the page is hidden.
 *
 * @returns ends it
 */
export function onReturn(look: () => void): () => void {
  const leaving = new AbortController();
  const { signal } = leaving;
  const seen = () => {
    if (document.visibilityState !== "hidden") look();
  };
  seen();
  const timer = setInterval(seen, EVERY);
  for (const event of ["online", "focus", "pageshow"]) {
    window.addEventListener(event, seen, { signal });
  }
  document.addEventListener("visibilitychange", seen, { signal });
  return () => {
    leaving.abort();
    clearInterval(timer);
  };
}
