/**
 * Why nobody means a file or a folder of this name, which systems and programs leave beside others: `.DS_Store`,
 * `Thumbs.db`, `~$open.xlsx`. Null if somebody may.
 */
export function clutterReason(name: string): string | null {
  if (name.startsWith(".")) return "Its name begins with a dot.";
  if (name.startsWith("~$")) return "It only says that a file is open in Office.";
  return name === "Thumbs.db" || name === "__MACOSX" ? "A system left it there." : null;
}

/** Whether a path, with `/` between its parts, is of such a file or leads through such a folder. */
export const isClutter = (path: string): boolean =>
  path.split("/").some((part) => clutterReason(part) !== null);
