/** Why somebody who came from a provider was not let in; the addresses of pages hold only the reason. */
const sentences: Readonly<Record<string, string>> = {
  stranger:
    "Nobody here has connected that account. Ask for an invite, or sign in with a password.",
  unconfirmed: "Your provider has not confirmed your e-mail address. Join with a password instead.",
  disabled: "This account cannot sign in. Ask a site admin.",
  not_vouched_for: "Your provider did not say who you are. Please try again.",
  connected_elsewhere: "That account is connected to somebody else here.",
  another_account: "That account is not connected to yours. Use the one that is.",
  not_asked:
    "Your provider let you through without asking who you are. Sign out there first, or use your password.",
  address_taken:
    "There is an account with your e-mail address. Sign in with its password, then connect the provider on your account page.",
  rate_limited: "Too many attempts from here. Try again in a quarter of an hour.",
  unavailable: "The database could not be reached. Please try again in a moment.",
  conflict: "The invite has been used, withdrawn or has expired.",
};

const otherwise = "Signing in through the provider did not work. Please try again.";

/** The sentence for a page's `refused` or, where next-auth itself failed, `error`. */
export function refusalSentence(query: {
  refused?: string | string[] | undefined;
  error?: string | string[] | undefined;
}): string | null {
  const { refused, error } = query;
  if (typeof refused === "string") return sentences[refused] ?? otherwise;
  return error === undefined ? null : otherwise;
}
