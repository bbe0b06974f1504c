import type { BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { contract } from "@/lib/api/contract";
import type { Endpoint } from "@/lib/api/endpoint";
import { barriers, pictureOf, settled } from "../setup/browser";
import { aSite, firstAdmin, type Site, showPassword } from "../setup/people-pages";

/** Being signed in: how it begins, is shown to be one's own still, and ends. */
let site: Site;

beforeAll(async () => {
  site = await aSite();
});

afterAll(() => site?.stop());

/** Signs in with a password. */
async function signedIn(page: Page, email: string = firstAdmin.email): Promise<Page> {
  await showPassword(page, email);
  await page.waitForURL(({ pathname }) => pathname === "/account");
  return page;
}

/** Ana, in a browser of her own. */
const ana = async () => signedIn(await site.aPage());

/** Somebody else with an account and the password of these tests. */
async function aColleague(email: string, { siteAdmin = false } = {}): Promise<void> {
  await site.sql.query(
    `INSERT INTO users (id, email, name, password_hash, site_admin)
     SELECT gen_random_uuid(), $1, 'Omid', password_hash, $2 FROM users WHERE email = 'ana@example.org'`,
    [email, siteAdmin],
  );
}

/** Puts a time of all sessions back. */
const ago = (column: "created_at" | "last_seen_at" | "proved_at", time: string) =>
  site.sql.query(`UPDATE sessions SET ${column} = now() - interval '${time}'`);

/** Whether somebody is signed in, as the API has it. */
async function isIn({ request }: BrowserContext): Promise<boolean> {
  return (await request.get("/api/v1/me")).ok();
}

/** Fills in the form that makes a token, and sends it. */
async function askForToken(page: Page, name: string): Promise<void> {
  await page.getByRole("button", { name: "New token" }).click();
  await page.getByRole("dialog").getByLabel("Name", { exact: true }).fill(name);
  await page.keyboard.press("Enter");
}

/** Keeps how a page looks, for people to look at. */
async function picture(page: Page, what: string): Promise<void> {
  await settled(page);
  await page.screenshot({ path: pictureOf(`sessions-${what}`), fullPage: true });
}

describe("a session", () => {
  test("ends with its sign-out, for a copied cookie too", async () => {
    const page = await ana();
    const thief = await site.browser.newContext({ baseURL: site.address });
    await thief.addCookies(await page.context().cookies());
    expect(await isIn(thief)).toBe(true);
    await page.getByRole("button", { name: "Your account: Ana" }).click();
    await page.getByRole("menuitem", { name: "Sign out", exact: true }).click();
    await page.waitForURL("**/sign-in");
    expect(await isIn(thief)).toBe(false);
    const stolen = await thief.newPage();
    await stolen.goto("/account");
    expect(new URL(stolen.url()).pathname).toBe("/sign-in");
  });

  test.for([
    { column: "created_at", time: "30 days 1 minute" },
    { column: "last_seen_at", time: "7 days 1 minute" },
  ] as const)("ends $time after its $column", async ({ column, time }) => {
    const page = await ana();
    await ago(column, time);
    expect(await isIn(page.context())).toBe(false);
    await page.reload();
    expect(new URL(page.url()).pathname).toBe("/sign-in");
    await site.sql.query("DELETE FROM sessions");
  });

  test("of an earlier version of Gainsay has to sign in again", async () => {
    const { encode } = await import("next-auth/jwt");
    const secret = "a secret of the tests, longer than 32 characters";
    const { rows } = await site.sql.query("SELECT id FROM users WHERE email = 'ana@example.org'");
    const token = { sub: rows[0]?.id, v: 1 };
    const value = await encode({ token, secret, maxAge: 3600 });
    const context = await site.browser.newContext({ baseURL: site.address });
    await context.addCookies([{ name: "gainsay-session", value, url: site.address }]);
    expect(await isIn(context)).toBe(false);
  });

  test("is in a list, from which others are ended one by one and all at once", async () => {
    const [here, there, further] = [await ana(), await ana(), await ana()];
    await here.reload();
    const table = here.getByRole("region", { name: "Sessions" });
    await expect.poll(() => table.getByRole("row").count()).toBe(4);
    expect(await table.getByText("This one").count()).toBe(1);
    expect(await barriers(here)).toEqual([]);
    await picture(here, "account");
    await table
      .getByRole("button", { name: /^Sign out Chrom/ })
      .first()
      .click();
    await here.getByRole("alertdialog").getByRole("button", { name: "Sign out" }).click();
    await expect.poll(() => table.getByRole("row").count()).toBe(3);
    const left = [await isIn(there.context()), await isIn(further.context())];
    expect(left.sort()).toEqual([false, true]);
    await here.getByRole("button", { name: "Sign out all others" }).click();
    await here
      .getByRole("alertdialog")
      .getByRole("button", { name: "Sign out all others" })
      .click();
    await expect.poll(() => table.getByRole("row").count()).toBe(2);
    expect(await isIn(there.context())).toBe(false);
    expect(await isIn(further.context())).toBe(false);
    expect(await isIn(here.context())).toBe(true);
  });
});

describe("what outlasts a session", () => {
  test("is done only by who has just shown who they are", async () => {
    const page = await ana();
    await ago("proved_at", "11 minutes");
    const proven = Object.entries<Endpoint>(contract).filter(
      ([, { inPerson }]) => inPerson === "proven",
    );
    expect(proven.map(([name]) => name)).toContain("POST /tokens");
    for (const [name] of proven) {
      const [method = "", path = ""] = name.split(" ");
      const filled = path.replace(/\{\w+\}/g, "0198c0de-0000-7000-8000-000000000000");
      const answer = await page
        .context()
        .request.fetch(`/api/v1${filled}`, { method, data: {}, headers: { Origin: site.address } });
      expect([name, answer.status(), (await answer.json()).code]).toEqual([
        name,
        403,
        "proof_needed",
      ]);
    }
  });

  test("asks for the password in one dialog, and goes on with what was asked for", async () => {
    const page = await ana();
    await ago("proved_at", "11 minutes");
    await askForToken(page, "nightly");
    const dialog = page.getByRole("dialog", { name: "Is it still you?" });
    await dialog.getByLabel("Your password").waitFor();
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.getAttribute("name")))
      .toBe("password");
    await picture(page, "proof");
    expect(await barriers(page)).toEqual([]);
    await page.keyboard.type("not the password");
    await page.keyboard.press("Enter");
    await dialog.getByText("The password is not right.").waitFor();
    await dialog.getByLabel("Your password").fill(firstAdmin.password);
    await page.keyboard.press("Enter");
    const token = page.getByRole("textbox", { name: "API token" });
    expect(await token.inputValue()).toMatch(/^gainsay_api_/);
    await page.getByRole("button", { name: "Done" }).click();
    // For ten minutes nobody is asked again.
    await askForToken(page, "hourly");
    expect(await page.getByRole("textbox", { name: "API token" }).inputValue()).toMatch(
      /^gainsay_api_/,
    );
  });

  test("is left undone by who leaves the dialog", async () => {
    const page = await ana();
    await ago("proved_at", "11 minutes");
    await askForToken(page, "weekly");
    await page.getByLabel("Your password").waitFor();
    await page.keyboard.press("Escape");
    const form = page.getByRole("dialog", { name: "New API token" });
    await form.getByText("Show once more that it is you").waitFor();
    expect(await form.getByLabel("Name", { exact: true }).inputValue()).toBe("weekly");
    const { rows } = await site.sql.query("SELECT id FROM api_tokens WHERE name = 'weekly'");
    expect(rows).toEqual([]);
  });

  test("makes a site admin by the same dialog", async () => {
    await aColleague("omid@example.org");
    const page = await ana();
    await page.goto("/people?q=omid");
    await ago("proved_at", "11 minutes");
    await page.getByRole("button", { name: "Actions for Omid" }).click();
    await page.getByRole("menuitem", { name: "Make site admin" }).click();
    await page.getByRole("button", { name: "Make site admin" }).click();
    await page.getByLabel("Your password").fill(firstAdmin.password);
    await page.keyboard.press("Enter");
    await page.getByText("Omid is a site admin now.").waitFor();
  });

  test("is shown by the provider that one has connected, which has to ask", async () => {
    const email = "bela@example.org";
    site.provider.person = { sub: email, name: "Bela", email, email_verified: true };
    await site.sql.query(
      "INSERT INTO users (id, email, name) VALUES (gen_random_uuid(), $1, 'Bela')",
      [email],
    );
    const page = await site.aPage();
    await page.goto("/sign-in?next=/account");
    await page.getByRole("button", { name: "Continue with the newsroom" }).click();
    await page.waitForURL(({ pathname }) => pathname === "/account");
    await ago("proved_at", "11 minutes");
    await askForToken(page, "of Bela");
    const dialog = page.getByRole("dialog", { name: "Is it still you?" });
    const button = dialog.getByRole("button", { name: "Continue with the newsroom" });
    const through = async () => {
      const [window] = await Promise.all([page.context().waitForEvent("page"), button.click()]);
      return window;
    };

    site.provider.neverAsks = true;
    const refused = await through();
    await refused.getByText("without asking who you are").waitFor();
    await refused.close();
    site.provider.neverAsks = false;

    site.provider.vouchesForNobody = true;
    const left = await through();
    await left.getByText("did not say who you are").waitFor();
    await left.getByRole("link", { name: "Go to your account" }).click();
    await left.getByRole("heading", { name: "Account", level: 1 }).waitFor();
    await left.close();
    site.provider.vouchesForNobody = false;

    site.provider.person = { sub: "somebody else" };
    const other = await through();
    await other.getByText("not connected to yours").waitFor();
    await other.close();
    expect(await dialog.isVisible()).toBe(true);

    site.provider.person = { sub: email };
    await through();
    expect(await page.getByRole("textbox", { name: "API token" }).inputValue()).toMatch(
      /^gainsay_api_/,
    );
    expect(await isIn(page.context())).toBe(true);
  });
});

