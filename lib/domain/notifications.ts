import { counted } from "./figures";

/** What somebody is told of. */
export const notificationKinds = [
  "assigned",
  "returned",
  "mentioned",
  "round_due",
  "decided",
  "commented",
] as const;
export type NotificationKind = (typeof notificationKinds)[number];

/** Days for which people find what they were told. */
export const NOTIFICATION_DAYS = 90;

/** Hours before a round is due at which its reviewers are told, if they have work left. */
export const DUE_WITHIN_HOURS = 24;

/** What is said of a notification in one line, whatever it is read in. */
export type Told = {
  readonly kind: NotificationKind;
  /** The name of who did it; null for the command line and the clock. */
  readonly by: string | null;
  /** How many articles were given; 0 for a queue to take from. */
  readonly articles: number;
  /** Of the round, when this was told. */
  readonly dueAt: Date | null;
};

const calendar = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeZone: "UTC" });

/** A name in a sentence of whatever direction (Unicode isolates, so that plain text has it, too). */
const isolated = (name: string) => `\u2068${name}\u2069`;

/** "Ana returned your work". Names nothing but who did it: what it is about stands beside. */
export function headlineOf({ kind, by, articles, dueAt }: Told): string {
  const who = by === null ? null : isolated(by);
  switch (kind) {
    case "assigned":
      if (articles === 0) return who ? `${who} made you a reviewer` : "You are a reviewer now";
      return who
        ? `${who} gave you ${counted(articles, "article")}`
        : `You were given ${counted(articles, "article")}`;
    case "returned":
      return who ? `${who} returned your work` : "Your work was returned";
    case "mentioned":
      return who ? `${who} mentioned you` : "You were mentioned";
    case "round_due":
      return dueAt ? `A round is due on ${calendar.format(dueAt)}` : "A round is due";
    case "decided":
      return who ? `${who} settled an article of yours` : "An article of yours was settled";
    case "commented":
      return who ? `${who} commented on a decision` : "There is a comment on a decision";
  }
}

/** Somebody who can be mentioned. */
export type Mentionable = { readonly id: string; readonly name: string };

/** Pairs of quotation marks that a name may stand in. */
const quotes: Readonly<Record<string, string>> = {
  '"': '"',
  "“": "”",
  "„": "“",
  "«": "»",
  "「": "」",
  "『": "』",
};

/** What takes no part in comparing names: joiners, marks of direction. */
const unseen = /[\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g;

/** Names and texts as they are compared: compatible forms, case and runs of white space are alike. */
function folded(text: string): string {
  return text.normalize("NFKC").toLowerCase().replaceAll(unseen, "").replaceAll(/\s+/g, " ").trim();
}

/** Scripts whose words are written without spaces: there a name may go over into the next word. */
const unspaced =
  /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]$/u;

/** Whether a name ends where it does, and is not the beginning of a longer word. */
function endsThere(name: string, next: string | undefined): boolean {
  if (next === undefined || !/^[\p{L}\p{N}\p{M}]$/u.test(next)) return true;
  return unspaced.test(next) || unspaced.test([...name].at(-1) ?? "");
}

/**
 * Who is mentioned in a text: `@` and a member's whole name, in quotation marks or without, whatever its case.
 *
 * - Of several names that the text goes on with, the longest counts: "@Ana Berg" is not Ana.
 * - A name does not end within a word: "@Anatol" is not Ana. In scripts without spaces it may.
 * - What is in quotation marks is compared as a whole: `@"Ana"` is not Ana Berg.
 * - An `@` behind a Latin letter, a digit or one of `._%+-` is that of an address, and mentions nobody.
 * - All who have the name are mentioned.
 *
 * @returns their ids, each once, in the order of the text
 */
export function mentionsIn(text: string, members: readonly Mentionable[]): string[] {
  const whole = folded(text);
  const names = Map.groupBy(members, ({ name }) => folded(name));
  const longestFirst = [...names.keys()]
    .filter((name) => name !== "")
    .sort((a, b) => b.length - a.length);
  const mentioned = new Set<string>();
  for (const { index } of whole.matchAll(/(?<![a-z0-9._%+-])@/g)) {
    const rest = whole.slice(index + 1);
    const name = nameAt(rest, longestFirst);
    for (const { id } of names.get(name ?? "") ?? []) mentioned.add(id);
  }
  return [...mentioned];
}

/** The most of a line that is told of somebody's being mentioned in it, in code points. */
const MOST_OF_LINE = 1000;

/**
 * In which lines of a long text people are mentioned: each person in the first line that does, and what of it they
 * are told. A name that goes over the end of a line mentions nobody.
 */
export function linesWithMentions(
  text: string,
  members: readonly Mentionable[],
): { readonly line: string; readonly ids: string[] }[] {
  const seen = new Set<string>();
  return text
    .split(/\r?\n/)
    .filter((line) => /[@＠]/.test(line))
    .flatMap((line) => {
      const ids = mentionsIn(line, members).filter((id) => !seen.has(id));
      for (const id of ids) seen.add(id);
      return ids.length === 0 ? [] : [{ line: shortened(line.trim()), ids }];
    });
}

/** A line, or where it is long, what of it is around its first `@`. */
function shortened(line: string): string {
  const characters = [...line];
  const at = characters.findIndex((one) => one === "@" || one === "＠");
  const start = Math.max(0, Math.min(at - MOST_OF_LINE / 2, characters.length - MOST_OF_LINE));
  return characters.slice(start, start + MOST_OF_LINE).join("");
}

/** The name that a text begins with; null if it begins with none. */
function nameAt(rest: string, longestFirst: readonly string[]): string | null {
  const closing = quotes[rest[0] ?? ""];
  if (closing !== undefined) {
    const end = rest.indexOf(closing, 1);
    const quoted = end === -1 ? null : rest.slice(1, end).trim();
    return longestFirst.find((name) => name === quoted) ?? null;
  }
  const found = longestFirst.find((name) => {
    if (!rest.startsWith(name)) return false;
    const [next] = rest.slice(name.length);
    return endsThere(name, next);
  });
  return found ?? null;
}
