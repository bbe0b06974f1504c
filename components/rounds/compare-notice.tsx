import { Link } from "../ui/link";
import { Notice } from "../ui/notice";
import "./compare-notice.css";

/** The way to how submitted work compares with gold, over the text, where it is seen once the work is submitted. */
export function CompareNotice({ href }: { href: string }) {
  return (
    <div className="compare-notice">
      <Notice compact>
        This was practice.{" "}
        <Link href={href} className="underline">
          See how it compares
        </Link>
      </Notice>
    </div>
  );
}
