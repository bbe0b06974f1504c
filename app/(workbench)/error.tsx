"use client";

import { PageFailure } from "@/components/ui/page-failure";

export default function ErrorPage(props: { error: unknown; retry: () => void }) {
  return <PageFailure {...props} />;
}
