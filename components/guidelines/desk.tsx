"use client";

import { useRouter } from "next/navigation";
import { useEffect, useMemo, useRef, useState } from "react";
import { type Answer, call } from "@/lib/api/client";
import type { BodyOf } from "@/lib/api/contract";
import type { GuidelineVersion } from "@/lib/api/guidelines";
import { emptyGuideline, type Guideline } from "@/lib/domain/guideline";
import { MAX_CHANGE_NOTE_LENGTH } from "@/lib/domain/limits";
import type { Scheme } from "@/lib/domain/scheme";
import { Button } from "../ui/button";
import { ConfirmDialog } from "../ui/dialog";
import { TextArea } from "../ui/field";
import { FormFailure } from "../ui/form-failure";
import { Notice } from "../ui/notice";
import { NOT_LOADED, onDemand, useIsAway, useOnDemand } from "../ui/on-demand";
import { Spinner } from "../ui/spinner";
import { TextLink } from "../ui/text-link";
import { TimeAgo } from "../ui/time-ago";
import { toast } from "../ui/toast";
import { useForm } from "../ui/use-form";
import { asWritten, dropDraft, type GuidelineDraft, keepDraft, keptDraft } from "./draft";
import { useLeaving } from "./use-leaving";

const editorCode = onDemand(async () => (await import("./guideline-editor")).GuidelineEditor);

/** How long after the last key a draft is kept, in milliseconds. */
const PAUSE = 400;

type Props = {
  project: { id: string; slug: string };
  /** The id of who writes. */
  user: string;
  scheme: Scheme;
  /** The version that holds; null for none. */
  current: GuidelineVersion | null;
};

/** Where guidelines are written: the editor, what changed, and the draft that the browser keeps meanwhile. */
export function GuidelineDesk(props: Props) {
  const { project, user } = props;
  /** Undefined until the browser was asked. */
  const [draft, setDraft] = useState<GuidelineDraft | null>();
  const [round, setRound] = useState(0);
  useEffect(() => setDraft(keptDraft({ project: project.id, user })), [project.id, user]);
  const Editor = useOnDemand(editorCode, true);
  const isAway = useIsAway(editorCode);
  if (isAway && !Editor) return <Notice tone="danger">{NOT_LOADED}</Notice>;
  if (!Editor || draft === undefined) {
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
      Editor={Editor}
      draft={draft}
      onDiscard={() => {
        setDraft(null);
        setRound(round + 1);
      }}
    />
  );
}

/** As text, in which what the editor gives back the same is written the same way. */
const textOf = (content: Guideline) => JSON.stringify(asWritten(content));

type SentContent = NonNullable<BodyOf<"POST /projects/{project}/guidelines", "input">>["content"];

type Head = Pick<GuidelineVersion, "version" | "created_by">;

