import { z } from "zod";
import type { ArticleRecord } from "@/lib/domain/record";
import { Refusal } from "@/lib/domain/refusal";
import { articleOfCas, type CasStructure } from "./cas";
import { ownStructures, ownTypes, SOFA } from "./cas-writing";
import { type JsonDialect, type JsonObject, tellOfOtherKeys } from "./foreign";
import type { Warnings } from "./warnings";
import { type DatasetAbout, type LostInWriting, stemOf, type WrittenFile } from "./writing";

const Structure = z.looseObject({ "%ID": z.int(), "%TYPE": z.string().min(1) });

const Sofa = z.looseObject({
  "%TYPE": z.literal("uima.cas.Sofa"),
  "%ID": z.int(),
  sofaID: z.unknown().optional(),
  sofaString: z.string(),
});

const OF_CAS: ReadonlySet<string> = new Set(
  "%TYPES %FEATURE_STRUCTURES %VIEWS %HEADER %VERSION".split(" "),
);

/** The name of the view that a CAS begins with. */
const INITIAL = "_InitialView";

const Texts = z.looseObject({
  "%TYPE": z.literal("uima.cas.StringArray"),
  "%ID": z.int(),
  "%ELEMENTS": z.array(z.string()),
});

/** A list of other structures, of any type or of one. */
const References = z.looseObject({
  "%TYPE": z.string().regex(/^uima\.cas\.FSArray$|\[\]$/),
  "%ID": z.int(),
  "%ELEMENTS": z.array(z.int()),
});

/** A CAS of UIMA in JSON, version 0.4, as INCEpTION and cassis write it. */
export const casJson: JsonDialect = {
  recognises: (record) => Array.isArray(record["%FEATURE_STRUCTURES"]),
  reading: ({ path }) => ({ read: (record, warnings) => articleIn(record, path, warnings) }),
};

function articleIn(record: JsonObject, path: string, warnings: Warnings) {
  const given = record["%FEATURE_STRUCTURES"];
  const list: readonly unknown[] = Array.isArray(given) ? given : [];
  const sofas = list.flatMap((one) => Sofa.safeParse(one).data ?? []);
  const sofa = sofas.find(({ sofaID }) => sofaID === INITIAL) ?? sofas[0];
  if (!sofa) {
    throw new Refusal("unprocessable", "The CAS has no text in it: no sofa with a sofaString.");
  }
  if (sofas.length > 1) {
    const message = `It has ${sofas.length} views; ${sofa.sofaID === INITIAL ? "the initial one" : "the first"} is read.`;
    warnings.add("annotations_left_out", message, { field: "%VIEWS" });
  }
  tellOfOtherKeys(record, OF_CAS, "The CAS", warnings);
  const lists = new Map(
    list.flatMap((one) => {
      const { data } = Texts.safeParse(one);
      return data ? [[data["%ID"], data["%ELEMENTS"]] as const] : [];
    }),
  );
  const references = new Map(
    list.flatMap((one) => {
      const { data } = References.safeParse(one);
      return data ? [[data["%ID"], data["%ELEMENTS"].map(String)] as const] : [];
    }),
  );
  const structures = list.flatMap((one, index): CasStructure[] => {
    const place = `%FEATURE_STRUCTURES[${index}]`;
    const { data } = Structure.safeParse(one);
    if (!data) {
      const message = "It is not of the form of a feature structure.";
      warnings.add("annotations_left_out", message, { place, field: place });
      return [];
    }
    const isOther = data["@sofa"] !== undefined && data["@sofa"] !== sofa["%ID"];
    const isRead =
      lists.has(data["%ID"]) || references.has(data["%ID"]) || data["%TYPE"] === "uima.cas.Sofa";
    return isOther || isRead ? [] : [structureOf(data, { place, lists, references })];
  });
  return articleOfCas(sofa.sofaString, structures, path, warnings);
}

/** Features that begin with `@` refer to other structures; some of those with `^` are numbers as text. */
function structureOf(
  data: z.infer<typeof Structure>,
  {
    place,
    lists,
    references: known,
  }: {
    place: string;
    lists: ReadonlyMap<number, readonly string[]>;
    references: ReadonlyMap<number, readonly string[]>;
  },
): CasStructure {
  const features = new Map<string, unknown>();
  const references = new Map<string, string>();
  const listed = new Map<string, readonly string[]>();
  for (const [name, value] of Object.entries(data)) {
    if (name.startsWith("%") || value === null) continue;
    if (name.startsWith("^")) features.set(name.slice(1), value);
    else if (!name.startsWith("@")) features.set(name, value);
    else if (typeof value === "number" && known.has(value)) {
      listed.set(name.slice(1), known.get(value) ?? []);
    } else if (typeof value === "number" && lists.has(value)) {
      features.set(name.slice(1), lists.get(value));
    } else if (typeof value === "number") references.set(name.slice(1), String(value));
  }
  return {
    id: String(data["%ID"]),
    type: data["%TYPE"],
    features,
    references,
    lists: listed,
    place,
  };
}

/** A record as a CAS in JSON, with the types that the dataset has. */
export function writeCasJson(
  record: ArticleRecord,
  lost: LostInWriting,
  { scheme }: DatasetAbout,
): readonly WrittenFile[] {
  const structures = ownStructures(record, lost);
  /** Lists are structures of their own, behind all others. */
  const lists: { "%ID": number; "%TYPE": string; "%ELEMENTS": readonly string[] }[] = [];
  const listed = (elements: readonly string[]): number => {
    const id = SOFA + structures.length + lists.length + 1;
    lists.push({ "%ID": id, "%TYPE": "uima.cas.StringArray", "%ELEMENTS": elements });
    return id;
  };
  const sofa = {
    "%ID": SOFA,
    "%TYPE": "uima.cas.Sofa",
    sofaNum: 1,
    sofaID: "_InitialView",
    mimeType: "text/plain",
    sofaString: record.text,
  };
  const written = structures.map(({ id, type, isOfText, values, references }) => {
    const given = Object.entries(values).filter(([, value]) => value !== null);
    const linked = Object.entries(references).filter(([, other]) => other !== null);
    return {
      "%ID": id,
      "%TYPE": type,
      ...(isOfText && { "@sofa": SOFA }),
      ...Object.fromEntries(
        given.map(([name, value]) =>
          Array.isArray(value) ? [`@${name}`, listed(value)] : [name, value],
        ),
      ),
      ...Object.fromEntries(linked.map(([name, other]) => [`@${name}`, other])),
    };
  });
  const types = ownTypes(scheme).map(({ name, supertype, features }) => [
    name,
    {
      "%NAME": name,
      "%SUPER_TYPE": supertype,
      ...Object.fromEntries(
        features.map(([feature, range]) => [
          feature,
          { "%NAME": feature, "%RANGE": range === "uima.cas.StringArray" ? STRINGS : range },
        ]),
      ),
    },
  ]);
  const cas = {
    "%TYPES": Object.fromEntries(types),
    "%FEATURE_STRUCTURES": [sofa, ...written, ...lists],
    "%VIEWS": {
      _InitialView: { "%SOFA": SOFA, "%MEMBERS": structures.map(({ id }) => id) },
    },
  };
  return [{ path: `${stemOf(record)}.json`, text: `${JSON.stringify(cas)}\n` }];
}

/** How version 0.4 calls a list of texts where it is the range of a feature. */
const STRINGS = "uima.cas.String[]";
