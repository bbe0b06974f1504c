import type { KeySettings } from "@/lib/api/people";
import { type ActionId, actionOf, type Edge } from "./actions";
import { chordsOf, isSingle, type Key, Keymap } from "./keymap";
import { targetSteps } from "./linking";

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
  /** What its key means everywhere in Gainsay; it keeps it. */
  readonly fixed?: true;
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
  {
    id: "remove",
    group: "span",
    keys: ["Delete"],
    title: "Remove the selected span of gold",
    fixed: true,
  },
  {
    id: "cancel",
    group: "span",
    keys: ["Escape"],
    title: "Deselect; from anywhere else, back to the text",
    reader: true,
    fixed: true,
  },
  { id: "reason", group: "dispute", keys: ["W"], title: "Write why" },
  { id: "comment", group: "dispute", keys: ["C"], title: "Comment on it" },
  { id: "amend", group: "dispute", keys: ["G"], title: "Make a line of the guidelines of it" },
  {
    id: "settle",
    group: "article",
    keys: ["Ctrl+Enter"],
    title: "Settle the article; once settled, go to the next one",
    fixed: true,
  },
  { id: "palette", group: "article", keys: ["Ctrl+K"], title: "All commands", reader: true },
  { id: "help", group: "article", keys: ["?"], title: "All keys", reader: true },
] as const satisfies readonly Row[];

export type DeskActionId = (typeof deskActions)[number]["id"];
export type DeskAction = Row & { readonly id: DeskActionId };

/** What the keys of an action of the desk stand under in the settings of people. */
export function settingOf(id: DeskActionId): string {
  return `desk_${id}`;
}

export type DeskCommand =
  | { readonly kind: DeskActionId }
  /** Accepts the version of the reviewer at a place, from 0. */
  | { readonly kind: "accept"; readonly reviewer: number }
  /** While linking: the one before that. */
  | { readonly kind: "link_back" }
  /** The same, by an arrow. */
  | { readonly kind: "target"; readonly by: -1 | 1; readonly unit: "target" | "paragraph" }
  | { readonly kind: "edge"; readonly edge: Edge };

/** Which key does what at the desk, for one person. */
export class DeskKeymap {
  readonly settings: KeySettings;
  readonly #annotate: Keymap;
  readonly #actions = new Map<string, DeskActionId>();
  readonly #keys = new Map<DeskActionId, readonly string[]>();

  /** Of two actions that claim one key the one that was given it has it. */
  constructor(settings: KeySettings) {
    this.settings = settings;
    this.#annotate = new Keymap(settings);
    const given = ({ id, fixed }: DeskAction) => (fixed ? undefined : settings.keys[settingOf(id)]);
    const all: readonly DeskAction[] = deskActions;
    const firstGiven = all.toSorted(
      (a, b) => Number(given(b) !== undefined) - Number(given(a) !== undefined),
    );
    for (const action of firstGiven) {
      const wanted = given(action) ?? action.keys;
      const free = wanted.filter((chord) => !this.#actions.has(chord));
      for (const chord of free) this.#actions.set(chord, action.id);
      this.#keys.set(action.id, free);
    }
  }

  /** Whether letters, digits and signs alone are keys. */
  get single(): boolean {
    return this.settings.single;
  }

  /** The keys of an action, the one to be shown first. */
  keysOf(id: DeskActionId): readonly string[] {
    return (this.#keys.get(id) ?? []).filter((chord) => this.#isOn(chord));
  }

  /** The action that has a key, whether or not single ones are on; null if none has it. */
  actionAt(chord: string): DeskActionId | null {
    return this.#actions.get(chord) ?? null;
  }

  /** What a key does at the desk that is set on the annotate page, which it is only where the desk has no use for it. */
  sharedAt(chord: string): ActionId | null {
    if (this.#actions.has(chord)) return null;
    const id = this.#annotate.actionAt(chord);
    return id !== null && isShared(id) ? id : null;
  }

  /** The keys that do something at the desk and are set on the annotate page; see {@link sharedAt}. */
  keysOfShared(id: ActionId): readonly string[] {
    return this.#annotate.keysOf(id).filter((chord) => this.sharedAt(chord) === id);
  }

  /** The keys of the annotate page as they are at the desk, for what is drawn there as on that page. */
  asOnAnnotatePage(): Keymap {
    const keys = {
      ...this.settings.keys,
      link: this.keysOf("link"),
      link_back: this.keysOfShared("link_back"),
    };
    return new Keymap({ ...this.settings, keys });
  }

  /** The command of a key press, or null. */
  commandOf(event: Key): DeskCommand | null {
    for (const chord of chordsOf(event)) {
      if (!this.#isOn(chord)) continue;
      const action = this.#actions.get(chord);
      if (action) return { kind: action };
      if (/^[1-9]$/.test(chord)) return { kind: "accept", reviewer: Number(chord) - 1 };
      const step = targetSteps[chord];
      if (step) return { kind: "target", by: step[0], unit: step[1] };
    }
    const annotating = this.#annotate.commandOf(event);
    if (!annotating || annotating.kind === "label" || annotating.kind === "stick") return null;
    if (annotating.kind === "link_back") return { kind: "link_back" };
    const edge = actionOf(annotating.kind)?.edge;
    return edge ? { kind: "edge", edge } : null;
  }

  #isOn(chord: string): boolean {
    return this.settings.single || !isSingle(chord);
  }
}

/** Whether the desk takes it from the annotate page: what moves an edge, and going back while linking. */
function isShared(id: ActionId): boolean {
  return id === "link_back" || actionOf(id)?.edge !== undefined;
}
