"use client";

import { type RefObject, useEffect, useImperativeHandle, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { inNextFrame } from "@/components/ui/next-frame";
import type { TextView } from "@/lib/annotator/commands";
import type { AnnotatorController } from "@/lib/annotator/controller";
import { hull, type Span } from "@/lib/domain/span";
import type { Block } from "@/lib/domain/text";
import { ArticleEditor } from "@/lib/editor/article-editor";
import { LabelDrawing } from "@/lib/editor/label-drawing";
import { firstScreens, Positions } from "@/lib/editor/positions";
import { StaticArticle } from "./static-article";
import "./annotator.css";

/** What the page asks of the shown article. Offsets are code points. */
export type ArticleHandle = TextView & Pick<ArticleEditor, "top">;

/** What is drawn on the text, and how. */
export type ShownText = Pick<
  AnnotatorController,
  "text" | "segmentation" | "subscribe" | "highlightOf" | "emphasis"
> & { state(): { readonly spans: readonly Span[] } };

type Props = {
  annotator: ShownText;
  /** One version; another is another page. */
  article: { title: string; language: string | null; blocks: readonly Block[] };
  handle: RefObject<ArticleHandle | null>;
  /** The editor, once it is there: for what hangs on its selection. */
  onReady: (editor: ArticleEditor) => void;
  /** A press on these spans, the innermost first; none for one beside all, null for one that selects text. */
  onPress: (ids: readonly string[] | null) => void;
};

/** The article, read-only, with its labels drawn on top. */
export function ArticleView({ annotator, article, handle, onReady, onPress }: Props) {
  const { title, language, blocks } = article;
  const [{ drawing, screens }] = useState(() => {
    const positions = new Positions(annotator.text, blocks);
    const first = firstScreens(positions);
    const { highlightOf } = annotator;
    const spans = beginningBefore(first.end, annotator.state().spans);
    const begun = new LabelDrawing(positions, highlightOf, spans, annotator.emphasis());
    return { drawing: begun, screens: { sections: first.sections, marks: begun.marks() } };
  });
  const frame = useRef<HTMLDivElement>(null);
  const [editor, setEditor] = useState<ArticleEditor | null>(null);
  useEffect(() => {
    const parent = frame.current;
    if (!parent) return;
    return afterPaint(() => {
      const made = new ArticleEditor(parent, drawing, {
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
        inNextFrame,
        words: () => annotator.segmentation,
      });
      hideFromReact(made.element);
      const draw = () => {
        const { spans } = annotator.state();
        made.draw((inView) => drawing.update(spans, annotator.emphasis(), inView));
      };
      draw();
      const stop = annotator.subscribe(draw);
      setEditor(made);
      onReady(made);
      return () => {
        stop();
        setEditor(null);
        made.destroy();
      };
    });
  }, [annotator, drawing, title, language, onReady]);

  // By then it is shown.
  useEffect(() => {
    if (editor && !isBusyElsewhere()) editor.focus();
  }, [editor]);

  useImperativeHandle(handle, () => editor ?? notYetShown, [editor]);

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keyboard's way to the same is Enter, see commands.ts
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keyboard's way to the same is Enter, see commands.ts
    <div
      onClick={({ target }) => {
        if (!(target instanceof Element)) return;
        onPress(getSelection()?.isCollapsed === false ? null : spansAround(target));
      }}
    >
      {/* Until the other is away, or both would be seen. */}
      <div ref={frame} hidden={editor === null} />
      {!editor && (
        // The beginning of what the editor will draw: the server sends it, and the first paint shows it.
        <StaticArticle positions={drawing.positions} {...screens} language={language} />
      )}
    </div>
  );
}

/**
 * Runs `begin` once what is there now is painted, or as soon as somebody presses a key, which must
 * not be lost.
 *
 * @returns calls it off, or ends it by what it returned
 */
function afterPaint(begin: () => () => void): () => void {
  let end: (() => void) | null = null;
  let timer: ReturnType<typeof setTimeout>;
  const waiting = new AbortController();
  const run = () => {
    waiting.abort();
    end = begin();
  };
  const callOff = inNextFrame(() => {
    timer = setTimeout(run);
  });
  waiting.signal.addEventListener("abort", () => {
    callOff();
    clearTimeout(timer);
  });
  // Before the page hears of it.
  addEventListener("keydown", () => flushSync(run), { capture: true, signal: waiting.signal });
  return () => {
    waiting.abort();
    end?.();
  };
}

/** The spans that begin before an offset, of some in text order. */
function beginningBefore(offset: number, spans: readonly Span[]): readonly Span[] {
  const behind = spans.findIndex(({ fragments }) => hull(fragments).start >= offset);
  return behind < 0 ? spans : spans.slice(0, behind);
}

/** Whether the reader is already typing somewhere, or answering something that lies over the page. */
function isBusyElsewhere(): boolean {
  const { activeElement } = document;
  const busy = "input, textarea, select, [role=dialog], [role=alertdialog], [role=menu]";
  return activeElement?.closest(busy) != null;
}

/**
 * Before each commit React reads the selection of a focused editable element by walking through
 * all of its nodes, to put it back afterwards: for a long article 10 ms, and the editor looks after
 * its selection itself. React takes an element for editable by this property.
 */
function hideFromReact(element: HTMLElement): void {
  Object.defineProperty(element, "contentEditable", { configurable: true, get: () => "inherit" });
}

/** Every span under an element: overlapping marks lie in each other. */
export function spansAround(element: Element): string[] {
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
  pieces: () => [],
  caret: () => 0,
  select: () => undefined,
  collapse: () => undefined,
  focus: () => undefined,
  drawing: (work) => work(),
  reveal: () => undefined,
  putCaret: () => undefined,
  show: () => undefined,
  directionAt: () => "ltr",
  top: () => 0,
};
