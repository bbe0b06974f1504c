import { capitalised, withArticle } from "@/lib/domain/grammar";
import { inTextOrder } from "@/lib/domain/range-set";
import type { Unit } from "@/lib/domain/segmentation";
import { hull, type Span } from "@/lib/domain/span";
import type { Range } from "@/lib/domain/text";
import { actionOf, type Edge, type TextActionId } from "./actions";
import { AttributeStrip, isTyped, type StripState } from "./attribute-strip";
import type { AnnotatorController } from "./controller";
import { type EdgeStep, steppedEdge } from "./edits";
import { type Command, goesOnWhileHeld } from "./keymap";
import { OWN_SET } from "./layers";
import { targetSteps } from "./linking";
import { isTouched, nextRange } from "./next-range";
import type { Reworking, Subject } from "./reworking";
import { readable, setName } from "./wording";

/** What commands ask of the shown text. Offsets are code points. */
export type TextView = {
  /** What is selected, as the reader selected it; null for a mere caret. */
  selected(): Range | null;
  /**
   * What is selected as a span is to cover it: whole words, a range for each paragraph, but just what is
   * selected where that was selected exactly. Empty without a letter or digit.
   */
  pieces(): readonly Range[];
  caret(): number;
  /**
   * Selects a range of the text, the caret at its end, and scrolls there if it is out of sight.
   *
   * @param how exact if a span is to cover just that, over however many paragraphs
   */
  select(range: Range, how?: { readonly exact: boolean }): void;
  /** Takes the selection back to a caret at its end. */
  collapse(): void;
  /** Does what may draw on the selected text; if it draws, the selection collapses with it. */
  drawing<T>(work: () => T): T;
  /** Takes the focus. */
  focus(): void;
  /** Puts the caret there and scrolls there if it is out of sight. */
  reveal(offset: number): void;
  /** Puts the caret there, and scrolls nowhere. */
  putCaret(offset: number): void;
  /** Scrolls there if it is out of sight, and leaves the caret where it is. */
  show(offset: number): void;
  /** Which way the words at an offset run. */
  directionAt(offset: number): "ltr" | "rtl";
};

/** Where the next of something is, from what is selected or a caret; null where there is none. */
export type Walk = { readonly next: (from: Range, by: -1 | 1) => Range | null };

/** A key press, as far as what waits for an answer is concerned. */
export type PressedKey = {
  /** What it may be bound as. */
  readonly chords: readonly string[];
  /** What it writes; null where it writes nothing, "" where an input method will tell. */
  readonly character: string | null;
  /** Whether it is on a button or a link, which Enter presses. */
  readonly onControl: boolean;
  /** Whether it has been held down since it was used first. */
  readonly repeat: boolean;
  /** Whether keys that write do something by themselves. */
  readonly single: boolean;
};

/** What the page itself does on a key. */
export type PageCommands = {
  /** The cues of reported speech in the article; null where what knows them cannot be fetched now. */
  readonly cues: () => Promise<Walk | null>;
  /** Null where it cannot be fetched now. */
  readonly reworking: () => Promise<Reworking | null>;
  /** Opens the search in the article, or goes to its field. */
  readonly find: () => void;
  /** Goes to another hit of what was looked for, or asks what that is. */
  readonly findNext: (by: -1 | 1) => void;
  /** Asks why the article is to be skipped, or needs a second look. */
  readonly setAside: (how: "skip" | "flag") => void;
  /** Submits the reviewer's own set. */
  readonly submit: () => void;
  /** Asks whether a span over so many paragraphs is meant; the answer may be no. */
  readonly askIfLong: (paragraphs: number, answered: (isMeant: boolean) => void) => void;
  /** Asks whether there really is nothing to mark, and submits then. */
  readonly askIfNothing: () => void;
  /** Goes to the next article. */
  readonly next: () => void;
  readonly help: () => void;
  /** Shows the guidelines beside the text, or hides them. */
  readonly guidelines: () => void;
  /** Goes to the practice article. */
  readonly practise: () => void;
  /** Opens the list of all commands. */
  readonly palette: () => void;
  /** Opens the list of all labels. */
  readonly pickLabel: () => void;
  /** Shows where the words of the selected span are besides. */
  readonly occurrences: () => void;
};

/**
 * How long a press beside all spans waits before it deselects, in milliseconds: a second one makes
 * it a word selected, which may be meant for the selected span.
 */
const DOUBLE_CLICK = 300;

