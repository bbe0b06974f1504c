/**
 * A word with the English article that it takes: "a claim", "an attribution", "an hour", "a user".
 * By the spelling of its beginning, which is right for nearly all words; "a" before another script.
 */
export function withArticle(word: string): string {
  const isVowel = /^(?:[aeio]|u(?!ni(?![mn])|s[aeu]|ti|ro))/i.test(word);
  const isException = /^(?:one\b|once\b|eu|ewe)/i.test(word);
  const isSilent = /^(?:hono|hour|heir|honest)/i.test(word);
  return `${(isVowel && !isException) || isSilent ? "an" : "a"} ${word}`;
}

/** The words with a capital letter at their beginning, where its script has such. */
export function capitalised(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
