import { endpoint } from "@/app/endpoint";
import { factorsOf } from "@/lib/workflow/second-factors";

export const GET = endpoint("GET /me/factors", ({ actor }) => factorsOf(actor));
