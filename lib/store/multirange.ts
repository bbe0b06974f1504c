import type { Fragment } from "@/lib/domain/span";

/** Fragments as PostgreSQL writes an int4multirange: `{[0,9),[12,20)}`. */
export function toMultirange(fragments: readonly Fragment[]): string {
  return `{${fragments.map(({ start, end }) => `[${start},${end})`).join(",")}}`;
}

/** Reads an int4multirange, which PostgreSQL always writes sorted, disjoint and half-open. */
export function fromMultirange(value: string): Fragment[] {
  const numbers = value.match(/\d+/g) ?? [];
  const fragments: Fragment[] = [];
  for (let at = 0; at + 1 < numbers.length; at += 2) {
    fragments.push({ start: Number(numbers[at]), end: Number(numbers[at + 1]) });
  }
  return fragments;
}
