"use client";

import { Button, ButtonLink } from "../ui/button";
import { useCopying } from "../ui/use-copying";

/** Recovery codes, to be copied or saved: they are shown this once. */
export function RecoveryCodeList({ codes }: { codes: readonly string[] }) {
  const text = `${codes.join("\n")}\n`;
  const { copied, copy } = useCopying(text);
  return (
    <div className="space-y-3">
      <ul
        dir="ltr"
        aria-label="Recovery codes"
        className="grid gap-x-6 gap-y-1 rounded-md border border-line bg-sunken p-3 font-mono text-sm sm:grid-cols-2"
      >
        {codes.map((code) => (
          <li key={code} className="whitespace-nowrap select-all">
            {code}
          </li>
        ))}
      </ul>
      <div className="flex flex-wrap gap-2">
        <Button icon={copied ? "check" : "copy"} onClick={() => void copy()}>
          {copied ? "Copied" : "Copy"}
        </Button>
        <ButtonLink
          href={`data:text/plain;charset=utf-8,${encodeURIComponent(text)}`}
          download="gainsay-recovery-codes.txt"
        >
          Save as a file
        </ButtonLink>
      </div>
      <p aria-live="polite" className="text-sm text-muted">
        {copied === false && "This browser does not copy for pages: select them yourself."}
        {copied && <span className="sr-only">Copied.</span>}
      </p>
    </div>
  );
}
