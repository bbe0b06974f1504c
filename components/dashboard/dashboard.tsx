import type { ReactNode } from "react";
import type { Dashboard } from "@/lib/api/dashboard";
import { durationInWords } from "@/lib/domain/active-time";
import type { ArticleState } from "@/lib/domain/article-list";
import { counted, inFigures } from "@/lib/domain/figures";
import { addDays } from "@/lib/domain/utc-days";
import { InNumbers } from "../ui/in-numbers";
import { Section } from "../ui/page";
import { Cell, Table } from "../ui/table";
import { TextLink } from "../ui/text-link";
import { Bars, Ends, Lines } from "./charts";
import { type LinkTo, linksInto, longDay, shortDay, twoDigits } from "./links";
import { Reviewers } from "./reviewers";

/** How a project is getting on. Every number leads to the articles behind it. */
export function DashboardSections({ project, of }: { project: string; of: Dashboard }) {
  const to = linksInto(project);
  return (
    <>
      <Progress progress={of.progress} to={to} />
      <Throughput throughput={of.throughput} to={to} />
      <Reviewers reviewers={of.reviewers} to={to} />
      <div className="grid items-start gap-x-6 lg:grid-cols-2">
        <ActiveTime time={of.time} to={to} />
        <Agreement agreement={of.agreement} since={of.labels[0]?.week ?? null} to={to} />
      </div>
      <Labels weeks={of.labels} to={to} />
    </>
  );
}

const states = [
  { state: "submitted", name: "Submitted", look: "bg-accent" },
  { state: "open", name: "In progress", look: "bg-accent/45" },
  { state: "skipped", name: "Skipped", look: "bg-faint" },
  { state: "new", name: "Not begun", look: "bg-sunken" },
] as const satisfies readonly { state: ArticleState; name: string; look: string }[];

function Progress({ progress, to }: { progress: Dashboard["progress"]; to: LinkTo }) {
  const { articles, flagged } = progress;
  return (
    <Section title="Progress" lead="Each article by the reviewer who is furthest with it.">
      <div
        aria-hidden="true"
        className="mb-4 flex h-4 gap-px overflow-hidden rounded-full inset-ring inset-ring-line forced-colors:border"
      >
        {states.map(({ state, look }) => (
          <div
            key={state}
            className={`${look} forced-colors:border-e`}
            style={{ width: `${(progress[state] / articles) * 100}%` }}
          />
        ))}
      </div>
      <dl className="grid grid-cols-2 gap-4 sm:grid-cols-3 md:grid-cols-5">
        {states.map(({ state, name, look }) => (
          <Figure
            key={state}
            name={
              <>
                <span
                  aria-hidden="true"
                  className={`size-3 rounded-sm inset-ring inset-ring-edge ${look}`}
                />
                {name}
              </>
            }
            detail={inPercent(progress[state], articles)}
          >
            <TextLink href={to({ reviewer: "anyone", state })} prefetch={false}>
              {inFigures(progress[state])}
            </TextLink>
          </Figure>
        ))}
        <Figure name="Flagged" detail="for a second look">
          <TextLink href={to({ state: "flagged" })} prefetch={false}>
            {inFigures(flagged)}
          </TextLink>
        </Figure>
      </dl>
    </Section>
  );
}

function inPercent(part: number, whole: number): string {
  const percent = (part / whole) * 100;
  return part > 0 && percent < 1 ? "less than 1 %" : `${Math.floor(percent)} %`;
}

function Figure({
  name,
  detail,
  children,
}: {
  name: ReactNode;
  detail: string;
  children: ReactNode;
}) {
  return (
    <div>
      <dt className="flex items-center gap-2 text-sm text-muted">{name}</dt>
      <dd>
        <span className="figures block text-xl font-semibold">{children}</span>
        <span className="text-sm text-muted">{detail}</span>
      </dd>
    </div>
  );
}

function Throughput({ throughput, to }: { throughput: Dashboard["throughput"]; to: LinkTo }) {
  const { days, recent } = throughput;
  const linkOf = (day: string) =>
    to({ reviewer: "anyone", state: "submitted", from: day, until: addDays(day, 1) });
  const some = days.filter(({ submitted }) => submitted > 0);
  const perDay = recent.days === 0 ? 0 : recent.submitted / recent.days;
  return (
    <Section
      title="Throughput"
      lead="Articles by the day on which they were first submitted. Days are those of UTC."
    >
      <ForecastWords throughput={throughput} />
      {some.length === 0 ? (
        <p className="text-muted">Nothing was submitted in the last eight weeks.</p>
      ) : (
        <>
          <p className="mb-3 text-muted">
            {recent.days > 0 &&
              `${perDay >= 10 ? inFigures(Math.round(perDay)) : perDay.toFixed(1)} a day over the last ${counted(recent.days, "full day")}. `}
            The most in a day: {inFigures(Math.max(...days.map(({ submitted }) => submitted)))}.
          </p>
          <Bars
            marks={days.map(({ day, submitted }) => ({
              value: submitted,
              says: `${longDay(day)}: ${counted(submitted, "article")}`,
              href: linkOf(day),
            }))}
          />
          <Ends from={shortDay(days[0]?.day ?? "")} to="today" />
          <InNumbers label="Throughput in numbers">
            <ul className="flex flex-wrap gap-x-5 gap-y-1 text-sm">
              {some.toReversed().map(({ day, submitted }) => (
                <li key={day} className="whitespace-nowrap">
                  {longDay(day)}:{" "}
                  <TextLink
                    href={linkOf(day)}
                    prefetch={false}
                    aria-label={`${counted(submitted, "article")} first submitted on ${longDay(day)}`}
                  >
                    {inFigures(submitted)}
                  </TextLink>
                </li>
              ))}
            </ul>
          </InNumbers>
        </>
      )}
    </Section>
  );
}

