import { expect, test } from "vitest";
import { commandOf } from "@/lib/annotator/keymap";

/** Reads "Ctrl+Shift+z@KeyZ": modifiers, the key, and where on the keyboard it is. */
function press(written: string) {
  const [keys = "", code = ""] = written.split("@");
  const parts = keys.split("+");
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
  ["Alt+ArrowLeft@ArrowLeft", { kind: "edge", edge: "end", towards: "left", unit: "character" }],
  [
    "Ctrl+Alt+Shift+ArrowRight@ArrowRight",
    { kind: "edge", edge: "start", towards: "right", unit: "word" },
  ],
  ["b@KeyB", { kind: "boundaries" }],
  ["f@KeyF", { kind: "fragment" }],
  ["r@KeyR", { kind: "link" }],
  ["p@KeyP", { kind: "previous" }],
  ["Delete@Delete", { kind: "remove" }],
  ["Backspace@Backspace", { kind: "remove" }],
  ["Enter@Enter", { kind: "choose" }],
  ["Tab@Tab", { kind: "cycle" }],
  ["Shift+Tab@Tab", null],
  ["Escape@Escape", { kind: "cancel" }],
  ["Shift+?@Slash", { kind: "help" }],
  ["？@Slash", { kind: "help" }],
  ["Meta+Alt+ArrowRight@ArrowRight", { kind: "edge", edge: "end", towards: "right", unit: "word" }],
  ["Alt+ArrowUp@ArrowUp", null],
  ["Alt+n@KeyN", null],
  ["Ctrl+Shift+y@KeyY", null],
  ["Shift+1@Digit1", null],
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
  ["Shift+N@KeyN", null],
  ["x@KeyX", null],
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
  expect(commandOf(press("Alt+ArrowLeft@Numpad4"))).toMatchObject({ kind: "edge" });
});

test("a key that composes a character is no command", () => {
  expect(commandOf({ ...press("n@KeyN"), isComposing: true })).toBeNull();
});
