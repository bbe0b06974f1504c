"use client";

import { useRef, useState } from "react";
import { Button } from "@/components/ui/button";
import { Select, TextArea } from "@/components/ui/field";
import { inNextFrame } from "@/components/ui/next-frame";
import { TimeAgo } from "@/components/ui/time-ago";
import { toast } from "@/components/ui/toast";
import type { AdjudicationComment } from "@/lib/api/adjudication";
import { call } from "@/lib/api/client";
import type { SourceSpan } from "@/lib/domain/adjudication";
import { MAX_COMMENT_LENGTH } from "@/lib/domain/limits";
import type { Source } from "@/lib/domain/operation";
import { excerpt } from "@/lib/domain/span";

/** What was written or taken back in this window, by the id of the gold set: the page that was fetched does not know it. */
const since = new Map<string, { added: AdjudicationComment[]; gone: Set<string> }>();

function sinceOf(gold: string) {
  const known = since.get(gold);
  if (known) return known;
  const made = { added: [], gone: new Set<string>() };
  since.set(gold, made);
  return made;
}

/** What is said about some reviewers' spans, and a field to say more. */
export function Comments({
  gold,
  all,
  sources,
  nameOf,
  verb = "Comment",
  isFolded = false,
}: {
  /** The id of the gold set. */
  gold: string;
  /** Of the whole article, as the page was fetched. */
  all: readonly AdjudicationComment[];
  sources: readonly SourceSpan[];
  /** Whose span it is; left out where all are one's own. */
  nameOf?: (source: Source) => string;
  verb?: string;
  /** Whether the field is there only once it is wanted. */
  isFolded?: boolean;
}) {
  const [, redraw] = useState(0);
  const [text, setText] = useState("");
  const [busy, setBusy] = useState(false);
  const [about, setAbout] = useState(0);
  const [isOpen, setOpen] = useState(!isFolded);
  const field = useRef<HTMLFormElement>(null);
  const here = sinceOf(gold);
  const known = new Map([...all, ...here.added].map((comment) => [comment.id, comment]));
  const comments = [...known.values()]
    .filter(
      ({ id, set, span }) =>
        !here.gone.has(id) && sources.some((one) => one.set === set && one.span === span),
    )
    .sort((a, b) => a.created_at.localeCompare(b.created_at));
  const source = sources[about] ?? sources[0];
  // One of many on a page is no landmark.
  const Around = isFolded ? "div" : "section";

  async function send() {
    if (busy || text.trim() === "" || !source) return;
    setBusy(true);
    const answer = await call("POST /annotation-sets/{id}/comments", {
      path: { id: gold },
      body: { set: source.set, span: source.span, text },
      signedOut: "stay",
    });
    setBusy(false);
    if (!answer.ok) {
      toast.error(answer.message);
      return;
    }
    here.added.push(answer.value);
    setText("");
    setOpen(!isFolded);
    redraw((count) => count + 1);
  }

  async function takeBack(comment: AdjudicationComment) {
    const path = { id: gold, comment: comment.id };
    const answer = await call("DELETE /annotation-sets/{id}/comments/{comment}", {
      path,
      signedOut: "stay",
    });
    if (!answer.ok) {
      toast.error(answer.message);
      return;
    }
    here.gone.add(comment.id);
    redraw((count) => count + 1);
  }

  return (
    <Around {...(isFolded ? {} : { "aria-label": "Comments" })} className="space-y-2">
      {!isFolded && <h3 className="text-sm font-medium">Comments</h3>}
      {comments.length > 0 && (
        <ul className="space-y-2">
          {comments.map((comment) => {
            const on = sources.find((one) => one.span === comment.span && one.set === comment.set);
            return (
              <li key={comment.id} className="rounded-md bg-sunken px-3 py-2 text-sm">
                <p className="flex flex-wrap items-baseline gap-x-2 text-muted">
                  <bdi className="font-medium text-ink">{comment.own ? "You" : comment.by}</bdi>
                  {comment.from === "curator" && !comment.own && <span>curator</span>}
                  {on && sources.length > 1 && nameOf && (
                    <span>
                      on <bdi>{nameOf(on)}</bdi>
                    </span>
                  )}
                  <TimeAgo at={comment.created_at} />
                  {comment.own && (
                    <Button
                      size="small"
                      variant="quiet"
                      className="-my-1 ms-auto"
                      aria-label={`Take back: ${excerpt(comment.text)}`}
                      onClick={() => void takeBack(comment)}
                    >
                      Take back
                    </Button>
                  )}
                </p>
                <p dir="auto" className="whitespace-pre-line wrap-anywhere">
                  {comment.text}
                </p>
              </li>
            );
          })}
        </ul>
      )}
      {!isOpen && (
        <Button
          size="small"
          onClick={() => {
            setOpen(true);
            inNextFrame(() => field.current?.querySelector("textarea")?.focus());
          }}
        >
          {verb}
          <span className="sr-only"> about “{excerpt(source?.content.quote ?? "")}”</span>
        </Button>
      )}
      <form
        ref={field}
        hidden={!isOpen}
        className="space-y-2"
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        {nameOf && sources.length > 1 && (
          <Select
            label="About"
            className="compact"
            value={String(about)}
            onChange={({ target }) => setAbout(Number(target.value))}
            options={sources.map((one, index) => ({
              value: String(index),
              label: `${nameOf(one)}: ${one.content.label} “${one.content.quote.slice(0, 40)}”`,
            }))}
          />
        )}
        <TextArea
          label={nameOf ? "Write to the reviewer" : "Your answer"}
          hideLabel={nameOf === undefined}
          data-desk="comment"
          rows={2}
          value={text}
          maxLength={MAX_COMMENT_LENGTH}
          onChange={({ target }) => setText(target.value)}
          onKeyDown={(event) => {
            if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
            event.preventDefault();
            void send();
          }}
        />
        {(isFolded || text.trim() !== "") && (
          <Button type="submit" size="small" busy={busy}>
            {isFolded ? "Send" : verb}
          </Button>
        )}
      </form>
    </Around>
  );
}
