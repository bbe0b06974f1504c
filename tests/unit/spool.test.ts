import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { Spool } from "@/lib/workflow/spool";

const folder = await mkdtemp(join(tmpdir(), "gainsay-spool-"));
afterAll(() => rm(folder, { recursive: true }));

let spools = 0;
const aSpool = () => {
  spools += 1;
  return Spool.open(join(folder, String(spools)));
};

const pieces = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 5 });

test("what is put in is read again, in any order and as often as one likes", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(pieces, { maxLength: 8 }),
      fc.infiniteStream(fc.nat()),
      async (all, picks) => {
        const spool = await aSpool();
        const kept = [];
        for (const one of all) kept.push(await spool.put(one));
        for (let read = 0; read < 2 * all.length; read += 1) {
          const at = (picks.next().value ?? 0) % all.length;
          const place = kept[at];
          if (!place) throw new Error("There is one.");
          expect(await buffer(spool.read(place))).toEqual(Buffer.concat(all[at] ?? []));
        }
        await spool.close();
      },
    ),
    { numRuns: 40 },
  );
});

test("what is larger than a piece is read whole, and what breaks off leaves nothing", async () => {
  const spool = await aSpool();
  const large = Buffer.from(Array.from({ length: 700_001 }, (_, at) => at % 251));
  async function* broken() {
    yield large;
    throw new Error("cut");
  }
  await expect(spool.put(broken())).rejects.toThrow("cut");
  const small = await spool.put([Buffer.from("after")]);
  const whole = await spool.put([large.subarray(0, 5), large.subarray(5)]);
  expect((await buffer(spool.read(small))).toString()).toBe("after");
  expect((await buffer(spool.read(whole))).equals(large)).toBe(true);
  await spool.close();
});
