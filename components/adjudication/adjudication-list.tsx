"use client";

import { useRouter } from "next/navigation";
import type { AdjudicationItem, AdjudicationPage } from "@/lib/api/adjudication";
import { call } from "@/lib/api/client";
import { counted, inFigures } from "@/lib/domain/figures";
import { Badge, type Tone } from "../ui/badge";
import { EmptyState } from "../ui/empty-state";
import { Select } from "../ui/field";
import { Link } from "../ui/link";
import { LoadMore } from "../ui/load-more";
import { ProgressBar } from "../ui/progress";
import { TimeAgo } from "../ui/time-ago";
import { toast } from "../ui/toast";
import { useCollection } from "../ui/use-collection";
import { deskAddress, type ListFilter, listAddress } from "./list-address";

type State = AdjudicationItem["state"];

const stateWords: Readonly<Record<State, { words: string; tone: Tone }>> = {
  open: { words: "Open", tone: "neutral" },
  begun: { words: "Begun", tone: "accent" },
  settled: { words: "Settled", tone: "ok" },
};

/**
 * The articles that reviewers have submitted, with what is left of each. Give it a `key` of its filter and where its
 * first page ends: it goes on from there.
 */
export function AdjudicationList({
  project,
  first,
  filter,
  rounds,
}: {
  project: string;
  first: AdjudicationPage;
  filter: ListFilter;
  rounds: readonly { readonly number: number; readonly title: string }[];
}) {
  const router = useRouter();
  const list = useCollection({
    of: "items",
    first,
    idOf: ({ article, version }: AdjudicationItem) => `${article.id} ${version}`,
    load: async (cursor) => {
      const { round, state } = filter;
      const query = {
        cursor,
        ...(round === null ? {} : { round }),
        ...(state === null ? {} : { state }),
      };
      const answer = await call("GET /projects/{project}/adjudication", {
        path: { project },
        query,
      });
      if (!answer.ok) toast.error(answer.message);
      return answer;
    },
  });
  const go = (change: Partial<ListFilter>) =>
    router.push(listAddress(project, { ...filter, ...change }), { scroll: false });
  const { open, begun, settled } = first.totals;
  const all = open + begun + settled;
  return (
    <>
      {all > 0 && (
        <div className="mb-5">
          <ProgressBar
            label={filter.round === null ? "Settled" : "Settled in this round"}
            value={settled}
            max={Math.max(1, all)}
            detail={`${inFigures(settled)} of ${counted(all, "article")} · ${inFigures(begun)} begun`}
          />
        </div>
      )}
      <div className="mb-4 flex flex-wrap items-end gap-3">
        {rounds.length > 0 && (
          <Select
            label="Round"
            className="w-56 max-w-full"
            value={filter.round === null ? "" : String(filter.round)}
            onChange={({ target }) =>
              go({ round: target.value === "" ? null : Number(target.value) })
            }
            options={[
              { value: "", label: "All articles" },
              ...rounds.map(({ number, title }) => ({
                value: String(number),
                label: `${number}. ${title}`,
              })),
            ]}
          />
        )}
        <Select
          label="State"
          className="w-44 max-w-full"
          value={filter.state ?? ""}
          onChange={({ target }) => {
            const state = (["open", "begun", "settled"] as const).find(
              (one) => one === target.value,
            );
            go({ state: state ?? null });
          }}
          options={[
            { value: "", label: "All states" },
            { value: "open", label: `Open (${inFigures(open)})` },
            { value: "begun", label: `Begun (${inFigures(begun)})` },
            { value: "settled", label: `Settled (${inFigures(settled)})` },
          ]}
        />
        {filter.round !== null && <DiscussionSheet project={project} round={filter.round} />}
      </div>
      {list.items?.length === 0 ? (
        <EmptyState title={all === 0 ? "Nothing submitted yet" : "None in this state"}>
          {all === 0
            ? "What reviewers submit comes here to be settled into gold."
            : "Choose another state to see the others."}
        </EmptyState>
      ) : (
        <ul className="divide-y divide-line overflow-hidden rounded-lg border border-line bg-surface">
          {list.items?.map((item) => (
            <Item key={`${item.article.id} ${item.version}`} project={project} item={item} />
          ))}
        </ul>
      )}
      {list.hasMore && <LoadMore busy={list.busy} onLoad={list.loadMore} />}
    </>
  );
}

function Item({ project, item }: { project: string; item: AdjudicationItem }) {
  const {
    article,
    version,
    current,
    reviewers,
    disputes_left: left,
    state,
    decided_by: by,
    settled_at,
  } = item;
  const { words, tone } = stateWords[state];
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-3 sm:px-5">
      <div className="min-w-0 flex-1 basis-64">
        <Link
          href={deskAddress(project, item)}
          prefetch={false}
          className="font-reading text-lg font-semibold wrap-anywhere"
        >
          <bdi>{article.title}</bdi>
        </Link>
        <p className="text-sm text-muted">
          {counted(reviewers, "reviewer")}
          {!current && ` · version ${version}`}
          {by !== null && (
            <>
              {" · "}
              <bdi>{by}</bdi>
            </>
          )}
          {settled_at !== null && (
            <>
              {" · "}
              <TimeAgo at={settled_at} />
            </>
          )}
        </p>
      </div>
      <span className="figures text-sm whitespace-nowrap">
        {state === "settled" && left === 0
          ? null
          : left === 0
            ? "nothing in dispute"
            : state === "open"
              ? counted(left, "passage")
              : `${counted(left, "dispute")} left`}
      </span>
      <Badge tone={tone}>{words}</Badge>
    </li>
  );
}

/** What a round's reviewers disagree on, to be talked about. */
export function DiscussionSheet({ project, round }: { project: string; round: number }) {
  const sheet = `/api/v1/projects/${project}/rounds/${round}/disputes?format=`;
  return (
    <p className="py-2 text-sm">
      Discussion sheet:{" "}
      <a href={`${sheet}html`} target="_blank" rel="noopener" className="underline">
        to read
      </a>
      {", "}
      <a href={`${sheet}md`} download className="underline">
        Markdown
      </a>
      {", "}
      <a href={`${sheet}csv`} download className="underline">
        CSV
      </a>
    </p>
  );
}
