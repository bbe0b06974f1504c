import { describe, expect, test } from "vitest";
import { listedPages } from "@/lib/formats/address-list";
import { isPublic, literalOf, webAddress } from "@/lib/workflow/fetching/addresses";

describe("an address of the web", () => {
  test.for([
    ["https://example.org/a?b=1#c", "https://example.org/a?b=1"],
    ["HTTP://EXAMPLE.org:80/", "http://example.org/"],
    ["https://example.org:443", "https://example.org/"],
    ["https://example.org./a", "https://example.org/a"],
    ["https://例え.jp/新聞", "https://xn--r8jz45g.jp/%E6%96%B0%E8%81%9E"],
    // Odd spellings of IPv4 are what they are.
    ["http://2130706433/", "http://127.0.0.1/"],
    ["http://0x7f.1/", "http://127.0.0.1/"],
    ["http://0177.0.0.1/", "http://127.0.0.1/"],
    ["http://127.1/", "http://127.0.0.1/"],
    ["http://127.0.0.1./", "http://127.0.0.1/"],
    ["http://①②⑦.0.0.1/", "http://127.0.0.1/"],
    ["http://[0:0:0:0:0:0:0:1]/", "http://[::1]/"],
    ["http://[::ffff:127.0.0.1]/", "http://[::ffff:7f00:1]/"],
    ["http:\\\\example.org\\a", "http://example.org/a"],
    ["http://exa\tmple.org/", "http://example.org/"],
  ] as const)("%s is %s", ([written, href]) => {
    expect(webAddress(written).href).toBe(href);
  });

  test.for([
    ["file:///etc/passwd", /begin with https/],
    ["ftp://example.org/", /begin with https/],
    ["gopher://example.org/", /begin with https/],
    ["javascript:alert(1)", /begin with https/],
    ["data:text/html,x", /begin with https/],
    ["https://user@example.org/", /a name or a password/],
    ["https://user:secret@example.org/", /a name or a password/],
    ["https://example.org:8443/", /usual ports/],
    ["http://example.org:22/", /usual ports/],
    ["http://example.org:443/", /usual ports/],
    ["https://example.org:80/", /usual ports/],
    ["http://[fe80::1%25eth0]/", /no address/],
    ["http://256.256.256.256/", /no address/],
    ["http://", /no address/],
    ["example.org/a", /no address/],
    ["//example.org/a", /no address/],
    ["", /no address/],
    [`https://example.org/${"a".repeat(2000)}`, /more than 2000/],
    [`https://example.org/${"é".repeat(600)}`, /more than 2000/],
  ] as const)("%s is refused", ([written, reason]) => {
    expect(() => webAddress(written)).toThrow(reason);
  });

  test.for([
    ["http://127.0.0.1/", "127.0.0.1"],
    ["http://[::1]/", "::1"],
    ["http://example.org/", null],
    ["http://localhost/", null],
  ] as const)("of %s the host is the IP address %s", ([written, literal]) => {
    expect(literalOf(webAddress(written))).toBe(literal);
  });
});

