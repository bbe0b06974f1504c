import { type Attributes, type AttributeValue, keptUnder } from "../span";
import { chanceCorrected, NO_VARIATION } from "./chance-corrected";
import { byName } from "./confusion";
import type { Definition } from "./definition";
import { GrowingMap } from "./growing-map";
import type { ArticleSums } from "./sums";

/** What can have attributes. */
const holderKinds = ["label", "relation", "article"] as const;
type HolderKind = (typeof holderKinds)[number];

/** What pairs of those are counted in. */
const units = {
  label: "span_pair",
  relation: "relation_pair",
  article: "article_pair",
} as const satisfies Record<HolderKind, Definition["unit"]>;

/** Values of an attribute beyond which it is no choice but text, of which α is not computed. */
const MOST_VALUES = 500;

const NOTHING_TOGETHER = "Nothing goes together that could have it.";
const FREE_TEXT = "It has too many different values to be a choice.";

/** How many pairs of what has attributes go together, and what is counted of each attribute. */
type Held = {
  readonly together: number;
  readonly attributes: GrowingMap<string, AttributeColumns>;
};

/** What is counted of an attribute of things that go together. */
type AttributeColumns = {
  readonly of: Record<"told" | "alike" | "numbers" | "sum" | "squares" | "apart", number>;
  /** How often each value was given; none is not among them. */
  readonly values: GrowingMap<string, number>;
  isNumber: boolean;
};

/** Agreement on the attributes of spans, relations and articles that go together. */
export class AttributeSums {
  readonly #sums: ArticleSums;
  readonly #held: Record<HolderKind, GrowingMap<string | null, Held>>;

  /** @param sums of the articles: that row is added to which is being filled */
  constructor(sums: ArticleSums) {
    this.#sums = sums;
    const holders = () => new GrowingMap<string | null, Held>(() => this.#nothingHeld());
    this.#held = { label: holders(), relation: holders(), article: holders() };
  }

  #nothingHeld(): Held {
    return {
      together: this.#sums.column(),
      attributes: new GrowingMap(() => ({
        of: this.#sums.columns("told", "alike", "numbers", "sum", "squares", "apart"),
        values: new GrowingMap(() => this.#sums.column()),
        isNumber: true,
      })),
    };
  }

  /** Adds two that go together. @param holder the label or the type of relation; null for the article */
  add(kind: HolderKind, holder: string | null, one: Attributes, other: Attributes): void {
    const { together, attributes } = this.#held[kind].need(holder);
    this.#sums.add(together, 1);
    for (const name of new Set([...Object.keys(one), ...Object.keys(other)])) {
      this.#addValues(
        attributes.need(name),
        keptUnder(one, name) ?? null,
        keptUnder(other, name) ?? null,
      );
    }
  }

  #addValues(
    attribute: AttributeColumns,
    x: AttributeValue | null,
    y: AttributeValue | null,
  ): void {
    const { of, values } = attribute;
    if (x === null && y === null) return;
    this.#sums.add(of.told, 1);
    const [first, second] = [keyOf(x), keyOf(y)];
    if (first === second) this.#sums.add(of.alike, 1);
    for (const value of [first, second]) {
      if (value === null || values.size > MOST_VALUES) continue;
      this.#sums.add(values.need(value), 1);
    }
    if ((x !== null && typeof x !== "number") || (y !== null && typeof y !== "number")) {
      attribute.isNumber = false;
    }
    if (typeof x !== "number" || typeof y !== "number") return;
    this.#sums.add(of.numbers, 1);
    this.#sums.add(of.sum, x + y);
    this.#sums.add(of.squares, x * x + y * y);
    this.#sums.add(of.apart, (x - y) ** 2);
  }

  /**
   * Of each attribute that anything had, the column of how many pairs could have it, and the measures: of labels, then
   * relations, then articles, by name.
   */
  get all(): {
    about: { holder_kind: HolderKind; holder: string | null; name: string };
    together: number;
    definitions: Definition[];
  }[] {
    return holderKinds.flatMap((kind) =>
      byName(this.#held[kind]).flatMap(([holder, { together, attributes }]) =>
        byName(attributes).map(([name, attribute]) => ({
          about: { holder_kind: kind, holder, name },
          together,
          definitions: definitionsOf(kind, together, attribute),
        })),
      ),
    );
  }
}

/** The same for the same values. */
function keyOf(value: AttributeValue | null): string | null {
  if (value === null) return null;
  return typeof value === "string" ? `"${value}` : JSON.stringify(value);
}

function definitionsOf(
  kind: HolderKind,
  together: number,
  { of, values, isNumber }: AttributeColumns,
): Definition[] {
  const unit = units[kind];
  const n = (sums: Float64Array) => sums[together] ?? 0;
  // Where neither has a value, both left it empty.
  const alike = (sums: Float64Array) => (sums[of.alike] ?? 0) + n(sums) - (sums[of.told] ?? 0);
  const nominal = (sums: Float64Array) => {
    const all = 2 * n(sums);
    let [squares, given] = [0, 0];
    for (const column of values.values()) {
      squares += (sums[column] ?? 0) ** 2;
      given += sums[column] ?? 0;
    }
    return chanceCorrected(all - 2 * alike(sums), all, squares + (all - given) ** 2, all - 1);
  };
  const interval = (sums: Float64Array) => {
    const all = 2 * (sums[of.numbers] ?? 0);
    const expected =
      (2 * (all * (sums[of.squares] ?? 0) - (sums[of.sum] ?? 0) ** 2)) / (all * (all - 1));
    return expected > 0 ? 1 - (2 * (sums[of.apart] ?? 0)) / all / expected : Number.NaN;
  };
  const isText = values.size > MOST_VALUES && !isNumber;
  return [
    {
      name: "percent_agreement",
      of: (sums) => alike(sums) / n(sums),
      why: () => NOTHING_TOGETHER,
      n,
      unit,
    },
    {
      name: "attribute_alpha",
      of: isText ? () => Number.NaN : isNumber ? interval : nominal,
      why: (sums) => (isText ? FREE_TEXT : n(sums) > 0 ? NO_VARIATION : NOTHING_TOGETHER),
      n: isNumber ? (sums) => sums[of.numbers] ?? 0 : n,
      unit,
    },
  ];
}
