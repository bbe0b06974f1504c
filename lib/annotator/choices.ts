/** Something to be chosen by typing what it is called. */
export type Choice = { readonly id: string; readonly words: string };

/**
 * The choices that what has been typed fits, the best first: those that begin with it, then those of
 * whose words each typed word begins one, in whatever order, then those that have it anywhere. Of those
 * that fit alike, the order stays. All of them for nothing typed. Case and accents make no difference.
 */
export function fitting<Item extends Choice>(choices: readonly Item[], typed: string): Item[] {
  const query = folded(typed).trim();
  if (query === "") return [...choices];
  const sought = query.split(/\s+/);
  const rank = ({ words }: Item): number => {
    const name = folded(words);
    if (name.startsWith(query)) return 0;
    const parts = name.split(/[^\p{L}\p{N}]+/u);
    if (sought.every((word) => parts.some((part) => part.startsWith(word)))) return 1;
    return name.includes(query) ? 2 : 3;
  };
  const ranked = choices.map((choice) => ({ choice, rank: rank(choice) }));
  return ranked
    .filter((one) => one.rank < 3)
    .sort((a, b) => a.rank - b.rank)
    .map(({ choice }) => choice);
}

function folded(words: string): string {
  return words.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}
