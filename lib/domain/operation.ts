import { inTextOrder, RangeSet } from "./range-set";
import { Refusal } from "./refusal";
import type { AttributePatch, DecisionShape, Operation, Shape, SourceShape } from "./schemas";
import {
  articleHolder,
  checkedAttributes,
  checkRelation,
  labelRule,
  type RelationRule,
  relationHolder,
  type Scheme,
} from "./scheme";
import {
  type Attributes,
  type AttributeValue,
  checkFragments,
  checkQuote,
  type Relation,
  type Span,
  sameValue,
} from "./span";
import { type ArticleText, checkStorable, type Range } from "./text";

export type { Operation, OperationBatch } from "./schemas";

/** A reviewer's span, named by its set and its id. */
export type Source = Shape<typeof SourceShape>;

/** What became of some sources in a gold set; `sources` are sorted, each once, and `spans` are of that set. */
export type Decision = Shape<typeof DecisionShape>;

/**
 * The decisions of a gold set: `lib/domain/decisions.ts`. Apart from what is here, because pages on which nobody
 * decides have no need of it.
 */
export interface Decided {
  /** By id. */
  readonly all: ReadonlyMap<string, Decision>;
  /** What was decided on a source; null for nothing. */
  on(source: Source): Decision | null;
  /** The same, by the key of a source, where many are asked for again and again. */
  onKey(key: string): Decision | null;
  /** The decisions that a span of gold came of; none for one that is the curator's own. */
  naming(spanId: string): readonly Decision[];
  /** @throws Refusal "conflict" for a span that a decision names */
  requireFree(spanId: string): void;
  /** What leads here from other decisions of the same set. */
  changesFrom(before: Decided): DecisionChange[];
  plan(operation: DecisionIntent, spans: ReadonlyMap<string, Span>): Change;
  commit(change: DecisionChange): void;
  copy(): Decided;
}

export type DecisionIntent = Extract<Intent, { readonly type: "add_decision" | "remove_decision" }>;

export type DecisionChange = {
  readonly kind: "decision";
  readonly before: Decision | null;
  readonly after: Decision | null;
};

/** An operation without its id: what is to happen, before it is recorded. */
export type Intent = Operation extends infer O
  ? O extends Operation
    ? Omit<O, "id">
    : never
  : never;

/** What an operation did: a record that came (before is null), went (after is null) or changed. */
export type Change =
  | { readonly kind: "span"; readonly before: Span | null; readonly after: Span | null }
  | { readonly kind: "relation"; readonly before: Relation | null; readonly after: Relation | null }
  | DecisionChange
  | { readonly kind: "note"; readonly before: string; readonly after: string }
  /** Of the article itself. */
  | { readonly kind: "attributes"; readonly before: Attributes; readonly after: Attributes };

/** What operations are judged against. */
export type AnnotationContext = {
  readonly text: ArticleText;
  readonly scheme: Scheme;
  /** Of gold: what keeps its decisions. Other sets have none. */
  readonly deciding?: ((decisions: Iterable<Decision>) => Decided) | undefined;
};

/**
 * The spans, relations, decisions, note and attributes of one annotation set, and the one place that says what an
 * operation may do to them. The browser and the server both run it; the server may hold only
 * the part of a set that a batch can touch.
 */
export class Annotations {
  #spans: Map<string, Span>;
  #relations: Map<string, Relation>;
  /** The spans by where they lie; null until somebody asks. */
  #ranges: RangeSet<Span> | null = null;
  /** Makes those, as long as nothing has changed; copies share what it makes. */
  #placing: () => RangeSet<Span>;
  /** The relations of each span, by the span's id; null until somebody asks. */
  #linked: Map<string, Set<Relation>> | null = null;
  #decided: Decided | null;
  #note: string;
  #attributes: Attributes;

  constructor({
    spans = [],
    relations = [],
    decided = null,
    note = "",
    attributes = {},
  }: {
    spans?: Iterable<Span>;
    relations?: Iterable<Relation>;
    /** Of gold; none may be made without. */
    decided?: Decided | null | undefined;
    note?: string;
    attributes?: Attributes;
  } = {}) {
    this.#spans = byId(spans);
    this.#relations = byId(relations);
    this.#decided = decided;
    this.#placing = placing(this.#spans);
    this.#note = note;
    this.#attributes = attributes;
  }

  /** The same again, to be changed without changing this. */
  copy(): Annotations {
    const copy = new Annotations();
    copy.#spans = new Map(this.#spans);
    copy.#relations = new Map(this.#relations);
    copy.#decided = this.#decided?.copy() ?? null;
    copy.#ranges = this.#ranges?.copy() ?? null;
    copy.#placing = this.#placing;
    copy.#note = this.#note;
    copy.#attributes = this.#attributes;
    return copy;
  }

