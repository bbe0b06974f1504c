import { expect, test } from "vitest";
import { counted } from "@/lib/domain/figures";

test.for([
  { told: counted(0, "span"), as: "0 spans" },
  { told: counted(1, "span"), as: "1 span" },
  { told: counted(20_000, "span"), as: "20,000 spans" },
  { told: counted(1, "person", "people"), as: "1 person" },
  { told: counted(2, "person", "people"), as: "2 people" },
])("a number of things is told as $as", ({ told, as }) => {
  expect(told).toBe(as);
});
