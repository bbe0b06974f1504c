import { isBlank } from "@/lib/domain/blank";
import { readDate } from "./dates";

/** What of a document is asked here; the parser's own types say less than it has. */
export type PageDocument = {
  readonly documentElement: PageElement | null;
  readonly body: PageElement | null;
  readonly title: string;
  querySelectorAll(selector: string): Iterable<PageElement>;
};

export type PageElement = {
  readonly tagName: string;
  readonly textContent: string | null;
  readonly innerHTML: string;
  getAttribute(name: string): string | null;
  closest(selector: string): PageElement | null;
  remove(): void;
  querySelectorAll(selector: string): Iterable<PageElement>;
};

/** What a page says of its article, beside the article. */
export type PageMetadata = {
  /** Its headline, as its readers see it where that can be told; null if it says none. */
  readonly title: string | null;
  /** Under the names of our fields, and others that are kept in `meta`. */
  readonly given: ReadonlyMap<string, unknown>;
  /** Whether it says in any way that it is an article, and no list or search. */
  readonly isArticle: boolean;
  /** Whether it says that not all of it can be read by everybody. */
  readonly isPartlyClosed: boolean;
  /** Whether it asks not to be found, as pages of errors and searches do. */
  readonly isUnlisted: boolean;
  /** How many blocks of JSON-LD in it are no JSON. */
  readonly brokenJsonLd: number;
};

/** Kinds of schema.org that are articles. */
const ARTICLE = /(?:Article|BlogPosting|SocialMediaPosting)$|^Report$/;

/** The most things of JSON-LD that are looked at. */
const MOST_NODES = 20_000;

/** A sign in a title between what the article is called and whose site it is. */
const BEFORE_SITE = /\s+[|\-–—:»·/\\]\s+/u;

/**
 * What a page says of its article: in JSON-LD, in `meta` elements under the names of several vocabularies, in the
 * document itself. Of several that say the same thing, the most telling that can be read counts.
 *
 * @param address where the page was found, if that is known: relative addresses count from there
 */
export function pageMetadata(document: PageDocument, address: string | null): PageMetadata {
  const said = new Said(document, address);
  const given = new Map<string, unknown>();
  const keep = (key: string, value: unknown) => {
    if (value !== null && value !== undefined && value !== "") given.set(key, value);
  };
  keep("published_at", said.date("published"));
  keep("author", said.author());
  keep("publisher", said.publisher());
  const { url, others } = said.addresses();
  keep("url", url);
  keep("language", said.language());
  keep("description", said.text("description"));
  keep("section", said.text("section"));
  keep("keywords", said.keywords());
  keep("modified_at", said.date("modified"));
  keep("type", said.type());
  keep("canonical_elsewhere", others);
  if (said.isPartlyClosed()) keep("is_accessible_for_free", false);
  return {
    title: said.title(),
    given,
    isArticle: said.isArticle(),
    isPartlyClosed: said.isPartlyClosed(),
    isUnlisted: /\bnoindex\b/i.test(said.meta("robots") ?? ""),
    brokenJsonLd: said.broken,
  };
}

/** Names of `meta` elements by what they say, the most telling first. */
const names = {
  title: [
    "og:title",
    "parsely-title",
    "citation_title",
    "dc.title",
    "dcterms.title",
    "sailthru.title",
    "twitter:title",
  ],
  published: [
    "article:published_time",
    "og:article:published_time",
    "parsely-pub-date",
    "citation_publication_date",
    "citation_date",
    "dc.date.issued",
    "dcterms.issued",
    "dcterms.created",
    "dc.date.created",
    "dc.date",
    "dcterms.date",
    "sailthru.date",
    "publishdate",
    "publish_date",
    "publish-date",
    "pubdate",
    "publication_date",
    "date",
    "datepublished",
  ],
  modified: ["article:modified_time", "og:updated_time", "dcterms.modified", "last-modified"],
  author: [
    "article:author",
    "parsely-author",
    "citation_author",
    "dc.creator",
    "dcterms.creator",
    "sailthru.author",
    "byl",
    "author",
    "article:author_name",
  ],
  publisher: [
    "og:site_name",
    "dc.publisher",
    "dcterms.publisher",
    "citation_publisher",
    "application-name",
    "source",
  ],
  description: ["og:description", "dc.description", "description", "twitter:description"],
  section: ["article:section", "parsely-section"],
  keywords: ["article:tag", "news_keywords", "parsely-tags", "keywords"],
} as const satisfies Record<string, readonly string[]>;

