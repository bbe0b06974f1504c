import { z } from "zod";
import { MAX_DEFINITION_LENGTH } from "./limits";
import { Refusal } from "./refusal";
import { type Shape, StoredScheme } from "./schemas";
import { type Scheme, schemeFrom } from "./scheme";
import { schemeProblems } from "./scheme-check";
import { MAX_SCHEME_FILE } from "./scheme-file";

/** The schema of files of schemes, published in docs/schemas. */
export const SCHEME_SCHEMA_FILE = "gainsay.scheme-1.schema.json";

/** Where a scheme comes from, and what one may do with it. */
const SchemeSource = z.strictObject({
  /** Whom to name: authors, title, year. */
  citation: z.string().min(1).max(MAX_DEFINITION_LENGTH),
  url: z.url({ protocol: /^https?$/ }).max(MAX_DEFINITION_LENGTH),
  licence: z.string().min(1).max(200),
});

/** A scheme as a file has it. */
export const SchemeFile = z.strictObject({
  gainsay_scheme: z.literal(1),
  title: z.string().max(200),
  /** What it is for, in a sentence or two. */
  about: z.string().max(MAX_DEFINITION_LENGTH).optional(),
  sources: z.array(SchemeSource).max(20).optional(),
  scheme: StoredScheme,
});
export type SchemeFile = Shape<typeof SchemeFile>;

/** A scheme that was read from a file. */
export type ReadScheme = Omit<SchemeFile, "gainsay_scheme" | "scheme"> & {
  readonly scheme: Scheme;
};

/**
 * Reads the file of a scheme, or a scheme alone as earlier versions of Gainsay stored it.
 *
 * @throws Refusal "too_large", "invalid" where it is no JSON (with the `line`), "unprocessable" with `problems`
 *   (50 at most), each a `path` and a `message`, where it is no scheme that can be used
 */
export function readSchemeFile(text: string): ReadScheme {
  if (text.length > MAX_SCHEME_FILE) {
    throw new Refusal("too_large", "A file of a scheme has 4 MiB at most.");
  }
  const written = parsed(text);
  const isFile = typeof written === "object" && written !== null && "gainsay_scheme" in written;
  const { data, error } = isFile
    ? SchemeFile.safeParse(written)
    : z
        .strictObject({ title: z.literal("").default(""), scheme: StoredScheme })
        .safeParse({ scheme: written });
  if (error) {
    const problems = error.issues.map(({ path, message }) => ({ path: path.join("."), message }));
    throw refusal(isFile || typeof written !== "object" ? problems : problems.map(withoutScheme));
  }
  const { scheme: stored, ...rest } = data;
  const scheme = schemeFrom(stored);
  const problems = schemeProblems(scheme);
  if (problems.length > 0) {
    throw refusal(problems.map(({ path, message }) => ({ path: path.join("."), message })));
  }
  return {
    title: rest.title,
    ...("about" in rest && rest.about !== undefined ? { about: rest.about } : {}),
    ...("sources" in rest && rest.sources !== undefined ? { sources: rest.sources } : {}),
    scheme,
  };
}

type Problem = { readonly path: string; readonly message: string };

function withoutScheme({ path, message }: Problem): Problem {
  return { path: path.replace(/^scheme\.?/, ""), message };
}

/** The most problems that the message itself names. */
const MAX_IN_WORDS = 10;

function refusal(problems: readonly Problem[]): Refusal {
  const lines = problems
    .slice(0, MAX_IN_WORDS)
    .map(({ path, message }) => (path === "" ? message : `${path}: ${message}`));
  const more = problems.length - lines.length;
  return new Refusal(
    "unprocessable",
    [
      "This is no scheme that can be used.",
      ...lines,
      ...(more > 0 ? [`And ${more} more.`] : []),
    ].join("\n"),
    { problems: problems.slice(0, 50) },
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ""));
  } catch (error) {
    const told = error instanceof Error ? error.message : "";
    const position = /position (\d+)/.exec(told)?.[1];
    if (position === undefined) throw new Refusal("invalid", "This is no JSON.");
    const line = text.slice(0, Number(position)).split("\n").length;
    throw new Refusal("invalid", `This is no JSON: it goes wrong in line ${line}.`, { line });
  }
}

/** The JSON Schema (2020-12) of a file of a scheme, published as docs/schemas. */
export function schemeJsonSchema(): Record<string, unknown> {
  const { $schema, ...schema } = z.toJSONSchema(SchemeFile);
  return {
    $schema,
    $id: "urn:gainsay:schema:gainsay.scheme/1",
    title: "gainsay.scheme/1",
    ...schema,
  };
}
