import { contract } from "@/lib/api/contract";

/** What pages and files answer to. */
const READING = ["GET", "HEAD"];

/** Addresses outside of the contract that take more. */
const others: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^\/api\/auth(?:\/|$)/, [...READING, "POST", "OPTIONS"]],
  [/^\/mail\/[^/]+\/?$/, [...READING, "POST", "OPTIONS"]],
];

const api = (() => {
  const methods = new Map<string, string[]>();
  for (const key of Object.keys(contract)) {
    const [method = "", path = ""] = key.split(" ");
    methods.set(path, [...(methods.get(path) ?? []), method]);
  }
  return [...methods].map(([path, own]) => ({
    /** How many parts of it may be anything. */
    free: path.split("{").length - 1,
    pattern: new RegExp(`^/api/v1${path.replaceAll(".", "\\.").replace(/\{\w+\}/g, "[^/]+")}/?$`),
    methods: [
      ...(own.includes("GET") ? READING : []),
      ...own.filter((one) => one !== "GET"),
      "OPTIONS",
    ],
  }));
})();

/**
 * The methods that an address answers to, for `Allow`; null where there is none of the API, which is
 * told by its own 404.
 *
 * @param path of a URL, without its query
 */
export function methodsOf(path: string): readonly string[] | null {
  const other = others.find(([pattern]) => pattern.test(path));
  if (other) return other[1];
  if (!/^\/api(?:\/|$)/.test(path)) return READING;
  const found = api.filter(({ pattern }) => pattern.test(path));
  // "/invites/accept" is no "/invites/{id}", and "/projects/a/schemes/impact" no version of a scheme.
  const [named] = found.sort((a, b) => a.free - b.free);
  return named?.methods ?? null;
}
