import { v7 as uuidv7 } from "uuid";
import { type Actor, userIdOf } from "@/lib/access/actor";
import { type AskedPages, type ImportDetail, MOST_PAGES } from "@/lib/api/imports";
import { inFigures } from "@/lib/domain/figures";
import { Refusal } from "@/lib/domain/refusal";
import { listedPages } from "@/lib/formats/address-list";
import { database, sqlTransaction } from "@/lib/store/database";
import { storeAddresses } from "@/lib/store/import-files";
import { createImport } from "@/lib/store/imports";
import { webAddress } from "@/lib/workflow/fetching/addresses";
import { wakeJobs } from "@/lib/workflow/jobs";
import { projectFor } from "@/lib/workflow/projects";
import { requirePagesAllowed } from "@/lib/workflow/settings";
import type { AskedPage } from "./fetched-pages";
import { importOf } from "./listing";
import { settleReading } from "./reading";

/**
 * The pages that somebody asks for, in their order. What is no address, or stands twice, is among them with the reason.
 *
 * @throws Refusal "invalid" if there are none, too many, or the list cannot be read
 */
export function askedPages({ urls, list }: Pick<AskedPages, "urls" | "list">): AskedPage[] {
  const listed =
    list === undefined
      ? (urls ?? []).map((address, index) => ({ line: index + 1, address, given: {} }))
      : listedPages(list);
  if (listed.length === 0) throw new Refusal("invalid", "There is no address to fetch.");
  if (listed.length > MOST_PAGES) {
    throw new Refusal(
      "invalid",
      `These are ${inFigures(listed.length)} pages; one import may have ${inFigures(MOST_PAGES)}.`,
    );
  }
  const lines = new Map<string, number>();
  return listed.map(({ line, address, given }): AskedPage => {
    const asked = (url: string, refusal: string | null) => ({
      path: url,
      address: { url, given },
      refusal,
    });
    try {
      const { href } = webAddress(address.trim());
      const before = lines.get(href);
      if (before !== undefined) return asked(href, `The same address stands in line ${before}.`);
      lines.set(href, line);
      return asked(href, null);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return asked(shown(address) || "(no address)", error.message);
    }
  });
}

/** What was written instead of an address, as it can be shown. */
const shown = (text: string) =>
  text
    .replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, "")
    .trim()
    .slice(0, 300)
    .toWellFormed();

/**
 * Begins an import of web pages. They are fetched by a job, and read once all of them are there.
 *
 * @throws Refusal "not_found" or "forbidden" for the project, or because it is switched off; "invalid" as
 *   {@link askedPages}
 */
export async function importPages(
  actor: Actor,
  projectRef: string,
  { urls, list, strict, update }: AskedPages,
): Promise<ImportDetail> {
  const project = await projectFor(actor, projectRef, "import");
  await requirePagesAllowed();
  const pages = askedPages({ urls, list });
  const { reading } = await settleReading(actor, project, {});
  const db = database();
  const id = uuidv7();
  await sqlTransaction(db, async (sql) => {
    await createImport(sql, {
      id,
      projectId: project.id,
      userId: userIdOf(actor),
      format: "auto",
      strict,
      update,
      reading,
      state: "queued",
    });
    const stored = pages.map(({ path, address, refusal }) => ({
      path,
      address,
      fetched: refusal === null ? null : { refused: refusal },
    }));
    await storeAddresses(sql, id, stored);
  });
  await wakeJobs({ kind: "pages", id });
  return importOf(actor, project.id, id);
}
