/**
 * What becomes of the spans of one label and annotator that overlap where each token has one tag of the label, the usual
 * way first.
 */
export const tagOverlaps = ["longest", "split", "refuse"] as const;
export type TagOverlap = (typeof tagOverlaps)[number];

/** The same for people who choose one, or use what came of it. */
export const tagOverlapsInWords: Readonly<
  Record<
    TagOverlap,
    {
      readonly title: string;
      /** In a sentence. */
      readonly about: string;
      /** What holds of a dataset that was made so, in a sentence. */
      readonly made: string;
      /** What has no place in the tags, in a few words; null for nothing. */
      readonly loss: string | null;
    }
  >
> = {
  longest: {
    title: "Keep the longest",
    about:
      "Of spans of one label that overlap, the longest is kept, and the others are left out and counted.",
    made: "Of spans of one label and annotator that overlap, only the longest is in.",
    loss: "of spans of a label that overlap all but the longest",
  },
  split: {
    title: "Split at their borders",
    about:
      "Spans of one label that overlap are split where one of them begins or ends, so that what lies under several is a piece of its own: no token of a span is left out, but which piece is of which span is not said.",
    made: "Spans of one label and annotator that overlap are split where one of them begins or ends: what lies under several is a piece of its own, and so is what lies beside that.",
    loss: "of spans of a label that overlap which piece is of which",
  },
  refuse: {
    title: "Refuse",
    about:
      "Spans of one label that overlap end the export before anything is written, and the article and both spans are named.",
    made: "No spans of one label and annotator overlap: with any, there would be no dataset.",
    loss: null,
  },
};
