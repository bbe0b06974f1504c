import { resolve } from "node:path";

/** The folder the person is in: npm runs scripts in the project's folder, and says where it was called. */
export function currentFolder(): string {
  const called = process.env.npm_lifecycle_event === "gainsay" ? process.env.INIT_CWD : undefined;
  return called ?? process.cwd();
}

/** A path as the person means it. */
export const inCurrentFolder = (path: string) => resolve(currentFolder(), path);
