import { createHash } from "node:crypto";
import type { ArticleRecord } from "@/lib/domain/record";
import type { TagOverlap } from "@/lib/domain/tag-overlap";
import { articlesInRows, datasetFiles } from "@/lib/formats/dataset-folder";
import { type DatasetOrigin, type DatasetSource, LostInWriting } from "@/lib/formats/writing";
import { richScheme } from "./records";

/** What a dataset of these records is made of, in a project about which much is known. */
export function aDatasetSource(
  records: readonly ArticleRecord[],
  {
    origin = {},
    scheme = richScheme,
    overlap,
  }: {
    origin?: Partial<DatasetOrigin>;
    scheme?: typeof richScheme;
    overlap?: TagOverlap;
  } = {},
): DatasetSource {
  return {
    about: { scheme, ...(overlap && { overlap }) },
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
