/**
 * Chance that can be had again: the same seed gives the same numbers, here, in another process and in another
 * language, since the generator is written out below and needs 32-bit whole numbers only.
 *
 * It is xoshiro128** 1.1 (Blackman and Vigna, https://prng.di.unimi.it/xoshiro128starstar.c). Its four words of
 * state are the first four outputs of SplitMix32 from the seed, which are never all zero.
 */
export class SeededRandom {
  readonly #state: Uint32Array;

  /** @param seed a whole number, of which the lower 32 bits count; or the state itself, four words not all zero */
  constructor(seed: number | readonly [number, number, number, number]) {
    this.#state = Uint32Array.from(typeof seed === "number" ? splitMix32(seed) : seed);
  }

  /** The next number, from 0 to 2³² − 1. */
  next(): number {
    const state = this.#state;
    const s0 = state[0] ?? 0;
    const s1 = state[1] ?? 0;
    const s2 = state[2] ?? 0;
    const s3 = state[3] ?? 0;
    const result = Math.imul(rotated(Math.imul(s1, 5), 7), 9) >>> 0;
    const third = s2 ^ s0;
    const fourth = s3 ^ s1;
    state[0] = s0 ^ fourth;
    state[1] = s1 ^ third;
    state[2] = third ^ (s1 << 9);
    state[3] = rotated(fourth, 11);
    return result;
  }

  /** A whole number from 0 to `end` − 1, each as likely: what would favour some is drawn again. `end` is 1 to 2³². */
  below(end: number): number {
    const even = 2 ** 32 - (2 ** 32 % end);
    for (;;) {
      const drawn = this.next();
      if (drawn < even) return drawn % end;
    }
  }

  /** Some of a list, or all of it, in an order of chance (Fisher and Yates). The list stays as it is. */
  shuffled<T>(items: readonly T[], count = items.length): T[] {
    const order = [...items];
    for (let at = 0; at < Math.min(count, order.length - 1); at += 1) {
      const from = at + this.below(order.length - at);
      [order[at], order[from]] = [order[from] as T, order[at] as T]; // both are in the list
    }
    return order.slice(0, count);
  }
}

function rotated(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}

function splitMix32(seed: number): number[] {
  return [1, 2, 3, 4].map((step) => {
    let word = (seed + Math.imul(step, 0x9e3779b9)) | 0;
    word = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
    word = Math.imul(word ^ (word >>> 13), 0xc2b2ae35);
    return (word ^ (word >>> 16)) >>> 0;
  });
}
