import { generateSync } from "otplib";
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { contract } from "@/lib/api/contract";
import type { Endpoint } from "@/lib/api/endpoint";
import { barriers, pictureOf, settled } from "../setup/browser";
import { aSite, firstAdmin, type Site, showPassword } from "../setup/people-pages";

/** Second factors as people meet them: set up, asked for, lost, required. */
let site: Site;

beforeAll(async () => {
  site = await aSite();
});

beforeEach(async () => {
  for (const table of ["second_factors", "recovery_codes", "site_settings", "rate_limits"]) {
    await site.sql.query(`DELETE FROM ${table}`);
  }
});

afterAll(() => site?.stop());

const isAt = (path: string) => (url: URL) => url.pathname === path;

/** Ana, in a browser of her own, on her account page. */
async function ana(options: Parameters<Browser["newContext"]>[0] = {}): Promise<Page> {
  const page = await site.aPage(options);
  await showPassword(page);
  await page.waitForURL(isAt("/account"));
  return page;
}

/** Whether somebody is signed in, as the API has it. */
const isIn = async (page: Page) => (await page.context().request.get("/api/v1/me")).ok();

/** The code of a secret; after the one that was used last, so many steps of 30 seconds from now. */
const codeOf = (secret: string, steps = 0) =>
  generateSync({ secret, epoch: Math.floor(Date.now() / 1000) + steps * 30 });

/** Lets every code be used again. */
const forgetSteps = () =>
  site.sql.query("UPDATE second_factors SET last_step = 0 WHERE kind = 'totp'");

/** Keeps how a page looks, for people to look at. */
async function picture(page: Page, what: string): Promise<void> {
  await settled(page);
  await page.screenshot({ path: pictureOf(`second-factors-${what}`) });
}

/** The secret that a dialog shows. */
const secretIn = async (dialog: Locator) =>
  ((await dialog.getByRole("code").textContent()) ?? "").replaceAll(" ", "");

/** Adds an authenticator app on the page that one is on. @returns its secret and the recovery codes */
async function addTotp(page: Page): Promise<{ secret: string; codes: string[] }> {
  await page.getByRole("button", { name: "Add an authenticator app" }).click();
  const dialog = page.getByRole("dialog");
  const secret = await secretIn(dialog);
  await dialog.getByLabel("The code that the app shows now").fill(codeOf(secret));
  await page.keyboard.press("Enter");
  const list = dialog.getByRole("list", { name: "Recovery codes" });
  await list.waitFor();
  const codes = await list.getByRole("listitem").allInnerTexts();
  await forgetSteps();
  return { secret, codes };
}

/** Gives a page's browser a device that makes and shows passkeys. */
async function withAuthenticator(page: Page) {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("WebAuthn.enable");
  const { authenticatorId } = await cdp.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return {
    /** Moves the passkeys of this device to the one of another page. */
    carryTo: async (other: Page) => {
      const { credentials } = await cdp.send("WebAuthn.getCredentials", { authenticatorId });
      const there = await withAuthenticator(other);
      for (const credential of credentials) await there.put(credential);
      return there;
    },
    put: (
      credential: Parameters<typeof cdp.send<"WebAuthn.addCredential">>[1] extends infer P
        ? P extends { credential: infer C }
          ? C
          : never
        : never,
    ) => cdp.send("WebAuthn.addCredential", { authenticatorId, credential }),
    /** Whether whoever holds it shows who they are. */
    verify: (isUserVerified: boolean) =>
      cdp.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified }),
  };
}

async function addPasskey(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Add a passkey" }).click();
  await page.getByRole("dialog").getByLabel("Name").fill("My laptop");
  await page.keyboard.press("Enter");
}

