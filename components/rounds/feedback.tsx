import type { ReactNode } from "react";
import { appearanceOf } from "@/lib/annotator/label-appearance";
import { readable, readableValue, spokenEdges } from "@/lib/annotator/wording";
import type { Feedback, Score } from "@/lib/api/gold";
import { counted, inFigures } from "@/lib/domain/figures";
import { articleHolder, type Scheme } from "@/lib/domain/scheme";
import type { Span } from "@/lib/domain/span";
import { ArticleText, type Block } from "@/lib/domain/text";
import { LabelDrawing } from "@/lib/editor/label-drawing";
import { Positions } from "@/lib/editor/positions";
import { StaticArticle } from "../annotator/static-article";
import { Badge, type Tone } from "../ui/badge";
import { Icon } from "../ui/icons";
import { LabelBadge } from "../ui/label-badge";
import { Section } from "../ui/page";
import { Cell, Table } from "../ui/table";
import { f1Words } from "./wording";
import "./feedback.css";

type Found = Feedback["spans"][number];
type FoundRelation = Feedback["relations"][number];

/** Whose work is shown: "Yours" to its reviewer, a name to others. */
type Whose = { readonly isOwn: boolean; readonly name: string };

const tones: Readonly<Record<Found["finding"], Tone>> = {
  agrees: "ok",
  label: "warn",
  boundary: "warn",
  missing: "danger",
  extra: "neutral",
};

/** In a word, for the reviewer and for whoever looks at their work. */
const findingWords: Readonly<Record<Found["finding"], (whose: Whose) => string>> = {
  agrees: () => "Agrees",
  label: () => "Another label",
  boundary: () => "Other boundaries",
  missing: ({ isOwn }) => (isOwn ? "Missing in yours" : "Missing"),
  extra: () => "Not in gold",
};

/** Submitted work beside gold: the score, the article with both, and what became of each span. */
export function FeedbackView({
  feedback,
  text,
  blocks,
  language,
  scheme,
  isOwn,
}: {
  feedback: Feedback;
  text: string;
  blocks: readonly Block[];
  language: string | null;
  scheme: Scheme;
  /** Whether its reader is the one who did it. */
  isOwn: boolean;
}) {
  const whose = { isOwn, name: feedback.user.name };
  const { spans, relations, attributes } = feedback;
  return (
    <>
      <Section title="Score" lead={scoreLead(feedback, whose)}>
        <ScoreTable feedback={feedback} scheme={scheme} whose={whose} />
      </Section>
      <Section
        title="In the text"
        lead={`${isOwn ? "Yours is filled" : "The reviewer’s is filled"}, what only gold has is framed; ✓ is what both have.`}
      >
        <BothSets found={spans} {...{ text, blocks, language, scheme, whose }} />
      </Section>
      <Section title="Span by span">
        {spans.length === 0 ? (
          <p className="text-muted">
            There is nothing to mark in this article, and nothing is marked.
          </p>
        ) : (
          <ol className="divide-y divide-line">
            {spans.map((found) => (
              <FoundSpan key={keyOf(found)} found={found} scheme={scheme} whose={whose} />
            ))}
          </ol>
        )}
      </Section>
      {relations.length > 0 && (
        <Section title="Relations">
          <ul className="divide-y divide-line">
            {relations.map((found) => (
              <FoundRelationRow
                key={keyOf(found)}
                found={found}
                spans={spans}
                scheme={scheme}
                whose={whose}
              />
            ))}
          </ul>
        </Section>
      )}
      {attributes.length > 0 && (
        <Section title="The article itself">
          <Differences
            attributes={attributes}
            rules={articleHolder(scheme).attributes}
            whose={whose}
          />
        </Section>
      )}
    </>
  );
}

function keyOf({
  own,
  gold,
}: {
  readonly own: { readonly id: string } | null;
  readonly gold: { readonly id: string } | null;
}): string {
  return `${own?.id} ${gold?.id}`;
}

