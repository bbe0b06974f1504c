import { v7 as uuid } from "uuid";
import { isBlank } from "@/lib/domain/blank";
import { withArticle } from "@/lib/domain/grammar";
import { layerAtFirst } from "@/lib/domain/layers";
import { Annotations, type Change, type Intent } from "@/lib/domain/operation";
import { inTextOrder } from "@/lib/domain/range-set";
import { Refusal } from "@/lib/domain/refusal";
import { defaultsOf, labelRule, type Scheme, unsetAttributes } from "@/lib/domain/scheme";
import { bytesOfBase64, Segmentation } from "@/lib/domain/segmentation";
import {
  type Attributes,
  excerpt,
  type Fragment,
  hasLetterOrDigit,
  hull,
  quoteOf,
  type Relation,
  type Span,
} from "@/lib/domain/span";
import { ArticleText, type Block, type Range } from "@/lib/domain/text";
import type { Emphasis, Highlight } from "@/lib/editor/label-drawing";
import { isBlankEdge } from "@/lib/editor/selection";
import type { ActionId } from "./actions";
import type { LeftOut } from "./copying";
import {
  addRelation,
  addSpan,
  copyAttributes,
  type EdgeStep,
  type Edit,
  mergeSpans,
  moveEdge,
  occurrencesOf,
  relabel,
  removeSpan,
  setAttribute,
  setFragments,
  splitSpan,
  withEdge,
} from "./edits";
import { Keymap } from "./keymap";
import { highlightOf } from "./label-appearance";
import { aimAnnouncement, type Link, Linker, type Linking, type ShownSet } from "./linking";
import {
  type LostChange,
  type Notice,
  newsOf,
  noticesOf,
  type SavingState,
  sayTheSame,
} from "./notices";
import { readable, type Standing, spanAnnouncement, unchangeable } from "./wording";

/** An annotation set that is shown and never changed here. */
export type ReadOnlySet = {
  readonly id: string;
  readonly kind: "imported" | "gold" | "model" | "reviewer";
  /** The annotator's pseudonym in the project. */
  readonly annotator: string;
  readonly spans: readonly Span[];
  readonly relations: readonly Relation[];
};

/** What became of something that had to be asked of the server. */
export type Outcome = { readonly ok: true } | { readonly ok: false; readonly reason: string };

/** The reviewer's own annotation set, as far as annotating needs it; who saves it is no concern here. */
export type WorkingSet = {
  /** The set as shown, for look-ups by id. */
  readonly current: Annotations;
  /** `spans` in text order; lists are new ones after each change, the same ones otherwise. */
  view(): {
    readonly spans: readonly Span[];
    readonly relations: readonly Relation[];
    readonly submittedAt: string | null;
    readonly saving: SavingState;
    /** Changes that could not be kept and were not dismissed yet, the oldest first. */
    readonly lost: readonly LostChange[];
    readonly forgotten: readonly unknown[];
    readonly unreadable: readonly unknown[];
  };
  subscribe(listener: () => void): () => void;
  /**
   * Does these at once, all or nothing; one step of undo.
   *
   * @param independent each may be kept without the others
   * @param gesture what goes on under the same one is one step of undo with what came before
   * @throws Refusal if a rule is broken or the set is submitted
   */
  perform(
    intents: readonly Intent[],
    options?: { independent?: boolean; gesture?: string | undefined },
  ): readonly Change[];
  /** Does what `perform` does, for thousands: the page goes on answering meanwhile. */
  performLarge(
    intents: readonly Intent[],
    options?: {
      independent?: boolean;
      /** Gets what cannot be done, and why, which then is left out; without it, nothing is done then. */
      leaveOut?: (intent: Intent, reason: Refusal) => void;
    },
  ): Promise<readonly Change[]>;
  /**
   * @returns what changed, of a large step once it has; empty if there is nothing to undo
   * @throws Refusal if it cannot be
   */
  undo(): readonly Change[] | Promise<readonly Change[]>;
  redo(): readonly Change[] | Promise<readonly Change[]>;
  submit(): Promise<Outcome>;
  reopen(): Promise<Outcome>;
  /** The reviewer has answered a change that could not be kept. */
  dismiss(id: string): void;
};

/** What {@link AnnotatorState.shown} says of the reviewer's own set; no set has such an id. */
export const OWN_SET = "mine";

/** What the page shows; a new object after each change, the same one otherwise. */
export type AnnotatorState = {
  /** {@link OWN_SET}, or the id of a read-only set. */
  readonly shown: string;
  /** Of the shown set, in text order. */
  readonly spans: readonly Span[];
  readonly relations: readonly Relation[];
  /** The id of a span of the shown set. */
  readonly selected: string | null;
  readonly linking: Linking | null;
  readonly allRelations: boolean;
  /** The label that each selection gets as it ends; null for none. */
  readonly sticky: string | null;
  /** The spans can be changed here and now. */
  readonly writable: boolean;
  /** Another set is being copied into the own one. */
  readonly copying: boolean;
  /** What the reviewer has to know, the most urgent first. */
  readonly notices: readonly Notice[];
  /** What a screen reader is to say, the last few, the latest last. */
  readonly announcements: readonly Announcement[];
};

