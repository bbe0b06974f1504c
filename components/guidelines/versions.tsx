"use client";

import { call } from "@/lib/api/client";
import type { GuidelineHead, GuidelineHeadPage } from "@/lib/api/guidelines";
import { LoadMore } from "../ui/load-more";
import { Cell, Table } from "../ui/table";
import { TextLink } from "../ui/text-link";
import { TimeAgo } from "../ui/time-ago";
import { toast } from "../ui/toast";
import { useCollection } from "../ui/use-collection";

/** The versions of a project's guidelines: what changed with each, who wrote it and when. */
export function GuidelineVersions({
  project,
  first,
}: {
  project: string;
  first: GuidelineHeadPage;
}) {
  const versions = useCollection({
    of: "versions",
    first,
    idOf: ({ version }: GuidelineHead) => String(version),
    load: async (cursor) => {
      const answer = await call("GET /projects/{project}/guidelines/versions", {
        path: { project },
        query: { cursor },
      });
      if (!answer.ok) toast.error(answer.message);
      return answer;
    },
  });
  return (
    <>
      <Table
        label="Versions"
        columns={["Version", "What changed", { name: "By", wide: true }, "Saved"]}
      >
        {versions.items?.map(({ version, note, created_by: by, created_at: at }) => (
          <tr key={version}>
            <Cell className="whitespace-nowrap">
              <TextLink href={`/projects/${project}/guidelines/versions/${version}`}>
                Version {version}
              </TextLink>
            </Cell>
            <Cell className="min-w-28 wrap-anywhere whitespace-pre-line">
              {note === "" ? <span className="text-muted">Nobody said</span> : <bdi>{note}</bdi>}
            </Cell>
            <Cell className="hidden sm:table-cell">
              <bdi>{by ?? "Gainsay"}</bdi>
            </Cell>
            <Cell>
              <TimeAgo at={at} />
            </Cell>
          </tr>
        ))}
      </Table>
      {versions.hasMore && <LoadMore busy={versions.busy} onLoad={versions.loadMore} />}
    </>
  );
}
