import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  isSearchKey,
  isSelectKey,
  movementOf,
  stepOf,
} from "@/components/articles/list-navigation";
import {
  type AddressWrite,
  AddressWriter,
  addressOf,
  everything,
  isNarrowed,
  readListQuery,
} from "@/components/articles/list-query";
import { articleSorts, articleStates, MAX_QUERY_LENGTH } from "@/lib/domain/article-list";

const labels = [{ name: "claim" }, { name: "denial" }];
const read = (address: string) => readListQuery(new URLSearchParams(address), labels);

describe("the address of a list", () => {
  test("is read as it was written", () => {
    const query = fc.record({
      q: fc.string({ unit: "grapheme", maxLength: 50 }).map((text) => text.trim()),
      state: fc.constantFrom(null, ...articleStates),
      label: fc.constantFrom(null, "claim", "denial"),
      reviewer: fc.constantFrom(null, "anyone", "01980000-0000-7000-8000-000000000001"),
      from: fc.constantFrom(null, "2026-11-20"),
      until: fc.constantFrom(null, "2026-11-27"),
      language: fc.constantFrom(null, "und", "zh"),
      publisher: fc.option(
        fc
          .string({ unit: "grapheme", minLength: 1, maxLength: 50 })
          .filter((name) => /\S/.test(name)),
      ),
      round: fc.constantFrom(null, 1, 12),
      sort: fc.constantFrom(...articleSorts),
    });
    fc.assert(
      fc.property(query, (wanted) => {
        expect(read(addressOf(wanted))).toEqual(wanted);
      }),
    );
  });

  test("says nothing of what goes without saying", () => {
    expect(addressOf(everything)).toBe("");
    expect(addressOf({ ...everything, q: "渔民", sort: "title" })).toBe(
      "?q=%E6%B8%94%E6%B0%91&sort=title",
    );
  });

  test.each([
    ["a state, an order and a label that do not exist", "?state=done&sort=best&label=lie"],
    ["names of other things", "?cursor=abc&limit=9&__proto__=x"],
    ["spaces only", "?q=%20%20"],
    ["a round that is no number, and nobody's name", "?round=0&publisher=%20&language="],
    ["who is nobody, and days that are none", "?reviewer=ana&from=yesterday&until=2026-1-1"],
  ])("leaves out %s", (_, address) => {
    expect(read(address)).toEqual(everything);
    expect(isNarrowed(read(address))).toBe(false);
  });

  test("is cut where the server would refuse it, and never inside a character", () => {
    const { q } = read(`?q=${"a".repeat(MAX_QUERY_LENGTH - 1)}${encodeURIComponent("🚢")}`);
    expect(q).toHaveLength(MAX_QUERY_LENGTH);
    expect(q.isWellFormed()).toBe(true);
  });
});

describe("keys", () => {
  const key = (name: string, code = "", held: object = {}) => ({
    key: name,
    code,
    altKey: false,
    ctrlKey: false,
    metaKey: false,
    shiftKey: false,
    ...held,
  });

  test("j and k step, by their place where the layout writes other letters", () => {
    expect(stepOf(key("j", "KeyJ"))).toBe(1);
    expect(stepOf(key("о", "KeyJ"))).toBe(1);
    expect(stepOf(key("ن", "KeyK"))).toBe(-1);
    expect(stepOf(key("h", "KeyJ"))).toBe(null); // Dvorak has its j elsewhere
    expect(stepOf(key("j", "KeyJ", { ctrlKey: true }))).toBe(null);
  });

  test("x selects, with Shift as far as there", () => {
    expect(isSelectKey(key("x", "KeyX"))).toBe(true);
    expect(isSelectKey(key("X", "KeyX", { shiftKey: true }))).toBe(true);
    expect(isSelectKey(key("ط", "KeyX"))).toBe(true);
    expect(isSelectKey(key("q", "KeyX"))).toBe(false); // Dvorak has its x elsewhere
    expect(isSelectKey(key("x", "KeyX", { ctrlKey: true }))).toBe(false);
  });

  test("the slash searches, and nothing else that is held with it", () => {
    expect(isSearchKey(key("/", "Slash"))).toBe(true);
    expect(isSearchKey(key("/", "Digit7", { shiftKey: true }))).toBe(true); // German
    expect(isSearchKey(key(".", "Slash"))).toBe(false);
    expect(isSearchKey(key("/", "Slash", { metaKey: true }))).toBe(false);
  });

  test("in the list the arrows, Home and End move", () => {
    expect(
      ["ArrowDown", "ArrowUp", "Home", "End", "a"].map((name) => movementOf(key(name))),
    ).toEqual(["next", "previous", "first", "last", null]);
    expect(movementOf(key("End", "End", { shiftKey: true }))).toBe(null);
  });
});

describe("the writer of the address", () => {
  /**
   * A browser's history and a router that draws what was written some time later, writing the address
   * of what it has drawn over whatever is there by then.
   */
  function aRouter() {
    const history = [""];
    const writer = new AddressWriter();
    const toDraw: string[] = [];
    const write = (due: AddressWrite | null) => {
      if (due === null) return;
      if (due.how === "push") history.push(due.address);
      else history[history.length - 1] = due.address;
      toDraw.push(due.address);
    };
    return {
      history,
      change: (address: string, how: AddressWrite["how"]) => write(writer.change({ address, how })),
      draw() {
        const address = toDraw.shift();
        if (address === undefined) return false;
        history[history.length - 1] = address;
        write(writer.drawn(address).due);
        return true;
      },
    };
  }

  test("waits for a page that is being drawn, and then writes the newest address", () => {
    const { history, change, draw } = aRouter();
    change("?q=b", "push");
    change("?q=bu", "replace");
    change("?q=bul", "replace");
    expect(history).toEqual(["", "?q=b"]);
    draw();
    draw();
    expect(history).toEqual(["", "?q=bul"]);
  });

  test("makes a step of the history for each change that is one, whenever pages are drawn", () => {
    const moves = fc.array(
      fc.oneof(
        fc.record({
          address: fc.integer().map((number) => `?q=${number}`),
          how: fc.constantFrom("push" as const, "replace" as const),
        }),
        fc.constant("draw" as const),
      ),
    );
    fc.assert(
      fc.property(moves, (made) => {
        const { history, change, draw } = aRouter();
        const expected = [""];
        for (const move of made) {
          if (move === "draw") draw();
          else {
            change(move.address, move.how);
            if (move.how === "push") expected.push(move.address);
            else expected[expected.length - 1] = move.address;
          }
        }
        while (draw());
        expect(history).toEqual(expected);
      }),
    );
  });

  test("writes nothing more when somebody went elsewhere", () => {
    const writer = new AddressWriter();
    writer.change({ address: "?q=b", how: "push" });
    expect(writer.change({ address: "?q=bu", how: "replace" })).toBeNull();
    expect(writer.drawn("?sort=title")).toEqual({ isOurs: false, due: null });
    expect(writer.change({ address: "?q=c", how: "push" })).toEqual({
      address: "?q=c",
      how: "push",
    });
  });
});
