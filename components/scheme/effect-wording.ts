import type { SchemeImpact } from "@/lib/api/schemes";
import { counted } from "@/lib/domain/figures";

type Effect = SchemeImpact["effects"][number];

/** What happens, in words: "12 spans of claim become assertion." */
export function effectInWords({
  cause,
  of,
  holder,
  attribute,
  value,
  becomes,
  count,
}: Effect): string {
  const whose = of === "article" ? "the article" : (holder ?? "");
  const spans = `${counted(count, "span")} of ${whose}`;
  const relations = `${counted(count, "relation")} of ${whose}`;
  const values = `${counted(count, "value")} of ${attribute} on ${whose}`;
  const things = of === "relation" ? relations : spans;
  const verb = count === 1 ? "is" : "are";
  switch (cause) {
    case "label_renamed":
    case "relation_renamed":
      return `${things} ${count === 1 ? "becomes" : "become"} ${becomes}.`;
    case "attribute_renamed":
      return `${values} ${verb} kept as ${becomes}.`;
    case "value_changed":
      return `${values} ${count === 1 ? "becomes" : "become"} ${becomes}${value === null ? "" : ` (before, ${value})`}.`;
    case "label_left_out":
    case "relation_left_out":
      return `${things} ${verb} left out.`;
    case "attribute_left_out":
      return `${values} ${verb} left out with the attribute.`;
    case "value_left_out":
      return `${values}${value === null ? "" : `, ${value},`} ${verb} left out: it can no longer be that.`;
    case "overlap":
      return `${spans} ${verb} left out: they may not overlap any more.`;
    case "ends":
      return `${relations} ${verb} left out: it may not lead between these labels any more.`;
    case "end_left_out":
      return `${relations} ${verb} left out with a span at an end.`;
    case "others_in_the_way":
      return `${relations} ${verb} left out: there may not be so many, or they lead in a circle.`;
  }
}
