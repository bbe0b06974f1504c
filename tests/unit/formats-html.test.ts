import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Refusal } from "@/lib/domain/refusal";
import { isHtml } from "@/lib/formats/html";
import { readPage } from "@/lib/formats/html-page";
import type { ReadArticle } from "@/lib/formats/source-file";
import { blocksOf, itemsIn, refusalOf } from "../setup/files";

/** Pages in the shapes of well-known systems, in words of their own. */
const page = (name: string) =>
  readFileSync(join(import.meta.dirname, "..", "fixtures", "pages", `${name}.html`));

async function articleIn(
  content: string | Uint8Array,
  options: Parameters<typeof itemsIn>[2] = {},
): Promise<ReadArticle> {
  const [item] = await itemsIn("page.html", content, options);
  if (item?.kind !== "article") throw new Error(item?.reason ?? "nothing was read");
  return item;
}

const PARAGRAPH =
  "The harbour board on Wednesday rejected a report that two of its cranes had been sold abroad, and said that both stood where they had stood for ten years.";

/** A page of one article, with more in its head and its body. */
const aPage = ({ head = "", body = `<p>${PARAGRAPH}</p>`, html = "" } = {}) =>
  `<!doctype html><html${html}><head>${head}</head><body><article><h1>Board denies sale</h1>${body}</article></body></html>`;

const jsonLd = (value: unknown) =>
  `<script type="application/ld+json">${JSON.stringify(value)}</script>`;

