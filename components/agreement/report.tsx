import type { ReactNode } from "react";
import type { KeptAgreement } from "@/lib/api/agreement";
import { labelsIn } from "@/lib/domain/agreement/confusion";
import type { AgreementReport, Measure, MeasureName } from "@/lib/domain/agreement/report-schemas";
import {
  inTwoDigits,
  intervalOf,
  measureNamed,
  measureWords,
  restsOn,
  unitInWords,
} from "@/lib/domain/agreement/wording";
import { counted, inFigures } from "@/lib/domain/figures";
import { Section } from "../ui/page";
import { Cell, Table } from "../ui/table";
import { TextLink } from "../ui/text-link";
import { Figure, type NumbersColumn, SavedTable, SaveNumbers } from "./figure";
import { type HeatCell, HeatMap, Histogram, LinePlot } from "./plots";
import type { Saved } from "./saved-files";

/** Makes the address of this page with something of it changed. */
export type AddressWith = (change: Readonly<Record<string, string | null>>) => string;

type Shown = {
  readonly report: AgreementReport;
  readonly kept: KeptAgreement;
  readonly project: string;
  readonly to: AddressWith;
  /** What a reviewer is called: their name where it may be known, else "a1". */
  readonly nameOf: (key: string) => string;
};

/** Everything that a report says. */
export function ReportSections({
  kept,
  report,
  project,
  to,
  pair,
  passages,
  gamma,
}: {
  kept: KeptAgreement;
  report: AgreementReport;
  project: string;
  to: AddressWith;
  /** The two whose confusion is shown, "a1-a2"; null for all together. */
  pair: string | null;
  /** What is behind the cell that was chosen, if one was. */
  passages: ReactNode;
  /** γ, or the way to it. */
  gamma: ReactNode;
}) {
  const names = new Map(kept.reviewers.map(({ key, name }) => [key, name]));
  const shown = { report, kept, project, to, nameOf: (key: string) => names.get(key) ?? key };
  return (
    <>
      <Headline {...shown} />
      <Section
        title="All measures"
        lead="With the 95 % interval of the bootstrap over articles. What is not defined says why: it is neither 0 nor 1."
      >
        <Measures title="All measures" measures={report.measures} />
        {gamma}
      </Section>
      <div className="grid items-start gap-x-6 xl:grid-cols-2">
        <div className="min-w-0">
          <Pairs {...shown} />
        </div>
        <div id="confusion" className="min-w-0 scroll-mt-20">
          <Confusion {...shown} pair={pair} />
        </div>
      </div>
      {passages}
      <Labels {...shown} />
      <div className="grid items-start gap-x-6 xl:grid-cols-2">
        <div className="min-w-0">
          <Distribution {...shown} />
        </div>
        <div className="min-w-0">
          <Rounds {...shown} />
          <Drift {...shown} />
        </div>
      </div>
      <MostDisputed {...shown} />
      <Attributes {...shown} />
      <Relations {...shown} />
      <Reviewers {...shown} />
    </>
  );
}

function Headline({ report }: Shown) {
  const alpha = measureNamed(report.measures, "krippendorff_alpha");
  const f1 = measureNamed(report.measures, "f1_strict");
  return (
    <Section title="How far they agree">
      <dl className="grid gap-x-8 gap-y-5 sm:grid-cols-2">
        {alpha && (
          <Headlined measure={alpha}>
            {measureWords.krippendorff_alpha.says} {ruleOfThumb(alpha.value)}
          </Headlined>
        )}
        {f1 && (
          <Headlined measure={f1}>
            Spans with the same label and exactly the same words, of all spans that any two marked.
            Not corrected for chance.
          </Headlined>
        )}
      </dl>
      <p className="mt-5 border-t border-line pt-4 text-muted">
        {counted(report.articles, "article")} submitted by two reviewers or more.{" "}
        {report.articles_of_one > 0 &&
          `${counted(report.articles_of_one, "article")} by one alone, so there is nothing to compare. `}
        {report.found_nothing === 0
          ? "Nobody submitted an article without marking anything. "
          : `${counted(report.found_nothing, "time")} somebody submitted an article and had found nothing in it: that counts as their answer. `}
        {report.not_annotated === 0
          ? "Nothing that was given to somebody is still to be submitted."
          : `${counted(report.not_annotated, "time")} an article was given to somebody who has not submitted it: that counts as no answer at all.`}
      </p>
    </Section>
  );
}

