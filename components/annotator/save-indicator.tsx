import { Button } from "@/components/ui/button";
import { Icon, type IconName } from "@/components/ui/icons";
import { inFigures } from "@/lib/domain/figures";
import type { Saving } from "@/lib/sync/delivery";

const looks: Record<Saving["state"], { icon: IconName; tone: string }> = {
  saved: { icon: "check", tone: "text-ok" },
  opening: { icon: "upload", tone: "text-muted" },
  saving: { icon: "upload", tone: "text-muted" },
  offline: { icon: "offline", tone: "text-warn" },
  signed_out: { icon: "warning", tone: "text-warn" },
  failed: { icon: "error", tone: "text-danger" },
};

/**
 * Whether the work is safe, in few words; a notice says more where something is wrong. It says
 * "saved" only when the server has acknowledged everything, and never without what was not kept.
 */
export function SaveIndicator({
  saving,
  lost,
  onLook,
}: {
  saving: Saving;
  /** How many changes could not be kept and are not answered yet. */
  lost: number;
  /** Goes to what is said of them. */
  onLook: () => void;
}) {
  const { icon, tone } = lost > 0 ? looks.failed : looks[saving.state];
  return (
    // As wide as "Saving…", so that nothing beside it moves while it saves.
    <div role="status" className="flex min-w-20 items-center gap-1.5 text-sm">
      <span className={tone}>
        <Icon name={icon} size={16} />
      </span>
      <span className="figures min-w-0">
        {wordsOf(saving)}
        {saving.state === "saving" && saving.unsent > MANY && (
          // Not to be read out each time.
          <span aria-hidden="true"> {inFigures(saving.unsent)} left</span>
        )}
        {lost > 0 && `, ${lost} not kept`}
      </span>
      {lost > 0 && (
        <Button size="small" variant="quiet" onClick={onLook}>
          Look
        </Button>
      )}
    </div>
  );
}

/** Fewer changes are saved before anybody has read how many there are. */
const MANY = 100;

function wordsOf({ state, unsent }: Saving): string {
  switch (state) {
    case "saved":
      return "Saved";
    case "opening":
      return "Saving…";
    case "saving":
      return "Saving…";
    case "offline":
      return `Offline with ${inFigures(unsent)} unsent`;
    case "signed_out":
      return `Signed out with ${inFigures(unsent)} unsent`;
    case "failed":
      return `Not saved: ${inFigures(unsent)} unsent`;
  }
}