describe("the article of a page", () => {
  test("of WordPress is its text in blocks, without what stands around it", async () => {
    const { article, warnings } = await articleIn(page("wordpress"));
    expect(blocksOf(article)).toEqual([
      "title|Harbour board denies that cranes were sold",
      `paragraph|${PARAGRAPH}`,
      "paragraph|“Nobody sold anything,” the chair, Olive Tarn, told reporters at the quay, adding that the report had been written by somebody who had not been there.",
      "paragraph|Both cranes on Wednesday morning.",
      "heading2|What the report said",
      "paragraph|According to the report, an unnamed official of the board had agreed to the sale in the autumn, for a price that was not given, and without a vote of the members.",
      "list_item|The first crane was said to be on its way, by sea, to a buyer in the south.",
      "list_item|The second one was said to follow in the spring, after the ice had gone.",
      "quote|We stand by every word of it, and we will say more when we may.",
      "paragraph|The paper that printed the report did not answer questions on Wednesday, neither on the telephone nor by letter, and its office was closed at noon.",
    ]);
    expect(article).toMatchObject({
      title: "Harbour board denies that cranes were sold",
      author: "Ada Marsh",
      publisher: "The Quay Post",
      publishedAt: "2026-03-04T07:30:00Z",
      language: "en-GB",
      url: "https://quaypost.example/2026/03/harbour-board-denies/",
      meta: {
        description: "The board says no crane has left the port.",
        keywords: ["cranes", "harbour board"],
        modified_at: "2026-03-04T09:10:00+00:00",
        section: "Port",
        type: "Article",
      },
    });
    expect(warnings).toEqual([
      expect.objectContaining({
        code: "page_parts_left_out",
        message:
          "What stands around the article on the page was left out: 214 characters in 13 passages, the longest of them “By Ada Marsh on 4 March 2026”, “I saw the crane on a ship with my own eyes.”, “All rights reserved by The Quay Post.”.",
      }),
    ]);
  });

  test.for([
    {
      name: "persian",
      paragraphs: 3,
      expected: {
        title: "سخنگو گزارش فروش جرثقیل را رد کرد",
        author: "مریم کوهی",
        publisher: "خبرگزاری اسکله",
        publishedAt: "2026-03-04T07:30:00Z",
        language: "fa",
        url: "https://eskeleh.example/news/4521/",
      },
    },
    {
      name: "chinese",
      paragraphs: 3,
      expected: {
        title: "港务局否认出售起重机",
        publisher: "码头日报",
        publishedAt: "2026-03-04T15:20:00Z",
        language: "zh-CN",
      },
    },
    {
      name: "guardian-like",
      paragraphs: 5,
      expected: {
        title: "Ministry says film of burning depot is old",
        author: "Ina Holt",
        publisher: "The Lantern",
        publishedAt: "2026-02-02T05:01:11Z",
        meta: { type: "ReportageNewsArticle", keywords: ["Depots", "Films"] },
      },
    },
    {
      name: "live-blog",
      paragraphs: 6,
      expected: {
        title: "Storm on the coast: as it happened",
        author: "Jon Reed, Ina Holt",
        publishedAt: "2026-01-10T06:00:00Z",
      },
    },
    {
      name: "amp",
      paragraphs: 3,
      expected: {
        title: "Rathaus widerspricht Bericht",
        author: "Karl Senn",
        url: "https://bote.example/rathaus-widerspricht",
        language: "de",
      },
    },
    {
      name: "paywall",
      paragraphs: 1,
      expected: {
        title: "Inside the letter factory",
        author: "Rolf Binder",
        meta: { type: "NewsArticle", is_accessible_for_free: false },
      },
    },
  ])("of the kind $name", async ({ name, paragraphs, expected }) => {
    const { article, warnings } = await articleIn(page(name));
    expect(article).toMatchObject(expected);
    expect(article.blocks[0]?.kind).toBe("title");
    expect(article.blocks.filter(({ kind }) => kind === "paragraph")).toHaveLength(paragraphs);
    expect(warnings.map(({ code }) => code)).toEqual(
      name === "paywall" ? ["page_parts_left_out", "perhaps_incomplete"] : ["page_parts_left_out"],
    );
  });

  test("that is only partly free to read is refused where reading is strict", async () => {
    expect(await refusalOf("a.html", page("paywall").toString(), { strict: true })).toMatch(
      /^The page says that not all of it is free to read/,
    );
    // Menus are no part of an article: strict reading lets them go.
    await expect(articleIn(page("wordpress"), { strict: true })).resolves.toBeDefined();
  });

  test.for([
    {
      name: "an error",
      source: page("not-found").toString(),
      reason: /^No article was found on the page: it does not say that it is one, and has only 148/,
    },
    {
      name: "a front page",
      source: page("front-page").toString(),
      reason: /^No article was found on the page: most of it is links to others\./,
    },
    {
      name: "a page that scripts fill",
      source:
        '<!doctype html><html><body><div id="root"></div><script>render("x")</script></body></html>',
      reason: /^No article was found on the page: there is no running text in it\. It may be put/,
    },
    {
      name: "an article without words",
      source: '<!doctype html><html><body><article><img alt="x"></article></body></html>',
      reason: /^No article was found on the page: there is no running text/,
    },
    { name: "nothing but a doctype", source: "<!doctype html>", reason: /^No article was found/ },
  ])("is not found in $name", async ({ source, reason }) => {
    expect(await refusalOf("a.html", source)).toMatch(reason);
  });
});

