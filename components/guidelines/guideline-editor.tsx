import { type Editor, EditorContent, useEditor, useEditorState } from "@tiptap/react";
import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from "react";
import { appearanceOf } from "@/lib/annotator/label-appearance";
import type { Guideline } from "@/lib/domain/guideline";
import { MAX_LINK_LENGTH, MAX_TABLE_COLUMNS, MAX_TABLE_ROWS } from "@/lib/domain/limits";
import { isLink } from "@/lib/domain/link";
import type { Scheme } from "@/lib/domain/scheme";
import {
  changeTable,
  headingAt,
  insertExample,
  insertTable,
  isInExample,
  labelsAt,
  setSectionLabel,
  type TableCommand,
  tableSize,
  toggleSpan,
} from "@/lib/editor/guideline-commands";
import { fromEditor, toEditor } from "@/lib/editor/guideline-document";
import { guidelineExtensions } from "@/lib/editor/guideline-extensions";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { Select, TextField } from "../ui/field";
import { LabelBadge } from "../ui/label-badge";
import { inNextFrame } from "../ui/next-frame";
import { toast } from "../ui/toast";
import { Tooltip } from "../ui/tooltip";
import "./guideline.css";

/** Guidelines to be written in, with a toolbar. What it begins with is never looked at again. */
export function GuidelineEditor({
  scheme,
  start,
  isFixed,
  onChange,
}: {
  scheme: Scheme;
  start: Guideline;
  /** Whether nothing can be written now. */
  isFixed: boolean;
  /** @param read says what is written at this moment, also later: it takes a while in long guidelines */
  onChange: (read: () => Guideline) => void;
}) {
  const frame = useRef<HTMLDivElement>(null);
  const [link, setLink] = useState<string | null>(null);
  const [made] = useState(() => ({
    extensions: guidelineExtensions({
      lookOf: (label) => appearanceOf(scheme, label),
      placeholder: "Write what each label means, and when it does not apply.",
    }),
    // The editor only reads it.
    content: toEditor(start) as object,
  }));
  const editor = useEditor({
    ...made,
    immediatelyRender: false,
    injectCSS: false, // the policy for styles would not have it
    editorProps: {
      attributes: {
        class: "guideline guideline-editor",
        role: "textbox",
        "aria-multiline": "true",
        "aria-label": "Guidelines",
      },
      handleKeyDown: (_, event) => {
        if (!editor) return false;
        const isCommand = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
        if (event.key === "Escape") {
          // Where the caret has just gone is known with the next frame, unless the focus has left by then.
          inNextFrame(() =>
            frame.current?.querySelector<HTMLElement>('[role="toolbar"] [tabindex="0"]')?.focus(),
          );
          return true;
        }
        if (isCommand && event.key.toLowerCase() === "k" && !isInExample(editor)) {
          setLink(linkAt(editor));
          return true;
        }
        const [, digit] = /^Digit([1-9])$/.exec(event.code) ?? [];
        if (!event.altKey || event.ctrlKey || digit === undefined || !isInExample(editor)) {
          return false;
        }
        const rule = scheme.labels.find(({ key }) => key === digit);
        if (rule) mark(editor, rule.name);
        return rule !== undefined;
      },
    },
    onUpdate: ({ editor: changed }) => {
      const { doc } = changed.state;
      onChange(() => fromEditor(doc.toJSON()));
    },
  });
  if (!editor) return null;
  return (
    <div
      ref={frame}
      inert={isFixed}
      className="rounded-lg border border-line bg-surface focus-within:border-edge"
    >
      <div className="sticky top-(--shell-height) z-5 overflow-clip rounded-t-lg">
        <Toolbar editor={editor} scheme={scheme} onLink={() => setLink(linkAt(editor))} />
      </div>
      <EditorContent editor={editor} />
      {link !== null && (
        <LinkDialog
          before={link}
          onClose={(address) => {
            setLink(null);
            if (address !== null) setLinkAt(editor, address);
            // Once the dialog has given the focus back.
            inNextFrame(() => editor.view.focus());
          }}
        />
      )}
    </div>
  );
}

function mark(editor: Editor, label: string): void {
  if (toggleSpan(editor, label)) return;
  toast("Select some words of the example first.");
}

const linkAt = (editor: Editor): string => String(editor.getAttributes("link").href ?? "");

/** Has the words that are selected, or the link at the caret, lead there; "" takes the link away. */
function setLinkAt(editor: Editor, href: string): void {
  const chain = editor.chain().focus().extendMarkRange("link");
  if (href === "") chain.unsetLink().run();
  else if (editor.state.selection.empty && linkAt(editor) === "") {
    const marks = [{ type: "link", attrs: { href } }];
    chain.insertContent({ type: "text", text: href.replace(/^mailto:/i, ""), marks }).run();
  } else chain.setLink({ href }).run();
}

