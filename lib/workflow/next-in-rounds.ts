import { type Actor, hasScope, type UserActor, userIdOf } from "@/lib/access/actor";
import {
  lockQueue,
  nextToDo,
  placeToDo,
  type ReviewersRound,
  roundsWithReviewer,
  takeFromQueue,
} from "@/lib/store/assignments";
import { database, type Sql, sqlTransaction } from "@/lib/store/database";

/**
 * So many articles of a queue somebody may have in hand, not submitted: the one that they read, the next, which
 * their browser has fetched, and some put off. Whoever has more finishes those first.
 */
const MOST_IN_HAND = 5;

type NamedArticle = { readonly id: string; readonly title: string };

/**
 * What a reviewer has to do next in the rounds of a project that are not over: what was returned, what is open,
 * what is queued, in the order of the rounds, and then from a queue. Coming from an article that they leave
 * open, they go on behind it, into the queue too, before they come round to what they left before, so that whoever puts
 * off one thing after the other sees all of it.
 *
 * @param after the id of the article that they come from
 * @returns null for who is a reviewer of none; `article` is null where nothing is left for them
 */
export async function nextInRounds(
  actor: Actor,
  projectId: string,
  after: string | null,
): Promise<{ readonly article: NamedArticle | null } | null> {
  const userId = userIdOf(actor);
  if (userId === null) return null;
  const sql = database().pool;
  const rounds = await roundsWithReviewer(sql, { userId, projectId });
  if (rounds.length === 0) return null;
  const own = { userId, projectId, except: after };
  const place = after && (await placeToDo(sql, { userId, projectId, articleId: after }));
  if (place) {
    const next =
      (await nextToDo(sql, { ...own, after: place })) ??
      (await taken(actor, userId, { ...own, rounds }));
    if (next) return { article: next };
  }
  const first = await nextToDo(sql, { ...own, after: null });
  // Where there was a place, the queue has been asked.
  return { article: first ?? (place ? null : await taken(actor, userId, { ...own, rounds })) };
}

/**
 * What a reviewer has to do next in one round, taken from its queue if need be; null where nothing is left for them.
 */
export async function nextInRound(
  actor: UserActor,
  { projectId, roundId }: { projectId: string; roundId: string },
): Promise<NamedArticle | null> {
  const { userId } = actor;
  const own = { userId, projectId, except: null };
  const known = await nextToDo(database().pool, { ...own, after: null, roundId });
  if (known) return known;
  return takenFrom({ roundId, userId }, (sql) => nextToDo(sql, { ...own, after: null, roundId }));
}

/**
 * What somebody has to do of a round, or else takes from its queue, in as many transactions as that needs: each
 * passes over something that they had submitted before, so they come to an end.
 *
 * @param known what they have already: who asks twice at once gets the same twice
 */
async function takenFrom(
  { roundId, userId }: { roundId: string; userId: string },
  known: (sql: Sql) => Promise<NamedArticle | null>,
): Promise<NamedArticle | null> {
  for (;;) {
    const { outcome, article } = await sqlTransaction(database(), async (sql) => {
      const queue = await lockQueue(sql, { roundId, userId });
      const waiting = queue && (await known(sql));
      if (!queue || waiting) return { outcome: "none", article: waiting };
      const taken = await takeFromQueue(sql, queue, userId);
      return { outcome: taken, article: taken === "taken" ? await known(sql) : null };
    });
    if (outcome !== "again") return article;
  }
}

/** What somebody takes from the first queue of some rounds that has anything for them; null where none has. */
async function taken(
  actor: Actor,
  userId: string,
  {
    projectId,
    except,
    rounds,
  }: { projectId: string; except: string | null; rounds: readonly ReviewersRound[] },
): Promise<NamedArticle | null> {
  // A token that may only read takes nothing.
  if (!hasScope(actor, "annotate")) return null;
  for (const { roundId, isQueue, inHand } of rounds) {
    if (!isQueue || inHand >= MOST_IN_HAND) continue;
    const next = await takenFrom({ roundId, userId }, (sql) =>
      nextToDo(sql, { userId, projectId, except, after: lastPlace }),
    );
    if (next) return next;
  }
  return null;
}

/** Behind what is returned or open: what is only queued. */
const lastPlace = { rank: 1, round: 2 ** 31 - 1, position: 2 ** 31 - 1 };
