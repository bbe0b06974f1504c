"use client";

import { Button } from "@/components/ui/button";
import { errorId } from "@/components/ui/error-id";
import { ErrorState } from "@/components/ui/error-state";
import "./globals.css";

/** The last resort, when the root layout itself failed: a document of its own. */
export default function GlobalError({ error, retry }: { error: unknown; retry: () => void }) {
  return (
    <html lang="en">
      <body>
        <title>Something went wrong · Gainsay</title>
        <main className="grid min-h-dvh place-content-center">
          <ErrorState
            level={1}
            message="Gainsay could not be shown. Nothing that was saved is lost."
            errorId={errorId(error)}
            action={
              <Button variant="primary" onClick={() => retry()}>
                Try again
              </Button>
            }
          />
        </main>
      </body>
    </html>
  );
}
