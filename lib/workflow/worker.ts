import { type ChildProcess, fork } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { Refusal } from "@/lib/domain/refusal";
import { Allowance } from "@/lib/store/database";
import type { DatasetOrder } from "./dataset-bytes";
import type { Arrival } from "./importing/arriving";
import type { WaitingJob } from "./jobs";

/** What the server asks of its worker. A read is known by a number of the server's. */
export type ToWorker =
  /** Answered by the next piece of the dataset; the first such order begins to read it. */
  | { readonly kind: "next"; readonly read: number; readonly dataset: DatasetOrder }
  /** Reads no more of it. */
  | { readonly kind: "end"; readonly read: number }
  /** An import waits to be run, or a report to be made. */
  | WaitingJob
  /** So much arrived of an upload, which may be read until its job comes. */
  | { readonly kind: "upload"; readonly id: string; readonly arrival: Arrival }
  /** Begins no more of them; what is being read goes on. */
  | { readonly kind: "rest" };

/** What the worker answers. */
export type FromWorker =
  | { readonly kind: "ready" | "rested" }
  /** An import is over, or stopped to be gone on with. */
  | { readonly kind: "import_left"; readonly id: string }
  | { readonly kind: "piece"; readonly read: number; readonly bytes: Uint8Array }
  | { readonly kind: "whole" | "ended"; readonly read: number }
  | {
      readonly kind: "broken";
      readonly read: number;
      readonly why: string;
      /** Where it was refused, and what broke is no defect. */
      readonly refusal: Pick<Refusal, "code" | "details"> | null;
    };

/** One in so many connections of a node may be held for as long as a client reads; at least one. */
const LONG_READS = 5;

/**
 * Connections for jobs: of an import the one that runs and writes, of another the one that has the right to fetch its
 * pages, of a report the one that reads, that which makes articles searchable, one beside them, and one that looks for
 * more.
 */
const FOR_JOBS = 6;

/** Connections that requests have at least, however few the node may have. */
const FOR_REQUESTS = 2;

/** How the connections of a node are shared between its server and its worker. */
export function sharesOf(connections: number): {
  readonly server: number;
  readonly worker: number;
  /** Of the worker's, those for reading datasets. */
  readonly places: number;
} {
  const places = Math.max(1, Math.floor(connections / LONG_READS));
  const worker = places + FOR_JOBS;
  return { server: Math.max(FOR_REQUESTS, connections - worker), worker, places };
}

/** Milliseconds that a dataset waits for a worker that starts; that a worker gets to end by itself. */
const PATIENCE = 5_000;
const END_WITHIN = 2_000;

/** Milliseconds before a worker that ended is started again: doubled each time, up to the second. */
const AGAIN_AFTER = [500, 30_000] as const;

/** A worker that lived so long, in milliseconds, was no failed start. */
const SETTLED_AFTER = 60_000;

type Worker = {
  /** Who may read a dataset in it. */
  readonly places: Allowance;
  /**
   * The bytes of a dataset, made in the worker. Nothing is begun before the first is asked for. If the
   * worker dies on the way, asking for more throws.
   *
   * @throws Refusal "unavailable" if no worker is there in a moment
   */
  dataset(order: DatasetOrder): Promise<AsyncGenerator<Uint8Array>>;
  /** Lets it read an upload while that arrives. */
  tellOfUpload(importId: string, arrival: Arrival): void;
  /** Waits until it is done with an import, but no longer than some milliseconds. */
  leaving(importId: string, within: number): Promise<void>;
};

export type RunningWorker = Worker & {
  /** Has what waits be done soon. */
  doSoon(job: WaitingJob): void;
  /** Lets imports come to the end of their batch and breaks reports off, and begins none. */
  rest(): Promise<void>;
  /** Ends the process: what is read in it breaks off. */
  stop(): Promise<void>;
  /** The process, or null between two. */
  readonly pid: number | null;
};

// Next bundles handlers apart from the server around them, which has the worker.
const shared = globalThis as typeof globalThis & { gainsayWorker?: Worker };

/** The worker of this server; null where the work is done by this process itself, as in a command. */
export function workerOfServer(): Worker | null {
  return shared.gainsayWorker ?? null;
}

export type WorkerOptions = {
  /** The program, `scripts/worker.ts`. */
  readonly script: string;
  /** How Node starts it; like this process, if left out. */
  readonly execArgv?: readonly string[] | undefined;
  /** Of those of this node, as {@link sharesOf} has them. */
  readonly connections: { readonly worker: number; readonly places: number };
  /** Told when a worker ended that nobody ended. */
  readonly onDefect: (error: Error) => void;
};

/**
 * Starts the process that works through many rows, so that requests do not wait for it: it makes
 * datasets and reports and runs imports, on connections of its own and after whatever else wants the processor. One
 * that dies is started again.
 */
export function startWorker(options: WorkerOptions): RunningWorker {
  const worker = new WorkerProcess(options);
  shared.gainsayWorker = worker;
  return worker;
}

/** Somebody who waits for an answer about a read. */
type Waiting = {
  readonly resolve: (answer: FromWorker) => void;
  readonly reject: (error: Error) => void;
};