function ForecastWords({ throughput }: { throughput: Dashboard["throughput"] }) {
  const { forecast, recent } = throughput;
  if (forecast === null) {
    return (
      <p className="mb-3">
        No forecast: {recent.days < 7 ? "it takes seven full days of work" : "nothing to go by"}.
      </p>
    );
  }
  const { rest, early, likely, late } = forecast;
  const dayOf = (day: string | null) =>
    day === null ? "more than five years from now" : longDay(day);
  return (
    <p className="mb-3">
      {likely === null && early === null ? (
        <>At this rate the rest takes more than five years.</>
      ) : (
        <>
          The {counted(rest, "article")} not begun or in progress will be submitted around{" "}
          <strong>{dayOf(likely)}</strong>, if the days to come are like the last {recent.days}: in
          about eight of ten cases between {dayOf(early)} and {dayOf(late)}.
        </>
      )}
    </p>
  );
}

function ActiveTime({ time, to }: { time: Dashboard["time"]; to: LinkTo }) {
  return (
    <Section
      title="Time per article"
      lead="Active time of what is submitted: without pauses of more than a minute."
    >
      {time === null ? (
        <p className="text-muted">Not measured yet.</p>
      ) : (
        <>
          <dl className="grid grid-cols-3 gap-4">
            <Figure name="Lower quartile" detail="a quarter takes less">
              {durationInWords(time.lower_quartile)}
            </Figure>
            <Figure name="Median" detail="half take less">
              {durationInWords(time.median)}
            </Figure>
            <Figure name="Upper quartile" detail="a quarter takes more">
              {durationInWords(time.upper_quartile)}
            </Figure>
          </dl>
          <Quartiles {...time} />
          <p className="mt-4 text-sm text-muted">
            Of {counted(time.sets, "annotation")} on{" "}
            <TextLink href={to({ reviewer: "anyone", state: "submitted" })} prefetch={false}>
              submitted articles
            </TextLink>
            .
          </p>
        </>
      )}
    </Section>
  );
}

/** The middle half of the times, as a box on a line from nothing to twice the upper quartile. */
function Quartiles({
  lower_quartile: lower,
  median,
  upper_quartile: upper,
}: NonNullable<Dashboard["time"]>) {
  const at = (seconds: number) => `${(seconds / Math.max(1, 2 * upper)) * 100}%`;
  return (
    <div aria-hidden="true" className="relative mt-4 h-6">
      <div className="absolute inset-x-0 top-1/2 h-px bg-edge" />
      <div
        className="absolute inset-y-0 rounded-sm bg-accent-soft inset-ring inset-ring-accent"
        style={{ insetInlineStart: at(lower), width: at(upper - lower) }}
      />
      <div
        className="absolute inset-y-0 w-0.5 bg-accent"
        style={{ insetInlineStart: at(median) }}
      />
    </div>
  );
}

function Agreement({
  agreement,
  since,
  to,
}: {
  agreement: Dashboard["agreement"];
  /** The first week of which it tells. */
  since: string | null;
  to: LinkTo;
}) {
  const { weeks, labels, all } = agreement;
  const linkOf = (week: string) => to({ state: "compared", from: week, until: addDays(week, 7) });
  const place = (at: number) => (weeks.length === 1 ? 0.5 : at / (weeks.length - 1));
  return (
    <Section
      title="Agreement"
      lead="How alike the spans of reviewers are who submitted the same article: the mean F1 of each two, from 0 to 1, in the week in which the second submitted. Not corrected for chance."
    >
      {all === null ? (
        <p className="text-muted">
          Nothing to compare in the last twelve weeks: it takes articles that two reviewers have
          submitted.
        </p>
      ) : (
        <>
          <dl className="mb-4 grid grid-cols-3 gap-4">
            <Figure name={<DashSample />} detail="same label and words">
              {twoDigits(all.exact)}
            </Figure>
            <Figure name={<DashSample dashed />} detail="same label, some words shared">
              {twoDigits(all.overlap)}
            </Figure>
            <Figure name="Articles" detail="in twelve weeks">
              <TextLink href={to({ state: "compared", from: since })} prefetch={false}>
                {inFigures(all.articles)}
              </TextLink>
            </Figure>
          </dl>
          <Lines
            lines={[
              { values: weeks.map(({ exact }) => exact), dashed: false },
              { values: weeks.map(({ overlap }) => overlap), dashed: true },
            ].map(({ values, dashed }) => ({
              dashed,
              points: values.map((value, at) => ({ at: place(at), value })),
            }))}
          />
          <Ends from={shortDay(weeks[0]?.week ?? "")} to={shortDay(weeks.at(-1)?.week ?? "")} />
          <InNumbers label="Agreement in numbers">
            <AgreementTable
              label="Agreement by week"
              first="Week of"
              rows={weeks.map(({ week, ...row }) => ({
                ...row,
                key: week,
                name: longDay(week),
                href: linkOf(week),
              }))}
            />
            <div className="mt-3">
              <AgreementTable
                label="Agreement by label"
                first="Label"
                rows={labels.map(({ label, ...row }) => ({
                  ...row,
                  key: label,
                  name: label.replaceAll("_", " "),
                  href: to({ state: "compared", label, from: since }),
                }))}
              />
            </div>
          </InNumbers>
        </>
      )}
    </Section>
  );
}

