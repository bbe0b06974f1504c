"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import { call } from "@/lib/api/client";
import { counted } from "@/lib/domain/figures";
import { Button } from "../ui/button";
import { toast } from "../ui/toast";
import { DeletionDialog } from "./deletion-dialog";
import { workInWords } from "./wording";

/** The button that deletes a whole project, and its question. */
export function DeleteProject({ slug, title }: { slug: string; title: string }) {
  const router = useRouter();
  const [asking, setAsking] = useState(false);
  const path = { project: slug };
  return (
    <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-3">
      <p className="min-w-0 grow basis-64 text-muted">
        Deleting the project takes it away from everybody. For 30 days an admin can restore it from
        the trash with all that is in it.
      </p>
      <Button icon="trash" onClick={() => setAsking(true)}>
        Delete this project…
      </Button>
      <DeletionDialog
        open={asking}
        onOpenChange={setAsking}
        title="Delete this project?"
        verb="Delete"
        word={slug}
        plan={async () => {
          const answer = await call("GET /projects/{project}/work", { path });
          if (!answer.ok) return answer;
          const { articles } = answer.value;
          const description = (
            <>
              <p dir="auto" className="font-semibold wrap-anywhere">
                {title}
              </p>
              <p className="mt-2 text-muted">
                {articles === 0
                  ? "There is no article in it."
                  : `${counted(articles, "article")} in it.`}{" "}
                {articles > 0 && workInWords(answer.value)}
              </p>
            </>
          );
          return { ok: true, value: { description, work: answer.value } };
        }}
        carryOut={(force) =>
          call("DELETE /projects/{project}", { path, query: force ? { force: "true" } : {} })
        }
        onDone={() => {
          toast.success("The project is in the trash.");
          router.push("/trash");
          router.refresh();
        }}
      />
    </div>
  );
}
