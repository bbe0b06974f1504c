import { type Extensions, type JSONContent, Node } from "@tiptap/core";
import type { BlockKind } from "@/lib/domain/text";
import type { Positions } from "./positions";

/**
 * How long a section is thought to be before it has been laid out, in lines. The reading page
 * turns it into a height, so that the scroll bar is about right from the start.
 */
export function estimatedLines(positions: Positions, section: number): number {
  const { first, end } = positions.sections[section] ?? { first: 0, end: 0 };
  let lines = 0;
  for (let block = first; block < end; block += 1) {
    lines += Math.ceil(positions.words(block).length / 75) + 0.6;
  }
  return Math.ceil(lines);
}

/** The element a block is shown as, and its attributes: the editor and the first paint agree. */
export function blockElement(
  kind: BlockKind,
  level = 2,
): { tag: "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "p" | "blockquote" } {
  if (kind === "title") return { tag: "h1" };
  if (kind === "quote") return { tag: "blockquote" };
  if (kind !== "heading") return { tag: "p" };
  // The title is the first level, so a heading of the text's own level 1 is the second.
  const tags = ["h2", "h2", "h3", "h4", "h5", "h6"] as const;
  return { tag: tags[level - 1] ?? "h6" };
}

const Doc = Node.create({ name: "doc", topNode: true, content: "section+" });

const Words = Node.create({ name: "text", group: "inline" });

const Section = Node.create({
  name: "section",
  content: "block+",
  addAttributes: () => ({ lines: { default: 1, rendered: false } }),
  renderHTML: ({ node }) => [
    "div",
    { class: "reading-section", style: `--lines: ${Number(node.attrs.lines)}` },
    0,
  ],
});

function block(kind: BlockKind) {
  return Node.create({
    name: kind,
    group: "block",
    content: "text*",
    marks: "",
    whitespace: "pre",
    ...(kind === "heading"
      ? { addAttributes: () => ({ level: { default: 2, rendered: false } }) }
      : {}),
    renderHTML: ({ node }) => [
      blockElement(kind, kind === "heading" ? Number(node.attrs.level) : undefined).tag,
      { "data-block": kind, dir: "auto" },
      0,
    ],
  });
}

/** The document of an article: `doc > section+ > block+`, plain words in each block. */
export const articleSchema: Extensions = [
  Doc,
  Words,
  Section,
  block("title"),
  block("heading"),
  block("paragraph"),
  block("list_item"),
  block("quote"),
];

/** The article as the editor's document; {@link Positions} knows where everything in it is. */
export function toDocument(positions: Positions): JSONContent {
  return {
    type: "doc",
    content: positions.sections.map(({ first, end }, section) => ({
      type: "section",
      attrs: { lines: estimatedLines(positions, section) },
      content: positions.blocks.slice(first, end).map(({ kind, level }, index) => {
        const words = positions.words(first + index);
        return {
          type: kind,
          ...(kind === "heading" ? { attrs: { level: level ?? 2 } } : {}),
          ...(words === "" ? {} : { content: [{ type: "text", text: words }] }),
        };
      }),
    })),
  };
}
