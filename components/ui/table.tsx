import type { ComponentProps, ReactNode } from "react";
import { Button } from "./button";
import { classNames } from "./class-names";
import { Scrollable } from "./scrollable";

/** A column's name, or more of it. */
type Column =
  | string
  | {
      readonly name: string;
      /** For screen readers only, since the rows speak for themselves. */
      readonly unseen?: true;
      /** Left out on a narrow screen, as its cells have to be too. */
      readonly wide?: true;
      /** At the end of the line, as numbers are. */
      readonly end?: true;
      readonly className?: string;
    };

/** A table that scrolls inside its own frame on a narrow screen. `label` names it; rows are its children. */
export function Table({
  label,
  columns,
  children,
}: {
  label: string;
  columns: readonly Column[];
  children: ReactNode;
}) {
  return (
    <Scrollable
      label={label}
      className="relative overflow-x-auto rounded-lg border border-line bg-surface"
    >
      <table className="w-full border-collapse text-start">
        <thead>
          <tr>
            {columns
              .map((column) => (typeof column === "string" ? { name: column } : column))
              .map(({ name, unseen, wide, end, className }) => (
                <th
                  key={name}
                  scope="col"
                  className={classNames(
                    "border-b border-line bg-sunken px-3 py-2 text-sm font-semibold whitespace-nowrap text-muted",
                    end ? "text-end" : "text-start",
                    wide && "hidden sm:table-cell",
                    className,
                  )}
                >
                  {unseen ? <span className="sr-only">{name}</span> : name}
                </th>
              ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </Scrollable>
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

/** What can be done to a row, at its end. `label` says to which. */
export function RowButton({
  label,
  children,
  onClick,
}: {
  label: string;
  children: ReactNode;
  onClick: () => void;
}) {
  return (
    <Button size="small" variant="quiet" className="-my-1" aria-label={label} onClick={onClick}>
      {children}
    </Button>
  );
}
