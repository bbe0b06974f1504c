import { knownLicence } from "@/lib/domain/licences";
import { doiAddress, isPerson, nameOf, orcidAddress } from "@/lib/domain/publishing";
import type { Creator, Publishing } from "@/lib/domain/publishing-schemas";
import { bibtex } from "./bibtex";
import type { Column, ColumnType } from "./columns";
import {
  aboutIt,
  type Described,
  rowsInWords,
  type WrittenData,
  type WrittenSplit,
} from "./dataset-card";
import { oneLine } from "./markdown-words";

/** The terms of Croissant 1.1. */
const context = {
  "@language": "en",
  "@vocab": "https://schema.org/",
  arrayShape: "cr:arrayShape",
  citeAs: "cr:citeAs",
  column: "cr:column",
  conformsTo: "dct:conformsTo",
  containedIn: "cr:containedIn",
  cr: "http://mlcommons.org/croissant/",
  data: { "@id": "cr:data", "@type": "@json" },
  dataType: { "@id": "cr:dataType", "@type": "@vocab" },
  dct: "http://purl.org/dc/terms/",
  description: { "@container": "@language" },
  equivalentProperty: "cr:equivalentProperty",
  examples: { "@id": "cr:examples", "@type": "@json" },
  extract: "cr:extract",
  field: "cr:field",
  fileObject: "cr:fileObject",
  fileProperty: "cr:fileProperty",
  fileSet: "cr:fileSet",
  format: "cr:format",
  includes: "cr:includes",
  isArray: "cr:isArray",
  isLiveDataset: "cr:isLiveDataset",
  jsonPath: "cr:jsonPath",
  key: "cr:key",
  md5: "cr:md5",
  name: { "@container": "@language" },
  parentField: "cr:parentField",
  path: "cr:path",
  rai: "http://mlcommons.org/croissant/RAI/",
  recordSet: "cr:recordSet",
  references: "cr:references",
  regex: "cr:regex",
  repeated: "cr:repeated",
  replace: "cr:replace",
  samplingRate: "cr:samplingRate",
  sc: "https://schema.org/",
  separator: "cr:separator",
  source: "cr:source",
  subField: "cr:subField",
  transform: "cr:transform",
};

/** `croissant.json`: the dataset for machines, in Croissant 1.1; each part has a set of records. */
export function croissant(described: Described): string {
  const { about, origin, survey, splits, rows } = described;
  const languages = [...survey.languages.keys()].filter((tag) => tag !== "").toSorted();
  const columns = rows.columns(about);
  const metadata = {
    "@context": context,
    "@type": "sc:Dataset",
    conformsTo: "http://mlcommons.org/croissant/1.1",
    name: oneLine(origin.title),
    description: aboutIt(described),
    citeAs: bibtex(origin),
    ...said(origin.publishing),
    ...(survey.newest !== null && { dateModified: survey.newest }),
    ...(languages.length > 0 && { inLanguage: languages }),
    isLiveDataset: false,
    distribution: splits.flatMap(({ jsonl, parquet }) => [
      fileObject(parquet, "application/x-parquet"),
      fileObject(jsonl, "application/jsonlines"),
    ]),
    recordSet: splits.map((split) => recordSet(split, rows, columns)),
  };
  return `${JSON.stringify(metadata, null, 2)}\n`;
}

/** What the project says: nothing else is known to be so, and the day of the export is not that on which it came out. */
function said({ licence, creators, doi, url, published_on }: Publishing) {
  const address = url ?? (doi && doiAddress(doi));
  return {
    ...(licence && { license: knownLicence(licence.id)?.url ?? licence.url }),
    ...(creators.length > 0 && { creator: creators.map(creatorOf) }),
    ...(address !== null && { url: address }),
    ...(doi !== null && { identifier: doiAddress(doi) }),
    ...(published_on !== null && { datePublished: published_on }),
  };
}

function creatorOf(creator: Creator) {
  const { name, given_names, orcid, affiliation } = creator;
  return {
    "@type": isPerson(creator) ? "sc:Person" : "sc:Organization",
    name: nameOf(creator),
    ...(given_names !== null && { givenName: given_names, familyName: name }),
    ...(orcid !== null && { sameAs: orcidAddress(orcid) }),
    ...(affiliation !== null && { affiliation: { "@type": "sc:Organization", name: affiliation } }),
  };
}

const fileObject = ({ path, bytes, sha256 }: WrittenData, encodingFormat: string) => ({
  "@type": "cr:FileObject",
  "@id": path,
  name: path,
  contentUrl: path,
  contentSize: `${bytes} B`,
  encodingFormat,
  sha256,
});

const recordSet = (
  { name, rows: count, parquet }: WrittenSplit,
  rows: Described["rows"],
  columns: readonly Column[],
) => ({
  "@type": "cr:RecordSet",
  "@id": name,
  name,
  description: rowsInWords[rows.of].what(String(count)),
  key: rows.key.map((column) => ({ "@id": `${name}/${column}` })),
  field: columns.map((column) =>
    fieldOf(column, { id: `${name}/${column.name}`, file: parquet.path, column: column.name }),
  ),
});

type Place = { readonly id: string; readonly file: string; readonly column: string };

/**
 * A field with those in it. What lies within a column is found in it by its path; Croissant has no words for lists of
 * structs within others, so that such a field is left out, and told of in the description of the one it is in.
 */
function fieldOf({ name, about, type }: Column, place: Place, path = ""): object {
  const inner = innermost(type);
  const isList = typeof type !== "string" && "list" in type;
  const all = typeof inner === "string" ? [] : inner;
  const fields = all.filter((field) => !isListOfStructs(field.type));
  const others = all.filter((field) => !fields.includes(field));
  const besides = others.map((field) => ` Beside these: ${field.name}. ${field.about}`).join("");
  return {
    "@type": "cr:Field",
    "@id": place.id,
    name,
    description: about + besides,
    ...(isList && { isArray: true, arrayShape: "-1" }),
    ...(typeof inner === "string" && { dataType: dataTypes[inner] }),
    ...(fields.length === 0
      ? { source: sourceOf(place, path) }
      : {
          subField: fields.map((field) =>
            fieldOf(
              field,
              { ...place, id: `${place.id}/${field.name}` },
              path === "" ? field.name : `${path}.${field.name}`,
            ),
          ),
        }),
  };
}

const isListOfStructs = (type: ColumnType) =>
  typeof type !== "string" && "list" in type && typeof innermost(type) !== "string";

function innermost(type: ColumnType): Extract<ColumnType, string> | readonly Column[] {
  if (typeof type === "string") return type;
  return "fields" in type ? type.fields : innermost(type.list);
}

const sourceOf = ({ file, column }: Place, path: string) => ({
  fileObject: { "@id": file },
  extract: { column },
  ...(path !== "" && { transform: { jsonPath: path } }),
});

const dataTypes: Record<Extract<ColumnType, string>, string> = {
  text: "sc:Text",
  json: "sc:Text",
  integer: "cr:Int32",
  number: "cr:Float64",
  boolean: "sc:Boolean",
  time: "sc:DateTime",
};
