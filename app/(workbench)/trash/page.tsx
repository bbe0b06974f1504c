import type { Metadata } from "next";
import { requireActorOrSignIn } from "@/app/session";
import { TrashList } from "@/components/trash/trash-list";
import { Page, PageHeader } from "@/components/ui/page";
import { trashOf } from "@/lib/workflow/deleting";

export const metadata: Metadata = { title: "Trash" };

export default async function TrashPage() {
  const actor = await requireActorOrSignIn();
  const first = await trashOf(actor, { limit: 50 });
  return (
    <Page>
      <PageHeader
        title="Trash"
        lead="What was deleted in the projects you administer. After 30 days it is gone for good."
      />
      <TrashList first={first} />
    </Page>
  );
}
