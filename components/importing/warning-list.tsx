import type { ImportItem } from "@/lib/api/imports";
import type { WarningCode } from "@/lib/domain/imports";
import { classNames } from "../ui/class-names";
import { Icon } from "../ui/icons";

/** What is told and is no loss of the article's. */
const notes: ReadonlySet<string> = new Set<WarningCode>(["page_parts_left_out", "other_encoding"]);

/** What of an article was not read as its file has it; nothing if nothing was lost. */
export function WarningList({ warnings }: { warnings: ImportItem["warnings"] }) {
  if (warnings.length === 0) return null;
  return (
    <ul aria-label="Warnings" className="mt-1 space-y-1 text-sm">
      {warnings.map(({ code, message, line, field }, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they are never changed, and some say the same
        <li key={`${code} ${field} ${at}`} className="flex gap-1.5">
          <span
            className={classNames("mt-0.5 shrink-0", notes.has(code) ? "text-muted" : "text-warn")}
          >
            <Icon name={notes.has(code) ? "info" : "warning"} size={16} />
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
