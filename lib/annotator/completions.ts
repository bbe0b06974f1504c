import { cuesFor } from "@/lib/domain/cues";
import { hasLetterOrDigit, hull, type Span } from "@/lib/domain/span";
import { beginsLike, foldValue } from "@/lib/search/alike";
import { Phrases } from "@/lib/search/phrases";
import type { AnnotatorController } from "./controller";
import { sentenceOf } from "./linking";
import { readable } from "./wording";

/** The attribute whose likeliest value is in the words of its span. */
const SOURCE = "source";

/** Values that may be meant for a text, the likeliest first. */
export type Completions = {
  readonly values: readonly string[];
  /** The one that is taken where nothing is written, for the text speaks for it; null if it does for none. */
  readonly offered: string | null;
};

/**
 * Gives the values that a project uses for an attribute, the likeliest first; null where it cannot
 * be asked now.
 */
export type AskProject = (query: {
  readonly label: string;
  readonly attribute: string;
  readonly prefix: string;
}) => Promise<readonly string[] | null>;

/** How many values are shown at once. */
const MOST = 6;

/** What tells the cues of an article. */
type About = {
  /** A BCP 47 tag; null where nobody knows. */
  readonly language: string | null;
  /** The project's own, beside those of the language. */
  readonly cues: readonly string[];
};

