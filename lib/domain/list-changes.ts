/**
 * What is different between two versions of a list. Both are mostly the same at their beginning and at
 * their end, so the rest is looked for between those alone: a comparison a record, which for tens of
 * thousands takes some hundredths of a millisecond.
 */
export type Stretch = {
  readonly start: number;
  /** Just behind it in the list as it was … */
  readonly before: number;
  /** … and as it is. */
  readonly after: number;
};

/** From the first record that differs to the last; of two that are the same, it is empty and at their end. */
export function stretchBetween(before: readonly unknown[], after: readonly unknown[]): Stretch {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start += 1;
  let same = 0;
  while (
    same < shorter - start &&
    before[before.length - 1 - same] === after[after.length - 1 - same]
  ) {
    same += 1;
  }
  return { start, before: before.length - same, after: after.length - same };
}

/** The records that are in one of two versions of a list and not in the other; none is in one of them twice. */
export function changesBetween<T>(
  before: readonly T[],
  after: readonly T[],
): { readonly gone: readonly T[]; readonly come: readonly T[] } {
  const stretch = stretchBetween(before, after);
  const was = before.slice(stretch.start, stretch.before);
  const is = after.slice(stretch.start, stretch.after);
  if (was.length === 0 || is.length === 0) return { gone: was, come: is };
  const [old, now] = [new Set(was), new Set(is)];
  return {
    gone: was.filter((record) => !now.has(record)),
    come: is.filter((record) => !old.has(record)),
  };
}

/**
 * A function that makes one list of another, record by record, and of its next version only what is new
 * there. It gives the same list as long as it gets the same.
 *
 * @param make gives the same of the same record
 */
export function mapping<T, U>(make: (record: T) => U): (list: readonly T[]) => readonly U[] {
  let last: readonly T[] = [];
  let made: readonly U[] = [];
  return (list) => {
    if (list === last) return made;
    const { start, before, after } = stretchBetween(last, list);
    made = [...made.slice(0, start), ...list.slice(start, after).map(make), ...made.slice(before)];
    last = list;
    return made;
  };
}

/** A function that counts the records of a list by what `kindOf` says, and of its next version only the changes. */
export function counting<T>(
  kindOf: (record: T) => string,
): (list: readonly T[]) => ReadonlyMap<string, number> {
  let last: readonly T[] = [];
  let counts: ReadonlyMap<string, number> = new Map();
  return (list) => {
    if (list === last) return counts;
    const { gone, come } = changesBetween(last, list);
    const next = new Map(counts);
    for (const record of gone) next.set(kindOf(record), (next.get(kindOf(record)) ?? 0) - 1);
    for (const record of come) next.set(kindOf(record), (next.get(kindOf(record)) ?? 0) + 1);
    for (const [kind, count] of next) if (count === 0) next.delete(kind);
    last = list;
    counts = next;
    return next;
  };
}
