import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

/**
 * A stock Firefox, driven by WebDriver BiDi, which it speaks itself; Playwright drives only one of its own.
 *
 * Source: https://www.w3.org/TR/webdriver-bidi/
 */

/** The Firefox of this machine: that at FIREFOX_PATH, or one on the PATH; null if there is none. */
export function findFirefox(): string | null {
  const { FIREFOX_PATH: given, PATH: path = "" } = process.env;
  const candidates = path
    .split(delimiter)
    .flatMap((folder) => ["firefox-esr", "firefox"].map((name) => join(folder, name)));
  return [...(given ? [given] : []), ...candidates].find(isExecutable) ?? null;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export type FirefoxPage = {
  /** Runs a function in the page, which sees nothing of the test's. */
  evaluate<T>(work: (...args: string[]) => T, ...args: string[]): Promise<T>;
  /** Waits until something is true in the page. */
  until(isTrue: () => boolean): Promise<void>;
  move(to: readonly [x: number, y: number]): Promise<void>;
  buttonDown(): Promise<void>;
  buttonUp(): Promise<void>;
  press(times: number, to: readonly [x: number, y: number] | null): Promise<void>;
  keyDown(key: string): Promise<void>;
  keyUp(key: string): Promise<void>;
};

export type Firefox = {
  /** Opens a page in a window of its own, with a cookie of its own. */
  open(page: {
    url: string;
    cookie: { name: string; value: string; domain: string };
    size: { width: number; height: number };
  }): Promise<FirefoxPage>;
  close(): Promise<void>;
};

/** Starts the Firefox of this machine, without a window; the caller closes it. */
export async function aFirefox(): Promise<Firefox> {
  const path = findFirefox();
  if (path === null) throw new Error("There is no Firefox on this machine.");
  const profile = mkdtempSync(join(tmpdir(), "gainsay-firefox-"));
  // Nothing is to be fetched from elsewhere, nor asked.
  writeFileSync(
    join(profile, "user.js"),
    [
      'user_pref("app.normandy.enabled", false);',
      'user_pref("browser.shell.checkDefaultBrowser", false);',
      'user_pref("datareporting.policy.dataSubmissionEnabled", false);',
      'user_pref("extensions.update.enabled", false);',
      'user_pref("toolkit.telemetry.enabled", false);',
    ].join("\n"),
  );
  const child = spawn(
    path,
    ["--headless", "--no-remote", "--remote-debugging-port=0", "--profile", profile],
    { stdio: ["ignore", "ignore", "pipe"], env: { ...process.env, HOME: profile } },
  );
  const connection = await Connection.to(`${await addressOf(child)}/session`);
  await connection.ask("session.new", { capabilities: {} });
  return {
    open: async ({ url, cookie, size }) => {
      const { userContext } = await connection.ask("browser.createUserContext", {});
      const { context } = await connection.ask("browsingContext.create", {
        type: "window",
        userContext,
      });
      const { name, value, domain } = cookie;
      await connection.ask("storage.setCookie", {
        cookie: { name, value: { type: "string", value }, domain, path: "/" },
        // By the window, it would be one of the empty page that is in it still.
        partition: { type: "storageKey", userContext },
      });
      await connection.ask("browsingContext.setViewport", { context, viewport: size });
      await connection.ask("browsingContext.navigate", { context, url, wait: "complete" });
      return aPage(connection, String(context));
    },
    close: async () => {
      const ended = once(child, "exit");
      await connection.ask("browser.close", {}).catch(() => child.kill());
      await ended;
      rmSync(profile, { recursive: true, force: true });
    },
  };
}

/** Keys by the names that events have for them. Source: https://www.w3.org/TR/webdriver2/#keyboard-actions */
const namedKeys: Readonly<Record<string, string>> = {
  Shift: "\ue008",
  Control: "\ue009",
  Alt: "\ue00a",
  Escape: "\ue00c",
  Tab: "\ue004",
  Enter: "\ue007",
  ArrowLeft: "\ue012",
  ArrowUp: "\ue013",
  ArrowRight: "\ue014",
  ArrowDown: "\ue015",
};

/** What a sign's key writes with Shift: a driver is told what is written, not what is pressed. */
const shiftedSigns: Readonly<Record<string, string>> = { "[": "{", "]": "}" };

function aPage(connection: Connection, context: string): FirefoxPage {
  const act = (source: Record<string, unknown>) =>
    connection.ask("input.performActions", { context, actions: [source] }).then(() => undefined);
  const mouse = (...actions: Record<string, unknown>[]) =>
    act({ type: "pointer", id: "mouse", parameters: { pointerType: "mouse" }, actions });
  const moveTo = ([x, y]: readonly [x: number, y: number]) => ({
    type: "pointerMove",
    x: Math.round(x),
    y: Math.round(y),
    duration: 0,
  });
  const [down, up] = [
    { type: "pointerDown", button: 0 },
    { type: "pointerUp", button: 0 },
  ];
  let hasShift = false;
  const key = (type: "keyDown" | "keyUp", name: string) => {
    if (name === "Shift") hasShift = type === "keyDown";
    const written = hasShift ? (shiftedSigns[name] ?? name) : name;
    return act({
      type: "key",
      id: "keyboard",
      actions: [{ type, value: namedKeys[name] ?? written }],
    });
  };
  const evaluate = async <T>(work: (...args: string[]) => T, ...args: string[]): Promise<T> => {
    const answer = await connection.ask("script.callFunction", {
      // As text, what comes back needs no description of its type.
      functionDeclaration: `(...args) => JSON.stringify((${work.toString()})(...args))`,
      arguments: args.map((value) => ({ type: "string", value })),
      target: { context },
      awaitPromise: true,
    });
    const { result, exceptionDetails } = answer as {
      result?: { value?: string };
      exceptionDetails?: { text: string };
    };
    if (exceptionDetails) throw new Error(exceptionDetails.text);
    return JSON.parse(result?.value ?? "null") as T; // what the function has returned
  };
  return {
    evaluate,
    until: async (isTrue) => {
      for (let tries = 0; !(await evaluate(isTrue)); tries += 1) {
        if (tries > 200) throw new Error(`It never came true: ${isTrue.toString()}`);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    },
    move: (to) => mouse(moveTo(to)),
    buttonDown: () => mouse(down),
    buttonUp: () => mouse(up),
    // In one go, or a busy machine takes too long for them to be in a row.
    press: (times, to) =>
      mouse(
        ...Array.from({ length: times - 1 }, () => [down, up]).flat(),
        down,
        ...(to ? [moveTo(to)] : []),
        up,
      ),
    keyDown: (name) => key("keyDown", name),
    keyUp: (name) => key("keyUp", name),
  };
}

function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = "";
    // It is read to its end, or Firefox would stand still once the pipe is full.
    child.stderr?.on("data", (chunk: Buffer) => {
      said += chunk.toString();
      const [, address] = /WebDriver BiDi listening on (ws:\/\/\S+)/.exec(said) ?? [];
      if (address !== undefined) resolve(address);
    });
    child.on("exit", () => reject(new Error(`Firefox does not speak WebDriver BiDi: ${said}`)));
  });
}

type Answer = Record<string, unknown>;

class Connection {
  readonly #socket: WebSocket;
  readonly #waiting = new Map<
    number,
    { resolve: (answer: Answer) => void; reject: (error: Error) => void }
  >();
  #last = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener("message", ({ data }) => {
      const { id, type, result, error, message } = JSON.parse(String(data));
      const waiting = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (type === "success") waiting?.resolve(result);
      else waiting?.reject(new Error(`${error}: ${message}`));
    });
  }

  static async to(address: string): Promise<Connection> {
    const socket = new WebSocket(address);
    await once(socket, "open");
    return new Connection(socket);
  }

  ask(method: string, params: Answer): Promise<Answer> {
    this.#last += 1;
    const id = this.#last;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#socket.send(JSON.stringify({ id, method, params }));
    });
  }
}
