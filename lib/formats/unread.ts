/** What a file is that is not read here, as people call it. */
export type UnreadFormat = {
  readonly title: string;
  /** Lower case, with the dot. */
  readonly extensions: readonly string[];
  /** What may be done about it, in a sentence. */
  readonly hint?: string;
};

/** Formats that people have articles and annotations in, and that are not read: refused by their names. */
export const unreadFormats: readonly UnreadFormat[] = [
  { title: "HTML that a server puts together", extensions: [".shtml"] },
  { title: "a page in an archive of a browser", extensions: [".mhtml", ".mht"] },
  { title: "XML", extensions: [".rss", ".atom", ".svg", ".xsl"] },
  { title: "CoNLL-X", extensions: [".conllx"] },
  { title: "MDX", extensions: [".mdx"] },
  {
    title: "a template",
    extensions: [
      ...[
        ".njk",
        ".liquid",
        ".erb",
        ".ejs",
        ".hbs",
        ".handlebars",
        ".mustache",
        ".twig",
        ".jinja",
        ".jinja2",
      ],
      ...[".j2", ".pug", ".haml", ".slim", ".astro", ".vue", ".svelte", ".php", ".tmpl", ".tpl"],
    ],
  },
  { title: "reStructuredText", extensions: [".rst", ".rest"] },
  { title: "AsciiDoc", extensions: [".adoc", ".asciidoc", ".asc"] },
  { title: "Org", extensions: [".org"] },
  { title: "MediaWiki", extensions: [".wiki", ".mediawiki"] },
  { title: "TeX", extensions: [".tex", ".latex", ".bib"] },
  { title: "YAML", extensions: [".yaml", ".yml"] },
  { title: "TOML", extensions: [".toml"] },
  { title: "Word", extensions: [".docx", ".doc", ".docm", ".dotx"] },
  { title: "OpenDocument", extensions: [".odt", ".odp", ".fodt"] },
  {
    title: "a spreadsheet of OpenDocument",
    extensions: [".ods", ".fods"],
    hint: "Save it as .xlsx or .csv.",
  },
  { title: "RTF", extensions: [".rtf"] },
  { title: "Pages", extensions: [".pages"] },
  { title: "PDF", extensions: [".pdf"] },
  { title: "PostScript", extensions: [".ps", ".eps"] },
  { title: "EPUB", extensions: [".epub", ".mobi", ".azw3"] },
  {
    title: "a workbook of old Excel",
    extensions: [".xls", ".xlsb"],
    hint: "Save it as .xlsx or .csv.",
  },
  { title: "PowerPoint", extensions: [".pptx", ".ppt"] },
  {
    title: "Parquet",
    extensions: [".parquet"],
    hint: 'Save it as JSON lines, as by Dataset.to_json("rows.jsonl") of Hugging Face.',
  },
  {
    title: "Arrow",
    extensions: [".arrow", ".feather"],
    hint: 'Save it as JSON lines, as by Dataset.to_json("rows.jsonl") of Hugging Face.',
  },
  {
    title: "documents of spaCy in its own form (DocBin)",
    extensions: [".spacy"],
    hint: "Save them as JSON lines, with json.dumps(doc.to_json()) for each.",
  },
  { title: "a pickle of Python", extensions: [".pkl", ".pickle"], hint: "Save it as JSON or CSV." },
  {
    title: "a table of a program for statistics",
    extensions: [".rds", ".rda", ".rdata", ".sav", ".dta", ".sas7bdat"],
    hint: "Save it as .csv.",
  },
  { title: "SQLite", extensions: [".sqlite", ".sqlite3", ".db"] },
  { title: "SQL", extensions: [".sql"] },
  { title: "a mail", extensions: [".eml", ".mbox", ".msg"] },
  { title: "WARC", extensions: [".warc", ".arc", ".wacz"] },
  { title: "subtitles", extensions: [".srt", ".vtt", ".sub", ".ass"] },
  { title: "an archive", extensions: [".jar", ".7z", ".rar"] },
  {
    title: "a compressed file",
    extensions: [".bz2", ".xz", ".zst", ".lz4"],
  },
  {
    title: "a picture",
    extensions: [
      ".png",
      ".jpg",
      ".jpeg",
      ".gif",
      ".webp",
      ".avif",
      ".heic",
      ".bmp",
      ".tif",
      ".tiff",
      ".ico",
    ],
  },
  { title: "a sound", extensions: [".mp3", ".wav", ".ogg", ".m4a", ".flac", ".opus"] },
  { title: "a film", extensions: [".mp4", ".mov", ".mkv", ".webm", ".avi"] },
  { title: "a font", extensions: [".woff", ".woff2", ".ttf", ".otf"] },
  {
    title: "a program",
    extensions: [
      ...[
        ".js",
        ".mjs",
        ".cjs",
        ".ts",
        ".tsx",
        ".jsx",
        ".py",
        ".rb",
        ".go",
        ".rs",
        ".java",
        ".c",
        ".h",
        ".cpp",
      ],
      ...[
        ".cs",
        ".sh",
        ".bat",
        ".ps1",
        ".pl",
        ".r",
        ".lua",
        ".swift",
        ".kt",
        ".ipynb",
        ".exe",
        ".dll",
        ".so",
      ],
    ],
  },
  { title: "a style sheet", extensions: [".css", ".scss", ".sass", ".less"] },
  { title: "a log", extensions: [".log"] },
  {
    title: "a configuration",
    extensions: [".ini", ".cfg", ".conf", ".env", ".properties", ".lock"],
  },
];

