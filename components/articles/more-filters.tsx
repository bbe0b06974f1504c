"use client";

import { useEffect, useState } from "react";
import type { ArticleFacets } from "@/lib/api/articles";
import { call, type Failure } from "@/lib/api/client";
import { inFigures } from "@/lib/domain/figures";
import { languageName } from "../rounds/wording";
import { type Option, Select } from "../ui/field";
import { Spinner } from "../ui/spinner";
import type { ListQuery } from "./list-query";
import type { ChangeQuery } from "./use-list-query";

/** By what few lists are narrowed down: loaded, and asked for, when somebody wants it. */
export function MoreFilters({
  project,
  query,
  change,
}: {
  /** The slug. */
  project: string;
  query: ListQuery;
  change: ChangeQuery;
}) {
  const { language, publisher, round } = query;
  const [facets, setFacets] = useState<ArticleFacets | Failure | null>(null);
  useEffect(() => {
    const controller = new AbortController();
    const { signal } = controller;
    call("GET /projects/{project}/articles/facets", { path: { project }, signal }).then(
      (answer) => {
        if (!signal.aborted) setFacets(answer.ok ? answer.value : answer);
      },
    );
    return () => controller.abort();
  }, [project]);
  if (facets === null) return <Spinner />;
  if ("ok" in facets) {
    return (
      <p role="alert" className="text-sm text-danger">
        {facets.message}
      </p>
    );
  }
  const filters = [
    {
      label: "Language",
      any: "Any language",
      value: language,
      options: facets.languages.map(({ value, articles }) =>
        option(value, languageName(value), articles),
      ),
      onChoose: (value: string | null) => change({ language: value }, "push"),
    },
    {
      label: "Publisher",
      any: "Any publisher",
      value: publisher,
      options: facets.publishers.map(({ value, articles }) => option(value, value, articles)),
      onChoose: (value: string | null) => change({ publisher: value }, "push"),
    },
    {
      label: "Round",
      any: "Any round",
      value: round === null ? null : String(round),
      options: facets.rounds.map(({ number, title }) =>
        option(String(number), `${number}: ${title}`),
      ),
      onChoose: (value: string | null) =>
        change({ round: value === null ? null : Number(value) }, "push"),
    },
  ].filter(({ value, label, options }) => value !== null || options.length > least(label));
  if (filters.length === 0) {
    return (
      <p className="text-sm text-muted">
        There is nothing more to choose by: these articles have one language and one publisher.
      </p>
    );
  }
  return filters.map(({ label, any, value, options, onChoose }) => (
    <Select
      key={label}
      label={label}
      hideLabel
      className="min-w-0 grow basis-36 sm:max-w-60"
      value={value ?? ""}
      options={[
        { value: "", label: any },
        // What a link asks for may be none of the most frequent.
        ...(value === null || options.some((one) => one.value === value)
          ? options
          : [{ value, label: value }, ...options]),
      ]}
      onChange={({ target }) => onChoose(target.value || null)}
    />
  ));
}

/** Of more of these than this, one can choose: an article may be in no round. */
const least = (label: string) => (label === "Round" ? 0 : 1);

const option = (value: string, words: string, articles?: number): Option => ({
  value,
  label: articles === undefined ? words : `${words} (${inFigures(articles)})`,
});
