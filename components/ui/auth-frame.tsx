import type { ReactNode } from "react";
import { Wordmark } from "./wordmark";

/** The frame of the pages before one is in: sign-in, setup, invite. */
export function AuthFrame({
  title,
  lead,
  children,
  footer,
}: {
  title: string;
  lead?: ReactNode;
  children: ReactNode;
  footer?: ReactNode;
}) {
  return (
    <div className="flex min-h-dvh flex-col items-center justify-center px-4 py-10">
      <header className="mb-6">
        <Wordmark />
      </header>
      <main className="w-full max-w-md rounded-xl border border-line bg-surface p-6 shadow-raised sm:p-8">
        <h1 className="font-reading text-2xl leading-tight font-semibold">{title}</h1>
        {lead && <div className="mt-1.5 text-muted">{lead}</div>}
        <div className="mt-6">{children}</div>
      </main>
      {footer && <footer className="mt-5 max-w-md text-center text-sm text-muted">{footer}</footer>}
    </div>
  );
}
