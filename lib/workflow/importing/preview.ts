import { setImmediate as turn } from "node:timers/promises";
import type { Actor } from "@/lib/access/actor";
import type { ImportPreview, PreviewedArticle } from "@/lib/api/imports";
import { encodings, type UnknownName } from "@/lib/domain/imports";
import type { Refusal } from "@/lib/domain/refusal";
import { encodingByMark, encodingChoices } from "@/lib/formats/encodings";
import { isText, readArticles, rejectionAlone } from "@/lib/formats/index";
import type {
  FoundTable,
  ReadArticle,
  ReadContext,
  ReadItem,
  SourceFile,
} from "@/lib/formats/source-file";
import { database } from "@/lib/store/database";
import { projectFor } from "@/lib/workflow/projects";
import { refused, unpacked } from "./archives";
import { cleanPath, sha256 } from "./article-identity";
import { type ImportFormat, prepare } from "./batches";
import { besideIn, readBeside } from "./beside";
import { Forecast, type ForecastItem } from "./forecast";
import { readPage } from "./page-reader";
import { type AskedReading, contextOf, foreseeReading } from "./reading";

/** How many items a preview shows of all its files together. */
const MOST_ITEMS = 20;

/** How much of what archives hold a preview looks at, in bytes. */
const MOST_HELD = 32 * 1024 * 1024;

/** How many tables are shown, and how many columns of each. */
const MOST_TABLES = 20;
const MOST_COLUMNS = 200;

/** Of how many files that are no UTF-8 it is shown what they would be in other encodings. */
const MOST_UNCLEAR = 3;

/** How much of a text a preview shows, in code points; blocks and spans beyond it are left out. */
const MOST_TEXT = 20_000;

/**
 * What an import of these files would read, and what would become of it. Nothing is stored.
 *
 * @throws Refusal "not_found" or "forbidden" for the project
 */
export async function previewImport(
  actor: Actor,
  projectRef: string,
  {
    format,
    strict,
    update = false,
    reading: asked = {},
    files,
  }: {
    format: ImportFormat;
    strict?: boolean;
    update?: boolean;
    reading?: AskedReading;
    files: AsyncIterable<SourceFile>;
  },
): Promise<ImportPreview> {
  const project = await projectFor(actor, projectRef, "import");
  const { reading, scheme } = await foreseeReading(project, asked);
  const tables: FoundTable[] = [];
  const { items, more, moreIn, unclear } = await firstItems(files, {
    format,
    scheme,
    sha256,
    readPage,
    strict,
    ...contextOf(reading),
    onTable: (table) => tables.push(table),
  });
  const forecast = new Forecast(database().pool, project.id, { update });
  const prepared = items.map((item) => (item.kind === "article" ? prepare(item, null) : item));
  const outcomes = await forecast.of(prepared);
  return {
    items: outcomes.map((outcome, index) => itemOf(items[index], outcome)),
    more,
    more_in: moreIn,
    names: reading.names,
    unknown: unknownIn(items),
    tables: [...new Map(tables.map((table) => [table.key, table])).values()]
      .slice(0, MOST_TABLES)
      .map(previewedTable),
    encodings: unclear,
  };
}

/** A table as it would be read. */
function previewedTable({
  said: _,
  columns,
  ...table
}: FoundTable): ImportPreview["tables"][number] {
  return {
    ...table,
    columns: columns.slice(0, MOST_COLUMNS).map(({ name, meaning, samples }) => ({
      name,
      meaning,
      samples: samples.map((sample) => sample.replaceAll("\0", "\ufffd").toWellFormed()),
    })),
    more_columns: Math.max(0, columns.length - MOST_COLUMNS),
  };
}

async function* bytesOf({ bytes }: { bytes: Uint8Array }) {
  yield bytes;
}

/** What the articles together have names for that stand for nothing, the most frequent first. */
function unknownIn(items: readonly ReadItem[]): UnknownName[] {
  const all = items.flatMap((item) => (item.kind === "article" ? item.unknown : []));
  const byName = Map.groupBy(all, ({ kind, name }) => `${kind} ${name}`);
  return [...byName.values()]
    .flatMap((same) => {
      const [first] = same;
      const count = same.reduce((sum, one) => sum + one.count, 0);
      return first ? [{ ...first, count }] : [];
    })
    .sort((one, other) => other.count - one.count);
}

