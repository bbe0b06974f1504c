import { Extension } from "@tiptap/core";
import { Plugin } from "@tiptap/pm/state";

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
