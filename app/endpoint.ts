import { z } from "zod";
import { type Entrant, type Person, requireScope, type UserActor } from "@/lib/access/actor";
import {
  type AnswerOf,
  type BodyOf,
  type Contract,
  type EndpointKey,
  endpointOf,
  type PathOf,
  type QueryOf,
} from "@/lib/api/contract";
import { type Endpoint, isOptional } from "@/lib/api/endpoint";
import { Refusal } from "@/lib/domain/refusal";
import { checkOrigin, clientAddress, queryOf, readJson } from "@/lib/web/request";
import { json, noContent, respond } from "@/lib/web/respond";
import { noteRefused } from "@/lib/workflow/audit";
import { requireProof } from "@/lib/workflow/sessions";
import { countUnknown } from "@/lib/workflow/signing-in";
import { requireActor, requireEntrant, requirePerson } from "./session";

/** A request of an endpoint, as far as its contract vouches for it. */
type Asked<Key extends EndpointKey> = {
  readonly request: Request;
  /** Who asks; null where anybody may. */
  readonly actor: Contract[Key]["access"] extends "anyone"
    ? null
    : Contract[Key]["access"] extends "second_step"
      ? Entrant
      : Contract[Key] extends { readonly inPerson: true | "proven" }
        ? Person
        : UserActor;
  readonly path: PathOf<Key>;
  readonly query: QueryOf<Key, "output">;
  readonly body: BodyOf<Key, "output">;
};

/** The answer, with its status where the contract leaves that open; or a response, where it is no JSON. */
type Told<Key extends EndpointKey> =
  | (Contract[Key]["status"] extends number
      ? AnswerOf<Key>
      : { readonly status: number; readonly answer: AnswerOf<Key> })
  | (Contract[Key] extends { readonly answerType: string } ? Response : never);

/** What a parameter in a path may be; one that names nothing finds nothing. */
const Path = z.record(
  z.string(),
  z
    .string()
    .max(100)
    .refine((text) => !text.includes("\0"), "This names nothing"),
);

/**
 * A Route Handler: says who asks, reads the request by the contract and answers by it. What is thrown
 * becomes a problem. Whether the actor may is for the workflow to say.
 */
export function endpoint<Key extends EndpointKey>(
  key: Key,
  work: (asked: Asked<Key>) => Promise<Told<Key>>,
) {
  const described = endpointOf(key);
  const bodyRules = { limit: described.bodyLimit, optional: isOptional(described.body) };
  return (request: Request, context: { readonly params: Promise<unknown> }) =>
    respond(
      async () => {
        const actor = await actorOf(request, described);
        const path = Path.parse((await context.params) ?? {}); // there are none in a fixed path
        const query = described.query?.parse(queryOf(request));
        const body = described.body?.parse(await readJson(request, bodyRules));
        // The schemas that have just been through this are those that `Asked` is made from.
        const told = await work({ request, actor, path, query, body } as unknown as Asked<Key>);
        return told instanceof Response ? told : responseOf(described, told);
      },
      (error) => tellTrail(request, key, error),
    );
}

/** Has the trail know of what somebody with an account may not do here. */
async function tellTrail(request: Request, key: EndpointKey, error: unknown): Promise<void> {
  if (!(error instanceof Refusal) || !["forbidden", "token_scope"].includes(error.code)) return;
  // Asked again, since it may have been refused before anybody asked.
  const actor = await requireActor(request).catch(() => null);
  const address = clientAddress(request.headers);
  if (actor) await noteRefused(actor, error, { where: key, address });
}

async function actorOf(
  request: Request,
  { access, scope, inPerson, lackingFactor, body }: Endpoint,
): Promise<UserActor | Entrant | null> {
  if (access === "anyone") {
    checkOrigin(request);
    if (body) await countUnknown(clientAddress(request.headers));
    return null;
  }
  if (access === "second_step") return requireEntrant(request);
  // What says nothing of tokens is not for them.
  if (inPerson || scope === null) {
    const person = await requirePerson(request, { lackingFactor: lackingFactor === true });
    if (inPerson === "proven") requireProof(person);
    return person;
  }
  const actor = await requireActor(request);
  requireScope(actor, scope);
  return actor;
}

function responseOf({ answer, status }: Endpoint, told: unknown): Response {
  if (!answer) return noContent();
  if (typeof status === "number") return json(checked(answer, told), { status });
  const { status: chosen, answer: body } = told as { status: number; answer: unknown };
  return json(checked(answer, body), { status: chosen });
}

/** Answers that the contract does not describe are a defect, which tests and developers see at once. */
function checked(schema: z.ZodType, answer: unknown): unknown {
  if (process.env.NODE_ENV === "production") return answer;
  const { error } = schema.safeParse(answer);
  if (error) throw new Error(`The answer is not as described: ${z.prettifyError(error)}`);
  return answer;
}
