"use client";

import { type ChoiceGroup, Chooser } from "@/components/ui/chooser";
import { Dialog } from "@/components/ui/dialog";
import { Kbd } from "@/components/ui/kbd";
import { LabelBadge } from "@/components/ui/label-badge";
import type { Adjudicator } from "@/lib/annotator/adjudicator";
import {
  type DeskCommand,
  type DeskGroup,
  type DeskKeymap,
  deskActions,
  deskGroups,
} from "@/lib/annotator/desk-keys";
import { appearanceOf } from "@/lib/annotator/label-appearance";
import { readable } from "@/lib/annotator/wording";
import { capitalised } from "@/lib/domain/grammar";
import type { Scheme } from "@/lib/domain/scheme";

const groupIds = Object.keys(deskGroups) as DeskGroup[]; // the keys of what is written there

/** Every key of the desk. */
export function DeskKeysDialog({
  keymap,
  reviewers,
  onClose,
}: {
  keymap: DeskKeymap;
  /** How many have submitted the article. */
  reviewers: number;
  onClose: () => void;
}) {
  const digits = reviewers === 1 ? "1" : `1 … ${Math.min(9, reviewers)}`;
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title="Keys" wide reading>
      <div className="gap-x-8 sm:columns-2">
        {groupIds.map((group) => (
          <section key={group} className="mb-5 break-inside-avoid">
            <h3 className="mb-1.5 font-semibold">{deskGroups[group]}</h3>
            <dl className="space-y-1">
              {group === "decide" && keymap.single && (
                <Line what="Accept what that reviewer has" keys={[digits]} />
              )}
              {deskActions
                .filter((action) => action.group === group)
                .map(({ id, title }) => (
                  <Line key={id} what={title} keys={keymap.keysOf(id).slice(0, 2)} />
                ))}
              {group === "span" && (
                <Line
                  what="Move its start or, with Shift, its end; with Alt by a character"
                  keys={["[", "]"]}
                />
              )}
            </dl>
          </section>
        ))}
      </div>
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
