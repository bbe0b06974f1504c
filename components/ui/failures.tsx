"use client";

import { useEffect, useEffectEvent } from "react";
import { Button, ButtonLink } from "./button";
import { errorId, isUnavailable } from "./error-id";
import { ErrorState } from "./error-state";
import { Spinner } from "./spinner";
import { type Message, undrawn } from "./toast";

/*
 * What is shown where something has failed. It cannot be fetched then, so every page loads it: with
 * the root layout, which draws messages, and so once for all the places that an error can come to.
 */

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
      title="The database is not available"
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

/** How long plain messages stay after the last one, in milliseconds. */
const PASSING = 8000;

/** Passing messages without what draws them, which a page that has gone offline may not have got. */
export function PlainMessages({ messages }: { messages: readonly Message[] }) {
  useEffect(() => {
    const timer = setTimeout(() => undrawn.remove(messages), PASSING);
    return () => clearTimeout(timer);
  }, [messages]);
  return (
    <div
      role="status"
      className="fixed start-6 bottom-6 z-20 w-89 max-w-[calc(100vw-3rem)] space-y-3"
    >
      {messages.map((message) => {
        const { words, options } = message;
        return (
          <div key={words} className="popup flex items-center gap-2 p-4 text-sm">
            <span className="min-w-0 grow">{words}</span>
            {options.action && (
              <Button
                size="small"
                onClick={() => {
                  options.action?.onClick();
                  undrawn.remove([message]);
                }}
              >
                {options.action.label}
              </Button>
            )}
            <Button
              variant="quiet"
              size="small"
              icon="close"
              aria-label="Close toast"
              onClick={() => undrawn.remove([message])}
            />
          </div>
        );
      })}
    </div>
  );
}