function scoreLead({ score, first }: Feedback, { isOwn }: Whose): string {
  const now = `${inFigures(score.exact)} of ${counted(score.gold, "span")} of gold found exactly, ${inFigures(score.overlap)} at least in part.`;
  if (!first) {
    return `${now} It was submitted before it could count, so it is no part of the round’s score.`;
  }
  const isSame =
    first.score.f1_exact === score.f1_exact && first.score.f1_overlap === score.f1_overlap;
  if (isSame) return now;
  const who = isOwn ? "you" : "they";
  return `${now} What ${who} submitted first counts for the round: F1 ${f1Words(first.score.f1_exact)} exactly, ${f1Words(first.score.f1_overlap)} in part.`;
}

function ScoreTable({
  feedback: { score, labels },
  scheme,
  whose,
}: {
  feedback: Feedback;
  scheme: Scheme;
  whose: Whose;
}) {
  const row = (key: string, name: ReactNode, of: Score) => (
    <tr key={key}>
      <Cell>{name}</Cell>
      <Cell className="figures hidden text-end sm:table-cell">{inFigures(of.own)}</Cell>
      <Cell className="figures hidden text-end sm:table-cell">{inFigures(of.gold)}</Cell>
      <Cell className="figures text-end">{f1Words(of.f1_exact)}</Cell>
      <Cell className="figures text-end">{f1Words(of.f1_overlap)}</Cell>
    </tr>
  );
  return (
    <>
      <Table
        label="Score"
        columns={[
          "Label",
          { name: whose.isOwn ? "Yours" : "Theirs", end: true, wide: true },
          { name: "Gold", end: true, wide: true },
          { name: "F1 exact", end: true },
          { name: "F1 in part", end: true },
        ]}
      >
        {row("", <span className="font-medium">All</span>, score)}
        {labels.map(({ label, ...of }) =>
          row(label, <LabelBadge {...appearanceOf(scheme, label)} />, of),
        )}
      </Table>
      <p className="mt-2 text-sm text-muted">
        F1 is 1 where both sets have the same spans, and 0 where they have none in common.
      </p>
    </>
  );
}

/** Who has a span: both of them exactly so, or one. */
type Side = "both" | "own" | "gold";

/** The article with the spans of both sets. */
function BothSets({
  found,
  text,
  blocks,
  language,
  scheme,
  whose,
}: {
  found: readonly Found[];
  text: string;
  blocks: readonly Block[];
  language: string | null;
  scheme: Scheme;
  whose: Whose;
}) {
  const words: Record<Side, string> = {
    both: "✓",
    own: whose.isOwn ? "yours" : "theirs",
    gold: "gold",
  };
  const drawn = found.flatMap(({ finding, own, gold }): { side: Side; span: Span }[] => [
    ...(own
      ? [{ side: finding === "agrees" ? ("both" as const) : ("own" as const), span: own }]
      : []),
    ...(gold && finding !== "agrees" ? [{ side: "gold" as const, span: gold }] : []),
  ]);
  const sides = new Map(drawn.map(({ side, span }) => [span.id, side]));
  const positions = new Positions(new ArticleText(text), blocks);
  const drawing = new LabelDrawing<Span>(
    positions,
    (span) => {
      const { name, letter, style } = appearanceOf(scheme, span.label);
      const side = words[sides.get(span.id) ?? "both"];
      const spoken = spokenEdges(`${name}, ${side === "✓" ? "both" : side}`, span.fragments.length);
      return { id: span.id, fragments: span.fragments, style, letter: `${letter} ${side}`, spoken };
    },
    drawn.map(({ span }) => span),
  );
  const marks = drawing.marks().map((mark) => ({
    ...mark,
    attributes: { ...mark.attributes, "data-side": sides.get(mark.id) ?? "both" },
  }));
  return (
    <div className="feedback">
      <StaticArticle positions={positions} marks={marks} language={language} top={3} />
    </div>
  );
}

