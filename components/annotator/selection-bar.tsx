"use client";

import { useSyncExternalStore } from "react";
import { Button } from "@/components/ui/button";
import { Kbd } from "@/components/ui/kbd";
import { LabelBadge } from "@/components/ui/label-badge";
import type { AnnotatorCommands } from "@/lib/annotator/commands";
import { appearanceOf } from "@/lib/annotator/label-appearance";
import type { ArticleEditor } from "@/lib/editor/article-editor";
import { KeyOf, LabelKey } from "./own-keys";
import { follow, type SyncedAnnotator, useAnnotatorState, useOwnSet } from "./use-annotator";

/** As many labels are all in the bar; of more, those that have a key. */
const IN_BAR = 9;

/** The bar at the selected text: a label by one press, or what else can be done with it. */
export function SelectionBar({
  editor,
  annotator,
  commands,
  onMoreLabels,
}: {
  editor: ArticleEditor;
  annotator: SyncedAnnotator;
  commands: AnnotatorCommands;
  onMoreLabels: () => void;
}) {
  const { empty, anchor, head } = useEditor(editor, () => editor.selection);
  const { selected, linking, sticky } = useAnnotatorState(annotator);
  const own = useOwnSet(annotator);
  const dragging = useEditor(editor, () => editor.isPressed);
  if (empty || linking || sticky !== null || own?.submittedAt !== null) return null;
  const place = placeOf(editor, head < anchor);
  const paragraphs = place ? editor.pieces().length : 0;
  if (!place || (dragging && paragraphs < 2)) return null;
  if (dragging) {
    return (
      <p className="popup pointer-events-none absolute z-10 px-2 py-1 text-sm" style={place}>
        {paragraphs} paragraphs
      </p>
    );
  }
  const { labels } = annotator.scheme;
  const keyed = labels.length > IN_BAR ? labels.filter(({ key }) => key !== undefined) : labels;
  return (
    <div
      role="toolbar"
      aria-label="Label the selected text"
      className="popup absolute z-10 flex max-w-[calc(100vw-1.5rem)] flex-wrap items-center gap-0.5 p-1"
      style={place}
      // The selection, and with it this bar, would go with the focus.
      onMouseDown={(event) => event.preventDefault()}
    >
      {paragraphs > 1 && (
        <span className="figures px-2 text-sm text-muted">{paragraphs} paragraphs</span>
      )}
      {keyed.map(({ name }) => {
        const appearance = appearanceOf(annotator.scheme, name);
        return (
          <Button key={name} variant="quiet" size="small" onClick={() => commands.label(name)}>
            <LabelBadge
              style={appearance.style}
              letter={appearance.letter}
              name={appearance.name}
            />
            <LabelKey of={appearance.key} />
          </Button>
        );
      })}
      {keyed.length < annotator.scheme.labels.length && (
        <Button variant="quiet" size="small" onClick={onMoreLabels}>
          More <KeyOf action="pick_label" />
        </Button>
      )}
      {selected !== null && (
        <>
          <Button variant="quiet" size="small" onClick={() => commands.setBoundaries()}>
            New boundaries <KeyOf action="boundaries" />
          </Button>
          <Button variant="quiet" size="small" onClick={() => commands.addFragment()}>
            Add part <KeyOf action="fragment" />
          </Button>
        </>
      )}
    </div>
  );
}

function useEditor<T>(editor: ArticleEditor, look: () => T): T {
  return useSyncExternalStore(follow(editor), look, look);
}

/** Below the end that was moved last; above it where the reader selects backwards. */
function placeOf(editor: ArticleEditor, above: boolean): React.CSSProperties | null {
  const frame = editor.element.closest<HTMLElement>(".reading-frame");
  if (!frame) return null;
  const around = frame.getBoundingClientRect();
  const caret = editor.headBox();
  const width = Math.min(around.width, 24 * 16);
  const left = Math.max(
    8,
    Math.min(caret.left - around.left - width / 2, around.width - width - 8),
  );
  return above
    ? { left, bottom: around.bottom - caret.top + 10 }
    : { left, top: caret.bottom - around.top + 8 };
}

/** Which label every selection gets; at the foot of the text while one does. */
export function StickyLabel({ annotator }: { annotator: SyncedAnnotator }) {
  const { sticky, linking } = useAnnotatorState(annotator);
  if (sticky === null || linking) return null;
  const { style, letter, name } = appearanceOf(annotator.scheme, sticky);
  return (
    <section
      aria-label="Sticky label"
      className="popup absolute inset-x-3 bottom-3 z-10 mx-auto flex w-fit max-w-[calc(100%-1.5rem)] flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2"
    >
      <span className="flex items-center gap-2">
        Each selection becomes <LabelBadge style={style} letter={letter} name={name} />
      </span>
      <Button size="small" variant="quiet" onClick={() => annotator.stick(null)}>
        Stop <Kbd>Escape</Kbd>
      </Button>
    </section>
  );
}
