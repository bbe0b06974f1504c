import type { Account, NextAuthOptions, Profile, User } from "next-auth";

export const providers: NextAuthOptions["providers"] = [];

/** Lets nobody in yet. */
export async function arrive(
  _user: User,
  _account: Account,
  _profile: Profile | undefined,
): Promise<boolean | string> {
  return false;
}
