import type { Relation, Span } from "@/lib/domain/span";
import type { Linking } from "./edits";

/** What is shown of a annotator; a new object after each change, the same one otherwise. */
export type AnnotatorState = {
  /** "mine", or the id of another set that is shown. */
  readonly layer: string;
  readonly spans: readonly Span[];
  readonly relations: readonly Relation[];
  readonly selected: string | null;
  readonly linking: Linking | null;
  readonly allRelations: boolean;
  /** The spans can be changed here and now. */
  readonly writable: boolean;
  /** What a screen reader is to say; `serial` tells the same words said twice apart. */
  readonly said: { readonly words: string; readonly serial: number };
};

/** How the page tells the reviewer something; a problem is louder than a notice. */
export type Notifier = {
  readonly problem: (message: string) => void;
  readonly notice: (message: string) => void;
};
