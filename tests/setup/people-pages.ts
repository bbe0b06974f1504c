import { Client } from "pg";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { aBrowser } from "./browser";
import { anotherDatabase } from "./database";
import { aRunningGainsay, type RunningGainsay } from "./gainsay";
import { anIdentityProvider, type IdentityProvider } from "./identity-provider";
import { aPort } from "./port";

/** Who sets a new Gainsay up. */
export const firstAdmin = {
  name: "Ana",
  email: "ana@example.org",
  password: "lantern gravel tuesday moss",
} as const;

/** Sets up a new Gainsay by the link that it has printed. */
export async function setUp(page: Page, gainsay: RunningGainsay): Promise<void> {
  await page.goto(/http\S+\/setup\/\S+/.exec(gainsay.log())?.[0] ?? "");
  await page.getByLabel("Your name").fill(firstAdmin.name);
  await page.getByLabel("E-mail address").fill(firstAdmin.email);
  await page.getByLabel("Password", { exact: true }).fill(firstAdmin.password);
  await page.getByRole("button", { name: "Set up Gainsay" }).click();
  await page.waitForURL("**/projects");
}

/** Settings by which Gainsay signs people in through a provider. */
export const throughProvider = ({ issuer }: IdentityProvider) => ({
  OIDC_ISSUER: issuer,
  OIDC_CLIENT_ID: "gainsay",
  OIDC_CLIENT_SECRET: "secret of the provider",
  OIDC_NAME: "the newsroom",
});

/** A Gainsay that Ana has set up, which people come into by a browser. */
export type Site = {
  /** By a name, since passkeys belong to one. */
  readonly address: string;
  readonly provider: IdentityProvider;
  readonly browser: Browser;
  /** Its database. */
  readonly sql: Client;
  /** A page in a browser profile of its own. */
  aPage(options?: BrowserContextOptions): Promise<Page>;
  stop(): Promise<void>;
};

export async function aSite(): Promise<Site> {
  const provider = await anIdentityProvider();
  const [port, url] = [await aPort(), await anotherDatabase()];
  const address = `http://localhost:${port}`;
  const gainsay = await aRunningGainsay({
    env: {
      PORT: String(port),
      NEXTAUTH_URL: address,
      DATABASE_URL: url,
      ...throughProvider(provider),
    },
  });
  const sql = new Client({ connectionString: url });
  await sql.connect();
  const browser = await aBrowser();
  const aPage = async (options: BrowserContextOptions = {}) => {
    const context = await browser.newContext({ baseURL: address, ...options });
    return context.newPage();
  };
  await setUp(await aPage(), gainsay);
  const stop = async () => {
    await browser.close();
    await sql.end();
    await gainsay.stop();
    await provider.stop();
  };
  return { address, provider, browser, sql, aPage, stop };
}

/** Shows a password on the sign-in page, which is all that is asked for or the first step. */
export async function showPassword(page: Page, email: string = firstAdmin.email): Promise<void> {
  await page.goto("/sign-in?next=/account");
  await page.getByLabel("E-mail address").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(firstAdmin.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}