/** Krippendorff's own, of his Content Analysis (2004, p. 241). */
function ruleOfThumb(alpha: number | null): string {
  if (alpha === null) return "";
  if (alpha >= 0.8) return "From 0.80 on, Krippendorff calls data reliable.";
  if (alpha >= 0.667) return "From 0.67 to 0.80, Krippendorff allows tentative conclusions only.";
  if (alpha >= 0) return "Below 0.67, Krippendorff advises not to rely on the data.";
  return "Below zero, they agree less than chance would have them.";
}

function Headlined({ measure, children }: { measure: Measure; children: ReactNode }) {
  const interval = intervalOf(measure);
  return (
    <div>
      <dt className="font-medium">{measureWords[measure.name].name}</dt>
      <dd>
        <span className="figures block text-3xl font-semibold">{inTwoDigits(measure.value)}</span>
        <span className="figures text-sm text-muted">
          {interval && `${interval} in 95 of 100 samples, `}on {restsOn(measure)}
        </span>
        {measure.value === null && <p className="mt-1">{measure.why_undefined}</p>}
        <p className="mt-1 text-sm text-muted">{children}</p>
      </dd>
    </div>
  );
}

function Measures({ title, measures }: { title: string; measures: readonly Measure[] }) {
  return (
    <>
      <Table
        label={title}
        columns={[
          "Measure",
          { name: "Value", end: true },
          { name: "95 % interval", end: true },
          { name: "On", end: true },
          { name: "What it says", wide: true },
        ]}
      >
        {measures.map((measure) => (
          <tr key={measure.name}>
            <Cell className="font-medium whitespace-nowrap">{measureWords[measure.name].name}</Cell>
            <Cell className="figures text-end">{inTwoDigits(measure.value)}</Cell>
            <Cell className="figures text-end whitespace-nowrap">{intervalOf(measure) ?? "–"}</Cell>
            <Cell className="figures text-end whitespace-nowrap">{restsOn(measure)}</Cell>
            <Cell className="hidden min-w-56 text-sm text-muted sm:table-cell">
              {measure.value === null ? measure.why_undefined : measureWords[measure.name].says}
            </Cell>
          </tr>
        ))}
      </Table>
      <div className="mt-2 flex justify-end">
        <SaveNumbers
          title={title}
          file="agreement-measures"
          columns={["Measure", "Value", "From", "To", "On", "Of"]}
          rows={measures.map((measure) => [
            measureWords[measure.name].name,
            figureOf(measure),
            measure.low,
            measure.high,
            measure.n,
            unitInWords(measure.n_unit, measure.n),
          ])}
        />
      </div>
    </>
  );
}

/** A figure, or why there is none. */
function figureOf(measure: Measure | null): Saved {
  return measure?.value ?? { undefined: measure?.why_undefined ?? "It was not asked for." };
}

/** A column of what is measured, and what stands in it for one of that. */
type Column<Of> = NumbersColumn & { readonly of: (one: Of) => Saved };

type Measured = { readonly measures: readonly Measure[] };

const measureColumn = (measure: MeasureName): Column<Measured> => ({
  name: measureWords[measure].name,
  kind: "figure",
  of: ({ measures }) => figureOf(measureNamed(measures, measure)),
});

