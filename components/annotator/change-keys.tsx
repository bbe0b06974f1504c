"use client";

import { useEffect, useState } from "react";
import { Button } from "@/components/ui/button";
import { Kbd } from "@/components/ui/kbd";
import { toast } from "@/components/ui/toast";
import { chordsOf, isSingle } from "@/lib/annotator/keymap";
import { call } from "@/lib/api/client";
import type { KeySettings } from "@/lib/api/people";

/** The keys of a page, as they are to be changed. */
export type KeyTable = {
  readonly groups: readonly { readonly title: string; readonly rows: readonly KeyRow[] }[];
  /** What the digits alone are for, which are nobody's to give. */
  readonly digits: string;
  /** Who has a key, by a sentence; without an id, it cannot be taken from them. Null if nobody has it. */
  readonly ownerOf: (
    chord: string,
  ) => KeyRow | { readonly id: null; readonly title: string } | null;
};

/** Something that has keys. */
type KeyRow = {
  /** What they stand under in the settings of people. */
  readonly id: string;
  readonly title: string;
  readonly keys: readonly string[];
};

/** Gives what a page has other keys, one at a time: by pressing them. What is wanted is saved at once. */
export function ChangeKeys({
  table,
  settings,
  onChange,
}: {
  table: KeyTable;
  settings: KeySettings;
  onChange: (settings: KeySettings) => void;
}) {
  const change = useSaving(settings, onChange);
  const [waiting, setWaiting] = useState<string | null>(null);
  const [told, setTold] = useState("");
  const pressed = (id: string, chord: string | null) => {
    setWaiting(null);
    setTold("");
    if (chord === null) return;
    const problem = unusable(chord, settings, table.digits);
    const owner = table.ownerOf(chord);
    if (problem !== null) setTold(problem);
    else if (owner === null) change({ ...settings, keys: { ...settings.keys, [id]: [chord] } });
    else if (owner.id === null) setTold(`${chord} stays what it is: ${lower(owner.title)}.`);
    else if (owner.id !== id) {
      // Whoever had it is left with what else it had.
      const left = owner.keys.filter((other) => other !== chord);
      change({ ...settings, keys: { ...settings.keys, [owner.id]: left, [id]: [chord] } });
      setTold(`${chord} was taken from: ${lower(owner.title)}.`);
    }
  };
  return (
    <div className="space-y-5">
      <label className="flex items-baseline gap-2.5">
        <input
          type="checkbox"
          checked={settings.single}
          onChange={({ target }) => change({ ...settings, single: target.checked })}
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
        {table.groups
          .filter(({ rows }) => rows.length > 0)
          .map((group) => (
            <section key={group.title} className="mb-5 break-inside-avoid">
              <h3 className="mb-1.5 font-semibold">{group.title}</h3>
              <ul className="space-y-0.5">
                {group.rows.map(({ id, title, keys }) => (
                  <li key={id} className="flex items-center gap-2">
                    <span className="min-w-0 grow text-muted">{title}</span>
                    <KeyButton
                      title={title}
                      chord={keys[0]}
                      waiting={waiting === id}
                      onWait={() => setWaiting(id)}
                      onPressed={(chord) => pressed(id, chord)}
                    />
                    <Button
                      variant="quiet"
                      size="small"
                      icon="close"
                      aria-label={`No key for “${title}”`}
                      disabled={keys.length === 0}
                      onClick={() => change({ ...settings, keys: { ...settings.keys, [id]: [] } })}
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

/** Goes from a list of keys to changing them and back, and from what was changed to the usual ones. */
export function ChangeKeysButtons({
  ids,
  settings,
  isChanging,
  onChanging,
  onChange,
}: {
  /** Of all that may be changed here. */
  ids: readonly string[];
  settings: KeySettings;
  isChanging: boolean;
  onChanging: (now: boolean) => void;
  onChange: (settings: KeySettings) => void;
}) {
  const change = useSaving(settings, onChange);
  const here = new Set(ids);
  const others = Object.entries(settings.keys).filter(([id]) => !here.has(id));
  const isUsual = settings.single && others.length === Object.keys(settings.keys).length;
  return (
    <>
      {isChanging && !isUsual && (
        <Button
          variant="quiet"
          onClick={() => change({ keys: Object.fromEntries(others), single: true })}
        >
          Back to the usual keys
        </Button>
      )}
      <Button onClick={() => onChanging(!isChanging)}>{isChanging ? "Done" : "Change keys"}</Button>
    </>
  );
}

/** Takes what somebody wants at once; what cannot be saved is told, and goes back. */
function useSaving(
  before: KeySettings,
  onChange: (settings: KeySettings) => void,
): (wanted: KeySettings) => Promise<void> {
  return async (wanted) => {
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

/** In the middle of a sentence. */
function lower(title: string): string {
  return title.charAt(0).toLowerCase() + title.slice(1);
}

/** Why a key cannot be had; null for one that can. */
function unusable(chord: string, { single }: KeySettings, digits: string): string | null {
  if (/^[1-9]$/.test(chord)) return `${chord} is for ${digits}.`;
  if (/^Ctrl\+(?:Shift\+)?[NTWQ]$/.test(chord)) return `${chord} is the browser's.`;
  if (/^(?:Shift\+)?(?:Tab|Arrow\w+|Home|End|Page\w+)$/.test(chord)) {
    return `${chord} goes through the page or the text.`;
  }
  if (!single && isSingle(chord)) return "Keys that write are switched off.";
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
