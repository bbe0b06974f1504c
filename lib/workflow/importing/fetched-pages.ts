import { Refusal } from "@/lib/domain/refusal";
import type { SourceFile } from "@/lib/formats/source-file";
import type { Database } from "@/lib/store/database";
import {
  type PageAddress,
  type PageFetched,
  storePage,
  waitingPages,
} from "@/lib/store/import-files";
import { importToRun } from "@/lib/store/imports";
import { isLiveProject } from "@/lib/store/projects";
import { takeRight } from "@/lib/store/sole-right";
import { isDatabaseTrouble } from "@/lib/store/trouble";
import { Visitor } from "@/lib/workflow/fetching/visitor";
import { requirePagesAllowed } from "@/lib/workflow/settings";
import { refusing } from "./archives";
import { failImport, type OnDefect } from "./run";

/** From how many sites pages are fetched at once; of one, they come one after another. */
const SITES_AT_ONCE = 4;

/** A page of an import: what it is called there, where it is, and why it is not fetched, if that is known already. */
export type AskedPage = {
  readonly path: string;
  readonly address: PageAddress;
  readonly refusal: string | null;
};

type FetchingRun = {
  readonly signal: AbortSignal;
  readonly onDefect: OnDefect;
  readonly visitor?: Visitor | undefined;
};

/**
 * Fetches the pages of an import that wait, and stores each as it comes, so that whoever goes on after a broken run
 * fetches only the rest. Does nothing if somebody else fetches them.
 *
 * @param options `visitor` in tests
 * @throws trouble with the database
 */
export async function fetchPages(
  db: Database,
  id: string,
  { signal, onDefect, visitor = new Visitor() }: FetchingRun,
): Promise<void> {
  const right = await takeRight(db, "pages", id);
  if (!right) return;
  try {
    const row = await importToRun(db.pool, id);
    if (!row || (row.state !== "queued" && row.state !== "running")) return;
    const waiting = await waitingPages(db.pool, id);
    await bySite(waiting, async ({ file, address }) => {
      signal.throwIfAborted();
      if (!(await isLiveProject(db.pool, row.projectId))) {
        throw new Refusal("deleted", "The project was deleted before all of this was in.");
      }
      const page = await fetchedPage(visitor, address, signal);
      await storePage(db, { importId: id, file }, page);
    });
  } catch (error) {
    if (signal.aborted) return;
    if (isDatabaseTrouble(error)) throw error;
    await failImport(db, id, { error, onDefect });
  } finally {
    await right.end();
  }
}

/** What came of fetching a page; whoever runs an import may not be the one who was allowed to begin it. */
async function fetchedPage(
  visitor: Visitor,
  address: PageAddress,
  signal: AbortSignal | undefined,
): Promise<{ fetched: PageFetched; bytes: Uint8Array }> {
  try {
    await requirePagesAllowed();
    const { url, mediaType, charset, bytes } = await visitor.visit(address.url, signal);
    const at = new Date().toISOString();
    return { fetched: { url: url.href, media_type: mediaType, charset, at }, bytes };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { fetched: { refused: error.message }, bytes: new Uint8Array() };
  }
}

/** Does something for each page, those of one site in their order, and of several at once. */
async function bySite<Page extends { readonly address: PageAddress }>(
  pages: readonly Page[],
  work: (page: Page) => Promise<void>,
): Promise<void> {
  const sites = [...Map.groupBy(pages, ({ address }) => new URL(address.url).host).values()];
  let failed = false;
  const next = async () => {
    for (let site = sites.shift(); site !== undefined && !failed; site = sites.shift()) {
      for (const page of site) {
        if (failed) return;
        try {
          await work(page);
        } catch (error) {
          failed = true;
          throw error;
        }
      }
    }
  };
  const outcomes = await Promise.allSettled(Array.from({ length: SITES_AT_ONCE }, next));
  for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
}

/** A page that was fetched, as a file of an import. */
export function pageSource(
  { url, given }: PageAddress,
  fetched: PageFetched,
  stream: AsyncIterable<Uint8Array>,
): SourceFile {
  if ("refused" in fetched) {
    const origin = { address: url, mediaType: "", charset: null, given };
    return { path: url, origin, stream: refusing(new Refusal("unprocessable", fetched.refused)) };
  }
  const { url: address, media_type: mediaType, charset } = fetched;
  return { path: url, origin: { address, mediaType, charset, given }, stream };
}

/**
 * Pages as files of an import that runs here and now: each is fetched when it is read.
 *
 * @param options `visitor` in tests
 */
export async function* pagesHere(
  pages: readonly AskedPage[],
  { signal, visitor = new Visitor() }: { signal?: AbortSignal; visitor?: Visitor } = {},
): AsyncGenerator<SourceFile> {
  for (const { address, refusal } of pages) {
    const { fetched, bytes } =
      refusal === null
        ? await fetchedPage(visitor, address, signal)
        : { fetched: { refused: refusal }, bytes: new Uint8Array() };
    yield pageSource(address, fetched, only(bytes));
  }
}

async function* only(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
