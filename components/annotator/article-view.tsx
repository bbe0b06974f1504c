"use client";

import { Editor } from "@tiptap/core";
import { type RefObject, useEffect, useImperativeHandle, useMemo, useRef, useState } from "react";
import { inNextFrame } from "@/components/ui/next-frame";
import type { TextView } from "@/lib/annotator/commands";
import type { Block } from "@/lib/domain/text";
import { articleExtensions, showHighlights, toDocument } from "@/lib/editor/article-editor";
import { LabelDrawing } from "@/lib/editor/label-drawing";
import { Positions } from "@/lib/editor/positions";
import { StaticArticle } from "./static-article";
import type { SyncedAnnotator } from "./use-annotator";
import "./annotator.css";

/** What the page asks of the shown article. Offsets are code points. */
export type ArticleHandle = TextView & {
  /** Scrolls there if it is out of sight, and leaves the caret where it is. */
  show(offset: number): void;
  /** The offset of what is at the top of the view. */
  top(): number;
};

type Props = {
  annotator: SyncedAnnotator;
  article: { title: string; language: string | null; versionId: string; blocks: readonly Block[] };
  handle: RefObject<ArticleHandle | null>;
  /** The editor, once it is there: for what hangs on its selection. */
  onReady: (editor: Editor) => void;
  /** A press on these spans, the innermost first; none for one beside all, null for one that selects text. */
  onPress: (ids: readonly string[] | null) => void;
};

/** The article, read-only, with its labels drawn on top. */
export function ArticleView({ annotator, article, handle, onReady, onPress }: Props) {
  const { title, language, versionId, blocks } = article;
  const positions = useMemo(() => new Positions(annotator.text, blocks), [annotator, blocks]);
  const drawing = useMemo(
    () => new LabelDrawing(positions, annotator.highlights().values(), annotator.emphasis()),
    [positions, annotator],
  );
  /** Where the selection is to collapse to with the next drawing. */
  const caret = useRef<number | null>(null);
  const frame = useRef<HTMLDivElement>(null);
  const [editor, setEditor] = useState<Editor | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another version is another editor
  useEffect(() => {
    const made = new Editor({
      element: frame.current,
      extensions: articleExtensions(drawing),
      content: toDocument(positions),
      injectCSS: false,
      // Selecting on touch screens is native; an editable text would open the keyboard.
      editable: !isTouch(),
      enableCoreExtensions: { keymap: false, drop: false, paste: false, delete: false },
      editorProps: {
        attributes: {
          class: "article reading",
          role: "document",
          "aria-label": title,
          tabindex: "0",
          translate: "no",
          spellcheck: "false",
          autocorrect: "off",
          autocapitalize: "off",
          "data-gramm": "false",
          ...(language ? { lang: language } : {}),
        },
      },
    });
    setEditor(made);
    return () => {
      setEditor(null);
      made.destroy();
    };
  }, [versionId]);

  useEffect(() => {
    if (!editor) return;
    const draw = () => {
      if (!editor.isDestroyed) {
        const { current } = caret;
        showHighlights(editor.view, drawing, annotator.highlights(), annotator.emphasis(), current);
      }
    };
    draw();
    hideFromReact(editor.view.dom);
    onReady(editor);
    editor.on("blur", collapseOnLeaving);
    const stop = annotator.subscribe(draw);
    return () => {
      stop();
      editor.off("blur", collapseOnLeaving);
    };
  }, [editor, annotator, drawing, onReady]);

  useImperativeHandle(handle, () => (editor ? handleOf(editor, positions, caret) : notYetShown), [
    editor,
    positions,
  ]);

  return (
    // The keyboard's way to the same is Enter, see commands.ts.
    // biome-ignore lint/a11y/noStaticElementInteractions: see above
    // biome-ignore lint/a11y/useKeyWithClickEvents: see above
    <div
      onClick={({ target }) => {
        if (!(target instanceof Element)) return;
        onPress(getSelection()?.isCollapsed === false ? null : spansAround(target));
      }}
    >
      {/* Until the other is away, or both would be seen. */}
      <div ref={frame} hidden={editor === null} />
      {!editor && <StaticArticle positions={positions} drawing={drawing} language={language} />}
    </div>
  );
}

function isTouch(): boolean {
  return typeof window !== "undefined" && matchMedia("(hover: none) and (pointer: coarse)").matches;
}

/**
 * Before each commit React reads the selection of a focused editable element by walking through
 * all of its nodes, to put it back afterwards: for a long article 10 ms, and the editor looks after
 * its selection itself. React takes an element for editable by this property.
 */
