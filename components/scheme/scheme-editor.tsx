"use client";

import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from "react";
import { counted } from "@/lib/domain/figures";
import { labelStyle, styleNumberOf } from "@/lib/domain/label-style";
import { MAX_LABELS, MAX_RELATION_TYPES } from "@/lib/domain/limits";
import type { SchemeProblem } from "@/lib/domain/scheme-check";
import {
  addLabel,
  addRelation,
  type DraftLabel,
  moved,
  type SchemeDraft,
  takeOutLabel,
  takeOutRelation,
  withOwnStyles,
} from "@/lib/domain/scheme-draft";
import { Button } from "../ui/button";
import { TextField } from "../ui/field";
import { IconButton } from "../ui/icon-button";
import { LabelBadge } from "../ui/label-badge";
import { AttributesForm } from "./attributes-form";
import type { Editing } from "./editing";
import { LabelForm } from "./label-form";
import { RelationForm } from "./relation-form";
import { TakenOutList } from "./taken-out";

/** What is shown beside the list; the article where there is no id. */
type Chosen =
  | { readonly of: "label" | "relation"; readonly id: number }
  | { readonly of: "article" };

/**
 * The form of a whole scheme: its labels, relation types and the article in a list, and all of the one that is chosen.
 * Owns no data: the parent holds the draft.
 */