test("an authenticator app is added by keyboard, and asked for after the password", async () => {
  const page = await ana();
  await page.getByRole("button", { name: "Add an authenticator app" }).click();
  const dialog = page.getByRole("dialog");
  const secret = await secretIn(dialog);
  expect(secret).toMatch(/^[A-Z2-7]{32}$/);
  await dialog.getByRole("img", { name: /QR code/ }).waitFor();
  expect(await barriers(page)).toEqual([]);
  await picture(page, "totp");
  await dialog.getByLabel("The code that the app shows now").fill("000000");
  await page.keyboard.press("Enter");
  await dialog.getByText("This is not the code that the app shows now").waitFor();
  await dialog.getByLabel("The code that the app shows now").fill(codeOf(secret));
  await page.keyboard.press("Enter");
  await dialog.getByText("Your recovery codes").waitFor();
  expect(await dialog.getByRole("listitem").count()).toBe(10);
  expect(await barriers(page)).toEqual([]);
  await picture(page, "recovery-codes");
  await dialog.getByRole("button", { name: "I have kept them" }).click();
  await page.getByRole("row", { name: /Authenticator app/ }).waitFor();
  await page.getByText("10 recovery codes are left.").waitFor();

  await forgetSteps();
  const there = await site.aPage();
  await showPassword(there);
  await there.waitForURL(isAt("/second-step"));
  expect(await isIn(there)).toBe(false);
  expect(await barriers(there)).toEqual([]);
  await picture(there, "second-step");
  await there.keyboard.type("123");
  await there.keyboard.press("Enter");
  await there.getByText("This code is not right").waitFor();
  await there.goto("/projects"); // which leads back here
  await there.waitForURL(isAt("/second-step"));
  const code = codeOf(secret);
  await there.keyboard.type(code);
  await there.keyboard.press("Enter");
  await there.waitForURL(isAt("/projects"));
  expect(await isIn(there)).toBe(true);

  const again = await site.aPage();
  await showPassword(again);
  await again.waitForURL(isAt("/second-step"));
  await again.keyboard.type(code);
  await again.keyboard.press("Enter");
  await again.getByText("or was used before").waitFor();
  await again.getByRole("button", { name: "Sign in as somebody else" }).click();
  await again.waitForURL(isAt("/sign-in"));
});

test("a session that awaits the second factor may nothing at all", async () => {
  const page = await ana();
  await addTotp(page);
  const there = await site.aPage();
  await showPassword(there);
  await there.waitForURL(isAt("/second-step"));
  for (const [name, { access }] of Object.entries<Endpoint>(contract)) {
    if (access === "anyone" || access === "second_step") continue;
    const [method = "", path = ""] = name.split(" ");
    const filled = path.replace(/\{\w+\}/g, "0198c0de-0000-7000-8000-000000000000");
    const sent = method === "GET" ? {} : { data: {} };
    const answer = await there
      .context()
      .request.fetch(`/api/v1${filled}`, { method, ...sent, headers: { Origin: site.address } });
    expect([name, answer.status()]).toEqual([name, 401]);
  }
});

test("a passkey is added, and shown after the password and as a proof", async () => {
  const page = await ana();
  const device = await withAuthenticator(page);
  await addPasskey(page);
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "I have kept them" }).click();
  await page.getByRole("row", { name: /My laptop Passkey/ }).waitFor();
  await addPasskey(page); // which the device has already
  await dialog.getByText("has a passkey for you already").waitFor();
  await page.keyboard.press("Escape");

  const there = await site.aPage();
  const same = await device.carryTo(there);
  await showPassword(there);
  await there.waitForURL(isAt("/second-step"));
  await picture(there, "passkey");
  await there.getByRole("button", { name: "Use a passkey" }).click();
  await there.waitForURL(isAt("/account"));
  expect(await isIn(there)).toBe(true);

  await site.sql.query("UPDATE sessions SET proved_at = now() - interval '11 minutes'");
  await there.getByRole("button", { name: "New recovery codes" }).click();
  await there.getByRole("button", { name: "Make new ones" }).click();
  const proof = there.getByRole("dialog", { name: "Is it still you?" });
  await picture(there, "proof");
  await same.verify(false); // found, and not its owner's
  await proof.getByRole("button", { name: "Use a passkey" }).click();
  await proof.getByRole("alert").waitFor();
  await same.verify(true);
  await proof.getByRole("button", { name: "Use a passkey" }).click();
  await there.getByRole("list", { name: "Recovery codes" }).waitFor();
});

test("a passkey of another device lets nobody in", async () => {
  const page = await ana();
  await withAuthenticator(page);
  await addPasskey(page);
  await page.getByRole("button", { name: "I have kept them" }).click();
  const there = await site.aPage();
  await withAuthenticator(there);
  await showPassword(there);
  await there.waitForURL(isAt("/second-step"));
  await there.getByRole("button", { name: "Use a passkey" }).click();
  await there.getByRole("main").getByText("The browser was not let go on").waitFor();
  expect(await isIn(there)).toBe(false);
});

