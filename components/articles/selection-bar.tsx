import {
  type Dispatch,
  type SetStateAction,
  useEffect,
  useEffectEvent,
  useMemo,
  useState,
} from "react";
import type { ListedArticle } from "@/lib/api/articles";
import { inFigures } from "@/lib/domain/figures";
import { DeleteArticles } from "../trash/delete-articles";
import { Button } from "../ui/button";
import { IconButton } from "../ui/icon-button";
import type { Selection } from "./use-selection";

/** What can be done with the articles that are selected in the list; loaded when some are. */
export function SelectionBar({
  project,
  articles,
  selection: { ids, setIds, isAsking, setAsking },
  setGone,
}: {
  /** Its slug. */
  project: string;
  /** What there is in the list so far. */
  articles: readonly ListedArticle[];
  selection: Selection;
  /** Which articles the list leaves out, because they were deleted here. */
  setGone: Dispatch<SetStateAction<ReadonlySet<string>>>;
}) {
  const chosen = useMemo(() => articles.filter(({ id }) => ids.has(id)), [articles, ids]);
  const choose = (some: readonly string[]) => setIds(new Set(some));
  // What is asked about stays the same while the question fades.
  const [asked, setAsked] = useState(chosen);
  if (isAsking && chosen.length > 0 && asked !== chosen) setAsked(chosen);
  const all = () => choose(articles.map(({ id }) => id));
  const press = useEffectEvent((event: KeyboardEvent) => {
    const { target, key } = event;
    if (event.defaultPrevented || isAsking || !(target instanceof HTMLElement)) return;
    if (key === "Escape") choose([]);
    const isAll = key.toLowerCase() === "a" && (event.ctrlKey || event.metaKey);
    if (!isAll || target.matches("input:not([type=checkbox]), textarea, select")) return;
    event.preventDefault();
    all();
  });
  const isOpen = chosen.length > 0;
  useEffect(() => {
    if (!isOpen) return;
    const hear = (event: KeyboardEvent) => press(event);
    document.addEventListener("keydown", hear);
    return () => document.removeEventListener("keydown", hear);
  }, [isOpen]);
  return (
    <>
      {isOpen && (
        <section aria-label="Selected articles" className="selection-bar">
          <p role="status" dir="auto" className="figures me-auto font-medium">
            {inFigures(chosen.length)} selected
          </p>
          {chosen.length < articles.length && (
            <Button size="small" variant="quiet" onClick={all}>
              Select all {inFigures(articles.length)}
              <span className="max-sm:sr-only">shown</span>
            </Button>
          )}
          <Button size="small" icon="trash" onClick={() => setAsking(true)}>
            Delete…
          </Button>
          <IconButton
            size="small"
            variant="quiet"
            icon="close"
            label="Select none"
            keys="Esc"
            onClick={() => choose([])}
          />
        </section>
      )}
      <DeleteArticles
        project={project}
        articles={asked}
        open={isAsking}
        onOpenChange={setAsking}
        onLeaveOut={(ids) => {
          const left = new Set(ids);
          choose(chosen.map(({ id }) => id).filter((id) => !left.has(id)));
        }}
        onDeleted={(gone) => setGone((before) => new Set([...before, ...gone]))}
        onRestored={(back) => {
          const here = new Set(back);
          setGone((before) => new Set([...before].filter((id) => !here.has(id))));
        }}
      />
    </>
  );
}
