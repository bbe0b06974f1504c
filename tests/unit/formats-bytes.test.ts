import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { joinBytes, linesOf, readAll } from "@/lib/formats/bytes";
import { aFile } from "../setup/files";

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString();

test("pieces are joined one behind the other", () => {
  const pieces = [[1, 2], [], [3], [4, 5, 6]].map((bytes) => Uint8Array.from(bytes));
  expect(joinBytes(pieces)).toEqual(Uint8Array.from([1, 2, 3, 4, 5, 6]));
  expect(joinBytes([])).toEqual(new Uint8Array(0));
});

describe("reading all of a stream", () => {
  test.for([1, 2, 100])("gives its bytes, in pieces of %i", async (piece) => {
    expect(text(await readAll(aFile("a", "Who said so?", { piece }).stream, 100))).toBe(
      "Who said so?",
    );
  });

  test("gives none where there are none", async () => {
    expect(await readAll(aFile("a", "").stream, 0)).toHaveLength(0);
  });

  test("ends as soon as there is more than the limit, which itself is allowed", async () => {
    let taken = 0;
    async function* endless() {
      for (;;) {
        taken += 1;
        yield new Uint8Array(1024 * 1024);
      }
    }
    await expect(readAll(endless(), 3 * 1024 * 1024)).rejects.toMatchObject({
      code: "too_large",
      message: "The file has more than 3 MiB, the most one article may have.",
      details: { limit: 3 * 1024 * 1024 },
    });
    expect(taken).toBe(4);
    expect(await readAll(aFile("a", "abc").stream, 3)).toHaveLength(3);
  });
});

/** Lines as `number@offset+length:text`; a line that is too long has `…` for a text. */
async function drawn(source: string, { limit = 100, piece = 1000 } = {}): Promise<string[]> {
  const lines: string[] = [];
  for await (const { number, offset, length, bytes } of linesOf(
    aFile("a", source, { piece }).stream,
    limit,
  )) {
    lines.push(`${number}@${offset}+${length}:${bytes === null ? "…" : text(bytes)}`);
  }
  return lines;
}

describe("lines", () => {
  test.for([
    { source: "", lines: [] },
    { source: "a", lines: ["1@0+1:a"] },
    { source: "a\n", lines: ["1@0+1:a"] },
    { source: "\n", lines: ["1@0+0:"] },
    { source: "a\nbc", lines: ["1@0+1:a", "2@2+2:bc"] },
    { source: "a\n\nb", lines: ["1@0+1:a", "2@2+0:", "3@3+1:b"] },
    { source: "a\r\nb\r\n", lines: ["1@0+2:a", "2@3+2:b"] },
    { source: "\r\rx\rb", lines: ["1@0+5:\r\rx\rb"] },
    { source: "😀\né", lines: ["1@0+4:😀", "2@5+2:é"] },
    { source: "12345\n123456\n1", lines: ["1@0+5:12345", "2@6+6:…", "3@13+1:1"] },
    { source: "12345\r\n1234\r\n", lines: ["1@0+6:…", "2@7+5:1234"] },
  ])("of $source are $lines, however it arrives", async ({ source, lines }) => {
    for (const piece of [1, 2, 3, 1000]) {
      expect(await drawn(source, { limit: 5, piece })).toEqual(lines);
    }
  });

  test("are what splitting the whole would give", async () => {
    const source = fc.array(fc.constantFrom("a", "\r", "\n", "\r\n", "😀"), { maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(source, fc.integer({ min: 1, max: 9 }), async (parts, piece) => {
        const whole = parts.join("");
        const lines = (await drawn(whole, { limit: 1000, piece })).map((line) =>
          line.slice(line.indexOf(":") + 1),
        );
        const split = whole.split("\n");
        if (split.at(-1) === "") split.pop();
        expect(lines).toEqual(split.map((line) => line.replace(/\r$/, "")));
      }),
    );
  });
});
