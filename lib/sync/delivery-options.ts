import type { AnnotationContext } from "@/lib/domain/operation";
import type { Outbox, Owner, Place } from "./outbox";
import type { ServerSet, Transport } from "./transport";

/** How fast things go, in milliseconds. */
export type Pace = {
  /** What is done within this time is sent together. */
  readonly coalesce: number;
  /** The pause after the first failure; it doubles up to the longest. */
  readonly retry: number;
  readonly longestRetry: number;
  /** How old the state may be when the page is looked at again. */
  readonly fresh: number;
};

export const usualPace: Pace = { coalesce: 120, retry: 1000, longestRetry: 30_000, fresh: 30_000 };

export type DeliveryOptions = {
  readonly owner: Owner;
  readonly place: Place;
  readonly set: ServerSet;
  readonly context: AnnotationContext;
  readonly transport: Transport;
  readonly outbox: Outbox;
  readonly pace?: Pace;
};

/** `lost` gets the groups of what could not be kept. */
export type DeliveryListener = {
  readonly changed: () => void;
  readonly lost: (groups: ReadonlySet<string>) => void;
};
