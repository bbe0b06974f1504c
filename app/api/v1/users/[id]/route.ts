import { endpoint } from "@/app/endpoint";
import { changeUser } from "@/lib/workflow/users";

export const PATCH = endpoint("PATCH /users/{id}", ({ actor, path, body }) =>
  changeUser(actor, { id: path.id }, body),
);
