import type { Warnings } from "./warnings";

/** An element of a TEI document; of another namespace, with that in braces before its name. */
export type TeiElement = {
  readonly name: string;
  /** By their names as they are written: `when`, `xml:id`. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly parent: TeiElement | null;
};

/** Whether an element lies in another of a name. */
export function isWithin({ parent }: TeiElement, name: string): boolean {
  for (let above = parent; above; above = above.parent) if (above.name === name) return true;
  return false;
}

/** The id that a pointer within the document names: `#a`. */
export function idIn(pointer: string): string {
  return pointer.replace(/^[^#]*#/, "");
}

/** Into how many elements what is said counts, from the innermost out. */
const HIGHEST = 20;

const NAME = /^(?:name|persName|orgName)$/;

/** Numbers that documents share: of books, of journals, of what is not in them. */
const SHARED = /^(?:e?-?isbn|e?-?issn|oclc|gnd|viaf|lccn|zdb|urn:isbn)/i;

/**
 * Whether a number is the document's own: as it is published, or one of a kind in a plain account of the source. The number
 * of a book, a volume or a shelf is that of many.
 */
function isOfDocument(element: TeiElement): boolean {
  const type = element.attributes.get("type") ?? "";
  if (SHARED.test(type)) return false;
  if (isWithin(element, "publicationStmt")) return true;
  return type !== "" && element.parent?.name === "bibl";
}

/** The day that is meant, or the first that may be. */
function dateIn({ attributes }: TeiElement): string | null {
  for (const name of ["when", "when-iso", "from", "notBefore", "from-iso", "notBefore-iso"]) {
    const said = attributes.get(name);
    if (said !== undefined && said !== "") return said;
  }
  return null;
}

/** What a document says of itself. */
export class TeiHeader {
  readonly #found: { readonly path: string; readonly element: TeiElement; said: string }[] = [];
  readonly #said = new Map<TeiElement, { said: string }>();
  #language: string | null = null;

  open(element: TeiElement): void {
    const { name, attributes } = element;
    if (name === "TEI" || name === "text") {
      this.#language = attributes.get("xml:lang") ?? this.#language;
    }
    if (!isWithin(element, "teiHeader")) return;
    const names: string[] = [];
    for (let one: TeiElement | null = element; one && one.name !== "teiHeader"; one = one.parent) {
      names.unshift(one.name);
    }
    const found = { path: names.join("/"), element, said: "" };
    this.#found.push(found);
    this.#said.set(element, found);
  }

  /** What is said in an element is said in those that it lies in. */
  text(element: TeiElement, text: string): void {
    let one: TeiElement | null = element;
    for (let height = 0; one && height < HIGHEST; height += 1) {
      const found = this.#said.get(one);
      if (found) found.said += text;
      one = one.parent;
    }
  }

  close(_: TeiElement): void {
    // It says what it says as soon as it is said.
  }

  /**
   * The metadata by names that are read; the names of annotators by the ids of who is responsible; and what
   * annotators wrote of the article.
   */
  read(warnings: Warnings): {
    readonly metadata: ReadonlyMap<string, unknown>;
    readonly people: ReadonlyMap<string, string>;
    /** Those who are named for having annotated it, whether they marked anything or not. */
    readonly annotators: readonly string[];
    readonly notes: ReadonlyMap<string | null, string>;
  } {
    const metadata = new Map<string, unknown>();
    const set = (key: string, value: string | null | undefined) => {
      if (value != null && value.trim() !== "" && !metadata.has(key)) {
        metadata.set(key, value.replaceAll(/\s+/g, " ").trim());
      }
    };
    const inSource = (name: string) =>
      this.#all(new RegExp(`^fileDesc/sourceDesc/(?:.*/)?${name}$`));
    const published = (name: string) =>
      this.#all(new RegExp(`^fileDesc/publicationStmt/(?:.*/)?${name}$`));
    const titles = this.#all(/^fileDesc\/titleStmt\/title$/);
    const main = titles.find(({ element }) => element.attributes.get("type") === "main");
    set("title", (main ?? titles[0])?.said);
    set("title", inSource("title")[0]?.said);
    const authors = this.#all(/^fileDesc\/titleStmt\/author$/);
    const written = authors.length > 0 ? authors : inSource("author");
    const names = written.map(({ said }) => said.replaceAll(/\s+/g, " ").trim());
    set("author", names.filter((name) => name !== "").join(", "));
    for (const { said } of [...inSource("publisher"), ...published("publisher")]) {
      set("publisher", said);
    }
    // When a letter was sent, or a text was written, tells more than when somebody put it into TEI.
    const sent = this.#all(
      /^profileDesc\/correspDesc\/correspAction\/(?:date|persName|orgName)$/,
    ).filter(({ element }) => element.parent?.attributes.get("type") === "sent");
    const senders = sent.filter(({ element }) => element.name !== "date");
    // Some editions name both ends of a letter there, and not always the right way round.
    if (senders.every(({ element }) => !element.attributes.has("type"))) {
      set("author", senders.map(({ said }) => said.replaceAll(/\s+/g, " ").trim()).join(", "));
    }
    const dates = [
      ...inSource("date"),
      ...sent.filter(({ element }) => element.name === "date"),
      ...this.#all(/^profileDesc\/creation\/(?:.*\/)?date$/),
      ...published("date"),
    ];
    for (const { element, said } of dates) {
      set("published_at", dateIn(element) ?? said);
    }
    const numbers: string[] = [];
    const wrappers = new Set(this.#found.map(({ element }) => element.parent));
    for (const { element, said } of [...inSource("(?:ref|ptr|idno)"), ...published("idno")]) {
      if (wrappers.has(element)) continue; // one around others
      const target = element.attributes.get("target") ?? said.trim();
      const isAddress = /^https?:\/\//.test(target);
      if (isAddress) set("url", target);
      else if (element.name !== "idno") continue;
      else if (isOfDocument(element)) set("source_id", said);
      else numbers.push(said.replaceAll(/\s+/g, " ").trim());
    }
    set("idno", [...new Set(numbers)].filter((number) => number !== "").join("; "));
    const languages = this.#all(/^profileDesc\/langUsage\/language$/);
    if (languages.length === 1) set("language", languages[0]?.element.attributes.get("ident"));
    set("language", this.#language);
    for (const { element, said } of this.#all(/^xenoData$/)) {
      if (element.attributes.get("type") !== "meta") continue;
      for (const [key, value] of Object.entries(objectIn(said, warnings))) {
        if (!metadata.has(key)) metadata.set(key, value);
      }
    }
    const people = this.#people();
    return { metadata, people, annotators: this.#annotators(), notes: this.#notes(people) };
  }

  #all(path: RegExp) {
    return this.#found.filter((one) => path.test(one.path));
  }

  #annotators(): string[] {
    const resps = this.#all(/(?:^|\/)respStmt\/resp$/).filter(({ said }) =>
      /^\s*annotat/i.test(said),
    );
    const names = this.#names();
    return resps.flatMap(({ element }) =>
      (names.get(element.parent) ?? []).flatMap(({ said }) => said.trim() || []),
    );
  }

  /** Elements that name somebody, by those that they lie in. */
  #names() {
    const names = this.#found.filter(({ element }) => NAME.test(element.name));
    return Map.groupBy(names, ({ element }) => element.parent);
  }

  #people(): ReadonlyMap<string, string> {
    const people = new Map<string, string>();
    const names = this.#names();
    for (const { element, path, said } of this.#found) {
      if (!/(?:^|\/)(?:respStmt|person|respStmt\/(?:name|persName|orgName))$/.test(path)) continue;
      const id = element.attributes.get("xml:id");
      if (id === undefined) continue;
      const name = names.get(element)?.[0];
      const called = (name?.said ?? said).trim();
      people.set(id, called === "" ? id : called);
    }
    return people;
  }

  #notes(people: ReadonlyMap<string, string>): ReadonlyMap<string | null, string> {
    const notes = new Map<string | null, string>();
    for (const { element, said } of this.#all(/^fileDesc\/notesStmt\/note$/)) {
      const who = element.attributes.get("resp");
      const annotator = who === undefined ? null : (people.get(idIn(who)) ?? idIn(who));
      const before = notes.get(annotator);
      notes.set(annotator, before === undefined ? said : `${before}\n${said}`);
    }
    return notes;
  }
}

function objectIn(said: string, warnings: Warnings): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(said);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return { ...value };
  } catch {
    // Told below.
  }
  warnings.add("unreadable_field", "What xenoData holds is no JSON object.", { field: "xenoData" });
  return {};
}
