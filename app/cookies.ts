/** Whether people reach this server by https. */
export const isSecure = process.env.NEXTAUTH_URL?.startsWith("https://") ?? false;

/** Browsers keep `__Host-` cookies for exactly this host, and send them only by https. */
export function cookieName(name: string): string {
  return `${isSecure ? "__Host-" : ""}gainsay-${name}`;
}

export const cookieOptions = {
  httpOnly: true,
  sameSite: "lax",
  path: "/",
  secure: isSecure,
} as const;
