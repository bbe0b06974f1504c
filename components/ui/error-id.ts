/** The id under which the server logged what a page threw; undefined if the browser threw it. */
export function errorId(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("digest" in error)) return undefined;
  return typeof error.digest === "string" ? error.digest : undefined;
}
