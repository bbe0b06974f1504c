import { expect } from "vitest";
import type { RefusalCode } from "@/lib/domain/refusal";

/** A refusal of a kind, with these details at least. */
export function refusal(code: RefusalCode, details: object = {}) {
  return expect.objectContaining({
    name: "Refusal",
    code,
    details: expect.objectContaining(details),
  });
}