/** Exact or overlapping, with the line that stands for it. */
function DashSample({ dashed = false }: { dashed?: boolean }) {
  return (
    <>
      <span
        aria-hidden="true"
        className={`w-5 border-t-2 border-accent ${dashed ? "border-dashed" : ""}`}
      />
      {dashed ? "Overlapping" : "Exact"}
    </>
  );
}

function AgreementTable({
  label,
  first,
  rows,
}: {
  label: string;
  first: string;
  rows: readonly {
    readonly key: string;
    readonly name: string;
    readonly href: string;
    readonly articles: number;
    readonly exact: number;
    readonly overlap: number;
  }[];
}) {
  return (
    <Table
      label={label}
      columns={[
        first,
        { name: "Articles", end: true },
        { name: "Exact", end: true },
        { name: "Overlap", end: true },
      ]}
    >
      {rows.map(({ key, name, href, articles, exact, overlap }) => (
        <tr key={key}>
          <Cell className="wrap-anywhere">{name}</Cell>
          <Cell className="figures text-end">
            <TextLink
              href={href}
              prefetch={false}
              aria-label={`${counted(articles, "article")}, ${name}`}
            >
              {inFigures(articles)}
            </TextLink>
          </Cell>
          <Cell className="figures text-end">{twoDigits(exact)}</Cell>
          <Cell className="figures text-end">{twoDigits(overlap)}</Cell>
        </tr>
      ))}
    </Table>
  );
}

function Labels({ weeks, to }: { weeks: Dashboard["labels"]; to: LinkTo }) {
  const totals = new Map<string, number>();
  for (const { spans } of weeks) {
    for (const [label, count] of Object.entries(spans)) {
      totals.set(label, (totals.get(label) ?? 0) + count);
    }
  }
  const labels = [...totals].sort(([, one], [, other]) => other - one);
  const most = Math.max(0, ...weeks.flatMap(({ spans }) => Object.values(spans)));
  const [first, last] = [weeks[0]?.week ?? "", weeks.at(-1)?.week ?? ""];
  return (
    <Section
      title="Labels over time"
      lead="Spans in what was submitted in each of the last twelve weeks, which begin on Monday (UTC)."
    >
      {labels.length === 0 ? (
        <p className="text-muted">Nothing was marked and submitted in the last twelve weeks.</p>
      ) : (
        <ul className="grid gap-x-8 gap-y-5 sm:grid-cols-2 lg:grid-cols-3">
          {labels.map(([label, total]) => {
            const name = label.replaceAll("_", " ");
            const marks = weeks.map(({ week, spans }) => ({
              week,
              value: spans[label] ?? 0,
              says: `${name}, week of ${longDay(week)}: ${counted(spans[label] ?? 0, "span")}`,
              href: to({ reviewer: "anyone", label, from: week, until: addDays(week, 7) }),
            }));
            return (
              <li key={label}>
                <p className="mb-1 flex justify-between gap-2">
                  <TextLink
                    href={to({ reviewer: "anyone", label, from: first, until: addDays(last, 7) })}
                    prefetch={false}
                  >
                    <bdi>{name}</bdi>
                  </TextLink>
                  <span className="figures text-muted">{counted(total, "span")}</span>
                </p>
                <Bars marks={marks} most={most} className="h-16" />
                <Ends from={shortDay(first)} to={shortDay(last)} />
                <InNumbers label={`${name} in numbers`}>
                  <ul className="text-sm">
                    {marks.map(({ week, value, href }) => (
                      <li key={week} className="flex justify-between">
                        {longDay(week)}
                        <TextLink
                          href={href}
                          prefetch={false}
                          aria-label={`${counted(value, "span")} of ${name} in the week of ${longDay(week)}`}
                        >
                          {inFigures(value)}
                        </TextLink>
                      </li>
                    ))}
                  </ul>
                </InNumbers>
              </li>
            );
          })}
        </ul>
      )}
    </Section>
  );
}
