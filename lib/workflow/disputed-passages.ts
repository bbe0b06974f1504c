import { z } from "zod";
import type { Actor } from "@/lib/access/actor";
import type { DisputedPassages } from "@/lib/api/agreement";
import { alignSpans } from "@/lib/domain/agreement/matching";
import type { SubmittedWork } from "@/lib/domain/agreement/report";
import { extentOf } from "@/lib/domain/likeness";
import { MAX_INT } from "@/lib/domain/limits";
import type { Range } from "@/lib/domain/text";
import { inOneSnapshot, type Sql } from "@/lib/store/database";
import {
  piecesOfText,
  readWork,
  titlesOf,
  versionsToCompare,
  type WorkedVersion,
  type WorkSelection,
} from "@/lib/store/submitted-work";
import { visibleRoundId } from "./assigning";
import { Comparable } from "./making-agreement-reports";
import { type PageAsked, readCursor, writeCursor } from "./paging";
import { projectFor } from "./projects";

/** A cell of a confusion matrix: what each of two reviewers made of a place, null for nothing. */
type Cell = { readonly one: string | null; readonly other: string | null };

type PassagesAsked = PageAsked & {
  readonly round?: number | undefined;
  readonly language?: string | undefined;
  /** Only spans of this label, as if there were no others. */
  readonly label?: string | undefined;
  readonly one?: string | undefined;
  readonly other?: string | undefined;
  /** "a1-a2": only these two, of whom the first gave `one`; any two, in whatever order, if left out. */
  readonly pair?: string | undefined;
};

type MarkedSpan = SubmittedWork["spans"][number];

/** A place of a text, and what two reviewers made of it. */
type Passage = {
  readonly version: WorkedVersion;
  /** Of the passages of this version, 0-based. */
  readonly place: number;
  readonly one: { readonly reviewer: string; readonly span: MarkedSpan | null };
  readonly other: { readonly reviewer: string; readonly span: MarkedSpan | null };
};

/** As many versions are gone through for a page: where a cell has few passages, a page has fewer than it may. */
const MOST_READ = 400;

/** Code points of the text before and behind what was marked. */
const AROUND = 120;

/**
 * A page of the passages behind a cell of the confusion matrix, in the order of the articles' ids and of their texts. A page may
 * have none and yet be followed by others.
 *
 * @throws Refusal "not_found", also for a round that there is not, "forbidden", "invalid" for a cursor of another list
 */
export async function disputedPassages(
  actor: Actor,
  projectRef: string,
  { round, language, label, one, other, pair, ...asked }: PassagesAsked,
): Promise<DisputedPassages> {
  const project = await projectFor(actor, projectRef, "see_all_sets");
  const roundId = await visibleRoundId(actor, project, round);
  const selection = { projectId: project.id, roundId, language: language ?? null };
  const cell = { one: one ?? null, other: other ?? null };
  return inOneSnapshot(async (sql) => {
    const { passages, next } = await passagesAfter(sql, selection, {
      cell,
      pair,
      label: label ?? null,
      ...asked,
    });
    return {
      passages: await withTexts(sql, project.id, passages),
      next_cursor: next && writeCursor(next),
    };
  });
}

/** An article's id, the version's number, and the last passage of it that is done; -1 for none. */
type PassagePlace = [articleId: string, version: number, place: number];
const Place = z.tuple([z.uuid(), z.int().min(0).max(MAX_INT), z.int().min(-1)]);

const USUAL_LIMIT = 50;

async function passagesAfter(
  sql: Sql,
  selection: WorkSelection,
  {
    cell,
    pair,
    label,
    cursor,
    limit = USUAL_LIMIT,
  }: PageAsked & { cell: Cell; pair: string | undefined; label: string | null },
): Promise<{ passages: Passage[]; next: PassagePlace | null }> {
  const after = cursor === undefined ? null : readCursor(cursor, Place);
  const comparable = await Comparable.of(sql, selection);
  const labels = [cell.one, cell.other].filter((label) => label !== null);
  const versions = await versionsToCompare(sql, selection, {
    // What sets say of their labels is in the words of their own scheme.
    labels: comparable.isInOneScheme ? labels : [],
    from: after && { articleId: after[0], version: after[1] },
    limit: MOST_READ + 1,
  });
  const passages: Passage[] = [];
  for await (const version of readWork(sql, selection, versions.slice(0, MOST_READ))) {
    const isBegun = after?.[0] === version.articleId && after[1] === version.version;
    const works: SubmittedWork[] = [];
    for (const set of version.sets) works.push(await comparable.work(set, label));
    for (const [place, found] of passagesIn(works, cell, pair).entries()) {
      if (isBegun && place <= after[2]) continue;
      const last = passages.at(-1);
      if (last && passages.length === limit) {
        const { articleId, version: number } = last.version;
        return { passages, next: [articleId, number, last.place] };
      }
      passages.push({ version, place, ...found });
    }
  }
  const unread = versions[MOST_READ];
  return { passages, next: unread ? [unread.articleId, unread.version, -1] : null };
}

type FoundPassage = Pick<Passage, "one" | "other">;

/** What a version has for a cell, in the order of the text, and of the reviewers' numbers. */
function passagesIn(
  works: readonly SubmittedWork[],
  cell: Cell,
  pair: string | undefined,
): FoundPassage[] {
  const found: FoundPassage[] = [];
  for (const [at, one] of works.entries()) {
    for (const other of works.slice(at + 1)) {
      const inOrder = pair === undefined || pair === `${one.reviewer}-${other.reviewer}`;
      if (!inOrder && pair !== `${other.reviewer}-${one.reviewer}`) continue;
      for (const aligned of alignSpans(one.spans, other.spans)) {
        const passage = {
          one: { reviewer: one.reviewer, span: aligned.one },
          other: { reviewer: other.reviewer, span: aligned.other },
        };
        const turned = { one: passage.other, other: passage.one };
        // Without a pair, a disagreement is in the cell whoever of the two gave which label.
        if (inOrder && isIn(cell, passage)) found.push(passage);
        else if ((!inOrder || pair === undefined) && isIn(cell, turned)) found.push(turned);
      }
    }
  }
  return found.sort((a, b) => rangeOf(a).start - rangeOf(b).start);
}

function isIn(cell: Cell, { one, other }: FoundPassage): boolean {
  return (one.span?.label ?? null) === cell.one && (other.span?.label ?? null) === cell.other;
}

/** From the start of what was marked to its end. */
function rangeOf({ one, other }: FoundPassage): Range {
  return extentOf([one.span, other.span].filter((span) => span !== null));
}

async function withTexts(
  sql: Sql,
  projectId: string,
  passages: readonly Passage[],
): Promise<DisputedPassages["passages"]> {
  const pieces = passages.map((passage) => {
    const { start, end } = rangeOf(passage);
    const { versionId, length } = passage.version;
    return {
      versionId,
      start: Math.max(0, start - AROUND),
      end: Math.min(length, end + AROUND),
    };
  });
  const texts = await piecesOfText(sql, pieces);
  const articleIds = passages.map(({ version }) => version.articleId);
  const titles = await titlesOf(sql, { projectId, articleIds });
  return passages.map(({ version, one, other }, at) => ({
    article: { id: version.articleId, title: titles.get(version.articleId) ?? "" },
    version: version.version,
    start: pieces[at]?.start ?? 0,
    text: texts[at] ?? "",
    one: asMarked(one),
    other: asMarked(other),
  }));
}

function asMarked({ reviewer, span }: Passage["one"]) {
  return { reviewer, span: span && { label: span.label, fragments: span.fragments } };
}