describe("what a page says of its article", () => {
  test("a heading that leads home is the site's name, and no part of the title", async () => {
    const { article } = await articleIn(
      `<html><head><title>Quay and harbour » No crane was sold</title></head><body><h1><a href="/" rel="home">Quay and harbour</a></h1><article><h2>No crane was sold</h2>${`<p>${PARAGRAPH}</p>`.repeat(4)}</article></body></html>`,
    );
    expect(article.title).toBe("No crane was sold");
  });

  test.for([
    {
      name: "JSON-LD counts more than meta elements",
      head: `${jsonLd({ "@type": "NewsArticle", headline: "Board denies sale", datePublished: "2026-01-01", author: "Ada" })}<meta name="author" content="Web team"><meta name="date" content="2020-01-01">`,
      expected: { author: "Ada", publishedAt: "2026-01-01T00:00:00Z" },
    },
    {
      name: "a date that cannot be read gives way to one that can",
      head: `${jsonLd({ "@type": "NewsArticle", datePublished: "gestern" })}<meta property="article:published_time" content="2026-01-02T10:00:00+01:00">`,
      expected: { publishedAt: "2026-01-02T09:00:00Z" },
    },
    {
      name: "JSON-LD in a list, in a graph, with authors by their ids",
      head: jsonLd([
        { "@type": "WebSite", name: "x" },
        {
          "@graph": [
            {
              "@type": ["Thing", "https://schema.org/OpinionNewsArticle"],
              author: [{ "@id": "#a" }, { name: "By Bo Lund" }],
            },
            { "@type": "Person", "@id": "#a", name: "Ada Marsh" },
          ],
        },
      ]),
      expected: { author: "Ada Marsh, Bo Lund" },
    },
    {
      name: "of several articles in JSON-LD the one that is called as the page is",
      head: `<title>Board denies sale</title>${jsonLd([
        { "@type": "NewsArticle", headline: "Ferry late", author: "Wrong" },
        { "@type": "NewsArticle", headline: "Board denies sale", author: "Right" },
      ])}`,
      expected: { author: "Right" },
    },
    {
      name: "articles that it only lists are not it",
      head: jsonLd({
        "@type": "ItemList",
        itemListElement: [{ "@type": "NewsArticle", headline: "Ferry late", author: "Wrong" }],
      }),
      expected: { author: null },
    },
    {
      name: "Dublin Core",
      head: '<meta name="DC.title" content="Board denies sale"><meta name="DC.creator" content="Ada Marsh"><meta name="DC.date.issued" content="2026-03-04"><meta name="DC.publisher" content="Quay"><meta name="dc.language" content="en">',
      expected: {
        author: "Ada Marsh",
        publishedAt: "2026-03-04T00:00:00Z",
        publisher: "Quay",
        language: "en",
      },
    },
    {
      name: "citation names",
      head: '<meta name="citation_author" content="Marsh, Ada"><meta name="citation_author" content="Lund, Bo"><meta name="citation_publication_date" content="2026/03/04">',
      expected: { author: "Marsh, Ada, Lund, Bo", publishedAt: "2026-03-04T00:00:00Z" },
    },
    {
      name: "parsely names, and an author that is an address left aside",
      head: '<meta property="article:author" content="https://faces.example/ada"><meta name="parsely-author" content="Ada Marsh"><meta name="parsely-pub-date" content="2026-03-04T10:00:00Z">',
      expected: { author: "Ada Marsh", publishedAt: "2026-03-04T10:00:00Z" },
    },
    {
      name: "the time and the author that its text shows",
      body: `<p class="by">By <span itemprop="author"><span itemprop="name">Ada Marsh</span></span>, <time datetime="2026-03-04T10:00Z">Wednesday</time></p><p>${PARAGRAPH}</p>`,
      expected: { author: "Ada Marsh", publishedAt: "2026-03-04T10:00:00Z" },
    },
    {
      name: "the language of the document, that of an operating system too",
      html: ' lang="fa_IR"',
      expected: { language: "fa-IR" },
    },
    {
      name: "a language that is none is not taken",
      html: ' lang="*"',
      expected: { language: null },
    },
    {
      name: "the headline that readers see, not the one for search engines",
      head: '<meta property="og:title" content="Board denies sale of two cranes to the south, chair says">',
      expected: { title: "Board denies sale" },
    },
    {
      name: "no heading that is called as the site, though the window's title has that, too",
      head: '<title>No crane was sold | Quay and harbour news</title><meta property="og:title" content="No crane was sold"><meta property="og:site_name" content="Quay and harbour news">',
      body: `<h1>Quay and harbour news</h1><h2>No crane was sold</h2><p>${PARAGRAPH}</p>`,
      expected: { title: "No crane was sold" },
    },
    {
      name: "an author by the words of a link to all that they wrote",
      body: `<h1>Board denies sale</h1><p><a rel="author" href="/ada">Ada Marsh</a></p><p>${PARAGRAPH}</p><p><a rel="author" href="/ada">View all posts by Ada Marsh →</a></p>`,
      expected: { author: "Ada Marsh" },
    },
    {
      name: "what is said in meta elements where the first heading is the name of the site",
      head: '<meta property="og:title" content="No crane was sold">',
      body: `<h1>Quay</h1><p>${PARAGRAPH}</p>`,
      expected: { title: "No crane was sold" },
    },
  ])("$name", async ({ head = "", body, html = "", expected }) => {
    const { article } = await articleIn(
      aPage({ head, html, ...(body === undefined ? {} : { body }) }),
    );
    expect(article).toMatchObject(expected);
  });

  test("a canonical address of a file is its address, without its mark", async () => {
    const head = '<link rel="canonical" href="https://quay.example/a#top">';
    expect((await articleIn(aPage({ head }))).article.url).toBe("https://quay.example/a");
    const relative = '<link rel="canonical" href="/a">';
    expect((await articleIn(aPage({ head: relative }))).article.url).toBeNull();
  });

  test("JSON-LD that is no JSON is told, with line ends in its texts it is read", async () => {
    const broken = '<script type="application/ld+json">{"@type": "NewsArticle",}</script>';
    expect((await articleIn(aPage({ head: broken }))).warnings[0]).toMatchObject({
      code: "unreadable_field",
      message: expect.stringMatching(/^1 block of JSON-LD in the page cannot be read/),
    });
    const lines =
      '<script type="application/ld+json">{"@type": "NewsArticle", "author": "Ada\nMarsh"}</script>';
    expect((await articleIn(aPage({ head: lines }))).article.author).toBe("Ada Marsh");
  });
});

