import { afterAll } from "vitest";
import { dropDatabases } from "./database";

// What a test signs is worth nothing outside it.
process.env.NEXTAUTH_SECRET = "a secret of the tests, longer than 32 characters";

afterAll(dropDatabases);
