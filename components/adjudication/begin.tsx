"use client";

import { useRouter } from "next/navigation";
import { useCallback, useEffect, useRef, useState } from "react";
import { call } from "@/lib/api/client";
import { Button } from "../ui/button";
import { ErrorState } from "../ui/error-state";
import { Page } from "../ui/page";
import { Skeleton } from "../ui/progress";

/** Begins to adjudicate an article as somebody comes to it: what the rule settles is settled, and the desk is shown. */
export function Begin({
  article,
  version,
  title,
}: {
  article: string;
  version: number;
  title: string;
}) {
  const router = useRouter();
  const [failure, setFailure] = useState<string | null>(null);
  const isBegun = useRef(false);
  const begin = useCallback(async () => {
    setFailure(null);
    const answer = await call("POST /articles/{id}/adjudication", {
      path: { id: article },
      body: { version },
    });
    if (answer.ok) router.refresh();
    else setFailure(answer.message);
  }, [article, version, router]);
  useEffect(() => {
    if (isBegun.current) return;
    isBegun.current = true;
    void begin();
  }, [begin]);
  return (
    <Page>
      <h1 className="mb-4 font-reading text-2xl font-semibold wrap-anywhere" dir="auto">
        {title}
      </h1>
      {failure === null ? (
        <div role="status" aria-label="Comparing what reviewers have">
          <Skeleton lines={6} />
        </div>
      ) : (
        <ErrorState
          message={failure}
          action={<Button onClick={() => void begin()}>Try again</Button>}
        />
      )}
    </Page>
  );
}
