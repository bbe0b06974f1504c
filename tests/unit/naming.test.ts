import { describe, expect, test } from "vitest";
import { checkedName, checkedSlug, MAX_NAME_LENGTH } from "@/lib/domain/naming";

describe("a name", () => {
  test.for([
    { written: "  می‌خواهم e\u0301 ", name: "می‌خواهم \u00e9" },
    { written: "\u00a0A\tB\u3000".replace("\t", " "), name: "A B" },
    { written: "x".repeat(MAX_NAME_LENGTH), name: "x".repeat(MAX_NAME_LENGTH) },
    { written: ` ${"😀".repeat(MAX_NAME_LENGTH)} `, name: "😀".repeat(MAX_NAME_LENGTH) },
    { written: "‏שלום‎", name: "‏שלום‎" },
  ])(
    "keeps joiners, is composed, and loses the white space around it: $written",
    ({ written, name }) => {
      expect(checkedName(written, "The name", "name")).toBe(name);
    },
  );

  test.for([
    { written: "", says: "The name is empty." },
    { written: " \n ", says: "The name is empty." },
    { written: "\u200b", says: "The name has nothing in it that can be seen." },
    {
      written: " \u200e \u2800\u3164\u{e0041} ",
      says: "The name has nothing in it that can be seen.",
    },
    {
      written: "😀".repeat(MAX_NAME_LENGTH + 1),
      says: "The name may have 200 characters at most.",
    },
    { written: "a\nb", says: "The name has characters that cannot be shown." },
    { written: "a\u2028b", says: "The name has characters that cannot be shown." },
    { written: "a\u202eb", says: "The name has characters that cannot be shown." },
    { written: "a\u2067b", says: "The name has characters that cannot be shown." },
    { written: "a\0b", says: "The name has characters that cannot be shown." },
    { written: "a\u007fb", says: "The name has characters that cannot be shown." },
    { written: "a\ud800", says: "The name has characters that cannot be shown." },
  ])("cannot be $written: $says", ({ written, says }) => {
    expect(() => checkedName(written, "The name", "name")).toThrow(
      expect.objectContaining({ code: "invalid", message: says, details: { field: "name" } }),
    );
  });
});

describe("a project's name in paths", () => {
  test.for([
    { written: "leak-2024", slug: "leak-2024" },
    { written: " a\n", slug: "a" },
    { written: "7", slug: "7" },
    { written: "a--b", slug: "a--b" },
    { written: "a".repeat(63), slug: "a".repeat(63) },
    { written: "0198c0de-0000-7000-8000-00000000000", slug: "0198c0de-0000-7000-8000-00000000000" },
    {
      written: "x0198c0de-0000-7000-8000-000000000000",
      slug: "x0198c0de-0000-7000-8000-000000000000",
    },
    {
      written: "0198c0de-0000-7000-8000-000000000000x",
      slug: "0198c0de-0000-7000-8000-000000000000x",
    },
  ])("may be “$written”", ({ written, slug }) => {
    expect(checkedSlug(written)).toBe(slug);
  });

  test.for([
    ...["Sample", "-a", "a-", "-", "a_b", "ü", "", "a/b", "a b", "a\nb", "a".repeat(64)],
    "0198c0de-0000-7000-8000-000000000000",
  ])("cannot be “%s”", (written) => {
    expect(() => checkedSlug(written)).toThrow(
      expect.objectContaining({ code: "invalid", details: { field: "slug" } }),
    );
  });
});
