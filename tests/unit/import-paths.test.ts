import { expect, test } from "vitest";
import { cleanPath } from "@/lib/workflow/importing/article-identity";

test.for([
  { name: "stays as it is", path: "news/one 😀.md", expected: "news/one 😀.md" },
  { name: "is relative, and leads nowhere", path: "/a/../.././b//c.txt", expected: "a/b/c.txt" },
  { name: "of Windows has the same folders", path: "C:\\news\\one.md", expected: "C:/news/one.md" },
  { name: "shows all that it has", path: "a\u202etxt.exe\0\n", expected: "atxt.exe" },
  { name: "is called something", path: "", expected: "unnamed" },
  { name: "of nothing but folders is called something", path: "../", expected: "unnamed" },
  {
    name: "that is long keeps its end, in whole characters",
    path: `${"x".repeat(2000)}/${"😀".repeat(600)}.md`,
    expected: `${"x".repeat(396)}/${"😀".repeat(600)}.md`,
  },
  {
    name: "that is long is cut, though nothing else is to be done",
    path: `${"x".repeat(2000)}.md`,
    expected: `${"x".repeat(997)}.md`,
  },
])("a file's name $name", ({ path, expected }) => {
  expect(cleanPath(path)).toBe(expected);
});
