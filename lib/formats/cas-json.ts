import { z } from "zod";
import { Refusal } from "@/lib/domain/refusal";
import { articleOfCas, type CasStructure } from "./cas";
import type { JsonDialect, JsonObject } from "./foreign";
import type { Warnings } from "./warnings";

const Structure = z.looseObject({ "%ID": z.int(), "%TYPE": z.string().min(1) });

const Sofa = z.looseObject({
  "%TYPE": z.literal("uima.cas.Sofa"),
  "%ID": z.int(),
  sofaString: z.string(),
});

/** A CAS of UIMA in JSON, version 0.4, as INCEpTION and cassis write it. */
export const casJson: JsonDialect = {
  recognises: (record) => Array.isArray(record["%FEATURE_STRUCTURES"]),
  reading: () => ({ read: articleIn }),
};

function articleIn(record: JsonObject, warnings: Warnings) {
  const given = record["%FEATURE_STRUCTURES"];
  const list: readonly unknown[] = Array.isArray(given) ? given : [];
  const sofas = list.flatMap((one) => Sofa.safeParse(one).data ?? []);
  const [sofa] = sofas;
  if (!sofa) {
    throw new Refusal("unprocessable", "The CAS has no text in it: no sofa with a sofaString.");
  }
  if (sofas.length > 1) {
    const message = `It has ${sofas.length} views; the first is read.`;
    warnings.add("annotations_left_out", message, { field: "%VIEWS" });
  }
  const structures = list.flatMap((one, index): CasStructure[] => {
    const place = `%FEATURE_STRUCTURES[${index}]`;
    const { data } = Structure.safeParse(one);
    if (!data) {
      const message = "It is not of the form of a feature structure.";
      warnings.add("annotations_left_out", message, { place, field: place });
      return [];
    }
    const isOther = data["@sofa"] !== undefined && data["@sofa"] !== sofa["%ID"];
    return isOther || data["%TYPE"] === "uima.cas.Sofa" ? [] : [structureOf(data, place)];
  });
  return articleOfCas(sofa.sofaString, structures, warnings);
}

/** Features that begin with `@` refer to other structures; some of those with `^` are numbers as text. */
function structureOf(data: z.infer<typeof Structure>, place: string): CasStructure {
  const features = new Map<string, unknown>();
  const references = new Map<string, string>();
  for (const [name, value] of Object.entries(data)) {
    if (name.startsWith("%") || value === null) continue;
    if (!name.startsWith("@")) features.set(name, value);
    else if (typeof value === "number") references.set(name.slice(1), String(value));
  }
  return { id: String(data["%ID"]), type: data["%TYPE"], features, references, place };
}
