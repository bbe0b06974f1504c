import { compareByUnit, type Range } from "./text";

/** What lies on a text: one or more fragments, sorted and disjoint, under a label. */
export type Placed = {
  readonly id: string;
  readonly label: string;
  readonly fragments: readonly Range[];
};

/** Where an item starts decides, then where it ends; the id makes it a total order. */
export function inTextOrder(
  a: Pick<Placed, "id" | "fragments">,
  b: Pick<Placed, "id" | "fragments">,
): number {
  return startOf(a) - startOf(b) || endOf(a) - endOf(b) || compareByUnit(a.id, b.id);
}

/** The index of an item in a list in text order, or that at which it belongs there. */
export function indexInOrder<Item extends Pick<Placed, "id" | "fragments">>(
  list: readonly Item[],
  item: Item,
): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const there = list[middle];
    if (there && inTextOrder(there, item) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Items on a text by where they lie, any number of them over each other: adding one, removing one
 * and finding those that overlap a range take a time that grows with the logarithm of their number.
 *
 * Each label has a tree of its own, with a node for every fragment. A tree's nodes never change, so
 * a copy shares them and is made at once.
 */
export class RangeSet<Item extends Placed> {
  readonly #trees: Map<string, Tree<Item>>;

  /** @param items none is there twice */
  constructor(items: Iterable<Item> = []) {
    this.#trees = new Map();
    for (const [label, alike] of Map.groupBy(items, (item) => item.label)) {
      const leaves = alike.flatMap((item) =>
        item.fragments.map((fragment) => node(null, item, fragment, null)),
      );
      this.#trees.set(label, balanced(leaves.sort(compareNodes), 0, leaves.length));
    }
  }

  /** A set of the same items, in which nothing changes when this one does, nor the other way. */
  copy(): RangeSet<Item> {
    const copy = new RangeSet<Item>();
    for (const [label, tree] of this.#trees) copy.#trees.set(label, tree);
    return copy;
  }

  /** Adds an item that is not there; what it overlaps stays. */
  add(item: Item): void {
    let tree = this.#trees.get(item.label) ?? null;
    for (const fragment of item.fragments) tree = inserted(tree, node(null, item, fragment, null));
    this.#trees.set(item.label, tree);
  }

  /** Removes an item, as it was when it was added; one that is not there changes nothing. */
  delete(item: Item): void {
    let tree = this.#trees.get(item.label) ?? null;
    for (const fragment of item.fragments) tree = without(tree, node(null, item, fragment, null));
    this.#trees.set(item.label, tree);
  }

  /**
   * The items that share at least one character with one of the ranges, each once; what only
   * touches a range does not, and an empty range has none. Lazily, in no particular order: who
   * needs only the first need not pay for the rest.
   *
   * @param label only items with this label; all by default
   */
  *overlapping(ranges: readonly Range[], label?: string): Generator<Item> {
    // Mostly nothing is found, and nothing is to be remembered then.
    let seen: Set<Item> | null = null;
    const trees = label === undefined ? this.#trees.values() : [this.#trees.get(label)];
    for (const tree of trees) {
      for (const range of ranges) {
        if (range.start >= range.end) continue;
        for (const item of overlappingIn(tree ?? null, range)) {
          if (seen?.has(item)) continue;
          seen ??= new Set();
          seen.add(item);
          yield item;
        }
      }
    }
  }

  /** All items, in text order: see {@link inTextOrder}. */
  inOrder(): Item[] {
    let runs = [...this.#trees.values()].map((tree) => gather(tree, []));
    while (runs.length > 1) {
      const merged: Item[][] = [];
      for (let at = 0; at < runs.length; at += 2) {
        merged.push(merge(runs[at] ?? [], runs[at + 1] ?? []));
      }
      runs = merged;
    }
    return runs[0] ?? [];
  }
}

function startOf({ fragments }: Pick<Placed, "fragments">): number {
  // Stryker disable next-line OptionalChaining: an item lies somewhere
  return fragments[0]?.start ?? 0;
}

function endOf({ fragments }: Pick<Placed, "fragments">): number {
  return fragments.at(-1)?.end ?? 0;
}

/** A fragment of an item, between the nodes before and after it. */
type Node<Item> = {
  readonly left: Tree<Item>;
  readonly item: Item;
  readonly fragment: Range;
  readonly right: Tree<Item>;
  /** How many nodes there are from here on down. */
  readonly size: number;
  /** The highest end of all fragments from here on down. */
  readonly reach: number;
};

/**
 * Sorted by where the fragment starts, then as items are in text order: so the first fragments
 * alone are in text order. Balanced by the number of nodes on either side.
 *
 * Source: Adams, "Efficient sets: a balancing act" (1993), with the parameters that Hirai and
 * Yamamoto, "Balancing weight-balanced trees" (2011), show to be right.
 */
type Tree<Item> = Node<Item> | null;
const [DELTA, GAMMA] = [3, 2];

function node<Item>(left: Tree<Item>, item: Item, fragment: Range, right: Tree<Item>): Node<Item> {
  return {
    left,
    item,
    fragment,
    right,
    size: 1 + sizeOf(left) + sizeOf(right),
    reach: Math.max(fragment.end, left?.reach ?? 0, right?.reach ?? 0),
  };
}

function sizeOf<Item>(tree: Tree<Item>): number {
  return tree?.size ?? 0;
}

function compareNodes<Item extends Placed>(a: Node<Item>, b: Node<Item>): number {
  return (
    a.fragment.start - b.fragment.start ||
    endOf(a.item) - endOf(b.item) ||
    compareByUnit(a.item.id, b.item.id)
  );
}

/** The same node between other neighbours, brought back into balance if one side has gained or lost one. */
function between<Item>(left: Tree<Item>, { item, fragment }: Node<Item>, right: Tree<Item>) {
  const [before, after] = [sizeOf(left) + 1, sizeOf(right) + 1];
  if (right && after > DELTA * before) {
    if (right.left && sizeOf(right.left) + 1 >= GAMMA * (sizeOf(right.right) + 1)) {
      const top = right.left;
      return node(
        node(left, item, fragment, top.left),
        top.item,
        top.fragment,
        node(top.right, right.item, right.fragment, right.right),
      );
    }
    return node(node(left, item, fragment, right.left), right.item, right.fragment, right.right);
  }
  if (left && before > DELTA * after) {
    if (left.right && sizeOf(left.right) + 1 >= GAMMA * (sizeOf(left.left) + 1)) {
      const top = left.right;
      return node(
        node(left.left, left.item, left.fragment, top.left),
        top.item,
        top.fragment,
        node(top.right, item, fragment, right),
      );
    }
    return node(left.left, left.item, left.fragment, node(left.right, item, fragment, right));
  }
  return node(left, item, fragment, right);
}

function inserted<Item extends Placed>(tree: Tree<Item>, added: Node<Item>): Node<Item> {
  if (tree === null) return added;
  // Stryker disable next-line EqualityOperator: what is added is not there
  return compareNodes(added, tree) < 0
    ? between(inserted(tree.left, added), tree, tree.right)
    : between(tree.left, tree, inserted(tree.right, added));
}

function without<Item extends Placed>(tree: Tree<Item>, gone: Node<Item>): Tree<Item> {
  if (tree === null) return null;
  const order = compareNodes(gone, tree);
  if (order < 0) return between(without(tree.left, gone), tree, tree.right);
  if (order > 0) return between(tree.left, tree, without(tree.right, gone));
  if (tree.left === null) return tree.right;
  if (tree.right === null) return tree.left;
  const next = firstOf(tree.right);
  return between(tree.left, next, withoutFirst(tree.right));
}

function firstOf<Item>(tree: Node<Item>): Node<Item> {
  let first = tree;
  while (first.left) first = first.left;
  return first;
}

function withoutFirst<Item>(tree: Node<Item>): Tree<Item> {
  return tree.left ? between(withoutFirst(tree.left), tree, tree.right) : tree.right;
}

/** The tree of some nodes that are in order, from `start` to just before `end`. */
function balanced<Item>(nodes: readonly Node<Item>[], start: number, end: number): Tree<Item> {
  const middle = nodes[(start + end) >> 1];
  if (start >= end || !middle) return null;
  const at = (start + end) >> 1;
  const [before, after] = [balanced(nodes, start, at), balanced(nodes, at + 1, end)];
  return node(before, middle.item, middle.fragment, after);
}

function* overlappingIn<Item>(tree: Tree<Item>, { start, end }: Range): Generator<Item> {
  const waiting: Node<Item>[] = [];
  let next = tree;
  for (;;) {
    // Nothing that ends before the range is worth going down to.
    while (next && next.reach > start) {
      waiting.push(next);
      next = next.left;
    }
    const here = waiting.pop();
    // What comes after one that starts behind the range starts there too.
    if (!here || here.fragment.start >= end) return;
    if (here.fragment.end > start) yield here.item;
    next = here.right;
  }
}

/** Adds the items of a tree to a list, in text order. */
function gather<Item extends Placed>(tree: Tree<Item>, into: Item[]): Item[] {
  if (tree === null) return into;
  gather(tree.left, into);
  // An item is where its first fragment is.
  if (tree.fragment.start === startOf(tree.item)) into.push(tree.item);
  return gather(tree.right, into);
}

/** Merges two lists that are in text order. */
function merge<Item extends Placed>(one: readonly Item[], other: readonly Item[]): Item[] {
  const merged: Item[] = [];
  let at = 0;
  for (const item of other) {
    // Stryker disable next-line EqualityOperator: no two items are equal in text order
    for (let next = one[at]; next && inTextOrder(next, item) < 0; next = one[at]) {
      merged.push(next);
      at += 1;
    }
    merged.push(item);
  }
  for (; at < one.length; at += 1) merged.push(one[at] as Item); // at is within
  return merged;
}
