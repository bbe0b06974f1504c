// Who may import whom: docs/decisions/ says why. Anything not allowed here is an error.

/** Layer → what it may import of ours, besides itself. */
const layers = {
  "lib/domain": [],
  "lib/formats": ["lib/domain"],
  "lib/search": ["lib/domain"],
  "lib/editor": ["lib/domain"],
  "lib/access": ["lib/domain"],
  "lib/api": ["lib/domain"],
  "lib/annotator": ["lib/domain", "lib/editor", "lib/search", "lib/api"],
  "lib/sync": ["lib/domain", "lib/editor", "lib/api"],
  "lib/store": ["lib/domain", "lib/search"],
  "lib/workflow": ["lib/domain", "lib/formats", "lib/search", "lib/access", "lib/store", "lib/api"],
  "lib/web": ["lib/domain", "lib/access", "lib/api"],
  components: ["lib/domain", "lib/editor", "lib/annotator", "lib/sync", "lib/api"],
  app: ["lib/workflow", "lib/access", "lib/web", "lib/api", "lib/domain", "components"],
  "lib/cli": ["lib/workflow", "lib/access", "lib/web", "lib/api", "lib/domain"],
  "proxy[.]ts": ["lib/web"],
  "instrumentation[.]ts": ["lib/web"],
};

/** What reads from outside with zod: for the server, and for types. */
const validating = [
  "^lib/domain/(schemas|guideline-schemas|scheme-file-schemas|publishing-schemas|record|offsets-record|agreement/report-schemas)[.]ts$",
  "^lib/api/(?!client[.]ts$)",
];

const inside = (path) => (path.endsWith("[.]ts") ? `^${path}$` : `^${path}/`);

const layerRules = Object.entries(layers).map(([layer, allowed]) => ({
  name: `${layer.replace("[.]", ".")}-imports-only-what-it-may`,
  severity: "error",
  from: { path: inside(layer) },
  to: {
    path: "^(lib|app|components|scripts|tests|prisma|proxy|instrumentation)",
    pathNot: [layer, ...allowed].map(inside),
  },
}));

module.exports = {
  forbidden: [
    ...layerRules,
    {
      name: "no-cycles",
      severity: "error",
      from: { pathNot: "^lib/store/generated/" },
      to: { circular: true },
    },
    {
      name: "domain-is-pure",
      comment: "No packages but zod.",
      severity: "error",
      from: { path: "^lib/domain/" },
      to: { path: "node_modules/", pathNot: "node_modules/zod/" },
    },
    {
      name: "pure-layers-have-no-node",
      comment: "They run in browsers, workers and servers alike.",
      severity: "error",
      from: {
        path: "^(components|lib/(domain|formats|search|editor|annotator|sync|api))/",
      },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "react-stays-in-pages",
      severity: "error",
      from: { path: "^(lib|scripts|proxy)" },
      to: { path: "node_modules/(react|react-dom|@base-ui/react|sonner)/" },
    },
    {
      name: "only-pages-and-http-know-next",
      severity: "error",
      from: { path: "^lib/", pathNot: "^lib/web/" },
      to: { path: "node_modules/next/" },
    },
    {
      name: "scripts-enter-the-store-by-one-door",
      severity: "error",
      from: { path: "^scripts/" },
      to: { path: "^lib/store/", pathNot: "^lib/store/for-scripts[.]ts$" },
    },
    {
      name: "only-the-store-knows-the-database",
      severity: "error",
      from: { path: "^(lib|app|components|proxy)", pathNot: "^lib/store/" },
      to: { path: ["node_modules/(@prisma|pg|pg-copy-streams|prisma)/", "^lib/store/generated/"] },
    },
    {
      name: "only-the-editor-knows-prosemirror",
      severity: "error",
      from: { path: "^(lib|app|components|proxy)", pathNot: "^lib/editor/" },
      to: {
        path: "node_modules/(@tiptap|prosemirror-[a-z]+)/",
        pathNot: "node_modules/@tiptap/react/",
      },
    },
    {
      name: "only-the-desk-of-guidelines-knows-tiptaps-react",
      comment: "It brings all of Tiptap along, which no other page needs.",
      severity: "error",
      from: { pathNot: "^components/guidelines/guideline-editor[.]tsx$" },
      to: { path: "node_modules/@tiptap/react/" },
    },
    {
      name: "pages-load-no-validator",
      comment:
        "A page takes types from schemas, never the schemas: zod weighs 33 KiB there. This holds for " +
        "all that a page can reach, so that nothing in between can bring it in.",
      severity: "error",
      from: {
        path: "^(components|lib/(domain|search|editor|annotator|sync)|lib/api/client[.]ts$)",
        pathNot: validating,
      },
      to: {
        path: ["node_modules/zod/", ...validating],
        dependencyTypesNot: ["type-only"],
      },
    },
    {
      name: "nothing-unresolvable",
      comment: "The bench installs the peers it measures itself.",
      severity: "error",
      from: { pathNot: "^(lib/store/generated|tests/bench/peers)/" },
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: ["node_modules", "^lib/store/generated/"] },
    // What runs leave behind is none of ours.
    exclude: { path: ["^\\.next", "^tests/\\.output"] },
    // Imports of types bind layers as much as others do.
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "require", "node", "default", "types"],
      extensions: [".ts", ".tsx", ".d.ts", ".mjs", ".js", ".cjs", ".json", ".css"],
    },
  },
};
