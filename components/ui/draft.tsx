"use client";

import { useRouter } from "next/navigation";
import { Fragment, type ReactNode, useEffect, useRef, useState } from "react";
import type { Answer } from "@/lib/api/client";
import { Button } from "./button";
import { ConfirmDialog } from "./dialog";
import { Notice } from "./notice";
import { Spinner } from "./spinner";
import { TimeAgo } from "./time-ago";

// What somebody writes for a page that is saved as a version: kept in their browser until then, asked about when they
// leave, and saved once.

/** What of which project is written, by whom. There is one draft of it, for all windows of a browser. */
export type DraftPlace = {
  readonly of: "guidelines" | "scheme";
  /** The ids of the project and the user. */
  readonly project: string;
  readonly user: string;
};

/** What is written, and not saved. */
type Written<Content> = {
  /** The version that it was made from; 0 for none. */
  readonly from: number;
  readonly content: Content;
  /** What changed. */
  readonly note: string;
};

export type Draft<Content> = Written<Content> & {
  /** When it was kept last, ISO 8601; "" where that is not known. */
  readonly at: string;
};

/** How long after the last key a draft is kept, in milliseconds. */
const PAUSE = 400;

const nameOf = ({ of, project, user }: DraftPlace) => `${of} ${project} ${user}`;

/** The draft that is kept under a name; null where there is none, or none that can be read any more. */
function keptDraft<Content>(
  name: string,
  read: (content: Content) => Content,
): Draft<Content> | null {
  try {
    const kept: Partial<Draft<Content>> | null = JSON.parse(localStorage.getItem(name) ?? "null");
    if (typeof kept?.from !== "number" || !kept.content) return null;
    const { from, note = "", at = "" } = kept;
    return { from, content: read(kept.content), note, at };
  } catch {
    return null;
  }
}

/** @returns whether the browser keeps it: it may keep nothing, or be full */
function keepDraft(name: string, draft: Draft<unknown>): boolean {
  try {
    localStorage.setItem(name, JSON.stringify(draft));
    return true;
  } catch {
    return false;
  }
}

/** Removes the draft that was kept at a time, unless another window has kept one since. */
function dropDraft(name: string, at: string): void {
  try {
    const kept: Partial<Draft<unknown>> | null = JSON.parse(localStorage.getItem(name) ?? "null");
    if ((kept?.at ?? "") === at) localStorage.removeItem(name);
  } catch {
    // A browser that keeps nothing has nothing to remove.
  }
}

/** What stands in the place of an editor that is not there yet. */
export function LoadingEditor() {
  return (
    <p className="flex items-center gap-2 text-muted">
      <Spinner /> Loading the editor…
    </p>
  );
}

/**
 * Asks the browser for a draft, and then shows what edits it.
 *
 * @param read what was kept, as the editor has it, the same function each time; throws if the editor cannot take it,
 *   as it may have been kept when it had another shape
 * @param children given the draft, null for none, and what begins anew without it
 */
export function WithDraft<Content>({
  place,
  read,
  children,
}: {
  place: DraftPlace;
  read: (content: Content) => Content;
  children: (draft: Draft<Content> | null, begin: () => void) => ReactNode;
}) {
  const name = nameOf(place);
  /** Undefined until the browser was asked. */
  const [draft, setDraft] = useState<Draft<Content> | null>();
  const [round, setRound] = useState(0);
  useEffect(() => setDraft(keptDraft(name, read)), [name, read]);
  if (draft === undefined) return <LoadingEditor />;
  const begin = () => {
    setDraft(null);
    setRound(round + 1);
  };
  return <Fragment key={round}>{children(draft, begin)}</Fragment>;
}

export type DraftKeeping = {
  /** Whether anything is written that is not saved. */
  readonly isChanged: boolean;
  /** Whether the browser keeps what is written. */
  readonly isKept: boolean;
  /** Something was written: it is kept after a pause. */
  readonly keepSoon: () => void;
  /** Keeps at once what is still to be kept. */
  readonly keepNow: () => void;
  /** It is saved, or given up. */
  readonly forget: () => void;
};

/**
 * Has the browser keep what is written, also when the page goes away.
 *
 * @param draft that it began with; null for none
 * @param written asked when it is kept; null where it is no other than what holds
 */
