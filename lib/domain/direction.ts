/** Letters of Hebrew, Arabic, Syriac, Thaana, N'Ko and the other scripts that Unicode writes leftwards. */
const leftwards =
  /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/** Which way a text runs: that of its first letter, as `dir="auto"` has it; "ltr" without any. */
export function directionOf(text: string): "ltr" | "rtl" {
  const [first = ""] = /\p{L}/u.exec(text) ?? [];
  return leftwards.test(first) ? "rtl" : "ltr";
}
