"use client";

import { useEffect } from "react";
import { call } from "@/lib/api/client";

/** Says, once the page is open, that its reader has read a version of the guidelines. */
export function NoteReading({ project, version }: { project: string; version: number }) {
  useEffect(() => {
    void call("PUT /projects/{project}/guidelines/reading", {
      path: { project },
      body: { version },
      signedOut: "stay",
    });
  }, [project, version]);
  return null;
}
