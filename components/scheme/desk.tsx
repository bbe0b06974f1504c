"use client";

import { useRouter } from "next/navigation";
import { useMemo, useState } from "react";
import type { SchemeVersion } from "@/lib/api/schemes";
import { counted } from "@/lib/domain/figures";
import type { Scheme } from "@/lib/domain/scheme";
import { schemeProblems } from "@/lib/domain/scheme-check";
import {
  adopted,
  draftOf,
  mappingOf,
  type SchemeDraft,
  schemeOfDraft,
} from "@/lib/domain/scheme-draft";
import { Button } from "../ui/button";
import {
  type Draft,
  DraftNotice,
  type DraftPlace,
  LeavingDialog,
  useDraft,
  WithDraft,
} from "../ui/draft";
import { Notice } from "../ui/notice";
import { ExportScheme, ImportScheme } from "./file-buttons";
import { type LibraryScheme, SchemeLibrary } from "./library";
import { SchemeReview } from "./review";
import { SchemeEditor } from "./scheme-editor";

/** How many steps can be taken back. */
const MOST_STEPS = 200;

type Props = {
  project: { id: string; slug: string; title: string };
  /** The id of who edits. */
  user: string;
  /** The version that holds. */
  current: SchemeVersion;
  library: readonly LibraryScheme[];
};

/** Where a scheme is edited: the form, what would change, and the draft that the browser keeps meanwhile. */
export function SchemeDesk(props: Props) {
  const { project, user } = props;
  const place: DraftPlace = { of: "scheme", project: project.id, user };
  return (
    <WithDraft place={place} read={asEdited}>
      {(kept, begin) => <OpenDesk {...props} place={place} kept={kept} onDiscard={begin} />}
    </WithDraft>
  );
}

/** @throws if it cannot be edited */
function asEdited(draft: SchemeDraft): SchemeDraft {
  schemeOfDraft(draft);
  mappingOf(draft);
  return draft;
}

type Step = { readonly what: string; readonly draft: SchemeDraft };

function OpenDesk({
  project,
  current,
  library,
  place,
  kept,
  onDiscard,
}: Props & { place: DraftPlace; kept: Draft<SchemeDraft> | null; onDiscard: () => void }) {
  const router = useRouter();
  /** Drafts of another version than holds are looked at, not saved. */
  const from = kept?.from ?? current.version;
  const isBehind = from !== current.version;
  const [draft, setDraft] = useState(() => kept?.content ?? draftOf(current.scheme));
  const [past, setPast] = useState<readonly Step[]>([]);
  const [future, setFuture] = useState<readonly Step[]>([]);
  const [note, setNote] = useState(kept?.note ?? "");
  const [isReviewing, setReviewing] = useState(false);
  const [showsProblems, setShowsProblems] = useState(false);
  const scheme = useMemo(() => schemeOfDraft(draft), [draft]);
  const mapping = useMemo(() => mappingOf(draft), [draft]);
  const problems = useMemo(() => schemeProblems(scheme), [scheme]);
  const isChanged = useMemo(
    () =>
      JSON.stringify(scheme) !== JSON.stringify(schemeOfDraft(draftOf(current.scheme))) ||
      JSON.stringify(mapping) !== JSON.stringify(mappingOf(draftOf(current.scheme))),
    [scheme, mapping, current],
  );

  const keeping = useDraft({
    place,
    draft: kept,
    written: () => (isChanged || note !== "" ? { from, content: draft, note } : null),
  });
  const { isKept, keepSoon, forget } = keeping;

  const change = (what: string, next: SchemeDraft) => {
    if (next === draft) return;
    // What is typed into one field is one step.
    const isSameField = past.at(-1)?.what === what && / of /.test(what);
    if (!isSameField) setPast([...past.slice(-MOST_STEPS), { what, draft }]);
    setFuture([]);
    setDraft(next);
    keepSoon();
  };
  const step = (
    from: readonly Step[],
    setFrom: (steps: readonly Step[]) => void,
    to: readonly Step[],
    setTo: (steps: readonly Step[]) => void,
  ) => {
    const last = from.at(-1);
    if (!last) return;
    setFrom(from.slice(0, -1));
    setTo([...to, { what: last.what, draft }]);
    setDraft(last.draft);
    keepSoon();
  };
  const undo = () => step(past, setPast, future, setFuture);
  const redo = () => step(future, setFuture, past, setPast);
  const adopt = (what: string, other: Scheme) => {
    change(what, adopted(other, current.scheme));
    setShowsProblems(true);
  };
  const leaving = <LeavingDialog asks={keeping.isChanged} isKept={isKept} verb="changed" />;

  if (isReviewing) {
    return (
      <>
        <SchemeReview
          project={project.slug}
          current={current}
          scheme={scheme}
          mapping={mapping}
          note={note}
          onNote={(written) => {
            setNote(written);
            keepSoon();
          }}
          onBack={() => setReviewing(false)}
          onMade={() => {
            forget();
            router.push(`/projects/${project.slug}/scheme`);
            router.refresh();
          }}
        />
        {leaving}
      </>
    );
  }
  return (
    <div className="space-y-4">
      {kept && (
        <DraftNotice
          at={kept.at}
          verb="changed"
          tone={isBehind ? "warn" : "neutral"}
          onDiscard={() => {
            forget();
            onDiscard();
          }}
        >
          {isBehind && (
            <>
              This is what you changed in version {kept.from} and have not saved. Version{" "}
              {current.version} was made meanwhile: export yours as JSON to keep it, then begin
              anew.
            </>
          )}
        </DraftNotice>
      )}
      <div className="flex flex-wrap items-center gap-2">
        <Button
          size="small"
          icon="undo"
          disabled={past.length === 0}
          title={past.length === 0 ? undefined : `Undo: ${past.at(-1)?.what.split(" of ")[0]}`}
          onClick={undo}
        >
          Undo
        </Button>
        <Button size="small" icon="redo" disabled={future.length === 0} onClick={redo}>
          Redo
        </Button>
        <span className="grow" />
        <SchemeLibrary library={library} onChoose={(chosen) => adopt("begin anew", chosen)} />
        <ImportScheme project={project.slug} onRead={(read) => adopt("import a scheme", read)} />
        <ExportScheme title={project.title} name={project.slug} scheme={scheme} />
      </div>
      <SchemeEditor
        draft={draft}
        problems={problems}
        showsProblems={showsProblems}
        onChange={change}
      />
      {showsProblems && problems.length > 0 && (
        <Notice tone="danger">
          <p className="font-medium">
            {counted(problems.length, "thing")} to put right before this can be a version:
          </p>
          <ul className="mt-1 list-disc ps-5">
            {problems.slice(0, 12).map(({ path, message }) => (
              <li key={path.join(".") + message}>{message}</li>
            ))}
          </ul>
          {problems.length > 12 && <p>And {problems.length - 12} more.</p>}
        </Notice>
      )}
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <Button
          variant="primary"
          disabled={!isChanged || isBehind}
          onClick={() => {
            setShowsProblems(true);
            if (problems.length === 0) setReviewing(true);
          }}
        >
          Review changes
        </Button>
        <p role="status" className="text-sm text-muted">
          {!isChanged
            ? "Nothing has changed."
            : isKept
              ? "What you change is kept in this browser until it is a version."
              : "This browser keeps no drafts: make a version before you leave."}
        </p>
      </div>
      {leaving}
    </div>
  );
}
