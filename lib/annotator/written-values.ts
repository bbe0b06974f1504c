import { capitalised } from "@/lib/domain/grammar";
import { type AttributeRule, isValueOf, valuesInWords } from "@/lib/domain/scheme";
import type { AttributeValue } from "@/lib/domain/span";
import { readable } from "./wording";

/** The value that somebody writes, with whatever digits; null where it is none. Of a text it is what is written. */
export function valueWritten(rule: AttributeRule, text: string): AttributeValue | null {
  if (rule.type !== "number") return text;
  const plain = text
    .normalize("NFKC")
    .trim()
    .replace(/\p{Nd}/gu, (digit) => String(digitValue(digit)))
    .replace(/^[\u2212\u2013]/u, "-")
    .replace(/[,\u066b]/u, ".");
  const value = /^-?(?:\d+\.?\d*|\.\d+)$/.test(plain) ? Number(plain) : Number.NaN;
  return isValueOf(rule, value) ? value : null;
}

/** What a decimal digit of any script counts; the ten of each script follow each other in Unicode. */
function digitValue(digit: string): number {
  let value = 0;
  const code = digit.codePointAt(0) ?? 0;
  while (value < 9 && /\p{Nd}/u.test(String.fromCodePoint(code - value - 1))) value += 1;
  return value;
}

/** What is told where something is written that is none: "Severity is a whole number from 1 to 5." */
export function notWritten(rule: AttributeRule): string {
  return `${capitalised(readable(rule.name))} is ${valuesInWords(rule)}.`;
}
