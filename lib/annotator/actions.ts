import type { Unit } from "@/lib/domain/segmentation";

/**
 * A step of an edge of the selected span: in the direction of the arrow on the screen, or towards the
 * beginning or the end of the text, whichever way that runs. The latter is about what is selected of the
 * text if anything is, and else about the word at the caret where no span is selected.
 */
export type Edge = {
  readonly edge: "start" | "end";
  readonly towards: "left" | "right" | "beginning" | "end";
  readonly unit: "character" | "word";
};

type Row = {
  /** Stands in the settings of people: it is never given another meaning. */
  readonly id: string;
  /** As {@link chordsOf} of the keymap writes them; the first is the one that is shown. */
  readonly keys: readonly string[];
  /** It is there for those who may only read, too. */
  readonly reader?: true;
  /**
   * It goes on while its key is held down. The others act once a press: a key that rests too long must
   * not submit, remove or go past what nobody has looked at.
   */
  readonly held?: true;
  /** What its key means elsewhere on the page, too; it keeps it. */
  readonly fixed?: true;
  readonly edge?: Edge;
  /** What the selection grows to. */
  readonly grow?: Unit;
};

/**
 * Everything that a reviewer can do by a key on the annotate page but for setting labels, whose keys
 * the scheme has. The keymap, the list of keys and the palette are made of this table; what each does
 * is in commands.ts, and how that is said in action-titles.ts.
 */
export const actions = [
  {
    id: "occurrences",
    keys: ["O"],
  },
  {
    id: "repeat",
    keys: ["."],
  },
  { id: "pick_label", keys: ["L"] },
  { id: "undo", keys: ["Ctrl+Z"], held: true },
  { id: "redo", keys: ["Ctrl+Shift+Z", "Ctrl+Y"], held: true },

  {
    id: "grow_word",
    keys: ["W"],
    reader: true,
    grow: "word",
  },
  {
    id: "grow_sentence",
    keys: ["S"],
    reader: true,
    grow: "sentence",
  },
  {
    id: "grow_paragraph",
    keys: ["P"],
    reader: true,
    grow: "paragraph",
  },
  {
    id: "start_back",
    keys: ["["],
    held: true,
    edge: { edge: "start", towards: "beginning", unit: "word" },
  },
  {
    id: "start_on",
    keys: ["]"],
    held: true,
    edge: { edge: "start", towards: "end", unit: "word" },
  },
  {
    id: "end_back",
    keys: ["Shift+["],
    held: true,
    edge: { edge: "end", towards: "beginning", unit: "word" },
  },
  {
    id: "end_on",
    keys: ["Shift+]"],
    held: true,
    edge: { edge: "end", towards: "end", unit: "word" },
  },
  {
    id: "start_back_exact",
    keys: ["Alt+["],
    held: true,
    edge: { edge: "start", towards: "beginning", unit: "character" },
  },
  {
    id: "start_on_exact",
    keys: ["Alt+]"],
    held: true,
    edge: { edge: "start", towards: "end", unit: "character" },
  },
  {
    id: "end_back_exact",
    keys: ["Alt+Shift+["],
    held: true,
    edge: { edge: "end", towards: "beginning", unit: "character" },
  },
  {
    id: "end_on_exact",
    keys: ["Alt+Shift+]"],
    held: true,
    edge: { edge: "end", towards: "end", unit: "character" },
  },
  {
    id: "next_unmarked",
    keys: ["E"],
    reader: true,
  },
  {
    id: "previous_unmarked",
    keys: ["Shift+E"],
    reader: true,
  },
  {
    id: "next_cue",
    keys: ["C"],
    reader: true,
  },
  {
    id: "previous_cue",
    keys: ["Shift+C"],
    reader: true,
  },
  {
    id: "find",
    keys: ["Ctrl+F", "/"],
    reader: true,
  },
  { id: "find_next", keys: ["F3"], reader: true },
  { id: "find_previous", keys: ["Shift+F3"], reader: true },

  { id: "next", keys: ["N"], reader: true },
  { id: "previous", keys: ["Shift+N"], reader: true },
  {
    id: "next_unset",
    keys: ["A"],
  },
  {
    id: "previous_unset",
    keys: ["Shift+A"],
  },
  {
    id: "choose",
    keys: ["Enter"],
    reader: true,
    fixed: true,
  },
  {
    id: "cycle",
    keys: ["Tab"],
    reader: true,
    fixed: true,
  },
  {
    id: "cancel",
    keys: ["Escape"],
    reader: true,
    fixed: true,
  },

  {
    id: "attributes",
    keys: ["T"],
  },
  {
    id: "toggle_asking",
    keys: [],
  },
  {
    id: "boundaries",
    keys: ["B"],
  },
  { id: "fragment", keys: ["+"] },
  { id: "without", keys: ["-"] },
  {
    id: "merge",
    keys: ["M"],
  },
  { id: "split", keys: ["X"] },
  {
    id: "copy_attributes",
    keys: ["V"],
  },
  {
    id: "end_left",
    keys: ["Alt+ArrowLeft"],
    held: true,
    edge: { edge: "end", towards: "left", unit: "character" },
  },
  {
    id: "end_right",
    keys: ["Alt+ArrowRight"],
    held: true,
    edge: { edge: "end", towards: "right", unit: "character" },
  },
  {
    id: "end_word_left",
    keys: ["Ctrl+Alt+ArrowLeft"],
    held: true,
    edge: { edge: "end", towards: "left", unit: "word" },
  },
  {
    id: "end_word_right",
    keys: ["Ctrl+Alt+ArrowRight"],
    held: true,
    edge: { edge: "end", towards: "right", unit: "word" },
  },
  {
    id: "start_left",
    keys: ["Alt+Shift+ArrowLeft"],
    held: true,
    edge: { edge: "start", towards: "left", unit: "character" },
  },
  {
    id: "start_right",
    keys: ["Alt+Shift+ArrowRight"],
    held: true,
    edge: { edge: "start", towards: "right", unit: "character" },
  },
  {
    id: "start_word_left",
    keys: ["Ctrl+Alt+Shift+ArrowLeft"],
    held: true,
    edge: { edge: "start", towards: "left", unit: "word" },
  },
  {
    id: "start_word_right",
    keys: ["Ctrl+Alt+Shift+ArrowRight"],
    held: true,
    edge: { edge: "start", towards: "right", unit: "word" },
  },
  {
    id: "remove",
    keys: ["Delete", "Backspace"],
    fixed: true,
  },

  {
    id: "link",
    keys: ["R"],
  },
  {
    id: "link_back",
    keys: ["Shift+R"],
  },

  { id: "skip", keys: ["K"] },
  { id: "flag", keys: ["F"] },
  {
    id: "submit",
    keys: ["Ctrl+Enter"],
    fixed: true,
  },
  { id: "guidelines", keys: ["G"], reader: true },
  { id: "practise", keys: [], reader: true },
  { id: "palette", keys: ["Ctrl+K"], reader: true },
  { id: "help", keys: ["?"], reader: true },
] as const satisfies readonly Row[];

export type ActionId = (typeof actions)[number]["id"];
export type Action = Row & { readonly id: ActionId };
/** What its row says by itself. */
/** Those that are all said by what the table has of them. */
export type TextActionId = Extract<
  (typeof actions)[number],
  { readonly edge: Edge } | { readonly grow: Unit }
>["id"];

const byId = new Map<string, Action>(actions.map((action) => [action.id, action]));

/** The action of an id; undefined for one that another version of Gainsay has. */
export function actionOf(id: string): Action | undefined {
  return byId.get(id);
}
