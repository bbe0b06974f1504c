"use client";

import { appearanceOf } from "@/lib/annotator/label-appearance";
import { readable, readableValue } from "@/lib/annotator/wording";
import type { OwnDecisions } from "@/lib/api/adjudication";
import { counted } from "@/lib/domain/figures";
import { contentKey } from "@/lib/domain/likeness";
import type { Scheme } from "@/lib/domain/scheme";
import { type Span, sameValue } from "@/lib/domain/span";
import { Badge, type Tone } from "../ui/badge";
import { LabelBadge } from "../ui/label-badge";
import { Section } from "../ui/page";
import { TimeAgo } from "../ui/time-ago";
import { Comments } from "./comments";

type Decided = OwnDecisions["spans"][number];

/** How a reviewer's own work on an article was decided, span by span, each to be answered. */
export function OwnDecisionsView({
  decisions,
  scheme,
  instead,
}: {
  decisions: OwnDecisions;
  scheme: Scheme;
  /** The spans of gold that lie where one was left out, by the id of that. */
  instead: Readonly<Record<string, readonly Span[]>>;
}) {
  const { spans, gold_set: gold, set } = decisions;
  const kept = spans.filter((one) => resultOf(one) === "accepted").length;
  const changed = spans.filter((one) => resultOf(one) === "became").length;
  const out = spans.filter((one) => resultOf(one) === "left_out").length;
  return (
    <Section
      title="Your spans"
      lead={
        spans.length === 0
          ? "You marked nothing in this article."
          : `${counted(spans.length, "span")}: ${kept} accepted, ${changed} changed, ${out} left out.`
      }
    >
      <ol className="divide-y divide-line">
        {spans.map((one) => (
          <li key={one.span.id} className="space-y-2 py-4 first:pt-0 last:pb-0">
            <Outcome decided={one} scheme={scheme} instead={instead[one.span.id] ?? []} />
            {one.reason !== "" && (
              <p className="wrap-anywhere">
                <span className="text-muted">Why: </span>
                <bdi>{one.reason}</bdi>
              </p>
            )}
            <Comments
              gold={gold}
              all={one.comments}
              sources={[{ set, span: one.span.id, content: one.span }]}
              verb="Answer"
              isFolded
            />
          </li>
        ))}
      </ol>
    </Section>
  );
}

type Result = "accepted" | "became" | "left_out" | "undecided";

/** What came of a span: whatever it was called, it is accepted where gold has it as it is. */
function resultOf({ outcome, gold, span }: Decided): Result {
  if (outcome === null) return "undecided";
  if (gold.length === 0) return "left_out";
  return gold.length === 1 && gold[0] && contentKey(gold[0]) === contentKey(span)
    ? "accepted"
    : "became";
}

const results: Readonly<Record<Result, { words: string; tone: Tone }>> = {
  accepted: { words: "Accepted", tone: "ok" },
  became: { words: "Became", tone: "accent" },
  left_out: { words: "Left out", tone: "neutral" },
  undecided: { words: "Not decided", tone: "warn" },
};

function Outcome({
  decided,
  scheme,
  instead,
}: {
  decided: Decided;
  scheme: Scheme;
  instead: readonly Span[];
}) {
  const { span, gold, changed, decided_at } = decided;
  const result = resultOf(decided);
  const { words, tone } = results[result];
  return (
    <>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <Badge tone={tone}>{words}</Badge>
        <LabelBadge {...appearanceOf(scheme, span.label)} />
        {decided_at !== null && (
          <span className="text-sm text-muted">
            <TimeAgo at={decided_at} />
          </span>
        )}
      </div>
      <p>
        <q dir="auto" className="font-reading wrap-anywhere">
          {span.quote}
        </q>
      </p>
      {result === "became" && <InGold words="It became" spans={gold} of={span} scheme={scheme} />}
      {result === "left_out" && instead.length > 0 && (
        <InGold words="Gold has there" spans={instead} of={span} scheme={scheme} />
      )}
      {changed && (
        <p className="text-sm text-muted">You have changed this span since it was decided on.</p>
      )}
    </>
  );
}

/** Spans of gold beside one's own. */
function InGold({
  words,
  spans,
  of,
  scheme,
}: {
  words: string;
  spans: readonly Span[];
  of: Span;
  scheme: Scheme;
}) {
  return (
    <div className="border-s-2 border-line ps-3">
      <p className="text-sm text-muted">{words}</p>
      <ul className="space-y-1">
        {spans.map((one) => (
          <li key={one.id}>
            <LabelBadge {...appearanceOf(scheme, one.label)} />{" "}
            <q dir="auto" className="font-reading wrap-anywhere">
              {one.quote}
            </q>
            <Differences span={of} gold={one} scheme={scheme} />
          </li>
        ))}
      </ul>
    </div>
  );
}

/** The attributes that gold has otherwise. */
function Differences({ span, gold, scheme }: { span: Span; gold: Span; scheme: Scheme }) {
  const rules = scheme.labels.find(({ name }) => name === gold.label)?.attributes ?? [];
  if (span.label !== gold.label) return null;
  const differing = rules.filter(
    ({ name }) => !sameValue(span.attributes[name], gold.attributes[name]),
  );
  if (differing.length === 0) return null;
  return (
    <ul className="mt-1 text-sm">
      {differing.map((rule) => {
        const words = (of: Span) => {
          const value = of.attributes[rule.name];
          return value === undefined ? "not set" : readableValue(rule, value);
        };
        return (
          <li key={rule.name} className="wrap-anywhere">
            <bdi className="font-medium">{readable(rule.name)}</bdi>: <bdi>{words(span)}</bdi>{" "}
            <span className="text-muted">(yours)</span>, <bdi>{words(gold)}</bdi>{" "}
            <span className="text-muted">(gold)</span>
          </li>
        );
      })}
    </ul>
  );
}
