import { v7 as uuidv7 } from "uuid";
import type { UserActor } from "@/lib/access/actor";
import { hashToken, newToken } from "@/lib/access/tokens";
import { database } from "@/lib/store/database";

/** A script's way in: requests to one server with one user's API token. */
export type ApiClient = (
  path: string,
  options?: { method?: string; body?: unknown; signal?: AbortSignal },
) => Promise<{ status: number; body: unknown }>;

/** An API token of a user's. */
export async function aToken(user: UserActor): Promise<string> {
  const token = newToken("api");
  await database().pool.query(
    "INSERT INTO api_tokens (id, user_id, name, token_hash) VALUES ($1, $2, 'test', $3)",
    [uuidv7(), user.userId, hashToken(token)],
  );
  return token;
}

/** @param url of the server, without `/api/v1` */
export function apiClient(url: string, token: string): ApiClient {
  return async (path, { method = "GET", body, signal } = {}) => {
    const response = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: {
        Authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal ? { signal } : {}),
    });
    const text = await response.text();
    return { status: response.status, body: text === "" ? null : JSON.parse(text) };
  };
}
