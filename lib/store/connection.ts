import { EventEmitter } from "node:events";
import pg from "pg";
import { inOurWords } from "./trouble";

/**
 * How long is waited for what, in milliseconds; 0 is for ever. `statement`, `lock` and `idle` are kept
 * by PostgreSQL, which tells of the end and keeps the connection. `answer` and `connection` are kept
 * here, for a database that stands still and will not even say so; `answer` must be the longest.
 */
export type Limits = {
  /** A place in the pool, or a new connection. */
  readonly connection: number;
  readonly statement: number;
  readonly lock: number;
  /** A transaction in which nothing is asked. */
  readonly idle: number;
  readonly answer: number;
};

/**
 * While somebody waits. A statement has long been done after these; the lock is shorter, so that
 * those who queue for one row do not hold every connection meanwhile.
 */
export const hurried: Limits = {
  connection: 4_000,
  statement: 7_000,
  lock: 2_000,
  idle: 60_000,
  answer: 8_000,
};

/** For work through many rows: imports, exports, the operator's commands. */
export const unhurried: Limits = {
  connection: 10_000,
  statement: 0,
  lock: 60_000,
  idle: 60_000,
  answer: 0,
};

/** How long each connection of ours waits for an answer, where that has been changed. */
const patience = new WeakMap<pg.ClientBase, number>();

/**
 * A pool whose connections keep to the limits, and tell of trouble of the database as Refusals,
 * whoever asks them: `pg` itself, Prisma's adapter, or a library on top.
 */
export function openPool(url: string, { max, limits }: { max: number; limits: Limits }): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max,
    application_name: "gainsay",
    keepAlive: true,
    idleTimeoutMillis: 60_000,
    connectionTimeoutMillis: limits.connection,
    statement_timeout: limits.statement,
    lock_timeout: limits.lock,
    idle_in_transaction_session_timeout: limits.idle,
    Client: class extends pg.Client {
      constructor(config?: string | pg.ClientConfig) {
        super(config);
        // An error between two queries has no other listener, and would end the process; the next
        // query meets a closed connection.
        this.on("error", () => undefined);
        patience.set(this, limits.answer);
        this.query = watched(this);
      }
    },
  });
  // A connection that breaks while idle is replaced at the next query, which reports trouble that lasts.
  pool.on("error", () => undefined);
  pool.connect = translated(pool.connect.bind(pool)) as typeof pool.connect;
  // It listens itself for what goes wrong while it waits.
  pool.query = translated(pool.query.bind(pool)) as typeof pool.query;
  return pool;
}

/**
 * Takes the hurry off a connection, for good: it must be closed, not given back to its pool.
 *
 * @throws Refusal "unavailable"
 */
export async function unhurry(client: pg.ClientBase): Promise<void> {
  patience.set(client, unhurried.answer);
  await client.query(
    `SET statement_timeout = ${unhurried.statement}; SET lock_timeout = ${unhurried.lock}`,
  );
}

/**
 * Whether a connection sends what it is asked at once, instead of waiting for the answers to what it was
 * asked before. Only while nothing is under way; COPY and cursors need one that waits.
 */
export function setPipelined(client: pg.ClientBase, pipelined: boolean): void {
  // An option of new connections, of which `pg` reads anew with each query what it says.
  (client as pg.ClientBase & { pipeline?: boolean }).pipeline = pipelined;
}

type Callback = (error: unknown, ...results: unknown[]) => void;

/** A function of `pg`, by callback or promise, whose errors come in our words. */
function translated(ask: (...args: never[]) => unknown): (...args: unknown[]) => unknown {
  return (...args) => {
    const at = args.findIndex((arg) => typeof arg === "function");
    const callback = args[at];
    const asked = ask as (...args: unknown[]) => unknown; // passed on as they came
    if (typeof callback !== "function") {
      return Promise.resolve(asked(...args)).catch((error: unknown) => {
        throw inOurWords(error);
      });
    }
    const told: Callback = (error, ...results) =>
      callback(error ? inOurWords(error) : error, ...results);
    return asked(...args.with(at, told));
  };
}

/** `client.query`, which closes the connection if no answer comes in time. */
function watched(client: pg.Client): typeof client.query {
  const ask = client.query.bind(client) as (...args: unknown[]) => unknown;
  const query = (...args: unknown[]): unknown => {
    const limit = patience.get(client) ?? 0;
    const timer =
      limit > 0 ? setTimeout(() => client.connection.stream.destroy(), limit) : undefined;
    const over = () => clearTimeout(timer);
    const [first] = args;
    if (first instanceof EventEmitter) {
      // COPY and cursors: whoever reads or writes it learns of errors by it.
      for (const end of ["close", "error", "finish", "end"]) first.once(end, over);
      return ask(...args);
    }
    const at = args.findIndex((arg) => typeof arg === "function");
    const callback = args[at];
    if (typeof callback !== "function") {
      return Promise.resolve(translated(ask)(...args)).finally(over);
    }
    const told: Callback = (error, ...results) => {
      over();
      callback(error, ...results);
    };
    return translated(ask)(...args.with(at, told));
  };
  return query as typeof client.query; // which has nine forms
}
