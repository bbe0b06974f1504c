import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** What `npm run layers` says of a tree. */
const layers = (tree: string) =>
  spawnSync(process.execPath, [join(root, "scripts/layers.mjs"), tree], { encoding: "utf8" });

/** One import of each kind that DESIGN's layers forbid: file, what it imports, the rule it breaks. */
const violations: readonly (readonly [file: string, imported: string, rule: string])[] = [
  ["lib/domain/planted.ts", "@/lib/search/there", "lib/domain-imports-only-what-it-may"],
  ["lib/formats/planted.ts", "@/lib/store/there", "lib/formats-imports-only-what-it-may"],
  ["lib/search/planted.ts", "@/lib/formats/there", "lib/search-imports-only-what-it-may"],
  ["lib/editor/planted.ts", "@/lib/annotator/there", "lib/editor-imports-only-what-it-may"],
  ["lib/access/planted.ts", "@/lib/web/there", "lib/access-imports-only-what-it-may"],
  ["lib/api/planted.ts", "@/lib/workflow/there", "lib/api-imports-only-what-it-may"],
  ["lib/annotator/planted.ts", "@/lib/sync/there", "lib/annotator-imports-only-what-it-may"],
  ["lib/sync/planted.ts", "@/lib/store/there", "lib/sync-imports-only-what-it-may"],
  ["lib/store/planted.ts", "@/lib/workflow/there", "lib/store-imports-only-what-it-may"],
  ["lib/workflow/planted.ts", "@/lib/web/there", "lib/workflow-imports-only-what-it-may"],
  ["lib/web/planted.ts", "@/lib/workflow/there", "lib/web-imports-only-what-it-may"],
  ["components/planted.tsx", "@/lib/workflow/there", "components-imports-only-what-it-may"],
  ["app/planted.tsx", "@/lib/store/there", "app-imports-only-what-it-may"],
  ["lib/cli/planted.ts", "@/lib/store/there", "lib/cli-imports-only-what-it-may"],
  ["proxy.ts", "@/lib/access/there", "proxy.ts-imports-only-what-it-may"],
  ["lib/access/out.ts", "@/tests/setup/there", "lib/access-imports-only-what-it-may"],
  ["lib/domain/package.ts", "lru-cache", "domain-is-pure"],
  ["lib/domain/node.ts", "node:fs", "pure-layers-have-no-node"],
  ["lib/formats/node.ts", "node:crypto", "pure-layers-have-no-node"],
  ["lib/search/node.ts", "node:fs", "pure-layers-have-no-node"],
  ["lib/editor/node.ts", "node:fs", "pure-layers-have-no-node"],
  ["lib/annotator/node.ts", "node:fs", "pure-layers-have-no-node"],
  ["lib/sync/node.ts", "node:fs", "pure-layers-have-no-node"],
  ["lib/api/node.ts", "node:fs", "pure-layers-have-no-node"],
  ["components/node.tsx", "node:fs", "pure-layers-have-no-node"],
  ["lib/annotator/react.ts", "react", "react-stays-in-pages"],
  ["lib/sync/react.ts", "sonner", "react-stays-in-pages"],
  ["lib/workflow/next.ts", "next/navigation", "only-pages-and-http-know-next"],
  ["lib/sync/next.ts", "next/navigation", "only-pages-and-http-know-next"],
  ["lib/workflow/sql.ts", "pg", "only-the-store-knows-the-database"],
  ["app/prisma.ts", "@prisma/client", "only-the-store-knows-the-database"],
  ["lib/workflow/generated.ts", "@/lib/store/generated/there", "only-the-store-knows-the-database"],
  ["lib/annotator/editor.ts", "@tiptap/pm/view", "only-the-editor-knows-prosemirror"],
  ["components/annotator/editor.tsx", "@tiptap/pm/state", "only-the-editor-knows-prosemirror"],
  [
    "components/annotator/other.tsx",
    "@tiptap/react",
    "only-the-desk-of-guidelines-knows-tiptaps-react",
  ],
  ["scripts/planted.ts", "@/lib/store/there", "scripts-enter-the-store-by-one-door"],
  ["components/people/shape.tsx", "@/lib/api/shapes", "pages-load-no-validator"],
  ["lib/sync/zod.ts", "zod", "pages-load-no-validator"],
  ["lib/domain/nowhere.ts", "@/lib/domain/nothing", "nothing-unresolvable"],
  ["lib/domain/about.ts", "@/lib/domain/round", "no-cycles"],
];

/** What is allowed, and must not be found. */
const allowed: readonly (readonly [file: string, imported: string])[] = [
  ["lib/formats/fine.ts", "@/lib/domain/there"],
  ["lib/store/fine.ts", "@/lib/search/there"],
  ["lib/workflow/fine.ts", "@/lib/store/there"],
  ["components/fine.tsx", "@/lib/sync/there"],
  ["components/react.tsx", "react"],
  ["components/calling.tsx", "@/lib/api/client"],
  ["lib/editor/fine.ts", "@tiptap/pm/model"],
  ["lib/store/pg.ts", "pg"],
  ["lib/web/fine.ts", "next/server"],
  ["scripts/fine.ts", "@/lib/store/for-scripts"],
];

const tree = mkdtempSync(join(tmpdir(), "gainsay-layers-"));
afterAll(() => rmSync(tree, { recursive: true, force: true }));

function write(file: string, content: string): void {
  mkdirSync(dirname(join(tree, file)), { recursive: true });
  writeFileSync(join(tree, file), content);
}

test("each kind of forbidden import is found, and nothing else", () => {
  for (const [file, imported] of [...violations, ...allowed]) {
    write(file, `import * as planted from "${imported}";\nexport const used = planted;\n`);
    if (imported.startsWith("@/") && !imported.endsWith("/nothing")) {
      write(`${imported.slice(2)}.ts`, "export const there = 1;\n");
    }
  }
  write("lib/domain/round.ts", 'export { used } from "@/lib/domain/about";\n');
  copyFileSync(join(root, "tsconfig.json"), join(tree, "tsconfig.json"));
  copyFileSync(join(root, ".dependency-cruiser.cjs"), join(tree, ".dependency-cruiser.cjs"));
  symlinkSync(join(root, "node_modules"), join(tree, "node_modules"));

  const { stderr, status } = layers(tree);
  expect(status).toBe(1);
  const found = [...stderr.matchAll(/^(\S+): (\S+) → /gm)].map(
    ([, rule, from]) => `${from} ${rule}`,
  );
  const expected = violations.map(([file, , rule]) => `${file} ${rule}`);
  expect([...new Set(found)].sort()).toEqual([...new Set(expected)].sort());
});

test("seeing no modules at all is trouble, not success", () => {
  const empty = mkdtempSync(join(tree, "empty-"));
  mkdirSync(join(empty, "lib"));
  copyFileSync(join(root, "tsconfig.json"), join(empty, "tsconfig.json"));
  copyFileSync(join(root, ".dependency-cruiser.cjs"), join(empty, ".dependency-cruiser.cjs"));
  expect(layers(empty)).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/saw no modules/),
  });
});
