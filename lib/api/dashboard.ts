import { z } from "zod";
import type { Shape } from "@/lib/domain/schemas";
import { Count, type Endpoints, Time } from "./endpoint";

/** A day (UTC), such as "2026-11-27"; of a week, its Monday. */
const Day = z.iso.date();

/** From 0 to 1. */
const Share = z.number().min(0).max(1);

const Seconds = z.number().min(0);

/** How far reviewers agree, over some articles: means of the F1 of spans, which lib/domain/agreement describes. */
const Agreement = {
  /** Those on which at least one of them marked something. */
  articles: Count,
  /** Spans of one label with the same fragments. */
  exact: Share,
  /** Spans of one label that share a character, one to one. */
  overlap: Share,
};

/** How a project is getting on. All of it is about the current texts of what is not in the trash. */
export const Dashboard = z.strictObject({
  /** When these figures were worked out. */
  as_of: Time,
  /**
   * Articles by the reviewer who is furthest: each is in one of `new`, `open`, `submitted` and `skipped`. What is
   * `flagged` is so beside that.
   */
  progress: z.strictObject({
    articles: Count,
    new: Count,
    open: Count,
    submitted: Count,
    skipped: Count,
    flagged: Count,
  }),
  throughput: z.strictObject({
    /** The last eight weeks and today: how many articles were first submitted on each day. */
    days: z.array(z.strictObject({ day: Day, submitted: Count })),
    /** Of full days, today not among them. */
    recent: z.strictObject({ days: Count, submitted: Count }),
    /** When what is new or open will be submitted; null where nothing can be said. */
    forecast: z
      .strictObject({
        rest: Count,
        /** The middle of what may be; null for more than five years away. */
        likely: Day.nullable(),
        /** In one of ten cases it is sooner, */
        early: Day.nullable(),
        /** and in one of ten later. */
        late: Day.nullable(),
      })
      .nullable(),
  }),
  /** Spans in the sets that were submitted in each of the last twelve weeks, this one included. */
  labels: z.array(z.strictObject({ week: Day, spans: z.record(z.string(), Count) })),
  /** Active time on a submitted article; null where none was measured. */
  time: z
    .strictObject({
      sets: Count,
      lower_quartile: Seconds,
      median: Seconds,
      upper_quartile: Seconds,
    })
    .nullable(),
  /** By the week in which the second reviewer of an article submitted it, and over these twelve weeks by label. */
  agreement: z.strictObject({
    weeks: z.array(z.strictObject({ week: Day, ...Agreement })),
    labels: z.array(z.strictObject({ label: z.string(), ...Agreement })),
    all: z.strictObject(Agreement).nullable(),
  }),
  /** Who may annotate, or has; by name, 500 at most. */
  reviewers: z.array(
    z.strictObject({
      user: z.strictObject({ id: z.uuid(), name: z.string() }),
      /** Whether they may annotate in the project now. */
      active: z.boolean(),
      assigned: Count,
      returned: Count,
      open: Count,
      submitted: Count,
      skipped: Count,
      median_seconds: Seconds.nullable(),
      /** Null where they have submitted nothing. */
      spans_per_article: z.number().min(0).nullable(),
      /** When work of theirs last changed, also by being returned; null for who has only opened articles. */
      last_active: Day.nullable(),
    }),
  ),
});
export type Dashboard = Shape<typeof Dashboard>;

export const dashboardEndpoints = {
  "GET /projects/{project}/dashboard": {
    summary:
      "How a project is getting on: progress, throughput and forecast, labels, time, agreement, reviewers",
    access: "see_all_sets",
    scope: "read",
    answer: Dashboard,
    status: 200,
  },
} as const satisfies Endpoints;
