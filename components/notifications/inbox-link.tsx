import { Icon } from "../ui/icons";
import { Link } from "../ui/link";

/**
 * The way to what one is told, with how much of it is unread. Drawn by the server: a page loads no script for it.
 *
 * @param most of more than these is said that there are more
 */
export function InboxLink({ unread, most }: { unread: number; most: number }) {
  const words = unread > most ? `${most}+` : String(unread);
  return (
    <Link
      href="/notifications"
      prefetch={false}
      aria-label={unread === 0 ? "Notifications" : `Notifications, ${words} unread`}
      className="button quiet small relative"
    >
      <Icon name="bell" />
      {unread > 0 && (
        <span aria-hidden="true" className="inbox-count">
          {words}
        </span>
      )}
    </Link>
  );
}
