import { Notice } from "../ui/notice";

/** What a curator said who returned the work, over the text. */
export function ReturnedNotice({ comment }: { comment: string }) {
  return (
    <Notice tone="warn" compact>
      <span className="font-medium">Returned to you:</span>{" "}
      <span dir="auto" className="whitespace-pre-line wrap-anywhere">
        {comment}
      </span>
    </Notice>
  );
}
