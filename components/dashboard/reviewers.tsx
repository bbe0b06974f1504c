import type { Dashboard } from "@/lib/api/dashboard";
import { durationInWords } from "@/lib/domain/active-time";
import { inFigures } from "@/lib/domain/figures";
import { Badge } from "../ui/badge";
import { Section } from "../ui/page";
import { Cell, Table } from "../ui/table";
import { TextLink } from "../ui/text-link";
import { type LinkTo, longDay } from "./links";

type Reviewer = Dashboard["reviewers"][number];

const counts = [
  { state: "assigned", name: "Assigned" },
  { state: "submitted", name: "Submitted" },
  { state: "returned", name: "Returned" },
  { state: "skipped", name: "Skipped" },
] as const;

/** Who annotates, and how much: a table, or where there is no room for that, one below the other. */
export function Reviewers({ reviewers, to }: { reviewers: readonly Reviewer[]; to: LinkTo }) {
  return (
    <Section
      title="Reviewers"
      lead="What each was given in rounds, and has done of the current texts. Active time leaves out pauses of more than a minute."
    >
      {reviewers.length === 0 ? (
        <p className="text-muted">Nobody annotates in this project yet.</p>
      ) : (
        <>
          <div className="hidden lg:block">
            <ReviewerTable reviewers={reviewers} to={to} />
          </div>
          <ul className="divide-y divide-line lg:hidden">
            {reviewers.map((reviewer) => (
              <li key={reviewer.user.id} className="py-3 first:pt-0 last:pb-0">
                <Name of={reviewer} />
                <dl className="mt-1 grid grid-cols-2 gap-x-6 text-sm sm:grid-cols-3">
                  {[
                    ...counts.map(({ state, name }) => ({
                      name,
                      says: <Count of={reviewer} state={state} name={name} to={to} />,
                    })),
                    ...measuresOf(reviewer),
                  ].map(({ name, says }) => (
                    <div key={name} className="flex justify-between gap-2">
                      <dt className="text-muted">{name}</dt>
                      <dd className="figures text-end">{says}</dd>
                    </div>
                  ))}
                </dl>
              </li>
            ))}
          </ul>
        </>
      )}
    </Section>
  );
}

function ReviewerTable({ reviewers, to }: { reviewers: readonly Reviewer[]; to: LinkTo }) {
  const figures = "figures text-end whitespace-nowrap";
  return (
    <Table
      label="Reviewers"
      columns={[
        "Name",
        ...[...counts.map(({ name }) => name), "Median time", "Spans each", "Last active"].map(
          (name) => ({ name, end: true as const }),
        ),
      ]}
    >
      {reviewers.map((reviewer) => (
        <tr key={reviewer.user.id}>
          <Cell>
            <Name of={reviewer} />
          </Cell>
          {counts.map(({ state, name }) => (
            <Cell key={state} className={figures}>
              <Count of={reviewer} state={state} name={name} to={to} />
            </Cell>
          ))}
          {measuresOf(reviewer).map(({ name, says }) => (
            <Cell key={name} className={figures}>
              {says}
            </Cell>
          ))}
        </tr>
      ))}
    </Table>
  );
}

/** What is no number of articles, as words. */
function measuresOf({ median_seconds: median, spans_per_article: spans, last_active }: Reviewer) {
  return [
    { name: "Median time", says: median === null ? "–" : durationInWords(median) },
    { name: "Spans each", says: spans?.toFixed(1) ?? "–" },
    { name: "Last active", says: last_active === null ? "never" : longDay(last_active) },
  ];
}

function Name({ of: { user, active } }: { of: Reviewer }) {
  return (
    <span className="flex flex-wrap items-center gap-2">
      <bdi className="font-medium wrap-anywhere">{user.name}</bdi>
      {!active && <Badge>Not a reviewer any more</Badge>}
    </span>
  );
}

function Count({
  of: reviewer,
  state,
  name,
  to,
}: {
  of: Reviewer;
  state: (typeof counts)[number]["state"];
  name: string;
  to: LinkTo;
}) {
  const count = inFigures(reviewer[state]);
  return (
    <TextLink
      href={to({ reviewer: reviewer.user.id, state })}
      prefetch={false}
      aria-label={`${count}: ${name.toLowerCase()}, ${reviewer.user.name}`}
    >
      {count}
    </TextLink>
  );
}
