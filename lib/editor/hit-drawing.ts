import type { Range } from "@/lib/domain/text";
import type { ArticleEditor } from "./article-editor";

/** What is looked for in the text, as far as drawing it goes. */
type Found = {
  readonly current: Range | null;
  /** The hits that begin in a part of the text, so many of them at most. */
  readonly hitsIn: (range: Range, most: number) => readonly Range[];
};

/** More hits than this in view are no help to anybody. */
const MOST_DRAWN = 1000;

/** How near to an edge of the view a hit may be: the bar over the text hides so much of it. */
const MARGIN = 64;

/**
 * Draws what is found in an article over its labels, as highlights of the browser's, `hits` and the
 * current `hit`: no element changes for it. Only what is in view is drawn.
 */
export class HitDrawing {
  readonly #editor: ArticleEditor;
  readonly #found: Found;
  readonly #stop: () => void;
  #isWaiting = false;
  #isOver = false;

  constructor(editor: ArticleEditor, found: Found, inNextFrame: (work: () => void) => void) {
    this.#editor = editor;
    this.#found = found;
    const later = () => {
      if (this.#isWaiting) return;
      this.#isWaiting = true;
      inNextFrame(() => {
        this.#isWaiting = false;
        this.draw();
      });
    };
    // What is drawn there takes the place of what the highlights are on.
    const unsubscribe = editor.subscribe(later);
    const pane = editor.element.closest(".reading-pane");
    pane?.addEventListener("scroll", later, { passive: true });
    window.addEventListener("resize", later);
    this.#stop = () => {
      unsubscribe();
      pane?.removeEventListener("scroll", later);
      window.removeEventListener("resize", later);
    };
  }

  /** Draws what is found now. Does nothing where the browser has no highlights. */
  draw(): void {
    if (this.#isOver || typeof Highlight === "undefined") return;
    const { current } = this.#found;
    const hits = this.#found.hitsIn(this.#editor.inView(), MOST_DRAWN);
    const drawn = (ranges: readonly Range[]) =>
      new Highlight(...ranges.map((range) => this.#editor.pageRange(range)));
    CSS.highlights.set("hits", drawn(hits));
    const highlight = drawn(current ? [current] : []);
    highlight.priority = 1;
    CSS.highlights.set("hit", highlight);
  }

  /** Brings the current hit into view. */
  show(): void {
    const { current } = this.#found;
    if (current) this.#editor.show(current.start, MARGIN);
  }

  /** Takes all of it away. */
  end(): void {
    this.#isOver = true;
    this.#stop();
    if (typeof Highlight === "undefined") return;
    CSS.highlights.delete("hits");
    CSS.highlights.delete("hit");
  }
}
