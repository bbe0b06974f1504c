"use client";

import { PageFailure } from "@/components/ui/failures";

/** Outside the shell, a page needs a main landmark of its own. */
export default function ErrorOutside(props: { error: unknown; retry: () => void }) {
  return (
    <main className="grid min-h-dvh place-content-center">
      <PageFailure {...props} />
    </main>
  );
}
