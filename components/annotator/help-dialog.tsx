import { Dialog } from "@/components/ui/dialog";
import { Kbd } from "@/components/ui/kbd";
import { readable } from "@/lib/annotator/wording";
import type { Scheme } from "@/lib/domain/scheme";

/** Every key of the annotate page; for those who may only read, what those do. */
export function HelpDialog({
  scheme,
  reader,
  open,
  onOpenChange,
}: {
  scheme: Scheme;
  reader: boolean;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}) {
  const labels = scheme.labels.map(({ key, name }): Key => [key, readable(name)]);
  const go: Key[] = [
    ["N", "next span"],
    ["P", "previous span"],
    ["Enter", "select the span at the caret; again: the next one there"],
    ["Tab", "the next span at the same place"],
    ["Esc", "deselect; from anywhere else, back to the text"],
  ];
  const help: Key = ["?", "these keys"];
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title="Keys" wide={!reader} reading>
      {reader ? (
        <Keys title="Go" keys={[...go, help]} />
      ) : (
        <div className="grid gap-x-8 gap-y-5 sm:grid-cols-2">
          <Keys
            title="Label"
            keys={[
              [
                "Shift+Arrow",
                "select text, with Ctrl by words; with the mouse, from the margin too",
              ],
              ...labels.map(
                ([key, name]): Key => [
                  key,
                  `label the selected text, or the selected span, ${name}`,
                ],
              ),
              [".", "label as the last time, with the same attributes"],
              ["Ctrl+Z", "undo"],
              ["Ctrl+Shift+Z", "do again"],
            ]}
          />
          <Keys title="Go" keys={go} />
          <Keys
            title="The selected span"
            keys={[
              ["Alt+Arrow", "move its end; with Ctrl by words"],
              ["Alt+Shift+Arrow", "move its start; with Ctrl by words"],
              ["B", "the selected text becomes its boundaries"],
              ["F", "the selected text becomes a further part of it"],
              ["Delete", "remove it"],
            ]}
          />
          <Keys
            title="Link and finish"
            keys={[
              ["R", "link the selected span with another"],
              ["Enter", "make the link that is marked"],
              [
                "Ctrl+Enter",
                "submit what is shown, or go to the next article; in a field, take what is written",
              ],
              help,
            ]}
          />
        </div>
      )}
    </Dialog>
  );
}

type Key = readonly [key: string, what: string];

function Keys({ title, keys }: { title: string; keys: readonly Key[] }) {
  return (
    <section>
      <h3 className="mb-1.5 font-semibold">{title}</h3>
      <dl className="space-y-1">
        {keys.map(([key, what]) => (
          <div key={key} className="flex items-baseline gap-3">
            <dt className="w-32 shrink-0">
              <Kbd>{key}</Kbd>
            </dt>
            <dd className="text-muted">{what}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
