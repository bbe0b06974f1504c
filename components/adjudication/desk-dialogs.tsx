"use client";

import { useState } from "react";
import { ChangeKeys, ChangeKeysButtons, type KeyTable } from "@/components/annotator/change-keys";
import { Button } from "@/components/ui/button";
import { type ChoiceGroup, Chooser } from "@/components/ui/chooser";
import { Dialog } from "@/components/ui/dialog";
import { Kbd } from "@/components/ui/kbd";
import { LabelBadge } from "@/components/ui/label-badge";
import { actionTitles, edgeActions } from "@/lib/annotator/action-titles";
import type { Adjudicator } from "@/lib/annotator/adjudicator";
import {
  type DeskAction,
  type DeskActionId,
  type DeskCommand,
  type DeskGroup,
  type DeskKeymap,
  deskActions,
  deskGroups,
  settingOf,
} from "@/lib/annotator/desk-keys";
import { appearanceOf } from "@/lib/annotator/label-appearance";
import { readable } from "@/lib/annotator/wording";
import type { KeySettings } from "@/lib/api/people";
import { counted } from "@/lib/domain/figures";
import { capitalised } from "@/lib/domain/grammar";
import type { Scheme } from "@/lib/domain/scheme";

const groupIds = Object.keys(deskGroups) as DeskGroup[]; // the keys of what is written there

const all: readonly DeskAction[] = deskActions;

/** Every key of the desk; and what keys one would rather have. */
export function DeskKeysDialog({
  keymap,
  reviewers,
  onClose,
  onChange,
}: {
  keymap: DeskKeymap;
  /** How many have submitted the article. */
  reviewers: number;
  onClose: () => void;
  onChange: (settings: KeySettings) => void;
}) {
  const [isChanging, setChanging] = useState(false);
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Keys"
      wide
      reading={!isChanging}
      footer={
        <ChangeKeysButtons
          ids={ownIds}
          settings={keymap.settings}
          isChanging={isChanging}
          onChanging={setChanging}
          onChange={onChange}
        />
      }
    >
      {isChanging ? (
        <ChangeKeys table={tableOf(keymap)} settings={keymap.settings} onChange={onChange} />
      ) : (
        <div className="gap-x-8 sm:columns-2">
          {groupIds.map((group) => (
            <section key={group} className="mb-5 break-inside-avoid">
              <h3 className="mb-1.5 font-semibold">{deskGroups[group]}</h3>
              <dl className="space-y-1">
                {group === "decide" && keymap.single && (
                  <Line what="Accept what that reviewer has" keys={[digitsOf(reviewers)]} />
                )}
                {all
                  .filter((action) => action.group === group)
                  .map(({ id, title }) => (
                    <Line key={id} what={title} keys={keymap.keysOf(id).slice(0, 2)} />
                  ))}
                {group === "span" &&
                  edgeActions.map((id) => (
                    <Line
                      key={id}
                      what={actionTitles[id]}
                      keys={keymap.keysOfShared(id).slice(0, 1)}
                    />
                  ))}
              </dl>
            </section>
          ))}
        </div>
      )}
    </Dialog>
  );
}

function digitsOf(reviewers: number): string {
  return reviewers === 1 ? "1" : `1 … ${Math.min(9, reviewers)}`;
}

/** What may be changed here. */
const ownIds = all.map(({ id }) => settingOf(id));

function tableOf(keymap: DeskKeymap): KeyTable {
  const row = ({ id, title }: DeskAction) => ({
    id: settingOf(id),
    title,
    keys: keymap.keysOf(id),
  });
  const rowOf = (id: DeskActionId) => all.find((action) => action.id === id);
  return {
    groups: groupIds.map((group) => ({
      title: deskGroups[group],
      rows: all.filter((action) => action.group === group && !action.fixed).map(row),
    })),
    digits: "the reviewers’ versions",
    ownerOf: (chord) => {
      const shared = keymap.sharedAt(chord);
      if (shared !== null) return { id: null, title: actionTitles[shared] };
      const id = keymap.actionAt(chord);
      const action = id === null ? undefined : rowOf(id);
      if (!action) return null;
      return action.fixed ? { id: null, title: action.title } : row(action);
    },
  };
}