/** `serial` tells the same words said twice apart. */
export type Announcement = { readonly words: string; readonly serial: number };

/** How many announcements stay: as many as may come before the page next shows any. */
const ANNOUNCEMENTS = 6;

/** What can be done about something that is told. */
export type Remedy = { readonly label: string; readonly onClick: () => void };

/** How the page tells the reviewer something; a problem is louder than a notice. */
export type Notifier = {
  readonly problem: (message: string) => void;
  readonly notice: (message: string, remedy?: Remedy) => void;
};

/**
 * The annotate page without its looks: which annotation set is shown, which span is selected, what
 * is being linked, and what each thing a reviewer does makes of it. What breaks a rule is told to
 * the reviewer and changes nothing; commands say by their result whether they did something.
 *
 * @typeParam Own what saves the reviewer's own set, for callers that need more of it
 */
export class AnnotatorController<Own extends WorkingSet = WorkingSet> {
  readonly text: ArticleText;
  readonly scheme: Scheme;
  /** Null for those who may only read. */
  readonly ownSet: Own | null;
  readonly readOnlySets: readonly ReadOnlySet[];
  readonly #article: { readonly blocks: readonly Block[]; readonly segmentation: string };
  #segmentation: Segmentation | null = null;
  readonly #notifier: Notifier;
  readonly #listeners = new Set<() => void>();
  readonly #prepared = new Map<string, ShownSet>();
  #shown: string;
  #selected: string | null = null;
  /** The span that was labelled last, as it was then or when it was removed. */
  #labelled: Span | null = null;
  #linking: Linking | null = null;
  readonly #linker: Linker;
  #keymap = new Keymap();
  #allRelations = false;
  #sticky: string | null = null;
  #copying = false;
  /** What is said of a layer that was not copied whole, until the reviewer has seen it. */
  #leftOut: string | null = null;
  #announcements: readonly Announcement[] = [];
  #serial = 0;
  /** Counts the gestures that move edges. */
  #moves = 0;
  #notices: readonly Notice[];
  /** Notices that the reviewer has dismissed, until what they tell is over. */
  readonly #dismissed = new Set<Notice["kind"]>();
  /** When the own set was last seen to have been submitted; null while it was open. */
  #submittedAt: string | null;
  #submittedElsewhere = false;
  /** Whether it is this page that submits or reopens it now. */
  #finishing = false;
  /** How many changes of the set the reviewer has asked for, here, that are under way now. */
  #acting = 0;
  /** Whether it is the reviewer's own set that does something at this moment, which is told after it. */
  #performing = false;
  #state: AnnotatorState;

