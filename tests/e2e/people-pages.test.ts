import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { aBrowser, barriers } from "../setup/browser";
import { aRunningGainsay, type RunningGainsay } from "../setup/gainsay";
import { setUp } from "../setup/people-pages";

/** The pages about people, as an admin and those she invites meet them. */
let gainsay: RunningGainsay;
let browser: Browser;
let ana: Page;

const password = "lantern gravel tuesday moss";

beforeAll(async () => {
  gainsay = await aRunningGainsay();
  browser = await aBrowser();
  ana = await aPage();
  await setUp(ana, gainsay);
});

afterAll(async () => {
  await browser?.close();
  await gainsay?.stop();
});

/** A page in a browser profile of its own. */
async function aPage(): Promise<Page> {
  const context = await browser.newContext({ baseURL: gainsay.url });
  return context.newPage();
}

/** Invites somebody from the page one is on. @returns the link */
async function invite(page: Page, email: string): Promise<string> {
  await page.getByRole("button", { name: "Invite", exact: true }).click();
  await page.getByLabel("E-mail address (optional)").fill(email);
  await page.getByRole("button", { name: "Make the link" }).click();
  const link = await page.getByLabel("Invite link").inputValue();
  await page.getByRole("button", { name: "Done" }).click();
  await page.getByRole("dialog").waitFor({ state: "hidden" });
  return link;
}

async function join(link: string, name: string): Promise<Page> {
  const page = await aPage();
  await page.goto(link);
  await page.getByLabel("Your name").fill(name);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Join" }).click();
  await page.waitForURL(/\/projects/);
  return page;
}

test("before anybody is there, every address says where the setup link is, and keeps it to itself", async () => {
  const own = await aRunningGainsay();
  const page = await (await browser.newContext({ baseURL: own.url })).newPage();
  for (const path of ["/", "/projects", "/sign-in"]) {
    await page.goto(path);
    await page.getByRole("heading", { name: "Gainsay is not set up yet" }).waitFor();
    await page.getByText("npm run -s gainsay -- user setup-link").waitFor();
    expect(await page.content()).not.toMatch(/gainsay_setup_/);
  }
  expect(await barriers(page)).toEqual([]);
});

test("somebody is let into a project by one invite, is given another role, and is disabled", async () => {
  await ana.getByRole("button", { name: "New project" }).click();
  await ana.getByLabel("Title").fill("Lügen & Gerüchte");
  expect(await ana.getByLabel("Short name").inputValue()).toBe("lugen-geruchte");
  await ana.getByRole("button", { name: "Create project" }).click();
  await ana.waitForURL("**/projects/lugen-geruchte/articles");

  await ana.goto("/projects/lugen-geruchte/members");
  const link = await invite(ana, "omid@example.org");
  await expect
    .poll(() => ana.getByRole("cell", { name: "omid@example.org", exact: true }).count())
    .toBe(1);
  expect(await ana.getByRole("button", { name: /^Withdraw/ }).count()).toBe(1);
  const omid = await join(link, "امید");
  expect(omid.url()).toBe(`${gainsay.url}/projects/lugen-geruchte/articles`);

  const closed = await aPage();
  await closed.goto(link);
  await closed.getByRole("heading", { name: "This link has been used" }).waitFor();

  expect((await omid.goto("/projects/lugen-geruchte/members"))?.status()).toBe(404);
  await ana.reload();
  await ana.getByLabel("Role of امید").selectOption("admin");
  await ana.getByText("امید is now an admin.").waitFor();
  expect((await omid.goto("/projects/lugen-geruchte/members"))?.status()).toBe(200);

  await ana.goto("/people");
  await ana.getByRole("button", { name: "Actions for امید" }).click();
  await ana.getByRole("menuitem", { name: "Disable" }).click();
  await ana.getByRole("button", { name: "Disable" }).click();
  await ana.getByText("امید has been disabled.").waitFor();
  await omid.reload();
  await omid.waitForURL("**/sign-in?next=%2Fprojects%2Flugen-geruchte%2Fmembers");
});

test("whoever forgot a password gets a link for a new one", async () => {
  await ana.goto("/people");
  const bela = await join(await invite(ana, "bela@example.org"), "Bela");
  await ana.goto("/people?q=bela");
  await ana.getByRole("button", { name: "Actions for Bela" }).click();
  await ana.getByRole("menuitem", { name: "Make a password link" }).click();
  const link = await ana.getByLabel("Link", { exact: true }).inputValue();
  await bela.goto(link);
  await bela.getByLabel("New password").fill("password1234");
  await bela.getByRole("button", { name: "Save and sign in" }).click();
  await bela.getByText("easy to guess").waitFor();
  await bela.getByLabel("New password").fill("copper village noon harp");
  await bela.getByRole("button", { name: "Save and sign in" }).click();
  await bela.waitForURL("**/projects");
  await bela.goto(link);
  await bela.getByRole("heading", { name: "This link does not work" }).waitFor();
});