  /** By id. */
  get spans(): ReadonlyMap<string, Span> {
    return this.#spans;
  }

  /** By id. */
  get relations(): ReadonlyMap<string, Relation> {
    return this.#relations;
  }

  /** Null for a set that is not gold. */
  get decided(): Decided | null {
    return this.#decided;
  }

  get note(): string {
    return this.#note;
  }

  /** Of the article itself. */
  get attributes(): Attributes {
    return this.#attributes;
  }

  /** In text order; a new list each time. */
  spansInOrder(): Span[] {
    // Mostly they came in that order, and that is seen faster than trees are made.
    return this.#ranges?.inOrder() ?? [...this.#spans.values()].sort(inTextOrder);
  }

  /**
   * The spans that share a character with one of the ranges, in no particular order.
   *
   * @param label only those of this label; all by default
   */
  overlapping(ranges: readonly Range[], label?: string): Span[] {
    return [...this.#placed.overlapping(ranges, label)];
  }

  relationsOf(spanId: string): Relation[] {
    return [...this.#relationsAt(spanId)];
  }

  /**
   * Works out what an operation would change, without changing anything.
   *
   * @throws Refusal "unprocessable" if it breaks a rule of DESIGN 3 or 4; "conflict" if what it
   *   speaks of is not there or is there already
   */
  plan(operation: Intent, context: AnnotationContext): Change {
    switch (operation.type) {
      case "add_span": {
        const { span } = operation;
        if (this.spans.has(span.id))
          throw new Refusal("conflict", "This span is there already.", { span: span.id });
        return { kind: "span", before: null, after: this.#checkedSpan(span, context) };
      }
      case "edit_span": {
        const before = this.#span(operation.span.id);
        const { label, fragments, quote, attributes } = operation.span;
        if ((fragments === undefined) !== (quote === undefined)) {
          throw new Refusal(
            "unprocessable",
            "New fragments come with their quote, and the other way round.",
            {
              span: before.id,
            },
          );
        }
        const after = this.#checkedSpan(
          {
            id: before.id,
            label: label ?? before.label,
            fragments: fragments ?? before.fragments,
            quote: quote ?? before.quote,
            attributes: patched(before.attributes, attributes),
          },
          context,
        );
        for (const relation of this.relationsOf(before.id)) {
          this.#checkedRelation(relation, context, after);
        }
        return { kind: "span", before, after };
      }
      case "remove_span": {
        const before = this.#span(operation.span.id);
        const relations = this.relationsOf(before.id).map(({ id }) => id);
        if (relations.length > 0) {
          throw new Refusal("conflict", "This span has relations; remove them first.", {
            span: before.id,
            relations,
          });
        }
        this.#decided?.requireFree(before.id);
        return { kind: "span", before, after: null };
      }
      case "add_relation": {
        const { relation } = operation;
        if (this.relations.has(relation.id)) {
          throw new Refusal("conflict", "This relation is there already.", {
            relation: relation.id,
          });
        }
        return { kind: "relation", before: null, after: this.#checkedRelation(relation, context) };
      }
      case "edit_relation": {
        const before = this.#relation(operation.relation.id);
        const { type, from, to, attributes } = operation.relation;
        const after = this.#checkedRelation(
          {
            id: before.id,
            type: type ?? before.type,
            from: from ?? before.from,
            to: to ?? before.to,
            attributes: patched(before.attributes, attributes),
          },
          context,
        );
        return { kind: "relation", before, after };
      }
      case "remove_relation":
        return { kind: "relation", before: this.#relation(operation.relation.id), after: null };
      case "add_decision":
      case "remove_decision":
        if (!this.#decided) throw new Refusal("unprocessable", "Only gold has decisions.");
        return this.#decided.plan(operation, this.spans);
      case "set_article_note":
        checkStorable(operation.note, "note");
        return { kind: "note", before: this.note, after: operation.note };
      case "set_article_attributes": {
        const before = this.attributes;
        const after = checkedAttributes(
          articleHolder(context.scheme),
          patched(before, operation.attributes),
        );
        return { kind: "attributes", before, after };
      }
    }
  }

  /** Carries out a planned change. */
  commit(change: Change): void {
    if (change.kind === "note") {
      this.#note = change.after;
      return;
    }
    if (change.kind === "attributes") {
      this.#attributes = change.after;
      return;
    }
    if (change.kind === "decision") {
      this.#decided?.commit(change);
      return;
    }
    // Stryker disable next-line OptionalChaining: a change has one of the two
    const id = (change.after ?? change.before)?.id ?? "";
    if (change.kind === "span") {
      const placed = this.#placed; // as it was before
      const known = this.#spans.get(id);
      if (known) placed.delete(known);
      put(this.#spans, change);
      if (change.after) placed.add(change.after);
      return;
    }
    const known = this.#relations.get(id);
    // Stryker disable next-line OptionalChaining: what is known is linked at both ends
    if (known) for (const end of ends(known)) this.#linked?.get(end)?.delete(known);
    put(this.#relations, change);
    if (change.after && this.#linked) link(this.#linked, change.after);
  }

  /** Plans and carries out; see {@link plan} for what it throws. */
  apply(operation: Intent, context: AnnotationContext): Change {
    const change = this.plan(operation, context);
    this.commit(change);
    return change;
  }

  get #placed(): RangeSet<Span> {
    this.#ranges ??= this.#placing();
    return this.#ranges;
  }

  #span(id: string): Span {
    const span = this.spans.get(id);
    if (!span) throw new Refusal("conflict", "This span is no longer there.", { span: id });
    return span;
  }

  #relation(id: string): Relation {
    const relation = this.relations.get(id);
    if (!relation)
      throw new Refusal("conflict", "This relation is no longer there.", { relation: id });
    return relation;
  }

  #checkedSpan(span: Span, { text, scheme }: AnnotationContext): Span {
    const rule = labelRule(scheme, span.label);
    const attributes = checkedAttributes(rule, span.attributes);
    checkFragments(text, span.fragments);
    checkQuote(text, span.fragments, span.quote);
    const others = rule.overlap ? [] : this.#placed.overlapping(span.fragments, span.label);
    for (const other of others) {
      if (other.id === span.id) continue;
      throw new Refusal("conflict", `Two spans labelled ${span.label} cannot overlap.`, {
        span: span.id,
        overlaps: other.id,
      });
    }
    return attributes === span.attributes ? span : { ...span, attributes };
  }

  /** `changed` stands in for the span of its id, whose edit is being judged. */
  #checkedRelation(relation: Relation, { scheme }: AnnotationContext, changed?: Span): Relation {
    const at = (id: string) => (changed?.id === id ? changed : this.spans.get(id));
    const from = at(relation.from);
    const to = at(relation.to);
    if (!from || !to) {
      throw new Refusal("conflict", "A relation links two spans of the same annotation set.", {
        relation: relation.id,
        missing: from ? relation.to : relation.from,
      });
    }
    if (from.id === to.id) {
      throw new Refusal("unprocessable", "A span cannot be related to itself.", {
        relation: relation.id,
      });
    }
    const rule = checkRelation(scheme, relation.type, from.label, to.label);
    const attributes = checkedAttributes(relationHolder(rule), relation.attributes);
    const obstacle = this.#obstacle(rule, relation);
    if (obstacle) {
      const { message, ...details } = obstacle;
      throw new Refusal("conflict", message, { relation: relation.id, ...details });
    }
    return attributes === relation.attributes ? relation : { ...relation, attributes };
  }

  /**
   * Whether the other relations of a type let there be a further one between two spans that it may lead from
   * and to by their labels.
   */
  mayRelate(rule: RelationRule, from: string, to: string): boolean {
    return this.#obstacle(rule, { from, to }) === null;
  }

  /** What of the same type is in the way of a relation, `id` aside; null for nothing. */
  #obstacle(
    { name, cardinality = "many_to_many", symmetric, acyclic }: RelationRule,
    { id, from, to }: { readonly id?: string; readonly from: string; readonly to: string },
  ): { message: string; exists?: string; span?: string } | null {
    const others = (span: string) =>
      [...this.#relationsAt(span)].filter((other) => other.type === name && other.id !== id);
    // One end may have thousands of relations where the other has a few.
    const [fewer, more] = [this.#relationsAt(from), this.#relationsAt(to)];
    // Stryker disable next-line ConditionalExpression,EqualityOperator: the other end takes longer
    const near = others(fewer.size <= more.size ? from : to);
    const same = near.find((other) => ends(other).includes(from) && ends(other).includes(to));
    if (same)
      return { message: `These two spans are linked by "${name}" already.`, exists: same.id };
    const [one, other] = cardinality.split("_to_");
    for (const end of ["from", "to"] as const) {
      // One of what it leads to is one of it for what it leads from; of a symmetric one, each end is both.
      const isOne = (end === "from" ? other : one) === "one";
      if (!isOne && !(symmetric && cardinality.includes("one"))) continue;
      const span = end === "from" ? from : to;
      const taken = others(span).find((its) => symmetric || its[end] === span);
      const way = symmetric ? "" : ` ${end} it`;
      if (taken) {
        return { message: `A span has at most one "${name}"${way}.`, span, exists: taken.id };
      }
    }
    if (!acyclic) return null;
    // Follows the relations from where it leads to: they must not come to where it begins.
    const seen = new Set<string>();
    const ahead = [to];
    for (let at = ahead.pop(); at !== undefined; at = ahead.pop()) {
      if (at === from) return { message: `"${name}" would lead in a circle.`, span: from };
      if (seen.has(at)) continue;
      seen.add(at);
      for (const its of others(at)) if (its.from === at) ahead.push(its.to);
    }
    return null;
  }

  #relationsAt(spanId: string): Set<Relation> {
    if (this.#linked === null) {
      this.#linked = new Map();
      for (const relation of this.#relations.values()) link(this.#linked, relation);
    }
    return this.#linked.get(spanId) ?? new Set();
  }
}

function byId<T extends { readonly id: string }>(records: Iterable<T>): Map<string, T> {
  const known = new Map<string, T>();
  for (const record of records) known.set(record.id, record);
  return known;
}

/** Of the spans as they are now; made once, for all that ask. */
function placing(spans: ReadonlyMap<string, Span>): () => RangeSet<Span> {
  const now = [...spans.values()];
  let made: RangeSet<Span> | null = null;
  return () => {
    made ??= new RangeSet(now);
    return made.copy();
  };
}

function ends({ from, to }: Relation): readonly string[] {
  return [from, to];
}

function link(linked: Map<string, Set<Relation>>, relation: Relation): void {
  for (const end of ends(relation)) {
    const known = linked.get(end);
    if (known) known.add(relation);
    else linked.set(end, new Set([relation]));
  }
}

/**
 * What takes a change back, and nothing that others did to the same record since. Relations of a removed span are taken back by the changes that
 * removed them, so undoing a group of changes undoes them last to first.
 */
export function inverse(change: Change): Intent {
  if (change.kind === "note") return { type: "set_article_note", note: change.before };
  if (change.kind === "attributes") {
    const attributes = patchBetween(change.after, change.before);
    return { type: "set_article_attributes", attributes };
  }
  if (change.kind === "span") {
    const { before, after } = change;
    if (before && after) {
      const moved = JSON.stringify(before.fragments) !== JSON.stringify(after.fragments);
      return {
        type: "edit_span",
        span: {
          id: before.id,
          ...(before.label === after.label ? {} : { label: before.label }),
          ...(moved ? { fragments: [...before.fragments], quote: before.quote } : {}),
          attributes: patchBetween(after.attributes, before.attributes),
        },
      };
    }
    if (before) return { type: "add_span", span: before };
    // Stryker disable next-line OptionalChaining: a change has one of the two
    return { type: "remove_span", span: { id: after?.id ?? "" } };
  }
  if (change.kind === "decision") {
    const { before, after } = change;
    if (before) return { type: "add_decision", decision: before };
    // Stryker disable next-line OptionalChaining: as above
    return { type: "remove_decision", decision: { id: after?.id ?? "" } };
  }
  const { before, after } = change;
  if (before && after) {
    return {
      type: "edit_relation",
      relation: {
        id: before.id,
        ...(before.type === after.type ? {} : { type: before.type }),
        ...(before.from === after.from ? {} : { from: before.from }),
        ...(before.to === after.to ? {} : { to: before.to }),
        attributes: patchBetween(after.attributes, before.attributes),
      },
    };
  }
  if (before) return { type: "add_relation", relation: before };
  // Stryker disable next-line OptionalChaining: as above
  return { type: "remove_relation", relation: { id: after?.id ?? "" } };
}

/** The change the other way round. */
export function reversed(change: Change): Change {
  if (change.kind === "note") return { kind: "note", before: change.after, after: change.before };
  if (change.kind === "attributes") {
    return { kind: "attributes", before: change.after, after: change.before };
  }
  if (change.kind === "span") return { kind: "span", before: change.after, after: change.before };
  if (change.kind === "decision") {
    return { kind: "decision", before: change.after, after: change.before };
  }
  return { kind: "relation", before: change.after, after: change.before };
}

function put<T extends Span | Relation>(
  records: Map<string, T>,
  { before, after }: { readonly before: T | null; readonly after: T | null },
): void {
  if (after) {
    records.set(after.id, after);
    return;
  }
  // Stryker disable next-line ConditionalExpression: a change has one of the two
  if (before) records.delete(before.id);
}

function patched(attributes: Attributes, patch: AttributePatch = {}): Attributes {
  const entries = new Map(Object.entries(attributes));
  for (const [name, value] of Object.entries(patch)) {
    // The name of a value that is taken away is in the history all the same.
    checkStorable(name, "An attribute's name");
    if (value === null) entries.delete(name);
    else entries.set(name, value);
  }
  return Object.fromEntries(entries);
}

function patchBetween(from: Attributes, to: Attributes): Record<string, AttributeValue | null> {
  const gone = Object.keys(from).filter((name) => !Object.hasOwn(to, name));
  const set = Object.entries(to).filter(([name, value]) => !sameValue(from[name], value));
  return Object.fromEntries([...gone.map((name) => [name, null] as const), ...set]);
}
