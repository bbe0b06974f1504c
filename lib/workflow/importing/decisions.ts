import { isDeepStrictEqual } from "node:util";
import { v7 as uuidv7 } from "uuid";
import type { ArticleMetadata, IncomingAnnotations } from "@/lib/domain/article";
import type {
  ArticleToWrite,
  SameText,
  StoredVersion,
  VersionToWrite,
} from "@/lib/store/articles-write";
import type { ImportedSet, SetToWrite, StoredSet } from "@/lib/store/imported-sets";
import type { ImportItemRow, SeenArticle } from "@/lib/store/imports";
import { numberIn } from "./article-identity";
import type { PreparedArticle, PreparedItem } from "./batches";

/** What is there already of the articles in a batch. */
export type Existing = {
  readonly articles: readonly KnownArticle[];
  /** Articles with the text of one in the batch, whatever their key, the oldest of each first. */
  readonly sameText: readonly SameText[];
  /** All versions of those, if the batch has records of ours, which name a version each. */
  readonly versions: readonly (KnownVersion & Pick<StoredVersion, "articleId">)[];
  /** The sets on the current versions of all those and on these, if the batch brings any. */
  readonly sets: readonly StoredSet[];
  /** Articles that this import has been through before the batch. */
  readonly seen: ReadonlyMap<string, SeenArticle>;
  /** The number of an annotator in the project, by the name that a file gives. */
  readonly annotatorNumber: (annotator: string | null) => number;
  /** The numbers of annotators that are there without this batch. */
  readonly numbers: ReadonlySet<number>;
};

/** What is to be written for a batch. */
export type Decision = {
  readonly created: readonly Working[];
  readonly changed: readonly Working[];
  readonly versions: readonly VersionToWrite[];
  /** What of articles is new to searching, their titles or their texts, by their ids. */
  readonly indexed: ReadonlyMap<string, PreparedArticle>;
  readonly sets: readonly SetToWrite[];
  readonly items: readonly Omit<ImportItemRow, "item">[];
  /** The articles of the batch, as this import has been through them by now. */
  readonly seen: ReadonlyMap<string, SeenArticle>;
  /** Files that were rejected because their names are those of other texts. */
  readonly namesTaken: readonly string[];
};

export type DecisionOptions = {
  /** Whether a file whose bare name is that of another text here is a new version of it. */
  readonly update: boolean;
};

/** An article with its current version. */
export type KnownArticle = ArticleToWrite & {
  readonly versionId: string;
  readonly textSha256: string;
};

/** An article as it will be once the batch is written. */
export type Working = KnownArticle & { readonly isNew: boolean };

/** A version that is there or that the batch brings. */
type KnownVersion = ArticleMetadata & Pick<StoredVersion, "id" | "number" | "textSha256">;

/**
 * Decides what becomes of the items of a batch, in their order: each sees what those before it will
 * have done. Nothing is written here.
 */
export function decide(
  items: readonly PreparedItem[],
  existing: Existing,
  options: DecisionOptions,
): Decision {
  return new Decider(existing, options).decide(items);
}

class Decider {
  readonly #existing: Existing;
  readonly #byKey = new Map<string, string>();
  readonly #options: DecisionOptions;
  /** The first article of each text, by its hash. */
  readonly #byText = new Map<string, SameText>();
  readonly #articles = new Map<string, Working>();
  readonly #touched = new Set<string>();
  readonly #indexed = new Map<string, PreparedArticle>();
  readonly #versions: VersionToWrite[] = [];
  /** By the id of their article. */
  readonly #versionsOf = new Map<string, KnownVersion[]>();
  readonly #sets = new Map<string, ImportedSet>();
  /** What people of this project marked themselves. */
  readonly #ownSets = new Map<string, StoredSet[]>();
  readonly #writtenSets = new Map<string, SetToWrite>();
  /** Articles of this batch; of those of which records of ours hold several versions, each by itself. */
  readonly #seen = new Map<string, SeenArticle>();
  readonly #namesTaken: string[] = [];

  constructor(existing: Existing, options: DecisionOptions) {
    this.#existing = existing;
    this.#options = options;
    for (const same of existing.sameText) this.#rememberText(same);
    for (const article of existing.articles) this.#remember({ ...article, isNew: false });
    for (const { articleId, ...version } of existing.versions) {
      this.#rememberVersion(articleId, version);
    }
    for (const set of existing.sets) {
      const key = setKey(set.versionId, set.annotator);
      if (set.kind === "imported") this.#sets.set(key, set);
      else this.#ownSets.set(key, [...(this.#ownSets.get(key) ?? []), set]);
    }
  }