const intervalColumns = (measure: MeasureName): readonly Column<Measured>[] => [
  measureColumn(measure),
  ...(["low", "high"] as const).map(
    (end): Column<Measured> => ({
      name: `${measureWords[measure].name}, ${end === "low" ? "from" : "to"}`,
      kind: "figure",
      of: ({ measures }) => measureNamed(measures, measure)?.[end] ?? null,
    }),
  ),
];

/**
 * A part of the report that is a table, which can be saved, of what was measured.
 *
 * @param table what the table is called, if otherwise than the part
 * @param none what is said where nothing was measured
 * @param children a drawing of it: then its numbers are beside that
 */
function Part<Of>({
  title,
  lead,
  table = title,
  file,
  of,
  columns,
  none,
  children,
}: {
  title: string;
  lead: string;
  table?: string;
  file: string;
  of: readonly Of[];
  columns: readonly Column<Of>[];
  none: string;
  children?: ReactNode;
}) {
  const numbers = {
    title: table,
    file,
    columns: columns.map(({ name, kind }) => ({ name, kind })),
    rows: of.map((one) => columns.map((column) => column.of(one))),
  };
  return (
    <Section title={title} lead={lead}>
      {of.length === 0 ? (
        <p className="text-muted">{none}</p>
      ) : children === undefined ? (
        <SavedTable {...numbers} />
      ) : (
        <Figure {...numbers}>{children}</Figure>
      )}
    </Section>
  );
}

const pairMeasures = ["cohen_kappa", "u_alpha", "f1_strict", "f1_partial"] as const;

function Pairs({ report, to, nameOf }: Shown) {
  const { pairs } = report;
  const keys = report.reviewers.map(({ key }) => key);
  const found = new Map(
    pairs.flatMap((pair) => [
      [`${pair.one} ${pair.other}`, pair],
      [`${pair.other} ${pair.one}`, pair],
    ]),
  );
  const cellOf = (row: string, column: string): HeatCell => {
    if (row === column) return { text: "", heat: null, says: nameOf(row) };
    const pair = found.get(`${row} ${column}`);
    const both = `${nameOf(row)} and ${nameOf(column)}`;
    if (!pair) return { text: "–", heat: null, says: `${both}: no article that both submitted` };
    const alpha = measureNamed(pair.measures, "krippendorff_alpha");
    const value = alpha?.value ?? null;
    return {
      text: inTwoDigits(value),
      heat: value,
      says: `${both}: α ${inTwoDigits(value)}${value === null ? ` (${alpha?.why_undefined})` : ""}, on ${counted(pair.articles, "article")}. What they took for what.`,
      href:
        to({ pair: `${pair.one}-${pair.other}`, one: null, other: null, cursor: null }) +
        "#confusion",
    };
  };
  return (
    <Part
      title="Pairs of reviewers"
      lead="Krippendorff α of each two, on the articles that both submitted. Follow one to see what they took for what."
      file="agreement-pairs"
      of={pairs}
      columns={[
        { name: "One", kind: "words", of: ({ one }) => nameOf(one) },
        { name: "Other", kind: "words", of: ({ other }) => nameOf(other) },
        { name: "Articles", kind: "count", of: ({ articles }) => articles },
        ...intervalColumns("krippendorff_alpha"),
        ...pairMeasures.map(measureColumn),
      ]}
      none="No two reviewers have submitted the same article."
    >
      <HeatMap
        label="Pairs of reviewers"
        rows={distinct(keys, nameOf)}
        columns={distinct(keys, nameOf)}
        cells={keys.map((row) => keys.map((column) => cellOf(row, column)))}
      />
    </Part>
  );
}

/** What reviewers are called, with their keys where two are called the same. */
function distinct(keys: readonly string[], nameOf: (key: string) => string): string[] {
  const names = keys.map(nameOf);
  return keys.map((key, at) => {
    const name = names[at] ?? key;
    return names.indexOf(name) === names.lastIndexOf(name) ? name : `${key} ${name}`;
  });
}

