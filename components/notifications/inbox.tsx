"use client";

import { call } from "@/lib/api/client";
import type { Notification, NotificationPage } from "@/lib/api/notifications";
import { LoadMore } from "../ui/load-more";
import { TimeAgo } from "../ui/time-ago";
import { toast } from "../ui/toast";
import { useCollection } from "../ui/use-collection";

/** What somebody is told, the latest first. Give it a `key` of where its first page ends. */
export function Inbox({ first }: { first: NotificationPage }) {
  const inbox = useCollection({
    of: "notifications",
    first,
    idOf: ({ id }: Notification) => id,
    load: async (cursor) => {
      const answer = await call("GET /notifications", { query: { cursor } });
      if (!answer.ok) toast.error(answer.message);
      return answer;
    },
  });
  return (
    <>
      <ul className="divide-y divide-line overflow-hidden rounded-lg border border-line bg-surface">
        {inbox.items?.map((notification) => (
          <Entry key={notification.id} notification={notification} />
        ))}
      </ul>
      {inbox.hasMore && <LoadMore busy={inbox.busy} onLoad={inbox.loadMore} />}
    </>
  );
}

function Entry({ notification }: { notification: Notification }) {
  const { id, headline, project, round, article, remark, created_at, read_at } = notification;
  const isUnread = read_at === null;
  const about = article?.title ?? round?.title;
  return (
    <li>
      {/* By the server, which notes that it is read, and without scripts. */}
      <a
        href={`/notifications/${id}`}
        className="flex gap-3 px-4 py-3 text-ink no-underline hover:bg-sunken focus-visible:-outline-offset-2"
      >
        <span
          aria-hidden="true"
          className={`mt-2 size-2 shrink-0 rounded-full ${isUnread ? "bg-accent" : ""}`}
        />
        <span className="min-w-0 grow">
          <span className="flex flex-wrap items-baseline justify-between gap-x-4">
            <span className={`wrap-anywhere ${isUnread ? "font-semibold" : ""}`}>
              {isUnread && <span className="sr-only">Unread: </span>}
              {headline}
            </span>
            <span className="text-sm text-muted">
              <TimeAgo at={created_at} />
            </span>
          </span>
          {about && (
            <span className="block wrap-anywhere">
              <bdi>{about}</bdi>
            </span>
          )}
          {remark && (
            <span
              dir="auto"
              className="mt-0.5 line-clamp-3 whitespace-pre-line text-muted wrap-anywhere"
            >
              {remark}
            </span>
          )}
          <span className="block text-sm text-muted">
            <bdi>{project.title}</bdi>
            {article && round && (
              <>
                {" · "}
                <bdi>{round.title}</bdi>
              </>
            )}
          </span>
        </span>
      </a>
    </li>
  );
}