  decide(items: readonly PreparedItem[]): Decision {
    const outcomes = items.map((item) => this.#outcome(item));
    const touched = [...this.#articles.values()].filter(({ id }) => this.#touched.has(id));
    return {
      created: touched.filter(({ isNew }) => isNew),
      changed: touched.filter(({ isNew }) => !isNew),
      versions: this.#versions,
      indexed: this.#indexed,
      sets: [...this.#writtenSets.values()],
      items: outcomes,
      seen: this.#seen,
      namesTaken: this.#namesTaken,
    };
  }

  #outcome(item: PreparedItem): Omit<ImportItemRow, "item"> {
    const { path, line } = item;
    if (item.kind === "rejected") return rejected(item);
    const known = this.#find(item);
    const seen = known ? this.#seenOf(known, item) : undefined;
    if (known && seen) return this.#join(known, seen, item);
    const taken = known ? this.#reasonOfName(known, item) : null;
    if (taken !== null) {
      this.#namesTaken.push(path);
      return rejected({ path, line, column: null, reason: taken });
    }
    const warnings = [...item.warnings];
    const same = this.#byText.get(item.textSha256);
    const isNewText = known?.textSha256 !== item.textSha256;
    if (isNewText && same && same.id !== known?.id) {
      const message = `Its text is the same as that of another article here, “${same.title}”.`;
      warnings.push({ code: "same_text", message, line: null, field: null });
    }
    const { outcome, id } = known ? this.#update(known, item) : this.#create(item);
    const annotators = this.#annotatorsOf(item, { ours: this.#isOurs(id, item) });
    this.#seen.set(seenKey(id, item), { path, line, annotators });
    return {
      path,
      line,
      column: null,
      outcome,
      reason: null,
      warnings,
      articleId: id,
      title: item.article.title,
      annotators,
    };
  }

  /** What the import has been through of an article, or of the version of it that a record of ours names. */
  #seenOf(known: Working, item: PreparedArticle): SeenArticle | undefined {
    const key = seenKey(known.id, item);
    return this.#seen.get(key) ?? this.#existing.seen.get(key);
  }

  /**
   * What becomes of a further item of an article. Of programs that write a record for each annotator, it is the work of
   * another one; else it is rejected.
   */
  #join(known: Working, seen: SeenArticle, item: PreparedArticle): Omit<ImportItemRow, "item"> {
    const { path, line, article } = item;
    const ours = this.#isOurs(known.id, item);
    const annotators = this.#annotatorsOf(item, { ours });
    const isWorkOfOthers =
      annotators.length > 0 && annotators.every((one) => !seen.annotators.includes(one));
    const isCurrent = item.version === null || item.version === known.version;
    if (!isWorkOfOthers || !isCurrent || item.textSha256 !== known.textSha256) {
      return rejected({ path, line, column: null, reason: reasonAgain(seen, item) });
    }
    const warnings = [...item.warnings];
    if (!isDeepStrictEqual(metadataOf(item), metadataIn(known))) {
      const message = `What it says of the article is not what ${placeOf(seen)} says, which counts.`;
      warnings.push({ code: "detail_left_out", message, line: null, field: null });
    }
    const isNew = this.#annotate(known, article.annotations, { ours });
    if (isNew) this.#touched.add(known.id);
    const all = [...seen.annotators, ...annotators];
    this.#seen.set(seenKey(known.id, item), { ...seen, annotators: all });
    return {
      path,
      line,
      column: null,
      outcome: isNew ? "updated" : "unchanged",
      reason: null,
      warnings,
      articleId: known.id,
      title: known.title,
      annotators,
    };
  }

  /** The article that an item is, if it is there or came before in the batch. */
  #find({ identity: { recordId, sourceKey, recordKey } }: PreparedArticle): Working | undefined {
    const byId = recordId === null ? undefined : this.#articles.get(recordId);
    const id = this.#byKey.get(sourceKey) ?? this.#byKey.get(recordKey ?? "");
    return byId ?? (id === undefined ? undefined : this.#articles.get(id));
  }

  /**
   * Why a file is not taken for a new version: its name may be that of quite another one. A folder that
   * is known to be the same tells, and so does a path of more than a name where none is known.
   */
  #reasonOfName(known: Working, { identity, folder, textSha256 }: PreparedArticle): string | null {
    const { path } = identity;
    if (path === null || this.#options.update || known.textSha256 === textSha256) return null;
    const isKnown = folder !== null && known.sourceFolder !== null;
    if (isKnown ? folder === known.sourceFolder : path.includes("/")) return null;
    return `The article “${known.title}” has this name and another text. If this is a new version of it, import it as an update; else under another name.`;
  }

