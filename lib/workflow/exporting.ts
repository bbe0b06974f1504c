import { type Actor, userIdOf } from "@/lib/access/actor";
import type { ArticleFilterQuery } from "@/lib/api/articles";
import type { Project } from "@/lib/api/projects";
import { datasetName } from "@/lib/domain/dataset-name";
import {
  type DatasetPreview,
  type Layer,
  layers,
  pseudonym,
  type UsualLayer,
} from "@/lib/domain/record";
import { Refusal } from "@/lib/domain/refusal";
import { type TagOverlap, tagOverlaps } from "@/lib/domain/tag-overlap";
import { taggedInWords, writingOf, writtenFormats } from "@/lib/formats/index";
import { type ShapeName, shapeNames, shapes } from "@/lib/formats/shapes";
import { lossesInWords, type Writer } from "@/lib/formats/writing";
import { database } from "@/lib/store/database";
import { annotatorsIn, countProjectArticles, hasGold, sizeOfDataset } from "@/lib/store/export";
import { note } from "./audit";
import {
  articlesOf,
  type DatasetOrder,
  type DatasetOutcome,
  datasetBytes,
  datasetFolder,
} from "./dataset-bytes";
import { checkReplaceable, writeWholeFolder } from "./files";
import { projectFor } from "./projects";
import { requireSearchable, type Selection, selectionFor } from "./selecting-articles";
import { workerOfServer } from "./worker";

/** What `--format` and the API may say. */
export const exportFormats = writtenFormats.map(({ name }) => name);

/** What `--shape` and the API may say. */
export const exportShapes = shapeNames;
export type ExportShape = ShapeName;

/** The formats in which datasets go out, for those who choose among them. */
export const exportChoices = writtenFormats.map(({ name, title, about, writer, shapes: all }) => ({
  name,
  title,
  about,
  /** The usual one first. */
  shapes: all.map(({ shape, writer }) => ({
    name: shape,
    title: shapes[shape].title,
    about: writer.rowIs ?? shapes[shape].about,
    /** By what becomes of spans that overlap; the usual one of where that is not asked. */
    losses: Object.fromEntries(
      tagOverlaps.map((way) => [way, lossesInWords(writer, way)]),
    ) as Record<TagOverlap, string[]>, // made of all of them
    hasTags: writer.hasTags === true,
    mayOmitTexts: writer.mayOmitTexts === true,
  })),
  /** What follows the name of the file. */
  extension: fileOf(name, writer).extension,
}));

