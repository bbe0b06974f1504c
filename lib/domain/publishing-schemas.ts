// The shape of what a project says for its datasets, and what validates it: apart from publishing.ts, whose rules are
// about what it says.
import { z } from "zod";
import { MAX_CREATORS, MAX_PUBLISHING_LENGTH } from "./limits";
import type { Shape } from "./schemas";

// The lengths only bound the work: publishing.ts says what each must be, in sentences.
const Line = z.string().max(4000);
const Lines = z.string().max(4 * MAX_PUBLISHING_LENGTH);

export const Creator = z.strictObject({
  /** Of a person the family name, or all of it where it has no such parts; of an organisation all of it. */
  name: Line,
  /** Only of people. */
  given_names: Line.nullable().default(null),
  /** Such as "0000-0002-1825-0097"; only of people. */
  orcid: Line.nullable().default(null),
  affiliation: Line.nullable().default(null),
});
export type Creator = Shape<typeof Creator>;

export const Licence = z.strictObject({
  /** As Hugging Face names it, such as "cc-by-4.0"; "other" for one that has its name and address here. */
  id: Line,
  /** Null for what `id` names. */
  name: Line.nullable().default(null),
  url: Line.nullable().default(null),
});
export type Licence = Shape<typeof Licence>;

/** What a project says for the datasets that are made of it; null or "" where it says nothing. */
export const Publishing = z.strictObject({
  licence: Licence.nullable(),
  /** In the order in which they are cited. */
  creators: z.array(Creator).max(MAX_CREATORS),
  /** In a few sentences. */
  description: Lines,
  /** Without an address before it: "10.5281/zenodo.1003150". */
  doi: Line.nullable(),
  /** Where the dataset is found. */
  url: Line.nullable(),
  /** How to cite it, where that is not by the dataset itself: a reference, or BibTeX. */
  citation: Lines,
  /** The day on which it came out. */
  published_on: z.iso.date().nullable(),
});
export type Publishing = Shape<typeof Publishing>;
