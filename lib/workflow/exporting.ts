import { type Actor, userIdOf } from "@/lib/access/actor";
import { type DatasetPreview, type Layer, layers, type UsualLayer } from "@/lib/domain/record";
import { Refusal } from "@/lib/domain/refusal";
import { type WrittenFormat, writtenFormats } from "@/lib/formats/index";
import { lossesInWords } from "@/lib/formats/writing";
import { database } from "@/lib/store/database";
import { countProjectArticles, hasGold, sizeOfDataset } from "@/lib/store/export";
import { note } from "./audit";
import {
  type DatasetOrder,
  type DatasetOutcome,
  datasetBytes,
  datasetFolder,
} from "./dataset-bytes";
import { checkReplaceable, writeWholeFolder } from "./files";
import { projectFor } from "./projects";
import { workerOfServer } from "./worker";

/** What `--format` and the API may say. */
export const exportFormats = writtenFormats.map(({ name }) => name);

/** The formats in which datasets go out, for those who choose among them. */
export const exportChoices = writtenFormats.map((format) => ({
  name: format.name,
  title: format.title,
  about: format.about,
  losses: lossesInWords(format.writer),
  /** What follows the name of the file. */
  extension: fileOf(format).extension,
}));

export type ExportOptions = {
  /** One of {@link exportFormats}; "jsonl" if left out. */
  readonly format?: string | undefined;
  /** If left out, gold where the project has some, else what its reviewers submitted. */
  readonly layer?: Layer | undefined;
  /** Whether reviewers' sets that are not submitted go in too; a dataset holds finished work. */
  readonly includeOpen?: boolean | undefined;
  /** Whether only what is said of it is asked for: then it has no bytes, and takes nobody's place. */
  readonly onlyAbout?: boolean;
  /** Told what the dataset came to, if it is made by this process and not by the server's worker. */
  readonly onDone?: ((outcome: DatasetOutcome) => void) | undefined;
  /** Gives up waiting for a place among those who read. */
  readonly signal?: AbortSignal | undefined;
};

/** A dataset on its way out. Whoever takes it reads it to the end, or returns it. */
export type Dataset = {
  /** The one that was asked for, or that stands in where none was. */
  readonly layer: Layer;
  readonly fileName: string;
  readonly contentType: string;
  readonly bytes: AsyncGenerator<Uint8Array>;
};

/**
 * A project's article versions with the annotations of a layer, a record each, from one state of the
 * database: the same data gives the same bytes. Nothing is read before the first chunk is asked for,
 * but a place among those who read is taken at once: returning the bytes, begun or not, gives it back.
 *
 * @throws Refusal "not_found", "forbidden"; "invalid" for a format that there is not; "unavailable" if
 *   too many datasets are being read
 */
export async function exportDataset(
  actor: Actor,
  projectRef: string,
  options: ExportOptions = {},
): Promise<Dataset> {
  const { found, order, slug } = await ordered(actor, projectRef, options);
  const { layer } = order;
  return {
    layer,
    fileName: `${slug}-${layer}${fileOf(found).extension}`,
    contentType: fileOf(found).mediaType,
    bytes: options.onlyAbout ? nothing() : await bytesOf(order, options),
  };
}

/** Formats that a command can write as a folder, without an archive around it. */
export const folderFormats = writtenFormats
  .filter(({ writer }) => writer.kind === "dataset")
  .map(({ name }) => name);

/**
 * Writes a dataset of {@link folderFormats} into a folder of this machine, for whoever works on it: read by this process
 * itself, all else as {@link exportDataset}.
 *
 * @param folder is not there yet, is empty, or is such a dataset, which is replaced
 * @returns whose annotations it holds
 * @throws Refusal also "unprocessable" if something else is in the folder, or it cannot be written
 */
export async function exportToFolder(
  actor: Actor,
  projectRef: string,
  folder: string,
  {
    onLeft,
    ...options
  }: Omit<ExportOptions, "onlyAbout"> & { onLeft?: (path: string, bytes: number) => void } = {},
): Promise<Layer> {
  await checkReplaceable(folder);
  const { order } = await ordered(actor, projectRef, options);
  const giveBack = await database().longReads.take(options.signal);
  try {
    await writeWholeFolder(folder, datasetFolder(order, options.onDone), { onLeft });
  } finally {
    giveBack();
  }
  return order.layer;
}

