import type { ReactNode } from "react";
import type { Tone } from "./badge";
import { classNames } from "./class-names";
import { Icon, type IconName } from "./icons";

/** Nothing here yet: why, and what to do about it. */
export function EmptyState({
  icon = "article",
  title,
  level = 2,
  children,
  action,
}: {
  icon?: IconName;
  title: string;
  /** 1 where it is all that the page has to say. */
  level?: 1 | 2;
  children?: ReactNode;
  action?: ReactNode;
}) {
  const Heading = level === 1 ? "h1" : "h2";
  return (
    <div className="mx-auto flex max-w-md flex-col items-center px-4 py-14 text-center">
      <span className="mb-3 text-faint">
        <Icon name={icon} size={32} />
      </span>
      <Heading className="text-lg font-semibold">{title}</Heading>
      {children && <div className="mt-1 text-muted">{children}</div>}
      {action && <div className="mt-5 flex flex-wrap justify-center gap-2">{action}</div>}
    </div>
  );
}

/** Something went wrong that the reader could not help. `errorId` is what the log knows it by. */
export function ErrorState({
  title = "Something went wrong",
  level = 2,
  message,
  errorId,
  action,
}: {
  title?: string;
  level?: 1 | 2;
  message: string;
  errorId?: string | undefined;
  action?: ReactNode;
}) {
  const Heading = level === 1 ? "h1" : "h2";
  return (
    <div
      role="alert"
      className="mx-auto flex max-w-md flex-col items-center px-4 py-14 text-center"
    >
      <span className="mb-3 text-danger">
        <Icon name="error" size={32} />
      </span>
      <Heading className="text-lg font-semibold">{title}</Heading>
      <p className="mt-1 text-muted">{message}</p>
      {errorId && (
        <p className="mt-2 text-sm text-muted">
          Error <code className="font-mono break-all select-all">{errorId}</code>
        </p>
      )}
      {action && <div className="mt-5 flex flex-wrap justify-center gap-2">{action}</div>}
    </div>
  );
}

const notices: Record<Exclude<Tone, "accent">, { icon: IconName; look: string }> = {
  neutral: { icon: "info", look: "border-line bg-sunken" },
  ok: { icon: "check", look: "border-ok/40 bg-ok-soft text-ok" },
  warn: { icon: "warning", look: "border-warn/40 bg-warn-soft text-warn" },
  danger: { icon: "error", look: "border-danger/40 bg-danger-soft text-danger" },
};

/** A remark on the page or on a whole form. A "danger" one is read out when it appears. */
export function Notice({
  tone = "neutral",
  children,
}: {
  tone?: Exclude<Tone, "accent">;
  children: ReactNode;
}) {
  const { icon, look } = notices[tone];
  return (
    <div
      role={tone === "danger" ? "alert" : "note"}
      className={classNames("flex gap-2.5 rounded-md border px-3 py-2.5", look)}
    >
      <span className="mt-0.5">
        <Icon name={icon} />
      </span>
      <div className="min-w-0 grow text-ink">{children}</div>
    </div>
  );
}
