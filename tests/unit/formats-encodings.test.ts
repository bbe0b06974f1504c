import { describe, expect, test } from "vitest";
import { encodings } from "@/lib/domain/imports";
import { asUtf8, encodingChoices, textIn } from "@/lib/formats/encodings";
import { aFile, itemsIn } from "../setup/files";

const bytes = (...parts: (string | number[])[]) =>
  Uint8Array.from(
    parts.flatMap((part) => (typeof part === "string" ? [...Buffer.from(part)] : part)),
  );

async function gathered<T>(source: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const one of source) all.push(one);
  return all;
}

/** "Порт" and "закрыт", "港口", "ポート", each as programs of their time wrote it. */
const words = [
  { encoding: "windows-1251", said: "Порт", as: [0xcf, 0xee, 0xf0, 0xf2] },
  { encoding: "koi8-r", said: "Порт", as: [0xf0, 0xcf, 0xd2, 0xd4] },
  {
    encoding: "windows-1252",
    said: "“café” €",
    as: [0x93, ...Buffer.from("caf"), 0xe9, 0x94, 32, 0x80],
  },
  { encoding: "iso-8859-1", said: "café", as: [...Buffer.from("caf"), 0xe9] },
  { encoding: "windows-1256", said: "ميناء", as: [0xe3, 0xed, 0xe4, 0xc7, 0xc1] },
  { encoding: "gb18030", said: "港口😀", as: [0xb8, 0xdb, 0xbf, 0xda, 0x94, 0x39, 0xfc, 0x36] },
  { encoding: "big5", said: "港口", as: [0xb4, 0xe4, 0xa4, 0x66] },
  { encoding: "shift_jis", said: "ポート", as: [0x83, 0x7c, 0x81, 0x5b, 0x83, 0x67] },
  { encoding: "euc-kr", said: "항구", as: [0xc7, 0xd7, 0xb1, 0xb8] },
  { encoding: "utf-16le", said: "П😀", as: [0x1f, 0x04, 0x3d, 0xd8, 0x00, 0xde] },
] as const;

describe("a file that is said to be in another encoding", () => {
  test.for(words)(
    "is read in $encoding, wherever its pieces end",
    async ({ encoding, said, as }) => {
      const wide = encoding === "utf-16le";
      const plain = (text: string) =>
        wide ? [...text].flatMap((one) => [one.charCodeAt(0), 0]) : [...Buffer.from(text)];
      const text = Uint8Array.from([...as, ...plain("\n\nOne.\n"), ...as]);
      const table = Uint8Array.from([...plain("id,text\n1,"), ...as, ...plain("\n2,b\n")]);
      for (const piece of [1, 2, 3, 1000]) {
        expect(await itemsIn("a.txt", text, { encoding, piece })).toMatchObject([
          { kind: "article", article: { title: said, text: `${said}\n\nOne.\n${said}` } },
        ]);
        expect(await itemsIn("a.csv", table, { encoding, piece })).toMatchObject([
          { article: { text: said } },
          { article: { text: "b" } },
        ]);
      }
    },
  );

  test("is read as it says itself, by its mark", async () => {
    const marked = bytes([0xef, 0xbb, 0xbf], "Порт\n\nзакрыт");
    expect(await itemsIn("a.md", marked, { encoding: "windows-1251" })).toMatchObject([
      { article: { text: "Порт\n\nзакрыт" } },
    ]);
    const wide = Uint8Array.from([0xff, 0xfe, 0x1f, 0x04, 0x0a, 0x00]);
    expect(await itemsIn("a.txt", wide)).toMatchObject([{ article: { text: "П\n" } }]);
  });

  test.for([1, 4, 1000])(
    "is refused where it is not, by line and byte (pieces of %s)",
    async (piece) => {
      const wrong = bytes("id,text\n1,", [0xb8, 0xdb], "\n2,", [0x81], "\n");
      expect(await itemsIn("a.csv", wrong, { encoding: "gb18030", piece })).toMatchObject([
        { kind: "rejected", line: 3, reason: "This is not gb18030: line 3, byte 16." },
      ]);
    },
  );

  test("is decoded in every encoding that may be said", async () => {
    for (const encoding of encodings) {
      const wide = encoding.startsWith("utf-16");
      const one = wide ? Uint8Array.from(encoding === "utf-16le" ? [65, 0] : [0, 65]) : bytes("A");
      const pieces = await gathered(asUtf8(aFile("a", one).stream, encoding));
      expect(Buffer.concat(pieces).toString(), encoding).toBe("A");
    }
  });
});

describe("UTF-8", () => {
  test.for([1, 2, 3, 1000])(
    "is decoded whole, in pieces of %s bytes, without its mark",
    async (piece) => {
      const source = bytes([0xef, 0xbb, 0xbf], "é😀\nПорт\n\0港");
      const pieces = await gathered(textIn(aFile("a", source, { piece }).stream));
      expect(pieces.join("")).toBe("é😀\nПорт\n\0港");
    },
  );

  test.for([
    { name: "a byte that begins nothing", bad: [0xff], byte: 3 },
    { name: "a character that is not over", bad: [0xf0, 0x9f, 0x98], byte: 3 },
    { name: "what goes on without a beginning", bad: [0x80], byte: 3 },
  ])("with $name is refused by line and byte", async ({ bad, byte }) => {
    for (const piece of [1, 2, 1000]) {
      for (const after of ["", "\nx"]) {
        const { stream } = aFile("a", bytes("a\nb", bad, after), { piece });
        await expect(gathered(textIn(stream))).rejects.toMatchObject({
          details: { line: 2, byte },
        });
      }
    }
  });
});

describe("what a file would say in other encodings", () => {
  test("is shown from where they differ, by those alone that it may be in", () => {
    const source = bytes("id,text\n1,abc\n2,", [0xcf, 0xee, 0xf0, 0xf2], "\n");
    const found = encodingChoices(source, encodings);
    expect(found).toMatchObject({ line: 3, byte: 16 });
    const samples = new Map(found?.choices.map(({ encoding, sample }) => [encoding, sample]));
    expect(samples.get("windows-1251")).toBe("2,Порт\n");
    expect(samples.get("koi8-r")).toBe("2,оНПР\n");
    expect(samples.get("windows-1252")).toBe("2,Ïîðò\n");
    expect(samples.has("utf-8")).toBe(false);
    expect(samples.has("utf-16le")).toBe(false);
  });

  test("is not asked of UTF-8", () => {
    expect(encodingChoices(bytes("Порт 😀"), encodings)).toBeNull();
  });
});

test("what a page says of its encoding is no more so, once somebody has said it", async () => {
  const port = words[0].as;
  const sentence = Array.from({ length: 30 }, () => [...port, 32]).flat();
  const page = bytes(
    '<!doctype html><html><head><meta charset="koi8-r"><title>T</title></head><body><article><h1>T</h1><p>',
    sentence,
    "</p><p>",
    sentence,
    "</p></article></body></html>",
  );
  const [item] = await itemsIn("a.html", page, { encoding: "windows-1251" });
  expect(item).toMatchObject({
    kind: "article",
    article: { text: expect.stringContaining("Порт Порт Порт") },
  });
});