describe("a page that was fetched", () => {
  const origin = {
    address: "https://www.quay.example/a?ref=1",
    mediaType: "text/html",
    charset: null,
    given: {},
  };

  test.for([
    { name: "has the address it was found at", head: "", url: origin.address, other: undefined },
    {
      name: "has the address that it says is its own, of another host of the site too",
      head: '<link rel="canonical" href="https://quay.example/a">',
      url: "https://quay.example/a",
      other: undefined,
    },
    {
      name: "a relative one counts from where it was found",
      head: '<link rel="canonical" href="/a">',
      url: "https://www.quay.example/a",
      other: undefined,
    },
    {
      name: "is not the original that a copy names",
      head: '<link rel="canonical" href="https://agency.example/original">',
      url: origin.address,
      other: "https://agency.example/original",
    },
    {
      name: "is not the front page",
      head: '<link rel="canonical" href="https://quay.example/">',
      url: origin.address,
      other: "https://quay.example/",
    },
    {
      name: "has no address of another kind",
      head: '<link rel="canonical" href="javascript:alert(1)">',
      url: origin.address,
      other: undefined,
    },
  ])("$name", async ({ head, url, other }) => {
    const { article } = await articleIn(aPage({ head }), { origin });
    expect(article.url).toBe(url);
    expect(article.meta.canonical_elsewhere).toBe(other);
  });

  test("what the list says counts, and what the page says stays in meta", async () => {
    const given = {
      title: "Sale of cranes denied",
      publish_date: "2026-03-05",
      media_name: "Quay",
      stories_id: "17",
      author: "",
    };
    const head = '<meta name="author" content="Ada"><meta name="date" content="2026-03-04">';
    const { article } = await articleIn(aPage({ head }), { origin: { ...origin, given } });
    expect(article).toMatchObject({
      title: "Sale of cranes denied",
      publishedAt: "2026-03-05T00:00:00Z",
      author: "Ada",
      meta: {
        page_title: "Board denies sale",
        page_published_at: "2026-03-04T00:00:00Z",
        stories_id: "17",
      },
    });
    // What is annotated is what the page says.
    expect(blocksOf(article)[0]).toBe("title|Board denies sale");
  });
});