class WorkerProcess implements RunningWorker {
  readonly places: Allowance;
  readonly #options: WorkerOptions;
  #child: ChildProcess | null = null;
  /** Fulfilled while a worker is there that takes orders. */
  #ready = Promise.withResolvers<ChildProcess>();
  readonly #waiting = new Map<number, Waiting>();
  /** An event for each import that it is done with, of the import's id. */
  readonly #left = new EventEmitter().setMaxListeners(0);
  #reads = 0;
  #stopped = false;
  #again = AGAIN_AFTER[0] as number;

  constructor(options: WorkerOptions) {
    this.#options = options;
    this.places = new Allowance(options.connections.places);
    this.#start();
  }

  get pid(): number | null {
    return this.#child?.pid ?? null;
  }

  #start(): void {
    const { script, execArgv = process.execArgv, connections } = this.#options;
    const child = fork(script, [], {
      execArgv: [...execArgv],
      serialization: "advanced", // which has bytes
      detached: process.platform !== "win32", // a session of its own, which can go last as a whole
      env: { ...process.env, GAINSAY_POOL: String(connections.worker) },
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    const began = performance.now();
    this.#child = child;
    child.on("message", (message) => this.#hear(child, message as FromWorker)); // only it writes there
    child.on("error", (error) => this.#options.onDefect(error));
    child.once("exit", (code, signal) => this.#lose(child, began, String(signal ?? code)));
  }

  #hear(child: ChildProcess, message: FromWorker): void {
    if (message.kind === "ready") this.#ready.resolve(child);
    if (message.kind === "import_left") this.#left.emit(message.id);
    if ("read" in message) this.#waiting.get(message.read)?.resolve(message);
  }

  #lose(child: ChildProcess, began: number, how: string): void {
    if (this.#child !== child) return;
    this.#child = null;
    const died = new Error(`The worker ended (${how}).`);
    for (const { reject } of this.#waiting.values()) reject(died);
    this.#waiting.clear();
    this.#ready.promise.catch(() => undefined);
    this.#ready.reject(died); // does nothing to one that is fulfilled
    this.#ready = Promise.withResolvers();
    if (this.#stopped) return;
    this.#options.onDefect(died);
    const [first, longest] = AGAIN_AFTER;
    if (performance.now() - began > SETTLED_AFTER) this.#again = first;
    setTimeout(() => {
      if (!this.#stopped) this.#start();
    }, this.#again).unref();
    this.#again = Math.min(longest, this.#again * 2);
  }

  async dataset(order: DatasetOrder): Promise<AsyncGenerator<Uint8Array>> {
    const child = await Promise.race([
      this.#ready.promise.catch(() => null),
      pause(PATIENCE, null, { ref: false }),
    ]);
    if (child === null) {
      throw new Refusal("unavailable", "Datasets cannot be made just now. Try again soon.", {
        retry_after_seconds: 5,
      });
    }
    return this.#pieces(child, order);
  }

  async *#pieces(child: ChildProcess, dataset: DatasetOrder): AsyncGenerator<Uint8Array> {
    this.#reads += 1;
    const read = this.#reads;
    try {
      for (;;) {
        const answer = await this.#ask(child, { kind: "next", read, dataset });
        if (answer.kind === "whole") return;
        if (answer.kind === "broken") {
          const { why, refusal } = answer;
          throw refusal ? new Refusal(refusal.code, why, refusal.details) : new Error(why);
        }
        if (answer.kind === "piece") yield answer.bytes;
      }
    } finally {
      // Its snapshot has ended with the answer; or with its process.
      await this.#ask(child, { kind: "end", read }).catch(() => undefined);
    }
  }

  /** Sends an order about a read, and waits for the answer. */
  #ask(child: ChildProcess, order: ToWorker & { readonly read: number }): Promise<FromWorker> {
    return new Promise<FromWorker>((resolve, reject) => {
      if (!child.connected) {
        reject(new Error("The worker ended."));
        return;
      }
      this.#waiting.set(order.read, { resolve, reject });
      child.send(order, (error) => {
        if (error) reject(error);
      });
    }).finally(() => this.#waiting.delete(order.read));
  }

  leaving(importId: string, within: number): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        this.#left.off(importId, end);
        resolve();
      };
      const timer = setTimeout(end, within);
      this.#left.on(importId, end);
    });
  }

  tellOfUpload(id: string, arrival: Arrival): void {
    if (this.#child?.connected) this.#tell({ kind: "upload", id, arrival });
  }

  doSoon(job: WaitingJob): void {
    if (this.#child?.connected) this.#tell(job);
  }

  async rest(): Promise<void> {
    const child = this.#child;
    if (!child?.connected) return;
    const rested = new Promise<void>((resolve) => {
      child.on("message", (message) => {
        if ((message as FromWorker).kind === "rested") resolve();
      });
    });
    this.#tell({ kind: "rest" });
    await Promise.race([rested, once(child, "exit")]);
  }

  #tell(order: ToWorker): void {
    // Whether it was heard shows when the process ends.
    this.#child?.send(order, () => undefined);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    if (shared.gainsayWorker === this) delete shared.gainsayWorker;
    const child = this.#child;
    if (!child) return;
    const ended = once(child, "exit");
    if (child.connected) child.disconnect(); // which it takes for the order to end
    const late = setTimeout(() => child.kill("SIGKILL"), END_WITHIN);
    await ended;
    clearTimeout(late);
  }
}
