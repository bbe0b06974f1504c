import { z } from "zod";
import { type Actor, userIdOf } from "@/lib/access/actor";
import type {
  CurrentGuidelines,
  GuidelineHead,
  GuidelineHeadPage,
  GuidelineVersion,
} from "@/lib/api/guidelines";
import type { Project } from "@/lib/api/projects";
import { checkedChangeNote, checkedGuideline, type Guideline } from "@/lib/domain/guideline";
import { Guideline as GuidelineShape } from "@/lib/domain/guideline-schemas";
import { MAX_INT } from "@/lib/domain/limits";
import { Refusal } from "@/lib/domain/refusal";
import type { Scheme } from "@/lib/domain/scheme";
import { recordEvent } from "@/lib/store/audit";
import { database, transaction } from "@/lib/store/database";
import {
  findGuideline,
  type GuidelineRow,
  insertGuideline,
  listGuidelines,
  noteReading,
  type GuidelineHead as Row,
  versionRead,
} from "@/lib/store/guidelines";
import { type PageAsked, pageOf } from "./paging";
import { projectFor } from "./projects";
import { schemeOfProject } from "./schemes";

/**
 * The guidelines that hold in a project, and which version the actor has read last.
 *
 * @throws Refusal "not_found"
 */
export async function guidelinesOf(actor: Actor, ref: string): Promise<CurrentGuidelines> {
  const project = await projectFor(actor, ref, "read");
  return currentOf(actor, project);
}

async function currentOf(actor: Actor, { id: projectId }: Project): Promise<CurrentGuidelines> {
  const userId = userIdOf(actor);
  const [row, read] = await Promise.all([
    findGuideline(database(), projectId, null),
    userId === null ? null : versionRead(database(), { projectId, userId }),
  ]);
  return { current: row && versionOf(row), read_version: read };
}

/**
 * A version of a project's guidelines.
 *
 * @param version its number, as an address has it
 * @throws Refusal "not_found"
 */
export async function guidelineVersion(
  actor: Actor,
  ref: string,
  version: string,
): Promise<GuidelineVersion> {
  const project = await projectFor(actor, ref, "read");
  return requireVersion(project, /^[1-9]\d{0,9}$/.test(version) ? Number(version) : 0);
}

async function requireVersion({ id }: Project, version: number): Promise<GuidelineVersion> {
  const row = version > MAX_INT ? null : await findGuideline(database(), id, version);
  if (!row) throw new Refusal("not_found", "There is no such version of the guidelines.");
  return versionOf(row);
}

/**
 * A page of the versions of a project's guidelines, the latest first.
 *
 * @throws Refusal "not_found", "invalid" for a cursor of another list
 */
export async function guidelineVersionsPage(
  actor: Actor,
  ref: string,
  asked: PageAsked = {},
): Promise<GuidelineHeadPage> {
  const { id } = await projectFor(actor, ref, "read");
  const { rows, next_cursor } = await pageOf(asked, {
    key: z.tuple([z.number().int().min(1).max(MAX_INT)]),
    keyOf: ({ version }: Row): [number] => [version],
    load: ({ after, limit }) =>
      listGuidelines(database(), id, { before: after?.[0] ?? null, limit }),
  });
  return { versions: rows.map(headOf), next_cursor };
}

/**
 * Writes the next version of a project's guidelines, which the actor has read with that.
 *
 * @param from the version that it was made from; 0 if there was none
 * @throws Refusal "not_found", "forbidden", "conflict" with the `version` that holds if it is not that one,
 *   and what {@link checkedGuideline} and {@link checkedChangeNote} throw
 */