describe("the encoding of a page", () => {
  const latin = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
  const umlauts = PARAGRAPH.replace("sold", "verk\u00e4uft");

  test.for([
    { name: "meta charset", head: '<meta charset="windows-1252">', origin: undefined },
    {
      name: "http-equiv",
      head: '<meta http-equiv="Content-Type" content="text/html; charset=iso-8859-1">',
      origin: undefined,
    },
    {
      name: "its site, rather than what the page says",
      head: '<meta charset="utf-8">',
      origin: {
        address: "https://a.example/",
        mediaType: "text/html",
        charset: "ISO-8859-1",
        given: {},
      },
    },
  ])("is said by $name", async ({ head, origin }) => {
    const source = latin(aPage({ head, body: `<p>${umlauts}</p>` }));
    const { article, warnings } = await articleIn(source, { origin });
    expect(article.text).toContain("verkäuft");
    expect(warnings[0]).toMatchObject({
      code: "other_encoding",
      message: "The page says that it is in windows-1252, and was read in that.",
    });
  });

  test("is what the page says where its site says what nobody knows", async () => {
    const source = latin(aPage({ head: '<meta charset="latin1">', body: `<p>${umlauts}</p>` }));
    const origin = {
      address: "https://a.example/",
      mediaType: "text/html",
      charset: "none",
      given: {},
    };
    expect((await articleIn(source, { origin })).article.text).toContain("verkäuft");
  });

  test("of Chinese pages", async () => {
    // "否认" in GBK
    const [before = "", after = ""] = aPage({
      head: '<meta charset="gbk">',
      body: `<p>${PARAGRAPH} @@</p>`,
    }).split("@@");
    const source = Buffer.concat([
      latin(before),
      Uint8Array.of(0xb7, 0xf1, 0xc8, 0xcf),
      latin(after),
    ]);
    expect((await articleIn(source)).article.text).toContain("否认");
    const broken = Buffer.concat([
      latin(before),
      Uint8Array.of(0xb7, 0xf1, 0xff, 0xff),
      latin(after),
    ]);
    const [item] = await itemsIn("a.html", broken);
    expect(item).toMatchObject({
      kind: "rejected",
      line: 1,
      reason: `The page says that it is in gbk, and is not: byte 0xff at line 1, byte ${before.length + 2}.`,
    });
  });

  test("is UTF-8 where nothing is said, with or without its mark", async () => {
    const marked = `\ufeff${aPage()}`;
    expect((await articleIn(marked)).article.text.startsWith("Board denies sale")).toBe(true);
    expect(await refusalOf("a.html", `${aPage()}\0`)).toMatch(/A NUL character cannot be stored/);
    const [item] = await itemsIn("a.html", latin(aPage({ body: `<p>${umlauts}</p>` })));
    expect(item).toMatchObject({
      kind: "rejected",
      reason: expect.stringMatching(/^This is not UTF-8: byte 0xe4/),
    });
  });

  test("is not found out where it is none that is known", async () => {
    expect(await refusalOf("a.html", aPage({ head: '<meta charset="klingon">' }))).toMatch(
      /^The page says that it is in "klingon", which is no encoding/,
    );
  });

  test("of UTF-16 is told by its mark", async () => {
    const source = Buffer.concat([Uint8Array.of(0xff, 0xfe), Buffer.from(aPage(), "utf16le")]);
    expect((await articleIn(source)).article.title).toBe("Board denies sale");
  });
});

