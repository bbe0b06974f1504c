import type { Article } from "@/lib/api/articles";
import { Notice } from "../ui/notice";
import { TextLink } from "../ui/text-link";

/** Over the text: that one's own work waits for a word about the scheme that holds by now. */
export function SchemeNotice({
  article: { id, project },
}: {
  article: Pick<Article, "id" | "project">;
}) {
  return (
    <Notice tone="warn" compact>
      The scheme has changed, and something of yours here has no place in it any more. You work by
      the one before until you agree.{" "}
      <TextLink href={`/projects/${project}/articles/${id}/scheme`}>
        See what would be left out
      </TextLink>
    </Notice>
  );
}
