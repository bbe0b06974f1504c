/**
 * Where to go after signing in, if it is a path on this site; "/" otherwise. What a browser would
 * read as another host (`//host`, `/\host`, a path with a tab in it) or as a scheme is not.
 */
export function pathOnThisSite(next: unknown): string {
  if (typeof next !== "string" || !next.startsWith("/")) return "/";
  const here = "http://here.invalid";
  if (!URL.canParse(next, here)) return "/";
  const url = new URL(next, here);
  if (url.origin !== here) return "/";
  const path = url.pathname + url.search + url.hash;
  // "/.//host" is on this site, but its normalised path is not.
  return path.startsWith("//") ? "/" : path;
}
