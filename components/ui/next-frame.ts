/** How long a frame is waited for, in milliseconds. */
const LONGEST = 200;

/**
 * Runs `work` once with the next frame, or without one where none comes: a page that is covered or
 * in the background gets no frames, and nothing may wait for one that never comes.
 *
 * @returns calls it off
 */
export function inNextFrame(work: () => void): () => void {
  const run = () => {
    callOff();
    work();
  };
  const frame = requestAnimationFrame(run);
  const timer = setTimeout(run, LONGEST);
  const callOff = () => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
  };
  return callOff;
}
