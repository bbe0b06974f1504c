import type { KeySettings } from "@/lib/api/people";
import { actionOf, type Edge } from "./actions";
import { chordsOf, isSingle, type Key, Keymap } from "./keymap";

/** What actions of the curator's desk are listed under, in this order. */
export const deskGroups = {
  go: "Go",
  decide: "Decide",
  span: "The span of gold",
  dispute: "The dispute",
  article: "The article",
} as const;
export type DeskGroup = keyof typeof deskGroups;

type Row = {
  /** With "desk_" before it, it stands in the settings of people: it is never given another meaning. */
  readonly id: string;
  readonly group: DeskGroup;
  /** As {@link chordsOf} writes them; the first is the one that is shown. */
  readonly keys: readonly string[];
  /** What it does, as a sentence without its full stop. */
  readonly title: string;
  /** It goes on while its key is held down. */
  readonly held?: true;
  /** It can be done where gold is settled, or only read. */
  readonly reader?: true;
};

/**
 * All that a curator can do by a key but for accepting a reviewer's version, which has the digits, and moving edges,
 * which has the keys of the annotate page.
 */
export const deskActions = [
  { id: "next", group: "go", keys: ["N", "J"], title: "Next open dispute", reader: true },
  { id: "previous", group: "go", keys: ["P", "K"], title: "Previous open dispute", reader: true },
  {
    id: "next_any",
    group: "go",
    keys: ["Shift+N", "Shift+J"],
    title: "Next dispute, decided or not",
    reader: true,
  },
  {
    id: "previous_any",
    group: "go",
    keys: ["Shift+P", "Shift+K"],
    title: "Previous dispute, decided or not",
    reader: true,
  },
  { id: "accept_usual", group: "decide", keys: ["A"], title: "Accept what most reviewers have" },
  { id: "merge", group: "decide", keys: ["M"], title: "Merge what reviewers have into one span" },
  { id: "reject", group: "decide", keys: ["X"], title: "Leave all of it out" },
  { id: "edit", group: "decide", keys: ["E"], title: "Take what most have, to be changed" },
  {
    id: "own",
    group: "decide",
    keys: ["O"],
    title: "Make a span of one’s own of the selected text",
  },
  { id: "take_back", group: "decide", keys: ["B"], title: "Take the decision back: open again" },
  { id: "undo", group: "decide", keys: ["U", "Ctrl+Z"], title: "Undo", held: true },
  { id: "redo", group: "decide", keys: ["Ctrl+Y", "Ctrl+Shift+Z"], title: "Do again", held: true },
  { id: "label", group: "span", keys: ["L"], title: "Give the selected span another label" },
  {
    id: "link",
    group: "span",
    keys: ["R"],
    title: "Link the selected span; again: the next that fits",
  },
  { id: "remove", group: "span", keys: ["Delete"], title: "Remove the selected span of gold" },
  {
    id: "cancel",
    group: "span",
    keys: ["Escape"],
    title: "Deselect; from anywhere else, back to the text",
    reader: true,
  },
  { id: "reason", group: "dispute", keys: ["W"], title: "Write why" },
  { id: "comment", group: "dispute", keys: ["C"], title: "Comment on it" },
  { id: "amend", group: "dispute", keys: ["G"], title: "Make a line of the guidelines of it" },
  {
    id: "settle",
    group: "article",
    keys: ["Ctrl+Enter"],
    title: "Settle the article; once settled, go to the next one",
  },
  { id: "palette", group: "article", keys: ["Ctrl+K"], title: "All commands", reader: true },
  { id: "help", group: "article", keys: ["?"], title: "All keys", reader: true },
] as const satisfies readonly Row[];

export type DeskActionId = (typeof deskActions)[number]["id"];

export type DeskCommand =
  | { readonly kind: DeskActionId }
  /** Accepts the version of the reviewer at a place, from 0. */
  | { readonly kind: "accept"; readonly reviewer: number }
  | { readonly kind: "edge"; readonly edge: Edge };

/** Which key does what at the desk, for one person. */
export class DeskKeymap {
  readonly #settings: KeySettings;
  readonly #annotate: Keymap;
  readonly #actions = new Map<string, DeskActionId>();
  readonly #keys = new Map<DeskActionId, readonly string[]>();

  constructor(settings: KeySettings) {
    this.#settings = settings;
    this.#annotate = new Keymap(settings);
    for (const { id, keys } of deskActions) {
      const wanted: readonly string[] = settings.keys[`desk_${id}`] ?? keys;
      const free = wanted.filter((chord) => !this.#actions.has(chord));
      for (const chord of free) this.#actions.set(chord, id);
      this.#keys.set(id, free);
    }
  }

  /** Whether letters, digits and signs alone are keys. */
  get single(): boolean {
    return this.#settings.single;
  }

  /** The keys of an action, the one to be shown first. */
  keysOf(id: DeskActionId): readonly string[] {
    return (this.#keys.get(id) ?? []).filter((chord) => this.#isOn(chord));
  }

  /** The command of a key press, or null. */
  commandOf(event: Key): DeskCommand | null {
    for (const chord of chordsOf(event)) {
      if (!this.#isOn(chord)) continue;
      const action = this.#actions.get(chord);
      if (action) return { kind: action };
      if (/^[1-9]$/.test(chord)) return { kind: "accept", reviewer: Number(chord) - 1 };
    }
    const annotating = this.#annotate.commandOf(event);
    if (!annotating || annotating.kind === "label" || annotating.kind === "stick") return null;
    const edge = actionOf(annotating.kind)?.edge;
    return edge ? { kind: "edge", edge } : null;
  }

  #isOn(chord: string): boolean {
    return this.#settings.single || !isSingle(chord);
  }
}