/** What was asked for, which is noted, unless only what is said of it was. */
async function ordered(
  actor: Actor,
  projectRef: string,
  { format = "jsonl", layer: asked, includeOpen = false, onlyAbout = false }: ExportOptions,
): Promise<{ found: WrittenFormat; order: DatasetOrder; slug: string }> {
  const project = await projectFor(actor, projectRef, "export");
  const found = writtenFormats.find(({ name }) => name === format);
  if (!found) {
    throw new Refusal(
      "invalid",
      `There is no format "${format}"; there are: ${exportFormats.join(", ")}.`,
      { field: "format" },
    );
  }
  const layer = asked ?? (await usualLayer(project.id));
  if (!onlyAbout) {
    await note({
      action: "dataset.exported",
      userId: userIdOf(actor),
      projectId: project.id,
      subject: project.id,
      address: null,
      details: { layer, format: found.name, include_open: includeOpen },
    });
  }
  const order = { projectId: project.id, layer, open: includeOpen, format: found.name };
  return { found, order, slug: project.slug };
}

/** What a dataset of a format is called and sent as. */
function fileOf({ name, writer }: WrittenFormat): { extension: string; mediaType: string } {
  if (writer.kind === "folder" || writer.kind === "dataset")
    return { extension: `.${name}.zip`, mediaType: "application/zip" };
  if (writer.kind === "bytes") return writer;
  return { ...writer, mediaType: `${writer.mediaType}; charset=utf-8` };
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

/** Made by the worker of the server, or else here; each holds a place among those who read there. */
async function bytesOf(
  order: DatasetOrder,
  { signal, onDone }: Pick<ExportOptions, "signal" | "onDone">,
): Promise<AsyncGenerator<Uint8Array>> {
  const worker = workerOfServer();
  const giveBack = await (worker?.places ?? database().longReads).take(signal);
  try {
    return finallyDoing(
      worker ? await worker.dataset(order) : datasetBytes(order, onDone),
      giveBack,
    );
  } catch (error) {
    giveBack();
    throw error;
  }
}

/** Gold, where there is some; before anybody settled anything, the work of the reviewers. */
async function usualLayer(projectId: string): Promise<UsualLayer> {
  return (await hasGold(database().pool, projectId)) ? "gold" : "reviewers";
}

/** Runs `work` once when a generator has come to its end, also if it was returned before it began. */
function finallyDoing<T>(source: AsyncGenerator<T>, work: () => void): AsyncGenerator<T> {
  const watched = async (step: Promise<IteratorResult<T>>): Promise<IteratorResult<T>> => {
    try {
      const result = await step;
      if (result.done) work();
      return result;
    } catch (error) {
      work();
      throw error;
    }
  };
  return {
    next: () => watched(source.next()),
    return: (value) => watched(source.return(value)),
    throw: (error) => watched(source.throw(error)),
    [Symbol.asyncIterator]() {
      return this;
    },
    async [Symbol.asyncDispose]() {
      await this.return(undefined);
    },
  };
}

/** @throws Refusal "not_found", "forbidden" */
export async function previewExport(actor: Actor, projectRef: string): Promise<DatasetPreview> {
  const { id: projectId } = await projectFor(actor, projectRef, "export");
  const sql = database().pool;
  const sizes = layers.map(async (layer) => {
    const [finished, withOpen] = await Promise.all([
      sizeOfDataset(sql, { projectId, layer, open: false }),
      sizeOfDataset(sql, { projectId, layer, open: true }),
    ]);
    return [layer, { finished, withOpen }] as const;
  });
  const [articles, usual, ...counted] = await Promise.all([
    countProjectArticles(sql, projectId),
    usualLayer(projectId),
    ...sizes,
  ]);
  // Every layer is in the list it was made from.
  return { articles, usual, layers: Object.fromEntries(counted) as DatasetPreview["layers"] };
}
