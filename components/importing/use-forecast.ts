import { useEffect, useState } from "react";
import type { ImportPreview } from "@/lib/api/imports";
import type { ImportOutcome } from "@/lib/domain/imports";
import { type ChosenFile, type FormatChoice, formatOf, glanceAt } from "./chosen-files";
import type { ForeignNames, ReadingChoices } from "./foreign-names";
import { previewOf } from "./preview";

/** What is known of files before they are sent. */
export type Forecasts = {
  /** By their paths. */
  readonly files: ReadonlyMap<string, FileForecast>;
  /** What they have names for; null while that is not known. */
  readonly names: ForeignNames | null;
  readonly tables: ImportPreview["tables"];
  /** Files that are no UTF-8. */
  readonly encodings: ImportPreview["encodings"];
};

/** What an import would make of the articles of one file, as far as they were looked at. */
export type FileForecast = {
  readonly counts: Readonly<Record<ImportOutcome, number>>;
  /** Whether there are more articles than were looked at. */
  readonly more: boolean;
  /** How many of those that would be in have warnings. */
  readonly warned: number;
  /** Why the first would be rejected; null if none would be. */
  readonly reason: string | null;
};

/** So many files, of so many bytes together, are looked at before they are sent. */
const MOST_FILES = 20;
const MOST_BYTES = 2 * 1024 * 1024;

const NOTHING: Forecasts = { files: new Map(), names: null, tables: [], encodings: [] };

/** Milliseconds without another choice before the files are looked at. */
const PAUSE = 300;

/**
 * What would become of the first of some files, by their paths. Empty until that is known, and where it cannot
 * be found out: the import says it all the same.
 */
export function useForecast(
  project: string,
  {
    files,
    format,
    formats,
    update,
    reading,
  }: {
    files: readonly ChosenFile[];
    format: string;
    formats: readonly FormatChoice[];
    update: boolean;
    reading: ReadingChoices;
  },
): Forecasts {
  const [known, setKnown] = useState<Forecasts>(NOTHING);
  const chosen = files.slice(0, MOST_FILES).map(({ path, file }) => `${path} ${file.lastModified}`);
  const asked = JSON.stringify([chosen, format, update, reading]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `asked` holds files, format, update and reading by value, which are new objects each time
  useEffect(() => {
    // What is asked of them stays to be answered.
    setKnown((before) => (files.length === 0 ? NOTHING : { ...before, files: NOTHING.files }));
    if (files.length === 0) return;
    const leaving = new AbortController();
    const timer = setTimeout(async () => {
      const { form, cut } = await formOf(files, { format, formats });
      const { signal } = leaving;
      const answer = await previewOf(project, form, { format, update, reading, signal });
      if (answer.ok && !leaving.signal.aborted) setKnown(forecastsOf(answer.value, cut));
    }, PAUSE);
    return () => {
      clearTimeout(timer);
      leaving.abort();
    };
  }, [project, asked]);
  return known;
}

async function formOf(
  files: readonly ChosenFile[],
  { format, formats }: { format: string; formats: readonly FormatChoice[] },
): Promise<{ form: FormData; cut: string[] }> {
  const form = new FormData();
  const cut: string[] = [];
  let bytes = 0;
  for (const chosen of files.slice(0, MOST_FILES)) {
    const byLine = formatOf(formats, format, chosen.path)?.byLine ?? false;
    const glance = await glanceAt(chosen, { byLine });
    bytes += glance.part.size;
    if (bytes > MOST_BYTES) break;
    form.append("files", glance.part, chosen.path);
    if (glance.cut) cut.push(chosen.path);
  }
  return { form, cut };
}

/** @param cut paths of files of which only the beginning was sent */
function forecastsOf(
  { items, more_in, unknown, names, tables, encodings }: ImportPreview,
  cut: readonly string[],
): Forecasts {
  const unfinished = new Set([...more_in, ...cut]);
  const grouped = Map.groupBy(items, ({ path }) => path);
  const hasAnnotations =
    unknown.length > 0 || items.some((item) => item.kind === "article" && item.spans.length > 0);
  return {
    files: new Map(
      [...grouped].map(([path, found]) => [path, forecastOf(found, unfinished.has(path))]),
    ),
    names: { unknown, names, hasAnnotations },
    tables,
    encodings,
  };
}

function forecastOf(items: ImportPreview["items"], more: boolean): FileForecast {
  const outcomes = items.map((item) => (item.kind === "rejected" ? "rejected" : item.outcome));
  const counts = { created: 0, updated: 0, unchanged: 0, rejected: 0 };
  for (const outcome of outcomes) counts[outcome] += 1;
  return {
    counts,
    more,
    warned: items.filter(
      (item) => item.kind === "article" && item.outcome !== "rejected" && item.warnings.length > 0,
    ).length,
    reason: items.find(({ reason }) => reason !== null)?.reason ?? null,
  };
}
