"use client";

import { useRef, useState } from "react";
import { call } from "@/lib/api/client";
import type { Scheme } from "@/lib/domain/scheme";
import { MAX_SCHEME_FILE, writeSchemeFile } from "@/lib/domain/scheme-file";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { saveFile } from "../ui/save-file";
import { toast } from "../ui/toast";

/** Saves a scheme as a file. */
export function ExportScheme({
  title,
  name,
  scheme,
}: {
  title: string;
  /** Of the file, without what comes after the point. */
  name: string;
  scheme: Scheme;
}) {
  return (
    <Button
      size="small"
      icon="download"
      onClick={() => {
        const text = writeSchemeFile({ title, scheme });
        saveFile(`${name}.scheme.json`, new Blob([text], { type: "application/json" }));
      }}
    >
      Export as JSON
    </Button>
  );
}

/** Reads a scheme from a file into the editor. */
export function ImportScheme({
  project,
  onRead,
}: {
  /** By its short name. */
  project: string;
  onRead: (scheme: Scheme) => void;
}) {
  const input = useRef<HTMLInputElement>(null);
  const [busy, setBusy] = useState(false);
  /** Why it was not read. */
  const [trouble, setTrouble] = useState<string | null>(null);
  async function read(file: File) {
    if (file.size > MAX_SCHEME_FILE) return setTrouble("A file of a scheme has 4 MiB at most.");
    setBusy(true);
    const text = await file.text();
    const answer = await call("POST /projects/{project}/schemes/read", {
      path: { project },
      body: { text },
    });
    setBusy(false);
    if (!answer.ok) return setTrouble(answer.message);
    onRead(answer.value.scheme);
    toast.success(`${file.name} is in the editor. It is no version yet.`);
  }
  return (
    <>
      <Button size="small" icon="upload" busy={busy} onClick={() => input.current?.click()}>
        Import JSON
      </Button>
      <input
        ref={input}
        type="file"
        accept=".json,application/json"
        aria-label="File of a scheme"
        tabIndex={-1}
        className="hidden"
        onChange={({ target }) => {
          const [file] = target.files ?? [];
          target.value = ""; // the same file again is a change
          if (file) void read(file);
        }}
      />
      <Dialog
        open={trouble !== null}
        onOpenChange={(open) => !open && setTrouble(null)}
        title="This file was not read"
        reading
      >
        <p className="whitespace-pre-line wrap-anywhere">{trouble}</p>
      </Dialog>
    </>
  );
}
