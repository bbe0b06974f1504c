import { capitalised } from "@/lib/domain/grammar";
import { type AttributeRule, unsetAttributes } from "@/lib/domain/scheme";
import { type Attributes, excerpt, type Span } from "@/lib/domain/span";
import type { AnnotatorController } from "./controller";
import type { Link } from "./linking";
import { readable, readableValue } from "./wording";

/** How many values of an attribute have a digit; where there are more, typing finds them. */
export const DIGITS = 9;

/** What the strip at a span asks. */
export type StripState = {
  /** The id of the span, which is the selected one. */
  readonly span: string;
  /** A link that Enter makes as long as nothing else is done. */
  readonly offer: Link | null;
  /** Null where nothing is asked but the offer. */
  readonly asked: Asked | null;
  /** What a screen reader is to say of it. */
  readonly prompt: string;
};

/** An attribute that is asked for. */
export type Asked = {
  readonly rule: AttributeRule;
  /** Which attribute of the label it is, from 1, and how many the label has. */
  readonly rank: number;
  readonly count: number;
  /** Null where there is none yet. */
  readonly value: string | null;
};

/** The value that is offered for a text of a span; null for none. */
type Offered = (what: { readonly span: string; readonly rule: AttributeRule }) => string | null;

type Open = {
  readonly span: string;
  /** The label it had as it was last looked at, and the values. */
  readonly label: string;
  readonly attributes: Attributes;
  /** The index of the attribute that is asked for; null for none. */
  readonly at: number | null;
  readonly offer: Link | null;
  /** Whether it goes through all attributes; else those without a value. */
  readonly all: boolean;
};

/**
 * The strip at a span: after labelling it asks for one attribute after the other that has no value
 * yet, and offers the link that is most likely to be made. It is open for the selected span only.
 */
export class AttributeStrip {
  readonly #annotator: AnnotatorController;
  /** Does what is to be done when the last attribute is through. */
  readonly #finished: (span: Span) => void;
  readonly #listeners = new Set<() => void>();
  #asks = true;
  #open: Open | null = null;
  #state: StripState | null = null;
  /** What has been typed for a text before there was a field for it. */
  #typed = "";
  /** The field that is on the page, and what it is for; null while there is none. */
  #field: { readonly asks: string; readonly focus: () => void } | null = null;
  #offered: Offered | null = null;
  /** Whether it is the strip that gives a value now, and goes on by itself. */
  #isSetting = false;

