"use client";

import { Autocomplete } from "@base-ui/react/autocomplete";
import { Dialog } from "@base-ui/react/dialog";
import { type ReactNode, useRef, useState } from "react";
import { type Choice, fitting } from "@/lib/annotator/choices";
import { Kbd } from "./kbd";

/** Something that can be chosen, and how it looks. */
export type ShownChoice = Choice & {
  /** What is shown of it; its words if left out. */
  readonly shown?: ReactNode;
  /** The key that does the same at once. */
  readonly keys?: string | undefined;
};

export type ChoiceGroup = { readonly title: string; readonly choices: readonly ShownChoice[] };

/** Many things, of which one is chosen by typing some letters of it, or with the arrows, and Enter. */
export function Chooser({
  title,
  groups,
  early,
  onChoose,
  onClose,
}: {
  /** What is chosen: the name of the dialog, and what its field says. */
  title: string;
  groups: readonly ChoiceGroup[];
  /** Takes what has been typed before the field had the focus. */
  early: () => string;
  /** Once the dialog has gone. */
  onChoose: (id: string) => void;
  /** Once the dialog has gone, before what is chosen: the focus goes where it belongs. */
  onClose: () => void;
}) {
  const [typed, setTyped] = useState(early);
  const [open, setOpen] = useState(true);
  const chosen = useRef<string | null>(null);
  const shown = groups
    .map((group) => ({ value: group.title, items: fitting(group.choices, typed) }))
    .filter(({ items }) => items.length > 0);
  const best = fitting(
    shown.flatMap(({ items }) => items.slice(0, 1)),
    typed,
  );
  // What fits best is the first, whatever group it is in.
  if (typed.trim() !== "") {
    const place = ({ items }: { items: ShownChoice[] }) =>
      best.findIndex(({ id }) => id === items[0]?.id);
    shown.sort((a, b) => place(a) - place(b));
  }
  return (
    <Dialog.Root
      open={open}
      onOpenChange={setOpen}
      onOpenChangeComplete={(isOpen) => {
        if (isOpen) return;
        onClose();
        if (chosen.current !== null) onChoose(chosen.current);
      }}
    >
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 bg-scrim supports-[-webkit-touch-callout:none]:absolute" />
        <Dialog.Popup
          finalFocus={false}
          aria-label={title}
          className="popup fixed start-1/2 top-[min(12vh,6rem)] flex max-h-[min(32rem,76dvh)] w-[calc(100vw-1.5rem)] max-w-xl flex-col overflow-hidden ltr:-translate-x-1/2 rtl:translate-x-1/2"
        >
          <Autocomplete.Root
            open
            inline
            autoHighlight="always"
            keepHighlight
            filteredItems={shown}
            items={shown}
            value={typed}
            onValueChange={setTyped}
            itemToStringValue={({ words }) => words}
          >
            <Autocomplete.Input
              onFocus={() => {
                const more = early();
                if (more !== "") setTyped((before) => before + more);
              }}
              aria-label={title}
              placeholder={title}
              className="h-12 w-full shrink-0 border-b border-line bg-transparent px-4 text-ink outline-none placeholder:text-muted"
            />
            <Autocomplete.Empty>
              <p className="px-4 py-6 text-center text-muted empty:hidden">
                {shown.length === 0 ? "Nothing fits what you have typed." : null}
              </p>
            </Autocomplete.Empty>
            <Autocomplete.List className="min-h-0 grow overflow-y-auto overscroll-contain p-1 scroll-py-1 data-empty:hidden">
              {(group: { value: string; items: ShownChoice[] }) => (
                <Autocomplete.Group key={group.value} items={group.items}>
                  <Autocomplete.GroupLabel className="px-3 pt-2 pb-1 text-xs font-medium text-muted select-none">
                    {group.value}
                  </Autocomplete.GroupLabel>
                  <Autocomplete.Collection>
                    {(choice: ShownChoice) => (
                      <Autocomplete.Item
                        key={choice.id}
                        value={choice}
                        onClick={() => {
                          chosen.current = choice.id;
                          setOpen(false);
                        }}
                        className="menu-item cursor-default justify-between data-highlighted:bg-accent-soft data-highlighted:text-accent-strong forced-colors:data-highlighted:bg-[Highlight] forced-colors:data-highlighted:text-[HighlightText]"
                      >
                        <span className="min-w-0">{choice.shown ?? choice.words}</span>
                        {choice.keys !== undefined && <Kbd>{choice.keys}</Kbd>}
                      </Autocomplete.Item>
                    )}
                  </Autocomplete.Collection>
                </Autocomplete.Group>
              )}
            </Autocomplete.List>
          </Autocomplete.Root>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