function OpenDesk({
  project,
  user,
  scheme,
  current,
  draft,
  Editor,
  onDiscard,
}: Props & {
  draft: GuidelineDraft | null;
  Editor: NonNullable<ReturnType<typeof editorCode.get>>;
  onDiscard: () => void;
}) {
  const router = useRouter();
  const owner = { project: project.id, user };
  const [start] = useState(() => asWritten(draft?.content ?? current?.content ?? emptyGuideline));
  const before = useMemo(() => textOf(current?.content ?? emptyGuideline), [current]);
  const read = useRef(() => start);
  const [from, setFrom] = useState(draft?.from ?? current?.version ?? 0);
  const [note, setNote] = useState(draft?.note ?? "");
  const [isChanged, setChanged] = useState(() => note !== "" || JSON.stringify(start) !== before);
  const [isKept, setKept] = useState(true);
  /** A version that was saved since this one was begun. */
  const [other, setOther] = useState<Head | null>(
    draft && current && draft.from !== current.version ? current : null,
  );

  /** When this desk kept its draft, or the one it began with was; null for none. */
  const keptAt = useRef(draft?.at ?? null);
  const drop = () => {
    if (keptAt.current !== null) dropDraft(owner, keptAt.current);
    keptAt.current = null;
  };
  /** Set while something is written that is not kept yet. */
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const stop = () => {
    clearTimeout(timer.current);
    timer.current = undefined;
  };
  const keep = useRef(() => {});
  keep.current = () => {
    // Another window may have kept something since: what was not touched here is not kept here.
    if (timer.current === undefined) return;
    stop();
    const content = read.current();
    const isSame = JSON.stringify(content) === before && note === "";
    setChanged(!isSame);
    if (isSame) drop();
    else keptAt.current = new Date().toISOString();
    const at = keptAt.current;
    setKept(at === null || keepDraft(owner, { from, content, note, at }));
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

  const form = useForm({
    leaves: true,
    send: async (): Promise<Answer<GuidelineVersion>> => {
      keep.current();
      const content = read.current();
      const path = { project: project.slug };
      const answer = await call("POST /projects/{project}/guidelines", {
        path,
        // It is sent, not changed.
        body: { from, content: content as SentContent, note },
      });
      if (answer.ok || answer.code !== "conflict") return answer;
      const now = await call("GET /projects/{project}/guidelines", { path });
      const holds = now.ok ? now.value.current : null;
      if (!holds) return answer;
      // It was saved before, and the answer was lost on its way.
      const isThis = holds.version === from + 1 && holds.note === note.trim();
      if (isThis && textOf(holds.content) === JSON.stringify(content)) {
        return { ok: true, value: holds };
      }
      setOther(holds);
      return answer;
    },
    onDone: ({ version }) => {
      stop();
      drop();
      setChanged(false);
      toast.success(`Saved as version ${version}.`);
      router.push(`/projects/${project.slug}/guidelines`);
      router.refresh();
    },
  });
  const { to, stay } = useLeaving(isChanged && !form.busy);
  const isBehind = other !== null && other.version !== from;
  return (
    <form onSubmit={form.submit} className="space-y-5">
      {draft && (
        <Notice>
          This is what you wrote <TimeAgo at={draft.at === "" ? null : draft.at} /> and have not
          saved.{" "}
          <ConfirmDialog
            trigger={
              <Button variant="quiet" size="small">
                Discard it
              </Button>
            }
            title="Discard what you wrote?"
            confirm="Discard"
            danger
            onConfirm={() => {
              stop();
              drop();
              onDiscard();
            }}
          >
            The editor then shows the version that holds.
          </ConfirmDialog>
        </Notice>
      )}
      {isBehind && (
        <Notice tone="warn">
          <p>
            Version {other.version} was saved meanwhile by{" "}
            <bdi>{other.created_by ?? "Gainsay"}</bdi>. What you wrote is here still, and was made
            from {from === 0 ? "nothing" : `version ${from}`}:{" "}
            <TextLink
              href={`/projects/${project.slug}/guidelines/versions/${other.version}`}
              target="_blank"
            >
              look at version {other.version}
            </TextLink>{" "}
            and bring over what is missing here.
          </p>
          <div className="mt-2">
            <Button
              size="small"
              onClick={() => {
                setFrom(other.version);
                form.forget();
                keepSoon();
              }}
            >
              Mine is to follow version {other.version}
            </Button>
          </div>
        </Notice>
      )}
      <Editor
        scheme={scheme}
        start={start}
        isFixed={form.busy}
        onChange={(now) => {
          read.current = now;
          setChanged(true);
          keepSoon();
        }}
      />
      <TextArea
        label="What changed"
        name="note"
        rows={2}
        value={note}
        readOnly={form.busy}
        maxLength={2 * MAX_CHANGE_NOTE_LENGTH}
        onChange={({ target }) => {
          setNote(target.value);
          keepSoon();
        }}
        error={form.errorOf("note")}
        hint="For those who have read the version before. It stands in the list of versions."
      />
      <FormFailure form={form} fields={["note"]} />
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <Button type="submit" variant="primary" busy={form.busy} disabled={isBehind || !isChanged}>
          Save as version {from + 1}
        </Button>
        <p role="status" className="text-sm text-muted">
          {!isChanged
            ? "Nothing has changed."
            : isKept
              ? "What you write is kept in this browser until you save it."
              : "This browser keeps no drafts: save before you leave."}
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
          ? "What you wrote stays in this browser, and is here when you come back."
          : "What you wrote would be lost: this browser keeps no drafts."}
      </ConfirmDialog>
    </form>
  );
}
