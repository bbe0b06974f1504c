"use client";

import { Select } from "@/components/ui/field";
import { IconButton } from "@/components/ui/icon-button";
import { Icon } from "@/components/ui/icons";
import { LabelBadge } from "@/components/ui/label-badge";
import { appearanceOf } from "@/lib/annotator/label-appearance";
import { retype } from "@/lib/annotator/reworking";
import { readable } from "@/lib/annotator/wording";
import { relationsBetween } from "@/lib/domain/scheme";
import { excerpt, type Relation, type Span } from "@/lib/domain/span";
import { AttributeControls, AttributeList } from "./attribute-control";
import { DirectionMark } from "./direction-mark";
import { type SyncedAnnotator, useAnnotatorState } from "./use-annotator";

/** The relations of one span, told from its side. */
export function RelationList({
  annotator,
  span,
  onGo,
}: {
  annotator: SyncedAnnotator;
  span: Span;
  onGo: (id: string) => void;
}) {
  useAnnotatorState(annotator);
  const relations = annotator.set.relationsOf(span.id);
  if (relations.length === 0) return null;
  return (
    <div>
      <h2 className="mb-1 text-sm font-medium">Relations</h2>
      <ul className="space-y-1.5">
        {relations.map((relation) => (
          <Item
            key={relation.id}
            annotator={annotator}
            span={span}
            relation={relation}
            onGo={onGo}
          />
        ))}
      </ul>
    </div>
  );
}

function Item({
  annotator,
  span,
  relation,
  onGo,
}: {
  annotator: SyncedAnnotator;
  span: Span;
  relation: Relation;
  onGo: (id: string) => void;
}) {
  const { writable } = useAnnotatorState(annotator);
  const outgoing = relation.from === span.id;
  const other = annotator.set.spans.get(outgoing ? relation.to : relation.from);
  if (!other) return null;
  const rule = annotator.scheme.relations.find(({ name }) => name === relation.type);
  const appearance = appearanceOf(annotator.scheme, other.label);
  const [from, to] = outgoing ? [span, other] : [other, span];
  const types = relationsBetween(annotator.scheme, from.label, to.label);
  const direction = rule?.symmetric ? "both" : outgoing ? "to" : "from";
  return (
    <li className="rounded-md border border-line px-2.5 py-1.5">
      <div className="flex items-center gap-1.5 text-sm">
        <Icon name="link" size={14} />
        {writable && types.length > 1 ? (
          <Select
            label="Relation type"
            hideLabel
            className="compact"
            options={types.map(({ name }) => ({ value: name, label: readable(name) }))}
            value={relation.type}
            onChange={({ target }) =>
              annotator.perform(retype(annotator.scheme, relation, target.value))
            }
          />
        ) : (
          <span className="font-medium">{readable(relation.type)}</span>
        )}
        <DirectionMark direction={direction} />
        <span className="grow" />
        {writable && (
          <IconButton
            icon="trash"
            label={`Remove the relation ${readable(relation.type)}`}
            size="small"
            onClick={() =>
              annotator.perform([{ type: "remove_relation", relation: { id: relation.id } }])
            }
          />
        )}
      </div>
      <button
        type="button"
        onClick={() => onGo(other.id)}
        className="flex w-full items-start gap-2 rounded-sm text-start hover:underline"
      >
        <LabelBadge
          style={appearance.style}
          letter={appearance.letter}
          name={appearance.name}
          compact
        />
        <span className="line-clamp-2 min-w-0" dir="auto">
          {excerpt(other.quote)}
        </span>
      </button>
      {rule && rule.attributes.length > 0 && (
        <div className="mt-2 space-y-2.5 border-t border-line pt-2">
          {writable ? (
            <AttributeControls
              annotator={annotator}
              of={relation.id}
              holder={rule}
              attributes={relation.attributes}
              onSet={(name, value, gesture) =>
                annotator.setAttribute(relation.id, name, value, gesture)
              }
            />
          ) : (
            <AttributeList rules={rule.attributes} attributes={relation.attributes} />
          )}
        </div>
      )}
    </li>
  );
}
