import { type Actor, userIdOf } from "@/lib/access/actor";
import type { Dashboard } from "@/lib/api/dashboard";
import { forecast } from "@/lib/domain/forecast";
import { roleMay } from "@/lib/domain/roles";
import { addDays, dayOf, mondayOf } from "@/lib/domain/utc-days";
import {
  type AgreementMeans,
  type ArticlesRow,
  agreementMeans,
  articlesDone,
  findReviewerName,
  type ReviewerRow,
  type ReviewingUser,
  reviewersDone,
  reviewingUsers,
  spansSubmitted,
  type TimeRow,
} from "@/lib/store/dashboard";
import { database } from "@/lib/store/database";
import { maskFor } from "./masking";
import { projectFor } from "./projects";

/** How many days are told, beside today. */
const DAYS = 56;

/** How many full days a forecast goes by. */
const RECENT = 28;

const WEEKS = 12;

const MOST_REVIEWERS = 500;

/**
 * How a project is getting on, for those who see the work of all.
 *
 * @throws Refusal "not_found", "forbidden"
 */
export async function dashboardOf(
  actor: Actor,
  projectRef: string,
  now = new Date(),
): Promise<Dashboard> {
  const project = await projectFor(actor, projectRef, "see_all_sets");
  const { id: projectId } = project;
  const mask = await maskFor(actor, project);
  const sql = database().pool;
  const today = dayOf(now);
  const firstWeek = addDays(mondayOf(today), -7 * (WEEKS - 1));
  const [articlesRow, spans, { reviewers, time }, means, users] = await Promise.all([
    articlesDone(sql, { projectId, since: new Date(addDays(today, -DAYS)) }),
    spansSubmitted(sql, projectId),
    reviewersDone(sql, projectId),
    agreementMeans(sql, { projectId, since: new Date(firstWeek) }),
    reviewingUsers(sql, { projectId, most: MOST_REVIEWERS }),
  ]);
  const { articles, open, submitted, skipped, flagged } = articlesRow.progress;
  const rest = articles - submitted - skipped;
  const spansOf = sums(spans, ({ annotator }) => annotator);
  return {
    as_of: now.toISOString(),
    progress: { articles, new: rest - open, open, submitted, skipped, flagged },
    throughput: throughputOf(articlesRow, { today, rest }),
    labels: Array.from({ length: WEEKS }, (_, at) => addDays(firstWeek, 7 * at)).map((week) => ({
      week,
      spans: Object.fromEntries(
        sums(
          spans.filter((row) => row.week === week),
          ({ label }) => label,
        ),
      ),
    })),
    time: timeOf(time),
    agreement: agreementOf(means),
    reviewers: mask.inOrder(
      users.map((user) => {
        const done = reviewers.find(({ annotator }) => annotator === user.annotator);
        const told = reviewerOf(user, done, spansOf.get(user.annotator ?? -1) ?? 0);
        return { ...told, user: mask.shown(told.user) };
      }),
    ),
  };
}

/** Spans, added up by a key. */
function sums<Row extends { readonly spans: number }, Key>(
  rows: readonly Row[],
  keyOf: (row: Row) => Key,
): Map<Key, number> {
  const sum = new Map<Key, number>();
  for (const row of rows) sum.set(keyOf(row), (sum.get(keyOf(row)) ?? 0) + row.spans);
  return sum;
}

/**
 * What a reviewer of a project is called, to those who see the work of all, and to themselves; null for who is none.
 *
 * @throws Refusal "not_found" for the project
 */
export async function reviewerName(
  actor: Actor,
  projectRef: string,
  userId: string,
): Promise<string | null> {
  const project = await projectFor(actor, projectRef, "read");
  const mayKnow = userId === userIdOf(actor) || roleMay(project.role, "see_all_sets");
  const mask = await maskFor(actor, project);
  const id = mayKnow ? mask.userOf(userId) : null;
  if (id === null) return null;
  const name = await findReviewerName(database().pool, { projectId: project.id, userId: id });
  return name === null ? null : mask.shown({ id, name }).name;
}

function throughputOf(
  { days, firstDay }: Pick<ArticlesRow, "days" | "firstDay">,
  { today, rest }: { today: string; rest: number },
): Dashboard["throughput"] {
  const byDay = new Map(days.map(({ day, submitted }) => [day, submitted]));
  const told = Array.from({ length: DAYS + 1 }, (_, at) => {
    const day = addDays(today, at - DAYS);
    return { day, submitted: byDay.get(day) ?? 0 };
  });
  const recent = told
    .slice(-RECENT - 1, -1) // today is not over
    .filter(({ day }) => firstDay !== null && day >= firstDay)
    .map(({ submitted }) => submitted);
  const found = forecast(recent, rest);
  const dayIn = (length: number | null) => (length === null ? null : addDays(today, length));
  return {
    days: told,
    recent: { days: recent.length, submitted: recent.reduce((sum, done) => sum + done, 0) },
    forecast: found && {
      rest,
      likely: dayIn(found.likely),
      early: dayIn(found.early),
      late: dayIn(found.late),
    },
  };
}

function timeOf({ sets, lower, median, upper }: TimeRow): Dashboard["time"] {
  if (lower === null || median === null || upper === null) return null;
  return { sets, lower_quartile: lower, median, upper_quartile: upper };
}

function agreementOf(means: readonly AgreementMeans[]): Dashboard["agreement"] {
  const all = means.find(({ week, label }) => week === null && label === "");
  return {
    weeks: means.flatMap(({ week, label, articles, exact, overlap }) =>
      week !== null && label === "" ? [{ week, articles, exact, overlap }] : [],
    ),
    labels: means.flatMap(({ week, label, articles, exact, overlap }) =>
      week === null && label !== "" ? [{ label, articles, exact, overlap }] : [],
    ),
    all: all ? { articles: all.articles, exact: all.exact, overlap: all.overlap } : null,
  };
}

function reviewerOf(
  { userId, name, active, assigned, returned }: ReviewingUser,
  work: ReviewerRow | undefined,
  spans: number,
): Dashboard["reviewers"][number] {
  const { open = 0, submitted = 0, skipped = 0 } = work ?? {};
  return {
    user: { id: userId, name },
    active,
    assigned,
    returned,
    open,
    submitted,
    skipped,
    median_seconds: work?.median ?? null,
    spans_per_article: submitted === 0 ? null : spans / submitted,
    last_active: work?.lastActive ?? null,
  };
}
