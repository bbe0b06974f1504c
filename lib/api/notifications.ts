import { z } from "zod";
import { notificationKinds } from "@/lib/domain/notifications";
import type { Shape } from "@/lib/domain/schemas";
import { Count, type Endpoints, Flag, NextCursor, PageQuery, Time } from "./endpoint";

/** Something that its reader is told. */
export const Notification = z.strictObject({
  id: z.uuid(),
  kind: z.enum(notificationKinds),
  /** In one line, for people. */
  headline: z.string(),
  /** The name of who did it; null for the command line and the clock. */
  by: z.string().nullable(),
  project: z.strictObject({ slug: z.string(), title: z.string() }),
  round: z.strictObject({ number: z.number().int(), title: z.string() }).nullable(),
  article: z.strictObject({ id: z.uuid(), title: z.string() }).nullable(),
  /** How many articles they were given; 0 for a queue to take from. */
  articles: Count,
  /** What was written: why work was returned, where they are mentioned. */
  remark: z.string().nullable(),
  due_at: Time.nullable(),
  /** The page that it leads to. */
  path: z.string(),
  created_at: Time,
  read_at: Time.nullable(),
});
export type Notification = Shape<typeof Notification>;

export const NotificationPage = z.strictObject({
  notifications: z.array(Notification),
  next_cursor: NextCursor,
});
export type NotificationPage = Shape<typeof NotificationPage>;

/** Of what somebody gets a mail. */
export const MailChoices = z.strictObject({ kinds: z.array(z.enum(notificationKinds)).max(20) });
export type MailChoices = Shape<typeof MailChoices>;

const MailChoicesHeld = z.strictObject({
  ...MailChoices.shape,
  /** Whether this Gainsay sends mail at all. */
  offered: z.boolean(),
});

export const notificationEndpoints = {
  "GET /notifications": {
    summary:
      "What the caller is told, the latest first; nothing about what they may not see any more",
    access: "signed_in",
    scope: "read",
    query: z.strictObject({
      /** Only what they have not read. */
      unread: Flag,
      ...PageQuery.shape,
    }),
    answer: NotificationPage,
    status: 200,
  },
  "POST /notifications/read": {
    summary: "Note that the caller has read what they were told",
    access: "signed_in",
    scope: "annotate",
    body: z
      .strictObject({
        /** Which; everything if left out. */
        ids: z.array(z.uuid()).min(1).max(200).optional(),
      })
      .prefault({}),
    status: 204,
  },
  "GET /me/mail": {
    summary: "Of what the caller gets a mail",
    access: "signed_in",
    scope: "read",
    answer: MailChoicesHeld,
    status: 200,
  },
  "PUT /me/mail": {
    summary: "Change of what the caller gets a mail; of nothing with no kinds",
    access: "signed_in",
    scope: "manage",
    body: MailChoices,
    answer: MailChoicesHeld,
    status: 200,
  },
} as const satisfies Endpoints;
