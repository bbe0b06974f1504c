import { counted } from "@/lib/domain/figures";
import type { Operation } from "@/lib/domain/operation";
import type { Relation, Span } from "@/lib/domain/span";
import { setKindName } from "./wording";

/** A change that could not be kept, with the spans and relations it speaks of as last known. */
export type LostChange = {
  readonly id: string;
  readonly operation: Operation;
  /** For people. */
  readonly reason: string;
  readonly mentioned: {
    readonly spans: readonly Span[];
    readonly relations: readonly Relation[];
  };
};

/** How the saving of the reviewer's own set stands, as far as people are told of it. */
export type SavingState = {
  readonly state: "opening" | "saved" | "saving" | "offline" | "signed_out" | "failed";
  /** How many changes the server has not acknowledged. */
  readonly unsent: number;
  /** Whether everything unsent is stored in this browser and outlives the page. */
  readonly stored: boolean;
  /** Whether the browser stores what it is given. */
  readonly storable: boolean;
  /** Why it is not saved, for "failed"; null otherwise. */
  readonly reason: string | null;
};

/** Something the reviewer has to know for as long as it lasts, and may have to answer. */
export type Notice = {
  readonly kind:
    | "forgotten"
    | "lost"
    | "unreadable"
    | "offline"
    | "signed_out"
    | "not_saved"
    | "not_stored"
    | "left_out"
    | "submitted"
    | "other_layer"
    | "reader";
  readonly tone: "neutral" | "ok" | "warn" | "danger";
  readonly words: string;
  /** What is said when it comes or grows; the words unless told otherwise, nothing if empty. */
  readonly spoken?: string;
  /** How many things it is about; one unless told otherwise. */
  readonly count?: number;
};

/** What notices are about; `own` is null for those who may only read. */
export type NoticeFacts = {
  readonly own: {
    readonly submittedAt: string | null;
    readonly saving: SavingState;
    readonly lost: readonly LostChange[];
    /** What the server had and has forgotten; the reviewer decides on it before anything is sent. */
    readonly forgotten: readonly unknown[];
    /** What this browser has stored and cannot be understood. */
    readonly unreadable: readonly unknown[];
  } | null;
  /** Whether the set was submitted by somebody else than this page while it was open. */
  readonly submittedElsewhere: boolean;
  /** What was left out in copying a layer, in words; null if nothing was or it has been seen. */
  readonly leftOut: string | null;
  /** The other set that is shown; null while the own one is. */
  readonly other: { readonly kind: "imported" | "gold" | "model" | "reviewer" } | null;
};

/** All that the reviewer has to know now, the most urgent first; one of a kind at most. */
export function noticesOf({ own, submittedElsewhere, leftOut, other }: NoticeFacts): Notice[] {
  const notices: Notice[] = [];
  if (own) {
    const isForgotten = own.forgotten.length > 0;
    if (isForgotten) notices.push(forgottenNotice(own.forgotten.length));
    const last = own.lost.at(-1);
    if (last) notices.push(lostNotice(own.lost.length, last));
    if (own.unreadable.length > 0) notices.push(unreadableNotice(own.unreadable.length));
    const saving = isForgotten ? null : savingNotice(own.saving);
    if (saving) notices.push(saving);
    if (!own.saving.storable) {
      notices.push({
        kind: "not_stored",
        tone: "warn",
        words:
          "This browser stores nothing for Gainsay: its storage is full or switched off. What is not saved yet is only in this page.",
      });
    }
    if (leftOut !== null) notices.push({ kind: "left_out", tone: "neutral", words: leftOut });
    if (own.submittedAt !== null && other === null && saving === null) {
      notices.push({
        kind: "submitted",
        tone: "ok",
        words: submittedElsewhere
          ? "Submitted in another tab or on another device, so it cannot be changed."
          : "Submitted, so it cannot be changed.",
        // Who has submitted it here has been told so already.
        ...(submittedElsewhere ? {} : { spoken: "" }),
      });
    }
  }
  const reader = "You may read this article, not annotate it.";
  if (other) {
    const name = other.kind === "imported" ? "Imported annotations" : setKindName(other.kind);
    const words = `${name}, read-only`;
    notices.push({
      kind: "other_layer",
      tone: "neutral",
      words: own ? words : `${words}. ${reader}`,
    });
  } else if (!own) notices.push({ kind: "reader", tone: "neutral", words: reader });
  return notices;
}

/** What is to be said of notices: those that have come or grown since. */
export function newsOf(before: readonly Notice[], now: readonly Notice[]): string[] {
  return now.flatMap(({ kind, words, spoken = words, count = 1 }) => {
    const known = before.find((notice) => notice.kind === kind);
    const isNews = known === undefined || count > (known.count ?? 1);
    return isNews && spoken !== "" ? [spoken] : [];
  });
}

/** Whether two lists of notices say the same. */
export function sayTheSame(one: readonly Notice[], other: readonly Notice[]): boolean {
  const said = (notices: readonly Notice[]) => JSON.stringify(notices);
  return said(one) === said(other);
}

function lostNotice(count: number, last: LostChange): Notice {
  const words = count === 1 ? "A change could not be kept" : `${count} changes could not be kept`;
  // What it was to do is said by what lists it.
  const spoken = `${words}. ${last.reason}`;
  return { kind: "lost", tone: "danger", words, spoken, count };
}

function forgottenNotice(count: number): Notice {
  const words = `The server has gone back to an earlier state, as after a restored backup, and lacks ${counted(count, "change")} that had been saved. Nothing is sent until you decide.`;
  return { kind: "forgotten", tone: "danger", words, count };
}

function unreadableNotice(count: number): Notice {
  const [changes, they] = [counted(count, "change"), count === 1 ? "It stays" : "They stay"];
  return {
    kind: "unreadable",
    tone: "warn",
    words: `${changes} from an earlier visit cannot be read: damaged, or of another version of Gainsay. ${they} in this browser; you can go on working.`,
    count,
  };
}

function savingNotice({ state, unsent, stored, reason }: SavingState): Notice | null {
  const changes = counted(unsent, "change");
  const are = unsent === 1 ? "is" : "are";
  const where = stored
    ? `${changes} ${are} kept in this browser`
    : `${changes} ${are} only in this open page: do not close it`;
  switch (state) {
    case "offline":
      return {
        kind: "offline",
        tone: "warn",
        words: `The server cannot be reached. ${where}; sent as soon as it can.`,
        spoken: "The server cannot be reached. Changes are not saved yet.",
      };
    case "signed_out":
      return {
        kind: "signed_out",
        tone: "warn",
        words: `You are signed out. ${where}; sign in again to save.`,
        spoken: "You are signed out. Changes are not saved.",
      };
    case "failed":
      return {
        kind: "not_saved",
        tone: "danger",
        words: `Not saved: ${reason ?? "the server refused."} ${where}.`,
        spoken: `Not saved. ${reason ?? "The server refused."}`,
      };
    default:
      return null;
  }
}
