/** Line drawings on a grid of 20 × 20, stroked in the colour of the text around them. */
const drawings = {
  article: "M5 3h7l3 3v11H5zM12 3v3h3M7.5 10h5M7.5 13h5",
  back: "M12 5l-5 5 5 5",
  check: "M4.5 10.5l3.5 3.5 7.5-8",
  chevron: "M6 8l4 4 4-4",
  close: "M5 5l10 10M15 5L5 15",
  copy: "M7 7h9v9H7zM13 7V4H4v9h3",
  download: "M10 3v9M6.5 8.5L10 12l3.5-3.5M4 16h12",
  error: "M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM10 6.5v4.2M10 13.4v.1",
  file: "M5 3h7l3 3v11H5zM12 3v3h3",
  help: "M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM8 8a2 2 0 1 1 2.7 1.9c-.5.2-.7.5-.7 1.1M10 13.6v.1",
  info: "M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM10 9.3v4.2M10 6.6v.1",
  keyboard: "M3 6h14v8H3zM5.7 8.6v.1M8.6 8.6v.1M11.4 8.6v.1M14.3 8.6v.1M7 11.5h6",
  link: "M8.5 11.5l3-3M9.5 6l1.3-1.3a3.2 3.2 0 0 1 4.5 4.5L14 10.5M10.5 14l-1.3 1.3a3.2 3.2 0 0 1-4.5-4.5L6 9.5",
  list: "M7.5 5.5H16M7.5 10H16M7.5 14.5H16M4 5.5v.1M4 10v.1M4 14.5v.1",
  more: "M5 10v.1M10 10v.1M15 10v.1",
  next: "M8 5l5 5-5 5",
  offline: "M4 4l12 12M6.5 8.5A5 5 0 0 0 5 15h8.5M9 5.4A5 5 0 0 1 14.5 9a3 3 0 0 1 2 4.6",
  people:
    "M7.5 9a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5zM3 16c0-2.6 2-4.2 4.5-4.2S12 13.4 12 16M13 4.3a2.4 2.4 0 0 1 0 4.5M14.3 12c1.7.6 2.7 2 2.7 4",
  plus: "M10 4.5v11M4.5 10h11",
  redo: "M15.5 8.5H8a3.7 3.7 0 0 0 0 7.5h4M15.5 8.5L12 5M15.5 8.5L12 12",
  search: "M9 4a5 5 0 1 0 0 10A5 5 0 0 0 9 4zM12.7 12.7L16.5 16.5",
  signOut: "M8 4H4v12h4M8.5 10H16M13 7l3 3-3 3",
  sort: "M7 8l3-3 3 3M7 12l3 3 3-3",
  trash: "M4.5 6h11M8 6V4h4v2M6 6l.6 10h6.8L14 6M8.7 8.7l.2 4.8M11.3 8.7l-.2 4.8",
  undo: "M4.5 8.5H12a3.7 3.7 0 0 1 0 7.5H8M4.5 8.5L8 5M4.5 8.5L8 12",
  upload: "M10 13V4M6.5 7.5L10 4l3.5 3.5M4 16h12",
  user: "M10 9.5a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM4.5 16.5c0-3 2.4-4.7 5.5-4.7s5.5 1.7 5.5 4.7",
  warning: "M10 3.5l7 12.5H3zM10 8.3v3.6M10 13.8v.1",
} as const;

export type IconName = keyof typeof drawings;

/** Pointing along the line of reading: mirrored where the line runs from right to left. */
const directed: ReadonlySet<IconName> = new Set([
  "back",
  "next",
  "undo",
  "redo",
  "signOut",
  "list",
]);

/** A drawing beside words or in a named button; it says nothing to a screen reader. */
export function Icon({ name, size = 18 }: { name: IconName; size?: number }) {
  return (
    <svg
      aria-hidden="true"
      className={directed.has(name) ? "shrink-0 rtl:-scale-x-100" : "shrink-0"}
      width={size}
      height={size}
      viewBox="0 0 20 20"
      fill="none"
      stroke="currentColor"
      strokeWidth={1.6}
      strokeLinecap="round"
      strokeLinejoin="round"
    >
      <path d={drawings[name]} />
    </svg>
  );
}
