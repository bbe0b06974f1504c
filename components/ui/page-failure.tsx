"use client";

import { useEffect, useEffectEvent } from "react";
import { Button, ButtonLink } from "./button";
import { errorId, isUnavailable } from "./error-id";
import { ErrorState } from "./error-state";
import { Spinner } from "./progress";

/** Milliseconds between two looks at whether the server is ready again; each page at its own moment. */
const LOOK_EVERY = 2_000;

/**
 * In the place of a page that could not be shown. One that was refused because the database is away
 * comes back by itself.
 *
 * @param wayOut whether to offer the list of projects: not where that is broken itself
 */
export function PageFailure({
  error,
  retry,
  wayOut = true,
}: {
  error: unknown;
  retry: () => void;
  wayOut?: boolean;
}) {
  if (isUnavailable(error)) return <Unavailable retry={retry} />;
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
          {wayOut && <ButtonLink href="/projects">Go to your projects</ButtonLink>}
        </>
      }
    />
  );
}

function Unavailable({ retry }: { retry: () => void }) {
  const look = useEffectEvent(async () => {
    const ready = await fetch("/readyz", { cache: "no-store" }).then(
      ({ ok }) => ok,
      () => false,
    );
    if (ready) retry();
  });
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>;
    const wait = () => {
      timer = setTimeout(() => void look().finally(wait), LOOK_EVERY * (0.75 + Math.random() / 2));
    };
    wait();
    return () => clearTimeout(timer);
  }, []);
  return (
    <ErrorState
      level={1}
      title="The database cannot be reached"
      message="Nothing that was saved is lost. This page comes back by itself as soon as the database does."
      action={
        <>
          <span className="flex items-center gap-2 text-muted">
            <Spinner />
            Waiting
          </span>
          <Button onClick={() => retry()}>Try now</Button>
        </>
      }
    />
  );
}
