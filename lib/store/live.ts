/**
 * The condition by which a query leaves out what lies in the trash. Every query that reads `articles`
 * or `projects` has it for each, or says in tests/unit/live.test.ts why not.
 *
 * @param alias of the table in the query: `${live("a")}`
 */
export function live(alias: string): string {
  return `${alias}.deleted_at IS NULL`;
}
