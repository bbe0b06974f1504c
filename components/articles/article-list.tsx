import Link from "next/link";

export type ArticleItem = { readonly id: string; readonly title: string };

export function ArticleList({
  project,
  articles,
}: {
  project: string;
  articles: readonly ArticleItem[];
}) {
  return (
    <ul className="divide-y divide-line overflow-hidden rounded-lg border border-line bg-surface">
      {articles.map(({ id, title }) => (
        <li key={id}>
          <Link href={`/projects/${project}/articles/${id}`} className="block px-4 py-3.5">
            <span dir="auto">{title}</span>
          </Link>
        </li>
      ))}
    </ul>
  );
}
