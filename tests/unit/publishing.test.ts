import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { knownLicence, knownLicences } from "@/lib/domain/licences";
import { checkedPublishing, nothingPublished } from "@/lib/domain/publishing";
import type { Creator, Publishing } from "@/lib/domain/publishing-schemas";
import { refusal } from "../setup/refusal";

const checked = (said: Partial<Publishing>) => checkedPublishing({ ...nothingPublished, ...said });

const aCreator = (said: Partial<Creator>): Creator => ({
  name: "Carberry",
  given_names: null,
  orcid: null,
  affiliation: null,
  ...said,
});

describe("what is said for datasets", () => {
  test("is kept in one form", () => {
    const creator = aCreator({
      name: " Carberry ",
      given_names: "Josiah",
      orcid: "https://orcid.org/0000-0002-1694-233x",
      affiliation: " ",
    });
    expect(
      checked({
        licence: { id: " CC-BY-4.0", name: "Mine", url: "https://example.org" },
        creators: [creator],
        description: "  One.\r\n\r\nTwo.\n",
        doi: "https://doi.org/10.5281/zenodo.1003150",
        url: "https://example.org/a b".replace(" ", "%20"),
        citation: " ",
        published_on: "2026-02-28",
      }),
    ).toEqual({
      licence: { id: "cc-by-4.0", name: null, url: null },
      creators: [
        {
          name: "Carberry",
          given_names: "Josiah",
          orcid: "0000-0002-1694-233X",
          affiliation: null,
        },
      ],
      description: "One.\n\nTwo.",
      doi: "10.5281/zenodo.1003150",
      url: "https://example.org/a%20b",
      citation: "",
      published_on: "2026-02-28",
    });
  });

  test("stays the same when it is checked again", () => {
    const line = fc.string({ unit: "grapheme", maxLength: 12 });
    const creator = fc.record({
      name: line,
      given_names: fc.option(line),
      orcid: fc.constantFrom(null, " 0000-0002-1825-0097"),
      affiliation: fc.option(line),
    });
    const said = fc.record({
      licence: fc.constantFrom(
        null,
        { id: "ODbL-1.0", name: null, url: null },
        { id: "OTHER", name: " Terms ", url: "https://EXAMPLE.org" },
      ),
      creators: fc.array(creator, { maxLength: 3 }),
      description: fc.string({ unit: "grapheme" }),
      doi: fc.constantFrom(null, "", "doi: 10.1000/182"),
      url: fc.constantFrom(null, " https://example.org/ü "),
      citation: fc.string(),
      published_on: fc.constant(null),
    });
    fc.assert(
      fc.property(said, (written) => {
        const once = tried(() => checkedPublishing(written));
        if (once) expect(checkedPublishing(once)).toEqual(once);
      }),
    );
  });

  test.for<{ name: string; said: Partial<Publishing>; details: object }>([
    {
      name: "a licence that nobody knows",
      said: { licence: { id: "mine", name: null, url: null } },
      details: { field: "licence" },
    },
    {
      name: "another licence without a name",
      said: { licence: { id: "other", name: " ", url: "https://example.org" } },
      details: { field: "licence" },
    },
    {
      name: "another licence without an address",
      said: { licence: { id: "other", name: "Mine", url: null } },
      details: { field: "licence" },
    },
    {
      name: "a creator without a name",
      said: { creators: [aCreator({}), aCreator({ name: "\u200b" })] },
      details: { field: "creators", index: 1 },
    },
    {
      name: "an ORCID with a wrong digit",
      said: { creators: [aCreator({ orcid: "0000-0002-1825-0098" })] },
      details: { field: "creators", index: 0 },
    },
    {
      name: "an ORCID without its hyphens",
      said: { creators: [aCreator({ orcid: "0000000218250097" })] },
      details: { field: "creators", index: 0 },
    },
    { name: "a DOI without a slash", said: { doi: "10.5281" }, details: { field: "doi" } },
    {
      name: "a DOI that CITATION.cff has no place for",
      said: { doi: "10.1000/a b" },
      details: { field: "doi" },
    },
    { name: "an address of a script", said: { url: "javascript:1" }, details: { field: "url" } },
    { name: "a mailbox", said: { url: "mailto:a@example.org" }, details: { field: "url" } },
    {
      name: "a description that is too long",
      said: { description: "😀".repeat(5001) },
      details: { field: "description" },
    },
    {
      name: "characters that cannot be shown",
      said: { citation: "a\u0007b" },
      details: { field: "citation" },
    },
  ])("$name is refused", ({ said, details }) => {
    expect(() => checked(said)).toThrow(refusal("invalid", details));
  });

  test("NUL is refused before the database would", () => {
    expect(() => checked({ description: "a\0b" })).toThrow(refusal("unprocessable"));
  });
});

test("every licence is found by both of its names, in any case, and is one of them", () => {
  for (const licence of knownLicences) {
    for (const named of [licence.id, licence.spdx, licence.spdx.toUpperCase()]) {
      expect(knownLicence(named)).toBe(licence);
    }
    expect(licence.url).toBe(new URL(licence.url).href);
  }
  expect(new Set(knownLicences.map(({ id }) => id)).size).toBe(knownLicences.length);
  expect(knownLicence("other")).toBeNull();
});

function tried<T>(work: () => T): T | null {
  try {
    return work();
  } catch {
    return null;
  }
}
