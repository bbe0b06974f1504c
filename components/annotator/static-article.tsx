import { createElement, Fragment, type ReactNode } from "react";
import { type LabelMark, markedTexts } from "@/lib/editor/label-drawing";
import { elementsOf, estimatedLines, type Positions } from "@/lib/editor/positions";

/** The article with labels as the editor draws it, without one: for a first paint, or a mere look. */
export function StaticArticle({
  positions,
  sections = positions.sections.length,
  marks,
  language,
  top,
}: {
  positions: Positions;
  /** Only so many of the first ones, with room for the others; all by default. */
  sections?: number;
  /** Those in it. */
  marks: readonly LabelMark[];
  language: string | null;
  /** The level of its title among the headings around it; 1 if left out. */
  top?: number;
}) {
  const elements = elementsOf(positions, top);
  const byBlock = Map.groupBy(marks, ({ block }) => block);
  const rest = positions.sections.slice(sections);
  const lines = rest.reduce((sum, _, at) => sum + estimatedLines(positions, sections + at), 0);
  return (
    <div className="article reading first-screens" lang={language ?? undefined} translate="no">
      {positions.sections.slice(0, sections).map(({ first, end }, section) => (
        <div
          key={first}
          className="reading-section"
          // A custom property is no property that React knows the type of.
          style={{ "--lines": estimatedLines(positions, section) } as React.CSSProperties}
        >
          {positions.blocks.slice(first, end).map(({ kind }, index) => {
            const block = first + index;
            return createElement(
              elements[block] ?? "p",
              { key: block, "data-block": kind, dir: "auto" },
              wordsOf(positions, block, byBlock.get(block) ?? []),
            );
          })}
        </div>
      ))}
      {lines > 0 && (
        <div className="reading-rest" style={{ "--lines": lines } as React.CSSProperties} />
      )}
    </div>
  );
}

function wordsOf(positions: Positions, block: number, marks: readonly LabelMark[]): ReactNode {
  if (marks.length === 0) return positions.words(block);
  return markedTexts(positions, block, marks).map(({ words, marks: around }, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: stretches are never reordered: the index is who they are
    <Fragment key={index}>
      {around.reduce<ReactNode>(
        (inside, { id, attributes }) => createElement("mark", { ...attributes, key: id }, inside),
        words,
      )}
    </Fragment>
  ));
}
