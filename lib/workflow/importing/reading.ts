import { type Actor, requireScope } from "@/lib/access/actor";
import type { Project } from "@/lib/api/projects";
import { ADDED, joinedNames, withNames } from "@/lib/domain/foreign-names";
import type { Encoding } from "@/lib/domain/imports";
import { Refusal } from "@/lib/domain/refusal";
import type { NameMapping, Reading, TableReadings } from "@/lib/domain/schemas";
import { labelRule, type Scheme } from "@/lib/domain/scheme";
import { joinedReadings } from "@/lib/domain/table-readings";
import type { ReadContext } from "@/lib/formats/source-file";
import { database } from "@/lib/store/database";
import { importNamesOf, importTablesOf, rememberImportNames } from "@/lib/store/imports";
import { changeScheme } from "@/lib/workflow/changing-schemes";
import { schemeOfProject } from "@/lib/workflow/schemes";

/** What a sender says of how their files are to be read; what they do not say is as it was the last time. */
export type AskedReading = {
  readonly names?: NameMapping | undefined;
  readonly offsets?: Reading["offsets"] | undefined;
  readonly encoding?: Encoding | null | undefined;
  readonly tables?: TableReadings | undefined;
};

/** How files are read, with the scheme that their names are looked up in. */
export type SettledReading = {
  readonly reading: Reading;
  readonly scheme: Scheme;
  readonly schemeVersion: number;
};

/**
 * How files are read: as the sender says, else as somebody said of an earlier import into the project. Names that are
 * to be added are, in a new version of the scheme, and what was said is remembered.
 *
 * @throws Refusal "invalid" if a name is to stand for what the scheme has not; "forbidden" if names are to be added by
 *   somebody who may not change the scheme, "token_scope" if by a token that may not
 */
export async function settleReading(
  actor: Actor,
  project: Project,
  asked: AskedReading,
): Promise<SettledReading> {
  const before = await schemeOfProject(project);
  const { scheme, change, ...settled } = await settledIn(project, before, asked);
  let schemeVersion = project.scheme_version;
  if (change) {
    requireScope(actor, "manage");
    const note = `Names of imported files were added: ${addedIn(before, scheme).join(", ")}`;
    const made = await changeScheme(actor, project.id, {
      base: project.scheme_version,
      scheme,
      mapping: change,
      note: note.slice(0, 500),
    });
    schemeVersion = made.version;
  }
  if (asked.names) {
    await rememberImportNames(database().pool, project.id, settled.reading.names);
  }
  return { reading: settled.reading, scheme, schemeVersion };
}

/** The same, without a change: names that would be added are in the scheme that is given. */
export async function foreseeReading(
  project: Project,
  asked: AskedReading,
): Promise<Pick<SettledReading, "reading" | "scheme">> {
  const { reading, scheme } = await settledIn(project, await schemeOfProject(project), asked);
  return { reading, scheme };
}

async function settledIn(
  project: Project,
  before: Scheme,
  { names, offsets = null, encoding = null, tables = {} }: AskedReading,
) {
  const remembered = await importNamesOf(database().pool, project.id);
  const rememberedTables = await importTablesOf(database().pool, project.id);
  const {
    scheme,
    names: meant,
    change,
  } = withNames(before, names ? joinedNames(remembered, names) : remembered);
  if (names) checkNames(names, meant, scheme);
  const reading: Reading = {
    names: meant,
    offsets,
    encoding,
    tables: joinedReadings(rememberedTables, tables),
  };
  return { reading, scheme, change };
}

/** What formats are told of it. Of an import that began before something could be said, that is not there. */
export function contextOf({
  names,
  offsets,
  encoding,
  tables,
}: Partial<Reading>): Pick<ReadContext, "mapping" | "offsets" | "encoding" | "tables"> {
  return {
    mapping: names,
    offsets: offsets ?? undefined,
    encoding: encoding ?? undefined,
    tables: tables ?? {},
  };
}

/** @throws Refusal "invalid" for the first that stands for nothing */
function checkNames(asked: NameMapping, meant: NameMapping, scheme: Scheme): void {
  try {
    for (const name of Object.keys(asked.label)) {
      const label = meant.label[name];
      if (label != null) labelRule(scheme, label);
    }
  } catch (error) {
    throw error instanceof Refusal
      ? new Refusal("invalid", error.message, { field: "names" })
      : error;
  }
  for (const name of Object.keys(asked.relation)) {
    const type = meant.relation[name];
    if (type == null || scheme.relations.some((relation) => relation.name === type)) continue;
    const known = scheme.relations.map((relation) => relation.name).join(", ");
    throw new Refusal("invalid", `There is no relation type "${type}"; there are: ${known}.`, {
      field: "names",
    });
  }
  const isAdded = Object.values(asked.attribute).includes(ADDED);
  if (isAdded) {
    throw new Refusal(
      "invalid",
      "An attribute is added in the scheme's editor: a name does not say which values it has.",
      { field: "names" },
    );
  }
}

function addedIn(before: Scheme, after: Scheme): string[] {
  const known = new Set([...before.labels, ...before.relations].map(({ name }) => name));
  return [...after.labels, ...after.relations]
    .map(({ name }) => name)
    .filter((one) => !known.has(one));
}
