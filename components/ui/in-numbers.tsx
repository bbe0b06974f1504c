import type { ReactNode } from "react";

/** The numbers of a drawing, for whoever wants them and for those who do not see it. */
export function InNumbers({ label, children }: { label: string; children: ReactNode }) {
  return (
    <details className="mt-3">
      <summary className="w-fit rounded-sm text-sm text-accent underline underline-offset-3">
        {label}
      </summary>
      <div className="mt-2">{children}</div>
    </details>
  );
}
