import { v7 as uuid } from "uuid";
import { isBlank } from "@/lib/domain/blank";
import { withArticle } from "@/lib/domain/grammar";
import type { Annotations, Change } from "@/lib/domain/operation";
import { Refusal } from "@/lib/domain/refusal";
import { defaultsOf, type Scheme, unsetAttributes } from "@/lib/domain/scheme";
import { bytesOfBase64, Segmentation } from "@/lib/domain/segmentation";
import {
  type Attributes,
  type AttributeValue,
  excerpt,
  type Fragment,
  type Relation,
  type Span,
  sameValue,
} from "@/lib/domain/span";
import { ArticleText, type Block, type Range } from "@/lib/domain/text";
import type { Emphasis, Highlight } from "@/lib/editor/label-drawing";
import {
  addRelation,
  addSpan,
  type EdgeStep,
  type Edit,
  moveEdge,
  relabel,
  removeSpan,
  setAttribute,
  setFragments,
} from "./edits";
import { highlightOf } from "./label-appearance";
import { Layers, OWN_SET } from "./layers";
import { aimAnnouncement, type Link, Linker, type Linking } from "./linking";
import { neighbourOf, shortestFirst } from "./next-range";
import type { LostChange, Notice } from "./notices";
import { type Announcement, type Notifier, Telling } from "./telling";
import { addedWords, readable, type Standing, spanAnnouncement, unchangeable } from "./wording";
import type { Outcome, ReadOnlySet, WorkingSet } from "./working-set";

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
  /** What the reviewer is told, and is to be told. */
  readonly told: Telling;
  readonly #layers: Layers;
  readonly #listeners = new Set<() => void>();
  #selected: string | null = null;
  /** The span that was labelled last, as it was then or when it was removed. */
  #labelled: Span | null = null;
  #linking: Linking | null = null;
  #lastLink: Relation | null = null;
  readonly #linker: Linker;
  #allRelations = false;
  #sticky: string | null = null;
  #copying = false;
  /** Counts the gestures that move edges. */
  #moves = 0;
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
    this.#layers = new Layers(ownSet, article.readOnlySets);
    this.told = new Telling(notifier, ownSet, this.#layers.other);
    this.#linker = new Linker(article.scheme, () => this.segmentation);
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

  /** The shown set, for look-ups by id. */
  get set(): Annotations {
    return this.#layers.set;
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
    if (span) this.told.say(spanAnnouncement(this.set, span));
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
      this.told.say(by === 1 ? "No span after this one" : "No span before this one");
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
      this.told.notice(`No span ${where} this place has an attribute without a value.`);
      return null;
    }
    this.select(next.id);
    return next.id;
  }

  /**
   * Gives an attribute of a span or a relation a value, a text without the space around it; null, or a text in which
   * nothing can be seen, takes the value away. What is gone in the meantime is told of.
   *
   * @param id of the span or the relation
   */
  setAttribute(id: string, name: string, value: AttributeValue | null, gesture?: string): boolean {
    const tidy = typeof value !== "string" ? value : isBlank(value) ? null : value.trim();
    const { spans, relations } = this.set;
    const holder = spans.get(id) ?? relations.get(id);
    if (holder && sameValue(tidy, holder.attributes[name] ?? null)) return true;
    if (!holder) this.told.notice(`“${tidy ?? ""}” was not kept: what it is about is gone.`);
    return (
      holder !== undefined &&
      this.perform(setAttribute(holder, name, tidy), gesture === undefined ? {} : { gesture })
    );
  }

  /** The link that the selected span most likely lacks; null if there is none. */
  likelyLink(): Link | null {
    const made = this.selectedSpan;
    return made && this.#linker.likely(made, this.set);
  }

  /** The relation that was made last, as it was then; null before a first one. */
  get lastLink(): Relation | null {
    return this.#lastLink;
  }

  /** Makes a link, if that is still to be made. */
  link(link: Link): boolean {
    const id = uuid();
    const [from, to] = [this.#spanOf(link.from), this.#spanOf(link.to)];
    if (!from || !to || !this.#perform(addRelation(id, link))) return false;
    this.#lastLink = this.set.relations.get(id) ?? null;
    this.told.say(`Linked: ${readable(link.rule.name)}`);
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
      if (this.ownSet && this.#layers.shown !== OWN_SET) this.show(OWN_SET);
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
        if (added) {
          const { notice, spoken } = addedWords(this.set, added);
          if (notice !== null) this.told.notice(notice);
          this.told.say(spoken);
        }
        this.#emit();
        return true;
      }
      this.#selected = before;
      this.#emit();
      return false;
    }
    if (!this.mayChange()) return false;
    if (!span) {
      this.told.notice("Select some text first, or a span to give it this label.");
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
      this.told.notice(
        `${lost === 1 ? "One relation does" : `${lost} relations do`} not fit ${withArticle(readable(label))} and went with the old label. Undo brings back both.`,
      );
    }
    this.told.say(`Now ${readable(label)}`);
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
      this.told.notice("Nothing to repeat yet.");
    }
    return false;
  }

  /** Has each selection labelled as it ends from now on; with null, or the same label again, no more. */
  stick(label: string | null): void {
    const sticky = label === this.#sticky ? null : label;
    if (sticky !== null && !this.mayChange()) return;
    if (sticky === this.#sticky) return;
    this.#sticky = sticky;
    this.told.say(
      sticky === null
        ? "Selections are no longer labelled as they end"
        : `Each selection becomes ${withArticle(readable(sticky))}. Escape ends that.`,
    );
    this.#emit();
  }

  /** Removes the selected span and its relations. */
  remove(): boolean {
    const span = this.selectedSpan;
    if (!span) return false;
    if (!this.#perform(removeSpan(this.set, span.id))) return false;
    if (this.#labelled?.id === span.id) this.#labelled = span;
    this.#selected = null;
    this.#linking = null;
    this.told.say(`Removed ${readable(span.label)}`);
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
    return fragments !== null && this.moveTo(fragments, { edge: step.edge, goesOn });
  }

  /** Gives the selected span the fragments that it has once an edge has moved; see {@link move}. */
  moveTo(
    fragments: readonly Fragment[],
    { edge, goesOn }: { edge: "start" | "end"; goesOn: boolean },
  ): boolean {
    const span = this.selectedSpan;
    if (!span) return false;
    // Stryker disable next-line AssignmentOperator: any number that no gesture had before
    if (!goesOn) this.#moves += 1;
    const gesture = `move ${this.#moves} of ${edge} of ${span.id}`;
    if (!this.#perform(setFragments(this.text, span, fragments), { gesture })) return false;
    if (goesOn) this.told.unsay();
    // Stryker disable next-line OptionalChaining: what was performed leaves the span there
    this.told.say(this.selectedSpan?.quote ?? "");
    this.#emit();
    return true;
  }

  /** Gives the selected span other fragments; those that overlap or touch become one. */
  reshape(fragments: readonly Fragment[]): boolean {
    const span = this.selectedSpan;
    if (!span || !this.#perform(setFragments(this.text, span, fragments))) return false;
    // Stryker disable next-line OptionalChaining: what was performed leaves the span there
    this.told.say(this.selectedSpan?.quote ?? "");
    this.#emit();
    return true;
  }

  /** Has a screen reader say something. */
  announce(words: string): void {
    this.told.say(words);
    this.#emit();
  }

  /** Whether the shown set can be changed here and now; where not, the reviewer is told why. */
  mayChange(): boolean {
    const reason = unchangeable(this.standing);
    if (reason === null) return true;
    this.told.problem(reason);
    this.told.say(reason);
    this.#emit();
    return false;
  }

  /** What may be done with the shown set here and now. */
  get standing(): Standing {
    return this.#layers.standing;
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
    const { ownSet } = this;
    if (!ownSet) return { ok: false, reason: unchangeable("reader") };
    return this.told.finishing(() => ownSet[how]());
  }

  /** The reviewer has seen these changes, which could not be kept, and lets them go. */
  dismiss(lost: readonly LostChange[]): void {
    for (const { id } of lost) this.ownSet?.dismiss(id);
  }

  /** The reviewer has seen a notice: it is gone until what it tells is over and comes again. */
  dismissNotice(kind: Notice["kind"]): void {
    this.told.dismiss(kind);
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
      this.told.notice(
        `Select a span first, by a click${this.told.orWith("next")}. ${this.told.keyOf("link") ?? "The list of commands"} then links it with another one.`,
      );
      return;
    }
    const [likeliest] = this.#linker.targets(span, this.#layers.shownSet);
    if (!likeliest) {
      this.told.notice(
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
    const next = linking && this.#linker.next(linking, by, unit, this.#layers.shownSet);
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
    if (!ownSet || this.#layers.shown === OWN_SET || this.#copying) return;
    const source = this.#layers.shown;
    const copied = this.#layers.shownSet;
    this.#copying = true;
    this.#emit();
    try {
      const loaded = await import("./copying").catch(() => null);
      if (loaded === null) {
        this.told.problem("Nothing was copied: the network does not answer. Try it again.");
        return;
      }
      const { changes, words, leftOut } = await loaded.copyLayer(
        ownSet.current,
        copied,
        (edit, leaveOut) =>
          this.#act(() => ownSet.performLarge(edit, { independent: true, leaveOut })),
      );
      this.told.leftOut(leftOut === null ? null : `${words} ${leftOut}`);
      if (leftOut === null) this.told.notice(words);
      if (changes.length > 0 && this.#layers.shown === source) this.#show(OWN_SET);
    } catch (error) {
      this.#explain(error);
    } finally {
      this.#copying = false;
      this.#emit();
    }
  }

  #show(set: string): void {
    this.#layers.show(set);
    this.#selected = null;
    this.#linking = null;
  }

  #aim(from: Span, target: Span, { begins = false } = {}): void {
    const aimed = this.#linker.aim(from, target, this.#layers.shownSet);
    if (!aimed) {
      this.told.notice("The scheme has no further relation between these two spans.");
      return;
    }
    this.#linking = aimed;
    const words = aimAnnouncement(aimed, this.set);
    const on = this.told.keyOf("link") ?? "Arrow right";
    const how =
      aimed.targets > 1 ? `. ${on} goes to the next one, Escape cancels.` : ". Escape cancels.";
    this.told.say(begins ? `Linking. ${words}${how}` : words);
    this.#emit();
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
      this.#layers.show(OWN_SET);
      this.told.leftOut(null); // it may be what was copied that goes
      const spans = changes.filter((change) => change.kind === "span");
      const back = spans.findLast(({ after }) => after !== null)?.after;
      this.#selected = back?.id ?? null;
      this.#linking = null;
      this.told.say(how === "undo" ? "Undone" : "Done again");
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
    this.told.problem(words);
    this.told.say(words);
    this.#emit();
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
    this.told.notice(words);
    this.told.say(words);
  }

  #emit(): void {
    this.#leaveGone();
    this.told.look(this.#layers.other);
    this.#state = this.#currentState();
    for (const listener of [...this.#listeners]) listener();
  }

  #currentState(): AnnotatorState {
    const { spans, relations } = this.#layers.shownSet;
    return {
      shown: this.#layers.shown,
      spans,
      relations,
      selected: this.#selected,
      linking: this.#linking,
      allRelations: this.#allRelations,
      sticky: this.standing === "writable" ? this.#sticky : null,
      writable: this.standing === "writable",
      copying: this.#copying,
      notices: this.told.notices,
      announcements: this.told.announcements,
    };
  }
}
