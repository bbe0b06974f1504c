import { globSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");

/** Files of the pages that another one imports for what they do, and not for what they export. */
function importedForTheirEffect(): string[] {
  const files = globSync("{app,components,lib}/**/*.{ts,tsx}", { cwd: root });
  return files.flatMap((file) => {
    const source = readFileSync(join(root, file), "utf8");
    return [...source.matchAll(/^import "((?:@|\.\.?)\/[^"]+)";$/gm)].map(([, from = ""]) =>
      from.startsWith("@/") ? from.slice(2) : normalize(join(dirname(file), from)),
    );
  });
}

test("what is imported for its effect alone is named as such, or the bundler drops it", () => {
  const { sideEffects } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const scripts = importedForTheirEffect().filter((file) => !file.endsWith(".css"));
  expect(scripts).toContain("components/ui/held-enter");
  expect(scripts.filter((file) => !sideEffects.includes(`${file}.ts`))).toEqual([]);
});
