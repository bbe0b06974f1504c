import type { ArticleRecord } from "@/lib/domain/record";
import { Refusal } from "@/lib/domain/refusal";
import { readAll } from "./bytes";
import { articleOfCas, type CasStructure, endsOfRelations } from "./cas";
import { ownStructures, ownTypes, SOFA } from "./cas-writing";
import { wholeFileArticle } from "./foreign";
import { MAX_LINE } from "./jsonl";
import type { Companion, ReadContext, ReadItem, SourceFile } from "./source-file";
import { Warnings } from "./warnings";
import { type DatasetAbout, type LostInWriting, stemOf, type WrittenFile } from "./writing";
import { decodeXml, readXml, unsaidInXml, xmlText } from "./xml";

const XMI = "http://www.omg.org/XMI";
const TYPES = "http://uima.apache.org/resourceSpecifier";
const TYPE_SYSTEM = "TypeSystem.xml";

/** Whether a file begins as XMI of UIMA, or what describes its types. */
export function isXmi(beginning: string): boolean {
  return /^(?:<\?xml\b[^>]*>\s*)?(?:<!--[\s\S]*?-->\s*)*<(?:xmi:XMI|typeSystemDescription)\b/.test(
    beginning,
  );
}

/** Reads the article of a file of UIMA; what describes its types belongs to it. */
export async function* readXmi(
  file: SourceFile,
  context: ReadContext,
): AsyncGenerator<ReadItem | Companion> {
  if ((context.skip ?? 0) > 0) return;
  const source = decodeXml(await readAll(file.stream, MAX_LINE));
  const folder = file.path.slice(0, file.path.lastIndexOf("/") + 1);
  if (!/<xmi:XMI\b/.test(source) && /<typeSystemDescription\b/.test(source)) {
    yield { kind: "companion", of: folder };
    return;
  }
  const types =
    (await file.beside?.(folder + TYPE_SYSTEM)) ??
    (await file.beside?.(folder + TYPE_SYSTEM.toLowerCase())); // as WebAnno and many a script call it
  const warnings = new Warnings(context);
  const { text, structures, elsewhere } = structuresIn(
    source,
    types ? referencesIn(decodeXml(types)) : null,
  );
  if (elsewhere > 0) {
    const message = `${elsewhere} annotations are of other views of the text, and were left out.`;
    warnings.add("annotations_left_out", message);
  }
  yield wholeFileArticle(
    file,
    articleOfCas(text, structures, file.path, warnings),
    context,
    warnings,
  );
}

/** The features of each type that refer to other structures, by the description of the types. */
function referencesIn(source: string): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  const supertypes = new Map<string, string>();
  let [type, feature, said] = ["", "", ""];
  let isFeature = false;
  readXml(source, {
    open: ({ local, uri }) => {
      said = "";
      if (uri === TYPES && local === "featureDescription") isFeature = true;
    },
    text: (text) => {
      said += text;
    },
    close: ({ local, uri }) => {
      if (uri !== TYPES) return;
      const value = said.trim();
      said = "";
      if (local === "name" && isFeature) feature = value;
      else if (local === "name") type = value;
      else if (local === "supertypeName") supertypes.set(type, value);
      else if (local === "rangeTypeName" && !value.startsWith("uima.cas.")) {
        found.set(type, (found.get(type) ?? new Set()).add(feature));
      } else if (local === "featureDescription") isFeature = false;
    },
  });
  for (const name of supertypes.keys()) {
    const own = new Set(found.get(name));
    const seen = new Set<string>();
    for (
      let above = supertypes.get(name);
      above && !seen.has(above);
      above = supertypes.get(above)
    ) {
      seen.add(above);
      for (const one of found.get(above) ?? []) own.add(one);
    }
    found.set(name, own);
  }
  return found;
}

