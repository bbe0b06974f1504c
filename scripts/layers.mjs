// `npm run layers`: nobody imports what their layer may not. Another tree may be named, laid out as this one.
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { main, node, root, run } from "./launch.mjs";
import { Trouble, tell } from "./progress.mjs";

const tree = resolve(process.argv[2] ?? root);

await main(async () => {
  const roots = ["lib", "app", "components", "scripts", "tests", "proxy.ts", "instrumentation.ts"];
  const { output, code } = await run(
    node,
    [
      join(root, "node_modules", "dependency-cruiser", "bin", "dependency-cruiser.mjs"),
      "--config=.dependency-cruiser.cjs",
      "--output-type=json",
      ...roots.filter((name) => existsSync(join(tree, name))),
    ],
    { cwd: tree },
  );
  let summary;
  try {
    ({ summary } = JSON.parse(output));
  } catch {
    throw new Trouble(`dependency-cruiser failed (${code}):\n${output}`);
  }
  for (const { rule, from, to, cycle } of summary.violations) {
    const path = cycle ? [from, ...cycle.map(({ name }) => name)].join(" → ") : `${from} → ${to}`;
    tell(`${rule.name}: ${path}`);
  }
  // With a TypeScript it cannot use, dependency-cruiser sees no .ts file and reports no error.
  const { totalCruised, totalDependenciesCruised } = summary;
  if (totalCruised === 0 || totalDependenciesCruised === 0) {
    throw new Trouble(
      "dependency-cruiser saw no modules: is the package “typescript” one it can use?",
    );
  }
  tell(
    `${totalCruised} modules, ${totalDependenciesCruised} imports, ${summary.error} not allowed`,
  );
  return summary.error > 0 ? 1 : 0;
});
