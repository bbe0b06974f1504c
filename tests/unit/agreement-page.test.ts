import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import { ReportSections } from "@/components/agreement/report";
import type { KeptAgreement } from "@/lib/api/agreement";
import { AgreementAccumulator } from "@/lib/domain/agreement/report";

/** The page of a report on two reviewers' spans of one article: labels and where they begin, each of five characters. */
function pageOf(...reviewers: readonly (readonly (readonly [string, number])[])[]): string {
  const accumulator = new AgreementAccumulator({
    unit: "character",
    seed: 1,
    resamples: 0,
    symmetric: new Set(),
  });
  accumulator.add({
    article: "018f0000-0000-7000-8000-000000000001",
    version: 1,
    rounds: [],
    length: 100,
    words: new Int32Array(),
    submitted: reviewers.map((spans, at) => ({
      reviewer: `a${at + 1}`,
      spans: spans.map(([label, start]) => ({
        id: `${at} ${start}`,
        label,
        fragments: [{ start, end: start + 5 }],
        attributes: {},
      })),
      relations: [],
      attributes: {},
    })),
    notSubmitted: [],
  });
  const report = accumulator.report();
  const kept: KeptAgreement = {
    asked: {
      round: null,
      unit: "character",
      label: null,
      language: null,
      gamma: false,
      seed: 1,
      resamples: 0,
    },
    state: "done",
    progress: null,
    failure: null,
    made: null,
    report,
    reviewers: [],
    most_disputed: [],
    without_gamma: [],
    drift: [],
  };
  const to = (change: Readonly<Record<string, string | null>>) =>
    `?${Object.values(change).slice(0, 2).join("/")}`;
  return renderToStaticMarkup(
    createElement(ReportSections, {
      kept,
      report,
      project: "p",
      to,
      pair: null,
      passages: null,
      gamma: null,
    }),
  );
}

test("labels called null and nothing are not what nobody marked", () => {
  const page = pageOf(
    [
      ["null", 0],
      ["null", 10],
      ["claim", 20],
      ["claim", 30],
      ["nothing", 40],
      ["claim", 50],
    ],
    [
      ["null", 0],
      ["null", 10],
      ["null", 20],
      ["null", 30],
    ],
  );
  const links = [...page.matchAll(/href="\?([^"#]*)#passages" aria-label="([^"]*)"/g)];
  expect(links.map(([, cell, says]) => `${cell} ${says}`).sort()).toEqual([
    "claim/ 1 place: claim to one, nothing to another",
    "claim/null 2 places: claim to one, null to another",
    "nothing/ 1 place: “nothing” to one, nothing to another",
    "null/null 2 places: null to one, null to another",
  ]);
});
