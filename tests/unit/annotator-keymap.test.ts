import { describe, expect, test } from "vitest";
import { actionGroups, actionsIn } from "@/lib/annotator/action-titles";
import { actions } from "@/lib/annotator/actions";
import { chordsOf, Keymap } from "@/lib/annotator/keymap";
import type { KeySettings } from "@/lib/api/people";

const usual = new Keymap();
const commandOf = (key: ReturnType<typeof press>) => usual.commandOf(key);

/** Reads "Ctrl+Shift+z@KeyZ": modifiers, the key, and where on the keyboard it is. */
function press(written: string) {
  const [keys = "", code = ""] = written.split("@");
  const parts = keys.split(/\+(?=.)/);
  return {
    key: parts.at(-1) ?? "",
    code,
    altKey: parts.includes("Alt"),
    ctrlKey: parts.includes("Ctrl"),
    metaKey: parts.includes("Meta"),
    shiftKey: parts.includes("Shift"),
    isComposing: false,
  };
}

test.for([
  ["1@Digit1", { kind: "label", key: "1" }],
  ["۱@Digit1", { kind: "label", key: "1" }],
  ["&@Digit1", { kind: "label", key: "1" }],
  ["1@", { kind: "label", key: "1" }],
  ["3@Numpad3", { kind: "label", key: "3" }],
  ["٣@Numpad3", { kind: "label", key: "3" }],
  ["Dead@Digit6", { kind: "label", key: "6" }],
  [".@Period", { kind: "repeat" }],
  ["Shift+.@Comma", { kind: "repeat" }],
  ["。@Period", { kind: "repeat" }],
  ["n@KeyN", { kind: "next" }],
  ["د@KeyN", { kind: "next" }],
  ["т@KeyN", { kind: "next" }],
  ["Dead@KeyN", { kind: "next" }],
  ["Ctrl+z@KeyZ", { kind: "undo" }],
  ["Ctrl+я@KeyZ", { kind: "undo" }],
  ["Meta+Shift+Z@KeyZ", { kind: "redo" }],
  ["Ctrl+y@KeyZ", { kind: "redo" }],
  ["Ctrl+Enter@Enter", { kind: "submit" }],
  ["؟@Slash", { kind: "help" }],
  ["Alt+ArrowLeft@ArrowLeft", { kind: "end_left" }],
  ["Ctrl+Alt+Shift+ArrowRight@ArrowRight", { kind: "start_word_right" }],
  ["b@KeyB", { kind: "boundaries" }],
  ["Shift++@Equal", { kind: "fragment" }],
  ["+@BracketRight", { kind: "fragment" }],
  ["+@NumpadAdd", { kind: "fragment" }],
  ["r@KeyR", { kind: "link" }],
  ["Shift+N@KeyN", { kind: "previous" }],
  ["Shift+Т@KeyN", { kind: "previous" }],
  ["Delete@Delete", { kind: "remove" }],
  ["Backspace@Backspace", { kind: "remove" }],
  ["Enter@Enter", { kind: "choose" }],
  ["Tab@Tab", { kind: "cycle" }],
  ["Shift+Tab@Tab", null],
  ["Escape@Escape", { kind: "cancel" }],
  ["Shift+?@Slash", { kind: "help" }],
  ["？@Slash", { kind: "help" }],
  ["Meta+Alt+ArrowRight@ArrowRight", { kind: "end_word_right" }],
  ["Alt+ArrowUp@ArrowUp", null],
  ["Alt+n@KeyN", null],
  ["Ctrl+Shift+y@KeyY", null],
  ["Shift+1@Digit1", { kind: "stick", key: "1" }],
  ["Shift+!@Digit1", { kind: "stick", key: "1" }],
  ["0@Digit0", null],
  ["é@Digit2x", null],
  ["é@xDigit2", null],
  ["F1@F1", null],
  ["ArrowDown@ArrowDown", null],
  ["é@xKeyN", null],
  ["é@KeyNx", null],
  ["12@", null],
  ["Ctrl+c@KeyC", null],
  ["Ctrl+n@KeyN", null],
  ["y@KeyY", null],
  [",@KeyM", null],
  ["Shift+ArrowLeft@ArrowLeft", null],
] as const)("%s", ([written, command]) => {
  expect(commandOf(press(written))).toEqual(command);
});

test.for([
  ["Numpad1", "End"],
  ["Numpad2", "ArrowDown"],
  ["Numpad3", "PageDown"],
  ["Numpad4", "ArrowLeft"],
  ["Numpad5", "Clear"],
  ["Numpad5", "Unidentified"],
  ["Numpad6", "ArrowRight"],
  ["Numpad7", "Home"],
  ["Numpad8", "ArrowUp"],
  ["Numpad9", "PageUp"],
] as const)("with NumLock off, %s is %s and labels nothing", ([code, key]) => {
  expect(commandOf(press(`${key}@${code}`))).toBeNull();
  expect(commandOf(press(`Shift+${key}@${code}`))).toBeNull();
  expect(commandOf(press(`Ctrl+${key}@${code}`))).toBeNull();
});

