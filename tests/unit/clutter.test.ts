import { describe, expect, test } from "vitest";
import { clutterReason, isClutter } from "@/lib/domain/clutter";

describe("what systems and programs leave beside files", () => {
  test.for([
    [".DS_Store", /dot/],
    ["~$report.xlsx", /open in Office/],
    ["Thumbs.db", /system/],
    ["__MACOSX", /system/],
  ] as const)("%s is told as such, wherever it stands", ([name, reason]) => {
    expect(clutterReason(name)).toMatch(reason);
    for (const path of [name, `news/${name}`, `${name}/a.md`]) expect(isClutter(path)).toBe(true);
  });

  test.for(["a.md", "news/~a.md", "thumbs.db.md", "a.b/$x.txt", "MACOSX/a.md"])(
    "%s is not",
    (path) => {
      expect(isClutter(path)).toBe(false);
    },
  );
});
