import { type Actor, userIdOf } from "@/lib/access/actor";
import type { ImportDetail } from "@/lib/api/imports";
import { Refusal } from "@/lib/domain/refusal";
import { database } from "@/lib/store/database";
import { requeueImport } from "@/lib/store/imports";
import { wakeJobs } from "@/lib/workflow/jobs";
import { projectFor } from "@/lib/workflow/projects";
import { importOf } from "./listing";

/**
 * Takes an import up again that failed, from where it stood: what is in stays, the rest follows.
 *
 * @throws Refusal "not_found" or "forbidden"; "conflict" if it has not failed, or its files are gone
 */
export async function resumeImport(
  actor: Actor,
  projectRef: string,
  id: string,
): Promise<ImportDetail> {
  const project = await projectFor(actor, projectRef, "import");
  const { state } = await importOf(actor, project.id, id);
  const key = { id, projectId: project.id, userId: userIdOf(actor) };
  if (!(await requeueImport(database(), key))) {
    throw new Refusal(
      "conflict",
      state === "failed"
        ? "The files of this import are no longer there: import them again."
        : "This import has not failed.",
    );
  }
  await wakeJobs({ kind: "import", id });
  return importOf(actor, project.id, id);
}