test("work that a session's end left unsent is saved once somebody signs in again", async () => {
  const page = await ana();
  await page.goto("/projects");
  await page.getByRole("button", { name: "New project" }).click();
  await page.getByLabel("Title").fill("Harbour");
  await page.getByRole("button", { name: "Create project" }).click();
  await page.waitForURL("**/projects/harbour/articles");
  const answer = await page.context().request.post("/api/v1/projects/harbour/imports", {
    headers: { Origin: site.address },
    multipart: {
      files: { name: "a.txt", mimeType: "text/plain", buffer: Buffer.from("He denied it.") },
    },
  });
  expect(answer.ok()).toBe(true);
  await page.reload();
  await page.getByRole("link", { name: /He denied it/ }).click();
  const text = page.locator(".article[role=document]");
  await text.waitFor();
  await site.sql.query("DELETE FROM sessions");
  await text.press("Control+A");
  await page.keyboard.press("1");
  await page.getByText("You are signed out.").first().waitFor();
  const [again] = await Promise.all([
    page.context().waitForEvent("page"),
    page.getByRole("link", { name: "Sign in" }).first().click(),
  ]);
  await signedIn(again);
  await page.bringToFront();
  await expect
    .poll(async () => (await site.sql.query("SELECT quote FROM spans")).rows, { timeout: 60_000 })
    .toEqual([{ quote: "He denied it" }]);
});
