"use client";

import { useRouter } from "next/navigation";
import { useEffect, useState } from "react";
import { call } from "@/lib/api/client";
import type { SchemeHead, SchemeHeadPage } from "@/lib/api/schemes";
import { counted } from "@/lib/domain/figures";
import { Badge } from "../ui/badge";
import { Button } from "../ui/button";
import { ConfirmDialog } from "../ui/dialog";
import { LoadMore } from "../ui/load-more";
import { Notice } from "../ui/notice";
import { Cell, Table } from "../ui/table";
import { TextLink } from "../ui/text-link";
import { TimeAgo } from "../ui/time-ago";
import { toast } from "../ui/toast";
import { useCollection } from "../ui/use-collection";

/** How often it is asked how far sets are carried over, in milliseconds. */
const PAUSE = 2000;

/** The versions of a project's scheme, how annotation sets come to the one that holds, and the way back from it. */
export function SchemeVersions({
  project,
  first,
  mayManage,
}: {
  /** By its short name. */
  project: string;
  first: SchemeHeadPage;
  mayManage: boolean;
}) {
  const router = useRouter();
  const [carrying, setCarrying] = useState(first.carrying);
  const [isAsked, setAsked] = useState(false);
  const [busy, setBusy] = useState(false);
  const { left } = carrying;
  useEffect(() => {
    if (left === 0) return;
    const timer = setInterval(async () => {
      const answer = await call("GET /projects/{project}/schemes", {
        path: { project },
        query: { limit: 1 },
      });
      if (answer.ok) setCarrying(answer.value.carrying);
    }, PAUSE);
    return () => clearInterval(timer);
  }, [project, left]);
  const versions = useCollection({
    of: "versions",
    first,
    idOf: ({ version }: SchemeHead) => String(version),
    load: async (cursor) => {
      const answer = await call("GET /projects/{project}/schemes", {
        path: { project },
        query: { cursor },
      });
      if (!answer.ok) toast.error(answer.message);
      return answer;
    },
  });
  const [holds] = first.versions;
  async function undo({ version }: SchemeHead) {
    setBusy(true);
    const answer = await call("POST /projects/{project}/schemes/{version}/undo", {
      path: { project, version: String(version) },
    });
    setBusy(false);
    setAsked(false);
    if (!answer.ok) return toast.error(answer.message);
    toast.success(`Version ${answer.value.version} holds now.`);
    router.refresh();
  }
  return (
    <>
      <div role="status" className="mb-3 space-y-2 empty:hidden">
        {carrying.left > 0 && (
          <Notice>{counted(carrying.left, "annotation set")} still to be carried over.</Notice>
        )}
        {carrying.waiting > 0 && (
          <Notice tone="warn">
            <p>
              {counted(carrying.waiting, "annotation set")} would lose something, and{" "}
              {carrying.waiting === 1 ? "waits for its author" : "wait for their authors"}:
            </p>
            <ul className="mt-1">
              {carrying.authors.map(({ user, sets, article }) => (
                <li key={user.id}>
                  <bdi>{user.name}</bdi>, {counted(sets, "set")}, such as in{" "}
                  <TextLink href={`/projects/${project}/articles/${article.id}`}>
                    <bdi>{article.title}</bdi>
                  </TextLink>
                </li>
              ))}
            </ul>
          </Notice>
        )}
      </div>
      <Table
        label="Versions"
        columns={[
          "Version",
          "What changed",
          { name: "By", wide: true },
          { name: "Made", wide: true },
          { name: "Undo", unseen: true },
        ]}
      >
        {versions.items?.map((head) => {
          const { version, note, created_by: by, created_at: at, base, restores } = head;
          const isHolding = version === holds?.version;
          return (
            <tr key={version}>
              <Cell className="whitespace-nowrap">
                <TextLink href={`/projects/${project}/scheme/versions/${version}`}>
                  Version {version}
                </TextLink>{" "}
                {isHolding && <Badge tone="ok">holds</Badge>}
              </Cell>
              <Cell className="min-w-28 wrap-anywhere whitespace-pre-line">
                {restores !== null && (
                  <p>
                    Undoes version {base}, as version {restores} was.
                  </p>
                )}
                {note !== "" ? (
                  <bdi>{note}</bdi>
                ) : (
                  restores === null && (
                    <span className="text-muted">
                      {base === null ? "The first" : "Nobody said"}
                    </span>
                  )
                )}
              </Cell>
              <Cell className="hidden sm:table-cell">
                <bdi>{by ?? "Gainsay"}</bdi>
              </Cell>
              <Cell className="hidden sm:table-cell">
                <TimeAgo at={at} />
              </Cell>
              <Cell>
                {mayManage && isHolding && base !== null && (
                  <ConfirmDialog
                    open={isAsked}
                    onOpenChange={setAsked}
                    trigger={
                      <Button size="small" variant="quiet" icon="undo" className="-my-1">
                        Undo
                      </Button>
                    }
                    title={`Undo version ${version}?`}
                    confirm="Undo it"
                    busy={busy}
                    onConfirm={() => void undo(head)}
                  >
                    Version {version + 1} then brings back the scheme of version {base}, and in
                    annotations the names that were changed and what was left out, as far as nobody
                    has changed it since.
                  </ConfirmDialog>
                )}
              </Cell>
            </tr>
          );
        })}
      </Table>
      {versions.hasMore && <LoadMore busy={versions.busy} onLoad={versions.loadMore} />}
    </>
  );
}
