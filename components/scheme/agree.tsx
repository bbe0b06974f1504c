"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import type { AnnotationSet } from "@/lib/api/annotation-sets";
import { call } from "@/lib/api/client";
import { Button } from "../ui/button";
import { Notice } from "../ui/notice";

/** Brings one's own annotation set to the scheme that holds, and leads back to its article. */
export function AgreeToScheme({
  set: { id, revision, head },
  version,
  article,
}: {
  set: Pick<AnnotationSet, "id" | "revision" | "head">;
  version: number;
  /** The address of the article. */
  article: string;
}) {
  const router = useRouter();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const agree = async () => {
    setBusy(true);
    setFailure(null);
    const body = { revision, head, version };
    const answer = await call("POST /annotation-sets/{id}/scheme", { path: { id }, body });
    if (answer.ok) {
      router.replace(article);
      router.refresh();
      return;
    }
    setBusy(false);
    setFailure(answer.message);
    // What has moved on since is shown, to be agreed to anew.
    router.refresh();
  };
  return (
    <div className="mt-6 space-y-3">
      {failure !== null && <Notice tone="danger">{failure}</Notice>}
      <Button variant="primary" busy={busy} onClick={() => void agree()}>
        Agree and go on with version {version}
      </Button>
    </div>
  );
}
