import { createInterface } from "node:readline";
import { Interrupted } from "./interrupt";

/** Asks one thing. Null where the input ended before there was an answer. */
type Ask = (question: string) => Promise<string | null>;

/** Whether there is somebody at the terminal who can be asked. */
export function canAsk(): boolean {
  return process.stdin.isTTY && process.stderr.isTTY;
}

/**
 * Talks with the person at the terminal. What they type ahead answers the questions that follow.
 *
 * @throws Interrupted on Ctrl-C, and whatever the talk throws
 */
export async function conversation<T>(talk: (ask: Ask) => Promise<T>): Promise<T> {
  const reader = createInterface({ input: process.stdin, output: process.stderr });
  const answers = reader[Symbol.asyncIterator]();
  let isInterrupted = false;
  reader.on("SIGINT", () => {
    isInterrupted = true;
    reader.close();
  });
  try {
    return await talk(async (question) => {
      reader.setPrompt(`${question} `);
      reader.prompt();
      const { value, done } = await answers.next();
      if (done) process.stderr.write("\n"); // nobody has ended the line of the question
      if (isInterrupted) throw new Interrupted("Stopped.");
      return done ? null : value;
    });
  } finally {
    reader.close();
  }
}

/** Whether an answer is yes; everything else, and none, is no. */
export function isYes(answer: string | null): boolean {
  return /^y(?:es)?$/i.test(answer?.trim() ?? "");
}
