import { Link } from "../ui/link";
import { Section } from "../ui/page";
import { TimeAgo } from "../ui/time-ago";

/** The articles of which somebody's work was decided, the latest first; nothing where there are none. */
export function DecidedWork({
  articles,
}: {
  articles: readonly {
    readonly article: { readonly id: string; readonly title: string };
    readonly project: { readonly slug: string; readonly title: string };
    readonly settled_at: string;
  }[];
}) {
  if (articles.length === 0) return null;
  return (
    <Section title="Decided" lead="Curators have settled these: see what became of your spans.">
      <ul className="divide-y divide-line">
        {articles.map(({ article, project, settled_at }) => (
          <li key={article.id} className="py-2 first:pt-0 last:pb-0">
            <Link
              href={`/projects/${project.slug}/articles/${article.id}/decisions`}
              prefetch={false}
              className="wrap-anywhere"
            >
              <bdi>{article.title}</bdi>
            </Link>
            <p className="text-sm text-muted">
              <bdi>{project.title}</bdi> · <TimeAgo at={settled_at} />
            </p>
          </li>
        ))}
      </ul>
    </Section>
  );
}