test("a token is made for what one script needs, and ends with the password", async () => {
  await ana.goto("/account");
  await ana.getByRole("button", { name: "New token" }).click();
  const dialog = ana.getByRole("dialog");
  await dialog.getByLabel("Name").fill("nightly export");
  await dialog.getByLabel(/^Read/).uncheck();
  await dialog.getByLabel("Some projects only").check();
  await dialog.getByRole("button", { name: "Make the token" }).click();
  await dialog.getByRole("alert").getByText("Choose what it may.").waitFor();
  expect(await barriers(ana)).toEqual([]);
  await dialog.getByLabel(/^Export/).check();
  await dialog.getByRole("button", { name: "Make the token" }).click();
  await dialog.getByRole("alert").getByText("Choose a project at least.").waitFor();
  await dialog.getByLabel("Lügen & Gerüchte").check();
  await dialog.getByLabel("Until").selectOption({ label: "In 30 days" });
  await dialog.getByRole("button", { name: "Make the token" }).click();
  const token = await dialog.getByLabel("API token").inputValue();
  await dialog.getByRole("button", { name: "Done" }).click();
  await ana
    .getByRole("row", { name: /nightly export Export Lügen & Gerüchte .* in 29 days/ })
    .waitFor();
  const ask = async (path: string) => {
    const headers = { authorization: `Bearer ${token}` };
    return (await fetch(`${gainsay.url}/api/v1/projects${path}`, { headers })).status;
  };
  expect(await ask("/lugen-geruchte/export")).toBe(200);
  expect(await ask("/sample/export")).toBe(404);
  expect(await ask("/lugen-geruchte")).toBe(403);

  const chosen = "harbour velvet nineteen crow";
  await ana.getByLabel("Current password").fill(password);
  await ana.getByLabel("New password").fill(chosen);
  await ana.getByLabel("End my API tokens too").check();
  await ana.getByRole("button", { name: "Change the password" }).click();
  await ana.getByText("You have no tokens.").waitFor();
  expect(await ask("/lugen-geruchte/export")).toBe(401);
  await ana.getByLabel("Current password").fill(chosen);
  await ana.getByLabel("New password").fill(password);
  const changed = ana.waitForResponse("**/api/v1/me/password");
  await ana.getByRole("button", { name: "Change the password" }).click();
  expect((await changed).status()).toBe(204);
});

test("site admins read who was refused what, on pages and in the API, and find it by kind", async () => {
  await ana.goto("/people");
  const omid = await join(await invite(ana, "rana@example.org"), "Rana");
  expect((await omid.goto("/people/audit"))?.status()).toBe(404);
  expect((await omid.request.get("/api/v1/users")).status()).toBe(403);
  await ana.goto("/people");
  await ana.getByRole("link", { name: "Audit trail" }).click();
  await ana.getByLabel("About").selectOption("What was refused");
  await ana.getByRole("button", { name: "Show" }).click();
  await ana.waitForURL(/\/people\/audit\?kind=refusal\b/);
  await ana
    .getByRole("row", { name: /Was refused GET \/users Rana rana@example.org 127.0.0.1/ })
    .waitFor();
  await ana.getByRole("row", { name: /Was refused \/people\/audit Rana/ }).waitFor();
  expect(await ana.getByRole("row", { name: /Accepted an invite/ }).count()).toBe(0);
});

test("one signs out and in again by keyboard, and comes back to where one was going", async () => {
  const page = await aPage();
  await page.goto("/people?q=ana");
  await page.waitForURL(/\/sign-in/);
  await page.keyboard.type("ana@example.org");
  await page.keyboard.press("Tab");
  await page.keyboard.type("not the password");
  await page.keyboard.press("Enter");
  await page.getByRole("alert").getByText("not right").waitFor();
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.keyboard.press("Enter");
  await page.waitForURL("**/people?q=ana");
  await page.getByRole("button", { name: "Your account: Ana" }).click();
  await page.getByRole("menuitem", { name: "Sign out", exact: true }).click();
  await page.waitForURL("**/sign-in");
});

test.for([
  {
    colorScheme: "light",
    inside: [
      "/projects",
      "/account",
      "/people",
      "/people/audit",
      "/projects/lugen-geruchte/members",
    ],
    outside: ["/sign-in?refused=stranger", "/invite/x", "/setup/x"],
  },
  {
    colorScheme: "dark",
    inside: ["/people/audit", "/people"],
    outside: ["/sign-in?refused=stranger"],
  },
] as const)(
  "the pages have no barriers, $colorScheme",
  async ({ colorScheme, inside, outside }) => {
    await ana.emulateMedia({ colorScheme });
    for (const path of inside) {
      await ana.goto(path);
      expect({ path, barriers: await barriers(ana) }).toEqual({ path, barriers: [] });
    }
    await ana.getByRole("button", { name: "Invite", exact: true }).click();
    await ana.getByLabel("E-mail address (optional)").waitFor();
    expect(await barriers(ana)).toEqual([]);
    const visitor = await aPage();
    await visitor.emulateMedia({ colorScheme });
    for (const path of outside) {
      await visitor.goto(path);
      expect({ path, barriers: await barriers(visitor) }).toEqual({ path, barriers: [] });
    }
  },
);
