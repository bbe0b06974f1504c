import { isBlank } from "./blank";
import { knownLicence, OTHER_LICENCE } from "./licences";
import { MAX_PUBLISHING_LENGTH } from "./limits";
import { isLink } from "./link";
import { checkedName } from "./naming";
import type { Creator, Licence, Publishing } from "./publishing-schemas";
import { Refusal } from "./refusal";
import { checkStorable, codePointLength } from "./text";

/** What a project says for its datasets before anybody has said anything. */
export const nothingPublished: Publishing = {
  licence: null,
  creators: [],
  description: "",
  doi: null,
  url: null,
  citation: "",
  published_on: null,
};

/**
 * What somebody has written for a project's datasets, in the one form in which each is kept: a DOI and an ORCID without
 * the address before them, a licence by the name that Hugging Face has for it.
 *
 * @throws Refusal "invalid" with `field`, and with the `index` of a creator; "unprocessable" for what cannot be stored
 */
export function checkedPublishing(written: Publishing): Publishing {
  return {
    licence: written.licence && checkedLicence(written.licence),
    creators: written.creators.map(checkedCreator),
    description: checkedText(written.description, "The description", "description"),
    doi: orNull(written.doi, checkedDoi),
    url: orNull(written.url, (url) => checkedAddress(url, "The address", "url")),
    citation: checkedText(written.citation, "The citation", "citation"),
    published_on: written.published_on,
  };
}

/** Nothing but white space is the same as nothing. */
function orNull(written: string | null, checked: (written: string) => string): string | null {
  return written === null || isBlank(written) ? null : checked(written);
}

function checkedLicence({ id, name, url }: Licence): Licence | null {
  if (id.trim().toLowerCase() === OTHER_LICENCE) {
    return {
      id: OTHER_LICENCE,
      name: checkedName(name ?? "", "The name of the licence", "licence"),
      url: checkedAddress(url ?? "", "The address of the licence", "licence"),
    };
  }
  const known = knownLicence(id);
  if (!known) {
    throw new Refusal(
      "invalid",
      `“${id}” is not one of the licences that can be named; say “other”, with its name and address.`,
      { field: "licence" },
    );
  }
  return { id: known.id, name: null, url: null };
}

function checkedCreator(
  { name, given_names, orcid, affiliation }: Creator,
  index: number,
): Creator {
  try {
    return {
      name: checkedName(name, "The name of a creator", "creators"),
      given_names: orNull(given_names, (text) => checkedName(text, "A given name", "creators")),
      orcid: orNull(orcid, checkedOrcid),
      affiliation: orNull(affiliation, (text) => checkedName(text, "An affiliation", "creators")),
    };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new Refusal(error.code, error.message, { ...error.details, index });
  }
}

function checkedOrcid(written: string): string {
  const orcid = written
    .trim()
    .toUpperCase()
    .replace(/^HTTPS?:\/\/ORCID\.ORG\//, "");
  if (/^(?:\d{4}-){3}\d{3}[\dX]$/.test(orcid) && orcid.endsWith(checkCharacter(orcid)))
    return orcid;
  throw new Refusal(
    "invalid",
    `“${written.trim()}” is no ORCID: it has 16 digits, as 0000-0002-1825-0097 has, and one of these is not as it should be.`,
    { field: "creators" },
  );
}

/** The last character of an ORCID, by those before it (ISO 7064, MOD 11-2). */
function checkCharacter(orcid: string): string {
  const digits = orcid.replaceAll("-", "").slice(0, 15);
  const sum = [...digits].reduce((total, digit) => (total + Number(digit)) * 2, 0);
  const result = (12 - (sum % 11)) % 11;
  return result === 10 ? "X" : String(result);
}

/**
 * Whether a creator is a person: one has given names, an ORCID or a place where they work. Who has none of these may be
 * an organisation.
 */
export const isPerson = ({ given_names, orcid, affiliation }: Creator): boolean =>
  given_names !== null || orcid !== null || affiliation !== null;

/** The name of a creator as it is spoken. */
export const nameOf = ({ name, given_names }: Creator): string =>
  given_names === null ? name : `${given_names} ${name}`;

export const orcidAddress = (orcid: string) => `https://orcid.org/${orcid}`;

export const doiAddress = (doi: string) => `https://doi.org/${doi}`;

/** As CITATION.cff 1.2.0 takes them. */
const DOI = /^10\.\d{4,9}(?:\.\d+)?\/[A-Za-z0-9:/_;\-.()[\]\\]+$/;

function checkedDoi(written: string): string {
  const doi = written.trim().replace(/^(?:https?:\/\/(?:dx\.)?doi\.org\/|doi:\s*)/i, "");
  if (DOI.test(doi) && doi.length <= 300) return doi;
  throw new Refusal(
    "invalid",
    `“${written.trim()}” is no DOI: one begins with 10. and has a / in it, as 10.5281/zenodo.1003150 has.`,
    { field: "doi" },
  );
}

function checkedAddress(written: string, what: string, field: string): string {
  const address = written.trim();
  if (/^https?:/i.test(address) && isLink(address)) return new URL(address).href;
  throw new Refusal("invalid", `${what} begins with https:// or http://, and has no spaces.`, {
    field,
  });
}

function checkedText(written: string, what: string, field: string): string {
  const text = written.replaceAll(/\r\n?/g, "\n").trim();
  if (isBlank(text)) return "";
  checkStorable(text, what, { field });
  if (codePointLength(text) > MAX_PUBLISHING_LENGTH) {
    throw new Refusal("invalid", `${what} may have ${MAX_PUBLISHING_LENGTH} characters at most.`, {
      field,
    });
  }
  // YAML and what shows it take no other control characters.
  if (/[^\P{Cc}\n\t]/u.test(text)) {
    throw new Refusal("invalid", `${what} has characters that cannot be shown.`, { field });
  }
  return text;
}
