import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { browser, type Channel } from "@/lib/sync/environment";

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("time", () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: 1000 });
  });

  test("its clock is that of the machine", () => {
    expect(browser.now()).toBe(1000);
    vi.setSystemTime(400);
    expect(browser.now()).toBe(400);
  });

  test("what is planned is done once, after its delay", () => {
    const work = vi.fn();
    browser.after(100, work);
    vi.advanceTimersByTime(99);
    expect(work).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1000);
    expect(work).toHaveBeenCalledTimes(1);
  });

  test("what is called off is not done", () => {
    const work = vi.fn();
    browser.after(100, work)();
    vi.advanceTimersByTime(1000);
    expect(work).not.toHaveBeenCalled();
  });
});

test("its random numbers are the platform's", () => {
  vi.spyOn(Math, "random").mockReturnValue(0.25);
  expect(browser.random()).toBe(0.25);
});

test("its ids are UUIDv7, each another", () => {
  const ids = [browser.newId(), browser.newId()];
  for (const id of ids) expect(id).toMatch(/^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-/);
  expect(new Set(ids).size).toBe(2);
});

describe("locks", () => {
  /** Holds a lock until it is let go. */
  async function hold(name: string) {
    let letGo = () => {};
    const done = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    let ended: Promise<void> | undefined;
    await new Promise<void>((resolve) => {
      ended = browser.locks?.request(name, {}, async (held) => {
        expect(held).toBe(true);
        resolve();
        await done;
      });
    });
    return async () => {
      letGo();
      await ended;
    };
  }

  const ifAvailable = (name: string) =>
    browser.locks?.request(name, { ifAvailable: true }, async (held) => held);

  test("one that is held is not available, until it is let go", async () => {
    const letGo = await hold("taken");
    expect([await ifAvailable("taken"), await ifAvailable("other")]).toEqual([false, true]);
    await letGo();
    expect(await ifAvailable("taken")).toBe(true);
  });

  test("who no longer waits is told so, and does not get it", async () => {
    const letGo = await hold("wanted");
    const impatient = new AbortController();
    const work = vi.fn();
    const waiting = browser.locks?.request("wanted", { signal: impatient.signal }, work);
    impatient.abort();
    await expect(waiting).rejects.toMatchObject({ name: "AbortError" });
    await letGo();
    expect(work).not.toHaveBeenCalled();
  });

  test.for([
    { name: "without a navigator", navigator: undefined },
    { name: "on a page without https", navigator: {} },
  ])("$name there are none", ({ navigator }) => {
    vi.stubGlobal("navigator", navigator);
    expect(browser.locks).toBeNull();
  });
});

describe("channels", () => {
  /** What is heard on a channel of a name, and the channel. */
  function open(name: string) {
    const heard: unknown[] = [];
    const channel = browser.openChannel(name, (message) => heard.push(message));
    if (!channel) throw new Error("There are no channels here.");
    return { heard, channel };
  }

  /** What is sent before on the same channel has arrived when this has. */
  async function arrived(from: Channel, at: readonly unknown[]): Promise<void> {
    from.post("last");
    await vi.waitFor(() => expect(at).toContain("last"));
  }

  test("all on a channel of the same name hear a message, but for who sent it", async () => {
    const [one, two, stranger] = [open("article"), open("article"), open("other")];
    one.channel.post({ kind: "changed" });
    await arrived(one.channel, two.heard);
    expect([one.heard, two.heard, stranger.heard]).toEqual([[], [{ kind: "changed" }, "last"], []]);
    for (const { channel } of [one, two, stranger]) channel.close();
  });

  test("who has closed it hears no more", async () => {
    const [one, two, three] = [open("article"), open("article"), open("article")];
    two.channel.close();
    await arrived(one.channel, three.heard);
    expect(two.heard).toEqual([]);
    for (const { channel } of [one, three]) channel.close();
  });

  test("where the browser has none, there is none", () => {
    vi.stubGlobal("BroadcastChannel", undefined);
    expect(browser.openChannel("article", () => {})).toBeNull();
  });
});

test("a defect is reported as the browser reports those that nobody caught", () => {
  const reportError = vi.fn();
  vi.stubGlobal("reportError", reportError);
  const defect = new Error("broken");
  browser.report(defect);
  expect(reportError).toHaveBeenCalledWith(defect);
});