/** The ending of a file's name: letters and digits after the last dot, with a letter first; else "". */
export function extensionOf(path: string): string {
  return /\.[a-z][a-z0-9]{0,9}$/i.exec(path)?.[0].toLowerCase() ?? "";
}

/** Which unread format a file's name stands for; null if it has no ending, or that of no format. */
export function unreadByName(path: string): UnreadFormat | null {
  const extension = extensionOf(path);
  return unreadFormats.find(({ extensions }) => extensions.includes(extension)) ?? null;
}

/** What people call the file that says of a dataset what it is. */
export const DATASET_CARD = "the card of a dataset";

/** Keys that a card of Hugging Face has, of which a card of a model or an article has none. */
const OF_CARDS =
  /^(?:dataset_info|configs|task_categories|task_ids|size_categories|source_datasets|annotations_creators|language_creators)\s*:/m;

/**
 * Whether a file is the card of a dataset: called README.md, with front matter that says what is in the dataset.
 *
 * @param beginning of the file: a card may be long, but begins so
 */
export function isDatasetCard(path: string, beginning: string): boolean {
  if (!/(?:^|\/)readme\.md$/i.test(path)) return false;
  const [, matter = ""] =
    /^\ufeff?---[ \t]*\r?\n(?![ \t]*\r?\n)([\s\S]*?)(?:\n(?:---|\.\.\.)[ \t]*(?:\r?\n|$)|$(?![\s\S]))/.exec(
      beginning,
    ) ?? [];
  return OF_CARDS.test(matter);
}

/** How what stands in a file's place begins, where the file itself is kept elsewhere: Git LFS and git-annex. */
const POINTER =
  /^(?:version https:\/\/git-lfs\.github\.com\/spec\/v1\s[^\0]*?\boid sha256:|\/annex\/objects\/\S+\s*$)/;

/**
 * Why a file is not there, though one of its name is; null if it may be there.
 *
 * @param head its first bytes
 */
export function pointerIn(head: Uint8Array): string | null {
  if (!POINTER.test(new TextDecoder("latin1").decode(head.subarray(0, 400)))) return null;
  return "The file itself is not here: this only says where Git keeps it (Git LFS or git-annex). Fetch it, as by git lfs pull, and import it then.";
}

/** How formats that are no text begin. */
const SIGNATURES: readonly { readonly title: string; readonly bytes: readonly number[] }[] = [
  { title: "PDF", bytes: [0x25, 0x50, 0x44, 0x46] },
  { title: "a Zip archive, or Word, Excel or OpenDocument", bytes: [0x50, 0x4b, 0x03, 0x04] },
  { title: "a file of old Word or Excel", bytes: [0xd0, 0xcf, 0x11, 0xe0] },
  { title: "a compressed file", bytes: [0x1f, 0x8b] },
  { title: "Parquet", bytes: [0x50, 0x41, 0x52, 0x31] },
  { title: "a picture", bytes: [0x89, 0x50, 0x4e, 0x47] },
  { title: "a picture", bytes: [0xff, 0xd8, 0xff] },
  { title: "SQLite", bytes: [0x53, 0x51, 0x4c, 0x69, 0x74, 0x65] },
  { title: "text in UTF-16, which has to be saved as UTF-8", bytes: [0xff, 0xfe] },
  { title: "text in UTF-16, which has to be saved as UTF-8", bytes: [0xfe, 0xff] },
];

/**
 * Which unread format a file's beginning gives away, as people call it; null if it may be an article.
 *
 * @param head its first bytes
 */
export function unreadByContent(head: Uint8Array): { title: string; isText: boolean } | null {
  const signature = SIGNATURES.find(({ bytes }) => bytes.every((byte, at) => head[at] === byte));
  if (signature) return { title: signature.title, isText: false };
  if (isBinary(head)) return { title: "no text file", isText: false };
  const title = markupIn(head);
  return title === null ? null : { title, isText: true };
}

function markupIn(head: Uint8Array): string | null {
  const beginning = new TextDecoder("utf-8").decode(head).trimStart();
  if (/^<\?xml\b/i.test(beginning)) return "XML";
  if (/^\{\\rtf/.test(beginning)) return "RTF";
  if (/^<\?php\b/i.test(beginning)) return "a template";
  if (/^(?:<!--[\s\S]*?-->\s*)*<(?:!doctype|[a-z][a-z0-9-]*(?:\s[^<>]*)?\/?>)/i.test(beginning)) {
    return "a piece of HTML";
  }
  return null;
}

function isBinary(head: Uint8Array): boolean {
  const controls = head.filter((byte) => byte < 32 && ![9, 10, 12, 13, 27].includes(byte)).length;
  return head.includes(0) || controls * 20 > head.length;
}
