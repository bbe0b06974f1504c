import { createHash } from "node:crypto";
import { nothingPublished } from "@/lib/domain/publishing";
import type { Publishing } from "@/lib/domain/publishing-schemas";
import type { ArticleRecord } from "@/lib/domain/record";
import type { TagOverlap } from "@/lib/domain/tag-overlap";
import { articlesInRows, datasetFiles } from "@/lib/formats/dataset-folder";
import { type DatasetOrigin, type DatasetSource, LostInWriting } from "@/lib/formats/writing";
import { richScheme } from "./records";

/** What a project may say for its datasets, all of it. */
export const aPublishing: Publishing = {
  licence: { id: "cc-by-sa-4.0", name: null, url: null },
  creators: [
    {
      name: "Carberry",
      given_names: "Josiah",
      orcid: "0000-0002-1825-0097",
      affiliation: "Brown University",
    },
    { name: "The {Harbour} Group", given_names: null, orcid: null, affiliation: null },
  ],
  description: "Claims about a harbour.\n\nRead twice.",
  doi: "10.5281/zenodo.1003150",
  url: "https://example.org/harbour",
  citation: "",
  published_on: "2026-02-28",
};

/** What a dataset of these records is made of, in a project about which much is known. */
export function aDatasetSource(
  records: readonly ArticleRecord[],
  {
    origin = {},
    scheme = richScheme,
    overlap,
    texts = true,
  }: {
    origin?: Partial<DatasetOrigin>;
    scheme?: typeof richScheme;
    overlap?: TagOverlap;
    texts?: boolean;
  } = {},
): DatasetSource {
  return {
    about: { scheme, ...(overlap && { overlap }), ...(!texts && { texts }) },
    lost: new LostInWriting(),
    records: async function* () {
      yield* records;
    },
    newSha256: () => {
      const hash = createHash("sha256");
      return { update: (bytes) => void hash.update(bytes), hex: () => hash.digest("hex") };
    },
    origin: {
      slug: "sample",
      title: "Claims and denials",
      layer: "all",
      includesOpen: false,
      picked: [],
      annotators: null,
      schemeVersion: 3,
      articles: new Set(records.map(({ id }) => id)).size,
      imports: [{ format: "auto", imports: 2, articles: 30 }],
      rounds: [],
      agreement: null,
      publishing: nothingPublished,
      guideline: async () => null,
      ...origin,
    },
  };
}

/** The files of a dataset by their paths, in the order in which they are written. */
export async function filesOfDataset(
  source: DatasetSource,
  layout = articlesInRows,
): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>();
  for await (const { path, bytes } of datasetFiles(layout)(source)) {
    const parts: Uint8Array[] = [];
    for await (const part of bytes) parts.push(part);
    files.set(path, Buffer.concat(parts));
  }
  return files;
}
