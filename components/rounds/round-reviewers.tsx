import type { RoundWithReviewers } from "@/lib/api/rounds";
import { inFigures } from "@/lib/domain/figures";
import { Badge } from "../ui/badge";
import { Cell, Table } from "../ui/table";
import { ReviewerRowActions } from "./round-editing";
import { languageName, totalOf } from "./wording";

/** Who reviews in a round, what they read, and how far each is. */
export function RoundReviewers({
  project,
  round,
  mayManage,
}: {
  project: string;
  round: RoundWithReviewers;
  mayManage: boolean;
}) {
  const isEdited = mayManage && round.closed_at === null;
  return (
    <div className="mt-4">
      <Table
        label="Reviewers"
        columns={[
          "Name",
          { name: "Submitted", end: true },
          { name: "Open", end: true, wide: true },
          { name: "Returned", end: true, wide: true },
          { name: "Skipped", end: true, wide: true },
          ...(isEdited ? [{ name: "Actions", unseen: true } as const] : []),
        ]}
      >
        {round.reviewers.map((reviewer) => {
          const { user, languages, active, removed_at, progress } = reviewer;
          return (
            <tr key={user.id}>
              <Cell>
                <span className="flex flex-wrap items-center gap-2">
                  <bdi className="font-medium wrap-anywhere">{user.name}</bdi>
                  {removed_at !== null && <Badge>Out of the round</Badge>}
                  {!active && removed_at === null && (
                    <Badge tone="danger">Not a reviewer any more</Badge>
                  )}
                </span>
                {languages.length > 0 && (
                  <span className="block text-sm text-muted">
                    {languages.map((tag) => languageName(tag)).join(", ")}
                  </span>
                )}
              </Cell>
              <Cell className="figures text-end whitespace-nowrap">
                {inFigures(progress.submitted)} of {inFigures(totalOf(progress, 0))}
              </Cell>
              <Cell className="figures hidden text-end sm:table-cell">
                {inFigures(progress.open)}
              </Cell>
              <Cell className="figures hidden text-end sm:table-cell">
                {inFigures(progress.returned)}
              </Cell>
              <Cell className="figures hidden text-end sm:table-cell">
                {inFigures(progress.skipped)}
              </Cell>
              {isEdited && (
                <Cell className="text-end">
                  <ReviewerRowActions project={project} round={round} reviewer={reviewer} />
                </Cell>
              )}
            </tr>
          );
        })}
      </Table>
    </div>
  );
}
