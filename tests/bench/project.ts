import type { Client } from "pg";
import { defaultScheme } from "@/lib/domain/scheme";

/** The id of the one project of a suite that fills its database by itself. */
export const PROJECT = "01980000-0000-7000-8000-000000000001";

/** Makes that project, called `bench`, with the default scheme and nothing in it. */
export async function insertProject(client: Client): Promise<void> {
  await client.query("INSERT INTO projects (id, slug, title) VALUES ($1, 'bench', 'Bench')", [
    PROJECT,
  ]);
  await client.query(
    "INSERT INTO scheme_versions (project_id, version, definition) VALUES ($1, 1, $2)",
    [PROJECT, JSON.stringify(defaultScheme)],
  );
}
