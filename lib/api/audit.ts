import { z } from "zod";
import { type AuditAction, auditActions, auditKinds } from "@/lib/domain/audit";
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
  /** Of the client, where that is kept: of an IPv6 address, the first 64 bits. */
  address: z.string().nullable(),
  /** How often in that minute. */
  times: Count,
  details: z.record(z.string(), z.unknown()),
});
export type AuditEvent = Shape<typeof AuditEvent>;

export const AuditPage = z.strictObject({ events: z.array(AuditEvent), next_cursor: NextCursor });
export type AuditPage = Shape<typeof AuditPage>;

export const auditEndpoints = {
  "GET /audit-events": {
    summary: "Who came in, what was changed and what was refused, the latest first",
    access: "site_admin",
    scope: "manage",
    query: z.strictObject({
      /** What it is about; everything if left out. */
      kind: z.enum(auditKinds).optional(),
      ...PageQuery.shape,
    }),
    answer: AuditPage,
    status: 200,
  },
} as const satisfies Endpoints;
