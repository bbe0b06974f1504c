/** The id under which the server logged what a page threw; undefined if the browser threw it. */
export function errorId(error: unknown): string | undefined {
  const digest = digestOf(error);
  return digest?.startsWith("refusal:") ? undefined : digest;
}

/** Whether the server refused a page because something it needs is away, such as the database. */
export function isUnavailable(error: unknown): boolean {
  return digestOf(error) === "refusal:unavailable";
}

/** What Next hands on of an error of the server, whose message stays there. */
function digestOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("digest" in error)) return undefined;
  return typeof error.digest === "string" ? error.digest : undefined;
}
