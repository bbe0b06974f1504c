import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Plan } from "./key-annotator";

const folder = fileURLToPath(new URL("../../../shared/seeds/", import.meta.url));

/** The Markdown of a news article of another publisher, which lies beside the project; null where it does not. */
export function realArticle(): string | null {
  if (!existsSync(folder)) return null;
  const [name] = readdirSync(folder).filter((file) => file.endsWith(".txt"));
  return name === undefined ? null : readFileSync(`${folder}${name}`, "utf8");
}

/** What a careful reader marks in it: 62 spans, 214 attributes, 51 relations, by places alone. */
export function realPlan(): Plan {
  const file = new URL("../fixtures/annotation-of-the-real-article.json", import.meta.url);
  return JSON.parse(readFileSync(file, "utf8")) as Plan; // written for this
}
