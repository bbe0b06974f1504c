import { LRUCache } from "lru-cache";
import type { Project } from "@/lib/api/projects";
import type { Scheme } from "@/lib/domain/scheme";
import { database, type Sql } from "@/lib/store/database";
import { schemeOf } from "@/lib/store/schemes";

/** Versions of schemes never change, so a process may keep them. */
const kept = new LRUCache<string, Scheme>({ max: 500 });

/** A version of a project's scheme. That there is none is a defect: whoever asks has read its number. */
export async function schemeVersionOf(
  sql: Sql,
  { projectId, version }: { projectId: string; version: number },
): Promise<Scheme> {
  const key = `${projectId} ${version}`;
  const known = kept.get(key);
  if (known) return known;
  const scheme = await schemeOf(sql, { projectId, version });
  if (!scheme) throw new Error(`Project ${projectId} has no scheme version ${version}.`);
  kept.set(key, scheme);
  return scheme;
}

/** The scheme that new work in a project uses. */
export function schemeOfProject({ id, scheme_version: version }: Project): Promise<Scheme> {
  return schemeVersionOf(database().pool, { projectId: id, version });
}
