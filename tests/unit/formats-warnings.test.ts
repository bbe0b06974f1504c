import { expect, test } from "vitest";
import { Warnings } from "@/lib/formats/warnings";

test("warnings are kept in their order, with their places", () => {
  const warnings = new Warnings();
  warnings.add("unreadable_date", '"soon" is no date.', { line: 3, field: "date" });
  warnings.add("annotations_left_out", "The labels are not read.");
  expect(warnings.list()).toEqual([
    { code: "unreadable_date", message: '"soon" is no date.', line: 3, field: "date" },
    {
      code: "annotations_left_out",
      message: "The labels are not read.",
      line: null,
      field: null,
    },
  ]);
});

test("of too many, fifty are kept and the others counted", () => {
  const warnings = new Warnings();
  for (let at = 0; at < 53; at += 1) warnings.add("span_left_out", `Span ${at}.`);
  const list = warnings.list();
  expect(list).toHaveLength(51);
  expect(list.at(-2)?.message).toBe("Span 49.");
  expect(list.at(-1)).toEqual({ code: "more", message: "And 3 more.", line: null, field: null });
});

test("a message can be stored whatever it repeats, and is no longer than 500 characters", () => {
  const warnings = new Warnings();
  warnings.add("unreadable_field", `\ud800\0${"x".repeat(600)}`, { field: "a\0" });
  expect(warnings.list()).toEqual([
    {
      code: "unreadable_field",
      message: `\ufffd\ufffd${"x".repeat(498)}…`,
      line: null,
      field: "a\ufffd",
    },
  ]);
});

test("strict reading refuses the first loss, with its place", () => {
  const warnings = new Warnings({ strict: true });
  expect(() => warnings.add("unreadable_date", "No date.", { line: 2, field: "date" })).toThrow(
    expect.objectContaining({
      code: "unprocessable",
      message: "No date.",
      details: { line: 2, field: "date" },
    }),
  );
  expect(warnings.list()).toEqual([]);
});

test("what is wrong in two lines is two losses, what is wrong in two parts of one is one", () => {
  const warnings = new Warnings();
  for (const line of [1, 2]) warnings.add("unreadable_date", "No date.", { line });
  for (const [at, line] of [3, 4].entries()) {
    warnings.add("span_left_out", "It is empty.", { line, place: `spans[${at}]` });
  }
  expect(warnings.list().map(({ line, message }) => [line, message])).toEqual([
    [1, "No date."],
    [2, "No date."],
    [3, "spans[0]: It is empty. And 1 more like it."],
  ]);
});

test("a message of 500 characters is whole", () => {
  const warnings = new Warnings();
  const message = "x".repeat(500);
  warnings.add("unreadable_field", message);
  expect(warnings.list()).toMatchObject([{ message }]);
});
