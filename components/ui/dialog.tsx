"use client";

import { cloneElement, type ReactElement, type ReactNode, useEffect, useState } from "react";
import { Button } from "./button";
import { classNames } from "./class-names";
import { NOT_LOADED, onDemand, useOnDemand } from "./on-demand";
import { toast } from "./toast";

/** What looks after focus, Escape and the rest of the page while a dialog is open. */
const base = onDemand(async () => {
  const [{ Dialog }, { AlertDialog }] = await Promise.all([
    import("@base-ui/react/dialog"),
    import("@base-ui/react/alert-dialog"),
  ]);
  return { Dialog, AlertDialog };
});

type Opening = {
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
  /** A button that opens it; leave out where something else does. */
  trigger?: ReactElement<Record<string, unknown>>;
};

/** Whether a dialog is open, by itself or by its parent, and the button that opens it. */
function useOpening({ open: given, onOpenChange, trigger }: Opening) {
  const [own, setOwn] = useState(false);
  const open = given ?? own;
  const setOpen = (now: boolean) => {
    setOwn(now);
    onOpenChange?.(now);
  };
  const [isWanted, setWanted] = useState(open);
  if (open && !isWanted) setWanted(true);
  const code = useOnDemand(base, isWanted, () => {
    setWanted(false);
    setOpen(false);
    toast.error(NOT_LOADED);
  });
  // It is there closed before it opens, or it would not fade in.
  const [isReady, setReady] = useState(false);
  useEffect(() => setReady(code !== null && isWanted), [code, isWanted]);
  return {
    code: isWanted ? code : null,
    root: { open: open && isReady, onOpenChange: (now: boolean) => setOpen(now) },
    button:
      trigger &&
      cloneElement(trigger, {
        "aria-haspopup": "dialog",
        "aria-expanded": open,
        onClick: () => setOpen(true),
      }),
  };
}

const backdrop =
  "fixed inset-0 bg-scrim transition-opacity data-ending-style:opacity-0 data-starting-style:opacity-0 supports-[-webkit-touch-callout:none]:absolute";
const popup =
  "popup fixed start-1/2 top-1/2 flex max-h-[calc(100dvh-2rem)] w-[calc(100vw-2rem)] -translate-y-1/2 flex-col ltr:-translate-x-1/2 rtl:translate-x-1/2";

/** A question or a task that has to be finished or left before the page goes on. */
export function Dialog({
  title,
  description,
  wide = false,
  reading = false,
  children,
  footer,
  ...opening
}: Opening & {
  title: ReactNode;
  description?: ReactNode;
  wide?: boolean;
  /** What is in it is read: it gets the focus itself, so that keys scroll it. */
  reading?: boolean;
  children?: ReactNode;
  footer?: ReactNode;
}) {
  const { code, root, button } = useOpening(opening);
  return (
    <>
      {button}
      {code && (
        <code.Dialog.Root {...root}>
          <code.Dialog.Portal>
            <code.Dialog.Backdrop className={backdrop} />
            <code.Dialog.Popup className={classNames(popup, wide ? "max-w-3xl" : "max-w-md")}>
              <header className="ps-5 pe-14 pt-4 pb-1">
                <code.Dialog.Title className="text-lg font-semibold">{title}</code.Dialog.Title>
                {description && (
                  <code.Dialog.Description className="mt-0.5 text-muted">
                    {description}
                  </code.Dialog.Description>
                )}
              </header>
              <div
                {...(reading && { role: "document", tabIndex: 0 })}
                className="min-h-0 overflow-y-auto px-5 py-3 focus-visible:-outline-offset-2"
              >
                {children}
              </div>
              {footer && (
                <footer className="flex flex-wrap justify-end gap-2 border-t border-line px-5 py-3">
                  {footer}
                </footer>
              )}
              {/* Last, so that the focus first goes to what the dialog is about; without a tooltip,
              which would take the first Escape for itself. */}
              <code.Dialog.Close
                render={
                  <Button
                    variant="quiet"
                    size="small"
                    icon="close"
                    aria-label="Close"
                    className="absolute end-3.5 top-3.5"
                  />
                }
              />
            </code.Dialog.Popup>
          </code.Dialog.Portal>
        </code.Dialog.Root>
      )}
    </>
  );
}

/** Asks before something that cannot be taken back. Escape and outside presses mean no. */
export function ConfirmDialog({
  title,
  children,
  confirm,
  danger = false,
  busy = false,
  onConfirm,
  ...opening
}: Opening & {
  title: ReactNode;
  /** What will happen, in full. */
  children: ReactNode;
  /** The verb on the button: "Remove", "Submit". */
  confirm: string;
  danger?: boolean;
  /** Under way: the dialog stays open until its parent closes it. */
  busy?: boolean;
  onConfirm: () => void;
}) {
  const confirmButton = (
    <Button variant={danger ? "danger" : "primary"} busy={busy} onClick={onConfirm}>
      {confirm}
    </Button>
  );
  const { code, root, button } = useOpening(opening);
  return (
    <>
      {button}
      {code && (
        <code.AlertDialog.Root {...root}>
          <code.AlertDialog.Portal>
            <code.AlertDialog.Backdrop className={backdrop} />
            <code.AlertDialog.Popup className={classNames(popup, "max-w-md")}>
              <div className="overflow-y-auto px-5 pt-4 pb-4">
                <code.AlertDialog.Title className="text-lg font-semibold">
                  {title}
                </code.AlertDialog.Title>
                <code.AlertDialog.Description render={<div />} className="mt-1 text-muted">
                  {children}
                </code.AlertDialog.Description>
              </div>
              <footer className="flex flex-wrap justify-end gap-2 border-t border-line px-5 py-3">
                <code.AlertDialog.Close render={<Button />}>Cancel</code.AlertDialog.Close>
                {/* Uncontrolled, the dialog closes itself; controlled, its parent says when. */}
                {opening.open === undefined ? (
                  <code.AlertDialog.Close render={confirmButton} />
                ) : (
                  confirmButton
                )}
              </footer>
            </code.AlertDialog.Popup>
          </code.AlertDialog.Portal>
        </code.AlertDialog.Root>
      )}
    </>
  );
}
