import type { ReactNode } from "react";
import { appearanceOf } from "@/lib/annotator/label-appearance";
import type { ExampleSpan, GuidelineBlock, GuidelineWords } from "@/lib/domain/guideline";
import { partsOf } from "@/lib/domain/guideline";
import type { Scheme } from "@/lib/domain/scheme";
import { ArticleText } from "@/lib/domain/text";
import { Badge } from "../ui/badge";
import { LabelBadge } from "../ui/label-badge";
import "./guideline.css";
import { Scrollable } from "../ui/scrollable";

/** What a reader is told of a part that differs. */
const changeWords = { new: "New", changed: "Changed" } as const;

/** Guidelines, or a section of them, to be read. */
export function GuidelineView({
  blocks,
  scheme,
  changes,
  idPrefix,
  above = 1,
}: {
  blocks: readonly GuidelineBlock[];
  scheme: Scheme;
  /** The level of the heading over all this. */
  above?: 1 | 2;
  /** By where a part begins; left out where nobody asks what has changed. */
  changes?: ReadonlyMap<number, "new" | "changed">;
  /** Parts can be gone to by it and where they begin; left out where they need not be. */
  idPrefix?: string;
}) {
  const levels = outlineOf(blocks);
  return (
    <div className="guideline">
      {partsOf({ blocks }).map(({ at, blocks: own }) => {
        const change = changes?.get(at);
        return (
          <section
            key={at}
            id={idPrefix && `${idPrefix}${at}`}
            data-change={change}
            tabIndex={idPrefix ? -1 : undefined}
            className="outline-none"
          >
            {change && !isLine(own[0]) && (
              <p className="change-mark">
                <Badge tone="warn">{changeWords[change]}</Badge>
              </p>
            )}
            {own.map((block, index) => (
              <Block
                // biome-ignore lint/suspicious/noArrayIndexKey: blocks have no other name, and never move
                key={index}
                block={block}
                scheme={scheme}
                level={above + (levels.get(block) ?? 1)}
              >
                {index === 0 && change && (
                  <span className="change-mark">
                    <Badge tone="warn">{changeWords[change]}</Badge>
                  </span>
                )}
              </Block>
            ))}
          </section>
        );
      })}
    </div>
  );
}

/** Whether something can stand behind the words of a block. */
function isLine(block: GuidelineBlock | undefined): boolean {
  return block?.type === "heading" || block?.type === "paragraph";
}

/** How deep each heading lies in the outline, from 1: one that skips a level lies no deeper for it. */
function outlineOf(blocks: readonly GuidelineBlock[]): ReadonlyMap<GuidelineBlock, number> {
  const levels = new Map<GuidelineBlock, number>();
  const open: number[] = [];
  for (const block of blocks) {
    if (block.type !== "heading") continue;
    while ((open.at(-1) ?? 0) >= block.level) open.pop();
    levels.set(block, open.push(block.level));
  }
  return levels;
}

/**
 * @param level of a heading, for the outline of the page
 * @param children what stands behind the words of the block, where it is a line
 */
function Block({
  block,
  scheme,
  level,
  children,
}: {
  block: GuidelineBlock;
  scheme: Scheme;
  level: number;
  children: ReactNode;
}) {
  switch (block.type) {
    case "heading": {
      const Level = (["h2", "h3", "h4", "h5"] as const)[level - 2] ?? "h5";
      return (
        <Level dir="auto" data-level={block.level}>
          <Words words={block.words} />
          {block.label !== undefined && (
            <span className="section-label">
              <LabelBadge {...appearanceOf(scheme, block.label)} />
            </span>
          )}
          {children}
        </Level>
      );
    }
    case "paragraph":
      return (
        <p dir="auto">
          <Words words={block.words} />
          {children}
        </p>
      );
    case "list":
      return <List items={block.items} depth={0} />;
    case "table":
      return <TableBlock rows={block.rows} />;
    case "example":
      return <Example text={block.text} spans={block.spans} scheme={scheme} />;
  }
}

