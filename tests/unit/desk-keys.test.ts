import { expect, test } from "vitest";
import { actions } from "@/lib/annotator/actions";
import { type DeskActionId, DeskKeymap, deskActions, settingOf } from "@/lib/annotator/desk-keys";
import { KeySettings } from "@/lib/api/people";

const usual = new DeskKeymap({ keys: {}, single: true });

/** A key by what it writes, as "Shift+N", or by its name. */
function press(written: string) {
  const parts = written.split("+");
  const key = parts.at(-1) ?? "";
  const shiftKey = parts.includes("Shift");
  return {
    key: key.length === 1 && !shiftKey ? key.toLowerCase() : key,
    code: /^[A-Z]$/.test(key) ? `Key${key}` : "",
    altKey: parts.includes("Alt"),
    ctrlKey: parts.includes("Ctrl"),
    metaKey: false,
    shiftKey,
    isComposing: false,
  };
}

const all: readonly { id: DeskActionId; keys: readonly string[]; fixed?: true }[] = deskActions;

test("no two actions of the desk have the same key by usage", () => {
  const keys = all.flatMap((action) => [...action.keys]);
  expect(new Set(keys).size).toBe(keys.length);
});

test("each action's key can be changed to another one, and its setting is one that is accepted", () => {
  for (const { id, fixed } of all) {
    const settings = { keys: { [settingOf(id)]: ["Ctrl+Alt+J"] }, single: true };
    expect(KeySettings.safeParse(settings).success).toBe(true);
    const keymap = new DeskKeymap(settings);
    expect(keymap.commandOf(press("Ctrl+Alt+J"))).toEqual(fixed ? null : { kind: id });
    expect(keymap.keysOf(id)).toEqual(fixed ? usual.keysOf(id) : ["Ctrl+Alt+J"]);
  }
});

test("settings of the desk and of the annotate page have names of their own", () => {
  const annotate = new Set<string>(actions.map(({ id }) => id));
  expect(all.filter(({ id }) => annotate.has(settingOf(id)))).toEqual([]);
});

test("a key that was given to an action has it, whatever else has it by usage", () => {
  const given = new DeskKeymap({ keys: { [settingOf("amend")]: ["N"] }, single: true });
  expect(given.commandOf(press("N"))).toEqual({ kind: "amend" });
  expect(given.keysOf("next")).toEqual(["J"]);
});

test("with single keys switched off, no letter, digit or sign alone does anything", () => {
  const keymap = new DeskKeymap({ keys: {}, single: false });
  const signs = Array.from({ length: 94 }, (_, nth) => String.fromCharCode(33 + nth));
  expect(signs.filter((sign) => keymap.commandOf(press(sign)) !== null)).toEqual([]);
  expect(keymap.commandOf(press("Shift+N"))).toBeNull();
  expect(keymap.commandOf(press("Ctrl+K"))).toEqual({ kind: "palette" });
  expect(keymap.commandOf(press("Ctrl+Enter"))).toEqual({ kind: "settle" });
  expect(keymap.keysOf("next")).toEqual([]);
});

test("edges move by the keys of the annotate page, unless the desk has them", () => {
  const keymap = new DeskKeymap({ keys: { start_back: ["V"], start_on: ["N"] }, single: true });
  expect(keymap.commandOf(press("V"))).toMatchObject({ kind: "edge", edge: { edge: "start" } });
  expect(keymap.keysOfShared("start_back")).toEqual(["V"]);
  expect(keymap.sharedAt("V")).toBe("start_back");
  expect(keymap.commandOf(press("N"))).toEqual({ kind: "next" });
  expect(keymap.keysOfShared("start_on")).toEqual([]);
  expect(keymap.sharedAt("N")).toBeNull();
});

test("while linking, arrows go on and the key of the annotate page goes back", () => {
  expect(usual.commandOf(press("ArrowDown"))).toEqual({ kind: "target", by: 1, unit: "paragraph" });
  expect(usual.commandOf(press("Shift+R"))).toEqual({ kind: "link_back" });
  const own = new DeskKeymap({ keys: { [settingOf("link")]: ["Q"] }, single: true });
  expect(own.asOnAnnotatePage().keysOf("link")).toEqual(["Q"]);
});
