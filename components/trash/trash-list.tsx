"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import { call } from "@/lib/api/client";
import type { TrashItem, TrashPage } from "@/lib/api/trash";
import { Badge } from "../ui/badge";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { EmptyState } from "../ui/empty-state";
import { TextField } from "../ui/field";
import { LoadMore } from "../ui/load-more";
import { Notice } from "../ui/notice";
import { Cell, Table } from "../ui/table";
import { TimeAgo } from "../ui/time-ago";
import { toast } from "../ui/toast";
import { useCollection } from "../ui/use-collection";
import { useForm } from "../ui/use-form";

const calendar = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeZone: "UTC" });

/** What can be restored, with a button each. */
export function TrashList({ first }: { first: TrashPage }) {
  const router = useRouter();
  const [restored, setRestored] = useState<ReadonlySet<string>>(new Set());
  const [busy, setBusy] = useState<string | null>(null);
  const [renaming, setRenaming] = useState<TrashItem | null>(null);
  const list = useCollection({
    of: "items",
    first,
    idOf: ({ id }: TrashItem) => id,
    load: (cursor) => call("GET /trash", { query: { cursor } }),
  });

  /** @param href where it is now */
  function done(item: TrashItem, href: string) {
    setRestored((before) => new Set([...before, item.id]));
    toast.success(item.kind === "project" ? "The project is back." : "The article is back.", {
      duration: 10_000,
      action: { label: "Open", onClick: () => router.push(href) },
    });
    router.refresh(); // the menu of projects
  }
  async function restore(item: TrashItem) {
    setBusy(item.id);
    const answer =
      item.kind === "article"
        ? await call("POST /articles/{id}/restore", { path: { id: item.id } })
        : await call("POST /projects/{project}/restore", { path: { project: item.id } });
    setBusy(null);
    if (answer.ok) done(item, addressOf(item));
    else if (item.kind === "project" && answer.field === "slug") setRenaming(item);
    else toast.error(answer.message, { duration: 10_000 });
  }

  const items = list.items?.filter(({ id }) => !restored.has(id)) ?? [];
  if (items.length === 0 && !list.hasMore && list.failure === null) {
    return (
      <EmptyState icon="trash" title="Nothing is in the trash">
        Articles and projects that are deleted stay here for 30 days.
      </EmptyState>
    );
  }
  return (
    <>
      {list.failure !== null && <Notice tone="danger">{list.failure}</Notice>}
      <Table
        label="What can be restored"
        columns={[
          { name: "What", className: "w-full" },
          { name: "Deleted", wide: true },
          { name: "Kept until", wide: true },
          { name: "Actions", unseen: true },
        ]}
      >
        {items.map((item) => {
          const by = <bdi>{item.deleted_by ?? "the command line"}</bdi>;
          return (
            <tr key={item.id}>
              <Cell className="sm:min-w-64">
                <span className="flex flex-wrap items-baseline gap-x-2 gap-y-1">
                  <span
                    dir="auto"
                    className={
                      item.kind === "article"
                        ? "font-reading font-semibold wrap-anywhere"
                        : "font-semibold wrap-anywhere"
                    }
                  >
                    {item.title}
                  </span>
                  {item.kind === "project" && <Badge>Project</Badge>}
                </span>
                <span className="block text-sm text-muted wrap-anywhere">
                  {item.kind === "article" ? (
                    <>
                      in <bdi>{item.project.title}</bdi>
                    </>
                  ) : (
                    <bdi>{item.project.slug}</bdi>
                  )}
                  <span className="sm:hidden">
                    , deleted <TimeAgo at={item.deleted_at} /> by {by}
                  </span>
                </span>
              </Cell>
              <Cell className="hidden text-sm text-muted sm:table-cell">
                <TimeAgo at={item.deleted_at} />
                <span className="block">by {by}</span>
              </Cell>
              <Cell className="hidden text-sm whitespace-nowrap text-muted sm:table-cell">
                <time dateTime={item.kept_until}>{calendar.format(new Date(item.kept_until))}</time>
              </Cell>
              <Cell className="text-end whitespace-nowrap">
                <Button
                  size="small"
                  icon="undo"
                  className="-my-1"
                  aria-label={`Restore ${item.title}`}
                  busy={busy === item.id}
                  onClick={() => void restore(item)}
                >
                  Restore
                </Button>
              </Cell>
            </tr>
          );
        })}
      </Table>
      {list.hasMore && <LoadMore busy={list.busy} onLoad={list.loadMore} />}
      <RestoreUnderAnotherName item={renaming} onClose={() => setRenaming(null)} onDone={done} />
    </>
  );
}

function addressOf({ kind, id, project }: TrashItem): string {
  const articles = `/projects/${project.slug}/articles`;
  return kind === "article" ? `${articles}/${id}` : articles;
}

/** A project whose short name has been given to another meanwhile. */
function RestoreUnderAnotherName({
  item,
  onClose,
  onDone,
}: {
  item: TrashItem | null;
  onClose: () => void;
  onDone: (item: TrashItem, href: string) => void;
}) {
  const form = useForm({
    send: (written) =>
      call("POST /projects/{project}/restore", {
        path: { project: item?.id ?? "" },
        body: { slug: written("slug") },
      }),
    onDone: ({ slug }) => {
      if (item) onDone(item, `/projects/${slug}/articles`);
      onClose();
    },
  });
  return (
    <Dialog
      open={item !== null}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title="Another short name is needed"
      description={
        item && (
          <>
            There is another project called <bdi className="font-semibold">{item.project.slug}</bdi>{" "}
            by now.
          </>
        )
      }
    >
      <form onSubmit={form.submit} className="space-y-4">
        <TextField
          label="Short name"
          name="slug"
          required
          dir="ltr"
          autoComplete="off"
          autoCapitalize="none"
          defaultValue={item ? `${item.project.slug}-restored` : ""}
          hint="In addresses: a-z, 0-9 and -"
          error={form.failure?.message}
        />
        <div className="flex justify-end gap-2 pb-1">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" busy={form.busy}>
            Restore
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
