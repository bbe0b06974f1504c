import { onDemand } from "./on-demand";

type Options = {
  /** A message with the id of another one takes its place. */
  id?: string;
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
export const sonner = onDemand(() => import("sonner"));

let unseen: readonly Message[] = [];
const listeners = new Set<() => void>();

/** A passing message: in words, and with an action where there is something to do about it. */
export const toast = Object.assign(
  (words: string, options?: Options) => say("message", words, options),
  {
    success: (words: string, options?: Options) => say("success", words, options),
    error: (words: string, options?: Options) => say("error", words, options),
  },
);

function say(kind: Message["kind"], words: string, options: Options = {}): void {
  const others = unseen.filter(({ options: { id } }) => id === undefined || id !== options.id);
  setUnseen([...others, { kind, words, options }]);
  sonner.load();
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
