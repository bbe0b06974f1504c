import { contract, type EndpointKey, endpointOf } from "@/lib/api/contract";
import { Problem } from "@/lib/api/endpoint";

/** The endpoints that have given a good answer, each held against the contract. */
export const answered = new Set<EndpointKey>();

const endpoints = (Object.keys(contract) as EndpointKey[]).map((key) => {
  const pattern = key.replace(/\{\w+\}/g, "[^/]+").replaceAll(".", "\\.");
  return { key, pattern: new RegExp(`^${pattern}$`) };
});

/**
 * Fails unless a response is what the contract says of whatever was asked. Answers of other paths
 * than the API's are nobody's contract.
 *
 * @param path as it was asked for, with its query
 */
export async function expectAsDescribed(
  method: string,
  path: string,
  response: Response,
): Promise<void> {
  const { pathname } = new URL(path, "http://here.invalid");
  if (!pathname.startsWith("/api/v1/")) return;
  const told = `${method} ${pathname.slice("/api/v1".length)}`;
  const { status } = response;
  const isJson = /[/+]json\b/.test(response.headers.get("content-type") ?? "");
  const body: unknown = isJson ? await response.clone().json() : null;
  if (!response.ok) {
    Problem.parse(body);
    return;
  }
  // "/invites/accept" is no "/invites/{id}".
  const key = endpoints.find(({ key: exact }) => exact === told)?.key ?? patternOf(told);
  if (!key) throw new Error(`The contract knows nothing of ${told}.`);
  const { answer, status: statuses } = endpointOf(key);
  if (![statuses].flat().includes(status)) throw new Error(`${told} answered ${status}.`);
  if (answer) answer.parse(body);
  else if (isJson) throw new Error(`${told} answered with what nothing describes.`);
  answered.add(key);
}

function patternOf(told: string): EndpointKey | undefined {
  return endpoints.find(({ pattern }) => pattern.test(told))?.key;
}
