import type { Editor } from "@tiptap/core";
import type { EditorState } from "@tiptap/pm/state";
import {
  addColumnAfter,
  addRowAfter,
  deleteColumn,
  deleteRow,
  deleteTable,
  toggleHeaderRow,
} from "@tiptap/pm/tables";
import { ArticleText } from "@/lib/domain/text";
import { spanRange } from "./selection";

/** What can be done to the table that the caret is in. */
export const tableCommands = {
  rowAfter: addRowAfter,
  columnAfter: addColumnAfter,
  headerRow: toggleHeaderRow,
  withoutRow: deleteRow,
  withoutColumn: deleteColumn,
  withoutTable: deleteTable,
} as const;

/** How large the table is that the caret is in; null outside of tables. */
export function tableSize({ selection: { $from } }: EditorState) {
  for (let depth = $from.depth; depth > 0; depth -= 1) {
    const node = $from.node(depth);
    if (node.type.name === "table") {
      return { rows: node.childCount, columns: node.firstChild?.childCount ?? 0 };
    }
  }
  return null;
}

export type TableCommand = keyof typeof tableCommands;

export function changeTable(editor: Editor, command: TableCommand): void {
  tableCommands[command](editor.state, editor.view.dispatch);
  editor.view.focus();
}

/** Puts a table of three rows and two columns in, with names over those, the caret in the first. */
export function insertTable(editor: Editor): void {
  const cell = (type: string) => ({ type, content: [{ type: "paragraph" }] });
  const row = (type: string) => ({ type: "tableRow", content: [cell(type), cell(type)] });
  insertBlock(editor, {
    type: "table",
    content: [row("tableHeader"), row("tableCell"), row("tableCell")],
  });
}

/** Puts an empty example in, or makes one of the words of the paragraph that the caret is in. */
export function insertExample(editor: Editor): void {
  const { $from } = editor.state.selection;
  if ($from.depth === 1 && $from.parent.type.name === "paragraph") {
    editor.chain().clearNodes().unsetAllMarks().setNode("example").run();
    editor.view.focus();
  } else insertBlock(editor, { type: "example" });
}

/** Puts a block in behind the one that the caret is in, or in place of an empty paragraph; the caret into it. */
function insertBlock(editor: Editor, node: { type: string; content?: object[] }): void {
  const { $from } = editor.state.selection;
  const isEmpty =
    $from.depth === 1 && $from.parent.type.name === "paragraph" && $from.parent.content.size === 0;
  const at = isEmpty ? $from.before(1) : $from.depth === 0 ? $from.pos : $from.after(1);
  const range = isEmpty ? { from: at, to: $from.after(1) } : at;
  const inner = editor.schema.nodeFromJSON(node).isTextblock ? at + 1 : at + 4;
  editor.chain().insertContentAt(range, node).setTextSelection(inner).run();
  editor.view.focus();
}

/** Whether the caret or what is selected lies in one example. */
export function isInExample({ state }: Editor): boolean {
  const { $from, $to } = state.selection;
  return $from.sameParent($to) && $from.parent.type.name === "example";
}

/** The labels of the spans that all of what is selected, or the caret, lies in. */
export function labelsAt({ state }: Editor): ReadonlySet<string> {
  const { $from, from, to, empty } = state.selection;
  if ($from.parent.type.name !== "example") return new Set();
  const start = $from.start();
  const found = new Map<string, { label: string; from: number; to: number }>();
  $from.parent.forEach((node, offset) => {
    for (const { attrs } of node.marks) {
      const label = String(attrs.label);
      const key = `${String(attrs.id)} ${label}`;
      const span = found.get(key) ?? { label, from: start + offset, to: 0 };
      span.to = start + offset + node.nodeSize;
      found.set(key, span);
    }
  });
  const over = [...found.values()].filter((span) =>
    empty ? span.from < from && from < span.to : span.from <= from && to <= span.to,
  );
  return new Set(over.map(({ label }) => label));
}

/**
 * Labels what is selected of an example, as whole characters and without white space around it. What has the
 * label already loses it, and so does the span that a mere caret is in.
 *
 * @returns whether there was anything to do: nothing for a caret beside all spans of the label, or where no word
 *   is selected
 */
export function toggleSpan(editor: Editor, label: string): boolean {
  const { state, view } = editor;
  const { $from, from, to, empty } = state.selection;
  const type = state.schema.marks.exampleSpan;
  if (!type || !isInExample(editor)) return false;
  const start = $from.start();
  const tr = state.tr;
  if (labelsAt(editor).has(label)) {
    $from.parent.forEach((node, offset) => {
      const at = start + offset;
      const isThere = empty
        ? at <= from && from <= at + node.nodeSize
        : at < to && from < at + node.nodeSize;
      const own = isThere ? node.marks.filter(({ attrs }) => attrs.label === label) : [];
      for (const mark of own) tr.removeMark(start, $from.end(), mark);
    });
  } else {
    const text = new ArticleText($from.parent.textContent);
    const span = spanRange(text, {
      start: text.fromUtf16(from - start),
      end: text.fromUtf16(to - start),
    });
    if (!span) return false;
    const range = { from: start + text.toUtf16(span.start), to: start + text.toUtf16(span.end) };
    tr.addMark(range.from, range.to, type.create({ label, id: nextId(editor) }));
  }
  view.dispatch(tr);
  editor.view.focus();
  return true;
}

/** A number that no span has. */
function nextId({ state }: Editor): number {
  let highest = -1;
  state.doc.descendants((node) => {
    for (const { type, attrs } of node.marks) {
      if (type.name === "exampleSpan") highest = Math.max(highest, Number(attrs.id) || 0);
    }
  });
  return highest + 1;
}

/** The heading that the caret is in, or that its section begins with; null before the first. */
export function headingAt({ state }: Editor): { label: string | null; at: number } | null {
  const { from } = state.selection;
  let found: { label: string | null; at: number } | null = null;
  state.doc.forEach((node, offset) => {
    if (node.type.name !== "heading" || offset >= Math.max(from, 1)) return;
    const label: unknown = node.attrs.label;
    found = { label: typeof label === "string" ? label : null, at: offset };
  });
  return found;
}

/** Has the section that the caret is in be that of a label, which no other section has then; null: of none. */
export function setSectionLabel(editor: Editor, label: string | null): void {
  const heading = headingAt(editor);
  if (!heading) return;
  const tr = editor.state.tr;
  editor.state.doc.forEach((node, offset) => {
    if (node.type.name !== "heading") return;
    if (offset === heading.at) tr.setNodeAttribute(offset, "label", label);
    else if (label !== null && node.attrs.label === label)
      tr.setNodeAttribute(offset, "label", null);
  });
  editor.view.dispatch(tr);
}
