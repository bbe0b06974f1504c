import { json, respond } from "@/lib/web/respond";
import { checkReady } from "@/lib/workflow/readiness";

/** Readiness, for a proxy that chooses among nodes: 200 if requests can be served, else 503. */
export async function GET() {
  return respond(async () => {
    await checkReady();
    return json({ status: "ready" });
  });
}
