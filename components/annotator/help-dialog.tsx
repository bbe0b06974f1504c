import { Dialog } from "@/components/ui/dialog";
import { Kbd } from "@/components/ui/kbd";
import { type Action, type ActionGroup, actionGroups, actions } from "@/lib/annotator/actions";
import type { Keymap } from "@/lib/annotator/keymap";
import { readable } from "@/lib/annotator/wording";
import type { Scheme } from "@/lib/domain/scheme";

/** Every key of the annotate page; for those who may only read, what those do. */
export function HelpDialog({
  scheme,
  keymap,
  reader,
  open,
  onOpenChange,
}: {
  scheme: Scheme;
  keymap: Keymap;
  reader: boolean;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title="Keys" wide={!reader} reading>
      <div className={reader ? "space-y-5" : "gap-x-8 sm:columns-2"}>
        {groupsOf(scheme, keymap, reader).map(({ group, keys }) => (
          <Keys key={group} title={actionGroups[group]} keys={keys} />
        ))}
      </div>
    </Dialog>
  );
}

type Line = { readonly what: string; readonly keys: readonly string[] };

function groupsOf(
  scheme: Scheme,
  keymap: Keymap,
  reader: boolean,
): { group: ActionGroup; keys: Line[] }[] {
  const all: readonly Action[] = actions;
  const labels = scheme.labels.map(({ key, name }): Line => {
    const what = `Label the selected text, or the selected span, ${readable(name)}`;
    return { what, keys: keymap.settings.single ? [key] : [] };
  });
  const byBrowser: Line = {
    what: "Select text, with Ctrl by words; with the mouse, from the margin too",
    keys: ["Shift+Arrow"],
  };
  // The keys of an object are in the order they were written in.
  return (Object.keys(actionGroups) as ActionGroup[])
    .map((group) => ({
      group,
      keys: [
        ...(reader ? [] : group === "label" ? labels : group === "select" ? [byBrowser] : []),
        ...all
          .filter((action) => action.group === group && (action.reader || !reader))
          .map(({ id, title }) => ({ what: title, keys: keymap.keysOf(id).slice(0, 1) })),
      ],
    }))
    .filter(({ keys }) => keys.length > 0);
}

function Keys({ title, keys }: { title: string; keys: readonly Line[] }) {
  return (
    <section className="mb-5 break-inside-avoid">
      <h3 className="mb-1.5 font-semibold">{title}</h3>
      <dl className="space-y-1">
        {keys.map(({ what, keys: [key] }) => (
          <div key={what} className="flex items-baseline gap-3">
            <dt className="w-32 shrink-0">
              {key === undefined ? <span className="text-muted">no key</span> : <Kbd>{key}</Kbd>}
            </dt>
            <dd className="text-muted">{what}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
