"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import { call } from "@/lib/api/client";
import { Button } from "../ui/button";
import { toast } from "../ui/toast";

export function MarkAllRead() {
  const router = useRouter();
  const [busy, setBusy] = useState(false);
  async function mark() {
    setBusy(true);
    const answer = await call("POST /notifications/read", {});
    setBusy(false);
    if (!answer.ok) toast.error(answer.message);
    router.refresh();
  }
  return (
    <Button icon="check" busy={busy} onClick={() => void mark()}>
      Mark all as read
    </Button>
  );
}
