"use client";

import { call } from "@/lib/api/client";
import type { Project, ProjectPage } from "@/lib/api/projects";
import { Badge } from "../ui/badge";
import { Link } from "../ui/link";
import { LoadMore } from "../ui/load-more";
import { toast } from "../ui/toast";
import { useCollection } from "../ui/use-collection";
import { roleLabel } from "./roles";

/** The projects somebody may see. Give it a `key` of where its first page ends: it goes on from there. */
export function ProjectList({ first }: { first: ProjectPage }) {
  const projects = useCollection({
    of: "projects",
    first,
    idOf: ({ id }: Project) => id,
    load: async (cursor) => {
      const answer = await call("GET /projects", { query: { cursor } });
      if (!answer.ok) toast.error(answer.message);
      return answer;
    },
  });
  return (
    <>
      <ul className="divide-y divide-line overflow-hidden rounded-lg border border-line bg-surface">
        {projects.items?.map(({ id, slug, title, role }) => (
          <li key={id}>
            <Link
              href={`/projects/${slug}/articles`}
              className="flex items-center justify-between gap-4 px-4 py-3.5 text-ink no-underline hover:bg-sunken focus-visible:-outline-offset-2 sm:px-5"
            >
              <span className="min-w-0">
                <span
                  dir="auto"
                  className="block [text-align:match-parent] font-reading text-lg font-semibold wrap-anywhere"
                >
                  {title}
                </span>
                <span dir="ltr" className="block text-sm text-muted wrap-anywhere">
                  {slug}
                </span>
              </span>
              <Badge tone={role === "admin" ? "accent" : "neutral"}>{roleLabel(role)}</Badge>
            </Link>
          </li>
        ))}
      </ul>
      {projects.hasMore && <LoadMore busy={projects.busy} onLoad={projects.loadMore} />}
    </>
  );
}
