/**
 * A map from words, found by where they stand in a text. A map of strings would need a string made of
 * each word that is looked up, and of those alone an import's time was more than a quarter.
 */
export class SubstringMap<T> {
  /** One more than the entry's number; 0 where there is none. Open addressing, at most half full. */
  #slots = new Int32Array(1024);
  #hashes: number[] = [];
  #words: string[] = [];
  #values: T[] = [];

  get size(): number {
    return this.#words.length;
  }

  /** What was added for `text.slice(start, end)`. */
  find(text: string, start: number, end: number): T | undefined {
    const hash = hashOf(text, start, end);
    const mask = this.#slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const entry = (this.#slots[slot] ?? 0) - 1;
      if (entry < 0) return undefined;
      // Stryker disable next-line ConditionalExpression: the hash only saves comparing
      if (this.#hashes[entry] === hash && standsAt(this.#words[entry] ?? "", text, start, end)) {
        return this.#values[entry];
      }
    }
  }

  /** @param word one that is not there yet */
  add(word: string, value: T): void {
    // Stryker disable next-line EqualityOperator: one more than half full is as good
    if (this.#words.length * 2 >= this.#slots.length) this.#grow();
    const hash = hashOf(word, 0, word.length);
    this.#hashes.push(hash);
    this.#values.push(value);
    this.#place(hash, this.#words.push(word));
  }

  clear(): void {
    this.#slots = new Int32Array(1024);
    this.#hashes = [];
    this.#words = [];
    this.#values = [];
  }

  #grow(): void {
    this.#slots = new Int32Array(this.#slots.length * 2);
    this.#hashes.forEach((hash, entry) => {
      this.#place(hash, entry + 1);
    });
  }

  #place(hash: number, entry: number): void {
    const mask = this.#slots.length - 1;
    let slot = hash & mask;
    while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
    this.#slots[slot] = entry;
  }
}

/**
 * FNV-1a over UTF-16 units, its high bits brought down to where they are looked at.
 *
 * Source: http://www.isthe.com/chongo/tech/comp/fnv/
 */
function hashOf(text: string, start: number, end: number): number {
  // Stryker disable next-line UnaryOperator: it spreads as well from elsewhere
  let hash = -2_128_831_035; // 2166136261 as a signed number
  for (let at = start; at < end; at += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 16_777_619);
  }
  return (hash ^ (hash >>> 15)) & 0x3fff_ffff;
}

/** Whether `text.slice(start, end)` is the word. */
function standsAt(word: string, text: string, start: number, end: number): boolean {
  // Stryker disable next-line ConditionalExpression: words of two lengths and one hash are yet to be found
  if (word.length !== end - start) return false;
  for (let at = 0; at < word.length; at += 1) {
    if (word.charCodeAt(at) !== text.charCodeAt(start + at)) return false;
  }
  return true;
}
