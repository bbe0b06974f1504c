"use client";

import { useRouter } from "next/navigation";
import { useMemo, useRef, useState } from "react";
import { call } from "@/lib/api/client";
import type { BodyOf } from "@/lib/api/contract";
import type { GuidelineVersion } from "@/lib/api/guidelines";
import { emptyGuideline, type Guideline } from "@/lib/domain/guideline";
import { MAX_CHANGE_NOTE_LENGTH } from "@/lib/domain/limits";
import type { Scheme } from "@/lib/domain/scheme";
import { fromEditor, toEditor } from "@/lib/editor/guideline-document";
import { Button } from "../ui/button";
import {
  type Draft,
  DraftNotice,
  type DraftPlace,
  LeavingDialog,
  LoadingEditor,
  saveVersion,
  useDraft,
  WithDraft,
} from "../ui/draft";
import { TextArea } from "../ui/field";
import { FormFailure } from "../ui/form-failure";
import { Notice } from "../ui/notice";
import { NOT_LOADED, onDemand, useIsAway, useOnDemand } from "../ui/on-demand";
import { TextLink } from "../ui/text-link";
import { toast } from "../ui/toast";
import { useForm } from "../ui/use-form";

const editorCode = onDemand(async () => (await import("./guideline-editor")).GuidelineEditor);

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
  const Editor = useOnDemand(editorCode, true);
  const isAway = useIsAway(editorCode);
  if (isAway && !Editor) return <Notice tone="danger">{NOT_LOADED}</Notice>;
  if (!Editor) return <LoadingEditor />;
  const place: DraftPlace = { of: "guidelines", project: project.id, user };
  return (
    <WithDraft place={place} read={asWritten}>
      {(draft, begin) => (
        <OpenDesk {...props} Editor={Editor} place={place} draft={draft} onDiscard={begin} />
      )}
    </WithDraft>
  );
}

/** As it would come back out of the editor, to be compared with what does. */
function asWritten(content: Guideline): Guideline {
  return fromEditor(toEditor(content));
}

/** As text, in which what the editor gives back the same is written the same way. */
const textOf = (content: Guideline) => JSON.stringify(asWritten(content));

type SentContent = NonNullable<BodyOf<"POST /projects/{project}/guidelines", "input">>["content"];

type Head = Pick<GuidelineVersion, "version" | "created_by">;

function OpenDesk({
  project,
  scheme,
  current,
  place,
  draft,
  Editor,
  onDiscard,
}: Props & {
  place: DraftPlace;
  draft: Draft<Guideline> | null;
  Editor: NonNullable<ReturnType<typeof editorCode.get>>;
  onDiscard: () => void;
}) {
  const router = useRouter();
  const [start] = useState(() => asWritten(draft?.content ?? current?.content ?? emptyGuideline));
  const before = useMemo(() => textOf(current?.content ?? emptyGuideline), [current]);
  const read = useRef(() => start);
  const [from, setFrom] = useState(draft?.from ?? current?.version ?? 0);
  const [note, setNote] = useState(draft?.note ?? "");
  /** A version that was saved since this one was begun. */
  const [other, setOther] = useState<Head | null>(
    draft && current && draft.from !== current.version ? current : null,
  );

  const { isChanged, isKept, keepSoon, keepNow, forget } = useDraft({
    place,
    draft,
    written: () => {
      const content = read.current();
      const isSame = JSON.stringify(content) === before && note === "";
      return isSame ? null : { from, content, note };
    },
  });

  const form = useForm({
    leaves: true,
    send: () => {
      keepNow();
      const content = read.current();
      const path = { project: project.slug };
      return saveVersion({
        from,
        note,
        send: () =>
          call("POST /projects/{project}/guidelines", {
            path,
            // It is sent, not changed.
            body: { from, content: content as SentContent, note },
          }),
        following: async () => {
          const now = await call("GET /projects/{project}/guidelines", { path });
          return now.ok ? now.value.current : null;
        },
        isSame: (version) => textOf(version.content) === JSON.stringify(content),
        onOther: setOther,
      });
    },
    onDone: ({ version }) => {
      forget();
      toast.success(`Saved as version ${version}.`);
      router.push(`/projects/${project.slug}/guidelines`);
      router.refresh();
    },
  });
  const isBehind = other !== null && other.version !== from;
  return (
    <form onSubmit={form.submit} className="space-y-5">
      {draft && (
        <DraftNotice
          at={draft.at}
          verb="wrote"
          onDiscard={() => {
            forget();
            onDiscard();
          }}
        />
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
      <LeavingDialog asks={isChanged && !form.busy} isKept={isKept} verb="wrote" />
    </form>
  );
}