/** What schema.org calls them. */
const properties = {
  published: ["datePublished", "dateCreated", "uploadDate"],
  modified: ["dateModified"],
  description: ["description"],
  section: ["articleSection"],
} as const;

type Node = Readonly<Record<string, unknown>>;

class Said {
  readonly #document: PageDocument;
  readonly #address: string | null;
  /** The contents of `meta` elements by their names in lower case. */
  readonly #metas = new Map<string, string[]>();
  /** What JSON-LD names with an `@id`. */
  readonly #byId = new Map<string, Node>();
  readonly #articles: Node[] = [];
  readonly #article: Node | null;
  broken = 0;

  constructor(document: PageDocument, address: string | null) {
    this.#document = document;
    for (const element of document.querySelectorAll("meta")) {
      const name = element.getAttribute("property") ?? element.getAttribute("name");
      const key = (name ?? element.getAttribute("itemprop") ?? "").trim().toLowerCase();
      const content = (element.getAttribute("content") ?? "").trim();
      if (key === "" || isBlank(content)) continue;
      this.#metas.set(key, [...(this.#metas.get(key) ?? []), content]);
    }
    this.#address = this.#base(address);
    this.#readJsonLd();
    this.#article = this.#pick();
  }

  /** The first content of a `meta` element of that name. */
  meta(name: string): string | null {
    return this.#metas.get(name)?.[0] ?? null;
  }

