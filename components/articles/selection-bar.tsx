import { useEffect, useEffectEvent, useState } from "react";
import type { ListedArticle } from "@/lib/api/articles";
import { DeleteArticles } from "../trash/delete-articles";
import { Button } from "../ui/button";
import { IconButton } from "../ui/icon-button";

/** What can be done with the articles that are selected in the list; loaded when some are. */
export function SelectionBar({
  project,
  chosen,
  shown,
  isAsking,
  onAsk,
  onChoose,
  onDeleted,
  onRestored,
}: {
  /** Its slug. */
  project: string;
  chosen: readonly ListedArticle[];
  /** How many there are in the list so far. */
  shown: readonly ListedArticle[];
  /** Whether it is asked if they may be deleted. */
  isAsking: boolean;
  onAsk: (asks: boolean) => void;
  onChoose: (ids: readonly string[]) => void;
  onDeleted: (ids: readonly string[]) => void;
  onRestored: (ids: readonly string[]) => void;
}) {
  // What is asked about stays the same while the question fades.
  const [asked, setAsked] = useState(chosen);
  if (isAsking && chosen.length > 0 && asked !== chosen) setAsked(chosen);
  const all = () => onChoose(shown.map(({ id }) => id));
  const press = useEffectEvent((event: KeyboardEvent) => {
    const { target, key } = event;
    if (event.defaultPrevented || isAsking || !(target instanceof HTMLElement)) return;
    if (key === "Escape") onChoose([]);
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
  const figure = chosen.length.toLocaleString("en");
  return (
    <>
      {isOpen && (
        <section aria-label="Selected articles" className="selection-bar">
          <p role="status" dir="auto" className="figures me-auto font-medium">
            {figure} selected
          </p>
          {chosen.length < shown.length && (
            <Button size="small" variant="quiet" onClick={all}>
              Select all {shown.length.toLocaleString("en")}
              <span className="max-sm:sr-only">shown</span>
            </Button>
          )}
          <Button size="small" icon="trash" onClick={() => onAsk(true)}>
            Delete…
          </Button>
          <IconButton
            size="small"
            variant="quiet"
            icon="close"
            label="Select none"
            keys="Esc"
            onClick={() => onChoose([])}
          />
        </section>
      )}
      <DeleteArticles
        project={project}
        articles={asked}
        open={isAsking}
        onOpenChange={onAsk}
        onLeaveOut={(ids) => {
          const left = new Set(ids);
          onChoose(chosen.map(({ id }) => id).filter((id) => !left.has(id)));
        }}
        onDeleted={onDeleted}
        onRestored={onRestored}
      />
    </>
  );
}
