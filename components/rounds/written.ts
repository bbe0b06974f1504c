/** Languages as they are written into a field: "fa, en". */
export function languagesIn(written: string): string[] {
  return written.split(/[\s,;]+/).filter((tag) => tag !== "");
}

/** The end of a day in UTC, as the API is told it; null for no day. @param day "2026-11-30" or "" */
export function dueAtOf(day: string): string | null {
  return day === "" ? null : `${day}T23:59:59.000Z`;
}
