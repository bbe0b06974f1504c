import { type SetKind, setKinds } from "./span";

/** The layers of an article's text: the reader's own annotation set, and those they may only read, by kind. */
export const layers = ["own", ...setKinds] as const;

/**
 * The layer with which an article opens. An own set with nothing in it gives way to what was settled
 * or imported.
 *
 * @param own null for who has none; `begun` if there are spans in it or it is submitted
 * @param others the annotation sets that the reader may only read, in the order in which they are offered
 * @returns one of the others, or null where there is no set at all
 */
export function layerAtFirst<Other extends { readonly kind: SetKind }>(
  own: "begun" | "empty" | null,
  others: readonly Other[],
): "own" | Other | null {
  if (own === "begun") return "own";
  const settled =
    others.find(({ kind }) => kind === "gold") ?? others.find(({ kind }) => kind === "imported");
  return settled ?? (own ? "own" : (others[0] ?? null));
}
