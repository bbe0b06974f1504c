"use client";

import { useEffect, useEffectEvent, useState } from "react";
import { call } from "../people/call";
import { Badge, type Tone } from "../ui/badge";
import { TextLink } from "../ui/button";
import { LoadMore } from "../ui/load-more";
import { Spinner } from "../ui/progress";
import { Notice } from "../ui/state";
import { Cell, HeaderCell, Table } from "../ui/table";
import { TimeAgo } from "../ui/time-ago";
import { counted, countOf, type ImportRun, inBytes, inFigures, isOver, outcomes } from "./shapes";

/** Milliseconds between two looks at the list while something in it runs. */
const LOOK_EVERY = 2000;

type Listed = { readonly imports: readonly ImportRun[]; readonly next_cursor: string | null };

/** The imports of a project, newest first; those that run are kept up to date. */
export function RecentImports({ project, initial }: { project: string; initial: Listed }) {
  const path = `/api/v1/projects/${project}/imports` as const;
  const [listed, setListed] = useState(initial);
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<string | null>(null);
  const running = listed.imports.some((run) => !isOver(run));

  const look = useEffectEvent(async () => {
    const answer = await call<Listed>("GET", path);
    if (!answer.ok) return;
    const news = new Map(answer.value.imports.map((run) => [run.id, run]));
    setListed((now) => ({ ...now, imports: now.imports.map((run) => news.get(run.id) ?? run) }));
  });
  useEffect(() => {
    if (!running) return;
    const timer = setInterval(() => void look(), LOOK_EVERY);
    return () => clearInterval(timer);
  }, [running]);

  async function loadMore() {
    setBusy(true);
    const answer = await call<Listed>("GET", `${path}?cursor=${listed.next_cursor}`);
    setBusy(false);
    if (!answer.ok) setTrouble(answer.message);
    else {
      setListed({
        imports: [...listed.imports, ...answer.value.imports],
        next_cursor: answer.value.next_cursor,
      });
    }
  }

  if (listed.imports.length === 0) return <p className="text-muted">Nothing was imported yet.</p>;
  return (
    <>
      <Table label="Imports">
        <thead>
          <tr>
            <HeaderCell>Begun</HeaderCell>
            <HeaderCell>By</HeaderCell>
            <HeaderCell>Files</HeaderCell>
            <HeaderCell>State</HeaderCell>
            {outcomes.map((outcome) => (
              <HeaderCell key={outcome} className="capitalize" style={{ textAlign: "end" }}>
                {outcome}
              </HeaderCell>
            ))}
          </tr>
        </thead>
        <tbody>
          {listed.imports.map((run) => (
            <tr key={run.id}>
              <Cell>
                <TextLink href={`/projects/${project}/import/${run.id}`}>
                  <TimeAgo at={run.created_at} />
                </TextLink>
              </Cell>
              <Cell>
                {run.created_by === null ? (
                  <span className="text-muted">command line</span>
                ) : (
                  <bdi>{run.created_by}</bdi>
                )}
              </Cell>
              <Cell className="figures whitespace-nowrap">
                {counted(run.files, "file")}
                <span className="block text-sm text-muted">{inBytes(run.bytes)}</span>
              </Cell>
              <Cell>
                <State run={run} />
              </Cell>
              {outcomes.map((outcome) => (
                <Cell key={outcome} className="figures text-end">
                  {inFigures(countOf(run, outcome))}
                </Cell>
              ))}
            </tr>
          ))}
        </tbody>
      </Table>
      {trouble && <Notice tone="danger">{trouble}</Notice>}
      {listed.next_cursor && !trouble && <LoadMore busy={busy} onLoad={() => void loadMore()} />}
    </>
  );
}

const tones: Record<ImportRun["state"], Tone> = {
  receiving: "neutral",
  queued: "neutral",
  running: "accent",
  done: "ok",
  failed: "danger",
};

const words: Record<ImportRun["state"], string> = {
  receiving: "arriving",
  queued: "waiting",
  running: "running",
  done: "done",
  failed: "failed",
};

function State({ run }: { run: ImportRun }) {
  return (
    <Badge tone={tones[run.state]}>
      {run.state === "running" && <Spinner size={12} />}
      {words[run.state]}
      {run.state === "running" && run.progress !== null && ` ${Math.floor(run.progress * 100)} %`}
    </Badge>
  );
}
