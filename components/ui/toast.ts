import { onDemand } from "./on-demand";

type Options = {
  /** A message with the id of another one takes its place. */
  id?: string;
  /** What it speaks of: where that is left, {@link toast.leave} takes it back. */
  about?: string;
  /** In milliseconds. */
  duration?: number;
  action?: { label: string; onClick: () => void };
};

export type Message = {
  readonly kind: "message" | "success" | "error";
  readonly words: string;
  readonly options: Options;
};

/** What draws messages. */
export const drawing = onDemand(() => import("./drawn-messages"));

let unseen: readonly Message[] = [];
/** The ids of messages by what they speak of. */
const spoken = new Map<string, string[]>();
const listeners = new Set<() => void>();

/** A passing message: in words, and with an action where there is something to do about it. */
export const toast = Object.assign(
  (words: string, options?: Options) => say("message", words, options),
  {
    success: (words: string, options?: Options) => say("success", words, options),
    error: (words: string, options?: Options) => say("error", words, options),
    /** Takes back all messages about something. */
    leave: (about: string): void => {
      setUnseen(unseen.filter(({ options }) => options.about !== about));
      for (const id of spoken.get(about) ?? []) drawing.get()?.toast.dismiss(id);
      spoken.delete(about);
    },
  },
);

let serial = 0;

function say(kind: Message["kind"], words: string, options: Options = {}): void {
  const { about, id = `message ${++serial}` } = options;
  if (about !== undefined) spoken.set(about, [...(spoken.get(about) ?? []), id]);
  const others = unseen.filter((message) => message.options.id !== id);
  setUnseen([...others, { kind, words, options: { ...options, id } }]);
  drawing.load();
}

function setUnseen(messages: readonly Message[]): void {
  unseen = messages;
  for (const listener of [...listeners]) listener();
}

/** Messages that have been said and not been drawn yet. */
export const undrawn = {
  get: (): readonly Message[] => unseen,
  subscribe: (listener: () => void): (() => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
  /** Those are drawn, or dismissed. */
  remove: (messages: readonly Message[]): void => {
    if (messages.length > 0) setUnseen(unseen.filter((message) => !messages.includes(message)));
  },
};
