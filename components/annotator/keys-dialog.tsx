"use client";

import { useState } from "react";
import { ButtonLink } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Kbd } from "@/components/ui/kbd";
import {
  type ActionGroup,
  actionGroups,
  actionsIn,
  actionTitles,
} from "@/lib/annotator/action-titles";
import { actionOf, actions } from "@/lib/annotator/actions";
import type { Keymap } from "@/lib/annotator/keymap";
import { readable } from "@/lib/annotator/wording";
import type { KeySettings } from "@/lib/api/people";
import type { Scheme } from "@/lib/domain/scheme";
import { PRACTICE } from "./annotate-page-props";
import { ChangeKeys, ChangeKeysButtons, type KeyTable } from "./change-keys";

/** Every key of the annotate page, for those who may only read what those do; and what keys one would rather have. */
export function KeysDialog({
  scheme,
  keymap,
  reader,
  open,
  onOpenChange,
  onChange,
}: {
  scheme: Scheme;
  keymap: Keymap;
  reader: boolean;
  open: boolean;
  onOpenChange: (open: boolean) => void;
  onChange: (settings: KeySettings) => void;
}) {
  const [isChanging, setChanging] = useState(false);
  const close = (now: boolean) => {
    setChanging(false);
    onOpenChange(now);
  };
  return (
    <Dialog
      open={open}
      onOpenChange={close}
      title="Keys"
      wide={!reader}
      reading={!isChanging}
      footer={
        <>
          {!isChanging && (
            <ButtonLink variant="quiet" href={PRACTICE}>
              Practise for a minute
            </ButtonLink>
          )}
          <ChangeKeysButtons
            ids={ownIds}
            settings={keymap.settings}
            isChanging={isChanging}
            onChanging={setChanging}
            onChange={onChange}
          />
        </>
      }
    >
      {isChanging ? (
        <ChangeKeys
          table={tableOf(keymap, reader)}
          settings={keymap.settings}
          onChange={onChange}
        />
      ) : (
        <div className={reader ? "space-y-5" : "gap-x-8 sm:columns-2"}>
          {groupsOf(scheme, keymap, reader).map(({ group, keys }) => (
            <Keys key={group} title={actionGroups[group]} keys={keys} />
          ))}
        </div>
      )}
    </Dialog>
  );
}

type Line = { readonly what: string; readonly keys: readonly string[] };

const groupIds = Object.keys(actionGroups) as ActionGroup[]; // the keys of what has just been written

function groupsOf(
  scheme: Scheme,
  keymap: Keymap,
  reader: boolean,
): { group: ActionGroup; keys: Line[] }[] {
  const labels = scheme.labels
    .filter(({ key }) => key !== undefined)
    .map(({ key = "", name }): Line => {
      const what = `Label the selected text, or the selected span, ${readable(name)}`;
      return { what, keys: keymap.settings.single ? [key] : [] };
    });
  /** What has keys without being an action. */
  const besides: Partial<Record<ActionGroup, Line[]>> = {
    label: labels,
    select: [
      {
        what: "Select text, with Ctrl by words; with the mouse, from the margin too",
        keys: ["Shift+Arrow"],
      },
    ],
    link: [{ what: "Make the link that is marked", keys: ["Enter"] }],
  };
  return groupIds
    .map((group) => ({
      group,
      keys: [
        ...(reader ? [] : (besides[group] ?? [])),
        ...actionsIn(group, reader).map(({ id }) => ({
          what: actionTitles[id],
          keys: keymap.keysOf(id).slice(0, 1),
        })),
      ],
    }))
    .filter(({ keys }) => keys.length > 0);
}

function Keys({ title, keys }: { title: string; keys: readonly Line[] }) {
  return (
    <section className="mb-5 break-inside-avoid">
      <h3 className="mb-1.5 font-semibold">{title}</h3>
      <dl className="space-y-1">
        {keys.map(({ what, keys: [key] }) => (
          <div key={what} className="flex items-baseline gap-3">
            <dt className="w-32 shrink-0">
              {key === undefined ? <span className="text-muted">no key</span> : <Kbd>{key}</Kbd>}
            </dt>
            <dd className="text-muted">{what}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

/** What may be changed here. */
const ownIds = actions.map(({ id }) => id);

function tableOf(keymap: Keymap, reader: boolean): KeyTable {
  return {
    groups: groupIds.map((group) => ({
      title: actionGroups[group],
      rows: actionsIn(group, reader)
        .filter(({ fixed }) => !fixed)
        .map(({ id }) => ({ id, title: actionTitles[id], keys: keymap.keysOf(id) })),
    })),
    digits: "labels",
    ownerOf: (chord) => {
      const id = keymap.actionAt(chord);
      if (id === null) return null;
      const title = actionTitles[id];
      return actionOf(id)?.fixed ? { title, id: null } : { title, id, keys: keymap.keysOf(id) };
    },
  };
}
