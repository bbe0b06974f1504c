import type {
  ExampleSpan,
  Guideline,
  GuidelineBlock,
  GuidelineWords,
} from "@/lib/domain/guideline";
import { MAX_LIST_DEPTH } from "@/lib/domain/limits";
import { ArticleText, codePointLength } from "@/lib/domain/text";

/** A node as the editor of guidelines takes and gives it. */
export type EditorNode = {
  readonly type?: string | undefined;
  readonly attrs?: Readonly<Record<string, unknown>> | undefined;
  readonly content?: readonly EditorNode[] | undefined;
  readonly marks?: readonly EditorMark[] | undefined;
  readonly text?: string;
};

type EditorMark = {
  readonly type: string;
  readonly attrs?: Readonly<Record<string, unknown>> | undefined;
};

type ListItem = Extract<GuidelineBlock, { type: "list" }>["items"][number];

/** Guidelines as the editor's document; one without blocks gets a paragraph to write in. */
export function toEditor({ blocks }: Guideline): EditorNode {
  const content = blocks.flatMap(nodesOf);
  return { type: "doc", content: content.length > 0 ? content : [{ type: "paragraph" }] };
}

function nodesOf(block: GuidelineBlock): EditorNode[] {
  switch (block.type) {
    case "heading":
      return [
        {
          type: "heading",
          attrs: { level: block.level, label: block.label ?? null },
          content: textNodes(block.words),
        },
      ];
    case "paragraph":
      return [paragraph(block.words)];
    case "list":
      return listNodes(block.items, 0);
    case "table":
      return [
        {
          type: "table",
          content: block.rows.map((row) => ({
            type: "tableRow",
            content: row.map(({ header, words }) => ({
              type: header ? "tableHeader" : "tableCell",
              content: [paragraph(words)],
            })),
          })),
        },
      ];
    case "example":
      return [{ type: "example", content: exampleNodes(block.text, block.spans) }];
  }
}

const paragraph = (words: readonly GuidelineWords[]): EditorNode => ({
  type: "paragraph",
  content: textNodes(words),
});

function textNodes(words: readonly GuidelineWords[]): EditorNode[] {
  return words.map(({ text, bold, italic, code, link }) => {
    const marks: EditorMark[] = [];
    if (link !== undefined) marks.push({ type: "link", attrs: { href: link } });
    if (bold) marks.push({ type: "bold" });
    if (italic) marks.push({ type: "italic" });
    if (code) marks.push({ type: "code" });
    return { type: "text", text, ...(marks.length > 0 ? { marks } : {}) };
  });
}

/** Items that lie at a depth or below it, as lists: one for each run of the same kind. */
function listNodes(items: readonly ListItem[], depth: number): EditorNode[] {
  const lists: { type: string; content: EditorNode[] }[] = [];
  for (let at = 0; at < items.length; ) {
    const item = items[at];
    let end = at + 1;
    while ((items[end]?.depth ?? depth) > depth) end += 1;
    const type = item?.ordered ? "orderedList" : "bulletList";
    const node = {
      type: "listItem",
      content: [paragraph(item?.words ?? []), ...listNodes(items.slice(at + 1, end), depth + 1)],
    };
    const last = lists.at(-1);
    if (last?.type === type) last.content.push(node);
    else lists.push({ type, content: [node] });
    at = end;
  }
  return lists;
}

/** The text cut where spans begin and end; each span is a mark on all its pieces, told by its number. */
function exampleNodes(value: string, spans: readonly ExampleSpan[]): EditorNode[] {
  const text = new ArticleText(value);
  const edges = new Set([0, text.length, ...spans.flatMap(({ start, end }) => [start, end])]);
  const cuts = [...edges].sort((a, b) => a - b);
  return cuts.slice(0, -1).map((start, index) => {
    const end = cuts[index + 1] ?? text.length;
    const marks = spans.flatMap((span, id) =>
      span.start <= start && end <= span.end
        ? [{ type: "exampleSpan", attrs: { label: span.label, id } }]
        : [],
    );
    const node = { type: "text", text: text.slice({ start, end }) };
    return marks.length > 0 ? { ...node, marks } : node;
  });
}

