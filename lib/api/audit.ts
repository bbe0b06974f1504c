import { z } from "zod";
import {
  type AuditAction,
  auditActions,
  auditFormats,
  auditKinds,
  MAX_AUDIT_QUERY,
} from "@/lib/domain/audit";
import type { Shape } from "@/lib/domain/schemas";
import { Count, type Endpoints, NextCursor, PageQuery, Time } from "./endpoint";

/** Something that was done, tried or refused. */
export const AuditEvent = z.strictObject({
  id: z.uuid(),
  /** When; of what is counted, for the first time in that minute. */
  at: Time,
  kind: z.enum(auditKinds),
  action: z.enum(Object.keys(auditActions) as AuditAction[]), // the keys of a constant
  /** Who did it; null for the command line, and for those whom nobody knows. */
  user: z.strictObject({ id: z.uuid(), name: z.string(), email: z.string() }).nullable(),
  project: z.strictObject({ slug: z.string(), title: z.string() }).nullable(),
  /** What it was done to, and what that is called, if it is still there. */
  subject: z.strictObject({ id: z.string(), name: z.string().nullable() }).nullable(),
  /** Of the client, where that is kept, and told to site admins only: of an IPv6 address, the first 64 bits. */
  address: z.string().nullable(),
  /** How often in that minute. */
  times: Count,
  details: z.record(z.string(), z.unknown()),
});
export type AuditEvent = Shape<typeof AuditEvent>;

export const AuditPage = z.strictObject({ events: z.array(AuditEvent), next_cursor: NextCursor });
export type AuditPage = Shape<typeof AuditPage>;

/** A day in UTC, such as "2026-11-30". */
const Day = z.iso.date();

/** Which entries of the trail are wanted: those that meet all conditions, each of which may be left out. */
const AuditFilter = z.strictObject({
  /** What it is about. */
  kind: z.enum(auditKinds).optional(),
  /** The id of who did it. */
  user: z.uuid().optional(),
  /** The first day. */
  from: Day.optional(),
  /** The last day. */
  to: Day.optional(),
  /** Part of a name, an address or what else is told, whatever its case. */
  q: z.string().max(MAX_AUDIT_QUERY).optional(),
});
export type AuditFilter = Shape<typeof AuditFilter>;

const AuditQuery = z.strictObject({ ...AuditFilter.shape, ...PageQuery.shape });

/** "csv" is for spreadsheets, "jsonl" has each entry as the list has it. */
const AuditExportQuery = z.strictObject({
  ...AuditFilter.shape,
  format: z.enum(auditFormats).default("csv"),
});

export const auditEndpoints = {
  "GET /audit-events": {
    summary: "Who came in, what was changed and what was refused, the latest first",
    access: "site_admin",
    scope: "manage",
    query: AuditQuery,
    answer: AuditPage,
    status: 200,
  },
  "GET /audit-events/export": {
    summary: "The same, as one file",
    access: "site_admin",
    scope: "manage",
    query: AuditExportQuery,
    answerType: "text/csv",
    status: 200,
  },
  "GET /projects/{project}/audit-events": {
    summary: "What was done in a project, the latest first",
    access: "manage",
    scope: "manage",
    query: AuditQuery,
    answer: AuditPage,
    status: 200,
  },
  "GET /projects/{project}/audit-events/export": {
    summary: "The same, as one file",
    access: "manage",
    scope: "manage",
    query: AuditExportQuery,
    answerType: "text/csv",
    status: 200,
  },
} as const satisfies Endpoints;
