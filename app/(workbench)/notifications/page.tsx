import type { Metadata } from "next";
import { requireActorOrSignIn } from "@/app/session";
import { Inbox } from "@/components/notifications/inbox";
import { MarkAllRead } from "@/components/notifications/mark-all-read";
import { ButtonLink } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { Page, PageHeader } from "@/components/ui/page";
import { TextLink } from "@/components/ui/text-link";
import { NOTIFICATION_DAYS } from "@/lib/domain/notifications";
import { mailChoicesOf, notificationsPage, unreadNotifications } from "@/lib/workflow/notifying";

export const metadata: Metadata = { title: "Notifications" };

export default async function NotificationsPage() {
  const actor = await requireActorOrSignIn();
  const [first, unread, mail] = await Promise.all([
    notificationsPage(actor),
    unreadNotifications(actor),
    mailChoicesOf(actor),
  ]);
  if (first.notifications.length === 0) {
    return (
      <Page>
        <EmptyState
          level={1}
          icon="bell"
          title="Nothing for you"
          action={<ButtonLink href="/work">Go to your work</ButtonLink>}
        >
          When you are given work, when it comes back, when somebody mentions you or a round is due,
          you read it here.
        </EmptyState>
      </Page>
    );
  }
  return (
    <Page>
      <PageHeader
        title="Notifications"
        lead={
          <>
            Kept for {NOTIFICATION_DAYS} days.
            {mail.offered && (
              <>
                {" "}
                <TextLink href="/account#mail">What you get by mail</TextLink>
              </>
            )}
          </>
        }
        actions={unread > 0 && <MarkAllRead />}
      />
      <Inbox
        // Another list once some of them are read.
        key={`${unread} ${first.notifications[0]?.id} ${first.next_cursor}`}
        first={first}
      />
    </Page>
  );
}
