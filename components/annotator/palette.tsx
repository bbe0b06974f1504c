"use client";

import { type ChoiceGroup, Chooser } from "@/components/ui/chooser";
import { LabelBadge } from "@/components/ui/label-badge";
import { actionGroups, actionsIn, actionTitles } from "@/lib/annotator/action-titles";
import type { ActionId } from "@/lib/annotator/actions";
import type { AnnotatorCommands } from "@/lib/annotator/commands";
import type { Command, Keymap } from "@/lib/annotator/keymap";
import { appearanceOf } from "@/lib/annotator/label-appearance";
import { readable } from "@/lib/annotator/wording";
import { capitalised } from "@/lib/domain/grammar";
import type { Scheme } from "@/lib/domain/scheme";

type Props = {
  scheme: Scheme;
  keymap: Keymap;
  commands: AnnotatorCommands;
  /** Takes what has been typed before the field was there. */
  early: () => string;
  onClose: () => void;
};

/** Every command of the annotate page by its name, with its key beside it. */
export function CommandPalette({
  scheme,
  keymap,
  commands,
  early,
  reader,
  onClose,
}: Props & {
  /** Only what those do who may only read. */
  reader: boolean;
}) {
  const groups = (Object.keys(actionGroups) as (keyof typeof actionGroups)[]).map(
    (group): ChoiceGroup => ({
      title: actionGroups[group],
      choices: [
        ...(group === "label" && !reader ? labelChoices(scheme, keymap, "Label: ") : []),
        ...actionsIn(group, reader)
          .filter(({ id }) => id !== "palette")
          .map(({ id }) => ({ id, words: actionTitles[id], keys: keymap.keysOf(id)[0] })),
      ],
    }),
  );
  return (
    <Chooser
      title="Search commands"
      early={early}
      groups={groups}
      onClose={() => {
        onClose();
        commands.focusText();
      }}
      onChoose={(id) => {
        if (id.startsWith(LABEL)) commands.label(id.slice(LABEL.length));
        else commands.run(commandFor(id), { inText: true, repeat: false });
      }}
    />
  );
}

/** All labels of the scheme, for the selected text or the selected span. */
export function LabelPicker({ scheme, keymap, commands, early, onClose }: Props) {
  return (
    <Chooser
      title="Choose a label"
      early={early}
      groups={[{ title: "Labels", choices: labelChoices(scheme, keymap) }]}
      onClose={() => {
        onClose();
        commands.focusText();
      }}
      onChoose={(id) => commands.label(id.slice(LABEL.length))}
    />
  );
}

/** Before the name of a label: no action has it in its id. */
const LABEL = "label:";

function labelChoices(scheme: Scheme, keymap: Keymap, before = "") {
  return scheme.labels.map(({ name }) => {
    const { style, letter, key } = appearanceOf(scheme, name);
    return {
      id: LABEL + name,
      words: before + (before === "" ? capitalised(readable(name)) : readable(name)),
      shown: <LabelBadge style={style} letter={letter} name={capitalised(readable(name))} />,
      keys: key !== "" && keymap.settings.single ? key : undefined,
    };
  });
}

function commandFor(id: string): Command {
  return { kind: id as ActionId }; // the ids that are shown are those of actions
}
