import { endpoint } from "@/app/endpoint";
import { makeGold } from "@/lib/workflow/gold";

export const POST = endpoint("POST /annotation-sets/{id}/gold", ({ actor, path, body }) =>
  makeGold(actor, path.id, body),
);
