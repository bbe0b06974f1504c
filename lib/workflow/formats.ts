import { type DescribedFormat, describedFormats } from "@/lib/formats/index";

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
