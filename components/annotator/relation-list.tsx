"use client";

import { IconButton } from "@/components/ui/button";
import { Icon } from "@/components/ui/icons";
import { LabelBadge } from "@/components/ui/label";
import { readable } from "@/lib/annotator/describing";
import type { Desk } from "@/lib/annotator/desk";
import { lookOf } from "@/lib/annotator/highlighting";
import { relationsBetween } from "@/lib/domain/scheme";
import { excerpt, type Relation, type Span } from "@/lib/domain/span";
import { useDesk } from "./use-annotating";

/** The relations of one span, told from its side. */
export function RelationList({
  desk,
  span,
  onGo,
}: {
  desk: Desk;
  span: Span;
  onGo: (id: string) => void;
}) {
  useDesk(desk);
  const relations = desk.set.relationsOf(span.id);
  if (relations.length === 0) return null;
  return (
    <div>
      <h3 className="mb-1 text-sm font-medium">Relations</h3>
      <ul className="space-y-1.5">
        {relations.map((relation) => (
          <Item key={relation.id} desk={desk} span={span} relation={relation} onGo={onGo} />
        ))}
      </ul>
    </div>
  );
}

function Item({
  desk,
  span,
  relation,
  onGo,
}: {
  desk: Desk;
  span: Span;
  relation: Relation;
  onGo: (id: string) => void;
}) {
  const { writable } = useDesk(desk);
  const outgoing = relation.from === span.id;
  const other = desk.set.spans.get(outgoing ? relation.to : relation.from);
  if (!other) return null;
  const rule = desk.scheme.relations.find(({ name }) => name === relation.type);
  const look = lookOf(desk.scheme, other.label);
  const [from, to] = outgoing ? [span, other] : [other, span];
  const types = relationsBetween(desk.scheme, from.label, to.label);
  const arrow = rule?.symmetric ? "↔" : outgoing ? "→" : "←";
  return (
    <li className="rounded-md border border-line px-2.5 py-1.5">
      <div className="flex items-center gap-1.5 text-sm">
        <Icon name="link" size={14} />
        {writable && types.length > 1 ? (
          <select
            aria-label="Relation type"
            className="rounded-sm border border-edge bg-surface px-1 text-sm"
            value={relation.type}
            onChange={({ target }) =>
              desk.perform([
                { type: "edit_relation", relation: { id: relation.id, type: target.value } },
              ])
            }
          >
            {types.map(({ name }) => (
              <option key={name} value={name}>
                {readable(name)}
              </option>
            ))}
          </select>
        ) : (
          <span className="font-medium">{readable(relation.type)}</span>
        )}
        <span aria-hidden="true">{arrow}</span>
        <span className="sr-only">
          {rule?.symmetric ? "both ways with" : outgoing ? "to" : "from"}
        </span>
        <span className="grow" />
        {writable && (
          <IconButton
            icon="trash"
            label={`Remove the relation ${readable(relation.type)}`}
            size="small"
            onClick={() =>
              desk.perform([{ type: "remove_relation", relation: { id: relation.id } }])
            }
          />
        )}
      </div>
      <button
        type="button"
        onClick={() => onGo(other.id)}
        className="flex w-full items-start gap-2 rounded-sm text-start hover:underline"
      >
        <LabelBadge style={look.style} letter={look.letter} name={look.name} compact />
        <span className="line-clamp-2 min-w-0" dir="auto">
          {excerpt(other.quote)}
        </span>
      </button>
    </li>
  );
}