export function SchemeEditor({
  draft,
  problems,
  showsProblems,
  onChange,
}: {
  draft: SchemeDraft;
  problems: readonly SchemeProblem[];
  /** Whether fields say what is wrong with them. */
  showsProblems: boolean;
  onChange: (what: string, draft: SchemeDraft) => void;
}) {
  const [chosen, setChosen] = useState<Chosen>(() => {
    const [first] = draft.labels;
    return first ? { of: "label", id: first.id } : { of: "article" };
  });
  const [sought, setSought] = useState("");
  const wanted = useRef<string | null>(null);
  useEffect(() => {
    if (wanted.current === null) return;
    const target = document.getElementById(wanted.current);
    if (!target) return;
    wanted.current = null;
    target.focus();
  });
  const errors = new Map<string, string>();
  for (const { path, message } of problems) {
    const at = path.join(".");
    if (!errors.has(at)) errors.set(at, message);
    // Lists say at their end what is wrong with one of theirs.
    const [of, index, end] = path;
    const list = `${of}.${index}.${end}`;
    if (of === "relations" && (end === "from" || end === "to") && !errors.has(list)) {
      errors.set(list, message);
    }
  }
  const editing: Editing = {
    draft,
    change: onChange,
    errorAt: (path) => (showsProblems ? (errors.get(path) ?? null) : null),
    focusOn: (id) => {
      wanted.current = id;
    },
  };
  const faultsOf = (start: string) =>
    problems.filter(({ path }) => `${path.join(".")}.`.startsWith(`${start}.`)).length;

  const label = chosen.of === "label" ? draft.labels.find(({ id }) => id === chosen.id) : undefined;
  const relation =
    chosen.of === "relation" ? draft.relations.find(({ id }) => id === chosen.id) : undefined;
  const choose = (next: Chosen) => {
    setChosen(next);
    editing.focusOn("scheme-detail");
  };

  const moveLabel = (id: number, by: number) => {
    const labels = moved(withOwnStyles(draft.labels), id, by);
    onChange("move a label", { ...draft, labels });
  };
  const moveRelation = (id: number, by: number) => {
    onChange("move a relation type", { ...draft, relations: moved(draft.relations, id, by) });
  };
  /** Alt and an arrow move what has the focus. */
  const moves = (id: number, move: (id: number, by: number) => void) => (event: KeyboardEvent) => {
    if (!event.altKey || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
    event.preventDefault();
    move(id, event.key === "ArrowUp" ? -1 : 1);
    const { currentTarget } = event;
    editing.focusOn(currentTarget.id);
  };

  const needle = sought.trim().toLowerCase();
  const shown = draft.labels
    .map((one, index) => ({ one, index }))
    .filter(({ one }) =>
      [one.name.replaceAll("_", " "), one.name, one.group, one.definition].some((text) =>
        text.toLowerCase().includes(needle),
      ),
    );
  const isChosen = (of: Chosen["of"], id?: number) =>
    chosen.of === of && (chosen.of === "article" || chosen.id === id);
  const item = (
    key: string,
    next: Chosen,
    words: ReactNode,
    faults: number,
    onKeyDown?: (event: KeyboardEvent) => void,
  ) => (
    <button
      id={key}
      type="button"
      aria-current={isChosen(next.of, "id" in next ? next.id : undefined) ? "true" : undefined}
      onClick={() => choose(next)}
      onKeyDown={onKeyDown}
      className="flex w-full min-w-0 items-center gap-2 rounded-md px-2 py-1.5 text-start hover:bg-sunken aria-[current]:bg-accent-soft aria-[current]:font-medium"
    >
      <span className="min-w-0 grow truncate">{words}</span>
      {showsProblems && faults > 0 && (
        <span className="shrink-0 text-sm font-medium text-danger">{counted(faults, "error")}</span>
      )}
    </button>
  );
  const labelItem = (one: DraftLabel, index: number) =>
    item(
      `item-${one.id}`,
      { of: "label", id: one.id },
      <>
        <LabelBadge
          style={labelStyle(styleNumberOf(one.style === null ? {} : { style: one.style }, index))}
          letter={one.letter}
          name={one.name === "" ? "(no name yet)" : one.name.replaceAll("_", " ")}
        />
        {one.key !== "" && <kbd className="ms-2 text-sm text-muted">{one.key}</kbd>}
      </>,
      faultsOf(`labels.${index}`),
      moves(one.id, moveLabel),
    );
  const groups = [...new Set(shown.map(({ one }) => one.group))];
  const title =
    label !== undefined
      ? `Label ${label.name === "" ? "without a name" : label.name.replaceAll("_", " ")}`
      : relation !== undefined
        ? `Relation ${relation.name === "" ? "without a name" : relation.name.replaceAll("_", " ")}`
        : "Article";
  return (
    <div className="grid items-start gap-6 md:grid-cols-[17rem_minmax(0,1fr)]">
      <nav
        aria-label="Parts of the scheme"
        className="rounded-lg border border-line bg-surface p-2 md:sticky md:top-[calc(var(--bar-height)+0.75rem)] md:max-h-[calc(100dvh-var(--bar-height)-1.5rem)] md:overflow-y-auto"
      >
        <h2 className="px-2 pt-1 pb-1.5 font-semibold">
          Labels <span className="figures font-normal text-muted">{draft.labels.length}</span>
        </h2>
        {draft.labels.length > 8 && (
          <TextField
            label="Find a label"
            hideLabel
            placeholder="Find a label"
            type="search"
            className="px-1 pb-2"
            value={sought}
            onChange={({ target }) => setSought(target.value)}
          />
        )}
        <div className="max-h-80 overflow-y-auto md:max-h-none">
          {groups.map((group) => (
            <div key={group}>
              {(groups.length > 1 || group !== "") && (
                <h3 dir="auto" className="px-2 pt-2 pb-0.5 text-sm font-medium text-muted">
                  {group === "" ? "Without a group" : group}
                </h3>
              )}
              <ul>
                {shown
                  .filter(({ one }) => one.group === group)
                  .map(({ one, index }) => (
                    <li key={one.id}>{labelItem(one, index)}</li>
                  ))}
              </ul>
            </div>
          ))}
          {shown.length === 0 && <p className="px-2 text-sm text-muted">None is like this.</p>}
        </div>
        <TakenOutList
          editing={editing}
          items={draft.out.filter(({ kind }) => kind === "label")}
          targets={draft.labels}
        />
        <Button
          size="small"
          variant="quiet"
          icon="plus"
          disabled={draft.labels.length >= MAX_LABELS}
          onClick={() => {
            const { draft: more, id } = addLabel(draft);
            setSought("");
            onChange("add a label", more);
            setChosen({ of: "label", id });
            editing.focusOn(`label-${id}`);
          }}
        >
          Label
        </Button>
        <h2 className="mt-3 border-t border-line px-2 pt-3 pb-1.5 font-semibold">Relation types</h2>
        <ul>
          {draft.relations.map((one, index) => (
            <li key={one.id}>
              {item(
                `item-${one.id}`,
                { of: "relation", id: one.id },
                one.name === "" ? "(no name yet)" : one.name.replaceAll("_", " "),
                faultsOf(`relations.${index}`),
                moves(one.id, moveRelation),
              )}
            </li>
          ))}
        </ul>
        <TakenOutList
          editing={editing}
          items={draft.out.filter(({ kind }) => kind === "relation")}
          targets={draft.relations}
        />
        <Button
          size="small"
          variant="quiet"
          icon="plus"
          disabled={draft.relations.length >= MAX_RELATION_TYPES}
          onClick={() => {
            const { draft: more, id } = addRelation(draft);
            onChange("add a relation type", more);
            setChosen({ of: "relation", id });
            editing.focusOn(`relation-${id}`);
          }}
        >
          Relation type
        </Button>
        <div className="mt-3 border-t border-line pt-2">
          {item(
            "item-article",
            { of: "article" },
            <>
              Article{" "}
              <span className="font-normal text-muted">
                {counted(draft.article.length, "attribute")}
              </span>
            </>,
            faultsOf("article"),
          )}
        </div>
      </nav>
      <section
        aria-labelledby="scheme-detail"
        className="min-w-0 rounded-lg border border-line bg-surface p-4 sm:p-5"
      >
        <header className="mb-4 flex flex-wrap items-center justify-between gap-2">
          <h2 id="scheme-detail" tabIndex={-1} className="text-lg font-semibold outline-none">
            {title}
          </h2>
          {label !== undefined && (
            <Actions
              name={label.name === "" ? "this label" : label.name}
              onMove={(by) => moveLabel(label.id, by)}
              onTakeOut={() => {
                const at = draft.labels.indexOf(label);
                const next = draft.labels[at + 1] ?? draft.labels[at - 1];
                onChange(`take out ${label.name}`, takeOutLabel(draft, label.id));
                setChosen(next ? { of: "label", id: next.id } : { of: "article" });
                editing.focusOn(label.was === null ? "scheme-detail" : `out-${label.id}`);
              }}
            />
          )}
          {relation !== undefined && (
            <Actions
              name={relation.name === "" ? "this relation type" : relation.name}
              onMove={(by) => moveRelation(relation.id, by)}
              onTakeOut={() => {
                onChange(`take out ${relation.name}`, takeOutRelation(draft, relation.id));
                setChosen({ of: "article" });
                editing.focusOn(relation.was === null ? "scheme-detail" : `out-${relation.id}`);
              }}
            />
          )}
        </header>
        {label !== undefined ? (
          <LabelForm
            key={label.id}
            editing={editing}
            label={label}
            index={draft.labels.indexOf(label)}
          />
        ) : relation !== undefined ? (
          <RelationForm
            key={relation.id}
            editing={editing}
            relation={relation}
            index={draft.relations.indexOf(relation)}
          />
        ) : (
          <>
            <p className="mb-4 text-muted">
              What is said of an article as a whole: its genre, its stance, what it is part of.
            </p>
            <AttributesForm editing={editing} holder={null} path="article" />
          </>
        )}
      </section>
    </div>
  );
}

function Actions({
  name,
  onMove,
  onTakeOut,
}: {
  name: string;
  onMove: (by: number) => void;
  onTakeOut: () => void;
}) {
  return (
    <div className="flex">
      <IconButton
        icon="chevron"
        className="[&_.icon]:rotate-180"
        label={`Move ${name} up`}
        keys="Alt+ArrowUp"
        onClick={() => onMove(-1)}
      />
      <IconButton
        icon="chevron"
        label={`Move ${name} down`}
        keys="Alt+ArrowDown"
        onClick={() => onMove(1)}
      />
      <IconButton icon="trash" label={`Take out ${name}`} onClick={onTakeOut} />
    </div>
  );
}
