"use client";

import { lastAddress } from "@/components/articles/remembered-lists";
import { Button, ButtonLink } from "@/components/ui/button";
import { classNames } from "@/components/ui/class-names";
import { Select } from "@/components/ui/field";
import { IconButton } from "@/components/ui/icon-button";
import { Kbd } from "@/components/ui/kbd";
import { OWN_SET } from "@/lib/annotator/layers";
import { setName } from "@/lib/annotator/wording";
import type { AnnotatePage } from "./annotate-page-props";
import { NOTICES } from "./notices";
import { useKeyOf } from "./own-keys";
import { SaveIndicator } from "./save-indicator";
import { type SyncedAnnotator, useAnnotatorState, useOwnSet } from "./use-annotator";

/** On a low screen, as a page at 200 % is one, the text needs the line that a word more would take. */
const LOW = "max-lg:[@media(height<=36rem)]:sr-only";

/** The bar over the text: where one is, whether it is saved, and what can be done with all of it. */
export function Header({
  annotator,
  page,
  busy,
  onSubmit,
  onReopen,
  onNext,
  onHelp,
  onCommands,
}: {
  annotator: SyncedAnnotator;
  page: AnnotatePage;
  busy: boolean;
  onSubmit: () => void;
  onReopen: () => void;
  onNext: () => void;
  onHelp: () => void;
  onCommands: () => void;
}) {
  const { shown, allRelations, writable } = useAnnotatorState(annotator);
  const own = useOwnSet(annotator);
  const [undoKey, redoKey] = [useKeyOf("undo"), useKeyOf("redo")];
  const [helpKey, paletteKey] = [useKeyOf("help"), useKeyOf("palette")];
  // The text has the page's heading, unless its title is no part of it.
  const Title = page.version.blocks.some(({ kind }) => kind === "title") ? "p" : "h1";
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5 border-b border-line bg-surface px-3 py-2">
      <ButtonLink
        variant="quiet"
        size="small"
        icon="back"
        href={
          page.practice
            ? "/"
            : `/projects/${page.project.slug}/articles${lastAddress(page.project.slug)}`
        }
        aria-label={page.practice ? "Back to your projects" : "Back to the articles"}
      >
        <span className={classNames("max-sm:sr-only", LOW)}>
          {page.practice ? "Projects" : "Articles"}
        </span>
      </ButtonLink>
      <Title className="min-w-0 flex-1 basis-48 truncate font-medium max-lg:sr-only">
        <bdi>{page.article.title}</bdi>
      </Title>
      {own && (
        <SaveIndicator
          saving={own.saving}
          lost={own.lost.length}
          onLook={() => document.getElementById(NOTICES)?.focus()}
        />
      )}
      <div className="flex items-center gap-0.5">
        {own && (
          <>
            <IconButton
              icon="undo"
              label="Undo"
              keys={undoKey}
              size="small"
              disabled={!own.canUndo || !writable}
              onClick={() => annotator.undo()}
            />
            <IconButton
              icon="redo"
              label="Redo"
              keys={redoKey}
              size="small"
              disabled={!own.canRedo || !writable}
              onClick={() => annotator.redo()}
            />
          </>
        )}
        <IconButton
          icon="link"
          label="Show all relations"
          size="small"
          aria-pressed={allRelations}
          onClick={() => annotator.toggleAllRelations()}
        />
        <IconButton icon="keyboard" label="Keys" keys={helpKey} size="small" onClick={onHelp} />
        {/* The way to what has no button of its own, for who has no keys. */}
        <IconButton
          icon="more"
          label="All commands"
          keys={paletteKey}
          size="small"
          onClick={onCommands}
        />
      </div>
      {annotator.readOnlySets.length > 0 && (
        <div className="flex min-w-0 items-center gap-1.5 text-sm">
          <span aria-hidden="true" className={classNames("text-muted", LOW)}>
            Layer
          </span>
          <Select
            label="Layer"
            hideLabel
            className="compact max-w-44"
            value={shown}
            onChange={({ target }) => annotator.show(target.value)}
            options={[
              ...(annotator.ownSet ? [{ value: OWN_SET, label: "Mine" }] : []),
              ...annotator.readOnlySets.map((other) => ({
                value: other.id,
                label: setName(other),
              })),
            ]}
          />
        </div>
      )}
      <div className="ms-auto flex items-center gap-2">
        {own &&
          (own.submittedAt === null ? (
            <Button key="submit" size="small" variant="primary" busy={busy} onClick={onSubmit}>
              <Finishing word="Submit" />
            </Button>
          ) : (
            <Button key="reopen" size="small" busy={busy} onClick={onReopen}>
              <Finishing word="Reopen" />
            </Button>
          ))}
        {own && !page.practice && (
          <Button size="small" variant={own.submittedAt ? "primary" : "secondary"} onClick={onNext}>
            Next article
          </Button>
        )}
      </div>
    </div>
  );
}

/** One of two words in the room that both need: nothing jumps when the set is submitted or reopened. */
function Finishing({ word }: { word: "Submit" | "Reopen" }) {
  return (
    <span className="grid items-center justify-items-center *:[grid-area:1/1]">
      <span className={classNames("flex items-center gap-2", word !== "Submit" && "invisible")}>
        Submit
        <span className="contents max-lg:hidden">
          <Kbd>Ctrl+Enter</Kbd>
        </span>
      </span>
      <span className={classNames(word !== "Reopen" && "invisible")}>Reopen</span>
    </span>
  );
}