export type ExportOptions = {
  /** One of {@link exportFormats}; "jsonl" if left out. */
  readonly format?: string | undefined;
  /** One of the shapes of the format; its usual one if left out. */
  readonly shape?: string | undefined;
  /** What goes along with a span: the sentences that it touches, or so many characters on either side. */
  readonly context?: "sentence" | number | undefined;
  /** What becomes of spans of a label that overlap, of shapes with tags; the longest is kept if left out. */
  readonly overlap?: TagOverlap | undefined;
  /** Whether texts are in, and what repeats them; they are if left out. */
  readonly texts?: boolean | undefined;
  /** Which articles, as a list picks them; all if left out or empty. */
  readonly articles?: ArticleFilterQuery | undefined;
  /** The pseudonyms of those whose sets are in, such as "a1,a3"; everybody's if left out. */
  readonly annotator?: string | undefined;
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
 * @throws Refusal "not_found", "forbidden"; "invalid" for a format or shape that there is not, or that cannot
 *   go out as asked; "unavailable" if too many datasets are being read
 */
export async function exportDataset(
  actor: Actor,
  projectRef: string,
  options: ExportOptions = {},
): Promise<Dataset> {
  const { writing, order, slug } = await ordered(actor, projectRef, options);
  const { layer, format, texts = true } = order;
  const { shape, writer } = writing;
  const { extension, mediaType } = fileOf(format, writer);
  return {
    layer,
    fileName: datasetName({ project: slug, layer, shape, texts, extension }),
    contentType: mediaType,
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
  {
    format = "jsonl",
    shape,
    context,
    overlap,
    texts = true,
    layer: asked,
    includeOpen = false,
    articles = {},
    annotator,
    onlyAbout = false,
  }: ExportOptions,
): Promise<{ writing: ReturnType<typeof writingOf>; order: DatasetOrder; slug: string }> {
  const project = await projectFor(actor, projectRef, "export");
  const found = writingOf(format, shape);
  checkCanOmit(found, texts);
  checkHasTags(found, overlap);
  const selected = await selectedOf(actor, project, articles);
  if (selected) await requireSearchable(database().pool, selected);
  const annotators = annotatorsOf(annotator);
  const layer = asked ?? (await usualLayer(project.id));
  if (!onlyAbout) {
    const filters = Object.keys(narrowing(articles));
    await note({
      action: "dataset.exported",
      userId: userIdOf(actor),
      projectId: project.id,
      subject: project.id,
      address: null,
      details: {
        layer,
        format,
        include_open: includeOpen,
        ...(shape && { shape: found.shape }),
        ...(!texts && { texts }),
        ...(overlap && { overlap }),
        ...(filters.length > 0 && { filters }),
        ...(annotators && { annotators: [...annotators] }),
      },
    });
  }
  const order: DatasetOrder = {
    projectId: project.id,
    layer,
    open: includeOpen,
    format,
    shape: found.shape,
    ...(!texts && { texts }),
    ...(context !== undefined && { context }),
    ...(overlap !== undefined && { overlap }),
    ...(selected !== undefined && { selected }),
    ...(annotators && { annotators }),
  };
  return { writing: found, order, slug: project.slug };
}

/** @throws Refusal "invalid" for a format or shape that is nothing without texts */
function checkCanOmit({ format, writer }: ReturnType<typeof writingOf>, texts: boolean): void {
  if (texts || writer.mayOmitTexts) return;
  const able = writtenFormats.filter((one) => one.writer.mayOmitTexts).map(({ name }) => name);
  throw new Refusal(
    "invalid",
    `${format.title} cannot go out without texts; ${able.join(", ")} can.`,
    { field: "texts" },
  );
}

/** @throws Refusal "invalid" where it is asked what becomes of spans that overlap, and they are as they are */
function checkHasTags(
  { format, shape, writer }: ReturnType<typeof writingOf>,
  overlap: TagOverlap | undefined,
): void {
  if (overlap === undefined || writer.hasTags) return;
  const of = format.shapes.length > 1 ? `${format.title} by ${shape}` : format.title;
  throw new Refusal(
    "invalid",
    `In ${of} spans may overlap, so that it is not asked what becomes of those; it is where tokens have tags: ${taggedInWords}.`,
    { field: "overlap" },
  );
}

/** What of a query leaves articles out. */
function narrowing(articles: ArticleFilterQuery): ArticleFilterQuery {
  const said = Object.entries(articles).filter(([name, value]) =>
    name === "q" ? String(value ?? "").trim() !== "" : value !== undefined,
  );
  return Object.fromEntries(said);
}

/** @returns undefined where all articles are meant, null where there can be none */
async function selectedOf(
  actor: Actor,
  project: Project,
  articles: ArticleFilterQuery,
): Promise<Selection | null | undefined> {
  if (Object.keys(narrowing(articles)).length === 0) return undefined;
  return selectionFor(actor, project, articles);
}

/**
 * The numbers of annotators by their pseudonyms.
 *
 * @throws Refusal "invalid" if one is none
 */
function annotatorsOf(written: string | undefined): number[] | undefined {
  if (written === undefined || written.trim() === "") return undefined;
  return written.split(",").map((name) => {
    const number = /^a([1-9]\d{0,8})$/.exec(name.trim())?.[1];
    if (number === undefined) {
      throw new Refusal(
        "invalid",
        `"${name.trim()}" is no pseudonym: annotators are called a1, a2 and so on.`,
        { field: "annotator" },
      );
    }
    return Number(number);
  });
}

/** What a dataset of a format is called and sent as. */
function fileOf(format: string, writer: Writer): { extension: string; mediaType: string } {
  if (writer.kind === "folder" || writer.kind === "dataset")
    return { extension: `.${format}.zip`, mediaType: "application/zip" };
  if (writer.kind === "bytes") return writer;
  return { ...writer, mediaType: `${writer.mediaType}; charset=utf-8` };
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

/** A generator that has its first value already. */
async function begun<T>(source: AsyncGenerator<T>): Promise<AsyncGenerator<T>> {
  let first: IteratorResult<T> | null = await source.next();
  const rest: AsyncGenerator<T> = {
    next: async () => {
      const step = first ?? (await source.next());
      first = null;
      return step;
    },
    return: (value) => source.return(value),
    throw: (error) => source.throw(error),
    [Symbol.asyncIterator]() {
      return this;
    },
    async [Symbol.asyncDispose]() {
      await this.return(undefined);
    },
  };
  return rest;
}

/** Made by the worker of the server, or else here; each holds a place among those who read there. */
async function bytesOf(
  order: DatasetOrder,
  { signal, onDone }: Pick<ExportOptions, "signal" | "onDone">,
): Promise<AsyncGenerator<Uint8Array>> {
  const worker = workerOfServer();
  const giveBack = await (worker?.places ?? database().longReads).take(signal);
  try {
    const bytes = finallyDoing(
      worker ? await worker.dataset(order) : datasetBytes(order, onDone),
      giveBack,
    );
    // What may be refused for what is in it is begun here, so that nothing has been sent.
    return order.overlap === "refuse" ? await begun(bytes) : bytes;
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

/**
 * How much datasets would hold.
 *
 * @throws Refusal "not_found", "forbidden", "invalid" for a pseudonym that is none
 */
export async function previewExport(
  actor: Actor,
  projectRef: string,
  { articles: asked = {}, annotator }: Pick<ExportOptions, "articles" | "annotator"> = {},
): Promise<DatasetPreview> {
  const project = await projectFor(actor, projectRef, "export");
  const projectId = project.id;
  const sql = database().pool;
  const annotators = annotatorsOf(annotator);
  const { articles: named } = await articlesOf(sql, await selectedOf(actor, project, asked));
  const key = { projectId, articles: named, annotators };
  const sizes = layers.map(async (layer) => {
    const [finished, withOpen] = await Promise.all([
      sizeOfDataset(sql, { ...key, layer, open: false }),
      sizeOfDataset(sql, { ...key, layer, open: true }),
    ]);
    return [layer, { finished, withOpen }] as const;
  });
  const [articles, usual, numbers, ...counted] = await Promise.all([
    named?.length ?? countProjectArticles(sql, projectId),
    usualLayer(projectId),
    annotatorsIn(sql, projectId),
    ...sizes,
  ]);
  const known = { articles, annotators: numbers.map(pseudonym), usual };
  // Every layer is in the list it was made from.
  return { ...known, layers: Object.fromEntries(counted) as DatasetPreview["layers"] };
}
