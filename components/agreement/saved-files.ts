/** What stands in a cell of a table that is saved: null for nothing; a figure that is not defined has a reason. */
export type Saved = string | number | null | { readonly undefined: string };

/**
 * A table as CSV (RFC 4180), in which no text is a formula to whatever opens it: what would begin one gets an apostrophe
 * before it. Numbers are numbers, those below zero too.
 */
export function csvOf(rows: readonly (readonly Saved[])[]): string {
  return `${rows.map((row) => row.map(cellOf).join(",")).join("\r\n")}\r\n`;
}

function cellOf(value: Saved): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  const text = typeof value === "string" ? value : `undefined: ${value.undefined}`;
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** What of the look of an element in a drawing comes from the page around it. */
const looks = [
  "fill",
  "fill-opacity",
  "stroke",
  "stroke-width",
  "stroke-dasharray",
  "font-family",
  "font-size",
  "font-weight",
] as const;

/** A drawing that needs no page around it: with the colours and the letters that it has here. */
export function standingAlone(svg: SVGSVGElement): string {
  const copy = svg.cloneNode(true) as SVGSVGElement; // a copy is what it is a copy of
  const copies = [copy, ...copy.querySelectorAll("*")];
  for (const [at, element] of [svg, ...svg.querySelectorAll("*")].entries()) {
    const own = copies[at];
    if (!own) continue;
    const style = getComputedStyle(element);
    for (const look of looks) own.setAttribute(look, style.getPropertyValue(look));
    for (const name of ["class", "href", "aria-hidden"]) own.removeAttribute(name);
  }
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  const ground = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  for (const [name, value] of [
    ["width", "100%"],
    ["height", "100%"],
    ["fill", groundOf(svg)],
  ] as const) {
    ground.setAttribute(name, value);
  }
  copy.prepend(ground);
  return new XMLSerializer().serializeToString(copy);
}

/** The colour behind an element. */
function groundOf(element: Element | null): string {
  for (let at = element; at; at = at.parentElement) {
    const colour = getComputedStyle(at).backgroundColor;
    if (colour !== "rgba(0, 0, 0, 0)" && colour !== "transparent") return colour;
  }
  return "white";
}
