/**
 * Characters that leave no mark on a page: white space, what a font draws nothing for (Unicode's
 * default ignorables, such as joiners, marks of direction, fillers and variation selectors), other
 * formatting and control characters, and the empty Braille cell. Not those few formatting characters
 * that are drawn around what follows them, such as the Arabic number sign.
 */
const blankOnly =
  /^(?:(?![\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\u{110bd}\u{110cd}])[\s\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800])*$/u;

/**
 * Whether somebody who looks at a text sees nothing; true of an empty one. Of a part of a text, ask
 * only for whole grapheme clusters: the variation selector behind a heart is blank by itself.
 */
export function isBlank(text: string): boolean {
  return blankOnly.test(text);
}
