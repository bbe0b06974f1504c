"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import { call } from "@/lib/api/client";
import { Button } from "../ui/button";
import { toast } from "../ui/toast";
import { DeletionDialog } from "./deletion-dialog";
import { undoingInWords, workInWords } from "./wording";

/** The button that takes out again what an import brought, and its question. */
export function UndoImport({
  project,
  importId,
  onUndone,
}: {
  /** Its slug. */
  project: string;
  importId: string;
  onUndone: () => void;
}) {
  const router = useRouter();
  const [asking, setAsking] = useState(false);
  const path = { project, id: importId };
  return (
    <>
      <Button icon="undo" onClick={() => setAsking(true)}>
        Undo this import…
      </Button>
      <DeletionDialog
        open={asking}
        onOpenChange={setAsking}
        title="Undo this import?"
        verb="Undo the import"
        word="undo"
        plan={async () => {
          const answer = await call("GET /projects/{project}/imports/{id}/undoing", { path });
          if (!answer.ok) return answer;
          const { work, articles } = answer.value;
          const lines = undoingInWords(answer.value);
          const description = (
            <>
              {lines.length === 0 ? (
                <p>Nothing that it brought is left.</p>
              ) : (
                <ul className="list-disc space-y-1 ps-5">
                  {lines.map((line) => (
                    <li key={line}>{line}</li>
                  ))}
                </ul>
              )}
              {articles > 0 && (
                <p className="mt-2 text-muted">
                  {work.annotation_sets > 0 && `${workInWords(work)} `}
                  Articles in the trash can be restored for 30 days.
                </p>
              )}
            </>
          );
          return { ok: true, value: { description, work } };
        }}
        carryOut={(force) =>
          call("DELETE /projects/{project}/imports/{id}", {
            path,
            query: force ? { force: "true" } : {},
          })
        }
        onDone={() => {
          toast.success("The import has been undone.");
          onUndone();
          router.refresh();
        }}
      />
    </>
  );
}