/** Asks whether an article is to be settled though something of it is left open. */
export function LeaveDisputesDialog({
  left,
  onClose,
  onNext,
  onSettle,
}: {
  /** How many disputes are. */
  left: number;
  onClose: () => void;
  onNext: () => void;
  onSettle: () => void;
}) {
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`${counted(left, "dispute is", "disputes are")} left`}
      footer={
        <>
          <Button onClick={onSettle}>Settle all the same</Button>
          <Button variant="primary" autoFocus onClick={onNext}>
            Go to the next one
          </Button>
        </>
      }
    >
      <p>
        An article can be settled with disputes left: nothing of {left === 1 ? "it" : "them"} comes
        into gold, and its reviewers read that nothing was decided. It can be opened again.
      </p>
    </Dialog>
  );
}

function Line({ what, keys }: { what: string; keys: readonly string[] }) {
  return (
    <div className="flex items-baseline gap-3">
      <dt className="w-32 shrink-0 space-x-1.5">
        {keys.length === 0 && <span className="text-muted">no key</span>}
        {keys.map((key) => (
          <Kbd key={key}>{key}</Kbd>
        ))}
      </dt>
      <dd className="text-muted">{what}</dd>
    </div>
  );
}

/** Every command of the desk by its name, with its key beside it. */
export function DeskPalette({
  keymap,
  adjudicator,
  early,
  onClose,
  onChoose,
}: {
  keymap: DeskKeymap;
  adjudicator: Adjudicator;
  early: () => string;
  onClose: () => void;
  onChoose: (command: DeskCommand) => void;
}) {
  const commands = new Map<string, DeskCommand>();
  const accepting = adjudicator.reviewers.map((_, reviewer) => {
    const id = `accept ${reviewer}`;
    commands.set(id, { kind: "accept", reviewer });
    const keys = keymap.single && reviewer < 9 ? String(reviewer + 1) : undefined;
    return { id, words: `Accept what ${adjudicator.nameOf(reviewer)} has`, keys };
  });
  const groups = groupIds.map((group): ChoiceGroup => {
    const actions = deskActions.filter((one) => one.group === group && one.id !== "palette");
    const choices = actions.map(({ id, title }) => {
      commands.set(id, { kind: id });
      return { id, words: title, keys: keymap.keysOf(id)[0] };
    });
    return {
      title: deskGroups[group],
      choices: group === "decide" ? [...accepting, ...choices] : choices,
    };
  });
  return (
    <Chooser
      title="Search commands"
      early={early}
      groups={groups}
      onClose={onClose}
      onChoose={(id) => {
        const command = commands.get(id);
        if (command) onChoose(command);
      }}
    />
  );
}

/** All labels of the scheme, for a span of gold. */
export function DeskLabels({
  scheme,
  first,
  early,
  onClose,
  onChoose,
}: {
  scheme: Scheme;
  /** The likeliest one. */
  first: string | null;
  early: () => string;
  onClose: () => void;
  onChoose: (label: string) => void;
}) {
  const labels = [...scheme.labels].sort(
    (a, b) => Number(b.name === first) - Number(a.name === first),
  );
  return (
    <Chooser
      title="Choose a label"
      early={early}
      groups={[
        {
          title: "Labels",
          choices: labels.map(({ name }) => ({
            id: name,
            words: capitalised(readable(name)),
            shown: (
              <LabelBadge {...appearanceOf(scheme, name)} name={capitalised(readable(name))} />
            ),
          })),
        },
      ]}
      onClose={onClose}
      onChoose={onChoose}
    />
  );
}
