import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import type { UserActor } from "@/lib/access/actor";
import { aWorkbench, type Person } from "../setup/annotating";
import { barriers, pictureOf } from "../setup/browser";
import { anArticle } from "../setup/world";

const workbench = aWorkbench();

const texts = ["The bridge was never shut.", "The plot was real, he said.", "Nobody denied it."];

/** Goes to a page of a project in somebody's browser. */
async function at(person: Pick<Person, "context">, path: string): Promise<Page> {
  const page = await person.context.newPage();
  await page.goto(`${workbench.url}${path}`);
  return page;
}

/** Submits the article that is open, without a mark in it. */
async function submitOpen(page: Page): Promise<void> {
  await page.locator(".article[role=document]").waitFor();
  await page.getByRole("button", { name: /^Submit/ }).click();
  await page.getByRole("button", { name: "Submit without marks" }).click();
}

test("an admin makes a round for two, who work in it; one is returned with a comment and comes back", async () => {
  const admin = await workbench.aPerson({ role: "admin" });
  const { project } = admin;
  const [ana, ben] = [await workbench.aPerson({ project }), await workbench.aPerson({ project })];
  for (const text of texts) await anArticle(project.id, text);

  // The admin makes a round, and is told what it will be.
  const making = await at(admin, `/projects/${project.slug}/rounds`);
  await making.getByRole("link", { name: "New round" }).click();
  await making.getByLabel("Title").fill("First round");
  await making.getByText("3 articles × 2 reviewers = 6 assignments").waitFor();
  await making.getByLabel("Reviewers of each article").selectOption("3");
  await making.getByText(/^3 assignments of them cannot be given/).waitFor();
  await making.getByLabel("Reviewers of each article").selectOption("2");
  await making.getByText("3 articles × 2 reviewers = 6 assignments").waitFor();
  expect(await barriers(making)).toEqual([]);
  await making.screenshot({ path: pictureOf("round form"), fullPage: true });
  await making.getByRole("button", { name: "Make the round" }).click();
  await making.getByRole("heading", { level: 1, name: "First round" }).waitFor();
  await making.getByText("0 of 6 submitted").waitFor();

  // Two reviewers find their work where they come in, and go through it.
  const pages: Page[] = [];
  for (const person of [ana, ben]) {
    const page = await at(person, "/");
    pages.push(page);
    await page.getByRole("heading", { level: 1, name: "Your work" }).waitFor();
    await page.getByText("0 of 3 submitted").waitFor();
    await page.getByRole("button", { name: "Continue with First round" }).click();
    for (const _ of texts) {
      const before = page.url();
      await submitOpen(page);
      await page.getByRole("button", { name: "Reopen" }).first().waitFor();
      await page.keyboard.press("Escape");
      await page.goto(`${workbench.url}/work`);
      await page.getByRole("heading", { level: 1 }).waitFor();
      const go = page.getByRole("button", { name: "Continue with First round" });
      if ((await go.count()) === 0) break;
      await go.click();
      await page.waitForURL((url) => url.href !== before && url.pathname.includes("/articles/"));
    }
    await page.goto(`${workbench.url}/work`);
    await page.getByText("3 of 3 submitted").waitFor();
  }

  // A curator, or the admin, returns one of them.
  await making.reload();
  await making.getByText("6 of 6 submitted").waitFor();
  await making
    .getByRole("button", { name: /^Return “The plot/ })
    .first()
    .click();
  const dialog = making.getByRole("dialog");
  const [, whose = ""] =
    /to (.+)\?/.exec((await dialog.getByRole("heading").textContent()) ?? "") ?? [];
  expect(whose).toBe("Ana");
  await dialog.getByLabel("Comment").fill("The title is a claim, too.");
  await dialog.getByRole("button", { name: "Return" }).click();
  await making.getByText(/Returned to/).waitFor();

  // It comes back to the one whose it is, with what was said.
  const holders: UserActor[] = [];
  for (const [index, page] of pages.entries()) {
    await page.goto(`${workbench.url}/work`);
    await page.getByRole("heading", { level: 1 }).waitFor();
    if ((await page.getByRole("heading", { name: "Returned to you" }).count()) === 0) continue;
    const person = index === 0 ? ana : ben;
    holders.push(person.user);
    await page.getByText("The title is a claim, too.").waitFor();
    expect(await barriers(page)).toEqual([]);
    await page.screenshot({ path: pictureOf("own work") });
    await page.getByRole("link", { name: /The plot/ }).click();
    await page.getByText("Returned to you:").waitFor();
    await page.screenshot({ path: pictureOf("returned work") });
    expect(await barriers(page)).toEqual([]);
    await submitOpen(page);
    await page.getByRole("button", { name: "Reopen" }).first().waitFor();
    await page.goto(`${workbench.url}/work`);
    await page.getByText("3 of 3 submitted").waitFor();
    expect(await page.getByRole("heading", { name: "Returned to you" }).count()).toBe(0);
  }
  expect(holders).toHaveLength(1);

  // It can be paused and closed.
  await making.getByRole("button", { name: "Pause" }).click();
  await making.getByText("Paused", { exact: true }).waitFor();
  await making.getByRole("button", { name: "Close…" }).click();
  await making.getByRole("alertdialog").getByRole("button", { name: "Close the round" }).click();
  await making.getByText("Closed", { exact: true }).waitFor();
});
