"use client";

import { useEffect, useMemo, useRef, useState } from "react";
import { type Answer, call } from "@/lib/api/client";
import type { BodyOf } from "@/lib/api/contract";
import type { SchemeImpact, SchemeVersion } from "@/lib/api/schemes";
import { counted, inFigures } from "@/lib/domain/figures";
import { MAX_CHANGE_NOTE_LENGTH } from "@/lib/domain/limits";
import type { SchemeMapping } from "@/lib/domain/schemas";
import type { Scheme } from "@/lib/domain/scheme";
import { schemeDifferences } from "@/lib/domain/scheme-differences";
import { draftOf, schemeOfDraft } from "@/lib/domain/scheme-draft";
import { Button } from "../ui/button";
import { saveVersion } from "../ui/draft";
import { TextArea } from "../ui/field";
import { FormFailure } from "../ui/form-failure";
import { Notice } from "../ui/notice";
import { Section } from "../ui/page";
import { Spinner } from "../ui/spinner";
import { toast } from "../ui/toast";
import { useForm } from "../ui/use-form";
import { DifferenceList } from "./differences";
import { Effects } from "./effects";

type Sent = BodyOf<"POST /projects/{project}/schemes/impact", "input">;

/** A scheme as text, the same for the same one, whatever order it came in. */
const inOneWriting = (scheme: Scheme) => JSON.stringify(schemeOfDraft(draftOf(scheme)));

/** What a change of a scheme is and touches, and the button that makes it the next version. */
export function SchemeReview({
  project,
  current,
  scheme,
  mapping,
  note,
  onNote,
  onBack,
  onMade,
}: {
  /** By its short name. */
  project: string;
  current: SchemeVersion;
  scheme: Scheme;
  mapping: SchemeMapping;
  note: string;
  onNote: (note: string) => void;
  onBack: () => void;
  onMade: () => void;
}) {
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => title.current?.focus(), []);
  const differences = useMemo(
    () => schemeDifferences(current.scheme, scheme, mapping),
    [current, scheme, mapping],
  );
  // It is sent, not changed.
  const body = useMemo(
    () => ({ base: current.version, scheme, mapping }) as Sent,
    [current, scheme, mapping],
  );
  const [impact, setImpact] = useState<Answer<SchemeImpact> | null>(null);
  useEffect(() => {
    const stopping = new AbortController();
    void call("POST /projects/{project}/schemes/impact", {
      path: { project },
      body,
      signal: stopping.signal,
    }).then((answer) => {
      if (!stopping.signal.aborted) setImpact(answer);
    });
    return () => stopping.abort();
  }, [project, body]);
  const next = current.version + 1;
  const form = useForm({
    leaves: true,
    send: () =>
      saveVersion({
        from: current.version,
        note,
        send: () =>
          call("POST /projects/{project}/schemes", { path: { project }, body: { ...body, note } }),
        following: async () => {
          const path = { project, version: String(next) };
          const there = await call("GET /projects/{project}/schemes/{version}", { path });
          return there.ok ? there.value : null;
        },
        isSame: (version) => inOneWriting(version.scheme) === inOneWriting(scheme),
      }),
    onDone: ({ version }) => {
      toast.success(`Version ${version} holds now.`);
      onMade();
    },
  });
  return (
    <form onSubmit={form.submit}>
      <h2 ref={title} tabIndex={-1} className="mb-4 text-lg font-semibold outline-none">
        Version {next} beside version {current.version}
      </h2>
      <Section title="What is different">
        <DifferenceList differences={differences} />
      </Section>
      <Section title="What it touches">
        {impact === null ? (
          <p role="status" className="flex items-center gap-2 text-muted">
            <Spinner /> Looking through the annotations…
          </p>
        ) : impact.ok ? (
          <Impact impact={impact.value} project={project} />
        ) : (
          <Notice tone="danger">{impact.message}</Notice>
        )}
      </Section>
      <div className="space-y-4">
        <TextArea
          label="What changed"
          name="note"
          rows={2}
          value={note}
          readOnly={form.busy}
          maxLength={2 * MAX_CHANGE_NOTE_LENGTH}
          onChange={({ target }) => onNote(target.value)}
          error={form.errorOf("note")}
          hint="For those who annotate. It stands in the list of versions."
        />
        <FormFailure form={form} fields={["note"]} />
        <div className="flex flex-wrap gap-2">
          <Button type="submit" variant="primary" busy={form.busy} disabled={!impact?.ok}>
            Make version {next}
          </Button>
          <Button disabled={form.busy} onClick={onBack}>
            Back to the editor
          </Button>
        </div>
      </div>
    </form>
  );
}

function Impact({ impact, project }: { impact: SchemeImpact; project: string }) {
  const { sets, changed, losing, asked, kept, lost, lacking, effects } = impact;
  if (sets === 0) return <p>Nobody has annotated anything yet: nothing is touched.</p>;
  const figures = [
    { what: "Annotation sets carried over", count: sets },
    { what: "Sets in which something changes", count: changed },
    { what: "Spans, relations and values that change", count: kept },
    { what: "Spans, relations and values left out", count: lost },
    { what: "Sets whose authors are asked first", count: asked },
  ];
  return (
    <div className="space-y-4">
      <dl className="grid gap-x-6 gap-y-2 sm:grid-cols-2">
        {figures.map(({ what, count }) => (
          <div key={what} className="flex items-baseline justify-between gap-3">
            <dt className="text-muted">{what}</dt>
            <dd className="figures font-semibold">{inFigures(count)}</dd>
          </div>
        ))}
      </dl>
      {changed === 0 && <p>No annotation changes.</p>}
      {asked > 0 && (
        <Notice tone="warn">
          In {counted(asked, "set")} something would be left out: they stay as they are until their
          authors agree.
        </Notice>
      )}
      {losing > asked && (
        <Notice tone="warn">
          In {counted(losing - asked, "set")} nobody is asked, and it is left out at once. Undoing
          the version brings it back.
        </Notice>
      )}
      {lacking > 0 && (
        <Notice>
          {counted(lacking, "submitted set")} would lack what is required then; they stay submitted.
        </Notice>
      )}
      <Effects project={project} effects={effects} />
    </div>
  );
}
