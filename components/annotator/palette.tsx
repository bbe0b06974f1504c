"use client";

import { type ChoiceGroup, Chooser, type ShownChoice } from "@/components/ui/chooser";
import { LabelBadge } from "@/components/ui/label-badge";
import { actionGroups, actionsIn, actionTitles } from "@/lib/annotator/action-titles";
import type { ActionId } from "@/lib/annotator/actions";
import type { AnnotatorCommands } from "@/lib/annotator/commands";
import type { Command, Keymap } from "@/lib/annotator/keymap";
import { appearanceOf } from "@/lib/annotator/label-appearance";
import { OWN_SET } from "@/lib/annotator/layers";
import { readable } from "@/lib/annotator/wording";
import { capitalised } from "@/lib/domain/grammar";
import { groupTitle, labelGroups } from "@/lib/domain/label-groups";
import type { LabelRule, Scheme } from "@/lib/domain/scheme";
import type { AnnotatePage } from "./annotate-page-props";

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
  page,
  shown,
  onClose,
}: Props & {
  /** Only what those do who may only read. */
  reader: boolean;
  page: AnnotatePage;
  /** The annotation set in view. */
  shown: string;
}) {
  const groups = (Object.keys(actionGroups) as (keyof typeof actionGroups)[]).map(
    (group): ChoiceGroup => ({
      title: actionGroups[group],
      choices: [
        ...(group === "label" && !reader
          ? labelChoices(scheme, keymap, { before: "Label: " })
          : []),
        ...actionsIn(group, reader)
          .filter(({ id }) => id !== "palette")
          .map(({ id }) => ({ id, words: actionTitles[id], keys: keymap.keysOf(id)[0] })),
        // No action: a key for it would weigh on every page, and Ctrl+P prints what is in view.
        ...(group === "article" && !page.practice ? [{ id: PRINT, words: printWords }] : []),
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
        if (id === PRINT) window.open(printedAt(page, shown), "_blank", "noopener");
        else if (id.startsWith(LABEL)) commands.label(id.slice(LABEL.length));
        else commands.run(commandFor(id), { inText: true, repeat: false });
      }}
    />
  );
}

/** All labels of the scheme, for the selected text or the selected span. */
export function LabelPicker({ scheme, keymap, commands, early, onClose }: Props) {
  const groups = labelGroups(scheme);
  return (
    <Chooser
      title="Choose a label"
      early={early}
      groups={groups.map((group) => ({
        title: groupTitle(group, groups),
        choices: labelChoices(scheme, keymap, { labels: group.labels }),
      }))}
      onClose={() => {
        onClose();
        commands.focusText();
      }}
      onChoose={(id) => commands.label(id.slice(LABEL.length))}
    />
  );
}

/** No action has it for its id. */
const PRINT = "print:";

const printWords = "Open a page to print, with the annotations in view as they are saved";

function printedAt({ article, version }: AnnotatePage, shown: string): string {
  const query = new URLSearchParams({ version: String(version.number) });
  if (shown !== OWN_SET) query.set("set", shown);
  return `/api/v1/articles/${article.id}/print?${query}`;
}

/** Before the name of a label: no action has it in its id. */
const LABEL = "label:";

/**
 * Labels to be chosen by their names; with what they mean, where the scheme says.
 *
 * @param before what stands before each name, where there is more to choose from; no meanings then
 */
function labelChoices(
  scheme: Scheme,
  keymap: Keymap,
  { labels = scheme.labels, before = "" }: { labels?: readonly LabelRule[]; before?: string } = {},
): ShownChoice[] {
  return labels.map(({ name, definition }) => {
    const { key } = appearanceOf(scheme, name);
    return {
      id: LABEL + name,
      words: before + (before === "" ? capitalised(readable(name)) : readable(name)),
      shown: <ShownLabel scheme={scheme} name={name} meaning={before === "" ? definition : ""} />,
      keys: key !== "" && keymap.settings.single ? key : undefined,
    };
  });
}

function ShownLabel({
  scheme,
  name,
  meaning = "",
}: {
  scheme: Scheme;
  name: string;
  meaning: string | undefined;
}) {
  const { style, letter } = appearanceOf(scheme, name);
  return (
    <>
      <LabelBadge style={style} letter={letter} name={capitalised(readable(name))} />
      {meaning !== "" && (
        <span dir="auto" className="mt-0.5 line-clamp-2 text-sm text-muted">
          {meaning}
        </span>
      )}
    </>
  );
}

function commandFor(id: string): Command {
  return { kind: id as ActionId }; // the ids that are shown are those of actions
}
