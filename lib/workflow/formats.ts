import { tagOverlaps, tagOverlapsInWords } from "@/lib/domain/tag-overlap";
import {
  type DescribedFormat,
  describedFormats,
  taggedInWords,
  writtenFormats,
} from "@/lib/formats/index";
import { shapeNames, shapes } from "@/lib/formats/shapes";

/** Which way articles go. */
type Direction = "read" | "written";

/** The formats that articles come in as, or datasets go out in. */
function formatsFor(direction: Direction): readonly DescribedFormat[] {
  return describedFormats.filter(({ isRead, losses }) =>
    direction === "read" ? isRead : losses !== null,
  );
}

/** What a command says of the formats that it may be told, each with its name first; lines of a help text. */
export function formatsHelp(direction: Direction): string {
  const lines = formatsFor(direction).map(({ name, title, about, losses }) => {
    const lost = direction === "written" && losses?.length ? ` Lost: ${listed(losses)}.` : "";
    return `  ${name}\n      ${title}: ${about}${lost}`;
  });
  return `\nFormats:\n${lines.join("\n")}`;
}

/** What the API says of its parameter `format`, as JSON Schema. */
export function formatParameter(direction: Direction): { enum: string[]; description: string } {
  const formats = formatsFor(direction);
  const names = formats.map(({ name }) => name);
  return {
    enum: direction === "read" ? ["auto", ...names] : names,
    description: formats
      .map(({ name, about, offsets }) => {
        const unit = offsets === null ? "" : ` Offsets count ${offsets}.`;
        return `- \`${name}\`: ${about}${unit}`;
      })
      .join("\n"),
  };
}

/** What the API says of its parameter `shape`, as JSON Schema. */
export function shapeParameter(): { enum: readonly string[]; description: string } {
  return {
    enum: shapeNames,
    description: shapeNames
      .map((shape) => {
        const able = writtenFormats.filter(({ shapes: all }) =>
          all.some((one) => one.shape === shape),
        );
        const names = able.map(({ name }) => `\`${name}\``).join(", ");
        const where = shape === "article" ? "" : ` In ${names}.`;
        return `- \`${shape}\`: ${shapes[shape].about}${where}`;
      })
      .join("\n"),
  };
}

/** What a command says of its flag `--overlap`. */
export function overlapHelp(): string {
  const ways = tagOverlaps.map((way) => `${way}: ${lowered(tagOverlapsInWords[way].about)}`);
  return `where each token has a tag a label (${taggedInWords}), what becomes of spans of one label that overlap (default: longest). ${ways.join(" ")}`;
}

/** What the API says of its parameter `overlap`, as JSON Schema. */
export function overlapParameter(): { enum: readonly string[]; description: string } {
  return {
    enum: tagOverlaps,
    description: [
      `What becomes of spans of one label that overlap, where each token has a tag a label: in ${taggedInWords}.`,
      ...tagOverlaps.map((way) => `- \`${way}\`: ${tagOverlapsInWords[way].about}`),
    ].join("\n"),
  };
}

const lowered = (sentence: string) => sentence.charAt(0).toLowerCase() + sentence.slice(1);

/** The table of formats in docs/formats.md. */
export function formatsTable(): string {
  const rows = describedFormats.map(({ name, title, extensions, isRead, losses, offsets }) => [
    `${title} (\`${name}\`)`,
    isRead ? extensions.map((one) => `\`${one}\``).join(" ") || "by its content" : "not read",
    losses === null ? "not written" : losses.length === 0 ? "nothing" : listed(losses),
    offsets ?? "",
  ]);
  const head = ["format (`--format`)", "is read", "is lost in writing", "offsets count"];
  const lines = [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`);
  return lines.join("\n");
}

/** Some of them have commas within. */
const listed = (what: readonly string[]) => what.join("; ");
