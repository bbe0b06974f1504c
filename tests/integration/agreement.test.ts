import { beforeAll, describe, expect, test } from "vitest";
import type { UserActor } from "@/lib/access/actor";
import { database } from "@/lib/store/database";
import { agreementMadeHere, agreementOf, askForAgreement } from "@/lib/workflow/agreeing";
import { makeReport } from "@/lib/workflow/making-agreement-reports";
import { aDatabase, sql } from "../setup/database";
import { refusal } from "../setup/refusal";
import { aRound, aTeam, markAndSubmit, work } from "../setup/rounds";
import { aMember, anArticle, aProject } from "../setup/world";

beforeAll(async () => {
  await aDatabase();
});

const { signal } = new AbortController();
const quiet = { signal, onProgress: () => undefined };

/** A report, made at once. */
const made = (actor: UserActor, slug: string, asking = {}) =>
  agreementMadeHere(actor, slug, { asking, ...quiet });

/** A project whose reviewers have all submitted an article of five words: "They denied it. She agreed." */
async function aSmallProject() {
  const project = await aProject();
  const curator = await aMember(project.id, "curator");
  const team = [await aMember(project.id), await aMember(project.id), await aMember(project.id)];
  const { id: article } = await anArticle(project.id, "They denied it. She agreed.");
  return { project, curator, team: team as [UserActor, UserActor, UserActor], article };
}

describe("a report", () => {
  test("is none until it is asked for, then made, kept, and out of date once more is submitted", async () => {
    const { project, curator, team, article } = await aSmallProject();
    const [ana, ben, eva] = team;
    await markAndSubmit(ana, article, [["denial", 0, 14]]);
    await markAndSubmit(ben, article, [["denial", 0, 11]]);
    expect(await agreementOf(curator, project.slug)).toMatchObject({ state: "none", report: null });

    const asked = await askForAgreement(curator, project.slug);
    expect(asked).toMatchObject({ state: "queued", progress: { done: 0 }, made: null });
    const report = await made(curator, project.slug);
    expect(report).toMatchObject({
      state: "done",
      made: { submitted_since: 0, current: true },
      report: { articles: 1, measures: expect.arrayContaining([]) },
    });
    // α of five words by hand: ana DDDOO, ben DDOOO. Four coincidences differ by 2 of 10 values: D 5, O 5.
    // Do = 2/10, De = 2·5·5/(10·9) = 50/90, α = 1 − 0.2/(5/9) = 0.64.
    expect(alphaOf(report)).toBeCloseTo(0.64, 10);
    // What is kept is of the same data, so nothing is made anew.
    const { made: first } = report;
    expect(await askForAgreement(curator, project.slug)).toMatchObject({ made: first });

    await work(eva, article);
    expect(await agreementOf(curator, project.slug)).toMatchObject({
      state: "done",
      made: { submitted_since: 1, current: false },
      report: report.report,
    });
    // The one before is there while the next is made.
    const next = await askForAgreement(curator, project.slug);
    expect(next).toMatchObject({ state: "queued", report: report.report });
    expect(await made(curator, project.slug)).toMatchObject({
      made: { submitted_since: 0, current: true },
      report: { found_nothing: 1, not_annotated: 0 },
    });
  });
});

function alphaOf({ report }: Awaited<ReturnType<typeof made>>): number | null | undefined {
  return report?.measures.find(({ name }) => name === "krippendorff_alpha")?.value;
}
