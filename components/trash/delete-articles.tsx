"use client";

import { type Answer, call } from "@/lib/api/client";
import type { WorkOnArticles } from "@/lib/api/trash";
import { counted, inFigures } from "@/lib/domain/figures";
import { MAX_ARTICLES_AT_ONCE } from "@/lib/domain/limits";
import { Button } from "../ui/button";
import { toast } from "../ui/toast";
import { DeletionDialog } from "./deletion-dialog";
import { workInWords } from "./wording";

type NamedArticle = WorkOnArticles["worked_on_by_others"][number];

/** So many titles stand in the question. */
const MOST_NAMED = 5;

/** Asks whether some articles of a project may go; loaded when somebody wants to delete one. */
export function DeleteArticles({
  project,
  articles,
  open,
  onOpenChange,
  onLeaveOut,
  onDeleted,
  onRestored,
}: {
  /** Its slug. */
  project: string;
  articles: readonly NamedArticle[];
  open: boolean;
  onOpenChange: (open: boolean) => void;
  /** These are not to be deleted after all. */
  onLeaveOut: (ids: readonly string[]) => void;
  onDeleted: (ids: readonly string[]) => void;
  /** They have been taken back at once. */
  onRestored: (ids: readonly string[]) => void;
}) {
  const path = { project };
  const ids = articles.map(({ id }) => id);
  async function takeBack() {
    const answer = await inParts(ids, (part) =>
      call("POST /projects/{project}/articles/restore", { path, body: { articles: part } }),
    );
    if (!answer.ok) return toast.error(answer.message);
    const taken = answer.value.reduce((sum, part) => sum + part.taken, 0);
    if (taken > 0) toast.error(`${counted(taken, "article")} had been imported again since.`);
    onRestored(ids);
  }
  return (
    <DeletionDialog
      open={open}
      onOpenChange={onOpenChange}
      about={ids.join()}
      title={
        ids.length === 1 ? "Delete this article?" : `Delete ${counted(ids.length, "article")}?`
      }
      verb="Delete"
      word="delete"
      plan={async () => {
        const answer = await inParts(ids, (part) =>
          call("POST /projects/{project}/articles/work", { path, body: { articles: part } }),
        );
        if (!answer.ok) return answer;
        const work = summed(answer.value);
        const others = work.worked_on_by_others;
        const description = (
          <>
            <Titles articles={articles} />
            <p className="mt-2 text-muted">
              {workInWords(work)} An admin can restore {ids.length === 1 ? "it" : "them"} from the
              trash for 30 days.
            </p>
            {others.length > 0 && others.length < ids.length && (
              <div className="mt-3">
                <p>Other people have worked on:</p>
                <Titles articles={others} />
                <Button
                  size="small"
                  className="mt-2"
                  onClick={() => onLeaveOut(others.map(({ id }) => id))}
                >
                  Leave {others.length === 1 ? "this one" : `these ${others.length}`} out
                </Button>
              </div>
            )}
          </>
        );
        return { ok: true, value: { description, work } };
      }}
      carryOut={(force) =>
        inParts(ids, async (part) => {
          const body = { articles: part, force };
          const answer = await call("POST /projects/{project}/articles/delete", { path, body });
          if (answer.ok) onDeleted(part);
          return answer;
        })
      }
      onDone={() => {
        const are = ids.length === 1 ? "The article is" : `${counted(ids.length, "article")} are`;
        toast.success(`${are} in the trash.`, {
          duration: 10_000,
          action: { label: "Undo", onClick: () => void takeBack() },
        });
      }}
    />
  );
}

function Titles({ articles }: { articles: readonly NamedArticle[] }) {
  const more = articles.length - MOST_NAMED;
  return (
    <ul className="mt-1 space-y-1">
      {articles.slice(0, MOST_NAMED).map(({ id, title }) => (
        <li key={id} dir="auto" className="line-clamp-2 font-reading font-semibold wrap-anywhere">
          {title}
        </li>
      ))}
      {more > 0 && <li className="text-muted">and {inFigures(more)} more</li>}
    </ul>
  );
}

/** Asks about as many articles at once as may be asked about; the first failure is the answer. */
async function inParts<Value>(
  ids: readonly string[],
  ask: (part: string[]) => Promise<Answer<Value>>,
): Promise<Answer<Value[]>> {
  const values: Value[] = [];
  for (let at = 0; at < ids.length; at += MAX_ARTICLES_AT_ONCE) {
    const answer = await ask(ids.slice(at, at + MAX_ARTICLES_AT_ONCE));
    if (!answer.ok) return answer;
    values.push(answer.value);
  }
  return { ok: true, value: values };
}

/** Of several parts: who worked in two of them counts twice. */
function summed(parts: readonly WorkOnArticles[]): WorkOnArticles {
  const total = (of: (part: WorkOnArticles) => number) =>
    parts.reduce((sum, part) => sum + of(part), 0);
  return {
    articles: total(({ articles }) => articles),
    annotation_sets: total(({ annotation_sets }) => annotation_sets),
    spans: total(({ spans }) => spans),
    people: total(({ people }) => people),
    of_others: {
      annotation_sets: total(({ of_others }) => of_others.annotation_sets),
      spans: total(({ of_others }) => of_others.spans),
      people: total(({ of_others }) => of_others.people),
    },
    worked_on_by_others: parts.flatMap(({ worked_on_by_others }) => worked_on_by_others),
  };
}
