import type { ReactNode } from "react";
import { Icon } from "./icons";

/** Something went wrong that the reader could not help. `errorId` is what the log knows it by; app/controls.css draws it. */
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
    <div role="alert" className="error-state">
      <Icon name="error" size={32} />
      <Heading>{title}</Heading>
      <p>{message}</p>
      {errorId && (
        <p>
          Error <code>{errorId}</code>
        </p>
      )}
      {action && <div>{action}</div>}
    </div>
  );
}
