import { expect, test } from "vitest";
import { database } from "@/lib/store/database";
import { aWorkbench } from "../setup/annotating";
import { barriers, pictureOf, settled } from "../setup/browser";

const workbench = aWorkbench();

test("the tour is gone through by its keys, and nothing of it is kept", async () => {
  const { context } = await workbench.aPerson();
  const page = await context.newPage();
  const sent: string[] = [];
  page.on("request", (request) => {
    if (request.method() !== "GET") sent.push(request.url());
  });
  await page.goto(`${workbench.url}/practice`);
  await page.locator(".article[role=document]:focus").waitFor();
  const tour = page.getByRole("region", { name: "Tour" });
  const at = (step: number) => tour.getByText(`${step} of 8`, { exact: true }).waitFor();
  await at(1);
  await settled(page);
  await page.screenshot({ path: pictureOf("practice") });
  expect(await barriers(page)).toEqual([]);
  await page.keyboard.press("e");
  await at(2);
  for (let press = 0; press < 6; press += 1) await page.keyboard.press("Shift+BracketLeft");
  await at(3);
  await page.keyboard.press("1");
  await at(4);
  await page.keyboard.press("1");
  await at(5);
  await page.keyboard.press("Escape");
  await page.keyboard.press("c");
  await at(6);
  for (let press = 0; press < 3; press += 1) await page.keyboard.press("BracketLeft");
  await page.keyboard.press("3");
  await at(7);
  await page.keyboard.press("Enter");
  await at(8);
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+Enter");
  const check = page.getByRole("dialog");
  const over = tour.getByText("That is all it takes.");
  await check.or(over).first().waitFor();
  if (await check.isVisible()) await page.keyboard.press("Control+Enter");
  await over.waitFor();
  expect(sent).toEqual([]);
  const { rows } = await database().pool.query("SELECT FROM annotation_sets");
  expect(rows).toEqual([]);
  await page.reload();
  await page.getByText("No spans yet.").waitFor();
  await page.setViewportSize({ width: 390, height: 700 });
  await settled(page);
  await page.screenshot({ path: pictureOf("practice on a phone") });
});

test("the list of keys and the empty list of spans lead to it, and back leads to the projects", async () => {
  const { context, project } = await workbench.aPerson();
  const page = await context.newPage();
  await page.goto(`${workbench.url}/practice`);
  await page.locator(".article[role=document]:focus").waitFor();
  await page.getByRole("link", { name: "Back to your projects" }).click();
  await page.getByText(project.slug).first().waitFor();
});
