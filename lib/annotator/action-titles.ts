import { type Action, type ActionId, actionOf } from "./actions";

/** What actions are listed under. */
export type ActionGroup = "label" | "select" | "go" | "span" | "link" | "article";

/** What the reviewer sees actions under, in this order. */
export const actionGroups = {
  label: "Label",
  select: "Select text",
  go: "Go",
  span: "The selected span",
  link: "Link",
  article: "The article",
} as const satisfies Record<ActionGroup, string>;

/** What moves an edge of what is selected. */
export const edgeActions = [
  "start_back",
  "start_on",
  "end_back",
  "end_on",
  "start_back_exact",
  "start_on_exact",
  "end_back_exact",
  "end_on_exact",
] as const satisfies readonly ActionId[];

/** Each action under one of them, in the order in which they are listed. */
const listed: Readonly<Record<ActionGroup, readonly ActionId[]>> = {
  label: ["occurrences", "repeat", "pick_label", "undo", "redo"],
  select: [
    "grow_word",
    "grow_sentence",
    "grow_paragraph",
    ...edgeActions,
    "next_unmarked",
    "previous_unmarked",
    "next_cue",
    "previous_cue",
  ],
  go: [
    "find",
    "find_next",
    "find_previous",
    "next",
    "previous",
    "next_unset",
    "previous_unset",
    "choose",
    "cycle",
    "cancel",
  ],
  span: [
    "attributes",
    "toggle_asking",
    "boundaries",
    "fragment",
    "without",
    "merge",
    "split",
    "copy_attributes",
    "end_left",
    "end_right",
    "end_word_left",
    "end_word_right",
    "start_left",
    "start_right",
    "start_word_left",
    "start_word_right",
    "remove",
  ],
  link: ["link", "link_back"],
  article: ["skip", "flag", "submit", "guidelines", "practise", "palette", "help"],
};

/** @param reader whether it is for those who may only read */
export function actionsIn(group: ActionGroup, reader: boolean): readonly Action[] {
  return listed[group].flatMap((id) => {
    const action = actionOf(id);
    return action && (action.reader || !reader) ? [action] : [];
  });
}

/**
 * What each action does, as a sentence without its full stop: apart from the table of them, because only
 * the list of keys and the palette say it, which are loaded when they are opened.
 */
export const actionTitles: Readonly<Record<ActionId, string>> = {
  occurrences: "Label the same words wherever they are",
  repeat: "Label as the last time, with the same attributes",
  pick_label: "Choose a label by its name",
  undo: "Undo",
  redo: "Do again",
  grow_word: "Select the word at the caret; again: the next word too",
  grow_sentence: "Select the sentence; again: the next one too",
  grow_paragraph: "Select the paragraph; again: the next one too",
  start_back: "Move the start of the selection or span back by a word",
  start_on: "Move the start on by a word",
  end_back: "Move the end of the selection or span back by a word",
  end_on: "Move the end on by a word",
  start_back_exact: "Move the start back by a character",
  start_on_exact: "Move the start on by a character",
  end_back_exact: "Move the end back by a character",
  end_on_exact: "Move the end on by a character",
  next_unmarked: "Next sentence without a span",
  previous_unmarked: "Previous sentence without a span",
  next_cue: "Next cue of reported speech",
  previous_cue: "Previous cue of reported speech",
  find: "Find in the article",
  find_next: "Next hit",
  find_previous: "Previous hit",
  next: "Next span",
  previous: "Previous span",
  next_unset: "Next span that has an attribute without a value",
  previous_unset: "Previous span that has an attribute without a value",
  choose: "Select the span at the caret; again: the next one there",
  cycle: "Next span at the same place",
  cancel: "Deselect; from anywhere else, back to the text",
  attributes: "The span’s attributes: digits choose, typing fills, Enter goes on, Shift+Enter back",
  toggle_asking: "Ask for attributes after labelling, or no longer",
  boundaries: "Make the selected text the span’s boundaries",
  fragment: "Add the selected text to the span",
  without: "Take the selected text, or the part at the caret, out of the span",
  merge: "Merge the span with the next one of its label",
  split: "Split the span at the caret",
  copy_attributes: "Take the attributes of the span before with the same label",
  end_left: "Move the span’s end left by a character",
  end_right: "Move the span’s end right by a character",
  end_word_left: "Move the span’s end left by a word",
  end_word_right: "Move the span’s end right by a word",
  start_left: "Move the span’s start left by a character",
  start_right: "Move the span’s start right by a character",
  start_word_left: "Move the span’s start left by a word",
  start_word_right: "Move the span’s start right by a word",
  remove: "Remove the span",
  link: "Link the selected span with the nearest that fits; again: the next nearest",
  link_back:
    "The one before that; while linking, also N, Shift+N and arrows: up and down go by paragraph",
  skip: "Skip the article, with a reason",
  flag: "Flag the article for a second look",
  submit: "Submit, or go to the next article once submitted",
  guidelines: "Show what the guidelines say here, or hide it",
  practise: "Practise for a minute",
  palette: "All commands",
  help: "All keys",
};