  text(what: "description" | "section"): string | null {
    const own = properties[what].flatMap((key) => textsIn(this.#article?.[key]));
    return [...own, ...this.#inMetas(names[what])].find((text) => !isBlank(text)) ?? null;
  }

  title(): string | null {
    const called = [
      ...textsIn(this.#article?.headline),
      ...this.#inMetas(names.title),
      ...textsIn(this.#article?.name),
    ].map(onOneLine);
    const headings = [...this.#document.querySelectorAll("h1")].map((heading) => ({
      text: onOneLine(heading.textContent ?? ""),
      isOfSite:
        [...heading.querySelectorAll("a[rel~=home]")].length > 0 ||
        /\bsite-(?:title|name)\b/.test(heading.getAttribute("class") ?? ""),
    }));
    // Of blogs the first heading often is what the site is called, and no headline.
    const site = this.publisher() ?? headings.find(({ isOfSite }) => isOfSite)?.text ?? null;
    const shown = headings
      .filter(({ text, isOfSite }) => !isOfSite && !(site !== null && plain(text) === plain(site)))
      .map(({ text }) => text)
      .filter((text) => !isBlank(text));
    const window = onOneLine(this.#document.title);
    // What readers see counts more than what search engines are told, if it is said to be the title.
    const seen = shown.find((text) =>
      [...called, window].some((other) => isPartOf(plain(text), plain(other))),
    );
    const [only, another] = shown;
    return (
      seen ??
      called.find((text) => !isBlank(text)) ??
      (another === undefined ? only : undefined) ??
      (isBlank(window) ? null : withoutSite(window, site))
    );
  }

  /** The first date that can be read; else the first that is said, so that it is told that it cannot. */
  date(what: "published" | "modified"): string | null {
    const said = [
      ...properties[what].flatMap((key) => textsIn(this.#article?.[key])),
      ...this.#inMetas(names[what]),
    ];
    if (what === "published") {
      for (const element of this.#document.querySelectorAll(
        "time[itemprop~=datePublished], time[pubdate], [itemprop~=datePublished], article time[datetime], time[datetime]",
      )) {
        said.push(
          element.getAttribute("datetime") ??
            element.getAttribute("content") ??
            element.textContent ??
            "",
        );
      }
    }
    const written = said.map((text) => text.trim()).filter((text) => text !== "");
    return written.find((text) => readDate(text) !== null) ?? written[0] ?? null;
  }

  author(): string | null {
    const own = namesIn(this.#resolved(this.#article?.author ?? this.#article?.creator));
    if (own.length > 0) return [...new Set(own)].join(", ");
    for (const name of names.author) {
      const found = (this.#metas.get(name) ?? []).filter((text) => !isAddress(text)).map(byline);
      if (found.length > 0) return [...new Set(found)].join(", ");
    }
    const marked: string[] = [];
    for (const element of this.#document.querySelectorAll(
      '[itemprop~=author], [rel~=author], address[rel~="author"]',
    )) {
      const name =
        [...element.querySelectorAll("[itemprop~=name]")][0]?.textContent ?? element.textContent;
      const text = byline(onOneLine(name ?? ""));
      if (!isBlank(text) && text.length <= 100) marked.push(text);
    }
    return marked.length > 0 ? [...new Set(marked)].join(", ") : null;
  }

  publisher(): string | null {
    const { publisher, sourceOrganization, isPartOf: part } = this.#article ?? {};
    for (const owner of [publisher, sourceOrganization, part]) {
      const [name] = namesIn(this.#resolved(owner));
      if (name !== undefined) return name;
    }
    return this.#inMetas(names.publisher).find((name) => !isAddress(name)) ?? null;
  }

  /**
   * The article's own address. One that the page names itself by counts, unless the page was fetched and the address is
   * of another site, as of a copy that names its original, or leads to the front page.
   */
  addresses(): { url: string | null; others: string | null } {
    const said = [
      ...[...this.#document.querySelectorAll("link[rel~=canonical]")].map((link) =>
        link.getAttribute("href"),
      ),
      this.meta("og:url"),
      ...textsIn(this.#article?.url),
      ...textsIn(this.#resolved(this.#article?.mainEntityOfPage)),
      ...[this.#resolved(this.#article?.mainEntityOfPage)].flatMap((page) =>
        isNode(page) ? textsIn(page["@id"]) : [],
      ),
      this.meta("parsely-link"),
    ].flatMap((href) => this.#absolute(href) ?? []);
    if (this.#address === null) return { url: said[0] ?? null, others: null };
    const own = said.find((url) => isSameArticle(url, this.#address ?? ""));
    const other = said.find((url) => !isSameArticle(url, this.#address ?? ""));
    return { url: own ?? null, others: own === undefined ? (other ?? null) : null };
  }

  language(): string | null {
    const { inLanguage } = this.#article ?? {};
    const own = isNode(inLanguage)
      ? textsIn(inLanguage.alternateName ?? inLanguage.name)
      : textsIn(inLanguage);
    const said = [
      ...own,
      this.#document.documentElement?.getAttribute("lang"),
      this.#document.documentElement?.getAttribute("xml:lang"),
      this.meta("og:locale"),
      this.meta("dc.language"),
      this.meta("citation_language"),
      ...[...this.#document.querySelectorAll("meta[http-equiv=content-language i]")].map((one) =>
        one.getAttribute("content"),
      ),
    ];
    return said.find((text) => text != null && /^[a-z]{2,3}(?:[-_]|$)/i.test(text.trim())) ?? null;
  }

  keywords(): readonly string[] | null {
    const own = textsIn(this.#article?.keywords);
    const said = own.length > 0 ? own : this.#inFirst(names.keywords);
    const each = said.flatMap((text) => text.split(/[,،、;]/u)).map((text) => text.trim());
    const kept = [...new Set(each.filter((text) => !isBlank(text)))];
    return kept.length > 0 ? kept : null;
  }

  type(): string | null {
    return this.#article ? (typesOf(this.#article)[0] ?? null) : this.meta("og:type");
  }

  isArticle(): boolean {
    if (this.#article !== null || /^(?:news)?article$/i.test(this.meta("og:type") ?? ""))
      return true;
    if (this.#inMetas(names.published.slice(0, 6)).length > 0) return true;
    const marked = [...this.#document.querySelectorAll("[itemprop~=articleBody]")];
    return marked.length > 0 || [...this.#document.querySelectorAll("article")].length === 1;
  }

  isPartlyClosed(): boolean {
    const said = this.#article?.isAccessibleForFree;
    if (said === false || /^(?:https?:\/\/schema\.org\/)?false$/i.test(String(said))) return true;
    return /^(?:locked|metered|subscription|premium)$/i.test(
      this.meta("article:content_tier") ?? "",
    );
  }

  #inMetas(of: readonly string[]): string[] {
    return of.flatMap((name) => this.#metas.get(name) ?? []);
  }

  #inFirst(of: readonly string[]): string[] {
    return this.#metas.get(of.find((name) => this.#metas.has(name)) ?? "") ?? [];
  }

  #base(address: string | null): string | null {
    return address !== null && URL.canParse(address) ? address : null;
  }

  #absolute(href: string | null | undefined): string | null {
    const written = href?.trim() ?? "";
    if (written === "" || !URL.canParse(written, this.#address ?? undefined)) return null;
    const url = new URL(written, this.#address ?? undefined);
    if (url.protocol !== "https:" && url.protocol !== "http:") return null;
    url.hash = "";
    return url.href;
  }

  #readJsonLd(): void {
    const budget = { nodes: MOST_NODES };
    for (const script of this.#document.querySelectorAll("script[type*=ld+json i]")) {
      const written = (script.textContent ?? "")
        .trim()
        .replace(/^(?:<!--|<!\[CDATA\[|\/\*<!\[CDATA\[\*\/)|(?:-->|\]\]>|\/\*\]\]>\*\/);?$/g, "")
        .trim()
        .replace(/;$/, "");
      if (written === "") continue;
      try {
        this.#gather(JSON.parse(written), budget, 0);
      } catch {
        // Line ends within texts are what most of them are broken by.
        try {
          this.#gather(JSON.parse(written.replace(/[\n\r\t]+/g, " ")), budget, 0);
        } catch {
          this.broken += 1;
        }
      }
    }
  }

  /** Notes what has a name and what is an article; what a page only lists is neither. */
  #gather(value: unknown, budget: { nodes: number }, depth: number): void {
    budget.nodes -= 1;
    if (budget.nodes < 0 || depth > 8) return;
    if (Array.isArray(value)) {
      for (const one of value) this.#gather(one, budget, depth + 1);
      return;
    }
    if (!isNode(value)) return;
    const id = value["@id"];
    // What only refers to something says nothing of it.
    if (typeof id === "string" && Object.keys(value).length > 1 && !this.#byId.has(id)) {
      this.#byId.set(id, value);
    }
    if (typesOf(value).some((type) => ARTICLE.test(type))) this.#articles.push(value);
    for (const key of ["@graph", "mainEntity", "mainEntityOfPage", "author", "publisher"]) {
      if (key in value) this.#gather(value[key], budget, depth + 1);
    }
  }

  /** The article of the page: the one that is called as the page is, else the first. */
  #pick(): Node | null {
    const called = [...this.#inMetas(names.title), this.#document.title].map(plain);
    const own = this.#articles.find(({ headline }) =>
      textsIn(headline).some((text) => called.some((title) => isPartOf(plain(text), title))),
    );
    return own ?? this.#articles[0] ?? null;
  }

  /** What something refers to by its `@id`. */
  #resolved(value: unknown): unknown {
    if (Array.isArray(value)) return value.slice(0, 100).map((one) => this.#resolved(one));
    if (!isNode(value)) return value;
    const id = value["@id"];
    return typeof id === "string" ? (this.#byId.get(id) ?? value) : value;
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function typesOf(node: Node): string[] {
  return textsIn(node["@type"]).map((type) => type.replace(/^.*[/#:]/, ""));
}

/** The texts that a value is, or is a list of. */
function textsIn(value: unknown): string[] {
  const all = Array.isArray(value) ? value.slice(0, 100) : [value];
  return all.flatMap((one) => {
    if (typeof one === "number") return [String(one)];
    if (isNode(one) && "@value" in one) return textsIn(one["@value"]);
    return typeof one === "string" && !isBlank(one) ? [one.trim()] : [];
  });
}

/** Names of people and houses, written as texts or as things that have names. */
function namesIn(value: unknown): string[] {
  const all = Array.isArray(value) ? value : [value];
  return all
    .flatMap((one) => (isNode(one) ? textsIn(one.name).slice(0, 1) : textsIn(one)))
    .filter((name) => !isAddress(name))
    .map((name) => byline(onOneLine(name)));
}

const isAddress = (text: string) => /^(?:https?:)?\/\/\S+$/i.test(text.trim());

/** A name without the words before it, or of a link to all that its owner wrote. */
const byline = (text: string) =>
  text
    .replace(BEFORE_NAME, "")
    .replace(/\s*[→›»]\s*$/u, "")
    .trim();

const BEFORE_NAME =
  /^\s*(?:(?:view|show|see|read) all (?:posts|articles|stories) (?:by|of|from)|(?:posts|articles|stories|written) by|by|zeige alle (?:beiträge|artikel) von|alle beiträge von|voir tous les articles (?:par|de)|ver todas las entradas de|ver todos os posts de|mostra tutti gli articoli di|alle berichten van)[:\s]\s*/i;

const onOneLine = (text: string) => text.replace(/\s+/g, " ").trim();

/** A text as it is compared with others. */
export function plain(text: string): string {
  return text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
}

/** Whether one of two plain texts is the other, or begins it and is most of it. */
function isPartOf(one: string, other: string): boolean {
  if (one === "" || other === "") return false;
  const [short, long] = one.length < other.length ? [one, other] : [other, one];
  return long === short || (short.length >= 8 && long.includes(short));
}

/** A window's title without the name of the site, which stands at its end, or where it is known before it. */
function withoutSite(title: string, site: string | null): string {
  const parts = title.split(BEFORE_SITE);
  const [first = "", last = ""] = [parts[0], parts.at(-1)];
  if (parts.length < 2) return title;
  if (site !== null && plain(first) === plain(site)) {
    return title.slice(first.length).replace(/^\s+[^\p{L}\p{N}]\s+/u, "");
  }
  const isSite = site !== null ? plain(site) === plain(last) : last.length * 2 < title.length;
  return isSite
    ? title.slice(0, title.lastIndexOf(last)).replace(/\s+[^\p{L}\p{N}]\s+$/u, "")
    : title;
}

/** Whether an address may be another spelling of the one that a page was fetched at. */
function isSameArticle(url: string, fetched: string): boolean {
  const [one, other] = [new URL(url), new URL(fetched)];
  const isFront = one.pathname === "/" && one.search === "";
  if (isFront && !(other.pathname === "/" && other.search === "")) return false;
  return siteOf(one.hostname) === siteOf(other.hostname);
}

/** A host without what tells the mobile page from the other. */
const siteOf = (host: string) =>
  host.replace(/\.$/, "").replace(/^(?:(?:www\d?|m|mobile|amp)\.)+/, "");
