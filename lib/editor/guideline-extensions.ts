import { type AnyExtension, Mark, mergeAttributes, Node } from "@tiptap/core";
import Bold from "@tiptap/extension-bold";
import Code from "@tiptap/extension-code";
import Document from "@tiptap/extension-document";
import Heading from "@tiptap/extension-heading";
import Italic from "@tiptap/extension-italic";
import Link from "@tiptap/extension-link";
import { BulletList, ListItem, ListKeymap, OrderedList } from "@tiptap/extension-list";
import Paragraph from "@tiptap/extension-paragraph";
import Text from "@tiptap/extension-text";
import { Dropcursor, Gapcursor, Placeholder, TrailingNode, UndoRedo } from "@tiptap/extensions";
import { addRowAfter, goToNextCell, isInTable, tableEditing } from "@tiptap/pm/tables";
import type { LabelStyle } from "@/lib/domain/label-style";
import { MAX_TABLE_ROWS } from "@/lib/domain/limits";
import { isLink } from "@/lib/domain/link";
import { tableSize } from "./guideline-commands";

/** How a label looks: its style and letter, and what it is called. */
export type LabelLook = {
  readonly style: LabelStyle;
  readonly letter: string;
  readonly name: string;
};

/** What words may look like outside of examples. */
const looks = "bold italic code link";

/** All that guidelines consist of, and no more: what is pasted becomes that. */
export function guidelineExtensions({
  lookOf,
  placeholder,
}: {
  lookOf: (label: string) => LabelLook;
  placeholder: string;
}): AnyExtension[] {
  return [
    Document,
    Text,
    Paragraph.extend({ marks: looks, addAttributes: () => direction }),
    sectionHeading(lookOf),
    Bold,
    Italic,
    Code.extend({ excludes: "" }),
    Link.extend({ inclusive: false }).configure({
      openOnClick: false,
      defaultProtocol: "https",
      isAllowedUri: (address) => isLink(address),
      HTMLAttributes: { rel: "noopener noreferrer nofollow", target: null },
    }),
    BulletList,
    OrderedList,
    // What lies in an item: its words, and the lists below it.
    ListItem.extend({ content: "paragraph (bulletList | orderedList)*" }),
    ListKeymap,
    ...tableNodes,
    exampleNode,
    exampleSpan(lookOf),
    UndoRedo,
    Dropcursor,
    Gapcursor,
    TrailingNode,
    Placeholder.configure({ placeholder, emptyNodeClass: "is-empty" }),
  ];
}

/** Words run as they do by themselves. */
const direction = { dir: { default: "auto", parseHTML: () => "auto" } };

/** A heading that may begin the section of a label. */
function sectionHeading(lookOf: (label: string) => LabelLook): AnyExtension {
  return Heading.extend({
    marks: looks,
    addAttributes() {
      return {
        ...this.parent?.(),
        ...direction,
        label: { default: null, rendered: false, parseHTML: () => null },
      };
    },
    renderHTML({ node, HTMLAttributes }) {
      // The page itself has the first level.
      const level = Math.min(Number(node.attrs.level), 3) + 1;
      const label: unknown = node.attrs.label;
      const named =
        typeof label === "string" ? { "data-label-name": `Section of ${lookOf(label).name}` } : {};
      const drawn = { ...named, "data-level": String(node.attrs.level) };
      return [`h${level}`, mergeAttributes(HTMLAttributes, drawn), 0];
    },
    parseHTML: () => [
      { tag: "h1", attrs: { level: 1 } },
      { tag: "h2", attrs: { level: 1 } },
      { tag: "h3", attrs: { level: 2 } },
      { tag: "h4", attrs: { level: 3 } },
      { tag: "h5", attrs: { level: 3 } },
      { tag: "h6", attrs: { level: 3 } },
    ],
  }).configure({ levels: [1, 2, 3] });
}

/** What prosemirror-tables knows the nodes of a table by. */
const tableRoles: Readonly<Record<string, string>> = {
  table: "table",
  tableRow: "row",
  tableCell: "cell",
  tableHeader: "header_cell",
};

