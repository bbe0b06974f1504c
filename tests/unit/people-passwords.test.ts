import { dictionary } from "@zxcvbn-ts/language-common";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { hashPassword, isOutdated, isPassword, nobodysHash } from "@/lib/access/hashing";
import { checkNewPassword } from "@/lib/access/password";

const ana = ["ana@example.org", "Ana Ardalan"];

/** The words of a list that is made to draw passwords from. */
const diceware = Object.values(dictionary["diceware-common"]).map(String);

describe("a new password", () => {
  test.for([
    "lantern gravel tuesday moss",
    "xK9#fQ2pLw7z",
    "خانه ما کنار رود است",
    "我們去年在河邊釣魚吃飯了",
    "vermilion otter 9 quilts",
    "😀🦊🌵🪁🫖🧵🪵🧊🪐🛼🪗🥁",
  ])("may be %s", async (password) => {
    await checkNewPassword(password, ana);
  });

  test("may be four words drawn by lot, with any sign between them or none", async () => {
    const word = fc.constantFrom(...diceware);
    const words = fc.array(word, { minLength: 4, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(words, fc.constantFrom(" ", "-", ".", ""), async (drawn, sign) => {
        fc.pre(new Set(drawn).size === drawn.length);
        await checkNewPassword(drawn.join(sign), ana);
      }),
      { numRuns: 200 },
    );
  });

  test("may be words of other languages, and signs drawn by lot", async () => {
    const letters = [
      "абвгдежзиклмнопрстуфхц",
      "ابتثجحخدذرزسشصضطعغفقکلمنهوی",
      "αβγδεζηθικλμνξοπρστυφχψω",
    ];
    const inScript = fc
      .constantFrom(...letters)
      .chain((script) => fc.array(fc.constantFrom(...script), { minLength: 14, maxLength: 30 }));
    const signs = fc.array(fc.constantFrom(..."abcdefghijkmnpqrstuvwxyz23456789#%&*"), {
      minLength: 12,
      maxLength: 24,
    });
    await fc.assert(
      fc.asyncProperty(fc.oneof(inScript, signs), async (drawn) => {
        fc.pre(new Set(drawn).size > 8);
        await checkNewPassword(drawn.join(""), ana);
      }),
      { numRuns: 200 },
    );
  });

  test.for([
    { why: "too short", password: "xK9#fQ2pLw7" },
    { why: "short in code points, long in UTF-16", password: "😀🦊🌵🪁🫖🧵🪵🧊🪐🛼🪗" },
    { why: "a common word with digits", password: "password1234" },
    { why: "the same in disguise", password: "P@ssw0rd2024!" },
    { why: "a common word doubled", password: "letmeinletmein" },
    { why: "two common words", password: "sunshinedragon" },
    { why: "a famous phrase without its spaces", password: "CorrectHorseBatteryStaple" },
    { why: "the same with its spaces", password: "correct horse battery staple" },
    { why: "a long word doubled, with a space", password: "unbelievable unbelievable" },
    { why: "the same with other signs", password: "unbelievable_unbelievable" },
    { why: "two common words with signs", password: "secret-password-1" },
    { why: "a row of keys", password: "qwertyuiop12" },
    { why: "a column of keys", password: "1qaz2wsx3edc" },
    { why: "a row of another keyboard", password: "йцукенгшщзхъ" },
    { why: "one character", password: "aaaaaaaaaaaaaaaa" },
    { why: "few characters", password: "abababababababab" },
    { why: "a telephone number", password: "+49 151 2345678" },
    { why: "a season and a year", password: "Summer2026!!" },
    { why: "the owner's name and a year", password: "AnaArdalan2024" },
    { why: "the owner's address", password: "ana@example.org" },
    { why: "the name of this software", password: "gainsay12345" },
    { why: "a long word", password: "unbelievable" },
    { why: "a long word and a digit", password: "Unbelievable1" },
    { why: "a long word and digits behind", password: "responsibility2026" },
    { why: "a long word in disguise", password: "unb3li3v4ble" },
    { why: "a long word backwards", password: "elbaveilebnu" },
    { why: "a walk over the keys", password: "zaq12wsxcde3" },
    { why: "another walk", password: "mnbvcxzlkjhg" },
    { why: "a walk with Shift held", password: "ZAQ!@WSXCDE#" },
    { why: "a word of this software, each letter twice", password: "ggaaiinnssaayy" },
    { why: "a walk that is gone twice", password: "qwaszxqwaszx" },
    { why: "a word of the trade doubled", password: "newsroomnewsroom" },
    { why: "a word of the trade", password: "disinformation" },
    { why: "words of this software", password: "annotationset" },
    { why: "more of them", password: "claimdenialattribution" },
    { why: "them with signs", password: "Gainsay-Claims-1" },
    { why: "the owner's name backwards", password: "naladraanaanaardalan" },
    { why: "the owner's name doubled", password: "ardalanardalan" },
    { why: "the owner's name in disguise", password: "4n44rd4l4n!!" },
    { why: "1 MB", password: "ab3 ".repeat(262_144) },
    { why: "a lone surrogate", password: "lantern gravel \ud800" },
  ])("is refused for being $why", async ({ password }) => {
    await expect(checkNewPassword(password, ana)).rejects.toEqual(
      expect.objectContaining({ name: "Refusal", code: "invalid" }),
    );
  });
});

/** How many hashes may be made and waited for at once. */
const MOST_HASHES = 102;

describe("a hash", () => {
  test("is of today's cost, and so is the one for unknown accounts", async () => {
    const hash = await hashPassword("lantern gravel tuesday moss");
    expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(isOutdated(hash)).toBe(false);
    expect(isOutdated("$argon2id$v=19$m=4096,t=3,p=1$c29tZXNhbHQ$aGFzaA")).toBe(true);
  });

  test("knows its password however the accents were typed, and no other", async () => {
    const hash = await hashPassword("caf\u00e9 am Fluss im Mai");
    expect(await isPassword("cafe\u0301 am Fluss im Mai", hash)).toBe(true);
    expect(await isPassword("cafe am Fluss im Mai", hash)).toBe(false);
  });

  test("of nobody matches nothing, and costs the same turn and work as any other", async () => {
    expect(await isPassword("another", null)).toBe(false);
    expect(isOutdated(nobodysHash)).toBe(false);
    const known = await hashPassword("lantern gravel tuesday moss");
    // As many as may run and wait: from here on, whoever wants a hash is sent away.
    const others = Array.from({ length: MOST_HASHES }, (_, i) => hashPassword(`p ${i}`));
    for (const stored of [known, null]) {
      await expect(isPassword("another", stored)).rejects.toMatchObject({ code: "unavailable" });
    }
    await Promise.all(others);
    expect(await isPassword("another", null)).toBe(false);
  });

  test("is made in turn when many are wanted at once, and all come", async () => {
    const hashes = await Promise.all(Array.from({ length: 12 }, (_, i) => hashPassword(`p ${i}`)));
    expect(new Set(hashes).size).toBe(12);
  });
});
