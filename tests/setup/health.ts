import { expect } from "vitest";
import { diagnose, repair } from "@/lib/workflow/doctor";
import { sql } from "./database";

/** The names of the checks that find something. */
export async function broken(): Promise<string[]> {
  return (await diagnose()).filter(({ breaches }) => breaches > 0).map(({ check }) => check);
}

/** Every row of some tables, as text. */
export async function everythingIn(tables: readonly string[]): Promise<string[]> {
  const rows: string[] = [];
  for (const table of tables) {
    const { rows: found } = await sql(
      `SELECT '${table} ' || t::text AS row FROM ${table} t ORDER BY 1`,
    );
    rows.push(...found.map(({ row }) => row));
  }
  return rows;
}

/** A rule that no constraint can hold, as it is broken. */
export type Breach = {
  readonly name: string;
  /** SQL that breaks it. */
  readonly breaking: string;
  /** The checks that see that. */
  readonly seen: string[];
  /** Whether it can be repaired. */
  readonly repaired: boolean;
};

/** Breaks a rule behind the back of all triggers: those checks see it, and a repair brings all rows back or does nothing. */
export async function expectSeen(
  { breaking, seen, repaired }: Breach,
  tables: readonly string[],
): Promise<void> {
  const before = await everythingIn(tables);
  await sql(`BEGIN; SET LOCAL session_replication_role = replica; ${breaking}; COMMIT`);
  const findings = await diagnose();
  expect(findings.filter(({ breaches }) => breaches > 0).map(({ check }) => check)).toEqual(seen);
  await repair(findings);
  if (repaired) expect(await everythingIn(tables)).toEqual(before);
  expect(await broken()).toEqual(repaired ? [] : seen);
}
