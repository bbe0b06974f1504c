import { AnnotatorCommands, type TextView, type Walk } from "@/lib/annotator/commands";
import { AnnotatorController } from "@/lib/annotator/controller";
import type { LostChange, SavingState } from "@/lib/annotator/notices";
import type { Reworking } from "@/lib/annotator/reworking";
import * as theReworking from "@/lib/annotator/reworking";
import type { Remedy } from "@/lib/annotator/telling";
import type { Outcome, ReadOnlySet, WorkingSet } from "@/lib/annotator/working-set";
import { Annotations, type Change, type Intent, inverse } from "@/lib/domain/operation";
import { inTextOrder } from "@/lib/domain/range-set";
import { Refusal } from "@/lib/domain/refusal";
import { defaultScheme, type Scheme } from "@/lib/domain/scheme";
import type { Segmentation } from "@/lib/domain/segmentation";
import { segment } from "@/lib/domain/segmenting";
import { quoteOf, type Relation, type Span } from "@/lib/domain/span";
import { ArticleText, type Block, type Range } from "@/lib/domain/text";
import { spanRange } from "@/lib/editor/selection";

const labels = { c: "claim", d: "denial", a: "attribution" } as const;

/**
 * Reads "[c1:Tehran did it], said [a1:he]" as a text with the spans c1, a claim, and a1, an
 * attribution; `d` is a denial. Spans may lie in each other and end anywhere: "[c1:a [d1:b ]c1:c]"
 * closes c1 there. Further parts of a span have its name again.
 */
export function pictured(picture: string): { text: string; spans: Span[] } {
  let value = "";
  const open: { name: string; start: number }[] = [];
  const found = new Map<string, Range[]>();
  for (const [token, begun, ended] of picture.matchAll(/\[([cda]\d):|\](?:([cda]\d):)?|[^[\]]/gu)) {
    const at = [...value].length;
    if (begun) open.push({ name: begun, start: at });
    else if (token.startsWith("]")) {
      const index = ended ? open.findLastIndex(({ name }) => name === ended) : open.length - 1;
      const [closed] = open.splice(index, 1);
      if (!closed) throw new Error(`Nothing is open in ${picture}.`);
      found.set(closed.name, [...(found.get(closed.name) ?? []), { start: closed.start, end: at }]);
    } else value += token;
  }
  const text = new ArticleText(value);
  const spans = [...found].map(([id, fragments]): Span => {
    const label = labels[id.charAt(0) as keyof typeof labels]; // the pattern has no other letters
    return { id, label, fragments, quote: quoteOf(text, fragments), attributes: {} };
  });
  return { text: value, spans };
}

/** Reads "a1 source_of c1" as a relation of that name. */
export function related(sentence: string): Relation {
  const [from = "", type = "", to = ""] = sentence.split(" ");
  return { id: sentence, type, from, to, attributes: {} };
}

/** A reviewer's own set that nobody else works on and that is saved nowhere. */
export class UnsavedSet implements WorkingSet {
  readonly current: Annotations;
  readonly #text: ArticleText;
  readonly #scheme: Scheme;
  readonly #listeners = new Set<() => void>();
  #done: Change[][] = [];
  #undone: Change[][] = [];
  submittedAt: string | null = null;
  saving: SavingState = {
    state: "saved",
    unsent: 0,
    stored: true,
    storable: true,
    reason: null,
  };
  lost: readonly LostChange[] = [];
  forgotten: readonly unknown[] = [];
  unreadable: readonly unknown[] = [];

  constructor(
    text: string,
    spans: readonly Span[],
    relations: readonly Relation[],
    scheme: Scheme = defaultScheme,
  ) {
    this.#text = new ArticleText(text);
    this.#scheme = scheme;
    this.current = new Annotations({ spans, relations, note: "" });
  }

  #spans: readonly Span[] = [];