/** The text, and what is said of it. */
function structuresIn(
  source: string,
  references: ReadonlyMap<string, ReadonlySet<string>> | null,
): { text: string; structures: CasStructure[]; elsewhere: number } {
  type Loose = { id: string; type: string; features: Map<string, unknown>; sofa: string | null };
  const found: Loose[] = [];
  const sofas = new Map<string, { text: string | null; isFirst: boolean }>();
  let depth = 0;
  let current: Loose | null = null;
  let said = "";
  readXml(source, {
    open: ({ uri, local, attributes }) => {
      depth += 1;
      said = "";
      if (depth !== 2 || uri === XMI) return;
      const type = typeOf(uri, local);
      const features = new Map<string, unknown>();
      let id = "";
      for (const one of Object.values(attributes)) {
        if (one.uri === XMI && one.local === "id") id = one.value;
        else if (one.uri === "") features.set(one.local, one.value);
      }
      if (type === "uima.cas.Sofa") {
        const text = features.get("sofaString");
        const isFirst = features.get("sofaID") === "_InitialView";
        sofas.set(id, { text: typeof text === "string" ? text : null, isFirst });
      } else if (type !== "uima.cas.NULL" && type !== "uima.cas.View") {
        const sofa = features.get("sofa");
        current = { id, type, features, sofa: typeof sofa === "string" ? sofa : null };
        found.push(current);
      }
    },
    text: (text) => {
      said += text;
    },
    close: ({ local }) => {
      // Several values of a feature are elements of its name.
      if (depth === 3 && current) {
        const before = current.features.get(local);
        const list: readonly unknown[] = Array.isArray(before) ? before : [];
        current.features.set(local, [...list, said]);
      }
      if (depth === 2) current = null;
      depth -= 1;
    },
  });
  const texts = [...sofas].flatMap(([id, { text, isFirst }]) =>
    text === null ? [] : [{ id, text, isFirst }],
  );
  const sofa = texts.find(({ isFirst }) => isFirst) ?? texts[0];
  if (!sofa)
    throw new Refusal("unprocessable", "There is no text in it: no Sofa has a sofaString.");
  const own = found.filter((one) => one.sofa === null || one.sofa === sofa.id);
  const annotations = new Set(
    own.flatMap(({ id, features }) => (features.has("begin") ? [id] : [])),
  );
  const ways = new Set(own.flatMap(({ id, features }) => (isWay(features) ? [id] : [])));
  const structures = own.map(({ id, type, features }): CasStructure => {
    const named = references?.get(type);
    const links = new Map<string, string>();
    const lists = new Map<string, readonly string[]>();
    const rest = new Map<string, unknown>();
    const pair = endsOfRelations.find((ends) =>
      ends.every((end) => annotations.has(String(features.get(end)))),
    );
    for (const [name, value] of features) {
      if (name === "sofa") {
        links.set(name, String(value));
        continue;
      }
      const ids = typeof value === "string" ? value.split(" ") : [];
      const isOfWays = ids.length > 0 && ids.every((one) => ways.has(one));
      const isLink = named
        ? named.has(name)
        : pair?.some((end) => end === name) ||
          (ways.has(id) && name === TARGET && annotations.has(String(value)));
      if (isOfWays && features.has("begin")) lists.set(name, ids);
      else if (isLink && typeof value === "string") links.set(name, value);
      else rest.set(name, value);
    }
    return { id, type, features: rest, references: links, lists, place: `xmi:id ${id}` };
  });
  return { text: sofa.text, structures, elsewhere: found.length - own.length };
}

/** The feature by which what fills a slot of INCEpTION's refers to it. */
const TARGET = "target";

/** Whether it only leads from a slot to what fills it. */
const isWay = (features: ReadonlyMap<string, unknown>) =>
  !features.has("begin") && features.has(TARGET);

/** `http:///org/example.ecore` and `Span` are `org.example.Span`. */
function typeOf(uri: string, local: string): string {
  const [, path = ""] = /^http:\/\/\/(.*)\.ecore$/.exec(uri) ?? [];
  const name = path.replaceAll("/", ".");
  return name === "" || name === "uima.noNamespace" ? local : `${name}.${local}`;
}

/** The description of the types that a dataset has. */
export function writeXmiCommon({ scheme }: DatasetAbout): readonly WrittenFile[] {
  const types = ownTypes(scheme).map(({ name, supertype, features }) => {
    const described = features.map(
      ([feature, range]) =>
        `<featureDescription><name>${feature}</name><rangeTypeName>${range}</rangeTypeName></featureDescription>`,
    );
    return `<typeDescription><name>${name}</name><supertypeName>${supertype}</supertypeName><features>${described.join("")}</features></typeDescription>`;
  });
  const text = `<?xml version="1.0" encoding="UTF-8"?>\n<typeSystemDescription xmlns="${TYPES}"><types>\n${types.join("\n")}\n</types></typeSystemDescription>\n`;
  return [{ path: TYPE_SYSTEM, text }];
}

/** A record as XMI, in UTF-16 units. */
export function writeXmi(record: ArticleRecord, lost: LostInWriting): readonly WrittenFile[] {
  lost.add("characters that XML does not have", unsaidInXml(record.text));
  const structures = ownStructures(record, lost);
  const packages = new Map(
    [...new Set(structures.map(({ type }) => packageOf(type)))].map((name, at) => [name, `t${at}`]),
  );
  const spaces = [...packages].map(
    ([name, prefix]) => `xmlns:${prefix}="http:///${name.replaceAll(".", "/")}.ecore"`,
  );
  const elements = structures.map(({ id, type, isOfText, values, references }) => {
    const name = `${packages.get(packageOf(type))}:${type.slice(type.lastIndexOf(".") + 1)}`;
    const plain = [`xmi:id="${id}"`, ...(isOfText ? [`sofa="${SOFA}"`] : [])];
    const lists: string[] = [];
    for (const [key, value] of [...Object.entries(values), ...Object.entries(references)]) {
      if (value === null) continue;
      if (typeof value !== "object") plain.push(`${key}="${xmlText(String(value))}"`);
      else for (const one of value) lists.push(`<${key}>${xmlText(one)}</${key}>`);
    }
    const inside = lists.length > 0 ? `>${lists.join("")}</${name}>` : "/>";
    return `<${name} ${plain.join(" ")}${inside}`;
  });
  const written = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<xmi:XMI xmlns:xmi="${XMI}" xmlns:cas="http:///uima/cas.ecore" ${spaces.join(" ")} xmi:version="2.0">`,
    '<cas:NULL xmi:id="0"/>',
    ...elements,
    `<cas:Sofa xmi:id="${SOFA}" sofaNum="1" sofaID="_InitialView" mimeType="text/plain" sofaString="${xmlText(record.text)}"/>`,
    `<cas:View sofa="${SOFA}" members="${structures.map(({ id }) => id).join(" ")}"/>`,
    "</xmi:XMI>",
    "",
  ];
  return [{ path: `${stemOf(record)}.xmi`, text: written.join("\n") }];
}

const packageOf = (type: string) => type.slice(0, type.lastIndexOf("."));
