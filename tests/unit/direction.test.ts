import { expect, test } from "vitest";
import { directionOf } from "@/lib/domain/direction";

test.for([
  ["Marovia denied it", "ltr"],
  ["وزارت بهداشت تکذیب کرد", "rtl"],
  ["משרד הבריאות", "rtl"],
  ["ދިވެހި", "rtl"],
  ["𞤀𞤣𞤤𞤢𞤥", "rtl"],
  ["外交部发言人否认", "ltr"],
  ["2024: «وزارت» and others", "rtl"],
  ["«Reuters» وزارت", "ltr"],
  ["12.05.2024", "ltr"],
  ["", "ltr"],
] as const)("“%s” runs %s", ([text, direction]) => {
  expect(directionOf(text)).toBe(direction);
});
