"use client";

import { PageFailure } from "@/components/ui/failures";

export default function ErrorPage(props: { error: unknown; retry: () => void }) {
  return <PageFailure {...props} />;
}
