"use client";

import { PageFailure } from "@/components/ui/failures";
import "./globals.css";

/** The last resort, when the root layout itself failed: a document of its own. */
export default function GlobalError(props: { error: unknown; retry: () => void }) {
  return (
    <html lang="en">
      <body>
        <title>Something went wrong · Gainsay</title>
        <main className="grid min-h-dvh place-content-center">
          <PageFailure {...props} wayOut={false} />
        </main>
      </body>
    </html>
  );
}
