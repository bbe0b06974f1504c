import { v7 as uuid } from "uuid";
import type { Annotations } from "@/lib/domain/operation";
import { Refusal } from "@/lib/domain/refusal";
import type { Scheme } from "@/lib/domain/scheme";
import type { Fragment, Span } from "@/lib/domain/span";
import { ArticleText, type Range } from "@/lib/domain/text";
import type { Emphasis, Highlight } from "@/lib/editor/label-drawing";
import type { SyncedSet } from "@/lib/sync/synced-set";
import type { AnnotatorState, Notifier } from "./desk-view";
import {
  addRelation,
  addSpan,
  type EdgeStep,
  type Edit,
  type Link,
  type Linking,
  linksBetween,
  moveEdge,
  relabel,
  removeSpan,
  setFragments,
} from "./edits";
import { highlightOf } from "./label-appearance";
import { copyOf, firstLayer, type Layer, layerOf } from "./layers";
import { neighbour, spansAt, spoken } from "./looking";
import type { Opened, OtherSet } from "./opened";
import { readable } from "./wording";

/**
 * What lies before the reviewer: which set is shown, what is selected, what is being linked; and
 * what each gesture does. Knows nothing of React or the editor.
 */
export class AnnotatorController {
  readonly text: ArticleText;
  readonly scheme: Scheme;
  readonly session: SyncedSet | null;
  readonly others: readonly OtherSet[];
  readonly #teller: Notifier;
  readonly #listeners = new Set<() => void>();
  readonly #layers = new Map<string, Layer>();
  #layer: string;
  #selected: string | null = null;
  #linking: Linking | null = null;
  #allRelations = false;
  #said = { words: "", serial: 0 };
  #view: AnnotatorState;

