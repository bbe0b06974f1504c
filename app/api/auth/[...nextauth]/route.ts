import { NextRequest } from "next/server";
import NextAuth from "next-auth";
import { askedOfProvider, notVouchedFor } from "@/app/provider-sign-in";
import { authOptions, currentSigned, endSession, fromAuthError } from "@/app/session";
import { Refusal } from "@/lib/domain/refusal";
import { dataHeaders } from "@/lib/web/headers";
import { checkOrigin, readBytes } from "@/lib/web/request";
import { problem, respond } from "@/lib/web/respond";

type Context = RouteContext<"/api/auth/[...nextauth]">;

// next-auth's own types know only the Pages Router here.
const handle = NextAuth(authOptions) as (
  request: NextRequest,
  context: Context,
) => Promise<Response>;

/** What of next-auth is in use; the rest of its endpoints are closed. */
const open = {
  GET: ["csrf", "session", "providers", "callback", "error", "signin", "signout"],
  POST: ["signin", "signout", "callback"],
} as const;

/** A form with an address and a password. */
const LARGEST_FORM = 16 * 1024;

/** @throws Refusal "not_found" */
async function actionOf(context: Context, method: keyof typeof open): Promise<string> {
  const [action = "", provider] = (await context.params).nextauth;
  const actions: readonly string[] = open[method];
  const isForm = action === "callback" && provider === "credentials";
  if (!actions.includes(action) || (isForm && method === "GET")) {
    throw new Refusal("not_found", "There is nothing here.");
  }
  return action;
}

export async function GET(request: NextRequest, context: Context) {
  return respond(async () => {
    const action = await actionOf(context, "GET");
    // next-auth would hand on whatever the address says; the page has one sentence for it all.
    if (action === "error") return goTo(await pageOfFailure());
    // It would take trouble with the database for the end of the session, and sign the browser out.
    if (action === "session") await currentSigned();
    const answer = await handle(request, context);
    if (!leadsToError(answer)) return answer;
    answer.headers.set("Location", await pageOfFailure());
    return answer;
  });
}

/** Whether next-auth sends somebody to its page of errors: their provider has not vouched for them. */
function leadsToError(answer: Response): boolean {
  const to = new URL(answer.headers.get("location") ?? "/", "http://here.invalid");
  return to.pathname === "/api/auth/error";
}

async function pageOfFailure(): Promise<string> {
  // Where the database is away, the page says so itself.
  return notVouchedFor(await currentSigned().catch(() => null));
}

function goTo(path: string): Response {
  return new Response(null, { status: 302, headers: { ...dataHeaders, Location: path } });
}

export async function POST(request: NextRequest, context: Context) {
  return respond(async () => {
    const action = await actionOf(context, "POST");
    checkOrigin(request);
    // next-auth would only have the browser forget it, and say nothing of a database that is away.
    if (action === "signout") await endSession();
    // next-auth would read a body of any size.
    const body = await readBytes(request, LARGEST_FORM);
    const { method, headers } = request;
    const url = new URL(request.url);
    if (action === "signin") {
      for (const [name, value] of Object.entries(await askedOfProvider())) {
        url.searchParams.set(name, value);
      }
    }
    const answer = await handle(new NextRequest(url, { method, headers, body }), context);
    return (await refusalIn(answer)) ?? answer;
  });
}

/** A refusal that next-auth wrote into the address of an error page, as problem+json. */
async function refusalIn(answer: Response): Promise<Response | null> {
  if (!answer.headers.get("content-type")?.includes("json")) return null;
  const { url } = await answer.clone().json();
  if (typeof url !== "string") return null;
  const message = new URL(url, "http://here.invalid").searchParams.get("error");
  const refusal = message === null ? null : fromAuthError(message);
  return refusal && problem(refusal);
}
