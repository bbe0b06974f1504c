import { expect, test } from "vitest";
import { Refusal } from "@/lib/domain/refusal";

const named = (name: string, more: object) => Object.assign(new Error("No."), { name, ...more });

test.for([
  { name: "one of this module", value: new Refusal("invalid", "No."), is: true },
  { name: "one of another copy of it", value: named("Refusal", { code: "invalid" }), is: true },
  { name: "an error with a code", value: named("Error", { code: "ENOENT" }), is: false },
  { name: "an error of that name without a code", value: named("Refusal", {}), is: false },
  { name: "what is no error", value: { name: "Refusal", code: "invalid" }, is: false },
  { name: "nothing", value: null, is: false },
])("$name is a refusal: $is", ({ value, is }) => {
  expect(value instanceof Refusal).toBe(is);
});