/** A label may be called as what nobody marked is. */
const inWords = (label: string | null) =>
  label === "nothing" ? "“nothing”" : (label?.replaceAll("_", " ") ?? "nothing");

const cellKey = (one: string | null, other: string | null) => JSON.stringify([one, other]);

function Confusion({ report, to, nameOf, pair }: Shown & { pair: string | null }) {
  const ofPair = report.pairs.find(({ one, other }) => `${one}-${other}` === pair);
  const cells = ofPair?.confusion ?? report.confusion;
  const labels = labelsIn(cells);
  const counts = new Map(cells.map(({ one, other, count }) => [cellKey(one, other), count]));
  // Without a pair, nobody is first: each disagreement stands once, above the diagonal.
  const most = Math.max(1, ...cells.map(({ count }) => count));
  const title = ofPair
    ? `What ${nameOf(ofPair.one)} and ${nameOf(ofPair.other)} took for what`
    : "What was taken for what";
  const linkOf = (one: string | null, other: string | null) =>
    `${to({ one: one ?? "", other: other ?? "", cursor: null })}#passages`;
  const sayOf = (one: string | null, other: string | null, count: number) =>
    ofPair
      ? `${counted(count, "place")}: ${inWords(one)} to ${nameOf(ofPair.one)}, ${inWords(other)} to ${nameOf(ofPair.other)}`
      : `${counted(count, "place")}: ${inWords(one)} to one, ${inWords(other)} to another`;
  return (
    <Section
      title="What was taken for what"
      lead="Spans that go together by the words they share, of each two reviewers. Follow a number to the passages behind it."
      actions={
        ofPair && (
          <TextLink href={`${to({ pair: null, one: null, other: null, cursor: null })}#confusion`}>
            All pairs together
          </TextLink>
        )
      }
    >
      {ofPair && (
        <p className="mb-3">
          Rows are <bdi className="font-medium">{nameOf(ofPair.one)}</bdi>, columns{" "}
          <bdi className="font-medium">{nameOf(ofPair.other)}</bdi>.
        </p>
      )}
      {cells.length === 0 ? (
        <p className="text-muted">Nobody of them marked anything.</p>
      ) : (
        <Figure
          title={title}
          file="agreement-confusion"
          columns={[
            { name: ofPair ? nameOf(ofPair.one) : "One", kind: "words" },
            { name: ofPair ? `${nameOf(ofPair.other)} ` : "Other", kind: "words" },
            { name: "Places", kind: "count" },
          ]}
          rows={cells.map(({ one, other, count }) => [inWords(one), inWords(other), count])}
        >
          <HeatMap
            label={title}
            rows={labels.map(inWords)}
            columns={labels.map(inWords)}
            cells={labels.map((row) =>
              labels.map((column): HeatCell => {
                const count = counts.get(cellKey(row, column)) ?? 0;
                if (count === 0) return { text: "", heat: null, says: sayOf(row, column, 0) };
                const share = count / most;
                return {
                  text: inFigures(count),
                  heat: row === column ? share : -share,
                  says: sayOf(row, column, count),
                  href: linkOf(row, column),
                };
              }),
            )}
          />
        </Figure>
      )}
    </Section>
  );
}

const labelMeasures = ["u_alpha", "ku_alpha", "cohen_kappa", "f1_partial", "f1_type"] as const;

function Labels({ report }: Shown) {
  return (
    <Part
      title="By label"
      lead="Of each label whether a position has it, and of its spans."
      file="agreement-labels"
      of={report.labels}
      columns={[
        { name: "Label", kind: "words", of: ({ label }) => inWords(label) },
        ...intervalColumns("krippendorff_alpha"),
        ...intervalColumns("f1_strict"),
        ...labelMeasures.map(measureColumn),
      ]}
      none="Nobody marked anything."
    />
  );
}

