import encodeQR from "qr";

/** A QR code as an SVG, black on white with the margin that scanners need, for an `img`. */
export function qrCode(text: string): string {
  const modules = encodeQR(text, "svg", { ecc: "medium", border: 4 });
  return modules.replace(/(<svg[^>]*>)/, '$1<rect width="100%" height="100%" fill="#fff"/>');
}
