// The shape of guidelines, and what validates it: apart from guideline.ts, whose rules a page needs without this.
import { z } from "zod";
import {
  MAX_EXAMPLE_LENGTH,
  MAX_EXAMPLE_SPANS,
  MAX_GUIDELINE_BLOCKS,
  MAX_GUIDELINE_LENGTH,
  MAX_INT,
  MAX_LINK_LENGTH,
  MAX_LIST_DEPTH,
  MAX_TABLE_COLUMNS,
  MAX_TABLE_ROWS,
} from "./limits";
import { isLink } from "./link";
import type { Shape } from "./schemas";

/** Words that look alike. */
const GuidelineWords = z.strictObject({
  text: z
    .string()
    .min(1)
    .max(2 * MAX_GUIDELINE_LENGTH),
  bold: z.literal(true).optional(),
  italic: z.literal(true).optional(),
  code: z.literal(true).optional(),
  /** Where they lead: http, https or mailto. */
  link: z
    .string()
    .max(MAX_LINK_LENGTH)
    .refine(isLink, "A link leads to http://, https:// or mailto:")
    .optional(),
});
export type GuidelineWords = Shape<typeof GuidelineWords>;

const Line = z.array(GuidelineWords).max(2000);

const LabelName = z.string().min(1).max(63);
const Offset = z.number().int().min(0).max(MAX_INT);

/** A labelled range of an example, in code points of its text. */
const ExampleSpan = z.strictObject({ label: LabelName, start: Offset, end: Offset });
export type ExampleSpan = Shape<typeof ExampleSpan>;

export const GuidelineBlock = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("heading"),
    level: z.union([z.literal(1), z.literal(2), z.literal(3)]),
    /** Of which the section is that begins here. */
    label: LabelName.optional(),
    words: Line,
  }),
  z.strictObject({ type: z.literal("paragraph"), words: Line }),
  z.strictObject({
    type: z.literal("list"),
    items: z
      .array(
        z.strictObject({
          /** How deep it lies in the list, from 0; one more than that of the item before at most. */
          depth: z
            .number()
            .int()
            .min(0)
            .max(MAX_LIST_DEPTH - 1),
          /** Numbered, among those of its depth beside it. */
          ordered: z.boolean(),
          words: Line,
        }),
      )
      .min(1)
      .max(MAX_GUIDELINE_BLOCKS),
  }),
  z.strictObject({
    type: z.literal("table"),
    /** As many cells in each. */
    rows: z
      .array(
        z
          .array(z.strictObject({ header: z.boolean(), words: Line }))
          .min(1)
          .max(MAX_TABLE_COLUMNS),
      )
      .min(1)
      .max(MAX_TABLE_ROWS),
  }),
  z.strictObject({
    type: z.literal("example"),
    text: z.string().max(2 * MAX_EXAMPLE_LENGTH),
    spans: z.array(ExampleSpan).max(MAX_EXAMPLE_SPANS),
  }),
]);
export type GuidelineBlock = Shape<typeof GuidelineBlock>;

/** The guidelines of a project: what its labels mean, for those who set them. */
export const Guideline = z.strictObject({
  blocks: z.array(GuidelineBlock).max(MAX_GUIDELINE_BLOCKS),
});
export type Guideline = Shape<typeof Guideline>;