function Distribution({ report }: Shown) {
  return (
    <Section title="Articles" lead="How many articles have which agreement.">
      <div className="space-y-8">
        {report.distribution.map(({ measure, bins, undefined: none }) => {
          const { name } = measureWords[measure];
          const bars = bins.map(({ from, to, articles }) => ({
            name: `${short(from)} to ${short(to)}`,
            count: articles,
          }));
          return (
            <div key={measure}>
              <h3 className="mb-2 font-medium">{name}</h3>
              <Figure
                title={`Articles by ${name}`}
                file={`agreement-articles-${measure}`}
                columns={[
                  { name, kind: "words" },
                  { name: "Articles", kind: "count" },
                ]}
                rows={[
                  ...bars.map(({ name: range, count }) => [range, count]),
                  ["undefined", none],
                ]}
              >
                <Histogram bars={bars} below={name} />
              </Figure>
              {none > 0 && (
                <p className="mt-1 text-sm text-muted">
                  Undefined of {counted(none, "article")}, in which there is nothing that could have
                  been marked otherwise.
                </p>
              )}
            </div>
          );
        })}
      </div>
    </Section>
  );
}

const short = (value: number) => value.toFixed(1).replace("-", "−");

const trendMeasures = ["krippendorff_alpha", "f1_strict"] as const;

function Rounds({ report: { rounds } }: Shown) {
  return (
    <Part
      title="Rounds"
      lead="Whether it gets better from round to round."
      table="Agreement by round"
      file="agreement-rounds"
      of={rounds}
      columns={[
        { name: "Round", kind: "words", of: ({ round }) => `Round ${round}` },
        { name: "Articles", kind: "count", of: ({ articles }) => articles },
        ...trendMeasures.flatMap(intervalColumns),
      ]}
      none="Nothing of this was submitted in a round by two reviewers or more."
    >
      <LinePlot
        names={rounds.map(({ round }) => `Round ${round}`)}
        series={trendMeasures.map((name) => ({
          name: measureWords[name].name,
          points: rounds.map(({ measures }) => {
            const measure = measureNamed(measures, name);
            return {
              value: measure?.value ?? null,
              low: measure?.low ?? null,
              high: measure?.high ?? null,
            };
          }),
        }))}
      />
    </Part>
  );
}

const countsOfDisputed = ["disputes", "spans", "reviewers"] as const;
const figuresOfDisputed = ["krippendorff_alpha", "f1_strict"] as const;

function MostDisputed({ kept, project }: Shown) {
  const title = "Most disputed articles";
  return (
    <Section title={title} lead="By how many spans another reviewer has not exactly so.">
      {kept.most_disputed.length === 0 ? (
        <p className="text-muted">None: whatever was marked, all marked.</p>
      ) : (
        <>
          <Table
            label={title}
            columns={[
              "Article",
              { name: "Disputes", end: true },
              { name: "Spans", end: true },
              { name: "Reviewers", end: true },
              { name: "α", end: true },
              { name: "F1, strict", end: true },
            ]}
          >
            {kept.most_disputed.map(({ article, version, ...figures }) => (
              <tr key={`${article.id} ${version}`}>
                <Cell className="min-w-48 wrap-anywhere">
                  <TextLink
                    href={`/projects/${project}/adjudication/${article.id}?version=${version}`}
                    prefetch={false}
                  >
                    <bdi>{article.title}</bdi>
                  </TextLink>
                  {version > 1 && <span className="text-muted"> · version {version}</span>}
                </Cell>
                {countsOfDisputed.map((count) => (
                  <Cell key={count} className="figures text-end">
                    {inFigures(figures[count])}
                  </Cell>
                ))}
                {figuresOfDisputed.map((figure) => (
                  <Cell key={figure} className="figures text-end">
                    {inTwoDigits(figures[figure])}
                  </Cell>
                ))}
              </tr>
            ))}
          </Table>
          <div className="mt-2 flex justify-end">
            <SaveNumbers
              title={title}
              file="agreement-disputed"
              columns={[
                "Article",
                "Id",
                "Version",
                "Disputes",
                "Spans",
                "Reviewers",
                "α",
                "F1, strict",
              ]}
              rows={kept.most_disputed.map(({ article, version, ...figures }) => [
                article.title,
                article.id,
                version,
                ...countsOfDisputed.map((count) => figures[count]),
                ...figuresOfDisputed.map((figure) => figures[figure]),
              ])}
            />
          </div>
        </>
      )}
    </Section>
  );
}

