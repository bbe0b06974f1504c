import type { Metadata } from "next";
import { ButtonLink } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";

export const metadata: Metadata = { title: "Not found" };

/** Also what someone sees who may not see the page: the two look alike on purpose. */
export default function NotFound() {
  return (
    <EmptyState
      level={1}
      icon="search"
      title="There is no such page"
      action={<ButtonLink href="/projects">Go to your projects</ButtonLink>}
    >
      It may have moved, or it may not be open to you.
    </EmptyState>
  );
}