  #create(item: PreparedArticle): { outcome: "created"; id: string } {
    const { identity, textSha256, article } = item;
    const id = uuidv7();
    const working: Working = {
      ...metadataOf(item),
      id,
      sourceKey: identity.sourceKey,
      sourceFolder: identity.path === null ? null : item.folder,
      isNew: true,
      version: item.version ?? 1,
      versionId: uuidv7(),
      textSha256,
    };
    this.#remember(working);
    this.#touched.add(id);
    this.#addCurrent(working, item);
    this.#indexed.set(id, item);
    this.#annotate(working, article.annotations, { ours: false });
    return { outcome: "created", id };
  }

  #update(known: Working, item: PreparedArticle): { outcome: "updated" | "unchanged"; id: string } {
    const { identity, textSha256, article, folder } = item;
    const { id } = known;
    const ours = this.#isOurs(id, item);
    const other = this.#otherVersion(known, item);
    if (other) {
      if (other.isNew) this.#addVersion(id, other, item);
      const annotated = this.#annotate({ id, versionId: other.id }, article.annotations, { ours });
      return { outcome: other.isNew || annotated ? "updated" : "unchanged", id };
    }
    const metadata = metadataOf(item);
    const newText = known.textSha256 !== textSha256;
    const newVersion = newText || !isDeepStrictEqual(metadata, metadataIn(known));
    const working: Working = {
      ...known,
      ...metadata,
      sourceFolder: (identity.path === null ? null : folder) ?? known.sourceFolder,
      ...(newVersion
        ? { version: this.#nextNumber(known, item), versionId: uuidv7(), textSha256 }
        : {}),
    };
    if (newVersion) this.#addCurrent(working, item);
    if (newVersion || working.sourceFolder !== known.sourceFolder) {
      this.#remember(working);
      this.#touched.add(id);
    }
    if (newText || metadata.title !== known.title) this.#indexed.set(id, item);
    const newAnnotations = this.#annotate(working, article.annotations, { ours });
    if (newAnnotations) this.#touched.add(id);
    return { outcome: newVersion || newAnnotations ? "updated" : "unchanged", id };
  }

  #remember(article: Working): void {
    this.#articles.set(article.id, article);
    this.#byKey.set(article.sourceKey, article.id);
    this.#rememberText(article);
  }

  #rememberText({ id, title, textSha256 }: SameText): void {
    if (!this.#byText.has(textSha256)) this.#byText.set(textSha256, { id, title, textSha256 });
  }

  /**
   * The version that a record of ours holds, where that is not the current one and will not be: one
   * that is there, or one below it that this project has not. Else null.
   */
  #otherVersion(
    known: Working,
    item: PreparedArticle,
  ): (KnownVersion & { readonly isNew: boolean }) | null {
    const { version, textSha256 } = item;
    if (version === null) return null;
    const versions = this.#versionsOf.get(known.id) ?? [];
    const metadata = metadataOf(item);
    const named = versions.find(({ number }) => number === version);
    const found =
      named?.textSha256 === textSha256
        ? named
        : versions.findLast(
            (candidate) =>
              candidate.textSha256 === textSha256 &&
              isDeepStrictEqual(metadataIn(candidate), metadata),
          );
    if (found) return found.number === known.version ? null : { ...found, isNew: false };
    if (named || version > known.version) return null;
    return { ...metadata, id: uuidv7(), number: version, textSha256, isNew: true };
  }

  /** A record of ours keeps its version's number where none here is as high yet. */
  #nextNumber(known: Working, { version }: PreparedArticle): number {
    return Math.max(known.version + 1, version ?? 0);
  }

  #addCurrent(working: Working, item: PreparedArticle): void {
    const { id, versionId, version, textSha256 } = working;
    const added = { ...metadataIn(working), id: versionId, number: version, textSha256 };
    this.#addVersion(id, added, item);
  }

  #addVersion(
    articleId: string,
    version: KnownVersion,
    { article, textBytes, textLength }: PreparedArticle,
  ): void {
    const { id, number, textSha256 } = version;
    const { blocks } = article;
    const row = { id, articleId, number, textBytes, textSha256, textLength, blocks };
    this.#versions.push({ ...metadataIn(version), ...row });
    this.#rememberVersion(articleId, version);
  }

  #rememberVersion(articleId: string, version: KnownVersion): void {
    const versions = this.#versionsOf.get(articleId) ?? [];
    versions.push(version);
    this.#versionsOf.set(articleId, versions);
  }

  /** Whether an item's annotators are those of this project. */
  #isOurs(articleId: string, { ours, identity }: PreparedArticle): boolean {
    return ours && identity.recordId === articleId;
  }

  #numberOf({ annotator }: IncomingAnnotations, ours: boolean): number {
    const own = ours ? numberIn(annotator, this.#existing.numbers) : null;
    return own ?? this.#existing.annotatorNumber(annotator);
  }

  #annotatorsOf({ article }: PreparedArticle, { ours }: { ours: boolean }): number[] {
    return article.annotations.map((annotations) => this.#numberOf(annotations, ours));
  }

  /**
   * @param ours whether the annotators are those of this project: then what one of them marked here is
   *   not taken for something that was brought along
   * @returns whether that changed anything
   */
  #annotate(
    { id, versionId }: Pick<Working, "id" | "versionId">,
    given: readonly IncomingAnnotations[],
    { ours }: { ours: boolean },
  ): boolean {
    let changed = false;
    for (const annotations of given) {
      const annotator = this.#numberOf(annotations, ours);
      const key = setKey(versionId, annotator);
      if ((this.#ownSets.get(key) ?? []).some((set) => sameAnnotations(set, annotations))) continue;
      const known = this.#sets.get(key);
      if (known && sameAnnotations(known, annotations)) continue;
      const { spans, relations } = annotations;
      const set: ImportedSet = {
        id: known?.id ?? uuidv7(),
        versionId,
        annotator,
        spans,
        relations,
        note: annotations.about?.note ?? known?.note ?? "",
        attributes: annotations.about?.attributes ?? known?.attributes ?? {},
      };
      const replaces = this.#writtenSets.get(key)?.replaces ?? known !== undefined;
      this.#sets.set(key, set);
      const { about } = annotations;
      this.#writtenSets.set(key, { ...set, about, articleId: id, replaces });
      changed = true;
    }
    return changed;
  }
}

/** Why an item cannot be in the import, if another of it is the same article. */
function reasonAgain(seen: SeenArticle, { article, identity }: PreparedArticle): string {
  const { sourceId, url } = article;
  const what =
    sourceId !== null
      ? `the id ${JSON.stringify(sourceId)}`
      : url !== null
        ? `the address ${url}`
        : identity.path !== null
          ? "this path"
          : "this title and text";
  return `Another article of this import has ${what}: ${placeOf(seen)}. Only that one was taken.`;
}

const placeOf = ({ path, line }: SeenArticle) => (line === null ? path : `${path}, line ${line}`);

const metadataOf = ({ article }: PreparedArticle) => metadataIn(article);

function metadataIn(described: ArticleMetadata): ArticleMetadata {
  const { sourceId, title, publisher, author, url, publishedAt, language, meta } = described;
  return { sourceId, title, publisher, author, url, publishedAt, language, meta };
}

/** What may be once in an import: an article, or a version of one where records of ours say which. */
const seenKey = (articleId: string, { version }: PreparedArticle) =>
  version === null ? articleId : `${articleId} ${version}`;

const setKey = (versionId: string, annotator: number) => `${versionId} ${annotator}`;

function rejected(
  item: Pick<ImportItemRow, "path" | "line" | "column"> & { reason: string },
): Omit<ImportItemRow, "item"> {
  const { path, line, column, reason } = item;
  return {
    path,
    line,
    column,
    outcome: "rejected",
    reason,
    warnings: [],
    articleId: null,
    title: null,
    annotators: [],
  };
}

function sameAnnotations(
  one: Pick<ImportedSet, "spans" | "relations" | "note" | "attributes">,
  other: IncomingAnnotations,
): boolean {
  return (
    one.note === (other.about?.note ?? one.note) &&
    isDeepStrictEqual(one.attributes, other.about?.attributes ?? one.attributes) &&
    one.spans.length === other.spans.length &&
    one.relations.length === other.relations.length &&
    isDeepStrictEqual(byId(one.spans), byId(other.spans)) &&
    isDeepStrictEqual(byId(one.relations), byId(other.relations))
  );
}

function byId<T extends { readonly id: string }>(records: readonly T[]): Map<string, T> {
  return new Map(records.map((record) => [record.id, record]));
}
