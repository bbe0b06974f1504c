"use client";

import { AlertDialog } from "@base-ui/react/alert-dialog";
import { Dialog as Base } from "@base-ui/react/dialog";
import type { ReactElement, ReactNode } from "react";
import { Button } from "./button";
import { classNames } from "./class-names";

const backdrop =
  "fixed inset-0 bg-scrim transition-opacity data-ending-style:opacity-0 data-starting-style:opacity-0 supports-[-webkit-touch-callout:none]:absolute";
const popup =
  "popup fixed start-1/2 top-1/2 flex max-h-[calc(100dvh-2rem)] w-[calc(100vw-2rem)] -translate-y-1/2 flex-col ltr:-translate-x-1/2 rtl:translate-x-1/2";

/** A question or a task that has to be finished or left before the page goes on. */
export function Dialog({
  open,
  onOpenChange,
  trigger,
  title,
  description,
  wide = false,
  children,
  footer,
}: {
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
  /** A button that opens it; leave out where something else does. */
  trigger?: ReactElement<Record<string, unknown>>;
  title: ReactNode;
  description?: ReactNode;
  wide?: boolean;
  children?: ReactNode;
  footer?: ReactNode;
}) {
  return (
    <Base.Root
      {...(open === undefined ? {} : { open })}
      {...(onOpenChange ? { onOpenChange: (now: boolean) => onOpenChange(now) } : {})}
    >
      {trigger && <Base.Trigger render={trigger} />}
      <Base.Portal>
        <Base.Backdrop className={backdrop} />
        <Base.Popup className={classNames(popup, wide ? "max-w-3xl" : "max-w-md")}>
          <header className="ps-5 pe-14 pt-4 pb-1">
            <Base.Title className="text-lg font-semibold">{title}</Base.Title>
            {description && (
              <Base.Description className="mt-0.5 text-muted">{description}</Base.Description>
            )}
          </header>
          <div className="min-h-0 overflow-y-auto px-5 py-3">{children}</div>
          {footer && (
            <footer className="flex flex-wrap justify-end gap-2 border-t border-line px-5 py-3">
              {footer}
            </footer>
          )}
          {/* Last, so that the focus first goes to what the dialog is about; without a tooltip,
              which would take the first Escape for itself. */}
          <Base.Close
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
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}

/** Asks before something that cannot be taken back. Escape and outside presses mean no. */
export function ConfirmDialog({
  open,
  onOpenChange,
  trigger,
  title,
  children,
  confirm,
  danger = false,
  busy = false,
  onConfirm,
}: {
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
  trigger?: ReactElement<Record<string, unknown>>;
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
  return (
    <AlertDialog.Root
      {...(open === undefined ? {} : { open })}
      {...(onOpenChange ? { onOpenChange: (now: boolean) => onOpenChange(now) } : {})}
    >
      {trigger && <AlertDialog.Trigger render={trigger} />}
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className={backdrop} />
        <AlertDialog.Popup className={classNames(popup, "max-w-md")}>
          <div className="overflow-y-auto px-5 pt-4 pb-4">
            <AlertDialog.Title className="text-lg font-semibold">{title}</AlertDialog.Title>
            <AlertDialog.Description render={<div />} className="mt-1 text-muted">
              {children}
            </AlertDialog.Description>
          </div>
          <footer className="flex flex-wrap justify-end gap-2 border-t border-line px-5 py-3">
            <AlertDialog.Close render={<Button />}>Cancel</AlertDialog.Close>
            {/* Uncontrolled, the dialog closes itself; controlled, its parent says when. */}
            {open === undefined ? <AlertDialog.Close render={confirmButton} /> : confirmButton}
          </footer>
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