/** A span over more paragraphs than these is asked about: mostly the hand slipped. */
const MOST_UNASKED = 2;

function isModifier(chord: string): boolean {
  return /(?:^|\+)(?:Shift|Control|Alt|AltGraph|Meta|CapsLock|NumLock|Fn)$/.test(chord);
}

/** What a reviewer does with the selected text and by keys, by whatever means it is asked for. */
export class AnnotatorCommands {
  readonly strip: AttributeStrip;
  readonly #annotator: AnnotatorController;
  readonly #view: () => TextView;
  readonly #page: PageCommands;
  /** A press beside all spans that waits, and what was selected then; null while none does. */
  #beside: {
    readonly selected: string | null;
    readonly timer: ReturnType<typeof setTimeout>;
  } | null = null;

  /** The steps from cue to cue that wait until somebody knows the cues; null while none do. */
  #cueSteps: (-1 | 1)[] | null = null;

  constructor(annotator: AnnotatorController, text: () => TextView, page: PageCommands) {
    this.#annotator = annotator;
    this.#view = text;
    this.#page = page;
    this.strip = new AttributeStrip(annotator, ({ fragments }) => {
      this.#text.putCaret(hull(fragments).end);
      this.#text.focus();
    });
  }

  get #text(): TextView {
    return this.#view();
  }

  /** Labels the selected text, or where none is selected the selected span. */
  label(label: string): void {
    this.#onSelected((ranges) => this.#annotator.label(label, ranges));
  }

  /** A gesture of selecting has come to its end: the text gets the label that sticks. False without either. */
  selectionEnded(): boolean {
    const { sticky, linking } = this.#annotator.state();
    if (sticky === null || linking !== null || !this.#text.selected()) return false;
    this.label(sticky);
    return true;
  }

  #occurrences(): void {
    const annotator = this.#annotator;
    if (!annotator.mayChange()) return;
    if (annotator.selectedSpan === null)
      annotator.told.notice("Select a span first, whose words are to be labelled everywhere.");
    else this.#page.occurrences();
  }

  /** The spans on the selected text, in text order; none for a mere caret. */
  #spansSelected(): Span[] {
    const selected = this.#text.selected();
    return selected ? this.#annotator.set.overlapping([selected]).sort(inTextOrder) : [];
  }

  /** Labels that as the last time, with the same attributes. */
  repeat(): void {
    this.#onSelected((ranges) => this.#annotator.repeat(ranges), { asks: false });
  }

  /**
   * @param label gets the selected text as spans may cover it, or null where none is selected
   * @param how whether the attributes of what it has labelled are asked for
   */
  #onSelected(
    label: (ranges: readonly Range[] | null) => boolean,
    how: { readonly asks?: boolean } = {},
  ): void {
    const work = (ranges: readonly Range[] | null) => {
      const isLabelled = label(ranges);
      // While a label sticks, the next selection is about to be labelled.
      if (isLabelled && this.#annotator.state().sticky === null) this.strip.labelled(how);
      return isLabelled;
    };
    const ranges = this.#text.pieces();
    if (ranges.length > 0) this.#onPieces(ranges, () => work(ranges));
    else if (!this.#text.selected()) work(null);
    else if (this.#annotator.mayChange()) {
      this.#annotator.told.notice("A span covers at least one letter or digit.");
    }
  }

  /** Opens the strip at the selected span, so that any of its attributes can be changed. */
  askAttributes(): void {
    if (!this.#annotator.mayChange()) return;
    const span = this.#annotator.selectedSpan;
    if (!span)
      this.#annotator.told.notice(
        `Select a span first, by a click${this.#annotator.told.orWith("next")}.`,
      );
    else if (!this.strip.open()) {
      this.#annotator.told.notice(
        `${capitalised(withArticle(readable(span.label)))} has no attributes.`,
      );
    }
  }

  /** Goes to the next or previous span that has an attribute without a value, and asks for it. */
  stepUnset(by: -1 | 1): void {
    if (!this.#annotator.mayChange()) return;
    const id = this.#annotator.stepUnset(by, this.#text.caret());
    if (id === null) return;
    this.reveal(id);
    this.strip.open();
  }

  /** Does what makes a span of the selected text; asks first where that goes over many paragraphs. */
  #onPieces(pieces: readonly Range[], work: () => boolean): void {
    const selected = this.#text.selected();
    if (pieces.length <= MOST_UNASKED) {
      this.#text.drawing(work);
      return;
    }
    if (!this.#annotator.mayChange()) return;
    this.#page.askIfLong(pieces.length, (isMeant) => {
      // What was selected went with the focus.
      this.#text.focus();
      if (selected) this.#text.select(selected);
      if (isMeant) this.#text.drawing(work);
    });
  }

  /**
   * A press in the text, on the spans that lie over each other there; see
   * {@link AnnotatorController.press}. Beside all spans it deselects a moment later, unless it turns
   * out to be half of a double press, or another span has been selected in the meantime.
   *
   * @param ids null for a press that has selected text
   */
  press(ids: readonly string[] | null): void {
    clearTimeout(this.#beside?.timer);
    this.#beside = null;
    if (ids === null) return;
    if (ids.length > 0) this.#annotator.press(ids);
    else {
      const { selected } = this.#annotator.state();
      this.#beside = { selected, timer: setTimeout(() => this.#deselect(), DOUBLE_CLICK) };
    }
  }

  /**
   * Submits the reviewer's own set if that is what is shown: nobody vouches for what they do not see.
   * Asks first where nothing is marked.
   */
  submit(): void {
    const { ownSet, readOnlySets } = this.#annotator;
    const { shown, spans } = this.#annotator.state();
    if (!ownSet) {
      this.#annotator.mayChange(); // says why not
      return;
    }
    if (shown !== OWN_SET) {
      const other = readOnlySets.find(({ id }) => id === shown);
      const name = other ? setName(other) : "another layer";
      this.#annotator.told.notice(`Nothing was submitted: you are looking at ${name}.`, {
        label: "Show mine",
        onClick: () => this.#annotator.show(OWN_SET),
      });
      return;
    }
    ownSet.begin();
    if (spans.length === 0) this.#page.askIfNothing();
    else this.#page.submit();
  }

  /** Skips the article or flags it for a second look, once the reviewer has said why. */
  setAside(how: "skip" | "flag"): void {
    const { ownSet } = this.#annotator;
    if (!ownSet)
      this.#annotator.mayChange(); // says why not
    else if (how === "skip" && ownSet.view().submittedAt !== null) {
      this.#annotator.told.notice("What is submitted cannot be skipped. Reopen it first.");
    } else this.#page.setAside(how);
  }

  /** Makes the selected text the boundaries of the selected span. */
  setBoundaries(): void {
    void this.#rework(({ setBoundaries }, subject) => setBoundaries(this.#annotator, subject));
  }

  /** Adds the selected text to the selected span. */
  addFragment(): void {
    void this.#rework(({ addFragment }, subject) => addFragment(this.#annotator, subject));
  }

  /** Brings a span into view, with the caret at its start; null or an unknown one does nothing. */
  reveal(id: string | null): void {
    // Stryker disable next-line ConditionalExpression: no span has null for its id
    const span = id === null ? undefined : this.#annotator.set.spans.get(id);
    if (span) this.#text.reveal(hull(span.fragments).start);
  }

  /** Brings a place into view, with the caret there. */
  revealAt(offset: number): void {
    this.#text.reveal(offset);
  }

  /**
   * Selects the next or previous cue of reported speech, from what is selected or the caret. What knows the
   * cues may have to be fetched: further steps wait with the first, and whoever has gone on to something
   * else by then stays there.
   */
  async selectCue(by: -1 | 1): Promise<void> {
    if (this.#cueSteps) {
      this.#cueSteps.push(by);
      return;
    }
    const steps = [by];
    this.#cueSteps = steps;
    const before = this.#whereabouts();
    const cues = await this.#page.cues();
    if (this.#cueSteps !== steps) return;
    this.#cueSteps = null;
    if (this.#whereabouts() !== before) return;
    if (!cues) {
      this.#annotator.told.notice("You are offline, and this is not loaded yet.");
      return;
    }
    for (const step of steps) {
      const found = cues.next(this.#here(), step);
      this.#selectFound(
        found,
        `No cue of reported speech ${step === 1 ? "after" : "before"} this.`,
      );
    }
  }

  /** Does that once it is known how, to what was selected when it was asked for. */
  async #rework(work: (how: Reworking, subject: Subject) => void): Promise<void> {
    const before = this.#whereabouts();
    const subject = {
      span: this.#annotator.selectedSpan?.id ?? null,
      chosen: this.#spansSelected(),
      pieces: this.#text.pieces(),
      caret: this.#text.caret(),
      make: (pieces: readonly Range[], draw: () => boolean) => {
        // What is selected by then is not what is drawn on.
        if (pieces.length > MOST_UNASKED || this.#whereabouts() === before)
          this.#onPieces(pieces, draw);
        else draw();
      },
    };
    const how = await this.#page.reworking();
    if (how) work(how, subject);
    else {
      this.#annotator.told.notice("You are offline, and this is not loaded yet.");
    }
  }

  /** Says something else as soon as the reviewer is at another place, or has changed something. */
  #whereabouts(): string {
    const { selected, spans, linking } = this.#annotator.state();
    const { start, end } = this.#here();
    return [start, end, selected, spans.length, linking?.target].join(" ");
  }

  /** Selects the next or previous sentence that no shown span touches, from what is selected or the caret. */
  selectUnmarked(by: -1 | 1): void {
    const { segmentation } = this.#annotator;
    const { spans } = this.#annotator.state();
    const isUnmarked = (sentence: Range) => !isTouched(sentence, spans);
    const found = nextRange(segmentation.sentences, this.#here(), by, isUnmarked);
    const words = found && segmentation.snap(found);
    this.#selectFound(words, `No ${by === 1 ? "further" : "earlier"} sentence without a span.`);
  }

  #selectFound(found: Range | null, otherwise: string): void {
    if (found) {
      this.#text.focus();
      this.#text.select(found);
    } else this.#annotator.told.notice(otherwise);
  }

  /** What is selected, or an empty range at the caret. */
  #here(): Range {
    const caret = this.#text.caret();
    return this.#text.selected() ?? { start: caret, end: caret };
  }

  /** Takes the focus back into the text. */
  focusText(): void {
    this.#text.focus();
  }

  /** Goes to the next or previous span, from the caret where none is selected; while linking, target. */
  step(by: -1 | 1): void {
    if (this.#annotator.state().linking) this.#stepTarget(by);
    else this.reveal(this.#annotator.step(by, this.#text.caret()));
  }

  /** Begins a relation at the selected span; the caret stays where it is. */
  link(): void {
    this.#annotator.startLinking();
    this.#showTarget();
  }

  #stepTarget(by: -1 | 1, unit: "target" | "paragraph" = "target"): void {
    this.#annotator.stepTarget(by, unit);
    this.#showTarget();
  }

  #showTarget(): void {
    const { linking } = this.#annotator.state();
    if (linking) this.#show(linking.target);
  }

  #show(id: string): void {
    const span = this.#annotator.set.spans.get(id);
    if (span) this.#text.show(hull(span.fragments).start);
  }

  /** Ends the linking, by making the link or without, and brings what it began at back into view. */
  #endLinking(how: "link" | "leave"): boolean {
    const { linking } = this.#annotator.state();
    const isEnded = how === "link" ? this.#annotator.confirmLink() : this.#annotator.cancel();
    if (isEnded && linking) this.#show(linking.from);
    return isEnded;
  }

  /**
   * Carries out what a key means only while something waits for an answer, a link or the strip,
   * whatever it means otherwise.
   *
   * @returns "field" for one that the strip's field is to get, which has the focus now
   */
  answer(key: PressedKey): "used" | "field" | null {
    if (this.#annotator.state().linking) {
      const step = key.chords.map((chord) => targetSteps[chord]).find((one) => one !== undefined);
      if (step === undefined) return null;
      this.#stepTarget(...step);
      return "used";
    }
    const state = this.strip.state();
    if (state === null) return null;
    // It is the next span that is meant.
    if (this.#text.selected()) {
      this.strip.close();
      return null;
    }
    return this.#answerStrip(state, key);
  }

  #answerStrip(
    { offer, asked }: StripState,
    { chords, character, onControl, repeat, single }: PressedKey,
  ): "used" | "field" | null {
    const { strip } = this;
    const [chord = ""] = chords;
    if (/^(?:Shift\+)?Enter$/.test(chord)) {
      if (onControl) return null;
      if (repeat) return "used";
      if (chord === "Shift+Enter") strip.back();
      else if (offer) strip.takeOffer();
      else strip.enter();
      return "used";
    }
    const digit = chords.find((one) => /^[1-9]$/.test(one));
    if (single && asked && !isTyped(asked.rule) && digit !== undefined) {
      if (!repeat) strip.choose(Number(digit));
      return "used";
    }
    // A space at the beginning is for the page, which it scrolls, or for the button it is on.
    const isTyping = character !== null && (character !== " " || (strip.isTyping && !onControl));
    if (single && asked && isTyped(asked.rule) && isTyping) {
      strip.leaveOffer();
      if (strip.focusField()) return "field";
      strip.type(character);
      return "used";
    }
    if (asked && isTyped(asked.rule) && offer && /^Arrow(?:Down|Up)$/.test(chord)) {
      // To the values of the field, which would have the focus without the offer.
      strip.leaveOffer();
      strip.focusField();
      return "used";
    }
    if (asked && isTyped(asked.rule) && !offer && /^(?:Backspace|Delete)$/.test(chord)) {
      // The field is about to be there: it is no span that is to go.
      if (!strip.focusField()) strip.untype();
      return "used";
    }
    if (chords.length > 0 && !isModifier(chord)) strip.leaveOffer();
    return null;
  }

  /**
   * Carries out what a key means.
   *
   * @param inText whether the focus is in the text
   * @param repeat whether the key has been held down since it did this first
   * @returns whether the key has been used; one that has not is the browser's
   */
  run(command: Command, { inText, repeat }: { inText: boolean; repeat: boolean }): boolean {
    const annotator = this.#annotator;
    // The key comes after the press, whatever that has been waiting for.
    this.#deselect();
    if (repeat && !goesOnWhileHeld(command)) {
      // Where Tab has left the text, it goes on through the page.
      return command.kind !== "cycle" || (inText && annotator.selectedSpan !== null);
    }
    const isToCue = command.kind === "next_cue" || command.kind === "previous_cue";
    if (!isToCue) this.#cueSteps = null;
    const { linking } = annotator.state();
    switch (command.kind) {
      case "label": {
        if (linking) {
          annotator.chooseLink(Number(command.key) - 1);
          return true;
        }
        const label = annotator.scheme.labels.find(({ key }) => key === command.key);
        if (!label) return false;
        this.label(label.name);
        return true;
      }
      case "stick": {
        const label = annotator.scheme.labels.find(({ key }) => key === command.key);
        if (!label) return false;
        annotator.stick(label.name);
        this.selectionEnded();
        return true;
      }
      case "repeat":
        this.repeat();
        return true;
      case "occurrences":
        this.#occurrences();
        return true;
      case "merge":
        void this.#rework(({ merge }, subject) => merge(annotator, subject));
        return true;
      case "split":
        void this.#rework(({ split }, subject) => split(annotator, subject));
        return true;
      case "copy_attributes":
        void this.#rework(({ takeAttributes }, subject) => takeAttributes(annotator, subject));
        return true;
      case "remove":
        // With text selected it would be the text that seems meant, which cannot be deleted.
        if (this.#text.selected()) return inText;
        return annotator.remove() || inText;
      case "boundaries":
        this.setBoundaries();
        return true;
      case "fragment":
        this.addFragment();
        return true;
      case "without":
        void this.#rework(({ removeFragment }, subject) => removeFragment(annotator, subject));
        return true;
      case "link":
        if (linking) this.#stepTarget(1);
        else this.link();
        return true;
      case "link_back":
        if (linking) this.#stepTarget(-1);
        else this.link();
        return true;
      case "attributes":
        this.askAttributes();
        return true;
      case "toggle_asking":
        this.strip.setAsking(!this.strip.asks());
        return true;
      case "next_unset":
        this.stepUnset(1);
        return true;
      case "previous_unset":
        this.stepUnset(-1);
        return true;
      case "next":
        this.step(1);
        return true;
      case "previous":
        this.step(-1);
        return true;
      case "choose":
        if (linking) {
          this.#endLinking("link");
          return true;
        }
        if (!inText) return false;
        if (!this.selectionEnded()) this.#selectAtCaret({ around: true });
        return true;
      case "cycle":
        // After the last one there, Tab leaves the text as it does everywhere.
        if (!inText || !annotator.selectedSpan) return false;
        // With text selected, it leads on to the bar that is about it; from a span to its strip.
        if (this.#text.selected() || this.strip.state()) return false;
        // Stryker disable next-line ObjectLiteral: without it, too, Tab goes no further round
        return this.#selectAtCaret({ around: false });
      case "cancel": {
        if (annotator.state().sticky !== null && linking === null) {
          annotator.stick(null);
          this.#text.focus();
          return true;
        }
        const isSelected = this.#text.selected() !== null;
        if (isSelected) this.#text.collapse();
        if (!isSelected && !linking && this.strip.state()) {
          this.strip.close();
          this.#text.focus();
          return true;
        }
        // From elsewhere it leads back to the text, and leaves the selected span for the next one.
        const isLeft = !isSelected && (inText || linking !== null) && this.#endLinking("leave");
        if (!inText) this.#text.focus();
        return isSelected || isLeft || !inText;
      }
      case "undo":
        annotator.undo();
        return true;
      case "redo":
        annotator.redo();
        return true;
      case "submit":
        if (annotator.ownSet?.view().submittedAt) this.#page.next();
        else this.submit();
        return true;
      case "guidelines":
        this.#page.guidelines();
        return true;
      case "practise":
        this.#page.practise();
        return true;
      case "palette":
        this.#page.palette();
        return true;
      case "pick_label":
        if (annotator.mayChange()) this.#page.pickLabel();
        return true;
      case "skip":
      case "flag":
        this.setAside(command.kind);
        return true;
      case "next_unmarked":
        this.selectUnmarked(1);
        return true;
      case "previous_unmarked":
        this.selectUnmarked(-1);
        return true;
      case "next_cue":
      case "previous_cue":
        // A key that is held down goes on once there is something to see of it.
        if (!repeat || !this.#cueSteps) void this.selectCue(command.kind === "next_cue" ? 1 : -1);
        return true;
      case "find":
        this.#page.find();
        return true;
      case "find_next":
        this.#page.findNext(1);
        return true;
      case "find_previous":
        this.#page.findNext(-1);
        return true;
      case "help":
        this.#page.help();
        return true;
      default:
        return this.#onText(command.kind, { inText, goesOn: repeat });
    }
  }

  #onText(id: TextActionId, how: { inText: boolean; goesOn: boolean }): boolean {
    const { edge, grow } = actionOf(id) ?? {};
    if (edge) return this.#moveEdge(edge, how);
    if (grow) this.#grow(grow, how);
    return true;
  }

  /** Selects the word, sentence or paragraph at the caret, or takes in the next one. */
  #grow(unit: Unit, { inText }: { inText: boolean }): void {
    const caret = this.#text.caret();
    const selected = this.#text.selected() ?? { start: caret, end: caret };
    const grown = this.#annotator.segmentation.grown(selected, unit);
    if (!grown) return;
    // Elsewhere nobody would see what is selected.
    if (!inText) this.#text.focus();
    this.#text.select(grown);
  }

  #moveEdge(step: Edge, { inText, goesOn }: { inText: boolean; goesOn: boolean }): boolean {
    const { edge, towards, unit } = step;
    const span = this.#annotator.selectedSpan;
    if (towards === "beginning" || towards === "end") {
      const by = towards === "end" ? 1 : -1;
      if (span && !this.#text.selected()) this.#annotator.move({ edge, by, unit }, { goesOn });
      else this.#moveSelection({ edge, by, unit }, { inText });
      return true;
    }
    if (!span) return false;
    const { start, end } = hull(span.fragments);
    const at = edge === "start" ? start : end - 1;
    const forward = this.#text.directionAt(at) === "rtl" ? "left" : "right";
    this.#annotator.move({ edge, by: towards === forward ? 1 : -1, unit }, { goesOn });
    return true;
  }

  /** Moves an edge of what is selected, or of the word at the caret. */
  #moveSelection(step: EdgeStep, { inText }: { inText: boolean }): void {
    const { text, segmentation } = this.#annotator;
    const { edge, unit } = step;
    const selected = this.#text.selected() ?? segmentation.wordAt(this.#text.caret());
    if (!selected) return;
    const at = steppedEdge(text, segmentation, selected[edge], step);
    const moved = { ...selected, [edge]: at ?? selected[edge] };
    if (!inText) this.#text.focus();
    this.#text.select(moved.start < moved.end ? moved : selected, { exact: unit === "character" });
  }

  /** Carries out the press beside all spans that waits. */
  #deselect(): void {
    if (this.#beside === null) return;
    const { selected, timer } = this.#beside;
    clearTimeout(timer);
    this.#beside = null;
    // Stryker disable next-line ArrayDeclaration: a press on what is not there is one beside all
    if (this.#annotator.state().selected === selected) this.#annotator.press([]);
  }

  /** A caret right after a span is still at it. */
  #selectAtCaret(how: { around: boolean }): boolean {
    const caret = this.#text.caret();
    return this.#annotator.selectAt(caret, how) || this.#annotator.selectAt(caret - 1, how);
  }
}
