"use client";

import { call } from "@/lib/api/client";
import { toast } from "../ui/toast";
import { DeletionDialog } from "./deletion-dialog";
import { workInWords } from "./wording";

type NamedArticle = { readonly id: string; readonly title: string };

/** Asks whether an article may go; loaded when somebody wants to delete one. */
export function DeleteArticle({
  article,
  open,
  onOpenChange,
  onDeleted,
  onRestored,
}: {
  article: NamedArticle;
  open: boolean;
  onOpenChange: (open: boolean) => void;
  onDeleted: (id: string) => void;
  /** It has been taken back at once. */
  onRestored: (id: string) => void;
}) {
  const path = { id: article.id };
  async function takeBack() {
    const answer = await call("POST /articles/{id}/restore", { path });
    if (answer.ok) onRestored(article.id);
    else toast.error(answer.message);
  }
  return (
    <DeletionDialog
      open={open}
      onOpenChange={onOpenChange}
      title="Delete this article?"
      verb="Delete"
      word="delete"
      plan={async () => {
        const answer = await call("GET /articles/{id}/work", { path });
        if (!answer.ok) return answer;
        const description = (
          <>
            <p dir="auto" className="font-reading font-semibold wrap-anywhere">
              {article.title}
            </p>
            <p className="mt-2 text-muted">
              {workInWords(answer.value)} An admin can restore it from the trash for 30 days.
            </p>
          </>
        );
        return { ok: true, value: { description, work: answer.value } };
      }}
      carryOut={(force) =>
        call("DELETE /articles/{id}", { path, query: force ? { force: "true" } : {} })
      }
      onDone={() => {
        onDeleted(article.id);
        toast.success("The article is in the trash.", {
          duration: 10_000,
          action: { label: "Undo", onClick: () => void takeBack() },
        });
      }}
    />
  );
}
