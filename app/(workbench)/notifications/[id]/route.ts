import { redirect } from "next/navigation";
import { requireActorOrSignIn } from "@/app/session";
import { openNotification } from "@/lib/workflow/notifying";

/** Leads to what a notification is about, which is read by that; to all of them where that is not there any more. */
export async function GET(
  _request: Request,
  { params }: RouteContext<"/notifications/[id]">,
): Promise<Response> {
  const actor = await requireActorOrSignIn();
  const { id } = await params;
  redirect((await openNotification(actor, id)) ?? "/notifications");
}

/** Looking where it leads to reads nothing. */
export function HEAD(): Response {
  return new Response(null, { status: 204 });
}
