import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { inFigures } from "@/lib/domain/figures";
import { Refusal } from "@/lib/domain/refusal";
import type { ReadPage, WebPage } from "@/lib/formats/source-file";

/** What the thread is asked, and what it answers: first that it is ready, then one answer to each page. */
export type ToPageReader = WebPage;
export type FromPageReader =
  | { readonly kind: "ready" }
  | { readonly kind: "read"; readonly page: ReadPage }
  | { readonly kind: "refused"; readonly reason: string }
  /** Something that is no Refusal was thrown, called so. */
  | { readonly kind: "broken"; readonly name: string };

export type PageLimits = {
  /** Milliseconds that a page may take. */
  readonly time: number;
  /** Of its thread's heap, in MiB. */
  readonly memory: number;
};

const LIMITS: PageLimits = { time: 10_000, memory: 256 };

/** Milliseconds after which a thread without work is ended: it holds some 60 MB. */
const IDLE = 30_000;

/** Milliseconds that the thread may take to start: the first time its program is put together. */
const START_WITHIN = 60_000;

/**
 * Reads web pages in a thread of its own, one after another: what is in a page may make parsers take minutes and
 * gigabytes. One that takes more than it may is refused, and its thread with it; the next page has a new one.
 */
export class PageReader {
  readonly #program: string;
  readonly #limits: PageLimits;
  #thread: Promise<Worker> | null = null;
  #last: Promise<unknown> = Promise.resolve();
  #idle: NodeJS.Timeout | undefined;

  constructor(program: string, limits: PageLimits = LIMITS) {
    this.#program = program;
    this.#limits = limits;
  }

  /** @throws Refusal "unprocessable" if there is no article in it, or it takes too much */
  read(page: WebPage): Promise<ReadPage> {
    const reading = this.#last.then(() => this.#read(page));
    this.#last = reading.catch(() => undefined);
    return reading;
  }

  async #read(page: WebPage): Promise<ReadPage> {
    clearTimeout(this.#idle);
    const thread = await this.#started();
    thread.ref();
    const answer = await this.#answer(thread, page);
    thread.unref(); // nobody has to wait for a thread that waits
    this.#idle = setTimeout(() => this.#end(), IDLE);
    this.#idle.unref();
    switch (answer.kind) {
      case "read":
        return answer.page;
      case "refused":
        throw new Refusal("unprocessable", answer.reason);
      default:
        throw new Refusal(
          "unprocessable",
          `The page could not be taken apart (${answer.kind === "broken" ? answer.name : "no answer"}): its markup is too much out of order.`,
        );
    }
  }

  #started(): Promise<Worker> {
    this.#thread ??= this.#start();
    return this.#thread;
  }

  async #start(): Promise<Worker> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const thread = new Worker(this.#program, {
      execArgv: [], // it loads what it needs itself
      resourceLimits: { maxOldGenerationSizeMb: this.#limits.memory },
    });
    const late = setTimeout(
      () => reject(new Error("The page reader did not start.")),
      START_WITHIN,
    );
    const lose = (error?: unknown) =>
      reject(error instanceof Error ? error : new Error("The page reader ended as it started."));
    thread.once("message", () => resolve());
    thread.on("error", lose);
    thread.on("exit", lose);
    try {
      await promise;
    } catch (error) {
      this.#thread = null;
      void thread.terminate();
      throw error;
    } finally {
      clearTimeout(late);
    }
    // They stay: without anybody to hear it, an error would end this process.
    return thread;
  }

  async #answer(thread: Worker, page: WebPage): Promise<FromPageReader> {
    const { time, memory } = this.#limits;
    const { promise, resolve, reject } = Promise.withResolvers<FromPageReader>();
    const hear = (answer: FromPageReader) => resolve(answer);
    const lose = (error?: unknown) => {
      const isMemory =
        error instanceof Error && "code" in error && error.code === "ERR_WORKER_OUT_OF_MEMORY";
      const reason = isMemory
        ? `The page takes more than ${inFigures(memory)} MiB of memory to read.`
        : "The page could not be read: what takes it apart ended.";
      reject(new Refusal("unprocessable", reason));
    };
    const late = setTimeout(
      () =>
        reject(
          new Refusal("unprocessable", `The page takes more than ${time / 1000} seconds to read.`),
        ),
      time,
    );
    thread.on("message", hear);
    thread.on("error", lose);
    thread.on("exit", lose);
    try {
      thread.postMessage(page satisfies ToPageReader);
      return await promise;
    } catch (error) {
      this.#end();
      throw error;
    } finally {
      clearTimeout(late);
      thread.off("message", hear);
      thread.off("error", lose);
      thread.off("exit", lose);
    }
  }

  #end(): void {
    const thread = this.#thread;
    this.#thread = null;
    thread?.then((one) => one.terminate()).catch(() => undefined);
  }
}

// Next bundles handlers apart from the server around them, and away from the sources.
const shared = globalThis as typeof globalThis & {
  gainsayPageProgram?: string;
  gainsayPageReader?: PageReader;
};

/** Says where the thread's program is, for code that has been bundled away from it. */
export function readPagesBy(program: string): void {
  shared.gainsayPageProgram = program;
}

/** The program of the thread, as it lies beside the sources. */
export function pageProgram(): string {
  return (
    shared.gainsayPageProgram ??
    join(dirname(fileURLToPath(import.meta.url)), "..", "..", "..", "scripts", "page-reader.mjs")
  );
}

/**
 * Finds the article in a web page, in this process's thread for that.
 *
 * @throws Refusal "unprocessable"
 */
export function readPage(page: WebPage): Promise<ReadPage> {
  shared.gainsayPageReader ??= new PageReader(pageProgram());
  return shared.gainsayPageReader.read(page);
}
