/** Whose projects a query may touch. */
export type Reach = {
  /** Who is a member of them; null for the operator, who is a member of none. */
  readonly userId: string | null;
  /** Whether it is every project, whoever is a member. */
  readonly all: boolean;
  /** The only ones of those, by their ids; null without such a limit. */
  readonly within: readonly string[] | null;
};

/**
 * The condition that a project is within a limit, for the queries of a {@link Reach}.
 *
 * @param project the column with its id
 * @param limit the parameter, such as "$4"
 */
export function isWithin(project: string, limit: string): string {
  return `(${limit}::uuid[] IS NULL OR ${project} = ANY(${limit}::uuid[]))`;
}
