import type { ReactNode } from "react";
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
