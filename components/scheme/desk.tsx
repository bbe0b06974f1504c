"use client";

import { useRouter } from "next/navigation";
import { useEffect, useMemo, useRef, useState } from "react";
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
import { useLeaving } from "../guidelines/use-leaving";
import { Button } from "../ui/button";
import { ConfirmDialog } from "../ui/dialog";
import { Notice } from "../ui/notice";
import { Spinner } from "../ui/spinner";
import { TimeAgo } from "../ui/time-ago";
import { dropDraft, type KeptDraft, keepDraft, keptDraft } from "./draft";
import { ExportScheme, ImportScheme } from "./file-buttons";
import { type LibraryScheme, SchemeLibrary } from "./library";
import { SchemeReview } from "./review";
import { SchemeEditor } from "./scheme-editor";

/** How long after the last key a draft is kept, in milliseconds. */
const PAUSE = 400;

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
  /** Undefined until the browser was asked. */
  const [kept, setKept] = useState<KeptDraft | null>();
  const [round, setRound] = useState(0);
  useEffect(() => setKept(keptDraft({ project: project.id, user })), [project.id, user]);
  if (kept === undefined) {
    return (
      <p className="flex items-center gap-2 text-muted">
        <Spinner /> Loading the editor…
      </p>
    );
  }
  return (
    <OpenDesk
      key={round}
      {...props}
      kept={kept}
      onDiscard={() => {
        setKept(null);
        setRound(round + 1);
      }}
    />
  );
}

type Step = { readonly what: string; readonly draft: SchemeDraft };

function OpenDesk({
  project,
  user,
  current,
  library,
  kept,
  onDiscard,
}: Props & { kept: KeptDraft | null; onDiscard: () => void }) {
  const router = useRouter();
  const owner = { project: project.id, user };
  /** Drafts of another version than holds are looked at, not saved. */
  const isBehind = kept !== null && kept.from !== current.version;
  const [draft, setDraft] = useState(() => kept?.draft ?? draftOf(current.scheme));
  const [past, setPast] = useState<readonly Step[]>([]);
  const [future, setFuture] = useState<readonly Step[]>([]);
  const [note, setNote] = useState(kept?.note ?? "");
  const [isReviewing, setReviewing] = useState(false);
  const [showsProblems, setShowsProblems] = useState(false);
  const [isKept, setKept] = useState(true);
  const [isLeft, setLeft] = useState(false);
  const scheme = useMemo(() => schemeOfDraft(draft), [draft]);
  const mapping = useMemo(() => mappingOf(draft), [draft]);
  const problems = useMemo(() => schemeProblems(scheme), [scheme]);
  const isChanged = useMemo(
    () =>
      JSON.stringify(scheme) !== JSON.stringify(schemeOfDraft(draftOf(current.scheme))) ||
      JSON.stringify(mapping) !== JSON.stringify(mappingOf(draftOf(current.scheme))),
    [scheme, mapping, current],
  );

  const keptAt = useRef(kept?.at ?? null);
  const drop = () => {
    if (keptAt.current !== null) dropDraft(owner, keptAt.current);
    keptAt.current = null;
  };
  /** Set while something is written that is not kept yet. */
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const keep = useRef(() => {});
  keep.current = () => {
    if (timer.current === undefined) return;
    clearTimeout(timer.current);
    timer.current = undefined;
    if (!isChanged && note === "") return drop();
    const at = new Date().toISOString();
    keptAt.current = at;
    setKept(keepDraft(owner, { from: kept?.from ?? current.version, draft, note, at }));
  };
  const keepSoon = () => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => keep.current(), PAUSE);
  };
  useEffect(() => {
    const now = () => keep.current();
    addEventListener("pagehide", now);
    return () => {
      removeEventListener("pagehide", now);
      now();
    };
  }, []);

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
  const { to, stay } = useLeaving(isChanged && !isLeft);

  if (isReviewing) {
    return (
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
          clearTimeout(timer.current);
          timer.current = undefined;
          drop();
          setLeft(true);
          router.push(`/projects/${project.slug}/scheme`);
          router.refresh();
        }}
      />
    );
  }
  return (
    <div className="space-y-4">
      {kept && (
        <Notice tone={isBehind ? "warn" : "neutral"}>
          {isBehind ? (
            <>
              This is what you changed in version {kept.from} and have not saved. Version{" "}
              {current.version} was made meanwhile: export yours as JSON to keep it, then begin
              anew.
            </>
          ) : (
            <>
              This is what you changed <TimeAgo at={kept.at === "" ? null : kept.at} /> and have not
              saved.
            </>
          )}{" "}
          <ConfirmDialog
            trigger={
              <Button variant="quiet" size="small">
                Discard it
              </Button>
            }
            title="Discard what you changed?"
            confirm="Discard"
            danger
            onConfirm={() => {
              clearTimeout(timer.current);
              timer.current = undefined;
              drop();
              onDiscard();
            }}
          >
            The editor then shows the version that holds.
          </ConfirmDialog>
        </Notice>
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
        isFixed={false}
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
      <ConfirmDialog
        open={to !== null}
        onOpenChange={(open) => !open && stay()}
        title="Leave without saving?"
        confirm="Leave"
        onConfirm={() => {
          if (to !== null) router.push(to);
        }}
      >
        {isKept
          ? "What you changed stays in this browser, and is here when you come back."
          : "What you changed would be lost: this browser keeps no drafts."}
      </ConfirmDialog>
    </div>
  );
}
