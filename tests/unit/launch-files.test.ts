import { readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import ts from "typescript";
import { expect, test } from "vitest";

// What runs before anything is installed runs on the machine's own Node, of which the README names the
// oldest. Node 18.0.0 has said what its modules export: tests/fixtures/node-18.0.0.txt, one a line.

const root = join(import.meta.dirname, "../..");
const text = (path: string) => readFileSync(join(root, path), "utf8");

const builtIns = new Map(
  text("tests/fixtures/node-18.0.0.txt")
    .trim()
    .split("\n")
    .map((line): [string, string[]] => {
      const [name = "", names = ""] = line.split(": ");
      return [`node:${name}`, names.split(" ")];
    }),
);

/** The files that `npm run` and `npx` start on the machine's own Node, and all that they import. */
function launchers(): string[] {
  const { scripts, bin } = JSON.parse(text("package.json"));
  const commands: string[] = [...Object.values<string>(scripts), ...Object.values<string>(bin)];
  const entries = commands.flatMap((command) => /^(?:node )?(\S+\.mjs)\b/.exec(command)?.[1] ?? []);
  const found = new Set(entries.map((entry) => join(entry)));
  for (const file of found) {
    for (const { from } of importsOf(file)) {
      if (from.startsWith(".")) found.add(join(dirname(file), from));
    }
  }
  return [...found].sort();
}

/** What a file imports from where; "*" for all of it. */
function importsOf(file: string): { from: string; names: string[]; attributes: boolean }[] {
  const { statements } = ts.createSourceFile(file, text(file), ts.ScriptTarget.Latest);
  return statements.filter(ts.isImportDeclaration).map((found) => {
    const bindings = found.importClause?.namedBindings;
    const names =
      bindings && ts.isNamedImports(bindings)
        ? bindings.elements.map(({ name, propertyName }) => (propertyName ?? name).text)
        : ["*"];
    // The compiler takes nothing but text there.
    const from = ts.isStringLiteral(found.moduleSpecifier) ? found.moduleSpecifier.text : "";
    return { from, names, attributes: found.attributes !== undefined };
  });
}

test("the README, package.json and the launcher name the same oldest Node", () => {
  expect(text("README.md")).toContain("\nNode 18 or newer with npm 8 or newer");
  expect(JSON.parse(text("package.json")).engines.node).toBe(">=18");
  expect(text("scripts/launch.mjs")).toContain("\nconst oldestNode = 18;\n");
  expect(text("scripts/launch.mjs")).toContain("\nconst oldestNpm = 8;\n");
});

test("launchers import nothing but each other and what Node 18.0.0 brings", () => {
  const files = launchers();
  expect(files).toEqual(
    expect.arrayContaining(["scripts/start.mjs", "scripts/browser.mjs", "scripts/launch.mjs"]),
  );
  const strangers = files.flatMap((file) =>
    importsOf(file).flatMap(({ from, names, attributes }) => {
      if (attributes) return `${file}: ${from} with attributes`;
      if (from.startsWith(".")) return from.endsWith(".mjs") ? [] : `${file}: ${from}`;
      const known = builtIns.get(from);
      if (!known) return `${file}: ${from}`;
      return names
        .filter((name) => name !== "*" && !known.includes(name))
        .map((name) => `${file}: ${name} of ${from}`);
    }),
  );
  expect(strangers).toEqual([]);
});

test("launchers use no language and no library beyond ES2022", () => {
  const files = launchers().map((file) => join(root, file));
  const program = ts.createProgram(files, {
    allowJs: true,
    checkJs: true,
    noEmit: true,
    skipLibCheck: true,
    types: ["node"],
    target: ts.ScriptTarget.ES2022,
    lib: ["lib.es2022.d.ts"],
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
  });
  /** "Do you need to change your target library?", "only available when targeting", and their like. */
  const tooNew = new Set([1501, 2304, 2550, 2552, 2568, 2583, 2584]);
  const found = files.flatMap((path) => {
    const source = program.getSourceFile(path);
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)]
      .filter(({ code }) => code < 2000 || tooNew.has(code))
      .map(
        ({ messageText }) =>
          `${relative(root, path)}: ${ts.flattenDiagnosticMessageText(messageText, " ")}`,
      );
  });
  expect(found).toEqual([]);
});

/** What Node has of its own and 18.0.0 had not; the compiler knows only the Node of today. */
test.for([
  /import\.meta\.(?:dirname|filename|resolve|main)/,
  /\busing\s+\w+\s*=/,
  /process\.(?:getBuiltinModule|loadEnvFile|features\.typescript)/,
  /\b(?:AbortSignal\.any|Promise\.withResolvers|navigator|WebSocket|File)\b/,
  /\brecursive: true[^)]*withFileTypes|withFileTypes[^)]*recursive: true/,
])("launchers do not use %s", (later) => {
  expect(launchers().filter((file) => later.test(text(file)))).toEqual([]);
});