function Drift({ kept: { drift }, nameOf }: Shown) {
  const weeks = [...new Set(drift.map(({ week }) => week))].sort();
  const byReviewer = Map.groupBy(drift, ({ round, reviewer }) => `${reviewer} ${round}`);
  return (
    <Part
      title="Against hidden gold"
      lead="What each reviewer first submitted of articles with gold that they could not tell from others, by week: whether their work drifts."
      table="Agreement with hidden gold"
      file="agreement-drift"
      of={drift}
      columns={[
        { name: "Round", kind: "words", of: ({ round }) => `Round ${round}` },
        { name: "Reviewer", kind: "words", of: ({ reviewer }) => nameOf(reviewer) },
        { name: "Week of", kind: "words", of: ({ week }) => week },
        { name: "Articles", kind: "count", of: ({ articles }) => articles },
        { name: "F1 exact", kind: "figure", of: (score) => score.f1_exact },
        { name: "F1 overlap", kind: "figure", of: (score) => score.f1_overlap },
      ]}
      none="Nothing yet: it takes rounds into which articles with gold are mixed."
    >
      <LinePlot
        names={weeks}
        series={[...byReviewer.values()].map((of) => ({
          name: `${nameOf(of[0]?.reviewer ?? "")}, round ${of[0]?.round}`,
          points: weeks.map((week) => ({
            value: of.find((one) => one.week === week)?.f1_exact ?? null,
          })),
        }))}
      />
    </Part>
  );
}

function Attributes({ report }: Shown) {
  return (
    <Part
      title="Attributes"
      lead="Of spans, relations and articles that go together."
      file="agreement-attributes"
      of={report.attributes}
      columns={[
        {
          name: "Of",
          kind: "words",
          of: ({ holder }) => (holder === null ? "the article" : inWords(holder)),
        },
        { name: "Attribute", kind: "words", of: ({ name }) => inWords(name) },
        { name: "Pairs", kind: "count", of: ({ n }) => n },
        measureColumn("percent_agreement"),
        ...intervalColumns("attribute_alpha"),
      ]}
      none="Nothing that goes together has any."
    />
  );
}

function Relations({ report }: Shown) {
  return (
    <Part
      title="Relations"
      lead="The same relation between spans that go together."
      file="agreement-relations"
      of={report.relations}
      columns={[
        { name: "Relation", kind: "words", of: ({ type }) => inWords(type) },
        {
          name: "Made",
          kind: "count",
          of: ({ measures }) => measureNamed(measures, "relation_f1")?.n ?? 0,
        },
        ...intervalColumns("relation_f1"),
      ]}
      none="Nobody made any."
    />
  );
}

function Reviewers({ report, nameOf }: Shown) {
  return (
    <Part
      title="Who has submitted what"
      lead="To submit an article without marking anything is an answer; not to submit it is none."
      file="agreement-reviewers"
      of={report.reviewers}
      columns={[
        { name: "Reviewer", kind: "words", of: ({ key }) => nameOf(key) },
        { name: "Known in datasets as", kind: "words", of: ({ key }) => key },
        { name: "Submitted", kind: "count", of: ({ articles }) => articles },
        { name: "Nothing found", kind: "count", of: (reviewer) => reviewer.found_nothing },
        { name: "Not annotated", kind: "count", of: (reviewer) => reviewer.not_annotated },
      ]}
      none="Nobody has submitted anything."
    />
  );
}