function Words({ words }: { words: readonly GuidelineWords[] }) {
  return words.map(({ text, bold, italic, code, link }, index) => {
    let drawn: ReactNode = text;
    if (code) drawn = <code>{drawn}</code>;
    if (italic) drawn = <em>{drawn}</em>;
    if (bold) drawn = <strong>{drawn}</strong>;
    if (link !== undefined) {
      drawn = (
        <a href={link} rel="noopener noreferrer nofollow" target="_blank">
          {drawn}
        </a>
      );
    }
    // biome-ignore lint/suspicious/noArrayIndexKey: words have no other name, and never move
    return <span key={index}>{drawn}</span>;
  });
}

type Items = Extract<GuidelineBlock, { type: "list" }>["items"];

/** The items of a depth and what lies below each, in a list for each run of one kind. */
function List({ items, depth }: { items: Items; depth: number }) {
  const starts = items.flatMap((item, index) => (item.depth <= depth ? [index] : []));
  const runs: { ordered: boolean; starts: number[] }[] = [];
  for (const start of starts) {
    const ordered = items[start]?.ordered ?? false;
    const last = runs.at(-1);
    if (last?.ordered === ordered) last.starts.push(start);
    else runs.push({ ordered, starts: [start] });
  }
  return runs.map((run) => {
    const Kind = run.ordered ? "ol" : "ul";
    return (
      <Kind key={run.starts[0]} dir="auto">
        {run.starts.map((start) => {
          const next = starts.find((other) => other > start);
          const below = items.slice(start + 1, next);
          return (
            <li key={start}>
              <Words words={items[start]?.words ?? []} />
              {below.length > 0 && <List items={below} depth={depth + 1} />}
            </li>
          );
        })}
      </Kind>
    );
  });
}

function TableBlock({ rows }: Pick<Extract<GuidelineBlock, { type: "table" }>, "rows">) {
  return (
    <Scrollable className="guideline-table" label="Table">
      <table>
        <tbody>
          {rows.map((row, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows have no other name, and never move
            <tr key={at}>
              {row.map(({ header, words }, column) => {
                const Cell = header ? "th" : "td";
                return (
                  // biome-ignore lint/suspicious/noArrayIndexKey: nor have cells
                  <Cell key={column} dir="auto">
                    <Words words={words} />
                  </Cell>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </Scrollable>
  );
}

/** Words with their labels, drawn as on the annotate page. */
function Example({
  text: value,
  spans,
  scheme,
}: {
  text: string;
  spans: readonly ExampleSpan[];
  scheme: Scheme;
}) {
  const text = new ArticleText(value);
  const drawn = laned(spans).filter(({ end }) => end <= text.length);
  const cuts = [...new Set([0, text.length, ...drawn.flatMap(({ start, end }) => [start, end])])];
  cuts.sort((a, b) => a - b);
  return (
    <figure className="example" aria-label="Example" dir="auto">
      {cuts.slice(0, -1).map((start, index) => {
        const end = cuts[index + 1] ?? text.length;
        const over = drawn.filter((span) => span.start <= start && end <= span.end);
        return (
          <Marked key={start} over={over} scheme={scheme} start={start} end={end}>
            {text.slice({ start, end })}
          </Marked>
        );
      })}
    </figure>
  );
}

type LanedSpan = ExampleSpan & { readonly lane: number };

/** Spans in the order of the text, each with the lane of its line: those over each other have different ones. */
function laned(spans: readonly ExampleSpan[]): LanedSpan[] {
  const sorted = [...spans].sort((a, b) => a.start - b.start || b.end - a.end);
  const placed: LanedSpan[] = [];
  for (const span of sorted) {
    const taken = placed.filter(({ end }) => end > span.start).map(({ lane }) => lane);
    const lane = [0, 1, 2, 3].find((one) => !taken.includes(one)) ?? 3;
    placed.push({ ...span, lane });
  }
  return placed;
}

function Marked({
  over,
  scheme,
  start,
  end,
  children,
}: {
  over: readonly LanedSpan[];
  scheme: Scheme;
  start: number;
  end: number;
  children: ReactNode;
}) {
  let drawn = children;
  for (const span of [...over].reverse()) {
    const { style, letter, name } = appearanceOf(scheme, span.label);
    drawn = (
      <mark
        data-label-style={style}
        data-depth={span.lane}
        data-letter={letter}
        data-first={span.start === start ? "" : undefined}
        data-opens={span.start === start ? `${name}:` : undefined}
        data-closes={span.end === end ? `end of ${name}` : undefined}
      >
        {drawn}
      </mark>
    );
  }
  return drawn;
}
