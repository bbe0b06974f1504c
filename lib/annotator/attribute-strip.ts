import { type AttributeHolder, type AttributeRule, shownAttributes } from "@/lib/domain/scheme";
import type { Attributes, AttributeValue, Relation, Span } from "@/lib/domain/span";
import type { AnnotatorController } from "./controller";
import type { Link } from "./linking";
import { readable, readableValue } from "./wording";

/** How many values of an attribute have a digit; where there are more, typing finds them. */
export const DIGITS = 9;

/** What the strip at a span asks. */
export type StripState = {
  /** The id of the span, which is the selected one. */
  readonly span: string;
  /** The id of what is asked about: the span, or a relation of it that has just been made. */
  readonly of: string;
  /** A link that Enter makes as long as nothing else is done. */
  readonly offer: Link | null;
  /** Null where nothing is asked but the offer. */
  readonly asked: Asked | null;
};

/** An attribute that is asked for. */
export type Asked = {
  readonly rule: AttributeRule;
  /** Which of the attributes that are shown it is, from 1, and how many these are. */
  readonly rank: number;
  readonly count: number;
  /** Null where there is none yet. */
  readonly value: AttributeValue | null;
};

/** The value that is offered for a text of a span, by its id, or of something else; null for none. */
type Offered = (what: { readonly of: string; readonly rule: AttributeRule }) => string | null;

type Open = {
  readonly span: string;
  /** What it was about when a link was made whose attributes it asks for now; null where it asks for the span's. */
  readonly before: Open | "closed" | null;
  /** The id of what it asks about, and the label or type that had as it was last looked at, and the values. */
  readonly of: string;
  readonly label: string;
  readonly attributes: Attributes;
  /** The name of the attribute that is asked for; null for none. */
  readonly at: string | null;
  readonly offer: Link | null;
  /** Whether it goes through all attributes; else those without a value. */
  readonly all: boolean;
};

