"use client";

import { useRef, useState } from "react";
import { Refusal } from "@/lib/domain/refusal";
import type { Scheme } from "@/lib/domain/scheme";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { NOT_LOADED, onDemand, whenLoaded } from "../ui/on-demand";
import { toast } from "../ui/toast";

/** What reads and checks files weighs more than the page. */
const files = onDemand(() => import("@/lib/domain/scheme-file"));

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
      onClick={async () => {
        const code = await whenLoaded(files);
        if (!code) return toast.error(NOT_LOADED);
        const text = code.writeSchemeFile({ title, scheme });
        const address = URL.createObjectURL(new Blob([text], { type: "application/json" }));
        const link = document.createElement("a");
        link.href = address;
        link.download = `${name}.scheme.json`;
        link.click();
        // The browser has begun to read it by then.
        setTimeout(() => URL.revokeObjectURL(address), 60_000);
      }}
    >
      Export as JSON
    </Button>
  );
}

type Trouble = { readonly message: string; readonly problems: readonly string[] };

/** Reads a scheme from a file into the editor. */
export function ImportScheme({ onRead }: { onRead: (scheme: Scheme) => void }) {
  const input = useRef<HTMLInputElement>(null);
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  async function read(file: File) {
    const code = await whenLoaded(files);
    if (!code) return toast.error(NOT_LOADED);
    try {
      if (file.size > code.MAX_SCHEME_FILE) {
        throw new Refusal("too_large", "A file of a scheme has 4 MiB at most.");
      }
      const { scheme } = code.readSchemeFile(await file.text());
      onRead(scheme);
      toast.success(`${file.name} is in the editor. It is no version yet.`);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const { problems } = error.details;
      setTrouble({
        message: error.message,
        problems: Array.isArray(problems)
          ? problems.map(({ path, message }) => (path === "" ? message : `${path}: ${message}`))
          : [],
      });
    }
  }
  return (
    <>
      <Button size="small" icon="upload" onClick={() => input.current?.click()}>
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
        <p>{trouble?.message}</p>
        {trouble && trouble.problems.length > 1 && (
          <ul className="mt-2 list-disc space-y-1 ps-5 text-sm wrap-anywhere">
            {trouble.problems.map((problem) => (
              <li key={problem}>{problem}</li>
            ))}
          </ul>
        )}
      </Dialog>
    </>
  );
}
