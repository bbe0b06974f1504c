import type { Picked, Round, RoundProgress } from "@/lib/api/rounds";
import { counted, inFigures } from "@/lib/domain/figures";
import type { AssignmentState, OthersSeen, SkipCause, Stratum } from "@/lib/domain/rounds";
import type { Tone } from "../ui/badge";

export const stateWords: Readonly<Record<AssignmentState, string>> = {
  queued: "Not begun",
  open: "Open",
  submitted: "Submitted",
  returned: "Returned",
  skipped: "Skipped",
};

export const stateTones: Readonly<Record<AssignmentState, Tone>> = {
  queued: "neutral",
  open: "accent",
  submitted: "ok",
  returned: "warn",
  skipped: "neutral",
};

export const skipWords: Readonly<Record<Exclude<SkipCause, "reviewer">, string>> = {
  lease: "Left, and taken by somebody else",
  reassignment: "Given to somebody else",
  removal: "Free since they are out of the round",
};

export const othersSeenWords: Readonly<Record<OthersSeen, string>> = {
  never: "Never",
  when_submitted: "Once they have submitted the article",
  when_closed: "Once the round is closed",
};

/** The same, to choose from. */
export const OTHERS_SEEN_OPTIONS = Object.entries(othersSeenWords).map(([value, label]) => ({
  value,
  label,
}));

const sampleWords: Readonly<Record<Stratum, string>> = {
  language: "languages",
  publisher: "publishers",
  length: "short and long texts",
};

const listed = new Intl.ListFormat("en");

/** How the articles of a round were picked, in one sentence. */
export function pickedWords(picked: Picked, order: Round["order"], seed: number): string {
  const { ids, q, state, label, languages, publishers, unassigned } = picked.articles;
  const conditions = [
    ids && "chosen one by one",
    q && `with “${q}”`,
    state && `in the state “${state}”`,
    label && `with the label ${label}`,
    languages && `in ${listed.format(languages.map((tag) => languageName(tag)))}`,
    publishers &&
      `from ${listed.format(publishers.map((one) => (one === "" ? "no publisher" : one)))}`,
    unassigned && "that were in no round before",
  ].filter((words) => typeof words === "string" && words !== "");
  const subject = ids ? counted(ids.length, "article") : "articles";
  const all = conditions.length === 0 ? "all articles" : `${subject} ${conditions.join(", ")}`;
  const { sample } = picked;
  const shares = sample ? sample.by.map((one) => sampleWords[one]) : [];
  const drawn = sample
    ? `a sample of ${inFigures(sample.size)}${shares.length > 0 ? ` with the same shares of ${listed.format(shares)}` : ""}, from `
    : "";
  const words = `${drawn}${all}; ${orderWords[order]}. Seed ${seed}.`;
  return `${words[0]?.toUpperCase() ?? ""}${words.slice(1)}`;
}

const orderWords: Readonly<Record<Round["order"], string>> = {
  newest: "newest first",
  oldest: "oldest first",
  random: "in random order",
};

/** The name of a language in English: "Persian"; its tag where it has none. */
export function languageName(tag: string | null): string {
  if (tag === null || tag === "und") return "No language given";
  try {
    return new Intl.DisplayNames("en", { type: "language" }).of(tag) ?? tag;
  } catch {
    return tag;
  }
}

/** Whether a round gives anything out, in a word. */
export function roundState({ paused_at, closed_at }: Pick<Round, "paused_at" | "closed_at">): {
  readonly words: string;
  readonly tone: Tone;
} {
  if (closed_at) return { words: "Closed", tone: "neutral" };
  return paused_at ? { words: "Paused", tone: "warn" } : { words: "Running", tone: "ok" };
}

/** How many assignments there are to do: those that somebody gave up count by the place that they left. */
export function totalOf(progress: RoundProgress, free: number): number {
  const { queued, open, submitted, returned } = progress;
  return queued + open + submitted + returned + free;
}

/** "12 of 240 submitted", and what else there is to say. */
export function progressWords(progress: RoundProgress, free: number): string {
  const { open, submitted, returned, skipped } = progress;
  return [
    `${inFigures(submitted)} of ${inFigures(totalOf(progress, free))} submitted`,
    open > 0 && `${inFigures(open)} open`,
    returned > 0 && `${inFigures(returned)} returned`,
    skipped > 0 && `${inFigures(skipped)} skipped`,
    free > 0 && `${counted(free, "place")} free`,
  ]
    .filter((words) => words !== false)
    .join(" · ");
}

/** F1 to two places, never rounded up to 1: "0.67". */
export function f1Words(f1: number): string {
  return (f1 < 1 ? Math.min(f1, 0.99) : 1).toFixed(2);
}

/** How many reviewers each article has, in words. */
export function overlapWords({
  overlap,
  doubled_percent: doubled,
}: Pick<Round, "overlap" | "doubled_percent">): string {
  if (doubled) return `1 reviewer an article, 2 for ${doubled} %`;
  return `${counted(overlap, "reviewer")} an article`;
}
