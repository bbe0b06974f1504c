"use client";

import { Button, ButtonLink } from "@/components/ui/button";
import { errorId } from "@/components/ui/error-id";
import { ErrorState } from "@/components/ui/error-state";

export default function ErrorPage({ error, retry }: { error: unknown; retry: () => void }) {
  return (
    <ErrorState
      level={1}
      message="The page could not be shown. Nothing that was saved is lost."
      errorId={errorId(error)}
      action={
        <>
          <Button variant="primary" onClick={() => retry()}>
            Try again
          </Button>
          <ButtonLink href="/projects">Go to your projects</ButtonLink>
        </>
      }
    />
  );
}
