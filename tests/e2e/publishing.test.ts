import { expect, test } from "vitest";
import { publishingOf } from "@/lib/workflow/publishing";
import { aWorkbench } from "../setup/annotating";
import { barriers, pictureOf } from "../setup/browser";

/** What an admin says for the datasets of a project. */
const workbench = aWorkbench();

test("an admin says who made a dataset and under which licence it goes out", async () => {
  const { project, user, context } = await workbench.aPerson({ role: "admin" });
  const page = await context.newPage();
  await page.goto(`${workbench.url}/projects/${project.slug}/members`);
  const form = page.locator("#datasets");
  await form.getByText("Nobody is named").waitFor();
  await form.getByLabel("Licence", { exact: true }).selectOption("cc-by-4.0");

  await form.getByRole("button", { name: "Creator", exact: true }).click();
  await page.keyboard.type("Carberry"); // in the field that has just come
  const first = form.getByRole("group", { name: "Creator 1" });
  await first.getByLabel("Given names").fill("Josiah");
  await first.getByLabel("ORCID").fill("0000-0002-1825-0098");
  await form.getByRole("button", { name: "Creator", exact: true }).click();
  await form.getByRole("group", { name: "Creator 2" }).getByLabel("Family name").fill("Nobody");
  await form.getByRole("button", { name: "Remove Nobody" }).click();
  expect(await form.getByRole("group", { name: "Creator 2" }).count()).toBe(0);
  await form.getByLabel("What the dataset is about").fill("Claims about a harbour.");
  await form.getByLabel("DOI").fill("https://doi.org/10.5281/zenodo.1003150");
  await form.getByLabel("Came out on").fill("2026-02-28");
  await form.getByRole("button", { name: "Save what datasets say" }).click();
  await form.getByRole("alert").filter({ hasText: "is no ORCID" }).waitFor();
  await first.getByLabel("ORCID").fill("0000-0002-1825-0097");
  await form.getByRole("button", { name: "Save what datasets say" }).click();
  await page.getByText("Datasets say this from now on.").waitFor();
  expect(await form.getByLabel("DOI").inputValue()).toBe("10.5281/zenodo.1003150");
  expect(await publishingOf(user, project.slug)).toEqual({
    licence: { id: "cc-by-4.0", name: null, url: null },
    creators: [
      {
        name: "Carberry",
        given_names: "Josiah",
        orcid: "0000-0002-1825-0097",
        affiliation: null,
      },
    ],
    description: "Claims about a harbour.",
    doi: "10.5281/zenodo.1003150",
    url: null,
    citation: "",
    published_on: "2026-02-28",
  });
  await form.getByLabel("Licence", { exact: true }).selectOption("other");
  await form.getByLabel("Name of the licence").waitFor();
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await barriers(page)).toEqual([]);
    await form.screenshot({ path: pictureOf(`publishing-${colorScheme}`) });
  }
  await page.setViewportSize({ width: 390, height: 860 });
  await form.screenshot({ path: pictureOf("publishing-phone") });
});
