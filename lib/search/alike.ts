import { foldWord } from "./folding";

/** A short text as values are compared: folded as words are, its white space one space. */
export function foldValue(value: string): string {
  return foldWord(value).trim().replaceAll(/\s+/g, " ");
}

/** Whether a value, or a word in it, begins with what somebody has written; everything does with nothing. */
export function beginsLike(value: string, written: string): boolean {
  const wanted = foldValue(written);
  const folded = foldValue(value);
  return folded.startsWith(wanted) || folded.includes(` ${wanted}`);
}