/**
 * The strip at a span: after labelling it asks for one attribute after the other that has no value
 * yet, and offers the link that is most likely to be made; after linking, by whatever means, it asks for those of the
 * relation, and goes on where it was. It is open for the selected span only.
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
  /** The relation that was made last, as far as it has been looked at. */
  #linked: Relation | null = null;
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
    if (this.#open?.before === null || this.#open === null)
      this.#offerNext(this.#open ?? open, isMade);
  }

  /** Offers the link that is lacking next, and goes on with what was asked of the span. */
  #offerNext(open: Open, isMade: boolean): void {
    const offer = isMade ? this.#annotator.likelyLink() : null;
    this.#put({ ...open, offer });
    if (offer === null && open.at === null) this.#finish();
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
  set(value: AttributeValue): boolean {
    const { asked } = this.#state ?? {};
    if (!asked || !this.#give(value)) return false;
    this.#goTo(this.#unsetAfter(asked.rule.name));
    return true;
  }

  /**
   * Gives it the value with a number from 1 of those it offers: of several choices that is one more or one
   * less, and the strip stays for others.
   *
   * @returns false if there is none, or it is not taken
   */
  choose(number: number): boolean {
    const { asked } = this.#state ?? {};
    const choice = asked && choicesOf(asked.rule)[number - 1];
    if (!choice) return false;
    return choice.toggles ? this.#give(toggled(asked, choice.value)) : this.set(choice.value);
  }

  #give(value: AttributeValue | null): boolean {
    const { asked, of } = this.#state ?? {};
    if (!asked || of === undefined) return false;
    this.#isSetting = true;
    try {
      return this.#annotator.setAttribute(of, asked.rule.name, value);
    } finally {
      this.#isSetting = false;
    }
  }

  /** Goes on to the next attribute and leaves this one as it is. */
  next(): void {
    const open = this.#open;
    if (open === null || open.at === null) return;
    this.#goTo(open.all ? this.#beside(open, 1) : this.#unsetAfter(open.at));
  }

  /** Goes back to the attribute before. */
  back(): void {
    const open = this.#open;
    const before = open && this.#beside(open, -1);
    if (open && before !== null) this.#put({ ...open, at: before, offer: null });
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
    const { asked, of } = this.#state ?? {};
    const typed = this.#typed;
    if (!asked || of === undefined) return;
    if (typed !== "") {
      // What is to be read as something else than text waits for the field, which can.
      if (asked.rule.type !== "text") return;
      this.#typed = "";
      this.set(typed);
    } else if (asked.rule.type !== "text" || asked.value !== null) this.next();
    else if (this.#offered !== null) {
      const offered = this.#offered({ of, rule: asked.rule });
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
    const { of, asked } = this.#state ?? {};
    return of !== undefined && asked != null && asks === askedAs(of, asked.rule);
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
    const rules = this.#shownOf({ before: null, label, attributes });
    const unset = asks ? firstUnset(rules, attributes) : null;
    const at = unset ?? (all ? (rules[0]?.name ?? null) : null);
    this.#typed = "";
    if (at === null && offer === null) this.close();
    else this.#put({ span: id, before: null, of: id, label, attributes, at, offer, all });
  }

  /** Asks for the attributes of a relation that has just been made at the selected span. */
  #beginAt({ id, type, attributes }: Relation, span: Span): void {
    const asked = {
      before: this.#open?.before ?? this.#open ?? "closed",
      label: type,
      attributes,
    } as const;
    const at = this.#asks ? firstUnset(this.#shownOf(asked), attributes) : null;
    if (at === null) return;
    this.#typed = "";
    this.#put({ ...asked, span: span.id, of: id, at, offer: null, all: false });
  }

  #goTo(at: string | null): void {
    const open = this.#open;
    if (open === null) return;
    if (at === null) this.#finish();
    else this.#put({ ...open, at, offer: null });
  }

  #finish(): void {
    const span = this.#annotator.selectedSpan;
    const before = this.#open?.before ?? null;
    this.close();
    if (!span || before === "closed") return;
    if (before === null) this.#finished(span);
    else this.#offerNext({ ...before, label: span.label, attributes: span.attributes }, true);
  }

  #unsetAfter(at: string): string | null {
    const open = this.#open;
    const attributes = open && this.#askedAbout(open)?.attributes;
    return attributes ? firstUnset(this.#shownOf({ ...open, attributes }), attributes, at) : null;
  }

  /** The attribute that is so many behind the one asked for; null for none. */
  #beside(open: Open, by: -1 | 1): string | null {
    const { at } = open;
    const rules = this.#shownOf(open);
    const index = rules.findIndex(({ name }) => name === at);
    return (index < 0 ? undefined : rules[index + by])?.name ?? null;
  }

  #shownOf({
    before,
    label,
    attributes,
  }: Pick<Open, "before" | "label" | "attributes">): readonly AttributeRule[] {
    const { labels, relations } = this.#annotator.scheme;
    const rules: readonly (AttributeHolder & { readonly name: string })[] =
      before === null ? labels : relations;
    const rule = rules.find(({ name }) => name === label);
    return rule ? shownAttributes(rule, attributes) : [];
  }

  /** The span or the relation that is asked about; undefined if it is gone. */
  #askedAbout({ of }: Open): { label: string; attributes: Attributes } | undefined {
    const { spans, relations } = this.#annotator.set;
    const relation = relations.get(of);
    return relation ? { label: relation.type, attributes: relation.attributes } : spans.get(of);
  }

  /** Keeps in step with the span, however it has changed. */
  #follow(): void {
    const span = this.#annotator.selectedSpan;
    const { lastLink } = this.#annotator;
    if (lastLink !== this.#linked) {
      this.#linked = lastLink;
      if (lastLink && span) this.#beginAt(lastLink, span);
    }
    const open = this.#open;
    if (open === null) return;
    const now = this.#askedAbout(open);
    if (span?.id !== open.span || !now || !this.#annotator.state().writable) {
      this.close();
      return;
    }
    const { label, attributes } = now;
    if (label !== open.label) {
      this.#begin(span, { asks: open.at !== null, offer: null, all: open.all });
      return;
    }
    const at = this.#isSetting ? open.at : this.#askedNow(open, attributes);
    const isMade = open.offer !== null && !this.#canLink(open.offer);
    const offer = isMade ? null : open.offer;
    if (at === null && offer === null) {
      if (open.before === null) this.close();
      else this.#finish();
    } else if (at !== open.at || offer !== open.offer || attributes !== open.attributes) {
      this.#put({ ...open, attributes, at, offer });
    }
  }

  /**
   * What an undo has taken away is asked for again, and what has got a value otherwise, as in the form
   * beside the text, no longer.
   */
  #askedNow(open: Open, now: Attributes): string | null {
    const { at, attributes: before } = open;
    if (at === null) return null;
    const rules = this.#shownOf({ ...open, attributes: now });
    const lost = rules.find(({ name }) => before[name] !== undefined && now[name] === undefined);
    if (lost) return lost.name;
    const hasGained = before[at] === undefined && now[at] !== undefined;
    const isShown = rules.some(({ name }) => name === at);
    return hasGained || !isShown ? firstUnset(rules, now, at) : at;
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

  #stateOf(open: Open): StripState {
    const { span, of, attributes, at, offer } = open;
    const rules = this.#shownOf(open);
    const index = rules.findIndex(({ name }) => name === at);
    const rule = rules[index];
    const value = rule === undefined ? null : (attributes[rule.name] ?? null);
    const asked = rule === undefined ? null : { rule, rank: index + 1, count: rules.length, value };
    return { span, of, offer, asked };
  }
}

/** What tells an attribute of one span or relation, by its id, from all others. */
export function askedAs(of: string, { name }: Pick<AttributeRule, "name">): string {
  return `${of} ${name}`;
}

/** A value that has a digit. */
type Choice = {
  readonly value: string | boolean;
  readonly name: string;
  /** Whether it goes beside others: then it can be taken away again. */
  readonly toggles: boolean;
};

/** What an attribute may be, in order; none where it is text or a number. */
export function choicesOf(rule: AttributeRule): readonly Choice[] {
  switch (rule.type) {
    case "boolean":
      return [true, false].map((value) => ({
        value,
        name: readableValue(rule, value),
        toggles: false,
      }));
    case "choice":
    case "choices":
      return rule.values.map((value) => ({
        value,
        name: readable(value),
        toggles: rule.type === "choices",
      }));
    default:
      return [];
  }
}

/** Whether an attribute's value is found by typing, not by a digit. */
export function isTyped(rule: AttributeRule): boolean {
  const { length } = choicesOf(rule);
  return length === 0 || length > DIGITS;
}

/** Several choices with one more, or one less; null where none is left. */
function toggled({ value }: Asked, choice: string | boolean): AttributeValue | null {
  const now = typeof value === "object" && value !== null ? value : [];
  const others = now.filter((one) => one !== choice);
  const next =
    others.length < now.length || typeof choice === "boolean" ? others : [...now, choice];
  return next.length > 0 ? next : null;
}

function firstUnset(
  rules: readonly AttributeRule[],
  attributes: Attributes,
  after: string | null = null,
): string | null {
  const from = after === null ? 0 : rules.findIndex(({ name }) => name === after) + 1;
  return rules.slice(from).find(({ name }) => attributes[name] === undefined)?.name ?? null;
}
