// Generates the database client from prisma/schema.prisma, as `prisma generate` does: with the parts of
// Prisma's command line that it uses for that, which weigh a quarter of the whole.
import { createRequire } from "node:module";
import { root } from "./launch.mjs";

// Their ES modules leave out file extensions, which Node does not resolve.
const require = createRequire(import.meta.url);
const { PrismaClientTsGenerator } = require("@prisma/client-generator-ts");
const { getGenerators, loadSchemaContext } = require("@prisma/internals");

const generators = await getGenerators({
  schemaContext: await loadSchemaContext({
    schemaPath: { cliProvidedPath: "prisma/schema.prisma" },
    cwd: root,
  }),
  registry: { "prisma-client": { type: "in-process", generator: new PrismaClientTsGenerator() } },
  skipDownload: true,
});
for (const generator of generators) {
  await generator.generate();
  generator.stop();
}
