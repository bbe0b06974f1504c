"use client";

import { forgetfulOutbox, PracticeServer } from "@/lib/sync/practice";
import type { PackedPage } from "./annotate-page-props";
import { Annotator } from "./annotator";
import { Tour } from "./tour";
import type { Practice } from "./use-annotator";

const practice: Practice = {
  Tour,
  keeping: (set, context) => ({
    transport: new PracticeServer(set, context),
    outbox: forgetfulOutbox,
  }),
};

/** The annotate page for practising: with a tour, and nothing of it is kept. */
export function PracticeAnnotator(props: { page: PackedPage; user: string }) {
  return <Annotator {...props} practice={practice} />;
}
