"use client";

import { useEffect, useEffectEvent } from "react";
import { call } from "@/lib/api/client";
import type { Import, ImportPage } from "@/lib/api/imports";
import { counted, inFigures } from "@/lib/domain/figures";
import { importOutcomes } from "@/lib/domain/imports";
import { Badge, type Tone } from "../ui/badge";
import { LoadMore } from "../ui/load-more";
import { Notice } from "../ui/notice";
import { Spinner } from "../ui/spinner";
import { Cell, Table } from "../ui/table";
import { TextLink } from "../ui/text-link";
import { TimeAgo } from "../ui/time-ago";
import { useCollection } from "../ui/use-collection";
import { countOf, inBytes, isOver } from "./wording";

/** Milliseconds between two looks at the list while something in it runs. */
const LOOK_EVERY = 2000;

/** The imports of a project, newest first; those that run are kept up to date. */
export function RecentImports({ project, initial }: { project: string; initial: ImportPage }) {
  const imports = useCollection({
    of: "imports",
    first: initial,
    idOf: ({ id }: Import) => id,
    load: (cursor) =>
      call("GET /projects/{project}/imports", { path: { project }, query: { cursor } }),
  });
  const runs = imports.items ?? [];
  const running = runs.some((run) => !isOver(run));

  const look = useEffectEvent(async () => {
    const answer = await call("GET /projects/{project}/imports", { path: { project } });
    if (answer.ok) imports.update(answer.value.imports);
  });
  useEffect(() => {
    if (!running) return;
    const timer = setInterval(() => void look(), LOOK_EVERY);
    return () => clearInterval(timer);
  }, [running]);

  if (runs.length === 0) return <p className="text-muted">Nothing was imported yet.</p>;
  return (
    <>
      <Table
        label="Imports"
        columns={[
          "Begun",
          "Files",
          "State",
          ...importOutcomes.map((name) => ({
            name,
            end: true as const,
            className: "hidden capitalize md:table-cell",
          })),
        ]}
      >
        {runs.map((run) => (
          <tr key={run.id}>
            <Cell>
              <TextLink href={`/projects/${project}/import/${run.id}`}>
                <TimeAgo at={run.created_at} />
              </TextLink>
              <span className="block text-sm text-muted">
                {run.created_by === null ? "command line" : <bdi>{run.created_by}</bdi>}
              </span>
              <span className="figures block text-sm md:hidden">{outcomesIn(run)}</span>
            </Cell>
            <Cell className="figures whitespace-nowrap">
              {counted(run.files, "file")}
              <span className="block text-sm text-muted">{inBytes(run.bytes)}</span>
            </Cell>
            <Cell>
              <State run={run} />
            </Cell>
            {importOutcomes.map((outcome) => (
              <Cell key={outcome} className="figures hidden text-end md:table-cell">
                {inFigures(countOf(run, outcome))}
              </Cell>
            ))}
          </tr>
        ))}
      </Table>
      {imports.failure !== null && <Notice tone="danger">{imports.failure}</Notice>}
      {imports.hasMore && <LoadMore busy={imports.busy} onLoad={imports.loadMore} />}
    </>
  );
}

/** What became of the articles, where there is no room for a column each: "12 created, 1 rejected". */
function outcomesIn(run: Import): string {
  return importOutcomes
    .map((outcome) => ({ outcome, count: countOf(run, outcome) }))
    .filter(({ count }) => count > 0)
    .map(({ outcome, count }) => `${inFigures(count)} ${outcome}`)
    .join(", ");
}

const tones: Record<Import["state"], Tone> = {
  receiving: "neutral",
  queued: "neutral",
  running: "accent",
  done: "ok",
  failed: "danger",
};

const words: Record<Import["state"], string> = {
  receiving: "arriving",
  queued: "waiting",
  running: "running",
  done: "done",
  failed: "failed",
};

function State({ run }: { run: Import }) {
  if (run.undone_at !== null) return <Badge>undone</Badge>;
  const isFetching = run.waiting_pages > 0 && !isOver(run);
  const isRunning = run.state === "running" || isFetching;
  return (
    <Badge tone={isFetching ? "accent" : tones[run.state]}>
      {isRunning && <Spinner size={12} />}
      {isFetching ? "fetching" : words[run.state]}
      {isRunning && run.progress !== null && ` ${Math.floor(run.progress * 100)} %`}
    </Badge>
  );
}
