/** A part of a list that has the latest first: what comes after a place, or the beginning. */
export type PartOfLatest = {
  readonly after: { readonly createdAt: Date; readonly id: string } | null;
  readonly limit: number;
};

/** The order of such a list, for Prisma. */
export const latestFirst = () => [{ createdAt: "desc" as const }, { id: "desc" as const }];

/** The condition that something comes after a place in it. */
export function earlierThan(after: PartOfLatest["after"]) {
  if (after === null) return {};
  const { createdAt, id } = after;
  return { OR: [{ createdAt: { lt: createdAt } }, { createdAt, id: { lt: id } }] };
}