  constructor(
    opened: Pick<Opened, "version" | "scheme" | "others">,
    session: SyncedSet | null,
    teller: Notifier,
  ) {
    this.text = new ArticleText(opened.version.text);
    this.scheme = opened.scheme;
    this.session = session;
    this.others = opened.others;
    this.#teller = teller;
    this.#layer = firstLayer(opened.others, session);
    this.#view = this.#look();
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly view = (): AnnotatorState => this.#view;

  /** Follows the session; the returned function stops that. */
  start(): () => void {
    const stop = this.session?.subscribe(() => this.#emit());
    this.#emit();
    return () => stop?.();
  }

  /** The shown set, for look-ups by id. */
  get set(): Annotations {
    if (this.#layer === "mine" && this.session) return this.session.current;
    return this.#other().set;
  }

  get selected(): Span | null {
    return this.#selected === null ? null : (this.set.spans.get(this.#selected) ?? null);
  }

  highlights(): Map<string, Highlight> {
    return new Map(this.#view.spans.map((span) => [span.id, highlightOf(this.scheme, span)]));
  }

  emphasis(): Emphasis {
    const selected = this.#selected;
    const related = new Set<string>();
    if (this.#linking?.target) related.add(this.#linking.target);
    if (selected !== null && !this.#linking) {
      for (const { from, to } of this.set.relationsOf(selected)) {
        related.add(from === selected ? to : from);
      }
    }
    return { selected, related };
  }

  show(layer: string): void {
    this.#layer = layer;
    this.#selected = null;
    this.#linking = null;
    this.#emit();
  }

  select(id: string | null): void {
    if (this.#linking && id !== null && id !== this.#linking.from) {
      this.#aim(id);
      return;
    }
    if (id === this.#selected) return;
    this.#selected = id;
    this.#linking = null;
    const span = this.selected;
    if (span) this.#say(spoken(this.set, span));
    this.#emit();
  }

  /**
   * Selects the first span at a place, or the one after the selected one.
   *
   * @param around whether the first comes after the last again
   * @returns false if there is none to go on to
   */
  cycle(offset: number, { around }: { around: boolean }): boolean {
    const here = spansAt(this.#view.spans, offset);
    const at = here.findIndex(({ id }) => id === this.#selected) + 1;
    const next = around ? here[at % here.length] : here[at];
    if (!next || next.id === this.#selected) return false;
    this.select(next.id);
    return true;
  }

  /** Goes to the next or previous span in text order, from the selected one or from an offset. */
  step(by: -1 | 1, offset: number): string | null {
    const linking = this.#linking;
    const candidates = linking
      ? this.#view.spans.filter(({ id }) => this.#links(linking.from, id).length > 0)
      : this.#view.spans;
    const from = linking ? (linking.target ?? linking.from) : this.#selected;
    const current = from === null ? undefined : this.set.spans.get(from);
    // A target may lie on either side: after the last comes the first again.
    const around = linking ? candidates.at(by === 1 ? 0 : -1) : undefined;
    const next = neighbour(candidates, by, current ?? offset) ?? around;
    if (!next) {
      this.#say(by === 1 ? "No span after this one" : "No span before this one");
      this.#emit();
      return null;
    }
    this.select(next.id);
    return next.id;
  }

  /** Labels a range, or gives the selected span the label. */
  label(label: string, range: Range | null): boolean {
    const span = this.selected;
    if (range) {
      if (this.session && this.#layer !== "mine") this.show("mine");
      const id = uuid();
      const before = this.#selected;
      this.#selected = id;
      if (this.#perform(addSpan(this.text, id, label, range))) {
        this.#linking = null;
        const added = this.selected;
        if (added) this.#say(`Added: ${spoken(this.set, added)}`);
        this.#emit();
        return true;
      }
      this.#selected = before;
      this.#emit();
      return false;
    }
    if (!span) {
      this.#teller.notice("Select some text first, or a span to give it this label.");
      return false;
    }
    if (span.label === label) return true;
    const edit = relabel(this.scheme, this.set, span, label);
    if (!this.#perform(edit)) return false;
    const lost = edit.length - 1;
    if (lost > 0) {
      this.#teller.notice(
        `${lost === 1 ? "One relation does" : `${lost} relations do`} not fit a ${readable(label)} and went with the old label. Undo brings back both.`,
      );
    }
    this.#say(`Now ${readable(label)}`);
    this.#emit();
    return true;
  }

  remove(): boolean {
    const span = this.selected;
    if (!span) return false;
    if (!this.#perform(removeSpan(this.set, span.id))) return false;
    this.#selected = null;
    this.#linking = null;
    this.#say(`Removed ${readable(span.label)}`);
    this.#emit();
    return true;
  }

  move(step: EdgeStep): boolean {
    const span = this.selected;
    if (!span) return false;
    const fragments = moveEdge(this.text, span.fragments, step);
    if (!fragments) return false;
    return this.reshape(fragments);
  }

  /** Gives the selected span other fragments. */
  reshape(fragments: readonly Fragment[]): boolean {
    const span = this.selected;
    if (!span || !this.#perform(setFragments(this.text, span, fragments))) return false;
    this.#say(this.selected?.quote ?? "");
    this.#emit();
    return true;
  }

  addFragment(range: Range): boolean {
    return this.reshape([...(this.selected?.fragments ?? []), range]);
  }

  tell(message: string): void {
    this.#teller.notice(message);
  }

  /** Does what a form of the side panel asks for. */
  perform(edit: Edit): boolean {
    return this.#perform(edit);
  }

  undo(): void {
    this.#turn("undo");
  }

  redo(): void {
    this.#turn("redo");
  }

  startLinking(): void {
    const span = this.selected;
    if (!span || !this.#view.writable) return;
    const any = this.#view.spans.some(({ id }) => this.#links(span.id, id).length > 0);
    if (!any) {
      this.#teller.notice(`No span here can be linked with this ${readable(span.label)}.`);
      return;
    }
    this.#linking = { from: span.id, target: null, links: [], choice: 0 };
    this.#say("Linking. Choose the other span with N and P, or click it. Escape cancels.");
    this.#emit();
  }

  chooseLink(choice: number): void {
    if (!this.#linking?.links[choice]) return;
    this.#linking = { ...this.#linking, choice };
    this.#emit();
  }

  confirmLink(choice = this.#linking?.choice ?? 0): boolean {
    const link = this.#linking?.links[choice];
    if (!link || !this.#perform(addRelation(uuid(), link))) return false;
    this.#linking = null;
    this.#say(`Linked: ${readable(link.rule.name)}`);
    this.#emit();
    return true;
  }

  /** Steps back: from the target, from linking, from the selection. False if there is nothing. */
  cancel(): boolean {
    if (this.#linking) this.#linking = null;
    else if (this.#selected !== null) this.#selected = null;
    else return false;
    this.#emit();
    return true;
  }

  toggleRelations(): void {
    this.#allRelations = !this.#allRelations;
    this.#emit();
  }

  /** Copies the shown set into the reviewer's own, with new ids. */
  copyToMine(): void {
    if (!this.session || this.#layer === "mine") return;
    const layer = this.#other();
    const intents = copyOf(layer);
    this.show("mine");
    if (!this.#perform(intents, true)) return;
    const { size } = layer.set.relations;
    const relations = size > 0 ? ` and ${size} relations` : "";
    this.#teller.notice(`Copied ${layer.spans.length} spans${relations} to your annotation.`);
  }

  #aim(target: string): void {
    if (!this.#linking) return;
    const links = this.#links(this.#linking.from, target);
    const span = this.set.spans.get(target);
    if (links.length === 0) {
      this.#teller.notice("The scheme has no further relation between these two spans.");
      return;
    }
    this.#linking = { ...this.#linking, target, links, choice: 0 };
    const ways = links.map(({ rule }) => readable(rule.name)).join(" or ");
    this.#say(`${span ? spoken(this.set, span) : ""}. Enter links: ${ways}`);
    this.#emit();
  }

  #links(from: string, to: string): Link[] {
    const one = this.set.spans.get(from);
    const other = this.set.spans.get(to);
    return one && other ? linksBetween(this.scheme, this.set, one, other) : [];
  }

  #perform(edit: Edit, apart = false): boolean {
    if (!this.session || this.#layer !== "mine") {
      this.#teller.problem(
        this.session
          ? "This layer is read-only. Switch to your own annotation to change it."
          : "You may read this project, not annotate in it.",
      );
      return false;
    }
    try {
      this.session.perform(edit, { independent: apart });
      return true;
    } catch (error) {
      this.#explain(error);
      return false;
    }
  }

  #turn(how: "undo" | "redo"): void {
    if (!this.session) return;
    try {
      const changes = this.session[how]();
      if (changes.length === 0) return;
      this.#layer = "mine";
      const spans = changes.filter((change) => change.kind === "span");
      const back = spans.findLast(({ after }) => after !== null)?.after;
      this.#selected = back?.id ?? null;
      this.#linking = null;
      this.#say(how === "undo" ? "Undone" : "Done again");
      this.#emit();
    } catch (error) {
      this.#explain(error, how === "undo" ? "It cannot be undone any more. " : "");
    }
  }

  #explain(error: unknown, before = ""): void {
    if (!(error instanceof Refusal)) throw error;
    this.#teller.problem(before + error.message);
    this.#say(before + error.message);
    this.#emit();
  }

  #say(words: string): void {
    this.#said = { words, serial: this.#said.serial + 1 };
  }

  #other(): Layer {
    const known = this.#layers.get(this.#layer);
    if (known) return known;
    const made = layerOf(this.others.find(({ id }) => id === this.#layer));
    this.#layers.set(this.#layer, made);
    return made;
  }

  #emit(): void {
    // What another page or an undo removed cannot stay selected.
    if (this.#selected !== null && !this.set.spans.has(this.#selected)) {
      this.#selected = null;
      this.#linking = null;
    }
    const target = this.#linking?.target;
    if (target && !this.set.spans.has(target)) this.#linking = null;
    this.#view = this.#look();
    for (const listener of [...this.#listeners]) listener();
  }

  #look(): AnnotatorState {
    const mine = this.#layer === "mine" && this.session ? this.session.view() : null;
    const other = mine ? null : this.#other();
    return {
      layer: this.#layer,
      spans: mine?.spans ?? other?.spans ?? [],
      relations: mine?.relations ?? [...(other?.set.relations.values() ?? [])],
      selected: this.#selected,
      linking: this.#linking,
      allRelations: this.#allRelations,
      writable: mine !== null && mine.submittedAt === null,
      said: this.#said,
    };
  }
}
