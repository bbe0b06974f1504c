import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import type { Actor } from "@/lib/access/actor";
import { OFFSETS_SCHEMA, OffsetsRecord, withText } from "@/lib/domain/offsets-record";
import { Refusal } from "@/lib/domain/refusal";
import { defaultScheme } from "@/lib/domain/scheme";
import { ArticleText, decodeUtf8 } from "@/lib/domain/text";
import { linesOf, mebibytes } from "@/lib/formats/bytes";
import { readArticles } from "@/lib/formats/index";
import { MAX_LINE, writeJsonl } from "@/lib/formats/jsonl";
import type { SourceFile } from "@/lib/formats/source-file";
import { findText } from "@/lib/store/article-versions";
import { database } from "@/lib/store/database";
import { unpacked } from "./importing/archives";
import { cleanPath, sha256 } from "./importing/article-identity";
import { readPage } from "./importing/page-reader";
import { projectFor } from "./projects";
import { type Kept, Spool } from "./spool";

/** Where texts are found that a dataset went out without. */
export type Texts = {
  /** The text of a hash; null if it is not there. */
  readonly textOf: (hash: string) => Promise<string | null>;
  /** Whether an article of this name, its id at the source or its address, is there with another text. */
  readonly has: (name: string) => boolean;
  /** Files and parts of them that could not be read. */
  readonly unread: readonly { readonly path: string; readonly reason: string }[];
  readonly close: () => Promise<void>;
};

/** A record that could not be made whole, and why. */
export type LeftOut = {
  /** 1-based. */
  readonly line: number;
  /** What the article is called, as far as that is known. */
  readonly name: string | null;
  readonly reason: string;
};

/** What a dataset without texts asks for. */
export type Wanted = {
  /** Hashes of texts. */
  readonly hashes: ReadonlySet<string>;
  /** Ids at the source and addresses of articles. */
  readonly names: ReadonlySet<string>;
};

/** What the records of a file ask for. What is none asks for nothing, and is told of when the file is written. */
export async function wantedIn(file: AsyncIterable<Uint8Array>): Promise<Wanted> {
  const hashes = new Set<string>();
  const names = new Set<string>();
  for await (const line of recordsIn(file)) {
    if (!("offsets" in line)) continue;
    const { text_sha256, source_id, url } = line.offsets;
    hashes.add(text_sha256);
    for (const name of [source_id, url]) if (name !== null) names.add(name);
  }
  return { hashes, names };
}

/**
 * The texts of articles that lie in files, read as they are imported. Those that are wanted are put into a temporary
 * file, so that their number makes no difference to the memory that is needed.
 *
 * @param files as an import takes them; archives are opened
 */
export async function textsInFiles(
  files: Iterable<SourceFile>,
  { hashes, names }: Wanted,
): Promise<Texts> {
  const folder = await mkdtemp(join(tmpdir(), "gainsay-texts-"));
  const spool = await Spool.open(join(folder, "texts"));
  const close = async () => {
    await spool.close();
    await rm(folder, { recursive: true, force: true });
  };
  const kept = new Map<string, Kept>();
  const known = new Set<string>();
  const unread: { path: string; reason: string }[] = [];
  try {
    for await (const file of unpacked(files)) {
      const source = { ...file, path: cleanPath(file.path) };
      const options = { format: "auto", scheme: defaultScheme, sha256, readPage } as const;
      for await (const item of readArticles(source, options)) {
        if (item.kind === "rejected") {
          unread.push({ path: item.path, reason: item.reason });
          continue;
        }
        const { text, sourceId, url } = item.article;
        const hash = sha256(text);
        if (hashes.has(hash)) {
          if (kept.has(hash)) continue;
          kept.set(hash, await spool.put([Buffer.from(text, "utf8")]));
        } else {
          const own = [sourceId, item.recordId, url, item.path];
          for (const name of own) if (name !== null && names.has(name)) known.add(name);
        }
      }
    }
  } catch (error) {
    await close();
    throw error;
  }
  return {
    textOf: async (hash) => {
      const place = kept.get(hash);
      return place === undefined ? null : (await buffer(spool.read(place))).toString("utf8");
    },
    has: (name) => known.has(name),
    unread,
    close,
  };
}

/**
 * The texts of a project's articles, in any version.
 *
 * @throws Refusal "not_found", "forbidden" for who may not export it
 */
export async function textsInProject(actor: Actor, projectRef: string): Promise<Texts> {
  const { id: projectId } = await projectFor(actor, projectRef, "export");
  return {
    textOf: (hash) => findText(database().pool, { projectId, hash }),
    has: () => false,
    unread: [],
    close: async () => undefined,
  };
}

/**
 * The records of a file with their texts, as the export with texts writes them, line for line. One whose text is not
 * found, or does not fit it, is left out and told.
 *
 * @param sources where texts are looked for, one after another
 */
export async function* rehydrated(
  file: AsyncIterable<Uint8Array>,
  sources: readonly Texts[],
  onLeftOut: (one: LeftOut) => void,
): AsyncGenerator<Uint8Array> {
  for await (const line of recordsIn(file)) {
    if (!("offsets" in line)) {
      onLeftOut({ line: line.number, name: null, reason: line.reason });
      continue;
    }
    const { offsets, number } = line;
    const leave = (reason: string) =>
      onLeftOut({ line: number, name: offsets.source_id ?? offsets.url ?? offsets.id, reason });
    const text = await firstOf(sources, offsets.text_sha256);
    if (text === null) {
      const names = [offsets.source_id, offsets.url].filter((name) => name !== null);
      const isChanged = names.some((name) => sources.some(({ has }) => has(name)));
      leave(
        isChanged
          ? "There is an article of this name, but its text is another."
          : "Its text is not there.",
      );
      continue;
    }
    try {
      yield Buffer.from(writeJsonl(withText(offsets, new ArticleText(text))), "utf8");
    } catch (error) {
      if (!(error instanceof Refusal) && !(error instanceof RangeError)) throw error;
      leave(`It does not fit its text: ${error.message}`);
    }
  }
}

/** A text of which the hash is this one; null if none of the sources has it. */
async function firstOf(sources: readonly Texts[], hash: string): Promise<string | null> {
  for (const { textOf } of sources) {
    const text = await textOf(hash);
    if (text !== null && sha256(text) === hash) return text;
  }
  return null;
}

type Line =
  | { readonly number: number; readonly offsets: OffsetsRecord }
  | { readonly number: number; readonly reason: string };

async function* recordsIn(file: AsyncIterable<Uint8Array>): AsyncGenerator<Line> {
  for await (const { number, bytes } of linesOf(file, MAX_LINE)) {
    if (bytes === null) {
      yield { number, reason: `The line has more than ${mebibytes(MAX_LINE)}.` };
      continue;
    }
    let value: unknown;
    try {
      const text = decodeUtf8(bytes);
      if (text.trim() === "") continue;
      value = JSON.parse(text);
    } catch (error) {
      yield { number, reason: error instanceof Refusal ? error.message : "This is no JSON." };
      continue;
    }
    const { success, error } = OffsetsRecord.safeParse(value);
    // What was looked at is taken as it stands, with its keys in their order.
    if (success) yield { number, offsets: value as OffsetsRecord };
    else {
      const schema = Object(value).schema;
      const [issue] = error.issues;
      yield {
        number,
        reason:
          schema === OFFSETS_SCHEMA
            ? `The record is damaged: ${issue?.path.join(".")}: ${issue?.message}`
            : "This is no record of a dataset without texts, with an article a line.",
      };
    }
  }
}
