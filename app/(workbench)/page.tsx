import { redirect } from "next/navigation";
import { requireActorOrSignIn } from "@/app/session";
import { ownWork } from "@/lib/workflow/assigning";

/** Whoever was given work begins there, everybody else with their projects. */
export default async function StartPage(): Promise<never> {
  const { rounds } = await ownWork(await requireActorOrSignIn());
  redirect(rounds.length > 0 ? "/work" : "/projects");
}
