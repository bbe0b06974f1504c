import type { Undoing, Work } from "@/lib/api/trash";
import { counted, inFigures } from "@/lib/domain/figures";

/** What has been marked in what would go, in a sentence. */
export function workInWords({ articles, annotation_sets: sets, spans, people }: Work): string {
  const them = articles > 1 ? "them" : "it";
  if (sets === 0) return `Nobody has marked anything in ${them}.`;
  const of = people > 0 ? `, of ${counted(people, "person", "people")}` : ", from files";
  return `${counted(sets, "annotation set")} with ${counted(spans, "span")}${of}, ${sets === 1 ? "goes" : "go"} with ${them}.`;
}

/** What other people have done in it; null if nothing. */
export function workOfOthersInWords({ of_others: others }: Work): string | null {
  if (others.annotation_sets === 0) return null;
  const who = others.people === 1 ? "Another person has" : `${others.people} other people have`;
  return `${who} worked on this: ${counted(others.annotation_sets, "annotation set")} with ${counted(others.spans, "span")}.`;
}

/** What undoing an import does, a sentence each. */
export function undoingInWords({ articles, versions, kept }: Undoing): string[] {
  const stays = (count: number) =>
    count === 1 ? "1 article stays as it is" : `${inFigures(count)} articles stay as they are`;
  return [
    articles > 0 &&
      `${counted(articles, "article")} that it created ${articles === 1 ? "goes" : "go"} into the trash.`,
    versions > 0 &&
      `In ${counted(versions, "article")} the version before becomes the current one again.`,
    kept.worked > 0 && `${stays(kept.worked)}, for people have worked on the version it brought.`,
    kept.changed_since > 0 && `${stays(kept.changed_since)}, for later imports have changed them.`,
    kept.overwritten > 0 &&
      `${stays(kept.overwritten)}, for what it replaced in them was kept nowhere.`,
  ].filter((line) => line !== false);
}