/** What stands in the toolbar of the caret's place. */
function placeOf(editor: Editor) {
  return {
    level: [1, 2, 3].find((level) => editor.isActive("heading", { level })) ?? 0,
    bold: editor.isActive("bold"),
    italic: editor.isActive("italic"),
    code: editor.isActive("code"),
    link: editor.isActive("link"),
    bullets: editor.isActive("bulletList"),
    numbers: editor.isActive("orderedList"),
    table: tableSize(editor.state),
    example: isInExample(editor),
    labels: [...labelsAt(editor)].join(" "),
    section: headingAt(editor),
    mayUndo: editor.can().undo(),
    mayRedo: editor.can().redo(),
  };
}

const tableButtons: readonly { command: TableCommand; words: string; name: string }[] = [
  { command: "rowAfter", words: "+ Row", name: "Insert a row below" },
  { command: "columnAfter", words: "+ Column", name: "Insert a column after" },
  { command: "headerRow", words: "Header", name: "Make the first row a header, or not" },
  { command: "withoutRow", words: "− Row", name: "Delete the row" },
  { command: "withoutColumn", words: "− Column", name: "Delete the column" },
  { command: "withoutTable", words: "− Table", name: "Delete the table" },
];

function Toolbar({
  editor,
  scheme,
  onLink,
}: {
  editor: Editor;
  scheme: Scheme;
  onLink: () => void;
}) {
  const place = useEditorState({ editor, selector: ({ editor: now }) => placeOf(now) });
  const bar = useRef<HTMLDivElement>(null);
  /** Which of its buttons Tab comes to: by its name. */
  const [current, setCurrent] = useState("H1, a heading");

  // What is there changes with the caret: Tab always comes to one of them.
  useEffect(() => {
    const reached = bar.current?.querySelector('[tabindex="0"]:not(:disabled)');
    if (!reached) setCurrent("H1, a heading");
  });

  /** Arrows go from button to button, and round at the ends. */
  function go(event: KeyboardEvent) {
    const buttons = [
      ...(bar.current?.querySelectorAll<HTMLElement>("button:not(:disabled)") ?? []),
    ];
    const at = buttons.findIndex((button) => button.matches(":focus"));
    if (at < 0) return;
    const isRtl = getComputedStyle(event.currentTarget).direction === "rtl";
    const [forth, back] = isRtl ? ["ArrowLeft", "ArrowRight"] : ["ArrowRight", "ArrowLeft"];
    const to =
      event.key === forth
        ? at + 1
        : event.key === back
          ? at - 1
          : event.key === "Home"
            ? 0
            : event.key === "End"
              ? -1
              : null;
    if (event.key === "Escape") {
      event.preventDefault();
      editor.view.focus();
    }
    if (to === null) return;
    event.preventDefault();
    buttons.at(to % buttons.length)?.focus();
  }

  const run = () => {
    // At once: Tiptap's own waits for a frame, and keys may come before it.
    editor.view.focus();
    return editor.chain();
  };
  const tool = (
    name: string,
    words: ReactNode,
    onClick: () => void,
    { pressed, keys, disabled }: { pressed?: boolean; keys?: string; disabled?: boolean } = {},
  ) => (
    <Tooltip label={name} {...(keys ? { keys } : {})}>
      <Button
        variant="quiet"
        size="small"
        className="min-w-8 px-1.5"
        aria-label={name}
        aria-pressed={pressed}
        disabled={disabled}
        tabIndex={name === current ? 0 : -1}
        onFocus={() => setCurrent(name)}
        // The caret stays in the text.
        onMouseDown={(event) => event.preventDefault()}
        onClick={onClick}
      >
        {words}
      </Button>
    </Tooltip>
  );
  const isPlain = !place.example;
  const { rows = 0, columns = 0 } = place.table ?? {};
  const full: TableCommand[] = [
    ...(rows < MAX_TABLE_ROWS ? [] : (["rowAfter"] as const)),
    ...(columns < MAX_TABLE_COLUMNS ? [] : (["columnAfter"] as const)),
  ];
  const labels = place.labels.split(" ");
  const known = scheme.labels.map(({ name }) => name);
  // Those that the scheme has no longer can be taken away where they are.
  const gone = labels.filter((label) => label !== "" && !known.includes(label));
  return (
    <div className="guideline-toolbar">
      <div ref={bar} role="toolbar" aria-label="Formatting" className="contents" onKeyDown={go}>
        <div className="group">
          {([1, 2, 3] as const).map((level) => (
            <span key={level}>
              {tool(
                `H${level}, a heading`,
                `H${level}`,
                () => run().toggleHeading({ level }).run(),
                {
                  pressed: place.level === level,
                  keys: `Ctrl+Alt+${level}`,
                },
              )}
            </span>
          ))}
        </div>
        <div className="group">
          {tool("Bold", <strong>B</strong>, () => run().toggleBold().run(), {
            pressed: place.bold,
            keys: "Ctrl+B",
            disabled: !isPlain,
          })}
          {tool("Italic", <em>I</em>, () => run().toggleItalic().run(), {
            pressed: place.italic,
            keys: "Ctrl+I",
            disabled: !isPlain,
          })}
          {tool("Code", <code>{"<>"}</code>, () => run().toggleCode().run(), {
            pressed: place.code,
            keys: "Ctrl+E",
            disabled: !isPlain,
          })}
          {tool("Link", "Link", onLink, {
            pressed: place.link,
            keys: "Ctrl+K",
            disabled: !isPlain,
          })}
        </div>
        <div className="group">
          {tool("Bulleted list", "Bulleted", () => run().toggleBulletList().run(), {
            pressed: place.bullets,
            keys: "Ctrl+Shift+8",
          })}
          {tool("Numbered list", "Numbered", () => run().toggleOrderedList().run(), {
            pressed: place.numbers,
            keys: "Ctrl+Shift+7",
          })}
        </div>
        <div className="group">
          {!place.table && tool("Insert a table", "Table", () => insertTable(editor))}
          {place.table &&
            tableButtons.map(({ command, words, name }) => (
              <span key={command}>
                {tool(name, words, () => changeTable(editor, command), {
                  disabled: full.includes(command),
                })}
              </span>
            ))}
          {!place.table &&
            tool(
              "Example",
              "Example",
              () => (place.example ? run().setParagraph().run() : insertExample(editor)),
              { pressed: place.example },
            )}
        </div>
        {place.example && (
          <div className="group">
            {[...known, ...gone].map((name) => {
              const look = appearanceOf(scheme, name);
              return (
                <span key={name}>
                  {tool(
                    gone.includes(name) ? `Remove ${look.name}` : `Label as ${look.name}`,
                    <LabelBadge {...look} />,
                    () => mark(editor, name),
                    {
                      pressed: labels.includes(name),
                      ...(look.key === "" ? {} : { keys: `Alt+${look.key}` }),
                    },
                  )}
                </span>
              );
            })}
          </div>
        )}
        <div className="group">
          {tool("Undo", "↶", () => run().undo().run(), {
            keys: "Ctrl+Z",
            disabled: !place.mayUndo,
          })}
          {tool("Redo", "↷", () => run().redo().run(), {
            keys: "Ctrl+Shift+Z",
            disabled: !place.mayRedo,
          })}
        </div>
      </div>
      <div className="group compact w-44">
        <div className="w-full">
          <Select
            label="Label that this section is about"
            hideLabel
            disabled={place.section === null}
            value={place.section?.label ?? ""}
            onChange={({ target }) =>
              setSectionLabel(editor, target.value === "" ? null : target.value)
            }
            options={[
              { value: "", label: "Section of no label" },
              ...scheme.labels.map(({ name }) => ({
                value: name,
                label: `Section of ${appearanceOf(scheme, name).name}`,
              })),
              ...unknownLabel(scheme, place.section?.label ?? null),
            ]}
          />
        </div>
      </div>
    </div>
  );
}