/** Cells span one column and one row each; what is pasted otherwise is filled up with empty ones. */
const cellAttributes = () => ({
  colspan: { default: 1, rendered: false, parseHTML: () => 1 },
  rowspan: { default: 1, rendered: false, parseHTML: () => 1 },
  colwidth: { default: null, rendered: false, parseHTML: () => null },
});

const tableNodes: readonly AnyExtension[] = [
  Node.create({
    name: "table",
    group: "block",
    content: "tableRow+",
    isolating: true,
    parseHTML: () => [{ tag: "table" }],
    renderHTML: () => ["div", { class: "guideline-table" }, ["table", {}, ["tbody", 0]]],
    extendNodeSchema: ({ name }: { name: string }) => {
      const tableRole = tableRoles[name];
      return tableRole === undefined ? {} : { tableRole };
    },
    addProseMirrorPlugins: () => [tableEditing()],
    addKeyboardShortcuts() {
      const { editor } = this;
      const go = (by: 1 | -1) => goToNextCell(by)(editor.state, editor.view.dispatch);
      return {
        Tab: () => {
          if (!isInTable(editor.state)) return false;
          if (go(1)) return true;
          const isFull = (tableSize(editor.state)?.rows ?? 0) >= MAX_TABLE_ROWS;
          return !isFull && addRowAfter(editor.state, editor.view.dispatch) && go(1);
        },
        "Shift-Tab": () => go(-1),
      };
    },
  }),
  Node.create({
    name: "tableRow",
    content: "(tableCell | tableHeader)+",
    parseHTML: () => [{ tag: "tr" }],
    renderHTML: () => ["tr", 0],
  }),
  ...(["tableCell", "tableHeader"] as const).map((name) => {
    const tag = name === "tableCell" ? "td" : "th";
    return Node.create({
      name,
      content: "paragraph",
      isolating: true,
      addAttributes: cellAttributes,
      parseHTML: () => [{ tag }],
      renderHTML: () => [tag, 0],
    });
  }),
];

/** A short text out of an article, in which spans are labelled. */
const exampleNode = Node.create({
  name: "example",
  group: "block",
  content: "text*",
  marks: "exampleSpan",
  defining: true,
  parseHTML: () => [{ tag: "div[data-example]", preserveWhitespace: "full" }],
  renderHTML: () => ["div", { class: "example", "data-example": "", dir: "auto" }, 0],
  addKeyboardShortcuts() {
    const { editor } = this;
    return {
      // What follows is no example.
      Enter: () => {
        const { $from, empty } = editor.state.selection;
        if ($from.parent.type.name !== "example") return false;
        if (!empty) return true;
        return editor
          .chain()
          .insertContentAt($from.after(), { type: "paragraph" })
          .setTextSelection($from.after() + 1)
          .run();
      },
    };
  },
});

/**
 * A labelled span of an example. Spans lie over each other, also those of one label, which a number tells
 * apart.
 */
function exampleSpan(lookOf: (label: string) => LabelLook): AnyExtension {
  return Mark.create({
    name: "exampleSpan",
    excludes: "",
    inclusive: false,
    addAttributes: () => ({ label: { default: "" }, id: { default: 0 } }),
    parseHTML: () => [
      {
        tag: "mark[data-example-span]",
        getAttrs: (element) => {
          const label = element.getAttribute("data-example-span") ?? "";
          return label === "" ? false : { label, id: Number(element.dataset.id) || 0 };
        },
      },
    ],
    renderHTML: ({ mark }) => {
      const label = String(mark.attrs.label);
      const { style, letter, name } = lookOf(label);
      return [
        "mark",
        {
          "data-example-span": label,
          "data-id": String(mark.attrs.id),
          "data-label-style": style,
          "data-letter": letter,
          "data-first": "",
          "data-opens": `${name}:`,
          "data-closes": `end of ${name}`,
        },
        0,
      ];
    },
  });
}
