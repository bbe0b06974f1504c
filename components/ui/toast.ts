import type { ExternalToast } from "../ui/toast";
import { onDemand } from "./on-demand";

type Options = Pick<ExternalToast, "id" | "duration" | "action">;
type Kind = "message" | "success" | "error";
type Message = { readonly kind: Kind; readonly words: string; readonly options: Options };

/** What draws messages. */
export const sonner = onDemand(() => import("sonner"));

const unseen: Message[] = [];
const listeners = new Set<() => void>();

/** A passing message: in words, and with an action where there is something to do about it. */
export const toast = Object.assign(
  (words: string, options?: Options) => say("message", words, options),
  {
    success: (words: string, options?: Options) => say("success", words, options),
    error: (words: string, options?: Options) => say("error", words, options),
  },
);

function say(kind: Kind, words: string, options: Options = {}): void {
  unseen.push({ kind, words, options });
  sonner.load();
  for (const listener of [...listeners]) listener();
}

/**
 * Hands every message to what can draw it, those that are waiting first.
 *
 * @returns what ends that
 */
export function drawToasts(draw: (message: Message) => void): () => void {
  const drawAll = () => {
    for (const message of unseen.splice(0)) draw(message);
  };
  listeners.add(drawAll);
  drawAll();
  return () => listeners.delete(drawAll);
}
