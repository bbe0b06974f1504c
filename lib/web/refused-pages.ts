import { Refusal } from "@/lib/domain/refusal";

/** The header in which the server around Next gives each request a name of its own. */
export const REQUEST_NAME = "x-gainsay-request";

// Next bundles what it renders apart from the server around it, and both must see one list.
const shared = globalThis as typeof globalThis & { gainsayRefusedPages?: Map<string, Refusal> };
shared.gainsayRefusedPages ??= new Map();
const refused = shared.gainsayRefusedPages;

/**
 * Remembers that a page was refused for trouble: Next itself knows no status for that but 500.
 *
 * @param request its name
 */
export function notePageError(request: string | string[] | undefined, error: unknown): void {
  if (typeof request !== "string") return;
  if (error instanceof Refusal && error.code === "unavailable") refused.set(request, error);
}

/** Why the page of a request was refused, asked once; undefined if it was not. */
export function takeRefusal(request: string): Refusal | undefined {
  const refusal = refused.get(request);
  refused.delete(request);
  return refusal;
}
