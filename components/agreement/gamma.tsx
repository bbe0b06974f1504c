import type { KeptAgreement } from "@/lib/api/agreement";
import { inTwoDigits, intervalOf, measureWords, restsOn } from "@/lib/domain/agreement/wording";
import { counted, inFigures } from "@/lib/domain/figures";
import { TextLink } from "../ui/text-link";
import { Making } from "./making";

/** γ, which is only worked out when somebody wants it: it takes long. */
export function Gamma({ project, kept }: { project: string; kept: KeptAgreement }) {
  const { report, made, asked, state, progress, failure } = kept;
  const measure = report?.gamma?.measure;
  const interval = measure && intervalOf(measure);
  const lacking = report?.gamma?.by_article.filter(({ value }) => value === null).length ?? 0;
  const isOld = made !== null && !made.current;
  return (
    <div className="mt-5 border-t border-line pt-4">
      <h3 className="font-semibold">γ</h3>
      <p className="mt-0.5 text-muted">{measureWords.gamma.says}</p>
      {measure && (
        <p className="mt-2">
          <span className="figures text-xl font-semibold">{inTwoDigits(measure.value)}</span>{" "}
          <span className="figures text-sm text-muted">
            {interval && `${interval} in 95 of 100 samples, `}the mean of {restsOn(measure)}
          </span>
          {measure.value === null && ` ${measure.why_undefined}`}
          {isOld && " It is of what was submitted before."}
        </p>
      )}
      {lacking > 0 && (
        <details className="mt-3">
          <summary className="w-fit rounded-sm text-sm text-accent underline underline-offset-3">
            Undefined of {counted(lacking, "article")}
          </summary>
          <ul className="mt-2 space-y-1 text-sm">
            {kept.without_gamma.map(({ article, version, why_undefined }) => (
              <li key={`${article.id} ${version}`}>
                <TextLink
                  href={`/projects/${project}/adjudication/${article.id}?version=${version}`}
                  prefetch={false}
                >
                  <bdi>{article.title}</bdi>
                </TextLink>
                <span className="text-muted"> {why_undefined}</span>
              </li>
            ))}
            {lacking > kept.without_gamma.length && (
              <li className="text-muted">
                … and {inFigures(lacking - kept.without_gamma.length)} more
              </li>
            )}
          </ul>
        </details>
      )}
      {(!measure || isOld || progress) && (
        <div className="mt-3">
          <Making
            key={`${state} ${made?.at}`}
            project={project}
            asked={asked}
            progress={progress}
            failure={failure}
            label={measure ? "Work γ out anew" : "Work γ out, which takes long"}
          />
        </div>
      )}
    </div>
  );
}
