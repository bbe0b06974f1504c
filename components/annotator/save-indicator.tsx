import { Button } from "@/components/ui/button";
import { Icon, type IconName } from "@/components/ui/icons";
import type { Saving } from "@/lib/sync/delivery";

const looks: Record<Saving["state"], { icon: IconName; tone: string }> = {
  saved: { icon: "check", tone: "text-ok" },
  opening: { icon: "upload", tone: "text-muted" },
  saving: { icon: "upload", tone: "text-muted" },
  offline: { icon: "offline", tone: "text-warn" },
  signed_out: { icon: "warning", tone: "text-warn" },
  failed: { icon: "error", tone: "text-danger" },
};

/** Whether the work is safe; it says "saved" only when the server has acknowledged everything. */
export function SaveIndicator({ saving, onRetry }: { saving: Saving; onRetry: () => void }) {
  const { icon, tone } = looks[saving.state];
  return (
    <div role="status" className="flex min-w-0 items-center gap-1.5 text-sm">
      <span className={tone}>
        <Icon name={icon} size={16} />
      </span>
      <span className="figures min-w-0">{wordsOf(saving)}</span>
      {saving.state === "signed_out" && (
        <a href="/sign-in" target="_blank" rel="noopener">
          Sign in
        </a>
      )}
      {(saving.state === "offline" ||
        saving.state === "signed_out" ||
        saving.state === "failed") && (
        <Button size="small" variant="quiet" onClick={onRetry}>
          Try now
        </Button>
      )}
    </div>
  );
}

function wordsOf({ state, unsent, stored, reason }: Saving): string {
  const changes = unsent === 1 ? "1 change" : `${unsent} changes`;
  const where = stored ? `${changes} kept in this browser` : `${changes} only in this open page`;
  switch (state) {
    case "saved":
      return "Saved";
    case "opening":
      return "Opening…";
    case "saving":
      return "Saving…";
    case "offline":
      return `Offline with ${unsent} unsent: ${where}`;
    case "signed_out":
      return `Signed out: ${where}`;
    case "failed":
      return `Not saved: ${reason ?? "the server refused"} (${where})`;
  }
}
