import type { NextRequest } from "next/server";
import { requireActor } from "@/app/session";
import { UsersQuery } from "@/lib/api/schemas/people";
import { queryOf } from "@/lib/web/request";
import { json, respond } from "@/lib/web/respond";
import { userView } from "@/lib/web/views/people";
import { usersPage } from "@/lib/workflow/people";

export async function GET(request: NextRequest) {
  return respond(async () => {
    const actor = await requireActor(request);
    const { q, cursor = null, limit } = UsersQuery.parse(queryOf(request));
    const { users, next } = await usersPage(actor, { query: q, cursor, limit });
    return json({
      users: users.map((user) => ({ ...userView(user), projects: user.projects })),
      next_cursor: next,
    });
  });
}
