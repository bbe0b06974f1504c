/** A drawing in app/icons.css. */
export type IconName =
  | "arrow"
  | "article"
  | "back"
  | "bell"
  | "bothWays"
  | "check"
  | "chevron"
  | "close"
  | "copy"
  | "download"
  | "error"
  | "file"
  | "help"
  | "info"
  | "keyboard"
  | "link"
  | "list"
  | "more"
  | "next"
  | "offline"
  | "people"
  | "plus"
  | "redo"
  | "search"
  | "signOut"
  | "sort"
  | "trash"
  | "undo"
  | "upload"
  | "user"
  | "warning";

/** A drawing beside words or in a named button; it says nothing to a screen reader. */
export function Icon({ name, size = 18 }: { name: IconName; size?: number }) {
  return (
    <span
      aria-hidden="true"
      className={`icon icon-${name}`}
      style={{ width: size, height: size }}
    />
  );
}
