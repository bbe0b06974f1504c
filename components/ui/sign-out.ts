import { toast } from "./toast";

/**
 * Ends the session of this browser, and goes to a page of those who are not signed in. Where the session could
 * not be ended, it stays where it is and says so: whoever leaves a browser has to know that they are still in.
 */
export async function signOut(then = "/sign-in"): Promise<void> {
  if (await ended(then)) location.assign(then);
  else {
    toast.error("You are still signed in: signing out did not work. Please try again.", {
      duration: Number.POSITIVE_INFINITY,
    });
  }
}

async function ended(then: string): Promise<boolean> {
  try {
    // Loaded when it is used: nobody else on a page needs it.
    const { signOut: end } = await import("next-auth/react");
    // Of a refusal it hands on the problem, as if that were where to go.
    const answer: object = await end({ redirect: false, callbackUrl: then });
    return "url" in answer;
  } catch {
    return false;
  }
}