/**
 * What the editor's document says, as it is kept: empty paragraphs at the end are left out, and items that
 * lie deeper than may be lie as deep as may be.
 */
export function fromEditor(document: EditorNode): Guideline {
  const blocks = (document.content ?? []).flatMap(blocksOf);
  // Two lists beside each other are one.
  const joined: GuidelineBlock[] = [];
  for (const block of blocks) {
    const last = joined.at(-1);
    if (block.type === "list" && last?.type === "list") {
      joined[joined.length - 1] = { ...last, items: [...last.items, ...block.items] };
    } else joined.push(block);
  }
  const end = joined.findLastIndex((block) => block.type !== "paragraph" || block.words.length > 0);
  return { blocks: joined.slice(0, end + 1) };
}

function blocksOf(node: EditorNode): GuidelineBlock[] {
  const content = node.content ?? [];
  switch (node.type) {
    case "heading": {
      const { level, label } = node.attrs ?? {};
      return [
        {
          type: "heading",
          level: level === 1 || level === 3 ? level : 2,
          ...(typeof label === "string" ? { label } : {}),
          words: wordsIn(content),
        },
      ];
    }
    case "paragraph":
      return [{ type: "paragraph", words: wordsIn(content) }];
    case "bulletList":
    case "orderedList":
      return [{ type: "list", items: itemsIn(node, 0) }];
    case "table":
      return [
        {
          type: "table",
          rows: content.map((row) =>
            (row.content ?? []).map((cell) => ({
              header: cell.type === "tableHeader",
              words: wordsIn(cell.content?.[0]?.content ?? []),
            })),
          ),
        },
      ];
    case "example":
      return [exampleIn(content)];
    default:
      return [];
  }
}

function itemsIn(list: EditorNode, depth: number): ListItem[] {
  return (list.content ?? []).flatMap(({ content = [] }) => {
    const [first, ...rest] = content;
    const item = {
      depth: Math.min(depth, MAX_LIST_DEPTH - 1),
      ordered: list.type === "orderedList",
      words: wordsIn(first?.content ?? []),
    };
    return [item, ...rest.flatMap((inner) => itemsIn(inner, depth + 1))];
  });
}

function wordsIn(nodes: readonly EditorNode[]): GuidelineWords[] {
  return nodes.flatMap(({ text, marks = [] }) => {
    if (!text) return [];
    const has = (type: string) => marks.some((mark) => mark.type === type);
    const href = marks.find((mark) => mark.type === "link")?.attrs?.href;
    return [
      {
        text,
        ...(has("bold") ? { bold: true as const } : {}),
        ...(has("italic") ? { italic: true as const } : {}),
        ...(has("code") ? { code: true as const } : {}),
        ...(typeof href === "string" ? { link: href } : {}),
      },
    ];
  });
}

/** A mark goes on while its number does: where words between were taken out of it, it is two spans. */
function exampleIn(nodes: readonly EditorNode[]): Extract<GuidelineBlock, { type: "example" }> {
  const spans: { id: unknown; label: string; start: number; end: number }[] = [];
  let length = 0;
  for (const { text = "", marks = [] } of nodes) {
    const start = length;
    length += codePointLength(text);
    for (const { attrs } of marks) {
      if (typeof attrs?.label !== "string") continue;
      const { id, label } = attrs;
      const open = spans.find((one) => one.id === id && one.label === label && one.end === start);
      if (open) open.end = length;
      else spans.push({ id, label, start, end: length });
    }
  }
  const value = nodes.map(({ text = "" }) => text).join("");
  const text = new ArticleText(value);
  const told = new Map<string, ExampleSpan>();
  for (const { label, ...range } of spans) {
    // What was typed beside it may have become one character with its edge.
    const start = text.boundaryBefore(range.start);
    const end = text.boundaryAfter(range.end);
    told.set(`${start} ${end} ${label}`, { label, start, end });
  }
  return {
    type: "example",
    text: value,
    spans: [...told.values()].sort((a, b) => a.start - b.start || b.end - a.end),
  };
}