test.for([
  { what: "of another site", said: { origin: "https://gainsay.example" }, kept: 0 },
  { what: "that signs another challenge", said: { challenge: "AAAA" }, kept: 0 },
  { what: "that was shown and not made", said: { type: "webauthn.get" }, kept: 0 },
  { what: "of this page", said: {}, kept: 1 },
])("a passkey $what: $kept is added", async ({ said, kept }) => {
  const page = await ana();
  await withAuthenticator(page);
  await page.route("**/me/factors/passkey", (route) => {
    const body = route.request().postDataJSON();
    const { response } = body.passkey;
    // No authenticator signs this when it makes a passkey: whoever is asked must look at it.
    const told = JSON.parse(Buffer.from(response.clientDataJSON, "base64url").toString());
    const altered = JSON.stringify({ ...told, ...said });
    response.clientDataJSON = Buffer.from(altered).toString("base64url");
    return route.continue({ postData: JSON.stringify(body) });
  });
  await addPasskey(page);
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("alert").or(dialog.getByText("I have kept them")).waitFor();
  const { rows } = await site.sql.query("SELECT count(*)::int AS kept FROM second_factors");
  expect(rows).toEqual([{ kept }]);
});

test("whoever lost the second factor gets in by a recovery code, once", async () => {
  const page = await ana();
  const { codes } = await addTotp(page);
  const there = await site.aPage();
  await showPassword(there);
  await there.waitForURL(isAt("/second-step"));
  await there.waitForLoadState("networkidle");
  await there.getByRole("button", { name: "Use a recovery code" }).click();
  await picture(there, "recovery");
  expect(await barriers(there)).toEqual([]);
  await there.keyboard.type(codes[0] ?? "");
  await there.keyboard.press("Enter");
  await there.waitForURL(isAt("/account"));
  await there.getByText("9 recovery codes are left.").waitFor();
  const again = await site.aPage();
  await showPassword(again);
  await again.waitForURL(isAt("/second-step"));
  await again.waitForLoadState("networkidle"); // a button does nothing before its script is there
  await again.getByRole("button", { name: "Use a recovery code" }).click();
  await again.getByLabel("Recovery code").waitFor();
  await again.keyboard.type(codes[0] ?? "");
  await again.keyboard.press("Enter");
  await again.getByText("none of your recovery codes, or it was used before").waitFor();
  await there.getByRole("button", { name: "New recovery codes" }).click();
  await there.getByRole("button", { name: "Make new ones" }).click();
  await there.getByRole("button", { name: "I have kept them" }).click();
  await there.getByText("10 recovery codes are left.").waitFor();
});

test("a second factor is asked for after a provider, too", async () => {
  const email = "bela@example.org";
  site.provider.person = { sub: email, name: "Bela", email, email_verified: true };
  await site.sql.query(
    "INSERT INTO users (id, email, name) VALUES (gen_random_uuid(), $1, 'Bela')",
    [email],
  );
  const through = async () => {
    const page = await site.aPage();
    await page.goto("/sign-in?next=/account");
    await page.getByRole("button", { name: "Continue with the newsroom" }).click();
    return page;
  };
  const page = await through();
  await page.waitForURL(isAt("/account"));
  const { secret } = await addTotp(page);
  const there = await through();
  await there.waitForURL(isAt("/second-step"));
  expect(await isIn(there)).toBe(false);
  await there.keyboard.type(codeOf(secret));
  await there.keyboard.press("Enter");
  await there.waitForURL(isAt("/account"));
  expect(await isIn(there)).toBe(true);
});

test("whoever must have a second factor and has no password shows by the provider who they are", async () => {
  const email = "cyrus@example.org";
  site.provider.person = { sub: email, name: "Cyrus", email, email_verified: true };
  await site.sql.query(
    "INSERT INTO users (id, email, name, factor_required) VALUES (gen_random_uuid(), $1, 'Cyrus', true)",
    [email],
  );
  const page = await site.aPage();
  await page.goto("/sign-in?next=/account");
  await page.getByRole("button", { name: "Continue with the newsroom" }).click();
  await page.waitForURL(isAt("/second-step/set-up"));
  await site.sql.query("UPDATE sessions SET proved_at = now() - interval '11 minutes'");
  await page.getByRole("button", { name: "Add an authenticator app" }).click();
  await page
    .getByRole("dialog", { name: "Is it still you?" })
    .getByRole("button", { name: "Continue with the newsroom" })
    .click();
  const dialog = page.getByRole("dialog", { name: "Add an authenticator app" });
  const secret = await secretIn(dialog);
  await dialog.getByLabel("The code that the app shows now").fill(codeOf(secret));
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "I have kept them" }).click();
  await page.waitForURL(isAt("/account"));
});

