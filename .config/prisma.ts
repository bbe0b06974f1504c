// For developers who use Prisma's own commands (`npx prisma@7 migrate deploy`); Gainsay itself migrates
// without them, and does not install them. The shape is `PrismaConfig` of prisma/config.
export default {
  schema: "../prisma/schema.prisma",
  migrations: { path: "../prisma/migrations" },
  datasource: { url: process.env.DATABASE_URL ?? "" },
};
