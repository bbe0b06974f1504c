"use client";

import { useEffect, useState } from "react";
import { Button, ButtonLink } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Kbd } from "@/components/ui/kbd";
import { toast } from "@/components/ui/toast";
import {
  type ActionGroup,
  actionGroups,
  actionsIn,
  actionTitles,
} from "@/lib/annotator/action-titles";
import { type ActionId, actionOf } from "@/lib/annotator/actions";
import { chordsOf, type Keymap, usualKeys } from "@/lib/annotator/keymap";
import { readable } from "@/lib/annotator/wording";
import { call } from "@/lib/api/client";
import type { KeySettings } from "@/lib/api/people";
import type { Scheme } from "@/lib/domain/scheme";
import { PRACTICE } from "./annotate-page-props";

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
  const change = useSaving(keymap.settings, onChange);
  const isUsual = keymap.settings.single && Object.keys(keymap.settings.keys).length === 0;
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
          {isChanging && !isUsual && (
            <Button variant="quiet" onClick={() => change(usualKeys)}>
              Back to the usual keys
            </Button>
          )}
          <Button onClick={() => setChanging(!isChanging)}>
            {isChanging ? "Done" : "Change keys"}
          </Button>
        </>
      }
    >
      {isChanging ? (
        <OwnKeys keymap={keymap} reader={reader} onChange={change} />
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

/** Takes what somebody wants at once; what cannot be saved is told, and goes back. */
function useSaving(before: KeySettings, onChange: (settings: KeySettings) => void) {
  return async (wanted: KeySettings) => {
    onChange(wanted);
    const answer = await call("PUT /me/keys", {
      body: { single: wanted.single, keys: mutable(wanted.keys) },
      signedOut: "stay",
    });
    if (answer.ok) return;
    onChange(before);
    toast.error("Your keys could not be saved. They are as they were.");
  };
}

function mutable(keys: KeySettings["keys"]): Record<string, string[]> {
  return Object.fromEntries(Object.entries(keys).map(([id, chords]) => [id, [...chords]]));
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

/** Gives actions other keys, one at a time: by pressing them. */
function OwnKeys({
  keymap,
  reader,
  onChange,
}: {
  keymap: Keymap;
  reader: boolean;
  onChange: (settings: KeySettings) => void;
}) {
  const { settings } = keymap;
  const [waiting, setWaiting] = useState<ActionId | null>(null);
  const [told, setTold] = useState("");
  const give = (id: ActionId, chords: readonly string[]) => {
    onChange({ ...settings, keys: { ...settings.keys, [id]: chords } });
  };
  const pressed = (id: ActionId, chord: string | null) => {
    setWaiting(null);
    if (chord === null) {
      setTold("");
      return;
    }
    const problem = unusable(chord, settings);
    const owner = keymap.actionAt(chord);
    if (problem !== null) setTold(problem);
    else if (owner === id) setTold("");
    else if (owner !== null && actionOf(owner)?.fixed) {
      setTold(`${chord} stays what it is: ${lower(owner)}.`);
    } else {
      const keys = { ...settings.keys, [id]: [chord] };
      // Whoever had it is left with what else it had.
      if (owner !== null) keys[owner] = keymap.keysOf(owner).filter((other) => other !== chord);
      onChange({ ...settings, keys });
      setTold(owner === null ? "" : `${chord} was taken from: ${lower(owner)}.`);
    }
  };
  return (
    <div className="space-y-5">
      <label className="flex items-baseline gap-2.5">
        <input
          type="checkbox"
          checked={settings.single}
          onChange={({ target }) => onChange({ ...settings, single: target.checked })}
        />
        <span>
          Letters, digits and signs alone are keys
          <span className="block text-sm text-muted">
            Switch it off if you dictate, or press keys without meaning to. What has no other key is
            found with Ctrl+K.
          </span>
        </span>
      </label>
      <p role="status" className="min-h-5 text-sm text-muted">
        {waiting === null ? told : "Press the key you want. Escape leaves it as it is."}
      </p>
      <div className="gap-x-8 sm:columns-2">
        {groupIds
          .map((group) => ({ group, all: actionsIn(group, reader).filter(({ fixed }) => !fixed) }))
          .filter(({ all }) => all.length > 0)
          .map(({ group, all }) => (
            <section key={group} className="mb-5 break-inside-avoid">
              <h3 className="mb-1.5 font-semibold">{actionGroups[group]}</h3>
              <ul className="space-y-0.5">
                {all
                  .map(({ id }) => ({ id, title: actionTitles[id] }))
                  .map(({ id, title }) => (
                    <li key={id} className="flex items-center gap-2">
                      <span className="min-w-0 grow text-muted">{title}</span>
                      <KeyButton
                        title={title}
                        chord={keymap.keysOf(id)[0]}
                        waiting={waiting === id}
                        onWait={() => setWaiting(id)}
                        onPressed={(chord) => pressed(id, chord)}
                      />
                      <Button
                        variant="quiet"
                        size="small"
                        icon="close"
                        aria-label={`No key for “${title}”`}
                        disabled={keymap.keysOf(id).length === 0}
                        onClick={() => give(id, [])}
                      />
                    </li>
                  ))}
              </ul>
            </section>
          ))}
      </div>
    </div>
  );
}

function lower(id: ActionId): string {
  const title = actionTitles[id];
  return title.charAt(0).toLowerCase() + title.slice(1);
}

/** Why a key cannot be had; null for one that can. */
function unusable(chord: string, { single }: KeySettings): string | null {
  if (/^[1-9]$/.test(chord)) return `${chord} is for labels.`;
  if (/^Ctrl\+(?:Shift\+)?[NTWQ]$/.test(chord)) return `${chord} is the browser's.`;
  if (/^(?:Shift\+)?(?:Tab|Arrow\w+|Home|End|Page\w+)$/.test(chord)) {
    return `${chord} goes through the page or the text.`;
  }
  if (!single && /^(?:Shift\+)?.$/u.test(chord)) return "Keys that write are switched off.";
  return null;
}

function KeyButton({
  title,
  chord,
  waiting,
  onWait,
  onPressed,
}: {
  title: string;
  chord: string | undefined;
  waiting: boolean;
  onWait: () => void;
  /** Null for Escape. */
  onPressed: (chord: string | null) => void;
}) {
  useEffect(() => {
    if (!waiting) return;
    const pressed = (event: KeyboardEvent) => {
      if (["Shift", "Control", "Alt", "Meta", "AltGraph"].includes(event.key)) return;
      event.preventDefault();
      event.stopPropagation();
      const [first] = chordsOf(event);
      onPressed(event.key === "Escape" ? null : (first ?? null));
    };
    const left = () => onPressed(null);
    document.addEventListener("keydown", pressed, { capture: true });
    document.addEventListener("pointerdown", left, { capture: true });
    return () => {
      document.removeEventListener("keydown", pressed, { capture: true });
      document.removeEventListener("pointerdown", left, { capture: true });
    };
  }, [waiting, onPressed]);
  return (
    <Button size="small" className="min-w-24 shrink-0" aria-pressed={waiting} onClick={onWait}>
      <span className="contents">
        <span className="sr-only">{`Change the key of “${title}”: `}</span>
        {waiting ? "press it …" : chord === undefined ? "no key" : <Kbd>{chord}</Kbd>}
      </span>
    </Button>
  );
}
