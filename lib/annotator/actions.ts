import type { Unit } from "@/lib/domain/segmentation";

/** What the reviewer sees actions under, in this order. */
export const actionGroups = {
  label: "Label",
  select: "Select text",
  go: "Go",
  span: "The selected span",
  link: "Link",
  article: "The article",
} as const;
export type ActionGroup = keyof typeof actionGroups;

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
  /** What it does, as a sentence without its full stop. */
  readonly title: string;
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
 * is in commands.ts.
 */
export const actions = [
  {
    id: "occurrences",
    title: "Label the same words wherever they are",
    group: "label",
    keys: ["O"],
  },
  {
    id: "repeat",
    title: "Label as the last time, with the same attributes",
    group: "label",
    keys: ["."],
  },
  { id: "pick_label", title: "Choose a label by its name", group: "label", keys: ["L"] },
  { id: "undo", title: "Undo", group: "label", keys: ["Ctrl+Z"], held: true },
  { id: "redo", title: "Do again", group: "label", keys: ["Ctrl+Shift+Z", "Ctrl+Y"], held: true },

  {
    id: "grow_word",
    title: "Select the word at the caret; again: the next word too",
    group: "select",
    keys: ["W"],
    reader: true,
    grow: "word",
  },
  {
    id: "grow_sentence",
    title: "Select the sentence; again: the next one too",
    group: "select",
    keys: ["S"],
    reader: true,
    grow: "sentence",
  },
  {
    id: "grow_paragraph",
    title: "Select the paragraph; again: the next one too",
    group: "select",
    keys: ["P"],
    reader: true,
    grow: "paragraph",
  },
  {
    id: "start_back",
    title: "Move the start of the selection or span back by a word",
    group: "select",
    keys: ["["],
    held: true,
    edge: { edge: "start", towards: "beginning", unit: "word" },
  },
  {
    id: "start_on",
    title: "Move the start on by a word",
    group: "select",
    keys: ["]"],
    held: true,
    edge: { edge: "start", towards: "end", unit: "word" },
  },
  {
    id: "end_back",
    title: "Move the end of the selection or span back by a word",
    group: "select",
    keys: ["Shift+["],
    held: true,
    edge: { edge: "end", towards: "beginning", unit: "word" },
  },
  {
    id: "end_on",
    title: "Move the end on by a word",
    group: "select",
    keys: ["Shift+]"],
    held: true,
    edge: { edge: "end", towards: "end", unit: "word" },
  },
  {
    id: "start_back_exact",
    title: "Move the start back by a character",
    group: "select",
    keys: ["Alt+["],
    held: true,
    edge: { edge: "start", towards: "beginning", unit: "character" },
  },
  {
    id: "start_on_exact",
    title: "Move the start on by a character",
    group: "select",
    keys: ["Alt+]"],
    held: true,
    edge: { edge: "start", towards: "end", unit: "character" },
  },
  {
    id: "end_back_exact",
    title: "Move the end back by a character",
    group: "select",
    keys: ["Alt+Shift+["],
    held: true,
    edge: { edge: "end", towards: "beginning", unit: "character" },
  },
  {
    id: "end_on_exact",
    title: "Move the end on by a character",
    group: "select",
    keys: ["Alt+Shift+]"],
    held: true,
    edge: { edge: "end", towards: "end", unit: "character" },
  },
  {
    id: "next_unmarked",
    title: "Next sentence without a span",
    group: "select",
    keys: ["E"],
    reader: true,
  },
  {
    id: "previous_unmarked",
    title: "Previous sentence without a span",
    group: "select",
    keys: ["Shift+E"],
    reader: true,
  },
  {
    id: "next_cue",
    title: "Next cue of reported speech",
    group: "select",
    keys: ["C"],
    reader: true,
  },
  {
    id: "previous_cue",
    title: "Previous cue of reported speech",
    group: "select",
    keys: ["Shift+C"],
    reader: true,
  },
  {
    id: "find",
    title: "Find in the article",
    group: "go",
    keys: ["Ctrl+F", "/"],
    reader: true,
  },
  { id: "find_next", title: "Next hit", group: "go", keys: ["F3"], reader: true },
  { id: "find_previous", title: "Previous hit", group: "go", keys: ["Shift+F3"], reader: true },

  { id: "next", title: "Next span", group: "go", keys: ["N"], reader: true },
  { id: "previous", title: "Previous span", group: "go", keys: ["Shift+N"], reader: true },
  {
    id: "next_unset",
    title: "Next span that has an attribute without a value",
    group: "go",
    keys: ["A"],
  },
  {
    id: "previous_unset",
    title: "Previous span that has an attribute without a value",
    group: "go",
    keys: ["Shift+A"],
  },
  {
    id: "choose",
    title: "Select the span at the caret; again: the next one there",
    group: "go",
    keys: ["Enter"],
    reader: true,
    fixed: true,
  },
  {
    id: "cycle",
    title: "Next span at the same place",
    group: "go",
    keys: ["Tab"],
    reader: true,
    fixed: true,
  },
  {
    id: "cancel",
    title: "Deselect; from anywhere else, back to the text",
    group: "go",
    keys: ["Escape"],
    reader: true,
    fixed: true,
  },

  {
    id: "attributes",
    title: "The span’s attributes: digits choose, typing fills, Enter goes on, Shift+Enter back",
    group: "span",
    keys: ["T"],
  },
  {
    id: "toggle_asking",
    title: "Ask for attributes after labelling, or no longer",
    group: "span",
    keys: [],
  },
  {
    id: "boundaries",
    title: "Make the selected text the span’s boundaries",
    group: "span",
    keys: ["B"],
  },
  { id: "fragment", title: "Add the selected text to the span", group: "span", keys: ["+"] },
  {
    id: "merge",
    title: "Merge the span with the next one of its label",
    group: "span",
    keys: ["M"],
  },
  { id: "split", title: "Split the span at the caret", group: "span", keys: ["X"] },
  {
    id: "copy_attributes",
    title: "Take the attributes of the span before with the same label",
    group: "span",
    keys: ["V"],
  },
  {
    id: "end_left",
    title: "Move the span’s end left by a character",
    group: "span",
    keys: ["Alt+ArrowLeft"],
    held: true,
    edge: { edge: "end", towards: "left", unit: "character" },
  },
  {
    id: "end_right",
    title: "Move the span’s end right by a character",
    group: "span",
    keys: ["Alt+ArrowRight"],
    held: true,
    edge: { edge: "end", towards: "right", unit: "character" },
  },
  {
    id: "end_word_left",
    title: "Move the span’s end left by a word",
    group: "span",
    keys: ["Ctrl+Alt+ArrowLeft"],
    held: true,
    edge: { edge: "end", towards: "left", unit: "word" },
  },
  {
    id: "end_word_right",
    title: "Move the span’s end right by a word",
    group: "span",
    keys: ["Ctrl+Alt+ArrowRight"],
    held: true,
    edge: { edge: "end", towards: "right", unit: "word" },
  },
  {
    id: "start_left",
    title: "Move the span’s start left by a character",
    group: "span",
    keys: ["Alt+Shift+ArrowLeft"],
    held: true,
    edge: { edge: "start", towards: "left", unit: "character" },
  },
  {
    id: "start_right",
    title: "Move the span’s start right by a character",
    group: "span",
    keys: ["Alt+Shift+ArrowRight"],
    held: true,
    edge: { edge: "start", towards: "right", unit: "character" },
  },
  {
    id: "start_word_left",
    title: "Move the span’s start left by a word",
    group: "span",
    keys: ["Ctrl+Alt+Shift+ArrowLeft"],
    held: true,
    edge: { edge: "start", towards: "left", unit: "word" },
  },
  {
    id: "start_word_right",
    title: "Move the span’s start right by a word",
    group: "span",
    keys: ["Ctrl+Alt+Shift+ArrowRight"],
    held: true,
    edge: { edge: "start", towards: "right", unit: "word" },
  },
  {
    id: "remove",
    title: "Remove the span",
    group: "span",
    keys: ["Delete", "Backspace"],
    fixed: true,
  },

  {
    id: "link",
    title: "Link the selected span with the nearest that fits; again: the next nearest",
    group: "link",
    keys: ["R"],
  },
  {
    id: "link_back",
    title: "The one before that; while linking, also N, Shift+N and the arrows",
    group: "link",
    keys: ["Shift+R"],
  },

  { id: "skip", title: "Skip the article, with a reason", group: "article", keys: ["K"] },
  { id: "flag", title: "Flag the article for a second look", group: "article", keys: ["F"] },
  {
    id: "submit",
    title: "Submit, or go to the next article once submitted",
    group: "article",
    keys: ["Ctrl+Enter"],
    fixed: true,
  },
  { id: "practise", title: "Practise for a minute", group: "article", keys: [], reader: true },
  { id: "palette", title: "All commands", group: "article", keys: ["Ctrl+K"], reader: true },
  { id: "help", title: "All keys", group: "article", keys: ["?"], reader: true },
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
