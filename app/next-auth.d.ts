import "next-auth";
import "next-auth/jwt";

declare module "next-auth" {
  interface User {
    id: string;
    /** The id of the session that has just begun. */
    session?: string;
  }
}

declare module "next-auth/jwt" {
  interface JWT {
    /** The id of the session. */
    sid?: string;
  }
}