export function useDraft<Content>({
  place,
  draft,
  written,
}: {
  place: DraftPlace;
  draft: Draft<Content> | null;
  written: () => Written<Content> | null;
}): DraftKeeping {
  const name = nameOf(place);
  const [isChanged, setChanged] = useState(() => written() !== null);
  const [isKept, setKept] = useState(true);
  /** When this window kept its draft, or the one that it began with was; null for none. */
  const keptAt = useRef(draft?.at ?? null);
  const drop = () => {
    if (keptAt.current !== null) dropDraft(name, keptAt.current);
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
    const now = written();
    setChanged(now !== null);
    if (now === null) drop();
    else keptAt.current = new Date().toISOString();
    const at = keptAt.current;
    setKept(now === null || at === null || keepDraft(name, { ...now, at }));
  };
  useEffect(() => {
    const now = () => keep.current();
    addEventListener("pagehide", now);
    return () => {
      removeEventListener("pagehide", now);
      now();
    };
  }, []);
  return {
    isChanged,
    isKept,
    keepSoon: () => {
      clearTimeout(timer.current);
      setChanged(true);
      timer.current = setTimeout(() => keep.current(), PAUSE);
    },
    keepNow: () => keep.current(),
    forget: () => {
      stop();
      drop();
      setChanged(false);
    },
  };
}

/**
 * Saves a version that follows another. Where one follows that already, it is asked whether this is it: saved before,
 * by a request whose answer was lost on its way.
 *
 * @param following the version that holds, or that follows; null if it cannot be had
 * @param isSame whether a version says the same
 * @param onOther told of the version that somebody else has saved
 */
export async function saveVersion<
  Version extends { readonly version: number; readonly note: string },
>({
  from,
  note,
  send,
  following,
  isSame,
  onOther,
}: {
  from: number;
  note: string;
  send: () => Promise<Answer<Version>>;
  following: () => Promise<Version | null>;
  isSame: (version: Version) => boolean;
  onOther?: (version: Version) => void;
}): Promise<Answer<Version>> {
  const answer = await send();
  if (answer.ok || answer.code !== "conflict") return answer;
  const there = await following();
  if (!there) return answer;
  if (there.version === from + 1 && there.note === note.trim() && isSame(there)) {
    return { ok: true, value: there };
  }
  onOther?.(there);
  return answer;
}

/** What one does to a draft, as one has done it. */
type Verb = "wrote" | "changed";

/** Says that an editor began with a draft, and offers to discard it. */
export function DraftNotice({
  at,
  verb,
  tone = "neutral",
  onDiscard,
  children,
}: {
  /** When it was kept, as a draft has it. */
  at: string;
  verb: Verb;
  tone?: "neutral" | "warn";
  onDiscard: () => void;
  /** In place of the usual sentence. */
  children?: ReactNode;
}) {
  return (
    <Notice tone={tone}>
      {children || (
        <>
          This is what you {verb} <TimeAgo at={at === "" ? null : at} /> and have not saved.
        </>
      )}{" "}
      <ConfirmDialog
        trigger={
          <Button variant="quiet" size="small">
            Discard it
          </Button>
        }
        title={`Discard what you ${verb}?`}
        confirm="Discard"
        danger
        onConfirm={onDiscard}
      >
        The editor then shows the version that holds.
      </ConfirmDialog>
    </Notice>
  );
}

/** Has somebody who leaves the page asked first, while there is something to lose. */
export function LeavingDialog({
  asks,
  isKept,
  verb,
}: {
  asks: boolean;
  /** Whether the browser keeps what is written. */
  isKept: boolean;
  verb: Verb;
}) {
  const router = useRouter();
  const { to, stay } = useLeaving(asks);
  return (
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
        ? `What you ${verb} stays in this browser, and is here when you come back.`
        : `What you ${verb} would be lost: this browser keeps no drafts.`}
    </ConfirmDialog>
  );
}

/**
 * @returns where they wanted to go, within the site; null while they do not. The browser asks by itself about
 *   leaving the site.
 */
function useLeaving(asks: boolean) {
  const [to, setTo] = useState<string | null>(null);
  useEffect(() => {
    if (!asks) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    const follow = (event: MouseEvent) => {
      if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
      const link = event.target instanceof Element ? event.target.closest("a") : null;
      if (!link?.href || (link.target && link.target !== "_self")) return;
      const address = new URL(link.href);
      if (address.origin !== location.origin || address.pathname === location.pathname) return;
      event.preventDefault();
      event.stopPropagation();
      setTo(address.pathname + address.search + address.hash);
    };
    window.addEventListener("beforeunload", warn);
    // Before the link itself hears of it.
    document.addEventListener("click", follow, { capture: true });
    return () => {
      window.removeEventListener("beforeunload", warn);
      document.removeEventListener("click", follow, { capture: true });
    };
  }, [asks]);
  return { to, stay: () => setTo(null) };
}