/** A label that the scheme has no longer, so that it can be seen and replaced. */
function unknownLabel(scheme: Scheme, label: string | null) {
  if (label === null || scheme.labels.some(({ name }) => name === label)) return [];
  return [{ value: label, label: `Section of ${label} (not in the scheme)` }];
}

/** @param onClose given where the link leads, "" for nowhere, null where it stays as it was */
function LinkDialog({
  before,
  onClose,
}: {
  before: string;
  onClose: (address: string | null) => void;
}) {
  const [written, setWritten] = useState(before);
  const [error, setError] = useState<string | null>(null);
  const done = () => {
    const address = completed(written.trim());
    if (address === "" || isLink(address)) onClose(address);
    else if (address.length > MAX_LINK_LENGTH) {
      setError(`An address may have ${MAX_LINK_LENGTH} characters at most.`);
    } else setError("A link leads to the web (https://…) or to an e-mail address.");
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose(null)}
      title="Link"
      footer={
        <>
          {before !== "" && <Button onClick={() => onClose("")}>Remove the link</Button>}
          <Button variant="primary" onClick={done}>
            Set the link
          </Button>
        </>
      }
    >
      <TextField
        label="Address"
        dir="ltr"
        inputMode="url"
        value={written}
        error={error}
        onChange={({ target }) => setWritten(target.value)}
        onKeyDown={(event) => {
          if (event.key !== "Enter") return;
          event.preventDefault();
          done();
        }}
      />
    </Dialog>
  );
}

/** An address as people write it, with what it begins with. */
function completed(written: string): string {
  if (written === "" || /^[a-z][a-z0-9+.-]*:/i.test(written)) return written;
  return /^[^\s/@]+@[^\s/@]+$/.test(written) ? `mailto:${written}` : `https://${written}`;
}