  constructor(annotator: AnnotatorController, finished: (span: Span) => void) {
    this.#annotator = annotator;
    this.#finished = finished;
    annotator.subscribe(() => this.#follow());
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Null while it is closed; a new object after each change, the same one otherwise. */
  readonly state = (): StripState | null => this.#state;

  /** Whether attributes are asked for after labelling. */
  readonly asks = (): boolean => this.#asks;

  setAsking(asks: boolean): void {
    this.#asks = asks;
    if (!asks) this.close();
    this.#emit();
  }

  /**
   * The selected span has just been labelled.
   *
   * @param asks whether its attributes are asked for, where they are after labelling: not those of
   *   one that has got them from another
   */
  labelled({ asks = true } = {}): void {
    const span = this.#annotator.selectedSpan;
    const offer = this.#annotator.likelyLink();
    if (span) this.#begin(span, { asks: asks && this.#asks, offer });
  }

  /**
   * Opens it for the selected span, at the first attribute without a value or the first of all.
   *
   * @returns false if it has none
   */
  open(): boolean {
    const span = this.#annotator.selectedSpan;
    if (span) this.#begin(span, { asks: true, offer: null, all: true });
    return this.#open !== null;
  }

  close(): void {
    if (this.#open === null) return;
    this.#open = null;
    this.#typed = "";
    this.#emit();
  }

  /** Makes the link that is offered, and offers the next one that the span lacks. */
  takeOffer(): void {
    const open = this.#open;
    if (!open?.offer) return;
    this.#put({ ...open, offer: null });
    const isMade = this.#annotator.link(open.offer);
    const offer = isMade ? this.#annotator.likelyLink() : null;
    if (offer) this.#put({ ...(this.#open ?? open), offer });
    else if (open.at === null) this.#finish();
  }

  /** Goes on without the link that is offered, and without more where that is all. */
  leaveOffer(): void {
    const open = this.#open;
    if (!open?.offer) return;
    if (open.at === null) this.close();
    else this.#put({ ...open, offer: null });
  }

  /**
   * Gives the attribute that is asked for a value, and goes on to the next one without.
   *
   * @returns false if it is not taken
   */
  set(value: string): boolean {
    const { asked, span } = this.#state ?? {};
    if (!asked || span === undefined) return false;
    this.#isSetting = true;
    try {
      if (!this.#annotator.setAttribute(span, asked.rule.name, value)) return false;
    } finally {
      this.#isSetting = false;
    }
    this.#goTo(this.#unsetAfter(asked.rank - 1));
    return true;
  }

  /** Gives it the value with a number from 1. @returns false if there is none */
  choose(number: number): boolean {
    const { rule } = this.#state?.asked ?? {};
    const value = rule?.type === "choice" ? rule.values[number - 1] : undefined;
    return value !== undefined && this.set(value);
  }

  /** Goes on to the next attribute and leaves this one as it is. */
  next(): void {
    const open = this.#open;
    if (open === null || open.at === null) return;
    const after = open.at + 1;
    const isThere = after < this.#rulesOf(open.label).length;
    this.#goTo(open.all ? (isThere ? after : null) : this.#unsetAfter(open.at));
  }

  /** Goes back to the attribute before. */
  back(): void {
    const open = this.#open;
    if (open?.at) this.#put({ ...open, at: open.at - 1, offer: null });
  }

  /** Whether something is typed for a text that has no field yet. */
  get isTyping(): boolean {
    return this.#typed !== "";
  }

  /** Keeps what is typed for a text that has no field yet. */
  type(character: string): void {
    this.#typed += character;
  }

  /** Takes the last of it back. */
  untype(): void {
    this.#typed = [...this.#typed].slice(0, -1).join("");
  }

  /**
   * Enter where the field has not got the focus: takes what has been typed, or the value that is offered
   * for a text without one, or goes on. Nothing as long as nobody can say what is offered.
   */
  enter(): void {
    const { asked, span } = this.#state ?? {};
    const typed = this.#typed;
    this.#typed = "";
    if (!asked || span === undefined) return;
    if (typed !== "") this.set(typed);
    else if (asked.rule.type !== "text" || asked.value !== null) this.next();
    else if (this.#offered !== null) {
      const offered = this.#offered({ span, rule: asked.rule });
      if (offered === null) this.next();
      else this.set(offered);
    }
  }

  /** Who says what is offered for a text is there, until the function that comes back is called. */
  offersAre(offered: Offered): () => void {
    this.#offered = offered;
    return () => {
      if (this.#offered === offered) this.#offered = null;
    };
  }

  /** Gives the field of what is asked the focus; false as long as that is not there. */
  focusField(): boolean {
    if (this.#field === null || !this.isAsking(this.#field.asks)) return false;
    this.#field.focus();
    return true;
  }

  /**
   * Whether that is what is asked, as {@link askedAs} writes it. The page may be a frame behind, and have
   * the field of what was asked before.
   */
  isAsking(asks: string): boolean {
    const { span, asked } = this.#state ?? {};
    return span !== undefined && asked != null && asks === askedAs(span, asked.rule);
  }

  /**
   * A field is there.
   *
   * @param asks what it is for; see {@link askedAs}
   * @param focus gives it the focus
   * @returns what has been typed for it before, and what to call when it goes
   */
  fieldIs(asks: string, focus: () => void): { typed: string; gone: () => void } {
    const typed = this.isAsking(asks) ? this.#typed : "";
    if (this.isAsking(asks)) this.#typed = "";
    const field = { asks, focus };
    this.#field = field;
    const gone = () => {
      if (this.#field === field) this.#field = null;
    };
    return { typed, gone };
  }

  #begin(
    span: Span,
    { asks, offer, all = false }: { asks: boolean; offer: Link | null; all?: boolean },
  ): void {
    const { id, label, attributes } = span;
    const rules = this.#rulesOf(label);
    const unset = asks ? firstUnset(rules, attributes) : null;
    const at = unset ?? (all && rules.length > 0 ? 0 : null);
    this.#typed = "";
    if (at === null && offer === null) this.close();
    else this.#put({ span: id, label, attributes, at, offer, all });
  }

  #goTo(at: number | null): void {
    const open = this.#open;
    if (open === null) return;
    if (at === null) this.#finish();
    else this.#put({ ...open, at, offer: null });
  }

  #finish(): void {
    const span = this.#annotator.selectedSpan;
    this.close();
    if (span) this.#finished(span);
  }

  #unsetAfter(at: number): number | null {
    const span = this.#annotator.selectedSpan;
    return span && firstUnset(this.#rulesOf(span.label), span.attributes, at + 1);
  }

  #rulesOf(label: string): readonly AttributeRule[] {
    return unsetAttributes(this.#annotator.scheme, { label, attributes: {} });
  }

  /** Keeps in step with the span, however it has changed. */
  #follow(): void {
    const open = this.#open;
    if (open === null) return;
    const span = this.#annotator.selectedSpan;
    if (span?.id !== open.span || !this.#annotator.state().writable) {
      this.close();
      return;
    }
    const { label, attributes } = span;
    if (label !== open.label) {
      this.#begin(span, { asks: open.at !== null, offer: null, all: open.all });
      return;
    }
    const at = this.#isSetting ? open.at : this.#askedNow(open, attributes);
    const isMade = open.offer !== null && !this.#canLink(open.offer);
    const offer = isMade ? null : open.offer;
    if (at === null && offer === null) this.close();
    else if (at !== open.at || offer !== open.offer || attributes !== open.attributes) {
      this.#put({ ...open, attributes, at, offer });
    }
  }

  /**
   * What an undo has taken away is asked for again, and what has got a value otherwise, as in the form
   * beside the text, no longer.
   */
  #askedNow({ at, label, attributes: before }: Open, now: Attributes): number | null {
    if (at === null) return null;
    const rules = this.#rulesOf(label);
    const lost = rules.findIndex(
      ({ name }) => before[name] !== undefined && now[name] === undefined,
    );
    if (lost >= 0) return lost;
    const { name = "" } = rules[at] ?? {};
    const hasGained = before[name] === undefined && now[name] !== undefined;
    return hasGained ? firstUnset(rules, now, at + 1) : at;
  }

  /** Whether both its ends are there, and no relation of its type between them. */
  #canLink({ rule, from, to }: Link): boolean {
    const { set } = this.#annotator;
    if (!set.spans.has(from) || !set.spans.has(to)) return false;
    return !set
      .relationsOf(from)
      .some((other) => other.type === rule.name && (other.from === to || other.to === to));
  }

  #put(open: Open): void {
    this.#open = open;
    this.#emit();
  }