function itemOf(
  item: ReadItem | undefined,
  forecast: ForecastItem,
): ImportPreview["items"][number] {
  if (item?.kind === "article") return previewed(item, forecast);
  const { path, line, column, reason } = forecast;
  return { kind: "rejected", path, line, column, reason: reason ?? "" };
}

async function firstItems(
  files: AsyncIterable<SourceFile>,
  options: ReadContext & { readonly format: ImportFormat },
): Promise<{
  items: ReadItem[];
  more: boolean;
  moreIn: string[];
  unclear: ImportPreview["encodings"];
}> {
  // All of them at once, for one may say something of another.
  const held: { path: string; bytes: Uint8Array; refusal: Refusal | undefined }[] = [];
  let size = 0;
  let more = false;
  for await (const { path, stream, refusal } of unpacked(files)) {
    if (size > MOST_HELD) {
      more = true;
      break;
    }
    const bytes = refusal ? new Uint8Array() : await readBeside(stream);
    held.push({ path: cleanPath(path), bytes, refusal });
    size += bytes.byteLength;
  }
  const beside = besideIn(async () => held, bytesOf);
  const readings = held.map((file) => {
    const { path, refusal } = file;
    const source = refusal
      ? refused({ path, beside }, refusal)
      : { path, stream: bytesOf(file), beside };
    return { path, items: readArticles(source, options), found: [] as ReadItem[], hasMore: false };
  });
  // One of each in turns: a long file would hide what the others are and ask.
  for (let left = MOST_ITEMS, open = readings; open.length > 0; ) {
    const goingOn: typeof readings = [];
    for (const reading of open) {
      const isBegun = reading.found.length > 0;
      if (left === 0 && !isBegun && more) continue;
      const { done, value } = await reading.items.next();
      await turn(); // one of them may be long to read
      if (done) continue;
      if (left > 0) {
        left -= 1;
        reading.found.push(value);
        goingOn.push(reading);
      } else {
        if (isBegun) reading.hasMore = true;
        more = true;
        await reading.items.return(undefined);
      }
    }
    open = goingOn;
  }
  const moreIn = readings.flatMap(({ path, hasMore }) => (hasMore ? [path] : []));
  const items = readings.flatMap(({ found }) => found);
  if (items.length === 0 && !more) {
    items.push(...held.slice(0, MOST_ITEMS).map(({ path }) => rejectionAlone(path)));
  }
  // Of one that was said to be in an encoding, another may still be chosen.
  const isAsked = options.encoding !== undefined;
  const rejected = new Set(items.flatMap(({ kind, path }) => (kind === "rejected" ? [path] : [])));
  const asked = held.filter(({ path }) => isAsked || rejected.has(path));
  return { items, more, moreIn, unclear: unclearAmong(asked, options) };
}

/** Files of text that are no UTF-8, with what they would say in other encodings. */
function unclearAmong(
  files: readonly { readonly path: string; readonly bytes: Uint8Array }[],
  { format }: { readonly format: ImportFormat },
): ImportPreview["encodings"] {
  const found: ImportPreview["encodings"][number][] = [];
  for (const { path, bytes } of files) {
    if (found.length === MOST_UNCLEAR) break;
    if (encodingByMark(bytes) !== null || !isText(path, format)) continue;
    const unclear = encodingChoices(bytes, encodings);
    if (unclear) found.push({ path, ...unclear, choices: [...unclear.choices] });
  }
  return found;
}

/** An article as it would be read, a long text cut short, and what would become of it. */
function previewed(
  { path, line, article }: ReadArticle,
  { outcome, reason, warnings, articleId }: ForecastItem,
): PreviewedArticle {
  const characters = [...article.text];
  const cut = characters.length > MOST_TEXT;
  return {
    kind: "article",
    path,
    line,
    outcome,
    reason,
    article_id: articleId,
    source_id: article.sourceId,
    title: article.title,
    publisher: article.publisher,
    author: article.author,
    url: article.url,
    published_at: article.publishedAt,
    language: article.language,
    meta: article.meta,
    text: cut ? characters.slice(0, MOST_TEXT).join("") : article.text,
    text_length: characters.length,
    cut,
    blocks: article.blocks
      .filter(({ start }) => start < MOST_TEXT)
      .map((block) => ({ ...block, end: Math.min(block.end, MOST_TEXT) })),
    warnings: [...warnings],
    spans: article.annotations.flatMap(({ annotator, spans }) =>
      spans
        .filter(({ fragments }) => fragments.every(({ end }) => end <= MOST_TEXT))
        .map((span) => ({ ...span, annotator })),
    ),
  };
}