describe("hostile pages", () => {
  test("nothing in them is run or shown that a reader would not see", async () => {
    const body = `<p>${PARAGRAPH}</p>
      <script>globalThis.wasRun = true; document.body.innerHTML = "gone"</script>
      <img src="x" onerror="globalThis.wasRun = true"><template><p>From a template.</p></template>
      <noscript><p>Without scripts.</p></noscript><p hidden>Hidden.</p><div style="display: none">None.</div>
      <textarea>In a field.</textarea><iframe srcdoc="<p>Framed.</p>"></iframe><svg><text>Drawn</text></svg>
      <p>&lt;b&gt; &amp;amp; &#x41; &#0; &notanentity; end of it, which is long enough to be kept as a part of the text.</p>`;
    const { article } = await articleIn(aPage({ body }));
    expect(blocksOf(article)).toEqual([
      "title|Board denies sale",
      `paragraph|${PARAGRAPH}`,
      "paragraph|<b> &amp; A \ufffd ¬anentity; end of it, which is long enough to be kept as a part of the text.",
    ]);
    expect("wasRun" in globalThis).toBe(false);
  });

  test.for([
    {
      name: "100,000 elements in one another",
      body: "<div>".repeat(100_000),
      reason: "The page nests more than 1,000 elements deep.",
    },
    {
      name: "too many elements",
      body: "<br>".repeat(100_001),
      reason: "The page has more than 100,000 elements, too many to be an article.",
    },
    {
      name: "too many attributes",
      body: `<p ${Array.from({ length: 5001 }, (_, at) => `a${at}`).join(" ")}>`,
      reason: "An element of the page has more than 5,000 attributes.",
    },
  ])("are refused: $name", async ({ body, reason }) => {
    expect(await refusalOf("a.html", aPage({ body }))).toBe(reason);
  });

  test("many paragraphs without an end are not deep", async () => {
    const body = `<p>${PARAGRAPH}\n`.repeat(1500);
    expect((await articleIn(aPage({ body }))).article.blocks).toHaveLength(1501);
  });
});

test.for([
  { beginning: "<!DOCTYPE html>\n<html>", is: true },
  { beginning: "\ufeff<!-- saved --> <html lang=en>", is: true },
  { beginning: '<?xml version="1.0"?>\n<!DOCTYPE html PUBLIC "x">', is: true },
  { beginning: "<p>She denied it.", is: false },
  { beginning: "<htmlish>", is: false },
  { beginning: "The <html> element", is: false },
])("$beginning begins a page: $is", ({ beginning, is }) => {
  expect(isHtml(beginning)).toBe(is);
});

test.for([
  {
    name: "html and body",
    before: '<html lang="fa"><head><title>Board denies sale</title></head>',
    is: "fa",
  },
  {
    name: "the end of the head",
    before: '<html lang="fa"><head><title>Board denies sale</title>',
    is: "fa",
  },
  { name: "everything around it", before: "<h1>Board denies sale</h1>", is: null },
])("a page may leave out tags: $name", async ({ before, is }) => {
  const { article } = await articleIn(`<!doctype html>${before}<p>${PARAGRAPH}</p>`);
  expect(article).toMatchObject({ title: "Board denies sale", language: is });
  expect(article.text).toContain(PARAGRAPH);
});

describe("tag soup", () => {
  const names = ["div", "p", "article", "h1", "li", "table", "tr", "td", "b", "blockquote", "time"];
  const piece = fc.oneof(
    fc.constantFrom(...names).map((name) => `<${name}>`),
    fc.constantFrom(...names).map((name) => `</${name}>`),
    fc.constantFrom(
      "<br/>",
      "<!--",
      "-->",
      "<script>",
      "</script>",
      "<template>",
      "<svg><title>",
      "&#xD800;",
      "&amp",
      "<a href=",
      '"',
      "<![CDATA[",
      "<meta charset=utf-8 content>",
      '<script type="application/ld+json">{"@type":"Article","author":[{}]}</script>',
    ),
    fc.constant(`${PARAGRAPH} `),
    fc.string({ unit: "grapheme", maxLength: 20 }),
  );

  test("is read, or refused with a reason", () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        const html = pieces.join("").replaceAll("\0", "");
        try {
          const { blocks } = readPage({ html, address: null });
          for (const { text } of blocks) expect(text.isWellFormed()).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(Refusal);
        }
      }),
      { numRuns: 200 },
    );
  });
});