test("with NumLock off, the keypad's Del, Enter and arrows do what those keys do elsewhere", () => {
  expect(commandOf(press("Delete@NumpadDecimal"))).toEqual({ kind: "remove" });
  expect(commandOf(press("Enter@NumpadEnter"))).toEqual({ kind: "choose" });
  expect(commandOf(press("Alt+ArrowLeft@Numpad4"))).toEqual({ kind: "end_left" });
});

test("a key that composes a character is no command", () => {
  expect(commandOf({ ...press("n@KeyN"), isComposing: true })).toBeNull();
});

test.for([
  ["[@BracketLeft", ["["]],
  ["х@BracketLeft", ["["]],
  ["Shift+{@BracketLeft", ["{", "Shift+["]],
  ["Shift+[@BracketLeft", ["Shift+[", "["]],
  ["Alt+“@BracketLeft", ["Alt+["]],
  ["Shift+!@Digit1", ["!", "Shift+1"]],
  ["Shift+1@Digit1", ["Shift+1"]],
  ["&@Digit1", ["&", "1"]],
  ["#@Backslash", ["#"]],
  ["F3@F3", ["F3"]],
  ["Shift+F3@F3", ["Shift+F3"]],
] as const)("%s may be bound as %j", ([written, chords]) => {
  expect(chordsOf(press(written))).toEqual(chords);
});

describe("somebody's own keys", () => {
  const withKeys = (keys: KeySettings["keys"]) => new Keymap({ keys, single: true });

  test("an action has the keys it was given, and its usual ones are the browser's", () => {
    const keymap = withKeys({ next: ["J", "Ctrl+J"] });
    expect(keymap.commandOf(press("j@KeyJ"))).toEqual({ kind: "next" });
    expect(keymap.commandOf(press("Ctrl+j@KeyJ"))).toEqual({ kind: "next" });
    expect(keymap.commandOf(press("n@KeyN"))).toBeNull();
    expect(keymap.keysOf("next")).toEqual(["J", "Ctrl+J"]);
  });

  test("a key that another action has by usage is taken from that", () => {
    const keymap = withKeys({ next: ["R"] });
    expect(keymap.commandOf(press("r@KeyR"))).toEqual({ kind: "next" });
    expect(keymap.keysOf("link")).toEqual([]);
  });

  test("an action without keys has none", () => {
    expect(withKeys({ link: [] }).commandOf(press("r@KeyR"))).toBeNull();
  });

  test("what Escape and the like do cannot be taken from them", () => {
    const keymap = withKeys({ cancel: ["Q"] });
    expect(keymap.commandOf(press("Escape@Escape"))).toEqual({ kind: "cancel" });
    expect(keymap.commandOf(press("q@KeyQ"))).toBeNull();
  });

  test("an action of another version changes nothing", () => {
    expect(withKeys({ fly: ["N"] }).commandOf(press("n@KeyN"))).toEqual({ kind: "next" });
  });

  test("with single keys off, only keys with Ctrl or Alt and those that write nothing do something", () => {
    const keymap = new Keymap({ keys: {}, single: false });
    for (const written of ["n@KeyN", "Shift+N@KeyN", "1@Digit1", ".@Period", "Shift+?@Slash"]) {
      expect(keymap.commandOf(press(written))).toBeNull();
    }
    expect(keymap.keysOf("next")).toEqual([]);
    expect(keymap.commandOf(press("Ctrl+z@KeyZ"))).toEqual({ kind: "undo" });
    expect(keymap.commandOf(press("Escape@Escape"))).toEqual({ kind: "cancel" });
    expect(keymap.commandOf(press("Alt+ArrowLeft@ArrowLeft"))).toEqual({ kind: "end_left" });
  });
});

test("no two actions have the same key by usage", () => {
  const keys = actions.flatMap((action): readonly string[] => action.keys);
  expect(new Set(keys).size).toBe(keys.length);
});

test("each action is listed once, under one heading", () => {
  const groups = Object.keys(actionGroups) as (keyof typeof actionGroups)[]; // its own keys
  const listed = groups.flatMap((group) => actionsIn(group, false)).map(({ id }) => id);
  expect(listed.toSorted()).toEqual(actions.map(({ id }) => id).toSorted());
  const read = groups.flatMap((group) => actionsIn(group, true));
  expect(read.every(({ reader }) => reader)).toBe(true);
});