/** What is known of the values of text attributes, in one article and in its project. */
export class KnownValues {
  readonly #annotator: AnnotatorController;
  readonly #language: string | null;
  readonly #ownCues: readonly string[];
  /** By what they look for. */
  readonly #cues = new Map<string, Phrases>();
  readonly #ask: AskProject;
  /** What the project has answered, by label, attribute and folded prefix; while it is asked, too. */
  readonly #answers = new Map<string, readonly string[]>();
  readonly #asked = new Set<string>();
  #last: {
    readonly span: Span;
    readonly attribute: string;
    readonly of: readonly Span[];
    readonly learnt: number;
    readonly near: readonly string[];
  } | null = null;

  constructor(annotator: AnnotatorController, about: About, ask: AskProject) {
    this.#annotator = annotator;
    this.#language = about.language;
    this.#ownCues = about.cues;
    this.#ask = ask;
  }

  /** What may be meant by what is written so far for an attribute of a span. */
  completionsOf(span: Span, attribute: string, written: string): Completions {
    const near = this.#likeliest(span, attribute);
    const all = unlike([...near, ...this.#inProject(span.label, attribute)]);
    const values = all.filter((value) => beginsLike(value, written)).slice(0, MOST);
    return { values, offered: near[0] ?? null };
  }

  /** What the words of a span and the article speak for; found anew where something has changed. */
  #likeliest(span: Span, attribute: string): readonly string[] {
    const { set, segmentation, text } = this.#annotator;
    const { spans } = this.#annotator.state();
    const known = this.#last;
    const learnt = this.#answers.size;
    if (
      known?.span === span &&
      known.attribute === attribute &&
      known.of === spans &&
      known.learnt === learnt
    ) {
      return known.near;
    }
    const used = usedNear(span, set.spans.values(), attribute);
    const said = attribute === SOURCE ? withoutCue(span.quote, this.#cuesIn(span.quote)) : null;
    const names = [
      ...used,
      ...namesIn(set.spans.values(), this.#textAttributes()),
      ...this.#inProject(span.label, attribute),
    ];
    const here = [span.quote, text.slice(sentenceOf(span, segmentation))];
    const inWords = attribute === SOURCE ? [] : here.flatMap((words) => namedIn(words, names));
    const near = unlike([...(said === null ? [] : [said]), ...inWords, ...used]);
    this.#last = { span, attribute, of: spans, learnt, near };
    return near;
  }

  /** Those of some values that begin like what is written. */
  matching(values: readonly string[], written: string): readonly string[] {
    return values.filter((value) => beginsLike(readable(value), written));
  }

  /**
   * Asks the project for values that begin like what is written, unless it has been asked.
   *
   * @returns whether something has come to be known
   */
  async learn(label: string, attribute: string, written: string): Promise<boolean> {
    const prefix = foldValue(written);
    const key = keyOf(label, attribute, prefix);
    if (this.#asked.has(key)) return false;
    this.#asked.add(key);
    const values = await this.#ask({ label, attribute, prefix: written.trim() });
    if (values === null) this.#asked.delete(key);
    else this.#answers.set(key, values);
    return values !== null && values.length > 0;
  }

  #cuesIn(quote: string): Phrases {
    const text = this.#language === null ? quote : "";
    const { cues, others } = cuesFor({ language: this.#language, text }, this.#ownCues);
    const key = cues.join();
    const known = this.#cues.get(key) ?? new Phrases(cues, others);
    this.#cues.set(key, known);
    return known;
  }

  /** What the project has answered for an attribute, for whatever prefix. */
  *#inProject(label: string, attribute: string): Generator<string> {
    const about = keyOf(label, attribute, "");
    for (const [key, values] of this.#answers) if (key.startsWith(about)) yield* values;
  }

  #textAttributes(): ReadonlySet<string> {
    const { labels } = this.#annotator.scheme;
    const rules = labels.flatMap(({ attributes }) => attributes);
    return new Set(rules.filter(({ type }) => type === "text").map(({ name }) => name));
  }
}

function keyOf(label: string, attribute: string, prefix: string): string {
  return `${label} ${attribute} ${prefix}`;
}

/** The values of an attribute in an article, those of the spans before a span first, the nearest of these. */
function usedNear(span: Span, spans: Iterable<Span>, attribute: string): string[] {
  const at = hull(span.fragments).start;
  const used = [...spans].flatMap(({ id, fragments, attributes }) => {
    const value = attributes[attribute];
    if (typeof value !== "string" || id === span.id) return [];
    return [{ value, distance: at - hull(fragments).start }];
  });
  const rank = ({ distance }: { distance: number }) =>
    distance >= 0 ? distance : Number.MAX_SAFE_INTEGER / 2 - distance;
  return used.sort((a, b) => rank(a) - rank(b)).map(({ value }) => value);
}

function namesIn(spans: Iterable<Span>, textAttributes: ReadonlySet<string>): string[] {
  return [...spans].flatMap(({ attributes }) =>
    Object.entries(attributes).flatMap(([name, value]) =>
      typeof value === "string" && textAttributes.has(name) ? [value] : [],
    ),
  );
}

/** Those of some names that stand in some words, in the order of the words. */
function namedIn(words: string, names: readonly string[]): string[] {
  const folded = ` ${foldValue(words)}`;
  return unlike(names)
    .map((name) => ({ name, at: placeOf(folded, foldValue(name)) }))
    .filter(({ at }) => at >= 0)
    .sort((a, b) => a.at - b.at || b.name.length - a.name.length)
    .map(({ name }) => name);
}

/** Where a name begins with a word of some words; in scripts without spaces anywhere. */
function placeOf(words: string, name: string): number {
  if (name === "") return -1;
  for (let at = words.indexOf(name); at >= 0; at = words.indexOf(name, at + 1)) {
    const [before, after] = [words.slice(0, at), words.slice(at + name.length)];
    const joins = /[\p{L}\p{N}]$/u.test(before) || /^[\p{L}\p{N}]/u.test(after);
    if (
      !joins ||
      /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u.test(name)
    ) {
      return at;
    }
  }
  return -1;
}

/** Each of what reads alike once. */
function unlike(values: Iterable<string>): string[] {
  const first = new Map<string, string>();
  for (const value of new Set(values)) {
    const folded = foldValue(value);
    if (!first.has(folded)) first.set(folded, value);
  }
  return [...first.values()];
}

/** What stands between an English source and its cue, and belongs to neither. */
const auxiliaries =
  /(?:[\s,]+(?:has|have|had|also|later|then|will|would|could|may|might|is|was|are|were|been|being|further|again))+$/iu;

/** Conjunctions before an English source. */
const conjunctions = /^(?:(?:as|and|but|while|when|although|because|what|which|that|by)\s+)+/iu;

/**
 * The words of an attribution without its cue: what is before the cue, or behind it where nothing is
 * before. All of them where there is no cue; null where there is nothing else.
 */
export function withoutCue(quote: string, cues: Phrases): string | null {
  let from = 0;
  for (const { start, end } of [
    ...cues.placesIn(quote),
    { start: quote.length, end: quote.length },
  ]) {
    const piece = trimmed(quote.slice(from, start));
    if (piece !== null) return piece;
    from = end;
  }
  return null;
}

function trimmed(piece: string): string | null {
  const words = inner(inner(piece).replace(conjunctions, "").replace(auxiliaries, ""));
  return hasLetterOrDigit(words) ? words : null;
}

const quotes = /["'“”„«»‘’‹›「」『』]/gu;

/** Without space and punctuation around it, but the full stop of "U.S." and quotation marks that have both. */
function inner(piece: string): string {
  const words = piece.replace(/^[^\p{L}\p{N}]+/u, "").replace(/[\s\p{Pd},;:،؛，、；：]+$/u, "");
  const isLone = (words.match(quotes)?.length ?? 0) % 2 === 1;
  return isLone ? words.replace(/\s*["'“”„«»‘’‹›「」『』]$/u, "") : words;
}
