import { json } from "@/lib/web/respond";

/** Liveness: whoever can answer this is alive, whatever the database does. */
export async function GET() {
  return json({ status: "alive" });
}
