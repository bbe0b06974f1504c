import type { ReactNode } from "react";
import { Icon } from "./icons";

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