test("whoever must have a second factor sets one up before anything else, and may not remove it", async () => {
  const admin = await ana();
  await addTotp(admin);
  await admin.getByRole("button", { name: "I have kept them" }).click();
  await admin.goto("/people");
  await admin.getByLabel("Who must have one").selectOption({ label: "Everybody" });
  await picture(admin, "people");
  expect(await barriers(admin)).toEqual([]);
  const policy = admin.locator("form", { has: admin.getByLabel("Who must have one") });
  await policy.getByRole("button", { name: "Save" }).click();
  await admin.getByText("This holds from the next request").waitFor();

  await site.sql.query(
    `INSERT INTO users (id, email, name, password_hash)
     SELECT gen_random_uuid(), 'omid@example.org', 'امید', password_hash FROM users WHERE email = 'ana@example.org'`,
  );
  const omid = await site.aPage();
  await showPassword(omid, "omid@example.org");
  await omid.waitForURL(isAt("/second-step/set-up"));
  expect(await isIn(omid)).toBe(false);
  expect(await barriers(omid)).toEqual([]);
  await picture(omid, "set-up");
  await site.sql.query("UPDATE sessions SET proved_at = now() - interval '11 minutes'");
  await omid.getByRole("button", { name: "Add an authenticator app" }).click();
  await omid.getByLabel("Your password").fill(firstAdmin.password);
  await omid.keyboard.press("Enter");
  const dialog = omid.getByRole("dialog", { name: "Add an authenticator app" });
  const secret = await secretIn(dialog);
  await dialog.getByLabel("The code that the app shows now").fill(codeOf(secret));
  await omid.keyboard.press("Enter");
  await omid.getByRole("button", { name: "I have kept them" }).click();
  await omid.waitForURL(isAt("/account"));
  await omid.getByRole("button", { name: "Remove Authenticator app" }).click();
  await omid.getByRole("alertdialog").getByRole("button", { name: "Remove" }).click();
  await omid.getByText("add another one first").last().waitFor();

  // Lost, with the recovery codes: a site admin resets it, and it is set up anew.
  await admin.goto("/people?q=omid");
  await admin.getByRole("button", { name: "Actions for امید" }).click();
  await picture(admin, "actions");
  await admin.getByRole("menuitem", { name: "Reset second factors" }).click();
  await admin.getByRole("alertdialog").getByRole("button", { name: "Reset" }).click();
  await admin.getByLabel("Your password").fill(firstAdmin.password);
  await admin.keyboard.press("Enter");
  await admin.getByText("امید has no second factor any more.").waitFor();
  await omid.reload();
  expect(new URL(omid.url()).pathname).toBe("/sign-in");
  await showPassword(omid, "omid@example.org");
  await omid.waitForURL(isAt("/second-step/set-up"));
});

test.for([
  { name: "dark", options: { colorScheme: "dark" } },
  { name: "phone", options: { viewport: { width: 390, height: 844 } } },
] as const)("the pages and dialogs have no barriers, $name", async ({ name, options }) => {
  const page = await ana(options);
  await page.getByRole("button", { name: "Add an authenticator app" }).click();
  const dialog = page.getByRole("dialog");
  const secret = await secretIn(dialog);
  expect(await barriers(page)).toEqual([]);
  await picture(page, `totp-${name}`);
  await dialog.getByLabel("The code that the app shows now").fill(codeOf(secret));
  await page.keyboard.press("Enter");
  await dialog.getByRole("list", { name: "Recovery codes" }).waitFor();
  expect(await barriers(page)).toEqual([]);
  await picture(page, `recovery-codes-${name}`);
  await dialog.getByRole("button", { name: "I have kept them" }).click();
  await page.getByRole("row", { name: /Authenticator app/ }).waitFor();
  await settled(page);
  await page.screenshot({ path: pictureOf(`second-factors-account-${name}`), fullPage: true });
  expect(await barriers(page)).toEqual([]);
  const there = await site.aPage(options);
  await showPassword(there);
  await there.waitForURL(isAt("/second-step"));
  await picture(there, `second-step-${name}`);
  expect(await barriers(there)).toEqual([]);
});
