import type { SchemeImpact } from "@/lib/api/schemes";
import { counted } from "@/lib/domain/figures";
import { Badge } from "../ui/badge";
import { TextLink } from "../ui/text-link";
import { effectInWords } from "./effect-wording";

/**
 * What happens to annotations, one line each; nothing for nothing.
 *
 * @param project its short name, to lead to articles in which it happens; null where they are not named
 */
export function Effects({
  project,
  effects,
}: {
  project: string | null;
  effects: SchemeImpact["effects"];
}) {
  if (effects.length === 0) return null;
  return (
    <ul className="divide-y divide-line">
      {effects.map((effect) => (
        <li key={JSON.stringify({ ...effect, articles: 0 })} className="py-2">
          <p className="flex flex-wrap items-center gap-2">
            <span>{effectInWords(effect)}</span>
            {effect.loss && <Badge tone="danger">Left out</Badge>}
          </p>
          {project !== null && (
            <p className="text-sm text-muted">
              In {counted(effect.sets, "set")}:{" "}
              {effect.articles.map(({ id, title }, at) => (
                <span key={id}>
                  {at > 0 && ", "}
                  <TextLink href={`/projects/${project}/articles/${id}`} target="_blank">
                    <bdi>{title}</bdi>
                  </TextLink>
                </span>
              ))}
              {effect.sets > effect.articles.length && " …"}
            </p>
          )}
        </li>
      ))}
    </ul>
  );
}