function hideFromReact(element: HTMLElement): void {
  Object.defineProperty(element, "contentEditable", { configurable: true, get: () => "inherit" });
}

/** What is selected ends with the focus, unless that goes to the bar which is about the selection. */
function collapseOnLeaving({ editor, event }: { editor: Editor; event: FocusEvent }): void {
  const { relatedTarget } = event;
  if (!(relatedTarget instanceof Element) || relatedTarget.closest("[role=toolbar]")) return;
  editor.commands.setTextSelection(editor.state.selection.head);
}

/** Every span under an element: overlapping marks lie in each other. */
function spansAround(element: Element): string[] {
  const ids: string[] = [];
  for (
    let mark = element.closest<HTMLElement>("mark[data-span]");
    mark;
    mark = mark.parentElement?.closest<HTMLElement>("mark[data-span]") ?? null
  ) {
    if (mark.dataset.span) ids.push(mark.dataset.span);
  }
  return ids;
}

/** Before the editor is there, nothing is selected. */
export const notYetShown: ArticleHandle = {
  selected: () => null,
  caret: () => 0,
  collapse: () => undefined,
  drawing: (work) => work(),
  reveal: () => undefined,
  show: () => undefined,
  directionAt: () => "ltr",
  top: () => 0,
};

function handleOf(
  editor: Editor,
  positions: Positions,
  caret: RefObject<number | null>,
): ArticleHandle {
  const { view } = editor;
  const elementAt = (offset: number): Element | null => {
    const { node, offset: child } = view.domAtPos(positions.toPosition(offset, 1));
    const found = node instanceof Element ? (node.childNodes[child] ?? node) : node;
    return found instanceof Element ? found : found.parentElement;
  };
  // The page's own selection, not the editor's: the editor hears of it a moment later, and a key
  // pressed at once is about what the reader sees.
  const ends = () => {
    const { anchorNode, anchorOffset, focusNode, focusOffset } = getSelection() ?? {};
    if (!anchorNode || !focusNode || !view.dom.contains(anchorNode)) return null;
    if (!view.dom.contains(focusNode)) return null;
    return {
      anchor: view.posAtDOM(anchorNode, anchorOffset ?? 0),
      head: view.posAtDOM(focusNode, focusOffset ?? 0),
    };
  };
  const caretOnly = { anchor: 0, head: 0 };
  const head = () => ends()?.head ?? view.state.selection.head;
  return {
    selected: () => {
      // A tap beside the text may take the page's selection away before it is used.
      const { anchor, head: moved } = ends() ?? (view.editable ? caretOnly : view.state.selection);
      const start = positions.toOffset(Math.min(anchor, moved), 1);
      const end = positions.toOffset(Math.max(anchor, moved), -1);
      return start < end ? { start, end } : null;
    },
    caret: () => positions.toOffset(head(), 1),
    collapse: () => {
      editor.commands.setTextSelection(head());
      if (!view.editable) getSelection()?.removeAllRanges();
    },
    drawing: (work) => {
      caret.current = head();
      try {
        return work();
      } finally {
        caret.current = null;
        if (!view.editable) getSelection()?.removeAllRanges();
      }
    },
    reveal: (offset) => {
      editor.commands.setTextSelection(positions.toPosition(offset, 1));
      scrollTo(elementAt(offset));
      // Sections on the way have only now got their real height.
      inNextFrame(() => scrollTo(elementAt(offset)));
    },
    show: (offset) => scrollTo(elementAt(offset), 0),
    directionAt: (offset) => {
      const element = elementAt(offset);
      return element && getComputedStyle(element).direction === "rtl" ? "rtl" : "ltr";
    },
    top: () => {
      const pane = view.dom.closest(".reading-pane")?.getBoundingClientRect();
      const { left, right } = view.dom.getBoundingClientRect();
      if (!pane) return 0;
      const at = view.posAtCoords({ left: (left + right) / 2, top: pane.top + 8 });
      return at ? positions.toOffset(at.pos, 1) : 0;
    },
  };
}

/** @param margin how near to an edge of the view counts as out of it, in pixels */
function scrollTo(element: Element | null, margin = 48): void {
  const pane = element?.closest(".reading-pane");
  if (!element || !pane) return;
  const { top, bottom } = element.getBoundingClientRect();
  const view = pane.getBoundingClientRect();
  if (top < view.top + margin || bottom > view.bottom - margin) {
    pane.scrollBy({ top: top - view.top - view.height / 3 });
  }
}
