import { v7 as uuidv7 } from "uuid";
import type { UserActor } from "@/lib/access/actor";
import { hashToken, newToken } from "@/lib/access/tokens";
import { database } from "@/lib/store/database";
import { expectAsDescribed } from "./contract";

/** A script's way in: requests to one server with one user's API token. */
export type ApiClient = (
  path: string,
  options?: { method?: string; body?: unknown; signal?: AbortSignal },
) => Promise<{ status: number; body: unknown }>;

/** An API token of a user's. */
export async function aToken(user: UserActor): Promise<string> {
  const token = newToken("api");
  await database().pool.query(
    `INSERT INTO api_tokens (id, user_id, name, token_hash, scopes, everywhere)
     VALUES ($1, $2, 'test', $3, enum_range(NULL::token_scope), true)`,
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
    await expectAsDescribed(method, `/api/v1${path}`, response);
    const text = await response.text();
    const isJson = response.headers.get("content-type")?.includes("json") ?? false;
    return { status: response.status, body: text === "" ? null : isJson ? JSON.parse(text) : text };
  };
}

/** A browser without a page: it keeps cookies and says where its requests come from. */
export class PagelessBrowser {
  readonly cookies = new Map<string, string>();

  constructor(readonly base: string) {}

  async send(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = { origin: this.base },
  ): Promise<Response> {
    const isForm = body instanceof URLSearchParams || body instanceof FormData;
    const url = new URL(path, this.base);
    const response = await fetch(url, {
      method,
      redirect: "manual",
      headers: {
        ...(body === undefined || isForm ? {} : { "content-type": "application/json" }),
        ...(url.origin === this.base ? { cookie: this.cookieHeader() } : {}),
        ...headers,
      },
      ...(body === undefined ? {} : { body: isForm ? body : JSON.stringify(body) }),
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [pair = ""] = cookie.split(";");
      const at = pair.indexOf("=");
      const value = pair.slice(at + 1);
      if (value === "") this.cookies.delete(pair.slice(0, at));
      else this.cookies.set(pair.slice(0, at), value);
    }
    await expectAsDescribed(method, path, response);
    return response;
  }

  cookieHeader(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  }
}