describe("an IP address", () => {
  test.for([
    "93.184.216.34",
    "8.8.8.8",
    "1.1.1.1",
    "100.63.255.255",
    "100.128.0.1",
    "172.15.255.255",
    "172.32.0.1",
    "2606:2800:220:1:248:1893:25c8:1946",
    "2a00:1450:4001:81b::200e",
  ])("%s is public", (address) => expect(isPublic(address)).toBe(true));

  test.for([
    {
      what: "this machine",
      all: ["127.0.0.1", "127.255.255.254", "::1", "0.0.0.0", "0.1.2.3", "::"],
    },
    {
      what: "private",
      all: ["10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "fc00::1", "fdff::1"],
    },
    {
      what: "of the link, and of clouds",
      all: [
        "169.254.0.1",
        "169.254.169.254",
        "fe80::1",
        "fe80::1%eth0",
        "fd00:ec2::254",
        "168.63.129.16",
        "192.0.0.192",
        "100.100.100.200",
      ],
    },
    { what: "shared by carriers", all: ["100.64.0.1", "100.127.255.255"] },
    {
      what: "IPv4 in IPv6",
      all: [
        "::ffff:127.0.0.1",
        "::ffff:8.8.8.8",
        "::ffff:0:127.0.0.1",
        "::127.0.0.1",
        "::8.8.8.8",
        "::7f00:1",
      ],
    },
    {
      what: "translated",
      all: [
        "64:ff9b::7f00:1",
        "64:ff9b::5db8:d822",
        "64:ff9b::8.8.8.8",
        "64:ff9b::10.0.0.1",
        "64:ff9b::169.254.169.254",
        "64:ff9b:1::8.8.8.8",
        "64:ff9b:1:abcd::1",
      ],
    },
    {
      what: "tunnelled",
      all: [
        "2002:7f00:1::",
        "2002:808:808::1",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",
        "192.88.99.1",
      ],
    },
    {
      what: "for all of a network",
      all: ["224.0.0.1", "239.255.255.250", "255.255.255.255", "ff02::1", "ff0e::1"],
    },
    {
      what: "for examples and measuring",
      all: [
        "192.0.2.1",
        "198.51.100.7",
        "203.0.113.9",
        "198.18.0.1",
        "2001:db8::1",
        "3fff::1",
        "2001:2::1",
        "100::1",
      ],
    },
    {
      what: "nobody's",
      all: ["240.0.0.1", "192.0.0.1", "fec0::1", "5f00::1", "4000::1", "2001:10::1", "2001:20::1"],
    },
    {
      what: "no address",
      all: [
        "",
        "localhost",
        "1.2.3",
        "127.1",
        "0x7f.0.0.1",
        "1.2.3.4.5",
        "::ffff:1.2.3.4.5",
        "1.2.3.4/8",
      ],
    },
  ])("is not public: $what", ({ all }) => {
    expect(all.filter(isPublic)).toEqual([]);
  });
});

describe("a list of pages", () => {
  test.for([
    {
      name: "an address a line",
      list: "\ufeffhttps://a.example/1\r\n\r\n  https://a.example/2  \n",
      pages: [
        { line: 1, address: "https://a.example/1", given: {} },
        { line: 3, address: "https://a.example/2", given: {} },
      ],
    },
    {
      name: "a table as of Media Cloud",
      list: 'stories_id,url,title,publish_date,media_name,language\n17,https://a.example/1,"Board, chair",2026-03-04,Quay,\n18,https://a.example/2,,,,fa\n',
      pages: [
        {
          line: 2,
          address: "https://a.example/1",
          given: {
            stories_id: "17",
            title: "Board, chair",
            publish_date: "2026-03-04",
            publisher: "Quay",
          },
        },
        { line: 3, address: "https://a.example/2", given: { stories_id: "18", language: "fa" } },
      ],
    },
    {
      name: "a table with tabs, and a column of addresses of another name",
      list: "Story URL\tHeadline\nhttps://a.example/1\tNo\n",
      pages: [{ line: 2, address: "https://a.example/1", given: { title: "No" } }],
    },
    {
      name: "a table of one column",
      list: '"url"\nhttps://a.example/?a=1,2\n',
      pages: [{ line: 2, address: "https://a.example/?a=1", given: {} }],
    },
    {
      name: "lines within cells, empty rows, and a row without an address",
      list: 'url,title\nhttps://a.example/1,"two\nlines"\n\nhttps://a.example/2,x\n,y\n',
      pages: [
        { line: 2, address: "https://a.example/1", given: { title: "two\nlines" } },
        { line: 5, address: "https://a.example/2", given: { title: "x" } },
        { line: 6, address: "", given: { title: "y" } },
      ],
    },
    { name: "nothing", list: " \n\n", pages: [] },
  ])("is read: $name", ({ list, pages }) => {
    expect(listedPages(list)).toEqual(pages);
  });

  test("with a quote where none can be is refused", () => {
    expect(() => listedPages('url,title\nhttps://a.example/1,a "b\n')).toThrow(
      /^A quote stands where none can in the list, line 2\./,
    );
    expect(() => listedPages("https://a.example/\0")).toThrow(/NUL/);
  });
});
