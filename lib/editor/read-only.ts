import { Extension } from "@tiptap/core";
import { Plugin } from "@tiptap/pm/state";
import type { EditorView } from "@tiptap/pm/view";

/**
 * A document that cannot be changed, yet has a caret and every way of selecting by keyboard:
 * an editor that is not editable would lose those.
 */
export const ReadOnly = Extension.create({
  name: "readOnly",
  addProseMirrorPlugins: () => [
    new Plugin({
      filterTransaction: (transaction) => !transaction.docChanged,
      props: {
        handleDOMEvents: {
          beforeinput: refuse,
          paste: refuse,
          drop: refuse,
          cut: refuse,
          dragstart: refuse,
          compositionstart: breakOff,
        },
        handleTextInput: () => true,
        handlePaste: () => true,
        handleDrop: () => true,
      },
    }),
  ],
});

function refuse(_view: unknown, event: Event): boolean {
  event.preventDefault();
  return true;
}

/**
 * Input methods write into an editable text and cannot be refused: leaving it for a moment breaks
 * off what they began, and the editor puts the text back as it was.
 */
function breakOff(view: EditorView): boolean {
  const { dom } = view;
  dom.blur();
  setTimeout(() => dom.focus({ preventScroll: true }));
  return true;
}
