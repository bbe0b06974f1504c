"use client";

import { lastAddress } from "@/components/articles/remembered-lists";
import { Button, ButtonLink, IconButton } from "@/components/ui/button";
import { Kbd } from "@/components/ui/tooltip";
import type { AnnotatorController } from "@/lib/annotator/controller";
import { layerName } from "@/lib/annotator/layers";
import type { Opened } from "@/lib/annotator/opened";
import { SaveIndicator } from "./save-indicator";
import { useAnnotatorState, useSession } from "./use-annotator";

/** The bar over the text: where one is, whether it is saved, and what can be done with all of it. */
export function Header({
  annotator,
  opened,
  busy,
  onSubmit,
  onReopen,
  onNext,
  onHelp,
}: {
  annotator: AnnotatorController;
  opened: Opened;
  busy: boolean;
  onSubmit: () => void;
  onReopen: () => void;
  onNext: () => void;
  onHelp: () => void;
}) {
  const { layer, allRelations, writable } = useAnnotatorState(annotator);
  const session = useSession(annotator);
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5 border-b border-line bg-surface px-3 py-2">
      <ButtonLink
        variant="quiet"
        size="small"
        icon="back"
        href={`/projects/${opened.project.slug}/articles${lastAddress(opened.project.slug)}`}
        aria-label="Back to the articles"
      >
        <span className="max-sm:sr-only">Articles</span>
      </ButtonLink>
      <h1 className="min-w-0 flex-1 basis-48 truncate font-medium max-lg:sr-only">
        <bdi>{opened.article.title}</bdi>
      </h1>
      {session && (
        <SaveIndicator saving={session.saving} onRetry={() => annotator.session?.resume()} />
      )}
      <div className="flex items-center gap-0.5">
        {session && (
          <>
            <IconButton
              icon="undo"
              label="Undo"
              keys="Ctrl+Z"
              size="small"
              disabled={!session.canUndo || !writable}
              onClick={() => annotator.undo()}
            />
            <IconButton
              icon="redo"
              label="Redo"
              keys="Ctrl+Shift+Z"
              size="small"
              disabled={!session.canRedo || !writable}
              onClick={() => annotator.redo()}
            />
          </>
        )}
        <IconButton
          icon="link"
          label="Show all relations"
          size="small"
          aria-pressed={allRelations}
          onClick={() => annotator.toggleRelations()}
        />
        <IconButton icon="keyboard" label="Keys" keys="?" size="small" onClick={onHelp} />
      </div>
      {annotator.others.length > 0 && (
        <label className="flex items-center gap-1.5 text-sm">
          <span className="text-muted">Layer</span>
          <select
            value={layer}
            onChange={({ target }) => annotator.show(target.value)}
            className="h-8 max-w-44 truncate rounded-md border border-edge bg-surface px-2"
          >
            {annotator.session && <option value="mine">Mine</option>}
            {annotator.others.map((other) => (
              <option key={other.id} value={other.id}>
                {layerName(other)}
              </option>
            ))}
          </select>
        </label>
      )}
      <div className="ms-auto flex items-center gap-2">
        {session &&
          (session.submittedAt === null ? (
            <Button size="small" variant="primary" busy={busy} onClick={onSubmit}>
              Submit
              <span className="contents max-lg:hidden">
                <Kbd>Ctrl+Enter</Kbd>
              </span>
            </Button>
          ) : (
            <Button size="small" busy={busy} onClick={onReopen}>
              Reopen
            </Button>
          ))}
        {session && (
          <Button
            size="small"
            variant={session.submittedAt ? "primary" : "secondary"}
            onClick={onNext}
          >
            Next article
          </Button>
        )}
      </div>
    </div>
  );
}
