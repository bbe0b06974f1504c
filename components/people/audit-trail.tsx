"use client";

import type { AuditEvent, AuditPage } from "@/lib/api/audit";
import { call } from "@/lib/api/client";
import type { AuditKind } from "@/lib/domain/audit";
import { Badge } from "../ui/badge";
import { EmptyState } from "../ui/empty-state";
import { LoadMore } from "../ui/load-more";
import { Cell, Table } from "../ui/table";
import { TimeAgo } from "../ui/time-ago";
import { toast } from "../ui/toast";
import { useCollection } from "../ui/use-collection";
import { actionWords, detailsOf } from "./audit-wording";
import { WrittenEmail } from "./written-email";

/** The trail, the latest first. Give it a `key` of what it is about. */
export function AuditTrail({ first, kind }: { first: AuditPage; kind: AuditKind | undefined }) {
  const trail = useCollection({
    of: "events",
    first,
    idOf: ({ id }: AuditEvent) => id,
    load: async (cursor) => {
      const answer = await call("GET /audit-events", { query: { kind, cursor } });
      if (!answer.ok) toast.error(answer.message);
      return answer;
    },
  });
  if (trail.items?.length === 0) {
    return (
      <EmptyState icon="people" title="Nothing yet">
        Nothing of this kind has happened, or it is forgotten by now.
      </EmptyState>
    );
  }
  return (
    <>
      <Table label="Audit trail" columns={["What", "Who", { name: "From", wide: true }, "When"]}>
        {trail.items?.map((event) => (
          <tr key={event.id}>
            <Cell className="min-w-28 wrap-anywhere sm:min-w-40">
              <What event={event} />
            </Cell>
            <Cell className="min-w-28 wrap-anywhere sm:min-w-36">
              <Who event={event} />
            </Cell>
            <Cell className="hidden text-sm whitespace-nowrap sm:table-cell">
              {event.address ?? <span className="text-muted">–</span>}
            </Cell>
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

function What({ event }: { event: AuditEvent }) {
  const { action, subject, times, user } = event;
  const details = detailsOf(event);
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
        <span dir="auto" className="block">
          {about}
        </span>
      )}
      {details && (
        <span dir="auto" className="block text-sm text-muted">
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