  constructor(
    article: {
      readonly text: string;
      /** Where there are none, the text is one. */
      readonly blocks: readonly Block[];
      /** As {@link encodeSegmentation} has it, in base64. */
      readonly segmentation: string;
      readonly scheme: Scheme;
      readonly readOnlySets: readonly ReadOnlySet[];
    },
    ownSet: Own | null,
    notifier: Notifier,
  ) {
    this.text = new ArticleText(article.text);
    this.scheme = article.scheme;
    this.ownSet = ownSet;
    this.readOnlySets = article.readOnlySets;
    this.#article = article;
    this.#notifier = notifier;
    this.#linker = new Linker(article.scheme, () => this.segmentation);
    this.#shown = shownAtFirst(article.readOnlySets, ownSet);
    this.#submittedAt = ownSet?.view().submittedAt ?? null;
    this.#notices = this.#currentNotices();
    this.#state = this.#currentState();
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly state = (): AnnotatorState => this.#state;

  /** Follows the reviewer's own set; the returned function stops that. */
  start(): () => void {
    const stop = this.ownSet?.subscribe(() => {
      if (!this.#performing) this.#emit();
    });
    this.#emit();
    return () => stop?.();
  }

  /** The words and sentences of the text; read when they are first asked for. */
  get segmentation(): Segmentation {
    const { blocks, segmentation } = this.#article;
    this.#segmentation ??= new Segmentation(this.text, blocks, bytesOfBase64(segmentation));
    return this.#segmentation;
  }

  /** These are the reviewer's keys from now on, by which what is told names them. */
  keysAre(keymap: Keymap): void {
    this.#keymap = keymap;
  }

  /** The key that does something; null for none. */
  keyOf(action: ActionId): string | null {
    return this.#keymap.keysOf(action)[0] ?? null;
  }

  /** " or with N", after another way to do it; nothing where no key does. */
  orWith(action: ActionId): string {
    const key = this.keyOf(action);
    return key === null ? "" : ` or with ${key}`;
  }

  /** The shown set, for look-ups by id. */
  get set(): Annotations {
    if (this.#shown === OWN_SET && this.ownSet) return this.ownSet.current;
    return this.#readOnly().set;
  }

  get selectedSpan(): Span | null {
    return this.#spanOf(this.#selected) ?? null;
  }

  /** What is to be drawn of a span; always the same of the same one. */
  readonly highlightOf = (span: Span): Highlight => highlightOf(this.scheme, span);

  /** Which spans stand out: while linking the target, else what the selected one is linked with. */
  emphasis(): Emphasis {
    const selected = this.#selected;
    const related = new Set<string>();
    if (this.#linking) related.add(this.#linking.target);
    // Stryker disable next-line ConditionalExpression: no relation has null for an end
    if (selected !== null && !this.#linking) {
      for (const { from, to } of this.set.relationsOf(selected)) {
        related.add(from === selected ? to : from);
      }
    }
    return { selected, related };
  }

  /** Shows another set; nothing is selected in it. */
  show(set: string): void {
    this.#show(set);
    this.#emit();
  }

  /** Selects a span, or none; while linking, a span becomes the target if the scheme allows that. */
  select(id: string | null): void {
    if (this.#linking && id !== null && id !== this.#linking.from) {
      const [from, target] = [this.#spanOf(this.#linking.from), this.#spanOf(id)];
      if (from && target) this.#aim(from, target);
      return;
    }
    if (id === this.#selected) return;
    this.#selected = id;
    this.#linking = null;
    const span = this.selectedSpan;
    if (span) this.#announce(spanAnnouncement(this.set, span));
    this.#emit();
  }

  /**
   * A press on the spans that lie over each other at one place: selects the shortest, or where one
   * of them is selected the next longer, after the longest the shortest again. None: nothing is
   * selected. While linking, it makes the link if the scheme leaves no choice.
   */
  press(pressed: readonly string[]): void {
    // What was pressed may be about to go: a large change is drawn bit by bit.
    const ids = pressed.filter((id) => this.set.spans.has(id));
    if (this.#linking) {
      const { from } = this.#linking;
      const target = ids.find((id) => id !== from);
      if (target === undefined) return;
      this.select(target);
      const { linking } = this.#state;
      // Stryker disable next-line OptionalChaining: choosing a target does not end the linking
      if (linking?.target === target && linking.links.length === 1) this.confirmLink();
      return;
    }
    // Stryker disable next-line OptionalChaining: the ids are of spans that are there
    const length = (id: string) => this.set.spans.get(id)?.quote.length ?? 0;
    const shortest = ids.toSorted((a, b) => length(a) - length(b));
    // Stryker disable next-line ConditionalExpression: no span has null for its id
    const at = this.#selected === null ? -1 : shortest.indexOf(this.#selected);
    this.select(shortest[(at + 1) % shortest.length] ?? null);
  }

  /**
   * Selects the shortest span at an offset, or the next longer one after the selected one.
   *
   * @param around whether the shortest comes after the longest again
   * @returns false if there is none to go on to
   */
  selectAt(offset: number, { around }: { around: boolean }): boolean {
    const here = shortestFirst(this.set.overlapping([{ start: offset, end: offset + 1 }]));
    const at = here.findIndex(({ id }) => id === this.#selected) + 1;
    const next = around ? here[at % here.length] : here[at];
    if (!next || next.id === this.#selected) return false;
    this.select(next.id);
    return true;
  }

  /**
   * Selects the next or previous span in text order, from the selected one, or where none is from
   * an offset.
   *
   * @returns its id; null where there is none, which is announced
   */
  step(by: -1 | 1, offset: number): string | null {
    const next = neighbourOf(this.#state.spans, by, this.selectedSpan ?? offset);
    if (!next) {
      this.#announce(by === 1 ? "No span after this one" : "No span before this one");
      this.#emit();
      return null;
    }
    this.select(next.id);
    return next.id;
  }

  /**
   * Selects the next or previous span that has an attribute without a value, from the selected span,
   * or where none is from an offset.
   *
   * @returns its id; null where there is none, which is told
   */
  stepUnset(by: -1 | 1, offset: number): string | null {
    const next = neighbourOf(
      this.#state.spans,
      by,
      this.selectedSpan ?? offset,
      (span) => unsetAttributes(this.scheme, span).length > 0,
    );
    if (!next) {
      const where = by === 1 ? "after" : "before";
      this.notify(`No span ${where} this place has an attribute without a value.`);
      return null;
    }
    this.select(next.id);
    return next.id;
  }

  /**
   * Gives an attribute of a span a value, without the space around it; one in which nothing can be
   * seen takes the value away. A span that is gone in the meantime is told of.
   */
  setAttribute(id: string, name: string, value: string, gesture?: string): boolean {
    const tidy = isBlank(value) ? "" : value.trim();
    const span = this.set.spans.get(id);
    if (span && tidy === (span.attributes[name] ?? "")) return true;
    if (!span) this.notify(`“${tidy}” was not kept: its span is gone.`);
    return (
      span !== undefined &&
      this.perform(
        setAttribute(span, name, tidy === "" ? null : tidy),
        gesture === undefined ? {} : { gesture },
      )
    );
  }

  /** The link that the selected span most likely lacks; null if there is none. */
  likelyLink(): Link | null {
    const made = this.selectedSpan;
    return made && this.#linker.likely(made, this.set);
  }

  /** Makes a link, if that is still to be made. */
  link(link: Link): boolean {
    const [from, to] = [this.#spanOf(link.from), this.#spanOf(link.to)];
    if (!from || !to || !this.#perform(addRelation(uuid(), link))) return false;
    this.#announce(`Linked: ${readable(link.rule.name)}`);
    this.#emit();
    return true;
  }

  /**
   * Makes a span of one range or several, in the reviewer's own set, and selects it; of null, gives the
   * selected span the label, with which go what does not fit it.
   *
   * @param attributes what the span is to have, beside what it has already; unless told, what the
   *   scheme has new spans of the label begin with
   */
  label(label: string, covered: Range | readonly Range[] | null, attributes?: Attributes): boolean {
    const span = this.selectedSpan;
    if (covered) {
      if (this.ownSet && this.#shown !== OWN_SET) this.show(OWN_SET);
      if (!this.mayChange()) return false;
      const id = uuid();
      const before = this.#selected;
      this.#selected = id;
      const begun = attributes ?? this.#defaultsOf(label);
      if (this.#perform(addSpan(this.text, id, label, covered, begun))) {
        this.#linking = null;
        const added = this.selectedSpan;
        this.#labelled = added;
        // Stryker disable next-line ConditionalExpression: what was performed is there
        if (added) this.#tellAdded(added);
        this.#emit();
        return true;
      }
      this.#selected = before;
      this.#emit();
      return false;
    }
    if (!this.mayChange()) return false;
    if (!span) {
      this.#notifier.notice("Select some text first, or a span to give it this label.");
      return false;
    }
    const isSo = Object.entries(attributes ?? {}).every(
      ([name, value]) => span.attributes[name] === value,
    );
    if (span.label === label && isSo) {
      this.#labelled = span;
      return true;
    }
    const edit = relabel(this.scheme, this.set, span, label, attributes);
    if (!this.#perform(edit)) return false;
    this.#labelled = this.selectedSpan;
    const lost = edit.length - 1;
    if (lost > 0) {
      this.#notifier.notice(
        `${lost === 1 ? "One relation does" : `${lost} relations do`} not fit ${withArticle(readable(label))} and went with the old label. Undo brings back both.`,
      );
    }
    this.#announce(`Now ${readable(label)}`);
    this.#emit();
    return true;
  }

  /**
   * Labels as the last time, with the attributes that span has got by now, or had when it was removed;
   * what it labels is as for {@link label}. Before a first time, that is told.
   */
  repeat(covered: Range | readonly Range[] | null): boolean {
    const last =
      this.#labelled && (this.ownSet?.current.spans.get(this.#labelled.id) ?? this.#labelled);
    if (last) return this.label(last.label, covered, last.attributes);
    if (this.mayChange()) {
      this.#notifier.notice("Nothing has been labelled here yet that could be repeated.");
    }
    return false;
  }

  /** Has each selection labelled as it ends from now on; with null, or the same label again, no more. */
  stick(label: string | null): void {
    const sticky = label === this.#sticky ? null : label;
    if (sticky !== null && !this.mayChange()) return;
    if (sticky === this.#sticky) return;
    this.#sticky = sticky;
    this.#announce(
      sticky === null
        ? "Selections are no longer labelled as they end"
        : `Each selection becomes ${withArticle(readable(sticky))}. Escape ends that.`,
    );
    this.#emit();
  }

  /** Merges the spans that are chosen, or else the selected one and the next of its label, into the first. */
  merge(chosen: readonly Span[] = []): boolean {
    if (!this.mayChange()) return false;
    const span = chosen[0] ?? this.selectedSpan;
    if (!span) {
      this.#notifier.notice("Select a span first, or text across those to merge.");
      return false;
    }
    const alike = this.#state.spans.filter(({ label }) => label === span.label);
    const spans =
      chosen.length > 0
        ? chosen.filter(({ label }) => label === span.label)
        : alike.slice(alike.indexOf(span)).slice(0, 2);
    if (spans.length < 2) {
      this.#notifier.notice(`There is no further ${readable(span.label)} to merge it with.`);
      return false;
    }
    if (!this.perform(mergeSpans(this.text, this.set, spans))) return false;
    this.#selected = span.id;
    this.#announce(`Merged: ${this.selectedSpan?.quote ?? ""}`);
    this.#emit();
    return true;
  }

  /** Splits the selected span at an offset. */
  split(offset: number): boolean {
    if (!this.mayChange()) return false;
    const span = this.selectedSpan;
    if (!span) {
      this.#notifier.notice("Select a span first, and put the caret where it is to be split.");
      return false;
    }
    const edit = splitSpan(this.text, span, offset, uuid());
    if (edit === null) {
      this.#notifier.notice(
        "Put the caret between two words of the span, where it is to be split.",
      );
      return false;
    }
    if (!this.perform(edit)) return false;
    this.#announce(`Split after: ${this.selectedSpan?.quote ?? ""}`);
    this.#emit();
    return true;
  }

  /** Gives the selected span the attributes of the last one before it with its label. */
  copyAttributes(): boolean {
    if (!this.mayChange()) return false;
    const span = this.selectedSpan;
    if (!span) {
      this.#notifier.notice("Select a span first, to give it the attributes of the one before.");
      return false;
    }
    const { spans } = this.#state;
    const before = spans
      .slice(0, spans.indexOf(span))
      .findLast(({ label }) => label === span.label);
    const edit = before ? copyAttributes(span, before) : [];
    if (edit.length === 0) {
      const name = readable(span.label);
      this.#notifier.notice(
        before ? `The ${name} before has the same attributes.` : `There is no ${name} before it.`,
      );
      return false;
    }
    if (!this.perform(edit)) return false;
    this.#announce(`Attributes taken from: ${excerpt(before?.quote ?? "")}`);
    this.#emit();
    return true;
  }

  /** Where the words of the selected span are besides, without a span of its label on them. */
  occurrences(): Range[] {
    const span = this.selectedSpan;
    return span ? occurrencesOf(this.text, this.set, span) : [];
  }

  /** Labels ranges as the selected span is, with its attributes, in one step. */
  labelAlike(ranges: readonly Range[]): boolean {
    const span = this.selectedSpan;
    if (!span || ranges.length === 0) return false;
    const { label, attributes } = span;
    const edit = ranges.flatMap((range) => addSpan(this.text, uuid(), label, [range], attributes));
    if (!this.perform(edit)) return false;
    this.#announce(`Labelled ${ranges.length} more`);
    this.#emit();
    return true;
  }

  /** Removes the selected span and its relations. */
  remove(): boolean {
    const span = this.selectedSpan;
    if (!span) return false;
    if (!this.#perform(removeSpan(this.set, span.id))) return false;
    if (this.#labelled?.id === span.id) this.#labelled = span;
    this.#selected = null;
    this.#linking = null;
    this.#announce(`Removed ${readable(span.label)}`);
    this.#emit();
    return true;
  }

  /**
   * Moves an edge of the selected span; false also where there is no such step.
   *
   * @param goesOn whether it is the same gesture as the move before, by a key that is held down
   */
  move(step: EdgeStep, { goesOn = false } = {}): boolean {
    const span = this.selectedSpan;
    if (!span) return false;
    const fragments = moveEdge(this.text, this.segmentation, span.fragments, step);
    return fragments !== null && this.#moveTo(span, fragments, { edge: step.edge, goesOn });
  }

  /**
   * Moves an edge of the selected span to a place, as a drag does: to the nearest edge of a word, or just
   * there. Where it would leave nothing, or lie over another span that its label keeps it from, it stays.
   *
   * @param goesOn whether it is the same gesture as the move before
   */
  dragEdge(
    edge: "start" | "end",
    offset: number,
    { exact, goesOn }: { exact: boolean; goesOn: boolean },
  ): boolean {
    const span = this.selectedSpan;
    if (!span) return false;
    const at = exact
      ? this.text.boundaryBefore(offset)
      : this.segmentation.nearestWordEdge(offset, edge);
    const fragments =
      at === null ? null : withEdge(this.segmentation, span.fragments, { edge, at, exact });
    if (!fragments || !hasLetterOrDigit(quoteOf(this.text, fragments))) return false;
    if (exact && at !== null && isBlankEdge(this.text, at, edge)) return false;
    if (JSON.stringify(fragments) === JSON.stringify(span.fragments)) return true;
    const { overlap } = labelRule(this.scheme, span.label);
    const others = overlap ? [] : this.set.overlapping(fragments, span.label);
    if (others.some(({ id }) => id !== span.id)) return false;
    return this.#moveTo(span, fragments, { edge, goesOn });
  }

  #moveTo(
    span: Span,
    fragments: readonly Fragment[],
    { edge, goesOn }: { edge: "start" | "end"; goesOn: boolean },
  ): boolean {
    // Stryker disable next-line AssignmentOperator: any number that no gesture had before
    if (!goesOn) this.#moves += 1;
    const gesture = `move ${this.#moves} of ${edge} of ${span.id}`;
    if (!this.#perform(setFragments(this.text, span, fragments), { gesture })) return false;
    if (goesOn) this.#announcements = this.#announcements.slice(0, -1);
    // Stryker disable next-line OptionalChaining: what was performed leaves the span there
    this.#announce(this.selectedSpan?.quote ?? "");
    this.#emit();
    return true;
  }

  /** Gives the selected span other fragments; those that overlap or touch become one. */
  reshape(fragments: readonly Fragment[]): boolean {
    const span = this.selectedSpan;
    if (!span || !this.#perform(setFragments(this.text, span, fragments))) return false;
    // Stryker disable next-line OptionalChaining: what was performed leaves the span there
    this.#announce(this.selectedSpan?.quote ?? "");
    this.#emit();
    return true;
  }

  /** Adds a part to the selected span. */
  addFragment(covered: Range | readonly Range[]): boolean {
    // Stryker disable next-line ArrayDeclaration: without a span, nothing is reshaped
    return this.reshape([...(this.selectedSpan?.fragments ?? []), ...[covered].flat()]);
  }

  /** Has a screen reader say something. */
  announce(words: string): void {
    this.#announce(words);
    this.#emit();
  }

  /** Tells the reviewer something that is no problem. */
  notify(message: string, remedy?: Remedy): void {
    this.#notifier.notice(message, remedy);
  }

  /** Whether the shown set can be changed here and now; where not, the reviewer is told why. */
  mayChange(): boolean {
    const reason = unchangeable(this.standing);
    if (reason === null) return true;
    this.#notifier.problem(reason);
    this.#announce(reason);
    this.#emit();
    return false;
  }

  /** What may be done with the shown set here and now. */
  get standing(): Standing {
    if (!this.ownSet) return "reader";
    if (this.#shown !== OWN_SET) return "other_layer";
    return this.ownSet.view().submittedAt === null ? "writable" : "submitted";
  }

  /**
   * Does to the reviewer's own set what is asked, if that set is the one that is shown.
   *
   * @param independent each part may be kept without the others
   * @param gesture what goes on under the same one is one step of undo with what came before
   */
  perform(edit: Edit, options: { independent?: boolean; gesture?: string } = {}): boolean {
    return this.#act(() => {
      const isDone = this.#perform(edit, options);
      if (isDone) this.#emit();
      return isDone;
    });
  }

  /** As {@link perform}, but what was done is told by the caller, together with what else comes of it. */
  #perform(
    edit: Edit,
    options: { independent?: boolean; gesture?: string | undefined } = {},
  ): boolean {
    const { ownSet } = this;
    if (!this.mayChange() || !ownSet) return false;
    return this.#act(() => {
      this.#performing = true;
      try {
        ownSet.perform(edit, options);
        return true;
      } catch (error) {
        this.#explain(error);
        return false;
      } finally {
        this.#performing = false;
      }
    });
  }

  /** Submits the reviewer's own set, or opens it again; a reader has none. */
  async finish(how: "submit" | "reopen"): Promise<Outcome> {
    if (!this.ownSet) return { ok: false, reason: unchangeable("reader") };
    this.#finishing = true;
    try {
      return await this.ownSet[how]();
    } finally {
      this.#finishing = false;
    }
  }

  /** The reviewer has seen these changes, which could not be kept, and lets them go. */
  dismiss(lost: readonly LostChange[]): void {
    for (const { id } of lost) this.ownSet?.dismiss(id);
  }

  /** The reviewer has seen a notice: it is gone until what it tells is over and comes again. */
  dismissNotice(kind: Notice["kind"]): void {
    if (kind === "left_out") this.#leftOut = null;
    else this.#dismissed.add(kind);
    this.#emit();
  }

  /** Takes the last step back, selects what came back with it, and shows the own set. */
  undo(): void {
    this.#turn("undo");
  }

  redo(): void {
    this.#turn("redo");
  }

  /** Begins a relation at the selected span and aims at the nearest span that it can be linked with. */
  startLinking(): void {
    if (!this.mayChange()) return;
    const span = this.selectedSpan;
    if (!span) {
      this.#notifier.notice(
        `Select a span first, by a click${this.orWith("next")}. ${this.keyOf("link") ?? "The list of commands"} then links it with another one.`,
      );
      return;
    }
    const [likeliest] = this.#linker.targets(span, this.#shownSet);
    if (!likeliest) {
      this.#notifier.notice(
        `There is no span here that ${withArticle(readable(span.label))} can be linked with.`,
      );
      return;
    }
    this.#aim(span, likeliest, { begins: true });
  }

  /** Aims at another target; see {@link Linker.next}. Where there is none, it stays. */
  stepTarget(by: -1 | 1, unit: "target" | "paragraph" = "target"): void {
    const linking = this.#linking;
    const from = this.#spanOf(linking?.from ?? null);
    const next = linking && this.#linker.next(linking, by, unit, this.#shownSet);
    if (from && next) this.#aim(from, next);
  }

  /** Marks one of the ways to link, by its index; an index out of range does nothing. */
  chooseLink(choice: number): void {
    if (!this.#linking?.links[choice]) return;
    this.#linking = { ...this.#linking, choice };
    this.#emit();
  }

  /** Makes the link, the marked one unless told otherwise. */
  confirmLink(choice = this.#linking?.choice ?? 0): boolean {
    const linking = this.#linking;
    const link = linking?.links[choice];
    if (!link) return false;
    this.#linking = null;
    if (this.link(link)) return true;
    this.#linking = linking;
    this.#emit();
    return false;
  }

  /**
   * A drag from the selected span has come over spans that lie over each other: the first of them that
   * can be linked with it becomes the target. Where there is none, what the drag has begun is left off.
   *
   * @returns whether there is one
   */
  dragLink(over: readonly string[]): boolean {
    const from = this.selectedSpan;
    if (!from || this.standing !== "writable") return false;
    const target = over
      .map((id) => this.#spanOf(id))
      .find((one) => one && this.#linker.canLink(this.set, from, one));
    if (!target) {
      if (this.#linking) this.cancel();
      return false;
    }
    if (this.#linking?.target !== target.id) this.#aim(from, target);
    return true;
  }

  /** The drag ends on a target: makes the link if the scheme leaves no choice, and else lets it be chosen. */
  dropLink(): void {
    if (this.#linking?.links.length === 1) this.confirmLink();
  }

  /** Leaves off linking, or else the selection. False if there is nothing to leave. */
  cancel(): boolean {
    if (this.#linking) this.#linking = null;
    else if (this.#selected !== null) this.#selected = null;
    else return false;
    this.#emit();
    return true;
  }

  toggleAllRelations(): void {
    this.#allRelations = !this.#allRelations;
    this.#emit();
  }

  /**
   * Copies the shown set into the reviewer's own, with new ids, as far as that has it not already and
   * it does not conflict: what is left out is told. Shows the own set then, if anything was copied.
   */
  async copyToOwnSet(): Promise<void> {
    const { ownSet } = this;
    if (!ownSet || this.#shown === OWN_SET || this.#copying) return;
    const source = this.#shown;
    const copied = this.#readOnly();
    this.#copying = true;
    this.#emit();
    try {
      const loaded = await import("./copying").catch(() => null);
      if (loaded === null) {
        this.#notifier.problem("Nothing was copied: the network does not answer. Try it again.");
        return;
      }
      const { copiedWords, copyInto, leftOutWords, newIds } = loaded;
      const ids = await newIds(copied.spans.length + copied.relations.length);
      const { edit, same } = copyInto(ownSet.current, copied, () => ids.pop() ?? uuid());
      const leftOut: LeftOut[] = [];
      const changes = await this.#act(() =>
        ownSet.performLarge(edit, {
          independent: true,
          leaveOut: (intent, reason) => leftOut.push({ intent, reason }),
        }),
      );
      // To show thousands of them is a task of its own.
      await new Promise((resolve) => setTimeout(resolve));
      const words = copiedWords(changes);
      const rest = leftOutWords(same, leftOut);
      this.#leftOut = rest === null ? null : `${words} ${rest}`;
      if (rest === null) this.#notifier.notice(words);
      if (changes.length > 0 && this.#shown === source) this.#show(OWN_SET);
    } catch (error) {
      this.#explain(error);
    } finally {
      this.#copying = false;
      this.#emit();
    }
  }

  #show(set: string): void {
    this.#shown = set;
    this.#selected = null;
    this.#linking = null;
  }

  #aim(from: Span, target: Span, { begins = false } = {}): void {
    const aimed = this.#linker.aim(from, target, this.#shownSet);
    if (!aimed) {
      this.#notifier.notice("The scheme has no further relation between these two spans.");
      return;
    }
    this.#linking = aimed;
    const words = aimAnnouncement(aimed, this.set);
    const on = this.keyOf("link") ?? "Arrow right";
    const how =
      aimed.targets > 1 ? `. ${on} goes to the next one, Escape cancels.` : ". Escape cancels.";
    this.#announce(begins ? `Linking. ${words}${how}` : words);
    this.#emit();
  }

  get #shownSet(): ShownSet {
    const { spans, relations } = this.#state;
    return { set: this.set, spans, relations };
  }

  /** Of a label that the scheme does not have none: whoever adds a span of it is told. */
  #defaultsOf(label: string): Attributes {
    const rule = this.scheme.labels.find(({ name }) => name === label);
    return rule ? defaultsOf(rule) : {};
  }

  #spanOf(id: string | null): Span | undefined {
    // Stryker disable next-line ConditionalExpression: no span has null for its id
    return id === null ? undefined : this.set.spans.get(id);
  }

  #turn(how: "undo" | "redo"): void {
    const { ownSet } = this;
    if (!ownSet) {
      this.mayChange();
      return;
    }
    const explain = (error: unknown) => {
      this.#explain(error, how === "undo" ? "It cannot be undone any more. " : "");
    };
    const done = (changes: readonly Change[]) => {
      if (changes.length === 0) return;
      this.#shown = OWN_SET;
      this.#leftOut = null; // it may be what was copied that goes
      const spans = changes.filter((change) => change.kind === "span");
      const back = spans.findLast(({ after }) => after !== null)?.after;
      this.#selected = back?.id ?? null;
      this.#linking = null;
      this.#announce(how === "undo" ? "Undone" : "Done again");
      this.#emit();
    };
    try {
      const changes = this.#act(() => ownSet[how]());
      if (changes instanceof Promise) void changes.then(done).catch(explain);
      else done(changes);
    } catch (error) {
      explain(error);
    }
  }

  #explain(error: unknown, before = ""): void {
    if (!(error instanceof Refusal)) throw error;
    const { overlaps } = error.details;
    // Stryker disable next-line ConditionalExpression: no span has anything else for its id
    const there = typeof overlaps === "string" ? this.#spanOf(overlaps) : undefined;
    const which = there ? ` “${excerpt(there.quote)}” is one already.` : "";
    const words = before + error.message + which;
    this.#notifier.problem(words);
    this.#announce(words);
    this.#emit();
  }

  /** Another one on the same words may be meant, where the scheme allows it, and may be a slip. */
  #tellAdded(added: Span): void {
    const name = readable(added.label);
    const others = this.set
      .overlapping(added.fragments, added.label)
      .filter(({ id }) => id !== added.id);
    const words = JSON.stringify(added.fragments);
    const same = others.filter(({ fragments }) => JSON.stringify(fragments) === words);
    if (same.length > 0) {
      const count = same.length === 1 ? "another" : `${same.length} others`;
      this.#notifier.notice(
        `These words have ${count} labelled ${name}. Undo takes this one back.`,
      );
    }
    const over = others.length > 0 ? `, over another ${name}` : "";
    this.#announce(`Added${over}: ${spanAnnouncement(this.set, added)}`);
  }

  #announce(words: string): void {
    this.#serial += 1;
    const all = [...this.#announcements, { words, serial: this.#serial }];
    this.#announcements = all.slice(-ANNOUNCEMENTS);
  }

  #currentNotices(): Notice[] {
    const all = noticesOf({
      own: this.ownSet?.view() ?? null,
      submittedElsewhere: this.#submittedElsewhere,
      other: this.readOnlySets.find(({ id }) => id === this.#shown) ?? null,
      leftOut: this.#leftOut,
    });
    for (const kind of this.#dismissed) {
      if (!all.some((notice) => notice.kind === kind)) this.#dismissed.delete(kind);
    }
    return all.filter(({ kind }) => !this.#dismissed.has(kind));
  }

  /** Says what has come to be known since; the same list stays if nothing has. */
  #takeNotice(): void {
    const submittedAt = this.ownSet?.view().submittedAt ?? null;
    if (submittedAt !== this.#submittedAt) {
      this.#submittedAt = submittedAt;
      this.#submittedElsewhere = !this.#finishing; // of one that is open, nobody asks
    }
    const notices = this.#currentNotices();
    for (const words of newsOf(this.#notices, notices)) this.#announce(words);
    if (!sayTheSame(notices, this.#notices)) this.#notices = notices;
  }

  #readOnly(): ShownSet {
    const known = this.#prepared.get(this.#shown);
    if (known) return known;
    const made = prepared(this.readOnlySets.find(({ id }) => id === this.#shown) ?? nothing);
    this.#prepared.set(this.#shown, made);
    return made;
  }

  /** What changes in the meantime is the reviewer's doing, until what the work promises is there. */
  #act<T>(work: () => T): T {
    this.#acting += 1;
    const over = () => {
      this.#acting -= 1;
    };
    let done: T;
    try {
      done = work();
    } catch (error) {
      over();
      throw error;
    }
    if (done instanceof Promise) done.then(over, over);
    else over();
    return done;
  }

  /** What another page or an undo removed cannot stay selected, nor be linked. */
  #leaveGone(): void {
    const isGone = (id: string | null | undefined) => id != null && !this.set.spans.has(id);
    const isSelectedGone = isGone(this.#selected);
    if (!isSelectedGone && !isGone(this.#linking?.target)) return;
    const what = isSelectedGone ? "The selected span" : "The span to link";
    const gone = isSelectedGone ? this.#selected : this.#linking?.target;
    if (isSelectedGone) this.#selected = null;
    this.#linking = null;
    // Nobody removed what was never kept: its own notice says why.
    const isRefused = this.ownSet
      ?.view()
      .lost.some(({ operation }) => operation.type === "add_span" && operation.span.id === gone);
    if (this.#acting > 0 || isRefused) return;
    const words = `${what} was removed in another tab or on another device.`;
    this.#notifier.notice(words);
    this.#announce(words);
  }

  #emit(): void {
    this.#leaveGone();
    this.#takeNotice();
    this.#state = this.#currentState();
    for (const listener of [...this.#listeners]) listener();
  }

  #currentState(): AnnotatorState {
    const mine = this.#shown === OWN_SET && this.ownSet ? this.ownSet.view() : null;
    const { spans, relations } = mine ?? this.#readOnly();
    return {
      shown: this.#shown,
      spans,
      relations,
      selected: this.#selected,
      linking: this.#linking,
      allRelations: this.#allRelations,
      sticky: this.standing === "writable" ? this.#sticky : null,
      writable: this.standing === "writable",
      copying: this.#copying,
      notices: this.#notices,
      announcements: this.#announcements,
    };
  }
}

function shownAtFirst(readOnlySets: readonly ReadOnlySet[], ownSet: WorkingSet | null): string {
  const own = ownSet?.view();
  const isBegun = own && (own.spans.length > 0 || own.submittedAt !== null);
  const first = layerAtFirst(own ? (isBegun ? "begun" : "empty") : null, readOnlySets);
  return first === null || first === "own" ? OWN_SET : first.id;
}

function prepared({ spans, relations }: Pick<ReadOnlySet, "spans" | "relations">): ShownSet {
  const set = new Annotations({ spans, relations, note: "" });
  return { set, spans: set.spansInOrder(), relations };
}

/** What those see who may read what has no sets. */
const nothing = { spans: [], relations: [] };

/** A place means the most particular span there; of two as long as each other, the first in the text. */
function shortestFirst(spans: readonly Span[]): Span[] {
  const length = ({ fragments }: Span) =>
    fragments.reduce((sum, { start, end }) => sum + end - start, 0);
  return spans.toSorted((a, b) => length(a) - length(b) || inTextOrder(a, b));
}

/**
 * The span after or before another one in text order, or from an offset: on from there, the first
 * that starts at it or later; back, the last that starts before it. Undefined at either end.
 *
 * @param counts whether a span is one of those that are meant
 */
function neighbourOf(
  spans: readonly Span[],
  by: -1 | 1,
  from: Span | number,
  counts: (span: Span) => boolean = () => true,
): Span | undefined {
  const side = (span: Span) =>
    typeof from === "number" ? hull(span.fragments).start - from : inTextOrder(span, from);
  if (by === -1) return spans.findLast((span) => side(span) < 0 && counts(span));
  const first = typeof from === "number" ? 0 : 1; // a span is not after itself
  return spans.find((span) => side(span) >= first && counts(span));
}
