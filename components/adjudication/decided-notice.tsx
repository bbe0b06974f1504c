import { Link } from "../ui/link";
import { Notice } from "../ui/notice";

/** The way to how submitted work was decided, over the text. */
export function DecidedNotice({ href }: { href: string }) {
  return (
    <Notice compact>
      A curator has settled this article.{" "}
      <Link href={href} className="underline">
        See how your work was decided
      </Link>
    </Notice>
  );
}
