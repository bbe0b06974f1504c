import { ensureBuilt } from "@/scripts/build";

/** The end-to-end tests run what users run: the production build. */
export default async function setup(): Promise<void> {
  await ensureBuilt();
}
