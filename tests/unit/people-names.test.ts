import { describe, expect, test } from "vitest";
import { normaliseEmail } from "@/lib/access/email";
import { hashToken, newToken, readDevices, rememberDevice } from "@/lib/access/tokens";
import { pathOnThisSite } from "@/lib/web/next-path";

const invalid = expect.objectContaining({ name: "Refusal", code: "invalid" });

describe("an e-mail address", () => {
  test.for([
    { written: " Ana@Example.ORG ", stored: "ana@example.org" },
    { written: "Ａｎａ@example.org", stored: "ana@example.org" },
    { written: "cafe\u0301@example.org", stored: "caf\u00e9@example.org" },
    { written: "user@xn--exmple-cua.de", stored: "user@exämple.de" },
    { written: "用户@例子.广告", stored: "用户@例子.广告" },
    { written: "İ@example.org", stored: "i̇@example.org" },
    { written: "ana+import@localhost", stored: "ana+import@localhost" },
  ])("$written is kept as $stored, and that as itself", ({ written, stored }) => {
    expect(normaliseEmail(written)).toBe(stored);
    expect(normaliseEmail(stored)).toBe(stored);
  });

  test.for([
    "",
    "ana",
    "@example.org",
    "ana@",
    "ana@@example.org",
    "ana@example..org",
    "ana@1.2.3.4",
    "a na@example.org",
    "ana@example.org\nBcc: x@example.org",
    "\u202eana@example.org",
    "\u3164@example.org",
    "ana\u115f@example.org",
    "ana\ufe0f@example.org",
    "ana\u2800@example.org",
    "an\u034fa@example.org",
    "ana\0@example.org",
    "ana\ud800@example.org",
    "<ana@example.org>",
    `${"a".repeat(320)}@example.org`,
  ])("%j is none", (written) => {
    expect(() => normaliseEmail(written)).toThrow(invalid);
  });
});

describe("where to go after signing in", () => {
  test.for([
    { next: "/people?q=a#b", to: "/people?q=a#b" },
    { next: "/invite/gainsay_invite_x", to: "/invite/gainsay_invite_x" },
    { next: "//evil.example", to: "/" },
    { next: "/\\evil.example", to: "/" },
    { next: "\\\\evil.example", to: "/" },
    { next: "/\t/evil.example", to: "/" },
    { next: "/\n/evil.example", to: "/" },
    { next: "/.//evil.example", to: "/" },
    { next: "/a/..//evil.example", to: "/" },
    { next: "https://evil.example/", to: "/" },
    { next: "javascript:alert(1)", to: "/" },
    { next: " /people", to: "/" },
    { next: "", to: "/" },
    { next: ["/people", "//evil.example"], to: "/" },
    { next: undefined, to: "/" },
  ])("$next leads to $to", ({ next, to }) => {
    expect(pathOnThisSite(next)).toBe(to);
  });
});

describe("a token", () => {
  test("says what it is for, is never twice the same, and is kept as its hash", () => {
    const [one, two] = [newToken("api"), newToken("api")];
    expect(one).toMatch(/^gainsay_api_[\w-]{43}$/);
    expect(one).not.toBe(two);
    expect(hashToken("abc")).toBe(
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    );
  });
});

describe("the device cookie", () => {
  const secret = "a secret of the tests, longer than 32 characters";

  test("knows the accounts that signed in before, the latest first, each once", () => {
    const one = rememberDevice([], "one", secret);
    const both = rememberDevice(readDevices(one, secret), "two", secret);
    const again = rememberDevice(readDevices(both, secret), "one", secret);
    expect(readDevices(both, secret).map(({ userId }) => userId)).toEqual(["two", "one"]);
    expect(readDevices(again, secret).map(({ userId }) => userId)).toEqual(["one", "two"]);
    expect(readDevices(again, secret)[0]?.deviceId).toBe(readDevices(one, secret)[0]?.deviceId);
  });

  test("is worth nothing forged, signed by another key, or moved to another account", () => {
    const cookie = rememberDevice([], "one", secret);
    expect(readDevices(cookie.replace(/^one/, "two"), secret)).toEqual([]);
    expect(readDevices(`${cookie}x`, secret)).toEqual([]);
    expect(readDevices(cookie, `${secret}!`)).toEqual([]);
    expect(readDevices("~~~...~", secret)).toEqual([]);
  });

  test("stays small, however many accounts sign in", () => {
    let cookie = "";
    for (let i = 0; i < 50; i += 1) {
      const userId = `0198c0de-0000-7000-8000-${String(i).padStart(12, "0")}`;
      cookie = rememberDevice(readDevices(cookie, secret), userId, secret);
    }
    expect(cookie.length).toBeLessThan(1200);
  });
});
