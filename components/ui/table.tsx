import type { ComponentProps, ReactNode } from "react";
import { classNames } from "./class-names";
import { Icon } from "./icons";

/** A table that scrolls inside its own frame on a narrow screen. `label` names it. */
export function Table({ label, children }: { label: string; children: ReactNode }) {
  return (
    <section
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard
      tabIndex={0}
      className="relative overflow-x-auto rounded-lg border border-line bg-surface"
    >
      <table className="w-full border-collapse text-start">{children}</table>
    </section>
  );
}

export function HeaderCell({ className, ...rest }: ComponentProps<"th">) {
  return (
    <th
      scope="col"
      {...rest}
      className={classNames(
        "border-b border-line bg-sunken px-3 py-2 text-start text-sm font-semibold whitespace-nowrap text-muted",
        className,
      )}
    />
  );
}

export function Cell({ className, ...rest }: ComponentProps<"td">) {
  return (
    <td
      {...rest}
      className={classNames(
        "border-b border-line px-3 py-2.5 align-top in-[tr:last-child]:border-b-0",
        className,
      )}
    />
  );
}

export type SortOrder = "ascending" | "descending";

/** A column title that sorts by its column; `order` is how it sorts now, null where it does not. */
export function SortButton({
  order,
  onSort,
  children,
}: {
  order: SortOrder | null;
  onSort: () => void;
  children: ReactNode;
}) {
  return (
    <button
      type="button"
      onClick={onSort}
      className={classNames(
        "-mx-1.5 inline-flex items-center gap-1 rounded-sm px-1.5 py-0.5 font-semibold hover:text-ink",
        order && "text-ink",
      )}
    >
      {children}
      <span className={order === "descending" ? "" : order ? "rotate-180" : "opacity-50"}>
        <Icon name={order ? "chevron" : "sort"} size={14} />
      </span>
      {order && <span className="sr-only">, sorted {order}</span>}
    </button>
  );
}
