import type { Scheme } from "@/lib/domain/scheme";
import { database } from "@/lib/store/database";
import { schemeOf } from "@/lib/store/versions";

/** What a defect is called to people; whoever logs it does so under the import's id. */
export const DEFECT = "Something went wrong on our side. The log has it under this import's id.";

/** The scheme that new work in a project uses. */
export async function schemeFor({
  id,
  schemeVersion,
}: {
  id: string;
  schemeVersion: number;
}): Promise<{ scheme: Scheme; schemeVersion: number }> {
  const scheme = await schemeOf(database().pool, { projectId: id, version: schemeVersion });
  if (!scheme) throw new Error(`Project ${id} has no scheme ${schemeVersion}.`);
  return { scheme, schemeVersion };
}