function FoundSpan({ found, scheme, whose }: { found: Found; scheme: Scheme; whose: Whose }) {
  const { finding, own, gold, attributes } = found;
  const rules = scheme.labels.find(({ name }) => name === (own ?? gold)?.label)?.attributes ?? [];
  const ownWord = whose.isOwn ? "Yours" : "Theirs";
  return (
    <li className="py-3 first:pt-0 last:pb-0">
      <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <Badge tone={tones[finding]}>{findingWords[finding](whose)}</Badge>
        {finding !== "label" && <LabelOf span={own ?? gold} scheme={scheme} />}
      </p>
      {finding === "boundary" || finding === "label" ? (
        <dl className="mt-2 grid grid-cols-[auto_1fr] gap-x-3 gap-y-1">
          {[
            { word: ownWord, span: own },
            { word: "Gold", span: gold },
          ].map(({ word, span }) => (
            <div key={word} className="col-span-2 grid grid-cols-subgrid items-baseline">
              <dt className="text-sm text-muted">{word}</dt>
              <dd className="min-w-0">
                {finding === "label" ? (
                  <LabelOf span={span} scheme={scheme} />
                ) : (
                  <Quote span={span} />
                )}
              </dd>
            </div>
          ))}
        </dl>
      ) : null}
      {finding !== "boundary" && (
        <p className="mt-1">
          <Quote span={own ?? gold} />
        </p>
      )}
      {attributes.length > 0 && <Differences attributes={attributes} rules={rules} whose={whose} />}
    </li>
  );
}

function LabelOf({ span, scheme }: { span: Span | null; scheme: Scheme }) {
  return span && <LabelBadge {...appearanceOf(scheme, span.label)} />;
}

function Quote({ span }: { span: Span | null }) {
  return (
    <q dir="auto" className="font-reading wrap-anywhere">
      {span?.quote}
    </q>
  );
}

type Rules = Parameters<typeof articleHolder>[0]["labels"][number]["attributes"];

/** Attributes that differ, each with the two values. */
function Differences({
  attributes,
  rules,
  whose,
}: {
  attributes: Feedback["attributes"];
  rules: Rules;
  whose: Whose;
}) {
  const ruleOf = (name: string) => rules.find((rule) => rule.name === name);
  return (
    <ul className="mt-2 space-y-1 text-sm">
      {attributes.map(({ name, own, gold }) => (
        <li key={name} className="wrap-anywhere">
          <bdi className="font-medium">{readable(name)}</bdi>:{" "}
          <Value value={own} rule={ruleOf(name)} />{" "}
          <span className="text-muted">{whose.isOwn ? "(yours)" : "(theirs)"}</span>,{" "}
          <Value value={gold} rule={ruleOf(name)} /> <span className="text-muted">(gold)</span>
        </li>
      ))}
    </ul>
  );
}

function Value({
  value,
  rule,
}: {
  value: Feedback["attributes"][number]["own"];
  rule: Rules[number] | undefined;
}) {
  return value === null ? (
    <em className="text-muted">not set</em>
  ) : (
    <bdi>{readableValue(rule, value)}</bdi>
  );
}

function FoundRelationRow({
  found: { finding, own, gold, attributes },
  spans,
  scheme,
  whose,
}: {
  found: FoundRelation;
  spans: readonly Found[];
  scheme: Scheme;
  whose: Whose;
}) {
  const relation = own ?? gold;
  if (!relation) return null;
  const side = own ? "own" : "gold";
  const end = (id: string) => spans.find((one) => one[side]?.id === id)?.[side] ?? null;
  const rule = scheme.relations.find(({ name }) => name === relation.type);
  return (
    <li className="py-3 first:pt-0 last:pb-0">
      <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <Badge tone={tones[finding]}>{findingWords[finding](whose)}</Badge>
        <span className="inline-flex items-center gap-1.5 font-medium">
          <Icon name="link" size={14} />
          {readable(relation.type)}
        </span>
      </p>
      <dl className="mt-1 grid grid-cols-[auto_1fr] gap-x-3 gap-y-1">
        {[
          { word: "From", span: end(relation.from) },
          { word: "To", span: end(relation.to) },
        ].map(({ word, span }) => (
          <div key={word} className="col-span-2 grid grid-cols-subgrid items-baseline">
            <dt className="text-sm text-muted">{word}</dt>
            <dd className="min-w-0">
              <LabelOf span={span} scheme={scheme} /> <Quote span={span} />
            </dd>
          </div>
        ))}
      </dl>
      {attributes.length > 0 && (
        <Differences attributes={attributes} rules={rule?.attributes ?? []} whose={whose} />
      )}
    </li>
  );
}
