import type { ReactNode } from "react";
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

/** In the name's cell, what there is no column for on a narrow screen. */
const others = counts.filter(({ state }) => state !== "submitted");

/** Who annotates, and how much. */
export function Reviewers({ reviewers, to }: { reviewers: readonly Reviewer[]; to: LinkTo }) {
  const isNarrow = "hidden lg:table-cell";
  return (
    <Section
      title="Reviewers"
      lead="What each was given in rounds, and has done of the current texts. Active time leaves out pauses of more than a minute."
    >
      {reviewers.length === 0 ? (
        <p className="text-muted">Nobody annotates in this project yet.</p>
      ) : (
        <Table
          label="Reviewers"
          columns={[
            "Name",
            ...counts.map(({ name, state }) => ({
              name,
              end: true as const,
              ...(state === "submitted" ? {} : { className: isNarrow }),
            })),
            { name: "Median time", end: true },
            { name: "Spans each", end: true, className: isNarrow },
            { name: "Last active", end: true, className: isNarrow },
          ]}
        >
          {reviewers.map((reviewer) => (
            <tr key={reviewer.user.id}>
              <Cell>
                <span className="flex flex-wrap items-center gap-2">
                  <bdi className="font-medium wrap-anywhere">{reviewer.user.name}</bdi>
                  {!reviewer.active && <Badge>Not a reviewer any more</Badge>}
                </span>
                <span className="mt-0.5 block text-sm text-muted lg:hidden">
                  {others.map(({ state, name }) => (
                    <span key={state}>
                      {name} <Count of={reviewer} state={state} name={name} to={to} />
                      {" · "}
                    </span>
                  ))}
                  {reviewer.spans_per_article !== null &&
                    `${reviewer.spans_per_article.toFixed(1)} spans each · `}
                  last active {lastActive(reviewer)}
                </span>
              </Cell>
              {counts.map(({ state, name }) => (
                <Figures key={state} narrow={state === "submitted"}>
                  <Count of={reviewer} state={state} name={name} to={to} />
                </Figures>
              ))}
              <Figures narrow>
                {reviewer.median_seconds === null ? "–" : durationInWords(reviewer.median_seconds)}
              </Figures>
              <Figures>{reviewer.spans_per_article?.toFixed(1) ?? "–"}</Figures>
              <Figures>{lastActive(reviewer)}</Figures>
            </tr>
          ))}
        </Table>
      )}
    </Section>
  );
}

function Figures({ narrow = false, children }: { narrow?: boolean; children: ReactNode }) {
  return (
    <Cell className={`figures text-end whitespace-nowrap ${narrow ? "" : "hidden lg:table-cell"}`}>
      {children}
    </Cell>
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

function lastActive({ last_active }: Reviewer): string {
  return last_active === null ? "never" : longDay(last_active);
}
