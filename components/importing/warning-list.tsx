import type { ImportItem } from "@/lib/api/imports";
import { Icon } from "../ui/icons";

/** What of an article was not read as its file has it; nothing if nothing was lost. */
export function WarningList({ warnings }: { warnings: ImportItem["warnings"] }) {
  if (warnings.length === 0) return null;
  return (
    <ul aria-label="Warnings" className="mt-1 space-y-1 text-sm">
      {warnings.map(({ code, message, line, field }, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they are never changed, and some say the same
        <li key={`${code} ${field} ${at}`} className="flex gap-1.5">
          <span className="mt-0.5 shrink-0 text-warn">
            <Icon name="warning" size={16} />
          </span>
          <span className="min-w-0 wrap-anywhere" dir="auto">
            {line !== null && <span className="figures text-muted">Line {line}: </span>}
            {message}
          </span>
        </li>
      ))}
    </ul>
  );
}
