import type { Metadata } from "next";
import { v7 as uuidv7 } from "uuid";
import { requireActorOrSignIn } from "@/app/session";
import { type PackedPage, packPage } from "@/components/annotator/annotate-page-props";
import { PracticeAnnotator } from "@/components/annotator/practice";
import { practiceArticle } from "@/lib/workflow/practising";
import { keySettingsOf } from "@/lib/workflow/users";

export const metadata: Metadata = { title: "Practice" };

/** An annotate page with a tour, whose work is kept nowhere. */
export default async function PracticePage() {
  const actor = await requireActorOrSignIn();
  const keys = await keySettingsOf(actor);
  const page: PackedPage = packPage({ ...practiceArticle(uuidv7()), keys });
  return <PracticeAnnotator page={page} user={actor.userId} />;
}
