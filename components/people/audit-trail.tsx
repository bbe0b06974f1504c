"use client";

import type { AuditEvent, AuditFilter, AuditPage } from "@/lib/api/audit";
import { call } from "@/lib/api/client";
import { Badge } from "../ui/badge";
import { EmptyState } from "../ui/empty-state";
import { LoadMore } from "../ui/load-more";
import { Cell, Table } from "../ui/table";
import { TimeAgo } from "../ui/time-ago";
import { toast } from "../ui/toast";
import { useCollection } from "../ui/use-collection";
import { actionWords, detailsOf } from "./audit-wording";
import { WrittenEmail } from "./written-email";

/** A trail, the latest first. Give it a `key` of its filter. */
export function AuditTrail({
  first,
  project,
  filter,
}: {
  first: AuditPage;
  /** Whose it is, by its slug; null for that of the whole site. */
  project: string | null;
  filter: AuditFilter;
}) {
  const trail = useCollection({
    of: "events",
    first,
    idOf: ({ id }: AuditEvent) => id,
    load: async (cursor) => {
      const query = { ...filter, cursor };
      const answer =
        project === null
          ? await call("GET /audit-events", { query })
          : await call("GET /projects/{project}/audit-events", { path: { project }, query });
      if (!answer.ok) toast.error(answer.message);
      return answer;
    },
  });
  if (trail.items?.length === 0) {
    return (
      <EmptyState icon="people" title="Nothing yet">
        Nothing like this has happened, or it is forgotten by now.
      </EmptyState>
    );
  }
  return (
    <>
      <Table
        label="Audit trail"
        columns={[
          "What",
          "Who",
          ...(project === null ? [{ name: "From", wide: true } as const] : []),
          "When",
        ]}
      >
        {trail.items?.map((event) => (
          <tr key={event.id}>
            <Cell className="min-w-28 wrap-anywhere sm:min-w-40">
              <What event={event} isOfProject={project !== null} />
            </Cell>
            <Cell className="min-w-28 wrap-anywhere sm:min-w-36">
              <Who event={event} />
            </Cell>
            {project === null && (
              <Cell className="hidden text-sm whitespace-nowrap sm:table-cell">
                {event.address ?? <span className="text-muted">–</span>}
              </Cell>
            )}
            <Cell>
              <TimeAgo at={event.at} />
            </Cell>
          </tr>
        ))}
      </Table>
      {trail.hasMore && <LoadMore busy={trail.busy} onLoad={trail.loadMore} />}
    </>
  );
}

function What({ event, isOfProject }: { event: AuditEvent; isOfProject: boolean }) {
  const { action, subject, times, user } = event;
  const details = detailsOf(isOfProject ? { ...event, project: null } : event);
  // Of what people do to themselves, it is said already to whom.
  const about = subject !== null && subject.id !== user?.id ? subject.name : null;
  return (
    <>
      <span className="inline-flex flex-wrap items-center gap-x-2 gap-y-1">
        <span className="font-medium">{actionWords[action]}</span>
        {times > 1 && (
          <Badge>
            {times} <span className="sr-only">times</span>
            <span aria-hidden="true">×</span>
          </Badge>
        )}
      </span>
      {about && (
        <span dir="auto" className="block [text-align:match-parent]">
          {about}
        </span>
      )}
      {details && (
        <span dir="auto" className="block text-sm [text-align:match-parent] text-muted">
          {details}
        </span>
      )}
    </>
  );
}

/** What nobody does who is signed in, and what is known by its action to be of a stranger. */
const ofStrangers: readonly string[] = ["session.refused", "request.rate_limited"];

function Who({ event: { user, action } }: { event: AuditEvent }) {
  if (user) {
    return (
      <>
        <span dir="auto">{user.name}</span>
        <span className="block text-sm text-muted">
          <WrittenEmail email={user.email} />
        </span>
      </>
    );
  }
  return (
    <span className="text-muted">
      {ofStrangers.includes(action) ? "Nobody signed in" : "Command line"}
    </span>
  );
}
