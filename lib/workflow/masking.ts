import { createHmac } from "node:crypto";
import type { Actor } from "@/lib/access/actor";
import { userIdOf } from "@/lib/access/actor";
import type { Project } from "@/lib/api/projects";
import { roleMay } from "@/lib/domain/roles";
import { adjudicationSettings, maskedPeople } from "@/lib/store/adjudication";
import { database, type Sql } from "@/lib/store/database";

/** Somebody as an answer names them. */
type Named = { readonly id: string; readonly name: string };

/** What those who work in a project are called to somebody who may not know who they are. */
export type Mask = {
  /** Whether anybody is called otherwise than they are. */
  readonly isWorn: boolean;
  /** As they are shown: by a pseudonym, and by an id that is nobody's. */
  shown(person: Named): Named;
  /** Whom an id is shown for; null for nobody. */
  userOf(id: string): string | null;
  /** In an order that says nothing of their names, where those are not shown. */
  inOrder<Item extends { readonly user: Named }>(items: readonly Item[]): readonly Item[];
};

/** Everybody is called what they are. */
const none: Mask = {
  isWorn: false,
  shown: (person) => person,
  userOf: (id) => id,
  inOrder: (items) => items,
};

/** Whether somebody is not to see who the reviewers of a project are: curators, where the project says so. */
export async function isBlindTo(
  sql: Sql,
  { id, role }: Pick<Project, "id" | "role">,
): Promise<boolean> {
  if (!roleMay(role, "see_all_sets") || roleMay(role, "manage")) return false;
  return (await adjudicationSettings(sql, id)).anonymous;
}

/**
 * What a curator may know of those who work in a project: who they are, or, where the project has reviewers be
 * anonymous, their pseudonyms. Curators and admins are known all the same, and everybody to themselves.
 */
export async function maskFor(actor: Actor, project: Pick<Project, "id" | "role">): Promise<Mask> {
  const sql = database().pool;
  if (!(await isBlindTo(sql, project))) return none;
  const { key, people } = await maskedPeople(sql, project.id);
  const self = userIdOf(actor);
  const numbers = new Map(people.map(({ userId, number }) => [userId, number]));
  const known = new Set(people.filter(({ seesAll }) => seesAll).map(({ userId }) => userId));
  const isKnown = (userId: string) => userId === self || known.has(userId);
  const idOf = (userId: string) => (isKnown(userId) ? userId : maskedId(key, userId));
  const users = new Map(people.map(({ userId }) => [idOf(userId), userId]));
  return {
    isWorn: true,
    shown: (person) => {
      if (isKnown(person.id)) return person;
      const number = numbers.get(person.id) ?? null;
      return { id: idOf(person.id), name: number === null ? "A reviewer" : `a${number}` };
    },
    userOf: (id) => users.get(id) ?? null,
    inOrder: (items) => items.toSorted((a, b) => (a.user.id < b.user.id ? -1 : 1)),
  };
}

/** A UUID of version 8 that says nothing of whose it is to whoever has not the key. */
function maskedId(key: string, userId: string): string {
  const hex = createHmac("sha256", key).update(userId).digest("hex");
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join("-");
}
