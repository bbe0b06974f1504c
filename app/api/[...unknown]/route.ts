import { Refusal } from "@/lib/domain/refusal";
import { respond } from "@/lib/web/respond";

/** Whatever else is asked of the API: a client gets a problem, never a page. */
function nothingHere(): Promise<Response> {
  return respond(async () => {
    throw new Refusal("not_found", "There is no such address in the API.");
  });
}

export {
  nothingHere as DELETE,
  nothingHere as GET,
  nothingHere as PATCH,
  nothingHere as POST,
  nothingHere as PUT,
};