  #emit(): void {
    this.#state = this.#open && this.#stateOf(this.#open);
    for (const listener of [...this.#listeners]) listener();
  }

  #stateOf({ span, label, attributes, at, offer }: Open): StripState {
    const rules = this.#rulesOf(label);
    const rule = at === null ? undefined : rules[at];
    const value = rule === undefined ? null : (attributes[rule.name] ?? null);
    const asked =
      at === null || rule === undefined ? null : { rule, rank: at + 1, count: rules.length, value };
    const words = [offer && this.#offerWords(span, offer), asked && promptOf(asked)];
    return { span, offer, asked, prompt: words.filter((part) => part !== null).join(". ") };
  }

  #offerWords(span: string, { rule, from, to }: Link): string {
    const other = this.#annotator.set.spans.get(from === span ? to : from);
    return `Enter links ${readable(rule.name)}, ${readable(other?.label ?? "")}: ${excerpt(other?.quote ?? "")}`;
  }
}

/** What tells an attribute of one span from all others. */
export function askedAs(span: string, { name }: Pick<AttributeRule, "name">): string {
  return `${span} ${name}`;
}

/** Whether an attribute's value is found by typing, not by a digit. */
export function isTyped(rule: AttributeRule): boolean {
  return rule.type !== "choice" || rule.values.length > DIGITS;
}

/** What is asked, as a screen reader says it: "Polarity: 1 positive, 2 negative". */
function promptOf({ rule, value }: Asked): string {
  const name = capitalised(readable(rule.name));
  const now = value === null ? "" : `, now ${readableValue(rule, value)}`;
  if (rule.type !== "choice" || isTyped(rule)) return `${name}${now}: type it`;
  const choices = rule.values.map((one, index) => `${index + 1} ${readable(one)}`);
  return `${name}${now}: ${choices.join(", ")}`;
}

function firstUnset(
  rules: readonly AttributeRule[],
  attributes: Attributes,
  from = 0,
): number | null {
  const at = rules.findIndex(({ name }, index) => index >= from && attributes[name] === undefined);
  return at < 0 ? null : at;
}
