import { defineConfig } from "prisma/config";

// For developers who use Prisma's own commands; Gainsay itself migrates without them.
export default defineConfig({
  schema: "../prisma/schema.prisma",
  migrations: { path: "../prisma/migrations" },
  datasource: { url: process.env.DATABASE_URL ?? "" },
});