  /** The list of spans is the same one as long as none of them is another, as that of a saved set is. */
  #listed(): readonly Span[] {
    const now = [...this.current.spans.values()].sort(inTextOrder);
    const isSame =
      now.length === this.#spans.length && now.every((span, at) => span === this.#spans[at]);
    if (!isSame) this.#spans = now;
    return this.#spans;
  }

  readonly view = () => ({
    spans: this.#listed(),
    relations: [...this.current.relations.values()],
    submittedAt: this.submittedAt,
    saving: this.saving,
    lost: this.lost,
    forgotten: this.forgotten,
    unreadable: this.unreadable,
  });

  readonly subscribe = (listener: () => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Here it begins with nothing. */
  begin(): void {}

  /** Whether each step was allowed to be kept in part. */
  readonly asked: boolean[] = [];
  #gesture: string | undefined;

  perform(
    intents: readonly Intent[],
    { independent = false, gesture }: { independent?: boolean; gesture?: string | undefined } = {},
  ): readonly Change[] {
    this.asked.push(independent);
    const changes = this.#do(intents);
    const goesOn = gesture !== undefined && gesture === this.#gesture;
    const before = goesOn ? (this.#done.pop() ?? []) : [];
    this.#done.push([...before, ...changes]);
    this.#gesture = gesture;
    this.#undone = [];
    this.#emit();
    return changes;
  }

  async performLarge(
    intents: readonly Intent[],
    {
      independent = false,
      leaveOut,
    }: { independent?: boolean; leaveOut?: (intent: Intent, reason: Refusal) => void } = {},
  ): Promise<readonly Change[]> {
    if (!leaveOut) return this.perform(intents, { independent });
    const rehearsal = this.current.copy();
    const kept = intents.filter((intent) => {
      try {
        return rehearsal.apply(intent, { text: this.#text, scheme: this.#scheme });
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        leaveOut(intent, error);
        return false;
      }
    });
    return this.perform(kept, { independent });
  }

  undo(): readonly Change[] {
    return this.#turn(this.#done, this.#undone);
  }

  redo(): readonly Change[] {
    return this.#turn(this.#undone, this.#done);
  }

  /** As when another page or device has done it: no step of undo here. */
  happen(...intents: Intent[]): void {
    this.#do(intents);
    this.#emit();
  }

  /** As when saving has come to this. */
  become(
    state: Partial<
      Pick<UnsavedSet, "saving" | "lost" | "forgotten" | "unreadable" | "submittedAt">
    >,
  ): void {
    Object.assign(this, state);
    this.#emit();
  }

  async submit(): Promise<Outcome> {
    this.become({ submittedAt: "2024-07-30T14:35:34.000Z" });
    return { ok: true };
  }

  async reopen(): Promise<Outcome> {
    this.become({ submittedAt: null });
    return { ok: true };
  }

  dismiss(id: string): void {
    this.become({ lost: this.lost.filter((one) => one.id !== id) });
  }

  #do(intents: readonly Intent[]): Change[] {
    if (this.submittedAt !== null) throw new Refusal("conflict", "This annotation is submitted.");
    return intents.map((intent) =>
      this.current.apply(intent, { text: this.#text, scheme: this.#scheme }),
    );
  }

  #turn(from: Change[][], to: Change[][]): readonly Change[] {
    const step = from.pop();
    if (!step) return [];
    const changes = this.#do(step.toReversed().map(inverse));
    to.push(changes);
    this.#emit();
    return changes;
  }

  #emit(): void {
    for (const listener of this.#listeners) listener();
  }
}

function paragraphsOf(value: string): Block[] {
  const text = new ArticleText(value);
  return [...value.matchAll(/\S(?:.*\S)?/g)].map(({ 0: words, index }) => ({
    kind: "paragraph",
    start: text.fromUtf16(index),
    end: text.fromUtf16(index + words.length),
  }));
}

/** As the server sends it. */
export function segmentationOf(value: string, blocks: readonly Block[]): string {
  return Buffer.from(segment(new ArticleText(value), blocks, null)).toString("base64");
}

export type PageOptions = {
  /** The reviewer's own relations, as {@link related} reads them. */
  readonly relations?: readonly string[];
  readonly readOnlySets?: readonly ReadOnlySet[];
  /** For those who may only read. */
  readonly reader?: boolean;
  /** What the page takes for the scheme; the set is judged by the default one unless `judged` is another. */
  readonly scheme?: Scheme;
  readonly judged?: Scheme;
  /** The cues of the text; null where they cannot be fetched. */
  readonly cues?: Walk | null | Promise<Walk | null>;
  /** What merges and splits; null where it cannot be fetched. */
  readonly reworking?: Reworking | null | Promise<Reworking | null>;
};

/**
 * An annotate page on the picture of a text with the reviewer's own spans; each line of it
 * is a paragraph.
 */
export function aPage(
  picture: string,
  {
    relations = [],
    readOnlySets = [],
    reader = false,
    scheme = defaultScheme,
    judged = defaultScheme,
    cues = null,
    reworking = theReworking,
  }: PageOptions = {},
) {
  const { text, spans } = pictured(picture);
  const blocks = paragraphsOf(text);
  const own = reader ? null : new UnsavedSet(text, spans, relations.map(related), judged);
  const problems: string[] = [];
  const notices: string[] = [];
  const remedies: Remedy[] = [];
  const segmentation = segmentationOf(text, blocks);
  const article = { text, blocks, segmentation, scheme, readOnlySets };
  const annotator = new AnnotatorController(article, own, {
    problem: (message) => problems.push(message),
    notice: (message, remedy) => {
      notices.push(message);
      if (remedy) remedies.push(remedy);
    },
  });
  const stop = annotator.start();
  const view = new SelectedText(annotator.text, annotator.segmentation);
  const page: string[] = [];
  let answer: (isMeant: boolean) => void = () => {};
  const commands = new AnnotatorCommands(annotator, () => view, {
    submit: () => page.push("submit"),
    askIfNothing: () => page.push("ask if nothing"),
    askIfLong: (paragraphs, answered) => {
      page.push(`ask about ${paragraphs}`);
      answer = answered;
    },
    next: () => page.push("next"),
    help: () => page.push("help"),
    palette: () => page.push("palette"),
    guidelines: () => page.push("guidelines"),
    practise: () => page.push("practise"),
    pickLabel: () => page.push("pick label"),
    cues: async () => cues,
    reworking: async () => reworking,
    find: () => page.push("find"),
    setAside: (how) => page.push(how),
    findNext: (by) => page.push(`find ${by}`),
    occurrences: () => page.push("occurrences"),
  });
  return {
    annotator,
    commands,
    view,
    stop,
    problems,
    notices,
    /** What was offered with the notices. */
    remedies,
    page,
    /** Resolves once what was fetched for a command has been used. */
    fetched: async () => {
      await reworking;
      for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
    },
    /** Answers what was asked last. */
    answer: (isMeant: boolean) => answer(isMeant),
    /** The reviewer's own set; for pages that have one. */
    get own(): UnsavedSet {
      if (!own) throw new Error("A reader has no set.");
      return own;
    },
    /** The spans shown, as "label:words", in text order. */
    spans: () => annotator.state().spans.map(({ label, quote }) => `${label}:${quote}`),
    /** The relations shown, as "type:words → words". */
    relations: () =>
      annotator.state().relations.map(({ type, from, to }) => {
        const words = (id: string) => annotator.set.spans.get(id)?.quote;
        return `${type}:${words(from)} → ${words(to)}`;
      }),
  };
}

/** A text of which something is selected, as a browser has it. */
export class SelectedText implements TextView {
  readonly #text: ArticleText;
  readonly #words: Segmentation;
  #range: Range = { start: 0, end: 0 };
  direction: "ltr" | "rtl" = "ltr";
  /** The offset that has last been brought into view. */
  revealed: number | null = null;
  /** The offset that has last been brought into view without the caret. */
  shown: number | null = null;
  hasFocus = false;
  /** Offsets whose direction has been asked for. */
  readonly asked: number[] = [];

  constructor(text: ArticleText, words: Segmentation) {
    this.#text = text;
    this.#words = words;
  }

  /** Selects a range, or the first occurrence of some words. */
  select(what: Range | string): void {
    if (typeof what !== "string") {
      this.#range = what;
      this.revealed = what.start;
      return;
    }
    const start = this.#text.fromUtf16(this.#text.value.indexOf(what));
    this.#range = { start, end: start + [...what].length };
  }

  /** Puts the caret at an offset, or before the first occurrence of some words. */
  putCaret(place: number | string): void {
    if (typeof place === "string") this.select(place);
    const start = typeof place === "string" ? this.#range.start : place;
    this.#range = { start, end: start };
  }

  selected(): Range | null {
    return this.#range.start < this.#range.end ? this.#range : null;
  }

  pieces(): readonly Range[] {
    const selected = this.selected();
    if (!selected) return [];
    return this.#words.withinBlocks(selected).flatMap((one) => spanRange(this.#text, one) ?? []);
  }

  caret(): number {
    return this.#range.end;
  }

  collapse(): void {
    this.#range = { start: this.#range.end, end: this.#range.end };
  }

  drawing<T>(work: () => T): T {
    const result = work();
    this.collapse();
    return result;
  }

  focus(): void {
    this.hasFocus = true;
  }

  reveal(offset: number): void {
    this.revealed = offset;
  }

  show(offset: number): void {
    this.shown = offset;
  }

  directionAt(offset: number): "ltr" | "rtl" {
    this.asked.push(offset);
    return this.direction;
  }
}
