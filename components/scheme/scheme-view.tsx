import type { ReactNode } from "react";
import { groupTitle, labelGroups } from "@/lib/domain/label-groups";
import { labelStyle, styleNumberOf } from "@/lib/domain/label-style";
import type { AttributeRule, LabelRule, RelationRule, Scheme } from "@/lib/domain/scheme";
import { attributeInWords } from "@/lib/domain/scheme-differences";
import { Badge } from "../ui/badge";
import { Kbd } from "../ui/kbd";
import { LabelBadge } from "../ui/label-badge";

const readable = (name: string) => name.replaceAll("_", " ");

/** A scheme, to be read: its labels by group, relation types, and what is said of an article. */
export function SchemeView({ scheme }: { scheme: Scheme }) {
  const { labels, relations, article } = scheme;
  const groups = labelGroups(scheme);
  return (
    <div className="space-y-10">
      {groups.map((group) => (
        <section key={group.group} aria-label={groupTitle(group, groups)}>
          <h2 dir="auto" className="mb-3 text-lg font-semibold">
            {groupTitle(group, groups)}
          </h2>
          <ul className="grid gap-3 lg:grid-cols-2">
            {group.labels.map((rule) => (
              <LabelCard key={rule.name} rule={rule} index={labels.indexOf(rule)} />
            ))}
          </ul>
        </section>
      ))}
      {relations.length > 0 && (
        <section aria-label="Relation types">
          <h2 className="mb-3 text-lg font-semibold">Relation types</h2>
          <ul className="grid gap-3 lg:grid-cols-2">
            {relations.map((rule) => (
              <RelationCard key={rule.name} rule={rule} />
            ))}
          </ul>
        </section>
      )}
      {article.length > 0 && (
        <section aria-label="Attributes of the article">
          <h2 className="mb-3 text-lg font-semibold">Attributes of the article</h2>
          <Attributes rules={article} />
        </section>
      )}
    </div>
  );
}

function Card({ children }: { children: ReactNode }) {
  return (
    <li className="min-w-0 rounded-lg border border-line bg-surface p-4 wrap-anywhere">
      {children}
    </li>
  );
}

function Definition({ text }: { text: string | undefined }) {
  if (text === undefined) return null;
  return (
    <p dir="auto" className="mt-2 whitespace-pre-line">
      {text}
    </p>
  );
}

function LabelCard({ rule, index }: { rule: LabelRule; index: number }) {
  const { name, letter, key, overlap, definition, examples = [], attributes } = rule;
  return (
    <Card>
      <h3 className="flex flex-wrap items-center gap-x-3 gap-y-1 font-semibold">
        <LabelBadge
          style={labelStyle(styleNumberOf(rule, index))}
          letter={letter}
          name={readable(name)}
        />
        {key !== undefined && (
          <span className="text-muted">
            <span className="sr-only">Key </span>
            <Kbd>{key}</Kbd>
          </span>
        )}
        {overlap && <Badge>may overlap</Badge>}
      </h3>
      <Definition text={definition} />
      {examples.length > 0 && (
        <ul className="mt-2 space-y-1 border-s-2 border-line ps-3 text-muted">
          {examples.map((example) => (
            <li key={example} dir="auto" className="font-reading">
              {example}
            </li>
          ))}
        </ul>
      )}
      <Attributes rules={attributes} />
    </Card>
  );
}

const howMany = {
  many_to_one: "at most one from each span",
  one_to_many: "at most one to each span",
  one_to_one: "at most one from and to each span",
} as const;

function RelationCard({ rule }: { rule: RelationRule }) {
  const { name, from, to, symmetric, acyclic, cardinality = "many_to_many" } = rule;
  return (
    <Card>
      <h3 className="font-semibold">{readable(name)}</h3>
      <p className="mt-1 text-muted">
        {from.map(readable).join(", ")} {symmetric ? "↔" : "→"} {to.map(readable).join(", ")}
      </p>
      {(acyclic || cardinality !== "many_to_many") && (
        <p className="mt-1 flex flex-wrap gap-1.5">
          {acyclic && <Badge>no circles</Badge>}
          {cardinality !== "many_to_many" && <Badge>{howMany[cardinality]}</Badge>}
        </p>
      )}
      <Definition text={rule.definition} />
      <Attributes rules={rule.attributes} />
    </Card>
  );
}

function Attributes({ rules }: { rules: readonly AttributeRule[] }) {
  if (rules.length === 0) return null;
  return (
    <ul className="mt-3 space-y-1.5 text-sm">
      {rules.map((rule) => (
        <li key={rule.name}>
          {attributeInWords(rule)}
          {rule.definition !== undefined && (
            <span dir="auto" className="block text-muted">
              {rule.definition}
            </span>
          )}
        </li>
      ))}
    </ul>
  );
}
