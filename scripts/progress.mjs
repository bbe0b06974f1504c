// What the launchers tell a person: to stderr, so that data on stdout stays clean.
// Plain JavaScript with built-ins only, because it runs before anything is installed.

import { inspect } from "node:util";

const frames = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];

/** A step that has not ended after this many milliseconds is announced where no spinner turns. */
const announceAfter = 1500;

/** Milliseconds below which a step seems to take no time. */
const quickStep = 300;

/** Expected trouble: shown as it stands, without a stack. */
export class Trouble extends Error {
  name = "Trouble";
}

const seconds = (since) => `${((performance.now() - since) / 1000).toFixed(1)} s`;

/**
 * Runs one step and shows that it runs and how long it took.
 *
 * @template T
 * @param {string} title what is being done, as in "Installing packages"
 * @param {() => Promise<T>} work
 * @param {{ evenIfQuick?: boolean }} options false for a step that most of the time has nothing to do
 * @returns {Promise<T>}
 */
export async function step(title, work, { evenIfQuick = true } = {}) {
  const began = performance.now();
  const onTerminal = process.stderr.isTTY === true;
  let frame = 0;
  const timer = onTerminal
    ? setInterval(() => {
        const mark = frames[frame++ % frames.length];
        process.stderr.write(`\r\x1b[2K${mark} ${title} … ${seconds(began)}`);
      }, 100)
    : setTimeout(() => process.stderr.write(`… ${title}\n`), announceAfter);
  const end = (mark) => {
    clearInterval(timer);
    const clear = onTerminal ? "\r\x1b[2K" : "";
    const quick = performance.now() - began < quickStep;
    const line = quick && !evenIfQuick ? "" : `${mark} ${title} (${seconds(began)})\n`;
    process.stderr.write(clear + line);
  };
  try {
    const result = await work();
    end("✓");
    return result;
  } catch (error) {
    end("✗");
    throw error;
  }
}

/** @param {string} line */
export function tell(line) {
  process.stderr.write(`${line}\n`);
}

/**
 * Says what went wrong: a sentence for expected trouble, the whole story for a defect.
 *
 * @param {unknown} error
 */
export function complain(error) {
  const expected = error instanceof Error && (error.name === "Trouble" || error.name === "Refusal");
  if (expected) process.stderr.write(`\n${error.message}\n`);
  else process.stderr.write(`${inspect(error)}\n`);
}