export async function saveGuidelines(
  actor: Actor,
  ref: string,
  { from, content, note }: { from: number; content: Guideline; note: string },
): Promise<GuidelineVersion> {
  const project = await projectFor(actor, ref, "write_guidelines");
  const checked = checkedGuideline(content, await schemeOfProject(project));
  const told = checkedChangeNote(note);
  const userId = userIdOf(actor);
  const saved = await transaction(database(), async (tx) => {
    const row = await insertGuideline(tx, {
      projectId: project.id,
      version: from + 1,
      content: checked,
      note: told,
      createdBy: userId,
    });
    if (!row) return null;
    // Who wrote it knows what it says.
    if (userId !== null) {
      await noteReading(tx, { projectId: project.id, userId, version: row.version });
    }
    await recordEvent(tx, {
      action: "guidelines.saved",
      userId,
      projectId: project.id,
      subject: project.id,
      details: { version: row.version },
    });
    return row;
  });
  if (saved) return versionOf(saved);
  const current = await findGuideline(database(), project.id, null);
  throw new Refusal(
    "conflict",
    current
      ? `Version ${current.version} of the guidelines was saved meanwhile. Yours is not saved.`
      : "The guidelines that yours were made from are not there. Yours are not saved.",
    { version: current?.version ?? 0 },
  );
}

/**
 * Says that an actor has read a version of a project's guidelines. The operator has read nothing.
 *
 * @throws Refusal "not_found"
 */
export async function noteGuidelinesRead(
  actor: Actor,
  ref: string,
  version: number,
): Promise<void> {
  const project = await projectFor(actor, ref, "read");
  await requireVersion(project, version);
  const userId = userIdOf(actor);
  if (userId === null) return;
  await transaction(database(), (tx) =>
    noteReading(tx, { projectId: project.id, userId, version }),
  );
}

/** What a page of guidelines shows. */
export type OpenGuidelines = {
  readonly project: Project;
  readonly scheme: Scheme;
  /** Null where none have been written. */
  readonly shown: GuidelineVersion | null;
  /** What it is compared with: as last read, or the version before; null where it is the first. */
  readonly earlier: GuidelineVersion | null;
};

/**
 * The guidelines that hold in a project, beside the version that the actor has read last.
 *
 * @throws Refusal "not_found"
 */
export async function openGuidelines(actor: Actor, ref: string): Promise<OpenGuidelines> {
  const project = await projectFor(actor, ref, "read");
  const [scheme, { current, read_version: read }] = await Promise.all([
    schemeOfProject(project),
    currentOf(actor, project),
  ]);
  const hasChanged = current !== null && read !== null && read !== current.version;
  return {
    project,
    scheme,
    shown: current,
    earlier: hasChanged ? await requireVersion(project, read) : null,
  };
}

/**
 * A version of a project's guidelines, beside the one before it.
 *
 * @throws Refusal "not_found"
 */
export async function openGuidelineVersion(
  actor: Actor,
  ref: string,
  version: string,
): Promise<OpenGuidelines & { readonly shown: GuidelineVersion }> {
  const project = await projectFor(actor, ref, "read");
  const [scheme, shown] = await Promise.all([
    schemeOfProject(project),
    guidelineVersion(actor, ref, version),
  ]);
  const earlier = shown.version > 1 ? await requireVersion(project, shown.version - 1) : null;
  return { project, scheme, shown, earlier };
}

/**
 * What somebody begins with who writes the next version.
 *
 * @throws Refusal "not_found", "forbidden"
 */
export async function guidelinesToEdit(
  actor: Actor,
  ref: string,
): Promise<Omit<OpenGuidelines, "earlier">> {
  const project = await projectFor(actor, ref, "write_guidelines");
  const [scheme, { current }] = await Promise.all([
    schemeOfProject(project),
    currentOf(actor, project),
  ]);
  return { project, scheme, shown: current };
}

function headOf({ version, note, creator, createdAt }: Row): GuidelineHead {
  return {
    version,
    note,
    created_by: creator?.name ?? null,
    created_at: createdAt.toISOString(),
  };
}

function versionOf(row: GuidelineRow): GuidelineVersion {
  const { data: content, error } = GuidelineShape.safeParse(row.content);
  // What somebody asked for is not at fault.
  if (error)
    throw new Error(`Version ${row.version} of guidelines cannot be read.`, { cause: error });
  return { ...headOf(row), content };
}
