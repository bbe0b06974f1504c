import { headers } from "next/headers";
import { notFound } from "next/navigation";
import { Refusal } from "@/lib/domain/refusal";
import { clientAddress } from "@/lib/web/request";
import { noteRefused } from "@/lib/workflow/audit";
import { currentActor } from "./session";

/**
 * What a page shows; the page of what is not there where it is not there for whoever looks. Somebody who
 * may not look is told the same, and the trail that they tried.
 */
export async function orNotFound<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof Refusal) || !["not_found", "forbidden"].includes(error.code))
      throw error;
    const actor = error.code === "forbidden" ? await currentActor() : null;
    if (actor) {
      const told = await headers();
      const where = pageOf(told.get("x-gainsay-path") ?? "");
      await noteRefused(actor, error, { where, address: clientAddress(told) });
    }
    notFound();
  }
}

/** The page of a path, such as "/projects/{project}/members": its asker may choose the names in it. */
function pageOf(path: string): string {
  const page = path.replace(/[?#].*$/s, "");
  const [first, second, third] = page.split("/").slice(1);
  if (first !== "projects" || second === undefined) return page;
  return third === undefined ? "/projects/{project}" : `/projects/{project}/${third}`;
}
