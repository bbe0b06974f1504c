import type { Unit } from "@/lib/domain/segmentation";

/** What actions are listed under. */
export type ActionGroup = "label" | "select" | "go" | "span" | "link" | "article";

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
  readonly group: ActionGroup;
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
    group: "label",
    keys: ["O"],
  },
  {
    id: "repeat",
    group: "label",
    keys: ["."],
  },
  { id: "pick_label", group: "label", keys: ["L"] },
  { id: "undo", group: "label", keys: ["Ctrl+Z"], held: true },
  { id: "redo", group: "label", keys: ["Ctrl+Shift+Z", "Ctrl+Y"], held: true },

  {
    id: "grow_word",
    group: "select",
    keys: ["W"],
    reader: true,
    grow: "word",
  },
  {
    id: "grow_sentence",
    group: "select",
    keys: ["S"],
    reader: true,
    grow: "sentence",
  },
  {
    id: "grow_paragraph",
    group: "select",
    keys: ["P"],
    reader: true,
    grow: "paragraph",
  },
  {
    id: "start_back",
    group: "select",
    keys: ["["],
    held: true,
    edge: { edge: "start", towards: "beginning", unit: "word" },
  },
  {
    id: "start_on",
    group: "select",
    keys: ["]"],
    held: true,
    edge: { edge: "start", towards: "end", unit: "word" },
  },
  {
    id: "end_back",
    group: "select",
    keys: ["Shift+["],
    held: true,
    edge: { edge: "end", towards: "beginning", unit: "word" },
  },
  {
    id: "end_on",
    group: "select",
    keys: ["Shift+]"],
    held: true,
    edge: { edge: "end", towards: "end", unit: "word" },
  },
  {
    id: "start_back_exact",
    group: "select",
    keys: ["Alt+["],
    held: true,
    edge: { edge: "start", towards: "beginning", unit: "character" },
  },
  {
    id: "start_on_exact",
    group: "select",
    keys: ["Alt+]"],
    held: true,
    edge: { edge: "start", towards: "end", unit: "character" },
  },
  {
    id: "end_back_exact",
    group: "select",
    keys: ["Alt+Shift+["],
    held: true,
    edge: { edge: "end", towards: "beginning", unit: "character" },
  },
  {
    id: "end_on_exact",
    group: "select",
    keys: ["Alt+Shift+]"],
    held: true,
    edge: { edge: "end", towards: "end", unit: "character" },
  },
  {
    id: "next_unmarked",
    group: "select",
    keys: ["E"],
    reader: true,
  },
  {
    id: "previous_unmarked",
    group: "select",
    keys: ["Shift+E"],
    reader: true,
  },
  {
    id: "next_cue",
    group: "select",
    keys: ["C"],
    reader: true,
  },
  {
    id: "previous_cue",
    group: "select",
    keys: ["Shift+C"],
    reader: true,
  },
  {
    id: "find",
    group: "go",
    keys: ["Ctrl+F", "/"],
    reader: true,
  },
  { id: "find_next", group: "go", keys: ["F3"], reader: true },
  { id: "find_previous", group: "go", keys: ["Shift+F3"], reader: true },

  { id: "next", group: "go", keys: ["N"], reader: true },
  { id: "previous", group: "go", keys: ["Shift+N"], reader: true },
  {
    id: "next_unset",
    group: "go",
    keys: ["A"],
  },
  {
    id: "previous_unset",
    group: "go",
    keys: ["Shift+A"],
  },
  {
    id: "choose",
    group: "go",
    keys: ["Enter"],
    reader: true,
    fixed: true,
  },
  {
    id: "cycle",
    group: "go",
    keys: ["Tab"],
    reader: true,
    fixed: true,
  },
  {
    id: "cancel",
    group: "go",
    keys: ["Escape"],
    reader: true,
    fixed: true,
  },

  {
    id: "attributes",
    group: "span",
    keys: ["T"],
  },
  {
    id: "toggle_asking",
    group: "span",
    keys: [],
  },
  {
    id: "boundaries",
    group: "span",
    keys: ["B"],
  },
  { id: "fragment", group: "span", keys: ["+"] },
  { id: "without", group: "span", keys: ["-"] },
  {
    id: "merge",
    group: "span",
    keys: ["M"],
  },
  { id: "split", group: "span", keys: ["X"] },
  {
    id: "copy_attributes",
    group: "span",
    keys: ["V"],
  },
  {
    id: "end_left",
    group: "span",
    keys: ["Alt+ArrowLeft"],
    held: true,
    edge: { edge: "end", towards: "left", unit: "character" },
  },
  {
    id: "end_right",
    group: "span",
    keys: ["Alt+ArrowRight"],
    held: true,
    edge: { edge: "end", towards: "right", unit: "character" },
  },
  {
    id: "end_word_left",
    group: "span",
    keys: ["Ctrl+Alt+ArrowLeft"],
    held: true,
    edge: { edge: "end", towards: "left", unit: "word" },
  },
  {
    id: "end_word_right",
    group: "span",
    keys: ["Ctrl+Alt+ArrowRight"],
    held: true,
    edge: { edge: "end", towards: "right", unit: "word" },
  },
  {
    id: "start_left",
    group: "span",
    keys: ["Alt+Shift+ArrowLeft"],
    held: true,
    edge: { edge: "start", towards: "left", unit: "character" },
  },
  {
    id: "start_right",
    group: "span",
    keys: ["Alt+Shift+ArrowRight"],
    held: true,
    edge: { edge: "start", towards: "right", unit: "character" },
  },
  {
    id: "start_word_left",
    group: "span",
    keys: ["Ctrl+Alt+Shift+ArrowLeft"],
    held: true,
    edge: { edge: "start", towards: "left", unit: "word" },
  },
  {
    id: "start_word_right",
    group: "span",
    keys: ["Ctrl+Alt+Shift+ArrowRight"],
    held: true,
    edge: { edge: "start", towards: "right", unit: "word" },
  },
  {
    id: "remove",
    group: "span",
    keys: ["Delete", "Backspace"],
    fixed: true,
  },

  {
    id: "link",
    group: "link",
    keys: ["R"],
  },
  {
    id: "link_back",
    group: "link",
    keys: ["Shift+R"],
  },

  { id: "skip", group: "article", keys: ["K"] },
  { id: "flag", group: "article", keys: ["F"] },
  {
    id: "submit",
    group: "article",
    keys: ["Ctrl+Enter"],
    fixed: true,
  },
  { id: "guidelines", group: "article", keys: ["G"], reader: true },
  { id: "practise", group: "article", keys: [], reader: true },
  { id: "palette", group: "article", keys: ["Ctrl+K"], reader: true },
  { id: "help", group: "article", keys: ["?"], reader: true },
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
